"""RIS, which EndNote, Zotero and the sites of publishers export.

The format is a line for each value, 'TY  - JOUR'; the readers that there are for it know no lines
to report and stop at the first that is broken.
"""

import re
from collections.abc import Iterator

from ..bylines import gather, turn_name
from ..cleaning import clean_line, clean_paragraphs
from ..days import Day, parse_day
from ..problems import Position, Problem, SiteError
from ..source_records import Collector, Record
from . import Reading

NAME = "ris"

MAX_ROWS = 2_000_000

_TAG = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*)|\s*)")
_TYPES = {
    "ABST": "article", "BOOK": "book", "CHAP": "chapter", "COMP": "software",
    "CONF": "paper-conference", "CPAPER": "paper-conference", "DATA": "dataset",
    "EJOUR": "article-journal", "JFULL": "article-journal", "JOUR": "article-journal",
    "MGZN": "article-magazine", "NEWS": "article-newspaper", "PAT": "patent", "RPRT": "report",
    "STAND": "standard", "THES": "thesis", "UNPB": "manuscript", "WEB": "webpage",
}  # fmt: skip

Fields = dict[str, list[list[str]]]  #: tag → its values, each as the rows that it stands on


def matches(text: str) -> bool:
    """Tell whether the first line with anything on it gives the type of a reference."""
    return re.match(r"\ufeff?\s*TY  ?- ?\w+", text) is not None


def parse(text: str, path: str) -> Reading:
    """Read references: one entry for each, from its 'TY' to its 'ER'."""
    collector = Collector(path)
    for line, fields in _references(text, path, collector):
        collector.add(_record(line, fields))
    return collector.reading()


def _references(text: str, path: str, collector: Collector) -> Iterator[tuple[int, Fields]]:
    """Give each reference with its first line; a line without a tag goes on with the one above."""
    fields: Fields = {}
    rows = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    if len(rows) > MAX_ROWS:
        raise SiteError(
            Problem(Position(path), f"more than {MAX_ROWS:,} rows", "import it in parts")
        )
    start, last = 0, ""
    for number, row in enumerate(rows, 1):
        found = _TAG.fullmatch(row)
        tag = found[1] if found else ""
        if tag == "TY":
            if start:
                collector.leave(start, "this reference has no end; it was read up to the next one")
                yield start, fields
            fields, start, last = {}, number, ""
        if tag == "ER":
            if start:
                yield start, fields
            start = 0
        elif not start:
            if row.strip():
                collector.leave(number, "a line outside of any reference", row)
        elif found:
            fields.setdefault(tag, []).append([(found[2] or "").strip()])
            last = tag
        elif last in fields:
            fields[last][-1].append(row.strip())
    if start:
        collector.leave(start, "this reference has no end; it was read up to that of the file")
        yield start, fields


def _record(line: int, fields: Fields) -> Record:
    def told(*tags: str) -> list[str]:
        values = ("\n".join(rows).strip() for tag in tags for rows in fields.get(tag, ()))
        return [value for value in values if value]

    titles = told("TI", "T1", "CT") or told("BT", "ST")
    kind = _TYPES.get(next(iter(told("TY")), ""), "")
    days = [parse_day(value) for value in told("DA", "PY", "Y1")]
    return Record(
        line=line,
        title=clean_line(next(iter(titles), "")),
        raw_title=next(iter(titles), ""),
        people=gather([turn_name(name) for name in told("AU", "A1")]),
        day=_best(days),
        abstract=clean_paragraphs(next(iter(told("AB", "N2")), "")),
        arxiv=tuple(told("AX")),
        doi=tuple(told("DO", "DI")),
        fields=tuple(told("M1", "M3", "IS", "VL", "C1", "C7", "AN", "ID", "L3", "PB", "SP", "SE")),
        remarks=tuple(told("N1", "RN")),
        addresses=tuple(
            ("", url)
            for value in told("UR", "L1", "L2", "LK")
            for url in re.split(r"[;\s]+", value)
        ),
        venues=tuple(told("T2", "JO", "JF", "JA", "BT" if titles else "XX", "C3")),
        type=kind,
        keywords=tuple(word for value in told("KW") for word in re.split(r"[;\n]", value)),
    )


def _best(days: list[Day]) -> Day:
    """Choose what says most: a day before a month, a month before a year."""
    whole = [day for day in days if day.whole]
    parts = sorted((day for day in days if day.part), key=lambda day: -len(day.part or ""))
    return next(iter([*whole, *parts]), Day())

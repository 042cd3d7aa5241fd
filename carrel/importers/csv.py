"""A table with a header, as spreadsheets and Zotero export it: commas, semicolons or tabs."""

import csv
import re
from collections.abc import Iterator, Mapping

from ..bylines import split_people
from ..cleaning import clean_line, clean_paragraphs
from ..days import Day, parse_day
from ..problems import Position, Problem, SiteError
from ..source_records import Collector, Record
from ..sources import MAX_ENTRY_BYTES
from . import Reading

NAME = "csv"

#: What a header calls a column, letter case and punctuation apart → what is in it.
_COLUMNS = {
    "title": ("title", "paper", "paper title", "name"),
    "people": ("authors", "author", "author s"),
    "day": ("date", "published", "publication date", "date published", "year", "publication year"),
    "abstract": ("abstract", "abstract note"),
    "arxiv": ("arxiv", "arxiv id", "arxivid", "eprint"),
    "doi": ("doi",),
    "venue": ("venue", "publication title", "journal", "conference", "booktitle", "published in",
              "source title", "conference name"),
    "remarks": ("notes", "note", "extra", "comment"),
    "keywords": ("topics", "topic", "tags", "keywords", "manual tags", "hardware", "categories"),
    "organization": ("organization", "organisation", "institution"),
    "type": ("type",),
    "": ("url", "link", "links", "urls", "paper url", "paper link"),
    "paper": ("pdf", "pdf url", "pdf link"),
    "code": ("code", "github", "code url", "code link", "repository", "repo"),
    "project": ("project", "project page", "website", "homepage"),
    "model": ("model", "models"),
    "dataset": ("dataset", "data", "datasets"),
    "video": ("video", "talk"),
}  # fmt: skip
_KINDS = {name: kind for kind, names in _COLUMNS.items() for name in names}
_LINKS = ("", "paper", "code", "project", "model", "dataset", "video")
_DELIMITERS = ",;\t|"
#: What parts two addresses in a cell: a blank may belong to one of them.
_BETWEEN = re.compile(r"\s*[;|\n]\s*|,?\s+(?=https?:|[(\[])", re.IGNORECASE)
_TOO_LARGE = "field larger than field limit"

Row = Mapping[str, list[str]]  #: kind → its cells, in the order of the columns


def matches(text: str) -> bool:
    """Tell whether the first line names two columns or more, a title among them."""
    header = _header(text)
    return len(header) >= 2 and "title" in _kinds(header)


def parse(text: str, path: str) -> Reading:
    """Read a table: one entry for each row that has a title."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    header = _header(text)
    kinds = _kinds(header)
    if "title" not in kinds:
        hint = "the first line names the columns: title, authors, date, arxiv, doi, url …"
        raise SiteError(Problem(Position(path, 1), "no column is named 'title'", hint))
    collector = Collector(path)
    unread = [name for name, kind in zip(header, kinds, strict=True) if kind is None and name]
    if unread:
        collector.leave(1, "columns that are not read", ", ".join(unread))
    for line, cells in _rows(text, path, _delimiter(text)):
        if len(cells) > len(header):
            collector.leave(line, "more cells than the header names", cells[0])
        else:
            collector.add(_record(line, _sorted(kinds, cells)))
    return collector.reading()


def _header(text: str) -> list[str]:
    first = text[:10_000].removeprefix("\ufeff").split("\n")[:1]
    if not first or first[0].lstrip()[:1] in ("{", "[", "<", "@"):
        return []
    return [cell.strip(' "') for cell in first[0].split(_delimiter(text))]


def _delimiter(text: str) -> str:
    first = text[:10_000].partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _kinds(header: list[str]) -> list[str | None]:
    """Say what is in each column; None: it is not read."""
    names = (" ".join(re.sub(r"[\W_]+", " ", name).casefold().split()) for name in header)
    kinds = [_KINDS.get(name) for name in names]
    for n, kind in enumerate(kinds):
        if kind == "title" and "title" in kinds[:n]:
            kinds[n] = None  # 'Paper' beside 'Title'
    return kinds


def _rows(text: str, path: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows below the header, each with its first line; a cell may hold several lines."""
    rows = (found[0] for found in re.finditer(r"[^\n]*\n|[^\n]+", text))
    reader = csv.reader(rows, delimiter=delimiter, strict=True)
    csv.field_size_limit(MAX_ENTRY_BYTES)
    line = 1
    try:
        for number, cells in enumerate(reader):
            if number and any(map(str.strip, cells)):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "a cell that holds a quotation mark stands in quotes, the mark twice"
        message = f"this row cannot be read: {error}"
        if _TOO_LARGE in str(error):
            message = f"a cell of this row has more than {MAX_ENTRY_BYTES:,} characters"
            hint = "shorten it; or the quotation mark that ends a cell above is missing"
        raise SiteError(Problem(Position(path, line), message, hint)) from error


def _sorted(kinds: list[str | None], cells: list[str]) -> Row:
    row: dict[str, list[str]] = {}
    for kind, cell in zip(kinds, cells, strict=False):
        if kind is not None and cell.strip():
            row.setdefault(kind, []).append(cell.strip())
    return row


def _record(line: int, row: Row) -> Record:
    def told(kind: str) -> str:
        return next(iter(row.get(kind, ())), "")

    raw = told("title")
    organization = clean_line(told("organization"))
    addresses = [
        (kind, url) for kind in _LINKS for cell in row.get(kind, ()) for url in _BETWEEN.split(cell)
    ]
    days = [parse_day(cell) for cell in row.get("day", ())]
    return Record(
        line=line,
        title=clean_line(raw),
        raw_title=raw,
        people=split_people(told("people")),
        day=next((day for day in days if day.whole), days[0] if days else Day()),
        abstract=clean_paragraphs(told("abstract")),
        arxiv=tuple(row.get("arxiv", ())),
        doi=tuple(row.get("doi", ())),
        fields=tuple(row.get("paper", ())),
        remarks=tuple(row.get("remarks", ())),
        addresses=tuple(addresses),
        venues=tuple(row.get("venue", ())),
        type=told("type"),
        keywords=tuple(
            word for cell in row.get("keywords", ()) for word in re.split(r"[;,|\n]", cell)
        ),
        organization=("", organization) if 0 < len(organization) <= 200 else None,
    )

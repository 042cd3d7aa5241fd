"""BibTeX and BibLaTeX. An entry that is broken is named with its line; the others are read."""

import logging
import re
from collections.abc import Callable, Iterable, Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import default_parse_stack
from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, Field

from ..bibtex_text import decode_line, decode_paragraphs
from ..bylines import People, gather, join_name
from ..days import Day, day_of, parse_day
from ..model import CITE_KEY
from ..problems import Position, Problem, SiteError
from ..source_records import MAX_ENTRIES, Collector, Record
from . import Reading

NAME = "bibtex"

_BLOCK = re.compile(r"@\w{0,40}[ \t]{0,40}[{(]")
#: What is missing in an entry → how the parser begins to say so.
_MISSING = {
    "a '=' behind the name of a field": ("Expected a `=`", "Expected equals sign"),
    "a ',' between two fields": ("Expected either a `,`",),
    "a ',' behind the key": ("Expected comma",),
}
_PIECES = re.compile(r"\s*(\{[^{}]*\}|\"[^\"]*\"|[\w:.-]+)\s*(?:#|$)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TYPES = {
    "article": "article-journal", "book": "book", "conference": "paper-conference",
    "dataset": "dataset", "inbook": "chapter", "incollection": "chapter",
    "inproceedings": "paper-conference", "manual": "report", "mastersthesis": "thesis",
    "online": "webpage", "patent": "patent", "phdthesis": "thesis", "report": "report",
    "software": "software", "techreport": "report", "thesis": "thesis",
    "unpublished": "manuscript",
}  # fmt: skip
#: Fields that hold an id now and then, the likeliest first.
_LOOSE = (
    "journal",
    "journaltitle",
    "volume",
    "number",
    "pages",
    "eid",
    "publisher",
    "howpublished",
)


def matches(text: str) -> bool:
    """Tell whether a line of *text* begins an entry; comments may stand before it."""
    entry = re.compile(r"^[ \t]*@[a-zA-Z]{2,30}[ \t]*[{(]\s*[^\s{}(),=\"]+\s*[,=]", re.MULTILINE)
    begins = text[:1_000_000].lstrip("\ufeff \t\r\n")[:1]
    return begins not in ("<", "[") and entry.search(text[:1_000_000]) is not None


def parse(text: str, path: str) -> Reading:
    """Read a bibliography: one entry for each that has a title."""
    if sum(1 for _ in _BLOCK.finditer(text)) > 2 * MAX_ENTRIES:
        message = f"more than {2 * MAX_ENTRIES:,} entries"
        raise SiteError(Problem(Position(path), message, "import it in parts"))
    # It tells its log of every broken entry, in full; the report does so, with lines.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = parse_string(text, parse_stack=[])
    collector = Collector(path)
    entries = list(found.entries)
    for block in found.failed_blocks:
        inside = block.ignore_error_block
        again = isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock)
        if again and isinstance(inside, Entry):
            if isinstance(block, DuplicateFieldKeyBlock):
                keys = ", ".join(sorted(block.duplicate_keys))
                reason = f"a field stands twice, the first of them is read: {keys}"
                collector.leave(_line(block.start_line), reason, f"{inside.key}")
            entries.append(inside)
        else:
            row = (block.raw or "").strip().partition("\n")[0]
            reason = f"not read, because {_reason(block.error)}"
            collector.leave(_line(block.start_line), reason, row)
    entries.sort(key=lambda entry: entry.start_line or 0)
    named = [entry.key for entry in entries]
    for number, entry in enumerate(entries):
        entry.key = f"{number}"  # two entries with one key are two entries all the same
    library = Library([*found.strings, *entries])
    for layer in default_parse_stack():
        library = layer.transform(library)
    strings = {key.lower(): block.value for key, block in library.strings_dict.items()}
    for entry, key in zip(entries, named, strict=True):
        collector.add(_record(entry, key, _reader(entry, strings)))
        if key and not re.fullmatch(CITE_KEY, key):
            reason = "a key that not every program takes; citations get another"
            collector.leave(_line(entry.start_line), reason, key)
    return collector.reading()


def _line(start: int | None) -> int:
    return (start or 0) + 1


def _reason(error: Exception) -> str:
    """Say in our words why the parser gave an entry up; it looks at '=', ',' and brackets alone."""
    told = str(getattr(error, "abort_reason", ""))
    if told.startswith(("Unexpected block start", "Unexpectedly reached end")):
        return "the '}' or '\"' that ends it is missing"
    missing = next((sign for sign, words in _MISSING.items() if told.startswith(words)), "")
    return f"{missing} is missing" if missing else "it is no BibTeX"


def _reader(entry: Entry, strings: Mapping[str, str]) -> Callable[[str], str]:
    """Give the function that looks a field up, whatever the case of its name; raw LaTeX."""
    fields: dict[str, Field] = {}
    for field in entry.fields:
        fields.setdefault(field.key.lower(), field)

    def told(key: str) -> str:
        field = fields.get(key)
        if field is None or not isinstance(field.value, str):
            return ""
        is_joined = field.enclosing == "no-enclosing" and "#" in field.value
        return _joined(field.value, strings) if is_joined else field.value

    return told


def _joined(value: str, strings: Mapping[str, str]) -> str:
    """Put together 'name # { and more}'; where that is not what it is, it stays as it stands."""
    pieces = _PIECES.findall(value)
    if sum(map(len, pieces)) < len(re.sub(r"[\s#]", "", value)) - 2:
        return value
    return "".join(
        piece[1:-1] if piece[0] in '{"' else strings.get(piece.lower(), piece).strip('{}"')
        for piece in pieces
    )


def _record(entry: Entry, key: str, told: Callable[[str], str]) -> Record:
    raw = " ".join(told("title").split())
    subtitle = told("subtitle")
    title = decode_line(f"{raw}: {subtitle}" if subtitle else raw)
    kind = "thesis" if told("school") else _TYPES.get(entry.entry_type.lower(), "")
    is_arxiv = told("archiveprefix" if told("archiveprefix") else "eprinttype").lower()
    eprint = told("eprint") if is_arxiv in ("", "arxiv") else ""
    addresses = [("", _address(told(key))) for key in ("url", "ee", "link")]
    addresses += [
        ("", _address_within(told("howpublished"))),
        ("", _address(told("pdf"))),
        ("", _address_within(told("note"))),
        *((key, _address(told(key))) for key in ("code", "video", "project")),
    ]
    return Record(
        line=_line(entry.start_line),
        title=title,
        raw_title=raw,
        people=_people(told("author") or told("editor")),
        day=_day(told),
        abstract=decode_paragraphs(told("abstract")),
        arxiv=tuple(filter(None, (told("arxiv"), told("arxivid"), eprint))),
        doi=tuple(decode_line(told(key)) for key in ("doi", "ee")),
        fields=tuple(_loose(told)),
        remarks=tuple(decode_line(told(key)) for key in ("note", "annote", "comment", "addendum")),
        addresses=tuple(each for each in addresses if each[1]),
        venues=tuple(
            decode_line(told(key))
            for key in ("booktitle", "journaltitle", "journal", "eventtitle", "series")
        ),
        type=kind,
        citekey=key if re.fullmatch(CITE_KEY, key) else None,
        keywords=tuple(re.split(r"[,;]", decode_line(told("keywords")))),
    )


def _loose(told: Callable[[str], str]) -> Iterable[str]:
    for key in _LOOSE:
        value = decode_line(told(key))
        # DBLP has 'CoRR' and 'abs/2408.12757'.
        yield f"arXiv:{value}" if value.startswith("abs/") else value


def _address(value: str) -> str:
    """Give the address that a field holds, blanks within included; what is none as it stands."""
    value = " ".join(re.sub(r"\\([%&#_~$])", r"\1", value).split())
    found = re.search(r"https?://[^{}|^<>\"]+", value)
    return re.split(r" (?=https?:|[(\[])", found[0])[0].rstrip(" .,;") if found else value


def _address_within(value: str) -> str:
    """Find an address in a remark, LaTeX's escapes taken off."""
    found = re.search(r"https?://[^\s{}|^<>\"]+", re.sub(r"\\([%&#_~$])", r"\1", value))
    return found[0].rstrip(".,;") if found else ""


def _people(value: str) -> People:
    """Split the names while braces still keep 'Marsh {and} Pond Labs' together."""
    if len(value) > 200_000:
        return People(are_all=False)
    names = []
    for name in split_multiple_persons_names(" ".join(value.split())):
        parts = parse_single_name_into_parts(name, strict=False)
        given, suffix = " ".join(parts.first), " ".join(parts.jr)
        if given.rstrip(".").lower() in ("jr", "sr", "ii", "iii") and not suffix:
            given, suffix = "", given  # 'van Marsh, Jr' names nobody Jr van Marsh
        whole = join_name(given, " ".join([*parts.von, *parts.last]), suffix)
        names.append(decode_line(whole))
    return gather(names)


def _day(told: Callable[[str], str]) -> Day:
    day = parse_day(told("date")) if told("date") else Day()
    if day != Day():
        return day
    year = re.search(r"\d{4}", told("year"))
    month = told("month").strip('{}" ').lower()
    number = re.search(r"\b(\d{1,2})\b", month)
    name = next((n for n, name in enumerate(_MONTHS, 1) if name in month), None)
    if name is None:
        return day_of(year[0] if year else None, month if month.isdigit() else None, told("day"))
    return day_of(year[0] if year else None, name, told("day") or (number[1] if number else None))

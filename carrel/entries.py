"""An entry file ↔ its value: YAML front matter between '---' lines, then Markdown."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from .decode import Entry, decode_entry
from .identifiers import bare_orcid
from .model import OWN_FIELDS, Author, ContentPage, Fact, Paper, Term, TermUse
from .problems import Position, Problem, SiteError

MAX_FRONT_MATTER = 64_000

_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^(---|\.\.\.)[ \t]*(\n|\Z)", re.MULTILINE)
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}(#{1,2})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*")
#: Units that a key of ``facts`` may end with: memory_gb: 80 → memory, 80 GB.
_UNITS = {
    "mb": "MB",
    "gb": "GB",
    "tb": "TB",
    "gbps": "GB/s",
    "tbps": "TB/s",
    "w": "W",
    "nm": "nm",
    "mhz": "MHz",
    "ghz": "GHz",
    "tflops": "TFLOP/s",
    "tops": "TOPS",
    "mm2": "mm²",
}


def parse_paper(text: str, path: str, id: str, fields: Mapping[str, str]) -> Entry[Paper]:
    """Read a paper; *fields* maps front-matter keys to the taxonomies whose uses they hold."""
    matter, notes, abstract = split_entry(text, path)
    # 'authors' and 'venue' are also fields of their own: they are read once and used twice.
    uses = {key: tuple[TermUse, ...] for key in fields if key not in OWN_FIELDS}
    given = {"id": id, "notes": notes, "abstract": abstract}
    entry, used = decode_entry(Paper, matter, path, first_line=2, also=uses, given=given)
    value = entry.value
    if any(author.orcid for author in value.authors):
        value = replace(value, authors=tuple(map(_without_address, value.authors)))
    if "authors" in fields:
        used["authors"] = tuple(TermUse(name=author.name) for author in value.authors)
    if "venue" in fields and value.venue:
        used["venue"] = (TermUse(name=value.venue),)
    terms = tuple(
        TermUse(fields[key], use.id, use.name, use.count, use.role, use.order)
        for key in sorted(used, key=list(fields).index)
        for use in used[key] or ()
    )
    title = re.sub(r"\s*\n\s*", " ", value.title)  # a folded title is one line
    return replace(entry, value=replace(value, title=title, terms=terms))


def _without_address(author: Author) -> Author:
    """Give an author with the bare ORCID iD, where its address was written."""
    return replace(author, orcid=bare_orcid(author.orcid)) if author.orcid else author


def parse_term(text: str, path: str, id: str, taxonomy: str) -> Entry[Term]:
    """Read a topic, device, organization …"""
    matter, body = _split(text, path)
    facts = tuple[tuple[str, tuple[str, ...]], ...] | tuple[Fact, ...]
    given = {"id": id, "taxonomy": taxonomy, "body": body.strip("\n")}
    entry, beside = decode_entry(
        Term, matter, path, first_line=2, also={"facts": facts}, given=given
    )
    value = replace(entry.value, facts=_facts(beside.get("facts", ())))
    return replace(entry, value=value)


def parse_page(text: str, path: str, id: str) -> Entry[ContentPage]:
    """Read a page of the site's own."""
    matter, body = _split(text, path)
    given = {"id": id, "body": body.strip("\n")}
    entry, _ = decode_entry(ContentPage, matter, path, first_line=2, given=given)
    return entry


def split_entry(text: str, path: str) -> tuple[str, str, str]:
    """Part the text of a paper's file into (front matter, notes, abstract). Raises SiteError."""
    matter, body = _split(text, path)
    return matter, *split_abstract(body)


def split_abstract(body: str) -> tuple[str, str]:
    """Part *body* into (notes, abstract): the text under '## Abstract', up to the next heading."""
    if "abstract" not in body.casefold():
        return body.strip("\n"), ""
    notes: list[str] = []
    abstract: list[str] = []
    part, fence = notes, ""
    for line in body.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            heading = _HEADING.fullmatch(line)
            if heading:
                title = (heading[2] or "").strip()
                if heading[1] == "##" and title.casefold() == "abstract" and not abstract:
                    part = abstract
                    continue
                part = notes
        part.append(line)
    return "\n".join(notes).strip("\n"), "\n".join(abstract).strip("\n")


def _split(text: str, path: str) -> tuple[str, str]:
    """Part the text of an entry into (front matter, body)."""
    start = Position(path, 1, 1)
    if not text.strip():
        hint = "begin with a line '---', 'title: …' and another line '---'"
        raise SiteError(Problem(start, "the file is empty", hint))
    opening = _OPENING.match(text)
    if not opening:
        hint = "the first line must be '---', followed by 'title: …' and another line '---'"
        raise SiteError(Problem(start, "there is no front matter", hint))
    closing = _CLOSING.search(text, opening.end())
    if not closing:
        hint = "close it with a line '---' before the text"
        raise SiteError(Problem(start, "the front matter has no end", hint))
    matter = text[opening.end() : closing.start()]
    if len(matter.encode()) > MAX_FRONT_MATTER:
        message = f"the front matter is larger than {MAX_FRONT_MATTER:,} bytes"
        raise SiteError(Problem(start, message, "put long text below the front matter"))
    return matter, text[closing.end() :]


def _facts(written: Any) -> tuple[Fact, ...]:
    """Bring both spellings of facts to one: a list of facts, or keys with values."""
    return tuple(each if isinstance(each, Fact) else _fact(*each) for each in written or ())


def _fact(key: str, values: tuple[str, ...]) -> Fact:
    name, _, suffix = key.rpartition("_")
    unit = _UNITS.get(suffix) if name else None
    return Fact((name if unit else key).replace("_", " "), " / ".join(values), unit)

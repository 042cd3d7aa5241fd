"""What a source knows of a paper that is on the list → absent fields filled, conflicts named.

A value that is there is never changed: where the source has another, both are shown with the
places where they stand, for a person to choose.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from .decode import Entry
from .entries import parse_paper
from .filling import add_abstract, add_link, fill_field, replace_title
from .identity import Place, fold_arxiv, fold_title
from .importers import RawEntry
from .model import Paper
from .naming import make_id
from .paper_text import entry_values
from .plain_markdown import to_markdown
from .problems import Position, Problem, SiteError
from .sources import fold_lines

#: A title that an entry has for want of a better: 'arXiv:2408.12757', 'doi:10.1000/182'.
_NO_TITLE = re.compile(r"(?:arXiv|doi):\S+|https?://\S+")
_SHOWN = 60  #: characters of a value in a message
_FILLED = (
    "date", "authors", "authors_count", "organization", "arxiv", "doi", "venue", "type", "citekey",
)  # fmt: skip


class Merged(Struct, frozen=True):
    """What a merge would do to one file."""

    text: str  #: the whole file; as it was where nothing was absent
    filled: tuple[str, ...] = ()  #: keys that were absent and are not any more
    conflicts: tuple[Problem, ...] = ()


def merge_entry(
    entry: RawEntry,
    date: dt.date | None,
    place: Place,
    path: str,
    text: str,
    fields: Mapping[str, str],
    *,
    with_abstract: bool = True,
) -> Merged:
    """Fill what is absent in the *text* of the file *path*, and find what is in conflict."""
    id = path.rpartition("/")[2].removesuffix(".md")
    listed = parse_paper(fold_lines(text), path, id, fields)
    values = entry_values(entry, date, place, {})
    changed, filled, missed = text, [], []
    for key in _FILLED:
        told = values.get(key)
        is_counted = key == "authors_count" and listed.value.authors
        if told is None or is_counted:
            continue
        if new := fill_field(changed, key, told):
            changed = new
            filled.append(key)
        elif not _has(listed, key):
            missed.append(key)
    for kind, urls in (values.get("links") or {}).items():
        new = fill_field(changed, "links", {kind: urls})
        if kind not in dict(listed.value.links):
            new = new or add_link(changed, kind, urls)
        if new:
            changed = new
            filled.append(f"links.{kind}")
        elif kind not in dict(listed.value.links):
            missed.append(f"links.{kind}")
    if _NO_TITLE.fullmatch(listed.value.title) and not _NO_TITLE.fullmatch(entry.title):
        new = replace_title(changed, listed.value.title, entry.title)
        if new:
            changed = new
            filled.insert(0, "title")
    if with_abstract and entry.abstract and not listed.value.abstract:
        changed = add_abstract(changed, to_markdown(entry.abstract))
        filled.append("abstract")
    if not _is_sound(changed, path, id, fields):
        missed += filled
        changed, filled = text, []
    conflicts = [*_conflicts(entry, date, listed, text), *_not_filled(missed, path)]
    return Merged(changed, tuple(filled), tuple(conflicts))


def _has(listed: Entry[Paper], key: str) -> bool:
    if key == "type":
        return key in listed.marks  # its value is never empty
    paper = listed.value
    return bool(_organization(paper) if key == "organization" else getattr(paper, key))


def _not_filled(keys: list[str], path: str) -> Iterator[Problem]:
    """Name what is absent and stays so: only rows are put in, nothing is written anew."""
    if keys:
        message = f"not filled, because several keys stand on one row: {', '.join(keys)}"
        hint = "write each key on a row of its own, and import again"
        yield Problem(Position(path), message, hint, warning=True)


def _is_sound(text: str, path: str, id: str, fields: Mapping[str, str]) -> bool:
    try:
        return not parse_paper(fold_lines(text), path, id, fields).problems
    except SiteError:
        return False


def _conflicts(
    entry: RawEntry,
    date: dt.date | None,
    listed: Entry[Paper],
    text: str,
) -> Iterator[Problem]:
    """Compare what both know, each in the way that its kind of value is the same or another."""
    paper = listed.value
    pairs: list[tuple[str, object, object, bool]] = [
        ("title", paper.title, entry.title, _same_words(paper.title, entry.title)),
        ("date", paper.date, date, paper.date == date),
        ("arxiv", paper.arxiv, entry.arxiv, _same_arxiv(paper.arxiv, entry.arxiv)),
        ("doi", paper.doi, entry.doi, _folded(paper.doi) == _folded(entry.doi)),
        ("venue", paper.venue, entry.venue, _is_part(paper.venue, entry.venue)),
        ("type", paper.type, entry.type, paper.type in ("article", entry.type)),
        ("organization", _organization(paper), _name(entry), _same_organization(paper, entry)),
        ("abstract", paper.abstract, entry.abstract, _same_words(paper.abstract, entry.abstract)),
    ]
    names = [author.name for author in paper.authors]
    told = list(entry.authors)
    pairs.append(("authors", ", ".join(names), ", ".join(told), _same_people(names, told)))
    counted = paper.authors_count is not None and not names and entry.authors_count is not None
    if counted:
        same = paper.authors_count == entry.authors_count
        pairs.append(("authors_count", paper.authors_count, entry.authors_count, same))
    for key, ours, theirs, is_same in pairs:
        placeholder = key == "title" and _NO_TITLE.fullmatch(f"{ours}")
        if ours and theirs and not is_same and not placeholder:
            yield _conflict(key, ours, theirs, entry, listed, text)
    for kind, urls in paper.links:
        for found, url in entry.links:
            if found == kind and url.rstrip("/") not in {each.rstrip("/") for each in urls}:
                yield _conflict(f"links.{kind}", ", ".join(urls), url, entry, listed, text)


def _conflict(
    key: str, ours: object, theirs: object, entry: RawEntry, listed: Entry[Paper], text: str
) -> Problem:
    where = listed.mark(key)
    if key == "abstract":
        before = re.split(r"^## Abstract", fold_lines(text), flags=re.MULTILINE | re.IGNORECASE)[0]
        where = type(where)(where.path, before.count("\n") + 1, 1)
    source = f"{entry.where.path}:{entry.where.line}" if entry.where.line else entry.where.path
    message = f"{key} is {_shown(ours)} here and {_shown(theirs)} in {source}"
    return Problem(where, message, "nothing was changed: choose one", warning=True)


def _shown(value: object) -> str:
    text = " ".join(f"{value}".split())
    return f"'{text}'" if len(text) <= _SHOWN else f"'{text[: _SHOWN - 1]}…'"


def _folded(text: str | None) -> str:
    return (text or "").casefold()


def _same_arxiv(one: str | None, other: str | None) -> bool:
    return fold_arxiv(one or "") == fold_arxiv(other or "")


def _same_words(one: str, other: str) -> bool:
    return fold_title(one) == fold_title(other)


def _is_part(one: str | None, other: str | None) -> bool:
    """Whether one venue is the other, or a shorter way to write it: 'ICML' of 'ICML 2024'."""
    ours, theirs = fold_title(one or ""), fold_title(other or "")
    return ours in theirs or theirs in ours


def _same_people(ours: list[str], theirs: list[str]) -> bool:
    """Whether two lists name the same people, with first names written out or not."""
    pairs = zip(map(_initialled, ours), map(_initialled, theirs), strict=False)
    return len(ours) == len(theirs) and all(one == other for one, other in pairs)


def _initialled(name: str) -> tuple[str, str]:
    """Give the first letter and the last name, without accents: 'Jörg Müller' → ('j', 'muller')."""
    words = make_id(name, "name").split("-")
    return words[0][:1], words[-1]


def _organization(paper: Paper) -> str:
    uses = (use for use in paper.terms if use.taxonomy == "organizations")
    return ", ".join(use.name or use.id for use in uses)


def _name(entry: RawEntry) -> str:
    return entry.organization[1] if entry.organization else ""


def _same_organization(paper: Paper, entry: RawEntry) -> bool:
    handle, name = entry.organization or ("", "")
    known = {
        make_id(word, "x")
        for use in paper.terms
        if use.taxonomy == "organizations"
        for word in (use.id, use.name)
        if word
    }
    return not known.isdisjoint({make_id(word, "x") for word in (handle, name) if word})

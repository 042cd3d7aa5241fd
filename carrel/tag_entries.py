"""Entries of the list → terms that they could be filed under, and their files with these in.

A curator's word stands: a field that holds anything is never touched. Where a field is absent or
empty, one row is written; every other byte of the file stays.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from .filling import fill_field
from .lexicon import compile_names
from .model import Paper, TermUse
from .roles import Use
from .settings import SHIPPED, Site
from .tagging import Terms, joined, read_paper, term_use

_QUOTES = 3  #: pieces of text shown for one term
_AROUND = 32  #: characters on either side of the words in a piece


class Suggested(Struct, frozen=True):
    """A term that a paper is not filed under, and the words that speak for it."""

    field: str  #: key of the front matter: 'topics', 'hardware' …
    use: TermUse
    quotes: tuple[str, ...]  #: pieces of the text, the words in brackets: 'on one [A40] with'


def closed_fields(site: Site) -> Mapping[str, str]:
    """Give field → taxonomy of all whose terms have files: the others have no names to look for."""
    kinds = SHIPPED | dict(site.published)
    return {kind.field: name for name, kind in kinds.items() if kind.vocabulary == "closed"}


def suggest_terms(paper: Paper, terms: Terms, fields: Mapping[str, str]) -> tuple[Suggested, ...]:
    """Find what *paper* could be filed under in *fields* and is not, in order of appearance.

    Its title and abstract are read; where there is no abstract, its summary and notes.
    """
    abstract = paper.abstract or f"{paper.summary or ''}\n\n{paper.notes}"
    known = {taxonomy: terms[taxonomy] for taxonomy in fields.values() if taxonomy in terms}
    found = read_paper(paper.title, abstract, known)
    text = joined(paper.title, abstract)
    return tuple(
        Suggested(field, term_use(taxonomy, uses), tuple(_quotes(text, uses)))
        for field, taxonomy in fields.items()
        for id, uses in found.get(taxonomy, {}).items()
        if id not in _filed_under(paper, taxonomy, known)
    )


def fill_empty(text: str, suggested: Iterable[Suggested]) -> str | None:
    """Write the *suggested* terms into the fields of an entry's *text* that are absent or empty.

    None: there is no such field, or the front matter is written in a way in which its row cannot
    be told apart.
    """
    by_field: dict[str, list[TermUse]] = {}
    for each in suggested:
        by_field.setdefault(each.field, []).append(each.use)
    changed = text
    for field, uses in by_field.items():
        changed = fill_field(changed, field, [write_use(use) for use in uses]) or changed
    return changed if changed != text else None


def _filed_under(paper: Paper, taxonomy: str, terms: Terms) -> set[str]:
    """Give all ids that *paper* counts for: those it names, and all above them."""
    lexicon = compile_names(tuple(terms[taxonomy].values()))
    named = {use.id for use in paper.terms if use.taxonomy == taxonomy}
    above = {
        id
        for name in named & terms[taxonomy].keys()
        for _, id in lexicon.above(terms[taxonomy][name])
    }
    return named | above


def _quotes(text: str, uses: Iterable[Use]) -> Iterator[str]:
    """Give the pieces of *text* with the first mentions, each with its words in brackets."""
    for use in tuple(uses)[:_QUOTES]:
        start, end = use.mention.start, use.mention.end
        before = text[max(0, start - _AROUND) : start].rpartition("¶\n")[2]
        behind = text[end : end + _AROUND].partition("\n¶")[0]
        if start > _AROUND:
            before = before.partition(" ")[2] or before
        if end + _AROUND < len(text):
            behind = behind.rpartition(" ")[0] or behind
        yield " ".join(f"{before}[{text[start:end]}]{behind}".split())


def write_use(use: TermUse) -> object:
    """Write a use as shortly as front matter allows: evaluated is what it says without a word."""
    role = None if use.role == "evaluated" else use.role
    written = {"id": use.id, "count": use.count, "role": role}
    told = {key: value for key, value in written.items() if value is not None}
    return told if len(told) > 1 else use.id

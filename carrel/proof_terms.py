"""Proof-reading of terms: two that are nearly one."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from .catalogue import Library
from .library import Entries
from .model import Term
from .problems import Position, Problem
from .settings import Site

#: Names at least this long may differ by a letter; shorter ones differ by that rightly.
_LONG = 8
_NUMBER = re.compile(r"\d")
_TELLING = re.compile(r"\b\w*\d\w*\b|\b[A-Z]{2,}\b")
_WORD = re.compile(r"[^\W_]+")


def check_terms(entries: Entries, site: Site, library: Library) -> Iterator[Problem]:
    """Find terms that are nearly one."""
    for name, taxonomy in site.published.items():
        terms = library.terms[name]
        places = _places(entries, site, library, name)
        # The names of people differ by a letter rightly.
        for one, other in sorted(_near(terms.values(), by_letter=name != "authors")):
            first = terms[other].title
            message = f"'{terms[one].title}' is nearly the {taxonomy.singular} '{first}'"
            hint = f"if they are one, write it one way and add the other to the aliases of {other}"
            yield Problem(places[one], message, hint, warning=True)


def _places(entries: Entries, site: Site, library: Library, taxonomy: str) -> dict[str, Position]:
    """Give id → the place where a person can change the term: its file, else its first use."""
    places = {entry.value.id: Position(entry.path) for entry in entries.terms[taxonomy]}
    field = next(key for key, name in site.fields.items() if name == taxonomy)
    resolved = {paper.id: paper for paper in library.papers}
    for entry in entries.papers:
        uses = [use for use in resolved[entry.value.id].terms if use.taxonomy == taxonomy]
        for n, use in enumerate(uses):
            places.setdefault(use.id, entry.mark(f"{field}[{n}]"))
    return places


def _near(terms: Iterable[Term], by_letter: bool) -> set[tuple[str, str]]:
    """Give pairs of ids whose names are alike, the later id first.

    Alike are names of the same letters and digits, a plural 's' apart, and long names that differ
    by one letter. Words with a digit and acronyms tell devices apart, so they must be the same.
    """
    by_key: dict[str, set[str]] = defaultdict(set)
    for term in terms:
        for name in {term.id, term.title, *term.aliases}:
            letters = folded(name)
            singular = letters if _NUMBER.search(letters) else letters.removesuffix("s")
            by_key[f"={singular}"].add(term.id)
            if by_letter and name == term.title and len(letters) >= _LONG:
                variants = {letters[:n] + letters[n + 1 :] for n in range(len(letters))}
                fixed = "|".join(_TELLING.findall(term.title))
                for variant in {letters, *variants}:
                    by_key[f"~{fixed}~{variant}"].add(term.id)
    return {
        (max(one, other), min(one, other))
        for ids in by_key.values()
        if len(ids) > 1
        for one in ids
        for other in ids
        if one != other
    }


def folded(name: str) -> str:
    """Give the letters and digits of a name, without case and accents."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))

"""What the filter of the whole list works with: papers/filter.json, fetched when it is first used.

It says what a paper is found by and under which facets it falls, and nothing of how it looks: the
entries themselves are taken from the pages of the list. The texts that change most often, notes
and abstracts, are not in it.

    {"terms": [[taxonomy, [[id, title, parent, [alias, …]], …]], …],
     "papers": [[id, slug, title, date, comments, has, status, [term, …], words], …]}

Terms are numbered through all taxonomies. A term that gets no page has no id: it is found by its
words, and it passes papers on to the term above. *parent* is -1 where there is none, *slug* is
empty where it is the id, and *has* is 1 for code, 2 for results, 3 for both. Papers are in the
order of the list.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ..cards import show
from ..catalogue import Library
from ..model import Paper
from ..outputs import Blob, Later, Part
from ..settings import Site

PATH = "papers/filter.json"
#: Facets and settings of the filter itself: a taxonomy of such a name has no facet.
OWN_KEYS = frozenset({"year", "has", "status", "mark", "q", "sort"})


def plan(library: Library, site: Site) -> Iterator[Part]:
    """One file for the whole list."""
    if "filter" in site.outputs.list:
        yield Part(_plan, (library.whole, tuple(site.published)))


def _plan(whole: Later, published: tuple[str, ...]) -> Iterator[Blob]:
    library: Library = whole.value
    numbers: dict[tuple[str, str], int] = {}
    facets: list[Sequence[Any]] = []
    names = [name for name in published if name not in OWN_KEYS and library.shelves[name]]
    for name in names:
        for id in library.shelves[name]:
            numbers[name, id] = len(numbers)
    for name in names:
        terms = [library.terms[name][id] for id in library.shelves[name]]
        rows = [
            (
                term.id if term.index else "",
                term.title,
                numbers[name, term.parent] if term.parent else -1,
                term.aliases,
            )
            for term in terms
        ]
        facets.append((name, rows))
    papers = [_row(paper, numbers) for paper in library.papers]
    yield Blob(PATH, msgspec.json.encode({"terms": facets, "papers": papers}))


def _row(paper: Paper, numbers: dict[tuple[str, str], int]) -> Sequence[Any]:
    found = (numbers.get((use.taxonomy, use.id)) for use in paper.terms)
    authors = (author.name for author in paper.authors)
    words = " ".join(filter(None, (show(paper.summary), show(paper.why), *authors)))
    has_code = any(kind == "code" and urls for kind, urls in paper.links)
    return (
        paper.id,
        paper.slug or "",
        show(paper.title),
        paper.date or "",
        paper.comments or 0,
        has_code + 2 * bool(paper.results),
        paper.status or "",
        [number for number in found if number is not None],
        words,
    )

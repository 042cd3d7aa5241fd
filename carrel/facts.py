"""What exports are made from, as digests: whether a file has to be made again is told by them.

Building a reference or a record takes longer than comparing what it would be built from, so
they are built only for files that are made.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter

from msgspec.structs import replace

from .catalogue import Library
from .digests import digest
from .model import Paper

#: What references are made from (the key too), and what records are.
_CITED = attrgetter(
    "id", "title", "type", "authors", "authors_count", "terms", "date", "added", "venue", "arxiv",
    "doi", "links", "abstract", "citekey",
)  # fmt: skip
_RECORDED = attrgetter(
    "id", "slug", "title", "type", "authors", "authors_count", "terms", "date", "added", "updated",
    "summary", "why", "links", "arxiv", "doi", "venue", "results", "status", "rating", "comments",
    "upvotes", "citekey",
)  # fmt: skip


@functools.lru_cache(maxsize=1)
def digest_cited(library: Library) -> Mapping[str, str]:
    """Give by id of paper the digest of all that its reference is made from."""
    return _digest_each(library.papers, _cited)


@functools.lru_cache(maxsize=1)
def digest_recorded(library: Library) -> Mapping[str, str]:
    """Give by id of paper the digest of all that its record is made from, but for its key."""
    return _digest_each(library.papers, _RECORDED)


@functools.lru_cache(maxsize=1)
def digest_names(library: Library) -> str:
    """Give the digest of what terms are called."""
    names = [
        (taxonomy, [(term.id, term.title) for term in terms.values()])
        for taxonomy, terms in library.terms.items()
    ]
    return digest(names)


def _cited(paper: Paper) -> tuple[object, ...]:
    """Give what the reference of *paper* is made from."""
    return _CITED(paper), paper.source.published if paper.source else None


def _digest_each(papers: Iterable[Paper], facts: Callable[[Paper], object]) -> dict[str, str]:
    return {paper.id: digest(facts(_unordered(paper))) for paper in papers}


def _unordered(paper: Paper) -> Paper:
    """Give *paper* without its places in reading paths, of which no file for programs tells."""
    if all(use.order is None for use in paper.terms):
        return paper
    return replace(paper, terms=tuple(replace(use, order=None) for use in paper.terms))

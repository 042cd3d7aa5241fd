"""The list in numbers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from .catalogue import Library
from .model import Paper
from .settings import Site

_MOST = 8  #: terms of a taxonomy that are named
_WIDTH = 100

Counts = Mapping[str, int]


class Stats(Struct, frozen=True):
    """What there is, and what is missing."""

    papers: int
    drafts: int
    results: int
    appeared: Counts  #: year → papers, oldest first
    added: Counts
    status: Counts  #: those that have one
    rated: int
    terms: Mapping[str, Counts]  #: title of a taxonomy → title of a term → papers, most first
    without: Counts  #: what is missing → papers


def count_list(library: Library, site: Site) -> Stats:
    """Count a library that was read with its drafts; these count for nothing but themselves."""
    papers = [paper for paper in library.papers if not paper.draft]
    shown = {paper.id for paper in papers}
    return Stats(
        papers=len(papers),
        drafts=len(library.papers) - len(papers),
        results=sum(len(paper.results) for paper in papers),
        appeared=_by_year(str(paper.date.year) if paper.date else "undated" for paper in papers),
        added=_by_year(str(paper.added.year) if paper.added else "undated" for paper in papers),
        status=_most_first(Counter(paper.status for paper in papers if paper.status)),
        rated=sum(paper.rating is not None for paper in papers),
        terms={
            taxonomy.title: _most_first(
                Counter(
                    {
                        library.terms[name][id].title: sum(f.paper.id in shown for f in filed)
                        for id, filed in library.filed[name].items()
                    }
                )
            )
            for name, taxonomy in site.published.items()
        },
        without=_missing(papers, site),
    )


def _missing(papers: Sequence[Paper], site: Site) -> Counts:
    """Count what a curator would want to fill in."""
    first = next(iter(site.published.items()), None)
    missing = {
        "summary": sum(not paper.summary for paper in papers),
        "why": sum(not paper.why for paper in papers),
        "notes": sum(not paper.notes for paper in papers),
        "links": sum(not (paper.links or paper.arxiv or paper.doi) for paper in papers),
        "results": sum(not paper.results for paper in papers),
    }
    if first is not None:
        name, taxonomy = first
        filed = [any(use.taxonomy == name for use in paper.terms) for paper in papers]
        missing = {taxonomy.field: filed.count(False)} | missing
    return missing


def _by_year(years: Iterator[str]) -> Counts:
    return dict(sorted(Counter(years).items()))


def _most_first(counts: Counter[str]) -> Counts:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0].casefold())))


def show_stats(stats: Stats) -> Iterator[str]:
    """Write the numbers for people, a row for each kind."""
    counted = ((stats.papers, "paper"), (stats.drafts, "draft"), (stats.results, "result"))
    told = [f"{n} {word}{'' if n == 1 else 's'}" for n, word in counted if n or word != "draft"]
    yield f"{', '.join(told)}, {stats.rated} rated"
    rows: list[tuple[str, Counts, int]] = [
        ("appeared", stats.appeared, len(stats.appeared)),
        ("added", stats.added, len(stats.added)),
        ("status", stats.status, len(stats.status)),
        *((title.lower(), counts, _MOST) for title, counts in stats.terms.items()),
        ("without", {name: n for name, n in stats.without.items() if n}, len(stats.without)),
    ]
    rows = [row for row in rows if row[1]]
    column = max((len(title) for title, _, _ in rows), default=0) + 2
    for title, counts, most in rows:
        named = [f"{name} {count}" for name, count in list(counts.items())[:most]]
        more = [f"and {len(counts) - most} more"] if len(counts) > most else []
        yield from _wrap(f"{title:{column}}", [*named, *more])


def _wrap(head: str, pieces: Sequence[str]) -> Iterator[str]:
    """Lay *pieces* out behind *head*, and below them where a row is full."""
    row = head
    for number, piece in enumerate(pieces):
        part = piece if row in (head, " " * len(head)) else f" · {piece}"
        if number and len(row) + len(part) > _WIDTH:
            yield row
            row = " " * len(head) + piece
        else:
            row += part
    yield row

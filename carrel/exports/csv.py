"""CSV as RFC 4180 has it: UTF-8, CRLF, one paper a row; several values of a cell by '; '."""

import re
from collections.abc import Iterator, Sequence

from ..records import PaperRecord
from ..settings import Site

SUFFIX = "csv"
READS = PaperRecord

_LINKS = ("paper", "code", "project", "model", "dataset", "video")
_QUOTED = re.compile(r'[",\r\n]')
#: What makes a spreadsheet take a cell for a formula, which a title must not be.
_FORMULA = re.compile(r"[=+\-@\t\r]")


def encode(papers: Sequence[PaperRecord], site: Site) -> bytes:
    """Write a row of names, then one for each paper."""
    taxonomies = tuple(site.published)
    names = [
        *("id", "key", "title", "authors", "authors_count", "date", "added", *taxonomies),
        *("venue", "arxiv", "doi", *_LINKS, "page", "headline", "status", "rating"),
        *("summary", "why"),
    ]
    rows = [names, *(list(_cells(paper, taxonomies)) for paper in papers)]
    return "".join([f"{','.join(map(_write, row))}\r\n" for row in rows]).encode()


def _cells(paper: PaperRecord, taxonomies: tuple[str, ...]) -> Iterator[str]:
    yield from (paper.id, paper.key, paper.title)
    yield "; ".join([author.name for author in paper.authors])
    yield str(paper.authors_count or "")
    for day in (paper.date, paper.added):
        yield day.isoformat() if day else ""
    for name in taxonomies:
        yield "; ".join([use.title for use in paper.terms.get(name, ())])
    yield from (paper.venue or "", paper.arxiv or "", paper.doi or "")
    yield from ("; ".join(paper.links.get(kind, ())) for kind in _LINKS)
    yield paper.url
    yield next((r.sentence() for r in paper.results if r.headline), "")
    yield from (paper.status or "", str(paper.rating or ""))
    yield from (paper.summary or "", paper.why or "")


def _write(cell: str) -> str:
    if _FORMULA.match(cell):
        cell = f"'{cell}"
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell

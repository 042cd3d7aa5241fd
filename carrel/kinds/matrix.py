"""The matrix: how many papers stand under a topic and under a device, for every pair."""

from collections.abc import Iterable, Iterator, Set

from msgspec import Struct
from msgspec.structs import replace

from ..cards import build_rows
from ..crossing import Crossing, build_crossing
from ..landscape import flatten_rows, shade, short_title
from ..model import Library
from ..outputs import Page
from ..settings import Site
from ..views import TermRow

MOST_COLUMNS = 40
MOST_ROWS = 120


class Cell(Struct, frozen=True):
    """A pair that has papers."""

    count: int
    url: str | None
    shade: int  #: 1 to 5


class Head(Struct, frozen=True):
    """A term at the top or at the side, with its papers that stand in the matrix."""

    title: str
    full: str  #: the whole title, where *title* leaves out what stands above it
    url: str | None
    depth: int
    total: int


class Line(Struct, frozen=True):
    """A row."""

    head: Head
    cells: tuple[Cell | None, ...]


def plan(library: Library, site: Site) -> Iterator[Page]:
    """One page, where two taxonomies share a paper."""
    crossing = build_crossing(library, site)
    if crossing is None or not crossing.counts:
        return
    ones, others = crossing.under[crossing.one.name], crossing.under[crossing.other.name]
    crossed = {first for first, _ in crossing.counts}, {second for _, second in crossing.counts}
    columns = _largest(build_rows(crossing.one.name, library, site), crossed[0], MOST_COLUMNS)
    rows = _largest(build_rows(crossing.other.name, library, site), crossed[1], MOST_ROWS)
    upper = set[str]().union(*(ones[row.id] for _, row in columns))
    lower = set[str]().union(*(others[row.id] for _, row in rows))
    most = max(crossing.counts.values())
    terms = library.terms[crossing.other.name]
    yield Page(
        "matrix/",
        "matrix.html",
        {
            "one": crossing.one,
            "other": crossing.other,
            "columns": tuple(
                Head(row.title, row.title, row.url, depth, len(ones[row.id] & lower))
                for depth, row in columns
            ),
            "rows": tuple(
                Line(
                    Head(
                        short_title(terms[row.id], terms) if depth else row.title,
                        row.title,
                        row.url,
                        depth,
                        len(others[row.id] & upper),
                    ),
                    _cells(columns, row, most, crossing, library),
                )
                for depth, row in rows
            ),
            "total": len(upper & lower),
            "left_out": (len(crossed[0]) - len(columns), len(crossed[1]) - len(rows)),
            "minimum": crossing.minimum,
        },
    )


def _cells(
    columns: list[tuple[int, TermRow]],
    row: TermRow,
    most: int,
    crossing: Crossing,
    library: Library,
) -> tuple[Cell | None, ...]:
    ones = library.terms[crossing.one.name]
    other = library.terms[crossing.other.name][row.id]
    counts = [crossing.counts.get((column.id, row.id), 0) for _, column in columns]
    return tuple(
        Cell(count, crossing.url(ones[column.id], other), shade(count, most)) if count else None
        for (_, column), count in zip(columns, counts, strict=True)
    )


def _largest(rows: tuple[TermRow, ...], crossed: Set[str], most: int) -> list[tuple[int, TermRow]]:
    """Give (depth, row) for the terms of a tree with most papers, at each depth by their number."""
    flat = [each for each in flatten_rows(_by_count(rows)) if each[1].id in crossed]
    kept = {row.id for _, row in sorted(flat, key=lambda each: -each[1].count)[:most]}
    return [each for each in flat if each[1].id in kept]


def _by_count(rows: Iterable[TermRow]) -> tuple[TermRow, ...]:
    ordered = sorted(rows, key=lambda row: (-row.count, row.title.casefold(), row.id))
    return tuple(replace(row, children=_by_count(row.children)) for row in ordered)

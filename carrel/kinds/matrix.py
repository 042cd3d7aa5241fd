"""The matrix: how many papers stand under a topic and under a device, for every pair."""

from collections.abc import Iterable, Iterator, Set

from msgspec import Struct
from msgspec.structs import replace

from ..cards import build_rows
from ..catalogue import Library
from ..crossing import Sides, find_sides, terms_of
from ..items import Item, Placed
from ..landscape import flatten_rows, shade, short_titles
from ..outputs import Page, Part
from ..settings import Site
from ..term_index import TermIndex
from ..views import TermRow

MOST_COLUMNS = 40
MOST_ROWS = 120
Flat = list[tuple[int, TermRow]]  #: (depth, row) …


class Cell(Struct, frozen=True):
    """A pair that has papers."""

    count: int
    url: str
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


def plan(library: Library, site: Site) -> Iterator[Part]:
    """One page, where two taxonomies share a paper."""
    sides = find_sides(site)
    if sides is not None:
        columns = build_rows(sides.one.name, library)
        rows = build_rows(sides.other.name, library)
        shorts = short_titles(library.terms[sides.other.name])
        yield Part(
            _plan_matrix, (sides, columns, rows, shorts, Placed(library.items), library.index)
        )


def _plan_matrix(
    sides: Sides,
    columns: tuple[TermRow, ...],
    rows: tuple[TermRow, ...],
    shorts: dict[str, str],
    placed: Placed,
    index: TermIndex,
) -> Iterator[Page]:
    cells: dict[tuple[str, str], list[Item]] = {}
    for item in placed.items:
        others = terms_of(item, sides.other.name, index)
        for one in terms_of(item, sides.one.name, index) if others else ():
            for other in others:
                cells.setdefault((one, other), []).append(item)
    known = ({row.id for _, row in flatten_rows(side)} for side in (columns, rows))
    ones, others = known
    cells = {key: papers for key, papers in cells.items() if key[0] in ones and key[1] in others}
    if not cells:
        return
    across, down = {one for one, _ in cells}, {other for _, other in cells}
    top, side = _largest(columns, across, MOST_COLUMNS), _largest(rows, down, MOST_ROWS)
    most = max(map(len, cells.values()))
    totals = _count(cells, {row.id for _, row in top}, {row.id for _, row in side})
    inputs = {
        "one": sides.one,
        "other": sides.other,
        "columns": tuple(
            Head(row.title, row.title, row.url, depth, totals[row.id, None]) for depth, row in top
        ),
        "rows": tuple(
            Line(
                Head(
                    shorts[row.id] if depth else row.title,
                    row.title,
                    row.url,
                    depth,
                    totals[None, row.id],
                ),
                tuple(_cell(column.id, row.id, cells, most, sides, index) for _, column in top),
            )
            for depth, row in side
        ),
        "total": totals[None, None],
        "left_out": (len(across) - len(top), len(down) - len(side)),
        "minimum": sides.minimum,
    }
    yield Page("matrix/", "matrix.html", inputs)


def _cell(
    one: str,
    other: str,
    cells: dict[tuple[str, str], list[Item]],
    most: int,
    sides: Sides,
    index: TermIndex,
) -> Cell | None:
    papers = cells.get((one, other))
    if papers is None:
        return None
    return Cell(len(papers), sides.url(one, other, papers, index), shade(len(papers), most))


def _count(
    cells: dict[tuple[str, str], list[Item]], ones: Set[str], others: Set[str]
) -> dict[tuple[str | None, str | None], int]:
    """Count the papers of every column, of every row, and of all; each paper once."""
    found: dict[tuple[str | None, str | None], set[str]] = {}
    for (one, other), papers in cells.items():
        if one in ones and other in others:
            ids = {item.id for item in papers}
            for key in ((one, None), (None, other), (None, None)):
                found.setdefault(key, set()).update(ids)
    return {key: len(ids) for key, ids in found.items()}


def _largest(rows: tuple[TermRow, ...], crossed: Set[str], most: int) -> Flat:
    """Give (depth, row) for the terms of a tree with most papers, at each depth by their number."""
    flat = [each for each in flatten_rows(_by_count(rows)) if each[1].id in crossed]
    kept = {row.id for _, row in sorted(flat, key=lambda each: -each[1].count)[:most]}
    return [each for each in flat if each[1].id in kept]


def _by_count(rows: Iterable[TermRow]) -> tuple[TermRow, ...]:
    ordered = sorted(rows, key=lambda row: (-row.count, row.title.casefold(), row.id))
    return tuple(replace(row, children=_by_count(row.children)) for row in ordered)

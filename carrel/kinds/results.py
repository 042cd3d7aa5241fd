"""The results of all papers, by what they measure, with the same as CSV beside them."""

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from ..boards import MEASURED_ON, Board, Row, build_boards, build_rows, encode_csv
from ..catalogue import Library
from ..crossing import build_trees
from ..items import Stated
from ..naming import make_id
from ..outputs import Blob, Output, Page, Part
from ..scale import build_scale
from ..settings import Site
from ..term_index import TermIndex
from ..views import TermRow

ON_ONE_PAGE = 400  #: results; a longer list has a page for each metric
CSV = "results/results.csv"


class Metric(Struct, frozen=True):
    """A way to the results of one metric."""

    title: str
    slug: str  #: unlike that of any other metric
    url: str  #: a place on this page, or a page of its own
    is_relative: bool
    count: int


class Turn(Struct, frozen=True):
    """Links between the pages of one metric."""

    number: int
    previous: str | None
    next: str | None


def plan(library: Library, site: Site) -> Iterator[Part]:
    """results/ where there are results, the CSV, and of a long list a page for each metric."""
    yield Part(_plan_results, (Stated(library.items), library.index))


def _plan_results(stated: Stated, index: TermIndex) -> Iterator[Output]:
    rows = build_rows(stated.items, index)
    if not rows:
        return
    boards = build_boards(rows)
    is_long = len(rows) > ON_ONE_PAGE
    metrics = tuple(_name(boards, is_long))
    front = {
        "metric": None,
        "metrics": metrics,
        "devices": _devices(rows, index),
        "speedups": build_scale(rows),
        "boards": () if is_long else tuple(zip(metrics, boards, strict=True)),
        "total": len(rows),
        "papers": len(stated.items),
        "csv": CSV,
        "turn": None,
    }
    yield Page("results/", "results.html", front)
    yield Blob(CSV, encode_csv(stated.items, index))
    if is_long:
        for metric, board in zip(metrics, boards, strict=True):
            yield from _plan_metric(metric, board)


def _plan_metric(metric: Metric, board: Board) -> Iterator[Page]:
    """results/<metric>/ and, where it has many results, the pages behind it."""
    parts = [board.rows[n : n + ON_ONE_PAGE] for n in range(0, len(board.rows), ON_ONE_PAGE)]
    urls = [metric.url, *(f"{metric.url}page/{n}/" for n in range(2, len(parts) + 1))]
    around = [None, *urls, None]
    for n, (url, rows) in enumerate(zip(urls, parts, strict=True)):
        inputs = {
            "metric": metric,
            "metrics": (),
            "devices": (),
            "speedups": None,
            "boards": ((metric, replace(board, rows=rows)),),
            "total": len(board.rows),
            "papers": len({row.url for row in board.rows}),
            "csv": CSV,
            "turn": Turn(n + 1, around[n], around[n + 2]) if len(parts) > 1 else None,
        }
        yield Page(url, "results.html", inputs, listed=n == 0)


def _name(boards: Iterable[Board], is_long: bool) -> Iterator[Metric]:
    taken: set[str] = set()
    for board in boards:
        stem = make_id(board.metric, "metric")
        slug, number = stem, 2
        while slug in taken:
            slug, number = f"{stem}-{number}", number + 1
        taken.add(slug)
        url = f"results/{slug}/" if is_long else f"results/#on-{slug}"
        yield Metric(board.metric, slug, url, board.is_relative, len(board.rows))


def _devices(rows: Iterable[Row], index: TermIndex) -> tuple[TermRow, ...]:
    """Give the devices that something was measured on, as trees with the number of results."""
    counts = Counter(id for row in rows for id in row.within)
    urls = {id: index.refs[MEASURED_ON][id].url for id in counts}
    found = {
        id: (count, f"{urls[id]}#results" if urls[id] else None) for id, count in counts.items()
    }
    return build_trees(found, MEASURED_ON, index)

"""Results → boards: what was measured, side by side, and ranked only where like stands by like.

Two results are alike when metric, unit, device and its number, workload and the words that qualify
the value are the same; a gain has to be one over the same baseline, too. What is not told is like
nothing: such a result is shown, and has no rank.
"""

import csv
from collections.abc import Iterable
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from .cards import show, show_result
from .items import Item
from .metrics import is_relative
from .model import Result
from .term_index import TermIndex
from .views import Ref

_RISKY = ("=", "+", "-", "@", "\t", "\r")
MEASURED_ON = "hardware"  #: the taxonomy that ``Result.hardware`` names a term of


class Row(Struct, frozen=True):
    """A result beside others."""

    title: str  #: of the paper
    url: str
    year: int | None  #: in which the paper appeared
    result: Result
    hardware: Ref | None  #: the device, where it is told
    within: tuple[str, ...] = ()  #: ids of the device and of the terms above it
    rank: int | None = None  #: 1 is best; None: there is nothing to compare it with
    of: int | None = None  #: how many are ranked together


class Board(Struct, frozen=True):
    """All results of one metric; those that can be compared stand together, best first."""

    metric: str
    is_relative: bool  #: whether its values say how something compares with something else
    rows: tuple[Row, ...]


def build_rows(items: Iterable[Item], index: TermIndex) -> list[Row]:
    """Give the results of papers in their order, without ranks."""
    refs, lines = index.refs[MEASURED_ON], index.lines[MEASURED_ON]
    rows = []
    for item in items:
        if not item.known.results:
            continue
        paper = item.paper
        year = paper.date.year if paper.date else None
        for result in paper.results:
            device = refs[result.hardware] if result.hardware else None
            within = lines[result.hardware] if result.hardware else ()
            shown = show_result(result)
            rows.append(Row(show(paper.title), item.url, year, shown, device, within))
    return rows


def build_boards(rows: Iterable[Row]) -> tuple[Board, ...]:
    """Part *rows* by metric, those with most results first, and rank what is alike."""
    relative: dict[tuple[str, str | None], bool] = {}
    parts: dict[tuple[bool, str], list[Row]] = {}
    for row in rows:
        metric, unit = row.result.metric, row.result.unit
        if (metric, unit) not in relative:
            relative[metric, unit] = is_relative(metric, unit)
        parts.setdefault((relative[metric, unit], _fold(metric)), []).append(row)
    return tuple(
        Board(part[0].result.metric, compares, _rank(part, compares))
        for (compares, _), part in sorted(parts.items(), key=lambda each: (-len(each[1]), each[0]))
    )


def encode_csv(items: Iterable[Item], index: TermIndex) -> bytes:
    """Write every result as a line of CSV, under the names that the front matter uses."""
    devices = index.refs[MEASURED_ON]
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    fields = [name for name in Result.__struct_fields__ if name != "headline"]
    writer.writerow(["paper", "title", "date", *fields, "device", "headline"])
    for item in items:
        paper = item.paper
        about = [paper.id, _cell(paper.title), paper.date]
        for result in paper.results:
            values = [_cell(getattr(result, name)) for name in fields]
            device = _cell(devices[result.hardware].title) if result.hardware else None
            writer.writerow([*about, *values, device, int(result.headline)])
    return "".join(lines).encode()


class _Lines(list[str]):
    """Lines as they are written: what `csv` takes for a file."""

    write = list.append


def _cell(value: object) -> object:
    """Write a number as short as it can be, and keep a spreadsheet from seeing formulas in text."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return f"'{value}" if isinstance(value, str) and value[:1] in _RISKY else value


def _fold(text: str | None) -> str:
    return " ".join(text.casefold().split()) if text else ""


def _rank(rows: Iterable[Row], compares: bool) -> tuple[Row, ...]:
    """Bring rows of one metric into order: by device and workload, the unknown behind."""

    def likeness(row: Row) -> tuple[bool, str, str, int, str, str, str, str, str]:
        result = row.result
        return (
            row.hardware is None,
            row.hardware.title.casefold() if row.hardware else "",
            result.hardware or "",
            result.count or 0,
            _fold(result.workload),
            _fold(result.unit),
            _fold(result.baseline) if compares else "",
            _fold(result.qualifier),
            result.better or "",
        )

    keyed = sorted(
        ((likeness(row), row) for row in rows),
        key=lambda each: (each[0], each[1].result.value, each[1].title),
    )
    ranked: list[Row] = []
    for _, alike in groupby(keyed, key=lambda each: each[0]):
        ranked += _rank_alike([row for _, row in alike], compares)
    return tuple(ranked)


def _rank_alike(rows: list[Row], compares: bool) -> list[Row]:
    """Give rows that are alike with their ranks, best first, where two papers can be compared."""
    if len({row.url for row in rows}) < 2 or any(_is_open(row, compares) for row in rows):
        return rows
    if rows[0].result.better == "higher":
        rows = sorted(rows, key=lambda row: -row.result.value)
    values = [row.result.value for row in rows]
    return [replace(row, rank=values.index(row.result.value) + 1, of=len(rows)) for row in rows]


def _is_open(row: Row, compares: bool) -> bool:
    """Whether something is not told that a comparison needs, or the value is a range."""
    result = row.result
    told = [result.unit, result.hardware, result.workload, result.better]
    return not all(told) or (compares and not result.baseline) or result.to is not None

"""Factors on a logarithmic scale: what the picture of speed-ups is drawn from."""

import math
from collections.abc import Iterable

from msgspec import Struct

from .boards import Row
from .metrics import is_speedup

MOST = 40
_FEW_DECADES = 1.5  #: a shorter scale has ticks between the powers of ten


class Factor(Struct, frozen=True):
    """A row with its place on the scale, in per cent of the width."""

    row: Row
    at: float
    to: float | None  #: where its range ends


class Scale(Struct, frozen=True):
    """Factors that share one scale."""

    ticks: tuple[tuple[float, float], ...]  #: (factor, place)
    one: float  #: the place of 1: neither faster nor slower
    factors: tuple[Factor, ...]


def build_scale(rows: Iterable[Row]) -> Scale | None:
    """Give one speed-up of each paper on a scale, in the order of *rows*; None for fewer than two.

    Where a paper's headline is a speed-up, it is the one.
    """
    found: dict[str, Row] = {}
    for row in rows:
        if is_speedup(row.result.metric, row.result.unit) and row.result.value > 0:
            first = found.setdefault(row.url, row)
            if row.result.headline and not first.result.headline:
                found[row.url] = row
    chosen = list(found.values())[:MOST]
    if len(chosen) < 2:
        return None
    values = [end for row in chosen for end in (row.result.value, row.result.to) if end]
    low = min(0.0, math.log10(min(values)))
    high = max(0.3, math.log10(max(values)) * 1.03)

    def place(value: float) -> float:
        # Rounded, because the last digits of a logarithm are not the same on every machine.
        return round(100 * (math.log10(value) - low) / (high - low), 2)

    steps = (1, 2, 5) if high - low < _FEW_DECADES else (1,)
    powers = range(math.floor(low), math.ceil(high) + 1)
    marks = (step * 10.0**power for power in powers for step in steps)
    factors = (
        Factor(row, place(row.result.value), place(row.result.to) if row.result.to else None)
        for row in chosen
    )
    ticks = tuple((mark, place(mark)) for mark in marks if 0 <= place(mark) <= 100)
    return Scale(ticks, place(1), tuple(factors))

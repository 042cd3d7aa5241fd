"""Factors on a logarithmic scale: what the picture of speed-ups is drawn from."""

import math
from collections.abc import Iterable

from msgspec import Struct

from .boards import Row
from .metrics import is_speedup

MOST = 40


class Factor(Struct, frozen=True):
    """A row with its place on the scale, in per cent of the width."""

    row: Row
    at: float
    to: float | None  #: where its range ends


class Scale(Struct, frozen=True):
    """Factors that share one scale."""

    ticks: tuple[tuple[float, float], ...]  #: (power of ten, place)
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
    ends = [max(row.result.value, row.result.to or 0) for row in chosen]
    low = min(0, math.floor(math.log10(min(row.result.value for row in chosen))))
    high = max(1, math.ceil(math.log10(max(ends))))

    def place(power: float) -> float:
        # Rounded, because the last digits of a logarithm are not the same on every machine.
        return round(100 * (power - low) / (high - low), 2)

    return Scale(
        tuple((10.0**power, place(power)) for power in range(low, high + 1)),
        place(0),
        tuple(
            Factor(
                row,
                place(math.log10(row.result.value)),
                place(math.log10(row.result.to)) if row.result.to else None,
            )
            for row in chosen
        ),
    )

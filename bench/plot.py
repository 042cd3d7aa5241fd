"""The plot of time and memory against the number of papers, as SVG.

Both scales are logarithmic, so that a tool whose cost grows with the papers is a straight line and
a factor is a distance. The picture stands on its own in light and dark: its colours follow the
reader's system.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

from .notebook import show
from .results import Measure, Results
from .tools import read_tool

WIDTH, HEIGHT = 960, 420
PANEL_WIDTH = 260
TOP, BOTTOM = 52, 44
LEFT = (58, 540)  #: of each panel
LABEL_HEIGHT = 15

_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #333 }
.title { font-size: 14px; font-weight: 600 }
.grid { stroke: #8884; stroke-width: 1 }
.line { fill: none; stroke: #777; stroke-width: 1.5; stroke-linejoin: round }
.dot { fill: #777 }
.leader { fill: none; stroke: #8888; stroke-width: 1 }
.ours .line, .ours .leader { stroke: #17694c }
.ours .dot, .ours text { fill: #17694c }
.equal .line { stroke-width: 3 }
.equal text { font-weight: 600 }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd }
  .line { stroke: #aaa }
  .dot { fill: #aaa }
  .ours .line, .ours .leader { stroke: #6fcf9f }
  .ours .dot, .ours text { fill: #6fcf9f }
}
"""


@dataclass(frozen=True, slots=True)
class _Line:
    """One tool in one panel."""

    tool: str
    points: tuple[tuple[float, float], ...]  #: papers and value


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a value to a place, by decades."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def decades(self) -> list[float]:
        """Give the powers of ten within."""
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        return [10.0**power for power in range(first, last + 1)]


def draw_plot(results: Results) -> str:
    """Draw the time and the memory of a cold build."""
    panels = [
        _draw_panel(LEFT[0], "Time of a cold build", "wall", results),
        _draw_panel(LEFT[1], "Peak memory of all processes", "memory", results),
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="title">',
            '<title id="title">Time and memory of a cold build by the number of papers</title>',
            f"<style>{_STYLE}</style>",
            *(line for panel in panels for line in panel),
            "</svg>\n",
        ]
    )


def _draw_panel(left: float, title: str, measure: Measure, results: Results) -> list[str]:
    lines = [line for tool in results.tools("cold") if (line := _line(tool, measure, results))]
    parts = [f'<text class="title" x="{left - 46}" y="24">{escape(title)}</text>']
    if not lines:
        return parts
    papers = [x for line in lines for x, _ in line.points]
    values = [y for line in lines for _, y in line.points]
    across = _Scale(min(papers), max(*papers, min(papers) * 2), left, left + PANEL_WIDTH)
    up = _Scale(min(values) / 1.25, max(values) * 1.25, HEIGHT - BOTTOM, TOP)
    for number in sorted({*papers}):
        x = across(number)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        label = f"{number:,.0f}"
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 24}" text-anchor="middle">{label}</text>')
    middle = left + PANEL_WIDTH / 2
    parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - 6}" text-anchor="middle">papers</text>')
    for value in up.decades():
        y = up(value)
        parts.append(f'<path class="grid" d="M{left:.1f} {y:.1f}h{PANEL_WIDTH}"/>')
        label = _tick(measure, value)
        parts.append(f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    ends = [up(line.points[-1][1]) for line in lines]
    for line, place in zip(lines, _spread(ends), strict=True):
        parts += _draw_line(line, across, up, left + PANEL_WIDTH + 14, place)
    return parts


def _line(tool: str, measure: Measure, results: Results) -> _Line | None:
    points = [
        (float(papers), value)
        for papers in results.sizes("cold")
        if (value := results.figure(tool, papers, "cold", measure)) is not None
    ]
    return _Line(tool, tuple(points)) if points else None


def _draw_line(line: _Line, across: _Scale, up: _Scale, right: float, place: float) -> list[str]:
    """Draw a line with its dots, and its name at the right."""
    spots = [(across(x), up(y)) for x, y in line.points]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    x, y = spots[-1]
    kind = {"carrel": "ours equal", "carrel-default": "ours"}.get(line.tool)
    group = f'<g class="{kind}">' if kind else "<g>"
    return [
        group,
        f'<path class="leader" d="M{x:.1f} {y:.1f}L{right - 4:.1f} {place:.1f}"/>',
        f'<path class="line" d="M{path}"/>',
        *(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in spots),
        f'<text x="{right:.1f}" y="{place + 4:.1f}">{escape(read_tool(line.tool).title)}</text>',
        "</g>",
    ]


def _tick(measure: Measure, value: float) -> str:
    """Name a power of ten."""
    return show(measure, value).replace(".00", "").replace(".0", "")


def _spread(places: Sequence[float]) -> list[float]:
    """Move labels apart, from the top down, each as little as that needs."""
    spread = list(places)
    order = sorted(range(len(places)), key=lambda n: places[n])
    for above, below in pairwise(order):
        spread[below] = max(spread[below], spread[above] + LABEL_HEIGHT)
    lowest = HEIGHT - BOTTOM
    for below, above in pairwise(reversed(order)):
        spread[below] = min(spread[below], lowest)
        spread[above] = min(spread[above], spread[below] - LABEL_HEIGHT)
    return spread

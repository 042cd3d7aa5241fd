"""From results to docs/performance.md: its tables and its plot, in the places marked for them.

A place is what stands between `<!-- bench: name -->` and `<!-- /bench -->`; the words around it are
written by hand.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from .notebook import show
from .plot import draw_plot
from .results import Measure, Results, Work
from .tools import read_tool

BASE = "hugo"  #: what all are compared with
DOCUMENT = "performance.md"
PLOT = "performance.svg"

_WORK_TITLES: dict[Work, str] = {
    "edit": "one edit",
    "paper": "a new paper",
    "topic": "a renamed topic",
    "unchanged": "no change",
}
_PLACE = re.compile(r"(<!-- bench: (\w+) -->\n).*?(<!-- /bench -->)", re.DOTALL)


def write_report(results: Results, folder: Path) -> None:
    """Fill the places of the document in *folder*, and draw the plot beside it."""
    document = folder / DOCUMENT
    document.write_text(fill_places(document.read_text("utf-8"), results), "utf-8")
    (folder / PLOT).write_text(draw_plot(results), "utf-8")


def fill_places(text: str, results: Results) -> str:
    """Put the tables of *results* into a document."""
    return _PLACE.sub(lambda m: m[1] + TABLES[m[2]](results).strip() + "\n" + m[3], text)


def summary(results: Results) -> str:
    """Give all tables, for a terminal."""
    tables = (f"{name}\n\n{make(results)}" for name, make in TABLES.items())
    return "\n\n".join(table for table in tables if "\n| " in table)


def cell(results: Results, tool: str, papers: int, work: Work, measure: Measure) -> str:
    """Give a median, with its ratio to that of Hugo."""
    value = results.figure(tool, papers, work, measure)
    if value is None:
        return "wrong" if results.why_not(tool, papers, work) else ""
    base = results.figure(BASE, papers, work, measure)
    ratio = f" ({value / base:.2f})" if base and tool != BASE and measure != "files" else ""
    return show(measure, value) + ratio


def _by_size(measure: Measure) -> Callable[[Results], str]:
    """Give the table of a cold build: a column for every number of papers."""

    def table(results: Results) -> str:
        sizes = results.sizes("cold")
        rows = (
            [cell(results, tool, papers, "cold", measure) for papers in sizes]
            for tool in results.tools("cold")
        )
        return _table(results.tools("cold"), [f"{papers:,} papers" for papers in sizes], rows)

    return table


def _again(papers: int) -> Callable[[Results], str]:
    """Give the table of building again: a column for every kind of change."""

    def table(results: Results) -> str:
        works = [work for work in _WORK_TITLES if papers in results.sizes(work)]
        tools = [t for t in results.tools() if any(t in results.tools(work) for work in works)]
        rows = [
            [
                *(cell(results, tool, papers, work, "wall") for work in works),
                cell(results, tool, papers, "edit", "cpu"),
                cell(results, tool, papers, "edit", "memory"),
            ]
            for tool in tools
        ]
        titles = [_WORK_TITLES[work] for work in works]
        return _table(tools, [*titles, "CPU of the edit", "its memory"], rows)

    return table


def _watching(results: Results) -> str:
    """Give the table of saves while a tool is watching."""
    measures: dict[Measure, str] = {
        "page": "the page",
        "all": "all files",
        "event": "in the browser",
        "cpu": "CPU",
        "memory": "memory",
    }
    tables = []
    for papers in results.sizes("watch"):
        tools = [t for t in results.tools("watch") if _did(results, t, papers, "watch")]
        rows = [[cell(results, tool, papers, "watch", m) for m in measures] for tool in tools]
        tables.append(f"{papers:,} papers\n\n{_table(tools, list(measures.values()), rows)}")
    return "\n\n".join(tables)


def _did(results: Results, tool: str, papers: int, work: Work) -> bool:
    found = any((s.tool, s.papers, s.work) == (tool, papers, work) for s in results.samples)
    return found or results.why_not(tool, papers, work) is not None


def _stages(results: Results) -> str:
    """Give the table of where the time of Carrel goes, in microseconds a paper."""
    columns = list(dict.fromkeys((stage.work, stage.papers) for stage in results.stages))
    names = list(dict.fromkeys(stage.name for stage in results.stages))
    found = {(s.name, s.work, s.papers): s.seconds for s in results.stages}
    rows = []
    for name in names:
        values = [found.get((name, *column), 0) / column[1] * 1e6 for column in columns]
        rows.append([f"{value:,.0f}" if value >= 0.5 else "" for value in values])
    sums = [sum(s.seconds for s in results.stages if (s.work, s.papers) == c) for c in columns]
    total = [f"{seconds / c[1] * 1e6:,.0f}" for c, seconds in zip(columns, sums, strict=True)]
    if not columns:
        return ""
    titles = [
        f"{_WORK_TITLES.get(work, 'cold build')}, {papers:,} papers" for work, papers in columns
    ]
    return _table([*names, "all of it"], titles, [*rows, total], head="µs a paper")


def _made_with(results: Results) -> str:
    """Say on what, with what and by which command."""
    lines = [
        f"- {read_tool(name).title}: {version}{_note(name)}"
        for name, version in results.versions.items()
    ]
    if not results.command:
        return "Not measured yet."
    machine = f"`{results.command}` on {results.machine}.\n\n"
    wrong = [
        f"- {read_tool(f.tool).title}, {f.papers:,} papers, {_WORK_TITLES.get(f.work, f.work)}: "
        f"{f.reason}"
        for f in results.faults
    ]
    told = "\n\nWhat was wrong, and so has no figure:\n\n" if wrong else ""
    return machine + "\n".join(lines) + told + "\n".join(wrong)


def _note(name: str) -> str:
    note = read_tool(name).note
    return f" ({note})" if note else ""


def _table(
    tools: Sequence[str], titles: Sequence[str], rows: Iterable[Sequence[str]], head: str = ""
) -> str:
    """Write a table in Markdown; a tool's row begins with its title. Nothing makes no table."""
    if not tools:
        return ""
    lines = [[head, *titles], ["---", *("---:" for _ in titles)]]
    lines += [[_title(tool), *row] for tool, row in zip(tools, rows, strict=True)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _title(tool: str) -> str:
    try:
        found = read_tool(tool)
    except FileNotFoundError:  # a stage of a build, or a tool that is measured no more
        return tool
    return f"**{found.title}**" if tool.startswith("carrel") else found.title


#: In the order of the document.
TABLES: dict[str, Callable[[Results], str]] = {
    "made": _made_with,
    "wall": _by_size("wall"),
    "cpu": _by_size("cpu"),
    "memory": _by_size("memory"),
    "files": _by_size("files"),
    "size": _by_size("size"),
    "again_58": _again(58),
    "again_1000": _again(1000),
    "again_10000": _again(10_000),
    "watch": _watching,
    "stages": _stages,
}

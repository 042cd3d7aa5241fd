"""The commands of the measurements."""

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import click

from .corpus import make_corpus
from .formats import FORMATS
from .notebook import Notebook
from .plans import FULL, QUICK, Part
from .profiling import by_function, by_module, by_step, sample_build, stages
from .report import summary, write_report
from .results import WORKS, Results, Work, read_results
from .series import Series
from .tools import Machine, Site, read_tool, tool_names
from .watching import Watching

ROOT = Path(__file__).resolve().parents[1]
MEMORY: tuple[Work, ...] = ("cold", "edit")  #: work whose memory is measured, by a run of its own

_folder = click.Path(path_type=Path, file_okay=False)
_file = click.Path(path_type=Path, dir_okay=False)
_results = click.option(
    "--json", "file", type=_file, default=ROOT / "_bench/results.json", help="File of results."
)
_carrel = click.option(
    "--carrel", "checkout", type=_folder, default=ROOT, help="The checkout that is measured."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
def bench() -> None:
    """Measure Carrel beside other generators."""


@bench.command()
@click.option("--quick", is_flag=True, help="About 4 minutes instead of 20.")
@click.option("--tools", help=f"Of {', '.join(tool_names())}; with commas.")
@click.option("--papers", help="Numbers, with commas.")
@click.option("--work", help=f"Of {', '.join(WORKS)}; with commas.")
@click.option("--rounds", type=click.IntRange(1), help="Runs of each.")
@click.option("--bench", "installed", type=_folder, default=ROOT / ".bench", help="See setup.sh.")
@click.option("--sites", type=_folder, default=ROOT / "_bench", help="Where sites are laid out.")
@click.option("--keep", is_flag=True, help="Keep the sites.")
@_carrel
@_results
def run(
    quick: bool,
    tools: str | None,
    papers: str | None,
    work: str | None,
    rounds: int | None,
    installed: Path,
    sites: Path,
    keep: bool,
    checkout: Path,
    file: Path,
) -> None:
    """Measure. The four options that choose what cut the plan down, or name another."""
    plan: tuple[Part, ...] = QUICK if quick else FULL
    if papers or work or rounds or tools:
        plan = _other_plan(tools, papers, work, rounds)
    machine = Machine(installed.resolve(), checkout.resolve())
    used = dict.fromkeys(name for part in plan for name in part.tools)
    lacking = [name for name in used if not machine.has(read_tool(name))]
    if lacking:
        click.echo(f"not installed, left out: {', '.join(lacking)} (see bench/setup.sh)", err=True)
    results = Results(
        machine=_machine(),
        command=f"python -m bench {' '.join(sys.argv[1:])}",
        versions={name: _version(machine, name) for name in used if name not in lacking},
    )
    notebook = Notebook(file, results, click.echo)
    start = time.monotonic()
    laid: dict[str, Site] = {}
    for number, part in enumerate(plan):
        corpus = make_corpus(part.papers)
        for name in part.tools:
            if name not in laid and name not in lacking:
                laid[name] = Site(name, sites.resolve() / f"{name}-{part.papers}", corpus)
        _measure(part, machine, [laid[name] for name in part.tools if name in laid], notebook)
        if number + 1 == len(plan) or plan[number + 1].papers != part.papers:
            for site in laid.values() if not keep else ():
                shutil.rmtree(site.folder)
            laid.clear()
    click.echo(summary(results))
    click.echo(f"{(time.monotonic() - start) / 60:.1f} minutes; results in {file}")


@bench.command()
@click.argument("papers", type=click.IntRange(1), default=10_000)
@click.option("--work", type=click.Choice(["cold", "edit", "paper", "topic", "unchanged"]))
@click.option("--tool", type=click.Choice(["carrel", "carrel-default"]), default="carrel")
@click.option("--sites", type=_folder, default=ROOT / "_bench", help="Where sites are laid out.")
@_carrel
def profile(papers: int, work: Work | None, tool: str, sites: Path, checkout: Path) -> None:
    """Say where the processor time of a build goes, in microseconds a paper."""
    machine = Machine(ROOT / ".bench", checkout.resolve())
    site = Site(tool, sites.resolve() / f"{tool}-{papers}", make_corpus(papers))
    cold = sample_build(machine, site, "cold")
    stacks = sample_build(machine, site, work) if work not in (None, "cold") else cold
    for title, parts in (
        ("steps of the build", by_step(stacks)),
        ("modules", by_module(stacks)),
        ("functions", by_function(stacks)),
    ):
        click.echo(f"\n{title}")
        for name, seconds in parts.items():
            click.echo(f"{seconds / papers * 1e6:10,.1f} µs  {name}")
    total = sum(seconds for _, seconds in stacks)
    click.echo(f"\n{total / papers * 1e6:10,.1f} µs a paper, {total:.2f} s in all, by one process")


@bench.command()
@click.option("--into", type=_folder, default=ROOT / "docs", help="The folder of the documents.")
@_results
def report(file: Path, into: Path) -> None:
    """Put the tables of a file of results into docs/performance.md, and draw its plot."""
    write_report(read_results(file), into)


@bench.command()
@click.argument("count", type=click.IntRange(1))
@click.argument("folder", type=_folder)
@click.option("--format", "name", type=click.Choice(sorted(FORMATS)), default="carrel")
def corpus(count: int, folder: Path, name: str) -> None:
    """Write COUNT papers into FOLDER."""
    for path, text in FORMATS[name].files(make_corpus(count)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


def _measure(part: Part, machine: Machine, sites: Sequence[Site], notebook: Notebook) -> None:
    series = Series(machine, sites, notebook)
    for work, rounds in part.rounds.items():
        if work == "watch":
            for site in sites:
                Watching(machine, site, notebook).measure(rounds)
        else:
            series.measure(work, rounds, memory=work in MEMORY)
    for site in sites:
        for work in part.profile if site.name == "carrel" else ():
            notebook.look_into(stages(sample_build(machine, site, work), part.papers, work))


def _other_plan(
    tools: str | None, papers: str | None, work: str | None, rounds: int | None
) -> tuple[Part, ...]:
    works = cast("list[Work]", work.split(",") if work else list(WORKS))
    if unknown := set(works) - set(WORKS):
        raise click.BadParameter(f"no work is called {', '.join(sorted(unknown))}")
    names = tuple(tools.split(",")) if tools else ("hugo", "carrel")
    if unknown_tools := set(names) - set(tool_names()):
        raise click.BadParameter(f"no tool is called {', '.join(sorted(unknown_tools))}")
    numbers = map(int, papers.split(",")) if papers else (58, 1000)
    return tuple(Part(n, names, dict.fromkeys(works, rounds or 3)) for n in numbers)


def _machine() -> str:
    """Describe where this runs, as far as it says."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{model}, {os.cpu_count()} cores, {gigabytes:.0f} GB, {platform.system()}"


def _version(machine: Machine, name: str) -> str:
    """Ask a tool for its version."""
    command = machine.command(read_tool(name).version)
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return said.partition("\n")[0]


if __name__ == "__main__":
    bench(prog_name="python -m bench")

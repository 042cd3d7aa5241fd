"""The commands of the measurements."""

from pathlib import Path

import click

from .corpus import make_corpus
from .formats import FORMATS
from .report import summary
from .results import WORKS, Results, write_results
from .series import Series
from .tools import Machine
from .watching import Watching

ROOT = Path(__file__).resolve().parents[1]


@click.group()
def bench() -> None:
    """Measure Carrel beside other generators."""


@bench.command()
@click.argument("count", type=click.IntRange(1))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--format", "name", type=click.Choice(sorted(FORMATS)), default="carrel")
def corpus(count: int, folder: Path, name: str) -> None:
    """Write COUNT papers into FOLDER."""
    for path, text in FORMATS[name].files(make_corpus(count)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


@bench.command()
@click.option("--tools", default="hugo,carrel", show_default=True, help="Names, with commas.")
@click.option("--papers", default="58,1000", show_default=True, help="Numbers, with commas.")
@click.option("--work", default="cold,edit", show_default=True, help=f"Of {', '.join(WORKS)}.")
@click.option("--rounds", default=3, show_default=True, help="Runs of each.")
@click.option("--carrel", "checkout", type=click.Path(path_type=Path), default=ROOT)
@click.option("--bench", "folder", type=click.Path(path_type=Path), default=ROOT / ".bench")
@click.option("--json", "file", type=click.Path(path_type=Path))
def run(
    tools: str,
    papers: str,
    work: str,
    rounds: int,
    checkout: Path,
    folder: Path,
    file: Path | None,
) -> None:
    """Measure, and print medians and ratios."""
    machine = Machine(folder.resolve(), checkout.resolve())
    file = file or folder / "results.json"
    results = Results()
    for count in map(int, papers.split(",")):
        for name in tools.split(",") if "watch" in work else ():
            work_folder = folder.resolve() / "work"
            Watching(machine, work_folder, name, count, results, click.echo).measure(rounds)
            write_results(file, results)
        series = Series(
            machine, folder.resolve() / "work", tools.split(","), count, results, click.echo
        )
        for each in work.split(","):
            if each == "watch":
                continue
            series.measure(each, rounds)
            write_results(file, results)
    click.echo(summary(results))


if __name__ == "__main__":
    bench()

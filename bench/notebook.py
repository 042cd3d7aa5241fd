"""What is being found out: kept on disk after every step, and said on the way."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .results import Fault, Measure, Results, Sample, Stage, Work, write_results


class Notebook:
    """Results in the making."""

    def __init__(self, path: Path, results: Results, say: Callable[[str], None]) -> None:
        """Write to *path*, and say to a person what happens."""
        self.results = results
        self._path = path
        self._say = say

    def note(self, tool: str, papers: int, work: Work, values: Mapping[Measure, float]) -> None:
        """Keep the values of one run."""
        for measure, value in values.items():
            self.results.samples.append(Sample(tool, papers, work, measure, round(value, 6)))
        shown = "  ".join(f"{measure} {show(measure, value)}" for measure, value in values.items())
        self._say(f"{papers:>7} {work:10} {tool:15} {shown}")
        write_results(self._path, self.results)

    def refuse(self, tool: str, papers: int, work: Work, reason: str) -> None:
        """Note that a tool did not do its work rightly: it has no figure."""
        self.results.faults.append(Fault(tool, papers, work, reason))
        self._say(f"{papers:>7} {work:10} {tool:15} WRONG: {reason}")
        write_results(self._path, self.results)

    def look_into(self, stages: Iterable[Stage]) -> None:
        """Keep where the time of a build goes."""
        self.results.stages.extend(stages)
        write_results(self._path, self.results)


def show(measure: Measure, value: float) -> str:
    """Give a value with its unit, in as many digits as can be relied on."""
    if measure in ("memory", "size"):
        return f"{_digits(value / 1e9)} GB" if value >= 1e9 else f"{_digits(value / 1e6)} MB"
    if measure == "files":
        return f"{value:,.0f}"
    return f"{_digits(value)} s" if value >= 1 else f"{_digits(value * 1000)} ms"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"

"""What was measured: single values, and the figures that are made of them."""

from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Literal

import msgspec
from msgspec import Struct

Work = Literal["cold", "unchanged", "edit", "paper", "topic", "watch"]
#: Seconds: wall, cpu; from a save to the page of the paper, to the last of all changed files, to
#: the event in the browser: entry, all, event. Bytes: memory, size. A number: files.
Measure = Literal["wall", "cpu", "memory", "files", "size", "entry", "all", "event"]

WORKS: tuple[Work, ...] = ("cold", "unchanged", "edit", "paper", "topic", "watch")


class Sample(Struct, frozen=True):
    """One value, of one run."""

    tool: str
    papers: int
    work: Work
    measure: Measure
    value: float


class Fault(Struct, frozen=True):
    """A run that counts for nothing, and why."""

    tool: str
    papers: int
    work: Work
    reason: str


class Results(Struct):
    """All that one series of runs found."""

    machine: str = ""
    command: str = ""
    versions: dict[str, str] = {}
    samples: list[Sample] = []
    faults: list[Fault] = []

    def figure(self, tool: str, papers: int, work: Work, measure: Measure) -> float | None:
        """Give the median of what was measured, None where nothing was or it was wrong."""
        if any((f.tool, f.papers, f.work) == (tool, papers, work) for f in self.faults):
            return None
        values = [
            s.value
            for s in self.samples
            if (s.tool, s.papers, s.work, s.measure) == (tool, papers, work, measure)
        ]
        return median(values) if values else None

    def why_not(self, tool: str, papers: int, work: Work) -> str | None:
        """Give the reason for which there is no figure, if one is known."""
        for fault in self.faults:
            if (fault.tool, fault.papers, fault.work) == (tool, papers, work):
                return fault.reason
        return None

    def sizes(self, work: Work) -> list[int]:
        """Give the numbers of papers with which a work was measured."""
        return sorted({s.papers for s in self.samples if s.work == work})

    def tools(self, work: Work, papers: int) -> list[str]:
        """Give the tools whose work was tried with so many papers, in the order of the runs."""
        tried: Iterable[Sample | Fault] = [*self.samples, *self.faults]
        return list(dict.fromkeys(t.tool for t in tried if (t.work, t.papers) == (work, papers)))


def read_results(path: Path) -> Results:
    """Read a file of results."""
    return msgspec.json.decode(path.read_bytes(), type=Results)


def write_results(path: Path, results: Results) -> None:
    """Write a file of results, so that a series which is cut off keeps what it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f"{path.name}.part")
    staged.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1))
    staged.replace(path)

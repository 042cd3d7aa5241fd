"""What was measured: single values, and the figures that are made of them."""

from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Literal

import msgspec
from msgspec import Struct

#: A build from nothing; the same again; after the newest paper was edited, or a paper was added,
#: each by a new process; saves while a process is watching; a build after a topic was renamed.
Work = Literal["cold", "unchanged", "edit", "paper", "watch", "topic"]
#: The topic comes last: some tools take its address from its title, so that it moves.
WORKS: tuple[Work, ...] = ("cold", "unchanged", "edit", "paper", "watch", "topic")

#: Seconds: wall, cpu; from a save to the page of the paper, to the last of all changed files, to
#: the event in the browser: page, all, event. Bytes: memory, size. A number: files.
Measure = Literal["wall", "cpu", "memory", "files", "size", "page", "all", "event"]


class Sample(Struct, frozen=True):
    """One value, of one run."""

    tool: str
    papers: int
    work: Work
    measure: Measure
    value: float


class Fault(Struct, frozen=True):
    """A work that a tool did not do rightly, and how that showed."""

    tool: str
    papers: int
    work: Work
    reason: str


class Stage(Struct, frozen=True):
    """A part of a build of Carrel, and the processor time that it takes."""

    papers: int
    work: Work
    name: str
    seconds: float


class Results(Struct):
    """All that one series of runs found."""

    machine: str = ""  #: processor, cores, system
    command: str = ""  #: what was typed
    versions: dict[str, str] = {}
    samples: list[Sample] = []
    faults: list[Fault] = []
    stages: list[Stage] = []

    def figure(self, tool: str, papers: int, work: Work, measure: Measure) -> float | None:
        """Give the median of what was measured, None where nothing was or it was wrong."""
        if self.why_not(tool, papers, work):
            return None
        values = [
            s.value
            for s in self.samples
            if (s.tool, s.papers, s.work, s.measure) == (tool, papers, work, measure)
        ]
        return median(values) if values else None

    def why_not(self, tool: str, papers: int, work: Work) -> str | None:
        """Give the reason for which a figure does not count, if there is one."""
        for fault in self.faults:
            if (fault.tool, fault.papers, fault.work) == (tool, papers, work):
                return fault.reason
        return None

    def sizes(self, work: Work) -> list[int]:
        """Give the numbers of papers with which a work was measured."""
        return sorted({sample.papers for sample in self._tried(work)})

    def tools(self, work: Work | None = None) -> list[str]:
        """Give the tools that were measured, in the order of the runs."""
        return list(dict.fromkeys(each.tool for each in self._tried(work)))

    def _tried(self, work: Work | None) -> list[Sample | Fault]:
        tried: Iterable[Sample | Fault] = (*self.samples, *self.faults)
        return [each for each in tried if work in (None, each.work)]


def read_results(path: Path) -> Results:
    """Read a file of results."""
    return msgspec.json.decode(path.read_bytes(), type=Results)


def write_results(path: Path, results: Results) -> None:
    """Write a file of results, so that a series which is cut off keeps what it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f"{path.name}.part")
    staged.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1))
    staged.replace(path)

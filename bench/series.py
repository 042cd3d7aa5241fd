"""Series of runs: each tool in turn, round by round, so that a slow minute hits them all alike."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from .content import check_site, extent, lacking, naming_pages, showing_pages
from .corpus import Corpus, add_paper, edit_newest, make_corpus, rename_topic
from .processes import Run, run_timed, run_watched
from .results import Fault, Measure, Results, Sample, Work
from .tools import Machine, Site

Say = Callable[[str], None]

_EDITS: Mapping[Work, Callable[[Corpus, str], Corpus]] = {
    "edit": edit_newest,
    "paper": add_paper,
    "topic": rename_topic,
}


class Series:
    """Measures some tools with one number of papers."""

    def __init__(
        self,
        machine: Machine,
        folder: Path,
        names: Sequence[str],
        papers: int,
        results: Results,
        say: Say,
        limit: float = 600,
    ) -> None:
        self._machine = machine
        self._papers = papers
        self._results = results
        self._say = say
        self._limit = limit
        self._edits = 0
        corpus = make_corpus(papers)
        self.sites = [Site(name, folder / f"{name}-{papers}", corpus) for name in names]

    def measure(self, work: Work, rounds: int) -> None:
        """Measure one kind of work, *rounds* times, and the memory once more."""
        if work != "cold":
            self._prime()
        for number in range(rounds + 1):
            for site in self.sites:
                if not self._results.why_not(site.name, self._papers, work):
                    self._take(site, work, memory=number == rounds)

    def _take(self, site: Site, work: Work, *, memory: bool) -> None:
        """Run once: for the time, or for the memory."""
        word = self._prepare(site, work)
        command = self._command(site, work)
        if memory:
            most = run_watched(command, site.folder, site.tool.environment, self._limit)
            self._note(site, work, "memory", most)
            return
        run = run_timed(command, site.folder, site.tool.environment, self._limit)
        faults = [run.fault] if run.fault else list(self._check(site, work, word))
        if faults:
            self._refuse(site, work, "; ".join(faults))
            return
        self._tell(site, work, run)
        self._note(site, work, "wall", run.wall)
        self._note(site, work, "cpu", run.cpu)
        if work == "cold":
            files, size = extent(site.out)
            self._note(site, work, "files", files)
            self._note(site, work, "size", size)

    def _prepare(self, site: Site, work: Work) -> str:
        """Make the change that is to be built; give the word by which it can be found."""
        if work == "cold":
            site.clean()
        if work not in _EDITS:
            return site.corpus.papers[0].title
        self._edits += 1
        word = f"Edited{self._edits:05d}"
        site.change(_EDITS[work](site.corpus, word))
        return word

    def _check(self, site: Site, work: Work, word: str) -> Iterator[str]:
        tool, corpus = site.tool, site.corpus
        if work == "topic":
            pages = naming_pages(tool, corpus, corpus.papers[0].topics[0])
        else:
            pages = showing_pages(tool, corpus)
        missing = lacking(site.out, pages, word)
        if missing:
            yield f"stale: {', '.join(missing[:3])}"
        yield from check_site(site)

    def _prime(self) -> None:
        """Let tools build that keep something for later only when they are told to."""
        for site in self.sites:
            if not site.out.exists() or site.tool.rebuild:
                command = self._command(site, "edit")
                run_timed(command, site.folder, site.tool.environment, self._limit)

    def _command(self, site: Site, work: Work) -> list[str]:
        tool = site.tool
        again = tool.rebuild if work != "cold" and tool.rebuild else tool.build
        return self._machine.command(again)

    def _note(self, site: Site, work: Work, measure: Measure, value: float) -> None:
        sample = Sample(site.name, self._papers, work, measure, round(value, 6))
        self._results.samples.append(sample)

    def _refuse(self, site: Site, work: Work, reason: str) -> None:
        self._results.faults.append(Fault(site.name, self._papers, work, reason))
        self._say(f"{self._papers:>7} {work:10} {site.name:15} WRONG: {reason}")

    def _tell(self, site: Site, work: Work, run: Run) -> None:
        name = f"{self._papers:>7} {work:10} {site.name:15}"
        self._say(f"{name} {run.wall:8.3f} s wall {run.cpu:8.3f} s cpu")

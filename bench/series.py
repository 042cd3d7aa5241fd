"""Series of runs: each tool in turn, round by round, so that a slow minute hits them all alike."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from .content import check_site, extent, lacking, naming_pages, showing_pages
from .corpus import Corpus, add_paper, edit_newest, rename_topic
from .notebook import Notebook
from .processes import run_looking, run_timed
from .results import Measure, Work
from .tools import Machine, Site

LIMIT_SECONDS = 900
EDITS: Mapping[Work, Callable[[Corpus, str], Corpus]] = {
    "edit": edit_newest,
    "paper": add_paper,
    "topic": rename_topic,
}


class Series:
    """Measures sites with one number of papers, by new processes."""

    def __init__(self, machine: Machine, sites: Sequence[Site], notebook: Notebook) -> None:
        self._machine = machine
        self._sites = sites
        self._notebook = notebook
        self._edits = 0

    def measure(self, work: Work, rounds: int, *, memory: bool) -> None:
        """Measure the time of one kind of work *rounds* times, and its memory once."""
        sites = list(self._sites)
        if work != "cold":
            self._prime()
        for _ in range(rounds):
            for site in list(sites):
                faults = self._time(site, work)
                if faults:
                    self._notebook.refuse(site.name, site.papers, work, "; ".join(faults))
                    sites.remove(site)
        for site in sites if memory else ():
            self._prepare(site, work)
            most = run_looking(
                self._command(site, work), site.folder, site.tool.environment, LIMIT_SECONDS
            )
            self._notebook.note(site.name, site.papers, work, {"memory": most})

    def _time(self, site: Site, work: Work) -> list[str]:
        """Run once; give what is wrong with it."""
        word = self._prepare(site, work)
        run = run_timed(
            self._command(site, work), site.folder, site.tool.environment, LIMIT_SECONDS
        )
        faults = [run.fault] if run.fault else list(self._check(site, work, word))
        if not faults:
            files, size = extent(site.out)
            values: Mapping[Measure, float] = {
                "wall": run.wall,
                "cpu": run.cpu,
                "files": files,
                "size": size,
            }
            self._notebook.note(site.name, site.papers, work, values)
        return faults

    def _prepare(self, site: Site, work: Work) -> str:
        """Make the change that is to be built; give the word by which it can be found."""
        if work == "cold":
            site.clean()
        if work not in EDITS:
            return site.corpus.papers[0].title
        self._edits += 1
        word = f"Edited{self._edits:05d}"
        site.change(EDITS[work](site.corpus, word))
        return word

    def _check(self, site: Site, work: Work, word: str) -> Iterator[str]:
        """Find what is wrong: a page that is missing, or that has not the new word."""
        tool, corpus = site.tool, site.corpus
        if work == "topic":
            pages = naming_pages(tool, corpus, corpus.papers[0].topics[0])
        else:
            pages = showing_pages(tool, corpus)
        missing = lacking(site.out, pages, word)
        if missing:
            yield f"old: {', '.join(missing[:3])}"
        yield from check_site(site)

    def _prime(self) -> None:
        """Build where that was not done, or not so that the tool keeps what it can use again."""
        for site in self._sites:
            if not site.out.exists() or site.tool.rebuild:
                command = self._command(site, "unchanged")
                run_timed(command, site.folder, site.tool.environment, LIMIT_SECONDS)

    def _command(self, site: Site, work: Work) -> list[str]:
        tool = site.tool
        return self._machine.command(
            tool.rebuild if work != "cold" and tool.rebuild else tool.build
        )

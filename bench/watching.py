"""From a save to the finished files, and to the event in the browser, while a tool is watching.

The files that an edit must change are looked at every millisecond; a file counts when its bytes
have the new word.
"""

import http.client
import subprocess
import time
from pathlib import Path

from .content import holds, showing_pages
from .corpus import Corpus, edit_newest, make_corpus
from .events import fetch, free_port, is_up, listening
from .processes import cpu_of, memory_of, start_process, stop
from .results import Fault, Measure, Results, Sample
from .series import Say
from .tools import Machine, Site

LOOK_SECONDS = 0.001
START_SECONDS = 600
GIVE_UP_SECONDS = 120
REST_SECONDS = 1.0  #: between two edits: a person does not save faster


class Watching:
    """Measures one tool, with one number of papers."""

    def __init__(
        self, machine: Machine, folder: Path, name: str, papers: int, results: Results, say: Say
    ) -> None:
        self._machine = machine
        self._results = results
        self._papers = papers
        self._say = say
        self._site = Site(name, folder / f"{name}-{papers}", make_corpus(papers))
        self._edits = 0

    def measure(self, edits: int) -> None:
        """Let the tool watch, and save the newest paper *edits* times; then let it serve."""
        tool = self._site.tool
        try:
            if tool.watch:
                self._watch(edits)
            if tool.serve:
                self._serve(edits)
        except (OSError, TimeoutError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            self._results.faults.append(Fault(self._site.name, self._papers, "watch", reason))
            self._say(f"{self._papers:>7} watch      {self._site.name:15} WRONG: {reason}")

    def _watch(self, edits: int) -> None:
        site = self._site
        site.clean()
        process = self._start(site.tool.watch, port=free_port())
        try:
            title = site.corpus.papers[0].title
            pages = [site.out / page for page in showing_pages(site.tool, site.corpus)]
            while not all(holds(page, title) for page in pages):
                self._wait(process)
            self._settle(process)
            for number in range(edits + 1):
                corpus, word = self._edit()
                before = cpu_of(process.pid)
                entry, last = self._follow(corpus, word)
                self._settle(process)
                if number == 0:
                    continue  # what is imported for the first change is not paid again
                self._note("entry", entry)
                self._note("all", last)
                self._note("cpu", cpu_of(process.pid) - before)
            self._note("memory", memory_of(process.pid))
        finally:
            stop(process)

    def _follow(self, corpus: Corpus, word: str) -> tuple[float, float]:
        """Save, and give the seconds to the page of the paper and to the last of all files."""
        site = self._site
        names = showing_pages(site.tool, corpus)
        left = {site.out / name: _stamp(site.out / name) for name in names}
        page, entry = site.out / names[0], 0.0
        start = time.monotonic()
        site.change(corpus)
        while left:
            now = time.monotonic() - start
            for path, stamp in list(left.items()):
                if _stamp(path) != stamp and holds(path, word):
                    del left[path]
                    entry = time.monotonic() - start if path == page else entry
            if now > GIVE_UP_SECONDS:
                stale = ", ".join(str(path.relative_to(site.out)) for path in list(left)[:3])
                raise TimeoutError(f"stale: {stale}")
            if left:
                time.sleep(LOOK_SECONDS)
        last = time.monotonic() - start
        self._tell(f"page {entry * 1000:7.1f} ms, all {len(names)} files {last * 1000:7.1f} ms")
        return entry, last

    def _serve(self, edits: int) -> None:
        site = self._site
        site.clean()
        port = free_port()
        process = self._start(site.tool.serve, port)
        try:
            while not is_up(port):
                self._wait(process)
            self._settle(process)
            with listening(site.tool.events, port) as wait:
                for number in range(edits + 1):
                    corpus, word = self._edit()
                    start = time.monotonic()
                    site.change(corpus)
                    wait()
                    seconds = time.monotonic() - start
                    page = site.tool.paper.format(id=corpus.papers[0].id)
                    if word not in fetch(port, page):
                        raise TimeoutError("the page was told to load itself, and is old")
                    self._settle(process)
                    if number:
                        self._note("event", seconds)
                        self._tell(f"event {seconds * 1000:7.1f} ms")
        finally:
            stop(process)

    def _start(self, command: tuple[str, ...], port: int) -> subprocess.Popen[bytes]:
        site = self._site
        filled = self._machine.command(command, port)
        self._started = time.monotonic()
        return start_process(filled, site.folder, site.tool.environment)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait a moment for a tool that is about to be ready."""
        if process.poll() is not None:
            raise ChildProcessError(f"ended with {process.returncode}")
        if time.monotonic() - self._started > START_SECONDS:
            raise TimeoutError("was not ready in time")
        time.sleep(0.05)

    def _settle(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until the tool computes no more."""
        quiet, last = 0.0, cpu_of(process.pid)
        end = time.monotonic() + GIVE_UP_SECONDS
        while quiet < REST_SECONDS and time.monotonic() < end:
            time.sleep(0.25)
            now = cpu_of(process.pid)
            quiet = quiet + 0.25 if now - last < 0.03 else 0.0
            last = now

    def _edit(self) -> tuple[Corpus, str]:
        self._edits += 1
        word = f"Edited{self._edits:05d}"
        return edit_newest(self._site.corpus, word), word

    def _note(self, measure: Measure, value: float) -> None:
        sample = Sample(self._site.name, self._papers, "watch", measure, round(value, 6))
        self._results.samples.append(sample)

    def _tell(self, text: str) -> None:
        self._say(f"{self._papers:>7} watch      {self._site.name:15} {text}")


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Give what differs when a file was written or replaced."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size

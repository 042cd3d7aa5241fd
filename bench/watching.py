"""From a save to the finished files, and to the event in the browser, while a tool is watching.

The files that an edit must change are looked at every millisecond; a file counts when its bytes
have the new word. The first edit is not counted: for it a tool may still have to load something.
"""

import http.client
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from .content import holds, showing_pages
from .corpus import edit_newest
from .events import fetch, free_port, is_up, listening
from .notebook import Notebook
from .processes import cpu_of, memory_of, start_process, stop
from .results import Measure
from .tools import Machine, Site

LOOK_SECONDS = 0.001
START_SECONDS = 600
GIVE_UP_SECONDS = 120
REST_SECONDS = 0.5  #: in which a tool computes nothing, before it counts as done
#: The same at the start: some tools begin to watch only when all is built, and miss what was saved
#: before.
START_REST_SECONDS = 2.0


class Watching:
    """Measures one site while its tool is watching."""

    def __init__(self, machine: Machine, site: Site, notebook: Notebook) -> None:
        self._machine = machine
        self._site = site
        self._notebook = notebook
        self._edits = 0
        self._started = 0.0

    def measure(self, edits: int) -> None:
        """Save the newest paper again and again: to the finished files, then to the event."""
        site, tool = self._site, self._site.tool
        try:
            if tool.watch:
                self._to_files(edits)
            if tool.events:
                self._to_event(edits)
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            self._notebook.refuse(site.name, site.papers, "watch", reason)

    def _to_files(self, edits: int) -> None:
        site = self._site
        site.clean()
        process = self._start(site.tool.watch, port=free_port())
        try:
            title = site.corpus.papers[0].title
            while not all(holds(path, title) for path in self._paths()):
                self._wait(process)
            self._settle(process, START_REST_SECONDS)
            for number in range(edits + 1):
                before = cpu_of(process.pid)
                page, all_files = self._follow()
                self._settle(process)
                cpu = cpu_of(process.pid) - before
                if number:
                    self._note({"page": page, "all": all_files, "cpu": cpu})
            self._note({"memory": memory_of(process.pid)})
        finally:
            stop(process)

    def _follow(self) -> tuple[float, float]:
        """Save, and give the seconds to the page of the paper and to the last of all files."""
        paths = self._paths()
        left = {path: _stamp(path) for path in paths}
        first = last = 0.0
        start, word = self._save()
        while left:
            for path, stamp in list(left.items()):
                if _stamp(path) != stamp and holds(path, word):
                    del left[path]
                    last = time.monotonic() - start
                    first = last if path == paths[0] else first
            if time.monotonic() - start > GIVE_UP_SECONDS:
                old = ", ".join(str(path.relative_to(self._site.out)) for path in list(left)[:3])
                raise TimeoutError(f"old: {old}")
            if left:
                time.sleep(LOOK_SECONDS)
        return first, last

    def _to_event(self, edits: int) -> None:
        site = self._site
        site.clean()
        port = free_port()
        page = showing_pages(site.tool, site.corpus)[0].removesuffix("index.html")
        process = self._start(site.tool.serve, port)
        try:
            while not is_up(port):
                self._wait(process)
            self._settle(process, START_REST_SECONDS)
            with listening(site.tool.events, port, page) as wait:
                for number in range(edits + 1):
                    start, word = self._save()
                    while True:  # a tool may tell more than once of one save
                        wait()
                        event = time.monotonic() - start
                        if word in fetch(port, page):
                            break
                    self._settle(process)
                    if number:
                        self._note({"event": event})
        finally:
            stop(process)

    def _paths(self) -> list[Path]:
        """Give the files that an edit must change, the page of the paper first."""
        site = self._site
        return [site.out / page for page in showing_pages(site.tool, site.corpus)]

    def _save(self) -> tuple[float, str]:
        """Edit the newest paper; give the moment before the save, and the new word."""
        self._edits += 1
        word = f"Edited{self._edits:05d}"
        corpus = edit_newest(self._site.corpus, word)
        changes = self._site.plan(corpus)
        start = time.monotonic()
        self._site.save(changes)
        return start, word

    def _start(self, command: tuple[str, ...], port: int) -> subprocess.Popen[bytes]:
        site = self._site
        filled = self._machine.command(command, port)
        self._started = time.monotonic()
        return start_process(filled, site.folder, site.tool.environment)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait a moment for a tool that is about to be ready."""
        if process.poll() is not None:
            raise ChildProcessError(f"it ended with {process.returncode}")
        if time.monotonic() - self._started > START_SECONDS:
            raise TimeoutError("it was not ready in time")
        time.sleep(0.05)

    def _settle(self, process: subprocess.Popen[bytes], rest: float = REST_SECONDS) -> None:
        """Wait until the tool computes no more."""
        quiet, last = 0.0, cpu_of(process.pid)
        end = time.monotonic() + GIVE_UP_SECONDS
        while quiet < rest and time.monotonic() < end:
            time.sleep(0.1)
            now = cpu_of(process.pid)
            quiet = quiet + 0.1 if now - last < 0.02 else 0.0
            last = now

    def _note(self, values: Mapping[Measure, float]) -> None:
        self._notebook.note(self._site.name, self._site.papers, "watch", values)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Give what differs when a file was written or replaced."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size

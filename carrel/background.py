"""The full-text index of a site that is being edited: made after the pages, by another process.

A large list takes an indexer longer than anybody waits for a page, so nothing waits for it: what a
search finds is a moment behind what is saved.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from .problems import Position, SiteError
from .settings import CONFIG

QUIET_SECONDS = 1.0  #: without an edit, before the index is made
_LOOK_SECONDS = 0.1  #: between two looks at the process


class Indexing:
    """A thread that keeps the index of the site at *root* up to date, and calls *done* for each."""

    def __init__(self, root: Path, done: Callable[[], None]) -> None:
        self._root = root
        self._done = done
        self._asked = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def ask(self) -> None:
        """Note that texts may have changed; an index that is being made is given up."""
        self._asked.set()
        with contextlib.suppress(RuntimeError):  # it runs already
            self._thread.start()

    def stop(self) -> None:
        """End the thread and its process."""
        self._stopped.set()
        self._asked.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._asked.wait()
            while self._asked.is_set() and not self._stopped.is_set():
                self._asked.clear()
                self._asked.wait(QUIET_SECONDS)
            if not self._stopped.is_set() and self._make():
                self._done()

    def _make(self) -> bool:
        """Let a process make the index; give whether there is a new one."""
        from .indexing import latest_key

        before = latest_key(self._root)
        # A new interpreter: this process has threads, and the work would hold them up.
        process = multiprocessing.get_context("spawn").Process(
            target=make_index, args=(self._root,), daemon=True
        )
        process.start()
        while process.is_alive() and not self._asked.is_set():
            process.join(_LOOK_SECONDS)
        process.terminate()
        process.join()
        return latest_key(self._root) != before


def make_index(root: Path) -> None:
    """Make the index of the site at *root*, drafts included, as a process of low priority."""
    from .indexing import can_index, choose_index
    from .pipeline import load_list
    from .terminal import print_problems

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent ends this one
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by an exception, which leaves nothing
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        _, site, library = load_list(root)
        if site.search == "on" and can_index():
            choose_index(root, library, site, "fresh", Position(CONFIG))
    except SiteError as error:
        print_problems(error.problems, as_json=False)
        sys.exit(1)

"""Build again when something changes. Knows which folders to watch, and nothing of building."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

QUIET_SECONDS = 0.02  #: without an event, before a build begins
LONGEST_WAIT_SECONDS = 0.2  #: a build begins, however many events go on
FOLDERS = ("content", "templates", "themes")


class _Changes(FileSystemEventHandler):
    """Sets a flag. Not on_any_event: merely reading a file is an event too, so every build
    would bring on the next one.
    """

    def __init__(self, root: Path, flag: threading.Event) -> None:
        self._root = root
        self._flag = flag

    def _changed(self, event: FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path and self._matters(Path(str(path))):
                self._flag.set()

    def _matters(self, path: Path) -> bool:
        inside = path.relative_to(self._root).parts if path.is_relative_to(self._root) else ()
        return bool(inside) and (inside[0] in FOLDERS or inside == ("site_config.yaml",))

    on_created = on_modified = on_deleted = on_moved = _changed


def watch(root: Path, rebuild: Callable[[], None], stop: threading.Event) -> None:
    """Call *rebuild* after every change of the site at *root*, until *stop* is set."""
    root = root.resolve()
    flag = threading.Event()
    handler = _Changes(root, flag)
    observer = Observer()
    observer.schedule(handler, str(root))
    watched: set[str] = set()
    observer.start()
    try:
        while not stop.is_set():
            # A folder that came only now; what lies in it already is found by the build.
            for folder in FOLDERS:
                if folder not in watched and (root / folder).is_dir():
                    observer.schedule(handler, str(root / folder), recursive=True)
                    watched.add(folder)
            if flag.wait(timeout=0.5):
                _wait_for_quiet(flag)
                rebuild()
    finally:
        observer.stop()
        observer.join()


def _wait_for_quiet(flag: threading.Event) -> None:
    """Return when nothing has happened for a moment; one save is several events."""
    latest = time.monotonic() + LONGEST_WAIT_SECONDS
    while flag.is_set() and time.monotonic() < latest:
        flag.clear()
        time.sleep(QUIET_SECONDS)
    flag.clear()

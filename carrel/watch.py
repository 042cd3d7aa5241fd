"""Build again when something changes. Knows which folders to watch, and nothing of building."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

QUIET_SECONDS = 0.02  #: without an event, before a build begins
LONGEST_WAIT_SECONDS = 0.2  #: a build begins, however many events go on
POLL_SECONDS = 0.5  #: between looks for folders that came or went
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
    """Call *rebuild* now and after every change of the site at *root*, until *stop* is set."""
    root = root.resolve()
    flag = threading.Event()
    handler = _Changes(root, flag)
    observer = Observer()
    observer.schedule(handler, str(root))
    watched: dict[str, tuple[int, ObservedWatch]] = {}
    observer.start()
    flag.set()  # what was saved before the watch began
    try:
        while not stop.is_set():
            for folder in FOLDERS:
                # One that came only now, or went away and came back as another.
                number = _inode(root / folder)
                known, watch = watched.get(folder, (0, None))
                if number != known:
                    if watch is not None:
                        observer.unschedule(watch)
                        del watched[folder]
                    if number:
                        watch = observer.schedule(handler, str(root / folder), recursive=True)
                        watched[folder] = (number, watch)
                    flag.set()  # what happened in it meanwhile
            if flag.wait(timeout=POLL_SECONDS):
                _wait_for_quiet(flag)
                rebuild()
    finally:
        observer.stop()
        observer.join()


def _inode(folder: Path) -> int:
    """Give the number of a folder on its disk, 0 when it is none."""
    try:
        return folder.stat().st_ino if folder.is_dir() else 0
    except OSError:
        return 0


def _wait_for_quiet(flag: threading.Event) -> None:
    """Return when nothing has happened for a moment; one save is several events."""
    latest = time.monotonic() + LONGEST_WAIT_SECONDS
    while flag.is_set() and time.monotonic() < latest:
        flag.clear()
        time.sleep(QUIET_SECONDS)
    flag.clear()

"""Build again when something changes. Knows which folders to watch, and nothing of building."""

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Set
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserverVFS

QUIET_SECONDS = 0.02  #: without an event, before a build begins
LONGEST_WAIT_SECONDS = 0.2  #: a build begins, however many events go on
POLL_SECONDS = 0.5  #: between two looks where the system tells nothing
STORM = 4096  #: events after which some may be lost; Linux keeps 16,384 that nobody has read
FOLDERS = ("content", "templates", "themes")

#: All that is asked of the system. Merely reading a file is an event too: every build would bring
#: on the next one, and fill the queue so that an edit is lost.
_KINDS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]


class _Changes(FileSystemEventHandler):
    """Which files changed, and whether that can still be relied on to be told."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._count = 0
        self._lock = threading.Lock()
        self._touched: set[str] = set()
        self.happened = threading.Event()
        self.last = time.monotonic()  #: when that was, in seconds
        self.doubtful = False

    def take(self) -> Set[str]:
        """Give the files that changed since the last call, as paths below the site."""
        with self._lock:
            touched, self._touched = self._touched, set()
        return touched

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note an event, where it is about a source of the site."""
        paths = [Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path]
        sources = [path for path in paths if self._matters(path)]
        if not sources:
            return
        self._count += 1
        with self._lock:
            self._touched.update(path.relative_to(self._root).as_posix() for path in sources)
        # What stands in a folder that has just come, or came back as another, may be unwatched.
        if event.is_directory or self._count % STORM == 0:
            self.doubtful = True
        self._tell()

    def doubt(self) -> None:
        """Note that there may have been more than was told."""
        self.doubtful = True
        self._tell()

    def _tell(self) -> None:
        self.last = time.monotonic()
        self.happened.set()

    def _matters(self, path: Path) -> bool:
        if path == self._root:  # it went away
            return True
        inside = path.relative_to(self._root).parts if path.is_relative_to(self._root) else ()
        return bool(inside) and (inside[0] in FOLDERS or inside == ("site_config.yaml",))


class _Overflow(logging.Handler):
    """Hears that watchdog lost events, which it says in its log only; also keeps that quiet."""

    def __init__(self, changes: _Changes) -> None:
        super().__init__()
        self._changes = changes

    def emit(self, record: logging.LogRecord) -> None:
        """Look for what watchdog writes when the system's queue ran over."""
        if "overflow" in record.getMessage().lower():
            self._changes.doubt()


def watch(
    root: Path,
    rebuild: Callable[[Set[str] | None], None],
    stop: threading.Event,
    *,
    poll: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Call *rebuild* now and after every change of the site at *root*, until *stop* is set.

    It gets the files that were touched, or None where everything is to be read: in the beginning,
    and where an event may have been lost; then the folders are watched anew first. With *poll* the
    folders are looked through again and again; *say* is told when that has to be.
    """
    root = root.resolve()
    changes = _Changes(root)
    changes.doubt()  # nothing is watched yet
    observer: BaseObserver | None = None
    log, overflow = logging.getLogger("watchdog"), _Overflow(changes)
    log.addHandler(overflow)
    try:
        while not stop.is_set():
            if not changes.happened.wait(timeout=POLL_SECONDS):
                continue
            _wait_for_quiet(changes)
            touched: Set[str] | None = changes.take()
            if changes.doubtful:
                touched = None
                changes.doubtful = False
                _end(observer)
                observer = None
                try:
                    observer = _observe(root, changes, poll)
                except OSError as error:
                    if error.errno in (errno.ENOSPC, errno.EMFILE) and not poll:
                        say(f"{error.strerror}: looking for changes every {POLL_SECONDS} s instead")
                        poll = True
                    else:  # the folder is gone, or goes just now
                        stop.wait(POLL_SECONDS)
                    changes.doubt()
                    continue
            rebuild(touched)
    finally:
        _end(observer)
        log.removeHandler(overflow)


def _observe(root: Path, changes: _Changes, poll: bool) -> BaseObserver:
    """Begin to watch. Raises OSError where the system has no room for that."""
    # Links are not followed: they may lead in a circle, and no source stands behind one.
    observer = (
        PollingObserverVFS(os.lstat, os.scandir, polling_interval=POLL_SECONDS)
        if poll
        else Observer()
    )
    observer.start()
    try:
        for folder in (root / name for name in FOLDERS):
            if folder.is_dir() and not folder.is_symlink():
                observer.schedule(changes, str(folder), recursive=True, event_filter=_KINDS)
        # The root comes last: watchdog passes over folders deep inside for which there is no room,
        # and then there is none for this one either.
        observer.schedule(changes, str(root), event_filter=_KINDS)
    except OSError:
        _end(observer)
        raise
    return observer


def _end(observer: BaseObserver | None) -> None:
    if observer is not None:
        observer.stop()
        observer.join()


def _wait_for_quiet(changes: _Changes) -> None:
    """Return when nothing has happened for a moment; one save is several events."""
    latest = time.monotonic() + LONGEST_WAIT_SECONDS
    while (rest := min(changes.last + QUIET_SECONDS, latest) - time.monotonic()) > 0:
        time.sleep(rest)
    changes.happened.clear()

"""Files: the memo, what a person names, creating entries. Sources are read by ``reading``."""

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from .bundled import STARTER, bundled
from .sources import MAX_ENTRY_BYTES

MEMO = ".carrel/memo"


def read_memo(root: Path) -> bytes:
    """Read what the last run remembered; nothing when there is none."""
    try:
        return (root / MEMO).read_bytes()
    except OSError:
        return b""


def write_memo(root: Path, content: bytes) -> None:
    """Keep what this run found out. A folder that cannot be written only costs time."""
    file = root / MEMO
    staged = file.with_name(f"{file.name}.{os.getpid()}.part")
    with contextlib.suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        for left in file.parent.glob(f"{file.name}.*.part"):  # of a run that was killed
            left.unlink(missing_ok=True)
        staged.write_bytes(content)
        staged.replace(file)


def read_starter() -> dict[str, str]:
    """Give path → text of what a new list begins with."""
    package = bundled()
    folders = [(STARTER, STARTER)]
    folders += [(package, package / "content" / name) for name in ("topics", "hardware")]
    return {
        file.relative_to(root).as_posix(): file.read_text(encoding="utf-8")
        for root, folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def read_catalogue(paths: Iterable[str]) -> dict[str, bytes]:
    """Give path → bytes of those of *paths* that a new list's catalogue has, as they come."""
    known = {f"content/{name}.md" for name in list_entries(bundled())}
    return {path: (bundled() / path).read_bytes() for path in paths if path in known}


def list_entries(root: Path) -> list[str]:
    """Give the names of all entries as 'topics/serving', without reading any."""
    files = (root / "content").glob("*/*.md")
    return sorted(f"{file.parent.name}/{file.stem}" for file in files)


def read_input(path: Path, limit: int = MAX_ENTRY_BYTES) -> bytes:
    """Read a file that a person named on the command line, a byte more than *limit* at most.

    A pipe that a shell opened ('<(…)') ends by itself. One that lies on disk may have nobody to
    write into it, and a device may have no end: they are refused. Raises OSError.
    """
    kind = stat.S_IFMT(path.stat().st_mode)
    if kind not in (stat.S_IFREG, stat.S_IFDIR) and not _is_opened(path):
        raise OSError(errno.EINVAL, "this is no ordinary file", str(path))
    with path.open("rb") as handle:
        return handle.read(limit + 1)


def _is_opened(path: Path) -> bool:
    """Whether *path* means what a shell has opened for us, by its number or as standard input."""
    place = path.absolute()
    return str(place) == "/dev/stdin" or str(place.parent) in ("/dev/fd", "/proc/self/fd")


def hash_file(path: Path) -> str | None:
    """Give the digest of an ordinary file, None where there is none."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, lambda: hashlib.blake2b(digest_size=8)).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None


def create_files(root: Path, files: Mapping[str, str]) -> None:
    """Create new files below *root*, all or none; an existing file is never replaced."""
    write_files(root, files, {})


def undo_files(root: Path) -> bool:
    """Undo what a run of ``write_files`` left that was cut short; tell whether there was any."""
    from .batch import undo_batch

    return undo_batch(root)


def write_files(
    root: Path, new: Mapping[str, str], changed: Mapping[str, str], gone: Iterable[str] = ()
) -> None:
    """Create the files *new* below *root*, replace the texts *changed*, remove what is *gone*.

    All or none: see ``batch``.
    """
    from .batch import write_batch

    write_batch(root, new, changed, gone)

"""The staging folder beside the output, and the two ways from there into the output.

Either the whole new tree changes places with the old one, or a journal says which files to move
and to remove; it lies in the output until all of that is done.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterator, Set
from pathlib import Path

import msgspec
from msgspec import Struct

MANIFEST = ".carrel"
JOURNAL = ".carrel.journal"
_STAGE = ".carrel-stage-"
_NEW = (
    os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
_AT_FDCWD = -100
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
#: A folder that cannot be renamed at all: a mounted one, or one of a lower layer.
_FIXED = (errno.EXDEV, errno.EBUSY)


class Made(Struct, frozen=True):
    """A file of the built site."""

    digest: str  #: 16 hex digits
    size: int  #: bytes
    warned: bool = False  #: it was made with a warning, which the next build should repeat


class _Journal(Struct, frozen=True):
    """A change under way: staged files to move in, then the manifest, then files to remove."""

    stage: str  #: name of the staging folder, beside the output
    moves: list[str]
    removals: list[str]


@contextlib.contextmanager
def staging(out: Path) -> Iterator[Path]:
    """Give a new folder beside *out*; it is gone afterwards, and so are those of dead builds.

    It stays while a journal in *out* still needs it: whoever finishes that removes it.
    """
    for left in _left_over(out):
        shutil.rmtree(left, ignore_errors=True)
    stage = out.parent / f"{_STAGE}{out.name}-{os.getpid()}-{os.urandom(4).hex()}"
    stage.mkdir(mode=0o700)
    try:
        (stage / "new").mkdir()
        yield stage
    finally:
        if not (out / JOURNAL).exists():
            shutil.rmtree(stage, ignore_errors=True)


def bring_back(out: Path) -> None:
    """Put the old tree back where a build died between moving it away and putting the new one."""
    if not out.exists():
        for left in _left_over(out):
            old = left / "old"
            if old.is_dir() and not old.is_symlink():
                old.rename(out)
                return


def _left_over(out: Path) -> list[Path]:
    """Give the staging folders that dead builds of *out* left."""
    folders = sorted(out.parent.glob(f"{_STAGE}*"))
    owners = ((left, _owner(left.name, out)) for left in folders if not left.is_symlink())
    return [left for left, owner in owners if owner is not None and not _is_alive(owner)]


def _owner(stage: str, out: Path) -> int | None:
    """Give the process that a staging folder of *out* is named after."""
    found = re.fullmatch(re.escape(f"{_STAGE}{out.name}-") + r"(\d{1,9})-[0-9a-f]{8}", stage)
    return int(found[1]) if found else None


def _is_alive(process: int) -> bool:
    """Whether a process is at work. This one holds the lock, so what it left is left over."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def write_staged(stage: Path, path: str, content: bytes | Path) -> Made:
    """Write one file of the new site; a Path is copied."""
    if isinstance(content, Path):
        content = content.read_bytes()
    file = f"{stage}/new/{path}"  # as text: a Path takes longer to make than the file to write
    folder = Path(file[: file.rfind("/")])
    try:
        if path.endswith("/index.html"):  # most pages have a folder of their own
            folder.mkdir()
        descriptor = os.open(file, _NEW, 0o666)
    except (FileNotFoundError, FileExistsError):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, _NEW, 0o666)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError as error:
        error.filename = error.filename or file  # a full disk and the like name none
        raise
    finally:
        os.close(descriptor)
    return Made(hashlib.blake2b(content, digest_size=8).hexdigest(), len(content))


def fill_up(new: Path, out: Path, unchanged: Set[str]) -> None:
    """Bring the files that stay as they are into the new tree, without copying where possible."""
    for path in sorted(unchanged):
        file = new / path
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                file.hardlink_to(out / path)
            except OSError:
                shutil.copyfile(out / path, file)


def put_in_place(stage: Path, out: Path) -> bool:
    """Put the new tree where the old one is, in one step where the system can.

    Gives False where the folder *out* cannot be moved, so that only its files can change.
    """
    new = stage / "new"
    if not out.exists():
        new.rename(out)
        return True
    try:
        if _exchange(new, out):
            return True
    except OSError as error:
        if error.errno in _FIXED:
            return False
        raise
    old = stage / "old"
    try:
        out.rename(old)
        new.rename(out)
    finally:
        if not out.exists():  # also after Ctrl-C: nobody else would put it back
            old.rename(out)
    return True


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, so that nobody finds the site absent."""
    import ctypes  # needed once in a build, and slow to load

    names = (os.fsencode(one), os.fsencode(other))
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            failed = system.renamex_np(*names, _EXCHANGE)
        else:
            failed = system.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE)
    except (AttributeError, OSError, TypeError):  # the system has no such call
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # this file system cannot
        return False
    raise OSError(code, os.strerror(code), str(other))


def folders_of(path: str) -> Iterator[str]:
    """Give the folders that *path* lies in, the nearest first."""
    while path := path.rpartition("/")[0]:
        yield path


def write_journal(stage: Path, out: Path, moves: list[str], removals: list[str]) -> None:
    """Begin a change of single files: from here on it will be finished, by whomever."""
    staged = stage / JOURNAL
    staged.write_bytes(msgspec.json.encode(_Journal(stage.name, moves, removals)))
    staged.replace(out / JOURNAL)


def finish_journal(out: Path) -> Set[str] | None:
    """Do what a journal in *out* says, from the beginning or from where somebody stopped.

    Gives None when all is done. Where it cannot be done, because it is damaged or its staging
    folder is gone, nothing is touched: then these are the paths that it may have changed.
    """
    try:
        journal = msgspec.json.decode((out / JOURNAL).read_bytes(), type=_Journal)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return set()
    named = {*journal.moves, *journal.removals}
    new = out.parent / journal.stage / "new"
    if _owner(journal.stage, out) is None or not all(_is_below(out, path) for path in named):
        return set()  # none of ours: a folder from elsewhere may hold anything
    if not new.is_dir() or not all(_is_below(new, path) for path in journal.moves):
        return named
    for path in _in_the_way(journal):
        _remove(out, path)
    # New files first, then changed ones: no page may link to one that is not there yet.
    for path in sorted(journal.moves, key=lambda path: (out / path).exists()):
        _move(new / path, out / path)
    _move(new / MANIFEST, out / MANIFEST)
    for path in journal.removals:
        _remove(out, path)
    (out / JOURNAL).unlink()
    shutil.rmtree(new.parent, ignore_errors=True)
    return None


def _is_below(folder: Path, path: str) -> bool:
    """Whether *path* stays in *folder*: no '..', no link on the way, nobody else's `.git`."""
    parts = path.split("/")
    if {"", ".", ".."} & set(parts) or parts[0] in (".git", MANIFEST, JOURNAL):
        return False
    place = folder.parent.resolve() / folder.name / path
    return place.parent.resolve() == place.parent


def _in_the_way(journal: _Journal) -> list[str]:
    """Give the files to remove where a folder is to be, or below where a file is to be."""
    moves = set(journal.moves)
    folders = {folder for path in moves for folder in folders_of(path)}
    return [p for p in journal.removals if p in folders or not moves.isdisjoint(folders_of(p))]


def _remove(out: Path, path: str) -> None:
    """Remove a file and the folders that it leaves empty; what stands there by now stays."""
    if not (out / path).is_dir():
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            (out / path).unlink()
    for folder in folders_of(path):
        with contextlib.suppress(OSError):  # not empty yet
            (out / folder).rmdir()


def _move(staged: Path, file: Path) -> None:
    """Move a staged file into place; one that is gone was moved before."""
    if not staged.exists():
        return
    if file.is_dir():  # what was in it is removed by now
        for folder, _, _ in os.walk(file, topdown=False):
            Path(folder).rmdir()
    file.parent.mkdir(parents=True, exist_ok=True)
    staged.replace(file)

"""The staging folder beside the output: where a site is made before it is seen."""

import contextlib
import ctypes
import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Set
from pathlib import Path

from msgspec import Struct

_STAGE = ".carrel-stage-"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class Made(Struct, frozen=True):
    """A file of the built site."""

    digest: str  #: 16 hex digits
    size: int  #: bytes
    warned: bool = False  #: it was made with a warning, which the next build should repeat


@contextlib.contextmanager
def staging(out: Path) -> Iterator[Path]:
    """Give a new folder beside *out*; it is gone afterwards, and so are those of dead builds."""
    prefix = f"{_STAGE}{out.name}-"
    for left in out.parent.glob(f"{_STAGE}*"):
        owner = re.fullmatch(re.escape(prefix) + r"(\d+)-[0-9a-f]{8}", left.name)
        if owner and not _is_alive(int(owner[1])):
            shutil.rmtree(left, ignore_errors=True)
    stage = out.parent / f"{prefix}{os.getpid()}-{os.urandom(4).hex()}"
    stage.mkdir(mode=0o700)
    try:
        (stage / "new").mkdir()
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _is_alive(process: int) -> bool:
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
    file = stage / "new" / path
    try:
        file.write_bytes(content)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
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


def put_in_place(stage: Path, out: Path) -> None:
    """Put the new tree where the old one is, in one step where the system can."""
    new = stage / "new"
    if not out.exists():
        new.rename(out)
    elif not _exchange(new, out):
        old = stage / "old"
        out.rename(old)
        try:
            new.rename(out)
        except OSError:
            old.rename(out)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, so that nobody finds the site absent (Linux)."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # this file system cannot
        return False
    raise OSError(code, os.strerror(code), str(other))

"""Content files that come all or none: staged, then linked in; a journal says what is under way.

Whatever ends a run in between, the next one finds the journal and undoes what it says: new files
go, changed files come back. What a person has edited since then stays as it is.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from .problems import Position, Problem, SiteError

_FOLDER = ".carrel"
_JOURNAL = "import.journal"
_STAGE = re.compile(r"import-(\d{1,9})-[0-9a-f]{8}")
#: File systems without hard links, as those of memory sticks, say one of these.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK)


class _Journal(Struct, frozen=True):
    """A batch under way. Files are known by their digests, so that edited ones are told apart."""

    process: int
    stage: str  #: name of the staging folder, beside the journal
    new: dict[str, str]  #: path → digest of the file that comes
    changed: dict[str, str]  #: path → digest of the text that takes the place of the old one
    gone: tuple[str, ...] = ()


def write_batch(
    root: Path,
    new: Mapping[str, str],
    changed: Mapping[str, str],
    gone: Iterable[str] = (),
) -> None:
    """Create the files *new* below *root*, replace the texts *changed*, remove what is *gone*.

    All or none; a file that exists is never taken for a new one.
    """
    gone = tuple(gone)
    if not new and not changed and not gone:
        return
    contents = {path: text.encode() for path, text in (dict(new) | dict(changed)).items()}
    had_folder = (root / _FOLDER).exists()
    base = _inside(root, f"{_FOLDER}/{_JOURNAL}").parent
    undo_batch(root)
    stage = base / f"import-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        _stage(root, stage, contents, (*changed, *gone))
        journal = _Journal(
            os.getpid(),
            stage.name,
            {path: _digest(contents[path]) for path in new},
            {path: _digest(contents[path]) for path in changed},
            gone,
        )
        _begin(base, stage, journal)
        try:
            for path in new:
                _link(stage / "new" / path, _inside(root, path))
            for path in changed:
                (stage / "new" / path).replace(_inside(root, path))
            for path in gone:
                _inside(root, path).unlink()
            (base / _JOURNAL).unlink()  # from here on all of them are to stay
        finally:
            if (base / _JOURNAL).exists():
                _undo(root, base, journal)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if not had_folder:
            with contextlib.suppress(OSError):
                base.rmdir()


def undo_batch(root: Path) -> bool:
    """Undo what a run that was cut short left; tell whether there was anything.

    Raises SiteError when that run is still at work.
    """
    base = root / _FOLDER
    if base.is_symlink():
        return False
    try:
        content = (base / _JOURNAL).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        _sweep(base)
        return False
    try:
        journal = msgspec.json.decode(content, type=_Journal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        journal = None
    if journal is None or not _STAGE.fullmatch(journal.stage):
        (base / _JOURNAL).unlink()  # torn before anything was done, or none of ours
        return False
    if journal.process != os.getpid() and _is_alive(journal.process):
        hint = "wait until it has ended"
        where = Position(f"{_FOLDER}/{_JOURNAL}")
        raise SiteError(Problem(where, "another import is at work on this list", hint))
    _undo(root, base, journal)
    _sweep(base)
    return True


def _stage(root: Path, stage: Path, contents: Mapping[str, bytes], replaced: Iterable[str]) -> None:
    """Write everything that comes, and keep what it takes the place of."""
    for path, content in contents.items():
        file = stage / "new" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for path in replaced:
        old = stage / "old" / path
        old.parent.mkdir(parents=True, exist_ok=True)
        old.write_bytes(_inside(root, path).read_bytes())


def _begin(base: Path, stage: Path, journal: _Journal) -> None:
    """Write the journal, complete from its first moment; of two runs one comes first."""
    staged = stage / _JOURNAL
    staged.write_bytes(msgspec.json.encode(journal))
    try:
        _link(staged, base / _JOURNAL)
    except FileExistsError:
        where = Position(f"{_FOLDER}/{_JOURNAL}")
        message = "another import has just begun on this list"
        raise SiteError(Problem(where, message, "wait until it has ended")) from None


def _link(staged: Path, file: Path) -> None:
    """Give *staged* its place, where no file may be yet."""
    try:
        file.hardlink_to(staged)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        with file.open("xb") as handle:
            handle.write(staged.read_bytes())


def _undo(root: Path, base: Path, journal: _Journal) -> None:
    """Take new files away and put changed ones back, but for those edited since."""
    stage = base / journal.stage
    for path, digest in journal.new.items():
        for file in _ours(root, path, digest):
            file.unlink()
    for path, digest in journal.changed.items():
        old = stage / "old" / path
        for file in _ours(root, path, digest) if old.is_file() else ():
            old.replace(file)
    for path in journal.gone:
        old, file = stage / "old" / path, _inside(root, path)
        if old.is_file() and not file.exists():
            old.replace(file)
    (base / _JOURNAL).unlink(missing_ok=True)


def _ours(root: Path, path: str, digest: str) -> Iterator[Path]:
    """Give the file of *path* where it is in the site and is what the batch wrote."""
    with contextlib.suppress(OSError):
        file = _inside(root, path)
        if not file.is_symlink() and _digest(file.read_bytes()) == digest:
            yield file


def _sweep(base: Path) -> None:
    """Remove staging folders that no journal speaks of and no process fills."""
    for left in sorted(base.glob("import-*-*")):
        found = _STAGE.fullmatch(left.name)
        owner = int(found[1]) if found and not left.is_symlink() else None
        if owner is not None and (owner == os.getpid() or not _is_alive(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _inside(root: Path, path: str) -> Path:
    """Give the place of *path*, with its folder made; no link on the way leads out of the site."""
    file = root / path
    if {"..", ""} & set(path.split("/")):
        raise OSError(errno.EINVAL, "this path leads out of the site", path)
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.parent.resolve() != root.resolve() / Path(path).parent:
        raise OSError(errno.ELOOP, "a folder on the way is a link", str(file.parent))
    return file

"""The output folder: whether it is ours, what stands there, and how a new site takes its place.

The file ``.carrel`` inside the folder is the mark that it is ours, and its manifest: path →
fingerprint, digest, size. Pages and manifest change together, in one of two ways.

A first or a large change builds a whole new tree beside the folder (unchanged files are linked
into it) and exchanges the two. A small one writes a journal into the folder and then renames
file by file; whoever finds a journal finishes it first. Nothing is replaced before everything
is rendered, and an interrupted change is completed or never began.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

import msgspec
from msgspec import Struct

from .fingerprint import Fingerprint
from .origin import Origin
from .problems import Position, Problem, SiteError
from .staging import JOURNAL as JOURNAL
from .staging import MANIFEST as MANIFEST
from .staging import (
    Made,
    bring_back,
    fill_up,
    finish_journal,
    folders_of,
    put_in_place,
    write_journal,
)

_OURS = {MANIFEST, JOURNAL}
_FORMAT = 2


class Record(Struct, frozen=True):
    """A file of the built site, and what it was made from."""

    fingerprint: Fingerprint
    made: Made


_UNKNOWN = Record(Fingerprint(), Made("", -1))


class Manifest(Struct, frozen=True):
    """The file ``.carrel`` of an output folder."""

    format: int
    files: dict[str, Record]
    origin: Origin = Origin()


class _Mark(Struct, frozen=True):
    """What manifests of all versions have in common."""

    format: int
    files: dict[str, msgspec.Raw]


def list_files(files: dict[str, Record], origin: Origin | None = None) -> Manifest:
    """Make the manifest of *files*, in the order of paths."""
    return Manifest(_FORMAT, dict(sorted(files.items())), origin or Origin())


def compare(wanted: Mapping[str, Fingerprint], built: Mapping[str, Record]) -> dict[str, str]:
    """Give path → reason for every output that has to be made again."""
    stale = {}
    for path, fingerprint in wanted.items():
        record = built.get(path)
        if record is None or record.fingerprint != fingerprint:
            stale[path] = fingerprint.changes_since(record.fingerprint if record else None)
        elif record.made.warned:
            stale[path] = "its warning is repeated"
    return stale


@contextlib.contextmanager
def locked(root: Path, out: Path) -> Iterator[None]:
    """Let one build at a time change *out*. The system frees the lock of a process that died.

    Raises SiteError where the output may not be: in the site's own sources, or around them.
    """
    _check_place(root, out)
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # no such locks on Windows
        yield
        return
    # The folder around the output is what is locked: a lock file would lie about for ever.
    folder = os.open(out.parent, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a network's file system may have no locks
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        with contextlib.suppress(OSError):  # closing is not enough: copies of this process have it
            fcntl.flock(folder, fcntl.LOCK_UN)
        os.close(folder)


class Standing(Struct, frozen=True):
    """What a process left in an output folder, as long as nobody else has built there since."""

    manifest: Manifest
    seen: tuple[int, int, int]

    @classmethod
    def of(cls, out: Path, manifest: Manifest) -> "Standing":
        """Note that *manifest* says what stands in *out*."""
        return cls(manifest, _look(out / MANIFEST))


def _look(file: Path) -> tuple[int, int, int]:
    """Give what tells a file from any that takes its place."""
    try:
        status = file.lstat()
    except OSError:
        return (0, 0, 0)
    return status.st_ino, status.st_mtime_ns, status.st_size


def claim(out: Path, standing: Standing | None = None) -> Manifest:
    """Make sure that *out* may be changed, and give what stands there.

    With what this process left *standing* there, the folder is not looked through again.

    A file that the manifest names and that is gone is left out; one of another size counts as
    made from nothing that is known. Raises SiteError for a folder that is not ours, or that holds
    a stranger's file.
    """
    if standing is not None and standing.seen == _look(out / MANIFEST) != (0, 0, 0):
        return standing.manifest
    bring_back(out)
    if not out.exists():
        return list_files({})
    where = Position(str(out))
    if not out.is_dir():
        raise SiteError(Problem(where, "the output is a file", "name a folder"))
    _finish(out)
    manifest = read_manifest(out)
    sizes = _sizes_in(out)
    if manifest is None and sizes:
        hint = "name another folder with --output, or empty this one yourself"
        raise SiteError(Problem(where, "this folder was not made by Carrel", hint))
    known = manifest.files if manifest else {}
    strangers = sorted(sizes.keys() - known.keys() - _OURS)
    if strangers:
        hint = "put it into content/static/, from where every build takes it over"
        message = "Carrel did not make this file"
        named = strangers[:20]
        raise SiteError(*(Problem(Position(f"{out}/{path}"), message, hint) for path in named))
    return list_files(
        {
            path: record if sizes[path] == record.made.size else _UNKNOWN
            for path, record in known.items()
            if path in sizes
        },
        manifest.origin if manifest else Origin(),
    )


def _check_place(root: Path, out: Path) -> None:
    where = Position(str(out))
    hint = "choose a folder of its own: output_dir in site_config.yaml, or --output"
    real, real_root = out.resolve(), root.resolve()
    sources = [real_root / top for top in ("content", "templates", "themes", ".git", "carrel")]
    if real == real_root or real in real_root.parents:
        raise SiteError(Problem(where, "the output would replace the site's own sources", hint))
    if any(real == source or source in real.parents for source in sources):
        raise SiteError(Problem(where, "the output would lie in the site's own sources", hint))
    if out.name in ("", ".."):
        hint = "name it from outside: the folder is exchanged for a new one"
        raise SiteError(Problem(where, "the output needs a name", hint))
    if out.is_symlink():
        raise SiteError(Problem(where, "the output is a link", "name the folder itself"))


def _sizes_in(folder: Path) -> dict[str, int]:
    """Give the size of every file below *folder*, -1 for what is no ordinary file."""
    sizes: dict[str, int] = {}
    waiting = [("", str(folder))]
    while waiting:
        prefix, place = waiting.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                path = prefix + entry.name
                if path == ".git":  # of whoever publishes from here; in a worktree it is a file
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{path}/", entry.path))
                elif entry.is_file(follow_symlinks=False):
                    sizes[path] = entry.stat(follow_symlinks=False).st_size
                else:
                    sizes[path] = -1
    return sizes


def read_manifest(out: Path) -> Manifest | None:
    """Read the mark of *out*. One that another version wrote tells which files are ours."""
    try:
        content = (out / MANIFEST).read_bytes()
        with contextlib.suppress(msgspec.ValidationError):
            manifest = msgspec.json.decode(content, type=Manifest)
            if manifest.format == _FORMAT:
                return manifest
        marked = msgspec.json.decode(content, type=_Mark)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return list_files(dict.fromkeys(marked.files, _UNKNOWN))


def commit(
    stage: Path, out: Path, made: Set[str], wanted: Manifest, before: Manifest
) -> tuple[Set[str], Set[str]]:
    """Bring *out* to what *wanted* says, with the files *made* taken from *stage*.

    Gives (paths whose bytes are new or differ, paths that are gone).
    """
    changed = {p for p in made if _digest(before, p) != _digest(wanted, p)}
    removed = before.files.keys() - wanted.files.keys()
    if out.exists() and not changed and not removed and before == wanted:
        return changed, removed
    (stage / "new" / MANIFEST).write_bytes(msgspec.json.encode(wanted))
    large = 2 * (len(changed) + len(removed)) > len(wanted.files)
    whole = not out.exists() or large or _swaps_kinds(out, changed, removed)
    if whole and not (out / ".git").exists():
        fill_up(stage / "new", out, wanted.files.keys() - changed)
        whole = put_in_place(stage, out)
    else:
        whole = False
    if not whole:
        write_journal(stage, out, sorted(changed), sorted(removed))
        _finish(out)
    return changed, removed


def _digest(manifest: Manifest, path: str) -> str | None:
    record = manifest.files.get(path)
    return record.made.digest if record else None


def _swaps_kinds(out: Path, changed: Set[str], removed: Set[str]) -> bool:
    """Whether a file becomes a folder or the other way round, which takes a moment in place."""
    if any((out / path).is_dir() for path in changed):
        return True
    return any(parent in removed for path in changed for parent in folders_of(path))


def _finish(out: Path) -> None:
    """Finish a journal; where that cannot be done, let the next build make every file anew."""
    uncertain = finish_journal(out)
    if uncertain is not None:
        known = read_manifest(out) or list_files({})
        files = dict.fromkeys({*known.files, *uncertain}, _UNKNOWN)
        # Written over the journal, which so stays one that cannot be done until this is whole.
        (out / JOURNAL).write_bytes(msgspec.json.encode(list_files(files)))
        (out / JOURNAL).replace(out / MANIFEST)

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
from collections.abc import Iterator, Set
from pathlib import Path

import msgspec
from msgspec import Struct

from .fingerprint import Fingerprint
from .problems import Position, Problem, SiteError
from .staging import Made, fill_up, put_in_place

MANIFEST = ".carrel"
JOURNAL = ".carrel.journal"
_OURS = {MANIFEST, JOURNAL}
_FORMAT = 2


class Record(Struct, frozen=True):
    """A file of the built site, and what it was made from."""

    fingerprint: Fingerprint
    made: Made


class Manifest(Struct, frozen=True):
    """The file ``.carrel`` of an output folder."""

    format: int
    files: dict[str, Record]


def list_files(files: dict[str, Record]) -> Manifest:
    """Make the manifest of *files*, in the order of paths."""
    return Manifest(_FORMAT, dict(sorted(files.items())))


class _Journal(Struct, frozen=True):
    """A change under way: staged files to move in, then the manifest, then files to remove."""

    stage: str  #: name of the staging folder, beside the output
    moves: list[str]
    removals: list[str]


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
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def claim(out: Path) -> Manifest:
    """Make sure that *out* may be changed, and give what stands there.

    A file that the manifest names and that is gone, or has another size, is left out. Raises
    SiteError for a folder that is not ours, or that holds a stranger's file.
    """
    if not out.exists():
        return list_files({})
    where = Position(str(out))
    if not out.is_dir():
        raise SiteError(Problem(where, "the output is a file", "name a folder"))
    _finish_journal(out)
    manifest = _read_manifest(out)
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
    present = {p: record for p, record in known.items() if sizes.get(p) == record.made.size}
    return list_files(present)


def _check_place(root: Path, out: Path) -> None:
    where = Position(str(out))
    real, real_root = out.resolve(), root.resolve()
    sources = [real_root / top for top in ("content", "templates", "themes", ".git", "carrel")]
    if real == real_root or real in real_root.parents:
        raise SiteError(Problem(where, "the output would replace the site's own sources"))
    if any(real == source or source in real.parents for source in sources):
        raise SiteError(Problem(where, "the output would lie in the site's own sources"))
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
                if entry.is_dir(follow_symlinks=False):
                    if path != ".git":  # of whoever publishes from here; left alone
                        waiting.append((f"{path}/", entry.path))
                elif entry.is_file(follow_symlinks=False):
                    sizes[path] = entry.stat(follow_symlinks=False).st_size
                else:
                    sizes[path] = -1
    return sizes


def _read_manifest(out: Path) -> Manifest | None:
    try:
        manifest = msgspec.json.decode((out / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return manifest if manifest.format == _FORMAT else None


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
    manifest = msgspec.json.encode(wanted)
    (stage / "new" / MANIFEST).write_bytes(manifest)
    small = out.exists() and 2 * (len(changed) + len(removed)) <= len(wanted.files)
    if (small or (out / ".git").exists()) and not _swaps_kinds(out, changed, removed):
        _write_journal(stage, out, sorted(changed), sorted(removed))
        _finish_journal(out)
    else:
        fill_up(stage / "new", out, wanted.files.keys() - changed)
        put_in_place(stage, out)
    return changed, removed


def _digest(manifest: Manifest, path: str) -> str | None:
    record = manifest.files.get(path)
    return record.made.digest if record else None


def _swaps_kinds(out: Path, changed: Set[str], removed: Set[str]) -> bool:
    """Whether a file becomes a folder or the other way round, which renames cannot do."""
    if any((out / path).is_dir() for path in changed):
        return True
    return any(parent in removed for path in changed for parent in _folders_of(path))


def _folders_of(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _write_journal(stage: Path, out: Path, moves: list[str], removals: list[str]) -> None:
    journal = _Journal(stage.name, moves, removals)
    staged = stage / JOURNAL
    staged.write_bytes(msgspec.json.encode(journal))
    staged.replace(out / JOURNAL)


def _finish_journal(out: Path) -> None:
    """Do what the journal in *out* says, from the beginning or from where somebody stopped."""
    try:
        journal = msgspec.json.decode((out / JOURNAL).read_bytes(), type=_Journal)
    except (OSError, msgspec.DecodeError):
        return
    new = out.parent / Path(journal.stage).name / "new"
    if not new.is_dir():  # somebody took it away: then nothing here is known for sure
        _distrust(out)
        return
    # New files first, then changed ones: no page may link to one that is not there yet.
    for path in sorted(journal.moves, key=lambda path: (out / path).exists()):
        _move(new / path, out / path)
    _move(new / MANIFEST, out / MANIFEST)
    for path in journal.removals:
        (out / path).unlink(missing_ok=True)
        for folder in _folders_of(path):
            with contextlib.suppress(OSError):  # not empty yet
                (out / folder).rmdir()
    (out / JOURNAL).unlink()


def _distrust(out: Path) -> None:
    """Let the next build make every file anew."""
    known = _read_manifest(out) or list_files({})
    files = {path: Record(Fingerprint(), record.made) for path, record in known.files.items()}
    (out / MANIFEST).write_bytes(msgspec.json.encode(list_files(files)))
    (out / JOURNAL).unlink()


def _move(staged: Path, file: Path) -> None:
    """Move a staged file into place; one that is gone was moved before."""
    try:
        staged.replace(file)
    except FileNotFoundError:
        if staged.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(file)

"""All access to files: reading a site, staging a build, putting it in place.

Nothing is followed out of the site: a link, a pipe or a device is named, never opened. Nothing
is replaced before everything is rendered; then one exchange of folders puts the new site where
the old one was.
"""

import contextlib
import ctypes
import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from .bundled import STARTER, bundled
from .problems import Position, Problem, SiteError
from .settings import CONFIG
from .sources import MAX_ENTRY_BYTES, Sources

MANIFEST = ".carrel"  #: inside the output: the mark that the folder is ours
_STAGE = ".carrel-stage-"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
#: What editors and systems leave lying about: '.paper.md.swp', 'paper.md~', '.DS_Store'.
_LITTER = (".swp", ".swx", ".tmp", "~", ".DS_Store", "Thumbs.db", ".part")


class Made(Struct, frozen=True):
    """A file of the built site."""

    digest: str  #: 16 hex digits
    size: int  #: bytes


class Manifest(Struct, frozen=True):
    """The file ``.carrel`` of an output folder."""

    format: int
    files: dict[str, Made]


def read_sources(root: Path) -> Sources:
    """Read all that the site at *root* is made from, with the themes of the package."""
    texts: dict[str, bytes] = {}
    assets: dict[str, str] = {}
    problems: list[Problem] = []
    for top in (CONFIG, "content", "templates", "themes"):
        _read(root, root, top, texts, assets, problems)
    own = {path.split("/")[1] for path in (*texts, *assets) if path.startswith("themes/")}
    package = bundled()
    if package.resolve() != root.resolve():
        for theme in sorted(each.name for each in (package / "themes").iterdir()):
            if theme not in own:
                _read(package, package, f"themes/{theme}", texts, assets, problems)
    return Sources(texts, assets, tuple(problems))


def _read(
    root: Path,
    place: Path,
    path: str,
    texts: dict[str, bytes],
    assets: dict[str, str],
    problems: list[Problem],
) -> None:
    """Read the file or folder *path* below *root* into *texts* or *assets*."""
    file = root / path
    where = Position(path.encode("utf-8", "replace").decode())
    try:
        status = file.lstat()
        if not _is_utf8(path):
            problems.append(Problem(where, "the name of this file is not UTF-8", "rename it"))
        elif stat.S_ISDIR(status.st_mode):
            with os.scandir(file) as entries:
                names = sorted(entry.name for entry in entries)
            for name in names:
                if not _is_litter(path, name):
                    _read(root, place, f"{path}/{name}", texts, assets, problems)
        elif stat.S_ISLNK(status.st_mode):
            hint = "put the file itself here: links are not followed"
            problems.append(Problem(where, "this is a link", hint))
        elif not stat.S_ISREG(status.st_mode):
            problems.append(Problem(where, "this is no ordinary file", "move it away"))
        elif _is_asset(path):
            with file.open("rb"):  # whether it may be read is known now, not when it is copied
                assets[path] = str(file)
        elif status.st_size > MAX_ENTRY_BYTES:
            message = f"the file has {status.st_size:,} bytes; a text may have {MAX_ENTRY_BYTES:,}"
            problems.append(Problem(where, message, "split it, or put it into content/static/"))
        else:
            texts[path] = file.read_bytes()
    except FileNotFoundError:
        return  # gone between the listing and the reading, or not there at all
    except OSError as error:
        problems.append(Problem(where, f"cannot be read: {error.strerror}"))


def _is_utf8(name: str) -> bool:
    """Whether the bytes of a file name are UTF-8, whatever the locale takes them for."""
    try:
        os.fsencode(name).decode("utf-8")
    except UnicodeError:
        return False
    return True


def _is_asset(path: str) -> bool:
    parts = path.split("/")
    return path.startswith("content/static/") or (parts[0] == "themes" and parts[2:3] == ["static"])


def _is_litter(folder: str, name: str) -> bool:
    if name.endswith(_LITTER) or name == ".git" or name.startswith(".#"):
        return True
    if name.startswith("#") and name.endswith("#"):
        return True
    # A hidden file is part of a site only where files are taken over as they are.
    return name.startswith(".") and not folder.startswith("content/static")


def claim_output(root: Path, out: Path) -> Mapping[str, str]:
    """Make sure that *out* may be replaced; give path → digest of what stands there.

    Raises SiteError for a folder that is not ours, that holds a stranger's file, or that the
    site itself lies in.
    """
    where = Position(str(out))
    real, real_root = out.resolve(), root.resolve()
    sources = [real_root / top for top in ("content", "templates", "themes", ".git", "carrel")]
    if real == real_root or real in real_root.parents:
        raise SiteError(Problem(where, "the output would replace the site's own sources"))
    if any(real == source or source in real.parents for source in sources):
        raise SiteError(Problem(where, "the output would lie in the site's own sources"))
    if out.is_symlink():
        raise SiteError(Problem(where, "the output is a link", "name the folder itself"))
    if not out.exists():
        return {}
    if not out.is_dir():
        raise SiteError(Problem(where, "the output is a file", "name a folder"))
    files = _files_in(out)
    manifest = _read_manifest(out)
    if manifest is None and files:
        hint = "name another folder with --output, or empty this one yourself"
        raise SiteError(Problem(where, "this folder was not made by Carrel", hint))
    known = manifest.files if manifest else {}
    strangers = sorted(files - known.keys() - {MANIFEST})
    if strangers:
        hint = "put it into content/static/, from where every build takes it over"
        raise SiteError(
            *(
                Problem(Position(f"{out}/{path}"), "Carrel did not make this file", hint)
                for path in strangers[:20]
            )
        )
    return {path: made.digest for path, made in known.items() if path in files}


def _files_in(folder: Path) -> set[str]:
    found = set()
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        found |= {(Path(place) / name).relative_to(folder).as_posix() for name in files + links}
    return found


def _read_manifest(out: Path) -> Manifest | None:
    try:
        return msgspec.json.decode((out / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


@contextlib.contextmanager
def staging(out: Path) -> Iterator[Path]:
    """Give a new folder beside *out*; it is gone afterwards, and so are those of dead builds."""
    out.parent.mkdir(parents=True, exist_ok=True)
    for left in out.parent.glob(f"{_STAGE}*"):
        owner = left.name.removeprefix(_STAGE).partition("-")[0]
        if not owner.isdecimal() or not _is_alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    stage = out.parent / f"{_STAGE}{os.getpid()}-{os.urandom(4).hex()}"
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
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return Made(hashlib.blake2b(content, digest_size=8).hexdigest(), len(content))


def commit(stage: Path, out: Path, made: Mapping[str, Made]) -> None:
    """Put the staged site where *out* is, in one step where the system can."""
    new = stage / "new"
    manifest = Manifest(format=1, files=dict(sorted(made.items())))
    (new / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
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
    arguments = (os.fsencode(one), os.fsencode(other))
    if rename(_AT_FDCWD, arguments[0], _AT_FDCWD, arguments[1], _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # this file system cannot
        return False
    raise OSError(code, os.strerror(code), str(other))


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


def read_input(path: Path) -> bytes:
    """Read a file that a person named on the command line."""
    return path.read_bytes()


def create_files(root: Path, files: Mapping[str, str]) -> None:
    """Create new files below *root*, all or none; an existing file is never replaced."""
    write_files(root, files, {})


def write_files(root: Path, new: Mapping[str, str], changed: Mapping[str, str]) -> None:
    """Create the files *new* below *root* and replace the texts *changed*, all or none.

    Everything is written beside its place before the first file is replaced.
    """
    created: list[Path] = []
    staged: list[tuple[Path, Path]] = []
    try:
        for path, content in {path: text.encode() for path, text in changed.items()}.items():
            file = _inside(root, path)
            part = file.with_name(f".{file.name}.{os.getpid()}.part")
            staged.append((part, file))
            part.write_bytes(content)
        for path, content in {path: text.encode() for path, text in new.items()}.items():
            file = _inside(root, path)
            with file.open("xb") as handle:
                created.append(file)
                handle.write(content)
        for part, file in staged:
            part.replace(file)
        created.clear()  # all of them are to stay
    finally:
        for file in (*created, *(part for part, _ in staged)):
            file.unlink(missing_ok=True)


def _inside(root: Path, path: str) -> Path:
    """Give the place of *path*, with its folder made; no link on the way leads out of the site."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.parent.resolve() != root.resolve() / Path(path).parent:
        raise OSError(errno.ELOOP, "a folder on the way is a link", str(file.parent))
    return file

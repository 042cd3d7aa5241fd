"""Files: reading a site, creating entries. The output folder is the business of ``commit``.

Nothing is followed out of the site: a link, a pipe or a device is named, never opened.
"""

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .bundled import STARTER, bundled
from .problems import Position, Problem
from .settings import CONFIG
from .sources import MAX_ENTRY_BYTES, Asset, Sources

MEMO = ".carrel/memo"
#: Libraries whose version shows in the bytes of a page.
LIBRARIES = ("Babel", "Jinja2", "MarkupSafe", "markdown-it-py", "math-core", "mdit-py-plugins")
#: What editors and systems leave lying about: '.paper.md.swp', 'paper.md~', '.DS_Store'.
_LITTER = (".swp", ".swx", ".tmp", "~", ".DS_Store", "Thumbs.db", ".part")


def read_sources(root: Path) -> Sources:
    """Read all that the site at *root* is made from, with the themes of the package."""
    texts: dict[str, bytes] = {}
    assets: dict[str, Asset] = {}
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
    assets: dict[str, Asset],
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
            with file.open("rb") as handle:
                digest = hashlib.file_digest(handle, lambda: hashlib.blake2b(digest_size=8))
            assets[path] = Asset(str(file), digest.hexdigest(), status.st_size)
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


def read_engine() -> bytes:
    """Give what the bytes of every page depend on beside its inputs: our code, and libraries."""
    package = Path(__file__).parent
    parts = [file.read_bytes() for file in sorted(package.rglob("*.py"))]
    for name in LIBRARIES:
        try:
            parts.append(f"{name} {version(name)}".encode())
        except PackageNotFoundError:
            parts.append(name.encode())
    return b"\0".join(parts)


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


def read_input(path: Path) -> bytes:
    """Read a file that a person named on the command line."""
    return path.read_bytes()


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


def write_files(root: Path, new: Mapping[str, str], changed: Mapping[str, str]) -> None:
    """Create the files *new* below *root* and replace the texts *changed*, all or none.

    Everything is written beside its place before the first file is replaced.
    """
    created: list[Path] = []
    staged: list[tuple[Path, Path]] = []
    try:
        for path, text in changed.items():
            file = _inside(root, path)
            part = file.with_name(f".{file.name}.{os.getpid()}.part")
            staged.append((part, file))
            part.write_bytes(text.encode())
        for path, text in new.items():
            file = _inside(root, path)
            with file.open("xb") as handle:
                created.append(file)
                handle.write(text.encode())
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

"""Reading a site: its texts with their digests, its other files by name, the engine itself.

Nothing is followed out of the site: a link, a pipe or a device is named, never opened.
"""

import hashlib
import os
import re
import stat
import sys
from collections.abc import Set
from pathlib import Path

from .bundled import bundled
from .problems import Position, Problem, cannot_read
from .settings import CONFIG
from .sources import MAX_ENTRY_BYTES, Asset, Sources, text_digest

TOPS = (CONFIG, "content", "templates", "themes")
#: Libraries whose version shows in the bytes of a page.
LIBRARIES = ("babel", "jinja2", "markdown_it_py", "markupsafe", "math_core", "mdit_py_plugins")
#: What editors and systems leave lying about: '.paper.md.swp', 'paper.md~', '.DS_Store'.
_LITTER = (".swp", ".swx", ".tmp", "~", ".DS_Store", "Thumbs.db", ".part")
#: What an editor keeps of a file: '.paper.md.swp', 'paper.md~', 'paper.md.~1~', 'paper.md.part'.
_COPY = re.compile(r"\.?([^.#].*?)(?:(?:\.~\d+)?~|\.sw[px]|\.tmp|\.part)")
_PIECE = 65_536
#: A file that turns into a link or a pipe meanwhile is neither followed nor waited for.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_FLAGS |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def read_sources(
    root: Path, known: Sources | None = None, touched: Set[str] | None = None
) -> Sources:
    """Read all that the site at *root* is made from, with the themes of the package.

    With *known*, what an earlier call gave, only the files *touched* are read.
    """
    if known is not None and touched is not None:
        reader = _Reader(str(root))
        for path in sorted(touched):
            if not _lies_about(path):
                reader.read(path)
            elif not _lies_about(path.rpartition("/")[0]):
                reader.pass_over(path)
        return known.updated(touched, reader.found())
    reader = _Reader(str(root))
    for top in TOPS:
        reader.read(top)
    own = {p.split("/")[1] for p in (*reader.texts, *reader.assets) if p.startswith("themes/")}
    package = bundled()
    if package.resolve() != root.resolve():
        reader.root = str(package)
        for theme in sorted(each.name for each in (package / "themes").iterdir()):
            if theme not in own:
                reader.read(f"themes/{theme}")
    return reader.found()


class _Reader:
    """Reads files and folders below *root*, and gathers what they hold."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.texts: dict[str, bytes] = {}
        self.digests: dict[str, bytes] = {}
        self.assets: dict[str, Asset] = {}
        self.problems: list[Problem] = []

    def found(self) -> Sources:
        return Sources(self.texts, self.digests, self.assets, tuple(self.problems))

    def read(self, path: str) -> None:
        """Read the file or folder *path*; what is not there is passed over."""
        try:
            mode = os.lstat(f"{self.root}/{path}").st_mode
        except OSError as error:
            self._unreadable(path, error)
            return
        name = path.rpartition("/")[2]
        if not name.isascii() and not _is_utf8(name):
            self._refuse(path, "the name of this file is not UTF-8", "rename it")
        elif stat.S_ISREG(mode):
            self._read_file(path, path.endswith(".md") and path.startswith("content/"))
        elif stat.S_ISDIR(mode):
            if path.startswith("content/") and path.endswith(".md") and not _is_asset(path):
                message = "this folder has the name of an entry, and is none"
                self._refuse(path, message, "rename it, or take it away", True)
            self._read_folder(path)
        elif stat.S_ISLNK(mode):
            self._refuse(path, "this is a link", "put the file itself here: links are not followed")
        else:
            self._refuse(path, "this is no ordinary file", "move it away")

    def _read_folder(self, path: str) -> None:
        # Thousands of entries lie in one folder: each is asked for its kind by the listing alone.
        try:
            with os.scandir(f"{self.root}/{path}") as entries:
                kinds = {each.name: each.is_file(follow_symlinks=False) for each in entries}
        except OSError as error:
            self._unreadable(path, error)
            return
        static = _is_asset(f"{path}/")
        for name in sorted(kinds):
            if _is_litter(static, name):
                self.pass_over(f"{path}/{name}")
            elif kinds[name] and name.isascii():
                self._read_file(f"{path}/{name}", not static)
            else:
                self.read(f"{path}/{name}")

    def pass_over(self, path: str) -> None:
        """Name litter of content/ that may be all there is of a text; the rest goes unsaid."""
        folder, _, name = path.rpartition("/")
        place, original = f"{self.root}/{path}", _original(name)
        if not path.startswith("content/") or name == ".git" or not os.path.lexists(place):
            return
        is_entry = path.count("/") == 2 and not _is_asset(path)  # or would be, by another name
        hint = "give it a name that begins with no dot; a draft says: draft: true"
        move = "move entries into papers/ or the folder of a taxonomy, the rest out of content/"
        inside = (each for _, _, names in os.walk(place) for each in names)
        if any(each.endswith(".md") for each in inside):
            self._refuse(path, "this folder is hidden by its name, and passed over", move, True)
        elif _is_hidden_entry(name):
            self._refuse(
                path,
                "this file is hidden by its name, and passed over",
                hint if is_entry else move,
                True,
            )
        elif (
            is_entry
            and original.endswith(".md")
            and not os.path.lexists(f"{self.root}/{folder}/{original}")
        ):
            message = f"passed over as a copy of {original}, which is not here"
            self._refuse(path, message, "give it that name, or delete it", True)

    def _read_file(self, path: str, is_text: bool) -> None:
        try:
            if is_text or not _is_asset(path):
                content = _read_bytes(f"{self.root}/{path}")
                if len(content) > MAX_ENTRY_BYTES:
                    size = os.lstat(f"{self.root}/{path}").st_size
                    message = f"the file has {size:,} bytes; a text may have {MAX_ENTRY_BYTES:,}"
                    self._refuse(path, message, "split it, or put it into content/static/")
                    return
                self.texts[path] = content
                self.digests[path] = text_digest(content)
            else:
                place = f"{self.root}/{path}"
                with os.fdopen(os.open(place, _FLAGS), "rb") as handle:
                    size = os.fstat(handle.fileno()).st_size
                    digest = hashlib.file_digest(handle, lambda: hashlib.blake2b(digest_size=8))
                self.assets[path] = Asset(place, digest.hexdigest(), size)
        except OSError as error:
            self._unreadable(path, error)

    def _unreadable(self, path: str, error: OSError) -> None:
        # Gone between the listing and the reading, or not there at all: that is no fault.
        if not isinstance(error, FileNotFoundError):
            self.problems.append(cannot_read(path, error))

    def _refuse(self, path: str, message: str, hint: str, warning: bool = False) -> None:
        where = Position(path.encode("utf-8", "replace").decode())
        self.problems.append(Problem(where, message, hint, warning))


def _read_bytes(place: str) -> bytes:
    """Read a file, or as much of it as shows that it is too large."""
    descriptor = os.open(place, _FLAGS)
    try:
        content = os.read(descriptor, _PIECE)
        if len(content) == _PIECE:
            pieces = [content]
            while content and len(pieces) * _PIECE <= MAX_ENTRY_BYTES:
                content = os.read(descriptor, _PIECE)
                pieces.append(content)
            content = b"".join(pieces)
    finally:
        os.close(descriptor)
    return content


def _is_utf8(name: str) -> bool:
    """Whether the bytes of a file name are UTF-8, whatever the locale takes them for."""
    try:
        os.fsencode(name).decode("utf-8")
    except UnicodeError:
        return False
    return True


def _is_asset(path: str) -> bool:
    parts = path.split("/", 3)
    return path.startswith("content/static/") or (parts[0] == "themes" and parts[2:3] == ["static"])


def _lies_about(path: str) -> bool:
    """Whether a part of *path* is none of the site's, though it lies there."""
    parts = path.split("/")
    folders = ["/".join(parts[:n]) for n in range(len(parts))]
    pairs = zip(folders, parts, strict=True)
    return any(_is_litter(_is_asset(f"{folder}/"), name) for folder, name in pairs)


def _is_litter(static: bool, name: str) -> bool:
    if name.endswith(_LITTER) or name == ".git" or name.startswith(".#"):
        return True
    if name.startswith("#") and name.endswith("#"):
        return True
    # A hidden file is part of a site only where files are taken over as they are.
    return name.startswith(".") and not static


def _original(name: str) -> str:
    """Give the name of the file that litter is a copy of; '' where it is of none."""
    if name.startswith("#") and name.endswith("#"):
        return name[1:-1]
    found = _COPY.fullmatch(name)
    return found[1] if found else ""


def _is_hidden_entry(name: str) -> bool:
    """Whether the name is that of an entry but for a dot; Emacs and macOS leave '.#' and '._'."""
    return name.endswith(".md") and name.startswith(".") and name[1] not in "#_"


def read_engine() -> bytes:
    """Give what the bytes of every page depend on beside its inputs: our code, and libraries."""
    parts: list[bytes] = []
    for folder, folders, names in os.walk(Path(__file__).parent):
        folders.sort()
        parts += [_read_bytes(f"{folder}/{name}") for name in sorted(names) if name.endswith(".py")]
    # The folders that installers leave carry the versions in their names; asking for them through
    # importlib.metadata takes longer than the rest of a small build.
    for place in map(Path, sys.path):
        for found in sorted(place.glob("*.dist-info")) if place.is_dir() else ():
            library, _, version = found.name.casefold().partition("-")
            if library in LIBRARIES:
                parts.append(f"{library} {version}".encode())
    return b"\0".join(parts)

"""The full-text index: made by Pagefind's command, kept beside the site until its texts change.

An index lies in ``.carrel/search/<key>/``, named by all that it was made from, with a list of its
files. Damaged or missing, it is made again. ``latest`` names the one that was made last, which the
development server shows while a new one is being made.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from .catalogue import Library
from .problems import Position, Problem, SiteError
from .search import FOLDER, Document, build_documents, digest_documents, encode
from .settings import Site
from .sources import Asset

#: Which index a site gets: one of its texts as they are, the one that was made last, none.
SearchIndex = Literal["fresh", "latest", "none"]

PLACE = ".carrel/search"
_LIST = "files.json"
PACKAGE = "pagefind_bin"
#: What a search needs of what Pagefind writes. The rest are interfaces of its own, ten times as
#: large together as this, and none of ours.
_SCRIPTS = {"pagefind.js", "pagefind-worker.js", "pagefind-entry.json"}
_PARTS = {".pagefind", ".pf_meta", ".pf_index", ".pf_fragment"}


class Index(Struct, frozen=True):
    """The files of an index."""

    key: str
    files: dict[str, str]  #: path in the index → digest of its bytes

    def assets(self, root: Path) -> Mapping[str, Asset]:
        """Give the files as sources of the site at *root*, by their paths."""
        folder = f"{PLACE}/{self.key}"
        return {f"{folder}/{p}": Asset(str(root / folder / p), d) for p, d in self.files.items()}

    def addresses(self) -> Mapping[str, str]:
        """Give address in the site → path of the source."""
        return {f"{FOLDER}{path}": f"{PLACE}/{self.key}/{path}" for path in self.files}


def can_index() -> bool:
    """Whether the indexer is installed: it comes as an extra."""
    try:
        return bool(version(PACKAGE))
    except PackageNotFoundError:
        return False


def no_indexer(where: Position) -> Problem:
    """Say that there is no search because its indexer is not installed."""
    message = "full-text search needs an indexer that is not installed: the site gets no search"
    hint = "install it with `pip install 'carrel[search]'`, or write `search: off`"
    return Problem(where, message, hint, warning=True)


def choose_index(
    root: Path, library: Library, site: Site, wanted: SearchIndex, where: Position
) -> Index | None:
    """Give the index that is *wanted*; a fresh one is made where there is none.

    Raises SiteError at *where* when that cannot be done. A list without a text has no index.
    """
    if wanted == "latest":
        return _read_list(root, latest_key(root))
    documents = build_documents(library, site) if wanted == "fresh" else ()
    if not documents:
        return None
    try:
        return _find_index(root, documents, site.language)
    except OSError as error:
        message = f"the search index cannot be made: {error.strerror or error}"
        hint = "mend that, or write `search: off`"
        raise SiteError(Problem(where, message, hint)) from error


def latest_key(root: Path) -> str:
    """Name the index that was made last; nothing when there is none."""
    try:
        return (root / PLACE / "latest").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _find_index(root: Path, documents: tuple[Document, ...], language: str) -> Index:
    key = digest_documents(documents, f"{language} {version(PACKAGE)}")
    known = _read_list(root, key)
    if known is not None and known.files == dict(_list_files(root / PLACE / key)):
        return known
    return _make_index(root, key, documents, language)


def _read_list(root: Path, key: str) -> Index | None:
    try:
        content = (root / PLACE / key / _LIST).read_bytes()
        return Index(key, msgspec.json.decode(content, type=dict[str, str]))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _list_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Give the path and the digest of every file of an index but its list."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != _LIST:
            content = file.read_bytes()
            digest = hashlib.blake2b(content, digest_size=8).hexdigest()
            yield file.relative_to(folder).as_posix(), digest


def _make_index(root: Path, key: str, documents: tuple[Document, ...], language: str) -> Index:
    place = root / PLACE
    place.mkdir(parents=True, exist_ok=True)
    before = latest_key(root)
    scratch = place / f"part-{os.getpid()}-{os.urandom(4).hex()}"
    made = scratch / "index"
    try:
        for document in documents:
            file = scratch / "site" / document.url / "index.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(encode(document, language))
        (scratch / "site").mkdir(parents=True, exist_ok=True)
        _run(scratch)
        for file in sorted(made.rglob("*")):
            if file.is_file() and file.name not in _SCRIPTS and file.suffix not in _PARTS:
                file.unlink()
        index = Index(key, dict(_list_files(made)))
        (made / _LIST).write_bytes(msgspec.json.encode(index.files))
        shutil.rmtree(place / key, ignore_errors=True)  # a damaged one
        with contextlib.suppress(FileExistsError):  # another build was faster
            made.rename(place / key)
        (scratch / "latest").write_text(key, "utf-8")
        (scratch / "latest").replace(place / "latest")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    # The index before may be in use by a build that runs just now, and its scratch folder by one
    # that makes another.
    kept = {key, "latest", before}
    for old in place.iterdir():
        if old.name not in kept and not _is_at_work(old.name):
            shutil.rmtree(old, ignore_errors=True)
    return index


def _is_at_work(scratch: str) -> bool:
    """Whether the process that a scratch folder is named after is there."""
    owner = scratch.split("-")[1] if scratch.startswith("part-") else ""
    try:
        os.kill(int(owner), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except OSError:
        return True
    return True


def _run(scratch: Path) -> None:
    """Let Pagefind read ``site`` and write ``index``. It finds no settings but these."""
    from pagefind_bin import get_executable

    command = [get_executable(), "--silent", "--site", "site", "--output-path", "index"]
    variables = {k: v for k, v in os.environ.items() if not k.upper().startswith("PAGEFIND")}
    done = subprocess.run(
        command, cwd=scratch, env=variables, capture_output=True, check=False, text=True
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise OSError(0, f"pagefind ended with {done.returncode}: {' '.join(words[-1:])}")

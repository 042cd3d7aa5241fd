"""What a site is made from, as read from disk: texts in memory, other files by name only."""

import functools
import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Set
from typing import TypeVar

from msgspec import Struct

from .problems import Position, Problem, SiteError

T = TypeVar("T")

#: C0 and C1 controls but tab, line feed and carriage return; and what is no character at all.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

MAX_ENTRY_BYTES = 2_000_000


class Asset(Struct, frozen=True):
    """A file that is taken over as it is: never held in memory."""

    place: str  #: where it lies on disk
    digest: str  #: of its bytes, 16 hex digits
    size: int = 0  #: bytes


class Sources(Struct, frozen=True, dict=True):
    """All files of a site. Paths are relative to its root, with forward slashes.

    A theme that lies in the package appears under ``themes/<name>/`` like one of the site.
    """

    texts: Mapping[str, bytes]  #: entries, settings, templates, interface texts
    digests: Mapping[str, bytes]  #: of the texts, 16 bytes each
    assets: Mapping[str, Asset]  #: other files, to be copied as they are
    problems: tuple[Problem, ...] = ()  #: what could not be read, or may not be

    @classmethod
    def of(
        cls,
        texts: Mapping[str, bytes],
        assets: Mapping[str, Asset],
        problems: tuple[Problem, ...] = (),
    ) -> "Sources":
        """Give the sources that hold *texts*."""
        return cls(texts, {p: text_digest(each) for p, each in texts.items()}, assets, problems)

    def below(self, folder: str, suffix: str = "") -> list[str]:
        """Paths of the texts in *folder*, at any depth, in a fixed order."""
        paths = self._paths.get(folder.partition("/")[0], ())
        return [p for p in paths if p.startswith(folder) and p.endswith(suffix)]

    def updated(self, touched: Set[str], read: "Sources") -> "Sources":
        """Give the sources with what *read* has of the files *touched* in place of what was."""

        def merged(old: Mapping[str, T], new: Mapping[str, T]) -> dict[str, T]:
            return {path: each for path, each in old.items() if path not in touched} | dict(new)

        kept = tuple(each for each in self.problems if each.where.path not in touched)
        return Sources(
            merged(self.texts, read.texts),
            merged(self.digests, read.digests),
            merged(self.assets, read.assets),
            (*kept, *read.problems),
        )

    @property
    def digest(self) -> str:
        """Give one digest of all files, names and contents."""
        texts, assets = sorted(self.digests), sorted(self.assets)
        names = "\0".join([*texts, "", *assets]).encode("utf-8", "surrogatepass")
        parts = [names, b"\0\0", *(self.digests[path] for path in texts)]
        parts += (self.assets[path].digest.encode() for path in assets)
        return hashlib.blake2b(b"".join(parts), digest_size=8).hexdigest()

    @functools.cached_property
    def _paths(self) -> Mapping[str, list[str]]:
        """The texts by the first part of their paths, in order."""
        paths: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.texts):
            paths[path.partition("/")[0]].append(path)
        return paths


def text_digest(content: bytes) -> bytes:
    """Give the digest by which the text of a file is known."""
    return hashlib.blake2b(content, digest_size=16).digest()


def fold_lines(text: str) -> str:
    """Give *text* without a byte order mark, every line ended by LF."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def decode_text(content: bytes, path: str) -> str:
    """Read the bytes of a text file: UTF-8, any line ends, no control characters."""
    if len(content) > MAX_ENTRY_BYTES:
        message = f"the file has {len(content):,} bytes; a text may have {MAX_ENTRY_BYTES:,}"
        raise SiteError(Problem(Position(path), message, "split the file"))
    try:
        text = fold_lines(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n?|\n", content[: error.start])) + 1
        hint = "save the file as UTF-8"
        raise SiteError(Problem(Position(path, line), "this is not UTF-8 text", hint)) from error
    problems = []
    for found in CONTROLS.finditer(text):
        line_start = text.rfind("\n", 0, found.start()) + 1
        where = Position(path, text.count("\n", 0, line_start) + 1, found.start() - line_start + 1)
        message = f"control character U+{ord(found[0]):04X}"
        hint = "delete it: it cannot be seen and may mislead"
        problems.append(Problem(where, message, hint))
        if len(problems) == 20:
            break
    if problems:
        raise SiteError(*problems)
    return text

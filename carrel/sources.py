"""What a site is made from, as read from disk: texts in memory, other files by name only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .problems import Position, Problem, SiteError

#: C0 and C1 controls but tab, line feed and carriage return; and what is no character at all.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

MAX_ENTRY_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is taken over as it is: never held in memory."""

    place: str  #: where it lies on disk
    digest: str  #: of its bytes, 16 hex digits
    size: int = 0  #: bytes


@dataclass(frozen=True, slots=True)
class Sources:
    """All files of a site. Paths are relative to its root, with forward slashes.

    A theme that lies in the package appears under ``themes/<name>/`` like one of the site.
    """

    texts: Mapping[str, bytes]  #: entries, settings, templates, interface texts
    assets: Mapping[str, Asset]  #: other files, to be copied as they are
    problems: tuple[Problem, ...] = ()  #: what could not be read, or may not be

    def below(self, folder: str, suffix: str = "") -> list[str]:
        """Paths of the texts in *folder*, at any depth, in a fixed order."""
        return sorted(p for p in self.texts if p.startswith(folder) and p.endswith(suffix))


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

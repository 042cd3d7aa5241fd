"""Filling what an entry leaves absent: rows are put in, every other byte stays as it is."""

import re
from collections.abc import Sequence

from .frontmatter import encode
from .model import Paper
from .nodes import Mapping as MappingNode
from .nodes import Node, Scalar
from .nodes import Sequence as SequenceNode
from .problems import SiteError
from .yamltext import parse_yaml

_FENCE = re.compile(r"(?:---|\.\.\.)[ \t]*")
_EMPTY_ROW = re.compile(
    r"(?P<key>[^:#]+:)[ \t]*(?:\[[ \t]*\]|\{[ \t]*\}|~|null|Null|NULL)?(?P<rest>[ \t]*(?:#.*)?)"
)


class _Rows:
    """The rows of an entry with the ends that they have, and its front matter as nodes."""

    def __init__(self, text: str) -> None:
        pieces = re.split(r"(\r\n|\n|\r)", text)
        self.rows, self.ends = pieces[::2], [*pieces[1::2], ""]
        self.close = next((n for n, row in enumerate(self.rows) if n and _FENCE.fullmatch(row)), 0)
        self.root: Node | None = None
        if (
            self.rows[0].lstrip("\ufeff").rstrip(" \t") != "---"
            or len(self.rows) < 2
            or self.rows[1][:1] == "{"
        ):
            self.close = 0
        if self.close:
            try:
                self.root = parse_yaml("\n".join(self.rows[1 : self.close]), "", 2)
            except SiteError:
                self.close = 0

    def find(self, field: str) -> tuple[Scalar, Node] | None:
        """Find the key of *field*, under whatever name a habit gives it, with its value."""
        names = {field, *(habit for habit, key in Paper.habits.items() if key == field)}
        if isinstance(self.root, MappingNode):
            for key, value in zip(self.root.keys, self.root.values, strict=True):
                if isinstance(key, Scalar) and key.text in names:
                    return key, value
        return None

    def insert(self, place: int, rows: Sequence[str]) -> str:
        """Give the text with *rows* at *place*, ended as the first row is."""
        self.rows[place:place] = rows
        self.ends[place:place] = [self.ends[0]] * len(rows)
        return self.text()

    def text(self) -> str:
        """Put the rows together again."""
        return "".join(row + end for row, end in zip(self.rows, self.ends, strict=True))


def fill_field(text: str, field: str, value: object) -> str | None:
    """Write *value* into *field* of an entry's *text* where that is absent or empty.

    None: it holds something, or the front matter is written in a way in which its row cannot be
    told apart.
    """
    entry = _Rows(text)
    if not entry.close or (entry.root is not None and not isinstance(entry.root, MappingNode)):
        return None
    row, *more = encode({field: value}).splitlines()[1:-1]
    place, found = entry.close, entry.find(field)
    if found:
        key, node = found
        written = _EMPTY_ROW.fullmatch(entry.rows[key.line - 1])
        if not _is_empty(node) or not written:
            return None
        place = key.line - 1
        row = written["key"] + row.partition(":")[2] + written["rest"]
        del entry.rows[place], entry.ends[place]
    return entry.insert(place, [row, *more])


def add_link(text: str, kind: str, urls: object) -> str | None:
    """Write a further *kind* of links above the others; None where these stand on one row."""
    entry = _Rows(text)
    found = entry.find("links") if entry.close else None
    if not found or not isinstance(found[1], MappingNode) or not found[1].keys:
        return None
    key, first = found[0], found[1].keys[0]
    if first.line == key.line:
        return None
    rows = encode({kind: urls}).splitlines()[1:-1]
    return entry.insert(first.line - 1, [" " * (first.column - 1) + row for row in rows])


def replace_title(text: str, old: str, new: str) -> str | None:
    """Write the title *new* where *old* stands, in quotes or without."""
    entry = _Rows(text)
    found = entry.find("title") if entry.close else None
    if not found or not isinstance(found[1], Scalar) or found[1].text != old:
        return None
    place = found[0].line - 1
    written = encode({"title": new}).splitlines()[1]
    row, replaced = re.subn(
        rf"(title:[ \t]*)([\"']?){re.escape(old)}\2(?=[ \t]|$)",
        lambda match: match[1] + written.removeprefix("title:").strip(),
        entry.rows[place],
        count=1,
    )
    entry.rows[place] = row
    return entry.text() if replaced else None


def add_abstract(text: str, abstract: str) -> str:
    """Put the section with the *abstract* behind everything else."""
    first = re.search(r"\r\n|\n|\r", text)
    end = first[0] if first else "\n"
    section = f"\n## Abstract\n\n{abstract}\n".replace("\n", end)
    return text + ("" if text.endswith(("\n", "\r")) else end) + section


def _is_empty(value: Node) -> bool:
    if isinstance(value, Scalar):
        return value.plain and value.text in ("", "~", "null", "Null", "NULL")
    if isinstance(value, MappingNode):
        return not value.keys
    return isinstance(value, SequenceNode) and not value.items

"""Changes of single values in an entry's text: only the span concerned, all other bytes stay.

Comments, spacing, quotes and line ends around it are as they were.
"""

import json
import re
from collections.abc import Callable, Iterable

from msgspec import Struct

from .frontmatter import is_ambiguous
from .nodes import Mapping, Node, Scalar, Sequence
from .problems import Position, Problem, SiteError
from .yamltext import parse_yaml

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'')
_FENCE = re.compile(r"(?:---|\.\.\.)[ \t]*")
_NOTHING = ("", "~", "null", "Null", "NULL")


class Edit(Struct, frozen=True, order=True):
    """One change: the letters *old* at a place of a text become *new*."""

    line: int  #: 1-based, as in a problem's position
    column: int
    old: str
    new: str


def edit_scalar(
    text: str, place: tuple[int, int], value: str, new: str, keep_quotes: bool = True
) -> Edit | None:
    """Give the change of a value of the front matter, written at *place*, to *new*.

    *value* is what stands there. None: it is written in a way that cannot be told apart, such as
    over several lines. Quotes stay, and are added where others would misread *new*.
    """
    line, column = place
    rows = _parts(text)[0]
    rest = rows[line - 1][column - 1 :] if line <= len(rows) else ""
    quoted = _QUOTED.match(rest)
    written = quoted[0] if quoted else value
    node = parse_yaml(written, "") if quoted else None
    if quoted and not (isinstance(node, Scalar) and node.text == value):
        return None
    if not quoted and not (value and rest.startswith(value)):
        return None
    return Edit(line, column, written, write_scalar(new, keep_quotes and bool(quoted)))


def write_scalar(value: str, is_quoted: bool = False) -> str:
    """Write a name or an id as a value, in double quotes where it needs or had some."""
    is_plain = re.fullmatch(r"[^\W_](?:[\w./+ -]*[\w./+-])?", value)
    if is_quoted or not is_plain or is_ambiguous(value):
        return json.dumps(value, ensure_ascii=False)
    return value


def apply_edits(text: str, edits: Iterable[Edit], path: str) -> str:
    """Give *text* with the *edits*. Raises SiteError when it does not hold what they say."""
    rows, ends = _parts(text)
    for edit in sorted(set(edits), reverse=True):
        row = rows[edit.line - 1]
        start = edit.column - 1
        if not row.startswith(edit.old, start):
            where = Position(path, edit.line, edit.column)
            raise SiteError(Problem(where, f"'{edit.old}' was expected here", "change it by hand"))
        rows[edit.line - 1] = row[:start] + edit.new + row[start + len(edit.old) :]
    return "".join(row + end for row, end in zip(rows, ends, strict=True))


def set_value(text: str, path: str, key: str, value: str) -> str:
    """Give *text* with *key* of its front matter set to *value*, in place or as a new last row."""
    found = _find(text, path, key)
    if found is None:
        return _with_row(text, path, f"{key}: {write_scalar(value)}")
    node = found
    if isinstance(node, Scalar) and node.text not in _NOTHING:
        edit = edit_scalar(text, (node.line, node.column), node.text, value)
        if edit is not None:
            return apply_edits(text, [edit], path)
    where = Position(path, node.line, node.column)
    raise SiteError(Problem(where, f"'{key}' cannot be changed", "write it as one plain value"))


def add_item(text: str, path: str, key: str, item: str) -> str:
    """Give *text* with *item* as the first of the list *key* of its front matter."""
    written = write_scalar(item)
    found = _find(text, path, key)
    if found is None:
        return _with_row(text, path, f"{key}: [{written}]")
    place = (found.line, found.column)
    row = _parts(text)[0][found.line - 1]
    if isinstance(found, Sequence) and row.startswith("[", found.column - 1):
        comma = ", " if found.items else ""
        return apply_edits(text, [Edit(*place, "[", f"[{written}{comma}")], path)
    if isinstance(found, Sequence):
        indent = row[: found.column - 1]
        if not indent.strip():
            return _insert(text, found.line - 1, f"{indent}- {written}")
    elif isinstance(found, Scalar) and found.text not in _NOTHING:
        edit = edit_scalar(text, place, found.text, found.text)
        if edit is not None:
            pair = Edit(edit.line, edit.column, edit.old, f"[{written}, {edit.old}]")
            return apply_edits(text, [pair], path)
    elif isinstance(found, Scalar):
        empty = re.fullmatch(
            rf"({re.escape(key)}:)(?:[ \t]*(?:~|[nN]ull|NULL))?([ \t]*(?:#.*)?)", row
        )
        if empty:
            return apply_edits(
                text, [Edit(found.line, 1, row, f"{empty[1]} [{written}]{empty[2]}")], path
            )
    hint = "write it as a list: [one, two]"
    raise SiteError(Problem(Position(path, *place), f"nothing can be added to '{key}' here", hint))


def drop_value(text: str, path: str, key: str) -> str:
    """Give *text* without the row *key* of its front matter. Raises SiteError where it has more."""
    found = _find(text, path, key)
    if found is None:
        return text
    place = (found.line, found.column)
    row = _parts(text)[0][found.line - 1]
    is_plain = isinstance(found, Scalar) and (
        found.text in _NOTHING or edit_scalar(text, place, found.text, found.text) is not None
    )
    if is_plain and row.startswith(f"{key}:"):
        return _without_row(text, found.line - 1)
    raise SiteError(
        Problem(Position(path, *place), f"'{key}' cannot be taken out", "write it on one line")
    )


def drop_items(text: str, path: str, key: str, is_meant: Callable[[str], bool]) -> str:
    """Give *text* without those items of the list *key* of its front matter that are meant."""
    found = _find(text, path, key)
    if isinstance(found, Scalar) and found.text not in _NOTHING and is_meant(found.text):
        return drop_value(text, path, key)
    items = found.items if isinstance(found, Sequence) else ()
    # From the last one on, so that the places of the others hold.
    for item in reversed(items):
        if isinstance(item, Scalar) and is_meant(item.text):
            text = _without_item(text, path, key, item)
    return text


def _without_item(text: str, path: str, key: str, item: Scalar) -> str:
    place = (item.line, item.column)
    edit = edit_scalar(text, place, item.text, item.text)
    row = _parts(text)[0][item.line - 1]
    if edit is not None:
        before, after = row[: item.column - 1], row[item.column - 1 + len(edit.old) :]
        if re.fullmatch(r"\s*-\s+", before) and re.fullmatch(r"\s*(?:\s#.*)?", after):
            return _without_row(text, item.line - 1)
        if comma := re.match(r"\s*,\s*", after):
            return apply_edits(text, [Edit(*place, edit.old + comma[0], "")], path)
        if re.match(r"\s*\]", after):
            kept = re.sub(r"\s*,\s*$", "", before)
            start = (item.line, len(kept) + 1)
            return apply_edits(text, [Edit(*start, row[len(kept) :][: -len(after)], "")], path)
    hint = "take it out by hand"
    raise SiteError(Problem(Position(path, *place), f"'{item.text}' cannot stay in '{key}'", hint))


def _without_row(text: str, at: int) -> str:
    rows, ends = _parts(text)
    del rows[at], ends[at]
    return "".join(row + end for row, end in zip(rows, ends, strict=True))


def read_matter(text: str, path: str) -> Node | None:
    """Read the front matter of an entry's *text*. Raises SiteError when it is no YAML."""
    rows, _ = _parts(text)
    return parse_yaml("\n".join(rows[1 : _close(rows, path)]), path, 2)


def _find(text: str, path: str, key: str) -> Node | None:
    """Find the value of *key* in the front matter."""
    root = read_matter(text, path)
    if isinstance(root, Mapping):
        for name, value in zip(root.keys, root.values, strict=True):
            if isinstance(name, Scalar) and name.text == key:
                return value
    return None


def _with_row(text: str, path: str, row: str) -> str:
    """Put *row* at the end of the front matter."""
    rows, _ = _parts(text)
    if rows[1:2] and rows[1].startswith("{"):
        hint = "write its keys one below the other"
        raise SiteError(Problem(Position(path, 2, 1), "this front matter is one value", hint))
    return _insert(text, _close(rows, path), row)


def _insert(text: str, at: int, row: str) -> str:
    rows, ends = _parts(text)
    rows.insert(at, row)
    ends.insert(at, ends[0])
    return "".join(row + end for row, end in zip(rows, ends, strict=True))


def _close(rows: list[str], path: str) -> int:
    """Give the number of the row that closes the front matter."""
    for number, row in enumerate(rows):
        if number and _FENCE.fullmatch(row):
            return number
    hint = "close it with a line '---' before the text"
    raise SiteError(Problem(Position(path, 1, 1), "the front matter has no end", hint))


def _parts(text: str) -> tuple[list[str], list[str]]:
    """Part a text into its rows and their ends."""
    pieces = re.split(r"(\r\n|\n|\r)", text)
    return pieces[::2], [*pieces[1::2], ""]

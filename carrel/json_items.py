"""JSON from elsewhere → its items one by one, each with its line; size and depth are bounded."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from .problems import Position, Problem, SiteError

#: Signs that stand between values: a bound of what a small text can grow to in memory.
MAX_VALUES = 2_000_000
_BLANK = re.compile(r"[ \t\r\n]*")
_LIST_KEYS = ("items", "papers", "dailyPapers", "references")  #: that hold the items of a document
_decode = json.JSONDecoder(strict=False).raw_decode

Item = tuple[Any, int]  #: (value, 1-based line)


def looks_like_json(text: str) -> bool:
    """Tell whether *text* begins as JSON does."""
    begin = r"\ufeff?\s*(?:\[\s*(?:[\]{]|\[\s*[\[\]{\"\d])|\{\s*[\"}])"
    return re.match(begin, text) is not None


def peek(text: str) -> dict[str, Any] | None:
    """Give the first item of *text*, where it is an object and can be read."""
    if not looks_like_json(text):
        return None
    try:
        for value, _ in islice(read_items(text, ""), 1):
            return value if isinstance(value, dict) else None
    except SiteError:
        pass
    return None


def read_items(text: str, path: str) -> Iterator[Item]:
    """Give the items of a list, or of the list that an object holds, or the object alone.

    Raises SiteError with the place where *text* is no JSON.
    """
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        message = f"more than {MAX_VALUES:,} values"
        raise SiteError(Problem(Position(path), message, "import it in parts"))
    at = _skip(text, 0)
    if text[at : at + 1] == "[":
        yield from _read_list(text, at, path)
        return
    start = _find_list(text, at, path)
    if start is None:
        value, end = _read(text, at, path)
        yield value, _line(text, at)
        _expect_end(text, end, path)
    else:
        yield from _read_list(text, start, path, is_whole=False)
        _expect_end(text, _read(text, at, path)[1], path)


def read_object(text: str, path: str) -> dict[str, Any]:
    """Give all of *text* as an object; empty where it is something else."""
    value, _ = _read(text, _skip(text, 0), path)
    return value if isinstance(value, dict) else {}


def _find_list(text: str, at: int, path: str) -> int | None:
    """Find where the list of items begins in an object that holds one."""
    if text[at : at + 1] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at : at + 1] == '"':
        key, at = _read(text, at, path)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            return None
        at = _skip(text, at + 1)
        if key in _LIST_KEYS and text[at : at + 1] == "[":
            return at
        at = _skip(text, _read(text, at, path)[1])
        if text[at : at + 1] != ",":
            return None
        at = _skip(text, at + 1)
    return None


def _read_list(text: str, at: int, path: str, is_whole: bool = True) -> Iterator[Item]:
    line, counted = 1, 0
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        line, counted = line + text.count("\n", counted, at), at
        value, end = _read(text, at, path)
        yield value, line
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise _fault(text, at, path, "a ',' or ']' is missing")
    if is_whole:
        _expect_end(text, at + 1, path)


def _read(text: str, at: int, path: str) -> tuple[Any, int]:
    try:
        return _decode(text, at)
    except json.JSONDecodeError as error:
        raise _fault(text, error.pos, path, error.msg) from error
    except RecursionError as error:
        raise _fault(text, at, path, "values are nested too deeply") from error
    except ValueError as error:  # a number of thousands of digits
        raise _fault(text, at, path, "a number is too long") from error


def _expect_end(text: str, at: int, path: str) -> None:
    if _skip(text, at) != len(text):
        raise _fault(text, _skip(text, at), path, "there is more behind the end")


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _fault(text: str, at: int, path: str, reason: str) -> SiteError:
    where = Position(path, _line(text, at), at - text.rfind("\n", 0, at))
    hint = "export it again from where it comes from, or mend it here"
    message = f"this is no JSON: {reason[:1].lower()}{reason[1:]}"
    return SiteError(Problem(where, message, hint))

"""Single values: what a text means where a type is wanted, in YAML 1.2's core sense."""

import calendar
import datetime as dt
import math
import re
from typing import Any

from msgspec import Meta

from .nodes import Mapping, Node, Scalar, Sequence

_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[Tt ]+(\d\d?):(\d\d)(?::(\d\d))?.*)?")
#: What a plain text means by itself, where any value may stand.
CORE: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
CORE |= dict.fromkeys(("true", "True", "TRUE"), True)
CORE |= dict.fromkeys(("false", "False", "FALSE"), False)


def understand(node: Scalar, kind: Any) -> Any:
    """Give the value of *node* as *kind*, or None when it has none."""
    if kind is str:
        return node.text
    return understand_plain(node, kind) if node.plain or kind is dt.date else None


def understand_plain(node: Scalar, kind: Any) -> Any:
    """Give the value of *node* as *kind*, quotes or not; None when it has none."""
    text = node.text
    if kind is bool:
        value = CORE.get(text)
        return value if isinstance(value, bool) else None
    if kind is int:
        return int(text) if _INT.fullmatch(text) else None
    if kind is float:
        number = float(text) if _FLOAT.fullmatch(text) else math.inf
        return number if math.isfinite(number) else None
    found = _DATE.fullmatch(text)
    return _day(*map(int, found.groups("0"))) if found else None


def _day(year: int, month: int, day: int, hour: int, minute: int, second: int) -> dt.date | None:
    """Give a day, or None where it or the time of it cannot be."""
    try:
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.UTC).date()
    except ValueError:  # 2026-02-30, or 25:00
        return None


def is_within(value: Any, meta: Meta) -> bool:
    """Tell whether *value* keeps the limits that *meta* sets."""
    if isinstance(value, str):
        short = meta.max_length is None or len(value) <= meta.max_length
        fits = meta.pattern is None or re.fullmatch(meta.pattern, value) is not None
        holds = (meta.extra or {}).get("holds")
        return short and fits and (holds is None or bool(holds(value)))
    above = meta.ge is None or value >= meta.ge
    return above and (meta.le is None or value <= meta.le)


def describe_limits(meta: Meta) -> str:
    """Say in words what *meta* allows."""
    if meta.description:
        return meta.description
    return f"between {meta.ge} and {meta.le}" if meta.le is not None else f"{meta.ge} or more"


def advise(text: str, meta: Meta) -> str:
    """Say what to write for *text*: a part of it that would be right, else what *meta* says."""
    extra = meta.extra or {}
    if meta.pattern and extra.get("inside"):
        found = re.search(meta.pattern.removeprefix("^").removesuffix("$"), text)
        if found and found[0] != text:
            return f"write only {found[0]}"
    return str(extra.get("hint", ""))


def explain_day(text: str) -> str:
    """Say what is wrong with a *text* that is written as a day and is none, or ''."""
    found = _DATE.fullmatch(text)
    if not found:
        return ""
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not (year and 1 <= month <= 12):
        return "a date is year, month and day: 2025-12-31"
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        return f"{found[1]}-{found[2]} has {days} days"
    return f"hours go to 23, minutes and seconds to 59; the day is enough: {text[: found.end(3)]}"


def is_null(node: Node) -> bool:
    """Tell whether nothing was written."""
    return isinstance(node, Scalar) and node.plain and node.text in ("", "~", "null")


def describe(node: Node) -> str:
    """Say in a message what was found."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    if is_null(node):
        return "nothing"
    if not node.text.strip():
        return "only spaces"
    text = node.text if len(node.text) <= 60 else f"{node.text[:57]}…"
    return f"'{text}'"

"""Values → front matter, and the one change that an import may make to a file that exists."""

import datetime as dt
import re
import sys
from collections.abc import Collection, Mapping
from typing import Any

import yaml

from .nodes import Mapping as MappingNode
from .nodes import Scalar
from .problems import SiteError
from .yamltext import parse_yaml

#: Collections up to this width stand on the line of their key.
_FLOW_WIDTH = 90
#: What only some readers of YAML take for a number, a truth value or nothing: YAML 1.2 has '1e3'
#: and '0o17', YAML 1.1 has 'y' and 'n'. PyYAML itself knows the rest.
_AMBIGUOUS = re.compile(
    r"[-+]?(?:\.\d+|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?|0[oO][0-7_]+|0[xX][\da-fA-F_]+"
    r"|[-+]?\.(?:inf|nan)|y|n|yes|no|on|off|true|false|null|~",
    re.IGNORECASE,
)
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")


def encode(values: Mapping[str, object]) -> str:
    """Write *values* as front matter, keys in the order given, long text on one line."""
    text = yaml.dump(
        {key: _plain(value) for key, value in values.items()},
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=sys.maxsize,
    )
    return f"---\n{text}---\n"


def replace_count(text: str, key: str, count: int) -> str | None:
    """Set *key* of the entry *text* to *count* by changing only that line, or adding it.

    All other bytes stay as they are. None: the front matter is written in a way in which that
    one line cannot be told apart.
    """
    pieces = re.split(r"(\r\n|\n|\r)", text)
    rows, ends = pieces[::2], [*pieces[1::2], ""]
    if rows[0].lstrip("\ufeff").rstrip(" \t") != "---":
        return None
    close = next((n for n, row in enumerate(rows) if n and _END.fullmatch(row)), None)
    if close is None or rows[1].startswith("{"):
        return None
    try:
        root = parse_yaml("\n".join(rows[1:close]), "", 2)
    except SiteError:
        return None
    nodes = (root.keys, root.values) if isinstance(root, MappingNode) else ((), ())
    for name, value in zip(*nodes, strict=True):
        if isinstance(name, Scalar) and name.text == key:
            changed = _with_count(rows[name.line - 1], value, name.line, count)
            if changed is None:
                return None
            rows[name.line - 1] = changed
            break
    else:
        rows.insert(close, f"{key}: {count}")
        ends.insert(close, ends[0])
    return "".join(row + end for row, end in zip(rows, ends, strict=True))


def _with_count(row: str, value: object, line: int, count: int) -> str | None:
    """Put *count* into the *row* of a key in place of its *value*; a comment behind it stays."""
    found = re.match(r"([^:]+:)([ \t]*)([^\s#]*)", row)
    if not found or not isinstance(value, Scalar) or value.line != line:
        return None
    if found[3].strip("\"'") != value.text:
        return None
    return f"{found[1]}{found[2] or ' '}{count}{row[found.end() :]}"


def is_ambiguous(text: str) -> bool:
    """Tell whether some readers of YAML take a plain *text* for a number, a truth or nothing."""
    return _AMBIGUOUS.fullmatch(text) is not None


class _FlowList(list[object]):
    """A list on the line of its key."""


class _FlowMapping(dict[str, object]):
    """A mapping on the line of its key."""


class _Dumper(yaml.SafeDumper):
    """Quotes with double quotes, and also what only other readers of YAML would misread."""

    def choose_scalar_style(self) -> Any:
        style: Any = super().choose_scalar_style()
        # Double quotes would write characters beyond the basic plane as numbers.
        value: str = getattr(self.event, "value", "")
        is_better_single = max(value, default="") > "\uffff" and "\n" not in value
        return '"' if style == "'" and not is_better_single else style

    def ignore_aliases(self, _value: object) -> bool:
        return True  # the same day twice is no reason for an anchor, which Carrel refuses


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = '"' if is_ambiguous(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _flow_list(dumper: yaml.SafeDumper, value: _FlowList) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)


def _flow_mapping(dumper: yaml.SafeDumper, value: _FlowMapping) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_FlowList, _flow_list)
_Dumper.add_representer(_FlowMapping, _flow_mapping)


def _plain(value: object) -> object:
    """Bring tuples and mappings to what YAML knows; short ones go onto the line of their key."""
    if isinstance(value, Mapping):
        items = {str(key): _plain(item) for key, item in value.items()}
        return _FlowMapping(items) if _is_short(items.values()) else items
    if isinstance(value, list | tuple):
        rows = [_plain(item) for item in value]
        return _FlowList(rows) if _is_short(rows) else rows
    if value is None or isinstance(value, str | int | float | dt.date):
        return value
    raise TypeError(f"front matter cannot hold a {type(value).__name__}")


def _is_short(items: Collection[object]) -> bool:
    """Tell whether a collection fits on a line. An address would need quotes there."""
    words = [f"{item}" for item in items]
    return sum(map(len, words)) + 10 * len(words) <= _FLOW_WIDTH and "://" not in "".join(words)

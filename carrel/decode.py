"""YAML text → typed values with positions. One function reads every file of the site.

``decode`` walks the node tree and the wanted type together. Each scalar is understood by the
type that is wanted there, in YAML 1.2's core sense: ``NO`` is text where text is wanted, an
arXiv id keeps its trailing zero, ``010`` is ten, ``12:30`` is no number. Every fault is
collected with its place; nothing is guessed.

What a struct may say about its own keys, as class variables:
``derived``    fields that are not written in files
``habits``     keys that users of other generators know → our key
``shorthand``  the field that a bare text stands for
"""

import datetime as dt
import functools
import re
from collections.abc import Mapping
from typing import (
    Any,
    Generic,
    TypeVar,
)

from msgspec import Struct
from msgspec.structs import fields as struct_fields

from . import nodes
from .forms import Form, fitting, forms_of
from .nodes import Node, Scalar, Sequence
from .plain_yaml import parse_nodes
from .problems import Position, Problem, SiteError, did_you_mean
from .scalars import (
    CORE,
    advise,
    describe,
    describe_limits,
    explain_day,
    is_null,
    is_within,
    understand,
    understand_plain,
)

T = TypeVar("T", bound=Struct)
_SCALAR_NAMES = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
_SCALAR_NAMES |= {dt.date: "a date like 2025-12-31"}


class Entry(Struct, Generic[T]):
    """A value with the places of its parts: the value itself knows nothing of them.

    With problems, the value is what could be read: good enough to find what else is wrong.
    """

    path: str
    value: T
    marks: Mapping[str, tuple[int, int]]  #: 'topics[0]' → (line, column)
    problems: tuple[Problem, ...] = ()

    def mark(self, key: str) -> Position:
        """The place of *key*, or of the nearest thing around it."""
        while key and key not in self.marks:
            key = re.sub(r"(\.[^.\[]*|\[\d+\]|^[^.\[]*)$", "", key)
        return Position(self.path, *self.marks.get(key, (1, 1)))


def decode(
    want: type[T], text: str, path: str, also: Mapping[str, Any] | None = None
) -> tuple[Entry[T], dict[str, Any]]:
    """Read a whole file as ``decode_entry`` does. Raises SiteError with every fault of it."""
    entry, beside = decode_entry(want, text, path, also=also)
    if entry.problems:
        raise SiteError(*entry.problems)
    return entry, beside


def decode_entry(
    want: type[T],
    text: str,
    path: str,
    *,
    first_line: int = 1,
    also: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
) -> tuple[Entry[T], dict[str, Any]]:
    """Read *text* as a mapping with the fields of the struct *want*; its faults are in the entry.

    *also* names further legal keys with their types; their values come back beside the entry.
    *given* fills the derived fields. Raises SiteError when the text is no YAML.
    """
    node = parse_nodes(text, path, first_line)
    walk = _Walk(path)
    if node is None:
        node = nodes.Mapping(first_line, 1)
    walk.marks[""] = (node.line, node.column)
    types_by_key = {**written_fields(want), **(also or {})}
    habits = getattr(want, "habits", {})
    if isinstance(node, nodes.Mapping):
        values = walk.mapping(node, types_by_key, habits, "")
    else:
        values = {}
        found = f"expected 'key: value' lines, found {describe(node)}"
        walk.fault(node, found, "write each key on a line of its own, as in 'title: …'")
    beside = {key: values.pop(key) for key in also or {} if key in values}
    for name in sorted(_required(want) - walk.marks.keys() - (given or {}).keys()):
        walk.fault(node, f"the key '{name}' is missing", f"add a line '{name}: …'")
    blank = dict.fromkeys(_required(want), "")
    value = want(**{**blank, **values, **(given or {})})
    return Entry(path, value, walk.marks, tuple(walk.problems)), beside


@functools.cache  # msgspec works the types out anew each time
def written_fields(want: type) -> Mapping[str, Any]:
    """Give name → type of the fields of a struct that files may have."""
    derived: frozenset[str] = getattr(want, "derived", frozenset())
    return {f.name: f.type for f in struct_fields(want) if f.name not in derived}


@functools.cache
def _required(want: type) -> frozenset[str]:
    names = written_fields(want)
    return frozenset(f.name for f in struct_fields(want) if f.required and f.name in names)


class _Walk:
    """Walks nodes and types together; collects the faults and the places of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.marks: dict[str, tuple[int, int]] = {}

    def fault(self, node: Node, message: str, hint: str = "") -> None:
        where = Position(self.path, node.line, node.column)
        self.problems.append(Problem(where, message, hint))

    def no_mapping(self, node: Node, at: str) -> None:
        message = f"'{at}' must be a mapping 'key: value', found {describe(node)}"
        hint = "write its keys below it, indented, each as 'key: value'"
        self.fault(node, message, hint if not is_null(node) else "write it, or take it out")

    def mapping(
        self, node: nodes.Mapping, wanted: Mapping[str, Any], habits: Mapping[str, str], at: str
    ) -> dict[str, Any]:
        """Read the known keys of *node*; unknown and repeated keys are faults."""
        values: dict[str, Any] = {}
        written: dict[str, str] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, Scalar):
                hint = "write a word before the colon"
                self.fault(key, f"a key must be text, found {describe(key)}", hint)
                continue
            name = habits.get(key.text, key.text) if key.text not in wanted else key.text
            if name not in wanted:
                known = [*wanted, *habits]
                legal = f"known keys: {', '.join(sorted(wanted))}"
                place = f" in '{at}'" if at else ""
                hint = did_you_mean(key.text, known, legal)
                if not at and "extra" in wanted:
                    hint = hint.removesuffix("?") + ("? Keys" if hint.endswith("?") else "; keys")
                    hint += " of your own go under 'extra'"
                self.fault(key, f"unknown key '{key.text}'{place}", hint)
            elif name in written:
                twice = f"the key '{key.text}' stands here again"
                if written[name] != key.text:
                    twice = f"'{key.text}' and '{written[name]}' mean the same key"
                self.fault(key, twice, "keep one of them")
            else:
                written[name] = key.text
                inner = f"{at}.{name}" if at else name
                missing = object()
                found = self.value(value, wanted[name], inner, missing)
                if found is not missing:
                    values[name] = found
        return values

    def value(self, node: Node, want: Any, at: str, missing: object) -> Any:
        """Read *node* as *want*; *missing* when it cannot be, or when it is null by default."""
        self.marks[at] = (node.line, node.column)
        forms, nullable = forms_of(want)
        if nullable and is_null(node):
            return None
        form = forms[0] if len(forms) == 1 else fitting(forms, node)
        match form.kind:
            case "scalar":
                return self.scalar(node, form, at, missing)
            case "struct":
                return self.struct(node, form.type, at, missing)
            case "free":
                return self.free(node, at)
            case "pairs":
                return self.pairs(node, form.item, at, missing)
            case _:
                return self.many(node, form.item, at, missing)

    def many(self, node: Node, item: Any, at: str, missing: object) -> Any:
        """Read a list; a single item stands for a list of one."""
        if is_null(node):
            return ()
        nodes = node.items if isinstance(node, Sequence) else [node]
        found: list[Any] = []
        for number, each in enumerate(nodes):
            value = self.value(each, item, f"{at}[{number}]", missing)
            if value is not missing:
                # The places of what is kept, by its number among what is kept.
                self.marks[f"{at}[{len(found)}]"] = (each.line, each.column)
                found.append(value)
        return tuple(found)

    def pairs(self, node: Node, want: Any, at: str, missing: object) -> Any:
        """Read a mapping with keys of the writer's own."""
        if is_null(node):
            return ()
        if not isinstance(node, nodes.Mapping):
            self.no_mapping(node, at)
            return missing
        wanted = {key.text: want for key in node.keys if isinstance(key, Scalar)}
        return tuple(self.mapping(node, wanted, {}, at).items())

    def struct(self, node: Node, want: Any, at: str, missing: object) -> Any:
        shorthand = getattr(want, "shorthand", None)
        if shorthand and isinstance(node, Scalar) and not is_null(node):
            text = self.value(node, written_fields(want)[shorthand], at, missing)
            return missing if text is missing else want(**{shorthand: text})
        if not isinstance(node, nodes.Mapping):
            self.no_mapping(node, at)
            return missing
        before = len(self.problems)
        values = self.mapping(node, written_fields(want), getattr(want, "habits", {}), at)
        for name in sorted(_required(want) - values.keys()):
            if len(self.problems) == before:
                self.fault(node, f"'{at}' lacks the key '{name}'", f"add '{name}: …' to it")
        return want(**values) if len(self.problems) == before else missing

    def scalar(self, node: Node, form: Form, at: str, missing: object) -> Any:
        """Read one value."""
        choices, kind = form.choices, form.type
        if not isinstance(node, Scalar) or (is_null(node) and kind is not str):
            name = " or ".join(choices) or _SCALAR_NAMES[kind]
            hint = "write one value" if not is_null(node) else "write it, or take it out"
            told = [advise("", meta) for meta in form.limits if kind is str]
            self.fault(
                node, f"'{at}' must be {name}, found {describe(node)}", "".join(told) or hint
            )
            return missing
        if kind is str and node.plain and node.text in ("", "~", "null"):
            hint = 'put it in quotes when it is text: "null"' if node.text else ""
            self.fault(node, f"'{at}' must be text, found nothing", hint)
            return missing
        found = understand(node, kind)
        if found is None:
            if kind is dt.date and (hint := explain_day(node.text)):
                what = "time" if ":" in node.text else "day"
                self.fault(node, f"'{at}': there is no {what} {node.text}", hint)
                return missing
            hint = "remove the quotes" if not node.plain and understand_plain(node, kind) else ""
            self.fault(node, f"'{at}' must be {_SCALAR_NAMES[kind]}, found {describe(node)}", hint)
            return missing
        if choices and found not in choices:
            legal = f"one of {', '.join(choices)}"
            message = f"'{at}' must be {legal}, found {describe(node)}"
            usual = "".join(advise(found, meta) for meta in form.limits)
            self.fault(
                node, message, did_you_mean(found, choices, usual, cutoff=0.7 if usual else 0.6)
            )
            return missing
        for meta in form.limits:
            if not is_within(found, meta):
                message = f"'{at}' must be {describe_limits(meta)}, found {describe(node)}"
                self.fault(node, message, advise(node.text, meta))
                return missing
        return found

    def free(self, node: Node, at: str) -> Any:
        """Read a value of any kind, by the core schema; lists and mappings become tuples."""
        if isinstance(node, Sequence):
            return tuple(self.free(each, f"{at}[{n}]") for n, each in enumerate(node.items))
        if isinstance(node, nodes.Mapping):
            wanted = {key.text: Any for key in node.keys if isinstance(key, Scalar)}
            return tuple(self.mapping(node, wanted, {}, at).items())
        if not node.plain:
            return node.text
        if node.text in CORE:
            return CORE[node.text]
        for kind in (int, float):
            number = understand(node, kind)
            if number is not None:
                return number
        return node.text

"""The short way from front matter to nodes, for the YAML that people and programs mostly write.

``key: value`` lines, lists of single values and mappings one step in: for these this module gives
exactly the nodes of ``yamltext``, in a fifth of the time. At the least doubt it gives way.
``tests/test_plain_yaml.py`` compares the two on texts made to differ.
"""

import re

from .nodes import Mapping, Node, Scalar, Sequence

MAX_PLAIN = 1000  #: values; the limit of ``yamltext`` is for the parser to explain
#: What YAML alone takes for the end of a line, or refuses.
_ODD = re.compile("[\t\r\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_PLAIN = r"[A-Za-z0-9](?:[^\n:#]|:(?=[^\s])|(?<=[^\s])#)*(?<![\s:])"
_VALUE = rf"""(?:"(?P<double>[^"\\\n]*)"|(?P<plain>{_PLAIN})|(?P<flow>[\[{{][^\n]*[\]}}]))"""
_ROW = re.compile(
    r"(?P<indent> *)(?:(?P<dash>- )|(?P<key>[A-Za-z_][A-Za-z0-9_-]*):(?P<gap> ?))"
    + f"(?:{_VALUE})?"
)
#: A value between brackets, and a key there.
_WORD = r"""(?:"(?P<double>[^"\\\n]*)"|(?P<plain>[A-Za-z0-9](?:[\w ./+-]*[\w./+-])?))"""
_ITEM = re.compile(_WORD, re.ASCII)
MAX_INNER = 3  #: brackets within brackets


def parse_nodes(text: str, path: str, first_line: int = 1) -> Node | None:
    """Parse *text* as ``yamltext.parse_yaml`` does, which is loaded only when it is needed."""
    found = parse_plain(text, first_line)
    if found is not None:
        return found
    from .yamltext import parse_yaml

    return parse_yaml(text, path, first_line)


def parse_plain(text: str, first_line: int) -> Mapping | None:
    """Read *text* when all of it is plain enough; None where the parser must decide."""
    if _ODD.search(text):
        return None
    root = Mapping(first_line, 1)
    inner: Sequence | Mapping | None = None  # the value of the last key, when it has rows below
    indent = 0
    count = 0
    waiting = False  # a key has no value yet
    for line, row in enumerate(text.removesuffix("\n").split("\n"), first_line):
        found = _ROW.fullmatch(row)
        if found is None:
            return None
        depth, dash, key, gap, double, plain, flow = found.groups()
        column = found.end("dash" if dash else "gap") + 1
        value: Node | None
        if plain is not None:
            value = Scalar(line, column, plain, True)
        elif double is not None:
            value = Scalar(line, column, double, False)
        elif flow is not None:
            read = _parse_flow(flow, 0, line, column, MAX_INNER)
            if read is None or read[1] != len(flow):
                return None
            value = read[0]
            count += flow.count(",") * 2 + 2
        else:
            value = None
        count += 2
        if dash is not None:
            start = len(depth)
            if waiting:
                inner, indent = Sequence(line, start + 1), start
                root.values.append(inner)
                waiting = False
            if type(inner) is not Sequence or start != indent or value is None or flow is not None:
                return None
            inner.items.append(value)
            continue
        if value is not None and not gap:
            return None
        node = Scalar(line, len(depth) + 1, key, True)
        if depth:
            if waiting:
                inner, indent = Mapping(line, len(depth) + 1), len(depth)
                root.values.append(inner)
                waiting = False
            if type(inner) is not Mapping or len(depth) != indent or value is None:
                return None
            inner.keys.append(node)
            inner.values.append(value)
            continue
        if waiting:
            return None
        inner = None
        root.keys.append(node)
        if value is None:
            if gap:
                return None
            waiting = True
        else:
            root.values.append(value)
    return None if waiting or count > MAX_PLAIN or not root.keys else root


def _parse_flow(text: str, at: int, line: int, column: int, depth: int) -> tuple[Node, int] | None:
    """Read the value that begins at *at* of *text*, whose first sign stands in *column*.

    Gives the value and where it ends; None where the parser must decide.
    """
    opening = text[at : at + 1]
    if opening not in ("[", "{"):
        found = _ITEM.match(text, at)
        if found is None:
            return None
        plain = found["plain"]
        word = found["double"] if plain is None else plain
        return Scalar(line, column + at, word, plain is not None), found.end()
    closing = "]" if opening == "[" else "}"
    node: Sequence | Mapping
    node = Sequence(line, column + at) if opening == "[" else Mapping(line, column + at)
    at += 1
    while depth and not text.startswith(closing, at):
        if isinstance(node, Mapping):
            key = _parse_flow(text, at, line, column, 0)
            if key is None or not text.startswith(": ", key[1]):
                return None
            node.keys.append(key[0])
            at = key[1] + 2
        value = _parse_flow(text, at, line, column, depth - 1)
        if value is None:
            return None
        (node.items if isinstance(node, Sequence) else node.values).append(value[0])
        at = value[1]
        if text.startswith(", ", at):
            at += 2
            if text.startswith(closing, at):
                return None
        elif not text.startswith(closing, at):
            return None
    return (node, at + 1) if depth else None

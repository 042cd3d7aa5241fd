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
_VALUE = rf"""(?:"(?P<double>[^"\\\n]*)"|(?P<plain>{_PLAIN})|\[(?P<flow>[^\[\]{{}}\n]*)\])"""
_ROW = re.compile(
    r"(?P<indent> *)(?:(?P<dash>- )|(?P<key>[A-Za-z_][A-Za-z0-9_-]*):(?P<gap> ?))"
    + f"(?:{_VALUE})?"
)
_ITEM = re.compile(r"""(?:"([^"\\,]*)"|([A-Za-z0-9](?:[\w ./+-]*[\w./+-])?))(?:, |$)""", re.ASCII)


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
            value = _parse_flow(flow, line, column)
            if value is None:
                return None
            count += len(value.items)
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


def _parse_flow(text: str, line: int, column: int) -> Sequence | None:
    """Read what stands between the brackets of a list; *column* is that of the first one."""
    items: list[Node] = []
    at = 0
    while at < len(text):
        found = _ITEM.match(text, at)
        if found is None or (found[0].endswith(" ") and found.end() == len(text)):
            return None
        double, plain = found.groups()
        place = column + 1 + at
        if plain is None:
            items.append(Scalar(line, place, double, False))
        else:
            items.append(Scalar(line, place, plain, True))
        at = found.end()
    return Sequence(line, column, items)

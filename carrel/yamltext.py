"""YAML text → a tree of nodes with positions. The only module that knows PyYAML.

YAML is read by its 1.2 core meaning, and only the part that front matter needs: one document,
no anchors, aliases, merges or tags. Scalars stay text here; ``decode`` gives them their meaning
from the type that is wanted. The tree is built from parser events, without recursion, so that
nesting and number are counted before anything is built.
"""

import re
from bisect import bisect_right

import yaml

from .nodes import Mapping, Node, Scalar, Sequence
from .problems import Position, Problem, SiteError
from .sources import CONTROLS

MAX_DEPTH = 20
MAX_VALUES = 5_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times as fast


def parse_yaml(text: str, path: str, first_line: int = 1) -> Node | None:
    """Parse *text*, which begins at *first_line* of *path*; None when there is nothing in it.

    Raises SiteError with every forbidden construct, or with the one syntax error that ends
    parsing.
    """
    problems: list[Problem] = []
    open_nodes: list[Sequence | Mapping] = []
    root: Node | None = None
    line_starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(index: int) -> tuple[int, int]:
        line = bisect_right(line_starts, index)
        return line - 1 + first_line, index - line_starts[line - 1] + 1

    documents = values = 0
    text = re.sub("[\u2028\u2029]", " ", text)  # these would end a line for YAML alone
    try:
        for event in yaml.parse(text, Loader=_Loader):
            mark = event.start_mark
            assert mark is not None
            line, column = place(mark.index)
            where = Position(path, line, column)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    hint = "take the line '---' out"
                    again = Problem(where, "a second YAML document begins here", hint)
                    raise SiteError(*problems, again)
            elif isinstance(event, yaml.CollectionEndEvent):
                open_nodes.pop()
            elif isinstance(event, yaml.NodeEvent):
                problems += _refusals(event, where)
                node = _new_node(event, line, column)
                values += 1
                if len(open_nodes) >= MAX_DEPTH:
                    raise SiteError(*problems, _too_deep(where))
                if values > MAX_VALUES:
                    raise SiteError(*problems, _too_many(where))
                if open_nodes:
                    _attach(open_nodes[-1], node)
                else:
                    root = node
                if isinstance(event, yaml.CollectionStartEvent):
                    assert not isinstance(node, Scalar)
                    open_nodes.append(node)
    except yaml.YAMLError as error:
        message, hint, mark = _explain(error, text)
        line, column = place(mark.index) if mark else (first_line, 0)
        problem = Problem(Position(path, line, column), message, hint)
        raise SiteError(*problems, problem) from error
    if problems:
        raise SiteError(*problems)
    return root


def _new_node(event: yaml.NodeEvent, line: int, column: int) -> Node:
    if isinstance(event, yaml.MappingStartEvent):
        return Mapping(line, column)
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(line, column)
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(line, column, event.value, plain=not event.style)
    return Scalar(line, column, f"*{event.anchor}", plain=False)


def _attach(parent: Sequence | Mapping, node: Node) -> None:
    if isinstance(parent, Sequence):
        parent.items.append(node)
    elif len(parent.keys) == len(parent.values):
        parent.keys.append(node)
    else:
        parent.values.append(node)


def _refusals(event: yaml.NodeEvent, where: Position) -> list[Problem]:
    """Name what YAML allows and front matter does not: the meaning is elsewhere in the file."""
    found = []
    if isinstance(event, yaml.AliasEvent):
        hint = "write the value itself, or put it in quotes when it is text"
        found.append(Problem(where, f"alias '*{event.anchor}' is not allowed", hint))
    elif event.anchor:
        hint = "write the value itself, or put it in quotes when it is text"
        found.append(Problem(where, f"anchor '&{event.anchor}' is not allowed", hint))
    found += _control_problems(getattr(event, "value", ""), where)
    tag = getattr(event, "tag", None)
    if tag is not None:
        hint = "leave the tag out: the key decides what the value is"
        written = tag.replace("tag:yaml.org,2002:", "!!")
        found.append(Problem(where, f"tag '{written}' is not allowed", hint))
    return found


def _control_problems(text: str, where: Position) -> list[Problem]:
    """Refuse control characters that an escape such as "\\0" brings in."""
    found = CONTROLS.search(text)
    if not found:
        return []
    message = f"control character U+{ord(found[0]):04X}, written as an escape"
    return [Problem(where, message, "leave it out: it cannot be seen and may mislead")]


def _too_deep(where: Position) -> Problem:
    message = f"values are nested deeper than {MAX_DEPTH} levels"
    return Problem(where, message, "write them with fewer levels")


def _too_many(where: Position) -> Problem:
    return Problem(where, f"more than {MAX_VALUES} values in one file", "take some of them out")


def _explain(error: yaml.YAMLError, text: str) -> tuple[str, str, yaml.Mark | None]:
    """Say what libyaml found in words that need no knowledge of it: (message, hint, place)."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable")
    context = str(getattr(error, "context", None) or "")
    mark = getattr(error, "problem_mark", None)
    began = getattr(error, "context_mark", None) or mark
    message, hint = f"not valid YAML: {problem}", ""
    if "escape" in problem:
        message, hint = (
            "a '\\' means something between these quotes",
            "use ' quotes, or write '\\\\'",
        )
    elif "quoted scalar" in context:
        message, mark = "this quote is not closed", began
        hint = "end the value with the sign that it begins with"
    elif context == "while parsing a flow sequence":
        message, mark = "this list is not closed", began
        hint = "end it with ']', and put commas between its items"
    elif context == "while parsing a flow mapping":
        message, mark = "this mapping is not closed", began
        hint = "end it with '}', and put commas between its keys"
    elif context in ("while scanning an anchor", "while scanning an alias") and began:
        message, mark = f"a value cannot begin with '{text[began.index : began.index + 1]}'", began
        hint = "put the value in quotes"
    elif "cannot start any token" in problem and mark and text[mark.index : mark.index + 1] != "\t":
        message = f"a value cannot begin with '{text[mark.index : mark.index + 1]}'"
        hint = "put the value in quotes"
    elif "cannot start any token" in problem or "found a tab" in problem:
        message, hint = "a tab cannot indent", "indent with spaces"
    elif "block sequence entries" in problem or "mapping keys are not allowed" in problem:
        sign = "-" if "sequence" in problem else "?"
        message = f"a value cannot begin with '{sign} ' behind its key"
        hint = "put a text that begins so in quotes"
        hint += "; the first item of a list stands on the next line" if sign == "-" else ""
    elif "expected comment or line break" in problem:
        message = "behind '|' or '>' a text begins on the next line"
        hint = "move it there, or put the value in quotes"
    elif "mapping values are not allowed" in problem:
        hint = "put a value that contains ': ' in quotes"
    elif "could not find expected ':'" in problem:
        message, mark = "this line has no ':' behind its key", began
        hint = "write 'key: value', with a blank behind the colon"
    elif "did not find expected key" in problem or "block end" in problem:
        message, hint = "this is no 'key: value'", "align it with the key above, or use quotes"
    return message, hint, mark

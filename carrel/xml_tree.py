"""XML from elsewhere → a small tree with line numbers; whatever could be an attack is refused.

The parser is expat with handlers of our own: one that refuses every document type, and with it
every entity, the billion laughs and all that would be fetched; and two that count as they go, so
that depth and number are bounded before anything is built. A tree from ElementTree, with
defusedxml before it, would know no lines to report and no depth.
"""

from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from msgspec import Struct, field

from .problems import Position, Problem, SiteError

MAX_DEPTH = 60  #: content of feeds may be XHTML
MAX_ELEMENTS = 500_000


class Element(Struct):
    """An element; *name* is 'namespace local', or 'local' where there is none."""

    name: str
    line: int
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)  #: what stands before each child, and behind

    def all(self, *names: str) -> Iterator["Element"]:
        """Give the children of these names, in order."""
        return (child for child in self.children if child.name in names)

    def first(self, *names: str) -> "Element | None":
        """Give the first child of the first name that there is one of."""
        for name in names:
            for child in self.all(name):
                return child
        return None

    def text(self, *names: str) -> str:
        """Give the text of the first such child, or of the element itself where none is named."""
        found = self.first(*names) if names else self
        return "".join(found._pieces()).strip() if found else ""

    def _pieces(self) -> Iterator[str]:
        # Text of an element is flat: XHTML in a feed keeps its words and loses its tags.
        for n, text in enumerate(self.texts):
            yield text
            if n < len(self.children):
                yield from self.children[n]._pieces()


def parse_xml(text: str, path: str) -> Element:
    """Read *text* as XML. Raises SiteError with the place where it is none, or none to be read."""
    parser = expat.ParserCreate("utf-8", " ")  # whatever the declaration says: it is decoded
    parser.buffer_text = True
    parser.buffer_size = 1 << 20
    root = Element("", 1, {}, texts=[""])
    open_elements = [root]
    count = 0

    def refuse(message: str, hint: str = "") -> NoReturn:
        where = Position(path, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        raise SiteError(Problem(where, message, hint))

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(open_elements) > MAX_DEPTH:
            refuse(f"elements are nested deeper than {MAX_DEPTH} levels")
        if count > MAX_ELEMENTS:
            refuse(f"more than {MAX_ELEMENTS:,} elements", "import it in parts")
        element = Element(name, parser.CurrentLineNumber, attributes, texts=[""])
        open_elements[-1].children.append(element)
        open_elements[-1].texts.append("")
        open_elements.append(element)

    def end(_name: str) -> None:
        open_elements.pop()

    def take(text: str) -> None:
        open_elements[-1].texts[-1] += text

    def refuse_doctype(*_declaration: object) -> None:
        hint = "take the <!DOCTYPE …> out; nothing that a list needs stands in it"
        refuse("a document type is declared, which may hold entities: it is not read", hint)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = take
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        where = Position(path, error.lineno, error.offset + 1)
        reason = expat.ErrorString(error.code)
        hint = "fetch it again from where it comes from, or mend it here"
        raise SiteError(Problem(where, f"this is no well-formed XML: {reason}", hint)) from error
    return root.children[0]

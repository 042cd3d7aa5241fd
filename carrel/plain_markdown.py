"""Plain text → Markdown that renders to the same text, with as few changes as it takes."""

import re
from collections.abc import Callable
from itertools import zip_longest
from typing import Literal

from .dollars import find_formulas, is_beside_digit
from .entries import split_abstract
from .markdown import plain_text

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_LINE_START = re.compile(r"[ ]*(?:\d{1,9}(?=[.)]))?")
#: What Markdown gives a meaning, the rarest first: tried one by one whether it can go unescaped.
_SPECIAL = "^=)+.-#>|~:$&!]<[_*`\\"
_LARGE = 100_000  #: from here on, escaping more than is needed beats trying

#: 'start': first in its line, or behind the number that is ('1.'); 'inside': within a word.
_Place = Literal["start", "inside", "edge"]
_PLACES: tuple[_Place, ...] = ("inside", "edge", "start")
_Kind = tuple[str, _Place]
_Spans = tuple[tuple[int, int], ...]  #: (start, end) within a paragraph


def to_markdown(text: str) -> str:
    """Write plain *text* so that rendering gives its words back; formulas stay formulas.

    Text that Markdown leaves alone stays as it is, letter by letter; elsewhere only the signs
    that would be taken for markup get a backslash.
    """
    rows = "\n".join(line.strip() for line in text.split("\n"))
    paragraphs = [part.strip("\n") for part in re.split(r"\n{2,}", rows) if part.strip()]
    written = "\n\n".join(map(_escape_as_needed, paragraphs))
    if _renders_to(written, "\n\n".join(paragraphs)):
        return written
    # A paragraph alone was harmless, but not below another one.
    return "\n\n".join(_escape(part, *_all_signs(part)) for part in paragraphs)


def _escape_as_needed(paragraph: str) -> str:
    if _renders_to(paragraph, paragraph):
        return paragraph
    needed, formulas = _all_signs(paragraph)
    groups = [{kind for kind in needed if kind[0] not in _SPECIAL}]
    if len(paragraph) <= _LARGE:
        groups += ({(sign, place)} & needed for sign in _SPECIAL for place in _PLACES)
    for group in filter(None, groups):
        if _renders_to(_escape(paragraph, needed - group, formulas), paragraph):
            needed -= group
    return _escape(paragraph, needed, formulas)


def _all_signs(paragraph: str) -> tuple[set[_Kind], _Spans]:
    """Give all that can be escaped, and the formulas to leave alone while that is done.

    What looks like a formula is none when the signs around it get another meaning by that.
    """
    formulas = _formulas(paragraph)
    needed = _kinds(paragraph)
    if not _renders_to(_escape(paragraph, needed, formulas), paragraph):
        formulas = ()
    return needed, formulas


def _formulas(text: str) -> _Spans:
    """Find the formulas that Markdown can have."""
    return tuple(span for span in find_formulas(text) if not is_beside_digit(text, *span))


def _renders_to(markdown: str, text: str) -> bool:
    """Tell whether *markdown* shows the words of *text* and does not end the abstract's section."""
    spans = _formulas(text)
    starts, ends = [0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)]
    between = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    bodies = [text[start + 1 : end - 1] for start, end in spans]
    shown = "".join(map("".join, zip_longest(between, bodies, fillvalue="")))
    after = split_abstract(f"## Abstract\n\n{markdown}\n\n## Next")
    if after != ("## Next", markdown):
        return False
    found = plain_text(markdown)
    return found == _words(shown) or found == _words(text)


def _words(text: str) -> str:
    return " ".join(text.split())


def _kinds(paragraph: str) -> set[_Kind]:
    places = _places(paragraph)
    return {(found[0], places(found.start())) for found in _PUNCTUATION.finditer(paragraph)}


def _places(paragraph: str) -> Callable[[int], _Place]:
    """Give the function that tells where in its line and word a sign stands."""
    starts = set()
    at = 0
    for line in paragraph.split("\n"):
        start = _LINE_START.match(line)
        starts.add(at + (start.end() if start else 0))
        at += len(line) + 1
    padded = f" {paragraph} "

    def place(at: int) -> _Place:
        if at in starts:
            return "start"
        return "inside" if padded[at].isalnum() and padded[at + 2].isalnum() else "edge"

    return place


def _escape(paragraph: str, kinds: set[_Kind], formulas: _Spans) -> str:
    """Put a backslash before every sign of the *kinds* named that is not in one of *formulas*."""
    places = _places(paragraph)
    written = []
    at = 0
    for start, end in [*formulas, (len(paragraph), len(paragraph))]:
        for found in _PUNCTUATION.finditer(paragraph, at, start):
            is_markup = (found[0], places(found.start())) in kinds
            written += [paragraph[at : found.start()], "\\" * is_markup, found[0]]
            at = found.end()
        written.append(paragraph[at:end])
        at = end
    return "".join(written)

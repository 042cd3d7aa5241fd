"""TeX → MathML, HTML on one line, and plain text. The only module that knows the converter."""

import functools
import html
import re

from math_core import LatexError, LatexToMathML

from .brackets import count_unclosed
from .flatmath import flatten, write_plain
from .places import Fault

MAX_COMMANDS = 1000  #: in one formula; nested twice as deeply they end the process
MAX_UNCLOSED = 8  #: brackets that nothing closes, in one formula; with forty it takes hours


def to_mathml(tex: str, line: int = 0, block: bool = False) -> str | Fault:
    """Give a formula as MathML, or what is wrong with it in the *line* of a text."""
    if tex.count("\\") + tex.count("{") > MAX_COMMANDS:
        message = f"this formula has more than {MAX_COMMANDS:,} commands; it stays as it is"
        return Fault(line, message, "part it", warning=True)
    if count_unclosed(tex) > MAX_UNCLOSED:
        message = f"this formula has more than {MAX_UNCLOSED} brackets that nothing closes"
        return Fault(line, f"{message}; it stays as it is", "close them", warning=True)
    try:
        found = _converter().convert_with_local_state(tex, displaystyle=block)
    except LatexError as error:
        reason = str(error).splitlines()[0]
        hint = "correct it, or write it with other commands; until then it stays as it is"
        return Fault(line, f"this formula cannot be read: {reason}", hint, warning=True)
    return found.replace("><</", ">&lt;</")  # the converter forgets it in '\operatorname{<}'


def show_tex(tex: str) -> str:
    """Give a formula as HTML that shows how it is written."""
    return f"<code>{html.escape(tex, quote=False)}</code>"


def without_styles(mathml: str) -> str:
    """Give MathML for a page: that forbids inline styles, and ids could be those of its own."""
    return re.sub(r' (?:style|id|href)="[^"]*"', "", mathml)


@functools.lru_cache(maxsize=8192)
def plain_formula(tex: str) -> str | None:
    """Give a formula as plain text; None when it cannot be read."""
    found = to_mathml(tex)
    flat = flatten(found) if isinstance(found, str) else None
    return write_plain(flat) if flat else None


@functools.cache
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)

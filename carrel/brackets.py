"""Brackets of a formula that nothing closes: each doubles the time that the converter takes."""

import re
import unicodedata

#: What stands behind \left and \right is closed by the other, whatever it is.
_TOKEN = re.compile(r"\\(?:left|right)\s*(?:\\[a-zA-Z]+|\\?.)|\\[a-zA-Z]+|\\?.", re.DOTALL)
_NAMES = (
    "brace", "brack", "paren", "angle", "ang", "Angle", "floor", "ceil", "group", "moustache",
    "vert", "Vert", "Brace", "Brack", "bracket",
)  # fmt: skip
_CORNERS = {"opening": (r"\ulcorner", r"\llcorner"), "closing": (r"\urcorner", r"\lrcorner")}
_OPENING = {r"\{", *(f"\\l{name}" for name in _NAMES), r"\llbracket", *_CORNERS["opening"], *"⎰⌜⌞"}
_CLOSING = {r"\}", *(f"\\r{name}" for name in _NAMES), r"\rrbracket", *_CORNERS["closing"], *"⎱⌝⌟"}


def count_unclosed(tex: str) -> int:
    """Count the brackets of *tex* that are not closed in the group of braces that opens them."""
    groups, lost = [0], 0
    for token in _TOKEN.findall(tex):
        if token == "{":
            groups.append(0)
        elif token == "}":
            if len(groups) > 1:
                lost += groups.pop()
        elif token in _OPENING or _is(token, "Ps"):
            groups[-1] += 1
        elif token in _CLOSING or _is(token, "Pe"):
            groups[-1] = max(0, groups[-1] - 1)
    return lost + sum(groups)


def _is(token: str, category: str) -> bool:
    return len(token) == 1 and unicodedata.category(token) == category

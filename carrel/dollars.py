"""Which dollar signs of a text stand around formulas, and which are money or names of variables."""

import re
from collections.abc import Iterator

MAX_FORMULA = 500  #: characters between two dollars; what is longer are two sums of money

_DOLLAR = re.compile(r"(?<!\\)\$")
_SIGN = re.compile(r"[\\^_=<>+*{}|≤≥≈∼±×→]")
#: Without such a sign: 'k', '95.2', '10-20', 'O(n)', 'f(x, y)', 'n/2'. '5-' and 'HOME/' are none.
_SIMPLE = re.compile(
    r"\w{1,2}|\d[\d.,]*(?:[-/:]+\d[\d.,]*)?(?<=\d)"
    r"|(?=[A-Za-z(\[])(?!.*[A-Za-z]{2})(?:[\w./|:!'-]|[(\[][\w,./|:; -]*[)\]])+(?<=[\w)\]'!])"
)
_MACRO = re.compile(r"\\(?:text|math|operatorname|mbox|emph)[a-z]*\*?\{[^{}]*\}|\\[A-Za-z]+")
_PROSE = re.compile(r"[A-Za-z]{2,}[,;.]? +[A-Za-z]{2,}|^\d[\d.,]*[kKMB]?[-,;:]? +[A-Za-z]{2,}")


def find_formulas(text: str) -> Iterator[tuple[int, int]]:
    """Give where formulas begin and end, dollars included.

    A dollar that does not end a formula may begin the next one: 'costs $5, $x^2$ or A$'.
    """
    start = -1
    for found in _DOLLAR.finditer(text):
        end = found.start()
        if start >= 0 and end - start <= MAX_FORMULA and is_formula(text[start + 1 : end]):
            yield start, end + 1
            start = -1
        else:
            start = end


def is_formula(body: str) -> bool:
    """Tell whether what stands between two dollars is a formula."""
    if not body or body != body.strip() or "\n" in body or body[0] in ")],.;:":
        return False
    if not _SIGN.search(body):
        return _SIMPLE.fullmatch(body) is not None
    return not _PROSE.search(_MACRO.sub(r"\\", body))


def is_beside_digit(text: str, start: int, end: int) -> bool:
    """Tell whether a digit touches the formula: Markdown then takes its dollars for money."""
    return text[max(0, start - 1) : start].isdigit() or text[end : end + 1].isdigit()

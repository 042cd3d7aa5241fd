r"""Damaged LaTeX → readable text, only where the damage cannot be mistaken for anything else.

Digests carry titles and abstracts that lost their dollar signs on the way ('1.68times') or kept
source that nothing typeset ('43.8\%'). What has one reading gets it; all other text stays as it
is: '100 times faster' is English, a backslash before a space has lost something that nobody can
know. Formulas between dollars are whole and stay, but for those that are one sign ('2$\times$'),
and those that a digit touches: no Markdown can have them.
"""

import functools
import re
import unicodedata

from .dollars import find_formulas, is_beside_digit, is_formula
from .formulas import plain_formula

#: Text that repair itself could misread more deeply than this is left as it stands.
_MAX_PASSES = 8

_SUPERSCRIPTS = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
_FONTS = r"(?:it|bf|em|tt|sc|sl|sf|rm|itshape|bfseries|ttfamily|scshape|slshape|sffamily)"
_FONT_MACROS = r"(?:emph|underline|mbox|text(?:it|bf|tt|sc|sl|sf|rm|normal)?)"
_SYMBOLS = (
    "times|sim|approx|pm|leq?|geq?|neq|cdot|ldots|dots|infty|to|rightarrow|alpha|beta|gamma|"
    "delta|epsilon|varepsilon|eta|theta|kappa|lambda|mu|pi|rho|sigma|tau|phi|omega|Delta|Omega"
)
_NUMBER = r"\d[\d.,]*"

#: One alternative for each kind of damage, tried from left to right in one go through the text.
#: ``url`` comes first: what it covers is claimed, as formulas are. No alternative can look further
#: than the next brace, dollar or blank for its end, so the time is linear.
_DAMAGE = re.compile(
    rf"""
    (?P<url> https?://[^\s<>"{{}}]+ (?: \{{ https?://[^\s<>"{{}}]+ \}} )? )
    | \\(?:url|path)\{{(?P<address> [^\s{{}}]+ )\}}
    | \\href\{{(?P<target> [^\s{{}}]+ )\}}\{{(?P<label> [^{{}}]* )\}}
    | \{{\\{_FONTS}(?![A-Za-z])[ ]*(?P<switched> [^{{}}]* )\}}
    | \\{_FONT_MACROS}\{{(?P<styled> [^{{}}]* )\}}
    | (?P<accent> \{{\\["'`^~=.][A-Za-z]\}} | \\["'`^~=.](?:\{{\\?[A-Za-z]\}}|\\?[A-Za-z])
        | \\[uvHckrdb]\{{[A-Za-z]\}} | \{{\\(?:ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)\}} )
    | (?<![\\:])(?P<symbol> \\(?:{_SYMBOLS})(?![A-Za-z]) )
    | (?<!\\)\\(?P<escaped> [%&\#_$] )
    | (?<=\d)(?P<times> times )(?![A-Za-z])
    | (?: (?<=\dtimes)|(?<=\d\\%)|(?<=\d)(?=[ ]sim[ ]{_NUMBER}(?:times|\\%)) )
        [ ](?P<sim> sim )[ ](?=\d)
    | (?<![^\W_])(?P<glued_sim> sim )(?={_NUMBER}(?:times|\\%))
    | (?<=[A-Za-z0-9)])\^(?P<power> \d{{1,3}} )(?![\d^{{_]|\.\d)
    | (?<=[A-Za-z0-9)])\^\{{(?P<braced> [-+]?\d{{1,3}} )\}}
    | (?<=[\w.)])(?P<tie> ~ )(?=[(\[])
    | (?<=\S[ ])(?P<dash> ---? )(?=[ ]\S)
    | (?<=[A-Za-z,)])(?P<glued_dash> --- )(?=[A-Za-z(])
    | (?<=\d)(?P<range> -- )(?=\d)
    | ``(?P<quoted> [^`'\n]{{1,300}} )''
    | (?<=[.!?][ ])(?P<comment> % )(?=[A-Z][a-z])
    """,
    re.VERBOSE,
)
#: Macros of formulas in titles that letters can show.
_WRITTEN_OUT = frozenset([
    *re.sub(r"[?]", "", _SYMBOLS).split("|"), "ast", "ell", "ge", "in", "le", "log", "mathbb",
    "mathbf", "mathcal", "mathit", "mathrm", "max", "min", "nabla", "ne", "partial", "star", "text",
    "%", ",",
])  # fmt: skip
_SUBSCRIPTS = str.maketrans("0123456789-+", "₀₁₂₃₄₅₆₇₈₉₋₊")
#: A formula that is one sign, as people write it for want of a key.
_ONE_SIGN = re.compile(r"\\[A-Za-z]+|\\[%&#_]|[<>=~+±×≤≥≈∼→-]|\^\{?\\circ\}?")
_DEGREE = re.compile(r"\^\{?\\circ\}?")
_PARENTHESES = re.compile(r"\\\(\s*([^$\n]{1,500}?)\s*\\\)")
_CLOSING_QUOTE = re.compile(r"[\w.,!?]\\[\"'](?![A-Za-z{\\])")
_MACRO_AT_END = re.compile(r"\\[A-Za-z]+$")
_CONTRACTION = re.compile(r"(?:s|m|re|ll|t|d|ve)\b")


def repair(text: str) -> str:
    """Mend unmistakable LaTeX damage in *text*; repairing twice changes nothing more."""
    mended = text
    for _ in range(_MAX_PASSES):
        before = mended
        # Escaped quotation marks look like accents: \"a word\" is none of LaTeX.
        quotes = _CLOSING_QUOTE.search(before) is not None
        mended = _mend_around_formulas(_PARENTHESES.sub(_dollared, before), quotes)
        if mended == before:
            return mended
    return text  # nested too deeply to be a slip


def write_formulas_out(line: str) -> str:
    """Write the formulas of a title as letters and signs: titles stand where nothing is typeset.

    One that letters cannot show stays as it is.
    """
    pieces, at = [], 0
    for start, end in find_formulas(line):
        pieces += [line[at:start], _written_out(line[start:end])]
        at = end
    return "".join([*pieces, line[at:]])


def _written_out(formula: str) -> str:
    body = formula[1:-1]
    macros = set(re.findall(r"\\([A-Za-z]+|.)", body))
    if not macros <= _WRITTEN_OUT or body.count("{") != body.count("}"):
        return formula
    text = typeset(formula)
    text = re.sub(r"\^([-+]?\d+)", lambda power: power[1].translate(_SUPERSCRIPTS), text)
    text = re.sub(r"_(\d+)", lambda index: index[1].translate(_SUBSCRIPTS), text)
    return formula if not text or re.search(r"[\\$<>\n]", text) else text


def _dollared(found: re.Match[str]) -> str:
    return f"${found[1]}$" if is_formula(found[1]) else found[0]


def _mend_around_formulas(text: str, quotes: bool) -> str:
    """Mend what is no formula; what stands next to it is seen all the same."""
    mend = functools.partial(_mend, quotes=quotes)
    pieces, at = [], 0
    for start, end in [*find_formulas(text), (len(text), len(text))]:
        for found in _DAMAGE.finditer(text, at, start):
            pieces += [text[at : found.start()], mend(found)]
            at = found.end()
        pieces += [text[at:start], _settled(text, start, end)]
        at = end
    return "".join(pieces)


def _settled(text: str, start: int, end: int) -> str:
    """Give a formula as it is, or as letters and signs where Markdown cannot have it."""
    formula, body = text[start:end], text[start + 1 : end - 1]
    if _ONE_SIGN.fullmatch(body):
        sign = "°" if _DEGREE.fullmatch(body) else plain_formula(body) or ""
        if len(sign) == 1 and not sign.isalnum():
            return sign
    plain = plain_formula(body) if is_beside_digit(text, start, end) else None
    if not plain:
        return formula
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    left = " " * (before.isdecimal() and plain[0].isdecimal())  # '3 1/2' is not '31/2'
    return f"{left}{plain}" + " " * (after.isdecimal() and plain[-1].isdecimal())


def _mend(found: re.Match[str], quotes: bool) -> str:
    """Give the reading of one piece of damage, or the piece itself."""
    kind, piece = found.lastgroup, found[found.lastgroup or 0]
    match kind:
        case "url":
            return _mend_address(piece)
        case "address":
            return piece
        case "switched" | "styled":
            # A macro right before it would take the letters for the rest of its name.
            before = found.string[max(0, found.start() - 12) : found.start()]
            return f" {piece}" if _MACRO_AT_END.search(before) else piece
        case "label":
            return f"{piece} ({found['target']})" if piece != found["target"] else piece
        case "accent":
            return _accented(found, quotes)
        case "symbol":
            return typeset(piece)
        case "escaped":
            return piece
        case "times":
            return "×"
        case "sim":
            return " ∼ "
        case "glued_sim":
            return "∼"
        case "power" | "braced":
            return piece.translate(_SUPERSCRIPTS)
        case "tie":
            return " "
        case "dash" | "glued_dash" | "range":
            return "—" if piece == "---" else "–"
        case "quoted":
            return f"“{piece}”"
        case "comment":
            return ""
        case _:
            return found[0]


def _mend_address(piece: str) -> str:
    r"""Drop the second half of 'address{address}' and LaTeX's escapes: '\_', '\%', '\~'."""
    address, brace, again = piece.rstrip("}").partition("{")
    if brace and again.rstrip("/") != address.rstrip("/"):
        return piece
    return re.sub(r"\\([%&#_~])", r"\1", address)


def _accented(found: re.Match[str], quotes: bool) -> str:
    """Read an accent where it makes one letter that exists, and stands where accents stand."""
    piece = found[0]
    before = found.string[found.start() - 1] if found.start() else ""
    bare = re.fullmatch(r"\\([\"'`^~=.])\\?([A-Za-z])", piece)
    if bare:
        mark, letter = bare.groups()
        if mark in "=.":
            return piece  # '\.com' is no dotted c
        if not before.isalpha() and (mark == "~" or quotes or not letter.isupper()):
            return piece
        if mark == "'" and _CONTRACTION.match(found.string, found.end() - 1):
            return piece
    letters = unicodedata.normalize("NFC", typeset(piece))
    return letters if len(letters) == 1 and letters.isalpha() else piece


@functools.cache
def typeset(piece: str) -> str:
    """Let pylatexenc read a small piece of LaTeX."""
    # Imported late: only an import of papers needs it.
    from pylatexenc.latex2text import LatexNodes2Text

    return str(LatexNodes2Text(keep_comments=True).latex_to_text(piece)).strip()

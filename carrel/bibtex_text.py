r"""The value of a BibTeX field → text: accents, symbols, braces, dashes; formulas stay formulas.

In BibTeX all text is LaTeX, where ``latex.repair`` has to do with text that only may have been.
"""

import re
import unicodedata

from .cleaning import clean_line, clean_paragraphs
from .latex import typeset

#: Tried from left to right in one go. No alternative looks further than the next brace or dollar.
_PIECE = re.compile(
    r"""
    (?P<math> (?<!\\)\$\$?[^$]{1,2000}\$\$? | \\\([^$]{1,500}?\\\) )
    | \\(?:url|path|nolinkurl)[ ]*\{(?P<address> [^{}]* )\}
    | \\href[ ]*\{(?P<target> [^{}]* )\}
    | (?P<aside> ~?\\(?:cite[a-z]*|footnote|label|ref|thanks)\*?(?:\[[^][{}]*\])?\{[^{}]*\} )
    | (?P<accent> \\["'`^~=.][ ]*(?:\{[ ]*\\?[A-Za-z]?[ ]*\}|\\?[A-Za-z])
        | \\[uvHckrdbt](?:[ ]*\{[ ]*\\?[A-Za-z][ ]*\}|[ ]+\\?[A-Za-z]) )
    | (?P<letter> \\(?:ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j|dh|DH|th|TH|dj|DJ|ng|NG)
        (?![A-Za-z])(?:\{\}|[ ]+)? )
    | \\(?P<sign> [%&\#_${}] )
    | \\(?P<break> \\|[ ,;:!/@-] )
    | (?P<macro> \\[A-Za-z]+\*?(?:\{\}|[ ]+)? )
    | (?P<tie> ~ )
    | (?P<dash> ---? )
    | (?P<quote> ``|'' )
    | (?P<brace> [{}] )
    """,
    re.VERBOSE,
)
_FONTS = frozenset([
    "bf", "bfseries", "em", "emph", "it", "itshape", "mathrm", "mbox", "rm", "sc", "scshape", "sf",
    "sl", "small", "text", "textbf", "textit", "textmd", "textnormal", "textrm", "textsc", "textsf",
    "textsl", "texttt", "textup", "tt", "ttfamily", "uppercase", "lowercase", "underline",
])  # fmt: skip


def decode_line(value: str) -> str:
    """Read a title, a name or a venue."""
    return clean_line(_decode(value))


def decode_paragraphs(value: str) -> str:
    """Read an abstract; a blank line or a \\par begins a paragraph."""
    return clean_paragraphs(_decode(re.sub(r"\\par\b(?![A-Za-z])", "\n\n", value)))


def _decode(value: str) -> str:
    if not re.search(r"[\\{}~$`']|--", value):
        return value
    return unicodedata.normalize("NFC", _PIECE.sub(_read, value))


def _read(found: re.Match[str]) -> str:
    """Give the text of one piece of LaTeX."""
    for kind in ("address", "target", "sign"):
        piece = found[kind]
        if piece is not None:
            return f"{piece} " if kind == "target" else piece
    piece = found[0]
    if found["math"] or found["tie"]:
        return piece if found["math"] else " "
    if found["aside"]:
        return ""
    if found["accent"]:
        return _accent(piece)
    if found["letter"]:
        return typeset(piece.rstrip(" {}"))
    if found["break"]:
        return "" if found["break"] in "-/!@" else " "
    if found["macro"]:
        return _macro(piece)
    if found["dash"]:
        return "—" if piece == "---" else "–"
    if found["quote"]:
        return "“" if piece == "``" else "”"
    return ""  # a brace


def _accent(piece: str) -> str:
    """Put an accent over its letter; one without a letter is dropped, as LaTeX shows it alone."""
    mark, letter = piece[1], piece[2:].strip(" {}\\")
    return typeset(f"\\{mark}{{{letter}}}") if letter else ""


def _macro(piece: str) -> str:
    """Give the symbol that a macro stands for; one that only changes how text looks is dropped."""
    bare = piece.rstrip("* {}")
    if bare[1:] in _FONTS:
        return ""
    symbol = bare[1:] if bare[1:] in ("TeX", "LaTeX", "BibTeX") else typeset(bare)
    if not symbol or symbol.startswith("\\"):
        return ""
    return symbol + " " * (piece.endswith(" ") and len(symbol) > 1)

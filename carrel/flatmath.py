"""MathML → what is shown without it: Unicode on one line, with ``sup`` and ``sub`` or without.

Feed readers drop MathML, or the whole item around it. A formula on one line says the same, if
what stood above and below gets brackets: '(a + b)/c', '√(x + 1)'.
"""

import html
import html.parser
import re

from msgspec import Struct, field

MAX_DEPTH = 60  #: elements within each other
#: Signs that stand apart from both their neighbours.
_INFIX = frozenset("+−±∓×÷=≠≈≡≅∼≃<>≤≥≪≫∈∉⊂⊃⊆⊇∪∩→←↔⇒⇐⇔↦∧∨⊕⊗∝≺≻≼≽&")
_CLOSING = (")", "]", "}", "|", "‖", "⟩", "′")
_COMBINING = {
    "ˆ": "\u0302", "^": "\u0302", "˜": "\u0303", "~": "\u0303", "¯": "\u0304", "‾": "\u0304",
    "̲": "\u0304", "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307", "¨": "\u0308", "ˇ": "\u030c",
}  # fmt: skip
#: Small letters and signs for where nothing can be set high or low. Not every letter has them.
_RAISED = dict(zip(
    "0123456789+−-=()abcdefghijklmnoprstuvwxyzTαβγδ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵅᵝᵞᵟ", strict=True,
))  # fmt: skip
_LOWERED = dict(zip(
    "0123456789+−-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True,
))  # fmt: skip
_SCRIPT = re.compile(r"<(su[bp])>([^<]*)</\1>")
_INVISIBLE = re.compile("[\u2061-\u2064\ufe00-\ufe0f]")
#: Elements of MathML that hold text.
_TOKENS = {"mi", "mn", "mo", "mtext", "ms"}
_WORD = re.compile(r"[^\W\d_]{2,}(?=<|$)")  #: the name of an operator, with what is below it
#: What needs no brackets when a sign is put beside it.
_SIMPLE = re.compile(r"[\w.]+|\S", re.UNICODE)


class _Element(Struct):
    """An element of MathML."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""
    inner: list["_Element"] = field(default_factory=list)


class _Reader(html.parser.HTMLParser):
    """Reads MathML as browsers do: what the converter writes is not XML in every case."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [_Element("", {})]
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, dict(attrs))
        self.open[-1].inner.append(element)
        self.open.append(element)
        self.depth = max(self.depth, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and self.open.pop().tag != tag:
            pass

    def handle_data(self, text: str) -> None:
        # Letters in a font of text stand in an element of HTML within: '<mtext><b>X</b></mtext>'.
        holder = next((each for each in self.open if each.tag in _TOKENS), self.open[-1])
        holder.text += text


def flatten(mathml: str) -> str | None:
    """Give a formula as HTML without MathML; None when it is nested too deeply for one line."""
    reader = _Reader()
    reader.feed(mathml)
    reader.close()
    if reader.depth > MAX_DEPTH:
        return None
    return " ".join(_row(reader.open[0].inner).split())


def write_plain(flat: str) -> str:
    """Give what ``flatten`` made as plain text: 'n²', or 'x^(a/b)' where letters are missing."""
    while flat != (flat := _SCRIPT.sub(_small, flat)):
        pass  # scripts of scripts: from within
    return html.unescape(flat)


def _small(script: re.Match[str]) -> str:
    sign, letters = ("^", _RAISED) if script[1] == "sup" else ("_", _LOWERED)
    text = script[2].replace(" ", "")
    small = "".join(letters.get(letter, "") for letter in text)
    if len(small) == len(text):
        return small
    is_name = len(text) == 1 or (text.isascii() and text.isalpha())
    is_last = not script.string[script.end() :][:1].isalnum()  # 'x^N M', not 'x^NM'
    return f"{sign}{text}" if is_name and is_last else f"{sign}({script[2]})"


def _row(parts: list[_Element]) -> str:
    """Put parts side by side; a sign between two of them stands apart."""
    texts = list(map(_flat, parts))
    pieces: list[str] = []
    for number, (part, text) in enumerate(zip(parts, texts, strict=True)):
        sign = part.text if part.tag == "mo" else ""
        before = parts[number - 1] if number else None
        has_left = before is not None and (before.tag != "mo" or before.text in _CLOSING)
        following = next(filter(None, texts[number + 1 :]), "")
        if sign in _INFIX and has_left and following:
            pieces.append(f" {text} ")
        elif sign in (",", ";", ":") or (_WORD.match(text) and following[:1].isalnum()):
            pieces.append(f"{text} ")  # 'lim f', 'log n'
        else:
            pieces.append(text)
    return "".join(pieces)


def _flat(part: _Element) -> str:
    """Write one element of MathML."""
    inner = part.inner
    match part.tag:
        case tag if tag in _TOKENS:
            return html.escape(_INVISIBLE.sub("", part.text), quote=False)
        case "mspace":
            return " " if part.attributes.get("width") else ""
        case "mfrac":
            over, under = map(_bracketed, inner)
            # A binomial coefficient has no line: a comma cannot be taken for a division.
            is_binomial = part.attributes.get("linethickness") == "0"
            return f"{over}, {under}" if is_binomial else f"{over}/{under}"
        case "msqrt":
            return f"√{_bracket(_row(inner))}"
        case "mroot":
            return f"<sup>{_flat(inner[1])}</sup>√{_bracketed(inner[0])}"
        case "msup":
            return _flat(inner[0]) + _script("sup", inner[1])
        case "msub":
            return _flat(inner[0]) + _script("sub", inner[1])
        case "msubsup" | "munderover":
            return _flat(inner[0]) + _script("sub", inner[1]) + _script("sup", inner[2])
        case "mover" | "munder":
            return _accented(part, inner)
        case "mtable":
            return "; ".join(map(_flat, inner))
        case "mtr":
            return ", ".join(map(_flat, inner))
        case "mprescripts" | "none":
            return ""
        case _:
            return _row(inner) if inner else html.escape(part.text, quote=False)


def _accented(part: _Element, inner: list[_Element]) -> str:
    """Put a mark on a letter, or what stands above or below beside it."""
    body, mark = _flat(inner[0]), inner[1].text.strip()
    if mark in _COMBINING and part.tag == "mover" and body.isalnum():
        return "".join(f"{letter}{_COMBINING[mark]}" for letter in body)
    if inner[1].tag == "mo" and part.attributes.keys() & {"accent", "accentunder"}:
        return body  # a brace, or a mark over more than letters
    return body + _script("sup" if part.tag == "mover" else "sub", inner[1])


def _script(tag: str, part: _Element) -> str:
    text = _flat(part)
    return text if text in ("′", "″", "‴") else f"<{tag}>{text}</{tag}>"


def _bracketed(part: _Element) -> str:
    return _bracket(_flat(part))


def _bracket(text: str) -> str:
    return text if _SIMPLE.fullmatch(html.unescape(text)) else f"({text})"

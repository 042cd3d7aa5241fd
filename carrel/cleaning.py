"""Text from elsewhere → what a reader should see: nothing hidden, no markup, single blanks."""

import html
import re

#: Blanks of all kinds, and what some programs take for a line end, become plain spaces.
_BLANK = re.compile("[\t\v\f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
#: What nobody can see, and what turns the direction of other text. The joiners U+200C and U+200D
#: stay: Persian words and emoji need them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
#: Tags that databases leave in titles and abstracts; 'a <b, c> d' holds none.
_INLINE = re.compile(
    r"</?(?:jats:)?(?:i|b|em|strong|u|tt|code|sub|sup|sc|scp|span|p|br|title|sec|italic|bold"
    r"|inline-formula|tex-math)(?: [^<>]*)?/?>",
    re.IGNORECASE,
)
_RAISED = re.compile(r"<(?:jats:)?(su[bp])>([-+\d]{1,8})</(?:jats:)?\1>", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header"
    r"|hr|li|ol|p|pre|section|table|tr|ul|jats:p|jats:title|jats:sec|title|sec)(?:[ /][^<>]*)?>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_UNSHOWN = ("<script", "<style", "<math", "<svg", "<template")
_SIGNS = "0123456789-+"
_LEVELS = {
    "sup": str.maketrans(_SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"),
    "sub": str.maketrans(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₋₊"),
}


def remove_hidden(text: str) -> tuple[str, int]:
    """Give *text* with plain blanks and without invisible characters, and how many these were."""
    visible, hidden = _HIDDEN.subn("", text)
    return _BLANK.sub(" ", visible), hidden


def clean_line(text: str) -> str:
    """Bring a title, a name or a venue onto one line, entities and inline tags resolved."""
    return " ".join(remove_hidden(_resolve(text))[0].split())


def clean_paragraphs(text: str) -> str:
    """Bring an abstract to paragraphs, apart by a blank line, each on one line."""
    return _paragraphs(_resolve(_BLOCK.sub("\n\n", text)))


def text_of_html(markup: str) -> str:
    """Give what a page with this *markup* would show, as paragraphs."""
    for tag in _UNSHOWN:
        markup = _without(markup, tag, f"</{tag[1:]}")
    markup = _without(markup, "<!--", "-->")
    markup = _RAISED.sub(_raise, markup)
    markup = re.sub(r"<br ?/?>", "\n", _BLOCK.sub("\n\n", markup), flags=re.IGNORECASE)
    return _paragraphs(html.unescape(_TAG.sub("", markup)))


def _paragraphs(text: str) -> str:
    visible, _ = remove_hidden(text.replace("\r\n", "\n").replace("\r", "\n"))
    parts = re.split(r"\n[ ]*\n\s*", visible)
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in parts)))


def _resolve(text: str) -> str:
    if "<" in text:
        text = _INLINE.sub("", _RAISED.sub(_raise, text))
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def _raise(found: re.Match[str]) -> str:
    return found[2].translate(_LEVELS[found[1].lower()])


def _without(markup: str, start: str, end: str) -> str:
    """Take out what stands from *start* to *end*; without an end, as browsers do, all of the rest.

    Cut at the starts, so that many of them without an end take no longer than one.
    """
    first, *others = re.split(re.escape(start), markup, flags=re.IGNORECASE)
    kept = [first]
    for part in others:
        found = re.search(re.escape(end), part, re.IGNORECASE)
        kept.append(part[found.end() :].removeprefix(">") if found else "")
    return "".join(kept)

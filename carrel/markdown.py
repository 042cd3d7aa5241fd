"""Markdown → HTML and plain text. The only module that knows markdown-it.

Content is not trusted: raw HTML is text, links are http, https and mailto, pictures come from
the site itself or from hosts that the settings name. The set of tags that can come out is
closed; see ``tests/test_markdown.py``.
"""

import functools
import html
import re
from collections.abc import Callable, Iterator, Sequence, Set
from contextvars import ContextVar
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from msgspec import Struct

from .addresses import SCHEME, host_of, join_address, link_flaw
from .flatmath import flatten
from .formulas import plain_formula, show_tex, to_mathml, without_styles
from .naming import fold_blanks
from .outputs import MARK
from .places import Fault
from .plain_html import plain_html

MAX_NESTING = 40
MAX_BRACKETS = 50_000  #: a text of nothing else would take a minute
MAX_LINES = 40_000  #: each may be a block; half a million take a minute and a gigabyte
MAX_MARKS = 150_000  #: 1.5 million bytes of prose have less
_MARKS = "*_`~$<>&^|\\]"
LONG = 50_000  #: characters
#: What Markdown may give a meaning, anywhere and at the beginning of a line.
_SIGNS = re.compile(r"[\\`*_\[\]<>&$~|^\0]")
_LINE_START = re.compile(r"\s*(?:[#+=:-]|\d+[.)])|    |\t")
MAX_REFUSED = 20  #: addresses of one text that are named
MAX_SHOWN = 80  #: characters of an address


class Rendered(Struct, frozen=True):
    """HTML with ``MARK`` before internal addresses, and what is wrong with the text."""

    html: str
    faults: tuple[Fault, ...] = ()


def to_html(
    text: str, at: str = "", hosts: Sequence[str] = (), part: str = "", feed: bool = False
) -> Rendered:
    """Render *text*, shown on the page *at*; relative links count from there.

    *hosts* are those whose pictures may be shown. *part* tells the footnotes of several texts on
    one page apart. In a *feed* formulas are Unicode on one line, and footnotes lead to the page.
    """
    plain = plain_html(text)
    return full_html(text, at, hosts, part, feed) if plain is None else Rendered(plain)


def full_html(
    text: str, at: str = "", hosts: Sequence[str] = (), part: str = "", feed: bool = False
) -> Rendered:
    """Render *text* as ``to_html`` does, by the parser alone."""
    # Three forms of a feed hold the same HTML; of long texts only few may stay in memory.
    render = _render_long if len(text) > LONG else _render_short
    return render(text, at, tuple(hosts), part, feed)


def _render(text: str, at: str, hosts: tuple[str, ...], part: str, feed: bool) -> Rendered:
    excess = _excess(text)
    if excess:
        return Rendered(f"<pre>{html.escape(text)}</pre>", (Fault(0, excess, "split it"),))
    parser = _parser()
    refused: set[str] = set()
    before = _refused.set(refused)
    tokens = parser.parse(text)
    _refused.reset(before)
    faults = list(_refusals(text, refused)) if refused else []
    line = 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        if token.level >= MAX_NESTING - 1:
            message = f"nested deeper than {MAX_NESTING - 2} levels; the rest would be lost"
            faults.append(Fault(line, message, "write it with fewer levels"))
        if token.type == "heading_open" or token.type == "heading_close":
            token.tag = f"h{max(2, int(token.tag[1]))}"  # the page's own title is its h1
        for inner in [token, *(token.children or ())]:
            faults += _localise(inner, line, at, hosts)
            if inner.type.startswith("math_"):
                faults += _formula(inner, line, mathml=not feed)
    rendered = parser.renderer.render(tokens, parser.options, {"docId": part} if part else {})
    if feed:
        rendered = rendered.replace('href="#', f'href="{MARK}{at}#')
    return Rendered(rendered, tuple(dict.fromkeys(faults)))


_render_short = functools.lru_cache(maxsize=256)(_render)
_render_long = functools.lru_cache(maxsize=2)(_render)


def plain_text(text: str, formula: Callable[[str], str | None] = str) -> str:
    """Give the words of a Markdown text on one line, without any markup.

    *formula* says how TeX is written, by default as it is.
    """
    if _excess(text) or _is_plain(text):
        return fold_blanks(text)
    return _strip_markup(text, formula)


@functools.lru_cache(maxsize=8192)
def _strip_markup(text: str, formula: Callable[[str], str | None]) -> str:
    pieces: list[str] = []
    for token in _parser().parse(text):
        if token.type == "inline":
            pieces += (_words(child, formula) for child in token.children or ())
            pieces.append(" ")
        elif token.type in ("fence", "code_block"):
            pieces.append(f"{token.content} ")
        elif token.type == "math_block":
            tex = token.content.strip()
            pieces.append(f"{formula(tex) or tex} ")
    return fold_blanks("".join(pieces))


def show_formulas(line: str) -> str:
    """Give a plain *line*, such as a title, with its formulas in Unicode.

    They are found by the rule for Markdown: there is none in 'between $5 and $6'.
    """
    # What stands before the first sign counts, and to the rule that would be the last one.
    (inline,) = _formula_parser().parseInline(f" {line}")
    pieces = []
    for token in inline.children or ():
        found = plain_formula(token.content) if token.type == "math_inline" else None
        pieces.append(found or f"{token.markup}{token.content}{token.markup}")
    return "".join(pieces)[1:]


def first_sentences(text: str, limit: int) -> str:
    """Cut plain *text* behind a sentence, else behind a word with an ellipsis, within *limit*."""
    if len(text) <= limit:
        return text
    ends = [m.end() for m in re.finditer(r"[.!?](?=\s+[^\sa-z])", text[: limit + 2])]
    ends = [end for end in ends if end <= limit]
    if ends and ends[-1] > limit // 3:
        return text[: ends[-1]]
    return f"{text[: limit - 1].rsplit(None, 1)[0].rstrip(',;:')}…"


def _excess(text: str) -> str:
    """Say what there is too much of in *text* for it to be read in bounded time and memory."""
    if len(text) < MAX_LINES:
        return ""
    if text.count("[") > MAX_BRACKETS:
        return f"more than {MAX_BRACKETS:,} opening brackets, each of which may begin a link"
    if text.count("\n") > MAX_LINES:
        return f"more than {MAX_LINES:,} lines"
    if sum(map(text.count, _MARKS)) > MAX_MARKS:
        return f"more than {MAX_MARKS:,} signs that may be markup, such as '*' and '_'"
    return ""


def _is_plain(text: str) -> bool:
    """Whether nothing in *text* can mean anything to Markdown: most abstracts are so."""
    return not (_SIGNS.search(text) or any(map(_LINE_START.match, text.split("\n"))))


def _words(token: Token, formula: Callable[[str], str | None]) -> str:
    match token.type:
        case "softbreak" | "hardbreak":
            return " "
        case "image":
            return "".join(_words(child, formula) for child in token.children or ())
        case "math_inline" | "math_inline_double":
            return formula(token.content) or token.content
        case _:
            return token.content


#: Takes the addresses that a parser refuses in the text at hand: it tells of them by no token, and
#: asks also where a blank or the like makes the text no link. None: nothing is refused.
_refused: ContextVar[set[str] | None] = ContextVar("refused")


class _Parser(MarkdownIt):
    """markdown-it with our rule for links; a refused link stays as the text that was written."""

    def normalizeLink(self, url: str) -> str:
        return url if link_flaw(url) else super().normalizeLink(url)  # to name it as it is written

    def validateLink(self, url: str) -> bool:
        refused = _refused.get(set())
        if refused is None or not link_flaw(url):
            return True
        refused.add(url)
        return False


@functools.cache
def _parser() -> MarkdownIt:
    """Build the parser once: CommonMark with tables, and what readers of papers write."""
    options = {"html": False, "xhtmlOut": False, "maxNesting": MAX_NESTING}
    parser = _Parser("commonmark", options)
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin).use(tasklists_plugin, label=True)
    _use_formulas(parser)
    # Formulas are rendered in the token pass, where their place is known.
    for name in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        parser.add_render_rule(name, _prepared)
    # A table cell's alignment comes as style=, which a page without inline styles forbids.
    for name in ("th_open", "td_open"):
        parser.add_render_rule(name, _aligned)
    # A wide table scrolls by itself; whoever has only a keyboard must be able to reach it.
    parser.add_render_rule("table_open", lambda *_: '<div class="scroll" tabindex="0">\n<table>\n')
    parser.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")
    return parser


@functools.cache
def _formula_parser() -> MarkdownIt:
    """Build a parser for lines that are plain but for their formulas."""
    return _use_formulas(MarkdownIt("zero"), double_inline=True)  # so that '$$' is left alone


def _use_formulas(parser: MarkdownIt, double_inline: bool = False) -> MarkdownIt:
    options = {"allow_digits": False, "allow_space": False, "double_inline": double_inline}
    return parser.use(dollarmath_plugin, **options)


def _refusals(text: str, refused: Set[str]) -> Iterator[Fault]:
    """Name the links that stay text because of where they lead, each once, with its line."""
    before = _refused.set(None)
    env: dict[str, Any] = {}
    tokens = _parser().parse(text, env)
    _refused.reset(before)
    lines = {each["href"]: each["map"][0] for each in reversed(env.get("references", {}).values())}
    for token in tokens:
        line = token.map[0] if token.map else 0
        for inner in token.children or ():
            lines.setdefault(str(inner.attrs.get("href") or inner.attrs.get("src")), line)
            line += inner.type in ("softbreak", "hardbreak")
    found = sorted((line, url) for url, line in lines.items() if url in refused)
    for line, url in found[:MAX_REFUSED]:
        shown = url if len(url) <= MAX_SHOWN else f"{url[: MAX_SHOWN - 1]}…"
        message = f"'{shown}' stays text: {link_flaw(url)}"
        hint = "correct the address; where no link is meant, put it between backticks"
        yield Fault(line, message, hint, warning=True, ours=True)


def _localise(token: Token, line: int, at: str, hosts: Sequence[str]) -> list[Fault]:
    """Mark internal addresses of *token*; refuse pictures from hosts that are not named."""
    key = "src" if token.type == "image" else "href"
    url = token.attrs.get(key)
    if not isinstance(url, str) or token.type not in ("image", "link_open"):
        return []
    if url.startswith("//"):
        url = token.attrs[key] = f"https:{url}"
    if not SCHEME.match(url):
        if not url.startswith("#"):
            token.attrs[key] = MARK + join_address(f"/{at}", url).lstrip("/")
        return []
    host = host_of(url)
    if token.type == "image" and host not in hosts:
        hint = "put it into content/static/, or name the host under 'images' in site_config.yaml"
        return [Fault(line, f"a picture from another host, {host or url!r}", hint)]
    return []


def _formula(token: Token, line: int, mathml: bool) -> list[Fault]:
    """Turn the TeX of *token* into finished HTML; TeX that cannot be read stays as it is."""
    found = to_mathml(token.content, line, block=token.type.startswith("math_block"))
    if isinstance(found, Fault):
        token.meta["html"] = show_tex(token.content)
        return [found]
    made = without_styles(found) if mathml else flatten(found)
    token.meta["html"] = made or show_tex(token.content)
    return []


def _prepared(_renderer: object, tokens: Sequence[Token], at: int, *_: object) -> str:
    token = tokens[at]
    made = str(token.meta["html"])
    return f"<p>{made}</p>\n" if token.type.startswith("math_block") else made


def _aligned(_renderer: object, tokens: Sequence[Token], at: int, *_: object) -> str:
    token = tokens[at]
    style = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f'<{token.tag} class="{style}">' if style else f"<{token.tag}>"

"""Markdown → HTML: what readers of papers write works, and nothing that is written can run."""

import functools
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

import html5lib
import nh3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carrel.markdown import (
    MAX_NESTING,
    MAX_REFUSED,
    first_sentences,
    plain_text,
    show_formulas,
    to_html,
)
from carrel.outputs import MARK
from conftest import ROOT
from payloads import NOTES, PAYLOADS

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def render(text: str, at: str = "papers/a/", **options: Any) -> str:
    """The HTML of *text*, with @ for the site's root."""
    rendered = to_html(text, at, **options)
    assert rendered.faults == ()
    return rendered.html.strip().replace(MARK, "@")


@pytest.mark.parametrize(
    ("written", "href"),
    [
        ("https://example.org/a?b=c&d", "https://example.org/a?b=c&amp;d"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("../b/", "@papers/b/"),
        ("b/", "@papers/a/b/"),
        ("/topics/x/", "@topics/x/"),
        ("/", "@"),
        ("../../../../etc/", "@etc/"),
        ("b.pdf#page=2", "@papers/a/b.pdf#page=2"),
        ("/a%20b/ü.csv", "@a%20b/%C3%BC.csv"),
        ("#part", "#part"),
        ("2024:1", "@papers/a/2024:1"),
    ],
)
def test_links_lead_where_they_are_meant_to(written: str, href: str) -> None:
    assert render(f"[x]({written})") == f'<p><a href="{href}">x</a></p>'


@pytest.mark.parametrize(
    "scheme", ["javascript", "JavaScript", "vbscript", "data", "file", "ftp", "tel", "x-y", "blob"]
)
def test_a_link_with_another_scheme_stays_text(scheme: str) -> None:
    assert to_html(f"[x]({scheme}:y)").html == f"<p>[x]({scheme}:y)</p>\n"
    assert "<a" not in to_html(f"<{scheme}:y>").html


@pytest.mark.parametrize(
    "address",
    [
        *("https://", "https:x", "https:///x", "//", "http://[::1", "http://a.example:99999/"),
        *("http://a%20b/", "//a.example%3C", "http://a^b.example/", "https://somebody@"),
        *("https://300.1.1.1/", "http://0x7f"),
    ],
)
def test_an_address_without_a_host_is_no_link_and_is_named(address: str) -> None:
    for text in (f"[x]({address})", f"![x]({address})", f"[x]\n\n[x]: {address}"):
        found = to_html(text, hosts=["a.example"])
        assert "<a" not in found.html
        assert "<img" not in found.html
        assert [(f.message.endswith("it names no host"), f.warning) for f in found.faults] == [
            (True, True)
        ]


def test_a_link_that_stays_text_is_named_with_its_line() -> None:
    text = "One\n[x](foo:1)\n\n`[x](foo:2)`\n\n- `a`\n  <foo:3> and [x](foo:1)\n\n[x]: foo:4\n"
    faults = to_html(text).faults

    named = sorted((f.line, f.message.partition(" ")[0], f.warning) for f in faults)
    assert named == [(1, "'foo:1'", True), (6, "'foo:3'", True), (8, "'foo:4'", True)]
    assert to_html("Nothing but `[x](foo:2)`.").faults == ()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a[i](note: foo) and [a](note:foo bar)", []),
        ("x[0](a:b)", [0]),
        ("Escaped \\[x](a:b)\n\nand [a\nlink](a:b)", [2]),
        ("[b]\n\n`a:b`\n\n[b]: a:b", [4]),
        ("| a |\n|---|\n| ![x](a:b) |", [2]),
    ],
)
def test_what_is_no_link_by_its_form_is_not_named(text: str, lines: list[int]) -> None:
    assert [fault.line for fault in to_html(text).faults] == lines


def test_few_of_many_links_that_stay_text_are_named() -> None:
    text = "".join(f"[x](foo:{n}) " for n in range(50_000))

    assert len(to_html(text).faults) == MAX_REFUSED


def test_a_link_to_another_host_says_its_scheme() -> None:
    # '//host/' takes the scheme of the page, which a feed does not have.
    rendered = to_html("[x](//example.org/)", "papers/a/")

    assert 'href="//' not in rendered.html


def test_addresses_in_angles_are_links() -> None:
    assert render("<https://example.org>").startswith('<p><a href="https://example.org">')
    assert render("<a@example.org>").startswith('<p><a href="mailto:a@example.org">')


def test_pictures_come_from_the_site_or_from_hosts_that_are_named() -> None:
    assert render('![a "b"](/p/x.png "t")') == (
        '<p><img src="@p/x.png" alt="a &quot;b&quot;" title="t"></p>'
    )
    outside = "![x](https://pictures.example/x.png)"
    assert 'src="https://pictures.example/x.png"' in render(outside, hosts=["pictures.example"])
    assert [fault.warning for fault in to_html(outside).faults] == [False]


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example/x.png",
        "//other.example/x.png",
        "https://pictures.example.other/x.png",
        "https://pictures.example@other.example/x.png",
        "mailto:x@pictures.example",
    ],
)
def test_a_picture_from_elsewhere_is_a_fault(address: str) -> None:
    found = to_html(f"one\n\ntwo ![x]({address})", hosts=["pictures.example"])

    assert [(fault.line, fault.warning) for fault in found.faults] == [(2, False)]
    assert "images" in found.faults[0].hint


def test_mathematics_becomes_mathml() -> None:
    assert "<math><msup><mi>a</mi><mn>2</mn></msup></math>" in render("so $a^2$ holds")
    assert '<math display="block">' in render("$$\na^2\n$$")
    assert "<math" not in render("it costs $5 and $10, or US$5–$6")
    assert "<math" not in render("`$a$` and \\$a\\$")


def test_mathematics_stays_tex_where_mathml_is_not_understood() -> None:
    assert render("$a < b$", feed=True) == "<p>a &lt; b</p>"


def test_a_formula_that_cannot_be_read_stays_with_a_warning() -> None:
    found = to_html("one\n\nso $\\nonsense{x}$ it is")

    assert "<code>\\nonsense{x}</code>" in found.html
    assert [(fault.line, fault.warning) for fault in found.faults] == [(2, True)]


def test_names_in_formulas_take_no_ids_of_the_page() -> None:
    tex = "$$\n\\begin{align}a\\label{main}\\end{align}\n$$"

    assert 'id="main"' not in to_html(tex).html


def test_what_readers_of_papers_write() -> None:
    found = render(NOTES)

    for tag in ("table", "dl", "dt", "input", "blockquote", "math", "pre", "sup", "section", "img"):
        assert f"<{tag}" in found, tag
    assert 'class="right"' in found
    assert "style=" not in found
    assert "&lt;b&gt;" in found


def test_headings_leave_the_first_level_to_the_page() -> None:
    assert render("# A\n\nB\n===\n\n## C\n\n### D") == (
        "<h2>A</h2>\n<h2>B</h2>\n<h2>C</h2>\n<h3>D</h3>"
    )


def test_raw_html_is_text() -> None:
    assert render("<b>x</b> <!-- y -->\n\n<div>\nz") == (
        "<p>&lt;b&gt;x&lt;/b&gt; &lt;!-- y --&gt;</p>\n<p>&lt;div&gt;\nz</p>"
    )


def test_footnotes_of_several_texts_stand_on_one_page() -> None:
    one, other = (render("a[^n]\n\n[^n]: x", part=part) for part in ("notes", "abstract"))

    ids = [set(re.findall('id="([^"]+)"', found)) for found in (one, other)]
    assert [len(found) for found in ids] == [2, 2]
    assert not ids[0] & ids[1]


def test_footnotes_in_a_feed_lead_to_the_page() -> None:
    page = render("a[^n]\n\n[^n]: x", part="notes")
    feed = render("a[^n]\n\n[^n]: x", part="notes", feed=True)

    assert 'href="#' not in feed
    assert feed.replace("@papers/a/#", "#") == page


@pytest.mark.parametrize("mark", ["> ", "- ", "1. "])
def test_nesting_is_read_up_to_a_limit_and_named_beyond(mark: str) -> None:
    def nested(levels: int) -> str:
        return "\n".join(f"{' ' * len(mark) * n}{mark}" for n in range(levels)) + "words"

    shallow, deep = nested(8), nested(MAX_NESTING + 5)
    if mark == "> ":
        shallow, deep = mark * 8 + "words", mark * (MAX_NESTING + 5) + "words"

    assert "words" in render(shallow)
    assert [fault.warning for fault in to_html(deep).faults] == [False]
    assert "nested deeper" in to_html(deep).faults[0].message


@relaxed
@given(st.integers(1, 60), st.sampled_from(["> ", "*", "[", "**_", "~~", "- "]))
def test_no_words_are_lost_in_silence(levels: int, mark: str) -> None:
    rendered = to_html(mark * levels + "words")

    assert "words" in rendered.html or rendered.faults


@pytest.mark.parametrize(
    "text",
    [
        "[" * 3_000,
        "![" * 3_000,
        "[a](" * 5_000,
        "*a **b " * 5_000,
        "`" * 20_000 + " " + "`" * 19_999,
        "".join(f"{'`' * n} " for n in range(200)),
        "<" * 20_000,
        "&" * 20_000,
        "$" * 10_001,
        "$a" * 10_000,
        "^[" * 1_000,
        "[^a]" * 3_000 + "\n\n[^a]: x",
        "\\" * 20_000,
        "|" * 5_000 + "\n" + "|-" * 5_000,
        "> " * 5_000,
        "- " * 5_000,
        "a\n: b\n" * 2_000,
        "~~" * 10_000,
        "<a@" + "b." * 10_000,
        "$$\n" * 5_000,
    ],
    ids=lambda text: text[:8].strip().replace("\n", " "),
)
def test_any_text_is_read_soon(text: str) -> None:
    to_html(text)
    plain_text(text)


def test_plain_text_has_the_words_and_no_markup() -> None:
    text = (
        "# A *b*\n\n- [c](d) `e`\n\n| f |\n|--|\n| $g$ |\n\n```\nh\n```\n\n![i ![j](k)](l)\nm&amp;"
    )

    assert plain_text(text) == "A b c e f g h i j m&"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (r"$\alpha$-attention on H100", "α-attention on H100"),
        (r"Sorting in $O(n^2)$ and $O(n\log n)$", "Sorting in O(n²) and O(n log n)"),
        (r"$x_{\max}$, $n^{k+1}$, $W^T$, $\mathbb{R}^d$", "xₘₐₓ, nᵏ⁺¹, Wᵀ, ℝᵈ"),
        (r"$x^{a/b}$, $e^{x^2}$, $L_\pi$, $f^*$", "x^(a/b), e^(x²), L_π, f^∗"),
        (r"$O(N^D M)$, $2^{NK}M$, $x_{i_j}$", "O(N^(D)M), 2^(NK)M, x_(iⱼ)"),
        (r"$\textbf{X}^2$, $\textit{Mamba}_2$, $\textbf{X}$", "X², Mamba₂, X"),
        ("*a* _b_ `c` <b> & $a<b$", "*a* _b_ `c` <b> & a < b"),
        ("Between $5 and $6", "Between $5 and $6"),
        ("US$ 5 or a$", "US$ 5 or a$"),
        (r"What $\foo{$ is", r"What $\foo{$ is"),
    ],
)
def test_formulas_of_a_plain_line_are_shown_in_unicode(line: str, shown: str) -> None:
    assert show_formulas(line) == shown


@pytest.mark.parametrize("font", ["textbf", "textit", "texttt", "textrm", "textsf", "text"])
@pytest.mark.parametrize("form", ["*", "*^2", "x_{*}", r"\frac{*}{2}", r"\sqrt{*}"])
def test_no_letter_of_a_formula_is_lost_where_it_stands_on_one_line(font: str, form: str) -> None:
    formula = f"${form}$".replace("*", rf"\{font}{{Mabxa}}")

    assert "mabxa" in unicodedata.normalize("NFKC", show_formulas(formula)).lower()
    assert "Mabxa" in to_html(formula, feed=True).html


def test_plain_text_leaves_what_looks_like_html() -> None:
    assert plain_text("a <b>c</b> 1 < 2") == "a <b>c</b> 1 < 2"


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("One. Two.", 20, "One. Two."),
        ("One two. Three four five.", 20, "One two."),
        ("One two. Three four five.", 8, "One two."),
        ("One, two three four five", 12, "One, two…"),
        ("One, two three four five", 6, "One…"),
        ("See Fig. 3 of it. More words follow here", 20, "See Fig. 3 of it."),
        ("Is it? Yes! And then much more", 14, "Is it? Yes!"),
        ("x" * 50, 10, "xxxxxxxxx…"),
    ],
)
def test_first_sentences(text: str, limit: int, cut: str) -> None:
    assert first_sentences(text, limit) == cut


@relaxed
@given(st.text("ab. ,!?AB", max_size=80).map(lambda text: " ".join(text.split())))
def test_first_sentences_are_the_beginning(text: str) -> None:
    found = first_sentences(text, 30)

    assert len(found) <= 30
    assert text.startswith(found.removesuffix("…").rstrip())


#: All that can come out of Markdown. What the tests below compare with is made from this.
MATH = {
    *("math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded"),
    *("mphantom", "mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup"),
    *("msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover"),
}
TAGS = MATH | {
    *("a", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h2", "h3", "h4", "h5"),
    *("h6", "hr", "i", "img", "input", "label", "li", "ol", "p", "pre", "s", "section", "span"),
    *("strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
MATH_ATTRIBUTES = {
    *("accent", "accentunder", "depth", "display", "displaystyle", "fence", "form", "height"),
    *("largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits"),
    *("notation", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset"),
    *("width", "class", "id"),
}
ATTRIBUTES: dict[str, set[str]] = {
    **dict.fromkeys(MATH, MATH_ATTRIBUTES),
    "a": {"href", "title", "class", "id"},
    "code": {"class"},
    "div": {"class", "tabindex"},
    "hr": {"class"},
    "img": {"src", "alt", "title"},
    "input": {"class", "type", "disabled", "checked"},
    "li": {"class", "id"},
    "ol": {"class", "start"},
    "section": {"class"},
    "span": {"class"},
    "sup": {"class"},
    "td": {"class"},
    "th": {"class"},
    "ul": {"class"},
}
SCHEMES = {"http", "https", "mailto"}
#: Ids that a text can give: they begin with what nothing else on a page begins with.
OWN_ID = re.compile(r"(fn|fnref|eq-).*")


def tree(html: str) -> list[Any]:
    """HTML as a browser understands it, in nested lists."""
    return [walk(child) for child in parse(html)]


@functools.cache
def builder() -> html5lib.HTMLParser:
    return html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))


def parse(html: str) -> Any:
    return builder().parseFragment(html, container="div")


def walk(element: Any) -> Any:
    attributes = sorted(element.attrib.items())
    inner = [walk(child) for child in element]
    return [str(element.tag), attributes, element.text or "", inner, element.tail or ""]


def elements(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    for element in parse(html).iter():
        if isinstance(element.tag, str):
            yield element.tag.rpartition("}")[2], dict(element.attrib)
        else:
            yield "comment", {}


def check_closed(
    text: str, at: str = "papers/a/", hosts: tuple[str, ...] = ("example.org",)
) -> None:
    """Compare what *text* becomes with what a sanitiser lets through, and look for oneself."""
    for feed in (True, False):
        html = to_html(text, at, hosts, part="notes", feed=feed).html
        assert MARK not in re.sub(f'(href|src)="{MARK}', "", html)
        html = html.replace(MARK, "/")
        cleaned = nh3.clean(
            html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None
        )
        assert tree(cleaned) == tree(html)
        for tag, attributes in list(elements(html))[1:]:  # behind the container
            assert tag in TAGS
            assert attributes.keys() <= ATTRIBUTES.get(tag, set())
            for name in ("href", "src"):
                if name in attributes:
                    assert re.match(r"https?://|mailto:|/(?![/\\])|#", attributes[name], re.I)
            if "id" in attributes:
                assert OWN_ID.fullmatch(attributes["id"])


@pytest.mark.parametrize("text", PAYLOADS)
def test_nothing_that_is_written_can_run(text: str) -> None:
    check_closed(text)
    check_closed(f"Words {text} words")
    check_closed(f"# {text}\n\n> - {text}\n\n| {text} |\n|:--|\n| {text} |\n\nx\n: {text}")


def test_there_are_payloads_of_every_kind() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 150


PIECES = [
    *"<>\"'`=/\\ \n()[]{}!#&;:|^$*_~-+.@%\t",
    *(
        "](",
        "][",
        "]: ",
        "![",
        "[^1]",
        "[^1]: ",
        "^[",
        "\n\n",
        "\n    ",
        "```",
        "~~~",
        "$$",
        "\n: ",
    ),
    *(
        "\n|-|\n",
        "- [ ] ",
        "1. ",
        "> ",
        "&#x6A;",
        "&colon;",
        "&Tab;",
        "&#0;",
        "&quot;",
        '\\"',
        "%22",
    ),
    *("\u00a0", "\u2028", "javascript:", "data:text/html,", "vbscript:", "https://example.org/"),
    *("//example.org", "mailto:a@b.c", "<script>", "</script>", "<img src=x onerror=alert(1)>"),
    *(
        "onclick=alert(1)",
        "style=x",
        "<!--",
        "-->",
        "<svg onload=x>",
        "<math>",
        "<a href=",
        "</math>",
    ),
    *("]]>", "<![CDATA[", "<?x", "xlink:href=", "\\text{", "\\label{", "\\eqref{", "\\tag{"),
    *("\\color{", "\\textsc{", "\\operatorname{", "\\begin{align}", "\\end{align}", "\\frac"),
    *("\\left(", "\\right)", "\\mathrm{", "\\\\", "\\boxed{", "word", "id"),
]
#: What a piece can stand in; a text is pieces in pieces in pieces.
FORMS = [
    *("[{}]({})", '[{}]({} "{}")', "[{}](<{}>)", "![{}]({})", "![{}]({} '{}')", "<{}>"),
    *("[{}]: {} '{}'", "[{}][{}]\n\n[{}]: {}", "^[{}]", "[^{}]\n\n[^{}]: {}", "`{}`"),
    *("```{}\n{}\n```", "# {}", "{}\n==", "> {}", "- [x] {}", "{}\n: {}", "{}\n\n{}"),
    *("| {} |\n|:-:|\n| {} |", "*{}* **{}** ~~{}~~", "${}$", "$$\n{}\n$$", "$$ {} $$ ({})"),
    *("$\\text{{{}}}$", "$\\eqref{{{}}}$", "$\\operatorname{{{}}}$"),
    *("$\\textsc{{{}}} \\left( {} \\right)$", "$\\color{{{}}}{{{}}}$"),
    *("$\\hspace{{{}}}\\tag{{{}}}$", "$\\def\\x{{{}}}\\x \\mathrm{{{}}}$"),
    "$$\n\\begin{{align}}{}\\label{{{}}}\\end{{align}}\n$$",
]


def fill(form: str, inner: list[str]) -> str:
    return form.format(*inner)


pieces = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
texts = st.recursive(
    pieces,
    lambda inner: st.builds(fill, st.sampled_from(FORMS), st.lists(inner, min_size=4, max_size=4)),
    max_leaves=16,
)


@settings(relaxed, max_examples=200)
@given(texts)
def test_nothing_pieced_together_can_run(text: str) -> None:
    check_closed(text)


@relaxed
@given(st.text(max_size=200))
def test_nothing_random_can_run(text: str) -> None:
    # As files are read: neither NUL nor line ends of other systems come this far.
    check_closed(re.sub("[\0\r\ud800-\udfff]", "", text))


@pytest.mark.parametrize(("tex", "text"), [
    (r"O(n \log n)", "O(n log n)"),
    (r"x_i^{t+1} = -1", "x<sub>i</sub><sup>t + 1</sup> = −1"),
    (r"\frac{a+b}{c} \le \sqrt{x}", "(a + b)/c ≤ √x"),
    (r"\sqrt[3]{x+1}", "<sup>3</sup>√(x + 1)"),
    (r"\hat{x}' \in \mathbb{R}^d", "x̂′ ∈ ℝ<sup>d</sup>"),
    (r"\sum_{i=1}^n i", "∑<sub>i = 1</sub><sup>n</sup>i"),
    (r"\lim_{x\to0} f: A \to B", "lim<sub>x → 0</sub> f: A → B"),
    (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", "(a, b; c, d)"),
    (r"\binom{n}{k}\ \&\ 10^{-3}\%", "(n, k) &amp; 10<sup>−3</sup>%"),
])  # fmt: skip
def test_a_formula_in_a_feed_is_one_line_of_unicode(tex: str, text: str) -> None:
    assert render(f"${tex}$", feed=True) == f"<p>{text}</p>"


COMMANDS = r"""
\frac \sqrt \hat \vec \sum \lim \log \mathbb \text \left( \right) { } ^ _ & \\ a 1 + < > ' \to
\begin{matrix} \end{matrix} \overline \underbrace \binom , \quad \% \{ \} | \operatorname
\color{red} \phantom \boxed \not \overset \middle| \mathop \pmod \tag \href \stackrel
"""


@given(st.lists(st.sampled_from(COMMANDS.split()), max_size=9))
def test_whatever_a_formula_holds_a_feed_gets_no_mathml(commands: list[str]) -> None:
    html = to_html(f"$x{' '.join(commands)}y$", feed=True).html

    assert set(re.findall(r"</?(\w+)", html)) <= {"p", "sup", "sub", "code", "em", "strong"}


@pytest.mark.parametrize("opening", [r"\sqrt{", "{", r"\frac{1}{", "x^{"])
@pytest.mark.parametrize("feed", [False, True])
def test_a_formula_nested_without_end_is_named_and_ends_nothing(opening: str, feed: bool) -> None:
    rendered = to_html(f"${opening * 30_000}x{'}' * 30_000}$", feed=feed)

    assert [fault.message for fault in rendered.faults] == [
        "this formula has more than 1,000 commands; it stays as it is"
    ]
    assert "<code>" in rendered.html


OPENING = [
    "(", "[", r"\{", r"\langle ", r"\lfloor ", r"\lceil ", r"\lbrace ", r"\lVert ", r"\ulcorner ",
    r"\mathopen(", "([)", "(^{)}", "{(}", "⟨", "⌈", "⟦",
]  # fmt: skip


def test_brackets_that_nothing_closes_do_not_double_the_time_each() -> None:
    program = (
        "import sys\nfrom carrel.markdown import to_html\n"
        "for opening in sys.argv[1:]:\n"
        "    made = to_html(f'${opening * 60}x$ and $({opening * 60}x$')\n"
        "    print(*{fault.message for fault in made.faults})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *OPENING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    message = "this formula has more than 8 brackets that nothing closes; it stays as it is"
    assert done.stdout.splitlines() == [message] * len(OPENING)


@pytest.mark.parametrize(
    "tex", [r"[0,1) \cup (1,2]", r"\left[0,1\right[" * 20, "(f(x))" * 90, "]0,1[" * 8]
)
def test_brackets_as_people_write_them_are_no_matter(tex: str) -> None:
    assert to_html(f"${tex}$").faults == ()


@given(st.text(st.sampled_from("ab 1.-#+=:)\n\t\"'"), max_size=30))
def test_text_without_markup_is_plain_as_it_stands(text: str) -> None:
    # Text without markup goes a short way, which the code behind it bars.
    assert f"{plain_text(text)} end".strip() == plain_text(f"{text}\n\n`end`")

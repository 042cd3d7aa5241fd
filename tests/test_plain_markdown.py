"""Plain text goes into Markdown unharmed: rendered, it is the same text again."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from carrel.entries import split_abstract
from carrel.markdown import plain_text, to_html
from carrel.plain_markdown import to_markdown


def words(text: str) -> list[str]:
    return text.split()


def commonmark_words(markdown: str) -> list[str]:
    pieces: list[str] = []
    for token in MarkdownIt("commonmark", {"html": False}).parse(markdown):
        pieces += (
            " " if child.type.endswith("break") else child.content for child in token.children or ()
        )
        pieces.append(" " if token.children else f"{token.content} ")
    return "".join(pieces).split()


@pytest.mark.parametrize(
    "text",
    [
        "A frog (small), 3 ms, 5 < 6 & 7, 50% of a_b_c [3] and #1.",
        "The <EOS> token, <script>alert(1)</script>, {{ 7*7 }} and {% raw %}",
        r"about \ 0.3 a call",
        "costs $5 and $6",
        "the $x_1$ of $\\alpha$",
        "Two\n\nparagraphs",
        "https://a.example/b_c_d?e=f&g=h",
    ],
)
def test_text_that_markdown_leaves_alone_stays_letter_by_letter(text: str) -> None:
    assert to_markdown(text) == text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a *b* c", r"a \*b\* c"),
        ("snake_case and _this_", r"snake_case and \_this\_"),
        ("## Results\nand more", "\\## Results\nand more"),
        ("- one\n- two-fold", "\\- one\n\\- two-fold"),
        ("1. one 2.5", r"1\. one 2.5"),
        ("[a](https://b.example)", r"\[a](https://b.example)"),
        ("<https://b.example>", r"\<https://b.example>"),
        (r"40\% of", r"40\\% of"),
        ("&amp;", r"\&amp;"),
        ("a\n---", "a\n\\---"),
        (r"$\alpha + x^2$ is *good*", r"$\alpha + x^2$ is \*good\*"),
        (r"_b_ for $|S|_{i*j} < \{4\}$ a *b*", r"\_b_ for $|S|_{i*j} < \{4\}$ a \*b\*"),
        ("the *b* costs $5, $x^2$ or A$", r"the \*b\* costs $5, $x^2$ or A$"),
        ("1. for $O(n)$, $5-$6 and $95.2$", r"1\. for $O(n)$, $5-$6 and $95.2$"),
        ("*a* for $x^2$, 3$y_1$ and $z$", r"\*a* for $x^2$, 3$y_1$ and $z$"),
        ("the $HOME/$PATH of", r"the \$HOME/\$PATH of"),
    ],
)
def test_only_what_would_be_markup_is_escaped(text: str, markdown: str) -> None:
    assert to_markdown(text) == markdown


def test_no_line_of_an_abstract_can_end_its_section() -> None:
    text = "One.\n\n## Abstract\n\n# Two\n\n###\n\nThree\n===\n\n```\n## Four"
    notes, abstract = split_abstract(
        f"notes\n\n## Abstract\n\n{to_markdown(text)}\n\n## More\n\nmore"
    )

    assert notes.split() == ["notes", "##", "More", "more"]
    assert words(plain_text(abstract)) == words(text)


PIECES = st.sampled_from(
    [
        "*", "**", "_", "`", "```", "\\", "[", "]", "(", ")", "<", ">", "#", "##", "-", "---", "+",
        "=", "===", "1.", "1)", "|", "~", "~~", "&amp;", "!", ":", "[^1]", "[^1]:", "[ ]", "frog",
        "a", " ", "  ", "\n", "\n\n", "\t", "https://a.example", "<b>", "é", "中", "🐸", "{{ x }}",
    ]
)  # fmt: skip
TEXT = st.lists(PIECES, max_size=30).map("".join)
ANYTHING = st.text(st.characters(exclude_categories=["C"]) | st.just("\n"))


@given(TEXT | ANYTHING.filter(lambda text: "$" not in text))
@example("a | b\n--- | ---\n1 | 2")
@example("Term\n\n: definition")
@example("[x]: https://a.example")
@example("> " * 60 + "deep")
def test_any_text_renders_to_the_same_words(text: str) -> None:
    markdown = to_markdown(text)

    assert words(plain_text(markdown)) == words(text)
    assert commonmark_words(markdown) == words(text)
    assert split_abstract(f"## Abstract\n\n{markdown}\n\n## Next")[0] == "## Next"


@given(st.lists(PIECES | st.sampled_from(["$", "$$", "x^2", "5"]), max_size=30).map("".join))
def test_dollars_cost_no_words(text: str) -> None:
    shown = plain_text(to_markdown(text))

    assert "".join(shown.replace("$", "").split()) == "".join(text.replace("$", "").split())


def test_formulas_stay_formulas() -> None:
    assert "<math" in to_html(to_markdown("the *famous* $x^2$")).html

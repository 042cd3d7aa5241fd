"""The short way to HTML gives what the parser gives, or gives way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.markdown import full_html
from carrel.plain_html import plain_html
from payloads import NOTES, PAYLOADS

#: What texts are made of here: ordinary words, and every sign that Markdown has a use for.
WORDS = ["a", "Of", "we", "x_y", "A100", "ü", "“q”", "don't", "e.g.", "(so)", "3", "1.91×", "end."]
SIGNS = [*"*_`[]()!<>&\\$~^|\"#-+:=.,;?/@'{}\t\r\xa0\u2028", "**", "***", "``", "~~", "$$"]
STARTS = ["- ", "* ", "+ ", "1. ", "2) ", "# ", "## ", "### ", "> ", "    ", "  ", ": ", "~ ", "| "]
WHOLE = [
    "*em*", "**strong**", "`code`", "`a  b`", "[words](https://example.org/a)", "&amp;", "---",
    "===",     "[x](http://example.org)", "[x](b.md)", "[^1]", "[^1]: y",
    "[x]: /y", "![x](y)", "<b>", "```",
    "<https://example.org>", "\\*", "$x$", "$$y$$", "|a|b|\n|-|-|", "a | b", "--|--", "[ ] x",
    "{.c}", "*a `b` [c](https://d.example/e) f*", "**a**b", "a*b*", "_a_",
    "*a\nb*", "a  \nb", "a\\\nb",
]  # fmt: skip
JOINS = [" ", " ", " ", "", "\n", "\n\n", "\n\n\n", " \n", "\n "]

pieces = st.sampled_from(WORDS * 3 + SIGNS + STARTS + WHOLE)
texts = st.lists(st.tuples(pieces, st.sampled_from(JOINS)), max_size=14).map(
    lambda found: "".join(piece + join for piece, join in found)
)
plain_pieces = st.sampled_from(
    WORDS + WHOLE[:5] + ["\n", "\n\n", "\n- ", "\n\n- ", "\n\n## ", "> "]
)
plain_texts = st.lists(plain_pieces, max_size=14).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(texts | plain_texts)
def test_the_short_way_gives_what_the_parser_gives(text: str) -> None:
    assert plain_html(text) in (None, full_html(text).html)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='aZ9 \n*`[]()_-#:."&<>!', max_size=60))
def test_so_it_does_for_texts_of_signs(text: str) -> None:
    assert plain_html(text) in (None, full_html(text).html)


@pytest.mark.parametrize("text", [*PAYLOADS, NOTES])
def test_what_is_meant_to_harm_is_for_the_parser_or_comes_out_the_same(text: str) -> None:
    assert plain_html(text) in (None, full_html(text).html)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Words of *one* paragraph, `code` and [a link](https://example.org/a/b).",
        'Two lines\nof one paragraph.\n\n\nAnother, 3 < 4 & "so" on: **strong** words.',
        "## A heading\n\nWords.\n\n- **first**: a row\n- second row\n\nWords again.",
        "Snake_case words, and numbers like 1.91× or 40% (see below)!",
    ],
)
def test_ordinary_paragraphs_take_the_short_way(text: str) -> None:
    assert plain_html(text) == full_html(text).html

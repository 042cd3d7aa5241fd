"""The short way through front matter gives the parser's nodes, or gives way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.plain_yaml import parse_plain
from carrel.problems import SiteError
from carrel.yamltext import parse_yaml

KEYS = ["title", "date", "a-b", "x_y", "no", "null", "1a", "ü", '"q"', "? k", "", "- t"]
VALUES = [
    "", " ", "word", "Two words", "2024-08-22", "2303.10130", "12:30", "a: b", "a:b", "a #b", "a#b",
    "# c", '"quoted"', '"a: b # c"', '"a\\"b"', "'single'", "'it''s'", "no", "~", "null", "- x",
    "https://example.org/a?b=c#d", "[a, b]", "[]", "[ a , b ]", '["x y", z]', "[a,b]", "[a: b]",
    "[[a]]", "{a: b}", "{}", "|", ">", "| x", "&a x", "*a", "!!str x", "%x", "@x", "`x", "é × 2",
    "a\u2028b", "\ufeffa", "a\tb", "tail ", "end:", "...", "---", "(x)", "-5", ".5", "a, b", "a]",
]  # fmt: skip
rows = st.one_of(
    st.tuples(st.sampled_from(KEYS), st.sampled_from([": ", ":", ":  "]), st.sampled_from(VALUES)),
    st.tuples(st.sampled_from(["- ", "  - ", "    - ", "-", "  "]), st.sampled_from(VALUES)),
    st.tuples(st.sampled_from(["  ", "    "]), st.sampled_from(KEYS), st.just(": "),
              st.sampled_from(VALUES)),
)  # fmt: skip
texts = st.lists(rows.map("".join), max_size=7).map(lambda found: "".join(f"{r}\n" for r in found))


@settings(max_examples=500, deadline=None)
@given(texts | texts.map(str.rstrip))
def test_the_short_way_gives_the_nodes_of_the_parser(text: str) -> None:
    found = parse_plain(text, 2)
    if found is not None:
        assert found == parse_yaml(text, "a.md", 2)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab1:-# \"'[],{}\n", max_size=40))
def test_so_it_does_for_texts_of_signs(text: str) -> None:
    found = parse_plain(text, 2)
    if found is not None:
        assert found == parse_yaml(text, "a.md", 2)


@pytest.mark.parametrize(
    "text",
    [
        'title: "Lantern: a made-up paper"\ndate: 2025-10-02\ntopics: [serving, "long context"]\n',
        "title: Lantern\ntopics:\n  - serving\n  - training\nlinks:\n  code: https://example.org/\n",
        "title: Lantern\nhardware:\n- nvidia-a100\nauthors_count: 3\n",
        'title: Lantern\nhardware: [a100, {id: h100, count: 8}]\nlinks: {"code": "https://a.b/c"}\n',
    ],
)
def test_ordinary_front_matter_takes_the_short_way(text: str) -> None:
    assert parse_plain(text, 2) == parse_yaml(text, "a.md", 2)


@pytest.mark.parametrize(
    "text", ["title: &a x\n", "title: x\n\tb: y\n", 'title: "x\n', "- x\n: y\n"]
)
def test_faults_are_left_to_the_parser(text: str) -> None:
    assert parse_plain(text, 2) is None
    with pytest.raises(SiteError):
        parse_yaml(text, "a.md", 2)

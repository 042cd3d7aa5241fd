"""Front matter as it is written: readable, and read back as the same values by any reader."""

import datetime as dt

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from carrel.frontmatter import encode, replace_count
from carrel.nodes import Mapping, Scalar
from carrel.yamltext import parse_yaml

DAY = dt.date(2025, 12, 12)


def matter(text: str) -> str:
    assert text.startswith("---\n")
    assert text.endswith("---\n")
    return text[4:-4]


def test_it_is_written_as_a_person_would_write_it() -> None:
    values = {
        "title": "PondScan: Counting Frogs",
        "date": DAY,
        "added": DAY,
        "authors_count": 6,
        "organization": {"id": "marsh", "name": "Marsh Labs"},
        "topics": ("frogs", "ponds"),
        "links": {
            "code": "https://a.example/b",
            "other": ["https://c.example", "https://d.example"],
        },
        "source": {"format": "daily-papers", "captured": DAY, "position": 3},
    }

    assert encode(values) == (
        "---\n"
        'title: "PondScan: Counting Frogs"\n'
        "date: 2025-12-12\n"
        "added: 2025-12-12\n"
        "authors_count: 6\n"
        "organization: {id: marsh, name: Marsh Labs}\n"
        "topics: [frogs, ponds]\n"
        "links:\n"
        "  code: https://a.example/b\n"
        "  other:\n"
        "  - https://c.example\n"
        "  - https://d.example\n"
        "source: {format: daily-papers, captured: 2025-12-12, position: 3}\n"
        "---\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "null", "~", "NO", "yes", "on", "y", "N", "true", "False", "2408.12757", "010", "0o17",
        "0x1F", "1e3", "1_000", "+1", ".5", "-.inf", ".NaN", "12:30", "2024-01-02", "<<", "=", "",
    ],
)  # fmt: skip
def test_text_that_some_reader_takes_for_something_else_is_quoted(text: str) -> None:
    assert matter(encode({"key": text})) == f'key: "{text}"\n'


@pytest.mark.parametrize("text", ["a frog", "it's", "3d-frogs", "2408.12757v2", "蛙 🐸", "a - b"])
def test_other_text_is_not_quoted(text: str) -> None:
    assert matter(encode({"key": text})) == f"key: {text}\n"


def test_letters_of_all_languages_stay_readable() -> None:
    assert "é中🐸: х" in encode({"title": "é中🐸: х"})


@given(st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("\n🐸\u200d:#-'\" ")))
@example("--- x")
@example("a: b #c\n---\n")
def test_text_is_read_back_as_it_was(text: str) -> None:
    written = matter(encode({"title": text, "deep": {"er": [text]}}))

    assert yaml.safe_load(written) == {"title": text, "deep": {"er": [text]}}
    root = parse_yaml(written, "x")
    assert isinstance(root, Mapping)
    assert isinstance(root.values[0], Scalar)
    assert root.values[0].text == text
    assert len(written.splitlines()) <= 6 or "\u2028" in text or "\u2029" in text


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "no", "n"]),
        st.integers()
        | st.booleans()
        | st.none()
        | st.dates()
        | st.lists(st.dates() | st.text("ab ,[{")),
    )
)
def test_values_are_read_back_as_they_were(values: dict[str, object]) -> None:
    read = yaml.safe_load(matter(encode(values)))

    assert (read or {}) == values
    assert list(read or {}) == list(values)


def test_a_value_that_front_matter_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        encode({"key": b"frog"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\ntitle: x\n---\n", "---\ntitle: x\ncomments: 12\n---\n"),
        (
            "---\ntitle: x\ncomments: 2   # seen\n...\n",
            "---\ntitle: x\ncomments: 12   # seen\n...\n",
        ),
        (
            "---\r\ncomments:   2\r\ntitle: x\r\n---\r\n",
            "---\r\ncomments:   12\r\ntitle: x\r\n---\r\n",
        ),
        ("---\ncomments:\ntitle: x\n---\n", "---\ncomments: 12\ntitle: x\n---\n"),
        ("\ufeff---\ntitle: x\n---\nbody", "\ufeff---\ntitle: x\ncomments: 12\n---\nbody"),
        ("---\n'comments': \"2\"\n---\n", "---\n'comments': 12\n---\n"),
        (
            "---\nextra:\n  comments: 3\nwhy: |\n  comments: 4\n---\ncomments: 5\n",
            "---\nextra:\n  comments: 3\nwhy: |\n  comments: 4\ncomments: 12\n---\ncomments: 5\n",
        ),
        (
            '---\ntitle: "a\ncomments: 7"\n---\n',
            '---\ntitle: "a\ncomments: 7"\ncomments: 12\n---\n',
        ),
    ],
)
def test_a_count_changes_its_own_line_only(before: str, after: str) -> None:
    assert replace_count(before, "comments", 12) == after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no front matter",
        "---\ntitle: x\n",
        "---\n{title: x}\n---\n",
        "---\ncomments:\n  2\n---\n",
        "---\ntitle: [\n---\n",
        "---\ncomments: [1]\n---\n",
    ],
)
def test_a_file_that_cannot_be_changed_safely_is_not(text: str) -> None:
    assert replace_count(text, "comments", 12) is None

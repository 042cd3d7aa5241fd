"""What entries could be filed under, and the one row that is written into their files."""

import pytest

from carrel.entries import parse_paper
from carrel.model import Paper, Term, TermUse
from carrel.settings import Site
from carrel.tag_entries import Suggested, closed_fields, fill_empty, suggest_terms

TERMS = {
    "topics": {"serving": Term("topics", "serving", "Serving", ("LLM serving",))},
    "hardware": {
        term.id: term
        for term in (
            Term("hardware", "gpu", "GPU", (), None, "class", "gpu"),
            Term("hardware", "nvidia-gpu", "NVIDIA GPU", (), "gpu", "vendor", vendor="NVIDIA"),
            Term("hardware", "a40", "NVIDIA A40", ("A40",), "nvidia-gpu", "device", None, "NVIDIA"),
            Term("hardware", "h100", "NVIDIA H100", (), "nvidia-gpu", "device", vendor="NVIDIA"),
        )
    },
}
FIELDS = {"topics": "topics", "hardware": "hardware"}
SERVING = Suggested("topics", TermUse("topics", "serving"), ())
A40 = Suggested("hardware", TermUse("hardware", "a40", role="evaluated"), ())
H100 = Suggested("hardware", TermUse("hardware", "h100", count=8, role="target"), ())


def test_a_suggestion_shows_the_words_that_speak_for_it() -> None:
    paper = Paper("p", "LLM serving", abstract="We run on eight A40 cards, which is cheap.")

    assert suggest_terms(paper, TERMS, FIELDS) == (
        Suggested("topics", TermUse("topics", "serving"), ("[LLM serving]",)),
        Suggested(
            "hardware",
            TermUse("hardware", "a40", count=8, role="evaluated"),
            ("We run on eight [A40] cards, which is cheap.",),
        ),
    )


def test_what_a_paper_counts_for_already_is_not_suggested() -> None:
    uses = (TermUse("hardware", "a40"), TermUse("topics", "serving"))
    paper = Paper("p", "LLM serving", terms=uses, abstract="We use an A40. NVIDIA GPUs are fast.")

    assert suggest_terms(paper, TERMS, FIELDS) == ()


def test_something_narrower_than_what_is_there_is_suggested() -> None:
    paper = Paper("p", "T", terms=(TermUse("hardware", "gpu"),), abstract="We use an A40.")

    assert [each.use.id for each in suggest_terms(paper, TERMS, FIELDS)] == ["a40"]


def test_without_an_abstract_the_curators_own_words_are_read() -> None:
    paper = Paper("p", "T", summary="Runs on an A40.", notes="Also on one H100.")

    assert [each.use.id for each in suggest_terms(paper, TERMS, FIELDS)] == ["a40", "h100"]


def test_only_fields_with_a_closed_vocabulary_are_looked_at() -> None:
    assert closed_fields(Site("A list")) == FIELDS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: T\n", "title: T\ntopics: [serving]\n"),
        ("title: T\ntopics: []\nyear: 1\n", "title: T\ntopics: [serving]\nyear: 1\n"),
        ("topics:\ntitle: T\n", "topics: [serving]\ntitle: T\n"),
        ("topics: ~\ntitle: T\n", "topics: [serving]\ntitle: T\n"),
        ("topics: null  # later\n", "topics: [serving]  # later\n"),
        ("tags: []\ntitle: T\n", "tags: [serving]\ntitle: T\n"),
    ],
)
def test_a_field_that_is_absent_or_empty_gets_one_row(before: str, after: str) -> None:
    assert (
        fill_empty(f"---\n{before}---\nNotes: []\n", [SERVING]) == f"---\n{after}---\nNotes: []\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: T\ntopics: [other]\n---\n",
        "---\ntitle: T\ntopics: other\n---\n",
        "---\ntitle: T\ntopics:\n  - other\n---\n",
        "---\ntitle: T\ntags: [other]\n---\n",
        '---\ntitle: T\ntopics: ""\n---\n',
        "---\ntitle: T\ntopics: [\n]\n---\n",
        "---\n{title: T}\n---\n",
        "---\ntitle: [\n---\n",
        "title: T\n",
        "---\ntitle: T\n",
        "",
    ],
)
def test_what_a_curator_wrote_or_nobody_can_tell_apart_stays(text: str) -> None:
    assert fill_empty(text, [SERVING]) is None


def test_one_field_is_filled_and_the_other_stays() -> None:
    text = "---\ntopics: [other]\nhardware: []\n---\n"

    assert fill_empty(text, [SERVING, A40]) == "---\ntopics: [other]\nhardware: [a40]\n---\n"


def test_numbers_and_roles_are_written_and_read_back() -> None:
    text = fill_empty("---\ntitle: T\n---\n", [SERVING, A40, H100])

    assert text == (
        "---\ntitle: T\ntopics: [serving]\n"
        "hardware: [a40, {id: h100, count: 8, role: target}]\n---\n"
    )
    assert parse_paper(text, "p.md", "p", FIELDS).value.terms == (
        TermUse("topics", name="serving"),
        TermUse("hardware", name="a40"),
        TermUse("hardware", id="h100", count=8, role="target"),
    )


def test_many_terms_go_below_their_key() -> None:
    many = [
        Suggested("topics", TermUse("topics", f"a-rather-long-topic-{n}"), ()) for n in range(9)
    ]
    text = fill_empty("---\ntitle: T\ntopics: []  # mine\n---\n", many)

    assert text is not None
    assert len(parse_paper(text, "p.md", "p", FIELDS).value.terms) == 9
    assert "topics:  # mine\n" in text


def test_line_ends_stay_as_they_are() -> None:
    assert fill_empty("---\r\ntitle: T\r\n---\r\nNotes\n", [A40]) == (
        "---\r\ntitle: T\r\nhardware: [a40]\r\n---\r\nNotes\n"
    )


def test_doing_it_again_changes_nothing() -> None:
    text = fill_empty("---\ntitle: T\n---\n", [SERVING])

    assert text is not None
    assert fill_empty(text, [SERVING]) is None

"""Ids from titles, and which names a file may have."""

import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carrel.naming import RESERVED, make_id, name_fault

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(st.text(max_size=300), st.sampled_from(["paper", "term", "page"]))
def test_any_title_gives_an_id(title: str, kind: str) -> None:
    id = make_id(title, kind)

    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", id)
    assert len(id) < 80
    assert name_fault(id) == ""
    assert make_id(title, kind) == id


@relaxed
@given(st.lists(st.text(string.ascii_letters, min_size=1, max_size=15), min_size=1, max_size=40))
def test_a_title_is_cut_between_words(words: list[str]) -> None:
    id = make_id(" ".join(words), "paper")

    if not id.startswith("paper-"):  # the title was a reserved name
        kept = id.split("-")
        assert kept == [word.lower() for word in words[: len(kept)]]
        following = words[len(kept) :]
        assert not following or len(id) + 1 + len(following[0]) > 79


@relaxed
@given(st.text(string.ascii_letters + string.digits + " .,:!?-", max_size=40))
def test_an_id_made_of_an_id_is_the_same(title: str) -> None:
    id = make_id(title, "paper")

    assert make_id(id, "paper") == id


# Links to papers hang on these: they must never change.
@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("Attention Is All You Need", "attention-is-all-you-need"),
        ("FlashAttention-2: Faster, Better", "flashattention-2-faster-better"),
        ("Why?", "why"),
        ("GPT-4.1 & more", "gpt-4-1-more"),
        ("../../etc/passwd", "etc-passwd"),
        ("--- leading dashes", "leading-dashes"),
        ("Über naïve Größe", "uber-naive-grosse"),
        ("C++ / C# $x^2$ <b>", "c-c-x-2-b"),
        ("word " * 40, "-".join(["word"] * 16)),
        ("x" * 200, "x" * 79),
        ("null", "null"),
        ("", "paper-"),
        ("?!", "paper-"),
        ("🧪", "paper-"),
        ("CON", "paper-"),
        ("Lpt1", "paper-"),
        ("index", "paper-"),
        ("Page", "paper-"),
    ],
)
def test_known_titles_keep_their_ids(title: str, id: str) -> None:
    found = make_id(title, "paper")

    assert re.fullmatch("paper-[0-9a-f]{8}" if id == "paper-" else re.escape(id), found)


def test_titles_without_a_letter_for_ascii_differ() -> None:
    assert len({make_id(title, "paper") for title in ("", "?", "🧪", "🧫", "con", "aux")}) == 6
    assert make_id("🧪", "paper") == "paper-" + make_id("🧪", "term").removeprefix("term-")


@pytest.mark.parametrize(
    "name",
    ["a", "nanoflow", "2408.12757", "a_b", "ü", "字", "a..b", "a" * 120, "conan", "pages", "x.con"],
)
def test_good_names(name: str) -> None:
    assert name_fault(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", ".a", "a.", "-a", "_a", "a b", "a/b", "a\\b", "a:b", "a*", "a?", "a#b"),
        *("a%20b", "a\n", "a\0", "\u200b", "a\u202eb", "e\u0301", "é" * 61, "a" * 121, "page"),
        *("Index", "nul", "NUL.md", "com1.x", *sorted(RESERVED)),
    ],
)
def test_bad_names_have_a_reason(name: str) -> None:
    reason = name_fault(name)

    assert reason.isprintable()
    assert len(reason) > 20


@relaxed
@given(st.text(max_size=150))
def test_a_name_without_fault_is_one_part_of_an_address(name: str) -> None:
    if name_fault(name) == "":
        assert name.isprintable()
        assert not set(name) & set(' /\\:*?"<>|#%&;')
        assert name[0].isalnum()
        assert not name.endswith(".")
        assert len(name.encode()) <= 120

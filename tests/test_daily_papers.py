"""The importer of pasted daily papers, on digests that we made up."""

import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carrel.digest_entries import sort_lines
from carrel.digest_lines import read_lines
from carrel.digest_text import parse_facts, parse_upvotes
from carrel.importers import Leftover, RawDate, RawEntry, importers
from carrel.importers.daily_papers import matches, parse

DIGESTS = Path(__file__).parent / "digests"
PROSE = "We present a small system that counts frogs. It counts them well and never tires."
MORE = "A second paragraph says what the first one left out, and says it at some length."
END = "  • 6 authors\n·\nJun 19"


def entries(*paragraphs: str) -> tuple[RawEntry, ...]:
    return parse("\n\n".join(paragraphs), "pasted.txt").entries


def only(*paragraphs: str) -> RawEntry:
    (entry,) = entries(*paragraphs)
    return entry


def reported(text: str) -> list[tuple[int, int]]:
    return [(rest.first, rest.last) for rest in parse(text, "x").leftovers if not rest.chrome]


@pytest.fixture(scope="module")
def page() -> tuple[RawEntry, ...]:
    return parse((DIGESTS / "page.txt").read_text("utf-8"), "page.txt").entries


@pytest.fixture(scope="module")
def odd() -> dict[str, RawEntry]:
    reading = parse((DIGESTS / "odd.txt").read_text("utf-8"), "odd.txt")
    return {f"{entry.title} {entry.where.line}": entry for entry in reading.entries}


def test_the_importer_is_found_by_its_name() -> None:
    assert importers()["daily-papers"].NAME == "daily-papers"


@pytest.mark.parametrize("name", ["page.txt", "odd.txt"])
def test_it_knows_its_own_format(name: str) -> None:
    assert matches((DIGESTS / name).read_text("utf-8"))


@pytest.mark.parametrize(
    "text", ["", "@article{frog, title={Frogs}}", "<rss/>", f"Frogs\n\n{PROSE}"]
)
def test_it_leaves_other_formats_to_others(text: str) -> None:
    assert not matches(text)


def test_a_page_is_read_entry_by_entry(page: tuple[RawEntry, ...]) -> None:
    assert [(entry.title, entry.where.line) for entry in page] == [
        ("PondScan: Counting Frogs at Night with Small Sensors", 13),
        ("Do Toads Need Attention?", 21),
        ("Emu", 29),
        ("Wetland Radio: A Survey of Low-Power Links between Ponds", 37),
        ("KiteBench: Measuring Kites in Gusts", 41),
        ("Reed Folding – A Small Theory", 49),
    ]


def test_the_heading_of_the_page_is_chrome_and_shows_the_day() -> None:
    reading = parse((DIGESTS / "page.txt").read_text("utf-8"), "page.txt")

    assert reading.leftovers == (Leftover(1, 11, "new", chrome=True),)
    assert reading.captured == RawDate(12, 12)


@pytest.mark.parametrize("day", ["Dec 12, 2025", "Friday, Dec 12, 2025", "2025-12-12"])
def test_the_heading_may_show_the_year(day: str) -> None:
    reading = parse(f"Daily Papers\n\n{day}\n\nFrogs\n\n{PROSE}\n\n{END}\n", "x")

    assert reading.captured == RawDate(12, 12, 2025)
    assert [entry.title for entry in reading.entries] == ["Frogs"]


@pytest.mark.parametrize("day", ["Dec 12", "December 2025"])
@pytest.mark.parametrize("title", ["Frogs are all you need.", "toads", "Frogs at Dusk"])
def test_the_day_of_the_heading_is_no_title(day: str, title: str) -> None:
    assert only("Daily Papers", day, title, PROSE, MORE, END).title == title


def test_a_day_without_a_year_stays_without_one(page: tuple[RawEntry, ...]) -> None:
    assert [entry.date for entry in page] == [
        RawDate(6, 19),
        RawDate(3, 10, 2023),
        RawDate(10, 6),
        None,
        RawDate(8, 30, 2024),
        RawDate(12, 13),
    ]


def test_a_number_behind_a_date_is_the_comment_count(page: tuple[RawEntry, ...]) -> None:
    assert [entry.comments for entry in page] == [None, 4, 2, None, 1200, None]


def test_authors_are_counted_or_an_organization_stands_there(page: tuple[RawEntry, ...]) -> None:
    assert [entry.authors_count for entry in page] == [6, 1, None, None, 12, 3]
    assert page[2].organization == ("marsh-labs", "Marsh Labs")


def test_an_entry_may_have_no_metadata(page: tuple[RawEntry, ...]) -> None:
    radio = page[3]

    assert radio.abstract.startswith("Radio links")
    assert radio.abstract.endswith("the masts.")
    assert (radio.date, radio.authors_count, radio.organization) == (None, None, None)


def test_damage_is_mended_in_title_and_abstract(page: tuple[RawEntry, ...]) -> None:
    assert page[5].raw_title == "Reed Folding -- A Small Theory"
    assert page[0].raw_title is None
    assert "1.7× faster" in page[0].abstract
    assert "31.5% fewer" in page[0].abstract
    assert "layers (AL). In a naïve comparison over 1024×768 frames" in page[1].abstract
    assert "R² score" in page[1].abstract
    assert "ToadNet, our answer, needs 8 times less" in page[1].abstract
    assert "15× ∼ 24× more stems than before. Besides, we" in page[5].abstract
    assert r"About \ 3 stems" in page[5].abstract


def test_addresses_become_links_by_their_kind(page: tuple[RawEntry, ...]) -> None:
    assert [entry.links for entry in page] == [
        (("project", "https://pondscan.github.io/"),),
        (("code", "https://github.com/toad-lab/toadnet"),),
        (
            ("model", "https://huggingface.co/emu-lab/lander"),
            ("dataset", "https://huggingface.co/datasets/emu-lab/frames"),
        ),
        (),
        (("code", "https://github.com/kite-club/kitebench"),),
        (),
    ]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (
            "Read https://arxiv.org/abs/2408.12757v2.",
            ("other", "https://arxiv.org/abs/2408.12757v2"),
        ),
        ("(see https://doi.org/10.1000/182)", ("other", "https://doi.org/10.1000/182")),
        ("Our website: https://frogs.example.edu/ .", ("project", "https://frogs.example.edu/")),
        ("as in https://frogs.example.edu/a_(b).", ("other", "https://frogs.example.edu/a_(b)")),
        ("at sites.google.com/view/frogs", None),
        ("https://sites.google.com/view/frogs", ("project", "https://sites.google.com/view/frogs")),
        ("http://gitlab.com/a/b, and", ("code", "http://gitlab.com/a/b")),
        ("代码：https://codeberg.org/a/b。好", ("code", "https://codeberg.org/a/b")),
        ("use torch.unique, three.js or nn-JIT.web", None),
        ("ftp://github.com/a, javascript:alert(1), mail@github.com/x", None),
        ("https://user:word@frogs.example/ http://pond http://a..b/ https://", None),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(
    text: str, link: tuple[str, str] | None
) -> None:
    assert only("Frogs", f"{PROSE} {text} {MORE}", END).links == ((link,) if link else ())


def test_a_paper_that_is_named_in_an_abstract_is_another_paper() -> None:
    entry = only("Frogs", "Unlike https://arxiv.org/abs/2303.10130 we count twice.", END)

    assert (entry.arxiv, entry.doi) == (None, None)


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_pasted_blanks_and_line_ends_make_no_difference(newline: str) -> None:
    text = (
        "\ufeff" + f"Frog\u00a0Counter\n\n{PROSE}\n\n\t•\t1\u00a0author\n·\nMar\u00a010, 2023\t2\n"
    )

    (entry,) = parse(text.replace("\n", newline), "x").entries

    assert (entry.title, entry.abstract) == ("Frog Counter", PROSE)
    assert (entry.authors_count, entry.date, entry.comments) == (1, RawDate(3, 10, 2023), 2)


@pytest.mark.parametrize(
    "title",
    [
        "Frogs are all you need.",
        "Do frogs sleep?",
        "Emu",
        "1984",
        "Models",
        "null",
        "May 5",
        "12 authors",
        "--- a/b: \"c\" 'd' # e",
        "../../etc/passwd",
        "<b>{{ 7*7 }}</b>",
        "青蛙",
        "🐸🚀",
        "Фроги",
        "Counting " * 30 + "frogs",
    ],
)
def test_behind_metadata_any_line_is_a_title(title: str) -> None:
    first, second = entries("Toads", PROSE, END, title, PROSE, END)

    assert (second.title, second.abstract) == (title, PROSE)
    assert first.title == "Toads"


@pytest.mark.parametrize(
    "title",
    [
        "Emu",
        "Do frogs sleep?",
        "Frogs Are All You Need.",
        "Scale Is Enough. Or Is It?",
        "Towards counting frogs with less light",
        "FrogNet: counting in the dark",
        "iFrog Meets nanoToad",
        "青蛙的计数",
        "Very Long Titles about Many Frogs " * 7 + "End",
    ],
)
def test_without_metadata_a_title_is_told_by_its_looks(title: str) -> None:
    first, second = entries("Toads", PROSE, title, PROSE, END)

    assert (first.title, first.abstract, first.date) == ("Toads", PROSE, None)
    assert (second.title, second.abstract, second.date) == (title, PROSE, RawDate(6, 19))


@pytest.mark.parametrize(
    "paragraph",
    [
        MORE,
        "We ask frogs.",
        "our results",
        "and what of toads",
        "Results",
        "Our code: https://github.com/a/b",
        "Project Page: frogs.example.org",
        "We measure three things:",
        "- The First Thing We Measure",
        "(1) The First Thing We Measure",
        "May 5",
        "12 authors were asked.",
        "12 authors",
        "34",
        "·",
        "$x = y$",
        "Subscribe",
    ],
)
def test_a_paragraph_of_an_abstract_is_no_title(paragraph: str) -> None:
    entry = only("Toads", PROSE, paragraph, MORE, END)

    assert entry.abstract == f"{PROSE}\n\n{paragraph}\n\n{MORE}"
    assert entry.date == RawDate(6, 19)


def test_prose_that_looks_like_metadata_stays_prose(odd: dict[str, RawEntry]) -> None:
    entry = odd["--- ../../etc/frogs: a path to nowhere 7"]

    assert (
        "\n\nMay 5\n\nThen they were asked again:\n\n• 12 authors\n• 5 students" in entry.abstract
    )
    assert entry.authors_count == 1024


def test_markup_in_an_abstract_is_text(odd: dict[str, RawEntry]) -> None:
    abstract = odd["--- ../../etc/frogs: a path to nowhere 7"].abstract

    assert "\n\n## Results\n\n" in abstract
    assert "<EOS> and <script>alert('frog')</script>, {{ 7 * 7 }} and {% raw %}" in abstract


def test_votes_above_a_title_belong_to_it(odd: dict[str, RawEntry]) -> None:
    votes = {entry.where.line: entry.upvotes for entry in odd.values() if entry.upvotes}

    assert votes == {7: 117, 32: 1200}


@pytest.mark.parametrize("votes", ["34", "▲ 34", "Upvote 34", "Upvote\n\n34", "34 upvotes"])
def test_votes_below_the_metadata_belong_to_the_entry_above(votes: str) -> None:
    first, second = entries("Frogs", PROSE, END, votes, "Toads", PROSE, END)

    assert (first.upvotes, second.upvotes) == (34, None)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_votes_that_lead_belong_to_the_title_below_them(gap: str) -> None:
    rows = ["34", "Frogs at Dusk", PROSE, "• 3 authors\n·\nJun 3, 2024"]
    rows += ["12", "Toads at Dawn", PROSE, "• 4 authors\n·\nJun 4, 2024 2"]
    rows += ["1200", "Newts at Noon", PROSE, "• 5 authors\n·\nJun 5, 2024"]

    found = parse(gap.join(rows), "x")

    assert [(entry.upvotes, entry.comments) for entry in found.entries] == [
        (34, None),
        (12, 2),
        (1200, None),
    ]
    assert found.leftovers == ()


@pytest.mark.parametrize(
    ("below", "upvotes", "comments"),
    [("12\n13", 12, None), ("12\n\n13", 12, None), ("5 comments\n6 comments", None, 5)],
)
def test_a_second_number_is_reported(below: str, upvotes: int | None, comments: int | None) -> None:
    text = f"Frogs\n\n{PROSE}\n\n{END}\n{below}\n"
    (entry,) = parse(text, "x").entries
    last = text.count("\n")

    assert (entry.upvotes, entry.comments) == (upvotes, comments)
    assert reported(text) == [(last, last)]


def test_no_comments_at_all_are_a_number_of_comments() -> None:
    first, second = entries("Frogs", PROSE, f"{END}, 2024 0", "Toads", PROSE, f"{END} 0")

    assert (first.comments, second.comments) == (0, 0)


@pytest.mark.parametrize(
    ("line", "organization"),
    [
        ("nvidia NVIDIA", ("nvidia", "NVIDIA")),
        ("ReactiveAI Reactive AI", ("ReactiveAI", "Reactive AI")),
        ("ai9stars AI9Stars", ("ai9stars", "AI9Stars")),
        ("Pond_Lab The People of the Pond", ("Pond_Lab", "The People of the Pond")),
        ("NewtLabs Newt", ("NewtLabs", "Newt")),
        ("Microsoft Research", ("", "Microsoft Research")),
        ("École du Marais", ("", "École du Marais")),
        ("Heron", ("", "Heron")),
    ],
)
def test_only_a_handle_is_parted_from_the_name(line: str, organization: tuple[str, str]) -> None:
    assert only("Frogs", PROSE, f"{line}\n·\nJun 19").organization == organization


@pytest.mark.parametrize(
    "items",
    [
        "• 6 authors\n\n• 12 annotators",
        "• 6 authors\n• 12 annotators",
        "• 6 authors",
        "May 2020",
        "Sept. 2020",
        "• 6 frogs",
    ],
)
def test_items_and_months_inside_an_abstract_stay_there(items: str) -> None:
    entry = only("Toads", PROSE, items, MORE, END)

    assert entry.abstract == f"{PROSE}\n\n{items}\n\n{MORE}"
    assert (entry.authors_count, entry.date) == (6, RawDate(6, 19))


def test_authors_without_a_day_end_an_entry_where_a_title_follows() -> None:
    first, second = entries("Toads", PROSE, "• 3 authors", "Frogs at Dusk", PROSE, "• 4 authors")

    assert (first.authors_count, second.authors_count) == (3, 4)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_metadata_is_no_title(gap: str) -> None:
    text = gap.join(["• 3 authors"] * 3)

    assert parse(text, "x").entries == ()
    assert reported(text)[0][0] == 1
    assert reported(text)[-1][1] == text.count("\n") + 1


def test_a_long_line_is_shortened_in_a_report() -> None:
    (rest,) = parse("frogs " * 40, "x").leftovers

    assert len(rest.text) == 80
    assert rest.text.endswith("…")


def test_votes_and_comments_may_follow_the_date_directly() -> None:
    entry = only("Frogs", PROSE, f"{END}\n12\n1.2k comments")

    assert (entry.upvotes, entry.comments) == (12, 1200)


def test_all_of_the_metadata_may_stand_in_one_line() -> None:
    first, _ = entries("Frogs", PROSE, "6 authors · Jun 19, 2024 2", "Toads", PROSE, END)

    assert (first.authors_count, first.date, first.comments) == (6, RawDate(6, 19, 2024), 2)


def test_blank_lines_may_be_lost_or_doubled() -> None:
    text = f"Frogs\n{PROSE}\n{END}\nToads at Work\n{PROSE}\nmarsh-labs Marsh Labs\n·\nSep 2 1\n"

    lost = parse(text, "x").entries
    doubled = parse(text.replace("\n", "\n\n"), "x").entries

    for found in (lost, doubled):
        assert [(e.title, e.abstract) for e in found] == [
            ("Frogs", PROSE),
            ("Toads at Work", PROSE),
        ]
        assert [e.date for e in found] == [RawDate(6, 19), RawDate(9, 2)]
        assert found[1].organization == ("marsh-labs", "Marsh Labs")


def test_a_wrapped_abstract_keeps_its_lines() -> None:
    assert only("Frogs", "We count\nfrogs. All\nday long.", END).abstract.count("\n") == 2


def test_an_abstract_of_one_line_needs_no_full_stop() -> None:
    assert only("Frogs", "we count them", END).abstract == "we count them"


def test_an_entry_may_have_no_abstract(odd: dict[str, RawEntry]) -> None:
    entry = next(e for title, e in odd.items() if title.startswith("A Paper Without"))

    assert (entry.abstract, entry.comments) == ("", 3)


def test_an_abstract_of_60_kilobytes_is_whole() -> None:
    abstract = "Lorem frogum dolor. " * 3000

    first, second = entries("Frogs", abstract, END, "Toads", PROSE, END)

    assert first.abstract == abstract.strip()
    assert second.title == "Toads"


def test_invisible_characters_are_removed_and_reported() -> None:
    text = f"Fr\u202eog\x07s\n\nWe \x00count\u200b them.\x85 All.\n\n{END}\n"
    reading = parse(text, "x")

    assert reading.entries[0].title == "Frogs"
    assert reading.entries[0].abstract == "We count them.  All."
    assert reported(text) == [(1, 3)]


def test_joiners_inside_words_and_emoji_stay() -> None:
    assert only("می\u200cخواهم 👩\u200d🔬", PROSE, END).title == "می\u200cخواهم 👩\u200d🔬"


def test_nonsense_between_entries_is_reported_with_its_lines() -> None:
    text = (DIGESTS / "odd.txt").read_text("utf-8")
    rows = text.split("\n")
    first = rows.index("%%% ??? %%%") + 1
    orphan = rows.index("  • 9 authors") + 1

    assert reported(text) == [(first, first + 2), (orphan, orphan + 2)]


def test_metadata_that_belongs_to_nothing_is_reported() -> None:
    text = f"{END}\n\nFrogs\n\n{PROSE}\n\n{END}\n\nmarsh-labs Marsh Labs\n·\nSep 29 2\n"

    assert len(parse(text, "x").entries) == 1
    assert reported(text) == [(1, 3), (13, 15)]


def test_the_same_title_with_other_dates_stays_apart(odd: dict[str, RawEntry]) -> None:
    ponds = [entry for entry in odd.values() if entry.title.casefold().startswith("the same")]

    assert [entry.date and entry.date.year for entry in ponds] == [2021, 2023, 2023]


@pytest.mark.parametrize("name", ["page.txt", "odd.txt"])
def test_a_source_may_be_cut_off_anywhere(name: str) -> None:
    text = (DIGESTS / name).read_text("utf-8")
    whole = parse(text, name).entries
    for cut in range(0, len(text), 7):
        found = parse(text[:cut], name).entries

        assert found[:-1] == whole[: max(0, len(found) - 1)], f"cut at {cut}"


@pytest.mark.parametrize("text", ["", "\n\n", " ", "Daily Papers\n", "\ufeff"])
def test_a_source_without_entries_is_no_fault(text: str) -> None:
    reading = parse(text, "x")

    assert (reading.entries, reported(text)) == ((), [])


LINES = st.one_of(
    st.sampled_from(
        [
            "", "", "", "·", "• 6 authors", "6 authors", "1 author", "Jun 19", "Mar 10, 2023 4",
            "marsh-labs Marsh Labs", "34", "▲ 1.2k", "3 comments", "Upvote", "Submitted by",
            "Submitted by heron", "Daily Papers", "Dec 12", "Emu", "Frogs: A Study in Green",
            "and so on", "Results", PROSE, MORE, "- one thing", "12 authors were asked.", "null",
            "\u202e", "https://github.com/a/b", "· Jun 19", "• 6 authors · Jun 19 2",
        ]
    ),
    st.text(max_size=40),
)  # fmt: skip


@given(st.lists(LINES, max_size=25).map("\n".join))
@example("\x00\n·\nJun 19")
@example(f"34\nFrogs\n{PROSE}\n{END}\n12\n13\nToads\n{PROSE}\n{END} 4\n5 comments")
def test_any_text_can_be_read_and_every_line_has_one_place(text: str) -> None:
    lines = [line for line in read_lines(text) if line.text]
    found = sort_lines(lines)
    placed = [line for line, _ in found.astray]
    for draft in found.drafts:
        placed += [draft.title, *draft.abstract, *draft.metadata, *draft.counts]
    numbers = [n for line in placed for n in range(line.number, line.last + 1)]
    with_text = {line.number for line in lines}

    assert sorted(with_text.intersection(numbers)) == sorted(with_text)
    assert len(numbers) == len(set(numbers))

    reading = parse(text, "x")
    named: set[int] = set()
    for rest in reading.leftovers:
        if "removed" not in rest.reason:
            named |= set(range(rest.first, rest.last + 1))

    assert {line.number for line, _ in found.astray} <= named
    for draft, entry in zip(found.drafts, reading.entries, strict=True):
        assert named.isdisjoint(line.number for line in [draft.title, *draft.abstract])
        for line in [*draft.metadata, *draft.counts]:
            assert line.number in named or says(entry, line.text), f"line {line.number} is lost"


def says(entry: RawEntry, text: str) -> bool:
    """Whether every value that a line of metadata has is that of the entry."""
    facts, votes = parse_facts(text), parse_upvotes(text)
    if facts:
        values = (entry.authors_count, entry.date, entry.comments)
        pairs = zip((facts.authors, facts.day, facts.comments), values, strict=True)
        return all(said in (None, kept) for said, kept in pairs)
    if votes is not None:
        return votes == entry.upvotes
    return " ".join(filter(None, entry.organization or ())).split() == text.split()


WORD = st.sampled_from(["Frogs", "Toads", "Newts", "Ponds", "Reeds", "Count", "Weigh", "Quiet"])
TITLE = st.lists(WORD, min_size=2, max_size=9).map(" ".join)
SENTENCE = st.lists(WORD.map(str.lower), min_size=8, max_size=30).map(
    lambda words: f"We {' '.join(words)}."
)
ABSTRACT = st.lists(SENTENCE, min_size=1, max_size=4).map("\n\n".join)
Day = tuple[str, int, int | None, int | None]
Written = tuple[str, str, tuple[int | tuple[str, str], Day] | None]
DAY = st.tuples(
    st.sampled_from(["Jan", "Feb", "May", "Sep", "Dec"]),
    st.integers(1, 28),
    st.none() | st.integers(1990, 2025),
    st.none() | st.integers(1, 999),
)
SOMEBODY = st.integers(1, 3000) | st.tuples(st.sampled_from(["marsh", "pond-ai"]), TITLE)
ENTRY = st.tuples(TITLE, ABSTRACT, st.none() | st.tuples(SOMEBODY, DAY))


def digest(written: list[Written], headed: bool = True) -> str:
    """Write a digest with a blank line between titles, paragraphs and metadata."""
    parts = ["Daily Papers", "Dec 12"] if headed else []
    for title, abstract, rest in written:
        parts += [title, abstract]
        if rest:
            somebody, (month, number, year, comments) = rest
            who = f"  • {somebody} authors" if isinstance(somebody, int) else " ".join(somebody)
            day = f"{month} {number}" + (f", {year}" if year else "")
            parts.append(f"{who}\n·\n{day}" + (f" {comments}" if comments else ""))
    return "\n\n".join(parts)


@given(st.lists(ENTRY, min_size=1, max_size=8), st.booleans())
def test_a_digest_is_read_back_as_it_was_written(written: list[Written], headed: bool) -> None:
    reading = parse(digest(written, headed), "x")

    assert [rest for rest in reading.leftovers if not rest.chrome] == []
    assert [(entry.title, entry.abstract) for entry in reading.entries] == [
        (title, abstract) for title, abstract, _ in written
    ]
    for entry, (_, _, rest) in zip(reading.entries, written, strict=True):
        if rest is None:
            assert (entry.date, entry.authors_count, entry.organization) == (None, None, None)
            continue
        somebody, (_, number, year, comments) = rest
        assert entry.date is not None
        assert (entry.date.day, entry.date.year, entry.comments) == (number, year, comments)
        assert somebody in (entry.authors_count, entry.organization)


@given(st.lists(ENTRY, min_size=1, max_size=8), st.integers(70, 120), st.booleans())
def test_lines_broken_at_a_width_change_nothing(
    written: list[Written], width: int, hyphens: bool
) -> None:
    text = digest(written)
    rows = text.replace("frogs toads", "frog-toads").split("\n")
    broken = "\n".join(textwrap.fill(row, width, break_on_hyphens=hyphens) for row in rows)

    found, whole = parse(broken, "x"), parse("\n".join(rows), "x")

    assert found.captured == whole.captured
    assert [rest for rest in found.leftovers if not rest.chrome] == []
    assert [as_read(entry) for entry in found.entries] == [as_read(e) for e in whole.entries]


def as_read(entry: RawEntry) -> tuple[object, ...]:
    counts = (entry.authors_count, entry.comments, entry.upvotes)
    return (entry.title, entry.abstract, entry.date, entry.organization, counts, entry.links)


LONG = (
    "Frogs at dusk were counted by eight people with lamps, and by a board that hears "
    "them. The board is 1.7times faster than the people, who were pre- and post-trained, and it is "
    "described at https://pondscan.github.io/boards-and-lamps for those who want one."
)


@pytest.mark.parametrize("width", [70, 78, 90, 120])
@pytest.mark.parametrize("hyphens", [True, False])
def test_what_is_broken_in_the_middle_of_a_word_is_whole_again(width: int, hyphens: bool) -> None:
    title = "Low-Light Frog Counting with Energy-Efficient Boards, Well-Kept Lamps and No-One Else"
    rows = ["Toads", LONG, title, LONG, END]
    rows[:-1] = [textwrap.fill(row, width, break_on_hyphens=hyphens) for row in rows[:-1]]

    toads, frogs = entries(*rows)

    assert (toads.title, frogs.title) == ("Toads", title)
    assert toads.abstract == frogs.abstract == LONG.replace("times", "×")
    assert frogs.links == (("project", "https://pondscan.github.io/boards-and-lamps"),)


def test_only_abstracts_may_be_broken_at_a_width() -> None:
    title = "A Title that Is Longer than the Lines below It, Because Nobody Has Broken It in Two"
    first, second = entries(title, textwrap.fill(LONG, 72), "Toads at Work", LONG, END)

    assert (first.title, second.title) == (title, "Toads at Work")
    assert first.abstract == second.abstract


def test_a_line_above_a_title_that_had_room_for_it_is_no_part_of_it() -> None:
    text = f"asdf qwer\nFrogs at Dusk\n\n{textwrap.fill(LONG, 72)}\n\n{END}\n"

    assert "asdf qwer Frogs" not in [entry.title for entry in parse(text, "x").entries]


@pytest.mark.parametrize(
    "piece",
    [
        "·\n",
        "• 6 authors\n",
        "34\n\n",
        "Jun 19\n",
        "a. B ",
        "·",
        "https://a.b/c ",
        "(",
        "$a",
        "\\emph{",
    ],
)
def test_hostile_text_is_read_in_time_about_proportional_to_its_size(piece: str) -> None:
    start = time.perf_counter()
    parse(piece * (300_000 // len(piece)), "x")

    assert time.perf_counter() - start < 10

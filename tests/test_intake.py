"""From a reading to new entry files, and how papers of the list are recognised."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from carrel.entries import parse_paper
from carrel.identity import fold_title, latest_day
from carrel.importers import Leftover, RawDate, RawEntry, Reading
from carrel.importers.daily_papers import parse
from carrel.intake import Intake, plan_intake
from carrel.intake_notes import leftover_notes
from carrel.markdown import plain_text
from carrel.model import Paper, Provenance, TermUse
from carrel.naming import name_fault
from carrel.problems import Position
from carrel.settings import Site

DIGESTS = Path(__file__).parent / "digests"
CAPTURED = dt.date(2025, 12, 12)
FIELDS = Site(title="A list").fields


def raw(title: str = "Frogs", line: int = 1, **fields: object) -> RawEntry:
    return replace(RawEntry(title=title, where=Position("digest.txt", line)), **fields)


def no_terms(_title: str, _abstract: str) -> Mapping[str, tuple[str, ...]]:
    return {}


def take_in(
    *entries: RawEntry,
    papers: tuple[Paper, ...] = (),
    existing: Mapping[str, str] | None = None,
    captured: dt.date = CAPTURED,
    update: bool = False,
    without_abstract: bool = False,
) -> Intake:
    return plan_intake(
        Reading(entries),
        captured,
        "daily-papers",
        suggest=no_terms,
        existing={f"content/papers/{paper.id}.md": "" for paper in papers} | dict(existing or {}),
        papers=papers,
        update=update,
        without_abstract=without_abstract,
    )


def read_back(intake: Intake) -> list[Paper]:
    """The new files as the site reads them: they have to be without fault."""
    found = []
    for path, text in intake.new:
        id = path.removeprefix("content/papers/").removesuffix(".md")
        assert name_fault(id) == ""
        found.append(parse_paper(text, path, id, FIELDS).value)
    return found


def only(intake: Intake) -> Paper:
    (paper,) = read_back(intake)
    return paper


def messages(intake: Intake) -> str:
    return "\n".join(f"{note.where.line}: {note.message}" for note in intake.notes)


def test_an_entry_is_written_in_a_fixed_order() -> None:
    reading = Reading(
        (
            raw("Toads"),
            raw(
                "Reeds – and ‘Frogs’",
                raw_title="Reeds -- and ‘Frogs’",
                abstract="We count *all* frogs.\n\nTwice.",
                date=RawDate(6, 19),
                authors_count=6,
                organization=("marsh", "Marsh Labs"),
                links=(
                    ("code", "https://a.example/b"),
                    ("paper", "https://arxiv.org/abs/2408.12750"),
                ),
                arxiv="2408.12750",
                comments=0,
                upvotes=7,
            ),
        )
    )

    def suggest(_title: str, abstract: str) -> Mapping[str, tuple[str, ...]]:
        return {"hardware": ("larch-l4",), "topics": ("frogs", "ponds")} if abstract else {}

    intake = plan_intake(reading, CAPTURED, "daily-papers", suggest=suggest, existing={}, papers=())

    assert len(intake.without_topic) == 1
    assert intake.new[1] == (
        "content/papers/reeds-and-frogs.md",
        "---\n"
        "title: Reeds – and ‘Frogs’\n"
        "date: 2025-06-19\n"
        "added: 2025-12-12\n"
        "authors_count: 6\n"
        "organization: {id: marsh, name: Marsh Labs}\n"
        "topics: [frogs, ponds]\n"
        "hardware: [larch-l4]\n"
        "links:\n"
        "  paper: https://arxiv.org/abs/2408.12750\n"
        "  code: https://a.example/b\n"
        'arxiv: "2408.12750"\n'
        "comments: 0\n"
        "upvotes: 7\n"
        "source: {format: daily-papers, captured: 2025-12-12, position: 2, "
        "title: Reeds -- and ‘Frogs’}\n"
        "---\n"
        "\n"
        "## Abstract\n"
        "\n"
        "We count \\*all\\* frogs.\n"
        "\n"
        "Twice.\n",
    )


def test_the_abstract_may_be_left_out() -> None:
    intake = take_in(raw(abstract="Words of others."), without_abstract=True)

    assert "Words" not in intake.new[0][1]
    assert intake.new[0][1].endswith("---\n")


@pytest.mark.parametrize("name", ["page.txt", "odd.txt"])
def test_what_is_written_is_read_back_as_it_was(name: str) -> None:
    reading = parse((DIGESTS / name).read_text("utf-8"), name)
    intake = take_in(*reading.entries)
    doubles = [entry for entry, _ in intake.doubles]
    entries = [entry for entry in reading.entries if entry not in doubles]

    for entry, paper in zip(entries, read_back(intake), strict=True):
        assert paper.title == entry.title
        assert plain_text(paper.abstract).split() == entry.abstract.split()
        assert paper.comments == entry.comments
        assert paper.authors_count == entry.authors_count
        assert [(kind, url) for kind, urls in paper.links for url in urls] == list(entry.links)


@pytest.mark.parametrize("name", ["page.txt", "odd.txt"])
@pytest.mark.parametrize("later", [CAPTURED, dt.date(2027, 3, 1)])
def test_importing_again_changes_nothing(name: str, later: dt.date) -> None:
    reading = parse((DIGESTS / name).read_text("utf-8"), name)
    first = take_in(*reading.entries)

    again = take_in(
        *reading.entries,
        papers=tuple(read_back(first)),
        existing=dict(first.new),
        captured=later,
        update=True,
    )

    assert (again.new, again.updated) == ((), ())
    assert len(again.known) + len(again.doubles) == len(reading.entries)


def test_a_paper_that_stands_twice_in_a_digest_is_one_paper() -> None:
    reading = parse((DIGESTS / "odd.txt").read_text("utf-8"), "odd.txt")
    intake = take_in(*reading.entries)

    assert [(entry.title, path) for entry, path in intake.doubles] == [
        ("The same  pond", "content/papers/the-same-pond-2.md")
    ]
    assert "'The same  pond' stands in line" in messages(intake)


PAPER = Paper(id="frogs", title="Frogs: A Study", date=dt.date(2024, 5, 1))


@pytest.mark.parametrize(
    ("paper", "entry"),
    [
        (replace(PAPER, arxiv="2408.12757v2"), raw("Other", arxiv="2408.12757")),
        (replace(PAPER, doi="10.1000/AB"), raw("Other", doi="10.1000/ab")),
        (PAPER, raw("frogs a  study", date=RawDate(5, 1, 2024))),
        (PAPER, raw("Frogs: A Study")),
        (replace(PAPER, date=None), raw("ＦＲＯＧＳ: A “Study”", date=RawDate(5, 1))),
        (PAPER, raw("Frogs: A Study", date=RawDate(5, 1))),
        (
            replace(PAPER, title="Better", source=Provenance("x", title="Frogs -- A Study")),
            raw("Frogs – A Study", raw_title="Frogs -- A Study", date=RawDate(5, 1, 2024)),
        ),
        (replace(PAPER, title="$n^2$ Frogs"), raw("n² Frogs", date=RawDate(5, 1, 2024))),
    ],
)
def test_a_paper_of_the_list_is_recognised(paper: Paper, entry: RawEntry) -> None:
    intake = take_in(entry, papers=(paper,))

    assert intake.new == ()
    assert [path for _, path in intake.known] == ["content/papers/frogs.md"]


@pytest.mark.parametrize(
    "entry",
    [
        raw("Frogs: A Study", date=RawDate(5, 1, 2023)),
        raw("Frogs: A Study", date=RawDate(5, 2)),
        raw("Frogs: A Study", date=RawDate(5, 1, 2024), arxiv="2408.00001"),
        raw("Frogs", date=RawDate(5, 1, 2024)),
    ],
)
def test_another_paper_is_not_taken_for_it(entry: RawEntry) -> None:
    intake = take_in(entry, papers=(replace(PAPER, arxiv="2408.12757"),))

    assert len(intake.new) == 1
    assert intake.new[0][0] != "content/papers/frogs.md"


def test_a_paper_is_recognised_after_its_title_and_date_were_edited() -> None:
    entry = raw("Frogs: A Study", date=RawDate(5, 1))
    paper = only(take_in(entry))

    edited = replace(paper, title="Of Frogs", date=dt.date(2020, 1, 1))

    assert take_in(entry, papers=(edited,)).new == ()
    assert len(take_in(raw("Toads", date=RawDate(5, 1)), papers=(edited,)).new) == 1


def test_a_file_in_a_folder_below_is_found_under_its_own_path() -> None:
    existing = {"content/papers/2024/frogs.md": "---\ntitle: x\n---\n"}
    entry = raw("Frogs: A Study", comments=3)
    intake = plan_intake(
        Reading((entry,)),
        CAPTURED,
        "daily-papers",
        suggest=no_terms,
        existing=existing,
        papers=(PAPER,),
        update=True,
    )

    assert [path for path, _ in intake.updated] == ["content/papers/2024/frogs.md"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Frogs: A Study in Green, Blue & Grey!", "frogs-a-study-in-green-blue-grey"),
        ("../../etc/passwd", "etc-passwd"),
        ("null", "null"),
        ("青蛙", "qing-wa"),
        ("🐸🐸", "paper-"),
        ("CON", "paper-"),
        ("page", "paper-"),
        ("--- !!", "paper-"),
        ("word " * 40, "word-" * 15 + "word"),
    ],
)
def test_a_file_is_named_by_its_title(title: str, name: str) -> None:
    ((path, _),) = take_in(raw(title)).new
    stem = path.removeprefix("content/papers/").removesuffix(".md")

    assert len(stem) < 80
    assert stem.startswith(name) if name == "paper-" else stem == name
    assert take_in(raw(title)).new[0][0] == path


def test_another_paper_of_the_same_name_gets_a_number() -> None:
    entries = [raw("Frogs", date=RawDate(1, day, 2024)) for day in (1, 2, 3)]
    taken = replace(PAPER, id="toads", slug="frogs-2", aliases=("papers/frogs-3/",), title="Toads")

    intake = take_in(*entries, papers=(taken,), existing={"content/papers/Frogs.md": ""})

    assert [path for path, _ in intake.new] == [f"content/papers/frogs-{n}.md" for n in (4, 5, 6)]


def test_files_that_exist_are_left_alone_without_update() -> None:
    intake = take_in(raw("Frogs: A Study", comments=9), papers=(PAPER,))

    assert (intake.new, intake.updated) == ((), ())


def test_update_changes_the_counts_and_nothing_else() -> None:
    text = "---\r\ntitle: 'Frogs: A Study'  # mine\r\ncomments: 2 # seen\r\n---\r\n\r\nNotes\r\n"
    entry = raw("Frogs: A Study", comments=9, upvotes=4, authors_count=3, abstract="New words.")

    intake = take_in(
        entry, papers=(PAPER,), existing={"content/papers/frogs.md": text}, update=True
    )

    changed = text.replace("2 # seen", "9 # seen\r\nupvotes: 4")
    assert dict(intake.updated) == {"content/papers/frogs.md": changed}


def test_update_says_what_it_could_not_change() -> None:
    existing = {"content/papers/frogs.md": "---\n{title: x}\n---\n"}
    intake = take_in(raw(PAPER.title, comments=9), papers=(PAPER,), existing=existing, update=True)

    assert intake.updated == ()
    assert "could not be changed" in messages(intake)


@pytest.mark.parametrize(
    ("day", "captured", "date"),
    [
        (RawDate(12, 12), dt.date(2025, 12, 12), dt.date(2025, 12, 12)),
        (RawDate(12, 13), dt.date(2025, 12, 12), dt.date(2024, 12, 13)),
        (RawDate(2, 29), dt.date(2025, 12, 12), dt.date(2024, 2, 29)),
        (RawDate(2, 29), dt.date(1903, 12, 12), dt.date(1896, 2, 29)),
        (RawDate(2, 30), dt.date(2025, 12, 12), None),
        (RawDate(13, 1), dt.date(2025, 12, 12), None),
        (RawDate(3, 10, 2023), dt.date(2020, 1, 1), dt.date(2023, 3, 10)),
        (RawDate(1, 1, 0), dt.date(2025, 12, 12), None),
        (RawDate(12, 31), dt.date(1, 1, 1), None),
    ],
)
def test_a_day_without_a_year_is_the_latest_one(
    day: RawDate, captured: dt.date, date: dt.date | None
) -> None:
    # 1900 was no leap year, so a February 29 may lie eight years back.
    assert latest_day(day, captured) == date


def test_what_is_odd_is_said_with_its_line() -> None:
    intake = take_in(
        raw("A", line=3, date=RawDate(2, 30), abstract="x"),
        raw("B", line=9, date=RawDate(1, 1, 2030), abstract="x"),
        raw("C", line=20),
    )

    assert messages(intake).split("\n") == [
        "3: 'A': there is no Feb 30; the date is left out",
        "9: 'B': 2030-01-01 is after the day on which the source was read",
        "20: 'C': the source has no date, authors or organization",
        "20: 'C': the source has no abstract",
    ]
    assert only(take_in(raw(date=RawDate(2, 30)))).date is None


def test_a_date_that_alone_is_missing_is_said() -> None:
    intake = take_in(
        raw("A", line=3, authors_count=2, abstract="x"),
        raw("B", line=9, organization=("", "Marsh Labs"), abstract="x"),
    )

    assert messages(intake).split("\n") == [
        "3: 'A': the source has no date",
        "9: 'B': the source has no date",
    ]


@pytest.mark.parametrize(("length", "shown"), [(80, 80), (81, 80), (300, 80)])
def test_a_long_title_is_shortened_in_a_note(length: int, shown: int) -> None:
    named = messages(take_in(raw("x" * length))).split("'")[1]

    assert len(named) == shown
    assert named.endswith("…") == (length > 80)


def test_another_day_than_the_source_shows_is_said() -> None:
    reading = Reading((raw(),), captured=RawDate(12, 11))
    intake = plan_intake(
        reading, CAPTURED, "daily-papers", suggest=no_terms, existing={}, papers=()
    )

    assert "shows Dec 11, and 2025-12-12" in messages(intake)


def test_leftovers_are_reported_but_not_the_furniture_of_the_page() -> None:
    leftovers = (
        Leftover(1, 9, "new", chrome=True),
        Leftover(12, 14, "%%%", chrome=False, reason="text without a title"),
        Leftover(20, 20, "J", chrome=False, reason="too little"),
    )

    assert [(n.where.line, n.message) for n in leftover_notes(leftovers, "digest.txt")] == [
        (12, "text without a title, up to line 14: '%%%'"),
        (20, "too little: 'J'"),
    ]


def test_an_entry_too_large_for_a_file_is_left_out_and_named() -> None:
    intake = take_in(raw(abstract="frog " * 500_000))

    assert intake.new == ()
    assert "larger than an entry may be" in messages(intake)


def test_more_addresses_than_front_matter_should_hold_are_cut_and_named() -> None:
    links = tuple(("other", f"https://a.example/{n}") for n in range(99))
    intake = take_in(raw(links=links, abstract="x"))

    assert len(dict(only(intake).links)["other"]) == 50
    assert "only the first 50 of 99" in messages(intake)


def test_an_organization_may_have_no_handle() -> None:
    assert only(take_in(raw(organization=("", "Marsh Labs")))).terms == (
        TermUse("organizations", name="Marsh Labs"),
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Frogs: A Study", "frogs – a “study”", True),
        ("Frogs\u00a0and Toads", "Frogs and  Toads", True),
        ("On C", "On C++", False),
        ("On C", "On C#", False),
        ("🐸", "🦆", False),
        ("???", "!!!", False),
    ],
)
def test_titles_are_compared_without_case_and_punctuation(one: str, other: str, same: bool) -> None:
    assert (fold_title(one) == fold_title(other)) is same


TITLES = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=120).filter(
    str.strip
)


@given(TITLES.map(str.strip), st.text(st.characters(exclude_categories=["C"]) | st.just("\n")))
def test_any_entry_becomes_a_file_without_fault(title: str, abstract: str) -> None:
    entry = raw(title, abstract=abstract)
    intake = take_in(entry)
    paper = only(intake)

    assert paper.title == title
    assert plain_text(paper.abstract).replace("$", "").split() == abstract.replace("$", "").split()
    assert take_in(entry, papers=(paper,)).new == ()

"""A paper that is known: absent fields are filled, conflicts named, a hand's work stays."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from conftest import make_site, read_tree
from test_cli import Done, carrel

FROGS = "content/papers/frogs.md"
FULL: Mapping[str, object] = {
    "type": "paper-conference",
    "title": "Frogs: A Study",
    "DOI": "10.5555/frogs",
    "note": "arXiv:2402.01234",
    "container-title": "Proceedings of the Marsh",
    "abstract": "We count *all* frogs.",
    "author": [{"family": "Heron", "given": "Ada"}, {"family": "Müller", "given": "Jörg"}],
    "issued": {"date-parts": [[2024, 2, 3]]},
    "URL": "https://papers.example/frogs.pdf",
}


def merge(tmp_path: Path, text: str, item: Mapping[str, object] = FULL, *more: str) -> Done:
    site = make_site(tmp_path / "site", {FROGS: text}, base_url="https://list.example/")
    (tmp_path / "source.json").write_text(json.dumps([item]))
    return carrel("--site", site, "import", "source.json", "--merge", *more, at=tmp_path)


def merged(tmp_path: Path) -> str:
    assert carrel("--site", tmp_path / "site", "check").returncode == 0
    return (tmp_path / "site" / FROGS).read_bytes().decode()


def test_absent_fields_are_filled_and_every_other_byte_stays(tmp_path: Path) -> None:
    before = (
        "---\n"
        "title:   'Frogs: A Study'   # mine\n"
        "date:\n"
        "venue: ~   # to find\n"
        "links:\n"
        "    code:  https://example.org/code   # ours\n"
        "rating: 4\n"
        "---\n"
        "\n"
        "My notes.  \n"
    )
    done = merge(tmp_path, before)

    assert done.returncode == 0
    assert merged(tmp_path) == (
        "---\n"
        "title:   'Frogs: A Study'   # mine\n"
        "date: 2024-02-03\n"
        "venue: Proceedings of the Marsh   # to find\n"
        "links:\n"
        "    paper:\n"
        "    - https://arxiv.org/abs/2402.01234\n"
        "    - https://papers.example/frogs.pdf\n"
        "    code:  https://example.org/code   # ours\n"
        "rating: 4\n"
        "authors: [Ada Heron, Jörg Müller]\n"
        'arxiv: "2402.01234"\n'
        "doi: 10.5555/frogs\n"
        "type: paper-conference\n"
        "---\n"
        "\n"
        "My notes.  \n"
        "\n"
        "## Abstract\n"
        "\n"
        "We count \\*all\\* frogs.\n"
    )
    assert (
        "updated: content/papers/frogs.md "
        "(date, authors, arxiv, doi, venue, type, links.paper, abstract)\n"
    ) in done.stdout


def test_merging_twice_changes_nothing_more(tmp_path: Path) -> None:
    merge(tmp_path, "---\ntitle: 'Frogs: A Study'\n---\n")
    before = read_tree(tmp_path / "site/content")

    words = ("--site", tmp_path / "site", "import", "source.json", "--merge")
    done = carrel(*words, at=tmp_path)

    assert read_tree(tmp_path / "site/content") == before
    assert "updated" not in done.stdout
    assert "warning" not in done.stdout


def test_without_merge_a_known_paper_is_left_alone(tmp_path: Path) -> None:
    text = "---\ntitle: 'Frogs: A Study'\n---\n"
    site = make_site(tmp_path / "site", {FROGS: text})
    (tmp_path / "source.json").write_text(json.dumps([FULL]))

    carrel("--site", site, "import", "source.json", at=tmp_path)

    assert (site / FROGS).read_text() == text


def test_conflicts_are_listed_with_both_values_and_where_they_stand(tmp_path: Path) -> None:
    before = (
        "---\n"
        "title: Of Frogs\n"
        "date: 2023-01-01\n"
        "authors: [Ada Heron, Lina Lily]\n"
        "arxiv: 2402.01234\n"
        "doi: 10.5555/toads\n"
        "venue: Elsewhere\n"
        "links: {paper: https://example.org/frogs.pdf}\n"
        "---\n"
        "## Abstract\n"
        "\n"
        "We count some frogs.\n"
    )
    done = merge(tmp_path, before)

    expected = {
        "2:1": "title is 'Of Frogs' here and 'Frogs: A Study' in source.json:1",
        "3:1": "date is '2023-01-01' here and '2024-02-03' in source.json:1",
        "4:1": "authors is 'Ada Heron, Lina Lily' here and 'Ada Heron, Jörg Müller' in source",
        "6:1": "doi is '10.5555/toads' here and '10.5555/frogs' in source.json:1",
        "7:1": "venue is 'Elsewhere' here and 'Proceedings of the Marsh' in source.json:1",
        "8:9": "links.paper is 'https://example.org/frogs.pdf' here and 'https://papers.example/",
        "10:1": "abstract is 'We count some frogs.' here and 'We count *all* frogs.' in source",
    }
    for place, words in expected.items():
        line = place.partition(":")[0]
        assert any(
            row.startswith(f"{FROGS}:{line}:") and words in row for row in done.stdout.splitlines()
        ), (words, done.stdout)
    assert merged(tmp_path) == before.replace("---\n##", "type: paper-conference\n---\n##")


@pytest.mark.parametrize(
    "row",
    [
        "authors: [A. Heron, J. Muller]",
        "authors: [{name: Ada Heron, affiliation: Marsh}, Jörg Müller]",
        "venue: PROCEEDINGS of the marsh 2024",
        "arxiv: 2402.01234v3",
        "doi: 10.5555/FROGS",
        "title: 'Frogs -- a study'",
    ],
)
def test_one_thing_written_in_two_ways_is_no_conflict(tmp_path: Path, row: str) -> None:
    head = "" if row.startswith("title") else "title: 'Frogs: A Study'\n"

    done = merge(tmp_path, f"---\n{head}{row}\n---\n", FULL)

    assert " here and " not in done.stdout
    assert row in merged(tmp_path)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_stay(tmp_path: Path, end: str) -> None:
    merge(tmp_path, f"---{end}title: 'Frogs: A Study'{end}---{end}Notes.")

    text = merged(tmp_path)
    assert f"doi: 10.5555/frogs{end}" in text
    assert "Notes." in text


def test_links_on_one_row_are_not_taken_apart(tmp_path: Path) -> None:
    before = "---\ntitle: 'Frogs: A Study'\nlinks: {code: 'https://example.org/c'}\n---\n"

    merge(tmp_path, before)

    assert "links: {code: 'https://example.org/c'}\n" in merged(tmp_path)


def test_front_matter_in_braces_stays_as_it_is(tmp_path: Path) -> None:
    before = "---\n{title: 'Frogs: A Study'}\n---\n\n## Abstract\n\nx\n"

    merge(tmp_path, before)

    assert merged(tmp_path) == before


def test_the_abstract_may_stay_out(tmp_path: Path) -> None:
    merge(tmp_path, "---\ntitle: 'Frogs: A Study'\n---\n", FULL, "--no-abstract")

    assert "Abstract" not in merged(tmp_path)


def question(tmp_path: Path, known: str, new: str, **more: object) -> str:
    text = f"---\ntitle: {json.dumps(known)}\ndate: 2020-01-01\n---\n"
    site = make_site(tmp_path / "site", {FROGS: text})
    item = {"title": new, "type": "article", "issued": {"date-parts": [[2024, 5, 6]]}}
    (tmp_path / "source.json").write_text(json.dumps([item | more]), "utf-8")
    done = carrel("--site", site, "import", "source.json", at=tmp_path)
    assert "\n1 new" in done.stdout
    assert (site / FROGS).read_text() == text
    return "\n".join(row for row in done.stdout.splitlines() if "is this the paper" in row)


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ("A Careful Study of Green Frogs", "A Careful Study of Green Frogs"),
        ("A Careful Study of Green Frogs", "A careful study on green frogs"),
        ("A Careful Study of Green Frogs", "A Careful Study of Green Frog"),
    ],
)
def test_nearly_the_same_title_is_a_question(tmp_path: Path, known: str, new: str) -> None:
    asked = question(tmp_path, known, new)

    assert f"is this the paper '{known}' of {FROGS}?" in asked


@pytest.mark.parametrize(
    ("more", "written"),
    [
        ({"number": "arXiv:2401.00002"}, "arxiv: 2401.00002"),
        ({"DOI": "10.1234/frogs"}, "doi: 10.1234/frogs"),
    ],
)
def test_what_the_question_advises_answers_it(
    more: dict[str, str], written: str, tmp_path: Path
) -> None:
    title = "A Careful Study of Green Frogs"
    text = f"---\ntitle: {title}\ndate: 2020-01-01\n---\n"
    site = make_site(tmp_path / "site", {FROGS: text})
    item = {"title": title, "type": "article", "issued": {"date-parts": [[2024, 5, 6]]}} | more
    (tmp_path / "source.json").write_text(json.dumps([item]), "utf-8")
    done = carrel("--site", site, "import", "source.json", "--dry-run", at=tmp_path)
    assert "hint: if it is, delete content/papers/" in done.stdout
    assert f" and write into {FROGS}: {written}\n" in done.stdout

    (site / FROGS).write_text(text.replace("\n---\n", f"\n{written}\n---\n"), "utf-8")

    done = carrel("--site", site, "import", "source.json", "--dry-run", at=tmp_path)
    assert "\n0 new, 1 already on the list" in done.stdout


def test_the_question_advises_to_write_no_date_that_the_source_does_not_have(
    tmp_path: Path,
) -> None:
    known = "A Careful Study of Green Frogs"
    site = make_site(tmp_path / "site", {FROGS: f"---\ntitle: {known}\ndate: 2020-01-01\n---\n"})
    item = {"title": f"{known[:-1]}", "type": "article"}
    dated = item | {"issued": {"date-parts": [[2024, 5, 6]]}}
    said = []
    for each in (item, dated):
        (tmp_path / "source.json").write_text(json.dumps([each]), "utf-8")
        done = carrel("--site", site, "import", "source.json", "--dry-run", at=tmp_path)
        said += [row for row in done.stdout.splitlines() if "hint: if it is" in row]

    first = f"write into {FROGS}: the title of the source as 'title' under 'source'"
    assert said[0].endswith(first)
    assert said[1].endswith(f"{first}, and its date, unless the one there is right")


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ("A Careful Study of Green Frogs", "A Careful Study of Blue Toads"),
        ("Careful Studies of Frogs, Part 1", "Careful Studies of Frogs, Part 2"),
        ("FrogNet-7", "FrogNet-8"),
        ("Frogs", "Fogs"),
    ],
)
def test_another_title_is_no_question(tmp_path: Path, known: str, new: str) -> None:
    assert question(tmp_path, known, new) == ""


def test_papers_that_have_two_ids_are_two(tmp_path: Path) -> None:
    text = "---\ntitle: A Careful Study of Green Frogs\narxiv: 2401.00001\n---\n"
    site = make_site(tmp_path / "site", {FROGS: text})
    item = {"title": "A Careful Study of Green Frogs", "number": "arXiv:2401.00002", "id": "x"}
    item["type"] = "article"
    (tmp_path / "source.json").write_text(json.dumps([item]))

    done = carrel("--site", site, "import", "source.json", at=tmp_path)

    assert "\n1 new" in done.stdout
    assert "is this the paper" not in done.stdout


def test_without_rapidfuzz_only_the_same_title_is_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    known = "A Careful Study of Green Frogs"

    assert "is this the paper" in question(tmp_path / "a", known, known.upper())
    assert question(tmp_path / "b", known, "A Careful Study of Green Frog") == ""


@pytest.mark.parametrize(
    ("front", "missed"),
    [
        ("{title: 'Frogs: A Study', arxiv: '2402.01234'}", "date, authors, doi, venue, type"),
        (
            "title: 'Frogs: A Study'\ndate: 2024-02-03\nlinks: {code: 'https://a.example/'}",
            "links.paper",
        ),
    ],
)
def test_what_cannot_be_filled_is_named(tmp_path: Path, front: str, missed: str) -> None:
    done = merge(tmp_path, f"---\n{front}\n---\n")

    named = f"{FROGS}: warning: not filled, because several keys stand on one row: {missed}"
    assert named in done.stdout
    assert "We count" in merged(tmp_path)

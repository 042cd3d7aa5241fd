"""Taxonomies: what a paper is filed under, by which names, and above all that lies over it."""

from pathlib import Path
from typing import Any

import pytest

from carrel.catalogue import Library
from carrel.pipeline import build, prepare
from carrel.problems import Problem, SiteError
from conftest import PLAIN, make_site, read_tree


def entry(title: str, *matter: str) -> str:
    return "\n".join(["---", f"title: {title}", *matter, "---", ""])


def make(root: Path, files: dict[str, str], **settings: Any) -> Path:
    """Write a site; a path such as 'papers/one' stands for content/papers/one.md."""
    entries = {f"content/{path}.md": text.encode() for path, text in files.items()}
    address = "https://example.org/"
    return make_site(root / "site", PLAIN | entries, base_url=address, theme="plain", **settings)


def library_of(root: Path, files: dict[str, str], **settings: Any) -> Library:
    return prepare(make(root, files, **settings)).library


def problems_of(root: Path, files: dict[str, str], **settings: Any) -> list[Problem]:
    with pytest.raises(SiteError) as caught:
        prepare(make(root, files, **settings))
    return list(caught.value.problems)


def filed(library: Library, taxonomy: str) -> dict[str, list[tuple[str, str | None]]]:
    """Term → its papers, each with the narrower term that put it there."""
    return {
        id: [(each.paper.id, each.via.id if each.via else None) for each in papers]
        for id, papers in library.filed[taxonomy].items()
    }


HARDWARE = {
    "hardware/acme": entry("Acme", "level: vendor"),
    "hardware/anvil": entry("Anvil", "parent: acme"),
    "hardware/anvil-1": entry("Anvil 1", "aliases: [A1]", "parent: anvil"),
    "hardware/anvil-2": entry("Anvil 2", "parent: ANVIL"),
}


# What is declared


def test_a_declared_taxonomy_gives_a_field_an_index_pages_and_feeds(tmp_path: Path) -> None:
    site = make(
        tmp_path,
        {"papers/one": entry("One", "shelf: Upper shelf")},
        taxonomies={"shelves": {"field": "shelf", "title": "Our shelves"}},
    )

    build(site, tmp_path / "out")

    built = read_tree(tmp_path / "out")
    assert built.keys() >= {
        "shelves/index.html",
        "shelves/upper-shelf/index.html",
        "shelves/upper-shelf/feed.xml",
    }
    assert b"<h1>Our shelves: 1" in built["shelves/index.html"]
    assert (
        b'<p class="shelves"><a href="./shelves/upper-shelf/">Upper shelf</a></p>'
        in (built["index.html"])
    )
    assert b'<category domain="https://example.org/shelves/">upper-shelf<' in built["feed.xml"]


@pytest.mark.parametrize(
    ("name", "matter"),
    [("venues", "venue: Wool 2025"), ("authors", "authors: [{name: Wool 2025, affiliation: x}]")],
)
def test_a_field_that_papers_have_anyway_can_become_a_taxonomy(
    name: str, matter: str, tmp_path: Path
) -> None:
    files = {"papers/one": entry("One", matter)}
    build(make(tmp_path / "without", files), tmp_path / "out")
    build(make(tmp_path / "with", files, taxonomies={name: {}}), tmp_path / "more")

    added = read_tree(tmp_path / "more").keys() - read_tree(tmp_path / "out").keys()

    assert added == {
        f"{name}/index.html",
        f"{name}/wool-2025/index.html",
        f"{name}/wool-2025/feed.xml",
        f"api/v1/{name}.json",
    }


def test_a_taxonomy_can_do_without_feeds(tmp_path: Path) -> None:
    files = {"papers/one": entry("One", "venue: Wool 2025")}

    build(make(tmp_path, files, taxonomies={"venues": {"feeds": False}}), tmp_path / "out")

    feeds = [path for path in read_tree(tmp_path / "out") if path.endswith("feed.xml")]
    assert feeds == ["feed.xml"]
    assert b"RSS" not in read_tree(tmp_path / "out")["venues/wool-2025/index.html"]


def test_a_taxonomy_that_is_taken_away_keeps_its_field(tmp_path: Path) -> None:
    files = {"papers/one": entry("One", "organization: Meadow College")}

    build(make(tmp_path, files, taxonomies={"organizations": None}), tmp_path / "out")

    built = read_tree(tmp_path / "out")
    assert not [path for path in built if path.startswith("organizations")]
    assert b"Meadow College" in built["papers/one/index.html"]


def test_what_a_declaration_leaves_out_follows_from_the_name(tmp_path: Path) -> None:
    taxonomies = {"data-sets": {}, "moods": {"singular": "mood"}, "topics": {"title": "Subjects"}}

    site = prepare(make(tmp_path, {}, taxonomies=taxonomies)).site

    kinds = site.published
    assert list(kinds) == ["hardware", "organizations", "data-sets", "moods", "topics"]
    sets, moods, topics = kinds["data-sets"], kinds["moods"], kinds["topics"]
    assert (sets.field, sets.title, sets.singular) == ("data-sets", "Data sets", "data-sets")
    assert (moods.field, moods.title, moods.singular) == ("moods", "Moods", "mood")
    assert (topics.field, topics.title, topics.singular) == ("topics", "Subjects", "topic")
    assert [kind.vocabulary for kind in (sets, moods, topics)] == ["open", "open", "closed"]


def test_a_closed_taxonomy_of_ones_own_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    files = {"papers/one": entry("One", "mood: clam"), "moods/calm": entry("Calm")}
    taxonomies = {"moods": {"field": "mood", "singular": "mood", "vocabulary": "closed"}}

    (problem,) = problems_of(tmp_path, files, taxonomies=taxonomies)

    assert problem.message == "unknown mood 'clam'"
    assert problem.hint.startswith("did you mean 'calm'?")
    assert (problem.where.line, problem.where.column) == (3, 7)


# Names


@pytest.mark.parametrize(
    "written", ["anvil-1", "Anvil-1", "Anvil 1", "anvil 1", "A1", "a1", "{id: A1}", "{name: A1}"]
)
def test_a_term_is_found_by_id_title_or_alias_letter_case_apart(
    written: str, tmp_path: Path
) -> None:
    library = library_of(tmp_path, HARDWARE | {"papers/one": entry("One", f"hardware: {written}")})

    assert [use.id for use in library.papers[0].terms] == ["anvil-1"]


def test_an_open_vocabulary_takes_up_what_papers_name(tmp_path: Path) -> None:
    files = {
        "papers/one": entry("One", "organization: Wool Labs"),
        "papers/two": entry("Two", "organization: {id: meadow, name: Meadow College}"),
        "papers/six": entry("Six", "organization: [Meadow College, wool-labs]"),
    }

    library = library_of(tmp_path, files)

    titles = {id: found.title for id, found in library.terms["organizations"].items()}
    assert titles["meadow"] == "Meadow College"
    assert titles["wool-labs"] == "Wool Labs"


def test_a_file_tells_which_names_of_an_open_vocabulary_are_one(tmp_path: Path) -> None:
    files = {
        "organizations/mc": entry("Meadow College", "aliases: [Meadow, College of the Meadow]"),
        "papers/one": entry("One", "organization: Meadow"),
        "papers/two": entry("Two", "organization: college of the meadow"),
        "papers/six": entry("Six", "organization: {id: mc, name: M. C.}"),
    }

    prepared = prepare(make(tmp_path, files))

    assert list(prepared.library.terms["organizations"]) == ["mc"]
    assert len(prepared.library.filed["organizations"]["mc"]) == 3
    assert prepared.warnings == ()


def test_two_names_that_become_one_term_are_a_warning_that_names_both(tmp_path: Path) -> None:
    files = {
        "papers/one": entry("One", "organization: Wool Labs"),
        "papers/two": entry("Two", "organization: wool-labs!"),
    }

    (warning,) = prepare(make(tmp_path, files)).warnings

    assert "'Wool Labs'" in warning.message
    assert "'wool-labs!'" in warning.message
    assert "content/organizations/wool-labs.md" in warning.hint


def test_a_name_that_only_resembles_an_id_is_not_taken_for_it_in_silence(tmp_path: Path) -> None:
    files = {
        "organizations/mit": entry("Meadow Institute of Technology"),
        "papers/one": entry("One", "organization: Mit!"),
    }

    prepared = prepare(make(tmp_path, files))

    (warning,) = prepared.warnings
    assert "'Mit!' is taken for 'Meadow Institute of Technology'" in warning.message


def test_a_use_keeps_what_the_paper_says_of_it(tmp_path: Path) -> None:
    use = "hardware: [{id: anvil-1, count: 8, role: target}, Anvil 2]"

    library = library_of(tmp_path, HARDWARE | {"papers/one": entry("One", use)})

    uses = [(use.id, use.count, use.role) for use in library.papers[0].terms]
    assert uses == [("anvil-1", 8, "target"), ("anvil-2", None, None)]


def test_the_device_of_a_result_is_found_by_any_of_its_names(tmp_path: Path) -> None:
    results = "results: [{metric: sheep, value: 1, hardware: a1}]"

    library = library_of(tmp_path, HARDWARE | {"papers/one": entry("One", results)})

    assert library.papers[0].results[0].hardware == "anvil-1"


# Hierarchy


def test_a_use_counts_for_all_that_lies_above_it(tmp_path: Path) -> None:
    library = library_of(tmp_path, HARDWARE | {"papers/one": entry("One", "hardware: anvil-1")})

    assert filed(library, "hardware") == {
        "acme": [("one", "anvil-1")],
        "anvil": [("one", "anvil-1")],
        "anvil-1": [("one", None)],
    }


def test_a_paper_counts_once_with_the_nearest_use_as_the_reason(tmp_path: Path) -> None:
    files = HARDWARE | {
        "papers/siblings": entry("Siblings", "hardware: [anvil-2, anvil-1]"),
        "papers/two-levels": entry("Two levels", "hardware: [anvil-1, anvil]"),
        "papers/top": entry("Top", "hardware: [anvil-1, {id: acme, role: mentioned}]"),
    }

    library = library_of(tmp_path, files)

    assert filed(library, "hardware") == {
        "acme": [("two-levels", "anvil"), ("top", None), ("siblings", "anvil-2")],
        "anvil": [("two-levels", None), ("top", "anvil-1"), ("siblings", "anvil-2")],
        "anvil-1": [("two-levels", None), ("top", None), ("siblings", None)],
        "anvil-2": [("siblings", None)],
    }
    assert library.filed["hardware"]["acme"][1].use.role == "mentioned"


def test_a_term_without_papers_has_no_page_and_is_on_no_index(tmp_path: Path) -> None:
    site = make(tmp_path, HARDWARE | {"papers/one": entry("One", "hardware: anvil-1")})

    build(site, tmp_path / "out")

    built = read_tree(tmp_path / "out")
    assert "hardware/anvil/index.html" in built
    assert not [path for path in built if "anvil-2" in path]
    assert b"Anvil 2" not in built["hardware/index.html"]


def test_a_term_that_is_not_indexed_only_passes_on(tmp_path: Path) -> None:
    files = HARDWARE | {
        "hardware/anvil": entry("Anvil", "parent: acme", "index: false"),
        "papers/one": entry("One", "hardware: [anvil-1]"),
        "papers/two": entry("Two", "hardware: [anvil]"),
    }

    build(make(tmp_path, files), tmp_path / "out")

    built = read_tree(tmp_path / "out")
    assert [path for path in built if path.startswith("hardware/") and "feed" not in path] == [
        "hardware/acme/index.html",
        "hardware/anvil-1/index.html",
        "hardware/index.html",
    ]
    assert b"<h1>Acme: 2 papers</h1>" in built["hardware/acme/index.html"]
    assert b'<p class="hardware">Anvil</p>' in built["papers/index.html"]


def test_a_circle_of_parents_is_reported_at_each_of_its_members_and_no_other(
    tmp_path: Path,
) -> None:
    files = {
        "topics/a": entry("A", "parent: b"),
        "topics/b": entry("B", "parent: c"),
        "topics/c": entry("C", "parent: a"),
        "topics/below": entry("Below", "parent: a"),
        "papers/one": entry("One", "topics: [below, a]"),
    }

    paths = [problem.where.path for problem in problems_of(tmp_path, files)]

    assert paths == [f"content/topics/{id}.md" for id in "abc"]


# What one broken or hidden file may do to others


def test_a_broken_term_is_reported_once_and_not_at_its_papers(tmp_path: Path) -> None:
    files = {
        "topics/wool": entry("Wool", "colour: white"),
        "topics/yarn": entry("Yarn", "parent: wool"),
        "papers/one": entry("One", "topics: [wool]"),
        "papers/two": entry("Two", "topics: [Wool, yarn]"),
    }

    (problem,) = problems_of(tmp_path, files)

    assert problem.where.path == "content/topics/wool.md"


def test_a_broken_term_is_reported_once_when_papers_use_its_title(tmp_path: Path) -> None:
    files = {
        "topics/white-wool": entry("White wool", "colour: white"),
        "papers/one": entry("One", "topics: [White wool]"),
    }

    (problem,) = problems_of(tmp_path, files)

    assert problem.where.path == "content/topics/white-wool.md"


@pytest.mark.parametrize("written", ["wool", "White wool", "Fleece"])
def test_a_draft_term_is_called_a_draft_by_any_name(written: str, tmp_path: Path) -> None:
    files = {
        "topics/wool": entry("White wool", "aliases: [fleece]", "draft: true"),
        "papers/one": entry("One", f"topics: [{written}]"),
    }

    (problem,) = problems_of(tmp_path, files)

    assert problem.message == f"the topic '{written}' is a draft"


def test_a_draft_parent_is_called_a_draft(tmp_path: Path) -> None:
    files = {
        "topics/wool": entry("Wool", "draft: true"),
        "topics/yarn": entry("Yarn", "parent: wool"),
    }

    (problem,) = problems_of(tmp_path, files)

    assert "draft" in problem.message


def test_a_term_that_no_page_can_show_is_named(tmp_path: Path) -> None:
    prepared = prepare(make(tmp_path, {"venues/wool": entry("Proceedings of Wool")}))

    assert [warning.where.path for warning in prepared.warnings] == ["content/venues/wool.md"]


# Papers that are one


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("arxiv: 2408.12757", "arxiv: 2408.12757v2"),
        ("arxiv: cs/0112017v1", "arxiv: cs/0112017"),
        ("doi: 10.1000/AbC", "doi: 10.1000/aBc"),
    ],
)
def test_a_paper_stands_on_the_list_once(one: str, two: str, tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {"papers/a": entry("A", one), "papers/b": entry("B", two)})

    assert problem.where.path == "content/papers/b.md"
    assert "content/papers/a.md" in problem.message


@pytest.mark.parametrize(
    ("one", "two"),
    [("2408.12757", "2408.12758"), ("solv-int/9901001", "solv-int/9901002")],
)
def test_papers_with_ids_of_their_own_are_two(one: str, two: str, tmp_path: Path) -> None:
    files = {"papers/a": entry("A", f"arxiv: {one}"), "papers/b": entry("B", f"arxiv: {two}")}

    assert len(library_of(tmp_path, files).papers) == 2


def test_the_identifier_in_a_feed_is_whole(tmp_path: Path) -> None:
    build(make(tmp_path, {"papers/a": entry("A", "arxiv: solv-int/9901001v3")}), tmp_path / "out")

    feed = read_tree(tmp_path / "out")["feed.xml"]
    assert b"<dc:identifier>doi:10.48550/arXiv.solv-int/9901001</dc:identifier>" in feed


# Order


def test_papers_are_ordered_by_the_day_they_joined_then_appeared_then_by_id(
    tmp_path: Path,
) -> None:
    files = {
        "papers/a-old-but-new-here": entry("1", "date: 2020-01-01", "added: 2025-12-02"),
        "papers/b": entry("2", "date: 2025-12-01", "added: 2025-12-01"),
        "papers/c": entry("3", "date: 2025-11-01", "added: 2025-12-01"),
        "papers/d": entry("4", "added: 2025-12-01"),
        "papers/e": entry("5", "date: 2025-11-30"),
        "papers/z": entry("6"),
        "papers/f": entry("7"),
    }

    titles = [each.title for each in library_of(tmp_path, files).papers]

    assert titles == ["1", "2", "3", "4", "5", "6", "7"]

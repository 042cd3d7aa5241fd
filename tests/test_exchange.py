"""A process that builds again and again: papers that stay in their places are exchanged.

What comes of it equals a clean build in any case; whether a paper was exchanged shows in the terms
of the library, which only then are the very same.
"""

import itertools
import os
import random
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from carrel.pipeline import Session, build
from carrel.problems import SiteError
from conftest import PLAIN, make_site, read_tree, write_tree
from payloads import paper

SECONDS = float(os.environ.get("CARREL_LONG_TESTS", "2"))
WOOL = {
    "added": "2024-02-01",
    "date": "2024-01-05",
    "topics": ["serving", "training"],
    "hardware": ["abacus"],
    "authors": ["Ada Byron"],
    "results": [{"metric": "rate", "value": 2, "hardware": "abacus", "headline": True}],
}
Files = Mapping[str, str | bytes]
FILES: dict[str, str | bytes] = {
    **PLAIN,
    **{
        f"content/papers/p{n}.md": paper(
            f"Paper {n}", f"Notes {n}.", added=f"2024-01-{n:02}", topics=["serving"]
        )
        for n in range(1, 8)
    },
    "content/papers/wool.md": paper("Wool in many words", "Notes.", **WOOL),
    "content/topics/serving.md": paper("Serving"),
    "content/topics/training.md": paper("Training", parent="serving"),
    "content/hardware/abacus.md": paper("Abacus"),
    "content/pages/about.md": paper("About", "Words."),
}
SETTINGS: dict[str, object] = {
    "base_url": "https://example.org/",
    "theme": "plain",
    "page_size": 3,
    "outputs": {
        "list": ["filter", "api", "bib", "atom", "json", "opml"],
        "paper": ["bib", "json", "md"],
        "term": ["atom", "csv"],
        "pair": ["atom"],
    },
    "pairs": {"min": 1},
}
PATH = "content/papers/wool.md"


class Desk:
    """A site and the process that builds it on every change."""

    def __init__(self, folder: Path, files: Files, **settings: object) -> None:
        self.folder = folder
        self.root = make_site(folder / "site", files, **(SETTINGS | settings))
        self.session = Session()
        build(self.root, session=self.session)

    def edit(self, files: Files) -> bool:
        """Write *files* and build; tells whether papers were exchanged."""
        write_tree(self.root, files)
        before = self.session.prepared
        build(self.root, session=self.session, touched=frozenset(files))
        after = self.session.prepared
        return bool(before and after and before.library.terms is after.library.terms)

    def check(self) -> None:
        """Compare with a clean build, and with one of a new process."""
        fresh = self.folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(self.root, fresh / "site", ignore=shutil.ignore_patterns(".carrel*"))
        shutil.rmtree(fresh / "site" / "_site")
        build(fresh / "site", fresh / "out")
        tree, clean = read_tree(self.root / "_site"), read_tree(fresh / "out")
        assert [p for p in sorted(tree.keys() | clean.keys()) if tree.get(p) != clean.get(p)] == []
        assert build(self.root).rendered == {}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, FILES)


def wool(title: str = "Wool in many words", body: str = "Notes.", **front: object) -> str:
    return paper(title, body, **(WOOL | front))


@pytest.mark.parametrize(
    "text",
    {
        "notes": wool(body="Other notes."),
        "title": wool("Wool in many other words"),
        "why": wool(why="It is warm."),
        "results": wool(results=[{"metric": "rate", "value": 3, "hardware": "abacus"}]),
        "role": wool(hardware=[{"id": "abacus", "role": "baseline", "count": 4}]),
        "code": wool(links={"code": "https://example.org/code"}),
        "status": wool(status="read"),
        "abstract": wool(body="Notes.\n\n## Abstract\n\nWe shear.\n"),
        "comments": wool(comments=4),
        "own keys": wool(extra={"a": 1}),
    }.items(),
    ids=lambda each: each[0],
)
def test_a_paper_that_stays_in_its_place_is_exchanged(desk: Desk, text: tuple[str, str]) -> None:
    assert desk.edit({PATH: text[1]})
    desk.check()
    assert desk.edit({PATH: wool()})
    desk.check()


@pytest.mark.parametrize(
    "files",
    {
        "day": {PATH: wool(added="2024-01-03")},
        "date within its year": {PATH: wool(date="2024-01-25")},
        "topic": {PATH: wool(topics=["serving"])},
        "slug": {PATH: wool(slug="of-wool")},
        "address": {PATH: wool(aliases=["/of-wool/"])},
        "results": {PATH: wool(results=[])},
        "draft": {PATH: wool(draft=True)},
        "link": {PATH: wool(body="See [[p1]].")},
        "citation key": {PATH: wool("Fleece in many words", authors=["Grace Hopper"])},
        "change": {PATH: wool(updated="2024-05-05")},
        "topic's file": {PATH: wool("Wool in words"), "content/topics/serving.md": paper("S")},
        "new paper": {PATH: wool("Wool in words"), "content/papers/new.md": paper("New")},
        "setting": {"site_config.yaml": b'{"title": "Another list"}'},
    }.items(),
    ids=lambda each: each[0],
)
def test_what_moves_is_prepared_anew(desk: Desk, files: tuple[str, Files]) -> None:
    assert not desk.edit(files[1])
    desk.check()


def test_a_title_that_texts_link_by_is_prepared_anew(tmp_path: Path) -> None:
    link = {"content/papers/p1.md": paper("Paper 1", "[[wool]]", added="2024-01-01")}
    desk = Desk(tmp_path, FILES | link)

    assert desk.edit({PATH: wool(body="Other notes.")})
    assert not desk.edit({PATH: wool("Wool in many other words")})
    desk.check()


def test_words_of_a_title_relate_as_they_are_written(tmp_path: Path) -> None:
    # The two titles look alike on a card; the other paper is planned with others than this one.
    others = {
        f"content/papers/x{n:02}.md": paper(f"Number{n}", added=f"2023-{n % 12 + 1:02}-01")
        for n in range(72)
    }
    beta = {"content/papers/old.md": paper("Old beta", added="2022-01-01", topics=["training"])}
    desk = Desk(tmp_path, FILES | others | beta | {PATH: wool(r"Wool of $\beta$")}, related=3)

    desk.edit({PATH: wool("Wool of $β$")})
    desk.check()


def test_places_in_a_path_are_prepared_anew(tmp_path: Path) -> None:
    taxonomies = {"topics": {}, "hardware": {}, "paths": {"ordered": True}}
    files = FILES | {"content/paths/first.md": paper("First steps")}
    desk = Desk(tmp_path, files, taxonomies=taxonomies, pairs={"of": []})

    for order in (2, 3):
        assert not desk.edit({PATH: wool(paths=[{"id": "first", "order": order}])})
        desk.check()


def test_a_fault_is_told_and_what_it_spoiled_is_read_again(desk: Desk) -> None:
    for bad in (wool(topics=["nothing"]), wool(body="$\\nonsense{$"), "---\ntitle: [\n---\n"):
        try:
            build(desk.root, session=desk.session)
            desk.edit({PATH: bad})
        except SiteError as error:
            assert error.problems[0].where.path == PATH
    desk.edit({PATH: wool("Wool in many other words")})
    desk.check()


def random_paper(name: str, pick: random.Random) -> str:
    return paper(
        f"A place for {name}, {pick.choice(['in grain', 'in grass'])}",
        pick.choice(["Some notes.", "Other notes."]),
        added=pick.choice(["2024-01-02"] * 9 + ["2024-03-03"]),
        topics=pick.choice([["serving"]] * 9 + [["training"], []]),
        why=pick.choice(["", "Because.", "A reason."]),
        results=[{"metric": "rate", "value": pick.choice([1, 2])}],
        status=pick.choice(["read", "queued"]),
    )


@pytest.mark.parametrize("related", [0, 3])
def test_any_series_of_edits_in_one_process_equals_a_clean_build(
    tmp_path: Path, related: int
) -> None:
    end = time.monotonic() + SECONDS
    names = ("p2", "p4", "p6", "wool")
    exchanged = 0
    for seed in itertools.count(related * 1000):
        pick = random.Random(seed)
        begin = {f"content/papers/{name}.md": random_paper(name, pick) for name in names}
        desk = Desk(tmp_path / str(seed), FILES | begin, related=related, theme="reading-room")
        steps: list[Files] = []
        for _ in range(6):
            chosen = pick.sample(names, pick.choice([1, 1, 2]))
            steps.append({f"content/papers/{name}.md": random_paper(name, pick) for name in chosen})
            exchanged += desk.edit(steps[-1])
            try:
                desk.check()
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {steps}") from error
        if time.monotonic() > end:
            break
    assert exchanged

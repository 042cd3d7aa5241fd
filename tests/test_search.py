"""The full-text index: what is in it, when it is made, and what becomes of a list without one."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from carrel import indexing
from carrel.pipeline import build, check
from carrel.problems import Problem, SiteError
from conftest import make_site, read_tree
from payloads import paper
from test_serve import DEADLINE, Server, running

SETTINGS = {"search": "on", "base_url": "https://example.org/"}
FILES: dict[str, str | bytes] = {
    "content/papers/lambs.md": paper("Counting lambs", "Notes.\n", topics=["counting"]),
    "content/papers/hidden.md": paper("Hidden", "Secretive words.", draft=True),
    "content/topics/counting.md": "---\ntitle: Counting\n---\nOf the art.\n",
    "content/pages/about.md": "---\ntitle: About\n---\nOf us.\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site", FILES, **SETTINGS)


def fragments(out: Path) -> dict[str, bytes]:
    return {p: c for p, c in read_tree(out).items() if p.startswith("pagefind/")}


def kinds_of(out: Path) -> set[str]:
    return {Path(path).suffix or path for path in fragments(out)}


def test_two_lists_alike_have_the_same_index(tmp_path: Path) -> None:
    many = {
        f"content/papers/p{n}.md": paper(f"Paper {n}", f"Text {n} of {n % 7} things. " * 20)
        for n in range(120)
    }
    trees = []
    for name in ("one", "other"):
        site = make_site(tmp_path / name, many, **SETTINGS)
        build(site, tmp_path / f"{name}-out")
        trees.append(read_tree(tmp_path / f"{name}-out"))

    assert len(fragments(tmp_path / "one-out")) > 120
    assert trees[0] == trees[1]


def test_only_what_a_search_needs_is_taken_over(site: Path, tmp_path: Path) -> None:
    build(site, tmp_path / "out")

    assert kinds_of(tmp_path / "out") == {
        ".js", ".json", ".pagefind", ".pf_fragment", ".pf_index", ".pf_meta",
    }  # fmt: skip
    scripts = {path for path in fragments(tmp_path / "out") if path.endswith(".js")}
    assert scripts == {"pagefind/pagefind.js", "pagefind/pagefind-worker.js"}


def test_an_index_is_made_when_texts_change_and_only_then(site: Path, tmp_path: Path) -> None:
    first = build(site, tmp_path / "out")
    assert first.rendered.keys() >= fragments(tmp_path / "out").keys()
    assert not build(site, tmp_path / "out").rendered
    before = fragments(tmp_path / "out")

    (site / "content/papers/lambs.md").write_text(paper("Counting lambs", "Other notes.\n"))

    changed = build(site, tmp_path / "out").changed
    assert any(path.endswith(".pf_fragment") for path in changed)
    assert fragments(tmp_path / "out") != before
    (site / "templates").mkdir()
    (site / "templates/404.html").write_text("Nothing")
    assert not any(p.startswith("pagefind/") for p in build(site, tmp_path / "out").rendered)


def test_drafts_are_not_found(site: Path, tmp_path: Path) -> None:
    build(site, tmp_path / "drafts", drafts=True)
    build(site, tmp_path / "out")

    assert len(fragments(tmp_path / "drafts")) == len(fragments(tmp_path / "out")) + 1


def test_a_damaged_index_is_made_again(site: Path, tmp_path: Path) -> None:
    build(site, tmp_path / "out")
    expected = fragments(tmp_path / "out")
    for file in (site / ".carrel/search").rglob("*.pf_*"):
        file.write_bytes(b"\0" * file.stat().st_size)
    build(site, tmp_path / "again")
    assert fragments(tmp_path / "again") == expected

    for file in (site / ".carrel/search").rglob("files.json"):
        file.write_text("{")
    build(site, tmp_path / "anew")
    assert fragments(tmp_path / "anew") == expected


def test_old_indexes_and_what_a_killed_run_left_do_not_pile_up(site: Path, tmp_path: Path) -> None:
    left = site / ".carrel/search/part-999999999-0/site"
    left.mkdir(parents=True)
    for number in range(4):
        (site / "content/papers/lambs.md").write_text(paper("Lambs", f"Notes {number}.\n"))
        build(site, tmp_path / "out")

    found = sorted(path.name for path in (site / ".carrel/search").iterdir())
    assert len(found) == 3  # this one, the one before, and the name of this one
    assert found[-1] == "latest"


def test_a_list_without_texts_has_no_index(tmp_path: Path) -> None:
    build(make_site(tmp_path / "site", {}, **SETTINGS), tmp_path / "out")

    page = (tmp_path / "out/search/index.html").read_text("utf-8")
    assert re.findall('rel="canonical" href="([^"]*)"', page) == ["https://example.org/search/"]
    assert not fragments(tmp_path / "out")


def test_a_list_that_is_off_has_neither_index_nor_page(tmp_path: Path) -> None:
    build(make_site(tmp_path / "site", FILES), tmp_path / "out")

    assert not fragments(tmp_path / "out")
    assert not (tmp_path / "out/search").exists()
    assert "search-open" not in (tmp_path / "out/index.html").read_text("utf-8")


def test_checking_makes_no_index(site: Path) -> None:
    assert [p.message for p in check(site)] == ["no page leads to about/"]
    assert not (site / ".carrel").exists()


def test_without_the_indexer_the_site_is_built_and_says_what_to_install(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "PACKAGE", "a-package-that-nobody-has")

    report = build(site, tmp_path / "out")

    (warning,) = report.warnings
    assert warning.warning
    assert "needs an indexer that is not installed" in warning.message
    assert "pip install 'carrel[search]'" in warning.hint
    assert warning.where.path == "site_config.yaml"
    assert (
        '"search"' in (site / "site_config.yaml").read_text().splitlines()[warning.where.line - 1]
    )
    assert not fragments(tmp_path / "out")
    assert "search-open" not in (tmp_path / "out/index.html").read_text("utf-8")


def test_an_indexer_that_fails_is_a_problem_with_a_place(site: Path, tmp_path: Path) -> None:
    (site / ".carrel").mkdir()
    (site / ".carrel/search").write_text("no folder")

    with pytest.raises(SiteError) as caught:
        build(site, tmp_path / "out")

    (problem,) = caught.value.problems
    assert isinstance(problem, Problem)
    assert "the search index cannot be made" in problem.message
    assert problem.where.path == "site_config.yaml"
    assert not (tmp_path / "out").exists()


def test_the_server_shows_pages_before_it_makes_an_index(site: Path) -> None:
    with running("--site", site, "serve", "--port", "0") as command:
        server = Server(command)
        entry = "/pagefind/pagefind-entry.json"
        assert server.ask("/papers/lambs/")[0] == 200
        wait_for(lambda: server.ask(entry)[0] == 200)
        count = json.loads(server.ask(entry)[2])["languages"]["en"]["page_count"]
        assert count == 4  # drafts too
        first = server.ask(entry)[2]

        (site / "content/papers/more.md").write_text(paper("More", "More words."))

        wait_for(lambda: server.ask(entry)[2] != first)
        assert "Traceback" not in command.printed


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)

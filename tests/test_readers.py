"""Feed readers take our feeds from a server, below a folder of the host, as subscribers do."""

import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from carrel.pipeline import build
from conftest import make_site
from test_look import served

HOME = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a list of five papers, all of one topic, that is served under /repo/."""
    folder = tmp_path_factory.mktemp("readers")
    paper = "---\ntitle: Paper <{0}> & more\nadded: 2025-01-0{0}\ntopics: [t]\n---\n$x^2$ text.\n"
    papers = {f"content/papers/p{n}.md": paper.format(n) for n in range(1, 6)}
    files = papers | {"content/topics/t.md": "---\ntitle: T & Co\n---\n"}
    site = make_site(folder / "site", files, outputs={"term": ["atom", "json"]})
    (folder / "host").mkdir()
    with served(folder / "host") as address:
        build(site, folder / "host" / "repo", base_url=f"{address}repo/")
        yield f"{address}repo/"


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return str(answer.read().decode())


def run(command: list[str], folder: Path, given: str | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=HOME | {"HOME": str(folder)},
        input=given,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


@pytest.mark.needs_program("newsboat")
@pytest.mark.parametrize("path", ["feed.xml", "atom.xml", "topics/t/feed.xml", "topics/t/atom.xml"])
def test_newsboat_reads_the_feed(feeds: str, tmp_path: Path, path: str) -> None:
    (tmp_path / "config").write_text("")
    (tmp_path / "urls").write_text(f"{feeds}{path}\n")
    command = ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "config"]

    run([*command, "-x", "reload"], tmp_path)

    assert run([*command, "-x", "print-unread"], tmp_path).split()[:2] == ["5", "unread"]


@pytest.mark.needs_program("newsboat")
def test_newsboat_subscribes_to_all_feeds_at_once(feeds: str, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(read(f"{feeds}feeds.opml"))
    (tmp_path / "config").write_text("")

    run(["newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-i", "feeds.opml"], tmp_path)

    urls = (tmp_path / "urls").read_text()
    assert f"{feeds}feed.xml" in urls
    assert f"{feeds}topics/t/feed.xml" in urls


@pytest.mark.needs_program("sfeed")
@pytest.mark.parametrize("path", ["feed.xml", "atom.xml", "topics/t/feed.xml", "topics/t/atom.xml"])
def test_sfeed_reads_the_feed(feeds: str, tmp_path: Path, path: str) -> None:
    rows = [
        row.split("\t") for row in run(["sfeed"], tmp_path, read(f"{feeds}{path}")).splitlines()
    ]

    assert [row[1] for row in rows] == [f"Paper <{n}> & more" for n in (5, 4, 3, 2, 1)]
    assert [row[2] for row in rows] == [f"{feeds}papers/p{n}/" for n in (5, 4, 3, 2, 1)]
    times = [int(row[0]) for row in rows]
    assert times == sorted(times, reverse=True)
    assert all("<sup>2</sup>" in row[3] for row in rows)
    assert len({row[5] for row in rows}) == 5

"""Watching: whatever is saved, and however, is in the site a moment later."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import make_site
from payloads import paper
from test_serve import DEADLINE, Running, Server, running

FILES: dict[str, str | bytes] = {
    "content/papers/one.md": paper("First words", topics=["serving"]),
    "content/papers/two.md": paper("Second words"),
    "content/topics/serving.md": paper("Serving"),
}


def wait_until(holds: Callable[[], bool], command: Running) -> None:
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end, command.printed
        assert command.process.poll() is None, command.printed
        time.sleep(0.01)


class Watched:
    """A site that is being watched, and its built pages."""

    def __init__(self, site: Path, command: Running) -> None:
        self.site = site
        self.command = command
        self.papers = site / "content/papers"

    def page(self, path: str) -> str:
        """A page as it is now, or '' while there is none."""
        try:
            return (self.site / "_site" / path / "index.html").read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def wait_for(self, words: str, path: str = "papers") -> None:
        wait_until(lambda: words in self.page(path), self.command)

    def wait_without(self, words: str, path: str = "papers") -> None:
        wait_until(lambda: words not in self.page(path), self.command)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    site = make_site(tmp_path / "site", FILES, base_url="https://reader.example/")
    with running("--site", site, "build", "--watch") as command:
        found = Watched(site, command)
        command.wait_for("files,")
        # The first build is done before the watch begins: this one tells that it has begun.
        end = time.monotonic() + DEADLINE
        while "Watching now" not in found.page("papers"):
            assert time.monotonic() < end, command.printed
            (site / "content/papers/zero.md").write_text(paper("Watching now"))
            time.sleep(0.05)
        yield found
        assert "Traceback" not in command.printed
        assert command.process.poll() is None


def save_in_place(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def save_in_pieces(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for letter in text:
            file.write(letter)
            file.flush()


def save_by_renaming(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.tmp-4711")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def save_with_a_backup(path: Path, text: str) -> None:
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text(text, "utf-8")


def save_by_removing_first(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text, "utf-8")


def save_with_an_old_time(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, (1, 1))


SAVES = [
    save_in_place, save_in_pieces, save_by_renaming, save_with_a_backup, save_by_removing_first,
    save_with_an_old_time,
]  # fmt: skip


def test_every_way_of_saving_is_seen(watched: Watched) -> None:
    for save in SAVES:
        save(watched.papers / "one.md", paper(f"Saved: {save.__name__}"))

        watched.wait_for(f"Saved: {save.__name__}")
        watched.wait_for(f"Saved: {save.__name__}", "papers/one")


def test_new_and_removed_and_moved_files_are_seen(watched: Watched) -> None:
    (watched.papers / "three.md").write_text(paper("Third words", topics=["serving"]))
    watched.wait_for("Third words", "topics/serving")

    (watched.papers / "three.md").rename(watched.papers / "four.md")
    watched.wait_for("Third words", "papers/four")
    assert watched.page("papers/three") == ""

    (watched.papers / "four.md").unlink()
    watched.wait_without("Third words")
    assert watched.page("papers/four") == ""


def test_new_folders_and_other_sources_are_seen(watched: Watched) -> None:
    pages = watched.site / "content/pages"
    pages.mkdir()
    (pages / "about.md").write_text(paper("About words"))
    watched.wait_for("About words", "about")

    templates = watched.site / "templates"
    templates.mkdir()
    (templates / "page.html").write_text(
        "{% extends 'parent/page.html' %}{% block title %}Own{% endblock %}"
    )
    watched.wait_for("<title>Own", "about")

    config = watched.site / "site_config.yaml"
    config.write_text('{"title": "Another title", "base_url": "https://reader.example/"}')
    watched.wait_for("Another title")

    pages.rename(watched.site / "away")
    watched.wait_without("About words", "about")
    (watched.site / "away").rename(pages)
    watched.wait_for("About words", "about")


def test_folders_that_go_and_come_back_are_watched_again(watched: Watched) -> None:
    folders = [watched.site / name for name in ("content", "templates")]
    page = watched.site / "content/pages/about.md"
    own = watched.site / "templates/page.html"
    for path in (page, own):
        path.parent.mkdir()
    page.write_text(paper("About words"))
    own.write_text("{% extends 'parent/page.html' %}{% block title %}Own{% endblock %}")
    watched.wait_for("<title>Own", "about")

    for folder in folders:
        shutil.copytree(folder, watched.site / f"away-{folder.name}")
        shutil.rmtree(folder)
    watched.wait_without("About words", "about")
    for folder in folders:
        (watched.site / f"away-{folder.name}").rename(folder)
    watched.wait_for("<title>Own", "about")
    time.sleep(0.7)  # the builds that the move itself brings on are over

    page.write_text(paper("Other words"))
    watched.wait_for("Other words", "about")
    own.write_text("{% extends 'parent/page.html' %}{% block title %}New{% endblock %}")
    watched.wait_for("<title>New", "about")


def test_what_is_saved_while_the_watch_begins_is_seen(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES)
    with running("--site", site, "build", "--watch") as command:
        command.wait_for("files,")
        (site / "content/papers/one.md").write_text(paper("Saved early"))

        Watched(site, command).wait_for("Saved early")


def test_a_fault_is_shown_and_the_last_good_site_stays(watched: Watched) -> None:
    for fault, words in (
        (paper("x", topics=["nothing"]), "unknown topic 'nothing'"),
        ("---\ntitle: [\n---\n", "not valid YAML"),
        (b"\xff\xfe", "not UTF-8"),
        (paper("x", "![x](https://elsewhere.example/x.png)"), "picture from another host"),
    ):
        printed = len(watched.command.printed)
        content = fault if isinstance(fault, bytes) else fault.encode()
        (watched.papers / "one.md").write_bytes(content)
        watched.command.wait_for(f"content/papers/one.md:.*{words}", printed)
        watched.command.wait_for("the last good site stays", printed)
        assert "Second words" in watched.page("papers")
        assert "First words" in watched.page("papers/one")

        (watched.papers / "one.md").write_text(paper("First words"))
        watched.command.wait_for("files,", printed)
        watched.wait_for("First words", "papers/one")


def test_a_storm_ends_with_the_last_state(watched: Watched) -> None:
    for number in range(300):
        (watched.papers / f"storm-{number % 30}.md").write_text(paper(f"Storm {number}."))
    for number in range(15):
        (watched.papers / f"storm-{number}.md").unlink()

    watched.wait_for("Storm 299.")
    watched.wait_without("Storm 270.")
    shown = watched.page("papers")
    assert [f"Storm {n}." for n in range(300) if f"Storm {n}." in shown] == [
        f"Storm {n}." for n in range(285, 300)
    ]


def test_building_does_not_bring_on_a_build(watched: Watched) -> None:
    (watched.papers / "one.md").write_text(paper("Quiet words"))
    watched.wait_for("Quiet words", "papers/one")
    time.sleep(0.3)  # what the build itself did has been told by now
    printed = watched.command.printed

    for path in (*watched.papers.iterdir(), *(watched.site / "_site").rglob("*.html")):
        path.read_bytes()
    (watched.site / "_site/papers/one/index.html").touch()
    time.sleep(0.6)

    assert watched.command.printed == printed


def test_interrupting_the_watch_ends_it_quietly(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES)
    with running("--site", site, "build", "--watch") as command:
        command.wait_for("files,")

        assert command.interrupt() in (0, 130)
        assert "Traceback" not in command.printed
        assert (site / "_site/index.html").is_file()
    assert not list(site.rglob(".carrel-stage*"))


def test_a_watch_may_begin_with_a_fault(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", {"content/papers/one.md": "no entry"})
    with running("--site", site, "build", "--watch") as command:
        watched = Watched(site, command)
        command.wait_for("content/papers/one.md:1:1: error: there is no front matter")
        end = time.monotonic() + DEADLINE
        while "Mended words" not in watched.page("papers"):
            assert time.monotonic() < end, command.printed
            (site / "content/papers/one.md").write_text(paper("Mended words"))
            time.sleep(0.05)


def test_the_server_shows_what_was_saved(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES)
    one = site / "content/papers/one.md"
    with running("--site", site, "serve", "--port", "0") as command:
        server = Server(command)
        end = time.monotonic() + DEADLINE
        while "Saved words" not in server.ask("/papers/one/")[2]:
            assert time.monotonic() < end, command.printed
            one.write_text(paper("Saved words", draft=True))
            time.sleep(0.05)
        printed = len(command.printed)

        one.write_text("---\ntitel: x\n---\n")
        command.wait_for("did you mean 'title'", printed)
        assert "Saved words" in server.ask("/papers/one/")[2]

        save_by_renaming(one, paper("Mended words"))
        wait_until(lambda: "Mended words" in server.ask("/papers/one/")[2], command)
        assert "Mended words" in server.ask("/")[2]
        assert not (site / "_site").exists()

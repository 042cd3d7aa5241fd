"""Watching: whatever is saved, and however, is in the site a moment later."""

import contextlib
import errno
import logging
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Set
from pathlib import Path
from typing import Any, NoReturn

import pytest
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from carrel import watch
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

    def wait_until_gone(self, path: str) -> None:
        wait_until(lambda: self.page(path) == "", self.command)


@contextlib.contextmanager
def watching(site: Path, *options: str) -> Iterator[Watched]:
    """Watch *site* until the block ends; what happens in it is seen."""
    make_site(site, FILES, base_url="https://reader.example/")
    with running("--site", site, "build", "--watch", *options) as command:
        found = Watched(site, command)
        command.wait_for("files,")
        yield found
        assert "Traceback" not in command.printed
        assert command.process.poll() is None


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with watching(tmp_path / "site") as found:
        yield found


@pytest.fixture(params=[(), ("--poll",)], ids=["told", "polled"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    """A site that is watched in either of the two ways."""
    with watching(tmp_path / "site", *request.param) as found:
        yield found


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


def test_every_way_of_saving_is_seen(either: Watched) -> None:
    watched = either
    for save in SAVES:
        save(watched.papers / "one.md", paper(f"Saved: {save.__name__}"))

        watched.wait_for(f"Saved: {save.__name__}")
        watched.wait_for(f"Saved: {save.__name__}", "papers/one")


def test_new_and_removed_and_moved_files_are_seen(watched: Watched) -> None:
    (watched.papers / "three.md").write_text(paper("Third words", topics=["serving"]))
    watched.wait_for("Third words", "topics/serving")

    (watched.papers / "three.md").rename(watched.papers / "four.md")
    watched.wait_for("Third words", "papers/four")
    watched.wait_until_gone("papers/three")

    (watched.papers / "four.md").unlink()
    watched.wait_without("Third words")
    watched.wait_until_gone("papers/four")


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


def test_a_thousand_files_at_once_are_seen(either: Watched) -> None:
    elsewhere = either.site / "elsewhere"
    shutil.copytree(either.papers, elsewhere)
    for number in range(1000):
        (elsewhere / f"many-{number}.md").write_text(paper(f"Many {number}.", draft=number < 999))
    either.papers.rename(either.site / "away")
    elsewhere.rename(either.papers)

    either.wait_for("Many 999.")
    either.wait_for("First words")
    shutil.rmtree(either.papers)
    (either.site / "away").rename(either.papers)
    either.wait_without("Many 999.")
    either.wait_for("First words")
    (either.papers / "one.md").write_text(paper("Other words"))
    either.wait_for("Other words")


def test_folders_may_be_renamed_and_go_on_being_watched(either: Watched) -> None:
    static = either.site / "content/static"
    built = either.site / "_site"
    (static / "a/b/c").mkdir(parents=True)
    (static / "a/b/c/deep.txt").write_text("deep")
    wait_until((built / "a/b/c/deep.txt").is_file, either.command)

    (static / "a").rename(static / "z")
    wait_until((built / "z/b/c/deep.txt").is_file, either.command)
    wait_until(lambda: not (built / "a").exists(), either.command)  # what is new comes first
    time.sleep(0.7)
    (static / "z/b/c/later.txt").write_text("later")
    wait_until((built / "z/b/c/later.txt").is_file, either.command)
    shutil.rmtree(static / "z/b")
    wait_until(lambda: not (built / "z/b").exists(), either.command)


def test_a_theme_and_settings_are_followed(watched: Watched) -> None:
    theme = watched.site / "themes/own"
    (theme / "static").mkdir(parents=True)
    (theme / "theme.yaml").write_text("title: Own\nextends: reading-room\n")
    (theme / "static/own.css").write_text("a {}")
    config = watched.site / "site_config.yaml"
    config.write_text('{"title": "A list", "base_url": "https://reader.example/", "theme": "own"}')
    style = watched.site / "_site/assets/own.css"
    wait_until(style.is_file, watched.command)
    (theme / "static/own.css").write_text("b {}")
    wait_until(lambda: style.read_text() == "b {}", watched.command)

    save_by_renaming(config, '{"title": "Renamed", "base_url": "https://reader.example/"}')
    watched.wait_for("Renamed")
    wait_until(lambda: not style.exists(), watched.command)


def test_links_in_a_circle_end_nothing(either: Watched) -> None:
    printed = len(either.command.printed)
    (either.papers / "circle").symlink_to(either.papers)
    (either.site / "content/up").symlink_to(either.site)
    (either.site / "templates").mkdir()
    (either.site / "templates/self").symlink_to("self")
    either.command.wait_for("error|files,", printed)
    for link in ("content/papers/circle", "content/up", "templates/self"):
        (either.site / link).unlink()

    (either.papers / "one.md").write_text(paper("Other words"))
    either.wait_for("Other words")


def test_what_the_system_lost_is_found(watched: Watched) -> None:
    static = watched.site / "content/static"
    static.mkdir()
    pair = [static / "a.txt", static / "b.txt"]
    for path in pair:
        path.write_text("")
    wait_until((watched.site / "_site/b.txt").is_file, watched.command)
    watched.command.process.send_signal(signal.SIGSTOP)
    # More than Linux keeps; the same event twice in a row would count once.
    with pair[0].open("ab", 0) as one, pair[1].open("ab", 0) as other:
        for _ in range(12_000):
            one.write(b".")
            other.write(b".")
    (static / "late").mkdir()
    (static / "late/first.txt").write_text("")
    watched.command.process.send_signal(signal.SIGCONT)

    wait_until((watched.site / "_site/late/first.txt").is_file, watched.command)
    time.sleep(0.5)
    (static / "late/second.txt").write_text("")
    wait_until((watched.site / "_site/late/second.txt").is_file, watched.command)
    assert "overflow" not in watched.command.printed


def test_all_is_watched_anew_when_something_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Watchdog says it in its log only, or not at all: then many events are the sign."""
    site = make_site(tmp_path / "site", FILES)
    begun: list[object] = []
    schedule = BaseObserver.schedule

    def count(observer: Any, *arguments: Any, **options: Any) -> object:
        begun.append(observer)
        return schedule(observer, *arguments, **options)

    monkeypatch.setattr(BaseObserver, "schedule", count)
    monkeypatch.setattr(watch, "STORM", 5)
    builds: list[int] = []
    stop = threading.Event()
    arguments = (site, lambda _touched: builds.append(len(set(begun))), stop)
    thread = threading.Thread(target=watch.watch, args=arguments)
    thread.start()
    end = time.monotonic() + DEADLINE

    def wait_for_observers(number: int) -> None:
        while number not in builds:
            assert time.monotonic() < end, builds
            time.sleep(0.01)

    try:
        wait_for_observers(1)
        logging.getLogger("watchdog.observers").warning("Inotify queue overflowed")
        wait_for_observers(2)
        for number in range(10):
            save_in_place(site / "content/papers/one.md", paper(str(number)))
            time.sleep(0.01)
        wait_for_observers(3)
    finally:
        stop.set()
        thread.join(timeout=DEADLINE)


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EMFILE])
def test_without_room_for_watches_changes_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    def schedule(*_: object, **__: object) -> NoReturn:
        raise OSError(reason, "inotify watch limit reached")

    monkeypatch.setattr(Observer, "schedule", schedule)
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.05)
    site = make_site(tmp_path / "site", FILES)
    said: list[str] = []
    builds: list[str] = []
    stop = threading.Event()

    def rebuild(_touched: Set[str] | None) -> None:
        builds.append((site / "content/papers/one.md").read_text())
        if len(builds) == 1:
            (site / "content/papers/one.md").write_text("saved")
        if builds[-1] == "saved":
            stop.set()

    timer = threading.Timer(DEADLINE, stop.set)
    timer.start()
    watch.watch(site, rebuild, stop, say=said.append)
    timer.cancel()

    assert said == ["inotify watch limit reached: looking for changes every 0.05 s instead"]
    assert builds[-1] == "saved"


@pytest.mark.needs_program("unshare")
def test_a_limit_deep_inside_is_noticed(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES)
    limit = "echo 4 > /proc/sys/user/max_inotify_watches"
    allowed = subprocess.run(["unshare", "-Ur", "sh", "-c", limit], check=False)
    if allowed.returncode:
        pytest.skip("this system lets nobody set a limit of their own")
    inside = f'{limit}; exec "$0" "$@"'
    with running(
        "--site", site, "build", "--watch", under=("unshare", "-Ur", "sh", "-c", inside)
    ) as command:
        watched = Watched(site, command)
        command.wait_for("files,")
        assert "limit" not in command.printed
        pages = site / "content/pages"
        pages.mkdir()
        command.wait_for("watch limit reached: looking for changes every 0.5 s instead")
        (pages / "about.md").write_text(paper("About words"))
        watched.wait_for("About words", "about")
        (pages / "about.md").write_text(paper("Other words"))
        watched.wait_for("Other words", "about")


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

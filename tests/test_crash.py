"""A build that ends too early: the site is whole, and the next build makes good what was left."""

import contextlib
import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from carrel import commit, staging
from carrel.pipeline import build
from carrel.problems import SiteError
from conftest import PLAIN, ROOT, make_site, read_tree, write_tree
from payloads import paper

if sys.platform == "win32":
    pytest.skip("Windows has neither these signals nor these locks", allow_module_level=True)

#: How long the loops may take; CARREL_LONG_TESTS=300 goes on for five minutes each.
SECONDS = float(os.environ.get("CARREL_LONG_TESTS", "2"))
FILES: dict[str, str | bytes] = {
    **PLAIN,
    **{f"content/papers/of-{n}.md": paper(f"Of {n}", added=f"2024-01-0{n}") for n in range(1, 5)},
    "content/papers/one.md": paper("One", "Notes.", topics=["serving"]),
    "content/topics/serving.md": paper("Serving"),
    "content/static/kind": "a file",
}
Tree = dict[str, bytes]

#: Builds one state of the site after the other, until somebody kills it. A source changes whole.
LOOP = """
import itertools, pathlib, sys
from carrel.pipeline import build
root, texts = pathlib.Path(sys.argv[1]), sys.argv[2:]
print("ready", flush=True)
for text in itertools.cycle(texts):
    name, _, content = text.partition("=")
    (root / "next").write_text(content)
    (root / "next").replace(root / name)
    build(root)
"""


def title(words: str) -> str:
    settings = {"title": words, "base_url": "https://example.org/", "theme": "plain"}
    return msgspec.json.encode(settings).decode()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A built site in a folder of its own, so that nothing beside it is overlooked."""
    root = make_site(tmp_path / "site", FILES | {"site_config.yaml": title("A list")})
    build(root)
    return root


def clean_tree(root: Path) -> Tree:
    """What a build into a folder that does not exist yet makes, and without a memo."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "site"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("_site", ".carrel*", "next"))
        build(copy)
        return read_tree(copy / "_site")


def without_git(tree: Tree) -> Tree:
    return {path: text for path, text in tree.items() if not path.startswith(".git")}


def check_next_build(root: Path, expected: Tree | None = None) -> None:
    """The next build makes what a clean one makes, the one after it nothing; all is tidy."""
    build(root)
    assert without_git(read_tree(root / "_site")) == (expected or clean_tree(root))
    again = build(root)
    assert (again.rendered, again.changed, again.removed) == ({}, set(), set())
    assert not (root / "_site" / commit.JOURNAL).exists()
    assert list(root.glob(".carrel-stage*")) == []


# kill -9


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Run *code* in a process of its own, up to the word that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.mark.parametrize("way", ["folders", "folders renamed", "journal"])
def test_a_build_killed_at_any_moment_leaves_a_whole_site(site: Path, way: str) -> None:
    chance = random.Random(way)
    if way == "journal":
        name = "content/papers/one.md"
        texts = [paper("One", "Notes.", topics=["serving"]), paper("One", "Other.")]
    else:
        name, texts = "site_config.yaml", [title("A list"), title("Another list")]
    code = LOOP
    if way == "folders renamed":
        code = f"from carrel import staging\nstaging._exchange = lambda *_: False\n{LOOP}"
    whole = []
    for text in texts:
        write_tree(site, {name: text})
        whole.append(clean_tree(site))
    build(site)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        process = start(code, site, *(f"{name}={text}" for text in texts))
        time.sleep(chance.uniform(0, 0.5))
        kill(process)
        if (site / "_site" / commit.JOURNAL).exists():
            for path in whole[0].keys() & whole[1].keys():  # no file is torn or absent
                assert (site / "_site" / path).read_bytes() in [tree[path] for tree in whole]
        elif way == "folders" or (site / "_site").exists():
            assert read_tree(site / "_site") in whole
        check_next_build(site)


def test_a_lock_of_a_dead_build_holds_nobody_up(tmp_path: Path) -> None:
    files = {f"content/papers/of-{n}.md": paper(f"Of {n}") for n in range(260)}
    site = make_site(tmp_path / "site", FILES | files | {"site_config.yaml": title("A list")})
    slow = """
import os, pathlib, sys, time
from carrel import pipeline, workers
write, parent = workers.write_staged, os.getpid()
def wait(*rest):
    if os.getpid() != parent:
        time.sleep(300)
    return write(*rest)
workers.write_staged = wait
print("ready", flush=True)
pipeline.build(pathlib.Path(sys.argv[1]), jobs=2)
"""
    process = start(slow, site)
    while not list(site.glob(".carrel-stage*/new/404.html")):
        time.sleep(0.01)
    time.sleep(0.2)
    process.kill()  # its workers hold the lock, too, until they see that it is gone
    started = time.monotonic()
    build(site)
    assert time.monotonic() - started < 10
    process.communicate()
    check_next_build(site)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_build_that_is_told_to_end_leaves_the_last_site(site: Path, number: int) -> None:
    slow = """
import pathlib, sys, time
from carrel import commit, workers
from carrel.cli import main
def wait(*_):
    print("ready", flush=True)
    time.sleep(60)
workers.write_staged = wait
sys.exit(main(["--site", sys.argv[1], "build"]))
"""
    before = read_tree(site / "_site")
    write_tree(site, {"site_config.yaml": title("Another list")})
    process = subprocess.Popen(
        [sys.executable, "-c", slow, site],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    _, said = process.communicate(timeout=20)

    assert process.returncode != 0
    assert "Traceback" not in said
    assert read_tree(site / "_site") == before
    check_next_build(site)


# A journal


def move_paper(root: Path) -> None:
    (root / "content/papers/of-3.md").rename(root / "content/papers/new.md")


EDITS: dict[str, Callable[[Path], object]] = {
    "notes": lambda root: write_tree(root, {"content/papers/one.md": paper("One", "Other.")}),
    "gone": lambda root: (root / "content/papers/of-3.md").unlink(),
    "moved": move_paper,
}


class Stopped(Exception):
    """What ends a build at a step of its journal."""


def stop_after(steps: int, patch: pytest.MonkeyPatch) -> None:
    """Let a build end after some renames and removals, but for its staging."""
    left = [steps]

    def counted(name: str) -> Callable[..., object]:
        original = getattr(Path, name)

        def step(self: Path, *arguments: object, **options: object) -> object:
            if (
                staging.JOURNAL in self.name
                or (self.parent / staging.JOURNAL).exists()
                or (".carrel-stage" in str(self))
            ):
                if left[0] == 0:
                    raise Stopped
                left[0] -= 1
            return original(self, *arguments, **options)

        return step

    for name in ("replace", "unlink", "rmdir"):
        patch.setattr(Path, name, counted(name))


@pytest.mark.parametrize(
    ("edit", "fault_between"), [*((edit, False) for edit in EDITS), ("moved", True)]
)
def test_a_journal_is_finished_from_every_step(
    site: Path, edit: str, fault_between: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "_swaps_kinds", lambda *_: False)
    (site / "_site/.git").mkdir()  # with it every change goes by journal
    kept = site.parent / "kept"
    shutil.copytree(site, kept)
    EDITS[edit](site)
    expected = clean_tree(site)
    for steps in range(100):
        shutil.rmtree(site)
        shutil.copytree(kept, site)
        EDITS[edit](site)
        with monkeypatch.context() as patch:
            stop_after(steps, patch)
            try:
                build(site)
            except Stopped:
                stopped = True
            else:
                stopped = False
        if not stopped:
            break
        for path in ("index.html", "papers/one/index.html"):
            assert (site / "_site" / path).read_bytes().endswith(b"\n")
        if fault_between and (site / "_site" / commit.JOURNAL).exists():
            # A build that finds a fault finishes the journal all the same, and no more.
            write_tree(site, {"templates/404.html": "{{ nothing }}"})
            with pytest.raises(SiteError):
                build(site)
            assert without_git(read_tree(site / "_site")) == expected
            (site / "templates/404.html").unlink()
        check_next_build(site, expected)
    assert steps > 5


@pytest.mark.parametrize("edit", ["moved"])
@pytest.mark.parametrize("damage", ["staging gone", "journal damaged"])
def test_a_journal_that_cannot_be_finished_is_made_good(
    site: Path, edit: str, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "_site/.git").mkdir()
    kept = site.parent / "kept"
    shutil.copytree(site, kept)
    EDITS[edit](site)
    expected = clean_tree(site)
    for steps in range(1, 100):
        shutil.rmtree(site)
        shutil.copytree(kept, site)
        EDITS[edit](site)
        with monkeypatch.context() as patch:
            stop_after(steps, patch)
            try:
                build(site)
            except Stopped:
                pass
            else:
                break
        if damage == "staging gone":
            for stage in site.glob(".carrel-stage*"):
                shutil.rmtree(stage)
        elif (site / "_site" / commit.JOURNAL).exists():
            if steps > 1:
                break  # from here on only the journal knows which new files are ours
            (site / "_site" / commit.JOURNAL).write_bytes(b'{"stage": "\xff')
        if not (site / "_site" / commit.JOURNAL).exists():
            continue
        assert "index.html" in build(site).rendered
        check_next_build(site, expected)


@pytest.mark.parametrize(
    "path", ["../secret", "/{}/secret", "link/secret", "a/../../secret", ".git/config"]
)
def test_a_journal_from_elsewhere_reaches_nothing_outside(site: Path, path: str) -> None:
    outside = site / "outside"
    write_tree(outside, {"secret": "mine"})
    write_tree(site, {"secret": "mine", "_site/.git/config": "mine"})
    stage = site / ".carrel-stage-_site-999999999-00000000"
    write_tree(stage, {"new/x": "theirs"})
    path = path.format(str(outside).lstrip("/"))
    (site / "_site/link").symlink_to(outside)
    for moves, removals in (([path], []), ([], [path])):
        journal = {"stage": stage.name, "moves": moves, "removals": removals}
        (site / "_site" / commit.JOURNAL).write_bytes(msgspec.json.encode(journal))
        with contextlib.suppress(SiteError):  # the link is a stranger's
            build(site)
        for file in (outside / "secret", site / "secret", site / "_site/.git/config"):
            assert file.read_text() == "mine"
    (site / "_site/link").unlink()
    shutil.rmtree(outside)
    check_next_build(site)


def test_folders_that_died_between_two_renames_come_back(site: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    stage = site / f".carrel-stage-_site-{ended.pid}-00000000"
    stage.mkdir()
    before = read_tree(site / "_site")
    (site / "_site").rename(stage / "old")
    write_tree(site, {"templates/404.html": "{{ nothing }}"})

    with pytest.raises(SiteError):
        build(site)

    assert read_tree(site / "_site") == before
    (site / "templates/404.html").unlink()
    check_next_build(site)


def test_ctrl_c_between_two_renames_brings_the_site_back(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise KeyboardInterrupt
        return rename(self, target)

    before = read_tree(site / "_site")
    write_tree(site, {"site_config.yaml": title("Another list")})
    with monkeypatch.context() as patch:
        patch.setattr(staging, "_exchange", lambda *_: False)
        patch.setattr(Path, "rename", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build(site)
    assert read_tree(site / "_site") == before
    check_next_build(site)


# What lies in the output


@pytest.mark.parametrize("kind", ["folder", "file of a worktree"])
def test_git_in_the_output_is_left_alone(site: Path, kind: str) -> None:
    out = site / "_site"
    if kind == "folder":
        write_tree(out, {".git/config": "mine", ".git/objects/aa/bb": "mine"})
    else:
        write_tree(out, {".git": "gitdir: elsewhere"})
    mine = {p: c for p, c in read_tree(out).items() if p.startswith(".git")}
    inode = (out / ".git").stat().st_ino
    changes: list[dict[str, str]] = [
        {"content/papers/one.md": paper("One", "Other.")},
        {"site_config.yaml": title("Another list")},
        {"content/papers/new.md": paper("New")},
    ]
    for change in changes:
        write_tree(site, change)
        check_next_build(site)
    swap_kinds(site)
    check_next_build(site)
    swap_kinds(site)
    check_next_build(site)
    (out / "kind").unlink()
    (out / "kind/empty/folders").mkdir(parents=True)
    check_next_build(site)

    assert {p: c for p, c in read_tree(out).items() if p.startswith(".git")} == mine
    assert (out / ".git").stat().st_ino == inode


def swap_kinds(site: Path) -> None:
    kind = site / "content/static/kind"
    if kind.is_file():
        kind.unlink()
        write_tree(kind, {"deep/file": "in a folder"})
    else:
        shutil.rmtree(kind)
        kind.write_text("a file")


def test_a_file_becomes_a_folder_and_back(site: Path) -> None:
    for _ in range(3):
        swap_kinds(site)
        check_next_build(site)


def test_a_folder_that_cannot_be_moved_is_changed_file_by_file(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mounted(*_: object) -> bool:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    monkeypatch.setattr(staging, "_exchange", mounted)
    inode = (site / "_site").stat().st_ino
    write_tree(site, {"site_config.yaml": title("Another list")})
    swap_kinds(site)

    assert (len(build(site).changed) > 10, (site / "_site").stat().st_ino) == (True, inode)
    check_next_build(site)


def test_a_strangers_file_is_refused_after_a_crash_too(site: Path) -> None:
    write_tree(site / "_site", {"papers/mine.html": "mine", commit.JOURNAL: "{"})

    with pytest.raises(SiteError) as caught:
        build(site)

    assert [p.where.path for p in caught.value.problems] == [f"{site}/_site/papers/mine.html"]
    (site / "_site/papers/mine.html").unlink()
    check_next_build(site)


def test_the_folder_that_one_stands_in_is_refused(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site.parent / "here").mkdir()
    monkeypatch.chdir(site.parent / "here")
    for place in (".", ".."):
        with pytest.raises(SiteError):
            build(site, Path(place))
    assert list((site.parent / "here").iterdir()) == []


# What the system refuses


@contextlib.contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let no file grow beyond *size* bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 10, 700, 3000])
def test_a_full_disk_leaves_the_last_site(site: Path, size: int) -> None:
    before = read_tree(site / "_site")
    write_tree(site, {"site_config.yaml": title("Another list")})

    with files_up_to(size), pytest.raises(OSError, match="File too large"):
        build(site)

    assert read_tree(site / "_site") == before
    assert list(site.glob(".carrel-stage*")) == []
    check_next_build(site)


@pytest.mark.parametrize("place", ["beside", "inside"])
def test_an_output_that_may_not_be_written_stays(place: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = make_site(Path(folder) / "site", FILES | {"site_config.yaml": title("A list")})
        build(root)
        write_tree(root, {"content/papers/one.md": paper("One", "Other.")})
        before = read_tree(root / "_site")
        is_root = os.geteuid() == 0
        for path in [Path(folder), root, *root.rglob("*")] if is_root else []:
            os.chown(path, 65534, 65534)
        closed = root if place == "beside" else root / "_site"
        closed.chmod(0o555)
        if is_root:
            os.seteuid(65534)
        try:
            with pytest.raises(PermissionError):
                build(root)
        finally:
            if is_root:
                os.seteuid(0)
            closed.chmod(0o755)
        assert read_tree(root / "_site") == before
        assert list(root.glob(".carrel-stage*")) == []
        check_next_build(root)


# Several at once


def test_builds_at_once_all_succeed(site: Path) -> None:
    command = [sys.executable, str(ROOT / "build.py"), "--site", str(site), "build", "--quiet"]
    for change in ("Another list", "A third list"):
        write_tree(site, {"site_config.yaml": title(change)})
        together = [
            subprocess.Popen([*command, *clean], stderr=subprocess.PIPE, text=True)
            for clean in ([], ["--clean"], [])
        ]
        said = [process.communicate(timeout=60)[1] for process in together]
        assert ([process.returncode for process in together], said) == ([0] * 3, [""] * 3)
        assert read_tree(site / "_site") == clean_tree(site)
    check_next_build(site)


def test_a_reader_never_finds_the_site_absent(site: Path) -> None:
    stop = threading.Event()
    looks, faults = [0], []

    def look() -> None:
        while not stop.is_set():
            try:
                page = (site / "_site/index.html").read_bytes()
                linked = (site / "_site/papers/one/index.html").read_bytes()
                if not (page.startswith(b"<!doctype") and linked.endswith(b"\n")):
                    faults.append("torn")
            except OSError as error:
                faults.append(str(error))
            looks[0] += 1

    reader = threading.Thread(target=look)
    reader.start()
    try:
        end = time.monotonic() + min(SECONDS, 2)
        number = 0
        while time.monotonic() < end:
            number += 1
            write_tree(site, {"content/papers/one.md": paper("One", f"Notes {number}.")})
            build(site)
            write_tree(site, {"site_config.yaml": title(f"List {number}")})
            build(site)
    finally:
        stop.set()
        reader.join()

    assert (faults, looks[0] > 100, number > 1) == ([], True, True)

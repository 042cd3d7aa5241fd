"""Files: what Carrel may replace, what it refuses to open, and what stays as it was."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from carrel import commit, disk, pipeline, staging, workers
from carrel.problems import SiteError
from conftest import ROOT, make_site, read_tree
from payloads import PIXEL, paper

FILES: dict[str, str | bytes] = {
    "content/papers/one.md": paper("One", "Notes.", topics=["serving"], added="2024-01-01"),
    "content/papers/two.md": paper("Two", added="2024-01-02"),
    "content/topics/serving.md": paper("Serving"),
    "content/static/pictures/plot.png": PIXEL,
}
BASE_URL = "https://example.org/"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site", FILES, base_url=BASE_URL)


@pytest.fixture
def built(site: Path) -> Path:
    pipeline.build(site)
    return site


def run(*arguments: str | Path, **options: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own; a file that never ends must not hang the tests."""
    return subprocess.run(
        [sys.executable, ROOT / "build.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | options,
    )


def refusal(call: Callable[[], object]) -> str:
    """What a call says that has to fail: path and message of every problem."""
    with pytest.raises(SiteError) as caught:
        call()
    return "\n".join(f"{p.where.path}: {p.message} ({p.hint})" for p in caught.value.problems)


def everything(root: Path) -> dict[str, tuple[object, ...]]:
    """All that is below *root*, with what would tell of a write."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else None
        found[path.relative_to(root).as_posix()] = (status.st_mtime_ns, status.st_ino, content)
    return found


def left_over(root: Path) -> list[str]:
    return [path.name for path in root.rglob(".carrel-stage*")]


def test_a_build_reports_what_changed(built: Path) -> None:
    again = pipeline.build(built)
    (built / "content/papers/two.md").unlink()
    less = pipeline.build(built)

    assert (again.changed, again.removed) == (frozenset(), frozenset())
    assert "papers/index.html" in less.changed
    assert less.removed == {"papers/two/index.html"}
    assert not (built / "_site/papers/two").exists()
    assert left_over(built) == []


def test_a_folder_that_is_not_ours_is_refused(site: Path) -> None:
    foreign = {"keep.txt": "mine", ".hidden": "too", "sub/keep.txt": "mine"}
    for path, text in foreign.items():
        out = site.parent / f"foreign-{path.replace('/', '-')}"
        (out / path).parent.mkdir(parents=True)
        (out / path).write_text(text)

        said = refusal(lambda out=out: pipeline.build(site, out))  # type: ignore[misc]  # bound now

        assert str(out) in said
        assert "not made by Carrel" in said
        assert read_tree(out) == {path: text.encode()}
    assert left_over(site.parent) == []


@pytest.mark.parametrize("mark", [b"", b"{}", b"[]", b'{"format":1}', b"\xff", b"[" * 100_000])
def test_a_mark_that_is_none_protects_the_folder(site: Path, mark: bytes) -> None:
    out = site.parent / "out"
    out.mkdir()
    (out / commit.MANIFEST).write_bytes(mark)
    (out / "keep.txt").write_text("mine")

    assert "not made by Carrel" in refusal(lambda: pipeline.build(site, out))
    assert (out / "keep.txt").read_text() == "mine"


def test_an_empty_folder_may_be_built_into(site: Path) -> None:
    (site / "_site").mkdir()

    assert pipeline.build(site).outputs > 5


def test_a_strangers_file_in_the_output_is_refused_by_name(built: Path) -> None:
    out = built / "_site"
    (out / "CNAME").write_text("example.org")
    (out / "papers" / "extra.html").write_text("mine")
    (out / "papers" / "link.html").symlink_to(built / "site_config.yaml")
    (out / "linked").symlink_to(built / "content")
    before = everything(out)

    said = refusal(lambda: pipeline.build(built))

    for name in ("CNAME", "papers/extra.html", "papers/link.html", "linked"):
        assert f"_site/{name}: Carrel did not make this file" in said
    assert "content/static/" in said
    assert everything(out) == before
    assert left_over(built) == []


@pytest.mark.parametrize(
    "place",
    [".", "..", "content", "content/papers", "content/static/site", "themes", "templates/x"],
)
def test_the_output_may_not_touch_the_sources(site: Path, place: str) -> None:
    (site / "themes").mkdir()
    before = everything(site.parent)

    assert "sources" in refusal(lambda: pipeline.build(site, site / place))

    make_site(site, {}, base_url=BASE_URL, output_dir=place)
    changed = everything(site.parent)
    assert "sources" in refusal(lambda: pipeline.build(site))
    assert everything(site.parent) == changed
    assert before.keys() == changed.keys()


def test_the_output_may_not_be_a_link_or_a_file(site: Path) -> None:
    target = site.parent / "target"
    target.mkdir()
    (site / "_site").symlink_to(target)
    assert "link" in refusal(lambda: pipeline.build(site))
    assert list(target.iterdir()) == []

    (site / "_site").unlink()
    (site / "_site").symlink_to(site.parent / "nowhere")
    assert "link" in refusal(lambda: pipeline.build(site))

    (site / "_site").unlink()
    (site / "_site").write_text("mine")
    assert "file" in refusal(lambda: pipeline.build(site))
    assert (site / "_site").read_text() == "mine"


def test_a_link_to_the_content_is_no_way_around(site: Path) -> None:
    (site.parent / "way").symlink_to(site)

    assert "sources" in refusal(lambda: pipeline.build(site, site.parent / "way/content/out"))


FAULTS: dict[str, Mapping[str, str]] = {
    "content": {"content/papers/one.md": paper("One", topics=["unknown"])},
    "yaml": {"content/papers/one.md": "---\ntitle: [\n---\n"},
    "settings": {"site_config.yaml": "titel: x"},
    "theme that is none": {"site_config.yaml": '{"title": "x", "theme": "none"}'},
    "template that is none": {"templates/paper.html": "{% if %}"},
    "value that is none": {"templates/paper.html": "{{ papr.title }}"},
    "Markdown": {"content/papers/one.md": paper("One", "![x](https://elsewhere.example/x.png)")},
    "nesting": {"content/papers/one.md": paper("One", ">" * 60 + "x")},
    "address claimed twice": {"content/papers/one.md": paper("One", slug="two")},
    "text that is none": {"templates/404.html": "{{ text('no_such_text') }}"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_everything_as_it_was(built: Path, fault: str) -> None:
    for path, text in FAULTS[fault].items():
        (built / path).parent.mkdir(exist_ok=True)
        (built / path).write_text(text)
    before = everything(built)

    refusal(lambda: pipeline.build(built))

    assert everything(built) == before


def test_a_build_never_writes_into_the_sources(built: Path) -> None:
    before = {top: everything(built / top) for top in ("content",)}
    (built / "content/papers/two.md").write_text(paper("Changed"))
    before["content"] = everything(built / "content")

    pipeline.build(built)

    assert everything(built / "content") == before["content"]


def test_what_a_dead_build_left_is_removed(site: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = site / f".carrel-stage-_site-{ended.pid}-00000000"
    others = site / f".carrel-stage-other-{ended.pid}-00000000"
    alive = site / f".carrel-stage-_site-{os.getppid()}-00000000"
    for folder in (dead, others, alive):
        (folder / "new").mkdir(parents=True)
        (folder / "new/index.html").write_text("half")

    pipeline.build(site)

    assert sorted(left_over(site)) == sorted([alive.name, others.name])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_a_write_that_fails_leaves_the_last_site(built: Path) -> None:
    (built / "content/static/large.bin").write_bytes(bytes(3_000_000))
    before = everything(built)

    # 1,000 blocks of 512 or 1,024 bytes: enough for a page, not for that file.
    limited = ["sh", "-c", 'ulimit -f 1000; exec "$@"', "sh"]
    done = subprocess.run(
        [*limited, sys.executable, ROOT / "build.py", "--site", built],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert "error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "OSError" not in done.stderr
    assert everything(built) == before


@pytest.mark.parametrize(
    ("module", "stage"), [(commit, "claim"), (workers, "write_staged"), (commit, "commit")]
)
def test_a_build_that_is_interrupted_leaves_the_last_site(
    built: Path, module: ModuleType, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (built / "content/papers/two.md").write_text(paper("Changed"))
    before = everything(built)
    monkeypatch.setattr(module, stage, interrupted)

    with pytest.raises(KeyboardInterrupt):
        pipeline.build(built)

    assert everything(built) == before


def test_where_folders_cannot_be_exchanged_they_are_renamed(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "_swaps_kinds", lambda *_: True)  # as for a large change
    monkeypatch.setattr(staging, "_exchange", lambda *_: False)
    (built / "content/papers/two.md").write_text(paper("Changed"))

    assert "papers/two/index.html" in pipeline.build(built).changed
    assert "Changed" in (built / "_site/papers/two/index.html").read_text()
    assert left_over(built) == []


def test_where_the_new_folder_cannot_take_its_place_the_old_one_returns(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def fail_for_new(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise PermissionError(13, "Permission denied", str(self))
        return rename(self, target)

    before = read_tree(built / "_site")
    (built / "content/papers/two.md").write_text(paper("Changed"))
    monkeypatch.setattr(commit, "_swaps_kinds", lambda *_: True)  # as for a large change
    monkeypatch.setattr(staging, "_exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", fail_for_new)

    with pytest.raises(PermissionError):
        pipeline.build(built)

    assert read_tree(built / "_site") == before


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    # The name of a socket may have about 100 letters: so it is bound from inside its folder.
    here = Path.cwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(path.name)
    os.chdir(here)


def make_dangling_link(path: Path) -> None:
    path.symlink_to("nowhere.md")


def make_link_to_a_file(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def make_link_to_a_folder(path: Path) -> None:
    path.symlink_to(path.parent.parent)


def make_link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def make_name_in_latin_1(path: Path) -> None:
    Path(os.fsdecode(os.fsencode(path.parent) + b"/caf\xe9.md")).write_text(paper("x"))


def make_huge_file(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50_000_000_000)  # a hole: no disk is used


STRANGE = [
    make_fifo, make_socket, make_dangling_link, make_link_to_a_file, make_link_to_a_folder,
    make_link_to_itself, make_name_in_latin_1, make_huge_file,
]  # fmt: skip


@contextlib.contextmanager
def ended_after(seconds: int) -> Iterator[None]:
    """End what waits for ever, as reading a pipe does."""

    def end(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize(
    ("make", "place"),
    [
        (make, place)
        for make in STRANGE
        for place in ("content/papers/odd.md", "content/static/odd.bin", "templates/odd.html")
        # A large file in content/static/ is copied, as it should be.
        if not (make is make_huge_file and "static" in place)
    ],
)
def test_what_is_no_file_is_named_at_once(
    site: Path, make: Callable[[Path], None], place: str
) -> None:
    (site / place).parent.mkdir(exist_ok=True)
    make(site / place)

    with ended_after(20):
        said = refusal(lambda: pipeline.prepare(site))

    assert f"{place.partition('odd')[0]}" in said
    assert f"{place}: " in said or make is make_name_in_latin_1


@pytest.mark.parametrize("top", ["content", "content/papers", "content/static", "templates"])
def test_a_folder_that_is_a_link_is_named(site: Path, top: str) -> None:
    outside = site.parent / "outside"
    if (site / top).exists():
        (site / top).rename(outside)
    else:
        outside.mkdir()
    (site / top).symlink_to(outside)

    assert f"{top}: this is a link" in refusal(lambda: pipeline.build(site))


@contextlib.contextmanager
def as_somebody_else() -> Iterator[None]:
    """Give up the right of root to read every file, where the tests have it."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.parametrize("path", ["content/papers/one.md", "content/static/pictures/plot.png"])
def test_a_file_that_may_not_be_read_is_named(site: Path, path: str) -> None:
    pipeline.build(site)  # all modules are loaded while they can be
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        copy = Path(shutil.copytree(site, Path(folder) / "site"))
        (copy / path).chmod(0)

        with as_somebody_else():
            said = refusal(lambda: pipeline.check(copy))

    assert f"{path}: cannot be read: Permission denied" in said


def test_a_file_that_cannot_be_read_is_named(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_file = os.open

    def fail_for_one(path: str, *options: int) -> int:
        if path.endswith("/one.md"):
            raise PermissionError(13, "Permission denied", path)
        return open_file(path, *options)

    monkeypatch.setattr(os, "open", fail_for_one)

    assert "content/papers/one.md: cannot be read: Permission denied" in refusal(
        lambda: pipeline.build(site)
    )


def test_a_folder_named_like_an_entry_is_no_entry(site: Path) -> None:
    (site / "content/papers/folder.md").mkdir()

    ((where, message),) = [(p.where.path, p.message) for p in pipeline.build(site).warnings]

    assert where == "content/papers/folder.md"
    assert message == "this folder has the name of an entry, and is none"


def test_what_editors_leave_lying_about_is_no_content(site: Path) -> None:
    for name in (".one.md.swp", "one.md~", ".#one.md", "#one.md#", ".DS_Store", "one.md.tmp"):
        (site / "content/papers" / name).write_text("not an entry")
    (site / "content/papers/.#lock.md").symlink_to("user@host.1:2")

    assert pipeline.build(site).warnings == ()

    (site / "content/papers/one.md").unlink()  # now the copies are all that is left of it

    named = {Path(p.where.path).name: p.hint for p in pipeline.build(site).warnings}
    assert named.keys() >= {".one.md.swp", "one.md~", "#one.md#", "one.md.tmp"}
    assert not named.keys() & {".#one.md", ".DS_Store", ".#lock.md"}


def test_what_may_have_no_end_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read, write = os.pipe()
    os.write(write, b"told by a shell")
    os.close(write)

    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(OSError, match="no ordinary file"):
            disk.read_input(path)

    assert disk.read_input(Path(f"/dev/fd/{read}")) == b"told by a shell"


@pytest.fixture
def read_only(site: Path) -> Iterator[Path]:
    pipeline.build(site)
    folders = [site, *(path for path in site.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    yield site
    for folder in folders:
        folder.chmod(0o755)


def test_check_writes_nothing(read_only: Path, tmp_path: Path) -> None:
    homes = {name: tmp_path / name for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    for home in homes.values():
        home.mkdir()
    before = everything(read_only)

    done = run("--site", read_only, "check", **{name: str(home) for name, home in homes.items()})

    assert done.returncode == 0, done.stderr
    assert everything(read_only) == before
    assert [list(home.iterdir()) for home in homes.values()] == [[], [], []]


def test_a_build_writes_nowhere_but_into_the_output(site: Path, tmp_path: Path) -> None:
    homes = {name: tmp_path / name for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    for home in homes.values():
        home.mkdir()

    done = run("--site", site, "build", **{name: str(home) for name, home in homes.items()})

    assert done.returncode == 0
    assert [list(home.iterdir()) for home in homes.values()] == [[], [], []]
    assert {path.name for path in site.iterdir()} <= {
        "_site",
        ".carrel",
        "content",
        "site_config.yaml",
    }


def test_the_mark_lists_every_file_of_the_output(built: Path) -> None:
    mark = json.loads((built / "_site" / commit.MANIFEST).read_bytes())

    assert mark["files"].keys() == read_tree(built / "_site").keys()


def test_new_files_are_created_all_or_none(tmp_path: Path) -> None:
    disk.create_files(tmp_path, {"a/b.md": "x\r\n", "c.md": "é"})
    assert read_tree(tmp_path) == {"a/b.md": b"x\r\n", "c.md": "é".encode()}

    faulty: dict[str, dict[str, str]] = {
        "exists": {"new.md": "x", "c.md": "y"},
        "is below a file": {"new.md": "x", "c.md/d.md": "y"},
        "has too long a name": {"new.md": "x", f"{'n' * 300}.md": "y"},
    }
    for files in faulty.values():
        with pytest.raises(OSError):
            disk.create_files(tmp_path, files)
        assert read_tree(tmp_path) == {"a/b.md": b"x\r\n", "c.md": "é".encode()}


def test_new_files_are_none_when_one_cannot_be_encoded(tmp_path: Path) -> None:
    with pytest.raises((OSError, ValueError)):
        disk.create_files(tmp_path, {"a.md": "x", "b.md": "\ud800"})

    assert read_tree(tmp_path) == {}


def test_new_files_are_none_when_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def interrupted(self: Path, *arguments: str, **options: str) -> object:
        if self.name == "b.md":
            raise KeyboardInterrupt
        return opened(self, *arguments, **options)  # type: ignore[call-overload]  # handed on

    monkeypatch.setattr(Path, "open", interrupted)

    with pytest.raises(KeyboardInterrupt):
        disk.create_files(tmp_path, {"a.md": "x", "b.md": "y"})

    assert read_tree(tmp_path) == {}


def test_new_files_do_not_go_through_a_link(site: Path) -> None:
    outside = site.parent / "outside"
    (site / "content/papers").rename(outside)
    (site / "content/papers").symlink_to(outside)
    before = everything(outside)

    with pytest.raises((OSError, SiteError)):
        disk.create_files(site, {"content/papers/new.md": paper("New")})

    assert everything(outside) == before


def test_a_text_is_replaced_at_once_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("old")
    disk.write_files(tmp_path, {}, {"a.md": "new\r\n"})
    assert read_tree(tmp_path) == {"a.md": b"new\r\n"}

    with pytest.raises((OSError, ValueError)):
        disk.write_files(tmp_path, {"b.md": "x"}, {"a.md": "newer", "c.md": "\ud800"})
    assert read_tree(tmp_path) == {"a.md": b"new\r\n"}


def test_the_mark_of_another_version_is_understood(built: Path) -> None:
    mark = built / "_site" / commit.MANIFEST
    names = json.loads(mark.read_bytes())["files"]
    files = {name: {"digest": "0", "size": 1} for name in names}
    mark.write_text(json.dumps({"format": 1, "files": files}))
    (built / "content/papers/two.md").unlink()
    before = everything(built / "_site").keys()

    report = pipeline.build(built)

    assert report.rendered.keys() == read_tree(built / "_site").keys()
    assert "papers/two/index.html" in before
    assert not (built / "_site/papers/two").exists()

"""Rendering on several processes: the same bytes, the same problems, and nobody left behind."""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from carrel import staging, workers
from carrel.cli import main
from carrel.pipeline import build
from carrel.problems import SiteError
from conftest import PLAIN, make_site, read_tree, write_tree
from payloads import paper

NUMBER = workers.FEW + 60
PAPERS: dict[str, str | bytes] = {
    f"content/papers/number-{n}.md": paper(
        f"Number {n}",
        f"Notes on $x^{n}$ and [the next](../number-{n + 1}/).",
        topics=["odd" if n % 2 else "even"],
        added=f"2024-{n % 12 + 1:02}-01",
    )
    for n in range(NUMBER)
}
TOPICS = {f"content/topics/{name}.md": paper(name.title()) for name in ("odd", "even")}

needs_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork"
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site of many pages: tests take a copy, or build it elsewhere."""
    root = tmp_path_factory.mktemp("many") / "site"
    make_site(root, PLAIN | PAPERS | TOPICS, base_url="https://example.org/", theme="plain")
    build(root)
    return root


@pytest.fixture
def site(template: Path, tmp_path: Path) -> Path:
    for path in (template / "content/papers").iterdir():
        write_tree(tmp_path / "site/content/papers", {path.name: path.read_bytes()})
    files = {p: c for p, c in read_tree(template).items() if not p.startswith(("_site", ".carrel"))}
    write_tree(tmp_path / "site", files)
    return tmp_path / "site"


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    """After every build all its processes and threads have ended, and been waited for."""
    threads = threading.active_count()
    yield
    assert multiprocessing.active_children() == []
    assert threading.active_count() == threads
    with contextlib.suppress(ChildProcessError):
        # Python keeps one process after a pool was spawned: alive, and no zombie.
        assert os.waitpid(-1, os.WNOHANG) == (0, 0)


def with_mark(out: Path) -> dict[str, bytes]:
    return read_tree(out) | {".carrel": (out / ".carrel").read_bytes()}


def leftovers(root: Path) -> list[str]:
    return [path.name for path in root.glob(".carrel-stage*")]


@needs_fork
@pytest.mark.parametrize("jobs", [2, 7])
def test_several_processes_make_the_same_bytes(template: Path, tmp_path: Path, jobs: int) -> None:
    build(template, tmp_path / "out", jobs=jobs)

    assert with_mark(tmp_path / "out") == with_mark(template / "_site")
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("kind", ["processes", "threads"])
def test_an_executor_makes_the_same_bytes(template: Path, tmp_path: Path, kind: str) -> None:
    executor: Executor
    if kind == "processes":
        context = multiprocessing.get_context("spawn")
        executor = ProcessPoolExecutor(2, mp_context=context)
    else:
        executor = ThreadPoolExecutor(2)
    with executor:
        build(template, tmp_path / "out", executor=executor)

    assert with_mark(tmp_path / "out") == with_mark(template / "_site")


@needs_fork
def test_a_pool_that_lives_on_holds_no_lock(tmp_path: Path) -> None:
    # Its processes are copies of this one, begun while the output was locked. The two builds run in
    # a process of their own: one that waits for ever can be ended.
    script = (
        "import multiprocessing, sys\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from pathlib import Path\n"
        "from carrel.pipeline import build\n"
        "site, out = map(Path, sys.argv[1:])\n"
        "with ProcessPoolExecutor(1, multiprocessing.get_context('fork')) as pool:\n"
        "    build(site, out, executor=pool)\n"
        "    build(site, out, executor=pool, clean=True)\n"
    )
    site = make_site(tmp_path / "site", PLAIN | {"content/papers/a.md": paper("A")}, theme="plain")
    command = [sys.executable, "-c", script, str(site), str(tmp_path / "out")]

    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            assert process.wait(timeout=120) == 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def said_by(site: Path, jobs: int) -> list[tuple[str, int, str, str]]:
    with pytest.raises(SiteError) as caught:
        build(site, jobs=jobs)
    return [(p.where.path, p.where.line, p.message, p.hint) for p in caught.value.problems]


@needs_fork
@pytest.mark.parametrize(
    "fault", ["{{ nothing }}", "{% if paper.id != 'number-0' %}{{ nothing }}{% endif %}", "{% if"]
)
def test_a_fault_of_a_template_is_reported_once(site: Path, fault: str) -> None:
    write_tree(site, {"templates/paper.html": f"{{# a line #}}\n{fault}"})

    said = said_by(site, 1)
    assert [(path, line) for path, line, _, _ in said] == [("templates/paper.html", 2)]
    assert all(said_by(site, jobs) == said for jobs in (2, 3))
    with ThreadPoolExecutor(2) as executor, pytest.raises(SiteError) as caught:
        build(site, executor=executor)
    assert [p.message for p in caught.value.problems] == [message for _, _, message, _ in said]
    assert not (site / "_site").exists()
    assert leftovers(site) == []


@needs_fork
def test_warnings_are_the_same(site: Path) -> None:
    for n in (3, 50, 120):
        text = paper(f"Number {n}", "A formula: $\\nonsense{x}$.", topics=["odd"])
        write_tree(site, {f"content/papers/number-{n}.md": text})

    first = build(site, jobs=1).warnings
    assert len(first) == 3
    assert build(site, jobs=2, clean=True).warnings == first
    with ThreadPoolExecutor(2) as executor:
        assert build(site, executor=executor, clean=True).warnings == first


@needs_fork
def test_a_full_disk_in_a_worker_ends_the_build(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build(site)
    before = with_mark(site / "_site")
    write_tree(site, {"templates/base.html": "{% include 'parent/base.html' %}"})
    parent, write = os.getpid(), staging.write_staged

    def full(stage: Path, path: str, content: bytes | Path) -> staging.Made:
        if os.getpid() != parent:
            raise OSError(28, "No space left on device", path)
        return write(stage, path, content)

    monkeypatch.setattr(workers, "write_staged", full)

    assert main(["--site", str(site), "build", "--jobs", "2"]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert with_mark(site / "_site") == before
    assert leftovers(site) == []


@needs_fork
def test_a_worker_that_dies_ends_the_build(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parent, write = os.getpid(), staging.write_staged

    def die(stage: Path, path: str, content: bytes | Path) -> staging.Made:
        if os.getpid() != parent:
            os._exit(9)
        return write(stage, path, content)

    monkeypatch.setattr(workers, "write_staged", die)

    assert main(["--site", str(site), "build", "--jobs", "2"]) == 1
    assert "ended before its work was done" in capsys.readouterr().err
    assert leftovers(site) == []


@needs_fork
def test_ctrl_c_while_others_work_leaves_nobody(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workers, "_join", interrupted)

    with pytest.raises(KeyboardInterrupt):
        build(site, jobs=2)
    assert leftovers(site) == []


def test_with_threads_around_a_build_does_not_divide(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forked(*_: object) -> None:
        raise AssertionError("a process with threads was divided")

    monkeypatch.setattr(workers, "_render_forked", forked)
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert build(site, tmp_path / "out", jobs=2).outputs > NUMBER
    finally:
        stop.set()
        thread.join()

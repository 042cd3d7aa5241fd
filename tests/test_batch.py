"""Content files come all or none, whenever and however a run ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from carrel import batch
from carrel.problems import SiteError
from conftest import ROOT, make_site, read_tree
from payloads import paper
from test_cli import carrel

OLD = {"content/papers/old.md": paper("Old"), "content/papers/gone.md": paper("Gone")}
NEW = {f"content/papers/new-{n}.md": paper(f"New {n}") for n in range(5)}
CHANGED = {"content/papers/old.md": paper("Changed")}
STEPS = ("hardlink_to", "replace", "unlink", "write_bytes", "mkdir")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site", OLD, base_url="https://example.org/")


def content(site: Path) -> dict[str, bytes]:
    return read_tree(site / "content")


#: Ends a run by itself at its n-th step of a kind, as kill -9 would: nothing is tidied up.
DYING = """
import os, pathlib, sys
from carrel import batch
step, at, root = sys.argv[1], int(sys.argv[2]), sys.argv[3]
counts = 0
original = getattr(pathlib.Path, step)
def counted(*arguments, **options):
    global counts
    counts += 1
    if counts == at:
        os._exit(9)
    return original(*arguments, **options)
setattr(pathlib.Path, step, counted)
new = {f"content/papers/new-{n}.md": f"---\\ntitle: New {n}\\n---\\n" for n in range(5)}
changed = {"content/papers/old.md": "---\\ntitle: Changed\\n---\\n"}
batch.write_batch(pathlib.Path(root), new, changed, ["content/papers/gone.md"])
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_is_undone_by_the_next(site: Path, step: str) -> None:
    before = content(site)
    for at in range(1, 60):
        done = subprocess.run(
            [sys.executable, "-c", DYING, step, str(at), str(site)], cwd=ROOT, check=False
        )
        if done.returncode == 0:
            break
        assert done.returncode == 9
        finished = not (site / ".carrel/import.journal").exists() and content(site) != before

        batch.undo_batch(site)

        assert list((site / ".carrel").glob("import*")) == []
        if finished:
            break
        assert content(site) == before
    assert at > 1
    assert b"Changed" in content(site)["papers/old.md"]
    assert "papers/gone.md" not in content(site)


def test_the_next_import_says_that_it_has_undone_one(site: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", DYING, "hardlink_to", "4", str(site)]
    subprocess.run(command, cwd=ROOT, check=False)
    assert (site / "content/papers/new-0.md").exists()
    (tmp_path / "t.csv").write_text("title,doi\nFrogs,10.5555/x\n")

    done = carrel("--site", site, "import", tmp_path / "t.csv")

    assert done.stderr == "an import that was cut short has been undone\n"
    assert sorted(content(site)) == ["papers/frogs.md", "papers/gone.md", "papers/old.md"]


def test_what_a_person_has_edited_since_stays(site: Path) -> None:
    command = [sys.executable, "-c", DYING, "unlink", "1", str(site)]
    subprocess.run(command, cwd=ROOT, check=False)
    (site / "content/papers/new-1.md").unlink()
    (site / "content/papers/new-1.md").write_text("mine")

    batch.undo_batch(site)

    assert content(site)["papers/new-1.md"] == b"mine"
    assert "papers/new-2.md" not in content(site)
    assert b"Old" in content(site)["papers/old.md"]


def test_a_run_at_work_is_not_undone(site: Path) -> None:
    program = DYING.replace("os._exit(9)", "import time; time.sleep(60)")
    with subprocess.Popen(
        [sys.executable, "-c", program, "hardlink_to", "3", site], cwd=ROOT
    ) as run:
        for _ in range(200):
            if (site / "content/papers/new-0.md").exists():
                break
            time.sleep(0.05)
        with pytest.raises(SiteError) as caught:
            batch.write_batch(site, {"content/papers/mine.md": paper("Mine")}, {})
        run.send_signal(signal.SIGKILL)

    assert "another import is at work" in caught.value.problems[0].message
    batch.write_batch(site, {"content/papers/mine.md": paper("Mine")}, {})
    assert sorted(content(site)) == ["papers/gone.md", "papers/mine.md", "papers/old.md"]


@pytest.mark.parametrize(
    "journal",
    [
        b"",
        b"{",
        b'{"process": 1, "stage": "../..", "new": {"content/papers/old.md": "x"}, "changed": {}}',
        b'{"process": 99999999, "stage": "import-1-00000000", "new": {"../x": ""}, "changed": {}}',
    ],
)
def test_a_journal_that_is_damaged_or_from_elsewhere_does_no_harm(
    site: Path, journal: bytes
) -> None:
    (site.parent / "x").write_text("outside")
    before = content(site)
    (site / ".carrel").mkdir()
    (site / ".carrel/import.journal").write_bytes(journal)

    batch.write_batch(site, {"content/papers/mine.md": paper("Mine")}, {})

    assert content(site) == before | {"papers/mine.md": paper("Mine").encode()}
    assert (site.parent / "x").read_text() == "outside"


@pytest.mark.parametrize("path", ["../x.md", "content/../../x.md", "content//x.md"])
def test_no_path_leads_out_of_the_site(site: Path, path: str) -> None:
    with pytest.raises(OSError, match="leads out"):
        batch.write_batch(site, {path: "x"}, {})

    assert content(site) == {p.removeprefix("content/"): t.encode() for p, t in OLD.items()}


def test_a_file_that_exists_is_never_taken_for_a_new_one(site: Path) -> None:
    before = content(site)

    with pytest.raises(FileExistsError):
        batch.write_batch(site, NEW | {"content/papers/old.md": "x"}, {})

    assert content(site) == before


def test_a_file_system_without_links_gets_copies(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)

    batch.write_batch(site, NEW, CHANGED)

    assert content(site)["papers/new-4.md"] == NEW["content/papers/new-4.md"].encode()
    with pytest.raises(FileExistsError):
        batch.write_batch(site, {"content/papers/old.md": "x"}, {})


def test_nothing_of_a_batch_is_left_beside_it(site: Path) -> None:
    batch.write_batch(site, NEW, CHANGED)

    assert not (site / ".carrel").exists()
    assert all((site / path).stat().st_nlink == 1 for path in NEW)

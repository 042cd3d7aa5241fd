"""The same sources give the same bytes, whoever builds them, where and when."""

import datetime as dt
import itertools
import os
import subprocess
import sys
from email.utils import format_datetime
from pathlib import Path

import pytest

from conftest import ROOT, read_tree, write_tree
from payloads import varied_files

#: (environment, umask) of each build. A locale that the system lacks changes nothing either.
MACHINES: list[tuple[dict[str, str], int]] = [
    ({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}, 0o022),
    ({"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8"}, 0o077),
    ({"PYTHONHASHSEED": "2", "TZ": "Pacific/Pago_Pago", "LANG": "tr_TR.UTF-8"}, 0o022),
    ({"PYTHONHASHSEED": "3", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, 0o002),
]
Trees = list[dict[str, bytes]]


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Trees:
    """One list, built on four machines that differ in all that a build should not see."""
    found = []
    for number, (environment, umask) in enumerate(MACHINES):
        home = tmp_path_factory.mktemp(f"machine-{number}")
        site, out = home / f"list-{number}", home / "built"
        files = list(varied_files().items())
        # The order in which files come into being is that in which some systems list them.
        write_tree(site, dict(files if number % 2 else reversed(files)))
        for path in site.rglob("*.md"):
            os.utime(path, (number * 1e9, number * 1e9))
        clean = {key: value for key, value in os.environ.items() if key[:3] not in ("LC_", "LAN")}
        named = ("--site", site) if number % 2 else ()
        done = subprocess.run(
            [sys.executable, ROOT / "build.py", *named, "build", "--quiet", "--output", out],
            cwd=home if named else site / "content",
            env=clean | {"HOME": str(home), "USER": f"user-{number}"} | environment,
            umask=umask,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.append(read_tree(out) | {".carrel": (out / ".carrel").read_bytes()})
    return found


def test_all_machines_build_the_same_bytes(trees: Trees) -> None:
    for one, other in itertools.pairwise(trees):
        assert one.keys() == other.keys()
        assert [path for path in one if one[path] != other[path]] == []


def test_no_page_tells_of_the_machine_or_the_day(trees: Trees) -> None:
    days = [dt.datetime.now(dt.UTC) + dt.timedelta(days=n) for n in (-1, 0, 1)]
    told = [
        os.fsencode(ROOT),
        b"list-0",
        b"user-0",
        b"/tmp/",
        b"machine-0",
        os.fsencode(sys.prefix),
    ]
    for day in days:
        forms = [f"{day:%Y-%m-%d}", f"{day.day} {day:%B %Y}", f"{day:%Y/%m/%d}"]
        told += [form.encode() for form in (*forms, format_datetime(day)[:16])]

    for path, content in trees[0].items():
        assert [words for words in told if words in content] == [], path


def test_a_second_build_changes_nothing(tmp_path: Path) -> None:
    from carrel.pipeline import build

    write_tree(tmp_path / "list", varied_files())
    first = build(tmp_path / "list")
    tree = read_tree(tmp_path / "list/_site")
    second = build(tmp_path / "list")

    assert first.outputs == len(tree)
    assert (second.changed, second.removed, second.size) == (frozenset(), frozenset(), first.size)
    assert read_tree(tmp_path / "list/_site") == tree

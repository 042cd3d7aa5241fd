"""The wheel holds all that a list needs, and works where nothing else is."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import build as build_script
import carrel
from carrel.bundled import STARTER, bundled
from conftest import ROOT, missing

DIGEST = """\
Daily Papers

byAK and the research community

Dec 12

Warm Caches for Cold Starts

We keep the key-value cache of a large language model on an H100 between requests, which makes
LLM inference and serving 2.5x faster.

  • 3 authors
·
Nov 3, 2024 2

A Second Paper Without Much to Say

Nothing in here names a device.

  • 1 authors
·
Jun 19
"""


def run(*command: str | Path, at: Path) -> str:
    """Run *command* in the folder *at* and return what it printed; it has to succeed."""
    # Neither the environment of the tests nor the checkout may lend it anything.
    own = ("PYTHON", "VIRTUAL_ENV", "CARREL_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(own)}
    done = subprocess.run(
        command,
        cwd=at,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = done.stdout + done.stderr
    if done.returncode and "pip" in command and "connection broken by" in printed:
        missing("the package index")
    assert done.returncode == 0, printed
    return printed


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "1")
    run(*pip, "wheel", ROOT, "--no-deps", "--wheel-dir", folder, at=folder)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_the_package_the_themes_and_the_catalogue(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}

    def below(folder: str) -> set[str]:
        files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
        return {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}

    packed = below("themes") | below("content/topics") | below("content/hardware")
    assert packed, "the checkout itself has no themes"
    assert held == below("carrel") | {f"carrel/_bundled/{path}" for path in packed}


def test_the_version_is_told_in_one_place(wheel: Path) -> None:
    assert wheel.name.startswith(f"carrel-{carrel.__version__}-")


def test_a_list_is_made_where_only_the_wheel_is_installed(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "env", at=tmp_path)
    python, command = (tmp_path / "env/bin" / name for name in ("python", "carrel"))
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--retries", "1")
    run(*pip, "install", wheel, at=tmp_path)
    (tmp_path / "digest.txt").write_text(DIGEST, "utf-8")
    site = tmp_path / "list"

    run(command, "init", "list", at=tmp_path)
    run(command, "import", tmp_path / "digest.txt", "--captured", "2025-12-12", at=site)
    run(command, "build", at=site)

    papers = {path.stem for path in site.glob("content/papers/*.md")}
    assert papers == {"warm-caches-for-cold-starts", "a-second-paper-without-much-to-say"}
    front = (site / "_site/index.html").read_text("utf-8")
    for paper in papers:
        assert (site / f"_site/papers/{paper}/index.html").is_file()
        assert f"papers/{paper}/" in front
    assert "Warm Caches for Cold Starts" in (site / "_site/feed.xml").read_text("utf-8")
    assert len(list(site.glob("_site/hardware/*/index.html"))) > 0
    assert not (site / "themes").exists()


def test_a_checkout_uses_its_own_themes_and_catalogue() -> None:
    assert bundled() == ROOT
    assert (STARTER / "site_config.yaml").is_file()


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("", "build"),
        ("--drafts", "build --drafts"),
        ("--site list", "--site list build"),
        ("--site=list --strict", "--site=list build --strict"),
        ("--site list check", "--site list check"),
        ("serve --port 8001", "serve --port 8001"),
        ("--help", "--help"),
        ("--version", "--version"),
    ],
)
def test_the_build_script_builds_when_no_command_is_given(given: str, meant: str) -> None:
    assert build_script.arguments(given.split()) == meant.split()


def test_the_package_can_be_run_by_its_name() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "carrel", "--version"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("carrel, version ")


def test_without_its_libraries_the_build_script_says_what_to_do() -> None:
    # -S leaves out the environment's packages, as a Python is that nothing was installed into.
    command = (sys.executable, "-S", ROOT / "build.py")
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "`make site`" in done.stderr
    assert done.stderr.count("\n") == 1

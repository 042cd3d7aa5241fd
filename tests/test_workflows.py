"""The workflows that publish on GitHub Pages: this repository's, and the one of a new list."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

import carrel as package
from carrel.bundled import STARTER
from conftest import ROOT, make_site, read_tree
from payloads import paper
from test_cli import carrel

PLACE = ".github/workflows/pages.yml"
OWN, NEW = (ROOT / PLACE), (STARTER / PLACE)
BOTH = pytest.mark.parametrize("file", [OWN, NEW], ids=["own", "new"])
BIN = Path(sys.executable).parent
Job = dict[str, Any]


def read(file: Path) -> dict[str, Any]:
    """A workflow as texts: YAML 1.1 would take 'on' for true."""
    loaded: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)
    return loaded


def jobs(file: Path) -> dict[str, Job]:
    found: dict[str, Job] = read(file)["jobs"]
    return found


def steps(file: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(file).values():
        yield from job["steps"]


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@BOTH
def test_a_workflow_is_what_github_takes_for_one(file: Path) -> None:
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)


@BOTH
def test_an_auditor_finds_nothing_in_a_workflow(file: Path) -> None:
    run(BIN / "zizmor", "--offline", "--no-progress", "--persona=auditor", file)


@BOTH
def test_a_workflow_may_do_no_more_than_it_has_to(file: Path) -> None:
    workflow = read(file)
    rights = {name: job.get("permissions", {}) for name, job in jobs(file).items()}

    assert workflow["permissions"] == {"contents": "read"}
    assert rights.pop("deploy") == {"pages": "write", "id-token": "write"}
    assert {right for each in rights.values() for right in each.values()} == {"read"}
    assert workflow["on"].keys() == {"push", "pull_request", "workflow_dispatch"}
    for step in steps(file):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"] == {"persist-credentials": "false"}


@BOTH
def test_actions_are_named_by_their_commit(file: Path) -> None:
    uses = re.findall(r"uses: (.*)", file.read_text("utf-8"))

    assert len(uses) >= 6
    assert [
        each for each in uses if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v[\d.]+", each)
    ] == []


@BOTH
def test_no_text_from_outside_becomes_a_command(file: Path) -> None:
    assert [step["run"] for step in steps(file) if "${{" in step.get("run", "")] == []
    assert "github.event." not in file.read_text("utf-8")
    assert "secrets" not in file.read_text("utf-8")


@BOTH
def test_no_deploy_is_cut_short_and_a_pull_request_never_deploys(file: Path) -> None:
    deploy = jobs(file)["deploy"]

    assert deploy["concurrency"] == {"group": "pages", "cancel-in-progress": "false"}
    assert read(file)["concurrency"]["cancel-in-progress"] == (
        "${{ github.event_name == 'pull_request' }}"
    )
    assert deploy["if"] == "github.ref == 'refs/heads/main' && github.event_name != 'pull_request'"
    assert deploy["environment"]["name"] == "github-pages"
    kept = {
        step["uses"].partition("@")[0]: step["if"]
        for step in jobs(file)["build"]["steps"]
        if "if" in step
    }
    assert kept == {
        "actions/configure-pages": "github.event_name != 'pull_request'",
        "actions/upload-artifact": "github.event_name == 'pull_request'",
        "actions/upload-pages-artifact": "github.event_name != 'pull_request'",
    }


def test_both_workflows_use_the_same_actions() -> None:
    own, new = (set(re.findall("uses: (.*)", file.read_text("utf-8"))) for file in (OWN, NEW))

    assert own == new


def test_this_repository_publishes_with_the_commands_that_people_use() -> None:
    check, site = [step["run"] for step in steps(OWN) if "run" in step]
    assert (check.split()[-1], site) == (".ci/run", "make site")
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert "export CARREL_REQUIRE_ALL=1" in script
    assert script.endswith('make VENV="$scratch/venv" check </dev/null\n')
    assert jobs(OWN)["deploy"]["needs"] == ["check", "build"]


@pytest.mark.parametrize("base_url", ["", "https://reader.example/repo"])
def test_the_commands_of_the_workflow_make_the_site(base_url: str, tmp_path: Path) -> None:
    site = make_site(tmp_path, {"content/papers/a.md": paper("A")}, output_dir="elsewhere")
    commands = [step["run"] for step in jobs(NEW)["build"]["steps"] if "run" in step]
    assert commands[0] == "python -m pip install -r requirements.txt"

    for command in commands[1:]:
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", command],
            cwd=site,
            env=os.environ | {"BASE_URL": base_url, "PATH": f"{BIN}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    sitemap = (site / "_site/sitemap.xml").read_text("utf-8")
    assert f"<loc>{base_url or 'http://localhost:8000'}/papers/a/</loc>" in sitemap


def test_make_site_builds_for_the_address_that_the_workflow_asked_for() -> None:
    shown = subprocess.run(
        ["make", "-n", "--no-print-dir", "-o", "pyproject.toml", f"VENV={BIN.parent}", "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    command = shown.stdout.splitlines()[-1].replace(
        "build.py build", "-c 'import sys; print(sys.argv)'"
    )
    for address, words in (
        ("", "['-c']"),
        ("https://a.example/b c", "'--base-url', 'https://a.example/b c'"),
    ):
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=ROOT,
            env={"BASE_URL": address},
            capture_output=True,
            check=True,
        )
        assert words in done.stdout.decode()


def test_what_is_uploaded_can_be_read_and_has_no_links(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"content/papers/a.md": paper("A"), "content/static/x.bin": b"x"})
    (site / "content/static/x.bin").chmod(0o600)

    carrel("build", "-q", at=site)

    for path in (site / "_site").rglob("*"):
        assert not path.is_symlink()
        wanted = 0o555 if path.is_dir() else 0o444
        assert path.stat().st_mode & wanted == wanted, path
    assert (site / "_site").stat().st_mode & 0o555 == 0o555


def test_a_list_may_begin_with_the_workflow(tmp_path: Path) -> None:
    plain = carrel("init", "plain", at=tmp_path)
    done = carrel("init", "list", "--github", at=tmp_path)

    assert (plain.returncode, done.returncode) == (0, 0)
    files, without = read_tree(tmp_path / "list"), read_tree(tmp_path / "plain")
    assert files.keys() - without.keys() == {PLACE, "requirements.txt"}
    assert files[PLACE] == NEW.read_bytes()
    assert f"carrel=={package.__version__}\n" in files["requirements.txt"].decode()
    assert carrel("check", at=tmp_path / "list").returncode == 0


def test_a_list_that_stands_there_gets_the_workflow_only(tmp_path: Path) -> None:
    carrel("init", "list", at=tmp_path)
    before = read_tree(tmp_path / "list")

    done = carrel("init", "list", "--github", at=tmp_path)

    assert (done.returncode, done.stdout) == (0, f"{PLACE}\nrequirements.txt\n")
    after = read_tree(tmp_path / "list")
    assert {path: after[path] for path in before} == before
    again = carrel("init", "list", "--github", at=tmp_path)
    assert again.returncode == 1
    assert "this exists already" in again.stderr


AUDIT = ROOT / ".github/workflows/audit.yml"
PINNED = ROOT / "requirements/ci.txt"


def test_known_flaws_are_asked_for_every_week() -> None:
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", AUDIT)
    run(BIN / "zizmor", "--offline", "--no-progress", "--persona=auditor", AUDIT)
    workflow = read(AUDIT)

    (when,) = workflow["on"]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", when["cron"])
    assert workflow["permissions"] == {"contents": "read"}
    assert [step["run"] for step in steps(AUDIT) if "run" in step] == ["make audit"]
    for uses in re.findall(r"uses: (.*)", AUDIT.read_text("utf-8")):
        assert uses in OWN.read_text("utf-8")


def test_ci_installs_pinned_files_by_their_hashes_alone() -> None:
    assert read(OWN)["env"] == {"LOCKED": "1"}
    rows = PINNED.read_text("utf-8").replace("\\\n", "").splitlines()

    assert [
        row for row in rows if not re.fullmatch(r"[\w.-]+==\S+( ; .*?)?(\s+--hash=\S+)+", row)
    ] == []
    assert not re.search(r"https?:|file:|\.(?:org|com|net)\b|--index|--find", "\n".join(rows))


def test_everything_that_may_be_installed_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(each for extra in extras for each in extra)]
    pinned = dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", PINNED.read_text("utf-8")))

    for requirement in map(Requirement, wanted):
        if requirement.name != "carrel":
            name = re.sub(r"[-_.]+", "-", requirement.name).lower()
            assert requirement.specifier.contains(pinned[name], prereleases=True), name

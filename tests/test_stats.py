"""The list in numbers, and what a shell can complete."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from carrel.cli import carrel
from conftest import make_site, missing
from payloads import paper

FILES = {
    "content/topics/serving.md": paper("Serving"),
    "content/topics/training.md": paper("Training", parent="serving"),
    "content/papers/one.md": paper(
        "One",
        "Notes.",
        added="2024-01-02",
        date="2023-01-01",
        topics=["serving"],
        status="read",
        rating=4,
        summary="S.",
        why="W.",
        links={"code": "https://example.org/"},
        results=[{"metric": "m", "value": 1}, {"metric": "n", "value": 2}],
    ),
    "content/papers/two.md": paper("Two", added="2025-01-02", topics=["training"]),
    "content/papers/three.md": paper("Three", draft=True, topics=["training"]),
}


def run(root: Path, *words: str, **env: str) -> str:
    done = CliRunner().invoke(carrel, ["--site", str(root), *words], env=env)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_site(tmp_path, FILES)


def test_stats_count_what_is_there_and_what_is_missing(root: Path) -> None:
    assert run(root, "stats").splitlines() == [
        "2 papers, 1 draft, 2 results, 1 rated",
        "appeared  2023 1 · undated 1",
        "added     2024 1 · 2025 1",
        "status    read 1",
        "topics    Serving 2 · Training 1",
        "without   summary 1 · why 1 · notes 1 · links 1 · results 1",
    ]


def test_stats_are_data_too(root: Path) -> None:
    numbers = json.loads(run(root, "stats", "--json"))

    assert numbers["papers"] == 2
    assert numbers["drafts"] == 1
    assert numbers["terms"]["Topics"] == {"Serving": 2, "Training": 1}


def test_a_list_of_nothing_can_be_counted(tmp_path: Path) -> None:
    assert run(make_site(tmp_path, {}), "stats") == "0 papers, 0 results, 0 rated\n"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("carrel ren", {"rename"}),
        ("carrel check --on", {"--online"}),
        ("carrel rename topics/", {"topics/serving", "topics/training"}),
        ("carrel tag t", {"two", "three"}),
        ("carrel completion ", {"bash", "fish", "zsh"}),
    ],
)
def test_a_shell_can_complete_names(
    words: str, offered: set[str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    asked = {"_CARREL_COMPLETE": "bash_complete", "COMP_WORDS": words}

    done = CliRunner().invoke(
        carrel, [], env=asked | {"COMP_CWORD": str(words.count(" "))}, prog_name="carrel"
    )

    assert {line.partition(",")[2] for line in done.output.splitlines()} == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_asks_carrel(shell: str) -> None:
    done = CliRunner().invoke(carrel, ["completion", shell])

    assert done.exit_code == 0
    assert f"_CARREL_COMPLETE={shell}_complete" in done.output


def test_bash_takes_the_script(tmp_path: Path) -> None:
    script = CliRunner().invoke(carrel, ["completion", "bash"]).output
    try:
        done = subprocess.run(
            ["bash", "-c", f"{script}\ncomplete -p carrel"],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
    except FileNotFoundError:
        missing("bash")

    assert "carrel" in done.stdout, done.stderr

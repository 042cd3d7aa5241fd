"""Faulty sites, and what a curator is told about them, word for word.

A case is a folder of `broken/`: the files of a small bad site beside `expected.txt`, which is what
`carrel check` prints on standard error; a `command.txt` names another command. Settings and the
theme of the tests are added where the case has none. What not every file system, editor or checkout
can hold, and what is large, is made by a function in `broken_sites.py`.
"""

import contextlib
import json
import re
import shlex
from pathlib import Path

import pytest

from broken_sites import MADE, PAPERS, entry
from carrel.cli import main
from carrel.pipeline import build
from carrel.problems import SiteError
from conftest import PLAIN, ROOT, make_site, read_tree, write_tree

BROKEN = ROOT / "tests" / "broken"
SETTINGS = "title: A list\nbase_url: https://example.org/\ntheme: plain\n"
#: Files of a case that are no files of its site.
BESIDE = ("expected.txt", "command.txt")

CASES = sorted({path.name for path in BROKEN.iterdir()} | MADE.keys())

#: 'content/papers/sheep.md:3:10: error: …'; a place may lack its column, or line and column.
FIRST_LINE = re.compile(
    r"(?P<path>(content|templates|themes|_site|source)([/.].*?)?|site_config\.yaml|\.\.?"
    r"|nowhere\.txt|rename|atom\.xml|feed\.(xml|json))"
    r"(:(?P<line>\d+)(:(?P<column>\d+))?)?: (error|warning): .+"
)


def make_broken(case: str, root: Path) -> Path:
    """Write the site *case* into *root*."""
    files = {path: text for path, text in read_tree(BROKEN / case).items() if path not in BESIDE}
    site = make_site(root, PLAIN | {"site_config.yaml": SETTINGS.encode()} | files)
    if case in MADE:
        MADE[case](site)
    return site


@pytest.mark.parametrize("case", CASES)
def test_a_faulty_site_is_explained(
    case: str, tmp_path: Path, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = BROKEN / case / "expected.txt"
    told = BROKEN / case / "command.txt"
    command = shlex.split(told.read_text("utf-8")) if told.exists() else ["check"]
    with contextlib.chdir(make_broken(case, tmp_path / "site")):
        before = read_tree(Path())
        status = main(["--site", ".", *command])
        assert read_tree(Path()) == before, "something was written"

    printed = capsys.readouterr()
    if pytestconfig.getoption("update_golden") and status:
        write_tree(expected.parent, {expected.name: printed.err})
    assert printed.err == expected.read_text("utf-8")
    assert (status, printed.out) == (1, "")


@pytest.mark.parametrize("case", CASES)
def test_an_explanation_is_one_that_people_and_editors_can_follow(case: str) -> None:
    text = (BROKEN / case / "expected.txt").read_text("utf-8")
    *rows, last = text.splitlines()
    heads = [number for number, row in enumerate(rows) if not row.startswith(" ")]

    for number in heads:
        found = FIRST_LINE.fullmatch(rows[number])
        assert found, rows[number]
        source = rows[number + 1] if number + 1 < len(rows) else ""
        if found["column"] and source.startswith(f"{found['line']:>5} | "):
            caret = rows[number + 2]
            assert re.fullmatch(r" {5} \|  *\^", caret)
            assert len(caret) <= len(source) + 1, "the caret stands behind the line"
    errors = sum(": error: " in rows[number] for number in heads)
    assert last.startswith(f"{errors} error")
    assert not re.search(r"[^\n\x20-\x7e\xa0-\U0010ffff]", text)
    assert not re.search(r"Traceback|[a-z]Error\b|Exception|\bNone\b| object'", text)
    assert max(map(len, rows)) <= 2_000


def test_there_are_cases_of_every_kind() -> None:
    assert len(CASES) >= 150
    assert {path.name for path in BROKEN.iterdir()} == set(CASES)


def test_every_fault_of_every_file_is_reported_in_one_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_broken("many-faults", tmp_path)

    main(["--site", str(site), "check"])

    named = {row.partition(":")[0] for row in capsys.readouterr().err.splitlines()}
    files = {path for path in read_tree(BROKEN / "many-faults") if not path.endswith("theme.yaml")}
    # Of two twins one is named; a template is tried when all that it may show is right.
    assert files - named == {"content/papers/twin-too.md", "expected.txt", "templates/404.html"}


def test_an_error_leaves_the_built_site_as_it_was(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", PLAIN | {"site_config.yaml": SETTINGS.encode()})
    build(site, tmp_path / "out")
    before = read_tree(tmp_path)

    write_tree(site, {f"{PAPERS}/sheep.md": "no entry"})
    with pytest.raises(SiteError):
        build(site, tmp_path / "out")

    (site / PAPERS / "sheep.md").unlink()
    assert read_tree(tmp_path) == before


def test_a_check_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = PLAIN | {"site_config.yaml": SETTINGS, f"{PAPERS}/sheep.md": entry()}
    before = read_tree(make_site(tmp_path, files))

    assert main(["--site", str(tmp_path), "check"]) == 0

    assert read_tree(tmp_path) == before
    assert " kB: no errors, " in capsys.readouterr().out


def test_the_same_problems_can_be_had_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_broken("terms-unknown", tmp_path)

    assert main(["--site", str(site), "check", "--json"]) == 1

    printed = [json.loads(row) for row in capsys.readouterr().err.splitlines()]
    assert printed[0] == {
        "kind": "error",
        "path": f"{PAPERS}/sheep.md",
        "line": 3,
        "column": 10,
        "message": "unknown topic 'countin'",
        "hint": printed[0]["hint"],
    }
    assert len(printed) == 5


def test_what_is_printed_has_an_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extra = "\n".join("  again: baa" for _ in range(2_400))
    files = {f"{PAPERS}/sheep-{n}.md": entry(f"title: Sheep {n}\nextra:\n{extra}") for n in (1, 2)}

    assert main(["--site", str(make_site(tmp_path, files)), "check"]) == 1

    printed = capsys.readouterr().err
    assert len(printed.encode()) <= 200_000
    assert re.search(r"\nand [\d,]+ more\n4798 errors; nothing was written\n\Z", printed)


@pytest.mark.parametrize("name", ["#1-sheep.md", "sheep.part.md", "sheep.MD"])
def test_no_entry_is_passed_over_in_silence(name: str, tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", {f"{PAPERS}/{name}": entry()}, base_url="http://x.org/")

    try:
        report = build(site, tmp_path / "out")
    except SiteError as error:
        named = {problem.where.path for problem in error.problems}
    else:
        named = {problem.where.path for problem in report.warnings}

    home = read_tree(tmp_path / "out").get("index.html", b"")
    assert f"{PAPERS}/{name}" in named or b"Counting sheep" in home


def test_faults_of_entries_show_beside_a_fault_of_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {f"{PAPERS}/a.md": "---\ntitle: One: two\n---\n", "site_config.yaml": "titel: A\n"}
    site = make_site(tmp_path, files)

    assert main(["--site", str(site), "check"]) == 1

    printed = capsys.readouterr().err
    assert "content/papers/a.md:2:11: error: not valid YAML" in printed
    assert "unknown key 'titel'" in printed


def test_settings_that_are_no_file_do_not_send_a_command_to_the_list_above(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    above = make_site(tmp_path, {f"{PAPERS}/a.md": entry()})
    inner = above / "inner"
    inner.mkdir()
    (inner / "site_config.yaml").symlink_to("nowhere")
    monkeypatch.chdir(inner)
    before = read_tree(above)

    for command in (["build"], ["check"], ["new", "paper", "Where am I"]):
        assert main(command) == 1
        assert "site_config.yaml: error:" in capsys.readouterr().err

    assert read_tree(above) == before


def test_an_entry_hidden_by_a_dot_is_named(tmp_path: Path) -> None:
    names = [".goats.md", ".#sheep.md", "._sheep.md", ".sheep.md.swp"]
    site = make_site(tmp_path / "site", {f"{PAPERS}/{name}": entry() for name in names})

    report = build(site, tmp_path / "out")

    hidden = [each.where.path for each in report.warnings if "hidden" in each.message]
    assert hidden == [f"{PAPERS}/.goats.md"]

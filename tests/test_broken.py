"""Faulty sites, and what a curator is told about them, word for word.

A case is a folder of `broken/`: the files of a small bad site beside `expected.txt`, which is what
`carrel check` prints on standard error. Settings and the theme of the tests are added where the
case has none. What not every file system or editor can hold is made by a function in `MADE`.
"""

import contextlib
import json
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from carrel.cli import main
from carrel.pipeline import build
from carrel.problems import SiteError
from conftest import PLAIN, ROOT, make_site, missing, read_tree, write_tree

BROKEN = ROOT / "tests" / "broken"
SETTINGS = "title: A list\nbase_url: https://example.org/\ntheme: plain\n"
PAPERS = "content/papers"


def entry(matter: str = "title: Counting sheep", body: str = "") -> str:
    return f"---\n{matter}\n---\n{body}"


def front_matter_too_large(site: Path) -> None:
    matter = f"title: Counting sheep\nsummary: {'baa ' * 16_000}"
    write_tree(site, {f"{PAPERS}/sheep.md": entry(matter)})


def yaml_too_many_values(site: Path) -> None:
    matter = f"title: Counting sheep\nextra: {{flock: [{'1,' * 5_000}]}}"
    write_tree(site, {f"{PAPERS}/sheep.md": entry(matter)})


def file_too_large(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep.md": entry(body="baa " * 500_001)})


def lines_too_long(site: Path) -> None:
    matter = f"title: Counting sheep\nsummary: {'baa ' * 500}\n{'b' * 1_000}: 1\n"
    matter += f"links: {{code: [https://example.com/{'a' * 5_000}, 'no address {'a' * 5_000}']}}"
    write_tree(site, {f"{PAPERS}/sheep.md": entry(matter)})


def not_utf_8(site: Path) -> None:
    latin = entry("title: Counting sheep\nauthors: [Zoë Bee]").encode("latin-1")
    wide = entry().encode("utf-16")
    write_tree(site, {f"{PAPERS}/latin.md": latin, f"{PAPERS}/wide.md": wide})


def control_characters(site: Path) -> None:
    body = "One \x1b[31mred\x1b[0m sheep.\n\nAnd a hidden\x00one.\n"
    paper = entry("title: Counting \x07sheep", body)
    write_tree(site, {f"{PAPERS}/sheep.md": paper, "templates/home.html": "\x01"})


def names_in_other_case(site: Path) -> None:
    make_both(site, "sheep", "Sheep")


def names_in_other_unicode_form(site: Path) -> None:
    make_both(site, "sch\u00e4fchen", "scha\u0308fchen")


def make_both(site: Path, one: str, other: str) -> None:
    write_tree(site, {f"{PAPERS}/{one}.md": entry()})
    if (site / PAPERS / f"{other}.md").exists():
        missing("a file system that tells these names apart")
    write_tree(site, {f"{PAPERS}/{other}.md": entry("title: More sheep")})


def names_for_windows(site: Path) -> None:
    for name in ("con", "LPT1.sheep", "sheep."):
        write_tree(site, {f"{PAPERS}/{name}.md": entry(f"title: About {name}")})


def names_static(site: Path) -> None:
    for name in ("aux.txt", "wool?.txt", ".carrel"):
        write_tree(site, {f"content/static/{name}": ""})


def names_with_control_characters(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep\n\x1b[31m.md": entry()})


def names_not_utf_8(site: Path) -> None:
    (site / PAPERS).mkdir(parents=True)
    try:
        (site / PAPERS / os.fsdecode(b"sch\xe4f.md")).write_text(entry(), "utf-8")
    except OSError:
        missing("a file system that takes any name")


def links(site: Path) -> None:
    write_tree(site, {"elsewhere/sheep.md": entry(), "content/static/sheep.txt": ""})
    (site / PAPERS).symlink_to(site / "elsewhere")
    (site / "content/pages").mkdir()
    (site / "content/pages/gone.md").symlink_to("nowhere.md")
    (site / "content/static/wool.txt").symlink_to("sheep.txt")
    (site / "templates").symlink_to(".")


def no_ordinary_files(site: Path) -> None:
    (site / PAPERS).mkdir(parents=True)
    os.mkfifo(site / PAPERS / "pipe.md")
    (site / PAPERS / "folder.md").mkdir()
    # The address of a socket is a path of some hundred bytes at most.
    with contextlib.chdir(site / PAPERS), socket.socket(socket.AF_UNIX) as opened:
        opened.bind("socket.md")


MADE: dict[str, Callable[[Path], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        front_matter_too_large,
        yaml_too_many_values,
        file_too_large,
        lines_too_long,
        not_utf_8,
        control_characters,
        names_in_other_case,
        names_in_other_unicode_form,
        names_for_windows,
        names_static,
        names_with_control_characters,
        names_not_utf_8,
        links,
        no_ordinary_files,
    )
}
CASES = sorted({path.name for path in BROKEN.iterdir()} | MADE.keys())

#: 'content/papers/sheep.md:3:10: error: …'; a place may lack its column, or line and column.
FIRST_LINE = re.compile(
    r"(?P<path>(content|templates|themes)(/[^:]*)?|site_config\.yaml)"
    r"(:(?P<line>\d+)(:(?P<column>\d+))?)?: (error|warning): .+"
)


def make_broken(case: str, root: Path) -> Path:
    """Write the site *case* into *root*."""
    files = read_tree(BROKEN / case)
    files.pop("expected.txt", None)
    site = make_site(root, PLAIN | {"site_config.yaml": SETTINGS.encode()} | files)
    if case in MADE:
        MADE[case](site)
    return site


@pytest.mark.parametrize("case", CASES)
def test_a_faulty_site_is_explained(
    case: str, tmp_path: Path, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = BROKEN / case / "expected.txt"
    with contextlib.chdir(make_broken(case, tmp_path / "site")):
        status = main(["--site", ".", "check"])

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

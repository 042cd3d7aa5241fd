"""Whole sites, built through the front door and compared byte for byte.

A case is a folder of `sites/`: the files of a site, with `expected/` for what is built from it
and, where the build has something to say, `warnings.txt`. The theme is `themes/plain`.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from carrel.pipeline import build
from carrel.problems import show_all
from conftest import PLAIN, ROOT, Golden, make_site, read_tree

SITES = ROOT / "tests" / "sites"
#: All that a paper and a term can have beside their pages.
CITED = ["bib", "ris", "csl.json"]
PAPER_FILES = ["index.html", "index.json", "index.md", *(f"cite.{suffix}" for suffix in CITED)]
TERM_FILES = ["index.html", "feed.xml", "atom.xml", "feed.json", "library.csv"]
TERM_FILES += [f"library.{suffix}" for suffix in CITED]
CASES = sorted(path.name for path in SITES.iterdir())


def site_files(case: str) -> dict[str, bytes]:
    """The files of the site *case*, with the theme that it is built with."""
    files = read_tree(SITES / case)
    files.pop("warnings.txt", None)
    return PLAIN | {p: content for p, content in files.items() if not p.startswith("expected/")}


@pytest.mark.parametrize("case", CASES)
def test_builds_the_expected_site(
    case: str, tmp_path: Path, golden: Golden, pytestconfig: pytest.Config
) -> None:
    site = make_site(tmp_path / "site", site_files(case))

    report = build(site, tmp_path / "out")

    golden(SITES / case / "expected", read_tree(tmp_path / "out"))
    said = "".join(f"{row}\n" for row in show_all(report.warnings))
    warnings = SITES / case / "warnings.txt"
    if pytestconfig.getoption("update_golden") and (said or warnings.exists()):
        warnings.write_text(said, "utf-8")
    assert said == (warnings.read_text("utf-8") if warnings.exists() else "")


def mix_line_ends(content: bytes) -> bytes:
    ends = [b"\n", b"\r\n", b"\r"]
    lines = content.split(b"\n")
    return b"".join(line + ends[n % 3] for n, line in enumerate(lines[:-1])) + lines[-1]


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda content: b"\xef\xbb\xbf" + content, id="byte order mark"),
        pytest.param(lambda content: content.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda content: content.replace(b"\n", b"\r"), id="lone CR"),
        pytest.param(mix_line_ends, id="mixed"),
        pytest.param(lambda content: content.rstrip(b"\n"), id="no end of the last line"),
    ],
)
@pytest.mark.parametrize("case", ["basics", "templates", "language"])
def test_however_a_text_was_saved_the_site_is_the_same(
    case: str, rewrite: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    files = {path: rewrite(content) for path, content in site_files(case).items()}
    site = make_site(tmp_path / "site", files)

    build(site, tmp_path / "out")

    built, expected = read_tree(tmp_path / "out"), read_tree(SITES / case / "expected")
    for tree in (built, expected):  # static files are taken over as they are
        tree.pop("assets/night.css", None)
    assert built == expected


def test_drafts_appear_nowhere_until_they_are_asked_for(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", site_files("feeds"))
    traces = [b"hidden", b"secret", b"unfinished"]

    build(site, tmp_path / "out")
    public = read_tree(tmp_path / "out")
    build(site, tmp_path / "drafts", drafts=True)
    drafts = read_tree(tmp_path / "drafts")

    for path, content in public.items():
        assert not [trace for trace in traces if trace in content.lower() or trace in path.encode()]
    assert drafts.keys() - public.keys() == {
        "archive/undated/index.html",
        "secret/index.html",
        *(f"papers/hidden/{name}" for name in PAPER_FILES),
        *(f"topics/unfinished/{name}" for name in TERM_FILES),
    }
    assert b"Hidden draft" in drafts["feed.xml"]


def test_only_whole_addresses_depend_on_where_a_site_lies(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", site_files("basics"))

    build(site, tmp_path / "root", base_url="https://example.org")
    build(site, tmp_path / "below", base_url="https://example.org/repo/")
    root, below = read_tree(tmp_path / "root"), read_tree(tmp_path / "below")

    differ = {path for path in root.keys() | below.keys() if root.get(path) != below.get(path)}
    assert differ == {path for path in root if path.endswith((".xml", ".txt"))} | {"404.html"}
    assert b'<a href="/">' in root["404.html"]
    assert b'<a href="/repo/">' in below["404.html"]


def test_ids_in_feeds_stay_when_a_site_is_built_for_another_address(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", site_files("basics"))

    build(site, tmp_path / "out", base_url="https://elsewhere.example/repo/")

    feed = read_tree(tmp_path / "out")["feed.xml"]
    assert b'<guid isPermaLink="false">tag:example.org,2026:list/papers/sheep</guid>' in feed

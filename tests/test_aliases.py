"""Renamed entries: who kept an old address is led on, and is missed when there is no way."""

import re
from pathlib import Path

import pytest

from carrel.pipeline import Report, build
from conftest import PLAIN, make_site, read_tree, write_tree
from payloads import paper

BASE_URL = "https://reader.example/repo/"
Files = dict[str, str | bytes]
FILES: Files = {
    "content/papers/goats.md": paper("Goats & sheep", "Words.", topics=["counting"]),
    "content/papers/hens.md": paper("Hens", topics=["counting"], organization="Farm"),
    "content/topics/counting.md": paper("Counting"),
    "content/pages/about.md": paper("About"),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = make_site(tmp_path / "site", FILES | PLAIN, base_url=BASE_URL, theme="plain")
    build(root)
    return root


def said(report: Report) -> list[tuple[str, str, str]]:
    told = [(each.where.path, each.message, each.hint) for each in report.warnings]
    return [each for each in told if not each[1].startswith("the citation key")]


def after(site: Path, files: Files, *gone: str) -> tuple[Report, dict[str, bytes]]:
    """Change the list and build it again."""
    write_tree(site, files)
    for path in gone:
        (site / path).unlink()
    report = build(site)
    return report, read_tree(site / "_site")


@pytest.mark.parametrize(
    ("alias", "path"),
    [
        ("old/address/", "old/address/index.html"),
        ("/old/address", "old/address/index.html"),
        ("old/address.html", "old/address.html"),
        ("/old.html", "old.html"),
        ("old/index.html", "old/index.html"),
        ("papers/2408.12757", "papers/2408.12757/index.html"),
        ("a%20b/gr%C3%B6%C3%9Fe/", "a b/größe/index.html"),
    ],
)
def test_an_alias_may_be_written_in_any_form_of_an_address(
    alias: str, path: str, site: Path
) -> None:
    _, tree = after(site, {"content/papers/goats.md": paper("Goats", aliases=[alias])})

    assert b"../papers/goats/" in tree[path] or b'"./papers/goats/' in tree[path]


@pytest.mark.parametrize("theme", ["plain", "reading-room"])
def test_the_page_at_an_old_address_leads_on_and_is_no_page_of_its_own(
    theme: str, tmp_path: Path
) -> None:
    files = FILES | PLAIN
    files["content/papers/goats.md"] = paper("Goats & sheep", aliases=["a/b"])
    build(make_site(tmp_path, files, base_url=BASE_URL, theme=theme))
    tree = read_tree(tmp_path / "_site")

    page = tree["a/b/index.html"].decode()
    assert "<title>Goats &amp; sheep" in page
    assert f'<link rel="canonical" href="{BASE_URL}papers/goats/">' in page
    assert page.count('rel="canonical"') == 1
    assert '<meta name="robots" content="noindex">' in page
    assert '<meta http-equiv="refresh" content="0; url=../../papers/goats/">' in page
    assert re.search('<a href="../../papers/goats/">', page)
    assert all(b"a/b/" not in tree[path] for path in tree if not path.startswith("a/b/"))


def test_papers_terms_and_pages_have_old_addresses(site: Path) -> None:
    files: Files = {
        "content/papers/goats.md": paper("Goats", redirect_from=["old-paper/"]),
        "content/topics/counting.md": paper(
            "Counting", aliases=["sums"], redirect_from=["topics/sums/"]
        ),
        "content/papers/hens.md": paper("Hens", topics=["sums"]),
        "content/pages/about.md": paper("About", aliases=["old-page", "about"], slug="colophon"),
    }

    report, tree = after(site, files)

    assert b"../papers/goats/" in tree["old-paper/index.html"]
    assert b"../../topics/counting/" in tree["topics/sums/index.html"]
    assert b"../colophon/" in tree["old-page/index.html"]
    assert [message for _, message, _ in said(report)] == [
        "the address organizations/farm/ is gone",
    ]


def test_a_term_without_papers_has_no_page_to_lead_to(site: Path) -> None:
    _, tree = after(site, {"content/topics/sleep.md": paper("Sleep", redirect_from=["rest/"])})

    assert [path for path in tree if path.startswith(("rest", "topics/sleep"))] == []


def test_who_reads_the_feed_of_a_moved_term_goes_on_getting_it(site: Path) -> None:
    sums = paper("Sums", aliases=["counting"], redirect_from=["topics/counting/"])
    moved: Files = {"content/topics/sums.md": sums}

    _, tree = after(site, moved, "content/topics/counting.md")

    assert tree["topics/counting/feed.xml"] == tree["topics/sums/feed.xml"]
    assert f"{BASE_URL}topics/sums/feed.xml".encode() in tree["topics/counting/feed.xml"]


def test_a_rename_delivers_nothing_again(site: Path) -> None:
    before = read_tree(site / "_site")["feed.xml"].decode()

    renamed = paper("Goats & sheep", "Words.", topics=["counting"], slug="all", aliases=["x/"])
    _, tree = after(site, {"content/papers/goats.md": renamed})

    now = tree["feed.xml"].decode()
    ids = re.compile(r"<guid[^>]*>([^<]*)</guid>")
    assert ids.findall(now) == ids.findall(before)
    assert now == before.replace("papers/goats/<", "papers/all/<").replace(
        "papers/goats/", "papers/all/"
    )


def test_a_new_slug_without_an_alias_is_told_with_the_alias_to_write(site: Path) -> None:
    other = paper("Goats & sheep", "Words.", topics=["counting"], slug="herd")

    report, _ = after(site, {"content/papers/goats.md": other})

    hint = "to lead its readers on to papers/herd/, add to the front matter: "
    hint += "aliases: [papers/goats/]"
    assert said(report) == [("content/papers/goats.md", "the address papers/goats/ is gone", hint)]
    mended = paper(
        "Goats & sheep", "Words.", topics=["counting"], slug="herd", aliases=["papers/goats/"]
    )
    report, tree = after(site, {"content/papers/goats.md": mended})
    assert said(report) == []
    assert "papers/goats/index.html" in tree


def test_with_the_alias_a_rename_is_no_matter(site: Path) -> None:
    renamed = paper("Goats", slug="herd", aliases=["papers/goats"], topics=["counting"])

    report, _ = after(site, {"content/papers/goats.md": renamed})

    assert said(report) == []


def test_a_renamed_file_is_recognised_by_its_text(site: Path) -> None:
    text = FILES["content/papers/goats.md"]

    report, _ = after(site, {"content/papers/kids.md": text}, "content/papers/goats.md")

    hint = "to lead its readers on to papers/kids/, add to the front matter: "
    hint += "aliases: [papers/goats/]"
    assert said(report) == [("content/papers/kids.md", "the address papers/goats/ is gone", hint)]


def test_a_renamed_and_edited_file_is_guessed_by_its_name(site: Path) -> None:
    moved: Files = {"content/topics/counts.md": paper("Counts", aliases=["counting"])}

    report, _ = after(site, moved, "content/topics/counting.md")

    hint = "if content/topics/counts.md took its place, add to its front matter: "
    hint += "redirect_from: [topics/counting/]"
    assert said(report) == [
        ("content/topics/counting.md", "the address topics/counting/ is gone", hint)
    ]


def test_an_entry_that_was_taken_away_is_missed_once(site: Path) -> None:
    report, _ = after(site, {}, "content/pages/about.md")

    assert [(path, message) for path, message, _ in said(report)] == [
        ("content/pages/about.md", "the address about/ is gone")
    ]
    assert build(site).warnings == ()


def test_nobody_misses_a_draft(tmp_path: Path) -> None:
    files = FILES | PLAIN
    files["content/papers/hens.md"] = paper("Hens", draft=True, topics=["counting"])
    site = make_site(tmp_path, files, base_url=BASE_URL, theme="plain")
    build(site, drafts=True)

    assert build(site).warnings == ()


def test_addresses_that_go_in_great_number_are_counted(tmp_path: Path) -> None:
    papers: Files = {f"content/papers/p{n}.md": paper(f"P {n}") for n in range(40)}
    site = make_site(tmp_path, PLAIN | papers, base_url=BASE_URL, theme="plain")
    build(site)

    report, _ = after(site, {}, *papers)

    assert len(report.warnings) == 21
    assert any(m == "20 more addresses of entries are gone" for _, m, _ in said(report))

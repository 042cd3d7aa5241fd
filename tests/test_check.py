"""`carrel check`: what is proven of a site before it is built."""

import os
import re
from pathlib import Path

import pytest

from carrel import check
from carrel.costs import Cost, sum_up
from carrel.pipeline import build
from carrel.problems import SiteError
from carrel.proof import check_sizes
from carrel.survey import Surveyor
from carrel.terminal import show_costs
from conftest import PLAIN, make_site, read_tree
from payloads import paper, varied_files
from test_cli import carrel

BASE_URL = "https://reader.example/repo/"
Files = dict[str, str | bytes]
FILES: Files = {**PLAIN, "content/papers/goats.md": paper("Goats", "Words.")}


def site(root: Path, files: Files, **settings: object) -> Path:
    given = {"base_url": BASE_URL, "theme": "plain"} | settings
    return make_site(root, FILES | files, **given)


def said(root: Path) -> list[str]:
    """What the check says, a line each: place, kind and message."""
    done = carrel("check", at=root)
    assert "nothing was written" in done.stderr or done.returncode == 0
    rows = re.findall(r"^(?! )(\S.*: (?:error|warning): .*)$", done.stderr, re.MULTILINE)
    assert bool(done.returncode) == any(": error: " in row for row in rows)
    return [row for row in rows if not row.endswith(UNFINISHED)]


#: What the proof-reader says of entries as short as those of these tests.
UNFINISHED = (
    "the day on which this joined the list is missing",
    "this paper is filed under no topic",
)


def test_a_link_with_another_scheme_is_told_of_in_notes_and_not_in_an_abstract(
    tmp_path: Path,
) -> None:
    body = "[ours](foo:1)\n\n## Abstract\n\n[theirs](foo:2) and $\\nothing{$"
    root = make_site(tmp_path / "site", {"content/papers/one.md": paper("One", body)})

    for found in (check.prove(root).warnings, build(root).warnings):
        said = [problem.message for problem in found]
        assert [each for each in said if "foo:" in each] == [
            "'foo:1' stays text: links begin with https:, http: or mailto:"
        ]
        assert any("formula" in each for each in said)


def test_a_list_without_faults_is_told_by_its_size(tmp_path: Path) -> None:
    whole = paper("Goats", "Words.", added="2025-01-01", topics=["meadows"])
    topic = {"content/topics/meadows.md": paper("Meadows")}
    root = site(tmp_path, {"content/papers/goats.md": whole, **topic})
    build(root, tmp_path.parent / "out")
    files = read_tree(tmp_path.parent / "out")

    done = carrel("check", at=root)

    assert (done.returncode, done.stderr) == (0, "")
    size = sum(map(len, files.values()))
    assert done.stdout == f"{len(files)} files, {size / 1000:.1f} kB: no errors, 0 warnings\n"


@pytest.mark.parametrize("base_url", ["https://reader.example/", BASE_URL])
def test_the_themes_of_carrel_hold_together(base_url: str, tmp_path: Path) -> None:
    root = make_site(
        tmp_path, varied_files() | {"site_config.yaml": f"title: A\nbase_url: {base_url}"}
    )

    rows = said(root)
    assert [row for row in rows if ": error: " in row or "leads" in row] == [
        "content/pages/about.md: warning: no page leads to about/"
    ]


BROKEN = "content/papers/goats.md:4:{}: error: the address '{}' {}, in papers/goats/index.html"


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ("A [way](../sheep/).", BROKEN.format(8, "../../papers/sheep/", "leads nowhere")),
        ("A [way](/sheep.pdf).", BROKEN.format(10, "../../sheep.pdf", "leads nowhere")),
        ("A ![plot](plot.png).", BROKEN.format(11, "../../papers/goats/plot.png", "leads nowhere")),
        ("A [way](../GOATS/).", BROKEN.format(9, "../../papers/GOATS/", "leads nowhere")),
        (
            "A [way](../../#front).",
            BROKEN.format(16, "../../#front", "names a place 'front' that its page does not have"),
        ),
        (
            "A [way](#there).",
            BROKEN.format(9, "#there", "names a place 'there' that its page does not have"),
        ),
    ],
)
def test_an_address_that_leads_nowhere_is_named_where_it_stands(
    body: str, row: str, tmp_path: Path
) -> None:
    root = site(tmp_path, {"content/papers/goats.md": paper("Goats", body)})

    place = re.compile(r":\d+:\d+:")
    # In the feed, the entry and its page it is one fault, told once.
    assert [place.sub(":", each) for each in said(root)] == [place.sub(":", row)]


def test_the_line_of_an_address_is_shown(tmp_path: Path) -> None:
    body = "Words.\n\nMore [words](../sheep/) here."
    root = site(tmp_path, {"content/papers/goats.md": paper("Goats", body)})

    done = carrel("check", at=root)

    text = (root / "content/papers/goats.md").read_text().splitlines()
    line = next(n for n, row in enumerate(text, 1) if "sheep" in row)
    assert f"content/papers/goats.md:{line}:14: error:" in done.stderr
    assert "| More [words](../sheep/) here." in done.stderr


def test_letter_case_is_pointed_out(tmp_path: Path) -> None:
    root = site(tmp_path, {"content/papers/goats.md": paper("Goats", "[a](../Goats/)")})

    assert "hint: 'papers/goats/' is written otherwise" in carrel("check", at=root).stderr


def test_a_folder_named_without_its_slash_is_a_warning(tmp_path: Path) -> None:
    root = site(tmp_path, {"content/papers/goats.md": paper("Goats", "[a](../../papers)")})

    (row,) = said(root)
    assert "warning: the address '../../papers' names a folder without its '/'" in row


BASE = PLAIN["themes/plain/templates/base.html"].decode()


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ('<a href="/repo/papers/">x</a>', "holds only while the site is the whole host"),
        ('<a href="/papers/">x</a>', "holds only while the site is the whole host"),
        ("<a href=\"{{ 'sheep/' | href }}\">x</a>", "leads nowhere"),
        ("<a href=\"{{ 'sheep/' | absolute }}\">x</a>", "leads nowhere"),
        ('<img src="{{ \'a.png\' | href }}" alt="">', "leads nowhere"),
        ('<img srcset="{{ \'a.png\' | href }} 2x" src="" alt="">', "leads nowhere"),
        ('<script src="../../../../../../x.js"></script>', "leads out of the site"),
        ("<meta property='og:image' content='{{ 'a.png' | absolute }}'>", "leads nowhere"),
        ("<meta http-equiv=refresh content='0; url={{ 'a/' | href }}'>", "leads nowhere"),
        ("<form action=\"{{ 'go' | href }}\"></form>", "leads nowhere"),
        ("<svg><use href='#icon'/></svg>", "names a place 'icon'"),
        ("<script type='application/ld+json'>\"{{ 'a/' | absolute }}\"</script>", "leads nowhere"),
    ],
)
def test_addresses_of_every_kind_are_followed(added: str, message: str, tmp_path: Path) -> None:
    root = site(tmp_path, {"templates/base.html": f"{BASE}{added}"})

    rows = said(root)

    assert rows
    assert all(message in row or "404.html" in row for row in rows)
    # However many pages have it, it is told once, and for 404.html by itself.
    assert len(rows) <= 2


@pytest.mark.parametrize(
    "added",
    [
        "<a href='https://elsewhere.example/x'>x</a>",
        "<a href='https://reader.example/another/'>x</a>",
        "<a href='//elsewhere.example/x'>x</a>",
        "<a href='mailto:a@reader.example'>x</a>",
        "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' alt=''>",
        "<a href='#top'>x</a><a href='#'>x</a>",
        "<a id='here'></a><a name='there'></a><a href='#here'>x</a><a href='#there'>x</a>",
        "<a href=\"{{ 'papers/?sort=new' | href }}\">x</a>",
        "<a href=\"{{ 'papers/' | href }}#:~:text=Goats\">x</a>",
    ],
)
def test_other_addresses_are_left_alone(added: str, tmp_path: Path) -> None:
    assert said(site(tmp_path, {"templates/base.html": f"{BASE}{added}"})) == []


@pytest.mark.parametrize("base_url", ["https://reader.example/", BASE_URL])
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("papers/", "counts from wherever 404.html is shown"),
        ("../papers/", "counts from wherever 404.html is shown"),
        ("/papers/", "leads out of /repo/"),
        ("/repo/papers/", "leads nowhere"),
    ],
)
def test_the_page_for_missing_addresses_is_proven_at_a_root_and_in_a_folder(
    address: str, message: str, base_url: str, tmp_path: Path
) -> None:
    page = f'{{% extends "base.html" %}}{{% block main %}}<a href="{address}">x</a>{{% endblock %}}'
    root = site(tmp_path, {"templates/404.html": page}, base_url=base_url)

    assert said(root) == [f"404.html: error: the address '{address}' {message}"]


def test_a_missing_file_of_a_style_sheet_is_named(tmp_path: Path) -> None:
    css = "@import 'more.css'; a { background: url(\"a b.png\") } b { src: url(data:x) }"
    files: Files = {"content/static/look/style.css": css, "content/static/look/more.css": ""}

    assert said(site(tmp_path, files)) == [
        "look/style.css: error: the address 'a b.png' leads nowhere"
    ]


def test_a_page_that_is_taken_over_is_followed_too(tmp_path: Path) -> None:
    demo = "<a href='../papers/'>x</a> <a href='/repo/papers/'>x</a> <a href='gone.html'>x</a>"

    assert said(site(tmp_path, {"content/static/demo/index.html": demo})) == [
        "demo/index.html: error: the address 'gone.html' leads nowhere"
    ]


def test_feeds_and_the_sitemap_name_only_what_is_there(tmp_path: Path) -> None:
    feed = PLAIN["themes/plain/templates/feed.xml"].decode()
    lost = feed.replace("</channel>", "{{ 'gone/' | absolute }}</channel>")
    sitemap = PLAIN["themes/plain/templates/sitemap.xml"].decode()

    assert said(
        site(tmp_path, {"templates/feed.xml": lost, "templates/sitemap.xml": f"{sitemap}<!--"})
    ) == [f"feed.xml: error: the address '{BASE_URL}gone/' leads nowhere"]


def test_links_for_reading_from_disk_lead_to_files(tmp_path: Path) -> None:
    base_url = "https://example.org/list/"
    sheep = paper("Sheep", "See [the other](goats.md).")
    root = site(tmp_path, {"content/papers/sheep.md": sheep}, theme="reading-room")
    build(root, index_links=True, base_url=base_url)
    tree = read_tree(root / "_site")
    surveyor = Surveyor(tree, base_url)
    for path, content in tree.items():
        assert surveyor.look(path, content).flaws == ()
        if path.endswith(".html"):
            links = re.findall(r'<a [^>]*?href="([^"]*)"', content.decode())
            ours = [link for link in links if not link.startswith(("http", "#"))]
            assert ours
            assert [link for link in ours if link.partition("#")[0].endswith("/")] == []
    page = tree["papers/sheep/index.html"].decode()
    assert '<a href="../../papers/goats/index.html">the other</a>' in page
    assert f'<link rel="canonical" href="{base_url}papers/sheep/">' in page
    assert b"index.html" not in tree["feed.xml"] + tree["sitemap.xml"]


def test_a_page_that_nothing_leads_to_is_a_warning(tmp_path: Path) -> None:
    files: Files = {
        "content/pages/about.md": paper("About", "[on](../more/)", aliases=["old/"]),
        "content/pages/more.md": paper("More", "[back](../about/)"),
    }

    assert said(site(tmp_path, files)) == [
        "content/pages/about.md: warning: no page leads to about/",
        "content/pages/more.md: warning: no page leads to more/",
    ]
    assert carrel("check", "--strict", at=tmp_path).returncode == 1


def test_every_page_of_a_long_list_is_found(tmp_path: Path) -> None:
    files: Files = {f"content/papers/p{n}.md": paper(f"P {n}") for n in range(30)}

    assert said(site(tmp_path, files, page_size=3)) == []


def test_several_processes_find_the_same(tmp_path: Path) -> None:
    files: Files = {
        f"content/papers/p{n}.md": paper(f"P {n}", f"[x](../p{n}00/)") for n in range(250)
    }
    root = site(tmp_path, files | {"content/papers/goats.md": paper("Goats")})

    with pytest.raises(SiteError) as one:
        check.prove(root)
    with pytest.raises(SiteError) as two:
        check.prove(root, jobs=2)

    assert one.value.problems == two.value.problems
    assert len(one.value.problems) > 200


def test_an_address_that_vanishes_is_told_before_the_build(tmp_path: Path) -> None:
    root = site(tmp_path, {})
    carrel("build", at=root)
    (root / "content/papers/goats.md").rename(root / "content/papers/kids.md")

    assert said(root) == ["content/papers/kids.md: warning: the address papers/goats/ is gone"]


def test_a_check_writes_nothing_and_needs_no_right_to(tmp_path: Path) -> None:
    root = site(tmp_path, {})
    carrel("build", at=root)
    before = read_tree(root)
    times = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
        folder.chmod(0o555)
    try:
        assert carrel("check", at=root).returncode == 0
    finally:
        for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
            folder.chmod(0o755)

    assert read_tree(root) == before
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == times


def test_a_site_too_large_for_pages_is_an_error(tmp_path: Path) -> None:
    root = site(tmp_path, {})
    big = root / "content/static/films/one.bin"
    big.parent.mkdir(parents=True)
    with big.open("wb") as file:
        os.truncate(file.fileno(), 901_000_000)

    done = carrel("check", at=root)

    assert done.returncode == 1
    assert "config.yaml: error: the site has 901 MB; GitHub Pages takes 1,000" in done.stderr
    assert "1 × films/*.bin (901 MB)" in done.stderr
    assert "films/one.bin: warning: the file has 901 MB" in done.stderr


def test_a_large_site_is_a_warning() -> None:
    (problem,) = check_sizes({f"{n}.bin": 30_000_000 for n in range(5)})

    assert problem.warning
    assert problem.message == "the site has 150 MB; GitHub Pages takes 1,000"


def test_what_costs_most_comes_first() -> None:
    sizes = {f"papers/p{n}/index.html": 100 for n in range(50)}
    sizes |= {f"topics/t{n}/feed.xml": 200 for n in range(30)}
    sizes |= {f"topics/t{n}/d{n}/feed.xml": 10 for n in range(30)}
    sizes |= {f"topics/t1/page/{n}/index.html": 5 for n in range(30)}
    sizes |= {"index.html": 7, "assets/a.css": 1, "assets/b.css": 1, "CNAME": 1}

    costs = sum_up(sizes)

    assert costs[:4] == (
        Cost("topics/*/feed.xml", 30, 6000),
        Cost("papers/*/index.html", 50, 5000),
        Cost("topics/*/*/feed.xml", 30, 300),
        Cost("topics/*/page/*/index.html", 30, 150),
    )
    assert {cost.kind for cost in costs[4:]} == {"index.html", "assets/*.css", "*"}
    assert sum(cost.size for cost in costs) == sum(sizes.values())
    rows = list(show_costs(costs))
    assert rows[0] == "        30 × topics/*/feed.xml: 6.0 kB"


def test_a_build_says_what_makes_a_very_large_site_so_large(tmp_path: Path) -> None:
    root = site(tmp_path, {})
    big = root / "content/static/film.bin"
    big.parent.mkdir(parents=True)
    with big.open("wb") as file:
        os.truncate(file.fileno(), 101_000_000)

    done = carrel("build", at=root)

    assert done.stdout.splitlines()[1] == "         1 × *.bin: 101.0 MB"
    assert not carrel("build", "-q", at=root).stdout


@pytest.mark.parametrize(
    ("link", "hint"),
    [
        ("[w](<my notes.md>)", "mend it, or take the link out"),
        ("[w](é.pdf)", "put it into content/static/papers/goats/é.pdf"),
        ("![w](<my fig.png>)", "put it into content/static/papers/goats/my fig.png"),
        ("[w](www.example.com)", "write https:// before it"),
        ("[w](../shep/)", "did you mean 'papers/sheep/'?"),
    ],
)
def test_a_relative_link_that_leads_nowhere_is_shown_with_advice(
    link: str, hint: str, tmp_path: Path
) -> None:
    goats = f"---\ntitle: Goats\n---\nThe my fig.png.\n\nA {link}.\n"
    files: Files = {"content/papers/sheep.md": paper("Sheep"), "content/papers/goats.md": goats}

    with pytest.raises(SiteError) as caught:
        check.prove(site(tmp_path / "site", files))

    (problem,) = (each for each in caught.value.problems if not each.warning)
    assert (problem.where.path, problem.where.line) == ("content/papers/goats.md", 6)
    assert (problem.hint, link in problem.excerpt) == (hint, True)

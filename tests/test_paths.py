"""Reading paths and the list of changes."""

from pathlib import Path

import feedparser
import pytest

from carrel.pipeline import build
from conftest import make_site, read_tree, write_tree
from payloads import paper

URL = "https://example.org/"
SERIES = {"series": {"ordered": True}}
PAPERS = {
    f"content/papers/{name}.md": paper(
        name.title(), added=f"2024-01-0{n}", series={"name": "A path", "order": order}
    )
    for n, (name, order) in enumerate([("last", 9), ("first", -1), ("middle", 5)], 1)
}


def built(root: Path) -> dict[str, str]:
    return {path: text.decode("utf-8", "replace") for path, text in read_tree(root).items()}


def test_a_path_has_its_papers_in_the_order_that_they_give(tmp_path: Path) -> None:
    build(make_site(tmp_path, PAPERS, base_url=URL, taxonomies=SERIES))

    page = built(tmp_path / "_site")["series/a-path/index.html"]

    places = [page.index(f">{title}</a></h3>") for title in ("First", "Middle", "Last")]
    assert places == sorted(places)
    assert page.count("Step ") == 3


def test_a_papers_page_says_what_comes_before_and_behind(tmp_path: Path) -> None:
    build(make_site(tmp_path, PAPERS, base_url=URL, taxonomies=SERIES))

    page = built(tmp_path / "_site")["papers/middle/index.html"]
    part = page.partition('id="path-1"')[2].partition("</section>")[0]

    assert "Step 2 of 3 of" in part
    assert 'rel="prev" href="../../papers/first/"' in part
    assert 'rel="next" href="../../papers/last/"' in part


def test_a_long_path_stands_on_one_page(tmp_path: Path) -> None:
    root = make_site(tmp_path, PAPERS, base_url=URL, taxonomies=SERIES, page_size=1)
    build(root)

    assert not [path for path in built(root / "_site") if path.startswith("series/a-path/page")]


@pytest.mark.parametrize("field", ["series", "hardware"])
def test_any_taxonomy_can_be_ordered(field: str, tmp_path: Path) -> None:
    root = make_site(
        tmp_path,
        {
            "content/papers/b.md": paper(
                "B", steps=[{"name": "P", "order": 1}], added="2024-01-01"
            ),
            "content/papers/a.md": paper(
                "A", steps=[{"name": "P", "order": 2}], added="2024-01-02"
            ),
        },
        taxonomies={"courses": {"field": "steps", "ordered": True}, field: None},
    )
    build(root)

    page = built(root / "_site")["courses/p/index.html"]
    assert page.index(">B</a></h3>") < page.index(">A</a></h3>")


def test_another_place_in_a_path_changes_the_path_and_its_papers(tmp_path: Path) -> None:
    files = PAPERS | {"content/papers/else.md": paper("Else", added="2023-01-01")}
    root = make_site(tmp_path, files, base_url=URL, taxonomies=SERIES)
    build(root)
    moved = files["content/papers/last.md"].replace('"order": 9', '"order": 1')
    write_tree(root, {"content/papers/last.md": moved})

    rendered = build(root).rendered

    assert set(rendered) == {
        "series/a-path/index.html",
        *(f"papers/{name}/index.html" for name in ("first", "middle", "last")),
    }


def test_there_are_no_changes_until_something_has_changed(tmp_path: Path) -> None:
    root = make_site(tmp_path, {"content/papers/one.md": paper("One")}, base_url=URL)
    build(root)
    assert not [path for path in built(root / "_site") if path.startswith("changes")]

    write_tree(root, {"content/papers/one.md": paper("One", updated="2024-05-06")})
    build(root)

    site = built(root / "_site")
    assert "6 May 2024" in site["changes/index.html"].replace("May 6, 2024", "6 May 2024")
    assert 'href="../../changes/"' in site["papers/one/index.html"]


def test_the_feed_of_changes_is_apart_from_the_main_feed(tmp_path: Path) -> None:
    files = {
        "content/papers/new.md": paper("New", added="2024-06-01"),
        "content/papers/one.md": paper(
            "One", added="2024-01-01", updated="2024-05-06", correction="Two, and not three."
        ),
    }
    root = make_site(tmp_path, files, base_url=URL)
    build(root)

    site = built(root / "_site")
    main, changes = (feedparser.parse(site[p]) for p in ("feed.xml", "changes/feed.xml"))

    assert [entry.title for entry in changes.entries] == ["One"]
    (entry,) = changes.entries
    assert entry.id.endswith("/papers/one/updated/2024-05-06")
    assert entry.id not in {each.id for each in main.entries}
    assert entry.summary == "Two, and not three."
    assert entry.published.startswith("Mon, 06 May 2024")
    assert changes.feed.title == "Changes — A list"
    assert changes.feed.links[-1].href == f"{URL}changes/feed.xml"


def test_a_correction_is_read_on_the_papers_page_and_among_the_changes(tmp_path: Path) -> None:
    text = paper("One", updated="2024-05-06", correction="Two, & not three.")
    build(make_site(tmp_path, {"content/papers/one.md": text}, base_url=URL))

    site = built(tmp_path / "_site")
    for page in ("papers/one/index.html", "changes/index.html"):
        assert "Two, &amp; not three." in site[page]
    assert "not three" not in site["papers/index.html"]


def test_status_and_rating_are_shown_in_lists_and_on_the_papers_page(tmp_path: Path) -> None:
    text = paper("One", status="queued", rating=4)
    build(make_site(tmp_path, {"content/papers/one.md": text}, base_url=URL))

    site = built(tmp_path / "_site")
    for page in ("index.html", "papers/index.html", "papers/one/index.html"):
        assert "to be read" in site[page]
        assert "4 of 5" in site[page]

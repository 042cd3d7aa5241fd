"""Feeds: what a feed reader makes of them, and the order and wording that validators want."""

import datetime as dt
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import feedparser
import pytest

from carrel.pipeline import build
from conftest import make_site, read_tree, write_tree
from payloads import (
    CONFIG,
    PAYLOADS,
    TITLES,
    fragment,
    hostile_config,
    hostile_files,
    one_line,
    paper,
    varied_files,
    what_runs,
)

BASE_URL = "https://reader.example/repo/"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM_LINK = "{http://www.w3.org/2005/Atom}link"
ROOMY = {"limit": 100, "id_base": "tag:reader.example,2024:list"}
WHOLE = re.compile("https?://|mailto:")
Tree = dict[str, bytes]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The varied list, with room for all papers in its feeds."""
    files = varied_files()
    files["site_config.yaml"] = json.dumps(CONFIG | {"feeds": ROOMY})
    return built(tmp_path_factory.mktemp("varied"), files)


def built(folder: Path, files: Any, base_url: str | None = None) -> Tree:
    write_tree(folder / "site", files)
    build(folder / "site", folder / "out", base_url=base_url)
    return read_tree(folder / "out")


def feeds_of(tree: Tree) -> dict[str, bytes]:
    return {path: content for path, content in tree.items() if path.endswith("feed.xml")}


def read(content: bytes) -> Any:
    parsed = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "rss20"
    return parsed


CHANGES = "changes/feed.xml"  #: its items are told by the day of the change; see test_paths.py


def channel_of(content: bytes) -> ET.Element:
    channel = ET.fromstring(content).find("channel")
    assert channel is not None
    return channel


def test_the_list_and_every_term_with_a_page_have_a_feed(tree: Tree) -> None:
    terms = {
        path.removesuffix("index.html")
        for path in tree
        if re.fullmatch(r"(topics|hardware|organizations|venues|authors)/[^/]+/index.html", path)
    }
    without = {path for path in terms if path.startswith("authors/")}  # as the settings say

    assert len(terms) > 8
    assert len(without) > 2
    feeds = {"feed.xml", CHANGES} | {f"{term}feed.xml" for term in terms - without}
    assert feeds_of(tree).keys() == feeds


def test_every_feed_is_read_without_complaint(tree: Tree) -> None:
    for path, content in feeds_of(tree).items():
        parsed = read(content)

        assert parsed.entries
        assert parsed.feed.language == "en"
        assert parsed.feed.generator.startswith("Carrel ")
        (own,) = [link for link in parsed.feed.links if link.rel == "self"]
        assert own.href == f"{BASE_URL}{path}"
        assert own.type == "application/rss+xml"
        assert parsed.feed.link == BASE_URL + path.removesuffix("feed.xml")


def test_channels_have_their_elements_in_order(tree: Tree) -> None:
    for content in feeds_of(tree).values():
        channel = channel_of(content)
        names = [child.tag for child in channel if child.tag != "item"]
        dated = ["lastBuildDate"] if channel.find("lastBuildDate") is not None else []

        assert names == [
            *(
                "title",
                "link",
                "description",
                "language",
                *dated,
                "docs",
                "generator",
                "ttl",
                "image",
            ),
            ATOM_LINK,
        ]
        image = channel.find("image")
        assert image is not None
        assert [child.tag for child in image] == ["url", "title", "link"]
        assert image.findtext("title") == channel.findtext("title")
        assert image.findtext("link") == channel.findtext("link")


def test_items_have_their_elements_in_order(tree: Tree) -> None:
    order = ["title", "link", "guid", "pubDate", f"{DC}creator", f"{DC}identifier", "category"]
    order += ["description", CONTENT]
    for content in feeds_of(tree).values():
        for item in channel_of(content).iter("item"):
            places = [order.index(child.tag) for child in item]

            assert places == sorted(places)
            assert {0, 1, 2, 7, 8} <= set(places)


def test_the_picture_and_the_style_of_a_feed_exist(tree: Tree) -> None:
    for content in feeds_of(tree).values():
        text = content.decode()
        image = channel_of(content).findtext("image/url") or ""
        (style,) = re.findall(r'<\?xml-stylesheet type="text/css" href="([^"]+)"\?>', text)

        assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet ')
        assert image.removeprefix(BASE_URL) in tree
        assert style.removeprefix(BASE_URL) in tree


def test_hostile_titles_come_out_as_they_went_in(tree: Tree) -> None:
    parsed = read(tree["feed.xml"])

    by_guid = {entry.id.rpartition("/")[2]: entry.title for entry in parsed.entries}
    assert {key: title for key, title in by_guid.items() if key.startswith("title-")} == {
        f"title-{number}": title for number, title in enumerate(TITLES)
    }
    assert parsed.feed.title == CONFIG["title"]
    assert parsed.feed.subtitle == CONFIG["description"]
    raw = tree["feed.xml"].decode()
    # Readers differ in how often they take '&amp;' for '&'; these spellings they agree on.
    assert "<title>AT&#x26;T, R&#x26;amp;D and 2 &#x3C; 3 " in raw


def test_an_item_is_known_by_an_address_that_never_changes(tmp_path: Path) -> None:
    files = varied_files() | {"site_config.yaml": json.dumps(CONFIG | {"feeds": ROOMY})}
    tree = built(tmp_path / "one", files)
    moved = built(tmp_path / "two", files, base_url="https://elsewhere.example/")
    guids: dict[str, set[str]] = {}
    both = [*feeds_of(tree).items(), *feeds_of(moved).items()]
    for content in (content for path, content in both if path != CHANGES):
        for item in channel_of(content).iter("item"):
            guid = item.find("guid")
            assert guid is not None
            assert guid.get("isPermaLink") == "false"
            guids.setdefault(str(item.findtext("title")), set()).add(str(guid.text))

    assert all(len(found) == 1 for found in guids.values())
    assert len(set.union(*guids.values())) == len(guids)
    assert guids["Second"] == {"tag:reader.example,2024:list/papers/second"}  # not its slug
    assert b"https://elsewhere.example/feed.xml" in moved["feed.xml"]
    assert b"reader.example/" not in moved["feed.xml"].replace(b"https://reader.example/</", b"")


def test_without_an_id_base_the_settings_give_one(tmp_path: Path) -> None:
    make_site(tmp_path / "site", {"content/papers/a.md": paper("A")}, base_url=BASE_URL)
    for base_url in (None, "https://elsewhere.example/"):
        build(tmp_path / "site", base_url=base_url)
        entry = read((tmp_path / "site/_site/feed.xml").read_bytes()).entries[0]

        assert entry.id == "tag:reader.example,2026:repo/papers/a"


def test_times_are_in_the_first_hour_of_the_day_added(tree: Tree) -> None:
    for content in (content for path, content in feeds_of(tree).items() if path != CHANGES):
        for item in channel_of(content).iter("item"):
            written = item.findtext("pubDate")
            title = item.findtext("title")
            if title == "Third":
                assert written is None
                continue
            assert written is not None
            assert re.fullmatch(
                r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} 00:\d\d:\d\d \+0000", written
            )
            when = dt.datetime.strptime(written, "%a, %d %b %Y %H:%M:%S %z")
            assert f"{when:%a}" == written[:3]
            number = TITLES.index(title) if title in TITLES else None
            days = {
                "First: a paper with everything": dt.date(2024, 5, 3),
                "Second": dt.date(2020, 1, 2),
            }
            day = days[str(title)] if number is None else dt.date(2024, 4, number + 1)
            assert when.date() == day


def test_the_newest_item_is_first(tree: Tree) -> None:
    for content in feeds_of(tree).values():
        written = [item.findtext("pubDate") for item in channel_of(content).iter("item")]
        days = [
            dt.datetime.strptime(day, "%a, %d %b %Y %H:%M:%S %z").date() for day in written if day
        ]

        assert days == sorted(days, reverse=True)
        assert None not in written[: len(days)]


def test_the_build_date_is_that_of_the_newest_change(tree: Tree) -> None:
    # 'First' was added in May and changed on June 1st; the clock has no say.
    for path, day in {
        "feed.xml": "Sat, 01 Jun 2024",
        "topics/paging/feed.xml": "Fri, 12 Apr 2024",
    }.items():
        written = channel_of(tree[path]).findtext("lastBuildDate") or ""

        assert written.startswith(day)
        assert written.endswith(" +0000")


def test_a_feed_has_a_limit(tmp_path: Path) -> None:
    tree = built(tmp_path, varied_files())

    counts = {path: len(read(content).entries) for path, content in feeds_of(tree).items()}
    assert counts["feed.xml"] == counts["hardware/h100/feed.xml"] == 5
    newest = [entry.id.rpartition("/")[2] for entry in read(tree["feed.xml"]).entries]
    assert newest == ["first", *(f"title-{n}" for n in (11, 10, 9, 8))]


def test_a_term_has_the_papers_of_narrower_terms(tree: Tree) -> None:
    titles = {entry.title for entry in read(tree["topics/systems/feed.xml"]).entries}

    assert titles == {"First: a paper with everything", "Second", *TITLES}


def test_drafts_are_in_no_feed(tree: Tree) -> None:
    assert all(b"Secret" not in content for content in tree.values())
    assert not [path for path in tree if "papers/hidden" in path]


def test_an_item_tells_what_citation_managers_read(tree: Tree) -> None:
    (item,) = [
        item
        for item in channel_of(tree["feed.xml"]).iter("item")
        if item.findtext("title") == "First: a paper with everything"
    ]

    assert [child.text for child in item.iter(f"{DC}creator")] == ["Ada One", "Bo Two"]
    assert item.findtext(f"{DC}identifier") == "doi:10.1000/first(1)<2>"
    assert item.findtext("description") == "It is the &lt;first&gt; of its kind."
    assert item.find("author") is None
    assert item.findtext("link") == f"{BASE_URL}papers/first/"
    domains = {(child.get("domain"), child.text) for child in item.iter("category")}
    assert {
        (f"{BASE_URL}topics/", "serving"),
        (f"{BASE_URL}hardware/", "h100"),
        (f"{BASE_URL}organizations/", "acme"),
    } <= domains
    content = item.findtext(CONTENT) or ""
    for words in ("What it shows", "Opening words", "The authors' words", "A Conference"):
        assert words in content or words == "A Conference"


def test_what_is_read_elsewhere_has_whole_addresses_only(tree: Tree) -> None:
    for content in feeds_of(tree).values():
        for item in channel_of(content).iter("item"):
            html = item.findtext(CONTENT) or ""
            addresses = re.findall(r'(?:href|src)="([^"]*)"', html)

            assert addresses
            assert [a for a in addresses if not WHOLE.match(a)] == []
            assert "\0" not in html
        assert b"\0" not in content


def test_nothing_in_a_feed_runs(tmp_path: Path) -> None:
    limit = {"limit": 500}
    tree = built(tmp_path, hostile_files() | {"site_config.yaml": hostile_config(feeds=limit)})

    content = tree["feed.xml"]
    parsed = read(content)
    assert len(parsed.entries) == len(hostile_files())
    for entry, item in zip(parsed.entries, channel_of(content).iter("item"), strict=True):
        html = item.findtext(CONTENT) or ""
        assert list(what_runs(fragment(html))) == [], entry.id
        description = item.findtext("description") or ""  # HTML to a reader, as the content is
        assert list(what_runs(fragment(description))) == [], entry.id
        assert [a for a in re.findall(r'(?:href|src)="([^"]*)', html) if not WHOLE.match(a)] == []
        assert entry.title == one_line(PAYLOADS[int(entry.id.rpartition("/p")[2])])
    for other in feeds_of(tree).values():
        read(other)


def test_pages_name_their_feeds(tree: Tree) -> None:
    def named(path: str) -> list[tuple[str, str]]:
        links = re.findall(
            r'<link rel="alternate" type="application/rss\+xml" [^>]*>', tree[path].decode()
        )
        found = [re.search(r'title="([^"]*)" href="([^"]*)"', link) for link in links]
        return [(match[1], match[2]) for match in found if match]

    assert [href for _, href in named("index.html")] == ["./feed.xml"]
    assert [href for _, href in named("papers/first/index.html")] == ["../../feed.xml"]
    both = named("topics/serving/index.html")
    assert [href for _, href in both] == ["../../feed.xml", "../../topics/serving/feed.xml"]
    assert len({title for title, _ in both}) == 2
    visible = re.findall(r'<a [^>]*href="([^"]*)"', tree["topics/serving/index.html"].decode())
    assert "../../topics/serving/feed.xml" in visible

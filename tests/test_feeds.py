"""Feeds: what a feed reader makes of them, and the order and wording that validators want."""

import datetime as dt
import html
import json
import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest

from carrel.markdown import show_formulas
from carrel.pipeline import build
from conftest import THEMES, make_site, read_tree, write_tree
from feed_rules import complain_atom, complain_opml, complain_rss
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
SHOWN = [show_formulas(title) for title in TITLES]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The varied list, with room for all papers in its feeds."""
    files = varied_files()
    outputs = {"term": ["atom", "json"], "pair": ["atom", "json"]}
    files["site_config.yaml"] = json.dumps(CONFIG | {"feeds": ROOMY, "outputs": outputs})
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
    pairs = {
        path.removesuffix("index.html")
        for path in tree
        if re.fullmatch(r"topics/[^/]+/(?!page/)[^/]+/index.html", path)
    }
    feeds = {"feed.xml", CHANGES} | {f"{each}feed.xml" for each in pairs | terms - without}
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
        f"title-{number}": title for number, title in enumerate(SHOWN)
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
            number = SHOWN.index(title) if title in SHOWN else None
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

    assert titles == {"First: a paper with everything", "Second", *SHOWN}


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
            body = item.findtext(CONTENT) or ""
            addresses = re.findall(r'(?:href|src)="([^"]*)"', body)

            assert addresses
            assert [a for a in addresses if not WHOLE.match(a)] == []
            assert "\0" not in body
        assert b"\0" not in content


def test_nothing_in_a_feed_runs(tmp_path: Path) -> None:
    limit = {"limit": 500}
    tree = built(tmp_path, hostile_files() | {"site_config.yaml": hostile_config(feeds=limit)})

    content = tree["feed.xml"]
    parsed = read(content)
    assert len(parsed.entries) == len(hostile_files())
    for entry, item in zip(parsed.entries, channel_of(content).iter("item"), strict=True):
        body = item.findtext(CONTENT) or ""
        assert list(what_runs(fragment(body))) == [], entry.id
        description = item.findtext("description") or ""  # HTML to a reader, as the content is
        assert list(what_runs(fragment(description))) == [], entry.id
        assert [a for a in re.findall(r'(?:href|src)="([^"]*)', body) if not WHOLE.match(a)] == []
        assert entry.title == show_formulas(one_line(PAYLOADS[int(entry.id.rpartition("/p")[2])]))
    for other in feeds_of(tree).values():
        read(other)


def test_pages_name_their_feeds(tree: Tree) -> None:
    def named(path: str, type: str = "rss") -> list[tuple[str, str]]:
        pattern = rf'<link rel="alternate" type="application/{type}\+\w+" [^>]*>'
        links = re.findall(pattern, tree[path].decode())
        found = [re.search(r'title="([^"]*)" href="([^"]*)"', link) for link in links]
        return [(match[1], match[2]) for match in found if match]

    for page in (path for path in tree if path.endswith(".html")):
        assert len(named(page)) >= 1, page
    assert [href for _, href in named("index.html")] == ["./feed.xml"]
    assert [href for _, href in named("papers/first/index.html")] == ["../../feed.xml"]
    titles = set()
    for type, name in (("rss", "feed.xml"), ("atom", "atom.xml"), ("feed", "feed.json")):
        both = named("topics/serving/index.html", type)
        assert [href for _, href in both] == [f"../../{name}", f"../../topics/serving/{name}"]
        titles |= {title for title, _ in both}
    assert len(titles) == 6
    pair = "topics/paging/h100/"
    for type, name in (("rss", "feed.xml"), ("atom", "atom.xml"), ("feed", "feed.json")):
        links = [href for _, href in named(f"{pair}index.html", type)]
        assert links == [f"../../../{name}", f"../../../{pair}{name}"]
    visible = re.findall(r'<a [^>]*href="([^"]*)"', tree["topics/serving/index.html"].decode())
    assert "../../topics/serving/feed.xml" in visible


# Atom, JSON Feed, OPML, and the page for people

RULES = {"feed.xml": complain_rss, "atom.xml": complain_atom}


def read_json(content: bytes) -> dict[str, Any]:
    feed: dict[str, Any] = json.loads(content)
    return feed


def ids_of(tree: Tree, path: str) -> list[str]:
    if path.endswith(".json"):
        return [item["id"] for item in read_json(tree[path])["items"]]
    parsed = feedparser.parse(tree[path])
    assert not parsed.bozo
    return [entry.id for entry in parsed.entries]


def test_no_rule_of_the_validator_is_broken(tree: Tree) -> None:
    for name, complain in RULES.items():
        feeds = {path: content for path, content in tree.items() if path.endswith(name)}
        assert len(feeds) > 8
        for path, content in feeds.items():
            assert [f"{path}: {each}" for each in complain(content, BASE_URL + path)] == []
    assert list(complain_opml(tree["feeds.opml"])) == []


@pytest.mark.parametrize(("name", "old", "new", "complaint"), [
    ("feed.xml", "<language>en</language>", "", "no language"),
    ("feed.xml", 'feed.xml" rel="self"', 'other.xml" rel="self"', "link to itself"),
    ("feed.xml", "+0000</pubDate>", "+0000</pubDate><dc:date>2024-01-01</dc:date>", "say the same"),
    ("feed.xml", "Fri, 03 May", "Sat, 03 May", "wrong weekday"),
    ("feed.xml", "03 May 2024", "03 May 2094", "in the future"),
    ("feed.xml", "<item>", "<item><author>Ada</author>", "without an address of mail"),
    ("feed.xml", "<item>", "<item><content:encoded>x</content:encoded>", "does not precede"),
    ("feed.xml", 'isPermaLink="false"', "", "no permanent link"),
    ("feed.xml", "list/papers/first<", "list/papers/second<", "twice"),
    ("feed.xml", "<ttl>", "<description>x</description><ttl>", "<description> twice"),
    ("feed.xml", "</channel>", "<docs>x</docs></channel>", "behind an item"),
    ("feed.xml", "icon-144.png</url>", "icon.svg</url>", "no picture"),
    ("feed.xml", "encoded><![CDATA[", "encoded><![CDATA[<script>", "a <script>"),
    ("feed.xml", "encoded><![CDATA[", "encoded><![CDATA[<math>", "a <math>"),
    ("feed.xml", "encoded><![CDATA[", "encoded><![CDATA[<a href='/x'>", "no whole address"),
    ("feed.xml", "encoded><![CDATA[", "encoded><![CDATA[<p style='x'>", "attribute style"),
    ("atom.xml", ' xml:lang="en"', "", "no language"),
    ("atom.xml", "<id>tag:reader.example,2024:list</id>", "", "<id> is missing"),
    ("atom.xml", 'rel="self"', 'rel="other"', "link to itself"),
    ("atom.xml", "Z</published>", "</published>", "no moment"),
    ("atom.xml", "<content type", "<content kind", "no content of type html"),
    ("atom.xml", "<updated>2024-06", "<updated>2023-06", "newer than the feed"),
    ("atom.xml", 'term="serving"', "", "without a term"),
    ("feeds.opml", "<head>", "<head><docs>x</docs>", "unknown"),
    ("feeds.opml", ' xmlUrl="https', ' xmlUrl="', "no whole address"),
    ("feeds.opml", ' type="rss"', "", "no type"),
])  # fmt: skip
def test_a_breach_of_a_rule_is_noticed(
    tree: Tree, name: str, old: str, new: str, complaint: str
) -> None:
    broken = tree[name].decode().replace(old, new, 1).encode()
    assert broken != tree[name]

    if name == "feeds.opml":
        found = list(complain_opml(broken))
    else:
        found = list(RULES[name](broken, BASE_URL + name))

    assert any(complaint in each for each in found), found


JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "description": {"type": "string"},
        "language": {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]+)*$"},
        **{
            name: {"type": "string", "pattern": "^https?://"}
            for name in ("home_page_url", "feed_url", "icon", "favicon")
        },
        "authors": {"$ref": "#/$defs/authors"},
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
    },
    "additionalProperties": False,
    "$defs": {
        "authors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {name: {"type": "string"} for name in ("name", "url", "avatar")},
            },
        },
        "item": {
            "type": "object",
            "required": ["id"],
            "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
            "additionalProperties": False,
            "properties": {
                **{
                    name: {"type": "string", "minLength": 1}
                    for name in ("id", "title", "content_html", "content_text", "summary")
                },
                "url": {"type": "string", "pattern": "^https?://"},
                "external_url": {"type": "string", "pattern": "^https?://"},
                "date_published": {"type": "string", "format": "date-time", "pattern": "Z$"},
                "date_modified": {"type": "string", "format": "date-time", "pattern": "Z$"},
                "authors": {"$ref": "#/$defs/authors"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "_carrel": {
                    "type": "object",
                    "required": ["about"],
                    "propertyNames": {"pattern": "^[^.]+$"},
                },
            },
        },
    },
}


def test_json_feeds_are_what_version_1_1_says(tree: Tree) -> None:
    feeds = {path: read_json(tree[path]) for path in tree if path.endswith("feed.json")}
    validator = jsonschema.Draft202012Validator(JSON_FEED)

    assert len(feeds) > 8
    for path, feed in feeds.items():
        assert [f"{path}: {error.message}" for error in validator.iter_errors(feed)] == []
        assert feed["feed_url"] == BASE_URL + path
        assert feed["home_page_url"] == BASE_URL + path.removesuffix("feed.json")
    feed = feeds["feed.json"]
    assert (feed["title"], feed["authors"]) == (CONFIG["title"], [CONFIG["author"]])
    (first,) = [item for item in feed["items"] if item["id"].endswith("/first")]
    assert first["external_url"] == "https://arxiv.org/abs/1903.00010v2"
    assert first["date_modified"].startswith("2024-06-01T00:")
    assert first["authors"] == [{"name": "Ada One"}, {"name": "Bo Two"}]
    assert "Serving" in first["tags"]
    assert first["_carrel"]["terms"]["hardware"] == ["h100", "tensor-cores"]
    assert first["_carrel"]["hardware"] == ["h100", "tensor-cores"]
    assert first["_carrel"]["results"][0]["value"] == 1.91
    assert not validator.is_valid(feed | {"items": [{"title": "without an id"}]})


@pytest.mark.parametrize("theme", THEMES)
def test_the_pictures_of_a_json_feed_have_the_size_that_readers_ask_for(
    theme: str, tmp_path: Path
) -> None:
    tree = built(tmp_path, {"site_config.yaml": f"title: A list\ntheme: {theme}\n"})
    feed = read_json(tree["feed.json"])
    for name, size in (("icon", 512), ("favicon", 64)):
        picture = tree[feed[name].removeprefix("http://localhost:8000/")]
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", picture[16:24]) == (size, size)
        assert len(picture) < 15_000


def test_the_three_forms_of_a_feed_say_the_same(tree: Tree) -> None:
    for path in feeds_of(tree).keys() - {"changes/feed.xml"}:
        folder = path.removesuffix("feed.xml")
        rss = read(tree[path])
        atom = feedparser.parse(
            tree[f"{folder}atom.xml"], sanitize_html=False, resolve_relative_uris=False
        )
        data = read_json(tree[f"{folder}feed.json"])

        assert atom.version == "atom10"
        for one, two, three in zip(rss.entries, atom.entries, data["items"], strict=True):
            assert one.id == two.id == three["id"]
            assert one.title == two.title == three["title"]
            assert one.link == two.link == three["url"]
            assert one.content[0].value.strip() == two.content[0].value.strip()
            assert one.content[0].value.strip() == three["content_html"].strip()
            assert one.get("published_parsed") == two.get("published_parsed")
            names = [author.name for author in one.get("authors", [])]
            assert names == [author.name for author in two.get("authors", [])]
            assert names == [author["name"] for author in three.get("authors", [])]


def test_formulas_are_unicode_in_every_feed(tree: Tree) -> None:
    for path in ("feed.xml", "atom.xml", "feed.json"):
        text = html.unescape(tree[path].decode())

        assert "x<sup>2</sup> < y" in html.unescape(text)
        assert "1/2∑<sub>i = 1</sub><sup>n</sup>i" in text
        assert "<math" not in text


def test_formulas_of_plain_lines_are_unicode_wherever_they_are_shown(tmp_path: Path) -> None:
    front = {"why": "From $O(n^2)$ to $O(n)$.", "summary": "At $5 and $6, $x_1$."}
    alpha = paper(r"$\alpha$-attention", "Notes.", authors=["Ada Flock"], **front)
    files = {
        "content/papers/alpha.md": alpha,
        "content/papers/beta.md": paper("Beta", "## Abstract\n\nIt is $\\beta$."),
    }
    build(make_site(tmp_path, files), tmp_path / "out")
    tree = read_tree(tmp_path / "out")
    item = next(item for item in read_json(tree["feed.json"])["items"] if "α" in item["title"])
    assert item["title"] == "α-attention"
    assert item["summary"] == "From O(n²) to O(n)."
    assert "At $5 and $6, x₁." in item["content_html"]
    for path in ("feed.xml", "atom.xml", "index.html", "papers/alpha/index.html", "llms.txt"):
        text = tree[path].decode()
        assert "α-attention" in text
        assert "From O(n²) to O(n)." in text
    for path in ("feed.xml", "atom.xml", "index.html", "papers/beta/index.html"):
        assert r"$\alpha" not in tree[path].decode()
    assert "It is β.</p>" in tree["index.html"].decode()
    for path in ("library.ris", "library.csl.json"):
        assert "α-attention" in tree[path].decode()
    for path in ("library.bib", "library.csv"):
        assert r"$\alpha$-attention" in tree[path].decode()


def test_who_keeps_the_list_never_passes_for_the_author_of_a_paper(tree: Tree) -> None:
    atom = feedparser.parse(tree["atom.xml"])
    names = {entry.title: [a.name for a in entry.get("authors", [])] for entry in atom.entries}

    assert names["First: a paper with everything"] == ["Ada One", "Bo Two"]
    assert atom.feed.author == "Robin Reader"
    feed = read_json(tree["feed.json"])
    assert all({"name": "Robin Reader"} not in item.get("authors", []) for item in feed["items"])


def test_an_organization_stands_for_authors_who_are_not_named(tmp_path: Path) -> None:
    files = {"content/papers/a.md": paper("A", added="2024-01-01", organization="ACME & Sons")}
    tree = built(tmp_path, files | {"site_config.yaml": json.dumps({"title": "A list"})})

    assert read(tree["feed.xml"]).entries[0].authors[0].name == "ACME & Sons"
    assert feedparser.parse(tree["atom.xml"]).entries[0].authors[0].name == "ACME & Sons"
    assert read_json(tree["feed.json"])["items"][0]["authors"] == [{"name": "ACME & Sons"}]


@pytest.mark.parametrize("change", ["title, slug and topic", "base_url", "theme texts"])
def test_nothing_is_delivered_again_when_a_list_moves(tmp_path: Path, change: str) -> None:
    settings = {"title": "A list", "base_url": BASE_URL, "feeds": ROOMY}
    one = paper("One", "Notes.", added="2024-01-02", topics=["t"], authors=["Ada"])
    files = {
        "content/papers/one.md": one,
        "content/papers/two.md": paper("Two", added="2024-01-03", updated="2024-01-05"),
        "content/topics/t.md": paper("T"),
        "site_config.yaml": json.dumps(settings | {"outputs": {"term": ["atom", "json"]}}),
    }
    before = built(tmp_path, files)
    if change == "base_url":
        moved = {"base_url": "https://elsewhere.example/"}
        files["site_config.yaml"] = json.dumps(settings | moved | {"outputs": {"term": ["atom"]}})
    elif change == "theme texts":
        files["templates/texts/en.yaml"] = "read_on: 'Read on in {site}'\n"
    else:
        renamed = paper("Uno", "Notes.", added="2024-01-02", topics=["t"], slug="uno")
        files |= {"content/papers/one.md": renamed, "content/topics/t.md": paper("Tea")}
    after = built(tmp_path, files)

    for path in ("feed.xml", "atom.xml", "feed.json", "topics/t/feed.xml", "topics/t/atom.xml"):
        assert ids_of(before, path) == ids_of(after, path)
    for path in ("feed.xml", "atom.xml"):
        days = re.compile(rb"<(?:updated|published|pubDate)>[^<]+")
        assert days.findall(before[path]) == days.findall(after[path])
    assert feedparser.parse(before["atom.xml"]).feed.id == "tag:reader.example,2024:list"
    assert before["feed.xml"] != after["feed.xml"]


def test_the_page_of_feeds_and_the_file_for_readers_lead_to_all_of_them(tree: Tree) -> None:
    page = tree["feeds/index.html"].decode()
    linked = {href.removeprefix("../") for href in re.findall(r'<a [^>]*href="([^"]*)"', page)}
    outlines = list(ET.fromstring(tree["feeds.opml"]).iter("outline"))
    feeds = {path for path in tree if path.endswith(("feed.xml", "atom.xml", "feed.json"))}

    assert feeds | {"feeds.opml"} <= linked
    assert {each.get("xmlUrl") for each in outlines if each.get("xmlUrl")} == {
        BASE_URL + path for path in feeds_of(tree).keys() - {"changes/feed.xml"}
    }
    groups = [each.get("text") for each in outlines if each.get("type") is None]
    assert groups == ["Topics", "Hardware", "Organizations", "Venues", "Topics × Hardware"]
    assert 'rel="blogroll"' in page


def test_hostile_texts_leave_no_feed_and_no_list_of_feeds_broken(tmp_path: Path) -> None:
    outputs = {"term": ["atom", "json"]}
    config = hostile_config(feeds={"limit": 500}, outputs=outputs)
    tree = built(tmp_path, hostile_files() | {"site_config.yaml": config})

    ET.fromstring(tree["feeds.opml"])
    atom = feedparser.parse(tree["atom.xml"], sanitize_html=False)
    items = read_json(tree["feed.json"])["items"]
    assert len(atom.entries) == len(items) == len(hostile_files())
    for entry, item in zip(atom.entries, items, strict=True):
        written = one_line(PAYLOADS[int(item["id"].split("/p")[-1])])
        assert entry.title == item["title"] == show_formulas(written)
        assert list(what_runs(fragment(item["content_html"]))) == []
        assert list(what_runs(fragment(entry.content[0].value))) == []

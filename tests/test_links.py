"""Links: every address that a page or a feed names exists, at a host's root and below a folder."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from carrel.pipeline import build
from conftest import ROOT, make_site, read_tree, write_tree
from payloads import CONFIG, paper, varied_files

HOST = "https://reader.example"
Tree = dict[str, bytes]
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


class Reader(HTMLParser):
    """The addresses that a page names, and the ids that it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: set[str] = {""}  # '#' alone is the top of the page
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.addresses.append(value)
            elif name == "id" and value:
                self.ids.add(value)
            elif tag == "meta" and name == "content" and (value or "").startswith(HOST):
                self.addresses.append(str(value))


def readers(tree: Tree) -> dict[str, Reader]:
    return {
        path: Reader(content.decode()) for path, content in tree.items() if path.endswith(".html")
    }


def file_at(url: str, base: str) -> str | None:
    """The file that a host would send for *url*, were the site at *base*; None for elsewhere."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or f"{parts.scheme}://{parts.netloc}" != HOST:
        return None
    if not parts.path.startswith(base):
        return f"outside {base}: {parts.path}"
    path = unquote(parts.path.removeprefix(base))
    return f"{path}index.html" if path == "" or path.endswith("/") else path


def broken(tree: Tree, base: str, served: Iterable[tuple[str, str]] = ()) -> list[str]:
    """What pages name and nobody finds, as 'page: address'; *served* are further (path, url)."""
    pages = readers(tree)
    places = [(path, f"{HOST}{base}{path.removesuffix('index.html')}") for path in pages]
    missing = []
    for path, url in [*(each for each in places if each[0] != "404.html"), *served]:
        for address in pages[path].addresses:
            whole = urljoin(url, address)
            # A link within the page leads there, whatever address the page was sent for.
            target = path if address.startswith("#") else file_at(whole, base)
            if target is None:
                continue
            fragment = unquote(urlsplit(whole).fragment)
            if target not in tree or (target in pages and fragment not in pages[target].ids):
                missing.append(f"{path}: {address}")
    return missing


def reached(tree: Tree, base: str) -> set[str]:
    """The pages that a reader finds who begins at the front page."""
    pages = readers(tree)
    found, open_paths = {"index.html"}, ["index.html"]
    while open_paths:
        path = open_paths.pop()
        url = f"{HOST}{base}{path.removesuffix('index.html')}"
        for address in pages[path].addresses:
            target = file_at(urljoin(url, address), base)
            if target in pages and target not in found:
                found.add(target)
                open_paths.append(target)
    return found


def moved(tree: Tree) -> set[str]:
    """The pages at earlier addresses, which lead on and are linked from nowhere."""
    return {path for path, page in tree.items() if b'http-equiv="refresh"' in page}


def at_base(files: dict[str, str | bytes], base: str, folder: Path) -> Tree:
    write_tree(folder / "site", files)
    build(folder / "site", folder / "out", base_url=f"{HOST}{base}")
    return read_tree(folder / "out")


@pytest.fixture(scope="module", params=["/", "/two/levels/"])
def base(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=["varied", "empty", "own"])
def tree(
    request: pytest.FixtureRequest, base: str, tmp_path_factory: pytest.TempPathFactory
) -> Tree:
    folder = tmp_path_factory.mktemp("links")
    if request.param == "varied":
        return at_base(varied_files(), base, folder)
    if request.param == "empty":
        return at_base({"site_config.yaml": '{"title": "Empty"}'}, base, folder)
    build(ROOT, folder / "out", base_url=f"{HOST}{base}")
    return read_tree(folder / "out")


def test_every_address_exists(tree: Tree, base: str) -> None:
    assert broken(tree, base) == []


def test_the_page_for_missing_addresses_works_at_any_depth(tree: Tree, base: str) -> None:
    places = ["missing", "papers/missing/", "a/b/c/d/missing.html", "papers/missing/index.html"]

    assert broken(tree, base, [("404.html", f"{HOST}{base}{place}") for place in places]) == []
    assert len(Reader(tree["404.html"].decode()).addresses) > 5


def test_pages_link_relatively(tree: Tree, base: str) -> None:
    """So that a copy of the site works at another address."""
    for path, page in readers(tree).items():
        own = [a for a in page.addresses if a.startswith(("/", HOST + base))]
        whole = f"{HOST}{base}{path.removesuffix('index.html')}"
        # The canonical address and what link previews read are whole on purpose.
        on_purpose = {whole, f"{HOST}{base}assets/preview.png"}
        if path != "404.html" and path not in moved(tree):
            assert [a for a in own if a not in on_purpose and not a.startswith("//")] == [], path


def test_the_sitemap_names_every_page_once(tree: Tree, base: str) -> None:
    named = [element.text or "" for element in ET.fromstring(tree["sitemap.xml"]).iter(LOC)]

    files = [file_at(url, base) for url in named]
    assert all(url.startswith(f"{HOST}{base}") for url in named)
    assert len(set(files)) == len(files)
    pages = {path for path in tree if path.endswith(".html")}
    older = {path for path in pages if re.search(r"/page/\d+/index.html$", path)}
    assert set(files) == pages - older - moved(tree) - {"404.html", "search/index.html"}


def test_every_page_is_reached_from_the_front_page(tree: Tree, base: str) -> None:
    pages = {path for path in tree if path.endswith(".html")} - moved(tree) - {"404.html"}

    lonely = pages - reached(tree, base)
    # A page of the site's own is linked by whoever writes it.
    assert lonely <= {"about/index.html"}


def test_every_asset_of_a_style_sheet_exists(tree: Tree, base: str) -> None:
    for path, content in tree.items():
        if path.endswith(".css"):
            for address in re.findall(r"url\(['\"]?([^'\")]+)", content.decode()):
                if not address.startswith("data:"):
                    assert file_at(urljoin(f"{HOST}{base}{path}", address), base) in tree


def test_every_address_in_a_feed_exists(tree: Tree, base: str) -> None:
    pages = readers(tree)
    for path, content in tree.items():
        if path.endswith("feed.xml"):
            for url in re.findall(rb'https://reader\.example[^"<>\s\]]*', content):
                whole = url.decode().replace("&amp;", "&").replace("&#x26;", "&")
                target = file_at(whole, base)
                assert target in tree, (path, whole)
                if target in pages:
                    assert unquote(urlsplit(whole).fragment) in pages[target].ids, (path, whole)


def test_pages_are_the_same_below_any_base(tmp_path: Path) -> None:
    root, folder = (
        at_base(varied_files(), base, tmp_path / name) for base, name in (("/", "a"), ("/b/", "b"))
    )

    for path, content in root.items():
        if path.endswith(".html") and path != "404.html":
            # But for the whole addresses in the head.
            assert folder[path].replace(
                b"https://reader.example/b/", b"https://reader.example/"
            ) == (content), path


def test_addresses_with_letters_of_all_kinds_exist(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/papers/ünï-字.md": paper("A", "[b](../b%20x/) ![p](/pic%20t%23ures/plöt.png)"),
        "content/papers/b.md": paper("B", slug="größe.v2"),
        "content/static/pic t#ures/plöt.png": b"",
        "content/static/papers/b x/index.html": "<!doctype html>",
        "content/pages/über.md": paper("C", "[a](/papers/ünï-字/) [b](../papers/größe.v2/)"),
        "site_config.yaml": json.dumps(CONFIG),
    }

    tree = at_base(files, "/repo/", tmp_path)

    assert broken(tree, "/repo/") == []
    assert "papers/ünï-字/index.html" in tree
    assert "papers/größe.v2/index.html" in tree
    locs = [element.text or "" for element in ET.fromstring(tree["sitemap.xml"]).iter(LOC)]
    assert all(loc.isascii() for loc in locs)


def test_a_taxonomy_is_added_without_code(tmp_path: Path) -> None:
    make_site(
        tmp_path / "site",
        {
            "content/papers/a.md": paper("A", venue="First Conference", method=["m1", "m 2"]),
            "content/methods/m1.md": paper("Method one"),
        },
        base_url=f"{HOST}/repo/",
        taxonomies={
            "venues": {"field": "venue"},
            "methods": {"field": "method", "vocabulary": "open"},
            "organizations": None,
        },
    )
    build(tmp_path / "site")
    tree = read_tree(tmp_path / "site/_site")

    assert broken(tree, "/repo/") == []
    for place in ("venues/", "venues/first-conference/", "methods/m1/", "methods/m-2/"):
        assert f"{place}index.html" in tree
        assert place == "venues/" or f"{place}feed.xml" in tree
    assert not [path for path in tree if path.startswith("organizations")]

"""Pages: HTML without a fault, an outline, and nothing that runs or comes from elsewhere."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import html5lib
import pytest

from carrel.markdown import show_formulas
from carrel.pipeline import build
from conftest import ROOT, make_site, own_list, write_tree
from payloads import (
    ACTIVE,
    CONFIG,
    PAYLOADS,
    hostile_config,
    hostile_files,
    one_line,
    varied_files,
    what_runs,
)

Pages = dict[str, Any]
XHTML = "{http://www.w3.org/1999/xhtml}"
BUTTON = {"class", "type", "data-copy", "hidden"}
#: What the theme has once on a page; content never gets an id of these.
CONTROLS = {"filter", "filter-more", "filter-sort", "keys", "mark-tools", "theme"}
POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "script-src": "'self'",
    "base-uri": "'none'",
}


def read_pages(site: Path, out: Path) -> Pages:
    """Build *site* and read its pages as a browser does, but for mending what is wrong."""
    build(site, out)
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))
    pages = {}
    for path in sorted(out.rglob("*.html")):
        pages[path.relative_to(out).as_posix()] = parser.parse(path.read_bytes().decode())
        assert parser.errors == [], path
    return pages


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("varied")
    write_tree(folder / "site", varied_files())
    return read_pages(folder / "site", folder / "out")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("empty")
    return read_pages(make_site(folder / "site", {}), folder / "out")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The list of this repository."""
    return read_pages(ROOT, tmp_path_factory.mktemp("own") / "out")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("hostile")
    files = hostile_files() | {"site_config.yaml": hostile_config()}
    write_tree(folder / "site", files)
    return read_pages(folder / "site", folder / "out")


@pytest.fixture(scope="module")
def varied_cards(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The same as `varied` in the second theme."""
    folder = tmp_path_factory.mktemp("varied-cards")
    settings = CONFIG | {"theme": "index-card"}
    write_tree(folder / "site", varied_files() | {"site_config.yaml": json.dumps(settings)})
    return read_pages(folder / "site", folder / "out")


@pytest.fixture(scope="module")
def own_cards(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("own-cards")
    return read_pages(own_list(folder / "site", "index-card"), folder / "out")


@pytest.fixture(scope="module")
def hostile_cards(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("hostile-cards")
    files = hostile_files() | {"site_config.yaml": hostile_config(theme="index-card")}
    write_tree(folder / "site", files)
    return read_pages(folder / "site", folder / "out")


@pytest.fixture(
    params=["varied", "empty", "own", "hostile", "varied_cards", "own_cards", "hostile_cards"]
)
def pages(request: pytest.FixtureRequest) -> Pages:
    found: Pages = request.getfixturevalue(request.param)
    return found


def elements(root: Any, *names: str) -> Iterator[Any]:
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.removeprefix(XHTML) in names:
            yield element


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def test_every_kind_of_page_is_here(varied: Pages, own: Pages) -> None:
    for path in (
        *("index.html", "404.html", "papers/index.html", "papers/page/1/index.html"),
        *("papers/first/index.html", "papers/other-address/index.html", "about/index.html"),
        *("archive/index.html", "archive/2019/index.html", "archive/undated/index.html"),
        *("topics/index.html", "topics/serving/index.html", "hardware/h100/index.html"),
        *(
            "hardware/h100/page/1/index.html",
            "venues/a-conference/index.html",
            "authors/index.html",
        ),
        "organizations/acme/index.html",
    ):
        assert path in varied
    for path in (
        "topics/attention/index.html",
        "topics/unused/index.html",
        "papers/hidden/index.html",
    ):
        assert path not in varied
    papers = list((ROOT / "content/papers").glob("*.md"))
    assert len([path for path in own if path.startswith("papers/")]) >= len(papers)


def test_a_page_says_what_it_is(pages: Pages) -> None:
    for path, page in pages.items():
        (title,) = elements(page, "title")
        (heading,) = elements(page, "h1")
        (main,) = elements(page, "main")

        assert page.get("lang") in ("en", "en-GB"), path
        assert words(title), path
        assert words(heading), path
        assert heading in list(main.iter()), path
        assert not {"\0", "\ufffd"} & set(words(page)), path


def test_titles_tell_pages_apart(own: Pages) -> None:
    titles = Counter(words(next(elements(page, "title"))) for page in own.values())

    assert [title for title, count in titles.items() if count > 1] == []


def test_headings_leave_no_level_out(pages: Pages) -> None:
    for path, page in pages.items():
        levels = [int(each.tag[-1]) for each in elements(page, "h1", "h2", "h3", "h4", "h5", "h6")]

        assert levels[0] == 1, path
        steps = pairwise(levels)
        assert all(after <= before + 1 for before, after in steps), (path, levels)


def test_ids_are_unique_and_all_that_is_named_exists(pages: Pages) -> None:
    for path, page in pages.items():
        ids = Counter(each.get("id") for each in page.iter() if each.get("id") is not None)
        named = [
            id
            for each in page.iter()
            for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for")
            for id in (each.get(name) or "").split()
        ]

        assert [id for id, count in ids.items() if count > 1] == [], path
        assert set(named) <= ids.keys(), path
        assert all(id.strip() for id in ids), path


def test_a_page_obeys_its_own_policy(pages: Pages) -> None:
    for path, page in pages.items():
        (policy,) = [
            each.get("content")
            for each in elements(page, "meta")
            if (each.get("http-equiv") or "").lower() == "content-security-policy"
        ]
        directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        assert POLICY.items() <= directives.items(), path
        assert "unsafe" not in policy

        for each in page.iter():
            assert each.get("style") is None, path
            assert not [name for name in each.attrib if name.lower().startswith("on")], path
        for script in elements(page, "script"):  # a data block is not run
            assert script.get("src") or script.get("type") == "application/ld+json", path
        assert list(elements(page, "style", "iframe", "object", "embed", "base")) == [], path


def test_nothing_is_loaded_from_elsewhere(pages: Pages) -> None:
    loading = {
        "stylesheet",
        "icon",
        "preload",
        "modulepreload",
        "prefetch",
        "preconnect",
        "manifest",
    }
    for path, page in pages.items():
        loaded = [each.get("src") for each in page.iter() if each.get("src") is not None]
        loaded += [each.get("srcset") for each in page.iter() if each.get("srcset") is not None]
        loaded += [
            each.get("href")
            for each in elements(page, "link")
            if loading & set((each.get("rel") or "").split())
        ]

        assert [address for address in loaded if re.match(r"[a-z]+:|//", address)] == [], path


def test_pictures_say_what_they_show(pages: Pages) -> None:
    for path, page in pages.items():
        assert [each for each in elements(page, "img") if each.get("alt") is None] == [], path


def test_links_and_buttons_have_words(pages: Pages) -> None:
    for path, page in pages.items():
        for link in elements(page, "a", "button", "summary"):
            pictures = "".join(each.get("alt") or "" for each in elements(link, "img"))
            assert words(link) + pictures + (link.get("aria-label") or ""), (path, link.get("href"))


def test_links_hold_no_links(pages: Pages) -> None:
    for path, page in pages.items():
        for link in elements(page, "a"):
            assert len(list(elements(link, "a"))) == 1, path


def test_landmarks_of_one_kind_have_names(pages: Pages) -> None:
    for path, page in pages.items():
        landmarks = list(elements(page, "nav"))
        labels = [each.get("aria-label") or each.get("aria-labelledby") for each in landmarks]

        assert len(set(labels)) == len(labels), path
        assert None not in labels, path


def test_the_canonical_address_is_the_page_itself(varied: Pages) -> None:
    for path, page in varied.items():
        canonical = [
            each.get("href") for each in elements(page, "link") if each.get("rel") == "canonical"
        ]
        shown = "papers/first/" if path.startswith("old/") else path.removesuffix("index.html")
        own = f"https://reader.example/repo/{shown}"
        assert canonical == ([] if path == "404.html" else [own])


@pytest.mark.parametrize("look", ["hostile", "hostile_cards"])
def test_nothing_in_a_hostile_list_runs(look: str, request: pytest.FixtureRequest) -> None:
    for path, page in request.getfixturevalue(look).items():
        for parent in list(page.iter()):
            for each in [child for child in parent if is_ours(child)]:
                parent.remove(each)
        found = [what for what in what_runs(page) if what != "a comment"]

        assert found == [], path
        assert not ACTIVE & {str(each.tag).rpartition("}")[2] for each in page.iter()}


def is_ours(element: Any) -> bool:
    """Whether an active element is one of the theme's own and nothing that content made."""
    match str(element.tag).removeprefix(XHTML):
        case "script":
            if element.get("type") == "application/ld+json":
                json.loads(words(element))
            return element.keys() in (["src"], ["src", "defer"], ["type"])
        case "button" if element.get("type") == "button" and set(element.keys()) <= BUTTON:
            return True
        case "button" | "form" | "select" | "template":
            return element.get("id") in CONTROLS
    return False


@pytest.mark.parametrize("look", ["hostile", "hostile_cards"])
def test_hostile_words_are_shown_as_they_are(look: str, request: pytest.FixtureRequest) -> None:
    hostile: Pages = request.getfixturevalue(look)
    for number, payload in enumerate(PAYLOADS):
        (heading,) = elements(hostile[f"papers/p{number}/index.html"], "h1")

        assert words(heading) == " ".join(show_formulas(one_line(payload)).split())

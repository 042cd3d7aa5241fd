"""What pages say to machines: citation managers, search engines, link previews."""

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import html5lib
import pytest

from carrel.pipeline import build
from conftest import make_site, read_tree, write_tree
from payloads import paper, varied_files

BASE = "https://reader.example/repo/"
PREPRINT = paper(
    "Lantern: 2 < 3 & fast",
    "Notes.\n\n## Abstract\n\nThe *authors'* words.\n",
    date="2026-05-20",
    added="2026-06-01",
    updated="2026-06-02",
    why="The curator's word.",
    authors=[
        {
            "name": "Jane Doe",
            "affiliation": "Here",
            "orcid": "https://orcid.org/0000-0002-1825-0097",
        },
        "Jan van der Berg",
        "Plato",
        "Ana Maria de la Cruz",
    ],
    topics=["serving"],
    hardware=[{"id": "abacus", "count": 2}],
    organization="ACME",
    arxiv="2605.01234v2",
    rating=4,
)
OTHERS = {
    "content/papers/talk.md": paper(
        "Talk",
        venue="A Conference",
        arxiv="2605.00002",
        date="2026-01-01",
        organization=["ACME", "The Institute"],
    ),
    "content/papers/essay.md": paper(
        "Essay", venue="A Journal", type="article-journal", doi="10.1000/x"
    ),
    "content/papers/bare.md": paper("Bare"),
    "content/topics/serving.md": paper("Serving", summary="Answers.", aliases=["infer"]),
    "content/hardware/abacus.md": paper(
        "Abacus", level="device", vendor="Maker", facts={"memory_gb": 80, "beads": 5}
    ),
}


def read(page: bytes) -> Any:
    return html5lib.parse(page.decode(), namespaceHTMLElements=False)


def tags(page: bytes, *names: str) -> list[tuple[str, str]]:
    """The meta tags whose names begin with one of *names*."""
    found = [
        (each.get("name") or each.get("property") or "", each.get("content") or "")
        for each in read(page).iter("meta")
    ]
    return [(name, content) for name, content in found if name.startswith(names)]


def blocks(page: bytes) -> Iterator[Any]:
    """The JSON-LD of a page."""
    for script in read(page).iter("script"):
        if script.get("type") == "application/ld+json":
            yield json.loads(script.text)


def nodes(page: bytes) -> dict[str, Any]:
    """The same by type."""
    whole = [node for block in blocks(page) for node in block.get("@graph", [block])]
    return {node["@type"]: node for node in whole}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("metadata")
    files = {"content/papers/lantern.md": PREPRINT, **OTHERS}
    site = make_site(folder / "site", files, base_url=BASE, description="Papers.")
    build(site, folder / "out")
    return read_tree(folder / "out")


def test_a_citation_manager_saves_a_preprint_as_one(tree: dict[str, bytes]) -> None:
    assert tags(tree["papers/lantern/index.html"], "citation_", "DC.", "z:") == [
        ("citation_title", "Lantern: 2 < 3 & fast"),
        ("citation_author", "Doe, Jane"),
        ("citation_author", "van der Berg, Jan"),
        ("citation_author", "Plato"),
        ("citation_author", "Ana Maria de la Cruz"),
        ("citation_publication_date", "2026/05/20"),
        ("citation_doi", "10.48550/arXiv.2605.01234"),
        ("citation_arxiv_id", "2605.01234"),
        ("citation_abstract", "The authors' words."),
        ("citation_abstract_html_url", "https://arxiv.org/abs/2605.01234v2"),
        ("citation_public_url", "https://arxiv.org/abs/2605.01234v2"),
        ("citation_pdf_url", "https://arxiv.org/pdf/2605.01234v2"),
        ("citation_keywords", "Serving; Abacus"),
        ("citation_language", "en"),
        ("DC.type", "preprint"),
        ("z:itemType", "preprint"),
        ("z:repository", "arXiv"),
        ("z:archiveID", "arXiv:2605.01234"),
        ("z:extra", "arXiv:2605.01234"),
    ]


def test_formulas_of_an_abstract_are_told_in_unicode(tmp_path: Path) -> None:
    entry = paper("Sums", "## Abstract\n\nIt takes $O(n^2)$ *steps*.\n")
    build(make_site(tmp_path / "site", {"content/papers/a.md": entry}), tmp_path / "out")
    page = read_tree(tmp_path / "out")["papers/a/index.html"]

    assert ("citation_abstract", "It takes O(n²) steps.") in tags(page, "citation_")
    assert nodes(page)["ScholarlyArticle"]["abstract"] == "It takes O(n²) steps."


def test_what_has_appeared_is_no_preprint(tree: dict[str, bytes]) -> None:
    talk = dict(tags(tree["papers/talk/index.html"], "citation_", "DC.", "z:"))
    essay = dict(tags(tree["papers/essay/index.html"], "citation_", "DC.", "z:"))

    assert talk["citation_conference_title"] == "A Conference"
    assert talk["citation_arxiv_id"] == "2605.00002"
    assert essay["citation_journal_title"] == "A Journal"
    assert essay["citation_doi"] == "10.1000/x"
    assert not {"DC.type", "z:itemType"} & (talk.keys() | essay.keys())


def test_nothing_is_told_that_is_not_known(tree: dict[str, bytes]) -> None:
    assert tags(tree["papers/bare/index.html"], "citation_", "DC.", "z:") == [
        ("citation_title", "Bare"),
        ("citation_language", "en"),
        ("DC.type", "preprint"),
        ("z:itemType", "preprint"),
    ]
    article = nodes(tree["papers/bare/index.html"])
    assert article.keys() == {"ScholarlyArticle"}
    assert (
        not {"author", "abstract", "datePublished", "sameAs", "sourceOrganization"}
        & article["ScholarlyArticle"].keys()
    )


def test_only_a_papers_own_page_has_the_tags_of_a_paper(tree: dict[str, bytes]) -> None:
    for path, page in tree.items():
        if path.endswith(".html"):
            is_paper = bool(re.fullmatch(r"papers/\w+/index.html", path))
            assert bool(tags(page, "citation_", "DC.", "z:")) == is_paper, path
            assert tags(page, "og:type") == [("og:type", "article" if is_paper else "website")]
            assert bool(tags(page, "article:published_time")) <= is_paper, path


def test_the_address_that_citation_managers_keep_is_a_setting(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"content/papers/lantern.md": PREPRINT, **OTHERS}
    site = make_site(tmp_path, files, metadata={"saved_address": "page"}, language="en")

    build(site)

    found = dict(tags((site / "_site/papers/lantern/index.html").read_bytes(), "citation_"))
    assert "citation_public_url" not in found
    assert found["citation_abstract_html_url"] == "https://arxiv.org/abs/2605.01234v2"


def test_a_list_offers_its_papers_to_citation_managers(tree: dict[str, bytes]) -> None:
    for path in ("index.html", "papers/index.html", "topics/serving/index.html"):
        spans = [each for each in read(tree[path]).iter("span") if each.get("class") == "Z3988"]
        found = {each.get("title") for each in spans}
        assert all(each.get("aria-hidden") and not list(each) for each in spans)
        (lantern,) = (parse_qs(title) for title in found if "Lantern" in title)
        assert lantern == {
            "ctx_ver": ["Z39.88-2004"],
            "rft_val_fmt": ["info:ofi/fmt:kev:mtx:dc"],
            "rft.type": ["preprint"],
            "rft.title": ["Lantern: 2 < 3 & fast"],
            "rft.creator": ["Doe, Jane", "van der Berg, Jan", "Plato", "Ana Maria de la Cruz"],
            "rft.date": ["2026-05-20"],
            "rft_id": ["info:doi/10.48550/arXiv.2605.01234"],
            "rft.identifier": ["https://arxiv.org/abs/2605.01234v2"],
            "rft.subject": ["Serving", "Abacus"],
        }
    assert b"Z3988" not in tree["papers/lantern/index.html"]


def test_search_engines_are_told_what_a_paper_is_and_who_says_what_of_it(
    tree: dict[str, bytes],
) -> None:
    found = nodes(tree["papers/lantern/index.html"])
    article, review = found["ScholarlyArticle"], found["Review"]
    page = f"{BASE}papers/lantern/"

    assert (article["url"], article["name"]) == (page, "Lantern: 2 < 3 & fast")
    assert article["abstract"] == "The authors' words."
    assert article["author"][0] == {
        "@type": "Person",
        "name": "Jane Doe",
        "affiliation": {"@type": "Organization", "name": "Here"},
        "sameAs": "https://orcid.org/0000-0002-1825-0097",
    }
    assert article["datePublished"] == "2026-05-20"
    assert {each["propertyID"]: each["value"] for each in article["identifier"]} == {
        "arXiv": "2605.01234v2",
        "DOI": "10.48550/arXiv.2605.01234",
    }
    assert article["sameAs"] == [
        "https://arxiv.org/abs/2605.01234v2",
        "https://doi.org/10.48550/arXiv.2605.01234",
    ]
    assert article["encoding"][0]["contentUrl"] == "https://arxiv.org/pdf/2605.01234v2"
    assert article["isPartOf"]["@id"] == f"{BASE}papers/"
    assert review["itemReviewed"] == {"@id": article["@id"]}
    assert review["reviewBody"] == "The curator's word."
    assert review["author"]["name"] == "A list"
    assert review["reviewRating"]["ratingValue"] == 4


def test_search_engines_are_told_for_whom_unnamed_authors_worked(tree: dict[str, bytes]) -> None:
    article = nodes(tree["papers/talk/index.html"])["ScholarlyArticle"]

    assert "author" not in article  # an organization is nobody who wrote the paper
    assert article["sourceOrganization"] == [
        {"@type": "Organization", "name": "ACME"},
        {"@type": "Organization", "name": "The Institute"},
    ]


def test_search_engines_are_told_what_a_list_holds(tree: dict[str, bytes]) -> None:
    papers = nodes(tree["papers/index.html"])["CollectionPage"]
    items = papers["mainEntity"]["itemListElement"]

    assert papers["mainEntity"]["numberOfItems"] == len(items) == 4
    assert [item["position"] for item in items] == [1, 2, 3, 4]
    assert items[0]["url"] == f"{BASE}papers/lantern/"
    assert nodes(tree["topics/serving/index.html"])["CollectionPage"]["about"] == {
        "@type": "DefinedTerm",
        "@id": f"{BASE}topics/serving/#term",
        "name": "Serving",
        "alternateName": ["infer"],
        "description": "Answers.",
    }
    device = nodes(tree["hardware/abacus/index.html"])["CollectionPage"]["about"]
    assert (device["@type"], device["brand"]["name"]) == ("Product", "Maker")
    assert device["additionalProperty"] == [
        {
            "@type": "PropertyValue",
            "name": "memory",
            "value": "80",
            "unitCode": "E34",
            "unitText": "GB",
        },
        {"@type": "PropertyValue", "name": "beads", "value": "5"},
    ]


def test_search_engines_are_told_where_the_list_is_searched(tree: dict[str, bytes]) -> None:
    site = nodes(tree["index.html"])["WebSite"]

    assert (site["url"], site["name"], site["description"]) == (BASE, "A list", "Papers.")
    assert site["potentialAction"]["target"]["urlTemplate"].startswith(f"{BASE}papers/?q=")


def test_nothing_in_content_ends_a_data_block(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script> <!-- \u2028 & ]]>"
    text = paper(evil.replace("\u2028", " "), f"## Abstract\n\n{evil}", why=evil, authors=[evil])
    site = make_site(tmp_path, {"content/papers/evil.md": text})

    build(site)

    page = (site / "_site/papers/evil/index.html").read_bytes()
    (block,) = re.findall(rb'<script type="application/ld\+json">(.*?)</script>', page)
    assert not set(b"<>&") & set(block)
    (data,) = blocks(page)
    assert "</script>" in data["@graph"][0]["name"]


def test_a_link_preview_has_whole_addresses_and_a_picture(tree: dict[str, bytes]) -> None:
    for path, page in tree.items():
        if path.endswith(".html") and path != "404.html":
            found = dict(tags(page, "og:", "twitter:"))
            assert found["og:url"] == BASE + path.removesuffix("index.html")
            assert found["og:title"] and found["og:image:alt"] and found["og:site_name"]
            assert found["og:locale"] == "en"
            assert found["twitter:card"] == "summary_large_image"
            picture = tree[found["og:image"].removeprefix(BASE)]
            size = struct.unpack(">II", picture[16:24])
            named = (int(found["og:image:width"]), int(found["og:image:height"]))
            assert picture.startswith(b"\x89PNG") and size == named == (1200, 630)
    lantern = tags(tree["papers/lantern/index.html"], "article:")
    assert lantern == [
        ("article:published_time", "2026-05-20"),
        ("article:modified_time", "2026-06-02"),
        ("article:tag", "Serving"),
        ("article:tag", "Abacus"),
    ]


def test_programs_find_the_list_as_markdown(tmp_path: Path) -> None:
    write_tree(tmp_path / "site", varied_files())
    build(tmp_path / "site", tmp_path / "out")
    tree = read_tree(tmp_path / "out")

    text = tree["llms.txt"].decode()
    assert text.startswith("# A \\<varied\\> list \\& more\n\n> ")
    links = re.findall(r"(?<!\\)\]\((\S+)\)", text)
    assert f"{BASE}papers/first/" in links and f"{BASE}topics/serving/" in links
    for link in links:
        path = link.removeprefix(BASE)
        assert (f"{path}index.html" if path.endswith("/") else path) in tree, link
    assert "hidden" not in text.lower()

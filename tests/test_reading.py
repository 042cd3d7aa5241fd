"""What a reader finds in the default theme: the entries of lists, and a paper's own page."""

import re
from pathlib import Path
from typing import Any

import html5lib
import pytest

from carrel.pipeline import build
from conftest import make_site, read_tree, write_tree
from payloads import paper, varied_files

Tree = dict[str, bytes]
LISTS = [
    "papers/index.html",
    "papers/page/1/index.html",
    "topics/serving/index.html",
    "hardware/h100/index.html",
    "hardware/h100/page/1/index.html",
    "organizations/acme/index.html",
    "archive/2023/index.html",
    "index.html",
]


def read(page: bytes) -> Any:
    return html5lib.parse(page.decode(), namespaceHTMLElements=False)


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def of_class(root: Any, name: str) -> list[Any]:
    return [each for each in root.iter() if name in (each.get("class") or "").split()]


def section(page: Any, id: str) -> Any:
    (found,) = (each for each in page.iter("section") if each.get("aria-labelledby") == id)
    return found


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    folder = tmp_path_factory.mktemp("reading")
    write_tree(folder / "site", varied_files())
    build(folder / "site", folder / "out")
    return read_tree(folder / "out")


@pytest.fixture(scope="module")
def first(varied: Tree) -> Any:
    """The page of a paper that has everything."""
    return read(varied["papers/first/index.html"])


def test_an_entry_tells_everything_in_one_order(varied: Tree) -> None:
    cards = of_class(read(varied["papers/index.html"]), "card")
    (card,) = (each for each in cards if words(each).startswith("First"))

    assert [each.get("class") or each.tag for each in card] == [
        *("h3", "byline", "blurb from-why", "chips", "headline", "links", "Z3988"),
    ]
    assert [words(each) for each in card] == [
        "First: a paper with everything",
        "Ada One, Bo Two and 3 more ACME & Sons March 1, 2019",
        "It is the <first> of its kind.",
        "Serving Attention H100 & co × 8 Tensor Cores",
        "up to 1.91–2× ↑(higher is better) rate <x> against the state & the art",
        " ".join([*link_names(card), "cite", "read", "rated 4 of 5"]),
        "",
    ]


def link_names(card: Any) -> list[str]:
    (links,) = of_class(card, "links")
    return [words(each) for each in links if each.get("class") is None]


def test_links_of_an_entry_are_the_papers_own(varied: Tree) -> None:
    cards = of_class(read(varied["papers/index.html"]), "card")
    (card,) = (each for each in cards if words(each).startswith("First"))

    assert sorted(link_names(card)) == ["DOI", "code", "code 2", "paper", "project"]
    (cite,) = of_class(card, "cite")
    assert cite[0].get("href") == "../papers/first/#cite"


def test_what_comes_from_the_abstract_is_marked_as_such(varied: Tree) -> None:
    pages = [read(varied[path]) for path in varied if path.startswith("papers/page/")]
    (card,) = (
        each for page in pages for each in of_class(page, "card") if words(each).startswith("Third")
    )
    (blurb,) = of_class(card, "blurb")

    assert blurb.get("class") == "blurb from-abstract"
    assert words(blurb).startswith("From the abstract Only an abstract.")
    assert len(words(blurb)) <= len("From the abstract ") + 240


@pytest.mark.parametrize("path", LISTS)
def test_every_list_counts_under_its_headings_and_leads_to_a_feed(varied: Tree, path: str) -> None:
    page = read(varied[path])
    groups = [each for each in page.iter("section") if of_class(each, "entries")]

    assert groups
    for group in groups if path != "index.html" else ():
        (count,) = of_class(group[0], "count")
        papers = len(of_class(group, "card"))
        assert words(count) == ("1 paper" if papers == 1 else f"{papers} papers")
    feeds = [each for tools in of_class(page, "tools") for each in of_class(tools, "feed")]
    assert [each for each in feeds if "feed.xml" in (each.get("href") or "")]


def test_lists_and_papers_lead_to_their_files(tmp_path: Path) -> None:
    outputs = {"list": ["bib", "csl"], "term": ["ris"], "paper": ["bib", "md"]}
    files: dict[str, str | bytes] = {
        "content/papers/a.md": paper("A", date="2024-01-01", topics=["wool"]),
        "content/topics/wool.md": paper("Wool"),
    }
    site = make_site(tmp_path, files, outputs=outputs)
    build(site)

    def leads_to(path: str) -> set[str]:
        page = read((site / "_site" / path / "index.html").read_bytes())
        links = [each.get("href") or "" for each in page.iter("a")]
        links += [each.get("href") for each in page.iter("link") if each.get("title") == "A"]
        return {link for link in links if re.search(r"(library|cite|index)\.", link)}

    assert leads_to("") == {"./library.bib", "./library.csl.json"}
    assert leads_to("papers") == {"../library.bib", "../library.csl.json"}
    assert leads_to("archive/2024") == {"../../library.bib", "../../library.csl.json"}
    assert leads_to("topics/wool") == {"../../topics/wool/library.ris"}
    assert leads_to("papers/a") == {"../../papers/a/cite.bib", "../../papers/a/index.md"}


def test_a_list_of_few_papers_a_month_goes_by_years(tmp_path: Path) -> None:
    busy = {f"a{n}": f"2024-{n % 3 + 1:02}-0{n // 3 + 1}" for n in range(9)}
    quiet = {f"b{n}": f"20{20 + n % 3}-{n + 1:02}-01" for n in range(9)}

    for days, headings in [
        (busy, ["Added in March 2024", "Added in February 2024", "Added in January 2024"]),
        (quiet, ["Added in 2022", "Added in 2021", "Added in 2020"]),
    ]:
        files = {f"content/papers/{id}.md": paper(id, added=day) for id, day in days.items()}
        site = make_site(tmp_path / headings[0], dict(files))
        build(site)
        page = read((site / "_site/papers/index.html").read_bytes())
        assert [words(each) for each in page.iter("h2")] == [
            f"{each} — 3 papers" for each in headings
        ]


def test_a_paper_tells_what_it_measured(first: Any) -> None:
    (table,) = section(first, "results").iter("table")
    rows = [[words(cell) for cell in row] for row in table.iter("tr")]

    assert rows == [
        ["Measured", "Result", "Against", "On", "With", "Stated in"],
        [
            "rate <x>",
            "up to 1.91–2× ↑(higher is better)",
            "the state & the art",
            "H100 & co × 8",
            "all",
            "table 3",
        ],
        ["delay", "12 ms ↓(lower is better)", *["–not told"] * 4],
    ]


def test_columns_that_no_result_fills_are_left_out(tmp_path: Path) -> None:
    results = [{"metric": "rate", "value": 2, "where": "abstract"}]
    site = make_site(tmp_path, {"content/papers/a.md": paper("A", results=results)})
    build(site)

    page = read((site / "_site/papers/a/index.html").read_bytes())

    assert [words(each) for each in page.iter("th")] == ["Measured", "Result", "Stated in", "rate"]


def test_a_paper_can_be_cited_in_every_form(first: Any) -> None:
    box = section(first, "cite")
    texts = {each.get("id"): "".join(each.itertext()) for each in box.iter("pre")}

    assert list(texts) == ["cite-text", "cite-bib", "cite-markdown", "cite-ris", "cite-csl"]
    assert "First: a paper with everything" in texts["cite-text"]
    assert re.match(r"@\w+\{one2019first,\n", texts["cite-bib"])
    assert texts["cite-markdown"].count("](https://") == 1
    assert texts["cite-ris"].startswith("TY  - ") and texts["cite-ris"].endswith("\nER  - ")
    assert texts["cite-csl"].startswith("[\n{") and '"one2019first"' in texts["cite-csl"]
    # Without a script there is the text to select, and no button that does nothing.
    buttons = list(box.iter("button"))
    assert [each.get("data-copy") for each in buttons] == list(texts)
    assert all(each.get("hidden") is not None for each in buttons)


def test_a_paper_leads_to_the_next_ones_in_its_topic(varied: Tree) -> None:
    page = read(varied["papers/title-4/index.html"])
    (neighbours,) = of_class(page, "neighbours")

    links = [(each.get("rel"), each.get("href")) for each in neighbours.iter("a")]
    assert links == [
        (None, "../../topics/serving/"),
        ("prev", "../../papers/title-5/"),
        ("next", "../../papers/title-3/"),
    ]


def test_without_a_topic_the_next_ones_are_those_of_the_list(varied: Tree) -> None:
    page = read(varied["papers/third/index.html"])
    (neighbours,) = of_class(page, "neighbours")

    assert words(neighbours).startswith("In the list")
    assert len(list(neighbours.iter("a"))) in (1, 2)


def test_a_paper_says_what_is_related_and_why(first: Any) -> None:
    rows = list(section(first, "related").iter("li"))

    assert 1 <= len(rows) <= 5
    for row in rows:
        (reason,) = of_class(row, "reason")
        assert re.match(r"Both on |in both titles: ", words(reason))


def test_a_paper_says_where_it_was_found(tmp_path: Path) -> None:
    source = {"format": "daily-papers", "captured": "2024-05-03", "position": 7, "title": "A $"}
    site = make_site(tmp_path, {"content/papers/a.md": paper("A", source=source)})
    build(site)

    page = read((site / "_site/papers/a/index.html").read_bytes())

    assert words(section(page, "source")) == (
        "Source Found in the Daily Papers digest as it stood on May 3, 2024. "
        "It was number 7 there. The title was written “A $”."
    )


def test_an_abstract_is_folded_in_where_there_is_more_to_read(varied: Tree) -> None:
    folded = section(read(varied["papers/first/index.html"]), "abstract").find(".//details")
    alone = section(read(varied["papers/third/index.html"]), "abstract").find(".//details")

    assert folded.get("open") is None
    assert alone.get("open") is not None

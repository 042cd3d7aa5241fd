"""Related papers: what shares most comes first, with the reason, and little else moves them."""

import re
from pathlib import Path

from carrel.pipeline import build
from conftest import PLAIN, make_site
from payloads import paper

Relations = list[tuple[str, list[str], list[str]]]  #: (title, terms, words of both titles)


def make_list(folder: Path, papers: dict[str, str], **terms: str) -> Path:
    """Write a list of *papers*; *terms* are topics, by id, each with the title of its parent."""
    files: dict[str, str | bytes] = {f"content/papers/{id}.md": text for id, text in papers.items()}
    for id, parent in terms.items():
        front = {"parent": parent} if parent else {}
        files[f"content/topics/{id}.md"] = paper(id.capitalize(), **front)
    return make_site(folder, PLAIN | files, theme="plain", base_url="https://example.org/")


def related(site: Path, id: str) -> Relations:
    """What the page of a paper says of others."""
    page = (site / f"_site/papers/{id}/index.html").read_text("utf-8")
    rows = re.findall(r"<p>related: <a [^>]*>([^<]*)</a>\s*: (.*); (.*)</p>", page)
    return [(title, terms.split(", "), words.split(", ")) for title, terms, words in rows]


def test_what_few_papers_share_counts_more_than_what_many_share(tmp_path: Path) -> None:
    papers = {f"common-{n}": paper(f"Common {n}", topics=["wool"]) for n in range(20)}
    papers |= {
        "one": paper("One", topics=["wool", "shears"]),
        "rare": paper("Rare", topics=["shears"], date="2001-01-01"),
    }
    site = make_list(tmp_path, papers, wool="", shears="")

    build(site)

    assert related(site, "one")[0] == ("Rare", ["Shears"], [""])
    assert len(related(site, "one")) == 5


def test_the_reason_names_the_nearest_term_and_the_words_of_both_titles(tmp_path: Path) -> None:
    papers = {
        "one": paper("Folding sheep for a Quilt", topics=["lambs"]),
        "two": paper("A quilt of the future", topics=["lambs"]),
        "three": paper("Unlike", topics=["ewes"]),
        "four": paper("Folding"),
    }
    site = make_list(tmp_path, papers, flock="", lambs="Flock", ewes="Flock")

    build(site)

    assert related(site, "one") == [
        ("A quilt of the future", ["Lambs"], ["Quilt"]),
        ("Unlike", ["Flock"], [""]),
        ("Folding", [""], ["Folding"]),
    ]


def test_a_term_of_very_many_papers_relates_nothing(tmp_path: Path) -> None:
    many = {f"p{n}": paper(f"P{n}", topics=["wool"]) for n in range(501)}
    site = make_list(tmp_path, many, wool="")

    build(site)
    assert related(site, "p1") == []

    (site / "content/papers/p500.md").unlink()
    build(site)
    assert len(related(site, "p1")) == 5


def test_of_papers_that_share_alike_those_of_the_same_time_are_shown(tmp_path: Path) -> None:
    papers = {
        f"of-{year}": paper(f"Of {year}", topics=["wool"], date=f"{year}-06-01")
        for year in range(1990, 2020)
    }
    site = make_list(tmp_path, papers, wool="")

    build(site)

    years = {title for title, _, _ in related(site, "of-2000")}
    assert {f"Of {year}" for year in (1998, 1999, 2001, 2002)} <= years


def test_a_new_paper_changes_the_pages_of_few_others(tmp_path: Path) -> None:
    papers = {
        f"p{n}": paper(f"P{n}", topics=["wool"], added=f"2020-{n // 28 + 1:02}-{n % 28 + 1:02}")
        for n in range(300)
    }
    site = make_list(tmp_path, papers, wool="")
    build(site)

    new = paper("New", topics=["wool"], added="2024-01-01", date="2024-01-01")
    (site / "content/papers/new.md").write_text(new, "utf-8")
    report = build(site)

    pages = [p for p in report.rendered if re.fullmatch(r"papers/p\d+/index.html", p)]
    assert len(pages) <= 10


def test_nothing_but_terms_titles_and_dates_relates_papers(tmp_path: Path) -> None:
    papers = {id: paper(id, "Of sheep.", topics=["wool"]) for id in ("one", "two", "three")}
    site = make_list(tmp_path, papers, wool="")
    build(site)

    edited = paper("one", "Of goats.", topics=["wool"], summary="Other words.", rating=5)
    (site / "content/papers/one.md").write_text(edited, "utf-8")
    report = build(site)

    assert "papers/one/index.html" in report.rendered
    assert not {"papers/two/index.html", "papers/three/index.html"} & report.rendered.keys()

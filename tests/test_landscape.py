"""Matrix, pairs, results and pictures: what they count, rank and link, and what an edit touches."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from carrel.pipeline import Report, build
from conftest import PLAIN, make_site, read_tree

TERMS = {
    "content/topics/wool.md": "---\ntitle: Wool\n---\n",
    "content/topics/milk.md": "---\ntitle: Milk\n---\n",
    "content/hardware/loom.md": "---\ntitle: Loom\n---\n",
    "content/hardware/pail.md": "---\ntitle: Pail\n---\n",
}
ALIKE = {
    "metric": "yarn",
    "value": 10,
    "unit": "m/s",
    "better": "higher",
    "hardware": "loom",
    "count": 2,
    "workload": "socks",
}
GAIN = ALIKE | {"unit": "x", "baseline": "a wheel"}


def paper(
    title: str, results: list[dict[str, Any]] | None = None, notes: str = "", **matter: Any
) -> str:
    lines = [f"{key}: {json.dumps(value)}" for key, value in matter.items()]
    lines += [f"results: {json.dumps(results)}"] if results else []
    return "\n".join(["---", f"title: {title}", *lines, "---", notes])


def built(tmp_path: Path, papers: dict[str, str], **config: Any) -> dict[str, str]:
    """The pages of a small site, by path."""
    files = PLAIN | TERMS | {f"content/papers/{id}.md": text for id, text in papers.items()}
    site = make_site(tmp_path / "site", files, **({"theme": "plain"} | config))
    build(site, tmp_path / "out")
    found = read_tree(tmp_path / "out").items()
    return {path: content.decode() for path, content in found if not path.startswith("assets/")}


def two(one: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    return {"a": paper("A", [one]), "b": paper("B", [other])}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in ALIKE.items() if name != key}


#: Two results of two papers, and the ranks that they get.
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "the higher comes first": (ALIKE, ALIKE | {"value": 12}, ["1 of 2: 12", "2 of 2: 10"]),
    "the lower comes first": (
        ALIKE | {"better": "lower"},
        ALIKE | {"better": "lower", "value": 12},
        ["1 of 2: 10", "2 of 2: 12"],
    ),
    "equal ones share a rank": (ALIKE, ALIKE, ["1 of 2: 10", "1 of 2: 10"]),
    "letter case and spaces do not count": (
        ALIKE,
        ALIKE | {"workload": " Socks"},
        ["1 of 2: 10", "1 of 2: 10"],
    ),
    "other units": (ALIKE, ALIKE | {"unit": "km/h"}, []),
    "other devices": (ALIKE, ALIKE | {"hardware": "pail"}, []),
    "other numbers of devices": (ALIKE, ALIKE | {"count": 3}, []),
    "other workloads": (ALIKE, ALIKE | {"workload": "hats"}, []),
    "an average and a peak": (ALIKE, ALIKE | {"qualifier": "peak"}, []),
    "other directions": (ALIKE, ALIKE | {"better": "lower"}, []),
    "a value and a range": (ALIKE, ALIKE | {"to": 20}, []),
    "no unit told": (without("unit"), without("unit"), []),
    "no device told": (without("hardware"), without("hardware"), []),
    "no workload told": (without("workload"), without("workload"), []),
    "no direction told": (without("better"), without("better"), []),
    "gain over one baseline": (GAIN, GAIN | {"value": 9}, ["1 of 2: 10", "2 of 2: 9"]),
    "gain over two baselines": (GAIN, GAIN | {"baseline": "a rival"}, []),
    "gain over no baseline told": (GAIN | {"baseline": None}, GAIN | {"baseline": None}, []),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page on which each of the pairs is a metric of its own."""
    ones = [one | {"metric": metric} for metric, (one, _, _) in PAIRS.items()]
    others = [other | {"metric": metric} for metric, (_, other, _) in PAIRS.items()]
    papers = {"a": paper("A", ones), "b": paper("B", others)}
    return built(tmp_path_factory.mktemp("results"), papers)["results/index.html"]


@pytest.mark.parametrize("metric", PAIRS)
def test_only_like_is_ranked_with_like(metric: str, results: str) -> None:
    found = re.findall(rf"<p>(?:(\d of \d): )?{metric}: +(?:peak )?([\d–]+)", results)

    assert len(found) == 2
    assert [f"{rank}: {value}" for rank, value in found if rank] == PAIRS[metric][2]


def test_what_is_not_told_is_shown_as_unknown(results: str) -> None:
    lines = re.findall(r"<p>no device told: .*", results)

    assert len(lines) == 2
    assert all("unknown" in line for line in lines)


def test_a_unit_that_is_not_told_is_no_number_without_unit(tmp_path: Path) -> None:
    results = [ALIKE | {"value": 7, "unit": ""}, without("unit") | {"value": 8}]

    pages = built(tmp_path, {"a": paper("A", results)}, theme="reading-room")

    for path in ("papers/a/index.html", "results/index.html"):
        assert '<strong>7 <span class="untold">(unit not told)</span></strong>' in pages[path]
        assert "<strong>8</strong>" in pages[path]


def test_formulas_in_the_words_of_a_result_are_shown_in_unicode(tmp_path: Path) -> None:
    words = {"metric": r"yarn per $\mu$m$^2$", "workload": "$n^2$ socks", "baseline": "$2^k$"}
    result = ALIKE | words | {"headline": True}

    pages = built(tmp_path, {"a": paper("A", [result])})

    assert "<h2>yarn per μm²</h2>" in pages["results/index.html"]
    assert re.search(r"yarn per μm²: .*, 2ᵏ, n² socks,", pages["results/index.html"])
    assert "yarn per μm²: " in pages["papers/index.html"]


def test_the_results_of_one_paper_are_no_competition(tmp_path: Path) -> None:
    page = built(tmp_path, {"a": paper("A", [ALIKE, ALIKE | {"value": 12}])})["results/index.html"]

    assert " of 2:" not in page


def test_gains_and_absolute_numbers_of_one_metric_stay_apart(tmp_path: Path) -> None:
    page = built(tmp_path, two(ALIKE, ALIKE | {"unit": "x"}))

    assert "<h2>yarn</h2>" in page["results/index.html"]
    assert "<h2>yarn, relative</h2>" in page["results/index.html"]
    assert "#on-yarn-2" in page["results/index.html"]


def test_the_csv_has_every_result_under_the_names_of_the_front_matter(tmp_path: Path) -> None:
    formula = {"metric": "=1+1", "value": 0.5, "headline": True}

    table = built(tmp_path, two(ALIKE, formula))["results/results.csv"]

    rows = list(csv.DictReader(io.StringIO(table)))
    told = {key: rows[1][key] for key in ALIKE}
    assert told == {key: str(value) for key, value in ALIKE.items()}
    assert rows[1]["device"] == "Loom"
    assert (rows[0]["metric"], rows[0]["value"], rows[0]["headline"]) == ("'=1+1", "0.5", "1")
    assert rows[0]["hardware"] == ""


def test_a_long_list_has_a_page_for_each_metric(tmp_path: Path) -> None:
    papers = {
        f"p{n}": paper(f"P{n}", [ALIKE | {"workload": f"socks {n * 90 + m}"} for m in range(90)])
        for n in range(5)
    }
    papers["q"] = paper("Q", [ALIKE | {"metric": "R²"}, ALIKE | {"metric": "羊毛"}])

    pages = built(tmp_path, papers)

    front = pages["results/index.html"]
    assert '<a href="../results/yarn/">yarn</a>: 450' in front
    assert "socks 7," not in front
    assert "socks 7," in pages["results/yarn/index.html"] + pages["results/yarn/page/2/index.html"]
    assert '<a href="../../../../results/yarn/">' in pages["results/yarn/page/2/index.html"]
    assert sum(page.count("<p>yarn:") for page in pages.values()) == 450
    for path in re.findall(r'<a href="\.\./(results/[^"#]+/)">', front):
        assert f"{path}index.html" in pages


def test_without_results_there_is_no_page_of_them_and_no_link(tmp_path: Path) -> None:
    nav = [{"title": "Figures", "url": "results/"}, {"title": "Grid", "url": "matrix/"}]

    pages = built(tmp_path, {"a": paper("A")}, theme="reading-room", nav=nav)

    assert not [path for path in pages if path.startswith(("results/", "matrix/"))]
    assert not [path for path, page in pages.items() if "results/" in page or "Grid" in page]


def test_the_ways_in_leave_out_what_is_empty(tmp_path: Path) -> None:
    nav = [{"title": title, "url": f"{title}/"} for title in ("topics", "organizations")]
    papers = {"a": paper("A", topics=["wool"])}
    link = re.compile(r'<a href="\./((?:topics|hardware|organizations)/)"')

    own = built(tmp_path / "own", papers, theme="reading-room", nav=nav)
    usual = built(tmp_path / "usual", papers, theme="reading-room")
    new = built(tmp_path / "new", {}, theme="reading-room")

    assert {*link.findall(own["index.html"])} == {*link.findall(usual["index.html"])} == {"topics/"}
    assert "organizations/index.html" in own  # its address stays
    assert len({*link.findall(new["index.html"])}) == 3  # a new list shows what it will have


def test_the_ways_in_lead_to_matrix_and_results_where_there_are_any(tmp_path: Path) -> None:
    papers = {"a": paper("A", [ALIKE], topics=["wool"], hardware=["loom"])}

    pages = built(tmp_path, papers, theme="reading-room")

    for url, title in {"matrix/": "Matrix", "results/": "Results"}.items():
        assert f'<a href="./{url}">{title}</a>' in pages["index.html"]
        assert f'<li><a href="/{url}">{title}</a></li>' in pages["404.html"].partition("<main")[2]


def crossed(count: int) -> dict[str, str]:
    return {f"p{n}": paper(f"P{n}", topics=["wool"], hardware=["loom"]) for n in range(count)}


@pytest.mark.parametrize(
    ("count", "url"),
    [(1, "papers/p0/"), (2, "papers/?topics=wool&amp;hardware=loom"), (3, "topics/wool/loom/")],
)
def test_a_number_leads_to_the_paper_the_filter_or_the_page_of_the_pair(
    count: int, url: str, tmp_path: Path
) -> None:
    pages = built(tmp_path, crossed(count))

    assert f'<td><a href="../{url}">{count}</a>' in pages["matrix/index.html"]
    assert f'<a href="../../{url}">Loom</a>' in pages["topics/wool/index.html"]
    assert f'<a href="../../{url}">Wool</a>' in pages["hardware/loom/index.html"]
    assert ("topics/wool/loom/index.html" in pages) == (count == 3)


def test_a_pair_has_its_papers_and_a_feed_of_its_own(tmp_path: Path) -> None:
    papers = crossed(3) | {"other": paper("Other", topics=["wool"], hardware=["pail"])}

    pages = built(tmp_path, papers)

    page, feed = pages["topics/wool/loom/index.html"], pages["topics/wool/loom/feed.xml"]
    assert re.findall(r"<h3><a [^>]*>(.*?)</a>", page) == ["P2", "P1", "P0"]
    assert re.findall(r"<title>(P\d|Other)</title>", feed) == ["P2", "P1", "P0"]
    assert "<link>http://localhost:8000/topics/wool/loom/</link>" in feed


def test_any_two_taxonomies_can_be_set_against_each_other(tmp_path: Path) -> None:
    papers = {"a": paper("A", hardware=["loom"], organization="Meadow")}

    pages = built(tmp_path, papers, pairs={"of": ["hardware", "organizations"], "min": 1})

    assert '<a href="../hardware/loom/meadow/">1</a>' in pages["matrix/index.html"]
    assert "hardware/loom/meadow/index.html" in pages


def test_without_one_of_the_taxonomies_there_is_no_matrix(tmp_path: Path) -> None:
    pages = built(tmp_path, {"a": paper("A", hardware=["loom"])}, taxonomies={"topics": None})

    assert "matrix/index.html" not in pages
    assert "hardware/loom/index.html" in pages


def test_a_list_without_hardware_shows_its_results_all_the_same(tmp_path: Path) -> None:
    pages = built(tmp_path, two(ALIKE, ALIKE), taxonomies={"hardware": None})

    assert pages["results/index.html"].count("<p>1 of 2: yarn") == 2
    assert "hardware/" not in pages["results/index.html"]


def pages_of(report: Report) -> set[str]:
    """The pages that were made again, without the files for feed readers and other programs."""
    return {path for path in report.rendered if path.endswith("index.html")}


def test_editing_notes_touches_no_page_that_counts_or_ranks(tmp_path: Path) -> None:
    facts = {"topics": ["wool"], "hardware": ["loom"]}
    papers = {f"p{n}": paper(f"P{n}", [ALIKE], "Old notes.", **facts) for n in range(3)}
    built(tmp_path, papers)
    edited = tmp_path / "site/content/papers/p1.md"

    edited.write_text(edited.read_text("utf-8").replace("Old", "New"), "utf-8")
    report = build(tmp_path / "site", tmp_path / "out")

    assert pages_of(report) == {"papers/p1/index.html"}


def test_a_result_touches_the_pages_that_show_it(tmp_path: Path) -> None:
    papers = {"a": paper("A", [ALIKE], topics=["wool"], hardware=["loom"]), "b": paper("B")}
    built(tmp_path, papers)
    edited = tmp_path / "site/content/papers/a.md"

    edited.write_text(edited.read_text("utf-8").replace('"value": 10', '"value": 11'), "utf-8")
    report = build(tmp_path / "site", tmp_path / "out")

    assert pages_of(report) == {
        "papers/a/index.html",
        "hardware/loom/index.html",
        "results/index.html",
    }
    assert "results/results.csv" in report.rendered


def test_a_picture_of_time_goes_by_longer_steps_when_it_spans_many_years(tmp_path: Path) -> None:
    def steps(*years: int) -> str:
        papers = {
            f"p{year}": paper(f"P{year}", date=f"{year}-05-01", topics=["wool", "milk"])
            for year in years
        }
        page = built(tmp_path / str(years[0]), papers)["topics/index.html"]
        found = re.search(r"<p>(\d+ × \w+), most", page)
        return found[1] if found else ""

    assert steps(2024, 2025) == "13 × month"
    assert steps(2010, 2025) == "61 × quarter"
    assert steps(1950, 2025) == "76 × year"

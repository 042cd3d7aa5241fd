"""The measurements: the papers, the sites that are compared, what counts as right, the report."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.content import check_site, lacking, naming_pages, showing_pages
from bench.corpus import Corpus, add_paper, edit_newest, make_corpus, rename_topic
from bench.formats import FORMATS
from bench.processes import memory_of, run_looking, run_timed
from bench.profiling import by_module, by_step
from bench.report import TABLES, fill_places, summary, write_report
from bench.results import Fault, Measure, Results, Sample, Stage, read_results, write_results
from bench.tools import Site, fill_shell, read_tool, tool_names
from carrel.pipeline import build, check
from conftest import ROOT, read_tree


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return make_corpus(58)


@pytest.fixture(scope="module")
def equal_site(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Carrel's equal site, built; tests put back what they change."""
    site = Site("carrel", tmp_path_factory.mktemp("bench") / "carrel-58", corpus)
    build(site.folder)
    return site


def test_the_same_papers_are_made_every_time(tmp_path: Path) -> None:
    trees = []
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "bench", "corpus", "20", str(tmp_path / seed)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        trees.append(read_tree(tmp_path / seed))

    assert trees[0] == trees[1]
    assert len(trees[0]) > 20


def test_a_longer_list_begins_with_other_days_and_the_same_texts() -> None:
    few, many = make_corpus(10), make_corpus(20)

    assert [paper.body for paper in few.papers] == [paper.body for paper in many.papers[:10]]


@pytest.mark.parametrize("name", ["carrel", "carrel-default"])
def test_the_papers_are_a_site_without_problems(name: str, corpus: Corpus, tmp_path: Path) -> None:
    site = Site(name, tmp_path / "site", corpus)

    assert check(site.folder) == ()


def test_the_equal_site_says_what_the_papers_say(corpus: Corpus, equal_site: Site) -> None:
    assert list(check_site(equal_site)) == []
    pages = showing_pages(equal_site.tool, corpus)
    assert len(pages) == 9
    assert lacking(equal_site.out, pages, corpus.papers[0].title) == []


def test_a_page_that_is_missing_old_or_cut_short_is_named(corpus: Corpus, equal_site: Site) -> None:
    newest = corpus.papers[0]
    page = equal_site.out / f"papers/{newest.id}/index.html"
    whole = page.read_text("utf-8")
    try:
        last = newest.body.split()[-1]
        page.write_text(whole.replace(f"{last}</p>", "</p>"), "utf-8")
        faults = list(check_site(equal_site))
        assert len(faults) == 1
        assert faults[0].startswith(f"{newest.id} lacks '{newest.body.split()[0]}")
        page.unlink()
        assert list(check_site(equal_site)) == ["57 pages for 58 papers"]
        assert lacking(equal_site.out, ["index.html"], "Edited00001") == ["index.html"]
    finally:
        page.write_text(whole, "utf-8")


def test_every_edit_shows_where_it_is_looked_for(corpus: Corpus, tmp_path: Path) -> None:
    site = Site("carrel", tmp_path / "site", corpus)
    for number, edit in enumerate((edit_newest, edit_newest, add_paper)):
        word = f"Edited0000{number}"
        site.change(edit(site.corpus, word))
        build(site.folder)

        assert lacking(site.out, showing_pages(site.tool, site.corpus), word) == []
        assert list(check_site(site)) == []

    site.change(rename_topic(site.corpus, "Edited00009"))
    build(site.folder)

    pages = naming_pages(site.tool, site.corpus, site.corpus.papers[0].topics[0])
    assert len(pages) >= 5
    assert lacking(site.out, pages, "Edited00009") == []


def test_a_renamed_topic_is_one_file_for_those_that_keep_its_title_once(corpus: Corpus) -> None:
    after = rename_topic(corpus, "Edited00001")
    filed = sum(corpus.papers[0].topics[0] in paper.topics for paper in corpus.papers)
    changed = {name: len(FORMATS[name].changes(corpus, after)) for name in FORMATS}

    assert changed == {
        "carrel": 1,
        "eleventy": 1,
        "hugo": 1,
        "mkdocs": filed,
        "pelican": filed,
        "zensical": filed,
    }


@pytest.mark.parametrize("name", tool_names())
def test_a_tool_is_described_and_its_frame_filled(name: str) -> None:
    tool = read_tool(name)

    assert tool.format in FORMATS
    assert tool.build
    if tool.shell:
        assert "[[" not in fill_shell(tool)
        assert not tool.own_theme


def test_a_command_that_fails_or_takes_too_long_has_no_time(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()

    assert run_timed(["sh", "-c", "exit 3"], folder, {}, 60).fault == "exit 3"
    assert "longer" in run_timed(["sleep", "60"], folder, {}, 0.2).fault
    assert run_timed(["true"], folder, {}, 60).fault == ""


def test_memory_is_that_of_all_processes_together(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    hold = "import time; held = b'x' * 40_000_000; time.sleep(0.6)"
    one = run_looking([sys.executable, "-c", hold], folder, {}, 60)
    script = f'{sys.executable} -c "{hold}" & {sys.executable} -c "{hold}"; wait'
    two = run_looking(["sh", "-c", script], folder, {}, 60)

    assert 40e6 < one < 80e6
    assert 80e6 < two < 160e6
    assert memory_of(os.getpid()) > 1e6


def some_results() -> Results:
    values: list[tuple[Measure, float]] = [
        ("wall", 1e-3),
        ("wall", 1e-3),
        ("wall", 1.0),  # an outlier
        ("cpu", 1.1e-3),
        ("memory", 3e4),
        ("files", 1.2),
        ("size", 1e4),
    ]
    samples = [
        Sample(tool, papers, "cold", measure, papers * value * factor)
        for tool, factor in (("hugo", 2.0), ("carrel", 1.0), ("pelican", 6.0))
        for papers in (58, 1000, 10_000)
        for measure, value in values
    ]
    samples += [Sample("hugo", 58, "edit", "wall", 0.2), Sample("carrel", 58, "edit", "wall", 0.1)]
    samples += [Sample("carrel", 58, "watch", "all", 0.025)]
    return Results(
        machine="an abacus, 2 cores",
        command="python -m bench run",
        versions={"hugo": "hugo v9", "carrel": "carrel 9"},
        samples=samples,
        faults=[Fault("pelican", 58, "edit", "old: index.html")],
        stages=[Stage(1000, "cold", "markdown", 0.5), Stage(1000, "cold", "staging", 0.25)],
    )


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    write_results(tmp_path / "some" / "results.json", some_results())

    assert read_results(tmp_path / "some" / "results.json") == some_results()


def test_the_report_has_medians_with_their_ratio_to_hugo(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    places = "\n".join(f"<!-- bench: {name} -->\nold\n<!-- /bench -->" for name in TABLES)
    document.write_text(f"# By hand\n\n{places}\n", "utf-8")
    write_report(some_results(), tmp_path)
    text = document.read_text("utf-8")

    assert text.startswith("# By hand\n")
    assert "old\n" not in text
    assert "| Hugo | 116 ms | 2.00 s | 20.0 s |" in text
    assert "| **Carrel** | 58.0 ms (0.50) | 1.00 s (0.50) | 10.0 s (0.50) |" in text
    assert "| **Carrel** | 100 ms (0.50) |" in text
    assert "| Pelican | wrong |" in text
    assert "- Pelican, 58 papers, one edit: old: index.html" in text
    assert "| markdown | 500 |" in text
    assert "| all of it | 750 |" in text
    assert "an abacus, 2 cores" in text
    write_report(some_results(), tmp_path)
    assert document.read_text("utf-8") == text


def test_a_series_without_hugo_has_no_ratios() -> None:
    results = some_results()
    results.samples = [sample for sample in results.samples if sample.tool == "carrel"]

    assert "| **Carrel** | 58.0 ms | 1.00 s | 10.0 s |" in summary(results)


def test_the_plot_is_well_formed_and_names_every_tool(tmp_path: Path) -> None:
    (tmp_path / "performance.md").write_text("", "utf-8")
    write_report(some_results(), tmp_path)
    plot = ElementTree.parse(tmp_path / "performance.svg")
    texts = [text.text for text in plot.iter("{http://www.w3.org/2000/svg}text")]

    assert [texts.count(name) for name in ("Hugo", "Carrel", "Pelican")] == [2, 2, 2]
    assert "10,000" in texts
    lines = [e for e in plot.iter() if e.get("class") == "line"]
    assert len(lines) == 6
    # A cost that grows with the papers is a straight line.
    points = [tuple(map(float, p.split())) for p in (lines[0].get("d") or "M")[1:].split("L")]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    assert max(slopes) - min(slopes) < 0.01


def test_the_document_has_a_place_for_every_table() -> None:
    text = (ROOT / "docs" / "performance.md").read_text("utf-8")

    assert re.findall(r"<!-- bench: (\w+) -->", text) == list(TABLES)
    assert fill_places(text, Results()).count("<!-- /bench -->") == len(TABLES)


def test_time_counts_for_the_module_that_called_a_library() -> None:
    stacks = [
        (["python:start"], 1.0),
        (["carrel.pipeline:build", "importlib._bootstrap:_load", "carrel.render:<module>"], 2.0),
        (["carrel.pipeline:build", "carrel.workers:fill", "carrel.render:f", "jinja2:g"], 4.0),
        (["carrel.pipeline:build", "carrel.workers:fill", "carrel.staging:f", "os:g"], 3.0),
    ]

    assert by_module(stacks) == {
        "render": 4.0,
        "staging": 3.0,
        "loading modules": 2.0,
        "starting Python": 1.0,
        "all others": 0,
    }
    assert by_step(stacks)["workers:fill"] == 7.0

"""The list that this repository holds keeps its own rules."""

from itertools import pairwise

import pytest

from carrel import pipeline
from carrel.catalogue import Library
from carrel.desk import proofread_list
from carrel.model import Paper
from conftest import ROOT

LIBRARY: Library = pipeline.prepare(ROOT).library
PAPERS = pytest.mark.parametrize("paper", LIBRARY.papers, ids=lambda paper: paper.id)


def test_the_list_has_no_fault_and_no_warning() -> None:
    day = max(paper.added for paper in LIBRARY.papers if paper.added)

    assert pipeline.check(ROOT) == ()
    assert proofread_list(ROOT, day) == []


def test_the_first_digest_is_there_whole() -> None:
    places = sorted(p.source.position or 0 for p in LIBRARY.papers if p.source)

    assert places == list(range(1, 59))


@PAPERS
def test_an_entry_is_curated(paper: Paper) -> None:
    topics = [use for use in paper.terms if use.taxonomy == "topics"]

    assert paper.summary
    assert paper.why
    assert 1 <= len(topics) <= 3
    assert 60 <= len(paper.notes.split()) <= 150
    assert sum(result.headline for result in paper.results) == bool(paper.results)


@PAPERS
def test_an_entry_is_in_our_own_words(paper: Paper) -> None:
    assert paper.abstract == ""
    assert paper.notes
    assert "#" not in paper.notes.replace("C#", "")


@PAPERS
def test_every_device_of_a_result_is_a_device_of_the_paper(paper: Paper) -> None:
    terms = LIBRARY.terms["hardware"]
    tagged = {use.id for use in paper.terms if use.taxonomy == "hardware"}
    measured = {r.hardware for r in paper.results if r.hardware}

    assert {id for id in measured if terms[id].level != "class"} <= tagged


def test_neighbours_begin_differently() -> None:
    openings = [(paper.id, paper.notes.split()[:2]) for paper in LIBRARY.papers]

    alike = [(one[0], other[0]) for one, other in pairwise(openings) if one[1] == other[1]]

    assert alike == []


def test_every_topic_is_defined_and_lies_in_two_levels() -> None:
    for topic in LIBRARY.terms["topics"].values():
        assert topic.summary
        assert len(LIBRARY.ancestors(topic)) <= 1


def test_every_term_of_the_catalogue_says_what_it_is() -> None:
    for term in LIBRARY.terms["hardware"].values():
        assert term.summary
        assert term.level

"""What `carrel check` says of a list that has no fault: each finding, and what is none."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from carrel.bundled import bundled
from carrel.cli import carrel
from carrel.pipeline import build
from conftest import make_site, read_tree
from payloads import paper

DEVICES = {
    "content/hardware/box-1.md": paper("Acme Box 1", level="device", vendor="Acme", parent="boxes"),
    "content/hardware/box-2.md": paper("Acme Box 2", level="device", vendor="Acme", parent="boxes"),
    "content/hardware/boxes.md": paper("Boxes", level="class"),
    "content/topics/serving.md": paper("Serving models"),
    # Terms that are filed under, so that only what a test is about is found.
    "content/papers/all.md": paper(
        "All", added="2024-01-01", topics=["serving"], hardware=["box-1", "box-2"]
    ),
}


def check(root: Path, *words: str) -> Result:
    day = {"SOURCE_DATE_EPOCH": "1735689600"}  # 2025-01-01
    return CliRunner().invoke(carrel, ["--site", str(root), "check", *words], env=day)


def findings(root: Path) -> list[tuple[str, str, str]]:
    """(path:line:column, message, hint) of every finding; all of them are warnings."""
    done = check(root, "--json")
    assert done.exit_code == 0, done.output
    found = [json.loads(line) for line in done.stderr.splitlines()]
    assert {each["kind"] for each in found} <= {"warning"}
    places = [":".join(str(e[k]) for k in ("path", "line", "column") if e[k]) for e in found]
    return [(p, e["message"], e["hint"]) for p, e in zip(places, found, strict=True)]


def site(tmp_path: Path, **files: str) -> Path:
    named = {f"content/{name.replace('__', '/')}.md": text for name, text in files.items()}
    return make_site(tmp_path / "site", {**DEVICES, **named}, base_url="https://example.org/")


def entry(body: str = "", **front: object) -> str:
    """A paper about which there is nothing to say but what *front* brings."""
    return paper("One", body, **({"added": "2024-05-05", "topics": ["serving"]} | front))


RESULT = {"metric": "throughput", "value": 1.91, "unit": "x", "better": "higher"}
ABSTRACT = "We show that a lamp is brighter when it is lit, in all of the many cases."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (entry(summary="It is 1.7× as fast."), "no result carries the figure 1.7 of the summary"),
        (entry(summary="It is 3.7x as fast."), "no result carries the figure 3.7 of the summary"),
        (entry(summary="A 10-fold gain."), "no result carries the figure 10 of the summary"),
        (entry("It runs on an Acme Box 1."), "the text names Acme Box 1, and 'hardware' does not"),
        (
            entry(f"## Abstract\n\n{ABSTRACT}", hardware=["box-1"]),
            "neither the text nor a result names Acme Box 1",
        ),
        (entry(results=[RESULT | {"unit": None}]), "the result 'throughput' has no unit"),
        (entry(results=[RESULT | {"better": None}]), "it is not said whether more of"),
        (entry(results=[RESULT | {"to": 0}]), "the range of 'throughput' ends below its beginning"),
        (entry(correction="It is two."), "a correction without its day is not among the changes"),
        (entry(added=None), "the day on which this joined the list is missing"),
        (entry(added="2025-02-01"), "'added' lies in the future: 2025-02-01"),
        (entry(updated="2026-02-01"), "'updated' lies in the future"),
        (entry(topics=[]), "this paper is filed under no topic"),
        (entry(links={"code": "http://example.org/"}), "this link is not https"),
        (entry(authors=[{"name": "A", "url": "http://a.org/"}]), "this link is not https"),
        (entry("One.\n\nSee [it](http://a.org/b)."), "this link is not https: http://a.org/b"),
        (entry("One \u202e two."), "U+202E changes the order"),
        (entry(f"## Abstract\n\n{ABSTRACT}", summary=ABSTRACT[3:60]), "repeats the abstract"),
        (entry(draft=True, added="2024-01-01"), "this draft has been waiting since 2024-01-01"),
    ],
)
def test_each_finding_has_its_place_and_advice(text: str, said: str, tmp_path: Path) -> None:
    root = site(tmp_path, papers__one=text)

    ((place, message, hint),) = findings(root)

    path, line, column = place.split(":")
    assert said in message
    assert hint
    assert path == "content/papers/one.md"
    row = (root / path).read_text("utf-8").splitlines()[int(line) - 1]
    assert row[int(column) - 1 :].strip()


@pytest.mark.parametrize(
    ("summary", "figures"),
    [
        ("Shown in 2024, at CVPR 2023, between 2020 and 2024.", []),
        ("It takes $O(n^2)$ and $2 n + 3$ steps.", []),
        ("Made with CUDA 12.1, PyTorch 2.0 and 2.1, HTTP/2, and IEEE 754.", []),
        ("Wan 2.1 on a Snapdragon 8 Gen 3 with vLLM 0.6.", []),
        ("With 2:4 sparsity, Section 3 and Phase 1, in tiles of 8 × 8 or 16x16x4.", []),
        ("A 4 bit quantizer with 8 bits.", []),
        ("Costs $5 and takes 2000 ms.", ["5", "2000"]),
        ("Reaches 72% at 1.9x, or 3.5 times.", ["72", "1.9", "3.5"]),
        ("Saves 12 GB at 40 tokens/s.", ["12", "40"]),
        ("In 3 of 4 cases a PSNR 31.2 at 2.5 bits per weight.", ["3", "4", "31.2", "2.5"]),
        ("On Llama 3 8 GB less, 1.9× 12 times.", ["8", "1.9", "12"]),
    ],
)
def test_years_names_sizes_and_formulas_are_no_figures(
    summary: str, figures: list[str], tmp_path: Path
) -> None:
    root = site(tmp_path, papers__one=entry(summary=summary))

    said = [message for _, message, _ in findings(root)]

    assert said == [
        f"no result carries the figure {each} of the summary" for each in sorted(figures)
    ]


@pytest.mark.parametrize(
    "text",
    [
        entry(summary="It is 1.9× as fast on Acme Box 1 in May 2024.", results=[RESULT]).replace(
            '"topics"', '"hardware": ["box-1"], "topics"'
        ),
        entry("It runs on an Acme Box 1.", hardware=["box-1"]),
        entry("It runs on boxes.", hardware=["box-1"]),
        entry(f"On [[box-1]].\n\n## Abstract\n\n{ABSTRACT}", hardware=["box-1"]),
        entry(hardware=["box-1"]),
        entry(f"## Abstract\n\n{ABSTRACT} On Acme Box 1.", hardware=["box-1"]),
        entry(
            f"## Abstract\n\n{ABSTRACT}",
            hardware=["box-1"],
            results=[RESULT | {"hardware": "box-1"}],
        ),
        entry(results=[RESULT | {"unit": ""}, RESULT | {"metric": "F1 score", "unit": None}]),
        entry(results=[RESULT | {"to": 1.91}, RESULT | {"to": 3}]),
        entry(added="2025-01-01"),
        entry(correction="It is two.", updated="2024-12-01"),
        entry("`http://a.org/` is code, and http://a.org/ is text"),
        entry(f"## Abstract\n\n{ABSTRACT}", summary="A lit lamp is bright."),
        entry(draft=True, topics=[], added="2024-12-01"),
    ],
)
def test_what_is_right_is_passed_over(text: str, tmp_path: Path) -> None:
    assert findings(site(tmp_path, papers__one=text)) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Serving models", "Serving-models ", True),
        ("Serving models", "Serving model", True),
        ("Serving models", "Servin models", True),
        ("Serving models", "Sérving modéls", True),
        ("Mobile GPU", "Mobile CPU", False),
        ("Acme Box 11", "Acme Box 12", False),
        ("Acme L40", "Acme L40S", False),
        ("Cats", "Bats", False),
    ],
)
def test_terms_that_are_nearly_one_are_named(
    one: str, other: str, alike: bool, tmp_path: Path
) -> None:
    root = site(
        tmp_path,
        topics__serving=paper(one),
        topics__second=paper(other),
        papers__two=entry(topics=["second"]),
    )

    assert [message for _, message, _ in findings(root)] == (
        [f"'{one.strip()}' is nearly the topic '{other}'"] if alike else []
    )


def test_spellings_of_an_open_vocabulary_are_compared_too(tmp_path: Path) -> None:
    root = site(
        tmp_path,
        papers__one=entry(organization="University of Nowhere"),
        papers__two=entry(organization="Univercity of Nowhere"),
    )

    ((place, message, _),) = findings(root)

    assert place.startswith("content/papers/one.md:")
    assert message == "'University of Nowhere' is nearly the organization 'Univercity of Nowhere'"


def test_a_term_without_papers_is_named_unless_it_came_with_the_catalogue(tmp_path: Path) -> None:
    stock = (bundled() / "content/topics/quantization.md").read_text("utf-8")
    root = site(tmp_path, topics__unused=paper("Unused"), topics__quantization=stock)

    assert [(place, message) for place, message, _ in findings(root)] == [
        ("content/topics/unused.md", "no paper is filed under this topic: it has no page")
    ]


def test_a_new_list_has_nothing_to_correct(tmp_path: Path) -> None:
    runner = CliRunner()
    made = runner.invoke(carrel, ["init", str(tmp_path / "s"), "--base-url", "https://a.example/"])
    assert made.exit_code == 0

    assert findings(tmp_path / "s") == []


def test_findings_belong_to_check_and_not_to_a_build(tmp_path: Path) -> None:
    root = site(tmp_path, papers__one=entry(added=None, summary="It is 7× as fast."))

    assert len(findings(root)) == 2
    assert build(root).warnings == ()


def test_strict_makes_findings_count_and_check_writes_nothing(tmp_path: Path) -> None:
    root = site(tmp_path, papers__one=entry(added=None))
    before = read_tree(root)

    assert check(root).exit_code == 0
    assert check(root, "--strict").exit_code == 1
    assert read_tree(root) == before

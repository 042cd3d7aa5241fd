"""What the filter of the whole list is given: papers/filter.json."""

import json
from pathlib import Path
from typing import Any

from carrel.pipeline import build
from conftest import make_site
from payloads import paper

FILES: dict[str, str | bytes] = {
    "content/papers/lambs.md": paper(
        "Counting lambs",
        "Notes of the curator.\n\n## Abstract\n\nWords of the authors.\n",
        date="2025-03-01",
        added="2025-04-01",
        summary="It counts.",
        why="Nobody else does.",
        authors=["Ada Flock"],
        topics=["counting"],
        hardware=["abacus-9"],
        links={"code": "https://example.org/code"},
        results=[{"metric": "sheep", "value": 4}],
        status="read",
        comments=7,
    ),
    "content/papers/plain.md": paper("Plain", slug="simple"),
    "content/papers/hidden.md": paper("Hidden", draft=True, topics=["counting"]),
    "content/topics/counting.md": "---\ntitle: Counting\naliases: [enumeration]\n---\n",
    "content/topics/empty.md": "---\ntitle: Empty\n---\n",
    "content/hardware/abacus.md": "---\ntitle: Abacus\n---\n",
    "content/hardware/series.md": "---\ntitle: Series 9\nparent: abacus\nindex: false\n---\n",
    "content/hardware/abacus-9.md": "---\ntitle: Abacus 9\nparent: series\n---\n",
}


def read_filter(site: Path, out: Path) -> dict[str, Any]:
    build(site, out)
    found: dict[str, Any] = json.loads((out / "papers/filter.json").read_bytes())
    return found


def test_it_says_by_what_a_paper_is_found(tmp_path: Path) -> None:
    found = read_filter(make_site(tmp_path / "site", FILES), tmp_path / "out")

    terms = [row for _, rows in found["terms"] for row in rows]
    lambs, plain = found["papers"]
    assert lambs[:7] == ["lambs", "", "Counting lambs", "2025-03-01", 7, 3, "read"]
    assert [terms[number][1] for number in lambs[7]] == ["Counting", "Abacus 9"]
    assert lambs[8] == "It counts. Nobody else does. Ada Flock"
    assert plain == ["plain", "simple", "Plain", "", 0, 0, "", [], ""]


def test_terms_lie_under_others_and_empty_ones_are_not_offered(tmp_path: Path) -> None:
    found = read_filter(make_site(tmp_path / "site", FILES), tmp_path / "out")

    terms = [row for _, rows in found["terms"] for row in rows]
    assert [name for name, _ in found["terms"]] == ["topics", "hardware"]
    assert ["counting", "Counting", -1, ["enumeration"]] in terms
    assert "Empty" not in {title for _, title, _, _ in terms}
    (device,) = (row for row in terms if row[0] == "abacus-9")
    series = terms[device[2]]
    assert series[:2] == ["", "Series 9"]  # it has no page, so it is no choice
    assert terms[series[2]][:3] == ["abacus", "Abacus", -1]


def test_any_taxonomy_is_a_facet_but_where_the_name_is_taken(tmp_path: Path) -> None:
    taxonomies = {"venues": {"field": "venue"}, "year": {"field": "vintage"}}
    files = {"content/papers/a.md": paper("A", venue="Fold", vintage=["good"])}
    site = make_site(tmp_path / "site", files, taxonomies=taxonomies)

    found = read_filter(site, tmp_path / "out")

    assert [name for name, _ in found["terms"]] == ["venues"]


def test_notes_and_abstracts_are_not_in_it(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES)
    build(site, tmp_path / "out")
    file = site / "content/papers/lambs.md"
    text = file.read_text("utf-8").replace("Notes of", "Other notes of").replace("Words", "Wool")
    file.write_text(text, "utf-8")

    rendered = build(site, tmp_path / "out").rendered

    assert "papers/lambs/index.html" in rendered
    assert "papers/filter.json" not in rendered

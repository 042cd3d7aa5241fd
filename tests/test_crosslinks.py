"""Links between entries, as a page shows them and as a person is told that one leads nowhere."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from carrel.link_places import find_links
from carrel.pipeline import build, check
from carrel.problems import Position, Problem, SiteError
from conftest import make_site, read_tree, write_tree
from payloads import paper

URL = "https://example.org/repo/"
FILES: Mapping[str, str] = {
    "content/papers/lantern.md": paper("Lantern: a lamp", "Notes.", topics=["serving"]),
    "content/topics/serving.md": paper("Serving_models", aliases=["model serving"]),
    "content/topics/unused.md": paper("Unused"),
    "content/static/files/readme.md": "# Of its own",
}


def page(tmp_path: Path, text: str, **more: str) -> str:
    """The About page of a site, with *text* as its body."""
    files = {**FILES, "content/pages/about.md": paper("About", text), **more}
    build(make_site(tmp_path / "site", files, base_url=URL))
    html = read_tree(tmp_path / "site/_site")["about/index.html"].decode()
    return html.partition('<div class="prose">')[2].partition("</div>")[0]


def faults(tmp_path: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(SiteError) as caught:
        page(tmp_path, text)
    return caught.value.problems


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[[serving]]", '<a href="../topics/serving/">Serving_models</a>'),
        ("[[Model  Serving]]", '<a href="../topics/serving/">Serving_models</a>'),
        ("[[topics/serving|how *to* serve]]", '<a href="../topics/serving/">how <em>to</em> serve'),
        ("[[lantern]]", '<a href="../papers/lantern/">Lantern: a lamp</a>'),
        ("[[unused]]", "<p>Unused</p>"),
        ("[it](../papers/lantern.md)", '<a href="../papers/lantern/">it</a>'),
        ("[it](../papers/lantern.md#notes)", '<a href="../papers/lantern/#notes">it</a>'),
        ('[it](<../topics/serving.md> "So")', '<a href="../topics/serving/" title="So">it</a>'),
        ("[it][1]\n\n[1]: ../topics/serving.md", '<a href="../topics/serving/">it</a>'),
        ("[it](../topics/unused.md)", '<a href="../topics/">it</a>'),
        ("[it](../files/readme.md)", '<a href="../files/readme.md">it</a>'),
        ("[it](https://example.org/a.md)", '<a href="https://example.org/a.md">it</a>'),
        ("| a |\n|---|\n| [[lantern\\|x]] |", '<a href="../papers/lantern/">x</a>'),
    ],
)
def test_a_link_leads_to_the_page_of_an_entry(written: str, shown: str, tmp_path: Path) -> None:
    assert shown in page(tmp_path, written)


@pytest.mark.parametrize(
    "written",
    [
        "`[[nowhere]]`",
        "``a ` [[nowhere]]``",
        "```\n[[nowhere]]\n```",
        "~~~\n[it](nowhere.md)",
        "$a[[nowhere]]$",
        "\\[[nowhere]]",
        "[[0, 1], [2, 3]]",
        "nowhere.md and (nowhere.md)",
    ],
)
def test_what_is_code_or_a_formula_is_no_link(written: str, tmp_path: Path) -> None:
    assert "<a " not in page(tmp_path, f"{written}\n")


def test_a_link_that_leads_nowhere_is_shown_with_its_place(tmp_path: Path) -> None:
    text = "One `[[code]]`.\n\nTwo [[serwing]] and [it](../papers/lantrn.md)."

    first, second = faults(tmp_path, text)

    assert first.where == Position("content/pages/about.md", 8, 5)
    assert first.message == "the link '[[serwing]]' leads nowhere"
    assert "did you mean 'serving'?" in first.hint
    assert second.where == Position("content/pages/about.md", 8, 26)
    assert "did you mean '../papers/lantern.md'?" in second.hint


def test_faults_of_links_and_of_other_things_come_in_one_report(tmp_path: Path) -> None:
    files = {
        **FILES,
        "content/papers/one.md": paper("One", "[[nowhere]]", topics=["no-such"]),
        "content/pages/about.md": paper("About", "[[nor here]]"),
    }

    with pytest.raises(SiteError) as caught:
        check(make_site(tmp_path, files, base_url=URL))

    assert len(caught.value.problems) == 3


def test_notes_that_an_abstract_parts_keep_the_places_of_their_links(tmp_path: Path) -> None:
    notes = "One.\n\n## Abstract\n\nTheirs [[not ours]].\n\n## Later\n\nTwo [[nowhere]]."
    files = {**FILES, "content/papers/one.md": paper("One", notes)}
    root = make_site(tmp_path, files, base_url=URL)

    with pytest.raises(SiteError) as caught:
        check(root)

    (problem,) = caught.value.problems
    lines = (root / problem.where.path).read_text("utf-8").splitlines()
    assert lines[problem.where.line - 1][problem.where.column - 1 :].startswith("[[nowhere")


def test_a_name_with_two_meanings_has_to_be_said_in_full(tmp_path: Path) -> None:
    twin = {"content/papers/serving.md": paper("A paper that is called so")}

    with pytest.raises(SiteError, match="several entries") as caught:
        page(tmp_path, "[[serving]]", **twin)
    full = page(tmp_path / "full", "[[topics/serving]] [[papers/serving]]", **twin)

    assert "[[papers/serving]] or [[topics/serving]]" in caught.value.problems[0].hint
    assert full.count("<a ") == 2


def test_a_link_to_a_draft_is_one_only_where_drafts_are_shown(tmp_path: Path) -> None:
    files = {
        "content/pages/about.md": paper("About", "[[later]] [it](../papers/later.md)"),
        "content/papers/later.md": paper("Later", draft=True),
    }
    root = make_site(tmp_path, files, base_url=URL)

    with pytest.raises(SiteError) as caught:
        build(root)
    build(root, tmp_path / "out", drafts=True)

    assert [p.message for p in caught.value.problems] == [
        "the link '[[later]]' leads to a draft",
        "the link '../papers/later.md' leads to a draft",
    ]


def test_a_fault_of_a_text_with_links_keeps_its_place(tmp_path: Path) -> None:
    notes = "See [[lantern]].\n\n[[lantern]] says $\\nonsense$.\n\nEnd."
    files = {**FILES, "content/papers/one.md": paper("One", notes)}
    root = make_site(tmp_path, files, base_url=URL)

    (warning,) = [p for p in check(root) if "formula" in p.message]

    lines = (root / warning.where.path).read_text("utf-8").splitlines()
    assert "nonsense" in lines[warning.where.line - 1]


def test_a_renamed_term_makes_again_exactly_the_pages_that_link_to_it(tmp_path: Path) -> None:
    files = {
        **FILES,
        "content/papers/linking.md": paper("Linking", "[[serving]]", added="2024-01-01"),
        "content/papers/silent.md": paper("Silent", "Nothing.", added="2023-01-01"),
    }
    root = make_site(tmp_path, files, base_url=URL)
    build(root)
    write_tree(root, {"content/topics/serving.md": paper("Serving, renamed")})

    rendered = build(root).rendered

    assert "papers/linking/index.html" in rendered
    assert "feed.xml" in rendered
    assert "papers/silent/index.html" not in rendered


@pytest.mark.parametrize("sign", ["[[a", "`", "`[[x]]``", "\\[[x]] ", "[[serving]] ", "$[[x"])
def test_any_text_takes_time_in_proportion_to_its_size(sign: str) -> None:
    start = time.monotonic()
    list(find_links((sign * 40_000)[:400_000] + "[[x]].md"))

    assert time.monotonic() - start < 3


def test_a_link_to_what_cannot_be_taken_apart_leads_nowhere(tmp_path: Path) -> None:
    files = {"content/papers/one.md": paper("One", "See [it](%2F%2F[x.md).")}

    with pytest.raises(SiteError, match="leads nowhere"):
        build(make_site(tmp_path / "site", files))

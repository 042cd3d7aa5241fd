"""`carrel check --fix`: only the letters concerned change, all files or none."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carrel.cli import carrel, main
from carrel.pipeline import build
from conftest import make_site, read_tree, write_tree
from payloads import paper

TERMS = {
    "content/topics/serving.md": "---\ntitle: Serving Models\naliases: [serve]\n---\n",
    "content/hardware/box-1.md": "---\ntitle: Box One\naliases: ['1']\n---\n",
    "content/hardware/box-2.md": "---\ntitle: Box Two\nparent: box-1\n---\n",
}


def site(tmp_path: Path, files: dict[str, str | bytes]) -> Path:
    return make_site(tmp_path / "site", {**TERMS, **files}, base_url="https://example.org/")


def fix(root: Path) -> str:
    done = CliRunner().invoke(carrel, ["--site", str(root), "check", "--fix"])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("topics: [Serving Models , other]", "topics: [serving , other]"),
        ('topics: "SERVE"  # c', "topics: serving  # c"),
        ("topics:\n  - serve # c\n", "topics:\n  - serving # c\n"),
        ("hardware: [{name: Box One, count: 8}]", "hardware: [{id: box-1, count: 8}]"),
        ("hardware: [{count: 8, id: '1'}]", "hardware: [{count: 8, id: box-1}]"),
        ("hardware:\n- id: BOX-1\n  name: Box", "hardware:\n- id: box-1\n  name: Box"),
        (
            "results: [{metric: m, value: 1, hardware: Box Two}]",
            "results: [{metric: m, value: 1, hardware: box-2}]",
        ),
        ("tags: [serving] # c", "topics: [serving] # c"),
        ('"description":  Some words', '"summary":  Some words'),
        ("lastmod: 2024-01-02", "updated: 2024-01-02"),
        ("arxiv: 2408.12750   # c", 'arxiv: "2408.12750"   # c'),
        ("venue: 2024", 'venue: "2024"'),
        ("why: 2024-01-02", 'why: "2024-01-02"'),
        ("summary: One: two 'three'", "summary: \"One: two 'three'\""),
        ("summary: @home  ", 'summary: "@home"  '),
        ("summary: One: two  # three: four", 'summary: "One: two"  # three: four'),
        ("summary: [SIG] Title # c", None),
        ("summary: [SIG] Title", 'summary: "[SIG] Title"'),
        ("summary: [SIG] Title: a start", 'summary: "[SIG] Title: a start"'),
        ('description: "A" and B', 'summary: "\\"A\\" and B"'),
        ("summary: *bold* x", 'summary: "*bold* x"'),
        ("summary: &amp x", 'summary: "&amp x"'),
        ("summary: !x y", 'summary: "!x y"'),
        ("summary: - foo", 'summary: "- foo"'),
        ("summary: ? foo: bar", 'summary: "? foo: bar"'),
        ("summary: {a} and {b}", 'summary: "{a} and {b}"'),
        ("summary: !!str x", None),
        ("summary: &a x\nwhy: *a", None),
        ("summary: [SIG] Title\n  and more", None),
        ("authors: [Ada, Bo]]", None),
        ("topics: - serving", None),
        ("summary: [a, b]", None),
        ("summary: | a", None),
        ("extra: {tags: [serve], n: 010}", "extra: {tags: [serve], n: 010}"),
        ("organization: Some Body", "organization: Some Body"),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_only_the_letters_concerned_change(
    written: str, becomes: str | None, ends: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = "content/topics/other.md"
    frame = "---\n# a comment\ntitle:   T # t\n{}\nadded: 2024-01-01\n---\nserve, tags: [serve]\n"
    text = frame.format(written).replace("\n", ends).encode()
    root = site(tmp_path, {"content/papers/one.md": text, other: "---\ntitle: Other\n---\n"})

    if becomes is None:  # it is not plain what is meant
        assert main(["--site", str(root), "check", "--fix"]) == 1
        assert (root / "content/papers/one.md").read_bytes() == text
        assert "this can be mended" not in capsys.readouterr().err
        return

    fix(root)

    expected = frame.format(becomes).replace("\n", ends).encode()
    assert (root / "content/papers/one.md").read_bytes() == expected
    assert "fixed:" not in fix(root)


def test_terms_and_pages_are_mended_too_and_each_change_is_told(tmp_path: Path) -> None:
    root = site(
        tmp_path,
        {
            "content/hardware/box-2.md": "---\nname: Box Two\nparent: Box One\n---\n",
            "content/pages/about.md": "---\ntitle: About: us\nlastmod: 2024-01-02\n---\n",
        },
    )

    said = fix(root)

    assert (root / "content/hardware/box-2.md").read_text() == (
        "---\ntitle: Box Two\nparent: box-1\n---\n"
    )
    assert (root / "content/pages/about.md").read_text() == (
        '---\ntitle: "About: us"\nupdated: 2024-01-02\n---\n'
    )
    assert [line for line in said.splitlines() if line.startswith("fixed:")] == [
        "fixed: content/hardware/box-2.md:2:1: name → title",
        "fixed: content/hardware/box-2.md:3:9: Box One → box-1",
        'fixed: content/pages/about.md:2:8: About: us → "About: us"',
        "fixed: content/pages/about.md:3:1: lastmod → updated",
    ]


def test_a_field_of_the_sites_own_is_no_habit(tmp_path: Path) -> None:
    text = "---\ntitle: T\ntags: [anything]\n---\n"
    root = make_site(
        tmp_path, {"content/papers/one.md": text}, taxonomies={"labels": {"field": "tags"}}
    )

    assert "fixed:" not in fix(root)
    assert (root / "content/papers/one.md").read_text() == text


def test_with_a_fault_that_is_not_mechanical_no_file_is_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = site(
        tmp_path,
        {
            "content/papers/one.md": "---\ntitle: One: two\ntopics: [serve]\n---\n",
            "content/papers/two.md": "---\ntitle: T\ntopcis: [serve]\n---\n",
        },
    )
    before = read_tree(root)

    assert main(["--site", str(root), "check", "--fix"]) == 1

    said = capsys.readouterr().err
    assert "content/papers/two.md:3:1: error: unknown key 'topcis'" in said
    assert "topcis: [serve]" in said
    assert read_tree(root) == before


def test_the_site_that_is_built_stays_the_same(tmp_path: Path) -> None:
    root = site(
        tmp_path,
        {"content/papers/one.md": paper("One", tags=["Serving Models"], hardware=["Box One"])},
    )
    build(root, tmp_path / "before")

    assert "fixed:" in fix(root)

    build(root, tmp_path / "after")
    assert read_tree(tmp_path / "before") == read_tree(tmp_path / "after")


SPACE = st.sampled_from(["", " ", "  "])
NAME = st.sampled_from(["serve", "'serve'", '"Serving Models"', "serving", "Serving Models"])
VALUE = st.one_of(
    st.lists(st.tuples(SPACE, NAME, SPACE), min_size=1, max_size=1).map(
        lambda items: "[" + ",".join("".join(item) for item in items) + "]"
    ),
    NAME,
    NAME.map(lambda name: f"\n  -  {name}"),
    NAME.map(lambda name: f"{{name: {name}}}"),
    NAME.map(lambda name: f"[ {{ count: 2,  name:  {name} }} ]"),
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    value=VALUE,
    key=st.sampled_from(["tags", "topics"]),
    comment=st.sampled_from(["", " # serve: 'x'"]),
)
def test_however_a_list_is_written_its_ids_come_out(
    value: str, key: str, comment: str, tmp_path: Path
) -> None:
    root = site(tmp_path, {})
    text = f"---\ntitle: T\n{key}: {value}{comment}\n---\nserve\n"
    write_tree(root, {"content/papers/one.md": text})

    fix(root)

    mended = (root / "content/papers/one.md").read_text()
    matter, _, rest = mended.removeprefix("---\n").partition("\n---\n")
    assert rest == "serve\n"
    assert matter.endswith(comment)
    assert "\ntopics: " in matter
    assert "serving" in matter
    assert "Serving Models" not in matter


def test_what_could_be_mended_is_told_beside_the_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "content/papers/a.md": "---\ntitle: One: two\n---\n",
        "content/papers/b.md": paper("B", topics=["nowhere"]),
    }
    root = site(tmp_path, dict(files))

    assert main(["--site", str(root), "check", "--fix"]) == 1

    printed = capsys.readouterr().err
    assert "content/papers/a.md:2:8: warning: this can be mended" in printed
    assert "unknown topic 'nowhere'" in printed
    assert {p: (root / p).read_text() for p in files} == files


def test_what_was_fixed_is_not_denied_when_errors_are_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "---\ntitle: About: us\n---\nSee [w](fig.png).\n"
    root = make_site(tmp_path / "site", {"content/pages/about.md": text})

    assert main(["--site", str(root), "check", "--fix"]) == 1
    assert "; what could be fixed was written" in capsys.readouterr().err
    assert main(["--site", str(root), "check", "--fix"]) == 1
    assert "; nothing was written" in capsys.readouterr().err

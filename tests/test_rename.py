"""`carrel rename`: only the letters of the name change, and every paper stays where it is filed."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from carrel.cli import carrel
from carrel.cli import main as run
from carrel.pipeline import build, check
from conftest import make_site, read_tree
from payloads import paper

PAPER = b"""\
---
title: One   # its title
topics: [ serving ,  Other]   # serving is a word here
tags_of_mine: x
---
See [[serving]], [[Serving models]], [it](../topics/serving.md#top) and `[[serving]]`.
The word serving stays.
"""
CONFIG = """\
title: A list
base_url: https://example.org/
nav:
  - {title: Serving, url: topics/serving/}   # the way in
  - {title: Feed, url: "topics/serving/feed.xml"}
"""


def rename(root: Path, *words: str) -> Result:
    return CliRunner().invoke(carrel, ["--site", str(root), "rename", *words])


def site(tmp_path: Path, **papers: str | bytes) -> Path:
    files: dict[str, str | bytes] = {
        "site_config.yaml": CONFIG,
        "content/topics/serving.md": "---\ntitle: Serving models # t\n---\nNot [[other]].\n",
        "content/topics/other.md": paper("Other", parent="serving"),
    }
    files |= {f"content/papers/{name}.md": content for name, content in papers.items()}
    return make_site(tmp_path / "site", files)


def test_only_the_letters_of_the_name_change(tmp_path: Path) -> None:
    text = PAPER.replace(b"tags_of_mine: x\n", b"")
    root = site(tmp_path, one=text, crlf=text.replace(b"\n", b"\r\n"))
    before = read_tree(root)

    done = rename(root, "topics/serving", "llm-serving")

    assert done.exit_code == 0, done.output
    after = read_tree(root)
    renamed = (
        text.replace(b"[ serving ,", b"[ llm-serving ,")
        .replace(b"See [[serving]]", b"See [[llm-serving]]")
        .replace(b"(../topics/serving.md#top)", b"(../topics/llm-serving.md#top)")
    )
    assert after["content/papers/one.md"] == renamed
    assert after["content/papers/crlf.md"] == renamed.replace(b"\n", b"\r\n")
    assert after["site_config.yaml"] == before["site_config.yaml"].replace(
        b"topics/serving/", b"topics/llm-serving/"
    )
    assert after["content/topics/llm-serving.md"] == (
        b"---\ntitle: Serving models # t\naliases: [serving]\n---\nNot [[other]].\n"
    )
    assert "content/topics/serving.md" not in after
    assert b'"parent": "llm-serving"' in after["content/topics/other.md"]
    assert [line for line in done.output.splitlines() if "topics/" in line] == [
        "topics/serving/ → topics/llm-serving/",
        "new: content/topics/llm-serving.md",
        "removed: content/topics/serving.md",
        "changed: content/topics/other.md",
    ]


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("topics: serving", "topics: new-name"),
        ("topics: 'serving' # c", 'topics: "new-name" # c'),
        ("topics:\n  - serving\n  - other # c", "topics:\n  - new-name\n  - other # c"),
        ("topics: [{id: serving}, other]", "topics: [{id: new-name}, other]"),
        ("topics:\n- name: SERVING", "topics:\n- name: new-name"),
        ("tags: [other, serving]", "tags: [other, new-name]"),
        ("topics: [Serving models, other]", "topics: [Serving models, other]"),
    ],
)
def test_a_use_is_found_however_it_is_written(written: str, becomes: str, tmp_path: Path) -> None:
    root = site(tmp_path, one=f"---\ntitle: One\n{written}\n---\n")

    done = rename(root, "topics/serving", "new-name")

    assert done.exit_code == 0, done.output
    assert (root / "content/papers/one.md").read_text() == f"---\ntitle: One\n{becomes}\n---\n"


@pytest.mark.parametrize(
    ("aliases", "becomes"),
    [
        ("aliases: [a, b]  # c", "aliases: [serving, a, b]  # c"),
        ("aliases: []", "aliases: [serving]"),
        ("aliases:  # none", "aliases: [serving]  # none"),
        ("aliases: a", "aliases: [serving, a]"),
        ("aliases:\n  - a\n  - b", "aliases:\n  - serving\n  - a\n  - b"),
        ("aliases:\n- a", "aliases:\n- serving\n- a"),
    ],
)
def test_the_old_name_becomes_an_alias(aliases: str, becomes: str, tmp_path: Path) -> None:
    root = site(tmp_path, one=paper("One", topics=["serving"]))
    file = root / "content/topics/serving.md"
    file.write_text(f"---\n{aliases}\ntitle: S\n---\n")

    assert rename(root, "topics/serving", "new-name").exit_code == 0

    text = (root / "content/topics/new-name.md").read_text()
    assert text == f"---\n{becomes}\ntitle: S\n---\n"
    # The settings of this list name few ways in; everything else holds.
    told = [p.message for p in check(root)]
    assert [m for m in told if "no page leads to" not in m and "no paper is" not in m] == []


def test_the_device_of_a_result_is_renamed_too(tmp_path: Path) -> None:
    results = "results: [{metric: m, value: 1, hardware: box}]  # a\n"
    root = site(tmp_path, one=f"---\ntitle: One\nhardware: [{{id: box, count: 2}}]\n{results}---\n")
    (root / "content/hardware").mkdir()
    (root / "content/hardware/box.md").write_text("---\ntitle: Box\n---\n")

    assert rename(root, "hardware/box", "big-box").exit_code == 0

    text = (root / "content/papers/one.md").read_text()
    assert text.count("big-box") == 2
    assert "{id: big-box, count: 2}" in text


def test_a_term_without_a_file_gets_one(tmp_path: Path) -> None:
    root = site(tmp_path, one=paper("One", organization="Some Body"))

    done = rename(root, "organizations/some-body", "sb")

    assert done.exit_code == 0, done.output
    assert (root / "content/organizations/sb.md").read_text() == (
        "---\ntitle: Some Body\naliases: [some-body]\n---\n"
    )
    build(root)
    assert "organizations/sb/index.html" in read_tree(root / "_site")


def test_a_paper_keeps_its_file_and_gets_another_address(tmp_path: Path) -> None:
    root = site(tmp_path, one=b"---\ntitle: One # t\n---\nNotes.\n")

    done = rename(root, "papers/one", "short")

    assert done.exit_code == 0, done.output
    assert (root / "content/papers/one.md").read_bytes() == (
        b"---\ntitle: One # t\nslug: short\naliases: [papers/one/]\n---\nNotes.\n"
    )
    assert rename(root, "papers/one", "shorter").exit_code == 0
    assert (root / "content/papers/one.md").read_bytes() == (
        b"---\ntitle: One # t\nslug: shorter\naliases: [papers/short/, papers/one/]\n---\nNotes.\n"
    )
    build(root)
    assert "papers/shorter/index.html" in read_tree(root / "_site")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("topics/servin", "x"), "did you mean 'serving'?"),
        (("topic/serving", "x"), "neither a term nor a paper"),
        (("topics/serving", "a b"), "cannot be a name"),
        (("topics/serving", "other"), "is a name of this term"),
        (("papers/none", "x"), "there is no paper 'none'"),
        (("papers/one", "two"), "the address of another paper"),
    ],
)
def test_what_cannot_be_renamed_is_said_and_nothing_changes(
    words: tuple[str, str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = site(tmp_path, one=paper("One"), two=paper("Two"))
    before = read_tree(root)

    assert run(["--site", str(root), "rename", *words]) == 1

    assert said in capsys.readouterr().err
    assert read_tree(root) == before


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    root = site(tmp_path, one=paper("One", topics=["serving"]))
    before = read_tree(root)

    done = rename(root, "topics/serving", "new-name", "--dry-run")

    assert "changed: content/papers/one.md" in done.output
    assert read_tree(root) == before


def test_a_use_that_cannot_be_told_apart_stops_the_whole_rename(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = site(
        tmp_path,
        one=paper("One", topics=["serving"]),
        two='---\ntitle: Two\ntopics: ["serv\\\n  ing"]\n---\n',
    )
    before = read_tree(root)

    assert run(["--site", str(root), "rename", "topics/serving", "x"]) == 1

    assert "content/papers/two.md:3:10" in capsys.readouterr().err
    assert read_tree(root) == before


@pytest.mark.parametrize(
    "aliases",
    ["", "aliases: [old/b.html]\n", "aliases:\n  - old/b.html\n", "aliases: old/b.html\n"],
)
def test_a_paper_there_and_back_keeps_only_what_led_to_it(aliases: str, tmp_path: Path) -> None:
    root = site(tmp_path, b=f"---\ntitle: B\n{aliases}---\n")
    file = root / "content/papers/b.md"

    for name in ("c", "b", "c", "b"):
        done = rename(root, "papers/b", name)
        assert done.exit_code == 0, done.output

    text = file.read_text()
    assert "slug" not in text
    assert (text.count("papers/c/"), text.count("papers/b/")) == (1, 0)
    assert text.count("old/b.html") == aliases.count("old/b.html")
    assert [p.message for p in build(root).warnings if "alias" in p.message] == []


@pytest.mark.parametrize("aliases", ["", "aliases: [srv]\n", "aliases:\n- srv\n"])
def test_a_term_there_and_back_is_no_alias_of_itself(aliases: str, tmp_path: Path) -> None:
    root = site(tmp_path, one=paper("One", topics=["serving"]))
    (root / "content/topics/serving.md").write_text(f"---\ntitle: S\n{aliases}---\n")

    for old, name in (("serving", "x"), ("x", "serving"), ("serving", "x"), ("x", "serving")):
        done = rename(root, f"topics/{old}", name)
        assert done.exit_code == 0, done.output

    text = (root / "content/topics/serving.md").read_text()
    assert (text.count("serving"), text.count("x")) == (0, 1)
    assert text.count("srv") == aliases.count("srv")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("papers/a", "a", "there is nothing to do"),
        ("topics/serving", "serving", "there is nothing to do"),
        ("papers/a", "A", "differ by letter case only"),
        ("topics/serving", "Serving", "differ by letter case only"),
    ],
)
def test_a_name_that_is_no_other_one_is_refused(
    old: str, new: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = site(tmp_path, a=paper("A", topics=["serving"]))
    before = read_tree(root)

    assert run(["--site", str(root), "rename", old, new]) == 1

    said = capsys.readouterr().err
    assert message in said
    assert "hint: " in said
    assert read_tree(root) == before

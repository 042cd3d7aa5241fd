"""The guides for curators: their examples are run, and print what stands there."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from carrel.cli import carrel
from carrel.pipeline import build
from conftest import ROOT, make_site, read_tree, write_tree
from payloads import paper

CURATING = (ROOT / "docs/curating.md").read_text("utf-8")
CHECKING = (ROOT / "docs/checking.md").read_text("utf-8")
LANTERN = """\
---
title: "Lantern: Reading Long Prompts"
topics: [serving]
summary: Long prompts at 1.9× the speed, on a single Acme Box.
added: 2024-05-05
---
"""
ONE = """\
---
title: Light: a start
arxiv: 2408.12750
tags: [Serving models]
added: 2024-05-05
---
"""
TERMS = {
    "content/topics/serving.md": paper("Serving models"),
    "content/hardware/acme-box.md": paper("Acme Box", level="device", vendor="Acme"),
    "content/papers/box.md": paper(
        "A box", added="2024-05-05", topics=["serving"], hardware=["acme-box"]
    ),
}


def examples(guide: str) -> Iterator[tuple[list[str], str]]:
    """The commands of a guide, each with what it prints."""
    for block in re.findall(r"```console\n(.*?)```", guide, re.DOTALL):
        for example in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, printed = example.partition("\n")
            assert command.startswith("carrel ")
            yield [w.strip('"') for w in re.findall(r'"[^"]*"|\S+', command)][1:], printed


def run(root: Path, words: list[str]) -> str:
    day = {"SOURCE_DATE_EPOCH": "1735689600"}
    done = CliRunner().invoke(carrel, ["--site", str(root), *words], env=day)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_commands_of_the_guide_to_curating_print_what_stands_there(tmp_path: Path) -> None:
    root = make_site(tmp_path, {}, base_url="https://example.org/")
    commands = list(examples(CURATING))

    assert len(commands) >= 4
    for words, printed in commands:
        assert run(root, words) == printed


@pytest.mark.parametrize(
    ("words", "files"),
    [(["check"], {"lantern": LANTERN}), (["check", "--fix"], {"one": ONE})],
    ids=["check", "fix"],
)
def test_the_commands_of_the_guide_to_checking_print_what_stands_there(
    words: list[str], files: Mapping[str, str], tmp_path: Path
) -> None:
    root = make_site(tmp_path, TERMS, base_url="https://example.org/")
    write_tree(root, {f"content/papers/{name}.md": text for name, text in files.items()})

    (printed,) = (printed for command, printed in examples(CHECKING) if command == words)

    assert without_size(run(root, words)) == without_size(printed)


def without_size(printed: str) -> str:
    """What a command printed, whatever the size of the site is by now."""
    return re.sub(r"(?m)^\d+ files, [\d.]+ kB: ", "", printed)


def test_the_keys_that_the_guide_shows_work(tmp_path: Path) -> None:
    settings, series, changes = re.findall(r"```yaml\n(.*?)```", CURATING, re.DOTALL)
    root = make_site(
        tmp_path,
        {
            "site_config.yaml": f"title: T\n{settings}",
            "content/papers/one.md": f"---\ntitle: One\n{series}{changes}---\n",
        },
    )
    build(root)

    site = read_tree(root / "_site")
    assert "series/from-the-beginning/index.html" in site
    assert b"one card, not for eight" in site["changes/index.html"]


def test_the_links_of_the_guide_lead_somewhere(tmp_path: Path) -> None:
    (block,) = re.findall(r"```markdown\n(\[\[.*?)```", CURATING, re.DOTALL)
    files = {
        "content/pages/about.md": paper("About", block),
        "content/hardware/nvidia-h100.md": paper("NVIDIA H100"),
        "content/topics/quantization.md": paper("Quantization"),
        "content/papers/one.md": paper("O", topics=["quantization"], hardware=["nvidia-h100"]),
    }
    build(make_site(tmp_path, files))

    page = read_tree(tmp_path / "_site")["about/index.html"].decode()
    prose = page.partition('<div class="prose">')[2].partition("</div>")[0]

    assert prose.count("<a ") == len(block.splitlines()) == 4

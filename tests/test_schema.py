"""`carrel schema`, judged by check-jsonschema: what Carrel reads is allowed, and slips are not."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import fields

from carrel import keys, model
from carrel.cli import carrel
from carrel.decode import written_fields
from carrel.pipeline import check, load_list
from carrel.problems import SiteError
from conftest import ROOT, make_site, write_tree

CONTENT = sorted(ROOT.glob("content/*/*.md"))


def front_matter(text: str) -> str:
    return text.removeprefix("---\n").split("\n---", 1)[0] + "\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list of this repository, with its schemas."""
    root = tmp_path_factory.mktemp("schema")
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in CONTENT}
    config = (ROOT / "site_config.yaml").read_text("utf-8")
    make_site(root, {**texts, "site_config.yaml": config})
    done = CliRunner().invoke(carrel, ["--site", str(root), "schema", "--vscode"])
    assert done.exit_code == 0, done.output
    return root


def judge(schema: Path, *files: Path) -> str:
    """What check-jsonschema says of *files*; nothing when all is well."""
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema)]
    done = subprocess.run([*command, *map(str, files)], check=False, capture_output=True, text=True)
    assert (done.returncode == 0) == ("ok -- " in done.stdout), done.stdout + done.stderr
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_all_that_the_shipped_list_holds_keeps_its_schema(site: Path, tmp_path: Path) -> None:
    by_folder: dict[str, list[Path]] = {}
    for path in CONTENT:
        file = tmp_path / path.parent.name / f"{path.stem}.yaml"
        write_tree(tmp_path, {f"{file.parent.name}/{file.name}": front_matter(path.read_text())})
        by_folder.setdefault(path.parent.name, []).append(file)

    for folder, files in by_folder.items():
        assert judge(site / f".carrel/schema/{folder}.json", *files) == ""
    assert judge(site / ".carrel/schema/settings.json", ROOT / "site_config.yaml") == ""


ACCEPTED = [
    "title: Only a title",
    "title: 2024\ndate: 2024-02-03 09:00\nauthors: Ada One",
    "title: T\ntopics: quantization\nhardware: NVIDIA H100",
    "title: T\ntopics: []\nhardware: [{id: nvidia-h100, count: 8, role: target}, nvidia-a40]",
    "title: T\ntags: [Quantization]\ndescription: D\nlastmod: 2024-02-03\nredirect_from: a/",
    "title: T\norganization: {id: somebody, name: Some Body}\nvenue: A Conference",
    "title: T\nlinks: {code: 'https://example.org/', paper: ['https://a.org/', 'http://b.org/']}",
    "title: T\narxiv: '2408.12750v2'\ndoi: 10.1000/182\nsummary:\nlinks:\nauthors:\n- {name: A B}",
    "title: T\nresults: [{metric: m, value: 1, hardware: nvidia-h100, better: higher}]",
    "title: T\nextra: {anything: [1, {goes: here}]}",
]
REFUSED = [
    "summary: no title",
    "title: T\ntopcis: []",
    "title: T\ntopics: [quantisierung]",
    "title: T\nhardware: [{id: nvidia-h100, cuont: 8}]",
    "title: T\nhardware: [{id: nvidia-h100, role: hero}]",
    "title: T\nrating: 6",
    "title: T\ndate: yesterday",
    "title: T\nlinks: {code: 'javascript:alert(1)'}",
    "title: T\nresults: [{metric: m}]",
    "title: T\nstatus: finished",
    "title: T\narxiv: 'https://arxiv.org/abs/2408.12750'",
]


@pytest.mark.parametrize("wanted", [True, False], ids=["accepted", "refused"])
def test_the_schema_and_carrel_are_of_one_mind(wanted: bool, site: Path, tmp_path: Path) -> None:
    cases = ACCEPTED if wanted else REFUSED
    for number, text in enumerate(cases):
        file = tmp_path / f"{number}.yaml"
        file.write_text(text + "\n", "utf-8")
        paper = site / "content/papers/case.md"
        paper.write_text(f"---\n{text}\n---\n", "utf-8")
        try:
            load_list(site)
            accepted = True
        except SiteError:
            accepted = False
        finally:
            paper.unlink()
        assert accepted == wanted, text
    files = sorted(tmp_path.glob("*.yaml"))
    said = judge(site / ".carrel/schema/papers.json", *files)

    assert [file.name for file in files if file.name in said] == (
        [] if wanted else [file.name for file in files]
    )


def test_the_setting_for_the_editor_names_every_schema_once(site: Path) -> None:
    setting = json.loads((site / ".vscode/settings.json").read_text("utf-8"))["yaml.schemas"]

    assert {Path(path).name for path in setting} == {
        path.name for path in (site / ".carrel/schema").iterdir()
    }
    assert setting["./.carrel/schema/papers.json"] == "content/papers/*.md"


def test_settings_of_the_editor_that_exist_are_shown_what_to_add_and_left_alone(
    tmp_path: Path,
) -> None:
    root = make_site(tmp_path, {".vscode/settings.json": "{ // mine\n}"})

    done = CliRunner().invoke(carrel, ["--site", str(root), "schema", "--vscode"])

    assert done.exit_code == 0
    assert '"yaml.schemas"' in done.output
    assert (root / ".vscode/settings.json").read_text("utf-8") == "{ // mine\n}"


def test_the_schema_of_a_site_has_its_own_taxonomies(tmp_path: Path) -> None:
    root = make_site(
        tmp_path,
        {"content/methods/counting.md": "---\ntitle: Counting\n---\n"},
        taxonomies={"methods": {"vocabulary": "closed", "field": "method"}, "topics": None},
    )

    CliRunner().invoke(carrel, ["--site", str(root), "schema"])

    papers = json.loads((root / ".carrel/schema/papers.json").read_text("utf-8"))
    assert papers["definitions"]["methods"] == {"enum": ["Counting", "counting"]}
    assert "method" in papers["properties"]
    assert not (root / ".carrel/schema/topics.json").exists()


@pytest.mark.parametrize(
    ("want", "explained"),
    [
        (model.Paper, keys.PAPER),
        (model.Term, keys.TERM),
        (model.ContentPage, keys.PAGE),
        (model.Result, keys.RESULT),
        (model.TermUse, keys.USE),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_every_key_of_an_entry_is_explained(want: type, explained: dict[str, keys.Key]) -> None:
    assert explained.keys() == written_fields(want).keys()
    assert {field.name for field in fields(want)} >= explained.keys()


@pytest.mark.parametrize("kind", ["paper", "topic", "hardware", "page"])
def test_a_new_entry_has_every_key_once_and_all_of_them_may_be_switched_on(
    kind: str, tmp_path: Path
) -> None:
    root = make_site(tmp_path, {}, base_url="https://example.org/")

    path = CliRunner().invoke(carrel, ["--site", str(root), "new", kind, "T"]).output.strip()
    text = (root / path).read_text("utf-8")
    written = re.findall(r"(?m)^#?(\w+):", text)
    (root / path).write_text(re.sub(r"(?m)^#(?=\w+:)", "", text), "utf-8")

    known = {"paper": keys.PAPER, "page": keys.PAGE}.get(kind, keys.TERM).keys()
    more = {"topics", "hardware", "organization"} if kind == "paper" else set()
    assert sorted(written) == sorted({*known, *more})
    assert all(len(line) <= 100 for line in text.splitlines())
    check(root, drafts=True)


def test_a_new_entry_can_be_opened_in_the_editor(tmp_path: Path) -> None:
    root = make_site(tmp_path, {}, base_url="https://example.org/")
    editor = {"EDITOR": "sed -i s/Before/After/", "VISUAL": ""}

    done = CliRunner().invoke(
        carrel, ["--site", str(root), "new", "-e", "page", "Before"], env=editor
    )

    assert done.exit_code == 0, done.output
    assert 'title: "After"' in (root / "content/pages/before.md").read_text("utf-8")


def test_schemas_are_written_while_an_entry_is_broken(tmp_path: Path) -> None:
    files = {
        "content/topics/serving.md": "---\ntitle: Serving\n---\n",
        "content/papers/a.md": "---\ntitle: One: two\ntopics: [nowhere]\n---\n",
    }
    root = make_site(tmp_path, dict(files))

    done = CliRunner().invoke(carrel, ["--site", str(root), "schema"])

    assert done.exit_code == 0, done.output
    assert "serving" in (root / ".carrel/schema/papers.json").read_text("utf-8")

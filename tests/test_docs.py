"""What the documents say is what is there."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import click
import pytest
import yaml
from click.testing import CliRunner
from msgspec.structs import fields

import carrel
from carrel import cli
from carrel.bundled import STARTER, bundled
from carrel.exports import api
from carrel.handout import formats
from carrel.importers import importers
from carrel.settings import Feeds, Images, Metadata, Outputs, Owner, Pairs, Publish, Site, Taxonomy
from conftest import ROOT, make_site

README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[0].split()
GUIDES = sorted(ROOT.glob("docs/*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *GUIDES]

SITE_CONFIG = (ROOT / "site_config.yaml").read_text("utf-8")
STARTER_CONFIG = (STARTER / "site_config.yaml").read_text("utf-8")
CONFIGS = pytest.mark.parametrize("config", [SITE_CONFIG, STARTER_CONFIG], ids=["own", "starter"])

(GROUP,) = (value for value in vars(cli).values() if isinstance(value, click.Group))


def filled(config: str) -> str:
    """The settings as `carrel init` would write them."""
    values = {"@TITLE@": '"A list"', "@BASE_URL@": '"http://localhost:8000/"'}
    values["@ID_BASE@"] = '"tag:example.org,2025:list"'
    return re.sub("@[A-Z_]+@", lambda marker: values[marker[0]], config)


def switched_on(config: str) -> str:
    """The settings with those that stand there as `#key: value` in force."""
    return re.sub(r"(?m)^#(?=\S| {2}\S)", "", config)


def comments(config: str) -> list[str]:
    return [line.strip() for line in config.splitlines() if re.match(r" *# ", line)]


def headings(document: str) -> Iterator[str]:
    """The anchors that a forge gives to the headings of a document."""
    for heading in re.findall(r"^#+ (.+)$", document, re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize(
    "target", re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[0].split()
)
def test_every_make_target_is_documented(target: str) -> None:
    assert target == "help" or f"make {target}" in README + CONTRIBUTING
    assert target == "help" or f"'make {target} " in MAKEFILE


@pytest.mark.parametrize("command", GROUP.list_commands(click.Context(GROUP)))
def test_every_command_is_documented(command: str) -> None:
    written = [README, *(guide.read_text("utf-8") for guide in GUIDES)]
    assert any(re.search(rf"(?m)(?:`|^|\$ )carrel {command}\b", text) for text in written)


def test_the_readme_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"(?:`|^)carrel (?:--site \S+ )?([a-z]+)", README, re.MULTILINE))

    assert named <= set(GROUP.list_commands(click.Context(GROUP)))


@pytest.mark.parametrize("name", sorted(importers()))
def test_every_import_format_is_documented(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs/importing.md").read_text("utf-8")


def test_the_readme_names_what_can_be_found_in_the_repository() -> None:
    named = set(re.findall(r"^([\w./]+?)/?(?: {2,}|$)", README.split("```")[-2], re.MULTILINE))

    assert named >= {"carrel", "content", "tests", "themes", "site_config.yaml"}
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in headings(target.read_text("utf-8")), link


def test_contributing_says_how_to_check_and_to_update_what_tests_compare_with() -> None:
    assert "make check" in CONTRIBUTING
    assert "--update-golden" in CONTRIBUTING
    for folder in ("kinds", "importers"):
        assert f"carrel/{folder}/" in CONTRIBUTING


def test_the_changelog_tells_of_this_version() -> None:
    assert re.search(rf"^## \[({re.escape(carrel.__version__)}|Unreleased)\]", CHANGELOG, re.M)


@CONFIGS
def test_every_setting_is_explained_in_place(config: str) -> None:
    lines = config.splitlines()
    for name in {field.name for field in fields(Site)} - Site.derived:
        (place,) = (n for n, line in enumerate(lines) if re.match(rf"#?{name}:", line))
        # A group is explained key by key below its name.
        near = lines[place - 1] if place else ""
        assert near.startswith("# ") or lines[place + 1].startswith("  # "), name
    for group in (Owner, Taxonomy, Pairs, Feeds, Images, Metadata, Outputs, Publish):
        written = {field.name for field in fields(group)} - {"name"}
        assert [key for key in sorted(written) if not re.search(rf"\b{key}\b", config)] == []


@CONFIGS
def test_every_option_of_the_default_theme_is_explained(config: str) -> None:
    theme = yaml.safe_load((bundled() / "themes/reading-room/theme.yaml").read_text("utf-8"))

    assert [name for name in theme["options"] if f"#   {name} " not in config] == []


def test_a_new_list_gets_the_same_explanations() -> None:
    assert comments(STARTER_CONFIG) == comments(SITE_CONFIG)


@CONFIGS
@pytest.mark.parametrize("change", [filled, switched_on], ids=["as written", "all switched on"])
def test_the_settings_work(config: str, change: Callable[[str], str], tmp_path: Path) -> None:
    about = (STARTER / "content/pages/about.md").read_text("utf-8")
    text = change(filled(config))
    site = make_site(tmp_path, {"site_config.yaml": text, "content/pages/about.md": about})

    outcome = CliRunner().invoke(GROUP, ["--site", str(site), "check"])

    assert outcome.exit_code == 0, outcome.output


def test_every_module_can_be_found_in_the_map() -> None:
    modules = {path.name for path in (ROOT / "carrel").glob("*.py")} - {"__init__.py"}
    map_of_modules = (ROOT / "ARCHITECTURE.md").read_text("utf-8")

    assert [name for name in sorted(modules) if f"`{name}`" not in map_of_modules] == []


def test_the_data_are_described_key_by_key() -> None:
    document = (ROOT / "docs/data.md").read_text("utf-8")
    schema = api.build_schema(Site("A list"))["$defs"]
    keys = {key for part in schema.values() for key in part["properties"]}

    assert len(keys) > 40
    assert [key for key in sorted(keys) if f"`{key}`" not in document] == []
    assert [kind.__name__ for kind in api.DOCUMENTS if f"`{kind.__name__}`" not in document] == []


def test_every_file_for_other_programs_is_described() -> None:
    document = (ROOT / "docs/citing.md").read_text("utf-8")

    for scope in fields(Outputs):
        (row,) = re.findall(rf"^  {scope.name}: \[(.*)\]", document, re.MULTILINE)
        legal = get_args(get_args(scope.type)[0])
        assert set(row.split(", ")) <= set(legal)
        assert scope.name == "pair" or set(row.split(", ")) == set(legal)
    for name in formats():
        assert f"`{name}`" in document

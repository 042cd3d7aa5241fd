"""What several tests share: making a site in one line, reading it back, what the system lacks."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).parent.parent


def make_site(root: Path, files: Mapping[str, str | bytes], **config: Any) -> Path:
    """Write a site into *root* and return it.

    *files* maps paths to contents. Where `site_config.yaml` is not among them it is written
    from *config*, with a title in any case.
    """
    written = dict(files)
    if "site_config.yaml" not in written:
        # JSON is YAML too, and never has an anchor, which Carrel refuses.
        written["site_config.yaml"] = json.dumps({"title": "A list"} | config, indent=1)
    elif config:
        raise TypeError("give the settings as a file or as arguments, not both")
    write_tree(root, written)
    return root


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write *files* below *root*: their bytes, or their text as UTF-8 with the line ends given."""
    root.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


def read_tree(root: Path) -> dict[str, bytes]:
    """All files below *root* by path, in order; the mark of a built site is not one of them."""
    found = (path for path in sorted(root.rglob("*")) if path.is_file())
    tree = {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
    tree.pop(".carrel", None)
    return tree


#: The themes that come with Carrel.
THEMES = ("reading-room", "index-card")


def own_list(folder: Path, theme: str) -> Path:
    """The list of this repository with another theme: one line of its settings is changed."""
    config = (ROOT / "site_config.yaml").read_text("utf-8")
    changed = config.replace("\ntheme: reading-room\n", f"\ntheme: {theme}\n")
    shutil.copytree(ROOT / "content", folder / "content")
    return make_site(folder, {"site_config.yaml": changed})


#: The test theme as files of a site: the smallest that has every template.
PLAIN = {f"themes/plain/{p}": c for p, c in read_tree(ROOT / "tests/themes/plain").items()}

Golden = Callable[[Path, Mapping[str, bytes]], None]


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Golden:
    """Compare files with the folder that holds them as they should be.

    With --update-golden the folder is written anew instead, for a person to read the diff.
    """

    def compare(expected: Path, actual: Mapping[str, bytes]) -> None:
        if pytestconfig.getoption("update_golden"):
            shutil.rmtree(expected, ignore_errors=True)
            write_tree(expected, actual)
        assert actual == read_tree(expected)

    return compare


def missing(what: str) -> NoReturn:
    """Skip the test because the system lacks *what*; fail where all tests have to run."""
    if os.environ.get("CARREL_REQUIRE_ALL"):
        pytest.fail(f"{what} is missing, and CARREL_REQUIRE_ALL is set", pytrace=False)
    pytest.skip(f"{what} is missing")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --update-golden."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the tests compare with anew; read the diff before you commit it",
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Obey `@pytest.mark.needs_program("chromium")`."""
    for mark in item.iter_markers("needs_program"):
        for name in mark.args:
            # Debian keeps servers in /usr/sbin, where only root's PATH leads.
            if not shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"):
                missing(f"the program '{name}'")

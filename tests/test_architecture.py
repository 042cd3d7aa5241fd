"""The rules that keep the code small, read from the code itself."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from conftest import ROOT

MODULES = sorted((ROOT / "carrel").rglob("*.py"))
NAMES = [path.relative_to(ROOT / "carrel").as_posix() for path in MODULES]

#: The modules that may touch files, clocks, processes and the network.
IO_MODULES = {
    "arxiv_api", "background", "batch", "bundled", "cli", "cli_curate", "cli_desk", "cli_publish",
    "commit", "disk", "indexing", "online", "processes", "publish", "reading", "reload",
    "serve", "staging", "terminal", "watch", "workers",
}  # fmt: skip
IO_IMPORTS = {
    "asyncio", "concurrent", "ctypes", "fcntl", "glob", "http", "importlib.resources", "io",
    "multiprocessing", "os", "platform", "select", "shutil", "signal", "socket", "subprocess",
    "tempfile", "threading", "time", "urllib.request",
}  # fmt: skip
#: Methods of Path that touch the disk, and the clocks of datetime.
IO_METHODS = {
    "exists", "glob", "hardlink_to", "is_dir", "is_file", "is_symlink", "iterdir", "lstat", "mkdir",
    "open", "read_bytes", "read_text", "rglob", "rmdir", "stat", "symlink_to", "touch", "unlink",
    "write_bytes", "write_text",
    "now", "today", "utcnow",
}  # fmt: skip

#: A library that one part of Carrel hides from the others.
HIDDEN = {
    "arxiv": {"arxiv_api"},
    "babel": {"filters"},
    "bibtexparser": {"importers"},
    "click": {"cli", "cli_curate", "cli_desk", "cli_publish", "terminal"},
    "jinja2": {"render"},
    "markdown_it": {"markdown"},
    "markupsafe": {"filters", "render"},
    "math_core": {"formulas"},
    "mdit_py_plugins": {"markdown"},
    "pagefind_bin": {"indexing"},
    "pylatexenc": {"latex"},
    "rapidfuzz": {"resemblance"},
    "selectolax": {"survey"},
    "slugify": {"naming"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
    "watchdog": {"watch"},
    "yaml": {"frontmatter", "yamltext"},
}

BANNED_NAME = re.compile(
    r"(get|process|handle|do)_.*|data|info|ctx|obj|tmp"
    r"|\w*(Manager|Helper|Utils?|Base)|(Base|Abstract)[A-Z]\w*"
)
BANNED_MODULES = {"common", "helper", "helpers", "misc", "util", "utils"}

#: What a module of these folders offers; it is found by being there.
OFFERS = {
    "kinds": {"plan"},
    "importers": {"NAME", "matches", "parse"},
    "exports": {"SUFFIX", "READS", "encode"},
}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / "carrel" / name).read_text("utf-8"))


def owner(name: str) -> str:
    """The part of Carrel that a module belongs to: 'kinds' for 'kinds/terms.py'."""
    return name.partition("/")[0].removesuffix(".py")


def imports(name: str) -> Iterator[tuple[int, str]]:
    """Every import of a module as (line, whole name), relative ones from 'carrel' on."""
    package = ["carrel", *name.split("/")[:-1]]
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)


def is_within(imported: str, module: str) -> bool:
    return f"{imported}.".startswith(f"{module}.")


def defined(name: str) -> Iterator[tuple[int, str]]:
    """Every name that a module gives to something: functions, classes, arguments, variables.

    Without the methods of a class that extends a library's: their names are the library's.
    """
    nodes = list(ast.walk(tree(name)))
    foreign = {
        member
        for node in nodes
        if isinstance(node, ast.ClassDef) and any(isinstance(b, ast.Attribute) for b in node.bases)
        for member in node.body
    }
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node not in foreign:
                yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


@pytest.mark.parametrize("name", NAMES)
def test_files_and_clocks_are_touched_in_few_modules(name: str) -> None:
    if owner(name) in IO_MODULES:
        return

    imported = [
        f"line {line}: import of {module}"
        for line, module in imports(name)
        if any(is_within(module, forbidden) for forbidden in IO_IMPORTS)
    ]
    calls = [node for node in ast.walk(tree(name)) if isinstance(node, ast.Call)]
    called = [
        f"line {call.lineno}: {ast.unparse(call.func)}()"
        for call in calls
        if (isinstance(call.func, ast.Attribute) and call.func.attr in IO_METHODS)
        or (isinstance(call.func, ast.Name) and call.func.id in ("open", "input", "print"))
    ]

    assert not imported + called, "\n".join(imported + called)


@pytest.mark.parametrize("name", NAMES)
def test_a_library_is_known_only_to_the_part_that_hides_it(name: str) -> None:
    known = [
        f"line {line}: import of {module}"
        for line, module in imports(name)
        for library, parts in HIDDEN.items()
        if is_within(module, library) and owner(name) not in parts
    ]

    assert not known, "\n".join(known)


@pytest.mark.parametrize("name", NAMES)
def test_two_modules_run_programs(name: str) -> None:
    runs = [module for _, module in imports(name) if is_within(module, "subprocess")]

    assert runs == [] or name in ("indexing.py", "publish.py")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_imports_the_commands(name: str) -> None:
    found = [line for line, module in imports(name) if is_within(module, "carrel.cli")]

    assert owner(name) in ("cli", "__main__") or found == []


@pytest.mark.parametrize("name", NAMES)
def test_a_module_can_be_read_in_one_go(name: str) -> None:
    lines = (ROOT / "carrel" / name).read_text("utf-8").count("\n")

    assert lines <= 300, "does it hide one thing? 250 lines are the aim"


@pytest.mark.parametrize("name", NAMES)
def test_names_say_what_things_are(name: str) -> None:
    vague = [f"line {line}: {word}" for line, word in defined(name) if BANNED_NAME.fullmatch(word)]

    assert not vague, "\n".join(vague)
    assert not BANNED_MODULES & set(name.removesuffix(".py").split("/"))


@pytest.mark.parametrize("name", [name for name in NAMES if owner(name) in OFFERS])
def test_a_part_found_by_its_folder_offers_what_is_expected(name: str) -> None:
    if name.endswith("__init__.py"):
        return
    top = tree(name).body
    functions = {node.name for node in top if isinstance(node, ast.FunctionDef)}
    assigned = {
        target.id
        for node in top
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    assert OFFERS[owner(name)] <= functions | assigned


@pytest.mark.parametrize("name", [name for name in NAMES if owner(name) in OFFERS])
def test_a_part_found_by_its_folder_knows_no_files_themes_or_templates(name: str) -> None:
    known = [
        f"line {line}: import of {module}"
        for line, module in imports(name)
        for hidden in ("disk", "pipeline", "themes", "workers")
        if is_within(module, f"carrel.{hidden}")
    ]

    assert not known, "\n".join(known)

"""What docs/reliability.md promises is kept where it says, by tests that are there.

Here are also the drills that belong to no single part: drafts, what a build may touch, the limits.
"""

import ast
import contextlib
import gzip
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from carrel.pipeline import build
from conftest import PLAIN, ROOT, make_site, missing, read_tree
from payloads import paper

RELIABILITY = (ROOT / "docs/reliability.md").read_text("utf-8")
SECURITY = (ROOT / "docs/security.md").read_text("utf-8")
ROWS = re.findall(r"(?m)^\| (P\d+) \| (.+) \| (.+) \| (.+) \|$", RELIABILITY)
MODULES = sorted((ROOT / "carrel").rglob("*.py"))


# The document


def test_every_promise_stands_in_the_document() -> None:
    assert [number for number, *_ in ROWS] == [f"P{n}" for n in range(1, 38)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_promise_is_kept_where_it_says_by_tests_that_are_there(row: tuple[str, ...]) -> None:
    _, _, places, tests = row
    named = re.findall(r"`([^`]+)`", places)
    assert named
    for place in named:
        found = (
            ROOT / "carrel" / place,
            ROOT / place,
            ROOT / "themes/reading-room/templates" / place,
        )
        assert any(path.exists() for path in found), place
    cited = re.findall(r"`(test_\w+)\.(test_\w+)`", tests)
    assert cited
    for module, name in cited:
        text = (ROOT / f"tests/{module}.py").read_text("utf-8")
        assert f"def {name}(" in text, f"{module}.{name}"


def test_the_limits_in_the_document_are_those_of_the_code() -> None:
    table = re.findall(r"(?m)^\| [^|]+ \| ([\d,]+)[^|]* \| `(\w+)\.(\w+)` \|$", SECURITY)

    assert len(table) >= 15
    for figure, module, name in table:
        tree = ast.parse((ROOT / f"carrel/{module}.py").read_text("utf-8"))
        values = {
            target.id: ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        assert values[name] == int(figure.replace(",", "")), f"{module}.{name}"


# Drafts


def test_drafts_appear_nowhere(tmp_path: Path) -> None:
    word = "quokka"
    files = {
        "content/papers/seen.md": paper("Seen", "Text.", topics=["open"], date="2024-01-01"),
        f"content/papers/{word}-1.md": paper(
            "Unseen",
            f"The {word} alone.",
            draft=True,
            topics=["open", f"{word}-topic"],
            authors=[f"Ada {word}"],
            organization=f"{word} Labs",
            venue=f"{word} Conf",
            series=[{"name": f"{word} path", "order": 1}],
            date="2031-05-05",
            added="2031-05-05",
            results=[{"metric": word, "value": 1, "unit": "x"}],
            aliases=[f"old/{word}/"],
        ),
        "content/papers/slug.md": paper("Of a slug", draft=True, slug=f"{word}-2"),
        "content/topics/open.md": paper("Open"),
        f"content/topics/{word}-topic.md": paper(f"A {word}", draft=True),
        f"content/hardware/{word}-box.md": paper(f"{word} box", draft=True),
        f"content/pages/{word}-page.md": paper(f"About the {word}", word, draft=True),
    }
    everything = {"paper": ["bib", "ris", "csl", "md", "json"], "term": ["atom", "json", "bib"]}
    settings = {"search": "on", "base_url": "https://example.org/", "outputs": everything}
    build(make_site(tmp_path / "site", files, **settings), tmp_path / "out")

    tree = read_tree(tmp_path / "out")
    assert any(path.startswith("pagefind/") or "search" in path for path in tree)
    for path, content in tree.items():
        assert word not in path.lower()
        texts = [content]
        with contextlib.suppress(OSError, EOFError):
            texts.append(gzip.decompress(content))  # the search keeps its texts so
        for text in texts:
            assert word.encode() not in text.lower(), path
            assert b"2031" not in text, path


# What a build may touch

WITHIN = """\
import os, sys
def refuse(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system",
                         "urllib.", "ctypes.dlopen", "pty.", "webbrowser.")):
        print("did", event, arguments, flush=True)
read = set()
class Watched(type(os.environ)):
    def __getitem__(self, key):
        read.add(key)
        return super().__getitem__(key)
from carrel import cli
import carrel.pipeline, carrel.render, carrel.markdown
os.environ.__class__ = Watched
sys.addaudithook(refuse)
status = cli.main(["--site", sys.argv[1], *sys.argv[2:]])
print("status", status)
print("read", *sorted(read))
"""
#: What Carrel asks for itself, and what click and Python's own libraries do.
MAY_BE_READ = re.compile(
    "SOURCE_DATE_EPOCH|LANG(UAGE)?|LC_[A-Z]+|TZ|_CARREL_COMPLETE|_?PY[A-Z_]+|_PYTHON_[A-Z_]+"
    "|HOME|PATH|TERM|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|TMPDIR|TEMP|TMP"
)


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_build_asks_nobody_runs_nothing_and_reads_few_variables(
    command: str, tmp_path: Path
) -> None:
    names = (
        "yaml",
        "carrel",
        "sitecustomize",
        "conftest",
        "jinja2",
        "themes/x",
    )
    traps = {f"{name}.py": "print('ran a trap', flush=True)\n" for name in names}
    site = make_site(
        tmp_path / "site",
        PLAIN
        | traps
        | {
            "content/papers/one.md": paper("One", "$x^2$ [x](https://example.org/) {{ 7*7 }}"),
            "content/static/run.py": "print('ran a trap', flush=True)\n",
        },
        base_url="https://example.org/",
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            WITHIN,
            site,
            command,
            *(["--jobs", "1"] if command == "build" else []),
        ],
        cwd=site / "content",
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    *_, status, read = done.stdout.splitlines()
    assert status == "status 0", done.stderr
    assert not re.search("(?m)^(did|ran) ", done.stdout), done.stdout
    assert [name for name in read.split()[1:] if not MAY_BE_READ.fullmatch(name)] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_nothing_read_back_can_be_code(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    }
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    # renameat2 has no other way; and a build sends its own values to its own processes.
    if module.stem in ("staging", "workers"):
        names -= {"ctypes" if module.stem == "staging" else "pickle"}
    assert not names & {"pickle", "marshal", "shelve", "dill", "runpy", "code", "ctypes"}
    assert not called & {"eval", "exec", "compile", "__import__"}


# The limits

LONG = 1_900_000  # bytes: a text may have two million
WORST = {
    "prose": "Some words of *prose* with a [link](https://example.org/), `code` and more. ",
    "references": "[x] ",
    "brackets": "a [b ",
    "table": "| a | b | c |\n",
    "formulas": "$x^{2}_{i}$ and ",
    "quotes": "> " * 30 + "x\n",
    "lists": "- a\n  - b\n",
    "emphasis": "*a* ",
    "entities": "&amp;&lt;&#x41; ",
}
MEASURED = """\
import re, resource, sys
from carrel import cli
status = cli.main(["--site", sys.argv[1], "check", "--quiet"])
used = resource.getrusage(resource.RUSAGE_SELF)
# The system counts what the process was before it began this program as well.
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(status, used.ru_utime + used.ru_stime, int(peak) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of its memory so")
@pytest.mark.parametrize("filling", WORST)
def test_any_entry_up_to_the_limits_takes_bounded_time_and_memory(
    filling: str, tmp_path: Path
) -> None:
    piece = WORST[filling]
    # One sixteenth, for the time of the suite; all in the long tests. The time grows with the size.
    size = LONG if "CARREL_LONG_TESTS" in os.environ else LONG // 16
    body = "|a|b|c|\n|-|-|-|\n" if filling == "table" else ""
    body += piece * (size // len(piece)) + "\n\n[x]: https://example.org/\n"
    files: dict[str, str | bytes] = {**PLAIN, "content/papers/one.md": paper("One", body)}
    site = make_site(tmp_path, files, base_url="https://example.org/", theme="plain")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, site],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )

    status, seconds, megabytes = done.stdout.split()
    assert status in "01"
    assert "Traceback" not in done.stderr
    assert float(seconds) < 10
    assert int(megabytes) < 512


# A file system without inodes


@contextlib.contextmanager
def small_file_system(folder: Path, options: str) -> Iterator[None]:
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        missing("the right to mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a tmpfs with so few inodes")
@pytest.mark.parametrize("scarce", ["inodes", "blocks"])
def test_without_inodes_or_room_the_last_site_stays(scarce: str, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    roomy, tight = ("size=64m", "nr_inodes=260") if scarce == "inodes" else ("size=700k", "")
    with small_file_system(folder, ",".join(filter(None, [roomy, tight]))):
        files: dict[str, str | bytes] = dict(PLAIN)
        files |= {f"content/papers/p{n}.md": paper(f"P{n}", "Text.") for n in range(20)}
        site = make_site(folder / "site", files, base_url="https://example.org/", theme="plain")
        build(site)
        before = read_tree(site / "_site")
        fill = folder / "fill"
        fill.mkdir()
        with contextlib.suppress(OSError):
            for number in range(1_000):
                (fill / f"{number}").write_bytes(b"x" * (4_000 if scarce == "blocks" else 0))
        for number in range(8):  # room for some pages, not for all
            (fill / f"{number}").unlink()
        (site / "content/papers/p0.md").write_text(paper("Q0"))

        with pytest.raises(OSError, match="No space left"):
            build(site, clean=True)

        assert read_tree(site / "_site") == before
        for path in fill.iterdir():
            path.unlink()
        build(site)
        assert b"Q0" in (site / "_site/papers/index.html").read_bytes()
        assert not list(site.glob(".carrel-stage*"))

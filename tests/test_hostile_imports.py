"""Untrusted sources: what could be an attack is refused or harmless, in bounded time and memory."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carrel.importers import importers
from carrel.importing import MAX_SOURCE_BYTES, read_source
from carrel.problems import SiteError
from conftest import ROOT, make_site, read_tree
from test_cli import CONTROLS, carrel
from test_importers import FORMATS, IMPORTS, SOURCES

LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "entities": f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LOL}]>',
    "an entity from a file": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "a type from elsewhere": '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
    "a parameter entity": '<!DOCTYPE rss [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
    "a type and nothing else": "<!DOCTYPE rss>",
}
FEED = "<rss><channel><item><title>{}</title></item></channel></rss>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><id>http://arxiv.org/api/x</id>{}</feed>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site", {}, base_url="https://example.org/")


def refusal(content: bytes, format_name: str = "auto") -> str:
    with pytest.raises(SiteError) as caught:
        read_source(content, "source", format_name)
    return "\n".join(problem.message for problem in caught.value.problems)


@pytest.mark.parametrize("format_name", ["feed", "arxiv-atom"])
@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
def test_xml_with_a_document_type_is_refused_whatever_is_in_it(
    doctype: str, format_name: str, site: Path, tmp_path: Path
) -> None:
    body = FEED.format("&l9;&x;") if format_name == "feed" else ATOM.format("&l9;&x;")
    (tmp_path / "feed.xml").write_text(f'<?xml version="1.0"?>\n{doctype}\n{body}')
    before = read_tree(site)

    done = carrel("--site", site, "import", tmp_path / "feed.xml", "--format", format_name)

    assert done.returncode == 1
    assert "feed.xml:2:" in done.stderr
    assert "document type" in done.stderr
    assert read_tree(site) == before


def test_entities_that_nobody_declared_are_a_fault_with_its_place() -> None:
    assert "no well-formed XML" in refusal(FEED.format("&x;").encode())


DEEP = {
    "feed": "<rss>" + "<item>" * 100_000,
    "arxiv-atom": ATOM.format("<entry>" * 100_000),
    "csl-json": '[{"title": ' + "[" * 200_000,
    "daily-papers-api": '{"paper": ' * 200_000,
    "json-feed": '{"items": [{"title": ' + '{"a":' * 200_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_endless_nesting_is_named_and_takes_no_time(name: str) -> None:
    start = time.perf_counter()

    assert "nested" in refusal(DEEP[name].encode(), name)
    assert time.perf_counter() - start < 5


def test_deep_braces_in_bibtex_are_read_or_named() -> None:
    text = "@misc{a, title = {" + "{" * 50_000 + "Frogs" + "}" * 50_000 + "}}"
    start = time.perf_counter()

    _, reading = read_source(text.encode(), "source", "bibtex")

    assert [entry.title for entry in reading.entries] == ["Frogs"]
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize("name", importers())
def test_fifty_megabytes_are_refused_at_once(name: str, site: Path, tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.write(b'[{"title": "x"},\n')
        file.truncate(50_000_000)
    start = time.perf_counter()

    done = carrel("--site", site, "import", large, "--format", name)

    assert done.returncode == 1
    assert "more than 20,000,000 bytes" in done.stderr
    assert "import it in parts" in done.stderr
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("source", "said"), [("-", "more than 20,000,000 bytes"), ("/dev/zero", "no ordinary file")]
)
def test_an_endless_source_ends(source: str, said: str) -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("there is no /dev/zero")
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run(
            [sys.executable, ROOT / "build.py", "import", source],
            cwd=ROOT,
            stdin=endless,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert done.returncode == 1
    assert said in done.stderr


#: Pieces that fill a source up to what it may hold: each format's own worst.
FILLINGS: dict[str, tuple[str, str, str]] = {
    "empty lists": ("csl-json", '[{"title": "x"},', "[],"),
    "short texts": ("csl-json", '[{"title": "x"},', '"ab",'),
    "small objects": ("daily-papers-api", '[{"paper": {}},', '{"paper":{"title":"x"}},'),
    "elements": ("feed", "<rss><channel>", "<item/>"),
    "titled items": ("feed", "<rss><channel>", "<item><title>x</title></item>"),
    "open brackets": ("feed", "<rss><item><description>", "&lt;!--"),
    "open tags": ("feed", "<rss><item><title>x</title><description>", "&lt;a"),
    "open scripts": ("feed", "<rss><item><title>x</title><description>", "&lt;script&gt;"),
    "entries": ("bibtex", "", "@a{b,\ntitle={x}}\n"),
    "begun entries": ("bibtex", "", "\n@a{b,"),
    "entries in one line": ("bibtex", "", "@a{b=c,"),
    "braces": ("bibtex", "@a{b, title = {", "{x}"),
    "open braces": ("bibtex", "@a{b, title = {", "{"),
    "dollars": ("bibtex", "@a{b, title = {", "$ x "),
    "macros": ("bibtex", "@a{b, abstract = {", "\\emph{\\'e} "),
    "names": ("bibtex", "@a{b, title = {x}, author = {", "A and "),
    "references": ("ris", "", "TY  - JOUR\nTI  - x\nER  - \n"),
    "rows that go on": ("ris", "TY  - JOUR\nTI  - x\n", "y\n"),
    "stray lines": ("ris", "TY  - JOUR\nER  - \n", "y\n"),
    "rows": ("csv", "title,doi\n", "x,y\n"),
    "quotes": ("csv", "title,doi\n", '"x""'),
    "columns": ("csv", "title,doi", ",x"),
    "cells": ("csv", "title,doi\n", "x,"),
}


@pytest.mark.parametrize("filling", FILLINGS)
def test_a_source_of_any_filling_takes_bounded_time_and_memory(filling: str) -> None:
    format_name, head, piece = FILLINGS[filling]
    program = (
        "import re, sys\n"
        "from carrel.importing import read_source\n"
        "from carrel.problems import SiteError\n"
        "head, piece, size, name = sys.argv[1:]\n"
        "text = head + piece * (int(size) // len(piece))\n"
        "try:\n"
        "    print(len(read_source(text.encode(), 'source', name)[1].entries))\n"
        "except SiteError as error:\n"
        "    print(error.problems[0].message)\n"
        # The system counts what the process was before it began this program as well.
        "print(int(re.search('VmHWM:.*?(\\\\d+)', open('/proc/self/status').read())[1]) // 1024)\n"
    )
    size = MAX_SOURCE_BYTES // 10  # a tenth, so that the tests take no longer than they must
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, head, piece, str(size), format_name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert time.perf_counter() - start < 20
    assert int(done.stdout.splitlines()[-1]) < 400  # MB
    assert done.stderr == ""


EVIL = "\u202egnp.exe\u202c \x1b[31m \x00\x07 <script>alert(1)</script> {{ 7*7 }} ](javascript:x)"


def evil_sources() -> dict[str, str]:
    """One source of each format with a hostile text in every field."""
    value = EVIL.replace("\x00", "").replace("\x07", "").replace("\x1b", "")
    xml = value.replace("&", "&amp;").replace("<", "&lt;")
    fields = dict.fromkeys(("title", "abstract", "container-title", "note", "URL", "id"), EVIL)
    own = dict.fromkeys(("id", "title", "summary", "projectPage", "githubRepo"), EVIL)
    names = {"name": EVIL, "fullname": EVIL}
    bib = EVIL.replace("{{", "").replace("}}", "")
    keys = ("title", "author", "journal", "note", "url", "doi", "eprint", "keywords", "abstract")
    return {
        "csl-json": json.dumps([{"type": "article", "author": [{"family": EVIL}], **fields}]),
        "daily-papers-api": json.dumps(
            [{"paper": {"authors": [names], "organization": names, "upvotes": 10**30, **own}}]
        ),
        "json-feed": json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "items": [{"url": EVIL, **fields}]}
        ),
        "bibtex": "@misc{../../x, " + ", ".join(f"{key} = {{{bib}}}" for key in keys) + "}",
        "ris": "TY  - JOUR\n"
        + "".join(f"{tag}  - {EVIL}\n" for tag in ("TI", "AU", "T2", "UR", "DO", "AB", "KW"))
        + "ER  - \n",
        "csv": "title,authors,url,arxiv,notes\n" + ",".join(f'"{EVIL}"' for _ in range(5)) + "\n",
        "feed": "<rss><channel><item>"
        + "".join(f"<{tag}>{xml}</{tag}>" for tag in ("title", "link", "author", "category"))
        + "</item></channel></rss>",
        "arxiv-atom": ATOM.format(
            f"<entry><title>{xml}</title><id>{xml}</id><summary>{xml}</summary>"
            f"<author><name>{xml}</name></author></entry>"
        ),
    }


@pytest.mark.parametrize("name", evil_sources())
def test_hostile_text_in_every_field_ends_as_plain_text(
    name: str, site: Path, tmp_path: Path
) -> None:
    (tmp_path / "evil").write_text(evil_sources()[name], "utf-8", newline="")

    done = carrel("--site", site, "import", tmp_path / "evil", "--format", name)

    assert done.returncode == 0
    assert not CONTROLS.search(done.stdout + done.stderr)
    (file,) = (site / "content/papers").iterdir()
    text = file.read_text("utf-8")
    assert not CONTROLS.search(text)
    assert "links" not in text
    assert file.name.isascii()
    assert carrel("--site", site, "check").returncode == 0
    assert carrel("--site", site, "build", "--quiet", "--jobs", "1").returncode == 0
    page = (site / "_site/papers" / file.stem / "index.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "javascript:x" not in page.replace("](javascript:x)", "")


PATHS = ["../../etc/passwd", "/etc/passwd", "..", "con", "a/b", "C:\\x", ".carrel", "x" * 500]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_for_a_title_or_an_id_leads_nowhere(path: str, site: Path, tmp_path: Path) -> None:
    sources = {
        "csl": json.dumps([{"title": path, "type": "article", "id": path, "arxiv": path}]),
        "api": json.dumps([{"paper": {"id": path, "title": f"{path} x", "summary": path}}]),
        "bib": f"@misc{{{path}, title = {{{path} y}}, eprint = {{{path}}}}}",
    }
    for name, text in sources.items():
        (tmp_path / name).write_text(text, "utf-8")
        assert carrel("--site", site, "import", tmp_path / name).returncode in (0, 1)

    for file in site.rglob("*"):
        assert file.name == "site_config.yaml" or file.is_dir() or file.suffix == ".md", file
    assert not list(tmp_path.rglob("passwd*"))
    assert carrel("--site", site, "check").returncode == 0


def test_thousands_of_authors_become_names_and_a_number(site: Path, tmp_path: Path) -> None:
    names = [{"family": f"Heron{n}", "given": "Ada"} for n in range(5_000)]
    (tmp_path / "many.json").write_text(
        json.dumps([{"type": "article", "title": "Many", "author": names}])
    )

    assert carrel("--site", site, "import", tmp_path / "many.json").returncode == 0
    assert "authors_count: 5000" in (site / "content/papers/many.md").read_text("utf-8")
    assert carrel("--site", site, "check").returncode == 0


def test_what_would_be_a_fault_of_the_list_is_left_out_and_named(
    site: Path, tmp_path: Path
) -> None:
    names = [{"literal": "x" * 190 + f" {n}"} for n in range(400)] + [{"literal": "é" * 199}] * 200
    items = [
        {"type": "article", "title": "Too Large", "author": [{"literal": "é" * 199}] * 200},
        {"type": "article", "title": "Fine", "author": names[:2]},
    ]
    (tmp_path / "many.json").write_text(json.dumps(items))

    done = carrel("--site", site, "import", tmp_path / "many.json")

    assert "left out, because it would be a fault of the list: the front matter" in done.stdout
    assert "without a topic yet: 1 of the new ones" in done.stdout
    assert [file.name for file in (site / "content/papers").iterdir()] == ["fine.md"]


TEXTS = {source.name: source.read_text("utf-8") for source in SOURCES}


def mutations() -> st.SearchStrategy[tuple[str, str]]:
    """A source of ours with pieces taken out, doubled, or put in from elsewhere."""

    def mutate(name: str, cuts: list[tuple[int, int]], pieces: list[str]) -> tuple[str, str]:
        text = TEXTS[name]
        for (at, length), piece in zip(cuts, pieces, strict=False):
            start = at % (len(text) + 1)
            text = text[:start] + piece + text[start + length :]
        return FORMATS[name], text

    cut = st.tuples(st.integers(0, 10_000), st.integers(0, 40))
    piece = st.sampled_from(
        ["{", "}", '"', "\\", "<", ">", "&", "]]>", "@a{", "\n", "\r", ",", ";", "TY  - ", "ER  - ",
         "[", "]", "\\'", "\\v{", "$", "#", "null", "1e999", "\u202e", "\x00", "\ud800", "é"]
    ) | st.text(max_size=5)  # fmt: skip
    cuts = st.lists(cut, min_size=4, max_size=4)
    return st.builds(
        mutate, st.sampled_from(sorted(TEXTS)), cuts, st.lists(piece, min_size=1, max_size=4)
    )


def reads_or_refuses(format_name: str, text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    try:
        _, reading = read_source(content, "source", format_name)
    except SiteError as error:
        assert all(problem.message for problem in error.problems)
        return
    lines = content.count(b"\n") + content.count(b"\r") + 1
    for entry in reading.entries:
        assert entry.title.strip()
        assert 0 <= entry.where.line <= lines
        assert not CONTROLS.search(entry.title)
        assert not any(CONTROLS.search(name) for name in entry.authors)
    assert all(1 <= rest.first <= rest.last for rest in reading.leftovers)


@settings(max_examples=150, deadline=None)
@given(mutations())
def test_a_damaged_source_is_read_or_refused(case: tuple[str, str]) -> None:
    reads_or_refuses(*case)


@pytest.mark.parametrize("name", [name for name in importers() if name != "daily-papers"])
@settings(max_examples=25, deadline=None)
@given(text=st.text() | st.text(alphabet="{}[]\"',:;@<>&=\\-\n TYER titleabc"))
def test_any_text_is_read_or_refused_by_every_importer(name: str, text: str) -> None:
    reads_or_refuses(name, text)
    assert importers()[name].matches(text) in (True, False)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["title", "author", "authors", "issued", "date-parts", "family", "paper", "name",
             "items", "tags", "organization", "upvotes", "DOI", "note", "_carrel", "raw", "id"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("name", ["csl-json", "daily-papers-api", "json-feed"])
@settings(max_examples=60, deadline=None)
@given(value=VALUES)
@example(value={"title": None, "authors": True})
def test_json_of_any_shape_is_read_or_refused(name: str, value: object) -> None:
    reads_or_refuses(name, json.dumps([value, {"title": value, "author": value, "paper": value}]))


def test_fixtures_cover_every_format() -> None:
    told: Callable[[str], bool] = set(FORMATS.values()).__contains__

    assert [name for name in importers() if not told(name)] == ["daily-papers"]
    assert all(source.name in FORMATS for source in SOURCES)
    assert IMPORTS.is_dir()

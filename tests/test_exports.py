"""Files for other programs, read by those programs: citations, tables, the list as data."""

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import citeproc
import jsonschema
import pytest
import rispy
import yaml
from bibtexparser.entrypoint import parse_string
from citeproc import formatter
from citeproc.source.json import CiteProcJSON
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pybtex.database import BibliographyData, parse_bytes

from carrel.cli import carrel
from carrel.exports import exports
from carrel.markdown import plain_text, show_formulas
from carrel.pipeline import build
from carrel.references import Reference
from carrel.settings import Site
from conftest import read_tree, write_tree
from payloads import CONFIG, TITLES, hostile_config, hostile_files, paper, varied_files

ROOT = "https://reader.example/repo/"
OUTPUTS = {
    "paper": ["bib", "ris", "csl", "md", "json"],
    "term": ["atom", "json", "bib", "ris", "csl", "csv"],
    "pair": ["atom", "json", "bib", "ris", "csl", "csv"],
}
Tree = dict[str, bytes]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The varied list with every file that there can be, built into 'out' beside it."""
    folder = tmp_path_factory.mktemp("exports")
    files = varied_files() | {"site_config.yaml": json.dumps(CONFIG | {"outputs": OUTPUTS})}
    files["content/papers/twin.md"] = paper("First paper", date="2019-01-01", authors=["Ada One"])
    files["content/papers/quote.md"] = paper(
        '=1+1 is "two", or\tthree',
        "## Abstract\n\nWe *show* $x_1^2$ of 5% & more_or_less {braces}.",
        arxiv="cs/0112017",
        authors=["José Ñáñez", "Ada One", "Smith and Sons"],
        authors_count=9,
    )
    write_tree(folder / "site", files)
    build(folder / "site", folder / "out")
    return folder


@pytest.fixture(scope="module")
def tree(site: Path) -> Tree:
    return read_tree(site / "out")


def ending(tree: Tree, suffix: str) -> dict[str, bytes]:
    return {path: content for path, content in tree.items() if path.endswith(suffix)}


def papers_of(tree: Tree) -> list[dict[str, Any]]:
    papers: list[dict[str, Any]] = json.loads(tree["api/v1/papers.json"])["papers"]
    return papers


def year_of(record: dict[str, Any]) -> str | None:
    return record["date"][:4] if "date" in record else None


def plain(field: str) -> str:
    """What TeX prints for a field: without braces and escapes."""
    signs = {"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^"}
    field = re.sub(r"\\(text\w+)\{\}", lambda found: f"\0{ord(signs[found[1]]):02x}", field)
    field = re.sub(r"\\([&%$#_{}])", lambda found: f"\0{ord(found[1]):02x}", field)
    field = re.sub(r"[{}]", "", field)
    return re.sub("\0(..)", lambda found: chr(int(found[1], 16)), field)


def read_bib(content: bytes) -> BibliographyData:
    return parse_bytes(content, "bibtex")


def test_there_is_a_file_for_all_that_the_settings_ask_for(tree: Tree) -> None:
    terms = {path.removesuffix("feed.xml") for path in tree if path.endswith("/feed.xml")}
    terms -= {"changes/"}
    papers = {paper["url"].removeprefix(ROOT) for paper in papers_of(tree)}
    cited = [*(f"{kind}" for kind in ("bib", "ris", "csl.json"))]

    assert len(terms) > 8
    assert "topics/paging/h100/" in terms
    assert len(papers) == len(TITLES) + 5
    for term in {"", *terms}:
        assert {f"{term}library.{kind}" for kind in (*cited, "csv")} <= tree.keys()
        assert {f"{term}atom.xml", f"{term}feed.json"} <= tree.keys()
    for each in papers:
        assert {f"{each}cite.{kind}" for kind in cited} <= tree.keys()
        assert {f"{each}index.md", f"{each}index.json"} <= tree.keys()
    assert {"CITATION.cff", "feeds.opml"} <= tree.keys()


def test_the_pages_of_terms_and_pairs_lead_to_their_files(tree: Tree) -> None:
    for folder in ("topics/paging/", "topics/paging/h100/"):
        page = tree[f"{folder}index.html"].decode()
        up = "../" * folder.count("/")
        for kind in ("bib", "ris", "csl.json", "csv"):
            assert f'href="{up}{folder}library.{kind}"' in page


def test_a_list_has_few_of_them_by_itself_and_none_when_it_wants_none(tmp_path: Path) -> None:
    files = {"content/papers/a.md": paper("A", topics=["t"]), "content/topics/t.md": paper("T")}
    kinds = {"bib", "ris", "json", "csv", "opml", "cff", "md"}
    found = []
    asked: list[dict[str, list[str]]] = [{}, {"list": []}]
    for outputs in asked:
        settings = json.dumps({"title": "A", "base_url": ROOT, "outputs": outputs})
        write_tree(tmp_path / "site", files | {"site_config.yaml": settings})
        build(tmp_path / "site", tmp_path / "out")
        tree = read_tree(tmp_path / "out")
        found.append({path for path in tree if path.rpartition(".")[2] in kinds})
        found[-1].discard("papers/filter.json")  # what the page of all papers works with

    names = ["papers", "topics", "hardware", "organizations", "results", "feeds", "schema"]
    assert found[0] == {
        *("CITATION.cff", "feed.json", "feeds.opml", *(f"api/v1/{name}.json" for name in names)),
        *(f"library.{kind}" for kind in ("bib", "ris", "csl.json", "csv")),
    }
    assert found[1] == set()


# BibTeX


def test_every_bibtex_file_is_read_alike_by_two_readers(tree: Tree) -> None:
    for path, content in ending(tree, ".bib").items():
        library = parse_string(content.decode())
        read = read_bib(content)

        assert [str(block.error) for block in library.failed_blocks] == [], path
        assert [entry.key for entry in library.entries] == list(read.entries), path
        keys = [key.lower() for key in read.entries]
        assert len(set(keys)) == len(keys)


def test_bibtex_has_every_paper_as_the_list_has_it(tree: Tree) -> None:
    entries = read_bib(tree["library.bib"]).entries
    papers = papers_of(tree)

    assert list(entries) == [each["key"] for each in papers]
    for each in papers:
        entry = entries[each["key"]]
        assert plain(entry.fields["title"]) == " ".join(each["title"].split())
        assert entry.fields.get("year") == year_of(each)
        names = [str(person) for person in entry.persons.get("author", [])]
        assert len(names) - ("others" in names) == len(each.get("authors", ())) or (
            [plain(name) for name in names] == [each["terms"]["organizations"][0]["title"]]
        )
    assert list(read_bib(tree["papers/first/cite.bib"]).entries) == [
        each["key"] for each in papers if each["id"] == "first"
    ]


def test_bibtex_keeps_names_formulas_and_what_tex_would_take_for_its_own(tree: Tree) -> None:
    (entry,) = read_bib(tree["papers/quote/cite.bib"]).entries.values()

    names = [(*person.last_names, *person.first_names) for person in entry.persons["author"]]
    assert names == [("Ñáñez", "José"), ("One", "Ada"), ("{Smith and Sons}",), ("others",)]
    assert entry.fields["eprint"] == "cs/0112017"
    assert entry.fields["primaryclass"] == entry.fields["eprintclass"] == "cs"
    assert entry.fields["abstract"] == (r"We show $x_1^2$ of 5\% \& more\_or\_less \{braces\}.")


SOME = Reference(
    "a", "a", "", "article", (), False, None, None, None, None, None, None, (), ""
)  # fmt: skip
TEXT = st.text(st.sampled_from("aB é\\{}$%&#_^~\"'@,=\n\t-–"), min_size=1, max_size=30)


@given(TEXT, TEXT, TEXT)
def test_whatever_a_paper_says_bibtex_stays_whole(title: str, name: str, abstract: str) -> None:
    known = {"title": title, "authors": (name, "B C"), "keywords": (title,), "abstract": abstract}
    entry = exports()["bib"].encode((replace(SOME, **known),), Site("A"))

    library = parse_string(f"{entry.decode()}\n@misc{{after, title={{Next}}}}")
    assert [each.key for each in library.entries] == ["a", "after"]
    fields = library.entries[0].fields_dict
    if "$" not in title:
        assert plain(fields["title"].value) == " ".join(title.split())
    if "$" not in abstract and plain_text(abstract):
        assert plain(fields["abstract"].value) == plain_text(abstract)


@pytest.mark.needs_program("biber")
def test_biber_takes_the_library_without_a_warning(tree: Tree, tmp_path: Path) -> None:
    dated = [paper["key"] for paper in papers_of(tree) if paper.get("date")]
    blocks = tree["library.bib"].decode().split("\n\n")
    kept = [block for block in blocks if block.partition("{")[2].partition(",")[0] in dated]
    (tmp_path / "library.bib").write_text("\n\n".join(kept), "utf-8")

    done = subprocess.run(
        ["biber", "--tool", "--validate-datamodel", "--nolog", "--output-file", "out.bib",
         "library.bib"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    # The spelling of classic styles, which stands there beside biblatex's own, means nothing to it.
    classic = re.compile(r"INFO|.*'(archiveprefix|primaryclass)' invalid in data model - ignoring")
    assert [line for line in done.stdout.splitlines() if not classic.match(line)] == []
    assert len(kept) == len(dated) > 12
    assert (tmp_path / "out.bib").read_text("utf-8").count("\n@") + 1 >= len(kept)


# RIS and CSL-JSON


def test_ris_has_every_paper_with_line_ends_as_it_wants_them(tree: Tree) -> None:
    for path, content in ending(tree, ".ris").items():
        text = content.decode()
        assert re.fullmatch(r"(([A-Z][A-Z0-9]  - [^\r\n]*\r\n)+\r\n)+", text), path
        records = rispy.loads(text)
        assert [record for record in records if record.get("unknown_tag")] == [], path
    records = rispy.loads(tree["library.ris"].decode())
    papers = papers_of(tree)

    assert [record["id"] for record in records] == [each["key"] for each in papers]
    for record, each in zip(records, papers, strict=True):
        assert record["title"] == " ".join(show_formulas(each["title"]).split())
        assert record.get("year") == year_of(each)
        assert record.get("doi") in (each.get("doi"), f"10.48550/arXiv.{each.get('arxiv')}")
    (record,) = rispy.loads(tree["papers/quote/cite.ris"].decode())
    assert record["authors"] == ["Ñáñez, José", "One, Ada", "Smith and Sons"]
    assert record["abstract"] == "We show x₁² of 5% & more_or_less {braces}."


def test_citations_in_json_hold_what_the_schema_of_csl_allows(tree: Tree) -> None:
    folder = Path(citeproc.__file__).parent / "data/schema/schemas/styles"
    known = set(re.findall(r'[=|]\s+"([A-Za-z_-]+)"', (folder / "csl-variables.rnc").read_text()))
    types = set(re.findall(r'[=|]\s+"([a-z_-]+)"', (folder / "csl-types.rnc").read_text()))
    name = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            part: {"type": "string"} for part in ("family", "given", "suffix", "literal")
        },
    }
    day = {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 3}
    texts = {variable: {"type": "string", "minLength": 1} for variable in known}
    special = {
        "id": {"type": "string"},
        "type": {"enum": sorted(types)},
        "author": {"type": "array", "items": name},
        "issued": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"date-parts": {"type": "array", "items": day, "maxItems": 2}},
        },
    }
    schema = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": texts | special,
            "required": ["type", "id"],
            "additionalProperties": False,
        },
    }
    for content in ending(tree, ".csl.json").values():
        jsonschema.validate(json.loads(content), schema)
    items = json.loads(tree["library.csl.json"])
    assert [item["id"] for item in items] == [paper["key"] for paper in papers_of(tree)]


@pytest.mark.filterwarnings("ignore:.*unsupported. citation_key")  # CSL 1.0.2 has it
def test_a_style_sets_every_paper(tree: Tree) -> None:
    items = json.loads(tree["library.csl.json"])
    style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = citeproc.CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    for item in items:
        bibliography.register(citeproc.Citation([citeproc.CitationItem(item["id"])]))

    rows = [str(row) for row in bibliography.bibliography()]

    assert len(rows) == len(items)
    (row,) = [row for row in rows if "a paper with everything" in row]
    assert "One, A." in row
    assert "2019" in row


def test_an_abstract_is_the_authors_or_there_is_none(tree: Tree) -> None:
    by_key = {paper["id"]: paper["key"] for paper in papers_of(tree)}
    items = {item["id"]: item for item in json.loads(tree["library.csl.json"])}
    entries = read_bib(tree["library.bib"]).entries

    assert "The authors' words" in items[by_key["first"]]["abstract"]
    assert "The authors' words" in entries[by_key["first"]].fields["abstract"]
    for id in ("second", "title-1"):  # these have notes, a summary, a reason
        assert "abstract" not in items[by_key[id]]
        assert "abstract" not in entries[by_key[id]].fields


# Tables, CITATION.cff, Markdown


def test_the_table_is_read_as_it_was_written(tree: Tree) -> None:
    content = tree["library.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    papers = papers_of(tree)

    assert content.count("\r\n") == len(rows) + 1
    assert [row["id"] for row in rows] == [paper["id"] for paper in papers]
    by_id = {row["id"]: row for row in rows}
    first = by_id["first"]
    assert first["authors"] == "Ada One; Bo Two"
    assert first["authors_count"] == "5"
    assert (first["hardware"], first["topics"]) == ("H100 & co; Tensor Cores", "Serving; Attention")
    assert first["code"] == "https://example.org/code?a=1&b=2; https://example.org/more"
    assert first["headline"] == "up to 1.91–2 x rate <x>"
    assert first["page"] == f"{ROOT}papers/first/"
    assert by_id["title-3"]["title"] == TITLES[3]


def test_no_cell_of_a_table_is_a_formula(tree: Tree, tmp_path: Path) -> None:
    hostile = {"site_config.yaml": hostile_config(outputs={"list": ["csv"]})}
    write_tree(tmp_path / "site", hostile_files() | hostile)
    build(tmp_path / "site", tmp_path / "out")
    for content in (tree["library.csv"], (tmp_path / "out/library.csv").read_bytes()):
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))

        assert len({len(row) for row in rows}) == 1
        assert [cell for row in rows for cell in row if re.match(r"[=+\-@\t\r]", cell)] == []
    assert "'=1+1 is" in tree["library.csv"].decode()


def test_the_list_itself_can_be_cited(tree: Tree, tmp_path: Path) -> None:
    cited = yaml.safe_load(tree["CITATION.cff"])

    assert cited["cff-version"] == "1.2.0"
    assert cited["title"] == CONFIG["title"]
    assert cited["authors"] == [
        {"family-names": "Reader", "given-names": "Robin", "website": "https://robin.example/"}
    ]
    assert (cited["url"], cited["date-released"]) == (ROOT, "2024-06-01")
    assert cited.keys() - {"abstract", "type", "message"} == {
        "cff-version", "title", "authors", "url", "date-released",
    }  # fmt: skip
    write_tree(tmp_path, {"site_config.yaml": json.dumps({"title": "A: b"})})
    outcome = CliRunner().invoke(carrel, ["--site", str(tmp_path), "export", "cff"])
    assert yaml.safe_load(outcome.output)["authors"] == [{"name": "A: b"}]


def test_a_paper_as_markdown_says_what_its_page_says(tree: Tree) -> None:
    text = tree["papers/first/index.md"].decode()

    assert text.startswith("# First: a paper with everything\n")
    for words in ("Ada One, Bo Two", "A Conference", "H100 \\& co × 8", "**It is the \\<first\\>"):
        assert words in text
    assert "## A part" in text
    assert "## Abstract\n\nThe authors' words, with **weight**" in text
    assert f"<{ROOT}papers/first/>" in text
    assert "\0" not in text
    assert "&amp;" not in text


# The list as data


def documents(tree: Tree) -> dict[str, Any]:
    return {
        path: json.loads(content)
        for path, content in tree.items()
        if path.startswith("api/v1/") or path.endswith("/index.json")
    }


def test_every_document_holds_what_the_schema_says(tree: Tree) -> None:
    found = documents(tree)
    schema = found.pop("api/v1/schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"{ROOT}api/v1/schema.json"
    for path, document in found.items():
        where, _, name = document["$schema"].rpartition("#/$defs/")
        assert where == schema["$id"]
        strict = schema | {"$ref": f"#/$defs/{name}"}
        del strict["anyOf"]
        check = jsonschema.FormatChecker()
        validator = jsonschema.Draft202012Validator(strict, format_checker=check)
        assert [f"{path}: {error.message}" for error in validator.iter_errors(document)] == []
        assert document["version"] == 1
        jsonschema.Draft202012Validator(schema).validate(document)


def test_a_document_that_lacks_something_breaks_the_schema(tree: Tree) -> None:
    found = documents(tree)
    schema = found["api/v1/schema.json"]
    document = found["api/v1/papers.json"]
    document["papers"][0].pop("title")

    assert not jsonschema.Draft202012Validator(schema).is_valid(document)


def test_the_schema_names_every_key_that_is_written(tree: Tree) -> None:
    found = documents(tree)
    parts = found.pop("api/v1/schema.json")["$defs"]
    for path, document in found.items():
        name = document["$schema"].rpartition("/")[2]
        assert document.keys() <= parts[name]["properties"].keys(), path
    for each in found["api/v1/papers.json"]["papers"]:
        assert each.keys() <= parts["PaperRecord"]["properties"].keys()
    # What may never go again: somebody reads it.
    assert {
        "id", "key", "url", "title", "type", "terms", "authors", "authors_count", "date", "added",
        "updated", "summary", "why", "links", "arxiv", "doi", "venue", "results", "status",
        "rating", "comments", "upvotes",
    } <= parts["PaperRecord"]["properties"].keys()  # fmt: skip


def test_data_agree_with_the_pages(tree: Tree) -> None:
    found = documents(tree)
    papers = {paper["id"]: paper for paper in found["api/v1/papers.json"]["papers"]}
    first = papers["first"]

    assert first["terms"]["hardware"] == [
        {"id": "h100", "title": "H100 & co", "count": 8, "role": "evaluated"},
        {"id": "tensor-cores", "title": "Tensor Cores"},
    ]
    assert first["results"][0]["hardware"] == {"id": "h100", "title": "H100 & co", "count": 8}
    assert "hidden" not in papers
    assert found["papers/first/index.json"]["paper"] == first
    terms = {term["id"]: term for term in found["api/v1/topics.json"]["terms"]}
    assert terms["serving"]["parent"] == "systems"
    assert "url" not in terms["attention"]
    assert terms["unused"]["papers"] == 0
    for document in found.values():
        for address in re.findall(r'"url": ?"([^"]+)"', json.dumps(document)):
            path = address.removeprefix(ROOT)
            assert not address.startswith(ROOT) or f"{path}index.html" in tree
    results = found["api/v1/results.json"]["results"]
    assert [each["result"]["metric"] for each in results] == ["rate <x>", "delay"]
    for feed in found["api/v1/feeds.json"]["feeds"]:
        assert {path.removeprefix(ROOT) for path in feed["feeds"].values()} <= tree.keys()


# The command


@pytest.mark.parametrize(("format", "path"), [
    ("bib", "library.bib"),
    ("ris", "library.ris"),
    ("csl", "library.csl.json"),
    ("csv", "library.csv"),
    ("opml", "feeds.opml"),
    ("cff", "CITATION.cff"),
    ("json", "api/v1/papers.json"),
])  # fmt: skip
def test_export_writes_what_the_site_has(
    site: Path, tree: Tree, tmp_path: Path, format: str, path: str
) -> None:
    file = tmp_path / "exported"
    command = ["--site", str(site / "site"), "export", format]

    to_file = CliRunner().invoke(carrel, [*command, str(file)])
    to_screen = CliRunner().invoke(carrel, command)

    assert to_file.exit_code == to_screen.exit_code == 0, to_file.output
    assert file.read_bytes() == to_screen.stdout_bytes == tree[path]


def test_export_needs_no_setting_and_names_what_it_knows(tmp_path: Path) -> None:
    files = {"content/papers/a.md": paper("A", draft=True), "content/papers/b.md": paper("B")}
    settings = json.dumps({"title": "A", "outputs": {"list": []}})
    write_tree(tmp_path, files | {"site_config.yaml": settings})

    written = CliRunner().invoke(carrel, ["--site", str(tmp_path), "export", "bib"])
    unknown = CliRunner().invoke(carrel, ["--site", str(tmp_path), "export", "docx"])

    assert list(read_bib(written.stdout_bytes).entries) == ["b"]
    assert unknown.exit_code == 2
    assert "'docx' is none of bib, csl, csv, ris, json, opml, cff" in unknown.output
    assert shutil.which("carrel") is None or sorted(p.name for p in tmp_path.iterdir()) == [
        "content", "site_config.yaml",
    ]  # fmt: skip

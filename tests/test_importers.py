"""Every format from the file to the entries: sources that we made up, as they come in real life."""

import io
import json
import re
import shlex
import shutil
import sys
from pathlib import Path
from unittest import mock

import pytest

from carrel.importers import RawEntry, Reading, importers
from carrel.importing import choose_importer
from carrel.problems import SiteError
from conftest import ROOT, Golden, make_site, read_tree
from payloads import paper
from test_cli import carrel

IMPORTS = Path(__file__).parent / "imports"
SOURCES = sorted(path for path in IMPORTS.iterdir() if path.is_file())
EXPECTED = IMPORTS / "expected"
TOPIC = {"content/topics/attention.md": "---\ntitle: Attention\naliases: [attending]\n---\n"}
DAY = "1765500000"  # 2025-12-12
FORMATS = {
    "arxiv.xml": "arxiv-atom",
    "daily.json": "daily-papers-api",
    "feed.json": "json-feed",
    "list.atom": "feed",
    "list.xml": "feed",
    "papers.bib": "bibtex",
    "references.ris": "ris",
    "table.csv": "csv",
    "zotero.csv": "csv",
    "zotero.json": "csl-json",
}
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site", TOPIC, base_url="https://example.org/")


def read(text: str, format_name: str = "auto") -> Reading:
    return choose_importer(text, "source", format_name).parse(text, "source")


def only(text: str, format_name: str = "auto") -> RawEntry:
    (entry,) = read(text, format_name).entries
    return entry


@each_source
def test_a_source_becomes_entries_and_a_report(
    source: Path, site: Path, golden: Golden, tmp_path: Path
) -> None:
    shutil.copy(source, tmp_path / source.name)

    done = carrel(
        "--site", site, "import", source.name, "--quiet", at=tmp_path, SOURCE_DATE_EPOCH=DAY
    )

    assert (done.returncode, done.stderr) == (0, "")
    papers = read_tree(site / "content/papers")
    golden(EXPECTED / source.name, papers | {"report.txt": done.stdout.encode()})


@each_source
def test_what_is_written_passes_check_and_is_built(source: Path, site: Path) -> None:
    assert carrel("--site", site, "import", source, SOURCE_DATE_EPOCH=DAY).returncode == 0

    assert carrel("--site", site, "check").returncode == 0
    assert carrel("--site", site, "build", "--quiet", "--jobs", "1").returncode == 0


@each_source
def test_importing_again_changes_nothing_also_on_another_day(source: Path, site: Path) -> None:
    carrel("--site", site, "import", source, SOURCE_DATE_EPOCH=DAY)
    before = read_tree(site / "content")

    for day in ("1765500000", "1865500000"):
        again = carrel("--site", site, "import", source, "--merge", SOURCE_DATE_EPOCH=day)

        assert again.returncode == 0
        assert "\n0 new, " in again.stdout
        assert read_tree(site / "content") == before


@each_source
def test_a_hand_edit_stays(source: Path, site: Path) -> None:
    carrel("--site", site, "import", source, SOURCE_DATE_EPOCH=DAY)
    for file in (site / "content/papers").iterdir():
        file.write_text(file.read_text("utf-8") + "\nMy own words.\n", "utf-8")
    before = read_tree(site / "content")

    carrel("--site", site, "import", source, SOURCE_DATE_EPOCH=DAY)

    assert read_tree(site / "content") == before


@each_source
def test_the_format_is_known_by_the_content(source: Path) -> None:
    text = source.read_text("utf-8")

    assert FORMATS[source.name] == choose_importer(text, "no-name", "auto").NAME
    assert (
        next(name for name, each in importers().items() if each.matches(text))
        == (FORMATS[source.name])
    )


@each_source
def test_windows_line_ends_and_a_byte_order_mark_change_nothing(source: Path) -> None:
    text = source.read_text("utf-8")
    turned = "\ufeff" + text.replace("\n", "\r\n")

    name = FORMATS[source.name]
    assert name == choose_importer(turned.removeprefix("\ufeff"), "x", "auto").NAME
    assert read(turned.removeprefix("\ufeff"), name) == read(text, name)
    if not name.endswith(("json", "api", "feed", "atom")):  # these are decoded without the mark
        assert read(turned, name) == read(text, name)


@each_source
def test_a_source_may_come_from_standard_input(source: Path, site: Path, tmp_path: Path) -> None:
    stream = io.TextIOWrapper(io.BytesIO(source.read_bytes()), "utf-8")
    with mock.patch.object(sys, "stdin", stream):
        done = carrel("--site", site, "import", "-", at=tmp_path, SOURCE_DATE_EPOCH=DAY)

    assert done.returncode == 0
    assert "content/papers/" in done.stdout
    assert str(source) not in done.stdout


def test_the_format_may_be_named_against_the_look(site: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd.txt"
    odd.write_text("no entry at all\n")

    assert "not recognised" in carrel("--site", site, "import", odd).stderr
    assert carrel("--site", site, "import", odd, "--format", "bibtex").returncode == 0
    wrong = carrel("--site", site, "import", odd, "--format", "bibtexx")
    assert (wrong.returncode, "did you mean 'bibtex'" in wrong.stderr) == (1, True)


def test_a_file_name_says_nothing(site: Path, tmp_path: Path) -> None:
    shutil.copy(IMPORTS / "papers.bib", tmp_path / "papers.json")

    done = carrel("--site", site, "import", tmp_path / "papers.json", "--dry-run")

    assert "reednet" in done.stdout
    assert not (site / "content/papers").exists()


def test_the_same_paper_from_two_formats_is_one(site: Path, tmp_path: Path) -> None:
    carrel("--site", site, "import", IMPORTS / "papers.bib", SOURCE_DATE_EPOCH=DAY)
    csl = [{"type": "article", "title": "Counting frogs", "DOI": "10.48550/ARXIV.2402.01234"}]
    (tmp_path / "same.json").write_text(json.dumps(csl))

    done = carrel("--site", site, "import", tmp_path / "same.json", SOURCE_DATE_EPOCH=DAY)

    assert "\n0 new, 1 already on the list" in done.stdout


@pytest.mark.parametrize(
    "field",
    [
        "eprint = {2402.01234}",
        "eprint = {arXiv:2402.01234}",
        "eprint = {2402.01234}, archivePrefix = {arXiv}, primaryClass = {cs.LG}",
        "eprinttype = {arxiv}, eprint = {2402.01234}",
        "arxivid = {2402.01234}",
        "url = {https://arxiv.org/abs/2402.01234}",
        "url = {http://www.arxiv.org/pdf/2402.01234.pdf}",
        "doi = {10.48550/arXiv.2402.01234}",
        "doi = {https://doi.org/10.48550/ARXIV.2402.01234}",
        "journal = {arXiv preprint arXiv:2402.01234}",
        "journal = {CoRR}, volume = {abs/2402.01234}",
        "note = {arXiv:2402.01234 [cs.LG]}",
        r"howpublished = {\url{https://arxiv.org/abs/2402.01234}}",
        "number = {arXiv:2402.01234}, publisher = {arXiv}",
        "ee = {https://arxiv.org/abs/2402.01234}",
        "url = {https://huggingface.co/papers/2402.01234}",
    ],
)
def test_an_arxiv_id_is_found_wherever_people_put_it(field: str) -> None:
    entry = only(f"@misc{{a, title = {{Frogs}}, {field}}}")

    assert (entry.arxiv, entry.doi, entry.venue) == ("2402.01234", None, None)


@pytest.mark.parametrize(
    "field",
    [
        "eprint = {123456}, eprinttype = {pubmed}",
        "eprint = {2402.01234}, eprinttype = {hal}",
        "note = {Extends arXiv:2402.01234}",
        "abstract = {We build on arXiv:2402.01234.}",
        "pages = {2402.01234}",
        "doi = {10.5555/2402.01234}",
        "eprint = {2413.01234}",
    ],
)
def test_what_is_no_arxiv_id_of_the_paper_is_not_taken_for_one(field: str) -> None:
    assert only(f"@misc{{a, title = {{Frogs}}, {field}}}").arxiv is None


@pytest.mark.parametrize(
    ("field", "doi"),
    [
        ("doi = {10.5555/Frog.1}", "10.5555/Frog.1"),
        ("doi = {https://doi.org/10.5555/Frog.1}", "10.5555/Frog.1"),
        ("doi = {doi:10.5555/frog(2)1}", "10.5555/frog(2)1"),
        (r"doi = {10.5555/978-3-000\_12}", "10.5555/978-3-000_12"),
        ("url = {https://dl.acm.org/doi/pdf/10.5555/frog.1?download=true}", "10.5555/frog.1"),
        ("url = {https://link.example/10.5555%2Ffrog.1}", "10.5555/frog.1"),
        ("note = {DOI: 10.5555/frog.1.}", "10.5555/frog.1"),
        ("ee = {https://doi.org/10.5555/frog.1}", "10.5555/frog.1"),
        ("number = {10.1}, volume = {10.5}", None),
    ],
)
def test_a_doi_is_found_wherever_people_put_it(field: str, doi: str | None) -> None:
    assert only(f"@misc{{a, title = {{Frogs}}, {field}}}").doi == doi


@pytest.mark.parametrize(
    ("field", "venue"),
    [
        ("booktitle = {Proceedings of the Marsh}", "Proceedings of the Marsh"),
        ("journal = {Frogs \\& Toads}", "Frogs & Toads"),
        ("journaltitle = {Ponds}", "Ponds"),
        ("note = {Accepted at Marsh 2024}", "Marsh 2024"),
        ("note = {To appear in the Journal of Ponds, 12 pages}", "Journal of Ponds"),
        ("note = {Accepted as an oral at Marsh 2024; code is there}", "Marsh 2024"),
        ("note = {12 pages, 3 figures}", None),
        ("journal = {arXiv e-prints}", None),
        ("journal = {CoRR}", None),
        ("publisher = {arXiv}", None),
    ],
)
def test_a_venue_is_found_wherever_people_put_it(field: str, venue: str | None) -> None:
    assert only(f"@misc{{a, title = {{Frogs}}, {field}}}").venue == venue


@pytest.mark.parametrize(
    ("key", "kept"),
    [("heron2024frogs", True), ("DBLP:conf/marsh/Heron24", True), ("héron", False)],
)
def test_the_key_of_a_bibtex_entry_is_kept_where_every_program_takes_it(
    key: str, kept: bool
) -> None:
    assert only(f"@misc{{{key}, title = {{Frogs}}}}").citekey == (key if kept else None)


def test_an_import_ends_with_what_to_do_next(site: Path) -> None:
    (site / "one.bib").write_text("@misc{frogs, title={Frogs}, year=2024}\n")
    steps = "next:\n  carrel check\n  carrel serve\n  carrel build\n"

    first, again = (carrel("import", "one.bib", at=site) for _ in range(2))

    assert first.stdout.endswith(f"without a topic yet: 1 of the new ones\n{steps}")
    assert steps not in again.stdout


def test_two_papers_do_not_get_one_key(site: Path) -> None:
    text = "@misc{frogs, title={Frogs}, year=2024}\n@misc{toads, title={Toads}}\n"
    again = "@misc{Frogs, title={Tadpoles of the Pond}}\n@misc{newts, title={Newts}}\n"
    for name, source in (("one.bib", text), ("two.bib", again)):
        (site / name).write_text(source)
        done = carrel("import", name, at=site)
    assert "two.bib:1: warning: the key Frogs is that of content/papers/frogs.md" in done.stdout
    texts = {path.stem: path.read_text() for path in site.glob("content/papers/*.md")}
    assert [stem for stem in sorted(texts) if "\ncitekey: " in texts[stem]] == [
        "frogs", "newts", "toads",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Heron, Ada and Lily, Lina", ["Ada Heron", "Lina Lily"]),
        ("Ada Heron and Lina\nLily", ["Ada Heron", "Lina Lily"]),
        ("van der Ried, Anna-Lena", ["Anna-Lena van der Ried"]),
        ("Ludwig van Weiher", ["Ludwig van Weiher"]),
        ("Otter, Jr., Sam", ["Sam Otter Jr."]),
        ("{Marsh and Pond Labs} and Heron, Ada", ["Marsh and Pond Labs", "Ada Heron"]),
        ("{\\'E}gret, {\\L}ucja and Ho{\\v{s}}ek, Ji\\v{r}\\'{\\i}", ["Łucja Égret", "Jiří Hošek"]),
        ("Heron, Ada and others", ["Ada Heron"]),
        ("李, 明", ["明 李"]),
        ("", []),
    ],
)
def test_names_in_bibtex_are_split_and_decoded(written: str, names: list[str]) -> None:
    assert list(only(f"@misc{{a, title = {{Frogs}}, author = {{{written}}}}}").authors) == names


def test_a_second_arxiv_id_is_named() -> None:
    fields = "title={Frogs}, eprint={2408.00002v2}, note={See arXiv:2401.00009}"

    for arxiv, left in (("2408.00001", ["2408.00001"]), ("2408.00002", [])):
        reading = read(f"@misc{{a, {fields}, doi={{10.48550/arXiv.{arxiv}}}}}")
        assert reading.entries[0].arxiv == "2408.00002v2"
        assert [leftover.text for leftover in reading.leftovers] == left


def test_bibtex_goes_on_after_every_kind_of_broken_entry_and_says_where() -> None:
    text = (
        "@article{good1, title = {One}}\n"
        "@article{open, title = {Two\n"
        "@article{good2, title = {Three}}\n"
        "@article{nocomma title = {Four}}\n"
        '@article{quote, title = "Five}\n'
        "@article{good3, title = {Six}}\n"
        "@article{\n"
    )
    reading = read(text)

    assert [entry.title for entry in reading.entries] == ["One", "Three", "Six"]
    assert {rest.first for rest in reading.leftovers} == {2, 4, 5, 7}


def test_json_that_is_broken_is_named_with_its_place() -> None:
    for text in ('[{"title": "x", "type": }]', '[{"title": "x"', "[" * 100_000):
        with pytest.raises(SiteError) as caught:
            read(text, "csl-json")
        (problem,) = caught.value.problems
        assert "no JSON" in problem.message
        assert problem.where.line == 1


def test_the_interface_may_give_one_paper_alone() -> None:
    one = {"id": "2512.00009", "title": "Alone", "summary": "One.", "upvotes": 1, "authors": []}

    assert only(json.dumps(one)).arxiv == "2512.00009"
    assert choose_importer(json.dumps(one), "x", "auto").NAME == "daily-papers-api"


def test_json_feed_and_crossref_hold_their_items_in_an_object() -> None:
    crossref = {"items": [{"title": ["Ponds"], "type": "article-journal", "DOI": "10.5555/x"}]}

    assert only(json.dumps(crossref)).doi == "10.5555/x"


@pytest.mark.parametrize(
    "header",
    ["Title,Link", "title;url", "Paper Title\tPDF", "Name|URL", '"Title","Authors"'],
)
def test_a_table_is_read_whatever_parts_its_cells(header: str) -> None:
    delimiter = next(sign for sign in ",;\t|" if sign in header)

    assert only(f"{header}\nFrogs{delimiter}https://example.org/x\n").title == "Frogs"


def test_a_table_whose_quotes_do_not_close_is_named_with_its_row() -> None:
    with pytest.raises(SiteError) as caught:
        read('title,doi\nA,1\n"B,2\nC,3\n')

    assert caught.value.problems[0].where.line == 3


def test_keywords_that_name_terms_of_the_list_file_the_paper_under_them(
    site: Path, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text("title,topics\nFrogs,attending; sleeping\n")

    done = carrel("--site", site, "import", tmp_path / "t.csv", SOURCE_DATE_EPOCH=DAY)

    assert "topics: [attention]" in (site / "content/papers/frogs.md").read_text("utf-8")
    assert "keywords that name no term here: sleeping" in done.stdout


def test_a_list_with_faults_of_its_own_takes_nothing_in(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"content/papers/x.md": paper("X", topics=["none"])}
    site = make_site(tmp_path / "faulty", files)

    done = carrel("--site", site, "import", IMPORTS / "papers.bib")

    assert done.returncode == 1
    assert len(list((site / "content/papers").iterdir())) == 1


def examples() -> list[tuple[str, str]]:
    """The examples of the guide: each source under its heading, with the format it names."""
    guide = (ROOT / "docs/importing.md").read_text("utf-8")
    found = []
    for section in guide.split("\n## ")[1:]:
        sources = re.findall(r"^```(?:text|json|bibtex|xml|csv)?\n(.*?)^```$", section, re.M | re.S)
        formats = [name for name in re.findall(r"`([a-z-]+)`", section) if name in importers()]
        found += list(zip(dict.fromkeys(formats), sources, strict=False))
    return found


@pytest.mark.parametrize(("name", "source"), examples(), ids=[name for name, _ in examples()])
def test_every_example_of_the_guide_works(
    name: str, source: str, site: Path, tmp_path: Path
) -> None:
    (tmp_path / "source").write_text(source, "utf-8")

    done = carrel("--site", site, "import", tmp_path / "source", SOURCE_DATE_EPOCH=DAY)

    assert (done.returncode, done.stderr) == (0, "")
    assert "\n1 new" in done.stdout
    assert [path.name for path in (site / "content/papers").iterdir()] == [
        "counting-frogs-on-small-machines.md"
    ]
    assert name == choose_importer(source, "x", "auto").NAME
    assert carrel("--site", site, "check").returncode == 0


def test_the_guide_has_an_example_for_every_format() -> None:
    assert {name for name, _ in examples()} == importers().keys()


def test_the_conflict_that_the_guide_shows_is_what_is_said(site: Path, tmp_path: Path) -> None:
    known = {
        "content/papers/frogs.md": "---\ntitle: Frogs\ndate: 2024-06-18\narxiv: 2406.00002\n---\n"
    }
    make_site(site, known)
    (tmp_path / "refs.bib").write_text(
        "@misc{a, title = {Frogs}, date = {2024-06-19}, eprint = {2406.00002}}\n"
    )

    done = carrel("--site", site, "import", "refs.bib", "--merge", at=tmp_path)

    shown = (ROOT / "docs/importing.md").read_text("utf-8")
    told = [row for row in done.stdout.splitlines() if " here and " in row or "choose one" in row]
    assert "\n".join(told) in shown
    assert len(told) == 2


def test_the_commands_that_the_guide_shows_exist(tmp_path: Path, site: Path) -> None:
    guide = (ROOT / "docs/importing.md").read_text("utf-8")
    rows = re.findall(r"^carrel add (.*)$", guide, re.M)

    for row in rows[1:]:
        words = shlex.split(row)
        done = carrel("--site", site, "add", *words, "--offline", SOURCE_DATE_EPOCH=DAY)
        assert done.returncode == 0, row
    assert len(list((site / "content/papers").iterdir())) == len(rows) - 3
    (init,) = re.findall(r"^carrel (init my-list .*)$", guide, re.M)
    shutil.copy(ROOT / "tests/digests/page.txt", tmp_path / "digest.txt")
    assert carrel(*shlex.split(init), at=tmp_path).returncode == 0


TEX = r"2.3$\times$ by 40\%, in $O(n\log n)$ and $k$, at $<$1\%, for \$5 and \$6, 5$\times$."
TOLD = r"2.3× by 40%, in $O(n\log n)$ and $k$, at <1%, for $5 and $6, 5×."


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (
            "arxiv-atom",
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2406.00002v1'
            "</id><title>Frogs</title>"
            f"<summary>{TEX.replace('<', '&lt;')}</summary></entry></feed>",
        ),
        ("bibtex", f"@article{{frogs, title={{Frogs}}, abstract={{{TEX}}}}}"),
        ("daily-papers-api", json.dumps([{"paper": {"title": "Frogs", "summary": TEX}}])),
    ],
)
def test_tex_of_an_abstract_is_text_and_formulas(name: str, source: str) -> None:
    (entry,) = importers()[name].parse(source, "source").entries

    assert entry.abstract == TOLD


def test_parentheses_of_tex_are_dollars_in_bibtex() -> None:
    source = r"@article{frogs, title={Frogs}, abstract={For \(x^2\) of \( a_i \).}}"
    (entry,) = importers()["bibtex"].parse(source, "refs.bib").entries

    assert entry.abstract == "For $x^2$ of $a_i$."


def test_tex_of_a_source_is_shown_as_formulas_and_signs_on_pages_and_in_feeds(
    site: Path, tmp_path: Path
) -> None:
    source = tmp_path / "frogs.bib"
    source.write_text(f"@article{{frogs, title={{Frogs}}, year=2024, abstract={{{TEX}}}}}")
    carrel("--site", site, "import", source, SOURCE_DATE_EPOCH=DAY)
    assert carrel("--site", site, "build").returncode == 0

    page = (site / "_site/papers/frogs/index.html").read_text("utf-8")
    feed = (site / "_site/feed.xml").read_text("utf-8")
    assert re.search(r"2\.3× by 40%, in <math.*</math>, at &lt;1%, for \$5 and \$6, 5×\.", page)
    assert "2.3× by 40%, in O(" in re.sub(r"&lt;/?\w+&gt;|<[^>]*>", "", feed)
    assert "times$" not in page + feed


@pytest.mark.parametrize(
    ("name", "source", "named"),
    [
        ("csv", "title,url\nFrogs,javascript:1;\n", "this can be no link: 'javascript:1'"),
        (
            "daily-papers-api",
            json.dumps([{"paper": {"title": "Frogs", "projectPage": "javascript:alert(1)"}}]),
            "this can be no link: 'javascript:alert(1)'",
        ),
        ("bibtex", "@misc{a, title={Frogs}, url={ftp://x}}", "this can be no link: 'ftp://x'"),
        (
            "bibtex",
            "@misc{héron, title={Frogs}}",
            "a key that not every program takes; citations get another: 'héron'",
        ),
    ],
)
def test_what_cannot_be_kept_is_named(name: str, source: str, named: str) -> None:
    reading = importers()[name].parse(source, "source")

    assert [f"{each.reason}: '{each.text}'" for each in reading.leftovers] == [named]
    assert reading.entries[0].links == ()


@pytest.mark.parametrize(
    ("cell", "links"),
    [
        ("http://x.com/a b", ["http://x.com/a%20b"]),
        ("http://x.com/a http://x.com/b; http://x.com/c", [f"http://x.com/{n}" for n in "abc"]),
        ("n/a", []),
    ],
)
def test_a_blank_does_not_end_an_address(cell: str, links: list[str]) -> None:
    reading = importers()["csv"].parse(f"title,url\nFrogs,{cell}\n", "table.csv")
    assert [url for _, url in reading.entries[0].links] == links
    assert reading.leftovers == ()

    field = "" if cell == "n/a" else f", url={{{cell}}}"
    entry = only(f"@misc{{a, title={{Frogs}}{field}}}")
    assert [url for _, url in entry.links] == links[:1]


def test_a_cell_may_be_as_large_as_an_entry() -> None:
    def parse(size: int) -> Reading:
        return importers()["csv"].parse(f"title,abstract\nFrogs,{'frog ' * size}\n", "table.csv")

    assert len(parse(100_000).entries[0].abstract) == 499_999
    with pytest.raises(SiteError) as error:
        parse(500_000)
    (problem,) = error.value.problems
    assert problem.message == "a cell of this row has more than 2,000,000 characters"
    assert problem.hint.startswith("shorten it")


def test_a_source_without_papers_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Nothing but a note.\n")
    done = carrel("init", "k", "--format", "bibtex", "--from", "notes.txt", at=tmp_path)

    assert "notes.txt: warning: no paper was found in it" in done.stdout

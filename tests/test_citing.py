"""Citations: keys that stay, and texts that say what is known and nothing else."""

import datetime as dt
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import citeproc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from carrel.citing import build_keys, plain_key
from carrel.exports import exports
from carrel.model import Author, CslType, Paper, TermUse
from carrel.people import PersonName, split_name
from carrel.pipeline import build, check
from carrel.problems import SiteError
from carrel.references import Reference, cite_markdown, cite_text
from carrel.settings import Site
from conftest import make_site, read_tree, write_tree

DAY = dt.date(2026, 5, 20)
FOO = Reference(
    id="fookv",
    key="doe2026fookv",
    title="FooKV: Fast & Small",
    type="article",
    authors=("Jane Doe", "Jan van der Berg"),
    has_more=False,
    organization=None,
    date=DAY,
    venue=None,
    arxiv="2605.01234v2",
    own_doi=None,
    address="https://arxiv.org/abs/2605.01234v2",
    keywords=("KV cache",),
    abstract="",
)


def paper(id: str, title: str = "A Title", day: int = 1, **known: Any) -> Paper:
    return Paper(id, title, date=DAY, added=dt.date(2026, 6, day), **known)


def keys(papers: Sequence[Paper]) -> dict[str, str]:
    rows = (
        (each.listed.toordinal() if each.listed else 0, each.id, plain_key(each)) for each in papers
    )
    return dict(build_keys(rows, {each.id: each.citekey for each in papers if each.citekey}))


def encode(format: str, **known: Any) -> str:
    return exports()[format].encode((replace(FOO, **known),), Site("A list")).decode()


@pytest.mark.parametrize(("name", "parts"), [
    ("Jane Doe", PersonName("Doe", "Jane")),
    ("  Jane   Q. Doe ", PersonName("Doe", "Jane Q.")),
    ("Jan van der Berg", PersonName("van der Berg", "Jan")),
    ("Berg, Jan", PersonName("Berg", "Jan")),
    ("Martin King Jr.", PersonName("King", "Martin", "Jr.")),
    ("Martin King, Jr.", PersonName("King", "Martin", "Jr.")),
    ("King, Jr., Martin", PersonName("King", "Martin", "Jr.")),
    ("Henry Ford II", PersonName("Ford", "Henry", "II")),
    ("Plato", PersonName("Plato")),
    ("Smith and Sons", PersonName("Smith and Sons")),
    ("de Plato", PersonName("Plato", "de")),
    ("高速", PersonName("高速")),
    ("A, B, C and D, E", PersonName("A, B, C and D, E")),
])  # fmt: skip
def test_a_name_is_parted_where_its_parts_are_known(name: str, parts: PersonName) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize(("known", "key"), [
    ({"authors": (Author("Jane Doe"),), "title": "On the FooKV: a cache"}, "doe2026fookv"),
    ({"authors": (Author("Jörg Müller-Lüdenscheidt"),)}, "mullerludenscheidt2026title"),
    ({"authors": (Author("李 明"),), "title": "Cache"}, "ming2026cache"),
    ({"terms": (TermUse("organizations", "acme-labs"),)}, "acmelabs2026title"),
    ({"title": "NanoFoo: Towards more"}, "nanofoo2026"),
    ({"title": "Analyzing the Modern Cores"}, "analyzingmodern2026"),
    ({"title": "What is it?"}, "whatis2026"),
    ({"title": "Wörter: über alles"}, "worter2026"),
])  # fmt: skip
def test_a_key_is_made_of_the_paper_itself(known: dict[str, Any], key: str) -> None:
    assert keys([paper("x", **known)]) == {"x": key}


def test_a_paper_that_joins_changes_no_key_that_is_in_use() -> None:
    old = [paper("b", day=1), paper("c", day=2)]
    before = keys(old)
    after = keys([paper("a", day=3), *old, paper("d", "Other", day=4)])

    assert before["b"] == "title2026"
    assert re.fullmatch(f"{before['b']}-[0-9a-f]{{4}}", before["c"])
    assert {id: after[id] for id in before} == before
    assert len({key.lower() for key in after.values()}) == 4


def test_a_key_that_is_pinned_is_nobody_elses() -> None:
    made = keys([paper("a", day=1), paper("b", day=2, citekey="Title2026"), paper("c", day=3)])

    assert made["b"] == "Title2026"
    assert all(re.fullmatch("title2026-[0-9a-f]{4}", made[id]) for id in "ac")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("Flock2024", "citation key Flock2024 is also that of content/papers/a.md"),
        ("Schäfer 2024", "as in doe2026fookv, found 'Schäfer 2024'"),
    ],
)
def test_a_key_that_cannot_be_pinned_is_an_error(key: str, message: str, tmp_path: Path) -> None:
    files = {
        "content/papers/a.md": "---\ntitle: A\ncitekey: flock2024\n---\n",
        "content/papers/b.md": f"---\ntitle: B\ncitekey: {key}\n---\n",
    }
    with pytest.raises(SiteError) as refused:
        build(make_site(tmp_path, files))
    (told,) = (problem for problem in refused.value.problems if not problem.warning)
    assert (told.where.path, told.where.line, told.where.column) == ("content/papers/b.md", 3, 10)
    assert told.message.endswith(message)


def test_a_key_that_changed_is_told_with_the_way_to_keep_it(tmp_path: Path) -> None:
    path = "content/papers/a.md"
    root = make_site(tmp_path, {path: "---\ntitle: Wool\n---\n"}, base_url="https://a.example/")
    assert build(root).warnings == ()
    named = "---\ntitle: Wool\nauthors: [Ada Flock]\n---\n"
    write_tree(root, {path: named})
    (told,) = check(root)
    assert build(root).warnings == (told,)
    assert told.message == "the citation key was wool and is now flockwool"
    assert told.hint == "to keep it, add to the front matter: citekey: wool"
    build(root, clean=True)
    write_tree(root, {path: named.replace("title", "citekey: wool\ntitle")})
    assert build(root).warnings == ()
    assert b"@misc{wool," in read_tree(root / "_site")["library.bib"]


@given(st.lists(st.text(max_size=8), max_size=12))
def test_keys_are_ascii_and_each_is_there_once(titles: list[str]) -> None:
    made = keys([paper(f"p{n}", title or "x", day=n % 3 + 1) for n, title in enumerate(titles)])

    assert all(re.fullmatch(r"[a-z0-9]+(-[0-9a-f]+)?", key) for key in made.values())
    assert len(set(made.values())) == len(titles)


@pytest.mark.parametrize(("known", "text", "markdown"), [
    (
        {},
        "Jane Doe, Jan van der Berg. FooKV: Fast & Small. 2026. arXiv:2605.01234v2. "
        "https://arxiv.org/abs/2605.01234v2",
        r"Jane Doe, Jan van der Berg. [FooKV: Fast \& Small](https://arxiv.org/abs/2605.01234v2). "
        "2026. arXiv:2605.01234v2.",
    ),
    (
        {"has_more": True, "venue": "Proc. *X*", "arxiv": None, "address": None, "title": "Why?"},
        "Jane Doe, Jan van der Berg et al. Why? Proc. *X*, 2026.",
        r"Jane Doe, Jan van der Berg et al. Why? *Proc. \*X\**, 2026.",
    ),
    (
        {"authors": (), "organization": "ACME Inc.", "arxiv": None, "address": None, "date": None},
        "ACME Inc. FooKV: Fast & Small.",
        r"ACME Inc. FooKV: Fast \& Small.",
    ),
    (
        {"authors": (), "title": "1. Do # not", "arxiv": None, "address": "https://x.y/(a)"},
        "1. Do # not. 2026. https://x.y/(a)",
        r"[1\. Do # not](https://x.y/%28a%29). 2026.",
    ),
])  # fmt: skip
def test_a_citation_in_words_says_what_is_known(
    known: dict[str, Any], text: str, markdown: str
) -> None:
    assert cite_text(replace(FOO, **known)) == text
    assert cite_markdown(replace(FOO, **known)) == markdown


def test_formulas_are_tex_in_bibtex_and_unicode_in_what_nobody_typesets() -> None:
    known = {
        "title": r"Sorting in $O(n^2)$ for $5 and $\alpha$",
        "abstract": "The *words* stay: $x_1^2 \\le 9$ and `$y$`.",
    }
    title, abstract = "Sorting in O(n²) for $5 and α", "The words stay: x₁² ≤ 9 and $y$."

    assert f"TI  - {title}\r\nAU" in encode("ris", **known)
    assert f"AB  - {abstract}\r\n" in encode("ris", **known)
    (item,) = json.loads(encode("csl", **known))
    assert (item["title"], item["abstract"]) == (title, abstract)
    assert f" {title}. 2026." in cite_text(replace(FOO, **known))
    shown = r"[Sorting in O(n²) for \$5 and α](https://"
    assert shown in cite_markdown(replace(FOO, **known))
    assert r"{{Sorting in $O(n^2)$ for \$5 and $\alpha$}}" in encode("bib", **known)
    assert r"{The words stay: $x_1^2 \le 9$ and" in encode("bib", **known)


def test_a_preprint_is_spelled_for_all_that_read_bibtex() -> None:
    assert encode("bib") == (
        "@misc{doe2026fookv,\n"
        "  title         = {{FooKV: Fast \\& Small}},\n"
        "  author        = {Doe, Jane and van der Berg, Jan},\n"
        "  year          = {2026},\n"
        "  month         = may,\n"
        "  eprint        = {2605.01234},\n"
        "  archivePrefix = {arXiv},\n"
        "  eprinttype    = {arxiv},\n"
        "  doi           = {10.48550/arXiv.2605.01234},\n"
        "  url           = {https://arxiv.org/abs/2605.01234v2},\n"
        "  keywords      = {KV cache},\n"
        "}\n"
    )


@pytest.mark.parametrize(("published", "bib", "ris", "csl", "year"), [
    ("2020", "  year          = {2020},\n", "PY  - 2020\r\n", [[2020]], "2020. "),
    (
        "2020-05",
        "  year          = {2020},\n  month         = may,\n",
        "DA  - 2020/05//\r\nPY  - 2020\r\n",
        [[2020, 5]],
        "2020. ",
    ),
    ("in spring", "", "", None, ""),
])  # fmt: skip
def test_where_no_day_is_known_the_year_is_cited(
    published: str, bib: str, ris: str, csl: list[list[int]] | None, year: str
) -> None:
    known: dict[str, Any] = {"date": None, "published": published}

    written = encode("bib", **known)
    assert f"van der Berg, Jan}},\n{bib}  eprint " in written
    assert f"Berg, Jan\r\n{ris}UR" in encode("ris", **known)
    (item,) = json.loads(encode("csl", **known))
    assert item.get("issued", {}).get("date-parts") == csl
    assert f"Small. {year}arXiv:" in cite_text(replace(FOO, **known))


def test_the_year_of_an_import_goes_into_citations_and_a_change_of_it_too(tmp_path: Path) -> None:
    path = "content/papers/a.md"
    text = '---\ntitle: Wool\nsource: {format: bibtex, published: "2020"}\n---\n'
    root = make_site(tmp_path, {path: text}, base_url="https://a.example/")
    build(root)
    assert b"year          = {2020}" in read_tree(root / "_site")["library.bib"]

    write_tree(root, {path: text.replace("2020", "2021")})
    build(root)

    assert b"year          = {2021}" in read_tree(root / "_site")["library.bib"]
    assert b"Wool. 2021." in read_tree(root / "_site")["papers/a/index.html"]


def test_an_old_arxiv_id_tells_its_class_in_both_spellings() -> None:
    written = encode("bib", arxiv="cs/0112017", address=None)

    assert "eprint        = {cs/0112017}" in written
    assert "primaryClass  = {cs}" in written
    assert "eprintclass   = {cs}" in written


@pytest.mark.parametrize(("known", "bib", "ris", "csl"), [
    ({}, "@misc{", "UNPB", "article"),
    ({"venue": "Proc. X"}, "@inproceedings{", "CPAPER", "paper-conference"),
    ({"venue": "arXiv preprint"}, "@misc{", "UNPB", "article"),
    ({"type": "article-journal", "venue": "J. X"}, "@article{", "JOUR", "article-journal"),
    ({"type": "thesis", "organization": "A School"}, "@phdthesis{", "THES", "thesis"),
    ({"type": "report"}, "@techreport{", "RPRT", "report"),
    ({"type": "dataset", "arxiv": None}, "@misc{", "UNPB", "dataset"),
])  # fmt: skip
def test_how_a_paper_appeared_decides_on_its_type(
    known: dict[str, Any], bib: str, ris: str, csl: str
) -> None:
    assert encode("bib", **known).startswith(bib)
    assert encode("ris", **known).startswith(f"TY  - {ris}\r\n")
    assert f'"type":"{csl}"' in encode("csl", **known)


def test_a_published_paper_keeps_its_eprint_and_gets_no_doi_of_the_preprint() -> None:
    written = encode("bib", venue="Proc. X")

    assert "booktitle     = {Proc. X}" in written
    assert "eprint        = {2605.01234}" in written
    assert "doi" not in written


@pytest.mark.parametrize("format", ["bib", "ris", "csl"])
def test_nothing_is_said_of_a_paper_that_only_knows_its_title(format: str) -> None:
    nothing = dict.fromkeys(("date", "arxiv", "address"), None)
    written = encode(format, authors=(), keywords=(), **nothing)

    assert "arxiv" not in written.lower()
    assert not re.search(r"20\d\d(?!fookv)|author|AU  -|None|URL|url|month", written)


def test_an_organization_stands_for_authors_who_are_not_named() -> None:
    known = {"authors": (), "organization": "ACME, Smith and Sons"}

    assert "author        = {{ACME, Smith and Sons}}" in encode("bib", **known)
    assert "AU  - ACME Smith and Sons\r\n" in encode("ris", **known)
    assert '"author":[{"literal":"ACME, Smith and Sons"}]' in encode("csl", **known)


def test_types_of_papers_are_those_of_the_citation_style_language() -> None:
    schema = Path(citeproc.__file__).parent / "data/schema/schemas/styles/csl-types.rnc"
    known = set(re.findall(r'[=|]\s+"([a-z_-]+)"', schema.read_text("utf-8")))

    assert set(get_args(CslType)) == known

"""An edit renders what it can change, and what comes of any edits equals a clean build."""

import itertools
import os
import random
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest

from carrel import commit, disk
from carrel.memo import Memo, key_of
from carrel.pipeline import Report, build
from carrel.problems import SiteError
from conftest import PLAIN, make_site, read_tree, write_tree
from payloads import paper

#: How long the random series may take; CARREL_LONG_TESTS=300 goes on for five minutes each.
SECONDS = float(os.environ.get("CARREL_LONG_TESTS", "2"))

Files = dict[str, str | bytes]
FILES: Files = {
    **PLAIN,
    "themes/plain/static/plain.css": "a {}",
    "content/papers/one.md": paper("One", "Notes.", topics=["serving"], added="2024-01-01"),
    "content/papers/two.md": paper("Two", topics=["training"], added="2024-01-02"),
    "content/papers/three.md": paper("Three", added="2024-01-03", date="2023-05-05"),
    "content/papers/hidden.md": paper("Hidden", added="2024-02-03", draft=True),
    "content/topics/serving.md": paper("Serving", aliases=["inference"]),
    "content/topics/training.md": paper("Training"),
    "content/pages/about.md": paper("About", "Words."),
    "content/static/pictures/plot.svg": "<svg/>",
}
SETTINGS = {"base_url": "https://example.org/", "theme": "plain", "outputs": {"list": ["filter"]}}
#: Every file for other programs that there can be.
ALL_OUTPUTS = {
    "paper": ["bib", "ris", "csl", "md", "json"],
    "term": ["atom", "json", "bib", "ris", "csl", "csv"],
}
ARCHIVE = {"archive/index.html", "archive/undated/index.html", "archive/2023/index.html"}
INDEXES = {"topics/index.html", "hardware/index.html"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = make_site(tmp_path / "site", FILES, **SETTINGS)
    build(root)
    return root


def clean_tree(root: Path, drafts: bool = False) -> dict[str, bytes]:
    """What a build into a folder that does not exist yet makes, and without a memo."""
    fresh = root.parent / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(root, fresh / "site", ignore=shutil.ignore_patterns("_site", ".carrel*"))
    build(fresh / "site", fresh / "out", drafts=drafts)
    return read_tree(fresh / "out")


def rebuilt(root: Path, drafts: bool = False) -> Report:
    """Build again; what comes of it equals a clean build, and there is nothing left to do."""
    report = build(root, drafts=drafts)
    tree, clean = read_tree(root / "_site"), clean_tree(root, drafts=drafts)
    differing = [p for p in sorted(tree.keys() | clean.keys()) if tree.get(p) != clean.get(p)]
    assert differing == []
    again = build(root, drafts=drafts)
    assert (again.rendered, again.changed, again.removed) == ({}, set(), set())
    return report


def edit(root: Path, files: Mapping[str, str | None]) -> None:
    for path, text in files.items():
        if text is None:
            (root / path).unlink()
        else:
            write_tree(root, {path: text})


def settings(**changed: object) -> dict[str, str | None]:
    text = msgspec.json.encode({"title": "A list"} | SETTINGS | changed).decode()
    return {"site_config.yaml": text}


def pages_of(root: Path, words: str, suffix: str = ".html") -> set[str]:
    """The files of the site that hold *words*."""
    tree = read_tree(root / "_site").items()
    return {path for path, text in tree if path.endswith(suffix) and words.encode() in text}


def all_pages(root: Path) -> set[str]:
    return {p for p in read_tree(root / "_site") if p.endswith((".html", ".xml", ".txt"))}


ONE = {"topics": ["serving"], "added": "2024-01-01"}
THREE = {"added": "2024-01-03", "date": "2023-05-05"}
SERVING = "topics/serving/index.html"
FILTER = "papers/filter.json"
REINDENTED = """\
---
# a comment
topics:
    - serving   # why
added:   2024-01-01
title: 'One'
---
Notes."""
SETTINGS_FILE = (
    '# a comment\n{"outputs": {"list": ["filter"]},\n'
    '"theme": "plain", "title": "A list", "base_url": "https://example.org/"}'
)

MACROS = PLAIN["themes/plain/templates/macros.html"].decode()

#: edit → (the files, what is rendered again, the reason)
Row = tuple[dict[str, str | None], set[str] | None, str]
EDITS: dict[str, Row] = {
    "nothing": ({}, set(), ""),
    "notes": (
        {"content/papers/one.md": paper("One", "Other notes.", **ONE)},
        {"papers/one/index.html", "feed.xml", "topics/serving/feed.xml"},
        "inputs",
    ),
    "front matter written otherwise": ({"content/papers/one.md": REINDENTED}, set(), ""),
    "settings written otherwise": ({"site_config.yaml": SETTINGS_FILE}, set(), ""),
    "title": (
        {"content/papers/one.md": paper("First", "Notes.", **ONE)},
        # Its own page, the lists, the feeds; no other paper is related to it.
        {
            "papers/one/index.html", "papers/index.html", "index.html", SERVING, "llms.txt",
            "archive/undated/index.html", "feed.xml", "topics/serving/feed.xml", FILTER,
        },
        "inputs",
    ),
    "title of a topic": (
        {"content/topics/serving.md": paper("Inference", aliases=["serving it"])},
        # The feeds name categories by id; a description is the chips' where nothing else is.
        {
            "papers/one/index.html", "papers/index.html", "index.html", SERVING,
            "archive/undated/index.html", "topics/index.html", "feed.xml", "llms.txt",
            "topics/serving/feed.xml", "feeds/index.html", FILTER,
        },
        "inputs",
    ),
    "alias of a topic": (
        {"content/topics/serving.md": paper("Serving", aliases=["inference", "answering"])},
        {SERVING, FILTER},
        "inputs",
    ),
    "body of a topic": (
        {"content/topics/serving.md": paper("Serving", "Words.", aliases=["inference"])},
        {SERVING},
        "inputs",
    ),
    "page": ({"content/pages/about.md": paper("About", "More.")}, {"about/index.html"}, "inputs"),
    "template of one page": (
        {"templates/404.html": "{% extends 'parent/404.html' %}"},
        {"404.html"},
        "template",
    ),
    "macros": (
        {
            "themes/plain/templates/macros.html": MACROS + "\n"
        },
        None,
        "template",
    ),
    "override for one taxonomy": (
        {"templates/topics/term.html": "{% extends 'parent/term.html' %}"},
        {SERVING, "topics/training/index.html"},
        "template",
    ),
    "template that nobody names": ({"templates/unused.html": "{{ nothing }}"}, set(), ""),
    "interface text": ({"templates/texts/en.yaml": "not_found: Nowhere\n"}, None, "template"),
    "text of another language": ({"templates/texts/de.yaml": "not_found: Nirgends\n"}, set(), ""),
    "option of the theme": (settings(theme_options={"accent": "blue"}), None, "site"),
    "option as it is by default": (settings(theme_options={"accent": "green"}), set(), ""),
    "title of the site": (settings(title="Another list"), None, "site"),
    "setting that no page sees": (settings(output_dir="./_site"), set(), ""),
    "static file": (
        {"content/static/pictures/plot.svg": "<svg> </svg>"},
        {"pictures/plot.svg"},
        "inputs",
    ),
    "new static file": ({"content/static/CNAME": "example.org"}, {"CNAME"}, "new"),
    "asset of the theme": (
        {"themes/plain/static/plain.css": "b {}"},
        {"assets/plain.css"},
        "inputs",
    ),
    "deleted paper": (
        {"content/papers/three.md": None},
        {
            "papers/index.html", "index.html", "feed.xml", "sitemap.xml", "archive/index.html",
            "llms.txt", FILTER,
        },
        "inputs",
    ),
    "draft": ({"content/papers/hidden.md": paper("Other", draft=True)}, set(), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_renders_what_it_can_change_and_says_why(site: Path, name: str) -> None:
    files, expected, reason = EDITS[name]
    edit(site, files)

    report = rebuilt(site)

    if expected is None:  # every page but, for a macro, those that do not reach it
        expected = all_pages(site)
        if name == "macros":
            alone = {"404.html", "about/index.html", "archive/index.html", "feeds/index.html"}
            expected -= alone | {p for p in expected if p.endswith((".xml", ".txt"))}
    assert set(report.rendered) == expected
    assert set(report.rendered.values()) <= {reason, f"{reason}, inputs"}


CITED = ("library.bib", "library.ris", "library.csl.json", "cite.bib", "cite.ris", "cite.csl.json")
RECORDED = ("library.csv", "index.json", "api/v1/papers.json")
FOLLOWED = ("feed.xml", "atom.xml", "feed.json")


@pytest.mark.parametrize(("edited", "made", "spared"), [
    (paper("One", "Other notes.", **ONE), (*FOLLOWED, "index.md"), (*CITED, *RECORDED)),
    (paper("One", "Notes.", rating=5, **ONE), RECORDED, CITED),
    (paper("One", "Notes.", doi="10.1000/1", **ONE), (*CITED, *RECORDED, *FOLLOWED), ()),
])  # fmt: skip
def test_a_file_for_other_programs_is_made_again_when_it_can_differ(
    tmp_path: Path, edited: str, made: tuple[str, ...], spared: tuple[str, ...]
) -> None:
    site = make_site(tmp_path / "site", FILES, **(SETTINGS | {"outputs": ALL_OUTPUTS}))
    build(site)
    edit(site, {"content/papers/one.md": edited})

    rendered = rebuilt(site).rendered

    assert [name for name in made if not any(path.endswith(name) for path in rendered)] == []
    assert [path for path in rendered if path.endswith(spared)] == []
    assert not [path for path in rendered if path.startswith("papers/two/") or "training" in path]


def test_an_override_that_vanishes_is_forgotten(site: Path) -> None:
    before = read_tree(site / "_site")
    edit(site, {"templates/pager.html": "<p>mine</p>"})
    appeared = rebuilt(site)
    edit(site, {"templates/pager.html": None})
    vanished = rebuilt(site)

    lists = pages_of(site, "<h2>") - {"index.html", "feeds/index.html"}
    assert appeared.rendered.keys() == vanished.rendered.keys()
    assert lists <= appeared.rendered.keys()
    assert "index.html" not in appeared.rendered
    assert read_tree(site / "_site") == before


def test_a_template_named_by_its_whole_path_is_seen(site: Path) -> None:
    path = "themes/plain/templates/404.html"
    edit(site, {"templates/404.html": f"{{% include '{path}' %}}"})
    rebuilt(site)
    edit(site, {path: "{% extends 'base.html' %}"})

    assert rebuilt(site).rendered == {"404.html": "template"}


def test_the_order_of_own_keys_is_seen(site: Path) -> None:
    edit(site, {"content/papers/one.md": paper("One", extra={"x": 1, "y": 2})})
    build(site)
    edit(site, {"content/papers/one.md": paper("One", extra={"y": 2, "x": 1})})

    assert rebuilt(site).rendered == {"papers/one/index.html": "inputs"}


def test_the_order_of_taxonomies_is_seen(site: Path) -> None:
    edit(site, settings(taxonomies={"topics": {}, "hardware": {}}))
    rebuilt(site)
    edit(site, settings(taxonomies={"hardware": {}, "topics": {}}))
    report = rebuilt(site)

    assert report.rendered["index.html"] == "site"


def test_a_new_paper_leaves_the_old_pages_of_lists(tmp_path: Path) -> None:
    files: Files = {
        f"content/papers/of-day-{day}.md": paper(f"Day {day}", added=f"2025-01-{day:02}")
        for day in range(1, 8)
    }
    site = make_site(tmp_path / "site", PLAIN | files, page_size=2, **SETTINGS)
    build(site)
    edit(site, {"content/papers/x.md": paper("New", added="2025-01-09")})

    report = rebuilt(site)

    # With the eighth paper a page is full: it is new, and the one below it leads to it.
    assert {p: why for p, why in report.rendered.items() if p.startswith("papers/page/")} == {
        "papers/page/3/index.html": "new",
        "papers/page/2/index.html": "inputs",
    }
    edit(site, {"content/papers/y.md": paper("Newer", added="2025-01-10")})
    assert rebuilt(site).rendered == {
        "papers/y/index.html": "new",
        **dict.fromkeys(
            [
                "papers/x/index.html", "papers/index.html", "index.html", "feed.xml",
                "sitemap.xml", "archive/index.html", "archive/undated/index.html", "llms.txt",
                FILTER,
            ],
            "inputs",
        ),
    }  # fmt: skip


def test_a_renamed_paper_moves(site: Path) -> None:
    (site / "content/papers/three.md").rename(site / "content/papers/3.md")

    report = rebuilt(site)

    assert report.removed == {"papers/three/index.html"}
    assert report.rendered["papers/3/index.html"] == "new"
    assert not (site / "_site/papers/three").exists()


def test_drafts_come_and_go(site: Path) -> None:
    shown = rebuilt(site, drafts=True)
    hidden = rebuilt(site)

    assert "papers/hidden/index.html" in shown.rendered
    assert hidden.removed == {"papers/hidden/index.html"}


@pytest.mark.parametrize("path", ["papers/one/index.html", "pictures/plot.svg"])
def test_what_somebody_did_to_the_output_is_mended(site: Path, path: str) -> None:
    file = site / "_site" / path
    before = read_tree(site / "_site")
    for content in (None, b"", b"longer than before" * 1000):
        file.unlink()
        if content is not None:
            file.write_bytes(content)
        assert rebuilt(site).rendered == {path: "new"}
        assert read_tree(site / "_site") == before


def test_what_somebody_did_to_a_file_that_ends_is_removed(site: Path) -> None:
    (site / "_site/pictures/plot.svg").write_text("longer than it was")
    edit(site, {"content/static/pictures/plot.svg": None})

    assert rebuilt(site).removed == {"pictures/plot.svg"}


def test_links_for_reading_from_disk_come_and_go(site: Path) -> None:
    served = read_tree(site / "_site")
    build(site, index_links=True)
    from_disk = read_tree(site / "_site")
    build(site, site.parent / "clean", index_links=True)
    assert from_disk == read_tree(site.parent / "clean")
    changed = {path for path in served if served[path] != from_disk[path]}
    assert changed == {path for path in served if path.endswith(".html")}
    build(site)
    assert read_tree(site / "_site") == served


def test_a_clean_build_makes_everything_and_changes_nothing(site: Path) -> None:
    report = build(site, clean=True)

    assert len(report.rendered) == report.outputs
    assert (report.changed, report.removed) == (set(), set())


# Any series of edits


class Series:
    """A site that is edited at random. What is broken is mended before the next edit."""

    def __init__(self, root: Path, seed: int) -> None:
        self.options: dict[str, object] = {"outputs": ALL_OUTPUTS}
        self.root = make_site(root / "site", FILES, **(SETTINGS | self.options))
        self.random = random.Random(seed)
        self.drafts = False
        self.steps: list[str] = []
        self.edits: list[Callable[[], str]] = [
            self.write_paper, self.write_paper, self.write_paper, self.delete_paper,
            self.rename_paper, self.write_term, self.write_setting, self.write_template,
            self.delete_template, self.write_text, self.write_static, self.delete_static,
            self.toggle_drafts, self.swap_kinds, self.break_and_mend, self.write_page,
            self.damage_memo, self.damage_output,
        ]  # fmt: skip

    def step(self) -> None:
        for _ in range(self.random.choice([1, 1, 1, 2, 5])):
            self.steps.append(self.random.choice(self.edits)())
        report = build(self.root, drafts=self.drafts)
        self.steps.append(f"= {len(report.rendered)} rendered")
        rebuilt(self.root, drafts=self.drafts)

    def _write(self, path: str, text: str) -> str:
        write_tree(self.root, {path: text})
        return f"{path} = {text!r}"

    def _pick(self, pattern: str) -> Path | None:
        found = sorted(p for p in self.root.glob(pattern) if p.is_file())
        return self.random.choice(found) if found else None

    def write_paper(self) -> str:
        pick = self.random.choice
        words = ["Sparse", "Dense", "Fast", "Wide", "Œuvre", "<b>", "&"]
        front: dict[str, object] = {
            "added": pick(["2024-01-01", "2024-01-09", "2024-03-01"]),
            "topics": pick([[], ["serving"], ["Training"], ["serving", "training"]]),
            "draft": pick([False, False, False, True]),
            "why": pick(["Because.", "A *reason*."]),
            "authors": pick([[], ["Ada Byron"], ["Ada Byron", "Al Khwarizmi"]]),
            "extra": pick([{}, {"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1.0}]),
            "results": pick([[], [{"metric": "rate", "value": pick([1, 2.5]), "headline": True}]]),
        }
        if pick([True, False]):
            front["date"] = pick(["2022-02-02", "2023-05-05"])
        body = pick(["", "Notes.", "$x$ and [l](../two/)", "Notes.\n\n## Abstract\n\nWe do."])
        name = pick(["one", "two", "three", "four", "five", "six", "seven", "eight"])
        return self._write(
            f"content/papers/{name}.md", paper(f"{pick(words)} {pick(words)}", body, **front)
        )

    def delete_paper(self) -> str:
        path = self._pick("content/papers/*.md")
        if path:
            path.unlink()
        return f"delete {path}"

    def rename_paper(self) -> str:
        path = self._pick("content/papers/*.md")
        name = self.random.choice(["nine", "ten", "one"])
        if path:
            path.rename(path.with_name(f"{name}.md"))
        return f"rename {path} to {name}"

    def write_term(self) -> str:
        pick = self.random.choice
        front: dict[str, object] = {"aliases": pick([[], ["model serving"]])}
        if pick([True, False]):
            front["parent"] = "training"
        title = pick(["Serving", "Answering", "Inference"])
        return self._write("content/topics/serving.md", paper(title, pick(["", "B."]), **front))

    def write_page(self) -> str:
        body = self.random.choice(["Words.", "## Part\n\nMore.", ""])
        return self._write("content/pages/about.md", paper("About", body))

    def write_setting(self) -> str:
        pick = self.random.choice
        choices: dict[str, list[object]] = {
            "page_size": [1, 2, 3, 50],
            "title": ["A list", "Another list", "Ünï"],
            "theme_options": [{}, {"accent": "blue"}, {"accent": "green"}],
            "taxonomies": [{"topics": {}, "hardware": {}}, {"hardware": {}, "topics": {}},
                           {"topics": {}, "authors": {"field": "authors", "vocabulary": "open"}}],
            "base_url": ["https://example.org/", "https://example.org/list/"],
            "feeds": [{"limit": 2}, {"limit": 30}],
            "outputs": [{"list": []}, {}, ALL_OUTPUTS, ALL_OUTPUTS],
        }  # fmt: skip
        key = pick(sorted(choices))
        self.options[key] = pick(choices[key])
        edit(self.root, settings(**self.options))
        return f"{key} = {self.options[key]}"

    def write_template(self) -> str:
        name = self.random.choice(
            ["404.html", "paper.html", "term.html", "topics/term.html", "card.html", "pager.html"]
        )
        text = f"{{% include 'parent/{name}' %}}{self.random.choice('ab')}"
        return self._write(f"templates/{name}", text)

    def delete_template(self) -> str:
        path = self._pick("templates/**/*")
        if path:
            path.unlink()
        return f"delete {path}"

    def write_text(self) -> str:
        word = self.random.choice(["Nowhere", "Not found", "Gone"])
        return self._write("templates/texts/en.yaml", f"not_found: {word}\n")

    def write_static(self) -> str:
        pick = self.random.choice
        name = pick(
            ["content/static/robots.txt", "content/static/a/b.txt", "themes/plain/static/x.css"]
        )
        return self._write(name, pick(["", "x", "y", "longer"]))

    def delete_static(self) -> str:
        path = self._pick("content/static/**/*")
        if path:
            path.unlink()
        return f"delete {path}"

    def swap_kinds(self) -> str:
        place = self.root / "content/static/kind"
        if place.is_file():
            place.unlink()
            return self._write("content/static/kind/file.txt", "in a folder")
        shutil.rmtree(place, ignore_errors=True)
        return self._write("content/static/kind", "a file")

    def toggle_drafts(self) -> str:
        self.drafts = not self.drafts
        return f"drafts {self.drafts}"

    def break_and_mend(self) -> str:
        breaks = {
            "content/papers/two.md": "---\ntitle: [\n---\n",
            "content/papers/one.md": paper("One", topics=["nothing"]),
            "templates/paper.html": "{{ nothing }}",
            "templates/base.html": "{% if %}",
            "site_config.yaml": "titel: x",
        }
        path = self.random.choice(sorted(breaks))
        file = self.root / path
        before = file.read_bytes() if file.exists() else None
        built = read_tree(self.root / "_site")
        write_tree(self.root, {path: breaks[path]})
        if path != "templates/paper.html" or list(self.root.glob("content/papers/*.md")):
            try:
                build(self.root, drafts=self.drafts)
            except SiteError:
                assert read_tree(self.root / "_site") == built
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)
        return f"break {path}"

    def damage_memo(self) -> str:
        file = self.root / disk.MEMO
        if file.exists():
            content = bytearray(file.read_bytes())
            for _ in range(self.random.randint(1, 4)):
                content[self.random.randrange(len(content))] ^= 1 << self.random.randrange(8)
            file.write_bytes(content[: self.random.choice([None, None, len(content) // 2])])
        return "damage the memo"

    def damage_output(self) -> str:
        path = self._pick("_site/**/*.html")
        if path:
            path.unlink()
        return f"delete {path}"


@pytest.mark.parametrize("kind", range(3))
def test_any_series_of_edits_equals_a_clean_build(tmp_path: Path, kind: int) -> None:
    end = time.monotonic() + SECONDS
    for seed in itertools.count(kind * 1000):
        series = Series(tmp_path / str(seed), seed)
        try:
            for _ in range(12):
                series.step()
                if time.monotonic() > end:
                    return
        except (AssertionError, SiteError, OSError) as error:
            raise AssertionError("\n".join([f"seed {seed}", *series.steps])) from error


# The memo


def texts_of(root: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted((root / "_site").rglob("*.html"))]


def memo_damages(content: bytes) -> dict[str, bytes | None]:
    foreign = Memo("another engine")
    foreign.recall(int, key_of("x"), lambda: 1)
    return {
        "missing": None,
        "empty": b"",
        "cut": content[: len(content) // 2],
        "longer": content + b"x",
        "text": b"this is no memo",
        "deep": b"\x91" * 100_000,
        "foreign": foreign.encode(),
        "one word": content.replace(b"One", b"Oen"),
    }


@pytest.mark.parametrize("damage", memo_damages(b""))
def test_a_memo_that_cannot_be_believed_only_costs_time(site: Path, damage: str) -> None:
    file = site / disk.MEMO
    content = memo_damages(file.read_bytes())[damage]
    assert content != file.read_bytes()
    file.unlink()
    if content is not None:
        file.write_bytes(content)

    assert rebuilt(site).rendered == {}
    assert b"One" in file.read_bytes()


def test_a_memo_may_be_in_nobodys_reach(site: Path) -> None:
    shutil.rmtree(site / ".carrel")
    (site / ".carrel").write_text("a file where the folder should be")
    edit(site, {"content/papers/one.md": paper("First")})

    assert "papers/one/index.html" in rebuilt(site).rendered


def test_an_edit_of_the_same_size_and_time_is_seen(site: Path) -> None:
    file = site / "content/papers/one.md"
    status = file.stat()
    for title in ("Two", "Six", "Ten"):
        file.write_text(paper(title, "Notes.", topics=["serving"], added="2024-01-01"))
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        rebuilt(site)
        assert f"<h1>{title}</h1>" in (site / "_site/papers/one/index.html").read_text()
    assert file.stat().st_size == status.st_size


@pytest.mark.parametrize("seconds", [0, 1, 2**31 + 5])
def test_a_clock_that_goes_wrong_changes_nothing(site: Path, seconds: int) -> None:
    for path in [*site.glob("content/**/*"), *site.glob("_site/**/*")]:
        os.utime(path, (seconds, seconds))
    assert rebuilt(site).rendered == {}
    edit(site, {"content/pages/about.md": paper("About", "More.")})
    os.utime(site / "content/pages/about.md", (seconds, seconds))

    assert rebuilt(site).rendered == {"about/index.html": "inputs"}


def test_own_values_survive_the_memo(site: Path) -> None:
    values = {"text": "2024-01-01", "number": 1, "float": 1.0, "list": [1, [2]], "map": {"k": "v"},
              "none": None, "yes": True, "large": 10**15}  # fmt: skip
    edit(site, {"content/papers/one.md": paper("One", extra=values)})
    rebuilt(site)
    first = (site / "_site/papers/one/index.html").read_bytes()
    build(site, clean=True)

    assert (site / "_site/papers/one/index.html").read_bytes() == first
    assert b"extra: float, 1.0" in first


def test_warnings_are_repeated_by_a_build_that_has_nothing_else_to_do(site: Path) -> None:
    edit(site, {"content/papers/one.md": paper("One", "Some $\\nonsense{x}$ here.", **ONE)})
    first = build(site)
    second = build(site)

    assert len(first.warnings) >= 1
    assert second.warnings == first.warnings
    assert (second.changed, second.removed) == (set(), set())
    assert set(second.rendered.values()) == {"its warning is repeated"}
    assert "papers/one/index.html" in second.rendered

    edit(site, {"content/papers/one.md": paper("One", "Some $x$ here.", **ONE)})
    assert rebuilt(site).warnings == ()


def test_the_manifest_is_as_of_a_clean_build(site: Path) -> None:
    edit(site, {"content/papers/one.md": paper("First"), "content/papers/three.md": None})
    build(site)
    build(site, site.parent / "clean")

    marks = [
        (out / commit.MANIFEST).read_bytes() for out in (site / "_site", site.parent / "clean")
    ]
    assert marks[0] == marks[1]

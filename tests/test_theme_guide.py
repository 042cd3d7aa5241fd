"""The guide to themes: what it says that templates get, have and may use is what there is."""

import re
import string
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import jinja2
import jinja2.meta
import jinja2.nodes as jn
import msgspec
import pytest

from carrel.cards import Listed
from carrel.filters import build_filters
from carrel.outputs import Later, Page
from carrel.pipeline import build
from carrel.render import Rendered, Renderer
from carrel.settings import Site
from carrel.themes import Option, PublicSite, ThemeFile, parse_texts
from conftest import ROOT, make_site, read_tree, write_tree
from payloads import paper, varied_files

GUIDE = (ROOT / "docs/themes.md").read_text("utf-8")
THEMES = {name: ROOT / "themes" / name for name in ("reading-room", "index-card")}
BASIS = THEMES["reading-room"]
#: What a template may use besides its inputs; `super` and `self` are those of the language.
GLOBALS = {"site", "page", "text", "card", "dict", "namespace"}
LANGUAGE = {"super", "self", "loop", "caller"}
Given = dict[str, set[str]]


FILTERS = {**build_filters(Site(title="T")), "markdown": str}


def templates_of(theme: Path) -> dict[str, jn.Template]:
    """The templates of a theme by name, as trees."""
    folder = theme / "templates"
    environment = jinja2.Environment()
    environment.filters |= FILTERS
    parse = environment.parse
    return {
        path.relative_to(folder).as_posix(): parse(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


TREES = {name: templates_of(folder) for name, folder in THEMES.items()}


def section(title: str) -> str:
    """The part of the guide under a heading, up to the next one."""
    return GUIDE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> Iterator[list[str]]:
    """The rows of the tables under a heading."""
    for line in section(title).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `"):
            yield cells


def code(cell: str) -> list[str]:
    """What stands between backticks."""
    return [" ".join(each.split()) for each in re.findall(r"`([^`]+)`", cell)]


def table(title: str) -> Given:
    """A table as: first cell → names in the last one."""
    return {code(cells[0])[0]: set(code(cells[-1])) for cells in rows(title)}


def test_the_guide_names_nothing_twice() -> None:
    for title in ("Pages", "Pieces", "Values", "Blocks"):
        names = [code(cells[0])[0] for cells in rows(title)]
        assert len(set(names)) == len(names) > 3, title


# What templates are given


class Seen:
    """What the templates of some sites were given: names by template, fields by type."""

    def __init__(self) -> None:
        self.inputs: Given = defaultdict(set)
        self.fields: Given = defaultdict(set)
        self.headings: set[str] = set()  #: keys of texts that come as an input

    def take(self, page: Page) -> None:
        self.inputs[page.template.rpartition("/")[2]] |= page.inputs.keys()
        self.headings |= {page.inputs["heading"]} if "heading" in page.inputs else set()
        for value in page.inputs.values():
            self._walk(value)

    def _walk(self, value: object) -> None:
        match value:
            case Later():
                self._walk(value.value)
            case msgspec.Struct():
                names = [field.name for field in msgspec.structs.fields(value)]
                self.fields[type(value).__name__] |= set(names)
                for name in names:
                    self._walk(getattr(value, name))
            case Listed():
                slots = {name for name in Listed.__slots__ if not name.startswith("_")}
                public = {k for k, v in vars(Listed).items() if isinstance(v, property)} - {"key"}
                self.fields["Listed"] |= slots | public
                self._walk((value.card, value.via))
            case Mapping():
                self._walk(tuple(value.values()))
            case tuple() | list():
                for each in value:
                    self._walk(each)


def sites() -> Iterator[dict[str, str | bytes]]:
    """Lists that have, together, every kind of page."""
    yield varied_files()
    for case in ("landscape", "paths-and-changes"):
        files = read_tree(ROOT / "tests/sites" / case)
        config = files.pop("site_config.yaml").decode().replace("theme: plain", "")
        yield {p: c for p, c in files.items() if not p.startswith(("expected/", "templates/"))} | {
            "site_config.yaml": config
        }
    many = [{"metric": f"of {n // 150}", "value": n, "unit": "s"} for n in range(600)]
    yield {
        "site_config.yaml": '{"title": "Many", "search": "on", "outputs": {"paper": ["md"]}}',
        "content/papers/a.md": paper("A", results=many),
    }


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What really arrives, noted on the way into the renderer."""
    found = Seen()
    render = Renderer.render

    def note(renderer: Renderer, page: Page) -> Rendered:
        found.take(page)
        return render(renderer, page)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Renderer, "render", note)
        for number, files in enumerate(sites()):
            folder = tmp_path_factory.mktemp(f"guide-{number}")
            write_tree(folder / "site", files)
            build(folder / "site", folder / "out", jobs=1)
    return found


def test_the_guide_has_every_page_with_what_it_is_given(seen: Seen) -> None:
    assert table("Pages") == dict(seen.inputs)


def test_the_guide_has_every_value_with_its_fields(seen: Seen) -> None:
    assert table("Values") == seen.fields


def names_read(tree: jn.Template) -> set[str]:
    return jinja2.meta.find_undeclared_variables(tree) - GLOBALS - LANGUAGE


def test_the_guide_has_every_piece_with_what_it_reads(seen: Seen) -> None:
    """A piece is what is no page: it reads what stands around the place where it is put."""
    pieces = {
        name: names_read(tree)
        for name, tree in TREES["reading-room"].items()
        if name.rpartition("/")[2] not in seen.inputs and not holds_macros(tree)
    }
    assert {name: read - {"-"} for name, read in table("Pieces").items()} == pieces


@pytest.mark.parametrize("theme", THEMES)
def test_a_page_reads_nothing_but_what_it_is_given(theme: str, seen: Seen) -> None:
    for name, tree in TREES[theme].items():
        given = seen.inputs.get(name.rpartition("/")[2])
        if given is None:
            continue
        for each in (tree, *line_of(name, theme)):  # a block sees what its template sets at the top
            given = given | set_names(each)
        assert names_read(tree) <= given | optional(tree), name


def optional(tree: jn.Template) -> set[str]:
    """Names that a template asks for before it reads them."""
    tests = (test for test in tree.find_all(jn.Test) if test.name == "defined")
    return {test.node.name for test in tests if isinstance(test.node, jn.Name)}


def set_names(tree: jn.Template) -> set[str]:
    """Names that a template sets, imports or makes macros of at its top."""
    names = {node.name for node in tree.find_all(jn.Name) if node.ctx == "store"}
    names |= {macro.name for macro in tree.find_all(jn.Macro)}
    for each in tree.find_all(jn.FromImport):
        names |= {name if isinstance(name, str) else name[1] for name in each.names}
    return names


def line_of(name: str, theme: str) -> Iterator[jn.Template]:
    """The templates that *name* extends, nearest first."""
    tree = TREES[theme].get(name) or TREES["reading-room"][name]
    for extends in tree.find_all(jn.Extends):
        assert isinstance(extends.template, jn.Const)
        behind = str(extends.template.value)
        if behind.startswith("parent/"):
            behind, theme = behind.removeprefix("parent/"), "reading-room"
        yield TREES[theme].get(behind) or TREES["reading-room"][behind]
        yield from line_of(behind, theme)


# Blocks, macros, filters, globals


def own_blocks(name: str, theme: str) -> set[str]:
    """The blocks that a template brings: those that none behind it has."""
    behind = {b.name for tree in line_of(name, theme) for b in tree.find_all(jn.Block)}
    return {block.name for block in TREES[theme][name].find_all(jn.Block)} - behind


def test_the_guide_has_every_block() -> None:
    blocks = {name: own_blocks(name, "reading-room") for name in TREES["reading-room"]}

    assert table("Blocks") == {name: own for name, own in blocks.items() if own}
    assert table("Blocks").keys() >= {"base.html", "paper.html", "term.html"}


@pytest.mark.parametrize("name", TREES["index-card"])
def test_the_second_theme_fills_only_blocks_that_there_are(name: str) -> None:
    assert own_blocks(name, "index-card") == set()


def holds_macros(tree: jn.Template) -> bool:
    """Whether others import from a template: beside macros it writes nothing."""
    inside = [node for node in tree.body if not isinstance(node, jn.Output)]
    return bool(inside) and all(isinstance(n, jn.Macro | jn.FromImport) for n in inside)


def signature(macro: jn.Macro) -> str:
    first = len(macro.args) - len(macro.defaults)
    args = [arg.name for arg in macro.args]
    words = args[:first]
    for name, default in zip(args[first:], macro.defaults, strict=True):
        words.append(f"{name}={default.as_const()}")
    return f"{macro.name}({', '.join(words)})"


def test_the_guide_has_every_macro_that_can_be_imported() -> None:
    macros = {
        name: {signature(macro) for macro in tree.find_all(jn.Macro)}
        for name, tree in TREES["reading-room"].items()
        if holds_macros(tree)
    }
    assert table("Macros") == macros


def test_the_guide_has_every_filter() -> None:
    assert {code(cells[0])[0].partition("(")[0] for cells in rows("Filters")} == FILTERS.keys()


def test_the_guide_has_every_global(tmp_path: Path) -> None:
    named = {code(cells[0])[0].partition("(")[0] for cells in rows("What every template sees")}
    found = "".join(f"{{{{ {name} is defined }}}}" for name in sorted(named))
    root = make_site(tmp_path, {"templates/404.html": found})
    build(root)

    assert named == GLOBALS
    assert read_tree(root / "_site")["404.html"].decode() == "True" * len(GLOBALS)


def test_the_guide_has_every_public_setting_and_key_of_a_theme() -> None:
    (settings,) = (cells for cells in rows("What every template sees") if cells[0] == "`site`")
    about_a_theme = section("A folder")

    assert set(code(settings[-1])) == {field.name for field in msgspec.structs.fields(PublicSite)}
    for kind in (ThemeFile, Option):
        for field in msgspec.structs.fields(kind):
            assert re.search(rf"(?m)^ *{field.name}:", about_a_theme), field.name


# Texts


def texts_of(theme: Path) -> dict[str, set[str]]:
    """The texts of a theme, each with its places."""
    path = theme / "texts/en.yaml"
    return {
        key: {
            place
            for form in ([text] if isinstance(text, str) else msgspec.structs.astuple(text))
            for _, place, _, _ in string.Formatter().parse(form or "")
            if place
        }
        for key, text in parse_texts(path.read_text("utf-8"), path.name).items()
    }


def test_the_guide_has_every_text_with_its_places() -> None:
    named = {}
    for item in code(section("Texts").partition("\n\n- ")[2]):
        key, _, places = item.rstrip(")").partition("(")
        assert key not in named, key
        named[key] = set(places.split(", ")) - {""}

    assert named == texts_of(BASIS)


def keys_asked_for(trees: Iterable[jn.Template]) -> Iterator[str]:
    """Keys that templates ask for, as patterns: 'status_.*' where the end is computed."""
    for tree in trees:
        for call in tree.find_all(jn.Call):
            if isinstance(call.node, jn.Name) and call.node.name == "text":
                yield from patterns(call.args[0])


def patterns(node: jn.Expr) -> Iterator[str]:
    match node:
        case jn.Const():
            yield re.escape(str(node.value))
        case jn.Concat():
            yield "".join(next(patterns(part)) for part in node.nodes)
        case jn.CondExpr():
            yield from patterns(node.expr1)
            if node.expr2 is not None:
                yield from patterns(node.expr2)
        case _:
            yield ".*"


def words_in(trees: Iterable[jn.Template]) -> set[str]:
    return {str(const.value) for tree in trees for const in tree.find_all(jn.Const)}


@pytest.mark.parametrize("theme", THEMES)
def test_templates_ask_for_texts_that_there_are(theme: str) -> None:
    texts = texts_of(BASIS) | texts_of(THEMES[theme])

    for pattern in keys_asked_for(TREES[theme].values()):
        assert any(re.fullmatch(pattern, key) for key in texts), pattern


def test_every_text_is_asked_for(seen: Seen) -> None:
    for theme in THEMES:
        trees = list(TREES[theme].values())
        asked = set(keys_asked_for(trees)) - {".*"}
        # A key can also be handed on: by `{% set month_text = … %}`, or as an input.
        handed = words_in(trees) | seen.headings
        unused = [
            key
            for key in texts_of(THEMES[theme])
            if not any(re.fullmatch(pattern, key) for pattern in asked) and key not in handed
        ]
        overridden = texts_of(BASIS).keys() if theme != "reading-room" else set()
        assert [key for key in unused if key not in overridden] == [], theme


# A theme in five minutes


def test_the_theme_that_the_guide_makes_works(tmp_path: Path) -> None:
    blocks = re.findall(
        r"`([\w./-]+)`:?\n\n```\w+\n(.*?)```", section("In five minutes"), re.DOTALL
    )
    files: dict[str, str | bytes] = dict(blocks)
    assert files.keys() == {
        "themes/evening/theme.yaml",
        "themes/evening/templates/base.html",
        "themes/evening/static/evening.css",
        "themes/evening/texts/en.yaml",
    }
    root = make_site(
        tmp_path, files | {"content/papers/a.md": paper("A")}, theme="evening", search="off"
    )
    build(root)

    site = {
        path: content.decode()
        for path, content in read_tree(root / "_site").items()
        if path.endswith((".html", ".css"))
    }
    assert "evening.css" in site["papers/a/index.html"]
    assert site["assets/evening.css"] == blocks[2][1]
    assert "Goodnight" in site["index.html"]

"""Themes: which file a name means, what a template sees, and what it can never let through."""

import html
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import html5lib
import jinja2
import pytest

from carrel.pipeline import build
from carrel.problems import Problem, SiteError
from conftest import PLAIN, THEMES, make_site, read_tree

PAPER = (
    "---\ntitle: Counting sheep\ndate: 2025-11-30\ntopics: [counting]\nhardware: [abacus]\n---\n"
)
CONTENT = {
    "content/papers/sheep.md": PAPER,
    "content/topics/counting.md": "---\ntitle: Counting\n---\n",
    "content/hardware/abacus.md": "---\ntitle: Abacus\n---\n",
}
#: A theme on top of the plain one, below the site's own templates/.
NIGHT = {"themes/night/theme.yaml": "title: Night\nextends: plain\n"}


def build_pages(
    folder: Path, files: dict[str, str], theme: str = "plain", **settings: object
) -> dict[str, str]:
    """Build a site of one paper with *files* beside it; give its texts by path."""
    written = PLAIN | CONTENT | NIGHT | files
    address = "https://example.org/"
    site = make_site(folder / "site", written, base_url=address, theme=theme, **settings)
    build(site, folder / "out")
    built = read_tree(folder / "out").items()
    return {path: content.decode("utf-8", "replace") for path, content in built}


def problems_of(folder: Path, files: dict[str, str], theme: str = "plain") -> list[Problem]:
    with pytest.raises(SiteError) as caught:
        build_pages(folder, files, theme)
    return list(caught.value.problems)


# Which file a name means


def test_the_nearest_template_of_a_name_is_taken(tmp_path: Path) -> None:
    layers = {
        "templates/home.html": "own home",
        "themes/night/templates/home.html": "night home",
        "themes/night/templates/page.html": "night page",
        "themes/night/templates/404.html": "night 404",
        "content/pages/about.md": "---\ntitle: About\n---\n",
    }

    pages = build_pages(tmp_path, layers, theme="night")

    assert pages["index.html"] == "own home"
    assert pages["404.html"] == "night 404"
    assert pages["about/index.html"] == "night page"
    assert "<h1>All papers" in pages["papers/index.html"]


def test_parent_is_the_same_template_one_step_behind_the_one_that_says_so(tmp_path: Path) -> None:
    layers = {
        "templates/404.html": "own, then {% include 'parent/404.html' %}",
        "themes/night/templates/404.html": "night, then {% include 'parent/404.html' %}",
    }

    page = build_pages(tmp_path, layers, theme="night")["404.html"]

    assert page.startswith("own, then night, then <!doctype html>")


def test_parent_skips_a_layer_that_lacks_the_template(tmp_path: Path) -> None:
    own = {
        "templates/404.html": "{% extends 'parent/404.html' %}{% block title %}own{% endblock %}"
    }

    page = build_pages(tmp_path, own, theme="night")["404.html"]

    assert "<title>own</title>" in page
    assert "<h1>Not found</h1>" in page


def test_a_macro_can_come_from_the_parent(tmp_path: Path) -> None:
    layers = {
        "templates/404.html": "{% from 'parent/words.html' import word %}{{ word() }}",
        "templates/words.html": "{% macro word() %}own{% endmacro %}",
        "themes/night/templates/words.html": "{% macro word() %}night{% endmacro %}",
    }

    assert build_pages(tmp_path, layers, theme="night")["404.html"] == "night"


def test_a_template_in_a_folder_falls_back_to_the_name_alone(tmp_path: Path) -> None:
    layers = {
        "templates/hardware/term.html": "device {{ term.title }}",
        "templates/term.html": "term {{ term.title }}",
    }

    pages = build_pages(tmp_path, layers)

    assert pages["hardware/abacus/index.html"] == "device Abacus"
    assert pages["topics/counting/index.html"] == "term Counting"


def test_what_a_theme_says_of_one_taxonomy_comes_before_what_a_site_says_of_all(
    tmp_path: Path,
) -> None:
    layers = {
        "templates/term.html": "own term {{ term.title }}",
        "themes/night/templates/hardware/term.html": "night device {{ term.title }}",
    }

    pages = build_pages(tmp_path, layers, theme="night")

    assert pages["hardware/abacus/index.html"] == "night device Abacus"
    assert pages["topics/counting/index.html"] == "own term Counting"


def test_parent_falls_back_to_the_name_alone_too(tmp_path: Path) -> None:
    own = {
        "templates/hardware/term.html": "{% extends 'parent/hardware/term.html' %}"
        "{% block title %}own{% endblock %}"
    }

    page = build_pages(tmp_path, own)["hardware/abacus/index.html"]

    assert "<title>own</title>" in page
    assert "<h1>Abacus: 1 paper</h1>" in page


def test_the_nearest_static_file_is_taken(tmp_path: Path) -> None:
    layers = {
        "themes/plain/static/a.css": "plain a",
        "themes/plain/static/fonts/b.css": "plain b",
        "themes/night/static/a.css": "night a",
    }

    pages = build_pages(tmp_path, layers, theme="night")

    assert pages["assets/a.css"] == "night a"
    assert pages["assets/fonts/b.css"] == "plain b"


def test_a_theme_of_the_site_comes_before_one_of_the_package(tmp_path: Path) -> None:
    own = {
        "themes/reading-room/theme.yaml": "title: Mine\nextends: plain\n",
        "themes/reading-room/templates/404.html": "mine",
    }

    pages = build_pages(tmp_path, own, theme="reading-room")

    assert pages["404.html"] == "mine"
    assert not [path for path in pages if path.startswith("assets/")]


def test_the_theme_of_the_package_needs_no_files_of_the_site(tmp_path: Path) -> None:
    pages = build_pages(tmp_path, {}, theme="reading-room")

    assert "Counting sheep" in pages["index.html"]
    assert "assets/style.css" in pages


@pytest.mark.parametrize(
    "name",
    ["site_config.yaml", "../site_config.yaml", "/etc/passwd", "content/papers/sheep.md",
     "themes/night/theme.yaml", "parent/../theme.yaml"],
)  # fmt: skip
def test_a_template_reaches_no_other_file(name: str, tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {"templates/404.html": f"\n{{% include '{name}' %}}"})

    assert problem.message == f"there is no template '{name}'"
    assert (problem.where.path, problem.where.line) == ("templates/404.html", 2)


# Texts and options


def test_the_nearest_text_of_a_key_is_taken(tmp_path: Path) -> None:
    layers = {
        "templates/texts/en.yaml": "not_found: own\n",
        "themes/night/texts/en.yaml": "not_found: night\narchive: night\n",
    }

    pages = build_pages(tmp_path, layers, theme="night")

    assert "<h1>own</h1>" in pages["404.html"]
    assert "<h1>night: 1 paper</h1>" in pages["archive/index.html"]
    assert "<h1>All papers: 1 paper</h1>" in pages["papers/index.html"]


def test_a_text_is_sought_in_the_language_then_without_its_region_then_in_english(
    tmp_path: Path,
) -> None:
    layers = {
        "themes/plain/texts/pt.yaml": "archive: Arquivo\nnot_found: Perdido\n",
        "templates/texts/pt-BR.yaml": "not_found: Sumiu\n",
    }

    pages = build_pages(tmp_path, layers, language="pt-BR")

    assert "<h1>Sumiu</h1>" in pages["404.html"]
    assert "<h1>Arquivo: 1 paper</h1>" in pages["archive/index.html"]
    assert "<h1>All papers: 1 paper</h1>" in pages["papers/index.html"]


def test_an_english_of_somewhere_needs_no_texts_of_its_own(tmp_path: Path) -> None:
    home = build_pages(tmp_path, {}, language="en-GB")["index.html"]

    assert 'lang="en-GB"' in home
    assert "<p>30 November 2025</p>" in home


def test_a_value_in_a_text_is_escaped(tmp_path: Path) -> None:
    own = {
        "templates/texts/en.yaml": 'via: "<b>via</b> {term}"\n',
        "templates/404.html": "{{ text('via', term='<i>') }}",
    }

    assert build_pages(tmp_path, own)["404.html"] == "&lt;b&gt;via&lt;/b&gt; &lt;i&gt;"


def test_options_have_the_choice_of_the_site_or_the_nearest_default(tmp_path: Path) -> None:
    layers = {
        "themes/night/theme.yaml": "title: Night\nextends: plain\n"
        "options: {accent: {default: black}, stars: {default: 7}}\n",
        "templates/404.html": "{{ site.options.accent }} {{ site.options.stars }}"
        " {{ site.options.footer }}",
    }

    pages = build_pages(tmp_path, layers, theme="night", theme_options={"stars": 9})

    assert pages["404.html"] == "black 9 False"


# What a template sees


@pytest.mark.parametrize(
    "expression",
    ["titel", "page.titel", "site.titel", "site.author.name", "site.options.akzent", "text.nothing",
     "'' if titel else ''"],
)  # fmt: skip
def test_what_is_not_there_is_an_error_with_template_and_line(
    expression: str, tmp_path: Path
) -> None:
    (problem,) = problems_of(tmp_path, {"templates/404.html": f"<p>\n{{{{ {expression} }}}}"})

    assert (problem.where.path, problem.where.line) == ("templates/404.html", 2)
    assert not problem.warning


def test_an_error_is_placed_in_the_template_that_makes_it(tmp_path: Path) -> None:
    layers = {
        "templates/404.html": "{% extends 'base.html' %}\n{% block main %}\n"
        "{% include 'piece.html' %}\n{% endblock %}",
        "themes/night/templates/piece.html": "{% from 'other.html' import shout %}\n"
        "{{ shout('x') }}",
        "themes/night/templates/other.html": "{% macro shout(word) %}\n\n{{ wrod }}{% endmacro %}",
    }

    (problem,) = problems_of(tmp_path, layers, theme="night")

    assert (problem.where.path, problem.where.line) == ("themes/night/templates/other.html", 3)
    assert problem.excerpt == "{{ wrod }}{% endmacro %}"


@pytest.mark.parametrize(
    "name",
    ["library", "papers", "terms", "sources", "config", "settings", "environment", "open", "os",
     "site.base_path", "site.output_dir", "site.theme", "page.inputs", "page.source",
     "lipsum", "cycler", "joiner", "range"],
)  # fmt: skip
def test_a_template_sees_nothing_but_its_inputs_and_what_is_public(
    name: str, tmp_path: Path
) -> None:
    page = build_pages(tmp_path, {"templates/404.html": f"{{{{ {name} is defined }}}}"})["404.html"]

    assert page == "False"


@pytest.mark.parametrize("expression", ["none | day", "none | month", "[1, 2, 3] | random"])
def test_a_template_knows_neither_the_clock_nor_chance(expression: str, tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {"templates/404.html": f"{{{{ {expression} }}}}"})

    assert problem.where.path == "templates/404.html"


def test_content_is_never_a_template(tmp_path: Path) -> None:
    text = "{{ site.title }} {% include '404.html' %} {# gone? #}"
    paper = f'---\ntitle: "{text}"\nsummary: "{text}"\n---\n{text}\n\n## Abstract\n\n{text}\n'

    pages = build_pages(tmp_path, {"content/papers/sheep.md": paper})

    assert pages["papers/sheep/index.html"].count("{{ site.title }} {% include") == 5
    assert pages["index.html"].count("{# gone? #}") == 2


# What never gets through

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</title></h1><svg/onload=alert(1)>",
    "]]><script>alert(1)</script>",
    "&lt;b&gt; &amp;amp; &#60;i&#62;",
    "<!-- --> <![CDATA[ ]]>",
    "{{ 7 * 7 }} \\ ` ' \"",
]


@pytest.mark.parametrize("theme", ["plain", "reading-room"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_text_wherever_it_is_shown(
    hostile: str, theme: str, tmp_path: Path
) -> None:
    value = json.dumps(hostile)  # YAML reads it too
    paper = (
        f"---\ntitle: {value}\ndate: 2025-11-30\nsummary: {value}\nwhy: {value}\n"
        f"authors: [{value}, {{name: Ada Bee, affiliation: {value}}}]\n"
        f"topics: [counting]\nhardware: [abacus]\norganization: {{id: org, name: {value}}}\n"
        f'venue: {value}\nlinks: {{{value}: "https://example.com/?a=1&b=\'2"}}\n'
        f"results: [{{metric: {value}, value: 1, unit: {value}, baseline: {value},"
        f" headline: true}}]\nextra: {{{value}: {value}}}\nsource: {{format: {value}}}\n"
        f"---\n{hostile}\n\n## Abstract\n\n{hostile}\n"
    )
    term = (
        f"---\ntitle: {value}\naliases: [{json.dumps('x' + hostile)}]\nsummary: {value}\n"
        f"vendor: {value}\nfacts: [{{name: {value}, value: {value}}}]\n---\n{hostile}\n"
    )
    files = {
        "content/papers/sheep.md": paper,
        "content/topics/counting.md": term,
        "content/hardware/abacus.md": term,
        "content/pages/about.md": f"---\ntitle: {value}\nsummary: {value}\n---\n{hostile}\n",
    }
    settings = {
        "title": hostile,
        "description": hostile,
        "author": {"name": hostile, "email": hostile},
        "nav": [{"title": hostile, "url": "papers/"}],
    }

    pages = build_pages(tmp_path, files, theme, **settings)

    for path, content in pages.items():
        if path.endswith(".html"):
            check_page(content, hostile)
        elif path.endswith("feed.xml"):
            check_feed(content, hostile)


def check_page(content: str, hostile: str) -> None:
    page = html5lib.parse(content, namespaceHTMLElements=False)
    for element in page.iter():
        assert isinstance(element.tag, str), "a comment came through"
        is_block = element.get("type") == "application/ld+json"  # which nothing runs
        assert element.tag not in ("script", "b", "i") or element.get("src") or is_block
        if is_block:
            json.loads("".join(element.itertext()))
        assert not [name for name in element.attrib if name.startswith("on")]
        assert element.get("src") != "x"
    titles = {"".join(heading.itertext()) for heading in page.iter("h3")}
    assert titles <= {hostile}


def check_feed(content: str, hostile: str) -> None:
    for item in ET.fromstring(content).iter("item"):
        assert item.findtext("title") == hostile
        assert html.unescape(item.findtext("description") or "") == hostile
        body = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded")
        assert body is not None
        check_page(body, hostile)


# Cards


def test_a_card_is_rendered_once_for_all_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: Counter[str] = Counter()
    render = jinja2.Template.render

    def count(template: jinja2.Template, *inputs: Any, **named: Any) -> str:
        if template.name == "themes/plain/templates/card.html":
            rendered[named["paper"].title] += 1
        return render(template, *inputs, **named)

    monkeypatch.setattr(jinja2.Template, "render", count)

    pages = build_pages(tmp_path, {"content/papers/goats.md": PAPER.replace("sheep", "goats")})

    assert rendered == {"Counting sheep": 1, "Counting goats": 1}
    assert {path for path, page in pages.items() if "Counting sheep</a></h3>" in page} == {
        "archive/2025/index.html",
        "hardware/abacus/index.html",
        "index.html",
        "papers/index.html",
        "topics/counting/index.html",
    }


@pytest.mark.parametrize("theme", THEMES)
def test_a_paper_without_an_address_has_a_link_that_looks_for_its_title(
    tmp_path: Path, theme: str
) -> None:
    head = "---\ntitle: 'Sheep: 1 & 2 of a \"flock\"'\n"
    files = {
        "content/papers/nowhere.md": f"{head}---\n",
        "content/papers/coded.md": f"{head}links: {{code: https://example.org/}}\n---\n",
        "content/papers/found.md": f"{head}arxiv: '2408.12757'\n---\n",
    }
    outputs = {"paper": ["bib", "ris", "csl", "md", "json"], "term": ["atom", "json"]}
    address = "https://arxiv.org/search/?searchtype=title&query=Sheep%3A%201%20%26%202%20of%20a%20"

    pages = build_pages(tmp_path / "on", files, theme, outputs=outputs)

    link = f'<li><a href="{html.escape(address)}%22flock%22">look for it on arXiv</a></li>'
    assert link in pages["papers/nowhere/index.html"]
    assert link in pages["papers/coded/index.html"]
    assert {path for path, text in pages.items() if "arxiv.org/search" in text} == {
        f"papers/{id}/index.html" for id in ("nowhere", "coded", "sheep")
    }  # and in no list, feed or file for other programs
    assert pages["papers/nowhere/index.html"].count("arxiv.org/search") == 1
    options = {"arxiv_search": False}
    without = build_pages(tmp_path / "off", files, theme, theme_options=options)
    assert "arxiv.org/search" not in "".join(without.values())


def test_a_device_of_which_only_names_are_known_has_no_table(tmp_path: Path) -> None:
    files = {"content/hardware/abacus.md": "---\ntitle: Abacus\naliases: [counting frame]\n---\n"}

    page = build_pages(tmp_path, files, "reading-room")["hardware/abacus/index.html"]

    assert "counting frame</p>" in page
    assert "<table" not in page


def test_a_card_leads_to_its_paper_from_every_depth(tmp_path: Path) -> None:
    pages = build_pages(tmp_path, {})

    for path, page in pages.items():
        if path.endswith("index.html"):
            up = "../" * path.count("/") or "./"
            for address in re.findall(r'<h3><a href="([^"]*)"', page):
                assert address == f"{up}papers/sheep/"


def test_a_file_that_no_template_asks_for_changes_nothing(tmp_path: Path) -> None:
    before = build_pages(tmp_path / "before", {})

    after = build_pages(tmp_path / "after", {"templates/unused.html": "{{ broken"})

    assert after == before

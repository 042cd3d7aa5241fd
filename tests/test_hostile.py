"""Hostile text in every field of every source, in a real browser: nothing runs, nothing is blocked.

That the policy of a page blocks nothing is the stronger half: there is nothing to block. A feed
reader may have no policy, so what feeds hold is shown without one.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Route, sync_playwright

from carrel.importers import importers
from carrel.pipeline import build
from conftest import ROOT, make_site, read_tree
from hostile_sources import BITING, HOSTILE_SOURCES
from payloads import (
    PAYLOADS,
    PIXEL,
    fragment,
    hostile_config,
    hostile_files,
    one_line,
    paper,
    what_runs,
)
from test_cli import carrel
from test_look import FLAGS, served

pytestmark = pytest.mark.needs_program("chromium")

ALL = "CARREL_LONG_TESTS" in os.environ
THEMES = sorted(path.parent.name for path in ROOT.glob("themes/*/theme.yaml"))
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM = "{http://www.w3.org/2005/Atom}"

#: Told by every document: what ran, and what the policy of the page kept from running.
TELL = """
window.told = [];
for (const name of ["alert", "confirm", "prompt", "print", "msgbox"])
  window[name] = () => { window.told.push(name + " was called"); };
addEventListener("securitypolicyviolation",
  event => window.told.push("blocked: " + event.violatedDirective + " " + event.blockedURI));
addEventListener("error", event => window.told.push("error: " + event.message));
"""
#: What a page has told, and addresses in it that lead to a program.
ASK = """() => window.told.concat([...document.querySelectorAll("a, area, form, iframe, [src]")]
  .map(e => e.protocol || e.src || e.action || "")
  .filter(p => !/^(https?:|mailto:|data:image\\/|$)/.test(p)))"""


def terms_and_pages() -> Iterator[tuple[str, str | bytes]]:
    """Terms of every kind and pages whose every field is hostile, and files with such names."""
    for number, payload in enumerate(BITING):
        line = one_line(payload)
        body = re.sub("[\x00-\x08\x0b-\x1f\u2028\u2029]|!(?=\\[)", "", payload)
        fields = {"summary": line, "aliases": [f"also {number} {line}"]}
        yield f"content/topics/t{number}.md", paper(f"T{number} {line}", body, **fields)
        yield (
            f"content/hardware/h{number}.md",
            paper(
                f"H{number} {line}",
                body,
                **fields,
                vendor=line,
                facts=[{"name": line, "value": line, "unit": line}],
                links={line: "https://example.org/"},
            ),
        )
        yield f"content/pages/g{number}.md", paper(f"G{number} {line}", body, summary=line)
        yield (
            f"content/papers/u{number}.md",
            paper(
                f"U{number} {line}",
                topics=[f"t{number}"],
                hardware=[f"h{number}"],
                series=[{"name": line, "order": number}],
                correction=line,
                updated="2024-02-01",
                extra={line: line},
                results=[{"metric": line, "value": number, "unit": line, "hardware": f"h{number}"}],
            ),
        )
    yield (
        "content/static/a'onclick=alert(1) &amp;.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    )
    yield "content/static/pictures/plot.png", PIXEL


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of hostile entries, and of what the imports made of hostile sources."""
    settings = hostile_config(
        feeds={"limit": 10_000},
        page_size=1000,
        taxonomies={
            "topics": {"title": one_line(BITING[0]), "vocabulary": "open"},
            "hardware": {"vocabulary": "open"},
            "venues": {},
            "series": {"field": "series", "ordered": True},
        },
    )
    files = hostile_files() | dict(terms_and_pages())
    root = tmp_path_factory.mktemp("hostile")
    site = make_site(root / "site", {**files, "site_config.yaml": settings})
    for name, write in HOSTILE_SOURCES.items():
        source = root / name
        source.write_text(write(BITING), "utf-8", newline="")
        done = carrel("--site", site, "import", source, "--format", name)
        assert done.returncode == 0, done.stderr
        assert len(re.findall("(?m)^new: ", done.stdout)) >= len(BITING) - 3, done.stdout
    return site


@pytest.fixture(scope="module", params=THEMES)
def tree(request: pytest.FixtureRequest, site: Path) -> Path:
    config = json.loads((site / "site_config.yaml").read_text())
    (site / "site_config.yaml").write_text(json.dumps(config | {"theme": request.param}))
    out = site.parent / f"out-{request.param}" / "repo"
    build(site, out)
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.add_init_script(TELL)
    yield context
    context.close()


def test_every_format_has_a_hostile_source() -> None:
    assert HOSTILE_SOURCES.keys() == importers().keys()
    assert len(BITING) >= 9


def test_no_page_of_a_hostile_list_runs_or_is_kept_from_running(
    tree: Path, context: BrowserContext
) -> None:
    pages = sorted(path for path in read_tree(tree) if path.endswith(".html"))
    # One page in a browser takes some 50 ms. Those that payloads made alike are sampled.
    alike = [path for path in pages if re.match(r"papers/p\d|organizations/.", path)]
    paths = [*alike[:: 1 if ALL else 12], *(path for path in pages if path not in alike)]
    dialogs: list[str] = []
    faults: dict[str, object] = {}
    page = context.new_page()

    def note_dialog(dialog: Dialog) -> None:
        dialogs.append(page.url)
        dialog.dismiss()

    page.on("dialog", note_dialog)
    elsewhere: list[str] = []
    with served(tree.parent) as root:
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((root, "data:")) else elsewhere.append(asked.url)
            ),
        )
        for path in paths:
            page.goto(f"{root}repo/{path}", wait_until="load")
            told = page.evaluate(ASK)
            if told or not page.url.startswith(f"{root}repo/"):
                faults[path] = told

    assert len(alike) > len(PAYLOADS)
    assert len(paths) > 13 * len(BITING) + len(PAYLOADS) // 12
    assert (faults, dialogs, elsewhere) == ({}, [], [])


def bodies(tree: Path) -> Iterator[tuple[str, str]]:
    """Give the HTML that a feed reader shows, of each item in each of the three forms."""
    for item in ElementTree.parse(tree / "feed.xml").getroot().iter("item"):
        for tag in ("description", CONTENT):
            yield "rss", item.findtext(tag) or ""
    for entry in ElementTree.parse(tree / "atom.xml").getroot().iter(f"{ATOM}entry"):
        for tag in ("title", "summary", "content"):
            found = entry.find(f"{ATOM}{tag}")
            if found is not None and found.get("type") == "html":
                yield "atom", found.text or ""
    for each in json.loads((tree / "feed.json").read_text("utf-8"))["items"]:
        yield "json", each["content_html"]


def test_no_item_of_a_feed_runs_where_no_policy_keeps_it_from_it(
    tree: Path, context: BrowserContext
) -> None:
    found = list(bodies(tree))
    forms = [form for form, _ in found]
    faults = [html for _, html in found if list(what_runs(fragment(html)))]
    page = context.new_page()
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route("**/*", refuse)
    told = []
    for form in ("rss", "atom", "json"):
        # An item each of its own, so that none can close what another opened.
        shown = json.dumps([html for kind, html in found if kind == form])
        page.set_content("<!doctype html><title>x</title><main></main>")
        page.evaluate(TELL)
        page.evaluate(
            """items => { for (const item of items) {
              const place = document.createElement("article");
              document.querySelector("main").append(place);
              place.append(document.createRange().createContextualFragment(item)); } }""",
            json.loads(shown),
        )
        page.wait_for_timeout(300)
        told += page.evaluate(ASK)

    assert min(map(forms.count, ("rss", "atom", "json"))) >= len(PAYLOADS) + 8 * len(BITING)
    assert (faults, told) == ([], [])
    assert [url for url in asked if not url.startswith("https://reader.example/repo/")] == []

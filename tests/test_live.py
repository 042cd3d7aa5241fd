"""Live reload in a real browser, against the real server."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from conftest import make_site, read_tree
from payloads import paper
from test_look import FLAGS
from test_serve import DEADLINE, Server, running

pytestmark = pytest.mark.needs_program("chromium")

LONG = "\n\n".join(f"Paragraph {number}." for number in range(200))
FILES: dict[str, str | bytes] = {
    "content/papers/one.md": paper("First words", LONG),
    "content/papers/two.md": paper("Second words"),
    "themes/own/theme.yaml": "title: Own\nextends: reading-room\n",
    "themes/own/static/own.css": "h1 { color: rgb(1, 2, 3); }\n",
    "templates/base.html": "{% extends 'parent/base.html' %}{% block head %}"
    '<link rel="stylesheet" href="{{ \'assets/own.css\' | href }}">{% endblock %}',
}


class Shown:
    """A page of a served site in a browser, and what the browser complained of."""

    def __init__(self, site: Path, server: Server, page: Page) -> None:
        self.site = site
        self.server = server
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> None:
        """Open a page and mark it: a mark that is gone tells that it was loaded anew."""
        with self.page.expect_response("**/.carrel/events"):
            self.page.goto(f"http://localhost:{self.server.port}{self.server.base}{path}")
        self.page.evaluate("window.mark = true")

    def is_marked(self) -> bool:
        return bool(self.page.evaluate("window.mark === true"))

    def wait_for(self, expression: str) -> None:
        """Wait until JavaScript is true; the page's own policy forbids Playwright's way."""
        end = time.monotonic() + DEADLINE
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, self.page.evaluate("scrollY")
            time.sleep(0.02)

    def save(self, path: str, text: str) -> None:
        (self.site / path).write_text(text, "utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Iterator[Shown]:
    site = make_site(tmp_path / "site", FILES, base_url="https://reader.example/repo/", theme="own")
    with running("--site", site, "serve", "--port", "0") as command:
        page = browser.new_page()
        page.set_default_timeout(30_000)
        yield Shown(site, Server(command), page)
        page.close()
        assert "Traceback" not in command.printed


def test_an_edit_is_shown_where_the_reader_is(shown: Shown) -> None:
    shown.open("papers/one/")
    shown.page.evaluate("scrollTo(0, 1500)")
    shown.wait_for("scrollY === 1500")

    shown.save("content/papers/one.md", paper("Other words", LONG))

    expect(shown.page.locator("h1")).to_have_text("Other words")
    shown.wait_for("scrollY === 1500")
    assert not shown.is_marked()
    assert shown.complaints == []


def test_a_page_that_was_hidden_follows_when_it_is_seen(shown: Shown) -> None:
    shown.open("papers/one/")
    pretend = "value => {Object.defineProperty(document, 'hidden', {value, configurable: true});"
    pretend += "document.dispatchEvent(new Event('visibilitychange'))}"
    shown.page.evaluate(pretend, True)
    shown.save("content/papers/one.md", paper("Other words", LONG))
    shown.server.command.wait_for(r"files, [1-9]\d* changed", len(shown.server.command.printed))
    time.sleep(0.3)
    assert shown.is_marked()

    shown.page.evaluate(pretend, False)

    expect(shown.page.locator("h1")).to_have_text("Other words")


def test_a_stylesheet_changes_under_the_page(shown: Shown) -> None:
    shown.open("papers/two/")
    for colour in ("rgb(4, 5, 6)", "rgb(7, 8, 9)"):
        shown.save("themes/own/static/own.css", f"h1 {{ color: {colour}; }}\n")

        expect(shown.page.locator("h1")).to_have_css("color", colour)
        assert shown.is_marked()
    shown.wait_for(
        "document.querySelectorAll('link[rel=stylesheet]').length === 2"
    )  # none is left of the old ones
    shown.save("content/papers/two.md", paper("Other words"))
    expect(shown.page.locator("h1")).to_have_text("Other words")
    assert shown.complaints == []


def test_problems_lie_over_the_page_until_they_are_mended(shown: Shown) -> None:
    shown.open("papers/two/")
    overlay = shown.page.locator("#carrel-problems")
    expect(overlay).to_have_count(0)

    shown.save("content/papers/two.md", '---\ntitle: "<b>Bold</b>"\ntopics: [nonsense]\n---\n')

    expect(overlay).to_be_visible()
    text = overlay.inner_text()
    assert "content/papers/two.md:3:10: error: unknown topic 'nonsense'" in text
    row, caret = text[text.index("    3 | ") :].split("\n")[:2]
    assert row == "    3 | topics: [nonsense]"
    assert caret.index("^") == row.index("nonsense")
    assert "hint: " in text
    assert str(shown.site) not in text
    expect(overlay).to_have_css("position", "fixed")  # its stylesheet obeys the theme's policy
    expect(shown.page.locator("h1")).to_have_text("Second words")
    assert shown.is_marked()

    shown.page.reload()  # who comes later sees it too
    expect(overlay).to_contain_text("unknown topic 'nonsense'")
    shown.page.get_by_role("button", name="Close").click()
    expect(overlay).to_have_count(0)
    shown.save("content/papers/two.md", paper("<b>Bold</b>", topics=["nonsense"]))
    expect(overlay).to_be_visible()

    shown.page.evaluate("window.mark = true")
    shown.save("content/papers/two.md", paper("Second words"))
    expect(overlay).to_have_count(0)
    assert shown.is_marked()  # what is shown is what was there before: nothing to load
    assert shown.complaints == []


def test_a_page_that_is_missing_appears(shown: Shown) -> None:
    shown.open("papers/three/")
    expect(shown.page.locator("h1")).to_have_text("Not on the shelf")

    shown.save("content/papers/three.md", paper("Third words"))

    expect(shown.page.locator("h1")).to_have_text("Third words")


def test_a_list_that_begins_broken_says_so_until_it_is_mended(
    browser: Browser, tmp_path: Path
) -> None:
    files = {"content/papers/one.md": "---\ntitle: One\ntopics: [nonsense]\n---\n"}
    site = make_site(tmp_path / "site", files, base_url="https://reader.example/repo/")
    (site / "site_config.yaml").write_text("title: [")
    with running("--site", site, "serve", "--port", "0") as command:
        server = Server(command)
        page = browser.new_page()
        page.goto(f"http://localhost:{server.port}/papers/one/")
        expect(page.locator("#carrel-problems")).to_contain_text("site_config.yaml:1:9: error:")
        expect(page.locator("#carrel-problems")).not_to_contain_text("last good")

        settings = {"title": "A list", "base_url": "https://reader.example/repo/"}
        (site / "site_config.yaml").write_text(json.dumps(settings))
        expect(page.locator("#carrel-problems")).to_contain_text("unknown topic 'nonsense'")
        page.goto(f"http://localhost:{server.port}/")
        (site / "content/papers/one.md").write_text(paper("Mended words"))

        expect(page.locator("body")).to_contain_text("Mended words")
        assert page.url.endswith("/repo/")
        page.close()
        assert "Traceback" not in command.printed


def test_nothing_of_it_is_in_the_files(shown: Shown) -> None:
    page = shown.server.ask("/repo/papers/one/")[2]
    built = read_tree(shown.site / ".carrel/serve")

    assert page.count("/.carrel/reload.js") == 1
    assert "papers/one/index.html" in built
    for path, content in built.items():
        assert b"reload.js" not in content, path
        assert b"/.carrel/" not in content, path

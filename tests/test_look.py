"""The themes in a real browser: nothing overflows, fails to load or leaves the host."""

import functools
import gzip
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from carrel.pipeline import build
from conftest import ROOT, THEMES, make_site, own_list, read_tree

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONG = "https://example.org/" + "a-very-long-path-without-a-place-to-break/" * 5
PAPER = f"""\
---
title: "Antidisestablishmentarianism{"-and-so-on" * 12}: a title that nobody would choose"
date: 2025-01-02
added: 2025-01-03
why: "{"Supercalifragilistic" * 6} is one word."
authors: [{", ".join(f"Author{n} Longname" for n in range(40))}]
topics: [quantization]
hardware: [{{id: nvidia-h100, count: 64}}]
links: {{code: {LONG}}}
results:
  - {{metric: {"throughput " * 8}, value: 1.91, unit: x, qualifier: up to, better: higher,
     baseline: {"another system " * 6}, hardware: nvidia-h100, count: 64, headline: true}}
---
| {" | ".join(f"column {n}" for n in range(20))} |
|{"---|" * 20}
| {" | ".join("value" for _ in range(20))} |

`{"x" * 300}` and $a^2 + b^2 = c^2$

```
{"y" * 300}
```
"""
PAGES = [
    "",
    "papers/",
    "papers/a/",
    "topics/",
    "topics/quantization/",
    "topics/quantization/nvidia-h100/",
    "matrix/",
    "results/",
    "hardware/",
    "hardware/nvidia-gpu/",
    "hardware/nvidia-h100/",
    "archive/",
    "archive/2025/",
    "about/",
    "404.html",
]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve *folder* on loopback; give its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=THEMES)
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def site(theme: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("look")
    make_site(
        root,
        {
            "content/papers/a.md": PAPER,
            "content/papers/b.md": "---\ntitle: Brief\n---\n",
            "content/papers/c.md": "---\ntitle: Cited\nsummary: S.\ndate: 2025-02-01\n"
            "organization: NV\nhardware: [nvidia-t4, nvidia-a100]\n"
            "results: [{metric: speedup, value: 2, unit: x, hardware: nvidia-t4}]\n---\n"
            "## Abstract\n\nThe authors' words.\n",
            "content/pages/about.md": "---\ntitle: About\n---\nText.\n",
        },
        base_url="https://example.org/",
        theme=theme,
        pairs={"min": 1},
    )
    for folder in ("topics", "hardware"):
        shutil.copytree(ROOT / "content" / folder, root / "content" / folder)
    build(root, root / "_site")
    with served(root / "_site") as address:
        yield address


@pytest.mark.needs_program("chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1440])
def test_no_page_overflows_or_asks_for_anything_else(
    browser: Browser, site: str, width: int, scheme: str
) -> None:
    complaints: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    page.on(
        "response",
        lambda answer: (
            complaints.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            complaints.append(f"leaves the host: {request.url}")
            if not request.url.startswith(site)
            else None
        ),
    )
    for path in PAGES:
        page.goto(site + path)
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if too_wide > 0:
            complaints.append(f"{path or 'home'} is {too_wide} px too wide")
    context.close()

    assert complaints == []


#: What stands on what; the ratio that WCAG asks for: 4.5 for text, 3 for the edges of controls.
PAIRS = [
    (text, ground, 4.5)
    for text in ("--ink", "--soft", "--faint", "--accent")
    for ground in ("--paper", "--wash", "--raised")
] + [("--edge", ground, 3.0) for ground in ("--paper", "--raised")]
#: What stands on the desk, of the theme that has one.
ON_DESK = [("--ink", "--desk", 4.5), ("--ink", "--wash", 4.5)]


def contrast(one: str, other: str) -> float:
    """The ratio of two colours as browsers write them: 'rgb(1, 2, 3)'."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.needs_program("chromium")
def test_text_can_be_read_in_every_scheme_and_with_every_option(
    browser: Browser, site: str, theme: str
) -> None:
    page = browser.new_page()
    page.goto(site)
    faint = []
    for scheme in ("light", "dark"):
        for accent in ("green", "blue", "red"):
            for tone in ("warm", "neutral"):
                look = f"accent-{accent} tone-{tone}"
                for text, ground, wanted in PAIRS + ON_DESK * (theme == "index-card"):
                    colours = page.evaluate(
                        """([look, scheme, names]) => {
                            document.documentElement.className = look;
                            document.documentElement.dataset.theme = scheme;
                            return names.map(name => {
                                document.body.style.color = `var(${name})`;
                                return getComputedStyle(document.body).color;
                            });
                        }""",
                        [look, scheme, [text, ground]],
                    )
                    if contrast(*colours) < wanted:
                        faint.append((scheme, look, text, ground, contrast(*colours)))

    assert faint == []
    page.close()


@pytest.mark.needs_program("chromium")
@pytest.mark.parametrize("width", [390, 1440])
def test_what_can_be_pressed_is_large_enough(browser: Browser, site: str, width: int) -> None:
    """24 by 24 px, but for links in a sentence."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    small = {}
    for path in PAGES:
        page.goto(site + path)
        found = page.evaluate(
            """[...document.querySelectorAll("a, button, summary, input, select")]
                .filter(each => each.getClientRects().length)
                .filter(each => !each.closest(".prose p, .prose li"))
                .map(each => [each.outerHTML.slice(0, 90),
                    (each.closest("label") ?? each).getBoundingClientRect()])
                .filter(([, box]) => box.width < 24 || box.height < 24)
                .map(([html]) => html)"""
        )
        if found:
            small[path] = found

    assert small == {}
    page.close()


@pytest.mark.needs_program("chromium")
def test_a_printed_paper_is_the_paper_and_nothing_to_press(browser: Browser, site: str) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{site}papers/c/")
    page.emulate_media(media="print", color_scheme="dark")

    assert page.get_by_text("The authors' words.").is_visible()  # folded in on the screen
    assert not page.locator("nav").first.is_visible()
    assert not page.locator("summary").first.is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(0, 0, 0)"
    page.close()


@pytest.mark.needs_program("chromium")
def test_a_citation_can_be_read_and_selected_without_a_script(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}papers/c/#cite")
    assert page.locator("#cite-bib").is_visible()
    assert not page.locator("#cite-ris").is_visible()

    page.locator("summary", has_text="RIS").click()

    assert page.locator("#cite-ris").inner_text().startswith("TY  - ")
    assert page.locator("[data-copy]:visible").count() == 0
    context.close()


@pytest.mark.needs_program("chromium")
def test_the_links_of_a_list_stand_evenly(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{site}papers/")

    gaps = page.evaluate(
        """() => [...document.querySelectorAll(".tools:not(.unfiltered *) a")].map(link => {
            const words = document.createRange();
            words.selectNodeContents(link);
            return words.getBoundingClientRect();
        }).map((box, n, all) => n && Math.round(box.left - all[n - 1].right)).slice(1)"""
    )

    assert len(gaps) > 2
    assert max(gaps) - min(gaps) <= 1
    page.close()


@pytest.mark.needs_program("chromium")
def test_the_words_of_the_footer_stand_on_one_line(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}archive/")

    lines = page.evaluate(
        """() => [...document.querySelectorAll(".imprint li")].map(item => {
            const mark = document.createElement("span");  // an empty box stands on the line
            mark.style.display = "inline-block";
            (item.firstElementChild ?? item).append(mark);
            return Math.round(mark.getBoundingClientRect().bottom);
        })"""
    )

    assert len(lines) > 1
    assert len(set(lines)) == 1
    page.close()


@pytest.mark.parametrize("look", THEMES)
def test_pages_are_light(look: str, tmp_path: Path) -> None:
    """Packed as servers send it: 50 kB of HTML a page, 15 kB of styles, 10 kB of scripts."""
    build(own_list(tmp_path / "site", look), tmp_path / "out")
    heavy = {}
    for path, content in read_tree(tmp_path / "out").items():
        limit = {".html": 50_000, ".css": 15_000, ".js": 10_000}.get(Path(path).suffix)
        size = len(gzip.compress(content, 6, mtime=0))
        if limit and size > limit and not path.startswith("pagefind/"):
            heavy[path] = size

    assert heavy == {}


@pytest.mark.needs_program("chromium")
def test_the_keyboard_reaches_the_content_first(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(site)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


@pytest.mark.needs_program("chromium")
def test_every_focused_link_can_be_seen(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}papers/a/")
    invisible = []

    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break  # behind the last link
        seen = page.evaluate(
            """() => {
                const style = getComputedStyle(document.activeElement);
                const box = document.activeElement.getBoundingClientRect();
                return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
                    && box.width > 0 && box.height > 0;
            }"""
        )
        if not seen:
            invisible.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))

    assert invisible == []
    page.close()

"""The default theme in a real browser: nothing overflows, fails to load or leaves the host."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from carrel.pipeline import build
from conftest import ROOT, make_site

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
    "hardware/",
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("look")
    make_site(
        root,
        {
            "content/papers/a.md": PAPER,
            "content/papers/b.md": "---\ntitle: B\n---\n",
            "content/pages/about.md": "---\ntitle: About\n---\nText.\n",
        },
        base_url="https://example.org/",
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

"""The card catalogue in a real browser: what it does in its own way, and what it shares."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from carrel.pipeline import build
from conftest import THEMES, make_site, read_tree
from payloads import paper
from test_look import FLAGS, served

pytestmark = pytest.mark.needs_program("chromium")

FILES: dict[str, str | bytes] = {
    **{
        f"content/papers/p{n:02}.md": paper(
            f"Paper {n:02} on flocks",
            date=f"2024-{n % 12 + 1:02}-01",
            summary=f"What paper {n:02} shows of sheep.",
            topics=["herding"],
            authors=["Ada Flock"],
            links={"code": "https://example.org/code"},
        )
        for n in range(30)
    },
    "content/papers/wool-at-scale.md": paper(
        "Wool at scale",
        added="2025-01-02",
        date="2025-01-01",
        why="The one to begin with.",
        topics=["wool-and-yarn", "herding"],
        hardware=["loom"],
        results=[{"metric": "yarn", "value": 4, "unit": "x", "baseline": "hand", "headline": True}],
    ),
    "content/papers/bare.md": paper("Bare", added="2025-01-01"),
    "content/topics/herding.md": paper("Herding"),
    "content/topics/wool-and-yarn.md": paper("Wool and yarn"),
    "content/hardware/loom.md": paper("Loom"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same list in both themes."""
    folder = tmp_path_factory.mktemp("cards")
    for theme in THEMES:
        site = make_site(folder / f"of-{theme}", FILES, theme=theme, base_url="https://a.example/")
        build(site, folder / "out" / theme)
    return folder / "out"


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with served(built) as root:
        yield root


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def card(page: Page, title: str) -> Locator:
    return page.locator(".card", has=page.get_by_role("link", name=title, exact=True))


def test_one_line_of_the_settings_changes_no_address(built: Path) -> None:
    one, other = (
        {path for path in read_tree(built / theme) if not path.startswith("assets/")}
        for theme in THEMES
    )
    assert one == other


def test_a_screen_holds_twice_as_many_papers(page: Page, address: str) -> None:
    seen = []
    for theme in THEMES:
        page.goto(f"{address}{theme}/papers/")
        boxes = page.locator(".card").evaluate_all(
            "cards => cards.map(card => card.getBoundingClientRect().bottom)"
        )
        seen.append(sum(bottom <= 900 for bottom in boxes))

    assert seen[1] >= 2 * seen[0] > 0


def test_a_paper_is_one_line_with_its_call_number_left_of_the_red_line(
    page: Page, address: str
) -> None:
    page.goto(f"{address}index-card/papers/")
    row = card(page, "Wool at scale")
    call, title, badges = (row.locator(part) for part in (".call", "h3", ".badges"))

    assert call.inner_text().split() == ["WAY", "WOO", "2025"]
    boxes = [each.bounding_box() for each in (call, title, badges)]
    lefts = [box["x"] for box in boxes if box]
    middles = [box["y"] + box["height"] / 2 for box in boxes if box]
    assert lefts == sorted(lefts)
    assert max(middles) - min(middles) < 12
    assert card(page, "Bare").locator(".call").inner_text().split() == ["BAR"]


def test_what_is_known_of_a_paper_folds_out_without_a_script(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}index-card/papers/")
    row = card(page, "Wool at scale")
    assert not row.get_by_text("The one to begin with.").is_visible()

    row.locator("summary").click()

    assert row.get_by_text("The one to begin with.").is_visible()
    assert row.get_by_role("link", name="Loom").is_visible()
    assert "4×" in row.locator(".headline").inner_text()
    assert card(page, "Bare").locator("summary").count() == 0
    context.close()


def test_the_filter_is_a_drawer_that_pulls_out(page: Page, address: str) -> None:
    page.goto(f"{address}index-card/papers/")
    choice = page.get_by_role("checkbox", name="Wool and yarn")
    expect(page.locator("#filter .tally").first).to_be_attached()
    assert not choice.is_visible()

    page.get_by_role("button", name="Filter", exact=True).click()
    choice.click()

    expect(page.locator("#filter-shown")).to_have_text("1 of 32 papers")
    expect(page.locator("main .card:visible h3")).to_have_text(["Wool at scale"])
    page.go_back()
    expect(page.locator("main .card:visible")).to_have_count(32)


def test_the_keys_move_and_a_mark_is_seen_at_the_call_number(page: Page, address: str) -> None:
    page.goto(f"{address}index-card/papers/")
    row = card(page, "Wool at scale")
    sign = "(call, part) => getComputedStyle(call, part).content"

    page.keyboard.press("j")
    page.keyboard.press("s")
    page.keyboard.press("x")

    assert row.evaluate("card => card.contains(document.activeElement)")
    assert "★" in row.locator(".call").evaluate(sign, "::before")
    assert "○" in row.locator(".call").evaluate(sign, "::after")
    buttons = row.locator(".marks button")
    assert not buttons.first.is_visible()
    row.locator("summary").click()
    assert buttons.first.get_attribute("aria-pressed") == "true"
    assert buttons.first.is_visible()


def test_marks_can_be_pressed_on_a_narrow_screen(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(f"{address}index-card/papers/")
    row = card(page, "Wool at scale")
    row.locator("summary").click()
    covered = row.locator(".marks button").evaluate_all(
        """buttons => buttons.filter(button => {
            const box = button.getBoundingClientRect();
            const edges = [box.top + 1, box.bottom - 1];
            return box.height < 24 || edges.some(
                y => document.elementFromPoint(box.left + box.width / 2, y) !== button);
        }).length"""
    )
    page.close()

    assert covered == 0


def test_the_density_of_the_theme_shows_it_all(built: Path, browser: Browser) -> None:
    site = built.parent / "open"
    options = {"density": "comfortable", "accent": "blue"}
    build(make_site(site, FILES, theme="index-card", theme_options=options), site / "_site")
    with served(site / "_site") as root:
        page = browser.new_page()
        page.goto(f"{root}papers/")
        assert card(page, "Wool at scale").get_by_text("The one to begin with.").is_visible()
        page.close()


def test_a_printed_list_tells_what_is_folded_in(page: Page, address: str) -> None:
    page.goto(f"{address}index-card/papers/")
    page.emulate_media(media="print")

    assert page.get_by_text("The one to begin with.").is_visible()
    assert not page.locator(".badges .marks").first.is_visible()

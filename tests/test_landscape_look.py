"""Matrix, results and pictures of this repository's own list, in a real browser."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from carrel.pipeline import build
from conftest import THEMES, own_list
from test_look import FLAGS, served

pytestmark = pytest.mark.needs_program("chromium")

PAGES = [
    "matrix/",
    "results/",
    "topics/",
    "topics/quantization/",
    "topics/quantization/nvidia-gpu/",
    "hardware/",
    "hardware/nvidia-gpu/",
    "hardware/nvidia-a100/",
]
#: Ratio of the lightness of letters to that of their ground, as WCAG counts it.
CONTRAST = """element => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const light = color => {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const linear = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
            .map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05;
    };
    const style = getComputedStyle(element);
    const pair = [light(style.color), light(style.backgroundColor)];
    return Math.max(...pair) / Math.min(...pair);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=THEMES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("own")
    build(own_list(folder / "site", request.param), folder / "out", jobs=2)
    with served(folder / "out") as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1440])
def test_the_pages_fit_every_screen_and_obey_their_policy(
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
        "request",
        lambda request: None if request.url.startswith(site) else complaints.append(request.url),
    )
    for path in PAGES:
        page.goto(site + path)
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if too_wide > 0:
            complaints.append(f"{path} is {too_wide} px too wide")
        small = page.evaluate(
            """[...document.querySelectorAll(".spot, .matrix tbody td a")]
                .map(link => link.getBoundingClientRect())
                .filter(box => box.width < 24 || box.height < 24).length"""
        )
        if small:
            complaints.append(f"{path} has {small} targets under 24 px")
    context.close()

    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_can_be_read_on_every_shade(browser: Browser, site: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.goto(f"{site}hardware/")
    faint = {}
    for accent in ("green", "blue", "red"):
        for tone in ("warm", "neutral"):
            page.evaluate(f"document.documentElement.className = 'accent-{accent} tone-{tone}'")
            for shade in range(1, 6):
                spot = page.locator(".spot").first
                spot.evaluate(f"element => {{ element.className = 'spot shade-{shade}'; }}")
                ratio = spot.evaluate(CONTRAST)
                if ratio < 4.5:
                    faint[accent, tone, shade] = ratio
    context.close()

    assert faint == {}


def test_both_heads_of_the_matrix_stay_in_sight(browser: Browser, site: str) -> None:
    for width in (390, 1440):
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(f"{site}matrix/")
        row, column = page.evaluate(
            """() => {
                const box = document.querySelector(".sheet-of-all");
                const table = box.querySelector("table");
                const cell = table.querySelector("tbody tr:last-child td:nth-last-child(2)");
                if (getComputedStyle(box).overflowY === "auto") {
                    box.scrollIntoView();
                    box.scrollTo(1e4, 1e4);
                } else {
                    cell.scrollIntoView({ block: "end" });
                }
                const side = cell.parentNode.querySelector("th").getBoundingClientRect();
                const top = table.rows[0].cells[cell.cellIndex].getBoundingClientRect();
                return [side.left >= 0 && side.right <= innerWidth,
                        top.top >= 0 && top.bottom <= innerHeight];
            }"""
        )
        context.close()

        assert (row, column) == (True, True), width


def test_every_cell_of_the_matrix_says_what_it_counts(page: Page, site: str) -> None:
    page.goto(f"{site}matrix/")
    cells = page.locator(".matrix tbody td a")

    named = [cells.nth(n).get_attribute("aria-label") or "" for n in range(cells.count())]

    assert "NVIDIA A100, LLM inference & serving: 3 papers" in named
    assert len(named) == len(set(named)) > 100
    assert page.locator(".matrix caption").inner_text()


def shown(page: Page) -> list[str]:
    return page.locator(".board tbody tr:visible").all_inner_texts()


def test_results_are_chosen_by_metric_and_by_device(page: Page, site: str) -> None:
    page.goto(f"{site}results/")
    total = len(shown(page))

    page.get_by_label("By device").select_option(label="\u2003\u2003NVIDIA Ampere (19)")
    on_ampere = shown(page)
    page.get_by_label("By what is measured").select_option("kernel-speedup")
    both = shown(page)

    assert total > len(on_ampere) == 19
    assert {row.split("\t")[0].strip() for row in both} == {"kernel speedup"}
    assert 0 < len(both) < len(on_ampere)
    assert page.locator(".pick output").inner_text() == f"{len(both)} of {total} figures"


def test_what_is_chosen_stands_in_the_address(page: Page, site: str) -> None:
    page.goto(f"{site}results/")
    page.get_by_label("By device").select_option("nvidia-a100")
    chosen = shown(page)
    address = page.url

    page.go_back()
    back = shown(page)
    page.goto(address)

    assert urlsplit(address).query == "hardware=nvidia-a100"
    assert len(back) > len(chosen) > 0
    assert shown(page) == chosen


def test_without_a_script_the_lists_lead_to_the_results(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}results/")

    page.get_by_text("By what is measured").click()
    page.get_by_role("link", name="kernel speedup", exact=True).click()
    target = page.locator(":target")
    metric = target.locator("th").first.inner_text()
    page.get_by_text("By device").click()
    page.locator("details[data-key=hardware]").get_by_role("link", name="NVIDIA A100").click()
    found = page.locator(":target").inner_text()
    context.close()

    assert metric == "kernel speedup"
    assert found.startswith("Results")


def test_a_picture_tells_what_it_shows_to_those_who_do_not_see_it(page: Page, site: str) -> None:
    page.goto(f"{site}topics/")
    strip = page.get_by_role("img").first

    assert "July 2025: 2 papers; August 2025: 1 paper" in (strip.get_attribute("aria-label") or "")
    page.goto(f"{site}results/")
    rows = page.locator(".factors li:not(.scale)")
    told = [rows.nth(n).inner_text() for n in range(rows.count())]
    assert any("against PyTorch" in row and "6.13×" in row for row in told)
    assert all("against" in row and "×" in row for row in told)


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_a_paper_out_of_sight_has_room_for_all_that_it_holds(
    page: Page, site: str, width: int
) -> None:
    """What a filter finds is laid out when it is seen; before, its height is an estimate."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}papers/?sort=title")
    page.locator("#filter-found > li").first.wait_for()

    high, estimated = page.evaluate(
        """() => [...document.querySelectorAll("#filter-found > li")].reduce(([high], entry) => {
            const estimate = getComputedStyle(entry).containIntrinsicHeight;
            entry.style.contentVisibility = "visible";
            const box = getComputedStyle(entry);
            const padding = parseFloat(box.paddingTop) + parseFloat(box.paddingBottom);
            const height = entry.getBoundingClientRect().height - padding;
            return [Math.max(high, height), parseFloat(estimate.replace("auto ", ""))];
        }, [0])"""
    )

    assert high <= estimated <= 3 * high


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_the_same_number_of_papers_is_a_column_of_the_same_height(
    page: Page, site: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}topics/")

    columns = page.evaluate(
        r"""() => [...document.querySelectorAll(".over-time .bar")].map(bar => [
            parseInt(bar.textContent.match(/: (\d+)/)[1]),
            bar.getBoundingClientRect().height,
            bar.getBoundingClientRect().bottom - bar.closest("svg").getBoundingClientRect().bottom,
        ])"""
    )

    assert len({number for number, _, _ in columns}) > 1
    for number, height, below in columns:
        assert height / number == pytest.approx(columns[0][1] / columns[0][0], abs=0.2)
        assert below == pytest.approx(0, abs=1.1)  # the line that it stands on


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_what_is_said_of_the_matrix_is_read_without_scrolling(
    page: Page, site: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}matrix/")

    box, caption = page.locator(".sheet-of-all"), page.locator(".matrix caption")
    outer, inner = box.bounding_box(), caption.bounding_box()

    assert outer
    assert inner
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


@pytest.mark.parametrize("width", [390, 768])
def test_the_facts_of_a_device_stand_beside_its_name(page: Page, site: str, width: int) -> None:
    """A long name breaks; what is known of the device begins in its first line."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}hardware/nvidia-gpu/")

    apart = page.evaluate(
        """() => [...document.querySelectorAll(".members tbody tr")].map(row => {
            const top = cell => {
                const range = document.createRange();
                range.selectNodeContents(cell.querySelector("a") ?? cell);
                return range.getBoundingClientRect().top;
            };
            const tops = [...row.cells].filter(cell => cell.textContent.trim()).map(top);
            return Math.max(...tops) - Math.min(...tops);
        })"""
    )

    assert max(apart) < 5


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_seen_through_a_gap_above_the_scale(page: Page, site: str, width: int) -> None:
    """The scale of the speed-ups stays in sight, right under the heading or the window's edge."""
    page.set_viewport_size({"width": width, "height": 500})
    page.goto(f"{site}results/")

    gap = page.evaluate(
        """() => {
            scrollTo(0, scrollY + document.querySelector(".factors").getBoundingClientRect().top
                + 500);
            const scale = document.querySelector(".factors .scale");
            const heading = scale.closest("section").querySelector("h2");
            const box = heading.getBoundingClientRect();
            const over = scale.getBoundingClientRect();
            const sticks = box.bottom > 0 && box.right > over.left;
            return over.top - (sticks ? box.bottom : 0);
        }"""
    )

    assert -1 < gap <= 0

"""What a reader can do in a real browser: filter, search, mark, copy, use the keyboard.

The pages are those of the default theme; every test fails when the browser complains of anything.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from carrel.cli import main
from carrel.pipeline import build
from conftest import ROOT, make_site
from payloads import paper
from test_look import FLAGS, served

pytestmark = pytest.mark.needs_program("chromium")

WOOL, FLEECE = 'Of wool: <b>&amp; "quotes"', "Élan and fleece"


def entry(number: int, **front: object) -> str:
    day = f"2024-{number // 2 + 1:02}-01" if number < 20 else "2023-05-01"
    return paper(
        str(front.pop("title", f"Paper {number:02}")),
        f"Text {number} about grazing{' and shearing' * (number == 4)}.",
        date=front.pop("date", day),
        added=f"2025-01-{number + 1:02}",
        comments=number % 5,
        **front,
    )


#: 23 papers, five a page: the front page holds eight, three older ones five each.
FILES: dict[str, str | bytes] = {
    **{f"content/papers/p{n:02}.md": entry(n) for n in range(23)},
    "content/papers/p01.md": entry(1, date=None),
    "content/papers/p03.md": entry(3, topics=["counting"], hardware=["abacus-9"], title=FLEECE),
    "content/papers/p04.md": entry(4, topics=["counting", "herding"], hardware=["rod-1"]),
    "content/papers/p05.md": entry(5, topics=["herding"], hardware=["abacus-7"], why="Of merino."),
    "content/papers/p21.md": entry(21, topics=["counting"], hardware=["abacus-9"], slug="of-wool"),
    "content/papers/p22.md": entry(
        22,
        title=WOOL,
        topics=["herding"],
        authors=["Ada Flock"],
        links={"code": "https://example.org/code"},
        results=[{"metric": "sheep", "value": 4}],
        status="read",
    ),
    "content/pages/dyes.md": paper("Of colours", f"{'Before. ' * 60}Indigo.{' Behind.' * 60}"),
    "content/pages/bare.md": paper("Speechless"),
    "content/topics/counting.md": "---\ntitle: Counting\naliases: [enumeration]\n---\n",
    "content/topics/herding.md": "---\ntitle: Herding\n---\n",
    "content/hardware/abacus.md": "---\ntitle: Abacus\nlevel: vendor\n---\n",
    "content/hardware/abacus-7.md": "---\ntitle: Abacus 7\nparent: abacus\n---\n",
    "content/hardware/abacus-9.md": "---\ntitle: Abacus 9\nparent: abacus\n"
    "aliases: [AB4090]\n---\n",
    "content/hardware/rod-1.md": "---\ntitle: Rod 1\n---\n",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("reader")
    settings = {"search": "on", "page_size": 5, "base_url": "https://example.org/list/"}
    build(make_site(root / "site", FILES, **settings), root / "out" / "list")
    return root / "out"


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with served(built) as root:
        yield f"{root}list/"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((address, "data:")) else complaints.append(asked.url)
        ),
    )
    yield page
    assert complaints == []


def open_list(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}papers/{query}")
    expect(page.locator("#filter.ready, #filter .tally").first).to_be_attached()


def shows(page: Page, titles: list[str]) -> None:
    """Expect these titles, in order, among the entries that can be seen."""
    expect(page.locator("main .card:visible h3")).to_have_text(titles)


def shows_all(page: Page, number: int) -> None:
    expect(page.locator("main .card:visible")).to_have_count(number)


def choose(page: Page, name: str) -> None:
    page.get_by_role("checkbox", name=re.compile(rf"^{name}\b")).click()


def told(page: Page, text: str) -> None:
    expect(page.locator("#filter-shown")).to_have_text(text)


def query_of(page: Page) -> str:
    return page.url.partition("?")[2]


# The filter


def test_choices_of_one_facet_add_up_and_facets_have_to_agree(page: Page, address: str) -> None:
    open_list(page, address)
    shows_all(page, 8)
    told(page, "23 of 23 papers")

    choose(page, "Counting")
    told(page, "3 of 23 papers")
    shows(page, ["Paper 21", "Paper 04", FLEECE])  # two of them from older pages
    choose(page, "Herding")
    told(page, "5 of 23 papers")
    choose(page, "Rod 1")
    told(page, "1 of 23 papers")
    shows(page, ["Paper 04"])
    assert query_of(page) == "topics=counting&topics=herding&hardware=rod-1"


def test_counts_tell_what_a_further_choice_would_give(page: Page, address: str) -> None:
    open_list(page, address, "?topics=counting")
    label = page.locator("#filter label")

    expect(label.filter(has_text="Herding")).to_have_text(
        "Herding 3"
    )  # its own facet does not count
    expect(label.filter(has_text="Rod 1")).to_have_text("Rod 1 1")
    expect(label.filter(has_text=re.compile("^Abacus [0-9]$"))).to_have_text("Abacus 2")
    expect(label.filter(has_text="code")).to_have_text("code 0")


def test_a_device_lies_under_what_is_above_it(page: Page, address: str) -> None:
    open_list(page, address)
    seven = page.get_by_role("checkbox", name=re.compile("^Abacus 7"))
    expect(seven).to_be_hidden()

    page.get_by_role("button", name="More under Abacus").click()
    expect(seven).to_be_visible()
    choose(page, r"Abacus \d+$")
    told(page, "3 of 23 papers")

    open_list(page, address, "?hardware=abacus-7")  # a link to a device shows where it lies
    expect(seven).to_be_checked()
    expect(seven).to_be_visible()
    shows(page, ["Paper 05"])


def test_words_find_titles_reasons_authors_terms_and_other_names(page: Page, address: str) -> None:
    open_list(page, address)
    for words, titles in {
        "4090": ["Paper 21", FLEECE],  # in an alias of the device
        "abacus merino": ["Paper 05"],  # a term above, and the reason
        "FLOCK": [WOOL],
        "elan": [FLEECE],
        "numer": [],  # the beginning of a word, not its middle
        "enumer": ["Paper 21", "Paper 04", FLEECE],
        "grazing": [],  # texts are the business of the search
    }.items():
        page.locator("#filter-q").fill(words)
        told(page, f"{len(titles)} of 23 papers")
        shows(page, titles)


def test_chips_name_what_is_chosen_and_take_it_away(page: Page, address: str) -> None:
    open_list(page, address, "?topics=counting&has=code&q=sheep&topics=nonsense")
    chips = page.locator("#filter-chosen")
    expect(chips.get_by_role("button")).to_have_text(
        ["Counting", "code", "nonsense", "“sheep”", "Clear all"]
    )

    chips.get_by_role("button", name="Remove: code").click()
    expect(page.get_by_role("checkbox", name=re.compile("^code"))).not_to_be_checked()
    assert page.evaluate("document.activeElement.textContent") == "Counting"
    chips.get_by_role("button", name="Clear all").click()

    told(page, "23 of 23 papers")
    shows_all(page, 8)
    assert page.url == f"{address}papers/"
    expect(page.locator("#filter-list h2").first).to_be_visible()


def test_the_address_keeps_the_state_and_back_works(page: Page, address: str) -> None:
    open_list(page, address)
    choose(page, "Counting")
    told(page, "3 of 23 papers")
    page.locator("#filter-q").press_sequentially("abacus")
    told(page, "2 of 23 papers")
    page.locator("#filter-sort").select_option("oldest")
    assert query_of(page) == "topics=counting&q=abacus&sort=oldest"
    shows(page, [FLEECE, "Paper 21"])
    link = page.url

    page.go_back()
    assert query_of(page) == "topics=counting&q=abacus"
    expect(page.locator("#filter-sort")).to_have_value("newest")
    page.go_back()  # over all letters at once
    told(page, "3 of 23 papers")
    expect(page.locator("#filter-q")).to_have_value("")
    page.go_back()
    told(page, "23 of 23 papers")
    page.go_forward()
    told(page, "3 of 23 papers")

    other = page.context.new_page()
    other.goto(link)
    expect(other.locator("#filter-shown")).to_have_text("2 of 23 papers")
    shows(other, [FLEECE, "Paper 21"])


def test_the_list_can_be_sorted(page: Page, address: str) -> None:
    open_list(page, address, "?sort=title")
    told(page, "23 of 23 papers")
    expect(page.locator("main .card:visible")).to_have_count(23)  # from all pages
    expect(page.locator("main .card:visible h3").nth(1)).to_have_text(WOOL)
    page.locator("#filter-sort").select_option("discussed")
    expect(page.locator("main .card:visible h3").first).to_have_text("Paper 19")
    titles = page.locator("main .card:visible h3").all_inner_texts()
    assert titles[:5] == ["Paper 19", "Paper 14", "Paper 09", "Paper 04", "Paper 18"]
    page.locator("#filter-sort").select_option("oldest")
    expect(page.locator("main .card:visible h3").first).to_have_text("Paper 00")
    expect(page.locator("main .card:visible h3").last).to_have_text("Paper 01")  # has no date


def test_only_the_pages_that_hold_what_is_shown_are_fetched(page: Page, address: str) -> None:
    fetched: list[str] = []
    page.on("request", lambda asked: fetched.append(asked.url.removeprefix(address)))
    open_list(page, address)
    assert not [url for url in fetched if "/page/" in url]

    choose(page, "Counting")

    shows(page, ["Paper 21", "Paper 04", FLEECE])
    assert [url for url in fetched if "/page/" in url] == ["papers/page/1/"]


def test_entries_are_those_of_the_lists_with_links_that_lead_somewhere(
    page: Page, address: str
) -> None:
    open_list(page, address, "?q=merino")
    told(page, "1 of 23 papers")
    card = page.locator("main .card:visible")
    expect(card.locator(".blurb")).to_have_text("Of merino.")
    expect(card.get_by_role("link", name="Abacus 7")).to_have_attribute(
        "href", f"{address}hardware/abacus-7/"
    )

    card.locator("h3 a").click()

    expect(page.locator("h1")).to_have_text("Paper 05")


def test_every_choice_gives_as_many_papers_as_its_own_page(
    browser: Browser, tmp_path: Path
) -> None:
    build(ROOT, tmp_path / "out", index="none")
    with served(tmp_path / "out") as address:
        page = browser.new_page()
        pages = sorted((tmp_path / "out").glob("topics/*/index.html"))
        pages += sorted((tmp_path / "out").glob("hardware/nvidia-*/index.html"))[:9]
        page.goto(f"{address}papers/")
        for file in pages:
            taxonomy, term = file.parent.parts[-2:]
            (count,) = re.findall(r"<h1>.*— (\d+) papers?<", file.read_text("utf-8"))
            page.evaluate(
                "query => { history.pushState(null, '', query);"
                "dispatchEvent(new Event('popstate')); }",
                f"?{taxonomy}={term}",
            )
            expect(page.locator("#filter-shown")).to_have_text(re.compile(f"^{count} of "))
        page.close()


def test_on_a_narrow_page_a_button_opens_the_facets(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    open_list(page, address)
    button = page.get_by_role("button", name="Filter", exact=True)
    counting = page.get_by_role("checkbox", name=re.compile("^Counting"))
    expect(counting).to_be_hidden()
    expect(page.locator(".unfiltered")).to_be_hidden()

    button.click()

    expect(button).to_have_attribute("aria-expanded", "true")
    counting.click()
    told(page, "3 of 23 papers")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


# Without scripts, and from disk


def test_without_scripts_the_list_is_as_it_is_and_nothing_is_offered_in_vain(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}papers/?topics=counting")
    shows_all(page, 8)
    expect(page.locator("#filter, .found-head, .scripted, .marks")).to_have_count(
        page.locator("#filter, .found-head, .scripted").count()
    )
    for part in page.locator("#filter, .found-head, .scripted, .marks").all():
        expect(part).to_be_hidden()
    told_so = page.locator(".unfiltered")
    expect(told_so).to_contain_text("The filter needs JavaScript")
    page.get_by_role("link", name="Older").click()
    shows_all(page, 5)
    expect(told_so).to_have_count(0)  # it is no page that a filter was asked of
    page.go_back()
    told_so.get_by_role("link", name="Topics").click()
    page.locator(".tree").get_by_role("link", name="Counting").click()
    shows_all(page, 3)

    page.goto(address)
    page.get_by_role("link", name="Search").click()
    ways = page.locator(".search-ways")
    expect(ways).to_contain_text("needs JavaScript")
    ways.get_by_role("link", name="The whole list").click()
    shows_all(page, 8)
    context.close()


def test_read_from_disk_the_list_stays_and_the_search_says_why_it_cannot(
    context: BrowserContext, built: Path
) -> None:
    page = context.new_page()
    page.goto((built / "list/papers/index.html").as_uri())
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator(".unfiltered")).to_be_visible()
    shows_all(page, 8)
    page.goto((built / "list/search/index.html").as_uri())
    expect(page.locator(".search-ways")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_a_list_built_for_it_is_read_from_disk_by_its_links(
    context: BrowserContext, tmp_path: Path
) -> None:
    root, out = make_site(tmp_path / "site", FILES, page_size=5), tmp_path / "out"
    assert main(["--site", str(root), "build", "--output", str(out), "--index-links", "-q"]) == 0
    page = context.new_page()
    page.goto((out / "index.html").as_uri())
    for name, path in {
        "Topics": "topics",
        "Herding": "topics/herding",
        WOOL: "papers/p22",
        "A list": ".",
    }.items():
        page.get_by_role("link", name=name, exact=True).first.click()
        page.wait_for_url((out / path / "index.html").resolve().as_uri())
        expect(page.locator("h1")).to_be_visible()
    for key in "gt":
        page.keyboard.press(key)
    page.wait_for_url((out / "topics/index.html").as_uri())


# The search


def test_a_search_opens_over_any_page_and_finds_texts(page: Page, address: str) -> None:
    page.goto(f"{address}topics/")
    page.keyboard.press("/")
    dialog = page.get_by_role("dialog", name="Search")
    expect(dialog.get_by_role("searchbox")).to_be_focused()

    page.keyboard.type("shearing")

    hit = dialog.locator(".hit")
    expect(dialog.get_by_role("status")).to_have_text("Results: 1")
    expect(hit.locator("h3")).to_have_text("Paper 04")
    expect(hit.locator("mark")).to_have_text(re.compile("shearing"))
    field, hits = dialog.get_by_role("searchbox").bounding_box(), hit.bounding_box()
    assert field
    assert hits
    assert field["width"] == hits["width"]
    page.keyboard.press("ArrowDown")
    expect(hit.get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Paper 04")


def test_the_dialog_closes_and_opens_again(page: Page, address: str) -> None:
    page.goto(address)
    for _ in range(2):
        page.get_by_role("link", name="Search").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_search_has_a_page_whose_address_can_be_sent(page: Page, address: str) -> None:
    page.goto(f"{address}papers/")
    page.keyboard.press("/")
    page.keyboard.type("grazing")
    page.keyboard.press("Enter")

    page.wait_for_url(f"{address}search/?q=grazing")
    expect(page.locator("#search").get_by_role("status")).to_have_text("Results: 23")
    expect(page.locator(".hit")).to_have_count(10)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".hit")).to_have_count(20)
    expect(page.locator(".hit a").nth(10)).to_be_focused()
    page.locator("#search-q").fill("nothing-of-the-kind")
    expect(page.locator("#search").get_by_role("status")).to_contain_text("Nothing was found")
    expect(page.locator(".hit")).to_have_count(0)
    assert query_of(page) == "q=nothing-of-the-kind"


def test_an_excerpt_is_of_the_text_and_says_where_it_is_cut(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=indigo")
    expect(page.locator(".excerpt")).to_have_text(re.compile(r"^… .*Before\. Indigo\. .* …$"))

    page.locator("#search-q").fill("colours")  # stands in the title alone

    expect(page.locator(".excerpt")).to_have_text(re.compile(r"^Before\. .* …$"))
    page.locator("#search-q").fill("speechless")
    expect(page.locator(".hit h2")).to_have_text("Speechless")


def test_titles_are_text_wherever_they_are_put(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=wool")
    expect(page.locator(".hit h2").first).to_have_text(WOOL)
    open_list(page, address, "?q=<i>%22x</i>")
    expect(page.locator("#filter-chosen button")).to_have_text('“<i>"x</i>”')


# Marks


def marks_of(page: Page) -> dict[str, list[str]]:
    stored = page.evaluate("localStorage.getItem('carrel:/list/:marks')")
    marks: dict[str, list[str]] = json.loads(stored)["marks"]
    return marks


def test_papers_can_be_marked_and_the_list_filtered_by_marks(page: Page, address: str) -> None:
    page.goto(f"{address}papers/of-wool/")
    page.get_by_role("button", name="to read: Paper 21").click()
    page.get_by_role("button", name="starred: Paper 21").click()
    page.get_by_role("button", name="read: Paper 21", exact=True).click()  # no longer to read
    assert marks_of(page) == {"p21": ["starred", "read"]}  # by the id, which stays

    open_list(page, address, "?mark=starred")

    shows(page, ["Paper 21"])
    card = page.locator("main .card:visible")
    expect(card.get_by_role("button", name="starred:")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#filter label").filter(has_text="starred")).to_have_text("starred 1")
    card.get_by_role("button", name="starred:").click()
    told(page, "0 of 23 papers")


def test_marks_can_be_taken_elsewhere_as_a_file(
    page: Page, browser: Browser, address: str, tmp_path: Path
) -> None:
    open_list(page, address)
    page.locator(".card").first.hover()
    page.get_by_role("button", name=f"to read: {WOOL}").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert json.loads(file.read_text()) == {"format": "carrel-marks", "marks": {"p22": ["to-read"]}}

    context = browser.new_context()
    other = context.new_page()
    open_list(other, address)
    other.locator("#filter-file").set_input_files(file)
    expect(other.locator("#said")).to_have_text("Papers with marks from the file: 1")
    other.goto(f"{address}papers/?mark=to-read")
    expect(other.locator("#filter-shown")).to_have_text("1 of 23 papers")
    for bad in ("{", "[]", '{"marks": {}}', '{"marks": {"p22": 7}}', "null"):
        file.write_text(bad)
        other.locator("#filter-file").set_input_files(file)
        expect(other.locator("#said")).to_have_text("This is no file of marks")
        other.evaluate("said.textContent = ''")
    assert marks_of(other) == {"p22": ["to-read"]}
    context.close()


# The keyboard


def focused(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.textContent")
    return text.strip()


def test_keys_move_open_mark_and_jump(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("j")
    assert focused(page) == WOOL
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert focused(page) == "Paper 21"
    page.keyboard.press("x")
    assert marks_of(page) == {"p21": ["to-read"]}
    expect(page.locator("#said")).to_have_text("to read")
    page.keyboard.press("x")
    assert marks_of(page) == {"p21": ["read"]}
    page.keyboard.press("s")
    page.keyboard.press("x")
    assert marks_of(page) == {"p21": ["starred"]}
    expect(page.locator("#said")).to_have_text("No longer marked")
    page.keyboard.press("o")
    page.wait_for_url(f"{address}papers/of-wool/")
    ways = {"gt": "topics/", "gd": "hardware/", "gm": "matrix/", "gp": "papers/", "gh": ""}
    for keys, path in ways.items():
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_url(address + path)
    for key in "gz":  # no page has this letter
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.url == address


def test_keys_are_off_while_typing_with_others_and_when_switched_off(
    page: Page, address: str
) -> None:
    open_list(page, address)
    page.locator("#filter-q").click()
    page.keyboard.type("j?x")
    expect(page.locator("#filter-q")).to_have_value("j?x")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#filter-q").fill("")
    page.locator("h1").click()
    page.keyboard.press("Control+j")
    page.keyboard.press("Alt+j")
    assert page.evaluate("document.activeElement === document.body || !!document.activeElement.id")

    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog.locator("dt").first).to_have_text("?")
    expect(dialog.locator("kbd")).to_contain_text(list("?/jkocxsft"))
    expect(dialog.locator("kbd:text-is('g') + kbd")).to_have_text(list("hptdomraf"))
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    for key in "j?/":
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert not page.evaluate("document.activeElement.closest('.card')")

    page.get_by_role("button", name="Keyboard").click()  # the way back
    page.get_by_role("dialog").get_by_role("checkbox").check()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.evaluate("!!document.activeElement.closest('.card')")


# Colours and copying


def test_colours_can_be_chosen_and_are_there_before_anything_is_painted(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(address)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    button = page.locator("#theme")
    expect(button).to_have_accessible_name("Colours: as the system has them")
    button.click()
    expect(button).to_have_accessible_name("Colours: light")
    page.locator("h1").click()
    page.keyboard.press("t")
    expect(button).to_have_accessible_name("Colours: dark")
    dark = page.evaluate(ground)
    assert dark != light

    context.route("**/reader.js", lambda route: route.abort())  # the one in the head is enough
    page.goto(f"{address}papers/")
    assert page.evaluate(ground) == dark
    metas = "[...document.querySelectorAll('meta[name=theme-color]')].map(meta => meta.media)"
    assert page.evaluate(metas) == ["not all", "all"]
    context.unroute("**/reader.js")
    page.reload()
    page.locator("#theme").click()
    assert page.evaluate(ground) == light
    context.close()


def test_a_citation_is_copied_and_told(context: BrowserContext, page: Page, address: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}papers/of-wool/")
    button = page.locator("[data-copy]").first
    expect(button).to_be_attached()
    source = page.locator(f"#{button.get_attribute('data-copy')}").text_content()

    page.keyboard.press("c")

    expect(page.locator("#said")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == source
    expect(page.locator("#said")).to_have_text("")


def test_what_cannot_be_copied_is_selected(page: Page, address: str) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"{address}papers/of-wool/")
    source = page.locator(f"#{page.locator('[data-copy]').first.get_attribute('data-copy')}")

    page.keyboard.press("c")

    expect(page.locator("#said")).to_have_text("Selected, ready to copy")
    assert page.evaluate("getSelection().toString()").strip() == source.inner_text().strip()


def test_scripts_stay_small() -> None:
    import gzip

    static = ROOT / "themes/reading-room/static"
    sizes = {p.name: len(gzip.compress(p.read_bytes(), 9)) for p in static.glob("*.js")}

    assert sum(size for name, size in sizes.items() if name != "search.js") <= 10_000
    styles = sum(len(gzip.compress(p.read_bytes(), 9)) for p in static.glob("*.css"))
    assert styles <= 15_000

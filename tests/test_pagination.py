"""Pages of a list: numbered from the oldest and full, so that a new paper changes no old page."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.cards import paginate
from carrel.pipeline import build
from conftest import PLAIN, make_site, read_tree

SIZE = 3
LISTS = ["papers/", "topics/counting/", "archive/2025/"]

#: number of papers → address of each page, with the days of its papers and its links
EXPECTED = {
    0: {"": ([], [])},
    1: {"": ([1], [])},
    SIZE - 1: {"": ([2, 1], [])},
    SIZE: {"": ([3, 2, 1], [])},
    SIZE + 1: {"": ([4, 3, 2, 1], [])},
    2 * SIZE - 1: {"": ([5, 4, 3, 2, 1], [])},
    2 * SIZE: {
        "": ([6, 5, 4], ["older page/1/"]),
        "page/1/": ([3, 2, 1], ["newer "]),
    },
    2 * SIZE + 1: {
        "": ([7, 6, 5, 4], ["older page/1/"]),
        "page/1/": ([3, 2, 1], ["newer "]),
    },
    3 * SIZE: {
        "": ([9, 8, 7], ["older page/2/"]),
        "page/2/": ([6, 5, 4], ["newer ", "older page/1/"]),
        "page/1/": ([3, 2, 1], ["newer page/2/"]),
    },
}


def build_site(folder: Path, papers: int, theme: str = "plain") -> dict[str, bytes]:
    """Build a site with *papers* papers, one a day; each is on all of LISTS."""
    files: dict[str, str | bytes] = {
        f"content/papers/of-day-{day}.md": f"---\ntitle: Day {day}\ndate: 2025-01-{day:02}\n"
        "topics: [counting]\n---\n"
        for day in range(1, papers + 1)
    }
    files["content/topics/counting.md"] = "---\ntitle: Counting\n---\n"
    address = "https://example.org/"
    site = make_site(folder / "site", PLAIN | files, base_url=address, theme=theme, page_size=SIZE)
    build(site, folder / "out")
    return read_tree(folder / "out")


def days(page: bytes) -> list[int]:
    return [int(day) for day in re.findall(rb"<h3><a [^>]*>Day (\d+)</a></h3>", page)]


def pages(tree: dict[str, bytes], of: str) -> dict[str, bytes]:
    """The pages of a list by their address below it."""
    pattern = re.compile(rf"{of}((page/\d+/)?)index\.html")
    found = {pattern.fullmatch(path): page for path, page in tree.items()}
    return {match[1]: page for match, page in found.items() if match}


@pytest.mark.parametrize("papers", EXPECTED)
@pytest.mark.parametrize("of", LISTS)
def test_a_list_is_parted_from_the_oldest_on(papers: int, of: str, tmp_path: Path) -> None:
    found = pages(build_site(tmp_path, papers), of)

    if papers or of == "papers/":
        assert {
            address: (
                days(page),
                [
                    f"{name} {url}"
                    for url, name in re.findall(
                        rf'<a href="[./]*/{of}((?:page/\d+/)?)">(newer|older)</a>', page.decode()
                    )
                ],
            )
            for address, page in found.items()
        } == EXPECTED[papers]
    else:
        assert found == {}, "a topic or a year without papers would be a dead end"


@pytest.mark.parametrize("theme", ["plain", "reading-room"])
def test_a_newer_paper_changes_no_older_page(theme: str, tmp_path: Path) -> None:
    before = build_site(tmp_path / "0", 0, theme)
    for papers in range(1, 3 * SIZE + 2):
        after = build_site(tmp_path / str(papers), papers, theme)
        for of in LISTS:
            old, new = pages(before, of), pages(after, of)
            assert old.keys() <= new.keys()
            changed = {address for address in old if old[address] != new[address]}
            # The page next to the front page leads on to the new one behind it.
            beside = f"page/{len(old) - 1}/" if len(new) > len(old) else ""
            assert changed <= {"", beside}
            assert all(days(old[address]) == days(new[address]) for address in changed - {""})
        before = after


def listed(number: int) -> str:
    return f"Day {number}"


@given(st.integers(0, 60), st.integers(1, 9))
def test_every_paper_is_on_one_page_and_old_pages_are_full(papers: int, size: int) -> None:
    items = [listed(number) for number in range(papers, 0, -1)]

    front, *older = paginate("list/", items, size)

    assert [item for _, page, _ in [front, *older] for item in page] == items
    assert [len(page) for _, page, _ in older] == [size] * (max(1, papers // size) - 1)
    assert len(front[1]) < 2 * size
    assert [pager.number for _, _, pager in older] == list(range(len(older), 0, -1))
    assert [url for url, _, _ in older] == [f"list/page/{n}/" for n in range(len(older), 0, -1)]


@given(st.integers(0, 60), st.integers(1, 9))
def test_a_newer_paper_moves_no_older_one(papers: int, size: int) -> None:
    items = [listed(number) for number in range(papers, 0, -1)]

    before = {url: page for url, page, pager in paginate("", items, size) if pager.number}
    after = {url: page for url, page, _ in paginate("", [listed(papers + 1), *items], size)}

    assert before.items() <= after.items()


@given(st.integers(0, 60), st.integers(1, 9))
def test_links_lead_through_all_pages_in_both_directions(papers: int, size: int) -> None:
    parts = list(paginate("", [listed(number) for number in range(papers, 0, -1)], size))
    urls = [url for url, _, _ in parts]

    assert [pager.older for _, _, pager in parts] == [*urls[1:], None]
    assert [pager.newer for _, _, pager in parts] == [None, *urls[:-1]]

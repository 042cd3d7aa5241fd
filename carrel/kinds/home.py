"""The home page: the newest papers, and the ways in."""

from collections.abc import Iterator
from typing import Any

from ..cards import build_groups, build_rows, list_items
from ..catalogue import Library
from ..items import Shelf
from ..outputs import Page, Part
from ..settings import Site
from ..term_index import TermIndex
from ..views import TermRow

NEWEST = 20
WAYS = 12


def plan(library: Library, site: Site) -> Iterator[Part]:
    """One page; of each taxonomy it names the terms with most papers."""
    newest = Shelf(library.items[: min(NEWEST, site.page_size)])
    ways = tuple(
        {"taxonomy": taxonomy, "rows": _largest(build_rows(name, library))}
        for name, taxonomy in site.published.items()
        if library.shelves[name]
    )
    yield Part(_plan, (newest, library.index, len(library.items), ways))


def _plan(
    newest: Shelf, index: TermIndex, total: int, ways: tuple[dict[str, Any], ...]
) -> Iterator[Page]:
    inputs = {
        "groups": build_groups(list_items(newest.items, index)),
        "total": total,
        "ways": ways,
        "feed": "feed.xml",
    }
    yield Page("", "home.html", inputs, modified=newest.items[0].listed if newest.items else None)


def _largest(rows: tuple[TermRow, ...]) -> tuple[TermRow, ...]:
    """The rows with most papers, of any level, without what lies below them."""
    flat: list[TermRow] = []
    open_rows = list(rows)
    while open_rows:
        row = open_rows.pop()
        open_rows += row.children
        flat.append(TermRow(row.id, row.title, row.url, row.summary, row.count))
    return tuple(sorted(flat, key=lambda row: (-row.count, row.title.casefold()))[:WAYS])

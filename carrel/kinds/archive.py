"""The archive: papers by the year in which they appeared."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from ..cards import build_groups, list_items, paginate
from ..catalogue import Library
from ..items import Item, Shelf
from ..outputs import Page, Part
from ..settings import Site
from ..term_index import TermIndex
from ..views import YearRow


def plan(library: Library, site: Site) -> Iterator[Page | Part]:
    """archive/ with the years, archive/<year>/, and archive/undated/ where it is needed."""
    days: dict[int, list[Item]] = defaultdict(list)
    for item in library.items:
        days[item.known.order[1]].append(item)
    years: dict[int | None, list[Item]] = defaultdict(list)
    for day in sorted(days, reverse=True):
        year = date.fromordinal(day).year if day else None
        years[year] += sorted(days[day], key=lambda item: item.id, reverse=True)
    rows = tuple(YearRow(year, _url(year), len(items)) for year, items in years.items())
    yield Page("archive/", "archive.html", {"years": rows, "total": len(library.items)})
    for year, items in years.items():
        yield Part(_plan_year, (year, Shelf(items), library.index, site.page_size), again=True)


def _plan_year(year: int | None, shelf: Shelf, index: TermIndex, size: int) -> Iterator[Page]:
    items = list_items(shelf.items, index)
    for url, shown, pager in paginate(_url(year), items, size):
        inputs = {
            "title": str(year) if year else None,
            "heading": None if year else "archive_undated",
            "groups": build_groups(shown, by="date"),
            "total": len(items) if pager.number is None else None,
            "pager": pager,
            "feed": None,
            "crumbs": (),
        }
        days = [item.day for item in shown if item.day]
        day = max(days, default=None)
        yield Page(url, "list.html", inputs, modified=day, listed=pager.number is None)


def _url(year: int | None) -> str:
    return f"archive/{year or 'undated'}/"

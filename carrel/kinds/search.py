"""The page of the full-text search, where there is one."""

from collections.abc import Iterator

from ..catalogue import Library
from ..outputs import Page
from ..settings import Site


def plan(library: Library, site: Site) -> Iterator[Page]:
    """search/: it has nothing to tell those who come without a question, so no sitemap has it."""
    if site.search == "on":
        yield Page("search/", "search.html", {}, listed=False)

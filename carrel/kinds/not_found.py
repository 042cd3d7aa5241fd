"""The page for addresses that lead nowhere."""

from collections.abc import Iterator

from ..catalogue import Library
from ..outputs import Page
from ..settings import Site


def plan(library: Library, site: Site) -> Iterator[Page]:
    """404.html, which hosts serve at any depth: its links begin with the base path."""
    yield Page("404.html", "404.html", {}, listed=False)

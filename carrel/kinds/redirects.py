"""Pages at the earlier addresses of entries, which lead readers on to the present ones."""

from collections.abc import Iterator

from ..aliases import REDIRECT, Addressed, alias_fault, alias_url, former
from ..cards import show
from ..catalogue import Library
from ..items import Shelf
from ..outputs import Page, Part
from ..settings import Site


def plan(library: Library, site: Site) -> Iterator[Page | Part]:
    """One page an alias, for papers, pages, and terms that have a page."""
    for page in sorted(library.pages, key=lambda page: page.id):
        yield from _lead_on(f"content/pages/{page.id}.md", page)
    moved = [item for item in library.items if item.known.aliases]
    if moved:
        moved.sort(key=lambda item: item.id)
        yield Part(_plan_papers, (Shelf(moved, whole=True),))
    for name in sorted(site.published):
        for id, term in sorted(library.terms[name].items()):
            if term.redirect_from and library.has_page(term):
                yield from _lead_on(f"content/{name}/{id}.md", term)


def _plan_papers(moved: Shelf) -> Iterator[Page]:
    for item in moved.items:
        yield from _lead_on(item.path, item.paper)


def _lead_on(source: str, entry: Addressed) -> Iterator[Page]:
    urls = {alias_url(alias) for alias in former(entry)[1] if not alias_fault(alias)}
    for url in sorted(urls - {entry.url}):
        inputs = {"title": show(entry.title), "target": entry.url}
        yield Page(url, REDIRECT, inputs, source=source, listed=False)

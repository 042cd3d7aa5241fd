"""Pages at the earlier addresses of entries, which lead readers on to the present ones."""

from collections.abc import Iterator

from ..aliases import REDIRECT, Addressed, alias_fault, alias_url, former
from ..model import Library
from ..outputs import Page
from ..settings import Site


def plan(library: Library, site: Site) -> Iterator[Page]:
    """One page an alias, for papers, pages, and terms that have a page."""
    entries: list[tuple[str, Addressed]] = [("papers", paper) for paper in library.papers]
    entries += (("pages", page) for page in library.pages)
    for name in site.published:
        terms = library.terms[name].values()
        entries += ((name, term) for term in terms if library.has_page(term))
    moved = [(f"content/{folder}/{e.id}.md", e) for folder, e in entries if former(e)[1]]
    for source, entry in sorted(moved, key=lambda each: each[0]):
        urls = {alias_url(alias) for alias in former(entry)[1] if not alias_fault(alias)}
        for url in sorted(urls - {entry.url}):
            inputs = {"title": entry.title, "target": entry.url}
            yield Page(url, REDIRECT, inputs, source=source, listed=False)

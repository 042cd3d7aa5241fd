"""Pages of the site's own: about, how to read this list."""

from collections.abc import Iterator

from ..catalogue import Library
from ..outputs import Page
from ..settings import Site


def plan(library: Library, site: Site) -> Iterator[Page]:
    """<id>/ for every file in content/pages/."""
    for page in library.pages:
        inputs = {
            "title": page.title,
            "summary": page.summary,
            "body": page.body,
            "updated": page.updated,
            "extra": dict(page.extra),
        }
        yield Page(
            page.url,
            page.template or "page.html",
            inputs,
            source=f"content/pages/{page.id}.md",
            modified=page.updated,
        )

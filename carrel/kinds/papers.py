"""All papers on one list, and a page for each of them."""

from collections.abc import Iterator

from msgspec.structs import replace

from ..cards import (
    build_blurb,
    build_chip,
    build_chips,
    build_groups,
    build_links,
    list_papers,
    paginate,
)
from ..model import Library, Paper, TermUse
from ..outputs import Page
from ..paths import build_steps
from ..settings import Site
from ..views import PaperView, Ref, ResultView


def plan(library: Library, site: Site) -> Iterator[Page]:
    """The list at papers/, its older pages, and papers/<slug>/."""
    items = list_papers(library.papers, library, site)
    for url, shown, pager in paginate("papers/", items, site.page_size):
        inputs = {
            "title": None,
            "heading": "all_papers",
            "groups": build_groups(shown),
            "total": len(items) if pager.number is None else None,
            "pager": pager,
            "feed": "feed.xml",
            "crumbs": (),
        }
        yield Page(url, "list.html", inputs, listed=pager.number is None)
    steps = build_steps(library, site)
    neighbours = [None, *library.papers, None]
    for at, paper in enumerate(library.papers):
        view = build_view(paper, library, site, neighbours[at], neighbours[at + 2])
        if paper.id in steps:
            view = replace(view, steps=steps[paper.id])
        yield Page(
            paper.url,
            paper.template or "paper.html",
            {"paper": view},
            source=f"content/papers/{paper.id}.md",
            modified=paper.updated or paper.added or paper.date,
        )


def build_view(
    paper: Paper, library: Library, site: Site, newer: Paper | None, older: Paper | None
) -> PaperView:
    """Give all that the page of *paper* shows."""
    source = paper.source
    return PaperView(
        id=paper.id,
        url=paper.url,
        title=paper.title,
        date=paper.date,
        added=paper.added,
        updated=paper.updated,
        correction=paper.correction,
        summary=paper.summary,
        why=paper.why,
        blurb=build_blurb(paper)[0],
        authors=paper.authors,
        authors_count=paper.authors_count or len(paper.authors) or None,
        chips=build_chips(paper, library, site),
        links=build_links(paper),
        arxiv=paper.arxiv,
        doi=paper.doi,
        venue=paper.venue,
        results=tuple(
            ResultView(
                result,
                build_chip(TermUse("hardware", result.hardware, count=result.count), library, site)
                if result.hardware
                else None,
            )
            for result in paper.results
        ),
        status=paper.status,
        rating=paper.rating,
        comments=paper.comments,
        upvotes=paper.upvotes,
        notes=paper.notes,
        abstract=paper.abstract,
        source_format=source.format if source else None,
        captured=source.captured if source else None,
        newer=Ref(newer.title, newer.url) if newer else None,
        older=Ref(older.title, older.url) if older else None,
        steps=(),
        extra=dict(paper.extra),
    )

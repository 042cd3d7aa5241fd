"""All papers on one list, and a page for each of them."""

from collections.abc import Iterator
from functools import partial

from ..cards import build_blurb, build_groups, build_links, list_items, paginate
from ..items import Item, Shelf
from ..model import Library, TermUse
from ..outputs import Later, Page, Part
from ..settings import Site
from ..term_index import TermIndex
from ..views import PaperView, Ref, ResultView

CHUNK = 64  #: papers whose pages are planned together


def plan(library: Library, site: Site) -> Iterator[Part]:
    """The list at papers/, its older pages, and papers/<slug>/."""
    items = library.items
    yield Part(_plan_list, (Shelf(items), library.index, site.page_size))
    for start in range(0, len(items), CHUNK):
        shown = Shelf(items[start : start + CHUNK], whole=True)
        newer = items[start - 1] if start else None
        older = items[start + CHUNK] if start + CHUNK < len(items) else None
        yield Part(_plan_pages, (shown, newer, older, library.index))


def _plan_list(shelf: Shelf, index: TermIndex, size: int) -> Iterator[Page]:
    items = list_items(shelf.items, index)
    for url, shown, pager in paginate("papers/", items, size):
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


def _plan_pages(
    shelf: Shelf, newer: Item | None, older: Item | None, index: TermIndex
) -> Iterator[Page]:
    """The pages of papers that follow each other on the list, between *newer* and *older*."""
    row = [newer, *shelf.items, older]
    refs = [Ref(item.paper.title, item.url) if item else None for item in row]
    for at, item in enumerate(shelf.items):
        paper, beside = item.paper, (refs[at], refs[at + 2])
        labels = index.labels((*item.known.terms, *item.known.named))
        view = Later((item.known.page, labels, beside), partial(build_view, item, index, *beside))
        yield Page(
            item.url,
            paper.template or "paper.html",
            {"paper": view},
            source=item.path,
            modified=paper.updated or paper.added or paper.date,
        )


def build_view(item: Item, index: TermIndex, newer: Ref | None, older: Ref | None) -> PaperView:
    """Give all that the page of a paper shows."""
    paper = item.paper
    source = paper.source
    return PaperView(
        id=paper.id,
        url=paper.url,
        title=paper.title,
        date=paper.date,
        added=paper.added,
        updated=paper.updated,
        summary=paper.summary,
        why=paper.why,
        blurb=build_blurb(paper)[0],
        authors=paper.authors,
        authors_count=paper.authors_count or len(paper.authors) or None,
        chips=index.chips(paper),
        links=build_links(paper),
        arxiv=paper.arxiv,
        doi=paper.doi,
        venue=paper.venue,
        results=tuple(
            ResultView(
                result,
                index.chip(TermUse("hardware", result.hardware, count=result.count))
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
        newer=newer,
        older=older,
        extra=dict(paper.extra),
    )

"""llms.txt: what the list is and where its parts are, for programs that read Markdown."""

from collections.abc import Iterator
from typing import Any

from ..cards import build_blurb, build_rows, show
from ..catalogue import Library
from ..items import Shelf
from ..model import Paper
from ..outputs import Page, Part
from ..settings import Site
from ..views import Brief

NEWEST = 200


def plan(library: Library, site: Site) -> Iterator[Part]:
    """One file; of a long list it names the newest papers and leads to the rest."""
    ways = tuple(
        {"taxonomy": taxonomy, "rows": build_rows(name, library)}
        for name, taxonomy in site.published.items()
        if library.shelves[name]
    )
    newest = Shelf(library.items[:NEWEST], whole=True)
    yield Part(_plan, (newest, len(library.items), ways))


def _plan(newest: Shelf, total: int, ways: tuple[dict[str, Any], ...]) -> Iterator[Page]:
    papers = tuple(_brief(item.paper) for item in newest.items)
    inputs = {"papers": papers, "total": total, "ways": ways}
    yield Page("llms.txt", "llms.txt", inputs, listed=False)


def _brief(paper: Paper) -> Brief:
    return Brief(show(paper.title), paper.url, build_blurb(paper)[0])

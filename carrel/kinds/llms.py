"""llms.txt: what the list is and where its parts are, for programs that read Markdown."""

from collections.abc import Iterator

from ..cards import build_blurb, build_rows, show
from ..catalogue import Library
from ..outputs import Page
from ..settings import Site
from ..views import Brief

NEWEST = 200


def plan(library: Library, site: Site) -> Iterator[Page]:
    """One file; of a long list it names the newest papers and leads to the rest."""
    newest = [item.paper for item in library.items[:NEWEST]]
    papers = tuple(Brief(show(paper.title), paper.url, build_blurb(paper)[0]) for paper in newest)
    ways = tuple(
        {"taxonomy": taxonomy, "rows": build_rows(name, library)}
        for name, taxonomy in site.published.items()
        if library.shelves[name]
    )
    inputs = {"papers": papers, "total": len(library.items), "ways": ways}
    yield Page("llms.txt", "llms.txt", inputs, listed=False)

"""The archive: papers by the year in which they appeared."""

from collections.abc import Iterator
from datetime import date

from ..cards import build_groups, list_papers, paginate
from ..model import Library, Paper
from ..outputs import Page
from ..settings import Site
from ..views import YearRow


def plan(library: Library, site: Site) -> Iterator[Page]:
    """archive/ with the years, archive/<year>/, and archive/undated/ where it is needed."""
    years: dict[int | None, list[Paper]] = {}
    for paper in sorted(library.papers, key=lambda p: (p.date or date.min, p.id), reverse=True):
        years.setdefault(paper.date.year if paper.date else None, []).append(paper)
    rows = tuple(YearRow(year, _url(year), len(papers)) for year, papers in years.items())
    yield Page("archive/", "archive.html", {"years": rows, "total": len(library.papers)})
    for year, papers in years.items():
        items = list_papers(papers, library, site)
        for url, shown, pager in paginate(_url(year), items, site.page_size):
            inputs = {
                "title": str(year) if year else None,
                "heading": None if year else "archive_undated",
                "groups": build_groups(shown, by="date"),
                "total": len(items) if pager.number is None else None,
                "pager": pager,
                "feed": None,
                "crumbs": (),
            }
            yield Page(url, "list.html", inputs, listed=pager.number is None)


def _url(year: int | None) -> str:
    return f"archive/{year or 'undated'}/"

"""Topics, hardware, organizations …: for every taxonomy an index, and a list for every term."""

from collections.abc import Iterator

from msgspec.structs import replace

from ..cards import build_groups, build_ref, build_rows, list_filed, paginate
from ..model import Library, Term
from ..outputs import Page
from ..paths import in_order
from ..settings import Site, Taxonomy
from ..views import FactView, Group, Ref, TermRow, TermView


def plan(library: Library, site: Site) -> Iterator[Page]:
    """<taxonomy>/, <taxonomy>/<term>/ and its older pages."""
    for name, taxonomy in site.published.items():
        rows = build_rows(name, library, site)
        total = sum(library.has_page(term) for term in library.terms[name].values())
        inputs = {"taxonomy": taxonomy, "rows": rows, "total": total}
        yield Page(f"{name}/", f"{name}/terms.html", inputs)
        for term in library.terms[name].values():
            if library.has_page(term):
                yield from _plan_term(term, taxonomy, rows, library, site)


def _plan_term(
    term: Term, taxonomy: Taxonomy, rows: tuple[TermRow, ...], library: Library, site: Site
) -> Iterator[Page]:
    filed = library.filed[term.taxonomy][term.id]
    items = list_filed(in_order(filed) if taxonomy.ordered else filed, library, site)
    view = _build_view(term, rows, library, site)
    part = replace(view, count=None, children=())  # what a new paper changes stays in front
    # A path is read from its beginning: it stands on one page, and in no months.
    size = len(items) if taxonomy.ordered else site.page_size
    for url, shown, pager in paginate(term.url, items, size):
        inputs = {
            "taxonomy": taxonomy,
            "term": view if pager.number is None else part,
            "groups": (Group(None, shown),) if taxonomy.ordered else build_groups(shown),
            "total": len(items) if pager.number is None else None,
            "pager": pager,
            "feed": f"{term.url}feed.xml" if taxonomy.feeds else None,
            "crumbs": (Ref(taxonomy.title, f"{taxonomy.name}/"), *view.line),
        }
        yield Page(
            url,
            f"{taxonomy.name}/term.html",
            inputs,
            source=f"content/{taxonomy.name}/{term.id}.md",
            modified=filed[0].paper.listed if pager.number is None else None,
            listed=pager.number is None,
        )


def _build_view(term: Term, rows: tuple[TermRow, ...], library: Library, site: Site) -> TermView:
    above = reversed(library.ancestors(term))
    return TermView(
        taxonomy=term.taxonomy,
        id=term.id,
        title=term.title,
        url=term.url,
        summary=term.summary,
        body=term.body,
        aliases=term.aliases,
        level=term.level,
        kind=term.kind,
        vendor=term.vendor,
        facts=tuple(FactView(f.name, f.value, f.unit, f.source) for f in term.facts),
        links=term.links,
        line=tuple(build_ref(each, library, site) for each in above),
        children=_row_of(term.id, rows).children,
        count=len(library.filed[term.taxonomy][term.id]),
    )


def _row_of(id: str, rows: tuple[TermRow, ...]) -> TermRow:
    """Find a row in trees of rows."""
    open_rows = list(rows)
    while open_rows:
        row = open_rows.pop()
        if row.id == id:
            return row
        open_rows += row.children
    raise LookupError(id)

"""Topics, hardware, organizations …: for every taxonomy an index, and a list for every term."""

from collections.abc import Iterator

from msgspec.structs import replace

from ..cards import build_groups, build_rows, list_shelf, paginate
from ..items import Shelf
from ..model import Library, Term
from ..outputs import Page, Part
from ..paths import in_order
from ..settings import Site, Taxonomy
from ..term_index import TermIndex
from ..views import FactView, Group, Ref, TermRow, TermView


def plan(library: Library, site: Site) -> Iterator[Page | Part]:
    """<taxonomy>/, <taxonomy>/<term>/ and its older pages."""
    for name, taxonomy in site.published.items():
        rows = build_rows(name, library)
        total = sum(library.has_page(term) for term in library.terms[name].values())
        inputs = {"taxonomy": taxonomy, "rows": rows, "total": total}
        yield Page(f"{name}/", f"{name}/terms.html", inputs)
        for term in library.terms[name].values():
            if library.has_page(term):
                view = _build_view(term, rows, library)
                shelf = library.shelves[name][term.id]
                if taxonomy.ordered:  # places are in no card
                    shelf = Shelf(shelf.items, whole=True)
                yield Part(_plan_term, (view, taxonomy, shelf, library.index, site.page_size))


def _plan_term(
    view: TermView, taxonomy: Taxonomy, shelf: Shelf, index: TermIndex, size: int
) -> Iterator[Page]:
    items = list_shelf(shelf, view.taxonomy, view.id, index)
    if taxonomy.ordered:  # a path is read from its beginning: on one page, and in no months
        items, size = in_order(items), len(items)
    part = replace(view, count=None, children=())  # what a new paper changes stays in front
    for url, shown, pager in paginate(view.url, items, size):
        inputs = {
            "taxonomy": taxonomy,
            "term": view if pager.number is None else part,
            "groups": (Group(None, shown),) if taxonomy.ordered else build_groups(shown),
            "total": len(items) if pager.number is None else None,
            "pager": pager,
            "feed": f"{view.url}feed.xml" if taxonomy.feeds else None,
            "crumbs": (Ref(taxonomy.title, f"{taxonomy.name}/"), *view.line),
        }
        yield Page(
            url,
            f"{taxonomy.name}/term.html",
            inputs,
            source=f"content/{taxonomy.name}/{view.id}.md",
            modified=shelf.items[0].listed if pager.number is None else None,
            listed=pager.number is None,
        )


def _build_view(term: Term, rows: tuple[TermRow, ...], library: Library) -> TermView:
    refs = library.index.refs[term.taxonomy]
    above = reversed(library.index.lines[term.taxonomy][term.id][1:])
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
        line=tuple(refs[id] for id in above),
        children=_row_of(term.id, rows).children,
        count=len(library.shelves[term.taxonomy][term.id].items),
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

"""Topics, hardware, organizations …: for every taxonomy an index, and a list for every term."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..boards import MEASURED_ON, Board, build_boards
from ..boards import build_rows as build_results
from ..cards import build_groups, build_rows, list_shelf, paginate
from ..catalogue import Library
from ..crossing import Sides, build_across, find_sides, share, terms_of
from ..items import Item, Placed, Shelf, Stated
from ..landscape import Member, build_landscape, build_members, line_titles, short_titles
from ..model import Term
from ..outputs import Page, Part
from ..paths import in_order
from ..settings import Site, Taxonomy
from ..term_index import TermIndex
from ..timeline import build_timeline
from ..views import FactView, Group, Ref, TermRow, TermView

MOST_RESULTS = 40  #: on the page of a term


class Kin(Struct, frozen=True):
    """What stands around a term in its hierarchy."""

    facts: tuple[str, ...]  #: names of those in which its members differ
    members: tuple[Member, ...]  #: the terms below it
    relatives: tuple[Ref, ...]  #: the other terms below the same one


def plan(library: Library, site: Site) -> Iterator[Part]:
    """<taxonomy>/, <taxonomy>/<term>/ and its older pages."""
    index, sides = library.index, find_sides(site)
    placed, named = Placed(library.items), _named(library)
    for name, taxonomy in site.published.items():
        rows = build_rows(name, library)
        terms, shelves = library.terms[name], library.shelves[name]
        shown = [term for term in terms.values() if library.has_page(term)]
        # An open vocabulary has no end of terms with one paper each: no picture holds them.
        drawn = taxonomy.vocabulary == "closed" or any(term.vendor for term in shown)
        pictured = tuple(terms[id] for id in shelves) if drawn else ()
        yield Part(_plan_index, (taxonomy, rows, len(shown), sides, pictured, placed, index))
        below = _by_id(rows)
        shorts = short_titles(terms)
        kin: dict[str | None, list[Ref]] = defaultdict(list)
        for term in shown:
            kin[term.parent].append(Ref(shorts[term.id], term.url))
        for term in shown:
            view = _build_view(term, below[term.id].children, library)
            beside = kin[term.parent] if term.parent else []
            relatives = tuple(ref for ref in beside if ref.url != term.url)
            around = Kin(*build_members(view.children, terms), relatives)
            shelf = shelves[term.id]
            if taxonomy.ordered:  # places are in no card
                shelf = Shelf(shelf.items, whole=True)
            papers = (*shelves[term.id].items, *named[term.id]) if name == MEASURED_ON else ()
            inputs = (
                view,
                taxonomy,
                shelf,
                index,
                site.page_size,
                sides,
                around,
                Stated(papers),
            )
            yield Part(_plan_term, inputs, again=True)


def _plan_index(
    taxonomy: Taxonomy,
    rows: tuple[TermRow, ...],
    total: int,
    sides: Sides | None,
    pictured: tuple[Term, ...],
    placed: Placed,
    index: TermIndex,
) -> Iterator[Page]:
    under = share(placed.items, taxonomy.name, index) if pictured else {}
    closed = taxonomy.vocabulary == "closed"
    inputs = {
        "taxonomy": taxonomy,
        "rows": rows,
        "total": total,
        "crossed": sides is not None and sides.across(taxonomy.name) is not None,
        "landscape": build_landscape({term.id: term for term in pictured}, under),
        "timeline": build_timeline(pictured, under) if closed else None,
    }
    yield Page(f"{taxonomy.name}/", f"{taxonomy.name}/terms.html", inputs)


def _plan_term(
    view: TermView,
    taxonomy: Taxonomy,
    shelf: Shelf,
    index: TermIndex,
    size: int,
    sides: Sides | None,
    kin: Kin,
    stated: Stated,
) -> Iterator[Page]:
    items = list_shelf(shelf, view.taxonomy, view.id, index)
    if taxonomy.ordered:  # a path is read from its beginning: on one page, and in no months
        items, size = in_order(items), len(items)
    part = replace(view, count=None, children=())  # what a new paper changes stays in front
    for url, shown, pager in paginate(view.url, items, size):
        front = pager.number is None
        inputs = {
            "taxonomy": taxonomy,
            "term": view if front else part,
            "beside": _build_beside(view, shelf, index, sides, kin, stated) if front else None,
            "groups": (Group(None, shown),) if taxonomy.ordered else build_groups(shown),
            "total": len(items) if front else None,
            "pager": pager,
            "feed": f"{view.url}feed.xml" if taxonomy.feeds else None,
            "crumbs": (Ref(taxonomy.title, f"{taxonomy.name}/"), *view.line),
        }
        yield Page(
            url,
            f"{taxonomy.name}/term.html",
            inputs,
            source=f"content/{taxonomy.name}/{view.id}.md",
            modified=shelf.items[0].listed if front else shown[0].day,
            listed=front,
        )


def _build_view(term: Term, children: tuple[TermRow, ...], library: Library) -> TermView:
    terms, refs = library.terms[term.taxonomy], library.index.refs[term.taxonomy]
    above = library.index.lines[term.taxonomy][term.id][:0:-1]
    *titles, short = line_titles([*(terms[id] for id in above), term])
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
        line=tuple(Ref(title, refs[id].url) for title, id in zip(titles, above, strict=True)),
        short=short,
        children=children,
        count=len(library.shelves[term.taxonomy][term.id].items),
    )


def _build_beside(
    view: TermView,
    shelf: Shelf,
    index: TermIndex,
    sides: Sides | None,
    kin: Kin,
    stated: Stated,
) -> dict[str, Any]:
    """Give what stands beside the papers of a term on its front page."""
    is_device = view.taxonomy == MEASURED_ON
    results = build_results(stated.items if is_device else shelf.items, index)
    if is_device:
        results = [row for row in results if view.id in row.within]
    else:  # of every paper the figure that its card shows
        found = {row.url: row for row in reversed(results) if row.result.headline}
        results = [found[item.url] for item in shelf.items if item.url in found]
    boards = build_boards(results[:MOST_RESULTS])
    is_whole = len(results) <= MOST_RESULTS
    return {
        "facts": kin.facts,
        "members": kin.members,
        "relatives": kin.relatives,
        "opposite": sides.across(view.taxonomy) if sides else None,
        "across": build_across(view.id, view.taxonomy, shelf.items, sides, index) if sides else (),
        "measured": is_device,
        "boards": boards if is_whole else tuple(map(_unranked, boards)),
        "results": len(results),
    }


def _named(library: Library) -> dict[str, list[Item]]:
    """Give the papers that only a result files under a device, by it and by what is above it."""
    found: dict[str, list[Item]] = defaultdict(list)
    lines = library.index.lines[MEASURED_ON]
    for item in library.items:
        if item.known.named:
            ids = [name.partition("/")[2] for name in item.known.named]
            under = set(terms_of(item, MEASURED_ON, library.index))
            for id in dict.fromkeys(up for at in ids for up in lines[at] if up not in under):
                found[id].append(item)
    return found


def _unranked(board: Board) -> Board:
    """Take away ranks among results of which not all are shown."""
    return replace(board, rows=tuple(replace(row, rank=None, of=None) for row in board.rows))


def _by_id(rows: tuple[TermRow, ...]) -> dict[str, TermRow]:
    """Find the rows of trees by their ids."""
    found: dict[str, TermRow] = {}
    waiting = list(rows)
    while waiting:
        row = waiting.pop()
        found[row.id] = row
        waiting += row.children
    return found

"""Pairs: the papers under a topic and a device, where there are some, with a feed of their own."""

from collections.abc import Iterator

from ..cards import Listed, build_groups, paginate
from ..crossing import Sides, find_sides, share
from ..items import Item, Shelf
from ..model import Library
from ..outputs import Page, Part
from ..settings import Site
from ..term_index import TermIndex
from ..views import Ref
from .feeds import fill_feed


def plan(library: Library, site: Site) -> Iterator[Part]:
    """<taxonomy>/<term>/<other term>/, its older pages, and feed.xml beside it.

    A part is all pairs of one term: which ones there are is known from its papers.
    """
    sides = find_sides(site)
    if sides is None:
        return
    index, public = library.index, tuple(site.published)
    for term in library.terms[sides.one.name].values():
        if library.has_page(term):
            shelf = library.shelves[sides.one.name][term.id]
            yield Part(_plan_pairs, (sides, term.id, shelf, index, site.page_size))
            if sides.one.feeds and sides.other.feeds:
                papers = Shelf(shelf.items, whole=True)
                told = site.title, site.feeds.limit, site.feeds.id_base, public
                yield Part(_plan_feeds, (sides, term.id, papers, index, *told))


def _plan_pairs(
    sides: Sides, one: str, shelf: Shelf, index: TermIndex, size: int
) -> Iterator[Page]:
    refs, others = index.refs[sides.one.name], index.refs[sides.other.name]
    above = [refs[id] for id in reversed(index.lines[sides.one.name][one])]
    line = (Ref(sides.one.title, f"{sides.one.name}/"), *above)
    for other, papers in _pairs(sides, shelf, index):
        address = f"{refs[one].url}{other}/"
        items = [_list(item, sides.other.name, other, index) for item in papers]
        for url, shown, pager in paginate(address, items, size):
            front = pager.number is None
            inputs = {
                "one": refs[one],
                "other": others[other],
                "groups": build_groups(shown),
                "total": len(items) if front else None,
                "pager": pager,
                "feed": f"{address}feed.xml" if sides.one.feeds and sides.other.feeds else None,
                "crumbs": line,
            }
            day = papers[0].listed if front else None
            yield Page(url, "pair.html", inputs, modified=day, listed=front)


def _plan_feeds(
    sides: Sides,
    one: str,
    shelf: Shelf,
    index: TermIndex,
    site_title: str,
    limit: int,
    id_base: str,
    public: tuple[str, ...],
) -> Iterator[Page]:
    ref = index.refs[sides.one.name][one]
    for other, papers in _pairs(sides, shelf, index):
        title = f"{site_title}: {ref.title}, {index.refs[sides.other.name][other].title}"
        newest = Shelf(papers[:limit])
        yield from fill_feed(f"{ref.url}{other}/", title, "", newest, index, public, id_base)


def _pairs(sides: Sides, shelf: Shelf, index: TermIndex) -> Iterator[tuple[str, list[Item]]]:
    """Give the terms of the other side with enough of these papers, and the papers."""
    for other, papers in sorted(share(shelf.items, sides.other.name, index).items()):
        if len(papers) >= sides.minimum and index.refs[sides.other.name][other].url:
            yield other, papers


def _list(item: Item, taxonomy: str, id: str, index: TermIndex) -> Listed:
    use, via = index.nearest(item.paper, taxonomy, id)
    return Listed(item, index, via, use)

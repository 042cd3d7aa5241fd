"""Pairs: the papers under a topic and a device, where there are some, with a feed of their own."""

from collections.abc import Iterator

from ..cards import Listed, build_groups, paginate
from ..catalogue import Library
from ..crossing import Sides, find_sides, list_pairs
from ..items import Shelf
from ..outputs import Page, Part
from ..settings import Site
from ..subscriptions import build_pair_feed
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
    index = library.index
    for term in library.terms[sides.one.name].values():
        if library.has_page(term):
            shelf = library.shelves[sides.one.name][term.id]
            yield Part(_plan_pairs, (sides, term.id, shelf, index, site.page_size), again=True)
            if sides.one.feeds and sides.other.feeds:
                papers = Shelf(shelf.items, whole=True)
                yield Part(_plan_feeds, (sides, term.id, papers, index, site))


def _plan_pairs(
    sides: Sides, one: str, shelf: Shelf, index: TermIndex, size: int
) -> Iterator[Page]:
    refs, others = index.refs[sides.one.name], index.refs[sides.other.name]
    above = [refs[id] for id in reversed(index.lines[sides.one.name][one])]
    line = (Ref(sides.one.title, f"{sides.one.name}/"), *above)
    for other, papers in list_pairs(sides, shelf.items, index):
        address = f"{refs[one].url}{other}/"
        items = [Listed(item, index, (sides.other.name, other)) for item in papers]
        for url, shown, pager in paginate(address, items, size):
            front = pager.number is None
            inputs = {
                "one": refs[one],
                "other": others[other],
                "at": address,
                "groups": build_groups(shown),
                "total": len(items) if front else None,
                "pager": pager,
                "feed": f"{address}feed.xml" if sides.one.feeds and sides.other.feeds else None,
                "crumbs": line,
            }
            day = papers[0].listed if front else shown[0].day
            yield Page(url, "pair.html", inputs, modified=day, listed=front)


def _plan_feeds(
    sides: Sides, one: str, shelf: Shelf, index: TermIndex, site: Site
) -> Iterator[Page]:
    for other, papers in list_pairs(sides, shelf.items, index):
        feed = build_pair_feed(sides, one, other, index, site)
        newest = Shelf(papers[: site.feeds.limit])
        yield from fill_feed(feed, newest, index, tuple(site.published), site.feeds.id_base)

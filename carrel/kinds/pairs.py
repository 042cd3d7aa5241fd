"""Pairs: the papers under a topic and a device, where there are some, with a feed of their own."""

from collections.abc import Iterator

from ..cards import build_groups, build_ref, list_filed, paginate
from ..crossing import build_crossing
from ..model import Library
from ..outputs import Page
from ..settings import Site
from ..views import Listed, Ref
from .feeds import plan_feed


def plan(library: Library, site: Site) -> Iterator[Page]:
    """<taxonomy>/<term>/<other term>/, its older pages, and feed.xml beside it."""
    crossing = build_crossing(library, site)
    if crossing is None:
        return
    entries: dict[str, dict[str, Listed]] = {}  # of a device: the same in all of its pairs
    for one, other, filed in crossing.pairs(library):
        address = f"{one.url}{other.id}/"
        if other.id not in entries:
            listed = list_filed(library.filed[other.taxonomy][other.id], library, site)
            entries[other.id] = {each.card.id: each for each in listed}
        has_feed = crossing.one.feeds and crossing.other.feeds
        items = [entries[other.id][each.paper.id] for each in filed]
        for url, shown, pager in paginate(address, items, site.page_size):
            inputs = {
                "one": build_ref(one, library, site),
                "other": build_ref(other, library, site),
                "groups": build_groups(shown),
                "total": len(items) if pager.number is None else None,
                "pager": pager,
                "feed": f"{address}feed.xml" if has_feed else None,
                "crumbs": (
                    Ref(crossing.one.title, f"{crossing.one.name}/"),
                    *(build_ref(term, library, site) for term in reversed(library.ancestors(one))),
                    build_ref(one, library, site),
                ),
            }
            front = pager.number is None
            day = filed[0].paper.listed if front else None
            yield Page(url, "pair.html", inputs, modified=day, listed=front)
        if has_feed:
            title = f"{site.title}: {one.title}, {other.title}"
            papers = [each.paper for each in filed]
            yield plan_feed(library, site, address, title, title, papers)

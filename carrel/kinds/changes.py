"""The changes: entries that were corrected or changed, apart from what is new, with a feed."""

from collections.abc import Iterator
from itertools import groupby

from msgspec.structs import replace

from ..cards import Listed
from ..catalogue import Library
from ..items import Shelf
from ..outputs import Page, Part
from ..settings import Site
from ..subscriptions import Feed
from ..term_index import TermIndex
from ..views import Group
from .feeds import build_item, day_time, feed_inputs, find_newest

NEWEST = 200  #: changes on the page: older ones are seen on the papers' own pages


def plan(library: Library, site: Site) -> Iterator[Part]:
    """changes/ and changes/feed.xml, once something has changed."""
    changed = [item for item in library.items if item.known.updated]
    changed.sort(key=lambda item: (item.known.updated, item.id), reverse=True)
    if changed:
        shelf = Shelf(changed[:NEWEST], whole=True)
        description = site.description or site.title
        feed = Feed(site.title, site.title, description, "changes/", ("rss",))
        public = tuple(site.published)
        limit, id_base = site.feeds.limit, site.feeds.id_base
        yield Part(
            _plan_changes, (shelf, len(changed), library.index, public, feed, limit, id_base)
        )


def _plan_changes(
    shelf: Shelf,
    total: int,
    index: TermIndex,
    public: tuple[str, ...],
    feed: Feed,
    limit: int,
    id_base: str,
) -> Iterator[Page]:
    dated = [(item.paper.updated, item) for item in shelf.items if item.paper.updated]
    groups = tuple(
        Group(
            month,
            tuple(
                Listed(item, index, changed=day, correction=item.paper.correction)
                for day, item in run
            ),
        )
        for month, run in groupby(dated, key=lambda change: change[0].replace(day=1))
    )
    inputs = {"groups": groups, "total": total, "feed": "changes/feed.xml"}
    yield Page("changes/", "changes.html", inputs, modified=dated[0][0])
    # An entry that changes again is a new item, so that readers see it.
    items = []
    for day, changed in dated[:limit]:
        item = build_item(changed.paper, index, public, id_base)
        items.append(
            replace(
                item,
                guid=f"{item.guid}/updated/{day}",
                published=day_time(changed.paper, day),
                description=changed.paper.correction or item.description,
            )
        )
    shown = feed_inputs(feed, "changes/feed.xml", items, find_newest(items), id_base)
    inputs = {"part": "changes", **shown}
    yield Page("changes/feed.xml", "changes-feed.xml", inputs, listed=False)

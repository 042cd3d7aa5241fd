"""The changes: entries that were corrected or changed, apart from what is new, with a feed."""

from collections.abc import Iterator
from itertools import groupby

from msgspec.structs import replace

from ..cards import build_card
from ..model import Library, Paper
from ..outputs import Page
from ..settings import Site
from ..views import Group, Listed
from .feeds import _item, _time

NEWEST = 200  #: changes on the page: older ones are seen on the papers' own pages


def plan(library: Library, site: Site) -> Iterator[Page]:
    """changes/ and changes/feed.xml, once something has changed."""
    dated = [(paper.updated, paper) for paper in library.papers if paper.updated]
    if not dated:
        return
    dated.sort(key=lambda change: (change[0], change[1].id), reverse=True)
    changed = [paper for _, paper in dated]
    groups = tuple(
        Group(month, tuple(_listed(paper, library, site) for _, paper in run))
        for month, run in groupby(dated[:NEWEST], key=lambda change: change[0].replace(day=1))
    )
    inputs = {"groups": groups, "total": len(changed), "feed": "changes/feed.xml"}
    yield Page("changes/", "changes.html", inputs, modified=dated[0][0])
    yield _plan_feed(changed[: site.feeds.limit], library, site)


def _listed(paper: Paper, library: Library, site: Site) -> Listed:
    card = build_card(paper, library, site)
    return Listed(card, changed=paper.updated, correction=paper.correction)


def _plan_feed(changed: list[Paper], library: Library, site: Site) -> Page:
    """Plan the feed: an entry that changes again is a new item, so that readers see it."""
    items = []
    for paper in changed:
        item = _item(paper, library, site)
        items.append(
            replace(
                item,
                guid=f"{item.guid}/updated/{paper.updated}",
                published=_time(paper, paper.updated),
                description=paper.correction or item.description,
            )
        )
    inputs = {
        "title": site.title,
        "part": "changes",
        "description": site.description or site.title,
        "html_url": "changes/",
        "feed_url": "changes/feed.xml",
        "items": tuple(items),
        "updated": max((item.published for item in items if item.published), default=None),
    }
    return Page("changes/feed.xml", "changes-feed.xml", inputs, listed=False)

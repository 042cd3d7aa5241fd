"""Feeds of the whole list, of terms and of pairs; the page that names them all, and their OPML."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence

from ..cards import build_card, build_links
from ..fingerprint import digest
from ..model import Library, Paper
from ..outputs import Export, Page
from ..references import arxiv_doi, find_address, find_organization
from ..settings import Site
from ..subscriptions import FILES, Feed, list_feeds, list_followed
from ..views import Category, FeedItem

_NO_DAY = dt.date(1970, 1, 1)  #: Atom wants a day also where none is known
#: A feed's template by its form. What an item holds is feed-item.html in all of them.
_TEMPLATES = {"rss": "feed.xml", "atom": "atom.xml", "json": "feed.json"}


def plan(library: Library, site: Site) -> Iterator[Page | Export]:
    """feed.xml for the list, <term>/feed.xml where the taxonomy has feeds; feeds/; feeds.opml."""
    for _, followed in list_followed(library, site):
        for feed, papers in followed:
            yield from plan_feed(feed, papers, library, site)
    groups = list_feeds(library, site)
    has_opml = "opml" in site.outputs.list
    yield Page("feeds/", "feeds.html", {"groups": groups, "opml": has_opml})
    if has_opml:
        updated = find_updated(library)
        yield Export("feeds.opml", "opml", digest((groups, updated)), lambda: (groups, updated))


def plan_feed(feed: Feed, papers: Sequence[Paper], library: Library, site: Site) -> Iterator[Page]:
    """One feed in all its forms; *papers* are those it follows, newest first."""
    newest = papers[: site.feeds.limit]
    items = tuple(_item(paper, library, site) for paper in newest)
    for form in feed.forms:
        inputs = {
            "title": feed.name,
            "description": feed.description,
            "id": f"{site.feeds.id_base}/{feed.url}".rstrip("/"),
            "html_url": feed.url,
            "feed_url": feed.url + FILES[form],
            "items": items,
            "updated": max((item.updated for item in items if item.published), default=None),
        }
        yield Page(feed.url + FILES[form], _TEMPLATES[form], inputs, listed=False)


def find_updated(library: Library) -> dt.date | None:
    """Give the day of the newest change of any paper."""
    days = (day for paper in library.papers for day in (paper.updated, paper.listed) if day)
    return max(days, default=None)


def _item(paper: Paper, library: Library, site: Site) -> FeedItem:
    card = build_card(paper, library, site)
    organization = find_organization(paper, library)
    changed = max((day for day in (paper.updated, paper.listed) if day), default=None)
    return FeedItem(
        guid=f"{site.feeds.id_base}/papers/{paper.id}",
        url=paper.url,
        title=paper.title,
        published=_time(paper, paper.listed) if paper.listed else None,
        updated=_time(paper, changed or _NO_DAY),
        authors=card.authors or ((organization,) if organization else ()),
        arxiv=paper.arxiv,
        doi=paper.doi or (arxiv_doi(paper.arxiv) if paper.arxiv else None),
        address=find_address(paper),
        via=paper.source.url if paper.source else None,
        categories=tuple(
            Category(chip.id, chip.title, f"{chip.taxonomy}/")
            for chip in card.chips
            if chip.taxonomy in site.published
        ),
        results=paper.results,
        description=card.blurb or " · ".join(chip.title for chip in card.chips) or paper.title,
        summary=paper.summary,
        why=paper.why,
        notes=paper.notes,
        abstract=paper.abstract,
        links=build_links(paper),
    )


def _time(paper: Paper, day: dt.date) -> dt.datetime:
    """Give a moment of *day*, spread over its first hour so that readers keep one order."""
    seconds = int.from_bytes(hashlib.blake2b(paper.id.encode()).digest()[:2], "big") % 3600
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)

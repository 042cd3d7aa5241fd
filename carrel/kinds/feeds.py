"""Feeds of the whole list, of terms and of pairs; the page that names them all, and their OPML."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from ..cards import build_links, fill_card, show, show_result
from ..catalogue import Library
from ..digests import digest
from ..items import Item, Shelf
from ..model import Paper
from ..outputs import Export, Later, Page, Part
from ..references import arxiv_doi, find_address, find_organization
from ..settings import Site
from ..subscriptions import FILES, Feed, list_feeds, list_followed
from ..term_index import TermIndex
from ..views import Category, FeedItem

_NO_DAY = dt.date(1970, 1, 1)  #: Atom wants a day also where none is known
#: A feed's template by its form. What an item holds is feed-item.html in all of them.
_TEMPLATES = {"rss": "feed.xml", "atom": "atom.xml", "json": "feed.json"}


def plan(library: Library, site: Site) -> Iterator[Part]:
    """feed.xml for the list, <term>/feed.xml where the taxonomy has feeds; feeds/; feeds.opml."""
    for _, followed in list_followed(library, site):
        for feed, items in followed:
            yield plan_feed(feed, items, library, site)
    yield Part(_plan_index, (library.whole, site))


def _plan_index(whole: Later, site: Site) -> Iterator[Page | Export]:
    library: Library = whole.value
    groups = list_feeds(library, site)
    has_opml = "opml" in site.outputs.list
    changes = any(item.known.updated for item in library.items)
    inputs = {"groups": groups, "changes": changes, "opml": has_opml}
    yield Page("feeds/", "feeds.html", inputs)
    if has_opml:
        began = min((day for item in library.items if (day := item.known.order[0])), default=0)
        days = (dt.date.fromordinal(began) if began else None, find_updated(library))
        yield Export("feeds.opml", "opml", digest((groups, *days)), lambda: (groups, *days))


def plan_feed(feed: Feed, items: Sequence[Item], library: Library, site: Site) -> Part:
    """Plan one feed in all its forms; *items* are what it follows, newest first."""
    newest = Shelf(items[: site.feeds.limit], whole=True)
    inputs = (feed, newest, library.index, tuple(site.published), site.feeds.id_base)
    return Part(fill_feed, inputs)


def fill_feed(
    feed: Feed, newest: Shelf, index: TermIndex, published: tuple[str, ...], id_base: str
) -> Iterator[Page]:
    """Give one feed in all its forms."""
    make = partial(_build_items, newest, index, published, id_base)
    found = make()
    # Feeds are many, and each holds the whole texts of its papers: they are made again when shown.
    items = Later(digest(found), make)
    updated = find_newest(found)
    for form in feed.forms:
        yield Page(
            feed.url + FILES[form],
            _TEMPLATES[form],
            feed_inputs(feed, feed.url + FILES[form], items, updated, id_base),
            listed=False,
        )


def _build_items(
    newest: Shelf, index: TermIndex, published: tuple[str, ...], id_base: str
) -> tuple[FeedItem, ...]:
    return tuple(build_item(item.paper, index, published, id_base) for item in newest.items)


def find_newest(items: Iterable[FeedItem]) -> dt.datetime | None:
    """Give the moment of the newest change of any item that has a day."""
    return max((item.updated for item in items if item.published), default=None)


def feed_inputs(
    feed: Feed,
    url: str,
    items: Later | Sequence[FeedItem],
    updated: dt.datetime | None,
    id_base: str,
) -> dict[str, object]:
    """Give what the template of a feed at *url* is given."""
    return {
        "title": feed.name,
        "description": feed.description,
        "id": f"{id_base}/{feed.url}".rstrip("/"),
        "html_url": feed.url,
        "feed_url": url,
        "items": items,
        "updated": updated,
    }


def find_updated(library: Library) -> dt.date | None:
    """Give the day of the newest change of any paper."""
    days = [max(item.known.updated, item.known.order[0]) for item in library.items]
    return dt.date.fromordinal(max(days)) if any(days) else None


def build_item(
    paper: Paper, index: TermIndex, published: tuple[str, ...], id_base: str
) -> FeedItem:
    """Give *paper* as an item of a feed; *published* are the taxonomies with pages."""
    card = fill_card(paper, index.chips(paper))
    organization = find_organization(paper, index)
    changed = max((day for day in (paper.updated, paper.listed) if day), default=None)
    return FeedItem(
        guid=f"{id_base}/papers/{paper.id}",
        url=paper.url,
        title=card.title,
        published=day_time(paper, paper.listed) if paper.listed else None,
        updated=day_time(paper, changed or _NO_DAY),
        authors=card.authors or ((organization,) if organization else ()),
        arxiv=paper.arxiv,
        doi=paper.doi or (arxiv_doi(paper.arxiv) if paper.arxiv else None),
        address=find_address(paper),
        via=paper.source.url if paper.source else None,
        categories=tuple(
            Category(chip.id, chip.title, f"{chip.taxonomy}/")
            for chip in card.chips
            if chip.taxonomy in published
        ),
        results=tuple(map(show_result, paper.results)),
        description=card.blurb or " · ".join(chip.title for chip in card.chips) or card.title,
        summary=show(paper.summary),
        why=show(paper.why),
        notes=paper.notes,
        abstract=paper.abstract,
        links=build_links(paper),
    )


def day_time(paper: Paper, day: dt.date) -> dt.datetime:
    """Give a moment of *day*, spread over its first hour so that readers keep one order."""
    seconds = int.from_bytes(hashlib.blake2b(paper.id.encode()).digest()[:2], "big") % 3600
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)

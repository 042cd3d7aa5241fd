"""RSS feeds: the newest papers of the whole list and of every term."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence

from ..cards import build_links, fill_card
from ..items import Item, Shelf
from ..model import Library, Paper
from ..outputs import Page, Part
from ..settings import Site
from ..term_index import TermIndex
from ..views import FeedItem, Ref


def plan(library: Library, site: Site) -> Iterator[Part]:
    """feed.xml for the list, and <term>/feed.xml where the taxonomy has feeds."""
    index, public = library.index, tuple(site.published)
    yield plan_feed("", site.title, site.description, library.items, index, site, public)
    for name, taxonomy in site.published.items():
        for term in library.terms[name].values() if taxonomy.feeds else ():
            if library.has_page(term):
                items = library.shelves[name][term.id].items
                title = f"{site.title}: {term.title}"
                yield plan_feed(term.url, title, term.summary or "", items, index, site, public)


def plan_feed(
    url: str,
    title: str,
    description: str,
    items: Sequence[Item],
    index: TermIndex,
    site: Site,
    public: tuple[str, ...],
) -> Part:
    """Plan the feed of the list at *url*; *public* are the taxonomies that have pages."""
    newest = Shelf(items[: site.feeds.limit], whole=True)
    inputs = (url, title, description, newest, index, public, site.feeds.id_base)
    return Part(fill_feed, inputs)


def fill_feed(
    url: str,
    title: str,
    description: str,
    newest: Shelf,
    index: TermIndex,
    public: tuple[str, ...],
    id_base: str,
) -> Iterator[Page]:
    """Give the feed of *newest* papers."""
    papers = [item.paper for item in newest.items]
    changes = [day_time(paper, paper.updated or paper.listed) for paper in papers]
    inputs = {
        "title": title,
        "description": description or title,
        "html_url": url,
        "feed_url": f"{url}feed.xml",
        "items": tuple(build_item(paper, index, public, id_base) for paper in papers),
        "updated": max((each for each in changes if each), default=None),
    }
    yield Page(f"{url}feed.xml", "feed.xml", inputs, listed=False)


def build_item(paper: Paper, index: TermIndex, public: tuple[str, ...], id_base: str) -> FeedItem:
    """Give *paper* as an item of a feed."""
    card = fill_card(paper, index.chips(paper))
    doi = paper.doi or (f"10.48550/arXiv.{paper.arxiv_stem}" if paper.arxiv else None)
    return FeedItem(
        guid=f"{id_base}/papers/{paper.id}",
        url=paper.url,
        title=paper.title,
        published=day_time(paper, paper.listed),
        authors=card.authors,
        identifier=f"doi:{doi}" if doi else None,
        categories=tuple(
            Ref(chip.id, f"{chip.taxonomy}/") for chip in card.chips if chip.taxonomy in public
        ),
        description=card.blurb or " · ".join(chip.title for chip in card.chips) or paper.title,
        summary=paper.summary,
        why=paper.why,
        notes=paper.notes,
        abstract=paper.abstract,
        links=build_links(paper),
    )


def day_time(paper: Paper, day: dt.date | None) -> dt.datetime | None:
    """Give a moment of *day*, spread over its first hour so that readers keep one order."""
    if day is None:
        return None
    digest = hashlib.blake2b(paper.id.encode()).digest()
    seconds = int.from_bytes(digest[:2], "big") % 3600
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)

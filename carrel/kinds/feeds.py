"""RSS feeds: the newest papers of the whole list and of every term."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence

from ..cards import build_card, build_links
from ..model import Library, Paper
from ..outputs import Page
from ..settings import Site
from ..views import FeedItem, Ref


def plan(library: Library, site: Site) -> Iterator[Page]:
    """feed.xml for the list, and <term>/feed.xml where the taxonomy has feeds."""
    yield plan_feed(library, site, "", site.title, site.description or site.title, library.papers)
    for name, taxonomy in site.published.items():
        for term in library.terms[name].values() if taxonomy.feeds else ():
            if library.has_page(term):
                papers = [each.paper for each in library.filed[name][term.id]]
                title = f"{site.title}: {term.title}"
                yield plan_feed(library, site, term.url, title, term.summary or title, papers)


def plan_feed(
    library: Library,
    site: Site,
    url: str,
    title: str,
    description: str,
    papers: Sequence[Paper],
) -> Page:
    """Plan the feed of the list at *url*, whose papers come newest first."""
    newest = papers[: site.feeds.limit]
    items = tuple(_item(paper, library, site) for paper in newest)
    changes = [_time(paper, paper.updated or paper.listed) for paper in newest]
    inputs = {
        "title": title,
        "description": description,
        "html_url": url,
        "feed_url": f"{url}feed.xml",
        "items": items,
        "updated": max((each for each in changes if each), default=None),
    }
    return Page(f"{url}feed.xml", "feed.xml", inputs, listed=False)


def _item(paper: Paper, library: Library, site: Site) -> FeedItem:
    card = build_card(paper, library, site)
    doi = paper.doi or (f"10.48550/arXiv.{paper.arxiv_stem}" if paper.arxiv else None)
    return FeedItem(
        guid=f"{site.feeds.id_base}/papers/{paper.id}",
        url=paper.url,
        title=paper.title,
        published=_time(paper, paper.listed),
        authors=card.authors,
        identifier=f"doi:{doi}" if doi else None,
        categories=tuple(
            Ref(chip.id, f"{chip.taxonomy}/")
            for chip in card.chips
            if chip.taxonomy in site.published
        ),
        description=card.blurb or " · ".join(chip.title for chip in card.chips) or paper.title,
        summary=paper.summary,
        why=paper.why,
        notes=paper.notes,
        abstract=paper.abstract,
        links=build_links(paper),
    )


def _time(paper: Paper, day: dt.date | None) -> dt.datetime | None:
    """Give a moment of *day*, spread over its first hour so that readers keep one order."""
    if day is None:
        return None
    digest = hashlib.blake2b(paper.id.encode()).digest()
    seconds = int.from_bytes(digest[:2], "big") % 3600
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)

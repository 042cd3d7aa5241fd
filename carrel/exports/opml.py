"""OPML 2.0: all feeds of a list in one file, which feed readers import."""

import datetime as dt
from email.utils import format_datetime
from xml.sax.saxutils import escape

from ..settings import Site
from ..subscriptions import Feed, FeedGroup

SUFFIX = "opml"
READS = None


def encode(
    listed: tuple[tuple[FeedGroup, ...], dt.date | None, dt.date | None], site: Site
) -> bytes:
    """Write the groups of feeds, with the days of the first paper and of the newest change."""
    groups, began, updated = listed
    rows = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<opml version="2.0">',
        "<head>",
        f"<title>{escape(site.title)}</title>",
    ]
    for name, day in (("dateCreated", began), ("dateModified", updated)):
        if day:
            moment = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
            rows.append(f"<{name}>{format_datetime(moment)}</{name}>")
    if site.author:
        rows.append(f"<ownerName>{escape(site.author.name)}</ownerName>")
        rows += [f"<ownerId>{escape(site.author.url)}</ownerId>"] if site.author.url else []
    rows += ["</head>", "<body>"]
    for group in groups:
        feeds = [_outline(feed, site) for feed in group.feeds]
        if group.title is None:
            rows += feeds
        else:
            rows += [f"<outline{_attributes(text=group.title)}>", *feeds, "</outline>"]
    return "".join(f"{row}\n" for row in [*rows, "</body>", "</opml>"]).encode()


def _outline(feed: Feed, site: Site) -> str:
    known = _attributes(
        type="rss",
        text=feed.name,
        title=feed.name,
        description=feed.description,
        xmlUrl=site.address(feed.addresses["rss"]),
        htmlUrl=site.address(feed.url),
        language=site.language,
        version="RSS2",
    )
    return f"<outline{known}/>"


def _attributes(**known: str) -> str:
    quotes = {'"': "&quot;", "\n": " "}
    return "".join(f' {name}="{escape(value, quotes)}"' for name, value in known.items())

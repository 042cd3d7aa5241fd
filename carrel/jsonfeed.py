"""JSON Feed 1.1: the same items as in the other feeds, written as data."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from .outputs import MARK
from .settings import Site
from .views import FeedItem

VERSION = "https://jsonfeed.org/version/1.1"


def encode_json_feed(
    feed: Mapping[str, Any], items: Sequence[FeedItem], bodies: Sequence[str], site: Site
) -> str:
    """Write a feed; *bodies* are the items' HTML. What *feed* does not know is left out."""
    owner = site.author
    written = {
        "version": VERSION,
        **feed,
        "language": site.language,
        "authors": [_known({"name": owner.name, "url": owner.url})] if owner else None,
    }
    made = [_item(item, body, site) for item, body in zip(items, bodies, strict=True)]
    content = msgspec.json.encode(_known(written) | {"items": made})
    return msgspec.json.format(content, indent=1).decode()


def _item(item: FeedItem, body: str, site: Site) -> dict[str, Any]:
    terms: dict[str, list[str]] = {}
    for category in item.categories:
        terms.setdefault(category.url.rstrip("/"), []).append(category.id)
    return _known(
        {
            "id": item.guid,
            "url": site.address(item.url),
            "external_url": item.address,
            "title": item.title,
            "content_html": str(body).replace(MARK, site.base_url),
            "content_text": None if body else item.description,
            "summary": item.description,
            "date_published": write_moment(item.published),
            "date_modified": write_moment(item.updated) if item.published else None,
            "authors": [{"name": name} for name in item.authors],
            "tags": [category.title for category in item.categories],
            "_carrel": _known(
                terms
                | {
                    "about": site.address("feeds/"),
                    "arxiv": item.arxiv,
                    "doi": item.doi,
                    "terms": terms,
                    "results": [_known(msgspec.to_builtins(each)) for each in item.results],
                }
            ),
        }
    )


def write_moment(moment: dt.datetime | None) -> str | None:
    """Give a moment as RFC 3339 has it: '2025-12-12T00:14:05Z'."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not known."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {}, False)}

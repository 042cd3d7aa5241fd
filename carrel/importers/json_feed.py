"""The feed of another list as JSON Feed; what ``feed`` says of descriptions and days holds here."""

from typing import Any

from ..bylines import gather, split_people
from ..cleaning import clean_line
from ..json_items import looks_like_json, read_items
from ..source_records import Collector, Record
from . import Reading
from .feed import find_abstract, paper_or_page

NAME = "json-feed"


def matches(text: str) -> bool:
    """Tell whether *text* is JSON and names the version of JSON Feed."""
    return looks_like_json(text) and "jsonfeed.org/version/" in text[:3000].replace("\\/", "/")


def parse(text: str, path: str) -> Reading:
    """Read a feed: one entry for each item."""
    collector = Collector(path)
    for item, line in read_items(text, path):
        if isinstance(item, dict):
            collector.add(_record(item, line))
        else:
            collector.leave(line, "an item that is no object")
    return collector.reading()


def _record(item: dict[str, Any], line: int) -> Record:
    def told(key: str) -> str:
        value = item.get(key)
        return value if isinstance(value, str) else ""

    own = item.get("_carrel")
    own = own if isinstance(own, dict) else {}
    authors = item.get("authors") or [item.get("author")]
    names = [
        each["name"]
        for each in (authors if isinstance(authors, list) else [])
        if isinstance(each, dict) and isinstance(each.get("name"), str)
    ]
    kind, page = paper_or_page("page", told("url"))
    tags = item.get("tags")
    return Record(
        line=line,
        title=clean_line(told("title")),
        people=split_people(names[0]) if len(names) == 1 else gather(names),
        abstract=find_abstract(told("content_html")),
        arxiv=(str(own.get("arxiv") or ""),),
        doi=(str(own.get("doi") or ""),),
        fields=(told("id"),),
        addresses=tuple(("", url) for url in (told("external_url"), "" if kind else page) if url),
        page=page if kind else "",
        keywords=tuple(t for t in (tags if isinstance(tags, list) else []) if isinstance(t, str)),
    )

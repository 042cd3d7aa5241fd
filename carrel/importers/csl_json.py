"""CSL-JSON, which Zotero, Mendeley and pandoc export."""

from collections.abc import Iterable
from typing import Any

from ..bylines import People, gather, join_name
from ..cleaning import clean_line, clean_paragraphs
from ..days import Day, day_of, parse_day
from ..json_items import looks_like_json, peek, read_items
from ..source_records import Collector, Record
from . import Reading

NAME = "csl-json"

_KEYS = {"title", "type", "author", "issued", "DOI", "URL", "container-title"}


def matches(text: str) -> bool:
    """Tell whether the first item has a title and other keys of CSL. Broken JSON is named here."""
    if not looks_like_json(text):
        return False
    item = peek(text)
    return item is None or ("title" in item and len(_KEYS & item.keys()) >= 2)


def parse(text: str, path: str) -> Reading:
    """Read an export: one entry for each item."""
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
        if isinstance(value, list):  # as Crossref has it
            value = value[0] if value else ""
        return str(value) if isinstance(value, str | int) else ""

    raw = told("title")
    keywords = told("keyword") or told("categories")
    return Record(
        line=line,
        title=clean_line(raw),
        raw_title=raw,
        people=_people(item.get("author")),
        day=_day(item.get("issued")),
        abstract=clean_paragraphs(told("abstract").removeprefix("Abstract ")),
        arxiv=(told("arxiv"), told("eprint")),
        doi=(told("DOI"), told("doi")),
        fields=tuple(map(told, ("number", "archive_location", "archive-location", "id"))),
        remarks=(told("note"), told("annote")),
        addresses=tuple(("", told(key)) for key in ("URL", "url") if told(key)),
        venues=tuple(map(told, ("container-title", "event-title", "event", "collection-title"))),
        type=told("type"),
        keywords=tuple(keywords.replace(";", ",").split(",")) if keywords else (),
    )


def _people(authors: object) -> People:
    return gather([_name(each) for each in authors] if isinstance(authors, list) else [])


def _name(author: object) -> str:
    if not isinstance(author, dict):
        return str(author) if isinstance(author, str) else ""

    def parts(*keys: str) -> Iterable[str]:
        return (author[key] for key in keys if isinstance(author.get(key), str))

    family = " ".join(parts("dropping-particle", "non-dropping-particle", "family"))
    name = join_name(" ".join(parts("given")), family, " ".join(parts("suffix")))
    return name or " ".join(parts("literal", "name"))


def _day(issued: object) -> Day:
    if not isinstance(issued, dict):
        return parse_day(issued) if isinstance(issued, str) else Day()
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return day_of(*parts[0][:3])
    told = issued.get("raw") or issued.get("literal")
    return parse_day(told) if isinstance(told, str) else Day()

"""The Daily Papers as their interface gives them: JSON from /api/daily_papers."""

from typing import Any

from ..bylines import gather
from ..cleaning import clean_line, clean_paragraphs
from ..days import parse_day
from ..identifiers import parse_arxiv
from ..json_items import peek, read_items
from ..naming import name_fault
from ..source_records import Collector, Record
from . import RawDate, Reading

NAME = "daily-papers-api"


def matches(text: str) -> bool:
    """Tell whether the first item holds a paper, or is one, with votes and a summary."""
    item = peek(text)
    if item is None:
        return False
    return isinstance(item.get("paper"), dict) or {"id", "summary", "upvotes"} <= item.keys()


def parse(text: str, path: str) -> Reading:
    """Read an answer: one entry for each paper. The latest day of a daily list is its own day."""
    collector = Collector(path)
    days: list[RawDate] = []
    for item, line in read_items(text, path):
        paper = item.get("paper", item) if isinstance(item, dict) else None
        if not isinstance(paper, dict):
            collector.leave(line, "an item that holds no paper")
            continue
        collector.add(_record(item, paper, line, collector))
        listed = parse_day(_text(paper, "submittedOnDailyAt") or _text(item, "submittedOnDailyAt"))
        days += [listed.whole] if listed.whole else []
    latest = max(days, key=lambda day: (day.year or 0, day.month, day.day), default=None)
    return collector.reading(latest)


def _record(item: dict[str, Any], paper: dict[str, Any], line: int, collector: Collector) -> Record:
    id = _text(paper, "id")
    if id and parse_arxiv(id) is None:
        collector.leave(line, "this is no arXiv id", id)
    people = paper.get("authors")
    listed = people if isinstance(people, list) else []
    names = [_text(each, "name") for each in listed if isinstance(each, dict)]
    addresses = [("project", _text(paper, "projectPage")), ("code", _text(paper, "githubRepo"))]
    raw = _text(paper, "title") or _text(item, "title")
    return Record(
        line=line,
        title=clean_line(raw),
        people=gather(names),
        day=parse_day(_text(paper, "publishedAt") or _text(item, "publishedAt")),
        abstract=clean_paragraphs(_text(paper, "summary") or _text(item, "summary")),
        arxiv=(id,),
        addresses=tuple(each for each in addresses if each[1]),
        organization=_organization(paper.get("organization") or item.get("organization")),
        comments=_count(item.get("numComments")),
        upvotes=_count(paper.get("upvotes")),
    )


def _text(value: Any, key: str) -> str:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _count(value: object) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
    return int(str(value)) if is_count else None


def _organization(value: object) -> tuple[str, str] | None:
    handle, name = clean_line(_text(value, "name")), clean_line(_text(value, "fullname"))
    if not (name or handle) or len(name) > 200:
        return None
    return ("" if name_fault(handle) else handle, name or handle)

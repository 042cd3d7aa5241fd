"""Proof-reading: what is no fault and still deserves a look. All findings are warnings.

They belong to `carrel check`, never to a build, which stays quick and quiet about style. Here are
the findings in single files; ``proof_terms`` compares terms, ``proof_text`` reads what entries say.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from .addresses import host_of
from .catalogue import Library
from .decode import Entry
from .library import Entries, read_every_entry
from .model import Paper
from .places import Find, find_lines
from .problems import Position, Problem
from .proof_terms import check_terms
from .proof_text import check_text
from .settings import CONFIG, Site
from .sources import Sources, fold_lines

STALE_DAYS = 90  #: a draft that has waited longer is asked about
#: Marks, embeddings, overrides and isolates: text can be shown in another order than it is read.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINK = re.compile(
    r"(?:\]\(\s{0,9}<?|<|^ {0,3}\[[^\]\n]{1,200}\]:[ \t]{0,9}<?)(?P<url>https?://[^\s)>]+)",
    re.MULTILINE,
)
_DATES = ("date", "added", "updated")


def proofread(sources: Sources, site: Site, library: Library, today: dt.date) -> list[Problem]:
    """Find all that deserves a look in a list without faults, drafts included."""
    entries = read_every_entry(sources, site)
    find = find_lines(sources)
    papers = {paper.id: paper for paper in library.papers}
    found = list(_check_hidden_signs(sources))
    for entry in entries.papers:
        found += _check_days(entry, today)
        if entry.value.draft:
            found += _check_draft(entry, today)
        else:
            found += _check_filing(entry, papers[entry.value.id], site)
            found += check_text(entry, papers[entry.value.id], library, site, find)
    found += _check_addresses(entries, find)
    found += check_terms(entries, site, library)
    return found


def _check_hidden_signs(sources: Sources) -> Iterator[Problem]:
    """Find the signs that change the order in which text is shown."""
    for path in (CONFIG, *sources.below("content/", ".md")):
        content = sources.texts.get(path, b"")
        if content.isascii():
            continue
        for number, row in enumerate(fold_lines(content.decode("utf-8", "replace")).split("\n"), 1):
            found = _BIDI.search(row)
            if found:
                message = f"U+{ord(found[0]):04X} changes the order in which this line is shown"
                hint = "delete it: it cannot be seen, and may make a text read as another"
                yield _warning(Position(path, number, found.start() + 1), message, hint)


def _check_days(entry: Entry[Paper], today: dt.date) -> Iterator[Problem]:
    """Find days that have not come yet, and entries that joined or were corrected on none."""
    paper = entry.value
    for key in _DATES:
        day: dt.date | None = getattr(paper, key)
        if day is not None and day > today:
            hint = "correct the year, or wait for the day"
            yield _warning(entry.mark(key), f"'{key}' lies in the future: {day}", hint)
    if paper.added is None and not paper.draft:
        hint = "add 'added: YYYY-MM-DD': it orders lists and feeds"
        yield _warning(
            entry.mark("title"), "the day on which this joined the list is missing", hint
        )
    if paper.correction and paper.updated is None:
        hint = "add 'updated: YYYY-MM-DD', the day on which it was corrected"
        message = "a correction without its day is not among the changes"
        yield _warning(entry.mark("correction"), message, hint)


def _check_draft(entry: Entry[Paper], today: dt.date) -> Iterator[Problem]:
    since = entry.value.added
    if since is not None and (today - since).days > STALE_DAYS:
        hint = "finish it and take 'draft' out, or delete the file"
        yield _warning(entry.mark("draft"), f"this draft has been waiting since {since}", hint)


def _check_filing(entry: Entry[Paper], paper: Paper, site: Site) -> Iterator[Problem]:
    """Find papers without a topic, where the list has topics."""
    filed = any(use.taxonomy == "topics" for use in paper.terms)
    if "topics" in site.published and not filed:
        field = site.published["topics"].field
        hint = f"fill in '{field}'; `carrel tag {paper.id}` shows what the text speaks of"
        where = entry.mark(field if field in entry.marks else "title")
        yield _warning(where, "this paper is filed under no topic", hint)


def find_addresses(entries: Entries, find: Find) -> Iterator[tuple[str, Position]]:
    """Give every address that the list links to, with its place."""
    for entry in entries.all():
        yield from ((url, entry.mark(key)) for key, url in _addresses(entry) if url)
        for text in (getattr(entry.value, name, "") for name in ("notes", "abstract", "body")):
            line = begin = end = 0  # of the last link: its line, where that begins, where it stood
            for match in _LINK.finditer(text) if "://" in text else ():
                start = match.start("url")
                line += text.count("\n", end, start)
                begin = text.rfind("\n", end, start) + 1 or begin
                end = start
                number = find(entry.path, text, line).line
                yield match["url"], Position(entry.path, number, start - begin + 1)


def _addresses(entry: Entry[Any]) -> Iterator[tuple[str, str | None]]:
    """Give (key, address) for every address in the front matter."""
    value = entry.value
    for kind, urls in getattr(value, "links", ()):
        yield from ((f"links.{kind}[{n}]", url) for n, url in enumerate(urls))
    for n, author in enumerate(getattr(value, "authors", ())):
        yield f"authors[{n}].url", author.url
    for n, fact in enumerate(getattr(value, "facts", ())):
        yield f"facts[{n}].source", fact.source


def _check_addresses(entries: Entries, find: Find) -> Iterator[Problem]:
    """Find links that are not https, in front matter and in texts."""
    for url, where in find_addresses(entries, find):
        if url.startswith("http://") and host_of(url):  # others are no links
            hint = "write https:// when the host answers there; it nearly always does"
            yield _warning(where, f"this link is not https: {url}", hint)


def _warning(where: Position, message: str, hint: str) -> Problem:
    return Problem(where, message, hint, warning=True)

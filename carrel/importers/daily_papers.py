"""The page of daily papers, as copied from a browser: title, abstract, authors, day."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from ..addresses import find_addresses
from ..digest_entries import CHROME, Draft, find_blocks, sort_lines
from ..digest_text import Line, parse_facts, parse_upvotes, read_lines
from ..latex import repair
from ..problems import Position
from . import Leftover, RawDate, RawEntry, Reading

NAME = "daily-papers"

_HIDDEN = "invisible or direction-changing characters were removed; the rest of the line was read"
_EXCERPT = 80


def matches(text: str) -> bool:
    """Tell whether *text* has the page's heading, or metadata as only this page prints it."""
    lines = [line for line in read_lines(text) if line.text]
    if any(line.text.casefold() == "daily papers" for line in lines[:40]):
        return True
    return next(find_blocks(lines), None) is not None


def parse(text: str, path: str) -> Reading:
    """Read a digest: every line with text on it is in an entry or among the leftovers.

    A line that lost invisible characters is a leftover too, so that nobody misses them unawares.
    """
    lines = read_lines(text)
    found = sort_lines([line for line in lines if line.text])
    astray = {line.number: reason for line, reason in found.astray}
    hidden = {line.number: _HIDDEN for line in lines if line.hidden}
    leftovers = [*_leftovers(lines, astray), *_leftovers(lines, hidden)]
    return Reading(
        tuple(_entry(draft, path) for draft in found.drafts),
        tuple(sorted(leftovers, key=lambda leftover: (leftover.first, leftover.last))),
        found.captured,
    )


def _entry(draft: Draft, path: str) -> RawEntry:
    """Turn the lines of an entry into values."""
    title = repair(draft.title.text)
    abstract = repair(_paragraphs(draft.abstract))
    authors: int | None = None
    day: RawDate | None = None
    comments: int | None = None
    upvotes: int | None = None
    organization: tuple[str, str] | None = None
    for line in [*draft.metadata, *draft.counts]:
        facts = parse_facts(line.text)
        if facts:
            authors = facts.authors if authors is None else authors
            day = day or facts.day
            comments = facts.comments if comments is None else comments
        elif (votes := parse_upvotes(line.text)) is not None:
            upvotes = votes if upvotes is None else upvotes
        else:
            handle, _, name = line.text.partition(" ")
            organization = (handle, name.strip()) if name else ("", handle)
    return RawEntry(
        title=title,
        where=Position(path, draft.title.number),
        raw_title=draft.title.text if title != draft.title.text else None,
        abstract=abstract,
        date=day,
        authors_count=authors,
        organization=organization,
        links=find_addresses(abstract),
        comments=comments,
        upvotes=upvotes,
    )


def _paragraphs(lines: Sequence[Line]) -> str:
    """Join lines as they stood: a blank line between paragraphs, none inside."""
    return "".join(("\n\n" if line.gap else "\n") + line.text for line in lines).lstrip("\n")


def _leftovers(lines: Sequence[Line], astray: Mapping[int, str]) -> Iterator[Leftover]:
    """Make one leftover of each run of *lines* that are astray for one reason."""
    for reason, run in itertools.groupby(lines, lambda line: astray.get(line.number)):
        if reason is not None:
            rows = list(run)
            text = rows[0].text
            excerpt = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
            yield Leftover(rows[0].number, rows[-1].number, excerpt, reason == CHROME, reason)

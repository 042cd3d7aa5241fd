"""The page of daily papers, as copied from a browser: title, abstract, authors, day."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..addresses import find_addresses
from ..digest_entries import CHROME, SECOND, Draft, find_blocks, sort_lines
from ..digest_lines import Line, read_lines
from ..digest_text import parse_facts, parse_upvotes
from ..latex import repair
from ..problems import Position
from . import Leftover, RawEntry, Reading

NAME = "daily-papers"

_HIDDEN = "invisible or direction-changing characters were removed; the rest of the line was read"
_EXCERPT = 80
_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_SIGN_OF_HANDLE = re.compile(r"[a-z0-9._-]+|.*_.*")


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
    read = [_entry(draft, path) for draft in found.drafts]
    seconds = [(line, SECOND) for _, unused in read for line in unused]
    astray = {
        number: reason
        for line, reason in [*found.astray, *seconds]
        for number in range(line.number, line.last + 1)
    }
    hidden = {line.number: _HIDDEN for line in lines if line.hidden}
    leftovers = [*_leftovers(lines, astray), *_leftovers(lines, hidden)]
    return Reading(
        tuple(entry for entry, _ in read),
        tuple(sorted(leftovers, key=lambda leftover: (leftover.first, leftover.last))),
        found.captured,
    )


def _entry(draft: Draft, path: str) -> tuple[RawEntry, list[Line]]:
    """Turn the lines of an entry into values; lines with a value that it has already are left."""
    title = repair(draft.title.text)
    abstract = repair(_paragraphs(draft.abstract))
    values: dict[str, Any] = {}
    unused: list[Line] = []
    for line in [*draft.metadata, *draft.counts]:
        said = _values(line.text)
        if not values.keys().isdisjoint(said):
            unused.append(line)
        values = said | values
    entry = RawEntry(
        title=title,
        where=Position(path, draft.title.number),
        raw_title=draft.title.text if title != draft.title.text else None,
        abstract=abstract,
        links=find_addresses(abstract),
        **values,
    )
    return entry, unused


def _values(text: str) -> dict[str, object]:
    """Give what a line of metadata says, by the names of an entry's fields."""
    facts, votes = parse_facts(text), parse_upvotes(text)
    said: dict[str, object]
    if facts is not None:
        said = {"authors_count": facts.authors, "date": facts.day, "comments": facts.comments}
    elif votes is not None:
        said = {"upvotes": votes}
    else:
        said = {"organization": _organization(text)}
    return {field: value for field, value in said.items() if value is not None}


def _organization(text: str) -> tuple[str, str]:
    """Part 'handle Name'. A first word that is none, as in 'Pond Research', belongs to the name."""
    first, _, rest = text.partition(" ")
    handle, name = _folded(first), _folded(rest)
    repeats = handle in name or name in handle
    if rest and _HANDLE.fullmatch(first) and (_SIGN_OF_HANDLE.fullmatch(first) or repeats):
        return first, rest.strip()
    return "", text


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _paragraphs(lines: Sequence[Line]) -> str:
    """Join lines as they stood: a blank line between paragraphs, none inside."""
    return "".join(("\n\n" if line.gap else "\n") + line.text for line in lines).lstrip("\n")


def _leftovers(lines: Sequence[Line], astray: Mapping[int, str]) -> Iterator[Leftover]:
    """Make one leftover of each run of *lines* that are astray for one reason."""
    for reason, run in itertools.groupby(lines, lambda line: astray.get(line.number)):
        if reason is not None:
            rows = list(run)
            text = rows[0].text
            excerpt = text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…"
            yield Leftover(rows[0].number, rows[-1].last, excerpt, reason == CHROME, reason)

"""The lines of a pasted text: cleaned, numbered, and joined where only a width broke them."""

import itertools
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from .cleaning import remove_hidden
from .digest_text import has_bullet, is_count, reads_as_prose

_BROKEN_WORD = re.compile(r"[^\W_]-{1,3}$")
_SHARED_END = re.compile(r"(?:and|or|to)\b(?!-)")  #: 'pre- and post-'
_NARROWEST, _WIDEST = 60, 200  #: columns at which text is broken by width
#: Words of the page itself, as whole lines.
_FURNITURE = frozenset([
    "about", "blog", "by ak and the research community", "byak and the research community",
    "careers", "community", "company", "daily", "daily papers", "datasets", "docs", "enterprise",
    "explore", "get trending papers in your email inbox!", "hugging face", "inference endpoints",
    "join the discussion", "log in", "models", "monthly", "new", "next", "paper", "papers",
    "previous", "pricing", "privacy", "sign up", "solutions", "spaces", "submit a paper",
    "subscribe", "system theme", "today", "tos", "trending", "trending papers", "upvote",
    "upvotes", "view all", "view arxiv page", "view pdf", "website", "weekly", "yesterday",
    "your daily dose of ai research from ak",
])  # fmt: skip
_SUBMITTED = re.compile(r"submitted by:?(?: +@?(\S{1,60}))?", re.IGNORECASE)


class Line(Struct, frozen=True):
    """A line with something on it."""

    number: int  #: 1-based
    last: int  #: the same, unless lines were joined
    text: str  #: cleaned, without blanks around
    gap: bool  #: whether a blank line (or nothing) stands before it
    hidden: bool  #: whether characters were removed


def read_lines(text: str) -> list[Line]:
    """Split *text* into its lines, cleaned; blank ones are only remembered as gaps."""
    lines: list[Line] = []
    gap = True
    rows = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    for number, row in enumerate(rows, 1):
        visible, hidden = remove_hidden(row)
        cleaned = visible.strip()
        if cleaned or hidden:
            lines.append(Line(number, number, cleaned, gap, hidden > 0))
        gap = not cleaned
    return lines


def unwrap(lines: Sequence[Line]) -> list[Line]:
    """Join again what was broken at a fixed width: where the next word had no room in its line.

    Without a blank line between any of *lines* they stay as they are: there the first may be a
    title that nothing parts from its abstract.
    """
    if not any(line.gap for line in lines[1:]):
        return list(lines)
    paragraphs: list[list[Line]] = []
    for line in lines:
        if line.gap or not paragraphs or has_bullet(line.text) or is_count(line.text):
            paragraphs.append([])
        paragraphs[-1].append(line)
    return [_join(run) for paragraph in paragraphs for run in _full_runs(paragraph)]


def _full_runs(paragraph: Sequence[Line]) -> Iterator[list[Line]]:
    """Part a paragraph behind each line in which the next word would have had room."""
    # An address longer than the width stands on a line of its own.
    width = max((len(line.text) for line in paragraph if " " in line.text), default=0)
    run = [paragraph[0]]
    for before, line in itertools.pairwise(paragraph):
        needed = len(before.text) + 1 + len(line.text.split(maxsplit=1)[0])
        if width > _WIDEST or needed <= max(width, _NARROWEST):
            yield run
            run = []
        run.append(line)
    yield run


def _join(run: Sequence[Line]) -> Line:
    text = "".join(_glue(one.text, two.text) for one, two in itertools.pairwise(run))
    hidden = any(line.hidden for line in run)
    return Line(run[0].number, run[-1].last, text + run[-1].text, run[0].gap, hidden)


def _glue(text: str, then: str) -> str:
    """Give *text* with what parts it from the next line: nothing where a word was broken."""
    is_broken = _BROKEN_WORD.search(text) and not _SHARED_END.match(then)
    return text if is_broken else f"{text} "


def find_furniture(lines: Sequence[Line]) -> Iterator[int]:
    """Name the indexes of lines that the page prints around its entries."""
    submitter_next = False
    for n, line in enumerate(lines):
        name_alone = re.fullmatch(r"@?[\w.-]{1,42}", line.text) is not None
        before_prose = n + 1 < len(lines) and reads_as_prose(lines[n + 1].text)
        submitted = _SUBMITTED.fullmatch(line.text) if len(line.text) <= 80 else None
        is_submitter = submitter_next and name_alone and not before_prose
        if submitted or line.text.casefold() in _FURNITURE or is_submitter:
            yield n
        submitter_next = submitted is not None and submitted[1] is None

"""Lines of a pasted page → the entries they belong to. Every line gets exactly one place.

How entries are told apart
- a block of metadata ('• 6 authors' or 'nvidia NVIDIA', then '·', then 'Jun 19 2') ends an entry,
  so the next line with text is a title; without a day it is one only where a title may follow
- some entries have no such block: inside the text before a block a line is a title too when it
  stands alone, looks like a title and like nothing else, follows a finished paragraph, and has
  prose after it
- numbers of votes belong to the title below them when the first of them stands above the first
  title, else to the entry above
- of several short lines before the first prose the last one is the title; the others, if they
  are not the page's own furniture, are reported
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from .digest_lines import Line, find_furniture, unwrap
from .digest_text import (
    Facts,
    has_bullet,
    is_comment_count,
    is_count,
    looks_like_metadata,
    may_be_first_title,
    may_be_next_title,
    parse_day,
    parse_facts,
    reads_as_prose,
)
from .importers import RawDate

CHROME = ""
NO_TITLE = "text without a title"
TOO_LITTLE = "too little for an entry; the source may be cut off here"
NOTHING = "metadata that belongs to no entry"
SECOND = "the entry has another such value already"


class Draft(Struct):
    """The lines of one entry, each in one of the lists."""

    title: Line
    abstract: list[Line] = field(default_factory=list)
    metadata: list[Line] = field(default_factory=list)
    counts: list[Line] = field(default_factory=list)  #: votes or comments on lines of their own


class Sorted(Struct):
    """All lines of a source: those of entries, and those astray with the reason."""

    drafts: list[Draft] = field(default_factory=list)
    astray: list[tuple[Line, str]] = field(default_factory=list)  #: CHROME: furniture
    captured: RawDate | None = None  #: the day that the heading shows


class _Stretch(Struct):
    """The lines between two blocks of metadata."""

    lines: Sequence[Line]
    is_first: bool
    has_metadata: bool  #: whether a block follows; the source ends otherwise
    gapless: bool  #: whether the source has lost its blank lines
    furniture: frozenset[int] = frozenset()
    small: frozenset[int] = frozenset()  #: furniture and counts: no text
    titles: Sequence[int] = ()


def sort_lines(lines: Sequence[Line]) -> Sorted:
    """Give every one of *lines* its place."""
    found = Sorted()
    gapless = len(lines) > 2 and not any(line.gap for line in lines[1:])
    votes_lead = False
    start = 0
    for first, end in [*find_blocks(lines), (len(lines), len(lines))]:
        stretch = _Stretch(unwrap(lines[start:first]), start == 0, end > first, gapless)
        _read_stretch(stretch)
        if stretch.is_first and stretch.titles:
            # Where the first number of votes stands tells where all of them do.
            lead = range(stretch.titles[0])
            votes_lead = any(is_count(stretch.lines[n].text) for n in lead)
        known = len(found.drafts)
        _fill(stretch, found, votes_lead)
        if len(found.drafts) > known:
            found.drafts[-1].metadata.extend(lines[first:end])
        else:
            found.astray += ((line, NOTHING) for line in lines[first:end])
        start = end
    return found


def find_blocks(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Find the blocks of metadata as (first, end) of *lines*."""
    facts = [parse_facts(line.text) for line in lines] + [None]
    start = at = 0
    while at < len(lines):
        if not _opens_block(lines, facts, at):
            at += 1
            continue
        end, authors, day = at, False, False
        while (said := facts[end]) is not None and not day:
            if said.authors is not None and authors:
                break
            authors, day = authors or said.authors is not None, said.day is not None
            end += 1
        while end < len(lines) and not lines[end].gap and is_comment_count(lines[end].text):
            end += 1
        if not day and not _ends_entry(lines, end):
            at += 1
            continue
        yield at - (facts[at] == Facts() and _is_organization(lines, start, at)), end
        start = at = end


def _opens_block(lines: Sequence[Line], facts: Sequence[Facts | None], at: int) -> bool:
    """Tell whether metadata begins here: never with a number or a day, which prose may hold."""
    said, then = facts[at], facts[at + 1]
    if said is None:
        return False
    if said.authors is None:
        return said == Facts() and bool(then and (then.day or then.authors is not None))
    if said.day or (then and then.authors is None):
        return True
    # '• 6 authors' and nothing more, but not the first of several items: '• 6 authors', '• 2 …'.
    alone = at + 1 == len(lines) or lines[at + 1].gap or is_count(lines[at + 1].text)
    return has_bullet(lines[at].text) and alone


def _ends_entry(lines: Sequence[Line], end: int) -> bool:
    """Tell whether the source ends at *end*, or another title may follow: prose does not go on."""
    while end < len(lines) and is_count(lines[end].text):
        end += 1
    return end == len(lines) or may_be_next_title("", lines[end].text)


def _is_organization(lines: Sequence[Line], start: int, dot: int) -> bool:
    """Tell whether the line above the *dot* is an organization, 'handle Name', and no abstract."""
    at = dot - 1
    if at < start:
        return False
    text, words = lines[at].text, lines[at].text.split()
    if len(text) > 100 or reads_as_prose(text):
        return False
    if not lines[dot].gap:
        return lines[at].gap or at > start
    # Blank lines between all lines: a short abstract could stand there too.
    handle = words[0].replace("-", "").replace("_", "").replace(".", "")
    return at > start + 1 and 2 <= len(words) <= 8 and handle.isalnum() and handle.isascii()


def _read_stretch(stretch: _Stretch) -> None:
    """Find out what the lines of a stretch are."""
    counts = frozenset(n for n, line in enumerate(stretch.lines) if is_count(line.text))
    stretch.furniture = frozenset(find_furniture(stretch.lines))
    stretch.small = stretch.furniture | counts
    stretch.titles = _find_titles(stretch)


def _find_titles(stretch: _Stretch) -> Sequence[int]:
    """Name the lines that are titles."""
    lines, small = stretch.lines, stretch.small
    core = [n for n in range(len(lines)) if n not in small]
    texts = [lines[n].text for n in core]
    prose = [reads_as_prose(text) for text in texts] + [False]
    places: list[int] = []
    for place, text in enumerate(texts):
        if not prose[place + 1] or (places and place == places[-1] + 1):
            continue
        if place == 0:
            is_heading = stretch.is_first and looks_like_metadata(text)
            is_title = may_be_first_title(text) and not is_heading
        else:
            before = texts[place - 1] if places else ""
            is_title = _stands_alone(stretch, core[place]) and may_be_next_title(before, text)
        if is_title:
            places.append(place)
    if places:
        return [core[place] for place in places]
    if core and core[0] - 1 in small and prose[0]:
        return [core[0] - 1]  # 'Models' or '1984' right before prose is a title after all
    titles = [n for n in core if not looks_like_metadata(lines[n].text)][: stretch.has_metadata]
    return [n for n in titles if may_be_first_title(lines[n].text)]


def _stands_alone(stretch: _Stretch, n: int) -> bool:
    """Tell whether line *n* is a paragraph of its own, as far as the source shows paragraphs."""
    ends = {0, len(stretch.lines)}
    return stretch.gapless or all(
        edge in ends or stretch.lines[edge].gap or beside in stretch.small
        for edge, beside in ((n, n - 1), (n + 1, n + 1))
    )


def _fill(stretch: _Stretch, found: Sorted, votes_lead: bool) -> None:
    """Put the lines of a stretch into drafts, or astray."""
    titles = frozenset(stretch.titles)
    rest = _places_of_rest(stretch, titles)
    opened = False  # whether this stretch has had a title
    waiting: list[Line] = []
    for n, line in enumerate(stretch.lines):
        if n in titles:
            found.drafts.append(Draft(line, counts=waiting))
            opened, waiting = True, []
        elif n in rest:
            found.drafts[-1].abstract.append(line)
        elif n in stretch.furniture:
            found.astray.append((line, CHROME))
        elif n in stretch.small:
            title_follows = n < max(titles, default=-1)
            within = opened and (not title_follows or not found.drafts[-1].abstract)
            if title_follows and votes_lead and not within:
                waiting.append(line)
            elif found.drafts and (within or not votes_lead):
                found.drafts[-1].counts.append(line)
            else:
                found.astray.append((line, NOTHING))
        elif day := parse_day(line.text):
            is_heading = not found.drafts and found.captured is None
            found.captured = day.day if is_heading else found.captured
            found.astray.append((line, CHROME if is_heading else NOTHING))
        else:
            is_last = not stretch.has_metadata and not titles
            found.astray.append((line, TOO_LITTLE if is_last else NO_TITLE))


def _places_of_rest(stretch: _Stretch, titles: frozenset[int]) -> frozenset[int]:
    """Name the lines of abstracts: all text behind a title, and what small lines it encloses."""
    rest: set[int] = set()
    enclosed: list[int] | None = None  # small lines since the last line of an abstract
    opened = False
    for n in range(len(stretch.lines)):
        if n in titles:
            opened, enclosed = True, None
        elif n in stretch.small:
            if enclosed is not None:
                enclosed.append(n)
        elif opened:
            rest.update(enclosed or (), [n])
            enclosed = []
    return frozenset(rest)

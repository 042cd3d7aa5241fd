"""What a person should look at after an import, each with its line of the source."""

import datetime as dt
from collections.abc import Iterable, Iterator

from .identity import latest_day
from .importers import Leftover, RawDate, RawEntry, Reading
from .naming import explain_id
from .paper_text import MAX_LINKS
from .problems import Position, Problem
from .sources import MAX_ENTRY_BYTES

Lack = tuple[str, Problem]  #: (what entries have instead, the note on one of them)

_FEW = 5  #: notes of one kind that are shown one by one in any case
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def leftover_notes(leftovers: Iterable[Leftover], path: str) -> Iterator[Problem]:
    """Report the lines of the source *path* that became no part of an entry."""
    for leftover in leftovers:
        if not leftover.chrome:
            message = leftover.reason
            if leftover.last != leftover.first:
                message += f", up to line {leftover.last}"
            message += f": '{leftover.text}'" if leftover.text else ""
            yield Problem(Position(path, leftover.first), message, warning=True)


def note(entry: RawEntry, message: str, hint: str = "") -> Problem:
    """Make a warning at the line of *entry*."""
    return Problem(entry.where, message, hint, warning=True)


def named(entry: RawEntry) -> str:
    """Give the title for a message, shortened."""
    return f"'{entry.title}'" if len(entry.title) <= 80 else f"'{entry.title[:79]}…'"


def capture_notes(reading: Reading, captured: dt.date) -> Iterator[Problem]:
    """Warn where the day given is not the one that the source itself shows."""
    shown = reading.captured
    if shown is None or not reading.entries or latest_day(shown, captured) == captured:
        return
    where = Position(reading.entries[0].where.path)
    hint = "years that the source leaves out are counted back from the day given"
    message = f"the source shows {day_text(shown)}, and {captured} is given as the day it was read"
    yield Problem(where, message, hint, warning=True)


def entry_notes(
    entry: RawEntry, date: dt.date | None, captured: dt.date, path: str, text: str
) -> Iterator[Problem]:
    """Say what is odd about a new entry."""
    shown = named(entry)
    if named_so := explain_id(entry.title, path):
        yield note(entry, named_so, "rename it before it is published: afterwards its id stays")
    if entry.date and date is None:
        message = f"{shown}: there is no {day_text(entry.date)}; the date is left out"
        yield note(entry, message, f"write it into {path}")
    if date and date > captured:
        yield note(entry, f"{shown}: {date} is after the day on which the source was read")
    if len(entry.links) > MAX_LINKS:
        message = f"{shown}: only the first {MAX_LINKS} of {len(entry.links)} addresses are links"
        yield note(entry, message)
    if len(text.encode()) > MAX_ENTRY_BYTES:
        message = f"{shown}: larger than an entry may be ({MAX_ENTRY_BYTES:,} bytes); left out"
        yield note(entry, message, "shorten the abstract in the source")


def lacks(entry: RawEntry, path: str) -> Iterator[Lack]:
    """Say what the source does not tell of a new entry."""
    shown = named(entry)
    if entry.partial_date:
        message = f"{shown}: the source gives {entry.partial_date} and no day; there is no date"
        yield "a year or a month and no day", note(entry, message, f"write it into {path}")
    elif entry.date is None:
        has_others = entry.authors or entry.authors_count is not None or entry.organization
        missing = "date" if has_others else "date, authors or organization"
        yield "no date", note(entry, f"{shown}: the source has no {missing}")
    if not entry.abstract:
        yield "no abstract", note(entry, f"{shown}: the source has no abstract")


def sum_up(found: Iterable[Lack], total: int) -> Iterator[Problem]:
    """Give what is lacking one by one, or in one sentence where most of the entries lack it."""
    groups: dict[str, list[Problem]] = {}
    for lack, problem in found:
        groups.setdefault(lack, []).append(problem)
    for lack, problems in groups.items():
        if len(problems) > _FEW and 2 * len(problems) > total:
            message = f"{len(problems)} of the {total} new entries have {lack}"
            yield Problem(Position(problems[0].where.path), message, warning=True)
        else:
            yield from problems


def questions(entry: RawEntry, path: str, alike: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Ask whether a new paper is one that is there: its id or day do not say so, its title may."""
    for title, other in alike:
        shown = title if len(title) <= 80 else f"{title[:79]}…"
        message = f"{named(entry)}: is this the paper '{shown}' of {other}?"
        hint = f"if it is, delete {path} and write into {other}: "
        if entry.arxiv or entry.doi:
            hint += f"arxiv: {entry.arxiv}" if entry.arxiv else f"doi: {entry.doi}"
        else:  # then only title and day tell the next import that it is known
            hint += "the title of the source as 'title' under 'source'"
            if entry.date:
                hint += ", and its date, unless the one there is right"
        yield note(entry, message, hint)


def day_text(day: RawDate) -> str:
    """Write a day as a digest does: 'Dec 11, 2025'."""
    month = _MONTHS[day.month - 1] if 1 <= day.month <= 12 else f"month {day.month}, day"
    return f"{month} {day.day}" + (f", {day.year}" if day.year is not None else "")

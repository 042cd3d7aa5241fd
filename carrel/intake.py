"""What a source tells → new entry files. Papers that are on the list are left as they are."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from .frontmatter import replace_count
from .identity import Place, Register, latest_day
from .importers import Leftover, RawDate, RawEntry, Reading
from .model import Paper
from .naming import make_id
from .paper_text import MAX_LINKS, write_entry
from .problems import Position, Problem
from .sources import MAX_ENTRY_BYTES

#: (title, abstract) → field of the front matter → its items, as they are written
Suggest = Callable[[str, str], Mapping[str, tuple[object, ...]]]

_FOLDER = "content/papers/"
_COUNTS = ("comments", "upvotes")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Intake(Struct, frozen=True):
    """What an import would do; nothing is written yet."""

    new: tuple[tuple[str, str], ...] = ()  #: (path, text) of files to create
    updated: tuple[tuple[str, str], ...] = ()  #: (path, text) of files whose counts change
    known: tuple[tuple[RawEntry, str], ...] = ()  #: entries on the list already, with their file
    doubles: tuple[tuple[RawEntry, str], ...] = ()  #: entries that stand in the source twice
    without_topic: int = 0  #: how many of the new ones no topic was found for
    notes: tuple[Problem, ...] = ()  #: what a person should look at, by line of the source


def plan_intake(
    reading: Reading,
    captured: dt.date,
    format_name: str,
    *,
    suggest: Suggest,
    existing: Mapping[str, str],
    papers: Iterable[Paper],
    update: bool = False,
    without_abstract: bool = False,
) -> Intake:
    """Plan the files for what was read on the day *captured*.

    *existing* has the text of every file of papers, *papers* their values, drafts included.
    With *update* the numbers of comments and votes of known papers are brought up to date.
    """
    papers = tuple(papers)
    paths = {_stem(path): path for path in existing}
    register = Register(papers, paths)
    names = _Names(papers, paths)
    plan = _Plan(notes=[*_capture_notes(reading, captured)])
    for position, entry in enumerate(reading.entries, 1):
        date = latest_day(entry.date, captured) if entry.date else None
        place = Place(format_name, captured, position)
        path = register.find(entry, date, place)
        if path is None:
            path = f"{_FOLDER}{names.take(entry.title)}.md"
            register.add(entry, date, path)
            found = suggest(entry.title, entry.abstract).items()
            terms = {field: ids for field, ids in found if ids}
            text = write_entry(entry, date, place, terms, with_abstract=not without_abstract)
            plan.notes += _entry_notes(entry, date, captured, path, text)
            if len(text.encode()) <= MAX_ENTRY_BYTES:
                plan.new[path] = text
                plan.without_topic += "topics" not in terms
        elif path in plan.seen:
            plan.doubles.append((entry, path))
            line = plan.seen[path].where.line
            plan.notes.append(_note(entry, f"{_named(entry)} stands in line {line} too; left out"))
        else:
            plan.known.append((entry, path))
            if update and path in existing:
                plan.update_counts(entry, path, existing[path])
        plan.seen.setdefault(path, entry)
    return plan.finish()


@dataclass(slots=True)
class _Plan:
    """An intake while it grows."""

    notes: list[Problem]
    new: dict[str, str] = field(default_factory=dict)
    updated: dict[str, str] = field(default_factory=dict)
    known: list[tuple[RawEntry, str]] = field(default_factory=list)
    doubles: list[tuple[RawEntry, str]] = field(default_factory=list)
    seen: dict[str, RawEntry] = field(default_factory=dict)  #: path → first entry for it
    without_topic: int = 0

    def update_counts(self, entry: RawEntry, path: str, text: str) -> None:
        """Bring the counts in the *text* of a known paper up to date, and nothing else."""
        changed: str | None = text
        for key in _COUNTS:
            count = getattr(entry, key)
            if count is not None and changed is not None:
                changed = replace_count(changed, key, count)
        if changed is None:
            self.notes.append(_note(entry, f"the counts in {path} could not be changed"))
        elif changed != text:
            self.updated[path] = changed

    def finish(self) -> Intake:
        """Give the whole as a value."""
        return Intake(
            tuple(self.new.items()),
            tuple(self.updated.items()),
            tuple(self.known),
            tuple(self.doubles),
            self.without_topic,
            tuple(self.notes),
        )


def leftover_notes(leftovers: Iterable[Leftover], path: str) -> Iterator[Problem]:
    """Report the lines of the source *path* that became no part of an entry."""
    for leftover in leftovers:
        if not leftover.chrome:
            lines = f"line {leftover.first}"
            if leftover.last != leftover.first:
                lines = f"lines {leftover.first} to {leftover.last}"
            message = f"{lines}: {leftover.reason}: '{leftover.text}'"
            yield Problem(Position(path, leftover.first), message, warning=True)


class _Names:
    """Gives every new paper a name that no file and no address has."""

    def __init__(self, papers: Iterable[Paper], stems: Iterable[str]) -> None:
        self._taken = {stem.casefold() for stem in stems}
        for paper in papers:
            addresses = [paper.url, *paper.aliases]
            self._taken |= {
                address.strip("/").rpartition("/")[2].casefold() for address in addresses
            }

    def take(self, title: str) -> str:
        """Make a name from *title*: with '-2' where another paper has it."""
        name = first = make_id(title, "paper")
        number = 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{first}-{number}"
        self._taken.add(name.casefold())
        return name


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def _note(entry: RawEntry, message: str, hint: str = "") -> Problem:
    return Problem(entry.where, message, hint, warning=True)


def _named(entry: RawEntry) -> str:
    return f"'{entry.title}'" if len(entry.title) <= 80 else f"'{entry.title[:79]}…'"


def _capture_notes(reading: Reading, captured: dt.date) -> Iterator[Problem]:
    """Warn where the day given is not the one that the source itself shows."""
    shown = reading.captured
    if shown is None or not reading.entries or latest_day(shown, captured) == captured:
        return
    where = Position(reading.entries[0].where.path)
    hint = "years that the source leaves out are counted back from the day given"
    message = f"the source shows {_day_text(shown)}, and {captured} is given as the day it was read"
    yield Problem(where, message, hint, warning=True)


def _entry_notes(
    entry: RawEntry, date: dt.date | None, captured: dt.date, path: str, text: str
) -> Iterator[Problem]:
    """Say what is odd about a new entry."""
    named = _named(entry)
    if entry.date and date is None:
        message = f"{named}: there is no {_day_text(entry.date)}; the date is left out"
        yield _note(entry, message, f"write it into {path}")
    if date and date > captured:
        yield _note(entry, f"{named}: {date} is after the day on which the source was read")
    if entry.date is None:
        has_others = entry.authors or entry.authors_count is not None or entry.organization
        missing = "date" if has_others else "date, authors or organization"
        yield _note(entry, f"{named}: the source has no {missing}")
    if not entry.abstract:
        yield _note(entry, f"{named}: the source has no abstract")
    if len(entry.links) > MAX_LINKS:
        message = f"{named}: only the first {MAX_LINKS} of {len(entry.links)} addresses are links"
        yield _note(entry, message)
    if len(text.encode()) > MAX_ENTRY_BYTES:
        message = f"{named}: larger than an entry may be ({MAX_ENTRY_BYTES:,} bytes); left out"
        yield _note(entry, message, "shorten the abstract in the source")


def _day_text(day: RawDate) -> str:
    month = _MONTHS[day.month - 1] if 1 <= day.month <= 12 else f"month {day.month}, day"
    return f"{month} {day.day}" + (f", {day.year}" if day.year is not None else "")

"""What a source tells → new entry files. Papers that are on the list are left as they are."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from .frontmatter import encode, replace_count
from .identity import Place, Register, fold_arxiv, latest_day
from .importers import Leftover, RawDate, RawEntry, Reading
from .model import Paper
from .naming import make_id
from .plain_markdown import to_markdown
from .problems import Position, Problem
from .sources import MAX_ENTRY_BYTES

#: (title, abstract) → field of the front matter → ids of terms
Suggest = Callable[[str, str], Mapping[str, tuple[str, ...]]]

_FOLDER = "content/papers/"
_MAX_LINKS = 50
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
    new: dict[str, str] = {}
    updated: dict[str, str] = {}
    known: list[tuple[RawEntry, str]] = []
    doubles: list[tuple[RawEntry, str]] = []
    without_topic = 0
    notes = [*_capture_notes(reading, captured)]
    first_seen: dict[str, RawEntry] = {}
    for position, entry in enumerate(reading.entries, 1):
        date = latest_day(entry.date, captured) if entry.date else None
        place = Place(format_name, captured, position)
        path = register.find(entry, date, place)
        if path in first_seen:
            doubles.append((entry, path))
            line = first_seen[path].where.line
            notes.append(_note(entry, f"'{entry.title}' stands in line {line} already; left out"))
            continue
        if path is None:
            path = f"{_FOLDER}{names.take(entry.title)}.md"
            terms = {
                field: ids for field, ids in suggest(entry.title, entry.abstract).items() if ids
            }
            text = _entry_text(entry, date, place, terms, without_abstract)
            notes += _entry_notes(entry, date, captured, path, text)
            if len(text.encode()) <= MAX_ENTRY_BYTES:
                new[path] = text
                without_topic += "topics" not in terms
            register.add(entry, date, path)
        else:
            known.append((entry, path))
            if update and path in existing:
                changed = _with_counts(existing[path], entry)
                if changed is None:
                    notes.append(_note(entry, f"the counts of {path} could not be changed"))
                elif changed != existing[path]:
                    updated[path] = changed
        first_seen[path] = entry
    return Intake(
        tuple(new.items()),
        tuple(updated.items()),
        tuple(known),
        tuple(doubles),
        without_topic,
        tuple(notes),
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


def _entry_text(
    entry: RawEntry,
    date: dt.date | None,
    place: Place,
    terms: Mapping[str, tuple[str, ...]],
    without_abstract: bool,
) -> str:
    """Write the file of a new paper."""
    values: dict[str, Any] = {
        "title": entry.title,
        "date": date,
        "added": place.captured,
        "authors": entry.authors,
        "authors_count": entry.authors_count if not entry.authors else None,
        "organization": _organization(entry),
        **dict(sorted(terms.items(), key=lambda item: _rank(item[0]))),
        "links": _links(entry),
        "arxiv": entry.arxiv,
        "doi": entry.doi,
        "venue": entry.venue,
        "comments": entry.comments,
        "upvotes": entry.upvotes,
        "source": {
            "format": place.format,
            "captured": place.captured,
            "position": place.position,
            **({"title": entry.raw_title} if entry.raw_title else {}),
        },
    }
    text = encode({key: value for key, value in values.items() if value not in (None, (), {}, "")})
    if without_abstract or not entry.abstract:
        return text
    return f"{text}\n## Abstract\n\n{to_markdown(entry.abstract)}\n"


def _rank(field: str) -> tuple[int, str]:
    """Topics first, then hardware, then what else a site declares."""
    shipped = ("topics", "hardware")
    return (shipped.index(field) if field in shipped else len(shipped), field)


def _organization(entry: RawEntry) -> object:
    if entry.organization is None:
        return None
    handle, name = entry.organization
    return {"id": handle, "name": name} if handle else name


def _links(entry: RawEntry) -> dict[str, object]:
    """Bring the addresses under their kinds: one alone, several as a list."""
    links: dict[str, list[str]] = {}
    if entry.arxiv:
        links["paper"] = [f"https://arxiv.org/abs/{entry.arxiv}"]
    for kind, url in entry.links[:_MAX_LINKS]:
        is_same = entry.arxiv and "arxiv.org/" in url and fold_arxiv(entry.arxiv) in url
        if not is_same:
            links.setdefault(kind, []).append(url)
    return {kind: urls[0] if len(urls) == 1 else urls for kind, urls in links.items()}


def _with_counts(text: str, entry: RawEntry) -> str | None:
    """Bring the counts in the file of a known paper up to date."""
    changed: str | None = text
    for key in _COUNTS:
        count = getattr(entry, key)
        if count is not None and changed is not None:
            changed = replace_count(changed, key, count)
    return changed


def _note(entry: RawEntry, message: str, hint: str = "") -> Problem:
    return Problem(entry.where, message, hint, warning=True)


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
    named = f"'{entry.title[:80]}'"
    if entry.date and date is None:
        message = f"{named}: there is no {_day_text(entry.date)}; the date is left out"
        yield _note(entry, message, f"write it into {path}")
    if date and date > captured:
        yield _note(entry, f"{named}: {date} is after the day on which the source was read")
    if not (entry.date or entry.authors or entry.authors_count is not None or entry.organization):
        yield _note(entry, f"{named}: the source has no date, authors or organization")
    if not entry.abstract:
        yield _note(entry, f"{named}: the source has no abstract")
    if len(entry.links) > _MAX_LINKS:
        message = f"{named}: only the first {_MAX_LINKS} of {len(entry.links)} addresses are links"
        yield _note(entry, message)
    if len(text.encode()) > MAX_ENTRY_BYTES:
        message = f"{named}: larger than an entry may be ({MAX_ENTRY_BYTES:,} bytes); left out"
        yield _note(entry, message, "shorten the abstract in the source")


def _day_text(day: RawDate) -> str:
    month = _MONTHS[day.month - 1] if 1 <= day.month <= 12 else f"month {day.month}, day"
    return f"{month} {day.day}" + (f", {day.year}" if day.year is not None else "")

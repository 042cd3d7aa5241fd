"""Papers over time, a row for each term: what pictures of time are drawn from."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from .items import Item
from .landscape import bare_title, launch_year
from .model import Term

LONGEST = 84  #: steps of a timeline; a longer span is told by quarters or years
MOST_ROWS = 40

Step = Literal["month", "quarter", "year"]
_MONTHS: dict[Step, int] = {"month": 1, "quarter": 3, "year": 12}


class Mark(Struct, frozen=True):
    """The papers of one step of time."""

    at: int  #: which step, from 0
    day: dt.date  #: the first of it
    count: int


class TimeRow(Struct, frozen=True):
    """A term over time."""

    title: str
    url: str
    count: int  #: papers with a date
    year: int | None  #: in which it came out, for what has such a year
    since: float | None  #: where that year begins, in steps, 0 for what is older than the span
    marks: tuple[Mark, ...]


class Timeline(Struct, frozen=True):
    """Rows that share one span of time."""

    step: Step
    steps: int
    years: tuple[tuple[int, int], ...]  #: (year, the step that it begins with)
    most: int  #: papers of the fullest step
    undated: int  #: papers that are not shown
    rows: tuple[TimeRow, ...]


def build_timeline(terms: Iterable[Term], under: Mapping[str, Sequence[Item]]) -> Timeline | None:
    """Give the architectures among *terms* over time, or else all of them; None for too few.

    *under* has the papers of each term. Of many terms, those with most papers are shown.
    """
    known = [term for term in terms if term.index]
    generations = [term for term in known if term.level == "architecture"]
    if generations:
        shown = sorted(generations, key=lambda term: (launch_year(term) or 9999, term.title))
    else:
        known.sort(key=lambda term: (-len(under[term.id]), term.title.casefold(), term.id))
        shown = known[:MOST_ROWS]
    papers = {item.id: item.date for term in shown for item in under[term.id]}
    dates = [date for date in papers.values() if date]
    if len(shown) < 2 or not dates:
        return None
    span = _Span(min(dates), max(dates))
    rows = tuple(_row(term, [item.date for item in under[term.id]], span) for term in shown)
    most = max((mark.count for row in rows for mark in row.marks), default=0)
    undated = len(papers) - len(dates)
    return Timeline(span.step, span.steps, span.years(), most, undated, rows)


class _Span:
    """The steps from the first to the last date."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        months = _month(last) - _month(first) + 1
        self.step: Step = (
            "month" if months <= LONGEST else "quarter" if months <= 3 * LONGEST else "year"
        )
        self._length = _MONTHS[self.step]
        self._start = _month(first) // self._length
        self.steps = _month(last) // self._length - self._start + 1

    def at(self, date: dt.date) -> int:
        return _month(date) // self._length - self._start

    def day(self, at: int) -> dt.date:
        month = (self._start + at) * self._length
        return dt.date(month // 12, month % 12 + 1, 1)

    def place(self, year: int) -> float | None:
        """Where a year begins, unless that lies behind the span."""
        at = year * 12 / self._length - self._start
        return max(0.0, at) if at < self.steps else None

    def years(self) -> tuple[tuple[int, int], ...]:
        first, last = self.day(0), self.day(self.steps - 1)
        begun = (year for year in range(first.year, last.year + 1))
        return tuple((y, at) for y in begun if (at := self.at(dt.date(y, 1, 1))) >= 0)


def _month(date: dt.date) -> int:
    return date.year * 12 + date.month - 1


def _row(term: Term, dates: Iterable[dt.date | None], span: _Span) -> TimeRow:
    counts = Counter(span.at(date) for date in dates if date)
    marks = tuple(Mark(at, span.day(at), count) for at, count in sorted(counts.items()))
    year = launch_year(term)
    since = span.place(year) if year else None
    return TimeRow(bare_title(term), term.url, counts.total(), year, since, marks)

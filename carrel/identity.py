"""Whether two entries are one paper: by their ids, else by title and day; never by file name."""

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from .cards import show
from .importers import RawDate, RawEntry
from .model import Paper
from .naming import make_id

_VERSION = re.compile(r"v\d+$")


class Listed(Struct, frozen=True):
    """What tells a paper of the list from others."""

    path: str
    date: dt.date | None = None
    arxiv: str | None = None
    doi: str | None = None
    year: int | None = None
    is_on_list: bool = True  #: False: it was read just now


class Place(Struct, frozen=True):
    """An entry's place in its source."""

    format: str
    captured: dt.date
    position: int | None  #: 1-based; None: it stands in no file


def latest_day(day: RawDate, captured: dt.date) -> dt.date | None:
    """Give the date that *day* means; without a year it is the latest not after *captured*.

    None: there is no such day, or none in the eight years before (which hold a February 29).
    """
    years = [day.year] if day.year is not None else range(captured.year, captured.year - 9, -1)
    for year in years:
        try:
            date = dt.date(year, day.month, day.day)
        except ValueError:
            continue
        if day.year is not None or date <= captured:
            return date
    return None


def fold_title(title: str) -> str:
    """Bring a title to what is compared: no letter case, blanks or punctuation.

    '#' and '+' stay: C, C# and C++ are three things.
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    kept = "".join(
        " " if unicodedata.category(char)[0] in "PZC" and char not in "#\u200d" else char
        for char in folded
    )
    return " ".join(kept.split()) or " ".join(folded.split())


def fold_arxiv(id: str) -> str:
    """Give an arXiv id without its version."""
    return _VERSION.sub("", id)


class Register:
    """The papers known so far, those of the list and those just read."""

    def __init__(self, papers: Iterable[Paper], paths: dict[str, str]) -> None:
        self._arxiv: dict[str, Listed] = {}
        self._doi: dict[str, Listed] = {}
        self._titles: dict[str, list[Listed]] = defaultdict(list)
        self._places: dict[Place, tuple[str, Listed]] = {}
        self._by_path: dict[str, list[Listed]] = defaultdict(list)
        for paper in papers:
            path = paths.get(paper.id, f"content/papers/{paper.id}.md")
            source = paper.source
            told = source.published if source else None
            listed = Listed(path, paper.date, paper.arxiv, paper.doi, _year(paper.date, told))
            self._add(listed, paper.title, source.title if source else None)
            if source and source.captured and source.position:
                place = Place(source.format, source.captured, source.position)
                self._places[place] = (paper.id, listed)

    def add(self, entry: RawEntry, date: dt.date | None, path: str) -> None:
        """Take up an entry that becomes the file *path*."""
        year = _year(date, entry.partial_date)
        listed = Listed(path, date, entry.arxiv, entry.doi, year, is_on_list=False)
        self._add(listed, entry.title, entry.raw_title)

    def find(self, entry: RawEntry, date: dt.date | None, place: Place) -> str | None:
        """Give the path of the file that holds the paper of *entry*, or None."""
        if entry.arxiv and (listed := self._arxiv.get(fold_arxiv(entry.arxiv))):
            return listed.path
        if entry.doi and (listed := self._doi.get(entry.doi.casefold())):
            return listed.path
        titles = {fold_title(title) for title in (entry.title, entry.raw_title) if title}
        found = [listed for title in sorted(titles) for listed in self._titles.get(title, ())]
        agreeing = [listed for listed in found if not _contradict(entry, listed)]
        best = max(agreeing, key=lambda listed: _agreement(entry, date, listed), default=None)
        if best and _agreement(entry, date, best):
            return best.path
        # A curator may have given the entry another title or date: it still stands in the source
        # where it stood, and was named after this title.
        id, at_place = self._places.get(place, ("", None))
        named_after = re.fullmatch(re.escape(make_id(entry.title, "paper")) + r"(-\d+)?", id)
        if at_place and named_after and not _contradict(entry, at_place):
            return at_place.path
        return None

    def asks_about(self, entry: RawEntry, path: str) -> bool:
        """Whether *entry* could be the paper of *path*: no id of theirs says that it is not."""
        return not any(_contradict(entry, listed) for listed in self._by_path.get(path, ()))

    def _add(self, listed: Listed, *titles: str | None) -> None:
        self._by_path[listed.path].append(listed)
        if listed.arxiv:
            self._arxiv.setdefault(fold_arxiv(listed.arxiv), listed)
        if listed.doi:
            self._doi.setdefault(listed.doi.casefold(), listed)
        # A title comes back from plain formats with its formulas in Unicode.
        shown = map(show, titles)
        for title in {fold_title(title) for title in (*titles, *shown) if title}:
            self._titles[title].append(listed)


def _agreement(entry: RawEntry, date: dt.date | None, listed: Listed) -> int:
    """Tell how well the days of two papers of one title agree; 0: they are two papers."""
    year = _year(date, entry.partial_date)
    if not (date and listed.date) and year and listed.year and abs(year - listed.year) > 1:
        return 0  # a preprint and its paper lie a year apart at most
    if date == listed.date:
        return 3
    day = entry.date
    if date is None or day is None or listed.date is None:
        return 1
    # A day without a year, imported again long after, must not be taken for another year's.
    is_same_day = (day.month, day.day) == (listed.date.month, listed.date.day)
    return 2 * (is_same_day and day.year is None and listed.is_on_list)


def _year(date: dt.date | None, told: str | None) -> int | None:
    """Give the year of a paper, from its day or from what a source tells of it."""
    if date:
        return date.year
    found = re.match(r"\d{4}", told or "")
    return int(found[0]) if found else None


def _contradict(entry: RawEntry, listed: Listed) -> bool:
    """Whether both have an id, and not the same."""
    if entry.arxiv and listed.arxiv and fold_arxiv(entry.arxiv) != fold_arxiv(listed.arxiv):
        return True
    return bool(entry.doi and listed.doi and entry.doi.casefold() != listed.doi.casefold())

"""Library values → the narrow views that pages are given."""

import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from .catalogue import Library
from .items import READ, Item, Shelf
from .model import Links, Paper, Result, Role, Term, TermUse
from .term_index import TermIndex
from .views import BlurbSource, Card, Chip, Group, Pager, Ref, TermRow

T = TypeVar("T")
Line = TypeVar("Line", str, str | None)
BLURB_LENGTH = 240
SPARSE = 3  #: papers a month, below which a list goes by years


class Listed:
    """A card on a list, with what depends on that list. All of it is made when it is shown."""

    __slots__ = ("_found", "_index", "_item", "_under", "changed", "correction")

    def __init__(
        self,
        item: Item,
        index: TermIndex,
        under: tuple[str, str] | None = None,
        *,
        changed: dt.date | None = None,
        correction: str | None = None,
    ) -> None:
        """*under* is the term, as (taxonomy, id), whose list this is."""
        self._item = item
        self._index = index
        self._under = under
        self._found: tuple[TermUse, Ref | None] | None = None
        self.changed = changed  #: on the list of changes
        self.correction = correction

    @property
    def via(self) -> Ref | None:
        """The narrower term that put it here: 'via H100'."""
        return self._use()[1]

    @property
    def role(self) -> Role | None:
        """What the paper does with the term."""
        return self._use()[0].role

    @property
    def count(self) -> int | None:
        """How many of the device."""
        return self._use()[0].count

    @property
    def order(self) -> int | None:
        """Place in a path."""
        return self._use()[0].order

    def _use(self) -> tuple[TermUse, Ref | None]:
        """Give the use that files the paper here, and the narrower term that it names."""
        if self._found is None:
            use, via = TermUse(), None
            if self._under:
                n, via = self._index.nearest(self._item.known.terms, *self._under)
                use = self._item.paper.terms[n] if self._item.known.told else use
            self._found = use, via
        return self._found

    @property
    def id(self) -> str:
        """The id of the paper."""
        return self._item.id

    @property
    def card(self) -> Card:
        """The card itself."""
        return _card_of(self._item, self._index)

    @property
    def day(self) -> dt.date | None:
        """When the paper joined the list, or appeared."""
        return self._item.listed

    @property
    def date(self) -> dt.date | None:
        """When the paper appeared."""
        return self._item.date

    @property
    def key(self) -> tuple[Any, ...]:
        """What stands for it in the digest of a page."""
        terms = self._item.known.terms
        labels = self._index.labels(terms)
        # What put it here follows from its uses, which are in the card's digest, and from lines.
        above = self._index.above(terms, self._under[0]) if self._under else b""
        return self._item.key, labels, self._under, above, self.changed, self.correction


@functools.lru_cache(maxsize=READ)
def _card_of(item: Item, index: TermIndex) -> Card:
    return fill_card(item.paper, index.chips(item.paper))


def fill_card(paper: Paper, chips: tuple[Chip, ...]) -> Card:
    """Give what a list shows of *paper*, with its uses of terms as *chips*."""
    blurb, blurb_from = build_blurb(paper)
    headline = next((result for result in paper.results if result.headline), None)
    return Card(
        id=paper.id,
        url=paper.url,
        title=show(paper.title),
        authors=tuple(author.name for author in paper.authors),
        authors_count=paper.authors_count or len(paper.authors) or None,
        date=paper.date,
        added=paper.added,
        blurb=blurb,
        blurb_from=blurb_from,
        chips=chips,
        headline=show_result(headline) if headline else None,
        links=build_links(paper),
        status=paper.status,
        rating=paper.rating,
        doi=paper.doi,
        arxiv=paper.arxiv,
        venue=paper.venue,
        type=paper.type,
    )


def show(line: Line) -> Line:
    """Give a title or sentence of the front matter for plain text: its formulas in Unicode."""
    if not line or "$" not in line:
        return line
    from .markdown import show_formulas

    return show_formulas(line)


def show_result(result: Result) -> Result:
    """Give a result with what stands in words for plain text."""
    return replace(
        result,
        metric=show(result.metric),
        baseline=show(result.baseline),
        workload=show(result.workload),
    )


def build_blurb(paper: Paper) -> tuple[str, BlurbSource]:
    """Give one plain line on the paper, and where it comes from."""
    if paper.why:
        return show(" ".join(paper.why.split())), "why"
    if paper.summary:
        return show(" ".join(paper.summary.split())), "summary"
    if not paper.abstract:
        return "", ""
    from .formulas import plain_formula
    from .markdown import first_sentences, plain_text

    blurb = first_sentences(plain_text(paper.abstract, plain_formula), BLURB_LENGTH)
    return blurb, "abstract" if blurb else ""


def build_links(paper: Paper) -> Links:
    """Give the paper's links, completed by the addresses that its ids give."""
    links = {kind: urls for kind, urls in paper.links if urls}
    if paper.arxiv and "paper" not in links:
        links = {"paper": (f"https://arxiv.org/abs/{paper.arxiv}",)} | links
    if paper.doi and "doi" not in links:
        links["doi"] = (f"https://doi.org/{paper.doi}",)
    return tuple(links.items())


def build_rows(taxonomy: str, library: Library) -> tuple[TermRow, ...]:
    """Give the terms that have papers as trees, by title; an unnamed level is passed through."""
    terms = library.terms[taxonomy]
    refs = library.index.refs[taxonomy]
    shelves = library.shelves[taxonomy]
    below: dict[str | None, list[Term]] = {}
    for term in terms.values():
        if term.id in shelves:
            below.setdefault(term.parent, []).append(term)

    def rows(parent: str | None) -> Iterator[TermRow]:
        for term in sorted(below.get(parent, ()), key=lambda t: (t.title.casefold(), t.id)):
            children = tuple(rows(term.id))
            if term.index:
                url, count = refs[term.id].url, len(shelves[term.id].items)
                yield TermRow(term.id, term.title, url, term.summary, count, children)
            else:
                yield from children

    return tuple(rows(None))


def list_items(items: Iterable[Item], index: TermIndex) -> list[Listed]:
    """Give papers as entries of a list that says nothing more of them."""
    return [Listed(item, index) for item in items]


def list_shelf(shelf: Shelf, taxonomy: str, id: str, index: TermIndex) -> list[Listed]:
    """Give the papers of the term *id* with what put them there."""
    under = (taxonomy, id)
    return [Listed(item, index, under) for item in shelf.items]


def build_groups(
    items: Sequence[Listed], by: Literal["added", "date"] = "added"
) -> tuple[Group, ...]:
    """Part a list by the month in which the papers joined it, or appeared.

    Where months hold but a few papers each, headings would be most of the page: then by the year
    in which they joined. The archive has a page for each year already.
    """

    def month(item: Listed) -> dt.date | None:
        return _month(item.day if by == "added" else item.date)

    def year(item: Listed) -> dt.date | None:
        day = item.day
        return day and day.replace(month=1, day=1)

    months = tuple(Group(day, tuple(run)) for day, run in groupby(items, key=month))
    if by == "date" or len(months) <= 2 or len(items) >= SPARSE * len(months):
        return months
    return tuple(Group(day, tuple(run), "year") for day, run in groupby(items, key=year))


@functools.lru_cache(maxsize=10_000)  # it is asked for every paper on every list
def _month(day: dt.date | None) -> dt.date | None:
    return day and day.replace(day=1)


def paginate(url: str, items: Sequence[T], size: int) -> Iterator[tuple[str, tuple[T, ...], Pager]]:
    """Part *items*, newest first, into (address, items, pager) for each page, front page first.

    Pages are numbered from the oldest and full, so a new paper changes the front page alone:
    with n items there are k = max(1, n // size) pages; 1 … k-1 hold *size* items each and the
    front page at *url* holds the rest.
    """
    last = max(1, len(items) // size) - 1  # number of the newest page behind the front page
    addresses = {n: f"{url}page/{n}/" for n in range(1, last + 1)} | {last + 1: url}
    start = len(items) - last * size
    front = Pager(None, None, addresses[last] if last else None)
    yield url, tuple(items[:start]), front
    for number in range(last, 0, -1):
        pager = Pager(number, addresses[number + 1], addresses.get(number - 1))
        yield addresses[number], tuple(items[start : start + size]), pager
        start += size

"""Devices as a landscape: who made them, of which generation they are, how many papers use them.

All of it is read from what term files say: ``vendor``, ``level``, ``parent`` and the fact of the
year. What they do not say stays unknown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from .items import Item
from .model import Term
from .views import FactView, TermRow

YEAR_FACTS = ("launch year", "launched", "released", "year")


class Spot(Struct, frozen=True):
    """A term in the landscape, shaded by its papers."""

    id: str
    title: str  #: without the name of the maker, which stands above it
    url: str
    count: int
    shade: int  #: 1 to 5: how its papers compare with those of the most used one


class Generation(Struct, frozen=True):
    """An architecture with its devices, or what a maker has beside them."""

    head: Spot | None  #: None: no generation is told
    year: int | None  #: in which it came out
    column: int | None  #: which of ``Landscape.years`` that is, from 1
    spots: tuple[Spot, ...]


class Maker(Struct, frozen=True):
    """A row of the landscape."""

    name: str | None  #: None: what has no maker, such as 'laptop'
    url: str | None  #: of the term that stands for the maker, where there is one
    count: int  #: papers
    generations: tuple[Generation, ...]


class Landscape(Struct, frozen=True):
    """Makers by the number of papers, their generations by year."""

    years: tuple[int, ...]
    makers: tuple[Maker, ...]


class Member(Struct, frozen=True):
    """A term below another, with those of its facts that tell it from its neighbours."""

    title: str
    url: str | None
    depth: int
    count: int
    facts: tuple[FactView | None, ...]  #: in the order of the columns


def bare_title(term: Term) -> str:
    """Give the title of a device without its maker, for where the maker stands above it."""
    rest = term.title.removeprefix(f"{term.vendor} ") if term.vendor else ""
    return rest if rest and term.level in ("architecture", "device") else term.title


def short_titles(terms: Mapping[str, Term]) -> dict[str, str]:
    """Give titles without the maker where a term above has the same: 'H100' for 'NVIDIA H100'."""
    titles = {}
    for id, term in terms.items():
        above = terms[term.parent] if term.parent else None
        while above is not None and above.vendor != term.vendor:
            above = terms[above.parent] if above.parent else None
        titles[id] = bare_title(term) if above is not None else term.title
    return titles


def line_titles(terms: Iterable[Term]) -> Iterator[str]:
    """Give the titles along a line of descent, which names a maker once: NVIDIA, Hopper, H100."""
    maker: str | None = None
    for term in terms:
        if term.vendor and term.level == "vendor":
            yield term.vendor
        else:
            yield bare_title(term) if term.vendor == maker else term.title
        maker = term.vendor or maker


def flatten_rows(rows: Iterable[TermRow], depth: int = 0) -> Iterator[tuple[int, TermRow]]:
    """Give (depth, row) for the rows of a tree, from the top."""
    for row in rows:
        yield depth, row
        yield from flatten_rows(row.children, depth + 1)


def launch_year(term: Term) -> int | None:
    """Give the year in which a device or an architecture came out, where its file tells it."""
    for fact in term.facts:
        if fact.name.casefold() in YEAR_FACTS:
            found = re.search(r"\b(19|20)\d\d\b", fact.value)
            return int(found[0]) if found else None
    return None


def build_landscape(
    terms: Mapping[str, Term], under: Mapping[str, Sequence[Item]]
) -> Landscape | None:
    """Give the terms with pages by maker and generation; None where no term has a maker.

    *terms* are those with papers, *under* has the papers of each.
    """
    shown = [term for term in terms.values() if term.index]
    if not any(term.vendor for term in shown):
        return None
    # A maker has the papers of all its devices: beside it they would look alike.
    most = max((len(under[term.id]) for term in shown if term.level != "vendor"), default=1)
    spots = {
        term.id: Spot(term.id, bare_title(term), term.url, count, shade(count, most))
        for term in shown
        for count in (len(under[term.id]),)
    }
    parts: dict[str | None, dict[str | None, list[Term]]] = {}
    for term in shown:
        generation = _generation_of(term, terms)
        parts.setdefault(term.vendor, {}).setdefault(generation, []).append(term)
    dated = (launch_year(terms[id]) for part in parts.values() for id in part if id)
    years = tuple(sorted({year for year in dated if year}))
    makers = []
    for name, part in parts.items():
        every = [term for members in part.values() for term in members]
        papers = {item.id for term in every for item in under[term.id]}
        own = [term for term in every if term.level == "vendor"]
        head = own[0] if len(own) == 1 < len(every) else None
        found = [_generation(terms.get(id or ""), m, head, spots, years) for id, m in part.items()]
        found = [each for each in found if each.head or each.spots]
        found.sort(key=lambda each: (each.year or 9999, each.head.title if each.head else "\uffff"))
        makers.append(Maker(name, head.url if head else None, len(papers), tuple(found)))
    makers.sort(key=lambda maker: (maker.name is None, -maker.count, maker.name or ""))
    return Landscape(years, tuple(makers))


def _generation_of(term: Term, terms: Mapping[str, Term]) -> str | None:
    """Give the id of the architecture that a term is or belongs to."""
    at: Term | None = term
    while at is not None and at.level != "architecture":
        at = terms[at.parent] if at.parent else None
    return at.id if at else None


def _generation(
    term: Term | None,
    members: Iterable[Term],
    head: Term | None,
    spots: Mapping[str, Spot],
    years: tuple[int, ...],
) -> Generation:
    """Give what belongs to an architecture, or to none; the maker's own *head* stands above."""
    year = launch_year(term) if term else None
    below = (spots[each.id] for each in members if each is not term and each is not head)
    return Generation(
        spots.get(term.id) if term else None,
        year,
        years.index(year) + 1 if year else None,
        tuple(sorted(below, key=lambda spot: (-spot.count, spot.title.casefold(), spot.id))),
    )


def shade(count: int, most: int) -> int:
    """Give 1 to 5 for a number of papers: one paper is 1, a few are told apart best."""
    return 1 + round(4 * ((min(count, most) - 1) / (most - 1)) ** 0.5) if most > 1 else 1


def build_members(
    rows: Iterable[TermRow], terms: Mapping[str, Term]
) -> tuple[tuple[str, ...], tuple[Member, ...]]:
    """Give (names of facts, members) for the trees below one term.

    Facts that all share tell nothing apart and are left out; so are those that name other terms,
    such as the architecture, which the tree shows.
    """
    listed = list(flatten_rows(rows))
    shorts = short_titles(terms) if listed else {}
    values: dict[str, list[str]] = {}
    for _, row in listed:
        for fact in terms[row.id].facts:
            values.setdefault(fact.name, []).append(fact.value)
    above = {title for term in terms.values() for title in (term.title, bare_title(term))}
    names = tuple(
        name
        for name, found in values.items()
        if len(set(found)) > 1 and not above.issuperset(found)
    )
    members = []
    for depth, row in listed:
        told = {f.name: FactView(f.name, f.value, f.unit, f.source) for f in terms[row.id].facts}
        facts = tuple(told.get(name) for name in names)
        members.append(Member(shorts[row.id], row.url, depth, row.count, facts))
    return names, tuple(members)

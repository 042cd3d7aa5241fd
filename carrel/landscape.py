"""Devices as a landscape: who made them, of which generation they are, how many papers use them.

All of it is read from what term files say: ``vendor``, ``level``, ``parent`` and the fact of the
year. What they do not say stays unknown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from .model import Library, Term
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


def short_title(term: Term, terms: Mapping[str, Term]) -> str:
    """Give a title without the maker where a term above has the same: 'H100' for 'NVIDIA H100'."""
    above = terms[term.parent] if term.parent else None
    while above is not None and above.vendor != term.vendor:
        above = terms[above.parent] if above.parent else None
    return bare_title(term) if above is not None else term.title


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


def generation_of(term: Term, library: Library) -> Term | None:
    """Give the architecture that a term is or belongs to."""
    line = (term, *library.ancestors(term))
    return next((each for each in line if each.level == "architecture"), None)


def build_landscape(taxonomy: str, library: Library) -> Landscape | None:
    """Give the terms with pages by maker and generation; None where no term has a maker."""
    shown = [term for term in library.terms[taxonomy].values() if library.has_page(term)]
    if not any(term.vendor for term in shown):
        return None
    filed = library.filed[taxonomy]
    # A maker has the papers of all its devices: beside it they would look alike.
    counts = [len(filed[term.id]) for term in shown if term.level != "vendor"]
    most = max(counts, default=1)
    spots = {
        term.id: Spot(term.id, bare_title(term), term.url, count, shade(count, most))
        for term in shown
        for count in (len(filed[term.id]),)
    }
    parts: dict[str | None, dict[str | None, list[Term]]] = {}
    for term in shown:
        generation = generation_of(term, library)
        part = parts.setdefault(term.vendor, {})
        part.setdefault(generation.id if generation else None, []).append(term)
    terms = library.terms[taxonomy]
    dated = (launch_year(terms[id]) for part in parts.values() for id in part if id)
    years = tuple(sorted({year for year in dated if year}))
    makers = [_maker(name, part, spots, years, library) for name, part in parts.items()]
    makers.sort(key=lambda maker: (maker.name is None, -maker.count, maker.name or ""))
    return Landscape(years, tuple(makers))


def _maker(
    name: str | None,
    part: Mapping[str | None, list[Term]],
    spots: Mapping[str, Spot],
    years: tuple[int, ...],
    library: Library,
) -> Maker:
    every = [term for terms in part.values() for term in terms]
    papers = {each.paper.id for t in every for each in library.filed[t.taxonomy][t.id]}
    own = [term for term in every if term.level == "vendor"]
    head = own[0] if len(own) == 1 < len(every) else None
    generations = []
    for id, members in part.items():
        generation = library.terms[every[0].taxonomy][id] if id else None
        year = launch_year(generation) if generation else None
        below = sorted(
            (spots[term.id] for term in members if term.id != id and term is not head),
            key=lambda spot: (-spot.count, spot.title.casefold()),
        )
        column = years.index(year) + 1 if year else None
        if id or below:
            generations.append(Generation(spots.get(id or ""), year, column, tuple(below)))
    generations.sort(
        key=lambda each: (
            each.head is None and each.year is None,
            each.year or 9999,
            each.head.title.casefold() if each.head else "",
        )
    )
    return Maker(name, head.url if head else None, len(papers), tuple(generations))


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
        members.append(Member(short_title(terms[row.id], terms), row.url, depth, row.count, facts))
    return names, tuple(members)

"""Reading paths: terms whose papers stand in an order that the curator gives, such as a series."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from .cards import Listed, list_shelf, show
from .catalogue import Library
from .items import Item
from .problems import Position, Problem
from .settings import Site
from .views import PathStep, Ref


def in_order(listed: Iterable[Listed]) -> list[Listed]:
    """Give papers as a path has them: by their place, those without one at the end, by date."""

    def place(each: Listed) -> tuple[bool, int, dt.date, str]:
        return each.order is None, each.order or 0, each.date or dt.date.max, each.id

    return sorted(listed, key=place)


def check_places(
    items: Iterable[Item], site: Site, place: Callable[[str, str], Position]
) -> Iterator[Problem]:
    """Find two papers with one place in a path; *place* gives where a key of a paper stands."""
    ordered = {name: kind.field for name, kind in site.published.items() if kind.ordered}
    first: dict[tuple[str, str, int], Item] = {}
    for item in items if ordered else ():
        for name, field in ordered.items():
            if any(term.startswith(f"{name}/") for term in item.known.terms):
                uses = [use for use in item.paper.terms if use.taxonomy == name]
                for n, use in enumerate(uses):
                    at = (name, use.id, use.order or 0)
                    twin = item if use.order is None else first.setdefault(at, item)
                    if twin is not item:
                        message = f"{use.order} is also the place of {twin.path} in '{use.id}'"
                        hint = "give one of them another 'order': as it is, their dates decide"
                        where = place(item.id, f"{field}[{n}].order")
                        yield Problem(where, message, hint, warning=True)


def build_paths(library: Library, name: str) -> dict[str, list[str]]:
    """Give, for every path of the taxonomy *name* that has a page, its papers in order, by id."""
    index = library.index
    return {
        id: [each.id for each in in_order(list_shelf(shelf, name, id, index))]
        for id, shelf in library.shelves[name].items()
        if index.refs[name][id].url is not None
    }


def build_steps(
    paths: Mapping[str, Mapping[str, list[str]]], library: Library
) -> Mapping[str, tuple[PathStep, ...]]:
    """Give id of a paper → its places in the *paths*, by taxonomy and term."""
    papers = {item.id: item for item in library.items}
    steps: dict[str, list[PathStep]] = defaultdict(list)
    for name, by_term in paths.items():
        for id, row in by_term.items():
            refs = [
                None,
                *(Ref(show(papers[each].paper.title), papers[each].url) for each in row),
                None,
            ]
            for n, each in enumerate(row):
                path = library.index.refs[name][id]
                steps[each].append(PathStep(path, n + 1, len(row), refs[n], refs[n + 2]))
    return {id: tuple(found) for id, found in steps.items()}

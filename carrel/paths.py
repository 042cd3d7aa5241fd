"""Reading paths: terms whose papers stand in an order that the curator gives, such as a series."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from .cards import Listed, list_shelf
from .model import Library
from .views import PathStep, Ref


def in_order(listed: Iterable[Listed]) -> list[Listed]:
    """Give papers as a path has them: by their place, those without one at the end, by date."""

    def place(each: Listed) -> tuple[bool, int, dt.date, str]:
        return each.order is None, each.order or 0, each.date or dt.date.max, each.id

    return sorted(listed, key=place)


def build_steps(library: Library, ordered: Iterable[str]) -> Mapping[str, tuple[PathStep, ...]]:
    """Give id of a paper → its places in the paths, with a page, of the taxonomies *ordered*."""
    steps: dict[str, list[PathStep]] = defaultdict(list)
    for name in ordered:
        for id, shelf in library.shelves[name].items():
            path = library.index.refs[name][id]
            if path.url is None:
                continue
            cards = [each.card for each in in_order(list_shelf(shelf, name, id, library.index))]
            refs = [None, *(Ref(card.title, card.url) for card in cards), None]
            for n, card in enumerate(cards):
                step = PathStep(path, n + 1, len(cards), refs[n], refs[n + 2])
                steps[card.id].append(step)
    return {id: tuple(found) for id, found in steps.items()}

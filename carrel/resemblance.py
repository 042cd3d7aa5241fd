"""Titles that are much alike: a question for the curator, never a decision.

The same title is found in any case; one that is nearly the same where rapidfuzz is installed.
"""

import re
from collections import defaultdict

from .identity import fold_title

_ALIKE = 92  #: of 100; one short word changed in a title of usual length
_SHORTEST = 12  #: characters; shorter titles are alike too easily
MAX_COMPARED = 20_000_000  #: pairs of titles that are compared in one import


class Titles:
    """The titles of a list, and of what has been read so far."""

    def __init__(self) -> None:
        self._places: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._compared = 0

    def add(self, title: str, path: str) -> None:
        """Take up a title of the file *path*."""
        self._places[fold_title(title)].append((title, path))

    def alike(self, title: str) -> tuple[tuple[str, str], ...]:
        """Give (title, path) of those that are the same or nearly the same as *title*."""
        folded = fold_title(title)
        found = list(self._places.get(folded, ()))
        if not found and len(folded) >= _SHORTEST:
            self._compared += len(self._places)
            if self._compared <= MAX_COMPARED:
                for other in _nearest(folded, list(self._places)):
                    found += self._places[other]
        return tuple(found)


def _nearest(title: str, others: list[str]) -> list[str]:
    """Give the titles that are nearly *title*; 'Frogs 2' is not nearly 'Frogs 3'."""
    try:
        from rapidfuzz import fuzz, process
    except ImportError:  # it comes with the extra 'near'
        return []
    found = process.extract(title, others, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=3)
    numbers = re.findall(r"\d+", title)
    return [other for other, _, _ in found if re.findall(r"\d+", other) == numbers]

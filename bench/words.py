"""The words of the papers, read from words.toml, and how often each of them is drawn."""

import itertools
import random
from bisect import bisect
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct


class _Words(Struct, frozen=True, forbid_unknown_fields=True):
    common: str
    nouns: str
    verbs: str
    code: str
    organizations: tuple[str, ...]
    topics: tuple[str, ...]
    makers: tuple[str, ...]
    devices: tuple[str, ...]


_FILE = msgspec.toml.decode(Path(__file__).with_name("words.toml").read_bytes(), type=_Words)

NOUNS = _FILE.nouns.split()
CODE = _FILE.code.split()
ORGANIZATIONS = _FILE.organizations
TOPICS = _FILE.topics
HARDWARE = tuple(f"{maker} {device}" for maker in _FILE.makers for device in _FILE.devices)
_WORDS = [
    *_FILE.common.split(),
    *(word for pair in itertools.zip_longest(NOUNS, _FILE.verbs.split()) for word in pair if word),
]


class Dice:
    """Draws by ``random()`` alone: the one method that Python promises never to change."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random
        self._words = _sums(_WORDS, 1.05)
        self._nouns = _sums(NOUNS, 0.6)

    def between(self, low: int, high: int) -> int:
        """Draw a number, both ends included."""
        return low + int(self.random() * (high - low + 1))

    def any_of(self, things: Sequence[str]) -> str:
        """Draw one of *things*, each as often as the others."""
        return things[int(self.random() * len(things))]

    def share(self, *shares: int) -> int:
        """Draw a place of *shares*, each as often as its share."""
        return self._places(list(itertools.accumulate(shares)), 1)[0]

    def some(self, things: Sequence[str], count: int) -> tuple[str, ...]:
        """Draw *count* different things, the first ones most often."""
        sums = _sums(things, 0.8)
        found: dict[str, None] = {}
        while len(found) < count:
            found[things[self._places(sums, 1)[0]]] = None
        return tuple(found)

    def words(self, count: int) -> list[str]:
        """Draw words of a text."""
        return [_WORDS[place] for place in self._places(self._words, count)]

    def nouns(self, count: int) -> list[str]:
        """Draw words of a title."""
        return [NOUNS[place] for place in self._places(self._nouns, count)]

    def _places(self, sums: Sequence[float], count: int) -> list[int]:
        roll, end = self.random, sums[-1]
        return [bisect(sums, roll() * end) for _ in range(count)]


def _sums(things: Sequence[str], exponent: float) -> list[float]:
    """Give the running sums of how often things are drawn: few often, most seldom (Zipf)."""
    return list(itertools.accumulate(1 / (n + 3.7) ** exponent for n in range(len(things))))

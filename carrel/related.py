"""Related papers, with the reason: what two papers share in their terms and titles.

Only terms and titles count, never a text's body, so editing notes relates nothing anew. What few
papers share says more than what many share: a term of n papers weighs 1 / (1 + ⌊log2 n⌋), a word
of a title half of that.
"""

import heapq
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from .catalogue import Library
from .model import Paper, Term

MAX_PAPERS = 500  #: a term of more papers relates nothing: it says little and costs much
MAX_TITLES = 50  #: the same for a word of titles
CANDIDATES = 100  #: papers looked at for one paper, about
NEAR = 20  #: of a long run of papers, how many on either side
_UNIT = 2520  #: divisible by all that weights are divided by, so that sums are exact
_PLACES = 24  #: bits that the place of a paper takes
_WORD = re.compile(r"[^\W_][\w’'-]*[^\W_]")
#: Words that titles of papers have without being about them.
_EMPTY = frozenset(
    _WORD.findall(
        "a about across against all among an analysis and application applications approach are "
        "as at be been between beyond by can case deep do does effective efficient efficiently "
        "enabling evaluation fast faster for framework from generation high how improved "
        "improving in into is its language languages large learning less machine method methods "
        "model models more need network networks neural new novel of on one only optimal or out "
        "over performance real scalable scale simple study system systems task tasks than that "
        "the their through time to toward towards under understanding up use using via we what "
        "when where which with without you your "
    )
)


class Reason(Struct, frozen=True):
    """What two papers share, weightiest first."""

    terms: tuple[Term, ...]  #: of all taxonomies; none that lies above another one of them
    words: tuple[str, ...]  #: of both titles, as the newest title with it writes it


Relation = tuple[Paper, Reason]


def relate(library: Library, shown: int) -> Mapping[str, tuple[Relation, ...]]:
    """Give for every paper, by id, the *shown* papers that share most with it."""
    if not shown:
        return {item.id: () for item in library.items}
    papers = sorted(library.papers, key=lambda paper: paper.id)
    papers.sort(key=lambda paper: paper.date or date.min, reverse=True)
    index = _Index([[] for _ in papers], [], [], [])
    named: list[Term | str] = []
    for weight, feature, places in sorted(_weigh(library, papers), key=lambda each: -each[0]):
        for at in places:
            index.features[at].append(len(named))
        index.weights.append(weight)
        index.places.append(places)
        index.members.append(frozenset(places))
        named.append(feature)
    reasons: dict[tuple[int, ...], Reason] = {}
    related = {}
    for at, paper in enumerate(papers):
        found = []
        for other in _closest(at, index, shown):
            shared = tuple(each for each in index.features[at] if other in index.members[each])
            if shared not in reasons:
                reasons[shared] = _explain([named[each] for each in shared], library)
            found.append((papers[other], reasons[shared]))
        related[paper.id] = tuple(found)
    return related


class _Index(NamedTuple):
    """Papers, by their place from the newest on, and what they have, by number."""

    features: list[list[int]]  #: of each paper, weightiest first
    weights: list[int]  #: of each feature
    places: list[Sequence[int]]  #: of the papers of each feature, in order
    members: list[frozenset[int]]  #: the same as sets


def _weigh(
    library: Library, papers: Sequence[Paper]
) -> Iterator[tuple[int, Term | str, Sequence[int]]]:
    """Give (weight, term or word, places of its papers) for all that two or more papers share."""
    place = {paper.id: at for at, paper in enumerate(papers)}
    for taxonomy, filed in library.filed.items():
        for id, uses in filed.items():
            if 2 <= len(uses) <= MAX_PAPERS:
                places = sorted(place[each.paper.id] for each in uses)
                yield 2 * _UNIT // len(uses).bit_length(), library.terms[taxonomy][id], places
    titles: dict[str, list[int]] = defaultdict(list)
    spelling: dict[str, str] = {}
    for at, paper in enumerate(papers):
        for word, written in _words(paper.title):
            titles[word].append(at)
            spelling.setdefault(word, written)
    for word, places in titles.items():
        if 2 <= len(places) <= MAX_TITLES:
            yield _UNIT // len(places).bit_length(), spelling[word], places


def _words(title: str) -> Iterable[tuple[str, str]]:
    """Give the telling words of a title: what tells them apart, and how they are written."""
    words = {word.casefold(): word for word in _WORD.findall(title)}
    return ((key, word) for key, word in words.items() if key not in _EMPTY)


def _closest(at: int, index: _Index, shown: int) -> list[int]:
    """Find the papers that share most with the one *at*.

    Candidates come from its weightiest features, until there are enough of them, and of a long
    run of papers only those near in time; the other features add to what the candidates have. So
    the work for a paper is bounded, and a new paper does not change all older ones' pages.
    """
    scores: dict[int, int] = defaultdict(int)
    for feature in index.features[at]:
        weight, places = index.weights[feature], index.places[feature]
        if len(scores) >= CANDIDATES:
            for other in index.members[feature].intersection(scores):
                scores[other] += weight
        else:
            here = bisect_left(places, at)
            for other in places[max(0, here - NEAR) : here + NEAR + 1]:
                scores[other] += weight
    scores.pop(at, None)
    # Numbers are compared faster than tuples: the score, then what is nearer, then what is newer.
    order = [
        (score << 2 * _PLACES) - (abs(other - at) << _PLACES) - other
        for other, score in scores.items()
    ]
    return [-number & (1 << _PLACES) - 1 for number in heapq.nlargest(shown, order)]


def _explain(shared: Iterable[Term | str], library: Library) -> Reason:
    terms = [each for each in shared if isinstance(each, Term)]
    above = {(t.taxonomy, t.id) for term in terms for t in library.ancestors(term)}
    return Reason(
        tuple(term for term in terms if (term.taxonomy, term.id) not in above),
        tuple(each for each in shared if isinstance(each, str)),
    )

"""Text → the terms that it mentions, by their titles and aliases.

How a name is found
- the leftmost, then the longest name wins, and what it covers is claimed: 'RTX 6000 Ada' is
  never also an 'RTX 6000'
- never inside a word, so '4090D' is no '4090' and 'L40S' no 'L40'; a Chinese, Japanese or
  Korean character beside a Latin one is a boundary
- model numbers, acronyms and short names keep their letter case, vendors and words do not:
  'Nvidia GPU' counts, 'gpu' and 'Lora' do not
- beside a number a space, a hyphen and nothing are alike ('RTX 4090', 'RTX-4090', 'RTX4090'),
  between words a space and a hyphen are; a plural 's' may follow
- addresses are no text: a repository called cuda-kernels says nothing
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from .model import Term

_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_IN_WORD = rf"[^\W_{_CJK}]"
_GAP = r"(?:\s+|[-\u2010\u2011])"
_ADDRESS = r"(?:https?://|(?:\w[\w-]{0,62}\.){1,4}[a-z]{2,6}/)" rf"[^\s<>()\[\]{_CJK}]*"
#: '0.4-bit' is no '4-bit'.
_BEFORE = rf"(?<!{_IN_WORD})(?<!\d\.(?=\d))"
#: 'GPT-4.1' is no 'GPT-4', and an 'RTX 3090 Ti' no 'RTX 3090'.
_VARIANT = r"(?:Ti|SUPER|Super|XTX?|Ultra|Pro|Max|Mini|Laptop)"
_AFTER = rf"(?!{_IN_WORD})(?!(?<=\d)(?:\.\d|{_GAP}{_VARIANT}(?!{_IN_WORD})))"

_PIECE = re.compile(r"(?P<gap>[\s\u2010\u2011-]+)|(?P<word>[^\s\u2010\u2011-]+)")
_ACRONYM = re.compile(r"\d|[A-Z]{2}")
#: Letters before a number, two at least: 'MI 250' is an MI250, but 'A 100 times' no A100.
_LETTERS_THEN_NUMBER = re.compile(r"(?<=[^\W\d_]{2})(?=\d)")
_SHORT = 4


class Suggestion(Struct, frozen=True):
    """A mention of a term: the words are ``text[start:end]``."""

    term: Term
    start: int
    end: int


def suggest(text: str, terms: Iterable[Term]) -> tuple[Suggestion, ...]:
    """Find every mention of the *terms* in *text*, in order.

    A term is left out where one that lies below it is mentioned too: it counts anyway.
    """
    known = tuple(terms)
    return _lowest(_mentions(text, known), known)


def tags_for(
    title: str, abstract: str, terms: Mapping[str, Mapping[str, Term]]
) -> Mapping[str, tuple[str, ...]]:
    """Give the ids of the terms to file a paper under, by taxonomy, in order of appearance.

    A device is a fact, so one mention files a paper under it. A subject (a term without a level)
    must be what the paper is about: named in the title, or more than once. Where no subject is,
    those named once are better than none.
    """
    text = f"{title}\n¶\n{abstract}"  # the sign keeps a name from reaching over
    filed: dict[str, tuple[str, ...]] = {}
    for taxonomy, by_id in terms.items():
        known = tuple(by_id.values())
        mentions = _mentions(text, known)
        times = Counter(mention.term.id for mention in mentions)
        telling = [
            mention
            for mention in mentions
            if mention.term.level or mention.start < len(title) or times[mention.term.id] > 1
        ]
        chosen = _lowest(telling or mentions, known)
        filed[taxonomy] = tuple(dict.fromkeys(mention.term.id for mention in chosen))
    return filed


def _mentions(text: str, terms: tuple[Term, ...]) -> list[Suggestion]:
    pattern, named = _names(terms)
    return [
        Suggestion(named[match.lastindex - 1], *match.span())
        for match in pattern.finditer(text)
        if match.lastindex  # else an address
    ]


def _lowest(mentions: Iterable[Suggestion], terms: Iterable[Term]) -> tuple[Suggestion, ...]:
    """Leave out the mentions of terms that lie above another mentioned one."""
    mentions = tuple(mentions)
    parents = {(t.taxonomy, t.id): (t.taxonomy, t.parent) for t in terms if t.parent is not None}
    above: set[tuple[str, str]] = set()
    for mention in mentions:
        at = (mention.term.taxonomy, mention.term.id)
        while at in parents and parents[at] not in above:
            at = parents[at]
            above.add(at)
    return tuple(m for m in mentions if (m.term.taxonomy, m.term.id) not in above)


@lru_cache(maxsize=32)
def _names(terms: tuple[Term, ...]) -> tuple[re.Pattern[str], tuple[Term, ...]]:
    """Compile the names of *terms* into one pattern; its n-th group stands for the n-th term."""
    vendors = frozenset(term.vendor.casefold() for term in terms if term.vendor)
    names = ((name.strip(), term) for term in terms for name in (term.title, *term.aliases))
    # By initials, so that a word is compared with the few names that begin as it does.
    by_initial: dict[str, dict[str, Term]] = defaultdict(dict)
    for name, term in sorted(names, key=lambda named: (-len(named[0]), named[0])):
        if name:
            by_initial[name[0].lower()].setdefault(_name_pattern(name, vendors), term)
    branches = [_ADDRESS]
    for initial, patterns in by_initial.items():
        letters = re.escape(initial + initial.upper())
        alternatives = "|".join(f"({pattern})" for pattern in patterns)
        branches.append(f"(?=[{letters}])(?:{alternatives})s?{_AFTER}")
    named = tuple(term for patterns in by_initial.values() for term in patterns.values())
    return re.compile(f"{_BEFORE}(?:{'|'.join(branches)})"), named


def _name_pattern(name: str, vendors: frozenset[str]) -> str:
    """Write one name as a pattern."""
    parts: list[str] = []
    for piece in _PIECE.finditer(name):
        if piece["gap"]:
            around = name[max(0, piece.start() - 1) : piece.end() + 1]
            by_number = any(char.isdigit() for char in around)
            parts.append(f"{_GAP}?" if by_number else _GAP)
            continue
        word = piece["word"]
        literal = f"{_GAP}?".join(map(re.escape, _LETTERS_THEN_NUMBER.split(word)))
        keeps_case = _ACRONYM.search(word) or len(name) <= _SHORT
        if word.casefold() in vendors or not keeps_case:
            literal = f"(?i:{literal})"
        parts.append(literal)
    return "".join(parts)

"""The names of terms, as one pattern that finds them in text.

How a name is compared with text
- never inside a word, so '4090D' is no '4090' and 'L40S' no 'L40'; a Chinese, Japanese or Korean
  character beside a Latin one is a boundary
- a word behind a model number that makes another product of it is heeded: an 'RTX 3090 Ti' is no
  'RTX 3090'
- model numbers, acronyms and short names keep their letter case, vendors and words do not:
  'Nvidia GPU' counts, 'gpu' and 'Lora' do not
- beside a number a space, a hyphen and nothing are alike ('RTX 4090', 'RTX-4090', 'RTX4090'),
  between words a space and a hyphen are; a plural 's' may follow
- the longest name wins, and what it covers is claimed: 'RTX 6000 Ada' is never also an 'RTX 6000'
- addresses are no text: a repository called cuda-kernels says nothing

Which names a product has besides the written ones
- the vendor's name and a product line (GeForce, Tesla …) may be missing, and so may 'RTX'
- what then remains may be too little to stand alone: a number ('4090'), a letter with one or two
  digits ('L4') or the name of an architecture ('Ampere', also a unit). Such names are *weak*:
  ``mentions`` says what must stand beside them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from .model import Term

_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_IN_WORD = rf"[^\W_{_CJK}]"
GAP = r"(?:\s+|[-\u2010\u2011])"
_ADDRESS = r"(?:https?://|(?:\w[\w-]{0,62}\.){1,4}[a-z]{2,6}/)" rf"[^\s<>()\[\]{_CJK}]*"
#: '0.4-bit' is no '4-bit'; '8xA100' is eight of them.
BEFORE = rf"(?:(?<!{_IN_WORD})|(?<=\d[xX]))(?<!\d\.(?=\d))"
_VARIANT = r"(?:D|[Tt][Ii]|SUPER|Super|XTX?|Ultra|Pro|Max|Mini|Laptop)"
#: 'GPT-4.1' is no 'GPT-4'.
AFTER = rf"(?!{_IN_WORD})(?!(?<=\d)(?:\.\d|{GAP}{_VARIANT}(?!{_IN_WORD})))"

_PIECE = re.compile(r"(?P<gap>[\s\u2010\u2011-]+)|(?P<word>[^\s\u2010\u2011-]+)")
_ACRONYM = re.compile(r"\d|[A-Z]{2}")
#: Letters before a number, two at least: 'MI 250' is an MI250, but 'A 100 times' no A100.
_LETTERS_THEN_NUMBER = re.compile(r"(?<=[^\W\d_]{2})(?=\d)")
_SHORT = 4

#: Product lines that people leave out or add as they like.
LINES = r"(?:GeForce|Tesla|Instinct|Radeon)"
#: What a device or its design is called; each gives a weak name beside it a meaning.
NOUN = r"(?:[GCNTVX]PUs?|(?:graphics )?cards?|(?:micro)?architectures?|显卡|架构)"
_ENDS_IN_NOUN = re.compile(rf"[\s-]+{NOUN}$", re.IGNORECASE)
_SERIES = re.compile(rf"[RG]TX{GAP}?(?=[A-Z]?\d{{3}})")
_FEW_DIGITS = re.compile(r"[A-Z]\d{1,2}")


class Name(Struct, frozen=True):
    """What one group of the pattern stands for."""

    term: Term
    weak: bool = False  #: whether it says nothing on its own


class Lexicon(Struct, frozen=True):
    """The names of a set of terms."""

    pattern: re.Pattern[str]  #: its n-th group stands for the n-th of ``names``; none: an address
    names: tuple[Name, ...]
    vendors: re.Pattern[str]
    makers: Mapping[tuple[str, str], Term]  #: ('nvidia', 'gpu') → the term 'NVIDIA GPU'
    nouns: str  #: pattern of the nouns of ``makers``, singular
    parents: Mapping[tuple[str, str], tuple[str, str]]  #: (taxonomy, id) → that of the parent

    def above(self, term: Term) -> frozenset[tuple[str, str]]:
        """The (taxonomy, id) of all terms above *term*; a parent that is missing ends it."""
        chain: set[tuple[str, str]] = set()
        at = self.parents.get((term.taxonomy, term.id))
        while at is not None and at not in chain:
            chain.add(at)
            at = self.parents.get(at)
        return frozenset(chain)


@lru_cache(maxsize=32)
def compile_names(terms: tuple[Term, ...]) -> Lexicon:
    """Compile the names of *terms*."""
    vendors = frozenset(term.vendor.casefold() for term in terms if term.vendor)
    named = [(name, term, weak) for term in terms for name, weak in _names_of(term) if name]
    # By initials, so that a word is compared with the few names that begin as it does.
    by_initial: dict[str, dict[str, Name]] = defaultdict(dict)
    for name, term, weak in sorted(named, key=lambda each: (-len(each[0]), each[0], each[2])):
        by_initial[name[0].lower()].setdefault(_name_pattern(name, vendors), Name(term, weak))
    branches = [_ADDRESS]
    for initial, patterns in by_initial.items():
        letters = re.escape(initial + initial.upper())
        alternatives = "|".join(f"({pattern})" for pattern in patterns)
        branches.append(f"(?=[{letters}])(?:{alternatives})s?{AFTER}")
    makers = dict(_makers(named))
    nouns = sorted({noun for _, noun in makers}, key=lambda noun: (-len(noun), noun))
    return Lexicon(
        pattern=re.compile(f"{BEFORE}(?:{'|'.join(branches)})"),
        names=tuple(name for patterns in by_initial.values() for name in patterns.values()),
        vendors=re.compile(f"{BEFORE}(?:{_any_of(sorted(vendors))}){AFTER}", re.IGNORECASE),
        makers=makers,
        nouns=_any_of(nouns),
        parents={(t.taxonomy, t.id): (t.taxonomy, t.parent) for t in terms if t.parent},
    )


def _any_of(words: Iterable[str]) -> str:
    return "(?:" + ("|".join(map(re.escape, words)) or r"(?!)") + ")"


def _names_of(term: Term) -> Iterator[tuple[str, bool]]:
    """Give the names of a term, written and derived, and whether each is weak."""
    product = term.vendor is not None and term.level in ("device", "architecture")
    for written in (term.title, *term.aliases):
        name = written.strip()
        yield name, product and _is_weak(name, term)
        if not product:
            continue
        core = _ENDS_IN_NOUN.sub(
            "", re.sub(rf"(?i)^(?:{re.escape(term.vendor or '')}\s+)", "", name)
        )
        core = re.sub(rf"(?i)^{LINES}{GAP}", "", core)
        telling = term.level == "architecture" or re.search(r"\d", core)
        if core != name and telling:
            yield core, _is_weak(core, term) or _FEW_DIGITS.fullmatch(core) is not None
        number = _SERIES.sub("", core, count=1)
        if number != core:
            yield number, _is_weak(number, term)


def _is_weak(name: str, term: Term) -> bool:
    """Tell whether *name* could as well mean something else."""
    if term.level == "device":
        return name[:1].isdigit()
    of_vendor = name.casefold().startswith((term.vendor or "").casefold())
    return not (of_vendor or _ENDS_IN_NOUN.search(name) or _ACRONYM.search(name))


def _makers(named: Iterable[tuple[str, Term, bool]]) -> Iterator[tuple[tuple[str, str], Term]]:
    """Take apart the names that are a vendor and what it makes."""
    for name, term, _ in named:
        vendor, _, noun = name.casefold().partition(" ")
        if term.vendor and vendor == term.vendor.casefold() and term.level in ("vendor", "family"):
            yield (vendor, noun), term


def _name_pattern(name: str, vendors: frozenset[str]) -> str:
    """Write one name as a pattern."""
    parts: list[str] = []
    for piece in _PIECE.finditer(name):
        if piece["gap"]:
            around = name[max(0, piece.start() - 1) : piece.end() + 1]
            by_number = any(char.isdigit() for char in around)
            parts.append(f"{GAP}?" if by_number else GAP)
            continue
        word = piece["word"]
        literal = f"{GAP}?".join(map(re.escape, _LETTERS_THEN_NUMBER.split(word)))
        keeps_case = _ACRONYM.search(word) or len(name) <= _SHORT
        if word.casefold() in vendors or not keeps_case:
            literal = f"(?i:{literal})"
        parts.append(literal)
    return "".join(parts)

"""Citation keys: what a paper is called in bibliographies, e.g. 'doe2026fookv'.

A key is made of the paper alone: first author, else organization, year, first telling word of
the title. Only where two papers would be called alike has one an effect on the other: the one
that joined the list first keeps the plain key, and the later gets some letters from the digest
of its own id. So a paper that joins the list changes no key that somebody may have written down.
A key that the file of a paper gives is its own, whatever changes.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

from .catalogue import Library
from .model import Paper
from .naming import fold_ascii
from .people import split_name
from .problems import Position, Problem

_LONGEST = 30  #: letters of one part of a key
#: Words that tell nothing of a title.
_EMPTY = {
    "a", "an", "the", "on", "of", "for", "in", "to", "with", "without", "towards", "toward", "from",
    "and", "or", "at", "by", "as", "is", "are", "be", "how", "why", "what", "when", "where", "do",
    "does", "can", "its", "it", "via", "into", "using",
}  # fmt: skip
_SHORT_NAME = re.compile(r"([^:\s][^:]{0,39}):\s")


def build_keys(
    papers: Iterable[tuple[int, str, str]], pinned: Mapping[str, str]
) -> Mapping[str, str]:
    """Give the key of every paper by its id: ASCII, and each only once, letter case apart.

    *papers* are the day on which each joined the list, as a number, its id and its plain key;
    *pinned* are the keys that files give. These are nobody else's.
    """
    rows = [row for row in papers if row[1] not in pinned]
    taken = {key.casefold() for key in pinned.values()}
    calls = Counter(plain for _, _, plain in rows)
    keys = {id: plain for _, id, plain in rows if calls[plain] == 1 and plain not in taken}
    taken.update(keys.values())
    for _, id, plain in sorted(row for row in rows if row[1] not in keys):
        key = plain
        if key in taken:
            digest = hashlib.blake2b(id.encode()).hexdigest()
            # A plain key has no '-', so this one cannot be made for another paper.
            lengths = range(4, len(digest) + 1)
            tries = (f"{plain}-{digest[:length]}" for length in lengths)
            key = next(each for each in tries if each not in taken)
        taken.add(key)
        keys[id] = key
    return {**pinned, **keys}


def check_keys(before: Mapping[str, str], library: Library) -> Iterator[Problem]:
    """Warn of every paper that citations call otherwise than *before*, and propose to pin its key.

    A key that its file gives was chosen by somebody.
    """
    now = library.keys
    pinned = {item.id for item in library.items if item.known.citekey}
    changed = [(id, was) for id, was in before.items() if now.get(id, was) != was]
    taken = set(now.values()) if changed else set()
    for id, was in changed:
        if id not in pinned:
            hint = f"to keep it, add to the front matter: citekey: {was}"
            message = f"the citation key was {was} and is now {now[id]}"
            where = Position(f"content/papers/{id}.md")
            yield Problem(where, message, "" if was in taken else hint, warning=True)


def plain_key(paper: Paper) -> str:
    """Name a paper by itself."""
    year = str(paper.date.year) if paper.date else ""
    telling = _telling_words(paper.title)
    lead = _lead(paper)
    if lead:
        return f"{lead}{year}{next(telling, '')[:_LONGEST]}"
    short = _SHORT_NAME.match(paper.title)
    name = fold_ascii(short[1]) if short else ""
    name = name or "".join(islice(telling, 2))
    if not name:
        return f"paper{hashlib.blake2b(paper.id.encode(), digest_size=4).hexdigest()}"
    return f"{name[:_LONGEST]}{year}"


def _telling_words(title: str) -> Iterator[str]:
    """Give the words of a title that say something; all of them when none does."""
    words = title.split()
    folded = (word for each in words if (word := fold_ascii(each)) and word not in _EMPTY)
    first = next(folded, None)
    return chain([first], folded) if first else filter(None, map(fold_ascii, words))


def _lead(paper: Paper) -> str:
    """Give the name under which a bibliography files the paper, or ''."""
    if paper.authors:
        return fold_ascii(split_name(paper.authors[0].name).family)[:_LONGEST]
    organization = next((use.id for use in paper.terms if use.taxonomy == "organizations"), "")
    return fold_ascii(organization)[:_LONGEST]

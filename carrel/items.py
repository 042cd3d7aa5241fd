"""Papers as a build handles them: known by digests, and read in full only when somebody looks.

A list of ten thousand papers is compared with what was built from it in every build, but few of
its papers are looked into. So an ``Item`` carries what orders and files a paper, and digests of
what its card and its page take from it; the paper itself is decoded on demand.
"""

import datetime as dt
import functools
import hashlib
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from .citing import plain_key
from .entries import split_entry
from .link_places import may_link
from .model import Paper
from .sources import fold_lines

READ = 1000  #: papers that are kept as read; pages of one time show the same ones
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Paper)


class Known(Struct, frozen=True, array_like=True):
    """What is known of a paper's file; the memo keeps it. Digests have 16 or 8 bytes."""

    digest: bytes  #: of the file
    card: bytes  #: of what the card takes from the paper, apart from the names of terms
    page: bytes  #: of the whole paper
    order: tuple[int, int]  #: days that it is listed and dated, 0: none; lists go by them
    terms: tuple[str, ...]  #: 'topics/serving', as used
    told: bool  #: whether a use says more than its term: a role, a number, a place
    named: tuple[str, ...]  #: devices that only a result names
    results: bytes  #: of the results and what they are shown with; empty where there are none
    opened: tuple[tuple[str, str, str], ...]  #: (key, term, name) of uses no file of a term covers
    title: str
    template: str | None
    slug: str | None
    aliases: tuple[str, ...]  #: earlier addresses
    arxiv: str | None  #: without version
    doi: str | None
    cited: str  #: citation key, if no other paper has the same
    citekey: str | None  #: the key that its file gives it
    updated: int  #: day of the last change, 0: none
    draft: bool
    links: bool  #: whether the notes may have links to other entries
    paper: Raw  #: encoded, without notes and abstract

    @property
    def place(self) -> tuple[Any, ...]:
        """All that decides where the paper stands, which pages there are, and what they count."""
        return (
            *(self.order, self.terms, self.named, bool(self.results), self.opened, self.template),
            *(self.slug, self.aliases, self.arxiv, self.doi, self.cited, self.citekey),
            *(self.updated, self.draft, self.links),
        )


class Item:
    """A paper of the list. Its ``key`` stands for all that its card takes from it."""

    __slots__ = ("_paper", "content", "id", "known")

    def __init__(self, id: str, known: Known, content: bytes, paper: Paper | None = None) -> None:
        self.id = id
        self.known = known
        self.content = content  #: of the file
        self._paper = paper

    @property
    def paper(self) -> Paper:
        """The paper itself, its uses resolved."""
        return self._paper or _read(self)

    def keep(self) -> Paper:
        """Give the paper, and keep it as read: somebody reads all of them."""
        if self._paper is None:
            self._paper = _read(self)
        return self._paper

    def with_notes(self, notes: str) -> "Item":
        """Give the paper with other notes: those in which links are resolved."""
        known = replace(self.known, page=_digest(self.known.page + notes.encode()))
        return Item(self.id, known, self.content, replace(self.paper, notes=notes))

    @property
    def path(self) -> str:
        """The file."""
        return f"content/papers/{self.id}.md"

    @property
    def url(self) -> str:
        """Address below the site's root."""
        return f"papers/{self.known.slug or self.id}/"

    @property
    def modified(self) -> dt.date | None:
        """The day of the last change, else the one that orders lists."""
        return _day(self.known.updated or self.known.order[0])

    @property
    def listed(self) -> dt.date | None:
        """The day that orders lists."""
        return _day(self.known.order[0])

    @property
    def date(self) -> dt.date | None:
        """The day on which the paper appeared."""
        return _day(self.known.order[1])

    @property
    def key(self) -> bytes:
        """What the digest of a page that shows the card is made from."""
        return self.known.card


@functools.lru_cache(maxsize=READ)
def _read(item: Item) -> Paper:
    head = _DECODER.decode(item.known.paper)
    # What is known was read as text before, so nothing in it has to be refused again.
    text = fold_lines(item.content.decode("utf-8"))
    _, notes, abstract = split_entry(text, item.path)
    return replace(head, notes=notes, abstract=abstract, extra=_freeze(head.extra))


class Shelf:
    """Papers in the order of a list; with *whole*, all of each paper counts, not its card alone."""

    __slots__ = ("items", "key", "whole")

    def __init__(self, items: Iterable[Item], whole: bool = False) -> None:
        self.items = tuple(items)
        self.whole = whole
        digests = [item.known.page if whole else item.known.card for item in self.items]
        self.key = hashlib.blake2b(b"".join(digests), digest_size=16).digest()

    def exchanged(self, new: Mapping[Item, Item]) -> "Shelf":
        """Give the papers with the *new* ones in the places of the old."""
        if new.keys().isdisjoint(self.items):
            return self
        return Shelf((new.get(item, item) for item in self.items), self.whole)


class Stated:
    """The papers of a list that have results; these count, and nothing else of the papers."""

    __slots__ = ("items", "key")

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = tuple(item for item in items if item.known.results)
        stated = b"".join([item.known.results for item in self.items])
        self.key = hashlib.blake2b(stated, digest_size=16).digest()

    def exchanged(self, new: Mapping[Item, Item]) -> "Stated":
        """Give the papers with the *new* ones in the places of the old."""
        if new.keys().isdisjoint(self.items):
            return self
        return Stated(new.get(item, item) for item in self.items)


class Placed:
    """The papers of a list by what they are filed under and when they appeared, and no more."""

    __slots__ = ("items", "key")

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = tuple(items)
        known = [(each.id, each.known) for each in self.items]
        rows = [(id, each.slug, each.terms, each.order[1]) for id, each in known]
        self.key = hashlib.blake2b(_ENCODER.encode(rows), digest_size=16).digest()


def build_known(
    paper: Paper, digest: bytes, opened: tuple[tuple[str, str, str], ...], card: Any
) -> Known:
    """Sum up a resolved *paper*; *card* is all that its card takes from it."""
    # Thousands of papers name the same terms: each name is held once.
    terms = tuple(sys.intern(f"{use.taxonomy}/{use.id}") for use in paper.terms)
    devices = {f"hardware/{result.hardware}" for result in paper.results if result.hardware}
    head = _ENCODER.encode(replace(paper, notes="", abstract=""))
    return Known(
        digest=digest,
        card=_digest(_ENCODER.encode(card)),
        page=_digest(head + _ENCODER.encode((paper.notes, paper.abstract))),
        order=(_ordinal(paper.listed), _ordinal(paper.date)),
        terms=terms,
        told=any(use.role or use.count or use.order for use in paper.terms),
        named=tuple(sorted(devices.difference(terms))),
        results=_digest(_ENCODER.encode(_stated(paper))) if paper.results else b"",
        opened=opened,
        title=paper.title,
        template=paper.template,
        slug=paper.slug,
        aliases=paper.aliases,
        arxiv=paper.arxiv_stem,
        doi=paper.doi and paper.doi.casefold(),
        cited=plain_key(paper),
        citekey=paper.citekey,
        updated=_ordinal(paper.updated),
        draft=paper.draft,
        links=may_link(paper.notes),
        paper=Raw(head),
    )


def _stated(paper: Paper) -> tuple[Any, ...]:
    """Give what tables of results show of a paper."""
    return paper.id, paper.title, paper.url, paper.date, paper.results


def _freeze(value: Any) -> Any:
    """Give own values as they were read: the stored form has no tuples."""
    return tuple(map(_freeze, value)) if isinstance(value, list | tuple) else value


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=8).digest()


def _ordinal(day: dt.date | None) -> int:
    return day.toordinal() if day else 0


@functools.lru_cache(maxsize=10_000)  # of many papers' days only some differ
def _day(ordinal: int) -> dt.date | None:
    return dt.date.fromordinal(ordinal) if ordinal else None

"""Importers: one module per format, found by being in this folder.

An importer is a module with
``NAME``                      the format's name for ``--format`` and ``source.format``
``matches(text) -> bool``     whether *text* looks like this format
``parse(text, path) -> Reading``   raw entries; nothing is validated, nothing is guessed

The name of a module is its format's name with '_' for '-'.
"""

import importlib
import pkgutil
from typing import Protocol

from msgspec import Struct

from ..problems import Position


class RawDate(Struct, frozen=True):
    """A day as the source shows it; a digest often leaves the year out."""

    month: int
    day: int
    year: int | None = None


class RawEntry(Struct, frozen=True):
    """One paper as a source tells it: repaired text, nothing resolved."""

    title: str
    where: Position  #: first line of the entry
    raw_title: str | None = None  #: as it stood, when the repair changed it
    abstract: str = ""  #: plain text, paragraphs apart by a blank line; not Markdown
    date: RawDate | None = None
    authors: tuple[str, ...] = ()
    authors_count: int | None = None
    organization: tuple[str, str] | None = None  #: (handle or '', name)
    links: tuple[tuple[str, str], ...] = ()  #: (kind, address) in the order of the text
    arxiv: str | None = None
    doi: str | None = None
    venue: str | None = None
    partial_date: str | None = None  #: '2024' or '2024-05', where the source gives no day
    citekey: str | None = None  #: what its readers cite it by
    type: str | None = None  #: a CSL type, when it is not just an article
    keywords: tuple[str, ...] = ()  #: as the source has them; some may name terms of the list
    page: str | None = None  #: the page that the source has on the paper
    comments: int | None = None
    upvotes: int | None = None


class Leftover(Struct, frozen=True):
    """Lines that became no part of an entry: *chrome* is known furniture of the page."""

    first: int  #: 1-based, inclusive
    last: int
    text: str  #: the first line, shortened
    chrome: bool
    reason: str = ""  #: why the lines could not be used, for the report


class Reading(Struct, frozen=True):
    """All of a source: every line is in an entry or among the leftovers."""

    entries: tuple[RawEntry, ...]
    leftovers: tuple[Leftover, ...] = ()
    captured: RawDate | None = None  #: the day that the source's own header shows


class Importer(Protocol):
    """What a module of this folder offers."""

    NAME: str

    def matches(self, text: str) -> bool:
        """Tell whether *text* looks like this format."""

    def parse(self, text: str, path: str) -> Reading:
        """Read *text*, which came from *path*."""


def importers() -> dict[str, Importer]:
    """All importers by the name of their format, in a fixed order."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    # A pasted page has no syntax, only a look: every format with one is tried before.
    names.sort(key=lambda name: (name == "daily_papers", name))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.NAME: module for module in modules}

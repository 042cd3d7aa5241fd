"""What templates are given: narrow values, so that an edit changes only what can show it.

A list gets ``Card``s, never ``Paper``s: editing a paper's notes changes its page and no list.
Every address here is relative to the site's root; templates write it as ``{{ url | href }}``.
"""

import datetime as dt
from typing import Any, Literal

from msgspec import Struct

from .model import Author, Links, Result, Role
from .references import Reference

BlurbSource = Literal["why", "summary", "abstract", ""]  #: '' when there is nothing to say


class Ref(Struct, frozen=True):
    """A link with its text; without an address it is just text."""

    title: str
    url: str | None = None


class Brief(Struct, frozen=True):
    """A paper on one line."""

    title: str
    url: str
    blurb: str  #: plain text; '' when there is nothing to say


class Chip(Struct, frozen=True):
    """A use of a term, as a small label: 'H100 × 8'."""

    taxonomy: str
    id: str
    title: str
    url: str | None
    count: int | None
    role: Role | None


class Card(Struct, frozen=True):
    """A paper as a list shows it. Knows no list, no depth and no heading level."""

    id: str
    url: str
    title: str
    authors: tuple[str, ...]  #: names; empty when only the number is known
    authors_count: int | None  #: as told, or the number of names
    date: dt.date | None
    added: dt.date | None
    blurb: str  #: plain text
    blurb_from: BlurbSource
    chips: tuple[Chip, ...]  #: all taxonomies, in the order written
    headline: Result | None
    links: Links
    status: str | None
    rating: int | None
    doi: str | None
    arxiv: str | None
    venue: str | None
    type: str  #: a CSL type


class Group(Struct, frozen=True):
    """A run of a list under one heading."""

    month: dt.date | None  #: first day of it; None when the papers have no day
    items: tuple[Any, ...]  #: ``cards.Listed``
    span: Literal["month", "year"] = "month"  #: year: ``month`` is January of it


class Pager(Struct, frozen=True):
    """Links between the pages of one list; pages are numbered from the oldest."""

    number: int | None  #: None on the front page
    newer: str | None  #: address
    older: str | None


class TermRow(Struct, frozen=True):
    """A term in an index, with the number of its papers and the terms below it."""

    id: str
    title: str
    url: str | None
    summary: str | None
    count: int
    children: tuple["TermRow", ...] = ()


class TermView(Struct, frozen=True):
    """A term on its own page."""

    taxonomy: str
    id: str
    title: str
    url: str
    summary: str | None
    body: str  #: Markdown
    aliases: tuple[str, ...]
    level: str | None
    kind: str | None
    vendor: str | None
    facts: tuple["FactView", ...]
    links: Links
    line: tuple[Ref, ...]  #: the terms above, from the top; a maker is named once
    short: str  #: the title at the end of that line
    children: tuple[TermRow, ...]
    count: int | None  #: papers, those of narrower terms included; None behind the front page


class FactView(Struct, frozen=True):
    """One thing known of a device."""

    name: str
    value: str
    unit: str | None
    source: str | None


class RelatedView(Struct, frozen=True):
    """A paper that another one is related to, with the reason."""

    title: str
    url: str
    terms: tuple[str, ...]  #: what both are filed under
    words: tuple[str, ...]  #: what stands in both titles


class PathStep(Struct, frozen=True):
    """A paper's place in a reading path."""

    path: Ref
    number: int  #: from 1
    total: int
    previous: Ref | None
    following: Ref | None


class PaperView(Struct, frozen=True):
    """A paper on its own page."""

    id: str
    url: str
    title: str
    date: dt.date | None
    added: dt.date | None
    updated: dt.date | None
    correction: str | None
    summary: str | None
    why: str | None
    blurb: str  #: plain text: the why, else the summary, else the abstract's beginning
    authors: tuple[Author, ...]
    authors_count: int | None
    chips: tuple[Chip, ...]
    links: Links  #: with the arXiv and DOI addresses that the ids give
    arxiv: str | None
    doi: str | None
    venue: str | None
    type: str  #: a CSL type
    reference: Reference  #: for citing it; without the abstract, which is told once
    results: tuple["ResultView", ...]
    status: str | None
    rating: int | None
    comments: int | None
    upvotes: int | None
    notes: str  #: Markdown
    abstract: str  #: Markdown
    source_format: str | None
    captured: dt.date | None
    source_position: int | None
    source_title: str | None  #: as it stood there; None when it is the paper's title
    source_url: str | None
    within: Ref | None  #: the topic that ``newer`` and ``older`` are taken from; None: the list
    newer: Ref | None
    older: Ref | None
    related: tuple[RelatedView, ...]
    steps: tuple[PathStep, ...]  #: where it stands in reading paths
    extra: dict[str, object]


class ResultView(Struct, frozen=True):
    """A result with its device as a link."""

    result: Result
    hardware: Chip | None


class Category(Struct, frozen=True):
    """A term that a paper in a feed is filed under."""

    id: str
    title: str
    url: str  #: of the taxonomy, which tells terms of one name apart


class FeedItem(Struct, frozen=True):
    """A paper in a feed."""

    guid: str  #: tag URI, the same in every feed and for ever
    url: str
    title: str
    published: dt.datetime | None  #: UTC
    updated: dt.datetime  #: UTC; when it was published, if nothing is newer; 1970 without a day
    authors: tuple[str, ...]  #: as the paper prints them; else its organization
    arxiv: str | None
    doi: str | None
    address: str | None  #: the paper itself
    via: str | None  #: the page where the paper was found
    categories: tuple[Category, ...]
    results: tuple[Result, ...]
    description: str  #: one plain sentence: the blurb
    summary: str | None
    why: str | None
    notes: str  #: Markdown
    abstract: str  #: Markdown
    links: Links


class YearRow(Struct, frozen=True):
    """A year of the archive; None is for papers without a date."""

    year: int | None
    url: str
    count: int

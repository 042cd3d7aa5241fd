"""The list as data for other programs: what stands in api/v1/, and the rows of the table.

These types are a promise: keys are added, never renamed or taken away, and what is not known is
left out. `api/v1/schema.json` is made from them, so the descriptions here are read by strangers.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Annotated

from msgspec import Meta, Struct, field

from .catalogue import Library
from .model import Fact, Paper, Result, Term
from .references import build_references
from .settings import Site
from .units import write_number

Address = Annotated[str, Meta(description="A whole address.")]
Id = Annotated[str, Meta(description="Stays for ever, also when the address changes.")]


class PersonRecord(Struct, frozen=True, omit_defaults=True):
    """A person who wrote a paper."""

    name: Annotated[str, Meta(description="As the paper prints it.")]
    affiliation: str | None = None
    orcid: str | None = None
    url: Address | None = None


class UseRecord(Struct, frozen=True, omit_defaults=True):
    """A topic, device … that a paper is filed under."""

    id: Id
    title: str
    count: Annotated[int, Meta(description="How many of the device.")] | None = None
    role: Annotated[str, Meta(description="evaluated, target, baseline or mentioned.")] | None = (
        None
    )


class FigureRecord(Struct, frozen=True, omit_defaults=True):
    """A figure that a paper states."""

    metric: str
    value: float
    to: Annotated[float, Meta(description="The upper end of a range.")] | None = None
    unit: str | None = None
    qualifier: Annotated[str, Meta(description="Such as 'up to'.")] | None = None
    better: Annotated[str, Meta(description="higher or lower.")] | None = None
    baseline: Annotated[str, Meta(description="What it is compared with.")] | None = None
    hardware: UseRecord | None = None
    workload: str | None = None
    where: Annotated[str, Meta(description="The place in the paper.")] | None = None
    headline: Annotated[bool, Meta(description="Whether lists show it.")] = False

    def sentence(self) -> str:
        """Give it in words: 'up to 1.91 x serving throughput'."""
        value = (
            write_number(self.value)
            if self.to is None
            else f"{write_number(self.value)}–{write_number(self.to)}"
        )
        return " ".join(filter(None, [self.qualifier, value, self.unit, self.metric]))


class PaperRecord(Struct, frozen=True, omit_defaults=True):
    """A paper of the list."""

    id: Id
    key: Annotated[str, Meta(description="The citation key, as in library.bib.")]
    url: Annotated[str, Meta(description="The address of its page on this site.")]
    title: str
    type: Annotated[str, Meta(description="A type of CSL.")]
    terms: Annotated[
        dict[str, tuple[UseRecord, ...]],
        Meta(description="What it is filed under, by the name of the taxonomy."),
    ]
    authors: tuple[PersonRecord, ...] = ()
    authors_count: Annotated[int, Meta(description="Their number, where it is known.")] | None = (
        None
    )
    date: Annotated[dt.date, Meta(description="The day it appeared.")] | None = None
    added: Annotated[dt.date, Meta(description="The day it joined the list.")] | None = None
    updated: Annotated[dt.date, Meta(description="The day its entry changed.")] | None = None
    summary: str | None = None
    why: Annotated[str, Meta(description="Why it is on the list.")] | None = None
    links: Annotated[
        dict[str, tuple[str, ...]], Meta(description="Addresses by kind: paper, code …")
    ] = field(default_factory=dict)
    arxiv: str | None = None
    doi: str | None = None
    venue: str | None = None
    results: tuple[FigureRecord, ...] = ()
    status: Annotated[str, Meta(description="queued, reading, read or skipped.")] | None = None
    rating: Annotated[int, Meta(description="1 to 5.")] | None = None
    comments: Annotated[int, Meta(description="Where the paper was found.")] | None = None
    upvotes: Annotated[int, Meta(description="Where the paper was found.")] | None = None


class TermRecord(Struct, frozen=True, omit_defaults=True):
    """A topic, a device, an organization …"""

    id: Id
    title: str
    papers: Annotated[int, Meta(description="Their number, those of narrower terms included.")]
    url: Annotated[str, Meta(description="Its page, where it has one.")] | None = None
    aliases: tuple[str, ...] = ()
    parent: Annotated[str, Meta(description="The id of the term above.")] | None = None
    level: str | None = None
    kind: str | None = None
    vendor: str | None = None
    summary: str | None = None
    facts: tuple[Fact, ...] = ()
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)


class ResultRecord(Struct, frozen=True):
    """A figure with the paper that states it."""

    paper: Annotated[str, Meta(description="The id of the paper.")]
    url: Annotated[str, Meta(description="The address of its page on this site.")]
    title: Annotated[str, Meta(description="The title of the paper.")]
    result: FigureRecord


def build_records(library: Library, site: Site) -> tuple[PaperRecord, ...]:
    """Give the records of all papers, newest first."""
    record = record_builder(library, site)
    return tuple(map(record, library.papers))


def record_builder(library: Library, site: Site) -> Callable[[Paper], PaperRecord]:
    """Make the function that gives the record of a paper."""
    references = build_references(library)
    shown = site.shown_taxonomies

    def use(taxonomy: str, id: str, count: int | None, role: str | None) -> UseRecord:
        return UseRecord(id, library.terms[taxonomy][id].title, count, role)

    def record(paper: Paper) -> PaperRecord:
        reference = references[paper.id]
        terms: dict[str, list[UseRecord]] = {}
        for each in paper.terms:
            if each.taxonomy not in shown:
                continue
            made = use(each.taxonomy, each.id, each.count, each.role)
            terms.setdefault(each.taxonomy, []).append(made)
        links = {kind: urls for kind, urls in paper.links if urls}
        if reference.address:
            links.setdefault("paper", (reference.address,))
        return PaperRecord(
            id=paper.id,
            key=reference.key,
            url=site.address(paper.url),
            title=paper.title,
            type=paper.type,
            terms={name: tuple(uses) for name, uses in terms.items()},
            authors=tuple(
                PersonRecord(a.name, a.affiliation, a.orcid, a.url) for a in paper.authors
            ),
            authors_count=paper.authors_count or len(paper.authors) or None,
            date=paper.date,
            added=paper.added,
            updated=paper.updated,
            summary=paper.summary,
            why=paper.why,
            links=links,
            arxiv=paper.arxiv,
            doi=paper.doi,
            venue=paper.venue,
            results=tuple(build_figure(result, library) for result in paper.results),
            status=paper.status,
            rating=paper.rating,
            comments=paper.comments,
            upvotes=paper.upvotes,
        )

    return record


def build_figure(result: Result, library: Library) -> FigureRecord:
    """Give a figure with its device by name."""
    device = None
    if result.hardware:
        title = library.terms["hardware"][result.hardware].title
        device = UseRecord(result.hardware, title, result.count)
    return FigureRecord(
        result.metric,
        result.value,
        result.to,
        result.unit,
        result.qualifier,
        result.better,
        result.baseline,
        device,
        result.workload,
        result.where,
        result.headline,
    )


def build_results(library: Library, site: Site) -> tuple[ResultRecord, ...]:
    """Give all figures, in the order of papers and of their entries."""
    return tuple(
        ResultRecord(paper.id, site.address(paper.url), paper.title, build_figure(result, library))
        for paper in library.papers
        for result in paper.results
    )


def build_terms(terms: Iterable[Term], library: Library, site: Site) -> tuple[TermRecord, ...]:
    """Give the records of terms, those without papers too."""
    return tuple(
        TermRecord(
            id=term.id,
            title=term.title,
            papers=library.count(term),
            url=site.address(term.url) if library.has_page(term) else None,
            aliases=term.aliases,
            parent=term.parent,
            level=term.level,
            kind=term.kind,
            vendor=term.vendor,
            summary=term.summary,
            facts=term.facts,
            links=dict(term.links),
        )
        for term in terms
    )

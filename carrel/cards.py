"""Library values → the narrow views that pages are given."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal

from .markdown import first_sentences, plain_text
from .model import Filed, Library, Links, Paper, Term, TermUse
from .settings import Site
from .views import BlurbSource, Card, Chip, Group, Listed, Pager, Ref, TermRow

BLURB_LENGTH = 240
SPARSE = 3  #: papers a month, below which a list goes by years


def build_card(paper: Paper, library: Library, site: Site) -> Card:
    """Give what a list shows of *paper*."""
    blurb, blurb_from = build_blurb(paper)
    headline = next((result for result in paper.results if result.headline), None)
    return Card(
        id=paper.id,
        url=paper.url,
        title=paper.title,
        authors=tuple(author.name for author in paper.authors),
        authors_count=paper.authors_count or len(paper.authors) or None,
        date=paper.date,
        added=paper.added,
        blurb=blurb,
        blurb_from=blurb_from,
        chips=build_chips(paper, library, site),
        headline=headline,
        links=build_links(paper),
        status=paper.status,
        rating=paper.rating,
        doi=paper.doi,
        arxiv=paper.arxiv,
        venue=paper.venue,
        type=paper.type,
    )


def build_blurb(paper: Paper) -> tuple[str, BlurbSource]:
    """Give one plain line on the paper, and where it comes from."""
    if paper.why:
        return " ".join(paper.why.split()), "why"
    if paper.summary:
        return " ".join(paper.summary.split()), "summary"
    blurb = first_sentences(plain_text(paper.abstract), BLURB_LENGTH)
    return blurb, "abstract" if blurb else ""


def build_chips(paper: Paper, library: Library, site: Site) -> tuple[Chip, ...]:
    """Give the paper's uses of terms as labels; a term without a page has no address.

    Authors and the venue are shown by themselves, so they are labels only where they have pages.
    """
    shown = site.shown_taxonomies
    return tuple(build_chip(use, library, site) for use in paper.terms if use.taxonomy in shown)


def build_chip(use: TermUse, library: Library, site: Site) -> Chip:
    """Give one use as a label."""
    term = library.terms[use.taxonomy][use.id]
    return Chip(
        taxonomy=use.taxonomy,
        id=term.id,
        title=term.title,
        url=_address(term, library, site),
        count=use.count,
        role=use.role,
    )


def build_ref(term: Term, library: Library, site: Site) -> Ref:
    """Give *term* as a link, or as text where it has no page."""
    return Ref(term.title, _address(term, library, site))


def _address(term: Term, library: Library, site: Site) -> str | None:
    published = term.taxonomy in site.published and library.has_page(term)
    return term.url if published else None


def build_links(paper: Paper) -> Links:
    """Give the paper's links, completed by the addresses that its ids give."""
    links = {kind: urls for kind, urls in paper.links if urls}
    if paper.arxiv and "paper" not in links:
        links = {"paper": (f"https://arxiv.org/abs/{paper.arxiv}",)} | links
    if paper.doi and "doi" not in links:
        links["doi"] = (f"https://doi.org/{paper.doi}",)
    return tuple(links.items())


def build_rows(taxonomy: str, library: Library, site: Site) -> tuple[TermRow, ...]:
    """Give the terms that have papers as trees, by title; an unnamed level is passed through."""
    terms = library.terms[taxonomy]
    filed = library.filed[taxonomy]
    below: dict[str | None, list[Term]] = {}
    for term in terms.values():
        if term.id in filed:
            below.setdefault(term.parent, []).append(term)

    def rows(parent: str | None) -> Iterator[TermRow]:
        for term in sorted(below.get(parent, ()), key=lambda t: (t.title.casefold(), t.id)):
            children = tuple(rows(term.id))
            if term.index:
                url, count = _address(term, library, site), len(filed[term.id])
                yield TermRow(term.id, term.title, url, term.summary, count, children)
            else:
                yield from children

    return tuple(rows(None))


def list_papers(papers: Iterable[Paper], library: Library, site: Site) -> list[Listed]:
    """Give papers as entries of a list that says nothing more of them."""
    return [Listed(build_card(paper, library, site)) for paper in papers]


def list_filed(filed: Iterable[Filed], library: Library, site: Site) -> list[Listed]:
    """Give the papers of a term with what put them there."""
    return [
        Listed(
            build_card(each.paper, library, site),
            via=build_ref(each.via, library, site) if each.via else None,
            role=each.use.role,
            count=each.use.count,
        )
        for each in filed
    ]


def build_groups(
    items: Sequence[Listed], by: Literal["added", "date"] = "added"
) -> tuple[Group, ...]:
    """Part a list by the month in which the papers joined it, or appeared.

    Where months hold but a few papers each, headings would be most of the page: then by the year
    in which they joined. The archive has a page for each year already.
    """

    def month(item: Listed) -> dt.date | None:
        card = item.card
        day = card.added or card.date if by == "added" else card.date
        return day.replace(day=1) if day else None

    def year(item: Listed) -> dt.date | None:
        day = month(item)
        return day.replace(month=1) if day else None

    months = tuple(Group(day, tuple(run)) for day, run in groupby(items, key=month))
    if by == "date" or len(months) <= 2 or len(items) >= SPARSE * len(months):
        return months
    return tuple(Group(day, tuple(run), "year") for day, run in groupby(items, key=year))


def paginate(
    url: str, items: Sequence[Listed], size: int
) -> Iterator[tuple[str, tuple[Listed, ...], Pager]]:
    """Part *items*, newest first, into (address, items, pager) for each page, front page first.

    Pages are numbered from the oldest and full, so a new paper changes the front page alone:
    with n items there are k = max(1, n // size) pages; 1 … k-1 hold *size* items each and the
    front page at *url* holds the rest.
    """
    last = max(1, len(items) // size) - 1  # number of the newest page behind the front page
    addresses = {n: f"{url}page/{n}/" for n in range(1, last + 1)} | {last + 1: url}
    start = len(items) - last * size
    front = Pager(None, None, addresses[last] if last else None)
    yield url, tuple(items[:start]), front
    for number in range(last, 0, -1):
        pager = Pager(number, addresses[number + 1], addresses.get(number - 1))
        yield addresses[number], tuple(items[start : start + size]), pager
        start += size

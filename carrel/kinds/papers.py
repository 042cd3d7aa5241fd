"""All papers on one list, and a page for each of them."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from ..cards import (
    build_blurb,
    build_chip,
    build_chips,
    build_groups,
    build_links,
    build_ref,
    list_papers,
    paginate,
)
from ..model import Library, Paper, Term, TermUse
from ..outputs import Page
from ..references import Reference, build_references
from ..related import Relation, relate
from ..settings import Site
from ..views import PaperView, Ref, RelatedView, ResultView

Neighbours = tuple[Term | None, Paper | None, Paper | None]  #: where, what is newer, what is older


def plan(library: Library, site: Site) -> Iterator[Page]:
    """The list at papers/, its older pages, and papers/<slug>/."""
    items = list_papers(library.papers, library, site)
    for url, shown, pager in paginate("papers/", items, site.page_size):
        inputs = {
            "title": None,
            "heading": "all_papers",
            "groups": build_groups(shown),
            "total": len(items) if pager.number is None else None,
            "pager": pager,
            "feed": "feed.xml",
            "crumbs": (),
        }
        yield Page(url, "list.html", inputs, listed=pager.number is None)
    beside = find_neighbours(library, site)
    related = relate(library)
    references = build_references(library)
    for paper in library.papers:
        view = build_view(
            paper, library, site, references[paper.id], beside[paper.id], related[paper.id]
        )
        yield Page(
            paper.url,
            paper.template or "paper.html",
            {"paper": view},
            source=f"content/papers/{paper.id}.md",
            modified=paper.updated or paper.added or paper.date,
        )


def build_view(
    paper: Paper,
    library: Library,
    site: Site,
    reference: Reference,
    beside: Neighbours,
    related: Sequence[Relation],
) -> PaperView:
    """Give all that the page of *paper* shows."""
    source = paper.source
    topic, newer, older = beside
    return PaperView(
        id=paper.id,
        url=paper.url,
        title=paper.title,
        date=paper.date,
        added=paper.added,
        updated=paper.updated,
        summary=paper.summary,
        why=paper.why,
        blurb=build_blurb(paper)[0],
        authors=paper.authors,
        authors_count=paper.authors_count or len(paper.authors) or None,
        chips=build_chips(paper, library, site),
        links=build_links(paper),
        arxiv=paper.arxiv,
        doi=paper.doi,
        venue=paper.venue,
        type=paper.type,
        reference=replace(reference, abstract=""),
        results=tuple(
            ResultView(
                result,
                build_chip(TermUse("hardware", result.hardware, count=result.count), library, site)
                if result.hardware
                else None,
            )
            for result in paper.results
        ),
        status=paper.status,
        rating=paper.rating,
        comments=paper.comments,
        upvotes=paper.upvotes,
        notes=paper.notes,
        abstract=paper.abstract,
        source_format=source.format if source else None,
        captured=source.captured if source else None,
        source_position=source.position if source else None,
        source_title=source.title if source and source.title != paper.title else None,
        source_url=source.url if source else None,
        within=build_ref(topic, library, site) if topic else None,
        newer=Ref(newer.title, newer.url) if newer else None,
        older=Ref(older.title, older.url) if older else None,
        related=tuple(
            RelatedView(
                other.title, other.url, tuple(term.title for term in reason.terms), reason.words
            )
            for other, reason in related
        ),
        extra=dict(paper.extra),
    )


def find_neighbours(library: Library, site: Site) -> Mapping[str, Neighbours]:
    """Give for every paper what stands beside it in its topic.

    Its topic is the first term that it names of the first taxonomy; without one it has its
    neighbours in the whole list.
    """
    first = next(iter(site.published), None)
    beside: dict[str, Neighbours] = {}
    runs: list[tuple[Term | None, Sequence[Paper]]] = [(None, library.papers)]
    for id, filed in library.filed[first].items() if first else ():
        term = library.terms[first or ""][id]
        if library.has_page(term):
            runs.append((term, [each.paper for each in filed]))
    for topic, papers in runs:
        for at, paper in enumerate(papers):
            named = (use.id for use in paper.terms if use.taxonomy == first)
            if topic is None or topic.id == next(named, None):
                newer = papers[at - 1] if at else None
                beside[paper.id] = (topic, newer, papers[at + 1] if at + 1 < len(papers) else None)
    return beside

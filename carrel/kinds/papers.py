"""All papers on one list, and a page for each of them."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..cards import build_blurb, build_groups, build_links, list_items, paginate, show, show_result
from ..catalogue import Derived, Library
from ..items import Item, Shelf
from ..model import TermUse
from ..outputs import Later, Page, Part
from ..paths import build_paths, build_steps
from ..references import build_reference
from ..related import relate
from ..settings import Site
from ..term_index import TermIndex
from ..views import Pager, PaperView, PathStep, Ref, RelatedView, ResultView

CHUNK = 64  #: papers whose pages are planned together
PAGES = 16  #: the same of the list's own pages


class Neighbours:
    """For each of some papers the key by which it is cited, its topic, and who is next to it."""

    __slots__ = ("items", "key", "named")

    def __init__(
        self, named: tuple[tuple[str, Ref | None], ...], items: tuple[Item | None, ...]
    ) -> None:
        """*items* are the newer and the older neighbour of the first paper, of the second …"""
        self.named = named
        self.items = items
        self.key = named, items

    def rows(self) -> Iterator[tuple[tuple[str, Ref | None], Item | None, Item | None]]:
        """Give ((key, topic), newer, older) for each."""
        return zip(self.named, self.items[::2], self.items[1::2], strict=True)

    def exchanged(self, new: Mapping[Item, Item]) -> "Neighbours":
        """Give them with the *new* papers in the places of the old."""
        if new.keys().isdisjoint(self.items):
            return self
        return Neighbours(self.named, tuple(i and new.get(i, i) for i in self.items))


class Beside(Struct, frozen=True):
    """What stands next to a paper: in its topic, else in the whole list."""

    within: Ref | None
    newer: Ref | None
    older: Ref | None


def plan(library: Library, site: Site) -> Iterator[Part]:
    """The list at papers/, its older pages, and papers/<slug>/."""
    items, index = library.items, library.index
    pages = [
        (url, Shelf(run), pager) for url, run, pager in paginate("papers/", items, site.page_size)
    ]
    for start in range(0, len(pages), PAGES):
        total = None if start else len(items)  # the front page alone says it
        yield Part(_plan_list, (tuple(pages[start : start + PAGES]), index, total), again=True)
    first = next(iter(site.published), None)
    near = find_neighbours(library, first)
    ordered = [name for name, taxonomy in site.published.items() if taxonomy.ordered]
    paths = {name: build_paths(library, name) for name in ordered}

    # What is related to a paper, and the paths it is in, is worked out when a card differs.
    def cards(library: Library) -> tuple[Any, ...]:
        titles = tuple(item.known.title for item in library.items)  # cards have them without TeX
        return titles, Shelf(library.items), library.index.key, site.related, paths

    def none(_: Library) -> tuple[Any, ...]:
        return ()

    related = Derived(
        library,
        cards if site.related else none,
        lambda library: relate(library, site.related),
    )
    steps = Derived(
        library, cards if ordered else none, lambda library: build_steps(paths, library)
    )
    for start in range(0, len(items), CHUNK):
        chunk = Shelf(items[start : start + CHUNK], whole=True)
        named = tuple((library.keys[item.id], near[item.id][0]) for item in chunk.items)
        beside = Neighbours(named, tuple(i for item in chunk.items for i in near[item.id][1:]))
        yield Part(_plan_pages, (chunk, index, beside, related, steps), again=True)


def _plan_list(
    pages: tuple[tuple[str, Shelf, Pager], ...], index: TermIndex, total: int | None
) -> Iterator[Page]:
    for url, shelf, pager in pages:
        inputs = {
            "title": None,
            "heading": "all_papers",
            "groups": build_groups(list_items(shelf.items, index)),
            "total": total if pager.number is None else None,
            "pager": pager,
            "feed": "feed.xml",
            "crumbs": (),
        }
        day = shelf.items[0].listed if shelf.items else None
        yield Page(url, "list.html", inputs, modified=day, listed=pager.number is None)


def _plan_pages(
    shelf: Shelf,
    index: TermIndex,
    beside: Neighbours,
    related: Later,
    steps: Later,
) -> Iterator[Page]:
    """The pages of papers that follow each other on the list."""
    rows = zip(shelf.items, beside.rows(), strict=True)
    for item, ((key, within), newer, older) in rows:
        near = tuple(
            RelatedView(
                show(other.title),
                other.url,
                tuple(term.title for term in reason.terms),
                reason.words,
            )
            for other, reason in related.value[item.id]
        )
        labels = index.labels((*item.known.terms, *item.known.named))
        around = Beside(within, _ref(newer), _ref(older))
        shown = (key, around, near, steps.value.get(item.id, ()))
        view = Later((item.known.page, labels, shown), partial(build_view, item, index, *shown))
        yield Page(
            item.url,
            item.known.template or "paper.html",
            {"paper": view},
            source=item.path,
            modified=item.modified,
        )


def _ref(item: Item | None) -> Ref | None:
    return Ref(show(item.known.title), item.url) if item else None


def build_view(
    item: Item,
    index: TermIndex,
    key: str,
    beside: Beside,
    related: tuple[RelatedView, ...],
    steps: tuple[PathStep, ...],
) -> PaperView:
    """Give all that the page of a paper shows; *key* is what citations call it."""
    paper = item.paper
    source = paper.source
    return PaperView(
        id=paper.id,
        url=paper.url,
        title=show(paper.title),
        date=paper.date,
        added=paper.added,
        updated=paper.updated,
        correction=paper.correction,
        summary=show(paper.summary),
        why=show(paper.why),
        blurb=build_blurb(paper)[0],
        authors=paper.authors,
        authors_count=paper.authors_count or len(paper.authors) or None,
        chips=index.chips(paper),
        links=build_links(paper),
        arxiv=paper.arxiv,
        doi=paper.doi,
        venue=paper.venue,
        type=paper.type,
        reference=replace(build_reference(paper, key, index), abstract=""),
        results=tuple(
            ResultView(
                show_result(result),
                index.chip(TermUse("hardware", result.hardware, count=result.count))
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
        within=beside.within,
        newer=beside.newer,
        older=beside.older,
        related=related,
        steps=steps,
        extra=dict(paper.extra),
    )


def find_neighbours(
    library: Library, first: str | None
) -> Mapping[str, tuple[Ref | None, Item | None, Item | None]]:
    """Give for every paper its topic, and what stands before and behind it there.

    Its topic is the first term that it names of the taxonomy *first*; without one it has its
    neighbours in the whole list.
    """
    prefix = f"{first}/"
    topics = library.index.refs[first] if first else {}
    # The papers of a topic are those under it, not only those that name it first.
    runs: dict[str | None, tuple[Item, ...]] = {None: library.items}
    runs |= {id: shelf.items for id, shelf in library.shelves[first].items()} if first else {}
    own: dict[str, str | None] = {}
    for item in library.items:
        named = next((term for term in item.known.terms if term.startswith(prefix)), None)
        id = named[len(prefix) :] if named else None
        own[item.id] = id if id is not None and topics[id].url else None
    beside: dict[str, tuple[Ref | None, Item | None, Item | None]] = {}
    for topic, items in runs.items():
        within = topics[topic] if topic is not None else None
        for at, item in enumerate(items):
            if own[item.id] == topic:
                newer = items[at - 1] if at else None
                older = items[at + 1] if at + 1 < len(items) else None
                beside[item.id] = (within, newer, older)
    return beside

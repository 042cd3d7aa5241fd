"""Which feeds a list has: what pages link to, what the OPML file holds, what is planned."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from .catalogue import Library
from .crossing import Sides, find_sides, list_pairs
from .items import Item
from .settings import Site
from .term_index import TermIndex

#: form → name of the file in the folder of the list that it follows
FILES = {"rss": "feed.xml", "atom": "atom.xml", "json": "feed.json"}


class Feed(Struct, frozen=True):
    """Something to subscribe to."""

    title: str  #: by itself, as under a heading: 'Serving'
    name: str  #: with the list's title, as in a reader: 'A list: Serving'
    description: str
    url: str  #: the list that it follows, e.g. 'topics/serving/'
    forms: tuple[str, ...]  #: of ``FILES``

    @property
    def addresses(self) -> dict[str, str]:
        """Where it is, by form."""
        return {form: f"{self.url}{FILES[form]}" for form in self.forms}


class FeedGroup(Struct, frozen=True):
    """Feeds of one kind, such as those of topics."""

    title: str | None  #: None: the feed of the whole list
    feeds: tuple[Feed, ...]


def list_feeds(library: Library, site: Site) -> tuple[FeedGroup, ...]:
    """Give all feeds: that of the list, those of the terms by taxonomy, those of pairs."""
    groups = [
        FeedGroup(title, tuple(feed for feed, _ in feeds))
        for title, feeds in list_followed(library, site)
    ]
    sides = find_sides(site)
    if sides and sides.one.feeds and sides.other.feeds:
        index = library.index
        pairs = tuple(
            build_pair_feed(sides, id, other, index, site)
            for id, shelf in library.shelves[sides.one.name].items()
            if index.refs[sides.one.name][id].url
            for other, _ in list_pairs(sides, shelf.items, index)
        )
        if pairs:
            groups.append(FeedGroup(f"{sides.one.title} × {sides.other.title}", pairs))
    return tuple(groups)


def list_followed(
    library: Library, site: Site
) -> Iterator[tuple[str | None, list[tuple[Feed, Sequence[Item]]]]]:
    """Give the feeds with the papers that they follow, newest first."""
    description = site.description or site.title
    whole = build_feed(site, None, description, "", site.outputs.list)
    yield None, [(whole, library.items)]
    for name, taxonomy in site.published.items():
        found: list[tuple[Feed, Sequence[Item]]] = []
        terms = library.terms[name].values() if taxonomy.feeds else ()
        for term in sorted(terms, key=lambda term: (term.title.casefold(), term.id)):
            if library.has_page(term):
                feed = build_feed(site, term.title, term.summary, term.url, site.outputs.term)
                found.append((feed, library.shelves[name][term.id].items))
        if found:
            yield taxonomy.title, found


def build_feed(
    site: Site, title: str | None, description: str | None, url: str, outputs: Sequence[str]
) -> Feed:
    """Give the feed of the list at *url*, in RSS and in those forms that are among *outputs*."""
    name = f"{site.title}: {title}" if title else site.title
    forms = ("rss", *(form for form in ("atom", "json") if form in outputs))
    return Feed(title or site.title, name, description or name, url, forms)


def build_pair_feed(sides: Sides, one: str, other: str, index: TermIndex, site: Site) -> Feed:
    """Give the feed of the papers under two terms."""
    first, second = index.refs[sides.one.name][one], index.refs[sides.other.name][other]
    title = f"{first.title}, {second.title}"
    return build_feed(site, title, None, f"{first.url}{other}/", site.outputs.pair)

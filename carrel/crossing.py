"""Two taxonomies against each other: which papers stand under a term of the one and of the other.

A paper under H100 stands under Hopper and NVIDIA too, so every level of a hierarchy is crossed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from msgspec import Struct

from .items import Item
from .settings import Site, Taxonomy
from .term_index import TermIndex
from .views import TermRow


class Sides(Struct, frozen=True):
    """What is set against what, as the settings say."""

    one: Taxonomy
    other: Taxonomy
    minimum: int  #: papers from which on a pair has a page of its own

    def across(self, taxonomy: str) -> Taxonomy | None:
        """Give the taxonomy that *taxonomy* is set against."""
        return {self.one.name: self.other, self.other.name: self.one}.get(taxonomy)

    def url(self, one: str, other: str, papers: Sequence[Item], index: TermIndex) -> str:
        """Give the address that shows a pair: its page, the filter of all papers, or its paper."""
        if len(papers) >= self.minimum:
            return f"{index.refs[self.one.name][one].url}{other}/"
        if len(papers) > 1:
            terms = ((self.one, one), (self.other, other))
            return "papers/?" + "&".join(f"{side.name}={quote(id)}" for side, id in terms)
        return papers[0].url


def find_sides(site: Site) -> Sides | None:
    """Give the two taxonomies of the settings; None where there are none, or one does not exist."""
    found = [kind for name in site.pairs.of if (kind := site.published.get(name))]
    return Sides(found[0], found[1], site.pairs.min) if len(found) == 2 else None


def terms_of(item: Item, taxonomy: str, index: TermIndex) -> Iterable[str]:
    """Give the terms of *taxonomy* that a paper stands under, those above the named ones too."""
    lines, start = index.lines[taxonomy], len(taxonomy) + 1
    named = [use[start:] for use in item.known.terms if use.startswith(f"{taxonomy}/")]
    return dict.fromkeys(id for use in named for id in lines[use])


def share(items: Iterable[Item], taxonomy: str, index: TermIndex) -> dict[str, list[Item]]:
    """Part papers by the terms of *taxonomy* that they stand under, each part in their order."""
    found: dict[str, list[Item]] = {}
    for item in items:
        for id in terms_of(item, taxonomy, index):
            found.setdefault(id, []).append(item)
    return found


def build_across(
    term: str, taxonomy: str, items: Iterable[Item], sides: Sides, index: TermIndex
) -> tuple[TermRow, ...]:
    """Give the terms that share papers with *term*, whose papers *items* are, as trees.

    Each has the number of papers that they share, and the address that shows the pair.
    """
    opposite = sides.across(taxonomy)
    if opposite is None:
        return ()
    first = taxonomy == sides.one.name
    found: dict[str, tuple[int, str | None]] = {}
    for id, papers in share(items, opposite.name, index).items():
        if index.refs[opposite.name][id].url:
            one, other = (term, id) if first else (id, term)
            found[id] = len(papers), sides.url(one, other, papers, index)
    return build_trees(found, opposite.name, index)


def build_trees(
    found: Mapping[str, tuple[int, str | None]], taxonomy: str, index: TermIndex
) -> tuple[TermRow, ...]:
    """Give terms, by id with number and address, as trees by title."""
    below: dict[str | None, list[str]] = {}
    for id in found:
        above = next((up for up in index.lines[taxonomy][id][1:] if up in found), None)
        below.setdefault(above, []).append(id)
    refs = index.refs[taxonomy]

    def rows(above: str | None) -> tuple[TermRow, ...]:
        ids = sorted(below.get(above, ()), key=lambda id: (refs[id].title.casefold(), id))
        return tuple(
            TermRow(id, refs[id].title, found[id][1], None, found[id][0], rows(id)) for id in ids
        )

    return rows(None)


def list_pairs(
    sides: Sides, items: Iterable[Item], index: TermIndex
) -> Iterator[tuple[str, list[Item]]]:
    """Give the terms of the other side with enough of these papers, and the papers."""
    for other, papers in sorted(share(items, sides.other.name, index).items()):
        if len(papers) >= sides.minimum and index.refs[sides.other.name][other].url:
            yield other, papers

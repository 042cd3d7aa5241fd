"""Two taxonomies against each other: which papers stand under a term of the one and of the other.

A paper under H100 stands under Hopper and NVIDIA too, so every level of a hierarchy is crossed.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from urllib.parse import quote

from .model import Filed, Library, Term
from .settings import Site, Taxonomy
from .views import TermRow

Key = tuple[str, str]  #: ids of a term of the first and one of the second taxonomy


@dataclass(frozen=True, slots=True)
class Crossing:
    """The papers that two taxonomies share, counted for every pair of their terms with pages."""

    one: Taxonomy
    other: Taxonomy
    counts: Mapping[Key, int]  #: only pairs that have papers
    only: Mapping[Key, str]  #: address of the paper, for pairs that have one
    under: Mapping[str, Mapping[str, Set[str]]]  #: taxonomy → term id → ids of papers
    minimum: int  #: papers from which on a pair has a page

    def url(self, one: Term, other: Term) -> str | None:
        """Give the address that shows a pair: its page, its one paper, or the filter of all."""
        key = one.id, other.id
        count = self.counts.get(key, 0)
        if count >= self.minimum:
            return f"{one.url}{other.id}/"
        if count > 1:
            terms = "&".join(f"{term.taxonomy}={quote(term.id)}" for term in (one, other))
            return f"papers/?{terms}"
        return self.only.get(key)

    def pairs(self, library: Library) -> Iterator[tuple[Term, Term, tuple[Filed, ...]]]:
        """Give the pairs that have a page, with their papers as the second term files them."""
        ones, others = (library.terms[each.name] for each in (self.one, self.other))
        for (first, second), count in self.counts.items():
            if count >= self.minimum:
                among = self.under[self.one.name][first]
                filed = library.filed[self.other.name][second]
                papers = tuple(each for each in filed if each.paper.id in among)
                yield ones[first], others[second], papers

    def across(self, term: Term, rows: tuple[TermRow, ...], library: Library) -> list[TermRow]:
        """Give those of the other taxonomy's *rows* that *term* shares papers with.

        Each has the number of papers that they share, and the address that shows the pair.
        """
        first = term.taxonomy == self.one.name
        opposite = library.terms[(self.other if first else self.one).name]
        found = []
        for row in rows:
            children = tuple(self.across(term, row.children, library))
            pair = (term, opposite[row.id]) if first else (opposite[row.id], term)
            count = self.counts.get((pair[0].id, pair[1].id))
            if count:
                url = self.url(*pair)
                found.append(TermRow(row.id, row.title, url, None, count, children))
        return found


def build_crossing(library: Library, site: Site) -> Crossing | None:
    """Set the two taxonomies of the settings against each other; None where one does not exist."""
    one, other = (site.published.get(name) for name in site.pairs.of)
    if one is None or other is None:
        return None
    under = {
        taxonomy.name: {
            term.id: frozenset(each.paper.id for each in library.filed[taxonomy.name][term.id])
            for term in library.terms[taxonomy.name].values()
            if library.has_page(term)
        }
        for taxonomy in (one, other)
    }
    urls = {paper.id: paper.url for paper in library.papers}
    counts: dict[Key, int] = {}
    only: dict[Key, str] = {}
    for first, among in under[one.name].items():
        for second, found in under[other.name].items():
            shared = among & found
            if shared:
                counts[first, second] = len(shared)
                if len(shared) == 1:
                    only[first, second] = urls[next(iter(shared))]
    return Crossing(one, other, counts, only, under, site.pairs.min)

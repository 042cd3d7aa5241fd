"""The terms as other pages show them: titles, addresses, what lies above. One value a build."""

from collections.abc import Iterable, Mapping
from typing import Any

from .digests import digest
from .model import OWN_FIELDS, Paper, Term, TermUse
from .settings import Site
from .views import Chip, Ref


class TermIndex:
    """All that cards and lists show of terms. Its ``key`` stands for the whole of it."""

    def __init__(
        self, terms: Mapping[str, Mapping[str, Term]], filled: Mapping[str, Any], site: Site
    ) -> None:
        """*filled* has, by taxonomy, the ids of terms with papers."""
        published = site.published
        # Authors and the venue are shown by themselves: labels only where they have pages.
        self.shown = {name for field, name in site.fields.items() if field not in OWN_FIELDS}
        self.shown |= published.keys()
        self.refs: dict[str, dict[str, Ref]] = {}
        self.lines: dict[str, dict[str, tuple[str, ...]]] = {}
        self._labels: dict[str, bytes] = {}
        self._lines: dict[str, bytes] = {}
        for taxonomy, known in terms.items():
            refs = self.refs[taxonomy] = {}
            lines = self.lines[taxonomy] = {}
            for id, term in known.items():
                has_page = taxonomy in published and term.index and id in filled[taxonomy]
                refs[id] = Ref(term.title, term.url if has_page else None)
                lines[id] = term_line(term, known)
                self._labels[f"{taxonomy}/{id}"] = digest(refs[id]).encode()
                self._lines[f"{taxonomy}/{id}"] = digest(lines[id]).encode()
        self.key = digest((sorted(self.shown), self.refs, self.lines))

    def chip(self, use: TermUse) -> Chip:
        """Give one use as a label; a term without a page has no address."""
        ref = self.refs[use.taxonomy][use.id]
        return Chip(use.taxonomy, use.id, ref.title, ref.url, use.count, use.role)

    def chips(self, paper: Paper) -> tuple[Chip, ...]:
        """Give the paper's uses of terms as labels."""
        return tuple(self.chip(use) for use in paper.terms if use.taxonomy in self.shown)

    def labels(self, terms: Iterable[str]) -> bytes:
        """Give what labels of *terms*, such as 'topics/serving', show, as a digest."""
        return b"".join([self._labels[term] for term in terms])

    def above(self, terms: Iterable[str], taxonomy: str) -> bytes:
        """Give what lies above those of *terms* that are of *taxonomy*, as a digest."""
        prefix = f"{taxonomy}/"
        return b"".join([self._lines[term] for term in terms if term.startswith(prefix)])

    def nearest(self, terms: Iterable[str], taxonomy: str, id: str) -> tuple[int, Ref | None]:
        """Give which of *terms* files a paper under the term *id*, and what narrower term it is."""
        lines, start = self.lines[taxonomy], len(taxonomy) + 1
        found = [
            (lines[term[start:]].index(id), n, term)
            for n, term in enumerate(terms)
            if term.startswith(f"{taxonomy}/") and id in lines[term[start:]]
        ]
        steps, n, term = min(found)
        return n, self.refs[taxonomy][term[start:]] if steps else None


def term_line(term: Term, known: Mapping[str, Term]) -> tuple[str, ...]:
    """Give the ids from *term* upwards, without going in a circle that is reported elsewhere."""
    line = [term.id]
    while term.parent is not None and term.parent not in line:
        term = known[term.parent]
        line.append(term.id)
    return tuple(line)

"""All the content of a site, resolved and put in order: what the page kinds plan from."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from .digests import digest
from .model import ContentPage, Paper, Term, TermUse
from .outputs import Later

if TYPE_CHECKING:
    from .items import Item, Shelf
    from .paper_files import PaperFiles
    from .term_index import TermIndex


class Filed(Struct, frozen=True):
    """A paper under a term, with the use that put it there."""

    paper: Paper
    use: TermUse
    via: Term | None = None  #: the descendant that is named, when it is not the term itself


class Library(Struct, frozen=True, eq=False, dict=True):
    """All the content, resolved: every use names a term, every parent exists, drafts are gone.

    Compared by identity, so that what follows from it can be kept as long as it is at hand.
    """

    items: tuple["Item", ...]  #: papers, newest first: by (listed, date, id), all descending
    terms: Mapping[str, Mapping[str, Term]]  #: taxonomy → id → term
    shelves: Mapping[str, Mapping[str, "Shelf"]]  #: taxonomy → id of a term with papers → papers
    index: "TermIndex"  #: the terms as cards and lists show them
    pages: tuple[ContentPage, ...]
    keys: Mapping[str, str]  #: id of a paper → what citations call it
    files: "PaperFiles"  #: the files of papers, and what they are read with
    static: tuple[str, ...] = ()  #: paths under content/static/
    linked: bool = False  #: whether its texts have links to its entries

    @cached_property
    def whole(self) -> "Derived":
        """The library itself, for what depends on all of it."""
        return Derived(self, lambda library: library.digest, lambda library: library)

    @cached_property
    def digest(self) -> str:
        """What stands for all of it."""
        return digest((tuple(item.known.page for item in self.items), self.terms, self.index))

    @cached_property
    def papers(self) -> tuple[Paper, ...]:
        """The papers, every one of them read."""
        return tuple(item.keep() for item in self.items)

    @cached_property
    def filed(self) -> Mapping[str, Mapping[str, tuple[Filed, ...]]]:
        """Taxonomy → term id → its papers, each with the use that put it there."""
        return {
            taxonomy: {
                id: tuple(self.file(item.paper, taxonomy, id) for item in shelf.items)
                for id, shelf in shelves.items()
            }
            for taxonomy, shelves in self.shelves.items()
        }

    def file(self, paper: Paper, taxonomy: str, id: str) -> Filed:
        """Give *paper* as it stands under the term *id*, by the nearest use."""
        nearest: tuple[int, TermUse] | None = None
        for use in paper.terms:
            if use.taxonomy == taxonomy:
                line = (use.id, *(term.id for term in self.ancestors(self.terms[taxonomy][use.id])))
                if id in line and (nearest is None or line.index(id) < nearest[0]):
                    nearest = line.index(id), use
        if nearest is None:
            raise LookupError(f"{paper.id} is not filed under {id}")
        steps, use = nearest
        return Filed(paper, use, via=self.terms[taxonomy][use.id] if steps else None)

    def ancestors(self, term: Term) -> tuple[Term, ...]:
        """The terms above *term*, nearest first."""
        above: list[Term] = []
        while term.parent is not None:
            term = self.terms[term.taxonomy][term.parent]
            above.append(term)
        return tuple(above)

    def count(self, term: Term) -> int:
        """The number of papers under *term*."""
        shelf = self.shelves[term.taxonomy].get(term.id)
        return len(shelf.items) if shelf else 0

    def has_page(self, term: Term) -> bool:
        """Whether *term* gets a page: an empty one would be a dead end."""
        return term.index and term.id in self.shelves[term.taxonomy]


class Derived(Later):
    """A value that is made from the whole library."""

    def __init__(
        self, library: Library, key: Callable[[Library], Any], make: Callable[[Library], Any]
    ) -> None:
        super().__init__(key(library), partial(make, library))
        self._functions = key, make

    def of(self, library: Library) -> "Derived":
        """Give the same of another library."""
        return Derived(library, *self._functions)

"""Papers as bibliographies name them, and as a sentence: what is known, and nothing else.

Many entries of a list know how many authors a paper has and not who they are. Then its
organization stands for them where one is known, else nobody does.
"""

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from .catalogue import Library
from .model import Paper

if TYPE_CHECKING:
    from .term_index import TermIndex

Medium = Literal["preprint", "journal", "proceedings", "book", "chapter", "thesis", "report", ""]
_MEDIA: dict[str, Medium] = {
    "article-journal": "journal",
    "article-magazine": "journal",
    "article-newspaper": "journal",
    "paper-conference": "proceedings",
    "book": "book",
    "chapter": "chapter",
    "thesis": "thesis",
    "report": "report",
}
_PART = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?")
_VERSION = re.compile(r"v(\d+)$")


class Reference(Struct, frozen=True):
    """All that a citation says of a paper."""

    id: str
    key: str  #: 'doe2026fookv': ASCII, no other paper's
    title: str  #: as written, its formulas in TeX
    type: str  #: CSL type
    authors: tuple[str, ...]  #: as the paper prints them
    has_more: bool  #: whether it has more authors than are named
    organization: str | None
    date: dt.date | None
    venue: str | None
    arxiv: str | None  #: as written, perhaps with a version
    own_doi: str | None  #: as written
    address: str | None  #: the paper itself; never our page, which is another work
    keywords: tuple[str, ...]  #: titles of its topics
    abstract: str  #: Markdown, the authors' words
    published: str | None = None  #: '2024' or '2024-05', where the day is not known

    @property
    def issued(self) -> tuple[int, ...]:
        """Year, month and day on which it appeared, as far as they are known."""
        if self.date:
            return self.date.year, self.date.month, self.date.day
        found = _PART.fullmatch(self.published or "")
        return tuple(int(part) for part in found.groups() if part) if found else ()

    @property
    def arxiv_stem(self) -> str | None:
        """The arXiv id without its version."""
        return _VERSION.sub("", self.arxiv) if self.arxiv else None

    @property
    def version(self) -> str | None:
        """The version that is meant, where the arXiv id tells it: '2'."""
        found = _VERSION.search(self.arxiv or "")
        return found[1] if found else None

    @property
    def archive_class(self) -> str | None:
        """The subject that an arXiv id of before 2007 begins with: 'cs' of 'cs/0112017'."""
        archive, slash, _ = (self.arxiv or "").partition("/")
        return archive if slash else None

    @property
    def plain_title(self) -> str:
        """The title for where nothing is typeset: its formulas in Unicode."""
        if "$" not in self.title:
            return self.title
        # Imported late: only a file that is made needs it, not the plan of it.
        from .markdown import show_formulas

        return show_formulas(self.title)

    def plain_abstract(self, formula: Callable[[str], str] | None = None) -> str:
        """Give the abstract without markup: formulas in Unicode, or as *formula* writes TeX."""
        from .formulas import plain_formula
        from .markdown import plain_text

        return plain_text(self.abstract, formula or plain_formula)

    @property
    def medium(self) -> Medium:
        """How it appeared: with a venue, in the proceedings of that unless its type tells."""
        if self.type == "article":
            is_out = self.venue and not self.venue.casefold().startswith("arxiv")
            return "proceedings" if is_out else "preprint" if self.arxiv else ""
        return _MEDIA.get(self.type, "")

    @property
    def doi(self) -> str | None:
        """The paper's DOI; a preprint on arXiv has one by its id."""
        if self.own_doi or not self.arxiv or self.medium != "preprint":
            return self.own_doi
        return arxiv_doi(self.arxiv)

    @property
    def is_published(self) -> bool:
        """Whether its venue is more than an archive of preprints."""
        return bool(self.venue) and self.medium != "preprint"

    @property
    def container(self) -> str | None:
        """The journal, conference or book that it stands in."""
        return self.venue if self.medium in ("journal", "proceedings", "chapter") else None

    @property
    def publisher(self) -> str | None:
        """Who published it, where it stands in nothing else."""
        if self.medium == "preprint":
            return "arXiv"
        return None if self.container else self.venue


@functools.lru_cache(maxsize=1)
def build_references(library: Library) -> Mapping[str, Reference]:
    """Give the reference of every paper by its id, in the order of the list."""
    keys = library.keys
    return {p.id: build_reference(p, keys[p.id], library.index) for p in library.papers}


def build_reference(paper: Paper, key: str, index: "TermIndex") -> Reference:
    """Give the reference of *paper*; *key* is no other paper's."""
    topics = index.refs.get("topics", {})
    named = len(paper.authors)
    return Reference(
        paper.id,
        key,
        paper.title,
        paper.type,
        tuple([author.name for author in paper.authors]),
        0 < named < (paper.authors_count or 0),
        find_organization(paper, index),
        paper.date,
        paper.venue,
        paper.arxiv,
        paper.doi,
        find_address(paper),
        tuple([topics[use.id].title for use in paper.terms if use.taxonomy == "topics"]),
        paper.abstract,
        paper.source.published if paper.source else None,
    )


def arxiv_doi(arxiv: str) -> str:
    """Give the DOI that arXiv gives every preprint, for its id without the version."""
    return f"10.48550/arXiv.{_VERSION.sub('', arxiv)}"


def find_organization(paper: Paper, index: "TermIndex") -> str | None:
    """Give the organization that stands for authors who are not named."""
    for use in paper.terms:
        if use.taxonomy == "organizations":
            return index.refs[use.taxonomy][use.id].title
    return None


def find_address(paper: Paper) -> str | None:
    """Give the address of the paper itself, or None when nothing leads there."""
    for kind, urls in paper.links:
        if kind == "paper" and urls:
            return urls[0]
    if paper.arxiv:
        return f"https://arxiv.org/abs/{paper.arxiv}"
    return f"https://doi.org/{paper.doi}" if paper.doi else None


def cite_text(reference: Reference) -> str:
    """Give a citation as plain text: who, what, where and when, and the address."""
    parts = _cite(reference, reference.plain_title, _place(reference), str)
    return " ".join([*parts, *filter(None, [reference.address])])


def cite_markdown(reference: Reference) -> str:
    """Give the same in Markdown, with the title as a link and the venue in italics."""
    title = escape_markdown(reference.plain_title)
    if reference.address:
        address = re.sub(r"[()\\]", lambda sign: f"%{ord(sign[0]):02X}", reference.address)
        title = f"[{title}]({address})"
    venue = f"*{escape_markdown(_place(reference))}*" if _place(reference) else ""
    return " ".join(_cite(reference, title, venue, escape_markdown))


def escape_markdown(text: str) -> str:
    """Write plain text so that Markdown shows it as it is."""
    text = re.sub(r"([\\`*_\[\]<>$&~^|])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d*)([-+#=.)])", r"\1\\\2", text)  # not a heading, not an item of a list


def _place(reference: Reference) -> str:
    return (reference.venue or "") if reference.is_published else ""


def _cite(
    reference: Reference, title: str, venue: str, write: Callable[[str], str]
) -> Iterator[str]:
    names = ", ".join(map(write, reference.authors)) or write(reference.organization or "")
    if names:
        yield f"{names} et al." if reference.has_more else f"{names.removesuffix('.')}."
    yield title if reference.plain_title.endswith((".", "?", "!")) else f"{title}."
    where = ", ".join(filter(None, [venue, *map(str, reference.issued[:1])]))
    if where:
        yield f"{where}."
    if reference.arxiv:
        yield f"arXiv:{reference.arxiv}."

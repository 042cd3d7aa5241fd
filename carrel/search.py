"""What the full-text index reads: for each page with text of its own a document, as plain HTML.

The index is made by Pagefind (``indexing``). It gets texts without the frame of a page, so that a
change of the theme makes no new index, and no filters of its own, which would make its bytes differ
from run to run.
"""

import html
from collections.abc import Iterator

from msgspec import Struct

from .cards import show
from .catalogue import Library
from .digests import digest
from .model import Paper, Term, TermUse
from .settings import Site

FOLDER = "pagefind/"  #: where the index stands in a site
_FORMAT = 2  #: of ``encode``: another one is another index


class Document(Struct, frozen=True):
    """A page as a search finds it."""

    url: str  #: below the site's root
    title: str
    kind: str | None  #: what it is, where it is no paper: 'device'
    names: tuple[str, ...]  #: by which it is found as well: authors, terms, aliases
    texts: tuple[str, ...]  #: plain
    markdown: tuple[str, ...]


def build_documents(library: Library, site: Site) -> tuple[Document, ...]:
    """Give the documents of all papers, terms with a page, and pages of the site's own."""
    return (
        *(_paper(paper, library) for paper in library.papers),
        *(
            _term(term, taxonomy.singular)
            for name, taxonomy in site.published.items()
            for term in library.terms[name].values()
            if library.has_page(term)
        ),
        *(
            Document(page.url, page.title, None, (), _present(page.summary), _present(page.body))
            for page in library.pages
        ),
    )


def digest_documents(documents: tuple[Document, ...], language: str) -> str:
    """Name the index of *documents*: equal digests, equal indexes."""
    return digest((_FORMAT, language, documents))


def encode(document: Document, language: str) -> bytes:
    """Write one document as the indexer reads it."""
    from .markdown import plain_text  # only needed where there is no index yet

    texts = (*document.texts, *map(plain_text, document.markdown))
    kind = f' data-pagefind-meta="kind:{html.escape(document.kind)}"' if document.kind else ""
    body = "".join(f"<p>{html.escape(text)}</p>" for text in texts if text)
    # Names lead to a page, but what it says of itself is the better excerpt.
    names = "".join(f"<li>{html.escape(name)}</li>" for name in document.names)
    names = f'<ul data-pagefind-weight="0.5">{names}</ul>' if names else ""
    # A title is found as metadata too. As a part of the text it would stand in excerpts once more;
    # only a page without any other word needs it there.
    apart = ' data-pagefind-meta="title" data-pagefind-ignore' if body or names else ""
    return (
        f'<!doctype html><html lang="{html.escape(language)}"><meta charset="utf-8">'
        f"<body{kind}><h1{apart}>{html.escape(document.title)}</h1>{body}{names}</body></html>\n"
    ).encode()


def _paper(paper: Paper, library: Library) -> Document:
    names = [author.name for author in paper.authors]
    for use in paper.terms:
        names += _line(use, library)
    texts = _present(paper.why, paper.summary)
    markdown = _present(paper.notes, paper.abstract)
    return Document(
        paper.url, show(paper.title), None, tuple(dict.fromkeys(names)), texts, markdown
    )


def _line(use: TermUse, library: Library) -> Iterator[str]:
    """Give the names of a term and of those above it."""
    term = library.terms[use.taxonomy][use.id]
    for each in (term, *library.ancestors(term)):
        yield each.title


def _term(term: Term, singular: str) -> Document:
    texts, markdown = _present(term.summary), _present(term.body)
    return Document(term.url, term.title, singular, term.aliases, texts, markdown)


def _present(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)

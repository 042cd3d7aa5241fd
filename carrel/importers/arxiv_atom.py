"""A saved answer of arXiv's interface: Atom with arXiv's own elements."""

from ..bylines import gather
from ..cleaning import clean_line, clean_paragraphs
from ..days import parse_day
from ..source_records import Collector, Record
from ..xml_tree import Element, parse_xml
from . import Reading

NAME = "arxiv-atom"

_ATOM = "http://www.w3.org/2005/Atom "
_ARXIV = "http://arxiv.org/schemas/atom "
_ERRORS = "arxiv.org/api/errors"


def matches(text: str) -> bool:
    """Tell whether *text* is Atom and names arXiv's schema, or its interface."""
    head = text[:3000]
    return "<feed" in head and ("arxiv.org/schemas/atom" in head or "arxiv.org/api/" in head)


def parse(text: str, path: str) -> Reading:
    """Read an answer: one entry for each paper."""
    collector = Collector(path)
    root = parse_xml(text, path)
    entries = [root] if root.name == f"{_ATOM}entry" else root.all(f"{_ATOM}entry")
    for entry in entries:
        id = entry.text(f"{_ATOM}id")
        if _ERRORS in id:
            collector.leave(entry.line, "arXiv reports an error", entry.text(f"{_ATOM}summary"))
        else:
            collector.add(_record(entry, id))
    return collector.reading()


def _record(entry: Element, id: str) -> Record:
    links = [(link.attributes.get("title", ""), link) for link in entry.all(f"{_ATOM}link")]
    authors = [author.text(f"{_ATOM}name") for author in entry.all(f"{_ATOM}author")]
    return Record(
        line=entry.line,
        title=clean_line(entry.text(f"{_ATOM}title")),
        people=gather(authors),
        day=parse_day(entry.text(f"{_ATOM}published")),
        abstract=clean_paragraphs(entry.text(f"{_ATOM}summary")),
        arxiv=(id,),
        doi=(entry.text(f"{_ARXIV}doi"),),
        remarks=(entry.text(f"{_ARXIV}comment"),),
        addresses=tuple(
            ("", link.attributes.get("href", ""))
            for title, link in links
            if title not in ("pdf", "doi")
        ),
        venues=(entry.text(f"{_ARXIV}journal_ref"),),
    )

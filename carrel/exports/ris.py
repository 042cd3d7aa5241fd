"""RIS, which every reference manager imports: one 'TAG  - value' line a fact, CRLF line ends."""

from collections.abc import Iterator, Sequence

from ..naming import fold_blanks
from ..people import split_name
from ..references import Reference
from ..settings import Site

SUFFIX = "ris"
READS = Reference

_TYPES = {
    "preprint": "UNPB",
    "journal": "JOUR",
    "proceedings": "CPAPER",
    "book": "BOOK",
    "chapter": "CHAP",
    "thesis": "THES",
    "report": "RPRT",
    "": "UNPB",
}


def encode(papers: Sequence[Reference], site: Site) -> bytes:
    """Write one record a paper."""
    return "".join(map(encode_record, papers)).encode()


def encode_record(paper: Reference) -> str:
    """Write the record of one paper. A value is one line."""
    rows = [f"{tag}  - {fold_blanks(value)}\r\n" for tag, value in _rows(paper)]
    return "".join([*rows, "ER  - \r\n\r\n"])


def _rows(paper: Reference) -> Iterator[tuple[str, str]]:
    medium = paper.medium
    yield "TY", _TYPES[medium]
    yield "TI", paper.plain_title
    for name in paper.authors:
        yield "AU", split_name(name).inverted()
    if not paper.authors and paper.organization:
        yield "AU", paper.organization.replace(",", "")
    if issued := paper.issued:
        if issued[1:]:
            known = [f"{part:02}" for part in issued]
            yield "DA", "/".join([*known, "", "", ""][:4])
        yield "PY", str(issued[0])
    if paper.container:
        yield "T2", paper.container
    if paper.abstract:
        yield "AB", paper.plain_abstract()
    if paper.address:
        yield "UR", paper.address
    if paper.doi:
        yield "DO", paper.doi
    if paper.arxiv:
        yield "AN", f"arXiv:{paper.arxiv}"
    for word in paper.keywords:
        yield "KW", word
    if paper.publisher:
        yield "PB", paper.publisher
    yield "ID", paper.key

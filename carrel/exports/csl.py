"""CSL-JSON, which Zotero, Pandoc and citation processors read; a preprint stays one."""

from collections.abc import Sequence
from typing import Any

import msgspec

from ..naming import fold_blanks
from ..people import split_name
from ..references import Reference
from ..settings import Site

SUFFIX = "csl.json"
READS = Reference

#: How CSL calls what the type of a paper leaves open.
_TYPES = {"proceedings": "paper-conference", "journal": "article-journal"}


def encode(papers: Sequence[Reference], site: Site) -> bytes:
    """Write one item a paper, each on a line of its own."""
    items = b",\n".join(msgspec.json.encode(build_item(paper)) for paper in papers)
    return b"[\n" + items + b"\n]\n" if papers else b"[]\n"


def build_item(paper: Reference) -> dict[str, Any]:
    """Give the item of one paper, with the keys that the schema allows."""
    authors: list[dict[str, str]] = [_name(name) for name in paper.authors]
    if not authors and paper.organization:
        authors = [{"literal": paper.organization}]
    medium = paper.medium
    is_preprint = medium == "preprint"
    item = {
        "id": paper.key,
        "citation-key": paper.key,
        "type": _TYPES.get(medium, paper.type),
        "title": fold_blanks(paper.plain_title),
        "author": authors,
        "issued": {"date-parts": [paper.issued]} if paper.issued else None,
        "container-title": paper.container,
        "abstract": paper.plain_abstract() if paper.abstract else None,
        "DOI": paper.doi,
        "URL": paper.address,
        "number": f"arXiv:{paper.arxiv_stem}" if is_preprint else None,
        "version": paper.version if is_preprint else None,
        "publisher": paper.publisher,
        "genre": "preprint" if is_preprint else None,
        "archive": "arXiv" if paper.arxiv else None,
        "archive_location": paper.arxiv_stem,
        "keyword": ", ".join(word.replace(",", "") for word in paper.keywords),
    }
    return {key: value for key, value in item.items() if value}


def _name(name: str) -> dict[str, str]:
    parts = split_name(name)
    if not parts.given:
        return {"literal": parts.family}
    named = {"family": parts.family, "given": parts.given, "suffix": parts.suffix}
    return {key: value for key, value in named.items() if value}

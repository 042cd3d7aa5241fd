"""One entry as a source tells it → the text of its file."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from .frontmatter import encode
from .identity import Place, fold_arxiv
from .importers import RawEntry
from .plain_markdown import to_markdown

MAX_LINKS = 50  #: addresses taken over from one abstract


def write_entry(
    entry: RawEntry,
    date: dt.date | None,
    place: Place,
    terms: Mapping[str, tuple[object, ...]],
    with_abstract: bool,
) -> str:
    """Write the file of a new paper: its front matter, keys in a fixed order, and the abstract."""
    values: dict[str, Any] = {
        "title": entry.title,
        "date": date,
        "added": place.captured,
        "authors": entry.authors,
        "authors_count": entry.authors_count if not entry.authors else None,
        "organization": _organization(entry),
        **dict(sorted(terms.items(), key=lambda item: _rank(item[0]))),
        "links": _links(entry),
        "arxiv": entry.arxiv,
        "doi": entry.doi,
        "venue": entry.venue,
        "comments": entry.comments,
        "upvotes": entry.upvotes,
        "source": {
            "format": place.format,
            "captured": place.captured,
            "position": place.position,
            "title": entry.raw_title or entry.title,
        },
    }
    text = encode({key: value for key, value in values.items() if value not in (None, (), {}, "")})
    if not with_abstract or not entry.abstract:
        return text
    return f"{text}\n## Abstract\n\n{to_markdown(entry.abstract)}\n"


def _rank(field: str) -> tuple[int, str]:
    """Topics first, then hardware, then what else a site declares."""
    shipped = ("topics", "hardware")
    return (shipped.index(field) if field in shipped else len(shipped), field)


def _organization(entry: RawEntry) -> object:
    if entry.organization is None:
        return None
    handle, name = entry.organization
    return {"id": handle, "name": name} if handle else name


def _links(entry: RawEntry) -> dict[str, object]:
    """Bring the addresses under their kinds: one alone, several as a list."""
    links: dict[str, list[str]] = {}
    if entry.arxiv:
        links["paper"] = [f"https://arxiv.org/abs/{entry.arxiv}"]
    for kind, url in entry.links[:MAX_LINKS]:
        is_same = entry.arxiv and "arxiv.org/" in url and fold_arxiv(entry.arxiv) in url
        if not is_same:
            links.setdefault(kind, []).append(url)
    return {kind: urls[0] if len(urls) == 1 else urls for kind, urls in links.items()}

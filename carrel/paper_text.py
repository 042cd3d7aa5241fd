"""One entry as a source tells it → the text of its file."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from .frontmatter import encode
from .identity import Place, fold_arxiv
from .importers import RawEntry
from .plain_markdown import to_markdown

MAX_AUTHORS = 200  #: names of one paper; of more, only the number is told
MAX_LINKS = 50  #: addresses taken over from one abstract


def write_entry(
    entry: RawEntry,
    date: dt.date | None,
    place: Place,
    terms: Mapping[str, tuple[object, ...]],
    with_abstract: bool,
) -> str:
    """Write the file of a new paper: its front matter and the abstract."""
    text = encode(entry_values(entry, date, place, terms))
    if not with_abstract or not entry.abstract:
        return text
    return f"{text}\n## Abstract\n\n{to_markdown(entry.abstract)}\n"


def entry_values(
    entry: RawEntry, date: dt.date | None, place: Place, terms: Mapping[str, tuple[object, ...]]
) -> dict[str, Any]:
    """Give what is known of a paper by the keys of front matter, in a fixed order."""
    values: dict[str, Any] = {
        "title": entry.title,
        "date": date,
        "added": place.captured,
        "authors": entry.authors[:MAX_AUTHORS],
        "authors_count": _unnamed(entry),
        "organization": _organization(entry),
        **dict(sorted(terms.items(), key=lambda item: _rank(item[0]))),
        "links": _links(entry),
        "arxiv": entry.arxiv,
        "doi": entry.doi,
        "venue": entry.venue,
        "type": entry.type,
        "citekey": entry.citekey,
        "comments": entry.comments,
        "upvotes": entry.upvotes,
        "source": _provenance(entry, place),
    }
    return {key: value for key, value in values.items() if value not in (None, (), {}, "")}


def _rank(field: str) -> tuple[int, str]:
    """Topics first, then hardware, then what else a site declares."""
    shipped = ("topics", "hardware")
    return (shipped.index(field) if field in shipped else len(shipped), field)


def _unnamed(entry: RawEntry) -> int | None:
    """Give the number of authors where the names do not tell it."""
    if len(entry.authors) > MAX_AUTHORS:
        return len(entry.authors)
    return entry.authors_count if not entry.authors else None


def _provenance(entry: RawEntry, place: Place) -> dict[str, object]:
    source = {
        "format": place.format,
        "captured": place.captured,
        "position": place.position,
        "published": entry.partial_date,
        "title": entry.raw_title or entry.title,
        "url": entry.page,
    }
    return {key: value for key, value in source.items() if value is not None}


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

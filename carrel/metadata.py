"""What pages say of papers to machines: citation managers, Google Scholar, search engines.

Three vocabularies. Meta tags (Highwire's, with Dublin Core and Zotero's own for the type) stand on
a paper's own page, COinS in the entries of lists, where a citation manager offers a selection, and
JSON-LD on every page. A tag is left out where nothing is known.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from .markdown import plain_text
from .settings import Site
from .views import Card, Chip, Group, PaperView, TermView

Data = dict[str, Any]
CONTEXT = "https://schema.org"
#: Terms that say who or where, not what about.
_NAMES = frozenset({"organizations", "authors", "venues"})
#: Codes of UN/CEFACT for the units that facts of devices are given in.
_UNIT_CODES = {
    "B": "AD", "kB": "2P", "MB": "4L", "GB": "E34", "TB": "E35", "W": "WTT", "kW": "KWT",
    "MHz": "MHZ", "GHz": "A86", "nm": "C45", "mm²": "MMK", "cm²": "CMK", "%": "P1",
}  # fmt: skip
_CONFERENCE = ("paper-conference", "article", "chapter")


def build_citation_tags(paper: PaperView, site: Site) -> Iterator[tuple[str, str]]:
    """Give the meta tags of a paper's own page as (name, content).

    The kind has to be said in Zotero's own words: by the other tags alone it would save every
    preprint as an article in a journal.
    """
    yield "citation_title", paper.title
    for author in paper.authors:
        yield "citation_author", family_first(author.name)
    if paper.date:
        yield "citation_publication_date", f"{paper.date:%Y/%m/%d}"
    if paper.venue and paper.type == "article-journal":
        yield "citation_journal_title", paper.venue
    elif paper.venue and paper.type in _CONFERENCE:
        yield "citation_conference_title", paper.venue
    if doi := find_doi(paper.doi, paper.arxiv):
        yield "citation_doi", doi
    if paper.arxiv:
        yield "citation_arxiv_id", paper.arxiv
    if paper.abstract:
        yield "citation_abstract", plain_text(paper.abstract)
    links = dict(paper.links)
    for address in links.get("paper", ())[:1]:
        yield "citation_abstract_html_url", address
        if site.metadata.saved_address == "paper":
            yield "citation_public_url", address
    for address in _pdf(paper.arxiv, links):
        yield "citation_pdf_url", address
    if words := _subjects(paper.chips):
        yield "citation_keywords", "; ".join(words)
    if site.language.partition("-")[0] == "en":  # what the papers of other lists are in is unknown
        yield "citation_language", "en"
    if _is_preprint(paper.type, paper.venue):
        yield "DC.type", "preprint"
        yield "z:itemType", "preprint"
        if paper.arxiv:
            yield "z:repository", "arXiv"
            yield "z:archiveID", f"arXiv:{paper.arxiv}"
            yield "z:extra", f"arXiv:{paper.arxiv}"


def encode_coins(card: Card) -> str:
    """Give the ContextObject of an entry in a list: the title of an empty span."""
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "preprint" if _is_preprint(card.type, card.venue) else card.type),
        ("rft.title", card.title),
        *(("rft.creator", family_first(name)) for name in card.authors),
    ]
    if card.date:
        pairs.append(("rft.date", card.date.isoformat()))
    if doi := find_doi(card.doi, card.arxiv):
        pairs.append(("rft_id", f"info:doi/{doi}"))
    pairs += [("rft.identifier", url) for url in dict(card.links).get("paper", ())[:1]]
    if card.blurb:
        pairs.append(("rft.description", card.blurb))
    pairs += [("rft.subject", word) for word in _subjects(card.chips)]
    return urlencode(pairs)


def build_paper_data(paper: PaperView, site: Site) -> Data:
    """Give a paper's page as JSON-LD: the article, and the curator's word on it as a review."""
    page = site.base_url + quote(paper.url)
    links = dict(paper.links)
    doi = find_doi(paper.doi, paper.arxiv)
    ids = [("arXiv", paper.arxiv), ("DOI", doi)]
    same = [*links.get("paper", ()), *links.get("doi", ())]
    if doi and f"https://doi.org/{doi}" not in same:
        same.append(f"https://doi.org/{doi}")
    same += [u for _, urls in paper.links for u in urls if "//huggingface.co/papers/" in u]
    article = {
        "@type": "ScholarlyArticle",
        "@id": f"{page}#paper",
        "url": page,
        "name": paper.title,
        "headline": paper.title,
        "abstract": plain_text(paper.abstract),
        "author": [
            _filled(
                {
                    "@type": "Person",
                    "name": author.name,
                    "affiliation": {"@type": "Organization", "name": author.affiliation}
                    if author.affiliation
                    else None,
                    "url": author.url,
                    "sameAs": f"https://orcid.org/{author.orcid}" if author.orcid else None,
                }
            )
            for author in paper.authors
        ],
        "datePublished": _iso(paper.date),
        "identifier": [
            {"@type": "PropertyValue", "propertyID": name, "value": value}
            for name, value in ids
            if value
        ],
        "sameAs": list(dict.fromkeys(same)),
        "keywords": list(_subjects(paper.chips)),
        "publication": paper.venue,
        "isPartOf": {"@type": "CollectionPage", "@id": f"{site.base_url}papers/"},
        "encoding": [
            {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": url}
            for url in _pdf(paper.arxiv, links)
        ],
    }
    graph = [_filled(article)]
    if paper.why or paper.summary:
        review = {
            "@type": "Review",
            "itemReviewed": {"@id": f"{page}#paper"},
            "author": _owner(site),
            "datePublished": _iso(paper.added),
            "dateModified": _iso(paper.updated),
            "reviewBody": " ".join(" ".join(filter(None, [paper.why, paper.summary])).split()),
            "reviewRating": {
                "@type": "Rating", "ratingValue": paper.rating, "bestRating": 5, "worstRating": 1,
            }
            if paper.rating
            else None,
        }  # fmt: skip
        graph.append(_filled(review))
    return {"@context": CONTEXT, "@graph": graph}


def build_list_data(
    groups: Iterable[Group], site: Site, name: str, url: str, total: int | None, about: TermView | None
) -> Data:
    """Give a list as JSON-LD: a page of a collection with the addresses of its entries in order."""
    page = site.base_url + quote(url)
    papers = [item.card.url for group in groups for item in group.items]
    return _filled(
        {
            "@context": CONTEXT,
            "@type": "CollectionPage",
            "@id": page,
            "url": page,
            "name": name,
            "isPartOf": {"@id": f"{site.base_url}#website"},
            "about": build_term_data(about, site) if about else None,
            "mainEntity": {
                "@type": "ItemList",
                "numberOfItems": len(papers) if total is None else total,
                "itemListElement": [
                    {"@type": "ListItem", "position": at, "url": site.base_url + quote(paper)}
                    for at, paper in enumerate(papers, 1)
                ],
            },
        }
    )


def build_term_data(term: TermView, site: Site) -> Data:
    """Give what a list is about: a device with its facts, or a term of our own vocabulary."""
    common = {
        "@id": f"{site.base_url}{quote(term.url)}#term",
        "name": term.title,
        "alternateName": list(term.aliases),
        "description": term.summary,
    }
    if term.level != "device":
        return _filled({"@type": "DefinedTerm"} | common)
    facts = [
        _filled(
            {
                "@type": "PropertyValue",
                "name": fact.name.replace("_", " "),
                "value": fact.value,
                "unitCode": _UNIT_CODES.get(fact.unit or ""),
                "unitText": fact.unit,
            }
        )
        for fact in term.facts
    ]
    brand = {"@type": "Brand", "name": term.vendor} if term.vendor else None
    return _filled({"@type": "Product"} | common | {"brand": brand, "additionalProperty": facts})


def build_site_data(site: Site) -> Data:
    """Give the site as JSON-LD, with the address at which its list is searched."""
    return _filled(
        {
            "@context": CONTEXT,
            "@type": "WebSite",
            "@id": f"{site.base_url}#website",
            "url": site.base_url,
            "name": site.title,
            "description": site.description,
            "inLanguage": site.language,
            "author": _owner(site) if site.author else None,
            "potentialAction": {
                "@type": "SearchAction",
                "target": {
                    "@type": "EntryPoint",
                    "urlTemplate": f"{site.base_url}papers/?q={{search_term_string}}",
                },
                "query-input": "required name=search_term_string",
            },
        }
    )


def family_first(name: str) -> str:
    """Write 'Jane Doe' as 'Doe, Jane', so that no reader has to guess where the name parts."""
    given, _, family = name.rpartition(" ")
    return name if "," in name or not given else f"{family}, {given}"


def find_doi(doi: str | None, arxiv: str | None) -> str | None:
    """Give a paper's DOI; arXiv has one for every paper of its own."""
    if doi or not arxiv:
        return doi
    return "10.48550/arXiv." + re.sub(r"v\d+$", "", arxiv)


def _is_preprint(type: str, venue: str | None) -> bool:
    """Whether a paper is one, in CSL's sense: an article that appeared nowhere else yet."""
    return type == "article" and not venue


def _pdf(arxiv: str | None, links: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if "pdf" in links or not arxiv:
        return links.get("pdf", ())[:1]
    return (f"https://arxiv.org/pdf/{arxiv}",)


def _subjects(chips: Iterable[Chip]) -> Sequence[str]:
    return tuple(dict.fromkeys(chip.title for chip in chips if chip.taxonomy not in _NAMES))


def _owner(site: Site) -> Data:
    """Give who keeps the list, or the list itself where nobody is named."""
    if not site.author:
        return {"@type": "Organization", "name": site.title, "url": site.base_url}
    return _filled({"@type": "Person", "name": site.author.name, "url": site.author.url})


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _filled(data: Data) -> Data:
    """Leave out what is not known."""
    return {key: value for key, value in data.items() if value not in (None, "", [])}

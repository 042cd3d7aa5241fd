"""What pages say to search engines: JSON-LD, in the vocabulary of schema.org.

It stands in a data block, which a browser does not run, so the page's policy has no say in it.
What is not known is left out.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from .formulas import plain_formula
from .markdown import plain_text
from .metadata import find_pdf, list_subjects
from .settings import Site
from .views import Group, PaperView, TermView

Node = dict[str, Any]
CONTEXT = "https://schema.org"
#: Codes of UN/CEFACT for the units that facts of devices are given in.
_UNIT_CODES = {
    "B": "AD", "kB": "2P", "MB": "4L", "GB": "E34", "TB": "E35", "W": "WTT", "kW": "KWT",
    "MHz": "MHZ", "GHz": "A86", "nm": "C45", "mm²": "MMK", "cm²": "CMK", "%": "P1",
}  # fmt: skip


def build_paper_data(paper: PaperView, site: Site) -> Node:
    """Give a paper's page as JSON-LD: the article, and the curator's word on it as a review."""
    page = site.base_url + quote(paper.url)
    links = dict(paper.links)
    doi = paper.reference.doi
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
        "abstract": plain_text(paper.abstract, plain_formula),
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
        "sourceOrganization": [
            {"@type": "Organization", "name": chip.title}
            for chip in paper.chips
            if chip.taxonomy == "organizations"
        ],
        "datePublished": _iso(paper.date),
        "identifier": [
            {"@type": "PropertyValue", "propertyID": name, "value": value}
            for name, value in ids
            if value
        ],
        "sameAs": list(dict.fromkeys(same)),
        "keywords": list(list_subjects(paper.chips)),
        "isPartOf": {"@type": "CollectionPage", "@id": f"{site.base_url}papers/"},
        "encoding": [
            {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": url}
            for url in find_pdf(paper.arxiv, links)
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
    groups: Iterable[Group],
    site: Site,
    name: str,
    url: str,
    total: int | None,
    about: TermView | None,
) -> Node:
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


def build_term_data(term: TermView, site: Site) -> Node:
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


def build_site_data(site: Site) -> Node:
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


def _owner(site: Site) -> Node:
    """Give who keeps the list, or the list itself where nobody is named."""
    if not site.author:
        return {"@type": "Organization", "name": site.title, "url": site.base_url}
    return _filled({"@type": "Person", "name": site.author.name, "url": site.author.url})


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _filled(node: Node) -> Node:
    """Leave out what is not known."""
    return {key: value for key, value in node.items() if value not in (None, "", [])}

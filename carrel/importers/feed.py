"""The feed of another list or blog: RSS 2.0, RSS 1.0 or Atom.

What another curator wrote of a paper is theirs: it is taken over only where it says of itself that
it is the abstract. The day of an item is when it was listed, not when the paper appeared.
"""

import re

from ..bylines import People, gather, split_people
from ..cleaning import clean_line, text_of_html
from ..source_records import Collector, Record
from ..xml_tree import Element, parse_xml
from . import Reading

NAME = "feed"

_ATOM = "http://www.w3.org/2005/Atom "
_RSS1 = "http://purl.org/rss/1.0/ "
_DC = "http://purl.org/dc/elements/1.1/ "
_TERMS = "http://purl.org/dc/terms/ "
_CONTENT = "http://purl.org/rss/1.0/modules/content/ encoded"
_PRISM = tuple(f"http://prismstandard.org/namespaces/{v}/ " for v in ("basic/2.0", "2.0/basic"))
_ITEMS = ("item", f"{_RSS1}item", f"{_ATOM}entry")
#: How arXiv's feed begins its descriptions.
_ANNOUNCED = re.compile(r"arXiv:(\S+) Announce Type: \S+\s+Abstract:\s*", re.IGNORECASE)
_LABEL = re.compile(r"(?:^|\n\n)Abstract(?:[:.]\s*|\n\n)", re.IGNORECASE)


def matches(text: str) -> bool:
    """Tell whether *text* begins as RSS or Atom do."""
    head = text[:3000]
    return re.search(r"<(?:rss|feed|(?:rdf:)?RDF)[\s>]", head) is not None and "<html" not in head


def parse(text: str, path: str) -> Reading:
    """Read a feed: one entry for each item."""
    collector = Collector(path)
    root = parse_xml(text, path)
    for parent in (root, *root.all("channel")):
        for item in parent.all(*_ITEMS):
            collector.add(_record(item))
    return collector.reading()


def _record(item: Element) -> Record:
    title = item.first("title", f"{_RSS1}title", f"{_ATOM}title")
    raw = title.text() if title else item.text(f"{_DC}title")
    guid = item.text("guid", f"{_ATOM}id", f"{_DC}identifier")
    addresses = _addresses(item)
    texts = [
        item.text(name)
        for name in ("description", f"{_RSS1}description", _CONTENT, f"{_ATOM}summary")
    ]
    texts.append(item.text(f"{_ATOM}content"))
    return Record(
        line=item.line,
        # A title in RSS is HTML to some readers and text to others: entities go, '<b>' may stay.
        title=clean_line(text_of_html(raw) if title and _is_html(title) else raw),
        people=_people(item),
        abstract=next(filter(None, map(find_abstract, texts)), ""),
        doi=(item.text(f"{_DC}identifier"), *(item.text(f"{p}doi") for p in _PRISM)),
        fields=(guid, *(found[1] for text in texts if (found := _ANNOUNCED.match(text)))),
        remarks=(),
        addresses=tuple(address for address in addresses if address[0] != "page"),
        page=next((url for kind, url in addresses if kind == "page"), ""),
        venues=(
            item.text(f"{_DC}source"),
            *(item.text(f"{prism}publicationName") for prism in _PRISM),
        ),
        keywords=tuple(
            each.attributes.get("label") or each.attributes.get("term") or each.text()
            for each in item.all("category", f"{_ATOM}category", f"{_DC}subject")
        ),
    )


def find_abstract(markup: str) -> str:
    """Give what *markup* itself calls the abstract, up to the next heading; '' where nothing is."""
    text = text_of_html(_ANNOUNCED.sub("Abstract: ", markup, count=1))
    found = _LABEL.search(text)
    if not found:
        return ""
    heading = re.search(r"<h([1-6])[^<>]*>\s*Abstract\s*</h\1>", markup, re.IGNORECASE)
    if heading:
        section = re.split(r"<(?:h[1-6]|footer|hr)[\s/>]", markup[heading.end() :])[0]
        return text_of_html(section)
    return text[found.end() :]


def _addresses(item: Element) -> list[tuple[str, str]]:
    """Give the addresses of an item: 'page' is where the feed itself leads to."""
    found = [("page", item.text("link", f"{_RSS1}link"))]
    guid = item.first("guid")
    if guid and guid.attributes.get("isPermaLink", "true") == "true":
        found.append(("page", guid.text()))
    for link in item.all(f"{_ATOM}link"):
        relation = link.attributes.get("rel", "alternate")
        if relation in ("alternate", "related", "via"):
            kind = "page" if relation == "alternate" else ""
            found.append((kind, link.attributes.get("href", "")))
    return [paper_or_page(kind, url) for kind, url in found if url]


def paper_or_page(kind: str, url: str) -> tuple[str, str]:
    """A feed that leads to where papers lie gives the paper, not a page of its own."""
    is_paper = re.match(
        r"https?://(?:[\w.-]+\.)?(?:arxiv\.org/|doi\.org/|openreview\.net/|aclanthology\.org/"
        r"|dl\.acm\.org/doi/|huggingface\.co/papers/|proceedings\.mlr\.press/|ieeexplore\.ieee\.org/)",
        url,
        re.IGNORECASE,
    )
    return ("", url) if is_paper else (kind, url)


def _people(item: Element) -> People:
    names = [each.text() for each in item.all(f"{_DC}creator", f"{_TERMS}creator", "author")]
    names += [each.text(f"{_ATOM}name") for each in item.all(f"{_ATOM}author")]
    if len(names) == 1:
        return split_people(text_of_html(names[0]))
    return gather(names)


def _is_html(title: Element) -> bool:
    return title.attributes.get("type", "") == "html" or "&" in title.text()

"""The rules of the W3C feed validator that concern feeds such as ours, each as a complaint.

The validator itself is in no package registry. A rule here gives a sentence for each breach, so
that a test can show the feed it was found in, and another test that the rule can fail.
"""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import html5lib

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
XML = "{http://www.w3.org/XML/1998/namespace}"

URI = re.compile(r"(?:https?://[^\s/]+\S*|tag:[\w.-]+,\d{4}(?:-\d\d){0,2}:\S*|mailto:\S+)")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+.*")
#: What a reader keeps of the HTML in a feed.
SAFE_ELEMENTS = """
a abbr b blockquote br caption cite code col colgroup dd del dfn div dl dt em figcaption figure
h1 h2 h3 h4 h5 h6 hr i img input ins kbd label li mark ol p pre q s samp section small span
strong sub sup table tbody td tfoot th thead tr ul var
"""
SAFE_ATTRIBUTES = """
align alt checked class cite colspan datetime dir disabled for headers height href id lang name
rel rowspan scope src start tabindex title type width
"""
CHANNEL_ONCE = {"title", "link", "description", "language", "lastBuildDate", "pubDate", "docs",
                "generator", "ttl", "image", "copyright"}  # fmt: skip
ITEM_ONCE = {"title", "link", "description", "guid", "pubDate", "author", "comments", CONTENT}


def complain_rss(content: bytes, url: str) -> Iterator[str]:
    """Say what is wrong with an RSS feed that was found at *url*."""
    root = ET.fromstring(content)
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        yield "no channel of RSS 2.0"
        return
    names = [child.tag for child in channel]
    yield from (
        f"<{name}> is missing" for name in ("title", "link", "description") if name not in names
    )
    yield from _twice(names, CHANNEL_ONCE, "channel")
    first = names.index("item") if "item" in names else len(names)
    yield from (f"<{name}> behind an item" for name in names[first:] if name != "item")
    if not LANGUAGE.fullmatch(channel.findtext("language") or ""):
        yield "no language"
    if not (channel.findtext("ttl") or "1").isdigit():
        yield "ttl is no number"
    own = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if [link.get("href") for link in own] != [url]:
        yield "the link to itself is missing, or leads elsewhere"
    yield from (f"<{tag}> without an address of mail" for tag in ("managingEditor", "webMaster")
                if not EMAIL.fullmatch(channel.findtext(tag) or "a@b.c"))  # fmt: skip
    yield from _image(channel)
    for tag in ("lastBuildDate", "pubDate"):
        yield from _day(channel.findtext(tag), f"{tag} of the channel")
    yield from _address(channel.findtext("link"), "link of the channel")
    items = channel.findall("item")
    guids = [item.findtext("guid") or "" for item in items]
    yield from (f"the guid {guid} twice" for guid, count in Counter(guids).items() if count > 1)
    for item in items:
        yield from (f"{item.findtext('guid')}: {fault}" for fault in _rss_item(item))


def _rss_item(item: ET.Element) -> Iterator[str]:
    names = [child.tag for child in item]
    yield from _twice(names, ITEM_ONCE, "item")
    if not (item.findtext("title") or "").strip():
        yield "no title"
    yield from _address(item.findtext("link"), "link")
    guid = item.find("guid")
    if guid is None or not URI.fullmatch(guid.text or ""):
        yield "no guid, or one that is no address"
    elif guid.get("isPermaLink", "true") != "false" and not (guid.text or "").startswith("http"):
        yield "the guid is no permanent link"
    if CONTENT in names and "description" not in names[: names.index(CONTENT)]:
        yield "description does not precede content:encoded"
    if not EMAIL.fullmatch(item.findtext("author") or "a@b.c"):
        yield "<author> without an address of mail"
    for core, other in (("author", "creator"), ("pubDate", "date"), ("category", "subject")):
        if core in names and DC + other in names:
            yield f"<{core}> and <dc:{other}> say the same"
    yield from ("an empty category" for each in item.findall("category") if not each.text)
    yield from _day(item.findtext("pubDate"), "pubDate")
    yield from _html(item.findtext("description") or "", "description")
    yield from _html(item.findtext(CONTENT) or "", "content:encoded")


def _image(channel: ET.Element) -> Iterator[str]:
    image = channel.find("image")
    if image is None:
        return
    if not re.search(r"\.(png|jpe?g|gif)$", image.findtext("url") or ""):
        yield "the image is no picture"
    for tag in ("title", "link"):
        if image.findtext(tag) != channel.findtext(tag):
            yield f"the image has another {tag} than the channel"


def complain_atom(content: bytes, url: str) -> Iterator[str]:
    """Say what is wrong with an Atom feed that was found at *url*."""
    root = ET.fromstring(content)
    if root.tag != f"{ATOM}feed":
        yield "no Atom feed"
        return
    yield from _atom_common(root, "feed")
    links = {link.get("rel", "alternate"): link.get("href") for link in root.findall(f"{ATOM}link")}
    if links.get("self") != url:
        yield "the link to itself is missing, or leads elsewhere"
    if not LANGUAGE.fullmatch(root.get(f"{XML}lang") or ""):
        yield "no language"
    for name in ("icon", "logo"):
        yield from _address(root.findtext(ATOM + name) or "https://x.y/", name)
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in entries]
    yield from (f"the id {id} twice" for id, count in Counter(ids).items() if count > 1)
    if (root.findtext(f"{ATOM}updated") or "") < max(
        (entry.findtext(f"{ATOM}updated") or "" for entry in entries), default=""
    ) and entries:
        yield "an entry is newer than the feed"
    has_author = root.find(f"{ATOM}author") is not None
    for entry in entries:
        id = entry.findtext(f"{ATOM}id")
        yield from (f"{id}: {fault}" for fault in _atom_common(entry, "entry"))
        if not has_author and entry.find(f"{ATOM}author") is None:
            yield f"{id}: nobody wrote it"
        body = entry.find(f"{ATOM}content")
        if body is None or body.get("type") != "html" or len(body):
            yield f"{id}: no content of type html"
        else:
            yield from (f"{id}: {fault}" for fault in _html(body.text or "", "content"))


def _atom_common(element: ET.Element, what: str) -> Iterator[str]:
    names = [child.tag.removeprefix(ATOM) for child in element]
    once = {"id", "title", "updated", "subtitle", "summary", "content", "published", "icon", "logo"}
    yield from (f"<{name}> is missing" for name in ("id", "title", "updated") if name not in names)
    yield from _twice(names, once, what)
    if not URI.fullmatch(element.findtext(f"{ATOM}id") or ""):
        yield "the id is no address"
    if not (element.findtext(f"{ATOM}title") or "").strip():
        yield "no title"
    for tag in ("updated", "published"):
        written = element.findtext(ATOM + tag)
        if written is not None and not MOMENT.fullmatch(written):
            yield f"{tag} is no moment: {written}"
    links = [
        (link.get("rel", "alternate"), link.get("type"), link.get("href"))
        for link in element.findall(f"{ATOM}link")
    ]
    kinds = Counter((rel, type) for rel, type, _ in links if rel in ("alternate", "self"))
    yield from (f"a link twice: {kind}" for kind, count in kinds.items() if count > 1)
    for _, _, address in links:
        yield from _address(address, "link")
    if "alternate" not in [link[0] for link in links]:
        yield "no link to the page"
    for category in element.findall(f"{ATOM}category"):
        if not category.get("term"):
            yield "a category without a term"
        yield from _address(category.get("scheme"), "scheme")
    for author in element.findall(f"{ATOM}author"):
        if not author.findtext(f"{ATOM}name"):
            yield "an author without a name"


def complain_opml(content: bytes) -> Iterator[str]:
    """Say what is wrong with a list of subscriptions."""
    root = ET.fromstring(content)
    head, body = root.find("head"), root.find("body")
    if root.tag != "opml" or root.get("version") != "2.0" or head is None or body is None:
        yield "no OPML 2.0 with head and body"
        return
    known = {"title", "dateCreated", "dateModified", "ownerName", "ownerEmail", "ownerId"}
    yield from (f"<{each.tag}> is unknown" for each in head if each.tag not in known)
    yield from _twice([each.tag for each in head], known, "head")
    for tag in ("dateCreated", "dateModified"):
        yield from _day(head.findtext(tag), tag)
    outlines = list(body.iter("outline"))
    if not outlines:
        yield "there is nothing in it"
    legal = {"text", "title", "type", "xmlUrl", "htmlUrl", "description", "language", "version"}
    for outline in outlines:
        text = outline.get("text")
        yield from (f"{text}: unknown {name}" for name in set(outline.keys()) - legal)
        if not text:
            yield "an outline without a text"
        if outline.get("type") == "rss":
            yield from _address(outline.get("xmlUrl"), f"{text}: xmlUrl")
            yield from _address(outline.get("htmlUrl"), f"{text}: htmlUrl")
            if not outline.get("title") or outline.get("version") not in ("RSS", "RSS1", "RSS2"):
                yield f"{text}: no title or version"
        elif set(outline.keys()) - {"text"}:
            yield f"{text}: no type"


def _twice(names: list[str], once: set[str], where: str) -> Iterator[str]:
    counts = Counter(names)
    yield from (f"<{name}> twice in the {where}" for name in once if counts[name] > 1)


def _address(address: str | None, what: str) -> Iterator[str]:
    if not URI.fullmatch(address or ""):
        yield f"{what} is no whole address: {address}"


def _day(written: str | None, what: str) -> Iterator[str]:
    if written is None:
        return
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        yield f"{what} is no day: {written}"
        return
    if not re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)", written):
        yield f"{what} is not written as a day of a feed: {written}"
    elif written[:3] != ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]:
        yield f"{what} has the wrong weekday: {written}"
    if moment > dt.datetime.now(dt.UTC) + dt.timedelta(days=1):
        yield f"{what} is in the future: {written}"


def _html(text: str, what: str) -> Iterator[str]:
    """Say what a reader would take away from the HTML of an item."""
    root = html5lib.parseFragment(text, container="div", namespaceHTMLElements=False)
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2]
        if tag not in {*SAFE_ELEMENTS.split(), "DOCUMENT_FRAGMENT"}:
            yield f"{what} has a <{tag}>"
        for name, value in element.attrib.items():
            if name not in SAFE_ATTRIBUTES.split():
                yield f"{what} has the attribute {name}"
            elif name in ("href", "src", "cite"):
                yield from _address(value, f"{what}: {name}")

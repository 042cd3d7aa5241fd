"""What may be published, and what a published commit says of itself. Nothing here runs git."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Container, Iterator, Mapping

from msgspec import Struct

from .addresses import host_of
from .origin import Origin
from .outputs import path_of
from .problems import Position, Problem

#: The feed whose items readers were given.
MAIN_FEED = "feed.xml"
#: Hosts of this machine: whoever reads a feed with such an address reads nothing.
_LOCAL = re.compile(r"localhost|.*\.localhost|127\.[\d.]+|0\.0\.0\.0|::1")
_TREE = "Carrel-Tree"


class Changes(Struct, frozen=True):
    """How a new site differs from the published one."""

    new: int = 0
    changed: int = 0
    removed: int = 0
    gone: tuple[str, ...] = ()  #: addresses of pages that nothing stands at any more

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return bool(self.new or self.changed or self.removed)

    def __str__(self) -> str:
        """Give the numbers in words."""
        return f"{self.new} new, {self.changed} changed, {self.removed} removed"


def check_built(origin: Origin, sources: str, cname: str, out: str) -> Iterator[Problem]:
    """Find why the site in *out* must not be published; *sources* is the digest of them as now."""
    where = Position(out)
    again = "build it again: carrel build"
    if origin.sources != sources:
        yield Problem(where, "the site was not made from the sources as they are now", again)
    if origin.drafts:
        yield Problem(where, "the site was built with drafts", again)
    if origin.index_links:
        message = "the site was built to be read from disk: its links name index.html"
        yield Problem(where, message, again)
    host = host_of(origin.base_url)
    if _LOCAL.fullmatch(host):
        hint = "set base_url in site_config.yaml, or build with --base-url, then publish"
        yield Problem(where, f"the site was built for {origin.base_url}", hint)
    elif cname and host != cname:
        hint = f"set base_url to https://{cname}/ and build again, or mend publish.cname"
        yield Problem(where, f"the site was built for {host}, and is to be at {cname}", hint)


def write_message(files: int, changes: Changes, tree: str, source: str) -> str:
    """Write the message of a commit, with the mark by which it is known as Carrel's."""
    rows = [f"Publish {files} files: {changes}", ""]
    rows += [f"Carrel-Source: {source}"] if source else []
    return "\n".join([*rows, f"{_TREE}: {tree}", ""])


def is_ours(message: str, tree: str) -> bool:
    """Whether Carrel made the commit of *tree*; one that was amended since names another tree."""
    last = message.rstrip("\n").rpartition("\n\n")[2]
    return re.search(rf"^{_TREE}: {re.escape(tree)}$", last, re.MULTILINE) is not None


def read_changes(status: bytes) -> Changes:
    """Read what ``git diff-tree --name-status -z`` says."""
    fields = status.decode("utf-8", "surrogateescape").split("\0")
    pairs = list(zip(fields[0::2], fields[1::2], strict=False))
    counts = {letter: sum(kind == letter for kind, _ in pairs) for letter in "AMD"}
    pages = (path for kind, path in pairs if kind == "D" and path.endswith(".html"))
    # The number of a list's pages follows from its length; nobody keeps an address of one.
    gone = (p.removesuffix("index.html") for p in pages if not re.search(r"(^|/)page/\d+/", p))
    return Changes(counts["A"], counts["M"], counts["D"], tuple(sorted(gone)))


def check_items(published: bytes, now: bytes, files: Container[str]) -> Iterator[Problem]:
    """Find whether most items that readers were given are lost.

    An item that newer ones pushed out of the feed is not: its page among *files* is still there,
    and ids begin as they did.
    """
    old, new = _read_items(published), _read_items(now)
    beginnings = {_beginning(id) for id in new}
    lost = [
        id
        for id, url in old.items()
        if id not in new and not (_beginning(id) in beginnings and path_of(url) in files)
    ]
    if 2 * len(lost) > len(old):
        message = f"{len(lost)} of {len(old)} published items are lost"
        hint = "look for papers that went, and at feeds.id_base; if it is meant: --lose-items"
        yield Problem(Position(MAIN_FEED), message, hint)


def _read_items(feed: bytes) -> Mapping[str, str]:
    """Give id → address below the site's root of every item."""
    try:
        channel = ET.fromstring(feed).find("channel")
    except ET.ParseError:
        return {}
    if channel is None:
        return {}
    root = channel.findtext("link") or ""
    items = ((each.findtext("guid"), each.findtext("link")) for each in channel.iter("item"))
    return {id: (link or "").removeprefix(root) for id, link in items if id}


def _beginning(id: str) -> str:
    return id.rpartition("/")[0]

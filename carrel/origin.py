"""What a whole site was made from: whoever publishes it has to know, and who renames a page."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from .plan import Planned
from .settings import Site
from .sources import Sources


class Origin(Struct, frozen=True):
    """What a whole site was made from."""

    sources: str = ""  #: digest of all source files; '' when it is not known
    base_url: str = ""
    drafts: bool = False
    index_links: bool = False  #: whether its links name index.html
    shown: dict[str, str] = {}  #: address of an entry's page → the entry's file
    texts: dict[str, str] = {}  #: file of such an entry → digest of its text
    keys: dict[str, str] = {}  #: id of a paper → what citations call it


def describe_origin(
    sources: Sources,
    rows: Iterable[Planned],
    site: Site,
    drafts: bool,
    keys: Mapping[str, str],
) -> Origin:
    """Sum up the *sources* of a *site*, what its outputs *rows* show, and the citation *keys*."""
    shown = {row.url: row.source for row in rows if row.source and row.listed}
    texts = {path: sources.digests.get(path, b"")[:8].hex() for path in shown.values()}
    return Origin(sources.digest, site.base_url, drafts, site.index_links, shown, texts, dict(keys))

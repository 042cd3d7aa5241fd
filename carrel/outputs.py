"""What a build makes: rendered (Page), made (Blob) or taken as it is (Copy)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


def path_of(url: str) -> str:
    """Give the file of an address: a server sends index.html for a folder."""
    return f"{url}index.html" if url == "" or url.endswith("/") else url


@dataclass(frozen=True, slots=True)
class Page:
    """A file to be rendered: address, template, and all that the template may see."""

    url: str  #: 'topics/serving/' → topics/serving/index.html; 'feed.xml' stays
    template: str  #: 'hardware/term.html' falls back to 'term.html'
    inputs: Mapping[str, Any]
    source: str | None = None  #: path of the content file it shows, for messages
    modified: dt.date | None = None  #: day of the content, for the sitemap
    listed: bool = True  #: whether the sitemap names it

    @property
    def path(self) -> str:
        """Place in the output folder."""
        return path_of(self.url)


@dataclass(frozen=True, slots=True)
class Blob:
    """A file whose bytes are known."""

    path: str
    content: bytes
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A file taken over as it is from *source*, a path of ``Sources.assets``."""

    path: str
    source: str


Output = Page | Blob | Copy

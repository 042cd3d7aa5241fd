"""What a build makes: rendered (Page), encoded (Export), made (Blob) or taken over (Copy)."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


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
        return f"{self.url}index.html" if self.url == "" or self.url.endswith("/") else self.url


@dataclass(frozen=True, slots=True)
class Export:
    """A file for other programs, encoded only when what it is made from has changed."""

    path: str
    format: str  #: a module of ``carrel.exports``
    inputs: Any  #: all that the bytes depend on besides the settings, cheap to compare
    build: Callable[[], Any]  #: gives what the format encodes
    source: str | None = None


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


Output = Page | Export | Blob | Copy

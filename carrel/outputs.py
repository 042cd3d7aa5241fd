"""What a build makes: rendered (Page), encoded (Export), made (Blob) or taken over (Copy)."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

MARK = "\0"  #: stands before an address below the site's root; replaced once in the finished page


def path_of(url: str) -> str:
    """Give the file of an address: a server sends index.html for a folder."""
    return f"{url}index.html" if url == "" or url.endswith("/") else url


class Page(Struct, frozen=True):
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


class Export(Struct, frozen=True):
    """A file for other programs, encoded only when what it is made from has changed."""

    path: str
    format: str  #: a module of ``carrel.exports``
    inputs: Any  #: all that the bytes depend on besides the settings, cheap to compare
    build: Callable[[], Any]  #: gives what the format encodes
    source: str | None = None


class Blob(Struct, frozen=True):
    """A file whose bytes are known."""

    path: str
    content: bytes
    source: str | None = None


class Copy(Struct, frozen=True):
    """A file taken over as it is from *source*, a path of ``Sources.assets``."""

    path: str
    source: str


class Later:
    """A value that is made when it is asked for; ``key`` stands for all that it is made from."""

    def __init__(self, key: Any, make: Callable[[], Any]) -> None:
        self.key = key
        self._make = make

    @cached_property
    def value(self) -> Any:
        """The value, made once."""
        return self._make()


class Part(Struct, frozen=True):
    """Outputs that are planned only when what they are made from has changed.

    ``make`` is a function of a module and gets the inputs and nothing else; so equal inputs give
    equal outputs, and an earlier run's digests of these can be taken over.
    """

    make: Callable[..., Iterable["Output"]]
    inputs: tuple[Any, ...]
    again: bool = False  #: whether its outputs are sooner planned again than kept in memory

    def plan(self) -> Iterator["Output"]:
        """Give the outputs."""
        yield from self.make(*self.inputs)


Output = Page | Export | Blob | Copy

"""What a finished file names: the addresses in it, where they lead, and what is wrong with them.

The only module that reads HTML. One file is looked at at a time; what is kept of it is small.
"""

import csv
import html
import posixpath
import re
from array import array
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser

from .outputs import path_of

#: Attributes that hold an address, whatever the element.
_ATTRIBUTES = ("href", "src", "poster", "data", "action", "formaction", "xlink:href")
_NAMING = "[href],[src],[poster],[data],[action],[formaction],[srcset],[id],meta[content]"
_NAMING += ",a[name],use,script"
_REFRESH = re.compile(r"\s*[\d.]+\s*[;,]\s*url\s*=\s*['\"]?([^'\"]*)", re.IGNORECASE)
_CSS = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s]+))\s*\)|@import\s+["']([^"']+)""")
#: Where an address ends in a text: at what cannot be part of one, written out or escaped.
_END = r"""(?=[\s"'<>\\^`{|}]|&(?:quot|lt|gt|apos|\#\d+|\#x[0-9a-fA-F]+);|\Z)"""
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


class Flaw(Struct, frozen=True):
    """An address that does not lead where it should."""

    address: str  #: as it stands in the file
    target: str  #: where it leads, as far as that can be told
    message: str
    hint: str = ""
    warning: bool = False


class Seen(Struct, frozen=True):
    """What is kept of a file."""

    size: int  #: bytes
    ids: frozenset[str] = frozenset()
    linked: bytes = b""  #: numbers of the files that it links to, as an array of 'I'
    fragments: tuple[tuple[str, str, str], ...] = ()  #: (as written, path, fragment)
    flaws: tuple[Flaw, ...] = ()


class Surveyor:
    """Looks through the files of one site, which has the files *paths* and stands at *base_url*."""

    def __init__(self, paths: Iterable[str], base_url: str) -> None:
        self._numbers = {path: number for number, path in enumerate(paths)}
        self._folded = {path.casefold(): path for path in self._numbers}
        self._base_url = base_url
        self._base_path = urlsplit(base_url).path
        self._whole = re.compile(rf"{re.escape(base_url)}[^\s\"'<>]*?{_END}")

    def look(self, path: str, content: bytes, *, copied: bool = False) -> Seen:
        """Look through one file; what was *copied* may say how it lies on its host."""
        if path.endswith(".html"):
            return self._look_at_page(path, content, copied)
        text = content.decode("utf-8", "replace")
        if path.endswith(".css"):
            found = (next(filter(None, groups), "") for groups in _CSS.findall(text))
            return self._judge(path, found, len(content), copied)
        if path.endswith(".csv"):
            cells = csv.reader(text.splitlines(keepends=True))
            text = "\n".join(cell for row in cells for cell in row)
        return self._judge(path, self._whole_addresses(text), len(content), copied)

    def _look_at_page(self, path: str, content: bytes, copied: bool) -> Seen:
        ids: set[str] = set()
        named: list[str] = []
        linked: list[str] = []
        for node in LexborHTMLParser(content).css(_NAMING):
            attributes = node.attributes
            if node.tag == "meta":
                named += self._meta(attributes)
                continue
            if node.tag == "script":
                # In data about the page, what stands behind '#' names a thing, not a place.
                named += (a.partition("#")[0] for a in self._whole_addresses(node.text()))
            ids |= {attributes.get("id") or "", (node.tag == "a" and attributes.get("name")) or ""}
            named += (value for name in _ATTRIBUTES if (value := attributes.get(name)) is not None)
            for candidate in (attributes.get("srcset") or "").split(","):
                named += candidate.split()[:1]
            if node.tag in ("a", "area") and attributes.get("href"):
                linked.append(attributes["href"] or "")
        seen = self._judge(path, named, len(content), copied)
        targets = {self._find(path, address, copied) for address in dict.fromkeys(linked)}
        numbers = sorted(self._numbers[each[0]] for each in targets if isinstance(each, tuple))
        ids.discard("")
        return Seen(
            seen.size, frozenset(ids), array("I", numbers).tobytes(), seen.fragments, seen.flaws
        )

    def _meta(self, attributes: dict[str, str | None]) -> Iterator[str]:
        """Give the address in a meta element: of a redirect, or one for other programs."""
        content = attributes.get("content") or ""
        if (attributes.get("http-equiv") or "").lower() == "refresh":
            refresh = _REFRESH.match(content)
            yield from [refresh[1]] if refresh else []
        elif content.startswith(self._base_url):
            yield content

    def _whole_addresses(self, text: str) -> Iterator[str]:
        """Find the site's own whole addresses in any text."""
        for found in set(self._whole.findall(text)):
            address = html.unescape(found).rstrip(".,;:!?*_")
            while address.endswith((")", "]")) and address.count("(") < address.count(")"):
                address = address[:-1]
            yield address

    def _judge(self, path: str, named: Iterable[str], size: int, copied: bool) -> Seen:
        """Follow every address, each once."""
        fragments: list[tuple[str, str, str]] = []
        flaws: list[Flaw] = []
        for address in dict.fromkeys(named):
            found = self._find(path, address, copied)
            if isinstance(found, Flaw):
                flaws.append(found)
            elif found is not None and found[1]:
                fragments.append((address, *found))
        return Seen(size, fragments=tuple(fragments), flaws=tuple(flaws))

    def _find(self, path: str, address: str, copied: bool) -> tuple[str, str] | Flaw | None:
        """Give (path, fragment) where *address* leads from *path*, None for elsewhere."""
        written, address = address, address.strip()
        if address.startswith(self._base_url):
            address = f"{self._base_path}{address.removeprefix(self._base_url)}"
            copied = True  # a whole address says where the site is, and may
        elif _SCHEME.match(address):
            return None
        address, _, fragment = address.partition("#")
        fragment = unquote(fragment.partition(":~:")[0])
        address = address.partition("?")[0]
        if not address:
            return path, fragment
        if address.startswith("/"):
            if not (copied or path == "404.html"):
                hint = "in a template, write {{ 'address/' | href }}"
                return Flaw(written, address, "holds only while the site is the whole host", hint)
            if not address.startswith(self._base_path):
                message = f"leads out of {self._base_path}"
                return Flaw(written, address, message, "write it relative to the page")
            place = unquote(address.removeprefix(self._base_path))
        elif path == "404.html":
            hint = "in a template, write {{ 'address/' | href }}"
            return Flaw(written, address, "counts from wherever 404.html is shown", hint)
        else:
            place = _join(posixpath.dirname(path), unquote(address))
            if place.startswith("../") or place == "..":
                return Flaw(written, address, "leads out of the site", "take some '../' out")
        return self._stands_at(written, place, fragment)

    def _stands_at(self, written: str, place: str, fragment: str) -> tuple[str, str] | Flaw:
        """Give the file at *place*, or say that there is none."""
        path = path_of(place)
        if path in self._numbers:
            return path, fragment
        if f"{place}/index.html" in self._numbers:
            hint = "write a '/' behind it: not every server does that by itself"
            return Flaw(written, place, "names a folder without its '/'", hint, warning=True)
        near = self._folded.get(path.casefold())
        hint = f"'{near.removesuffix('index.html')}' is written otherwise" if near else ""
        return Flaw(written, place, "leads nowhere", hint)


def _join(folder: str, address: str) -> str:
    """Resolve a relative address; what climbs above the root begins with '../'."""
    place = posixpath.normpath(posixpath.join(folder, address))
    if place == ".":
        return ""
    is_folder = address.endswith(("/", "/.", "/..")) or address in (".", "..")
    return f"{place}/" if is_folder else place

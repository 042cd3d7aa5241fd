"""Earlier addresses of entries: how they may be written, and that each leads to one page."""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from .model import ContentPage, Paper, Term
from .naming import file_fault
from .problems import Position, Problem
from .sources import CONTROLS

#: The template of the page at an earlier address, which leads on to the present one.
REDIRECT = "redirect.html"

Addressed = Paper | Term | ContentPage


class Former(NamedTuple):
    """An entry by its addresses."""

    path: str
    url: str  #: the present one
    key: str  #: under which the earlier ones stand
    aliases: tuple[str, ...]  #: these, as written
    place: Callable[[str], Position]  #: gives where a key stands


def former(value: Addressed) -> tuple[str, tuple[str, ...]]:
    """Give the key under which an entry's earlier addresses stand, and these as written.

    The aliases of a term are its other names, so its earlier addresses have a key of their own;
    ``redirect_from`` is understood everywhere.
    """
    if isinstance(value, Term):
        return "redirect_from", value.redirect_from
    return "aliases", value.aliases


def alias_url(written: str) -> str:
    """Give the address below the root: '/old/address' is 'old/address/', 'old.html' stays."""
    url = unicodedata.normalize("NFC", unquote(written)).strip().strip("/")
    url = re.sub(r"(^|/)index\.html$", "", url)
    return url if url.endswith(".html") or not url else f"{url}/"


def alias_fault(written: str) -> str:
    """Say why *written* cannot be an earlier address, or '' when it can."""
    if re.match(r"[a-zA-Z][\w+.-]*:|//", written.strip()):
        return "it does not lie below the site's root"
    if re.search(r"[?#]", written):
        return "what stands behind '?' or '#' never reaches a server of plain files"
    url = alias_url(written)
    if not url:
        return "this is the start page"
    for part in url.removesuffix("/").split("/"):
        if not part or part.startswith(".") or CONTROLS.search(part) or len(part.encode()) > 200:
            return f"'{part}' cannot be a part of an address"
        fault = file_fault(part)
        if fault:
            return fault
    return ""


def check_aliases(entries: Iterable[Former]) -> Iterator[Problem]:
    """Find aliases that are no addresses, and those that another entry has as well."""
    listed = list(entries)
    moved = sorted((entry for entry in listed if entry.aliases), key=lambda entry: entry.path)
    owners = {claim_of(entry.url): entry.path for entry in listed} if moved else {}
    users: dict[str, str] = {}
    for entry in moved:
        for n, alias in enumerate(entry.aliases):
            where = functools.partial(entry.place, f"{entry.key}[{n}]")
            fault = alias_fault(alias)
            if fault:
                hint = "write it like old/address/ or old/address.html"
                yield Problem(where(), f"'{alias}' cannot be an alias: {fault}", hint)
                continue
            claim = claim_of(alias)
            user = users.setdefault(claim, entry.path)
            if owners.get(claim) == entry.path:
                message = f"the alias '{alias}' is this entry's own address"
                yield Problem(where(), message, "take it out", warning=True)
            elif claim in owners:
                yield alias_clash(where(), alias_url(alias), f"the address of {owners[claim]}")
            elif user != entry.path:
                yield alias_clash(where(), alias_url(alias), f"an alias of {user}")


def alias_clash(where: Position, url: str, other: str) -> Problem:
    """Say that the alias at *url* is taken."""
    hint = "an address leads to one page: take it out of one of them"
    return Problem(where, f"the alias '{url}' is also {other}", hint)


def claim_of(address: str) -> str:
    """Give what an address, as written, has in common with those it cannot stand beside."""
    return alias_url(address).casefold()

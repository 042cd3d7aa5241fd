"""Which outputs exist: what the page kinds plan, the theme's files, and the sitemap of it all."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace

from .aliases import REDIRECT, alias_clash
from .kinds import kinds
from .model import Library
from .outputs import Copy, Output, Page
from .problems import Position, Problem, SiteError
from .settings import Site

#: What the feeds of a page are called.
FEEDS = ("feed.xml", "atom.xml", "feed.json")


def plan_site(library: Library, site: Site, assets: Mapping[str, str]) -> Mapping[str, Output]:
    """Give every output by its path; *assets* are the theme's files, by address.

    Raises SiteError when two outputs claim one path.
    """
    outputs: dict[str, Output] = {}
    claims: dict[str, Output] = {}
    problems: list[Problem] = []
    for output in _plan_all(library, site, assets):
        # One file system forgets letter case, another brings accents to one form.
        claim = unicodedata.normalize("NFC", output.path).casefold()
        other = claims.setdefault(claim, output)
        if other is output:
            outputs[output.path] = output
        else:
            problems.append(_clash(output, other))
    files = set(claims)
    for claim, output in claims.items():
        folder = claim.rpartition("/")[0]
        if folder in files:
            problems.append(_clash(output, claims[folder]))
    if problems:
        raise SiteError(*problems)
    outputs |= {p: o for p, o in _forward_feeds(outputs).items() if p not in outputs}
    return outputs | {"sitemap.xml": _sitemap(outputs)}


def _plan_all(library: Library, site: Site, assets: Mapping[str, str]) -> Iterator[Output]:
    for plan in kinds().values():
        yield from plan(library, site)
    for path, source in sorted(assets.items()):
        yield Copy(path, source)


def _forward_feeds(outputs: Mapping[str, Output]) -> dict[str, Output]:
    """Plan the feeds of moved pages at their earlier addresses, too.

    A feed reader follows no redirect that is a page: its subscription would end in silence.
    """
    forwarded: dict[str, Output] = {}
    for page in outputs.values():
        if isinstance(page, Page) and _is_alias(page) and page.url.endswith("/"):
            for name in FEEDS:
                feed = outputs.get(f"{page.inputs['target']}{name}")
                if isinstance(feed, Page):
                    forwarded[f"{page.url}{name}"] = replace(feed, url=f"{page.url}{name}")
                elif feed is not None:
                    forwarded[f"{page.url}{name}"] = replace(feed, path=f"{page.url}{name}")
    return forwarded


def _clash(one: Output, other: Output) -> Problem:
    """Say that two outputs cannot both be, at the file of the one that a person can rename."""
    if one.source is None:
        one, other = other, one
    if _is_alias(other) and not _is_alias(one):
        one, other = other, one
    address = one.path.removesuffix("index.html") or "/"
    if _is_alias(one):
        kind = "an alias" if _is_alias(other) else "the address"
        return alias_clash(Position(_origin(one)), address, f"{kind} of {_origin(other)}")
    message = f"the address '{address}' is also that of {_origin(other)}"
    if one.path.casefold() == other.path.casefold() != one.path:
        message += "; letter case does not tell them apart"
    hint = "give one of them another name, or another slug"
    return Problem(Position(_origin(one)), message, hint)


def _is_alias(output: Output) -> bool:
    return isinstance(output, Page) and output.template == REDIRECT


def _origin(output: Output) -> str:
    """Name what a person can change about an output."""
    return output.source or f"the page {output.path}"


def _sitemap(outputs: Mapping[str, Output]) -> Page:
    """Plan the sitemap, in the order of addresses."""
    pages = [o for _, o in sorted(outputs.items()) if isinstance(o, Page) and o.listed]
    entries = tuple((page.url, page.modified) for page in pages)
    return Page("sitemap.xml", "sitemap.xml", {"entries": entries}, listed=False)

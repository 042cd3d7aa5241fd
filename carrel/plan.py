"""Which outputs exist: what the page kinds plan, the theme's files, and the sitemap of it all."""

import unicodedata
from collections.abc import Iterator, Mapping

from .kinds import kinds
from .model import Library
from .outputs import Copy, Output, Page
from .problems import Position, Problem, SiteError
from .settings import Site


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
    return outputs | {"sitemap.xml": _sitemap(outputs)}


def _plan_all(library: Library, site: Site, assets: Mapping[str, str]) -> Iterator[Output]:
    for plan in kinds().values():
        yield from plan(library, site)
    for path, source in sorted(assets.items()):
        yield Copy(path, source)


def _clash(one: Output, other: Output) -> Problem:
    """Say that two outputs cannot both be, at the file of the one that a person can rename."""
    if one.source is None:
        one, other = other, one
    address = one.path.removesuffix("index.html") or "/"
    message = f"the address '{address}' is also that of {_origin(other)}"
    if one.path.casefold() == other.path.casefold() != one.path:
        message += "; letter case does not tell them apart"
    hint = "give one of them another name, or another slug"
    return Problem(Position(_origin(one)), message, hint)


def _origin(output: Output) -> str:
    """Name what a person can change about an output."""
    return output.source or f"the page {output.path}"


def _sitemap(outputs: Mapping[str, Output]) -> Page:
    """Plan the sitemap, in the order of addresses."""
    pages = [o for _, o in sorted(outputs.items()) if isinstance(o, Page) and o.listed]
    entries = tuple((page.url, page.modified) for page in pages)
    return Page("sitemap.xml", "sitemap.xml", {"entries": entries}, listed=False)

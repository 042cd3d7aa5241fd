"""Which outputs exist: what the page kinds plan, the theme's files, and the sitemap of it all."""

import unicodedata
from collections.abc import Iterator, Mapping

from .kinds import kinds
from .model import Copy, Library, Output, Page
from .problems import Position, Problem, SiteError
from .settings import Site
from .themes import Theme


def plan_site(library: Library, site: Site, theme: Theme) -> Mapping[str, Output]:
    """Give every output by its path. Raises SiteError when two outputs claim one path."""
    outputs: dict[str, Output] = {}
    claims: dict[str, Output] = {}
    problems: list[Problem] = []
    for output in _plan_all(library, site, theme):
        # One file system forgets letter case, another brings accents to one form.
        claim = unicodedata.normalize("NFC", output.path).casefold()
        other = claims.setdefault(claim, output)
        if other is output:
            outputs[output.path] = output
        else:
            hint = "give one of them another name, or another slug"
            message = f"the address '{output.path}' is also that of {_origin(other)}"
            problems.append(Problem(Position(_origin(output)), message, hint))
    files = set(claims)
    for claim, output in claims.items():
        folder = claim.rpartition("/")[0]
        if folder in files:
            message = f"'{output.path}' needs a folder where '{claims[folder].path}' is a file"
            problems.append(Problem(Position(_origin(output)), message))
    if problems:
        raise SiteError(*problems)
    return outputs | {"sitemap.xml": _sitemap(outputs)}


def _plan_all(library: Library, site: Site, theme: Theme) -> Iterator[Output]:
    for plan in kinds().values():
        yield from plan(library, site)
    for path, source in sorted(theme.assets.items()):
        yield Copy(path, source)


def _origin(output: Output) -> str:
    """Name what a person can change about an output."""
    return output.source or f"the page {output.path}"


def _sitemap(outputs: Mapping[str, Output]) -> Page:
    """Plan the sitemap, in the order of addresses."""
    pages = [o for _, o in sorted(outputs.items()) if isinstance(o, Page) and o.listed]
    entries = tuple((page.url, page.modified) for page in pages)
    return Page("sitemap.xml", "sitemap.xml", {"entries": entries}, listed=False)

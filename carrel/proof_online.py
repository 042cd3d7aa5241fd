"""What the network said of a list → findings with their places."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .decode import Entry
from .library import Entries
from .model import Paper
from .places import Find
from .problems import Position, Problem
from .proofread import find_addresses

if TYPE_CHECKING:
    from .online import Findings


def check_online(
    entries: Entries, find: Find, findings: "Findings", arxiv: str
) -> Iterator[Problem]:
    """Name dead links, links of which nothing is known, and newer versions on arXiv."""
    for url, where in find_addresses(entries, find):
        if url in findings.dead:
            hint = "look where it has moved to, or take it out"
            yield _warning(where, f"this link is dead: {findings.dead[url]}", hint)
        elif url in findings.unknown:
            hint = "open it by hand"
            yield _warning(where, f"this link could not be checked: {findings.unknown[url]}", hint)
    if arxiv in findings.unknown:
        message = "newer versions on arXiv could not be looked for"
        yield _warning(Position(arxiv), f"{message}: {findings.unknown[arxiv]}", "try again later")
    for entry in entries.papers:
        yield from _check_version(entry, findings)


def _check_version(entry: Entry[Paper], findings: "Findings") -> Iterator[Problem]:
    """Compare with the version that the entry names, or else with the day it was last looked at."""
    paper = entry.value
    newest = findings.versions.get(paper.arxiv_stem or "")
    if newest is None:
        return
    version, day = newest
    named = re.search(r"v(\d+)$", paper.arxiv or "")
    seen = max((d for d in (paper.added, paper.updated) if d), default=None)
    is_newer = version > int(named[1]) if named else version > 1 and seen is not None and day > seen
    if is_newer:
        hint = f"look at what changed, then write {paper.arxiv_stem}v{version} and 'updated'"
        message = f"arXiv has version {version} of this paper, of {day}"
        yield _warning(entry.mark("arxiv"), message, hint)


def _warning(where: Position, message: str, hint: str) -> Problem:
    return Problem(where, message, hint, warning=True)

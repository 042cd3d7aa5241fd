"""Addresses that a site had and has no longer: who kept one would find nothing there."""

import difflib
from collections.abc import Container, Iterator, Mapping

from .commit import Origin, Shown
from .outputs import path_of
from .problems import Position, Problem

MAX_NAMED = 20  #: a taxonomy that is switched off takes hundreds of addresses with it


def check_vanished(before: Origin, now: Origin, outputs: Container[str]) -> Iterator[Problem]:
    """Warn of every entry's address that nothing stands at any more, and propose an alias.

    *outputs* are the paths of the new site; the pages at aliases are among them.
    """
    if before.drafts and not now.drafts:
        return  # drafts go as they came: nobody was given their addresses
    gone = sorted(url for url in before.shown if path_of(url) not in outputs)
    places = {shown.source: url for url, shown in now.shown.items()}
    known = {shown.source for shown in before.shown.values()}
    arrived = {s.source: s for s in now.shown.values() if s.source not in known}
    for url in gone[:MAX_NAMED]:
        yield _vanished(url, before.shown[url], places, arrived)
    if len(gone) > MAX_NAMED:
        message = f"{len(gone) - MAX_NAMED} more addresses of entries are gone"
        yield Problem(Position(before.shown[gone[MAX_NAMED]].source), message, "", warning=True)


def _vanished(
    url: str, old: Shown, places: Mapping[str, str], arrived: Mapping[str, Shown]
) -> Problem:
    """Say what became of the entry that *url* showed, as far as can be seen."""
    folder = old.source.rpartition("/")[0]
    key = "aliases" if folder in ("content/papers", "content/pages") else "redirect_from"
    alias = f"{key}: [{url}]"
    same = [s.source for s in arrived.values() if old.text and s.text == old.text]
    message = f"the address {url} is gone"
    moved = old.source if old.source in places else same[0] if same else None
    if moved is not None:
        hint = f"to lead its readers on to {places[moved]}, add to the front matter: {alias}"
        return Problem(Position(moved), message, hint, warning=True)
    near = difflib.get_close_matches(
        old.source, [source for source in arrived if source.startswith(f"{folder}/")], n=1
    )
    heir = f"{near[0]} took its place" if near else "another entry took its place"
    hint = f"if {heir}, add to its front matter: {alias}"
    return Problem(Position(old.source), message, hint, warning=True)

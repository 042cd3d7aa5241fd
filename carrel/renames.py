"""Addresses that a site had and has no longer: who kept one would find nothing there."""

from collections.abc import Container, Iterator, Mapping

from .origin import Origin
from .outputs import path_of
from .problems import Position, Problem

MAX_NAMED = 20  #: a taxonomy that is switched off takes hundreds of addresses with it


def check_vanished(before: Origin, now: Origin, outputs: Container[str]) -> Iterator[Problem]:
    """Warn of every entry's address that nothing stands at any more, and propose an alias.

    *outputs* are the paths of the new site; the pages at aliases are among them.
    """
    if before.drafts and not now.drafts:
        return  # drafts go as they came: nobody was given their addresses
    missing = before.shown.keys() - now.shown.keys()
    gone = sorted(url for url in missing if path_of(url) not in outputs)
    if not gone:
        return
    places = {source: url for url, source in now.shown.items()}
    known = set(before.shown.values())
    arrived = {source: now.texts[source] for source in places if source not in known}
    for url in gone[:MAX_NAMED]:
        source = before.shown[url]
        yield _vanished(url, source, before.texts.get(source, ""), places, arrived)
    if len(gone) > MAX_NAMED:
        message = f"{len(gone) - MAX_NAMED} more addresses of entries are gone"
        yield Problem(Position(before.shown[gone[MAX_NAMED]]), message, "", warning=True)


def _vanished(
    url: str, source: str, text: str, places: Mapping[str, str], arrived: Mapping[str, str]
) -> Problem:
    """Say what became of the entry that *url* showed, as far as can be seen.

    *text* is the digest of its file, '' where it needed none; *arrived* are new files with theirs.
    """
    folder = source.rpartition("/")[0]
    key = "aliases" if folder in ("content/papers", "content/pages") else "redirect_from"
    alias = f"{key}: [{url}]"
    same = [path for path, digest in arrived.items() if text and digest == text]
    message = f"the address {url} is gone"
    moved = source if source in places else same[0] if same else None
    if moved is not None:
        hint = f"to lead its readers on to {places[moved]}, add to the front matter: {alias}"
        return Problem(Position(moved), message, hint, warning=True)
    import difflib  # slow to load, and rarely wanted

    near = difflib.get_close_matches(
        source, [path for path in arrived if path.startswith(f"{folder}/")], n=1
    )
    heir = f"{near[0]} took its place" if near else "another entry took its place"
    hint = f"if {heir}, add to its front matter: {alias}"
    return Problem(Position(source), message, hint, warning=True)

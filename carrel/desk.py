"""The curator's desk: what `import`, `add`, `init` and `tag` will write, before it is written."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from . import __version__, disk
from .additions import FORMAT as ADDED
from .additions import Ask, read_addition
from .importers import Reading
from .importing import List, Wish, choose_day, read_source, report, take_in
from .library import load_library, read_every_entry
from .mend import Mended, mend
from .pipeline import load_list, read_settings
from .places import find_lines, quoted
from .problems import Position, Problem, SiteError, did_you_mean
from .proofread import find_addresses, proofread
from .reading import read_sources
from .scaffold import fill_settings
from .settings import CONFIG, parse_settings
from .sources import Sources
from .tag_entries import Suggested, closed_fields, fill_empty, suggest_terms


class Outcome(Struct, frozen=True):
    """What an import would do: files to create, files to replace, and what to say."""

    new: Mapping[str, str]
    updated: Mapping[str, str]
    report: tuple[str, ...]


def import_digest(
    root: Path, content: bytes, name: str, format_name: str, captured: dt.date | None, wish: Wish
) -> Outcome:
    """Read a digest into the list at *root*; *name* is what messages call it.

    Raises SiteError when the digest cannot be read, or when the list itself has faults: a paper
    that cannot be read cannot be recognised.
    """
    importer, reading = read_source(content, name, format_name)
    return _outcome(load_list(root), reading, importer.NAME, name, captured, wish)


def add_paper(
    root: Path, what: str, title: str | None, ask: Ask | None, wish: Wish
) -> tuple[Outcome, str]:
    """Add the paper that an id, an address or a title names; with it what is still to be done."""
    found = load_list(root)
    reading, said = read_addition(what, title, ask)
    return _outcome(found, reading, ADDED, "add", wish.today, wish), said


def begin_list(
    settings: Mapping[str, str],
    source: tuple[bytes, str] | None,
    format_name: str,
    wish: Wish,
    *,
    github: bool = False,
) -> Outcome:
    """Plan a new list: settings, the catalogue, an about page, and the papers of a source.

    *settings* gives title, base_url and author; *source* is content and name of a digest. With
    *github* there is a workflow that publishes it, too.
    """
    added = workflow_files()
    files = {path: text for path, text in disk.read_starter().items() if path not in added}
    files |= added if github else {}
    filled = fill_settings(files[CONFIG], settings, wish.today)
    site = parse_settings(filled).value  # an address that is none is said now, not at a build
    files |= {CONFIG: filled}
    if source is None:
        return Outcome(files, {}, ())
    importer, reading = read_source(*source, format_name)
    sources = Sources.of({path: text.encode() for path, text in files.items()}, {})
    library, _ = load_library(sources, site, drafts=True)
    found = (sources, site, library)
    outcome = _outcome(found, reading, importer.NAME, source[1], None, wish)
    return Outcome(files | dict(outcome.new), {}, outcome.report)


def _outcome(
    found: List,
    reading: Reading,
    format_name: str,
    name: str,
    captured: dt.date | None,
    wish: Wish,
) -> Outcome:
    day, reason = choose_day(captured, reading.captured, wish.today)
    intake = take_in(found, reading, day, format_name, wish)
    rows = report(intake, reading, name, f"captured on {day} ({reason})")
    return Outcome(dict(intake.new), dict(intake.updated), tuple(rows))


def workflow_files() -> dict[str, str]:
    """Give path → text of what publishes a list on GitHub Pages."""
    files = disk.read_starter()
    return {
        path: text.replace("@VERSION@", __version__)
        for path, text in files.items()
        if path.startswith(".github/") or path == "requirements.txt"
    }


def proofread_list(root: Path, today: dt.date) -> list[Problem]:
    """Give what deserves a look in the list at *root*, in the order of files. Raises SiteError."""
    sources, site, library = load_list(root)
    return quoted(proofread(sources, site, library, today), sources)


def ask_online(root: Path, pause: float, private: bool, arxiv: str | None) -> list[Problem]:
    """Ask the network for the links and papers of the list at *root*. Raises SiteError."""
    from .online import ARXIV, Manners, ask  # slow to load, and rarely wanted
    from .proof_online import check_online

    sources, site, _ = load_list(root)
    entries = read_every_entry(sources, site)
    find = find_lines(sources)
    urls = [url for url, _ in find_addresses(entries, find)]
    papers = [entry.value.arxiv_stem for entry in entries.papers]
    manners = Manners(pause=pause, private=private, arxiv=arxiv or ARXIV)
    findings = ask(urls, [id for id in papers if id], manners)
    return quoted(list(check_online(entries, find, findings, manners.arxiv)), sources)


def mend_list(root: Path) -> Mended:
    """Put right what is mechanical in the list at *root*. Raises SiteError."""
    sources = read_sources(root)
    try:
        return mend(sources, read_settings(root))
    except SiteError as error:
        raise SiteError(*quoted(error.problems, sources)) from error


class Tagged(Struct, frozen=True):
    """What a paper could be filed under, as rows to show, and its file with empty fields filled."""

    rows: tuple[str, ...]
    filled: str | None


def suggest_tags(root: Path, ids: Sequence[str]) -> dict[str, Tagged]:
    """Give path → suggestions for the papers *ids*, or for all. Raises SiteError."""
    sources, site, library = load_list(root)
    known = {paper.id for paper in library.papers}
    unknown = [
        Problem(
            Position("tag"),
            f"there is no paper '{id}'",
            did_you_mean(id, known, "the names of the files in content/papers/ are the ids"),
        )
        for id in ids
        if id not in known
    ]
    if unknown:
        raise SiteError(*unknown)
    fields = closed_fields(site)
    tagged = {}
    for paper in library.papers:
        found = suggest_terms(paper, library.terms, fields) if not ids or paper.id in ids else ()
        if found:
            path = f"content/papers/{paper.id}.md"
            filled = fill_empty(sources.texts[path].decode(), found)
            tagged[path] = Tagged(tuple(map(_tag_row, found)), filled)
    return tagged


def _tag_row(found: Suggested) -> str:
    use = found.use
    count = f" × {use.count}" if use.count else ""
    role = f" ({use.role})" if use.role else ""
    return f"  {found.field}: {use.id}{count}{role}: {'; '.join(found.quotes)}"

"""The curator's desk: what `import` and `init` will write, before anything is written."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import __version__, disk
from .identity import latest_day
from .importers import Importer, RawDate, Reading, importers
from .intake import Intake, Suggest, leftover_notes, plan_intake
from .library import read_every_entry
from .mend import Mended, mend
from .model import Library
from .pipeline import load_list, quoted, read_settings
from .places import find_lines
from .problems import Position, Problem, SiteError, did_you_mean, show
from .proofread import find_addresses, proofread
from .reading import read_sources
from .scaffold import fill_settings
from .settings import CONFIG, Site, parse_settings
from .tag_entries import Suggested, closed_fields, fill_empty, suggest_terms, write_use
from .tagging import uses_for

MAX_SOURCE_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import would do: files to create, files to replace, and what to say."""

    new: Mapping[str, str]
    updated: Mapping[str, str]
    report: tuple[str, ...]


def import_digest(
    root: Path,
    content: bytes,
    name: str,
    format_name: str,
    captured: dt.date | None,
    today: dt.date,
    *,
    update: bool,
    abstracts: bool,
) -> Outcome:
    """Read a digest into the list at *root*; *name* is what messages call it.

    Raises SiteError when the digest cannot be read, or when the list itself has faults: a paper
    that cannot be read cannot be recognised.
    """
    text = decode_source(content, name)
    importer = choose_importer(text, name, format_name)
    reading = importer.parse(text, name)
    sources, site, library = load_list(root)
    day, reason = choose_day(captured, reading.captured, today)
    intake = plan_intake(
        reading,
        day,
        importer.NAME,
        suggest=_suggester(library, site),
        existing={p: sources.texts[p].decode() for p in sources.below("content/papers/")},
        papers=library.papers,
        update=update,
        without_abstract=not abstracts,
    )
    return Outcome(
        dict(intake.new), dict(intake.updated), tuple(_report(intake, reading, day, reason, name))
    )


def starter_files(
    title: str, base_url: str, today: dt.date, *, github: bool = False
) -> dict[str, str]:
    """Give path → text of a new list: settings, the catalogue, an about page.

    With *github* there is a workflow that publishes it, too.
    """
    added = workflow_files()
    files = {p: text for p, text in disk.read_starter().items() if p not in added}
    files |= added if github else {}
    settings = fill_settings(files[CONFIG], title, base_url, today)
    parse_settings(settings)  # an address that is none is said now, not at the first build
    return files | {CONFIG: settings}


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
    found = proofread(sources, site, library, today, disk.read_starter())
    return quoted(found, sources)


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


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a paper could be filed under, as rows to show, and its file with empty fields filled."""

    rows: tuple[str, ...]
    filled: str | None


def suggest_tags(root: Path, ids: Sequence[str]) -> dict[str, Tagged]:
    """Give path → suggestions for the papers *ids*, or for all. Raises SiteError."""
    sources, site, library = load_list(root)
    known = {paper.id for paper in library.papers}
    unknown = [
        Problem(Position("tag"), f"there is no paper '{id}'", did_you_mean(id, known))
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


def decode_source(content: bytes, name: str) -> str:
    """Read the bytes of a digest: UTF-8 with any line ends; what is in it is cleaned later."""
    if len(content) > MAX_SOURCE_BYTES:
        message = f"{len(content):,} bytes; a source may have {MAX_SOURCE_BYTES:,}"
        raise SiteError(Problem(Position(name), message, "import it in parts"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problem = Problem(Position(name, line), "this is not UTF-8 text", "save it as UTF-8")
        raise SiteError(problem) from error


def choose_importer(text: str, name: str, format_name: str) -> Importer:
    """Give the importer that was named, or the first one that knows the look of *text*."""
    known = importers()
    if format_name in known:
        return known[format_name]
    if format_name != "auto":
        hint = did_you_mean(format_name, known, f"formats: {', '.join(known)}")
        raise SiteError(Problem(Position(name), f"unknown format '{format_name}'", hint))
    for importer in known.values():
        if importer.matches(text):
            return importer
    hint = f"name it with --format: {', '.join(known)}"
    raise SiteError(Problem(Position(name), "the format is not recognised", hint))


def choose_day(given: dt.date | None, shown: RawDate | None, today: dt.date) -> tuple[dt.date, str]:
    """Give the day on which the source was read, and how it is known."""
    if given is not None:
        return given, "as given"
    found = latest_day(shown, today) if shown else None
    if found is None:
        return today, "today, for want of a better; --captured YYYY-MM-DD says otherwise"
    if shown and shown.year is not None:
        return found, "as the source says"
    return found, "the latest such day; --captured YYYY-MM-DD says otherwise"


def _suggester(library: Library, site: Site) -> Suggest:
    """Make the function that finds the site's own terms in a paper's text."""
    closed = {
        name: library.terms[name]
        for name, taxonomy in site.published.items()
        if taxonomy.vocabulary == "closed"
    }

    def suggest(title: str, abstract: str) -> dict[str, tuple[object, ...]]:
        found = uses_for(title, abstract, closed)
        return {site.published[n].field: tuple(map(write_use, uses)) for n, uses in found.items()}

    return suggest


def _report(
    intake: Intake, reading: Reading, day: dt.date, reason: str, name: str
) -> Iterator[str]:
    """Say what became of the source, line by line where it matters."""
    yield from (f"new: {path}" for path, _ in intake.new)
    yield from (f"updated: {path}" for path, _ in intake.updated)
    notes = [*intake.notes, *leftover_notes(reading.leftovers, name)]
    yield from map(show, sorted(notes))
    chrome = sum(each.last - each.first + 1 for each in reading.leftovers if each.chrome)
    yield f"captured on {day} ({reason})"
    yield (
        f"{len(intake.new)} new, {len(intake.known)} already on the list, "
        f"{len(intake.doubles)} twice in the source; lines of the page around them: {chrome}"
    )
    if intake.without_topic:
        yield f"without a topic yet: {intake.without_topic} of the new ones"

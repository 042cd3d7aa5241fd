"""From the bytes of a source to what an import would do, and what it says of it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from .catalogue import Library
from .cleaning import remove_hidden
from .identity import latest_day
from .importers import Importer, Leftover, RawDate, Reading, importers
from .intake import Intake, KnownTerms, Suggest, plan_intake
from .intake_notes import leftover_notes
from .library import load_library
from .problems import Position, Problem, SiteError, did_you_mean, show
from .settings import Site
from .sources import Sources
from .tag_entries import write_use
from .tagging import uses_for

MAX_SOURCE_BYTES = 20_000_000  #: of text; in memory it may be four times as much, and its parts
_UNKNOWN_WORDS = 12  #: keywords that are shown

List = tuple[Sources, Site, Library]


class Wish(Struct, frozen=True):
    """What a person wants of an import."""

    today: dt.date
    update: bool = False  #: bring comments and upvotes of known papers up to date
    merge: bool = False  #: fill the absent fields of known papers
    abstracts: bool = True


def read_source(content: bytes, name: str, format_name: str) -> tuple[Importer, Reading]:
    """Read a source in the format named, or in the one that it has the look of."""
    text = decode_source(content, name)
    importer = choose_importer(text, name, format_name)
    reading = importer.parse(text, name)
    hidden = next((n for n, row in enumerate(text.split("\n"), 1) if remove_hidden(row)[1]), None)
    if hidden and importer.NAME != "daily-papers":  # that one names every such line
        reason = "invisible or direction-changing characters were removed, from this line on"
        reading = replace(
            reading, leftovers=(*reading.leftovers, Leftover(hidden, hidden, "", False, reason))
        )
    if not reading.entries:
        unread = [replace(n, warning=False) for n in leftover_notes(reading.leftovers, name)]
        if unread:
            raise SiteError(*unread)
    return importer, reading


def decode_source(content: bytes, name: str) -> str:
    """Read the bytes of a source: UTF-8 with any line ends; what is in it is cleaned later."""
    if len(content) > MAX_SOURCE_BYTES:
        message = f"more than {MAX_SOURCE_BYTES:,} bytes, which is what a source may have"
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
        return given, "today" if given == today else "as given"
    found = latest_day(shown, today) if shown else None
    if found is None:
        return today, "today, for want of a better; --captured YYYY-MM-DD says otherwise"
    if shown and shown.year is not None:
        return found, "as the source says"
    return found, "the latest such day; --captured YYYY-MM-DD says otherwise"


def take_in(found: List, reading: Reading, day: dt.date, format_name: str, wish: Wish) -> Intake:
    """Plan what becomes of a reading. A file that the list could not be built with is left out."""
    sources, site, library = found
    intake = plan_intake(
        reading,
        day,
        format_name,
        suggest=_suggester(library, site),
        existing={p: sources.texts[p].decode() for p in sources.below("content/papers/")},
        papers=library.papers,
        update=wish.update,
        without_abstract=not wish.abstracts,
        merge=wish.merge,
        fields=site.fields,
        known_terms=_known_terms(library, site),
    )
    return _without_faults(intake, sources, site)


def report(intake: Intake, reading: Reading, name: str, captured: str) -> Iterator[str]:
    """Say what became of the source, line by line where it matters."""
    yield from (f"new: {path}" for path, _ in intake.new)
    filled = dict(intake.filled)
    for path, _ in intake.updated:
        keys = f" ({', '.join(filled[path])})" if path in filled else ""
        yield f"updated: {path}{keys}"
    notes = [*intake.notes, *leftover_notes(reading.leftovers, name)]
    if not reading.entries:
        hint = "--format names another format, where that is not the right one"
        notes.append(Problem(Position(name), "no paper was found in it", hint, warning=True))
    yield from map(show, sorted(notes))
    chrome = sum(each.last - each.first + 1 for each in reading.leftovers if each.chrome)
    yield captured
    around = f"; lines of the page around them: {chrome}" if chrome else ""
    yield (
        f"{len(intake.new)} new, {len(intake.known)} already on the list, "
        f"{len(intake.doubles)} twice in the source{around}"
    )
    if intake.without_topic:
        yield f"without a topic yet: {len(intake.without_topic)} of the new ones"
    if intake.unknown_words:
        words = Counter(intake.unknown_words).most_common()
        named = [word for word, _ in sorted(words, key=lambda each: (-each[1], each[0]))]
        more = f" and {len(named) - _UNKNOWN_WORDS} more" if len(named) > _UNKNOWN_WORDS else ""
        yield f"keywords that name no term here: {', '.join(named[:_UNKNOWN_WORDS])}{more}"


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


def _known_terms(library: Library, site: Site) -> KnownTerms:
    """Give every name of the site's own terms, folded, with the field and the id that it means."""
    return {
        name.casefold(): (taxonomy.field, term.id)
        for key, taxonomy in reversed(tuple(site.published.items()))
        if taxonomy.vocabulary == "closed"
        for term in library.terms[key].values()
        for name in (*term.aliases, term.title, term.id)
    }


def _without_faults(intake: Intake, sources: Sources, site: Site) -> Intake:
    """Read the whole list as it would be; leave out whatever would be an error in it."""
    planned = dict(intake.new) | dict(intake.updated)
    while planned:
        texts = dict(sources.texts) | {path: text.encode() for path, text in planned.items()}
        _, problems = load_library(Sources.of(texts, sources.assets), site, drafts=True)
        faults = {p.where.path: p for p in problems if not p.warning and p.where.path in planned}
        if not faults:
            break
        for path in faults:
            del planned[path]
        intake = replace(
            intake,
            new=tuple((path, text) for path, text in intake.new if path not in faults),
            updated=tuple((path, text) for path, text in intake.updated if path not in faults),
            without_topic=tuple(p for p in intake.without_topic if p not in faults),
            notes=(*intake.notes, *map(_left_out, faults.values())),
        )
    return intake


def _left_out(fault: Problem) -> Problem:
    message = f"left out, because it would be a fault of the list: {fault.message}"
    return Problem(Position(fault.where.path), message, fault.hint, warning=True)

"""What a source tells → new entry files. Papers that are on the list are left as they are."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from .citing import build_keys, plain_key
from .frontmatter import replace_count
from .identity import Place, Register, latest_day
from .importers import RawEntry, Reading
from .intake_notes import Lack, capture_notes, entry_notes, lacks, named, note, questions, sum_up
from .merge import merge_entry
from .model import Paper
from .naming import make_id
from .paper_text import write_entry
from .problems import Problem
from .resemblance import Titles
from .sources import MAX_ENTRY_BYTES

#: (title, abstract) → field of the front matter → its items, as they are written
Suggest = Callable[[str, str], Mapping[str, tuple[object, ...]]]

#: What a list calls its terms, folded → (field, id as it is written)
KnownTerms = Mapping[str, tuple[str, object]]

_FOLDER = "content/papers/"
_COUNTS = ("comments", "upvotes")


class Intake(Struct, frozen=True):
    """What an import would do; nothing is written yet."""

    new: tuple[tuple[str, str], ...] = ()  #: (path, text) of files to create
    updated: tuple[tuple[str, str], ...] = ()  #: (path, text) of files that change
    filled: tuple[tuple[str, tuple[str, ...]], ...] = ()  #: (path, keys) that a merge filled
    known: tuple[tuple[RawEntry, str], ...] = ()  #: entries on the list already, with their file
    doubles: tuple[tuple[RawEntry, str], ...] = ()  #: entries that stand in the source twice
    unknown_words: tuple[str, ...] = ()  #: keywords of new papers that name no term of the list
    without_topic: tuple[str, ...] = ()  #: paths of new ones that no topic was found for
    notes: tuple[Problem, ...] = ()  #: what a person should look at, by line of the source


def plan_intake(
    reading: Reading,
    captured: dt.date,
    format_name: str,
    *,
    suggest: Suggest,
    existing: Mapping[str, str],
    papers: Iterable[Paper],
    update: bool = False,
    without_abstract: bool = False,
    merge: bool = False,
    fields: Mapping[str, str] | None = None,
    known_terms: KnownTerms | None = None,
) -> Intake:
    """Plan the files for what was read on the day *captured*.

    *existing* has the text of every file of papers, *papers* their values, drafts included.
    With *update* the numbers of comments and votes of known papers are brought up to date; with
    *merge* their absent fields are filled, of the *fields* that the site has. Keywords that are
    *known_terms* file a new paper under them.
    """
    papers = tuple(papers)
    paths = {_stem(path): path for path in existing}
    register = Register(papers, paths)
    names = _Names(papers, paths)
    plan = _Plan(notes=[*capture_notes(reading, captured)])
    rows = [
        (each.listed.toordinal() if each.listed else 0, each.id, plain_key(each)) for each in papers
    ]
    cited = build_keys(rows, {each.id: each.citekey for each in papers if each.citekey})
    keys = {key.casefold(): paths.get(id, id) for id, key in cited.items()}
    titles = Titles()
    for paper in papers:
        titles.add(paper.title, paths.get(paper.id, f"{_FOLDER}{paper.id}.md"))
    for position, entry in enumerate(reading.entries, 1):
        date = latest_day(entry.date, captured) if entry.date else None
        place = Place(format_name, captured, position if entry.where.line else None)
        path = register.find(entry, date, place)
        if path is None:
            path = f"{_FOLDER}{names.take(entry.title)}.md"
            alike = [(t, p) for t, p in titles.alike(entry.title) if register.asks_about(entry, p)]
            plan.notes += questions(entry, path, alike)
            titles.add(entry.title, path)
            register.add(entry, date, path)
            kept = plan.keep_key(entry, path, keys)
            terms = _terms(suggest(entry.title, entry.abstract), entry.keywords, known_terms or {})
            text = write_entry(kept, date, place, terms, with_abstract=not without_abstract)
            plan.notes += entry_notes(entry, date, captured, path, text)
            if len(text.encode()) <= MAX_ENTRY_BYTES:
                plan.lacks += lacks(entry, path)
                plan.new[path] = text
                plan.without_topic += [path] if "topics" not in terms else []
                known = known_terms or {}
                plan.unknown_words += (w for w in entry.keywords if w.casefold() not in known)
        elif path in plan.seen:
            plan.doubles.append((entry, path))
            line = plan.seen[path].where.line
            plan.notes.append(note(entry, f"{named(entry)} stands in line {line} too; left out"))
        else:
            plan.known.append((entry, path))
            if merge and path in existing:
                kept = plan.keep_key(entry, path, keys)
                whole = not without_abstract
                plan.merge(kept, date, place, path, existing[path], fields or {}, whole)
            if update and path in existing:
                plan.update_counts(entry, path, plan.updated.get(path, existing[path]))
        plan.seen.setdefault(path, entry)
    return plan.finish()


class _Plan(Struct):
    """An intake while it grows."""

    notes: list[Problem]
    lacks: list[Lack] = field(default_factory=list)
    new: dict[str, str] = field(default_factory=dict)
    updated: dict[str, str] = field(default_factory=dict)
    filled: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known: list[tuple[RawEntry, str]] = field(default_factory=list)
    doubles: list[tuple[RawEntry, str]] = field(default_factory=list)
    seen: dict[str, RawEntry] = field(default_factory=dict)  #: path → first entry for it
    unknown_words: list[str] = field(default_factory=list)
    without_topic: list[str] = field(default_factory=list)

    def keep_key(self, entry: RawEntry, path: str, keys: dict[str, str]) -> RawEntry:
        """Give *entry* with its citation key, unless that is another paper's in *keys*."""
        key = entry.citekey
        owner = keys.setdefault(key.casefold(), path) if key else path
        if owner == path:
            return entry
        self.notes.append(note(entry, f"the key {key} is that of {owner}; it is left out"))
        return replace(entry, citekey=None)

    def merge(
        self,
        entry: RawEntry,
        date: dt.date | None,
        place: Place,
        path: str,
        text: str,
        fields: Mapping[str, str],
        with_abstract: bool,
    ) -> None:
        """Fill what is absent in a known paper; what is in conflict is named and stays."""
        merged = merge_entry(entry, date, place, path, text, fields, with_abstract=with_abstract)
        self.notes += merged.conflicts
        if merged.filled:
            self.updated[path] = merged.text
            self.filled[path] = merged.filled

    def update_counts(self, entry: RawEntry, path: str, text: str) -> None:
        """Bring the counts in the *text* of a known paper up to date, and nothing else."""
        changed: str | None = text
        for key in _COUNTS:
            count = getattr(entry, key)
            if count is not None and changed is not None:
                changed = replace_count(changed, key, count)
        if changed is None:
            message = f"the counts in {path} could not be changed"
            self.notes.append(note(entry, message, "write them there, each on a line of its own"))
        elif changed != text:
            self.updated[path] = changed

    def finish(self) -> Intake:
        """Give the whole as a value."""
        return Intake(
            tuple(self.new.items()),
            tuple(self.updated.items()),
            tuple(self.filled.items()),
            tuple(self.known),
            tuple(self.doubles),
            tuple(self.unknown_words),
            tuple(self.without_topic),
            (*self.notes, *sum_up(self.lacks, len(self.new))),
        )


def _terms(
    suggested: Mapping[str, tuple[object, ...]], keywords: Iterable[str], known: KnownTerms
) -> dict[str, tuple[object, ...]]:
    """Put the terms that keywords name before those that the text suggests, each once."""
    uses: dict[str, dict[object, object]] = {}
    for word in keywords:
        if found := known.get(word.casefold()):
            uses.setdefault(found[0], {})[found[1]] = found[1]
    for key, found_uses in suggested.items():
        for use in found_uses:
            uses.setdefault(key, {})[use.get("id") if isinstance(use, Mapping) else use] = use
    return {key: tuple(each.values()) for key, each in uses.items() if each}


class _Names:
    """Gives every new paper a name that no file and no address has."""

    def __init__(self, papers: Iterable[Paper], stems: Iterable[str]) -> None:
        self._taken = {stem.casefold() for stem in stems}
        for paper in papers:
            addresses = [paper.url, *paper.aliases]
            self._taken |= {
                address.strip("/").rpartition("/")[2].casefold() for address in addresses
            }

    def take(self, title: str) -> str:
        """Make a name from *title*: with '-2' where another paper has it."""
        name = first = make_id(title, "paper")
        number = 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{first}-{number}"
        self._taken.add(name.casefold())
        return name


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")

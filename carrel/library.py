"""Entries → the library: every use resolved to a term, hierarchy, order, indexes, checks.

All faults of single files and across files come back in one report. A file with faults keeps
its id, so that nothing else is reported because of it.
"""

import contextlib
import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct, field

from .aliases import Addressed, Former, check_aliases, former
from .catalogue import Library
from .citing import build_keys
from .crosslinks import link_texts
from .decode import Entry
from .entries import parse_page, parse_paper, parse_term
from .items import Item, Shelf
from .memo import Memo, key_of
from .model import ContentPage, Paper, Term
from .naming import file_fault
from .paper_files import PaperFiles, ParseAll, check_name, check_slug, paper_id, parse_here
from .paths import check_places
from .places import find_lines
from .problems import Position, Problem, SiteError, did_you_mean
from .settings import SHIPPED, Site
from .sources import Sources, decode_text
from .splice import read_matter
from .term_index import TermIndex, term_line
from .vocabulary import Vocabulary

T = TypeVar("T", bound=Struct)


class Entries(Struct):
    """All entry files as read, before anything is resolved; papers where they are asked for."""

    papers: list[Entry[Paper]] = field(default_factory=list)
    terms: dict[str, list[Entry[Term]]] = field(default_factory=lambda: defaultdict(list))
    pages: list[Entry[ContentPage]] = field(default_factory=list)
    faulty: set[tuple[str, str]] = field(default_factory=set)  #: (folder, id) of unreadable files

    def all(self) -> Iterator[Entry[Any]]:
        """Give every entry."""
        yield from self.papers
        yield from self.pages
        for terms in self.terms.values():
            yield from terms


def load_library(
    sources: Sources,
    site: Site,
    drafts: bool = False,
    memo: Memo | None = None,
    parse: ParseAll = parse_here,
) -> tuple[Library, tuple[Problem, ...]]:
    """Read all content of *sources* and relate it; the problems include warnings.

    With a *memo* only files that it does not know are parsed; *parse* shares that work.
    """
    memo = memo or Memo()
    problems: list[Problem] = []
    entries = read_entries(sources, site, problems, memo)
    for faults in (e.problems for e in entries.all()):
        problems += faults
    hidden: list[str] = []
    if not drafts:
        hidden = [e.path for e in entries.all() if e.value.draft]
        entries.pages = [e for e in entries.pages if not e.value.draft]
    vocabularies = {
        name: Vocabulary(kind, entries.terms[name], drafts)
        for name, kind in (SHIPPED | dict(site.published)).items()
    }
    faulty = frozenset(entries.faulty)
    files = PaperFiles(sources, dict(site.fields), vocabularies, faulty, drafts)
    items, drafted = _load_items(files, memo, parse, problems)
    hidden += drafted
    for item in items:
        for key, term, name in item.known.opened:
            taxonomy, _, id = term.partition("/")
            vocabularies[taxonomy].take_up(id, name, functools.partial(files.place, item.id, key))
    problems += [*_check_twins(items, files), *check_places(items, site, files.place)]
    if any(item.known.aliases for item in items) or any(former(e.value)[1] for e in entries.all()):
        problems += check_aliases(_list_former(entries, items, files))
    items.sort(key=lambda item: (*item.known.order, item.id), reverse=True)
    terms = {name: v.linked_terms(entries.faulty) for name, v in vocabularies.items()}
    for name, vocabulary in vocabularies.items():
        problems += [*vocabulary.problems, *vocabulary.spelling_warnings()]
        for entry in entries.terms[name] if name not in site.published else ():
            message = f"this is shown nowhere: '{name}' is not among the taxonomies"
            hint = f"declare it in site_config.yaml, under taxonomies: {name}: {{}}"
            problems.append(Problem(Position(entry.path), message, hint, warning=True))
    static = sorted(p for p in sources.assets if p.startswith("content/static/"))
    problems += _check_static(static)
    shelves = _fill_shelves(items, terms)
    cited = ((item.known.order[0], item.id, item.known.cited) for item in items)
    library = Library(
        items=tuple(items),
        terms=terms,
        shelves=shelves,
        index=TermIndex(terms, shelves, site),
        pages=tuple(entry.value for entry in entries.pages),
        keys=build_keys(cited, {item.id: own for item in items if (own := item.known.citekey)}),
        files=files,
        static=tuple(static),
    )
    library = link_texts(library, site, hidden, find_lines(sources), problems)
    return library, tuple(problems)


def _load_items(
    files: PaperFiles, memo: Memo, parse: ParseAll, problems: list[Problem]
) -> tuple[list[Item], list[str]]:
    """Give the papers in the order of their files, from the memo where it knows them.

    Those that are drafts, and stay out, come as paths beside them.
    """
    texts, digests = files.sources.texts, files.sources.digests
    known = memo.papers(files.key)
    paths = files.names(known, problems)
    new = [path for path in paths if path not in known or known[path].digest != digests[path]]
    parsed = parse(files, new)
    for each in parsed.values():
        problems += each.problems
    found = {path: known[path] for path in paths if path not in parsed}
    found |= {path: each.known for path, each in parsed.items() if each.known}
    memo.keep_papers(
        files.key,
        {p: each for p, each in found.items() if p not in parsed or not parsed[p].problems},
    )
    drafts = [] if files.drafts else [path for path, each in found.items() if each.draft]
    items = [
        Item(paper_id(p), found[p], texts[p], parsed[p].paper if p in parsed else None)
        for p in paths
        if p in found and (files.drafts or not found[p].draft)
    ]
    return items, drafts


def unreadable(sources: Sources) -> Iterator[Problem]:
    """Find entries that cannot be read, whatever the settings say they may hold."""
    for path in sources.below("content/", ".md"):
        try:
            read_matter(decode_text(sources.texts[path], path), path)
        except SiteError as error:
            yield from error.problems


def read_entries(sources: Sources, site: Site, problems: list[Problem], memo: Memo) -> Entries:
    """Parse every entry file but papers; a file that is none is named, never passed over."""
    entries = Entries()
    taxonomies = SHIPPED | dict(site.published)
    seen: dict[tuple[str, str], str] = {}
    for path in sources.below("content/"):
        folder, _, rest = path.removeprefix("content/").partition("/")
        if folder == "papers" and rest:
            continue
        id = rest.rpartition("/")[2].removesuffix(".md")
        try:
            if not rest or folder not in ("pages", *taxonomies):
                known = ["papers", "pages", "static", *site.published]
                hint = did_you_mean(folder, known, f"entries lie in {', '.join(known)}")
                raise SiteError(Problem(Position(path), "this file belongs to nothing", hint))
            check_name(path, folder, id, seen)
            content = sources.texts[path]
            if folder == "pages":
                page = _read(memo, ContentPage, content, path)
                problems += check_slug(page.value.slug, page.mark("slug"))
                entries.pages.append(page)
            else:
                entries.terms[folder].append(_read(memo, Term, content, path))
        except SiteError as error:
            problems += error.problems
            entries.faulty.add((folder, id.casefold()))
    return entries


def read_every_entry(sources: Sources, site: Site) -> Entries:
    """Parse every entry file, with the places of its parts; what cannot be read is left out."""
    entries = read_entries(sources, site, [], Memo())
    for path in sources.below("content/papers/", ".md"):
        with contextlib.suppress(SiteError):
            text = decode_text(sources.texts[path], path)
            entries.papers.append(parse_paper(text, path, paper_id(path), site.fields))
    return entries


def _read(memo: Memo, kind: type[T], content: bytes, path: str) -> Entry[T]:
    """Give an entry as the memo has it, without places, or parse it."""
    parsed: list[Entry[Any]] = []

    def parse(content: bytes = content) -> Entry[Any]:
        text = decode_text(content, path)
        folder, _, name = path.removeprefix("content/").partition("/")
        id = name.removesuffix(".md")
        if folder == "pages":
            return parse_page(text, path, id)
        return parse_term(text, path, id, folder)

    def make() -> T | None:
        parsed.append(parse())
        value: T = parsed[0].value
        # Own keys may hold anything, of which the stored form does not keep every type.
        return None if parsed[0].problems or getattr(value, "extra", ()) else value

    value = memo.recall(kind, key_of(kind.__name__, path, content), make)
    if parsed:
        return parsed[0]
    assert value is not None
    return Entry(path, value, _Places(parse))


class _Places(Mapping[str, tuple[int, int]]):
    """The places of a remembered entry's parts: its file is read again when one is asked for."""

    def __init__(self, parse: Callable[[], Entry[Any]]) -> None:
        self._parse = parse

    @functools.cached_property
    def _marks(self) -> Mapping[str, tuple[int, int]]:
        return self._parse().marks

    def __getitem__(self, key: str) -> tuple[int, int]:
        return self._marks[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._marks)

    def __len__(self) -> int:
        return len(self._marks)


def _check_static(paths: Iterable[str]) -> Iterator[Problem]:
    """Find files that other systems, or the tool itself, could not hold under their names."""
    for path in paths:
        where = Position(path)
        parts = path.removeprefix("content/static/").split("/")
        if parts in ([".carrel"], [".carrel.journal"]):
            yield Problem(where, "a built site has a file of Carrel's own here", "rename it")
        faults = [fault for part in parts if (fault := file_fault(part))]
        yield from (Problem(where, fault, "rename it") for fault in faults[:1])


def _check_twins(items: Iterable[Item], files: PaperFiles) -> Iterator[Problem]:
    """Find papers that stand on the list twice, by what identifies them."""
    first: dict[tuple[str, str], Item] = {}
    for item in items:
        for key, name, value in (
            ("arxiv", "arXiv", item.known.arxiv),
            ("doi", "DOI", item.known.doi),
            ("citekey", "citation key", item.known.citekey),
        ):
            twin = first.setdefault((key, value.casefold()), item) if value else item
            if twin is not item:
                message = f"{name} {value} is also that of {twin.path}"
                where = files.place(item.id, key)
                is_key = key == "citekey"  # two papers may have one by chance
                hint = (
                    "choose another key for one of them"
                    if is_key
                    else "keep one of the two entries"
                )
                yield Problem(where, message, hint)


def _list_former(entries: Entries, items: Iterable[Item], files: PaperFiles) -> Iterator[Former]:
    """Give the addresses of all entries, those that they had before included."""
    for item in items:
        place = functools.partial(files.place, item.id)
        yield Former(item.path, item.url, "aliases", item.known.aliases, place)
    for entry in entries.all():
        value: Addressed = entry.value
        yield Former(entry.path, value.url, *former(value), entry.mark)


def _fill_shelves(
    items: Iterable[Item], terms: Mapping[str, Mapping[str, Term]]
) -> dict[str, dict[str, Shelf]]:
    """Put each paper once on the shelf of every term that it names, and of all above these."""
    lines: dict[str, tuple[str, ...]] = {}
    for taxonomy, known in terms.items():
        for id in known:
            line = term_line(known[id], known)
            lines[f"{taxonomy}/{id}"] = tuple(f"{taxonomy}/{each}" for each in line)
    shelves: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        for name in {name for term in item.known.terms for name in lines[term]}:
            shelves[name].append(item)
    filled: dict[str, dict[str, Shelf]] = {taxonomy: {} for taxonomy in terms}
    for name in sorted(shelves):
        taxonomy, _, id = name.partition("/")
        filled[taxonomy][id] = Shelf(shelves[name])
    return filled

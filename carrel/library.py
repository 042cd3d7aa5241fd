"""Entries → the library: every use resolved to a term, hierarchy, order, indexes, checks.

All faults of single files and across files come back in one report. A file with faults keeps
its id, so that nothing else is reported because of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from .aliases import check_aliases
from .decode import Entry
from .entries import parse_page, parse_paper, parse_term
from .memo import Memo, key_of
from .model import ContentPage, Filed, Library, Paper, Term, TermUse
from .naming import file_fault, make_id, name_fault
from .problems import Position, Problem, SiteError, did_you_mean
from .settings import SHIPPED, Site
from .sources import Sources, decode_text
from .vocabulary import Vocabulary

T = TypeVar("T", bound=Struct)


@dataclass(slots=True)
class Entries:
    """All entry files as read, before anything is resolved."""

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
    sources: Sources, site: Site, drafts: bool = False, memo: Memo | None = None
) -> tuple[Library, tuple[Problem, ...]]:
    """Read all content of *sources* and relate it; the problems include warnings.

    With a *memo* only files that it does not know are parsed.
    """
    library, problems = _load(sources, site, drafts, memo or Memo())
    if problems and memo is not None:
        # A remembered value has no places in its file: what there is to say needs them.
        return _load(sources, site, drafts, Memo())
    return library, problems


def _load(
    sources: Sources, site: Site, drafts: bool, memo: Memo
) -> tuple[Library, tuple[Problem, ...]]:
    problems: list[Problem] = []
    entries = read_entries(sources, site, problems, memo)
    for faults in (e.problems for e in entries.all()):
        problems += faults
    if not drafts:
        entries.papers = [e for e in entries.papers if not e.value.draft]
        entries.pages = [e for e in entries.pages if not e.value.draft]
    vocabularies = {
        name: Vocabulary(kind, entries.terms[name], drafts)
        for name, kind in (SHIPPED | dict(site.published)).items()
    }
    papers = [_resolve(entry, vocabularies, entries.faulty, problems) for entry in entries.papers]
    problems += _check_twins(entries.papers)
    problems += check_aliases(entries.all())
    papers.sort(key=_list_order, reverse=True)
    terms = {name: v.linked_terms(entries.faulty) for name, v in vocabularies.items()}
    for name, vocabulary in vocabularies.items():
        problems += [*vocabulary.problems, *vocabulary.spelling_warnings()]
        for entry in entries.terms[name] if name not in site.published else ():
            message = f"this is shown nowhere: '{name}' is not among the taxonomies"
            hint = f"declare it in site_config.yaml, under taxonomies: {name}: {{}}"
            problems.append(Problem(Position(entry.path), message, hint, warning=True))
    static = sorted(p for p in sources.assets if p.startswith("content/static/"))
    problems += _check_static(static)
    library = Library(
        papers=tuple(papers),
        terms=terms,
        filed={name: _file(name, papers, terms[name]) for name in vocabularies},
        pages=tuple(entry.value for entry in entries.pages),
        static=tuple(static),
    )
    return library, tuple(problems)


def read_entries(sources: Sources, site: Site, problems: list[Problem], memo: Memo) -> Entries:
    """Parse every entry file; a file that is none is named in *problems*, never passed over."""
    entries = Entries()
    taxonomies = SHIPPED | dict(site.published)
    fields = dict(site.fields)
    seen: dict[tuple[str, str], str] = {}
    for path in sources.below("content/"):
        folder, _, rest = path.removeprefix("content/").partition("/")
        id = rest.rpartition("/")[2].removesuffix(".md")
        try:
            if not rest or folder not in ("papers", "pages", *taxonomies):
                known = ["papers", "pages", "static", *site.published]
                hint = did_you_mean(folder, known, f"entries lie in {', '.join(known)}")
                raise SiteError(Problem(Position(path), "this file belongs to nothing", hint))
            _check_name(path, folder, id, seen)
            content = sources.texts[path]
            if folder == "papers":
                paper = _read(memo, Paper, content, path, fields)
                problems += _check_slug(paper.value.slug, paper.mark("slug"))
                entries.papers.append(paper)
            elif folder == "pages":
                page = _read(memo, ContentPage, content, path, None)
                problems += _check_slug(page.value.slug, page.mark("slug"))
                entries.pages.append(page)
            else:
                entries.terms[folder].append(_read(memo, Term, content, path, None))
        except SiteError as error:
            problems += error.problems
            entries.faulty.add((folder, id.casefold()))
    return entries


def _read(
    memo: Memo, kind: type[T], content: bytes, path: str, fields: dict[str, str] | None
) -> Entry[T]:
    """Give an entry as the memo has it, without places, or parse it."""
    parsed: list[Entry[Any]] = []

    def parse() -> T | None:
        text = decode_text(content, path)
        folder, _, name = path.removeprefix("content/").partition("/")
        id = name.removesuffix(".md")
        match folder:
            case "papers":
                parsed.append(parse_paper(text, path, id, fields or {}))
            case "pages":
                parsed.append(parse_page(text, path, id))
            case _:
                parsed.append(parse_term(text, path, id, folder))
        value: T = parsed[0].value
        # Own keys may hold anything, of which the stored form does not keep every type.
        return None if parsed[0].problems or getattr(value, "extra", ()) else value

    value = memo.recall(kind, key_of(kind.__name__, path, content, fields), parse)
    if parsed:
        return parsed[0]
    assert value is not None
    return Entry(path, value, {})


def _check_name(path: str, folder: str, id: str, seen: dict[tuple[str, str], str]) -> None:
    where = Position(path)
    if not path.endswith(".md"):
        hint = "an entry ends in .md; other files belong into content/static/"
        raise SiteError(Problem(where, "this file is no entry", hint))
    if "/" in path.removeprefix(f"content/{folder}/"):
        hint = f"move it to content/{folder}/{id}.md"
        raise SiteError(Problem(where, "entries do not lie in folders below", hint))
    fault = name_fault(id)
    if fault:
        better = make_id(id, folder)
        hint = "rename it"
        if not better.startswith(f"{folder}-"):
            hint += f", for instance to {better}.md"
        raise SiteError(Problem(where, f"'{id}' cannot be the name of an entry: {fault}", hint))
    first = seen.setdefault((folder, id.casefold()), path)
    if first != path:
        hint = "rename one of them; letter case does not tell them apart"
        raise SiteError(Problem(where, f"the id '{id}' is also that of {first}", hint))


def _check_slug(slug: str | None, where: Position) -> Iterator[Problem]:
    fault = name_fault(slug) if slug else ""
    if fault:
        yield Problem(where, f"'{slug}' cannot be a slug: {fault}")


def _check_static(paths: Iterable[str]) -> Iterator[Problem]:
    """Find files that other systems, or the tool itself, could not hold under their names."""
    for path in paths:
        where = Position(path)
        parts = path.removeprefix("content/static/").split("/")
        if parts in ([".carrel"], [".carrel.journal"]):
            yield Problem(where, "a built site has a file of Carrel's own here", "rename it")
        faults = [fault for part in parts if (fault := file_fault(part))]
        yield from (Problem(where, fault, "rename it") for fault in faults[:1])


def _resolve(
    entry: Entry[Paper],
    vocabularies: Mapping[str, Vocabulary],
    faulty: set[tuple[str, str]],
    problems: list[Problem],
) -> Paper:
    """Give the paper with an id in every use; what cannot be resolved is a problem."""
    paper = entry.value
    resolved: list[TermUse] = []
    numbers: dict[str, int] = defaultdict(int)
    for use in paper.terms:
        vocabulary = vocabularies[use.taxonomy]
        key = f"{vocabulary.kind.field}[{numbers[use.taxonomy]}]"
        numbers[use.taxonomy] += 1
        if not (use.id or use.name):
            message = f"'{key}' needs an id or a name"
            problems.append(Problem(entry.mark(key), message))
            continue
        if _is_faulty(use.taxonomy, use.id or use.name, faulty):
            continue
        found = vocabulary.resolve(use.id, use.name, entry.mark(key))
        if isinstance(found, Problem):
            problems.append(found)
        elif any(found == other.id and use.taxonomy == other.taxonomy for other in resolved):
            message = f"'{use.name or use.id}' stands here twice: '{found}'"
            problems.append(Problem(entry.mark(key), message, "keep one of them"))
        else:
            resolved.append(replace(use, id=found))
    results = list(paper.results)
    for n, result in enumerate(results):
        if result.hardware:
            where = entry.mark(f"results[{n}].hardware")
            device = vocabularies["hardware"].resolve("", result.hardware, where)
            known = device if isinstance(device, str) else None
            results[n] = replace(result, hardware=known)
            if isinstance(device, Problem) and not _is_faulty("hardware", result.hardware, faulty):
                problems.append(device)
    return replace(paper, terms=tuple(resolved), results=tuple(results))


def _is_faulty(taxonomy: str, name: str, faulty: set[tuple[str, str]]) -> bool:
    """Whether a name means a file that could not be read, as far as its own name tells."""
    return not faulty.isdisjoint({(taxonomy, name.casefold()), (taxonomy, make_id(name, "term"))})


def _list_order(paper: Paper) -> tuple[date, date, str]:
    return paper.listed or date.min, paper.date or date.min, paper.id


def _check_twins(papers: Iterable[Entry[Paper]]) -> Iterator[Problem]:
    """Find papers that stand on the list twice, by what identifies them."""
    identities: dict[str, Callable[[Paper], str | None]] = {
        "arxiv": lambda paper: paper.arxiv_stem,
        "doi": lambda paper: paper.doi and paper.doi.casefold(),
    }
    first: dict[tuple[str, str], Entry[Paper]] = {}
    for entry in papers:
        for key, identity in identities.items():
            value = identity(entry.value)
            if value:
                twin = first.setdefault((key, value), entry)
                if twin is not entry:
                    name = {"arxiv": "arXiv", "doi": "DOI"}[key]
                    message = f"{name} {value} is also that of {twin.path}"
                    yield Problem(entry.mark(key), message, "keep one of the two entries")


def _file(
    taxonomy: str, papers: Iterable[Paper], terms: Mapping[str, Term]
) -> dict[str, tuple[Filed, ...]]:
    """File each paper once under every term it names and under all that lie above these."""
    filed: dict[str, list[Filed]] = defaultdict(list)
    for paper in papers:
        nearest: dict[str, tuple[int, TermUse]] = {}
        for use in paper.terms:
            if use.taxonomy == taxonomy:
                at: str | None = use.id
                steps = 0
                while at is not None:
                    if at not in nearest or steps < nearest[at][0]:
                        nearest[at] = (steps, use)
                    at, steps = terms[at].parent, steps + 1
        for id, (steps, use) in nearest.items():
            filed[id].append(Filed(paper, use, via=terms[use.id] if steps else None))
    return {id: tuple(filed[id]) for id in sorted(filed)}

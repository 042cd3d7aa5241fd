"""The files of papers: each is read by itself, and its uses are resolved to terms.

What one file says does not depend on any other paper, so files can be read in any order, by
several processes, or not at all where the memo knows what came of them.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from .cards import fill_card
from .decode import Entry
from .digests import digest
from .entries import parse_paper
from .items import Known, build_known
from .model import Paper, TermUse
from .naming import make_id, name_fault
from .problems import Position, Problem, SiteError
from .processes import can_fork, share
from .sources import Sources, decode_text
from .vocabulary import Vocabulary

FEW = 200  #: files that one process reads before others have started


class Parsed(NamedTuple):
    """What came of a paper's file; with problems, what is known is only good for further checks."""

    known: Known | None
    problems: tuple[Problem, ...] = ()
    paper: Paper | None = None  #: where it has problems, and cannot be stored


class PaperFiles(Struct, frozen=True):
    """All that the files of papers are read with."""

    sources: Sources
    fields: Mapping[str, str]  #: front-matter key → taxonomy
    vocabularies: Mapping[str, Vocabulary]
    faulty: frozenset[tuple[str, str]]  #: (taxonomy, name) of files of terms that cannot be read
    drafts: bool

    @property
    def key(self) -> str:
        """What decides, beside a file, what comes of it."""
        names = {name: vocabulary.key for name, vocabulary in self.vocabularies.items()}
        return digest((dict(self.fields), names, sorted(self.faulty)))

    def names(self, known: Container[str], problems: list[Problem]) -> list[str]:
        """Give the paths whose names may be those of papers; the others are *problems*.

        Those *known* may be: only whether two of them are one remains to be seen.
        """
        paths = []
        seen: dict[tuple[str, str], str] = {}
        for path in self.sources.below("content/papers/"):
            if (
                path in known
                and seen.setdefault(("papers", paper_id(path).casefold()), path) == path
            ):
                paths.append(path)
                continue
            try:
                check_name(path, "papers", paper_id(path), seen)
                paths.append(path)
            except SiteError as error:
                problems += error.problems
        return paths

    def parse(self, path: str) -> Parsed:
        """Read the file at *path*, whatever is wrong with it."""
        try:
            entry = self._read(path)
        except SiteError as error:
            return Parsed(None, error.problems)
        paper, opened, unresolved = self._resolve(entry)
        problems = [*entry.problems, *check_slug(entry.value.slug, entry.mark("slug"))]
        if paper.draft and not self.drafts:  # what a draft names may not be there yet
            if problems or unresolved:
                return Parsed(None, tuple(problems))
        else:
            problems += unresolved
        # A place in a path shows on the path alone.
        uses = [replace(use, order=None) if use.order else use for use in paper.terms]
        card = (fill_card(paper, ()), uses)
        known = build_known(paper, self.sources.digests[path], opened, card)
        return Parsed(known, tuple(problems), paper if problems else None)

    def place(self, id: str, key: str) -> Position:
        """Give the place of *key* in the file of the paper *id*."""
        return self._read(f"content/papers/{id}.md").mark(key)

    def _read(self, path: str) -> Entry[Paper]:
        text = decode_text(self.sources.texts[path], path)
        return parse_paper(text, path, paper_id(path), self.fields)

    def _resolve(
        self, entry: Entry[Paper]
    ) -> tuple[Paper, tuple[tuple[str, str, str], ...], list[Problem]]:
        """Give (the paper with an id in every use, uses without a file of a term, problems)."""
        paper = entry.value
        resolved: list[TermUse] = []
        opened: list[tuple[str, str, str]] = []
        problems: list[Problem] = []
        numbers: dict[str, int] = defaultdict(int)

        def find(taxonomy: str, id: str, name: str, key: str) -> str | None:
            vocabulary = self.vocabularies[taxonomy]
            found = vocabulary.resolve(id, name)
            if found is None:
                problem = vocabulary.explain(id, name, entry.mark(key))
                for other in self.vocabularies.values():
                    if key.endswith("]") and (known := other.find(id or name)):
                        file = f"content/{other.kind.name}/{known}.md"
                        hint = f"write it under '{other.kind.field}': it is that of {file}"
                        problem = Problem(problem.where, problem.message, hint)
                problems.append(problem)
            elif vocabulary.find(id or name) is None:
                opened.append((key, f"{taxonomy}/{found}", name or id))
            return found

        for use in paper.terms:
            key = f"{self.vocabularies[use.taxonomy].kind.field}[{numbers[use.taxonomy]}]"
            numbers[use.taxonomy] += 1
            if not (use.id or use.name):
                hint = "write what it is, or take the item out"
                problems.append(Problem(entry.mark(key), f"'{key}' needs an id or a name", hint))
            elif not self._is_faulty(use.taxonomy, use.id or use.name):
                id = find(use.taxonomy, use.id, use.name, key)
                if id and any((id, use.taxonomy) == (u.id, u.taxonomy) for u in resolved):
                    if use.taxonomy == "authors":
                        continue  # two people of one paper may have one name; they share its page
                    message = f"'{use.name or use.id}' stands here twice: '{id}'"
                    problems.append(Problem(entry.mark(key), message, "keep one of them"))
                elif id:
                    resolved.append(replace(use, id=id))
        results = list(paper.results)
        for n, result in enumerate(results):
            if result.hardware:
                name, known = result.hardware, None
                if not self._is_faulty("hardware", name):
                    known = find("hardware", "", name, f"results[{n}].hardware")
                results[n] = replace(result, hardware=known)
        paper = replace(paper, terms=tuple(resolved), results=tuple(results))
        return paper, tuple(opened), problems

    def _is_faulty(self, taxonomy: str, name: str) -> bool:
        """Whether a name means a file that could not be read, as far as its own name tells."""
        if not self.faulty:
            return False
        meant = {(taxonomy, name.casefold()), (taxonomy, make_id(name, "term"))}
        return not self.faulty.isdisjoint(meant)


#: Reads files of papers, here or on several processes: (files, paths) → what came of each path.
ParseAll = Callable[[PaperFiles, Iterable[str]], Mapping[str, Parsed]]


def parse_here(files: PaperFiles, paths: Iterable[str]) -> Mapping[str, Parsed]:
    """Read the files at *paths* one after the other."""
    return {path: files.parse(path) for path in paths}


def parse_forked(files: PaperFiles, paths: Iterable[str], jobs: int) -> Mapping[str, Parsed]:
    """Read the files of papers on several processes where that is worth while."""
    names = list(paths)
    if jobs == 1 or len(names) <= FEW or not can_fork():
        return parse_here(files, names)
    shares = [names[n::jobs] for n in range(jobs)]
    parts = share(lambda part: parse_here(files, part), shares)
    return {path: parsed for part in parts for path, parsed in part.items()}


def paper_id(path: str) -> str:
    """Give the id of the paper whose file is *path*: its stem."""
    return path.rpartition("/")[2].removesuffix(".md")


def check_name(path: str, folder: str, id: str, seen: dict[tuple[str, str], str]) -> None:
    """Refuse what cannot be an entry by its name; *seen* are those of the folder so far."""
    where = Position(path)
    if not path.endswith(".md"):
        hint = "an entry ends in .md; other files belong into content/static/"
        stem, _, suffix = path.rpartition(".")
        if suffix.casefold() in ("md", "markdown", "mdown", "mkd"):
            hint = f"rename it to {stem.rpartition('/')[2]}.md"
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


def check_slug(slug: str | None, where: Position) -> Iterator[Problem]:
    """Find a slug that cannot be part of an address."""
    fault = name_fault(slug) if slug else ""
    if fault:
        hint = "write it like counting-sheep, or take it out: then it is the file's name"
        yield Problem(where, f"'{slug}' cannot be a slug: {fault}", hint)

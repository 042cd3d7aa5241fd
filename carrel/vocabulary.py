"""The names of one taxonomy: what a paper writes → the term that it means."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from .decode import Entry
from .model import Term
from .naming import make_id
from .problems import Position, Problem, did_you_mean
from .settings import Taxonomy


class Vocabulary:
    """The terms of one taxonomy, found by id, title or alias, letter case apart."""

    def __init__(self, kind: Taxonomy, entries: Iterable[Entry[Term]], drafts: bool) -> None:
        self.kind = kind
        self.entries = {e.value.id: e for e in entries if drafts or not e.value.draft}
        self.hidden = {e.value.id: e for e in entries if e.value.id not in self.entries}
        self.terms = {id: entry.value for id, entry in self.entries.items()}
        self.spellings: dict[str, dict[str, Position]] = defaultdict(dict)
        self.problems: list[Problem] = []
        self._ids: dict[str, str] = {id.casefold(): id for id in self.terms}
        named: list[tuple[str, str, Entry[Term]]] = [
            (e.value.title, "title", e) for e in self.entries.values()
        ]
        named += [
            (alias, f"aliases[{n}]", e)
            for e in self.entries.values()
            for n, alias in enumerate(e.value.aliases)
        ]
        for name, key, entry in named:
            first = self._ids.setdefault(name.casefold(), entry.value.id)
            if first != entry.value.id:
                message = f"'{name}' is also a name of {self.entries[first].path}"
                hint = "a name leads to one term: take it out of one of them"
                self.problems.append(Problem(entry.mark(key), message, hint))

    def find(self, name: str) -> str | None:
        """Give the id of the term that *name* means, or None."""
        return self._ids.get(name.casefold())

    def resolve(self, id: str, name: str, where: Position) -> str | Problem:
        """Give the id that a use means; an open vocabulary takes up what it does not know."""
        written = id or name
        found = self.find(written)
        if found is None and self.kind.vocabulary == "open":
            found = self._take_up(id, name or id)
        if found is not None:
            if found not in self.entries:
                self.spellings[found].setdefault(name or id, where)
            return found
        if any(written.casefold() == hidden.casefold() for hidden in self.hidden):
            return Problem(where, f"the {self.kind.singular} '{written}' is a draft")
        hint = f"add content/{self.kind.name}/{make_id(written, 'term')}.md"
        near = did_you_mean(written, [*self._ids, *self.terms])
        return Problem(where, f"unknown {self.kind.singular} '{written}'", f"{near} or {hint}" if near else hint)

    def _take_up(self, id: str, name: str) -> str:
        new = make_id(id or name, "term")
        if new not in self.terms:
            self.terms[new] = Term(self.kind.name, new, name)
        self._ids.setdefault((id or name).casefold(), new)
        return new

    def spelling_warnings(self) -> Iterator[Problem]:
        """Warn of names that became one term without anybody saying that they are one."""
        for id, spellings in self.spellings.items():
            names = sorted(spellings)
            for name in names[1:]:
                message = f"'{name}' and '{names[0]}' are both {self.kind.singular} '{id}'"
                hint = f"write it one way, or add content/{self.kind.name}/{id}.md with aliases"
                yield Problem(spellings[name], message, hint, warning=True)

    def linked_terms(self, faulty: set[tuple[str, str]]) -> dict[str, Term]:
        """Give the terms with their parents as ids; unknown parents and circles are problems."""
        linked: dict[str, Term] = {}
        for id in sorted(self.terms):
            term = self.terms[id]
            if term.parent is not None:
                parent = self.find(term.parent)
                if parent is None:
                    if (self.kind.name, term.parent.casefold()) not in faulty:
                        self._fault(id, f"unknown parent '{term.parent}'", self.terms)
                elif id in self._above(parent):
                    self._fault(id, f"'{id}' lies above itself: its parent is '{parent}'", ())
                    parent = None
                term = replace(term, parent=parent)
            linked[id] = term
        return linked

    def _above(self, id: str) -> set[str]:
        """The ids from *id* upwards."""
        chain: set[str] = set()
        at: str | None = id
        while at is not None and at not in chain:
            chain.add(at)
            parent = self.terms[at].parent
            at = self.find(parent) if parent is not None else None
        return chain

    def _fault(self, id: str, message: str, known: Iterable[str]) -> None:
        where = self.entries[id].mark("parent")
        written = self.terms[id].parent or ""
        self.problems.append(Problem(where, message, did_you_mean(written, known)))

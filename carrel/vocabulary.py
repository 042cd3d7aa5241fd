"""The names of one taxonomy: what a paper writes → the term that it means."""

import unicodedata
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
        self._ids: dict[str, str] = {_fold(id): id for id in self.terms}
        self._hidden_names = {
            _fold(name)
            for entry in self.hidden.values()
            for name in (entry.value.id, entry.value.title, *entry.value.aliases)
        }
        named: list[tuple[str, str, Entry[Term]]] = [
            (e.value.title, "title", e) for e in self.entries.values()
        ]
        named += [
            (alias, f"aliases[{n}]", e)
            for e in self.entries.values()
            for n, alias in enumerate(e.value.aliases)
        ]
        for name, key, entry in named:
            first = self._ids.setdefault(_fold(name), entry.value.id)
            if first != entry.value.id:
                message = f"'{name}' is also a name of {self.entries[first].path}"
                hint = "a name leads to one term: take it out of one of them"
                self.problems.append(Problem(entry.mark(key), message, hint))

    def find(self, name: str) -> str | None:
        """Give the id of the term that *name* means, or None."""
        return self._ids.get(_fold(name))

    def resolve(self, id: str, name: str, where: Position) -> str | Problem:
        """Give the id that a use means; an open vocabulary takes up what it does not know."""
        written = id or name
        found = self.find(written)
        if _fold(written) in self._hidden_names:
            return Problem(where, f"the {self.kind.singular} '{written}' is a draft")
        if found is None and self.kind.vocabulary == "open":
            found = self._take_up(id, name or id, where)
        if found is not None:
            if found not in self.entries:
                self.spellings[found].setdefault(name or id, where)
            return found
        hint = f"add content/{self.kind.name}/{make_id(written, 'term')}.md"
        near = did_you_mean(written, [*self._ids, *self.terms])
        return Problem(
            where,
            f"unknown {self.kind.singular} '{written}'",
            f"{near} or {hint}" if near else hint,
        )

    def _take_up(self, id: str, name: str, where: Position) -> str:
        new = make_id(id or name, "term")
        if new in self.entries:
            path = self.entries[new].path
            message = f"'{name}' is taken for '{self.terms[new].title}' of {path}"
            hint = "write it as there, or add it to the aliases there"
            self.problems.append(Problem(where, message, hint, warning=True))
        elif new not in self.terms:
            self.terms[new] = Term(self.kind.name, new, name)
        self._ids.setdefault(_fold(id or name), new)
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
                    if _fold(term.parent) in self._hidden_names:
                        self._fault(id, f"the parent '{term.parent}' is a draft", ())
                    elif (self.kind.name, make_id(term.parent, "term")) not in faulty:
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


def _fold(name: str) -> str:
    """Bring a name to what is compared: letter case and forms of accents apart."""
    return unicodedata.normalize("NFC", name).casefold()

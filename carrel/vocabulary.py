"""The names of one taxonomy: what a paper writes → the term that it means."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

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
        self.spellings: dict[str, dict[str, Callable[[], Position]]] = defaultdict(dict)
        self.problems: list[Problem] = []
        self._made: dict[str, str] = {}
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
        """Give the id of the term whose file has *name*, or None."""
        return self._ids.get(_fold(name))

    @property
    def key(self) -> tuple[Any, ...]:
        """All that decides which term a name means."""
        names = tuple(sorted(self._ids.items()))
        return (self.kind.field, self.kind.vocabulary, names, tuple(sorted(self._hidden_names)))

    def resolve(self, id: str, name: str) -> str | None:
        """Give the id of the term that a use means; an open vocabulary has one for every name."""
        written = id or name
        if _fold(written) in self._hidden_names:
            return None
        found = self.find(written)
        if found is None and self.kind.vocabulary == "open":
            found = self._made.get(written)
            if found is None:
                found = self._made[written] = make_id(written, "term")
        return found

    def explain(self, id: str, name: str, where: Position) -> Problem:
        """Say why a use means no term."""
        written = id or name
        if _fold(written) in self._hidden_names:
            hint = "take 'draft' out of its file, or name another one"
            return Problem(where, f"the {self.kind.singular} '{written}' is a draft", hint)
        message = f"unknown {self.kind.singular} '{written}'"
        pieces = [piece.strip() for piece in written.split(",")]
        if len(pieces) > 1 and any(map(self.find, pieces)):
            return Problem(where, message, f"write a list: [{', '.join(filter(None, pieces))}]")
        hint = f"add content/{self.kind.name}/{make_id(written, 'term')}.md"
        near = did_you_mean(written, [*self._ids, *self.terms])
        return Problem(where, message, f"{near} or {hint}" if near else hint)

    def take_up(self, id: str, name: str, where: Callable[[], Position]) -> None:
        """Take up a term that is named so and has no file of its own."""
        if name in self.spellings[id]:
            return
        self.spellings[id][name] = where
        if id not in self.entries:
            self.terms.setdefault(id, Term(self.kind.name, id, name))
            return
        path = self.entries[id].path
        message = f"'{name}' is taken for '{self.terms[id].title}' of {path}"
        hint = "write it as there, or add it to the aliases there"
        self.problems.append(Problem(where(), message, hint, warning=True))

    def spelling_warnings(self) -> Iterator[Problem]:
        """Warn of names that became one term without anybody saying that they are one."""
        for id, spellings in self.spellings.items():
            names = sorted(spellings)
            for name in names[1:] if id not in self.entries else ():
                message = f"'{name}' and '{names[0]}' are both {self.kind.singular} '{id}'"
                hint = f"write it one way, or add content/{self.kind.name}/{id}.md with aliases"
                yield Problem(spellings[name](), message, hint, warning=True)

    def linked_terms(self, faulty: set[tuple[str, str]]) -> dict[str, Term]:
        """Give the terms with their parents as ids; unknown parents and circles are problems."""
        linked: dict[str, Term] = {}
        for id in sorted(self.terms):
            term = self.terms[id]
            if term.parent is not None:
                parent = self._named(term.parent)
                if parent is None:
                    if _fold(term.parent) in self._hidden_names:
                        hint = "take 'draft' out of its file, or name another one"
                        self._fault(id, f"the parent '{term.parent}' is a draft", hint)
                    elif (self.kind.name, make_id(term.parent, "term")) not in faulty:
                        hint = f"add content/{self.kind.name}/{make_id(term.parent, 'term')}.md"
                        near = did_you_mean(term.parent, self.terms, hint)
                        self._fault(id, f"unknown parent '{term.parent}'", near)
                elif id in self._above(parent):
                    message = f"'{id}' lies above itself: its parent is '{parent}'"
                    self._fault(id, message, "take 'parent' out of one of them")
                    parent = None
                term = replace(term, parent=parent)
            linked[id] = term
        return linked

    def _named(self, name: str) -> str | None:
        """Give the id of the term that *name* means, with or without a file."""
        id = self.resolve("", name)
        return id if id in self.terms else None

    def _above(self, id: str) -> set[str]:
        """The ids from *id* upwards."""
        chain: set[str] = set()
        at: str | None = id
        while at is not None and at not in chain:
            chain.add(at)
            parent = self.terms[at].parent
            at = self._named(parent) if parent is not None else None
        return chain

    def _fault(self, id: str, message: str, hint: str) -> None:
        self.problems.append(Problem(self.entries[id].mark("parent"), message, hint))


def _fold(name: str) -> str:
    """Bring a name to what is compared: letter case and forms of accents apart."""
    return unicodedata.normalize("NFC", name).casefold()

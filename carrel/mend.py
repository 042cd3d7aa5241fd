"""`carrel check --fix`: what is mechanical, put right by changing only the letters concerned.

- a value that YAML cannot read without quotes gets them, such as a title with ': ' in it
- so does a text that begins with a sign of YAML, such as '[SIG] Title', where its key wants a text
- a text that another reader of YAML would take for a number or a truth gets them too
- a key of another generator becomes ours: ``tags`` → ``topics``
- the title or an alias of a term becomes its id, where terms have files

Nothing is guessed. The list is read again as it would be, and has to hold the same values.
"""

import json
import re
import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from msgspec import Struct
from msgspec.structs import replace

from .catalogue import Library
from .decode import written_fields
from .frontmatter import is_ambiguous
from .library import Entries, load_library, read_every_entry
from .model import ContentPage, Paper, Term
from .nodes import Mapping as MappingNode
from .nodes import Node, Scalar, Sequence
from .problems import Position, Problem, SiteError
from .settings import SHIPPED, Site
from .sources import Sources, fold_lines
from .splice import Edit, apply_edits, edit_scalar, read_matter
from .vocabulary import Vocabulary

#: A row whose value has no quotes; a comment may follow.
_ROW = re.compile(r"(?P<key>[A-Za-z_]\w*:[ \t]+)(?P<rest>[^\s\"'\[{|>#&*!].*)")
#: One whose value begins with a sign of YAML, and is a text where the key wants one.
_SIGN_ROW = re.compile(r"(?P<key>[A-Za-z_]\w*:[ \t]+)(?P<rest>(?:[\"'\[{&*]|!(?!!)|[-?][ \t]).*)")
_NAMED = re.compile(r"[&*]([\w-]+)")
_COMMENT = re.compile(r"[ \t]#")
_DAY = re.compile(r"\d{4}-\d\d?-\d\d?(?:[Tt ].*)?")
_MAX_TRIES = 50  #: rows of one file that lack their quotes


class Mended(Struct, frozen=True):
    """The files with their faults put right, and what was done, as (place, sentence)."""

    changed: Mapping[str, str]
    done: tuple[tuple[Position, str], ...]


def mend(sources: Sources, site: Site) -> Mended:
    """Put right what is mechanical. Raises SiteError when the list has other faults."""
    done: list[tuple[Position, str]] = []
    readable = {path: _quote_rows(path, text, done) for path, text in _entry_texts(sources)}
    texts = dict(sources.texts) | {path: text.encode() for path, text in readable.items()}
    try:
        before, entries = _read(Sources.of(texts, sources.assets, sources.problems), site)
    except SiteError as error:
        hint = "nothing was changed: put the errors right first"
        waiting = (Problem(at, f"this can be mended: {what}", hint, True) for at, what in done)
        raise SiteError(*error.problems, *waiting) from error
    changed: dict[str, str] = {}
    for path, edits in _plan_edits(entries, readable, site):
        if edits:
            changed[path] = apply_edits(readable[path], edits, path)
            places = sorted((Position(path, e.line, e.column), f"{e.old} → {e.new}") for e in edits)
            done += places
    after, _ = _read(
        Sources.of(texts | {path: text.encode() for path, text in changed.items()}, sources.assets),
        site,
    )
    if _values(before) != _values(after):
        message = "the list would not be the same with these changes, so none was made"
        raise SiteError(Problem(Position("check --fix"), message, "make them by hand"))
    written = readable | changed
    texts_before = dict(_entry_texts(sources))
    final = {path: text for path, text in written.items() if text != texts_before[path]}
    return Mended(final, tuple(sorted(done)))


def _entry_texts(sources: Sources) -> Iterator[tuple[str, str]]:
    """Give the texts of entries that are UTF-8; others are a fault that reading will name."""
    for path in sources.below("content/", ".md"):
        try:
            yield path, sources.texts[path].decode()
        except UnicodeDecodeError:
            continue


def _read(sources: Sources, site: Site) -> tuple[Library, Entries]:
    library, problems = load_library(sources, site, drafts=True)
    errors = [problem for problem in (*sources.problems, *problems) if not problem.warning]
    if errors:
        raise SiteError(*errors)
    return library, read_every_entry(sources, site)


def _values(library: Library) -> object:
    """Give what must not change: terms by id, whatever name was written for them."""
    papers = [
        replace(paper, terms=tuple(replace(use, name="") for use in paper.terms))
        for paper in library.papers
    ]
    return papers, library.terms, library.pages


def _quote_rows(path: str, text: str, done: list[tuple[Position, str]]) -> str:
    """Put quotes around the values that keep the front matter from being read."""
    for _ in range(_MAX_TRIES):
        try:
            read_matter(fold_lines(text), path)
        except SiteError as error:
            edit = _missing_quotes(text, error.problems[-1], path)
            if edit is None:
                return text
            text = apply_edits(text, [edit], path)
            done.append((Position(path, edit.line, edit.column), f"{edit.old} → {edit.new}"))
        else:
            return text
    return text


def _missing_quotes(text: str, problem: Problem, path: str) -> Edit | None:
    is_tag = problem.message.startswith("tag ")
    if not (is_tag or re.search(r"\b(?:in|use) quotes", problem.hint)) or not problem.where.line:
        return None
    rows = fold_lines(text).split("\n")
    row, below = (*rows[problem.where.line - 1 :], "")[:2]
    found = _SIGN_ROW.fullmatch(row)
    if found and (below[:1] in (" ", "\t") or not _is_one_text(found, text, path)):
        return None
    found = found or (_ROW.fullmatch(row) if "in quotes" in problem.hint else None)
    if not found:
        return None
    value = _COMMENT.split(found["rest"], 1)[0].rstrip()
    quoted = json.dumps(value, ensure_ascii=False)
    return Edit(problem.where.line, found.start("rest") + 1, value, quoted)


def _is_one_text(row: re.Match[str], text: str, path: str) -> bool:
    """Whether the value of a row is meant as a text: its key wants one, and no other reading is."""
    want = {"papers": Paper, "pages": ContentPage}.get(path.split("/")[1], Term)
    key, value = row["key"].split(":")[0], row["rest"]
    habits: Mapping[str, str] = getattr(want, "habits", {})
    if _without_extras(written_fields(want).get(habits.get(key, key))) is not str:
        return False
    if value[0] in "\"'[{" and _COMMENT.search(value):
        return False  # the sign may stand within the quotes or brackets
    name = _NAMED.match(value)  # an anchor that an alias repeats is meant as one
    return not (name and f"&{name[1]}" in text and f"*{name[1]}" in text)


def _plan_edits(
    entries: Entries, texts: Mapping[str, str], site: Site
) -> Iterator[tuple[str, list[Edit]]]:
    kinds = SHIPPED | dict(site.published)
    closed = {
        name: Vocabulary(kind, entries.terms[name], drafts=True)
        for name, kind in kinds.items()
        if kind.vocabulary == "closed"
    }
    fields = {field: closed[name] for field, name in site.fields.items() if name in closed}
    for entry in entries.all():
        text = texts[entry.path]
        root = read_matter(fold_lines(text), entry.path)
        if isinstance(root, MappingNode):
            want = type(entry.value)
            names = fields if want is Paper else {}
            devices = closed.get("hardware") if want is Paper else None
            parents = closed.get(entry.value.taxonomy) if want is Term else None
            edits = [
                *_keys(text, root, want, site),
                *_quotes(root, want),
                *_ids(text, root, names, devices, parents),
            ]
            # A value is changed once: an id has the quotes that it needs.
            yield entry.path, list({(edit.line, edit.column): edit for edit in edits}.values())


def _keys(text: str, root: MappingNode, want: type[Struct], site: Site) -> Iterator[Edit]:
    """Rename the keys of other generators; a field of the site's own comes before them."""
    habits: Mapping[str, str] = getattr(want, "habits", {})
    legal = {*written_fields(want), *(site.fields if want is Paper else ())}
    for key in root.keys:
        if isinstance(key, Scalar) and key.text in habits and key.text not in legal:
            yield from _edit(text, key, habits[key.text])


def _quotes(root: MappingNode, want: type[Struct]) -> Iterator[Edit]:
    """Quote the texts that another reader would take for something else."""
    wanted = written_fields(want)
    for key, value in zip(root.keys, root.values, strict=True):
        kind = wanted.get(key.text) if isinstance(key, Scalar) else None
        for node in _scalars_of_text(value, kind):
            if node.plain and (is_ambiguous(node.text) or _DAY.fullmatch(node.text)):
                quoted = json.dumps(node.text, ensure_ascii=False)
                yield Edit(node.line, node.column, node.text, quoted)


def _scalars_of_text(node: Node, kind: Any) -> Iterator[Scalar]:
    """Give the scalars of *node* that are wanted as text."""
    kind = _without_extras(kind)
    if get_origin(kind) is tuple:
        for item in node.items if isinstance(node, Sequence) else [node]:
            yield from _scalars_of_text(item, get_args(kind)[0])
    elif kind is str and isinstance(node, Scalar) and node.text not in ("", "~", "null"):
        yield node


def _without_extras(kind: Any) -> Any:
    """Give what a type is without its limits, and without nothing as another choice."""
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(each for each in get_args(kind) if each is not types.NoneType)
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _ids(
    text: str,
    root: MappingNode,
    fields: Mapping[str, Vocabulary],
    devices: Vocabulary | None,
    parents: Vocabulary | None,
) -> Iterator[Edit]:
    """Write ids for the titles and aliases of terms."""
    for key, value in zip(root.keys, root.values, strict=True):
        name = Paper.habits.get(key.text, key.text) if isinstance(key, Scalar) else ""
        if name in fields:
            for item in value.items if isinstance(value, Sequence) else [value]:
                yield from _id_of_use(text, item, fields[name])
        elif name == "results" and devices is not None:
            for item in value.items if isinstance(value, Sequence) else [value]:
                yield from _id_at(text, item, "hardware", devices)
        elif name == "parent" and parents is not None:
            yield from _id_of_use(text, value, parents)


def _id_of_use(text: str, item: Node, vocabulary: Vocabulary) -> Iterator[Edit]:
    if isinstance(item, Scalar):
        yield from _id(text, item, vocabulary)
    elif isinstance(item, MappingNode):
        keys = {key.text: key for key in item.keys if isinstance(key, Scalar)}
        if "id" in keys:
            yield from _id_at(text, item, "id", vocabulary)
        elif "name" in keys:
            yield from _edit(text, keys["name"], "id")
            yield from _id_at(text, item, "name", vocabulary)


def _id_at(text: str, item: Node, key: str, vocabulary: Vocabulary) -> Iterator[Edit]:
    if isinstance(item, MappingNode):
        for name, value in zip(item.keys, item.values, strict=True):
            if isinstance(name, Scalar) and name.text == key and isinstance(value, Scalar):
                yield from _id(text, value, vocabulary)


def _id(text: str, node: Scalar, vocabulary: Vocabulary) -> Iterator[Edit]:
    id = vocabulary.find(node.text)
    if id is not None and id != node.text:
        yield from _edit(text, node, id, keep_quotes=False)


def _edit(text: str, node: Scalar, new: str, keep_quotes: bool = True) -> Iterator[Edit]:
    edit = edit_scalar(text, (node.line, node.column), node.text, new, keep_quotes)
    if edit is not None:
        yield edit

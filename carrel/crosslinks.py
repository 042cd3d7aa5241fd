"""Links between entries: ``[[nvidia-h100]]`` and ``[text](../topics/serving.md)`` in their texts.

They become ordinary Markdown links with an address below the site's root, once, when the library
is put together. So whatever shows a text (a page, a feed, an export) shows the same link, and what
a page is compared by holds the addresses that its texts lead to: a renamed term makes again exactly
the pages that link to it. Where a link leads nowhere is a located error.

In code and in formulas the signs mean nothing, and ``\\[[`` is text. An abstract is the text of
others, so nothing in it is a link of ours.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from msgspec import Struct
from msgspec.structs import replace

from .addresses import join_address
from .catalogue import Library
from .items import Item, Shelf
from .link_places import find_links, may_link
from .model import ContentPage, Term
from .places import Find
from .problems import Position, Problem, did_you_mean
from .settings import Site

_DRAFT = "take 'draft' out of that entry, or the link out of this one"
_NAMES = (
    "name an entry by its title, an alias or its id; the names of files in content/ are the ids"
)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>$~|&])")


class Target(Struct, frozen=True):
    """Where a link may lead; without an address it is just the title."""

    title: str
    url: str | None


class Targets(Struct, frozen=True):
    """All that a text may link to."""

    by_name: Mapping[str, frozenset[str]]  #: folded id, title or alias → paths
    by_path: Mapping[str, Target]  #: 'content/hardware/nvidia-h100.md' → target
    drafts: frozenset[str]  #: paths of entries that are not in this build
    files: frozenset[str]  #: addresses of files that are taken over as they are


def link_texts(
    library: Library, site: Site, drafts: Iterable[str], find: Find, problems: list[Problem]
) -> Library:
    """Give *library* with the links of all its texts resolved; those that fail are problems."""
    if not _has_links(library):
        return library
    targets = build_targets(library, site, frozenset(drafts))

    def resolve(text: str, path: str, at: str) -> str:
        if not may_link(text):
            return text
        return resolve_links(text, path, at, targets, find, problems)

    def term(each: Term) -> Term:
        path = f"content/{each.taxonomy}/{each.id}.md"
        body = resolve(each.body, path, each.url)
        return each if body == each.body else replace(each, body=body)

    def page(each: ContentPage) -> ContentPage:
        body = resolve(each.body, f"content/pages/{each.id}.md", each.url)
        return each if body == each.body else replace(each, body=body)

    items: dict[str, Item] = {}
    for item in library.items:
        if item.known.links:
            notes = resolve(item.paper.notes, item.path, item.url)
            if notes != item.paper.notes:
                items[item.id] = item.with_notes(notes)
    return replace(
        library,
        linked=True,
        items=tuple(items.get(item.id, item) for item in library.items),
        terms={n: {id: term(t) for id, t in each.items()} for n, each in library.terms.items()},
        shelves={
            name: {id: _with_items(shelf, items) for id, shelf in shelves.items()}
            for name, shelves in library.shelves.items()
        },
        pages=tuple(map(page, library.pages)),
    )


def _with_items(shelf: Shelf, changed: Mapping[str, Item]) -> Shelf:
    if not any(item.id in changed for item in shelf.items):
        return shelf
    return Shelf(changed.get(item.id, item) for item in shelf.items)


def build_targets(library: Library, site: Site, drafts: frozenset[str]) -> Targets:
    """Give all that may be linked to, by name and by file."""
    by_name: dict[str, set[str]] = defaultdict(set)
    by_path: dict[str, Target] = {}

    def add(path: str, target: Target, names: Iterable[str]) -> None:
        by_path[path] = target
        for name in names:
            by_name[folded(name)].add(path)

    for paper in library.papers:
        path = f"content/papers/{paper.id}.md"
        add(path, Target(paper.title, paper.url), (paper.id, paper.title, f"papers/{paper.id}"))
    for page in library.pages:
        path = f"content/pages/{page.id}.md"
        add(path, Target(page.title, page.url), (page.id, page.title, f"pages/{page.id}"))
    for name in site.published:
        for term in library.terms[name].values():
            url = term.url if library.has_page(term) else None
            names = (term.id, term.title, f"{name}/{term.id}", *term.aliases)
            add(f"content/{name}/{term.id}.md", Target(term.title, url), names)
    static = frozenset(path.removeprefix("content/static/") for path in library.static)
    return Targets({n: frozenset(p) for n, p in by_name.items()}, by_path, drafts, static)


def resolve_links(
    text: str, path: str, at: str, targets: Targets, find: Find, problems: list[Problem]
) -> str:
    """Give the Markdown *text* of the file *path*, shown at *at*, with its links resolved."""
    pieces: list[str] = []
    end = 0
    for match in find_links(text):
        try:
            pieces += (text[end : match.start()], _resolve(match, path, at, targets))
        except _DeadEnd as fault:
            line = find(path, text, text.count("\n", 0, match.start())).line
            start = match.start("file") if match["file"] else match.start()
            column = start - text.rfind("\n", 0, start)
            problems.append(Problem(Position(path, line, column), fault.message, fault.hint))
            pieces.append(text[end : match.end()])
        end = match.end()
    return "".join((*pieces, text[end:]))


class _DeadEnd(Exception):
    """A link that leads nowhere."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def _resolve(match: re.Match[str], path: str, at: str, targets: Targets) -> str:
    """Give the Markdown of a link."""
    if match["file"]:
        return _resolve_file(match, path, at, targets)
    written = match["name"].strip()
    paths = _named(written, targets)
    if len(paths) > 1:
        choices = " or ".join(f"[[{_name(p)}]]" for p in sorted(paths)[:4])
        raise _DeadEnd(f"'{written}' means several entries", f"write {choices}")
    if not paths:
        if any(written in (_name(p), _name(p).partition("/")[2]) for p in targets.drafts):
            raise _DeadEnd(f"the link '[[{written}]]' leads to a draft", _DRAFT)
        near = did_you_mean(written, targets.by_name, _NAMES)
        hint = f"{near}; where no link is meant, write \\[["
        raise _DeadEnd(f"the link '[[{written}]]' leads nowhere", hint)
    target = targets.by_path[next(iter(paths))]
    text = match["text"].strip() if match["text"] else _MARKUP.sub(r"\\\1", target.title)
    return text if target.url is None else f"[{text}](/{quote(target.url)})"


def linked_path(match: re.Match[str], path: str, targets: Targets) -> str | None:
    """Give the file of the entry that a link of the file *path* leads to, where it is one."""
    if match["file"]:
        meant = join_address(f"/{path}", unquote(match["file"])).lstrip("/")
        return meant if meant in targets.by_path else None
    paths = _named(match["name"].strip(), targets)
    return next(iter(paths)) if len(paths) == 1 else None


def _named(written: str, targets: Targets) -> frozenset[str]:
    """Give the files of the entries that a name means; an id comes before a title."""
    paths = targets.by_name.get(folded(written), frozenset())
    return frozenset(path for path in paths if path.endswith(f"/{written}.md")) or paths


def _resolve_file(match: re.Match[str], path: str, at: str, targets: Targets) -> str:
    written = unquote(match["file"])
    meant = join_address(f"/{path}", written).lstrip("/")
    target = targets.by_path.get(meant)
    if target is not None:
        # A term that no paper is filed under has no page; its index is the nearest thing.
        url = target.url if target.url is not None else f"{_name(meant).partition('/')[0]}/"
        return f"{match['before']}/{quote(url)}{match['anchor'] or ''}"
    if join_address(f"/{at}", written).lstrip("/") in targets.files:
        return match[0]
    if meant in targets.drafts:
        raise _DeadEnd(f"the link '{match['file']}' leads to a draft", _DRAFT)
    folder = posixpath.dirname(path)
    others = (posixpath.relpath(each, folder) for each in targets.by_path if each != path)
    hint = did_you_mean(written, others, "name the file of an entry, seen from this one")
    raise _DeadEnd(f"the link '{match['file']}' leads nowhere", hint)


def _has_links(library: Library) -> bool:
    if any(item.known.links for item in library.items):
        return True
    bodies = [term.body for terms in library.terms.values() for term in terms.values()]
    return any(map(may_link, (*bodies, *(page.body for page in library.pages))))


def _name(path: str) -> str:
    """Give 'topics/serving' for its file."""
    return path.removeprefix("content/").removesuffix(".md")


def folded(name: str) -> str:
    """Bring a name to what is compared."""
    return " ".join(name.split()).casefold()

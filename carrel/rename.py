"""`carrel rename topics/old new`: what will be written, before anything is.

A term's id is the name of its file. The file gets the new name and keeps the old one among its
aliases, so that whatever still says the old one (a branch, a digest, a reader's link in a text) is
understood. Every use of the old id is rewritten, in front matter, in texts and in the navigation:
only its letters, with all that stands around them as it was.

A paper's id is for ever: feeds and exports know it by that. So a paper gets another address only,
by `slug`, and its old address goes among its `aliases`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from typing import Any

from msgspec import Struct

from .aliases import claim_of
from .catalogue import Library
from .crosslinks import build_targets, folded, linked_path
from .decode import Entry
from .library import Entries, load_library, read_every_entry
from .link_places import find_links
from .naming import make_id, name_fault
from .places import find_lines
from .problems import Position, Problem, SiteError, did_you_mean
from .settings import CONFIG, Site, parse_settings
from .sources import Sources, decode_text
from .splice import (
    Edit,
    add_item,
    apply_edits,
    drop_items,
    drop_value,
    edit_scalar,
    set_value,
    write_scalar,
)

_NAME = "rename"  #: what stands for a file in problems of the command itself
_LISTED = "the names of the files in its folder of content/ are the ids"


class Renaming(Struct, frozen=True):
    """What a rename would do."""

    new: Mapping[str, str]
    changed: Mapping[str, str]
    gone: Set[str]
    moved: tuple[str, str]  #: the address until now, and the new one


def plan_rename(sources: Sources, site: Site, library: Library, old: str, new: str) -> Renaming:
    """Plan the new name of ``topics/old`` or ``papers/old``. Raises SiteError."""
    folder, _, id = old.strip("/").removeprefix("content/").removesuffix(".md").partition("/")
    fault = name_fault(new)
    if fault:
        hint = f"write it like {make_id(new, 'name')}"
        raise SiteError(Problem(Position(_NAME), f"'{new}' cannot be a name: {fault}", hint))
    if folder == "papers":
        plan = _rename_paper(sources, library, id, new)
    elif folder in site.published:
        plan = _rename_term(sources, site, library, folder, id, new)
    else:
        hint = f"name it as TAXONOMY/ID; there are papers, {', '.join(site.published)}"
        raise SiteError(Problem(Position(_NAME), f"'{old}' is neither a term nor a paper", hint))
    _verify(plan, sources, site, library, folder, id, new)
    return plan


def _rename_paper(sources: Sources, library: Library, id: str, new: str) -> Renaming:
    paper = next((each for each in library.papers if each.id == id), None)
    if paper is None:
        hint = did_you_mean(id, (each.id for each in library.papers), _LISTED)
        raise SiteError(Problem(Position(_NAME), f"there is no paper '{id}'", hint))
    if any(new in (each.id, each.slug) and each is not paper for each in library.papers):
        hint = "choose another name, or rename that one first"
        raise SiteError(Problem(Position(_NAME), f"'{new}' is the address of another paper", hint))
    _check_change(paper.url, f"papers/{new}/", new)
    path = f"content/papers/{id}.md"
    text = sources.texts[path].decode()
    # Back at the name of its file, a paper needs no slug; nor is its address an earlier one.
    text = drop_value(text, path, "slug") if new == id else set_value(text, path, "slug", new)
    taken = {claim_of(f"papers/{new}/"), claim_of(paper.url)}
    text = drop_items(text, path, "aliases", lambda alias: claim_of(alias) in taken)
    text = add_item(text, path, "aliases", paper.url)
    return Renaming({}, {path: text}, frozenset(), (paper.url, f"papers/{new}/"))


def _check_change(old_url: str, new_url: str, new: str) -> None:
    """Refuse a name that the entry has, and one that no server of files could tell from it."""
    if old_url == new_url:
        message = f"the name is '{new}' already: there is nothing to do"
        raise SiteError(Problem(Position(_NAME), message, "give another name"))
    if claim_of(old_url) == claim_of(new_url):
        message = f"the addresses {old_url} and {new_url} differ by letter case only"
        hint = "choose a name that differs by more: not every disk can tell the two apart"
        raise SiteError(Problem(Position(_NAME), message, hint))


def _rename_term(
    sources: Sources, site: Site, library: Library, taxonomy: str, id: str, new: str
) -> Renaming:
    terms = library.terms[taxonomy]
    if id not in terms:
        hint = did_you_mean(id, terms, _LISTED)
        raise SiteError(Problem(Position(_NAME), f"there is no '{taxonomy}/{id}'", hint))
    _check_change(f"{taxonomy}/{id}/", f"{taxonomy}/{new}/", new)
    for other in terms.values():
        if other.id != id and folded(new) in map(folded, (other.id, other.title, *other.aliases)):
            path = f"content/{taxonomy}/{other.id}.md"
            hint = "to join two terms, file the papers of one under the other first"
            raise SiteError(Problem(Position(path), f"'{new}' is a name of this term", hint))
    entries = read_every_entry(sources, site)
    edits: dict[str, list[Edit]] = defaultdict(list)
    texts = {path: content.decode() for path, content in sources.texts.items()}
    for entry, key, written in _uses(entries, site, taxonomy, id):
        edits[entry.path].append(_edit(texts[entry.path], entry, key, written, new))
    for path, edit in _linked(entries, sources, site, library, f"content/{taxonomy}/{id}.md", new):
        edits[path].append(edit)
    config = parse_settings(decode_text(sources.texts[CONFIG], CONFIG))
    for n, item in enumerate(config.value.nav):
        address = f"{taxonomy}/{id}/"
        if item.url.startswith(address):
            url = f"{taxonomy}/{new}/{item.url.removeprefix(address)}"
            edits[CONFIG].append(_edit(texts[CONFIG], config, f"nav[{n}].url", item.url, url))
    changed = {path: apply_edits(texts[path], found, path) for path, found in edits.items()}
    path, target = f"content/{taxonomy}/{id}.md", f"content/{taxonomy}/{new}.md"
    moved = (f"{taxonomy}/{id}/", f"{taxonomy}/{new}/")
    if path in texts:
        names = {folded(new), folded(id)}
        text = changed.pop(path, texts[path])
        text = drop_items(text, path, "aliases", lambda alias: folded(alias) in names)
        text = add_item(text, path, "aliases", id)
        return Renaming({target: text}, changed, frozenset({path}), moved)
    title, alias = write_scalar(terms[id].title), write_scalar(id)
    text = f"---\ntitle: {title}\naliases: [{alias}]\n---\n"
    return Renaming({target: text}, changed, frozenset(), moved)


def _uses(
    entries: Entries, site: Site, taxonomy: str, id: str
) -> Iterator[tuple[Entry[Any], str, str]]:
    """Give (entry, key, what is written there) wherever front matter names the id."""
    old = folded(id)
    fields = {name: field for field, name in site.fields.items()}
    for paper in entries.papers:
        uses = [use for use in paper.value.terms if use.taxonomy == taxonomy]
        for n, use in enumerate(uses):
            at = f"{fields[taxonomy]}[{n}]"
            for key, written in ((f"{at}.id", use.id), (f"{at}.name", use.name)):
                if folded(written) == old:
                    yield paper, key if key in paper.marks else at, written
        for n, result in enumerate(paper.value.results if taxonomy == "hardware" else ()):
            if result.hardware and folded(result.hardware) == old:
                yield paper, f"results[{n}].hardware", result.hardware
    for term in entries.terms[taxonomy]:
        if term.value.parent is not None and folded(term.value.parent) == old:
            yield term, "parent", term.value.parent


def _edit(text: str, entry: Entry[Any], key: str, written: str, new: str) -> Edit:
    where = entry.mark(key)
    edit = edit_scalar(text, (where.line, where.column), written, new)
    if edit is None:
        hint = "write it on one line, as a plain value"
        raise SiteError(Problem(where, f"'{written}' cannot be replaced here", hint))
    return edit


def _linked(
    entries: Entries, sources: Sources, site: Site, library: Library, path: str, new: str
) -> Iterator[tuple[str, Edit]]:
    """Give (file, change) for every link in a text that names the entry *path* by its file."""
    targets = build_targets(library, site, frozenset())
    find = find_lines(sources)
    for entry in entries.all():
        text = getattr(entry.value, "notes", "") or getattr(entry.value, "body", "")
        for match in find_links(text):
            written = match["file"] or match["name"]
            is_id = bool(match["file"]) or written.rpartition("/")[2] == _id(path)
            if is_id and linked_path(match, entry.path, targets) == path:
                start = match.start("file") if match["file"] else match.start("name")
                line = find(entry.path, text, text.count("\n", 0, start)).line
                column = start - text.rfind("\n", 0, start)
                end = written.removesuffix(".md").removesuffix(_id(path))
                suffix = ".md" if match["file"] else ""
                yield entry.path, Edit(line, column, written, f"{end}{new}{suffix}")


def _id(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def _verify(
    plan: Renaming,
    sources: Sources,
    site: Site,
    library: Library,
    folder: str,
    id: str,
    new: str,
) -> None:
    """Read the list as it would be: every paper stays where it is filed, under the new name."""
    texts = {path: content for path, content in sources.texts.items() if path not in plan.gone}
    texts |= {path: text.encode() for path, text in {**plan.new, **plan.changed}.items()}
    after, problems = load_library(Sources.of(texts, sources.assets), site, drafts=True)
    errors = [problem for problem in problems if not problem.warning]
    if errors:
        raise SiteError(*errors)
    if folder == "papers":
        return
    before = _ids(library, folder, id)
    if before != _ids(after, folder, new):
        message = f"the papers of '{folder}/{id}' would not all be found under '{new}'"
        hint = "choose a name that no other entry has, as title or alias either"
        raise SiteError(Problem(Position(_NAME), message, hint))


def _ids(library: Library, folder: str, id: str) -> set[str]:
    shelf = library.shelves[folder].get(id)
    return {item.id for item in shelf.items} if shelf else set()

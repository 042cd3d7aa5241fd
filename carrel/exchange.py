"""Papers that change and stay in their places: exchanged in what the last build prepared.

Most edits under watch leave a paper where it is: at its address, under its terms, at its place in
every list. Then no page comes or goes and no list is put together anew. The paper is exchanged
wherever it stands, and what shows it is planned again. Whatever else changes, and in any doubt,
everything is prepared anew; the result is the same.
"""

import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from .catalogue import Derived, Library
from .items import Item
from .memo import Memo
from .outputs import Part
from .paper_files import paper_id
from .sources import Sources

if TYPE_CHECKING:
    from .pipeline import Prepared

FEW = 20  #: papers; to prepare for more is as quick


def exchange(before: "Prepared", read: Sources, memo: Memo) -> "Prepared | None":
    """Give what *before* is with the sources as they were *read* now.

    None: more changed than papers in their places.
    """
    changed = _changed(before.read, read)
    if changed is None or before.site.search == "on":
        return None
    found = _exchanged_items(before, read, changed)
    if found is None:
        return None
    library = _with_items(before.library, read, found)
    memo.carry({item.path: item.known for item in found.values()})
    digests = {path: asset.digest for path, asset in read.assets.items()}
    derived: dict[Derived, Derived] = {}  # many parts share one, which is worked out once

    def renew(part: Part) -> Part:
        inputs = _renewed(part.inputs, found, library, derived)
        return part if inputs is part.inputs else replace(part, inputs=inputs)

    plan = before.plan.exchanged(renew, digests, memo)
    if plan is None:
        return None
    return replace(before, read=read, sources=read, library=library, plan=plan)


def _changed(old: Sources, new: Sources) -> list[str] | None:
    """Give the papers whose text changed; None where anything else did, or too much."""
    is_same = old.problems == new.problems and old.assets == new.assets
    if not is_same or old.digests.keys() != new.digests.keys():
        return None
    changed = [path for path, digest in new.digests.items() if digest != old.digests[path]]
    are_papers = all(path.startswith("content/papers/") for path in changed)
    return changed if are_papers and len(changed) <= FEW else None


def _exchanged_items(
    before: "Prepared", read: Sources, changed: list[str]
) -> dict[Item, Item] | None:
    """Give the papers as they were → as they are; None where one is faulty, or not in its place."""
    warned = {problem.where.path for problem in before.warnings}
    ordered = tuple(f"{name}/" for name, kind in before.site.published.items() if kind.ordered)
    ids = {paper_id(path) for path in changed}
    old = {item.path: item for item in before.library.items if item.id in ids}
    files = replace(before.library.files, sources=read)
    found: dict[Item, Item] = {}
    for path in changed:
        parsed = files.parse(path)
        was, known = old.get(path), parsed.known
        if was is None or known is None or parsed.problems or path in warned:
            return None
        if known.place != was.known.place or known.links:
            return None
        if known.title != was.known.title and before.library.linked:  # links lead by titles, too
            return None
        if any(term.startswith(ordered) for term in known.terms):  # a paper has a place in a path
            return None
        found[was] = Item(was.id, known, read.texts[path])
    return found


def _with_items(library: Library, read: Sources, new: Mapping[Item, Item]) -> Library:
    return replace(
        library,
        files=replace(library.files, sources=read),
        items=tuple(new.get(item, item) for item in library.items),
        shelves={
            name: {id: shelf.exchanged(new) for id, shelf in shelves.items()}
            for name, shelves in library.shelves.items()
        },
    )


def _renewed(
    value: Any, new: Mapping[Item, Item], library: Library, derived: dict[Derived, Derived]
) -> Any:
    """Give an input of a part with the *new* papers; the very same where it has none of them."""
    if type(value) is tuple:
        renewed = tuple(_renewed(each, new, library, derived) for each in value)
        return value if all(map(operator.is_, value, renewed)) else renewed
    if isinstance(value, Derived):
        if value not in derived:
            derived[value] = value.of(library)
        return derived[value]
    exchanged = getattr(value, "exchanged", None)
    return exchanged(new) if exchanged else value

"""Fingerprints: all that the bytes of an output depend on, as four digests.

An output is rendered anew when its fingerprint differs from the one in the manifest. Equal
fingerprints mean equal bytes, because rendering has no other inputs.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from .digests import digest
from .plan import Planned
from .themes import PublicSite, Theme


class Fingerprint(Struct, frozen=True):
    """What one output was made from."""

    engine: str = ""  #: the code of Carrel and the versions of its libraries
    site: str = ""  #: the settings that a template may see
    template: str = ""  #: the template, all that it reaches, and the interface texts
    inputs: str = ""  #: the values that the template is given, or the bytes themselves

    def changes_since(self, old: "Fingerprint | None") -> str:
        """Say why an output must be made again: 'new', or the parts that differ."""
        if old is None or old == Fingerprint():  # nothing is known of what stands there
            return "new"
        names = [n for n in self.__struct_fields__ if getattr(self, n) != getattr(old, n)]
        return ", ".join(names)


def fingerprints(
    rows: Mapping[str, Planned],
    public: PublicSite,
    theme: Theme,
    engine: str,
    references: Callable[[str], tuple[str, ...]],
) -> dict[str, Fingerprint]:
    """Give the fingerprint of every output.

    *references* gives the templates that the text of a template names.
    """
    site = digest(public)
    texts = digest(theme.texts)
    closures: dict[str, str] = {}
    found = {}
    for path, row in rows.items():
        name = row.template
        if name is None:
            found[path] = Fingerprint(inputs=row.inputs)
            continue
        if name not in closures:
            reached = () if row.is_export else (texts, closure(theme, name, references))
            closures[name] = digest(reached) if reached else ""
        found[path] = Fingerprint(engine, site, closures[name], row.inputs)
    return found


def closure(
    theme: Theme, name: str, references: Callable[[str], tuple[str, ...]]
) -> list[tuple[str, int, str, str]]:
    """Give all that the template *name* reaches, as (name, from layer, path found, text).

    A name that leads nowhere is part of it too: a file that appears under it changes the page.
    """
    reached: list[tuple[str, int, str, str]] = []
    waiting = [(name, 0)]
    seen = set(waiting)
    while waiting:
        wanted, behind = waiting.pop()
        found = (0, wanted) if wanted in theme.templates else theme.find(wanted, behind)
        if found is None:
            reached.append((wanted, behind, "", ""))
            continue
        path = found[1]
        layer = next(n for n, folder in enumerate(theme.layers) if path.startswith(folder))
        text = theme.templates[path]
        reached.append((wanted, behind, path, text))
        for reference in references(text):
            if reference == "*":  # a computed name may lead to any template
                reached += (("*", 0, p, t) for p, t in theme.templates.items())
                continue
            parent = reference.startswith("parent/")
            step = (reference.removeprefix("parent/"), layer + 1 if parent else 0)
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return sorted(reached)

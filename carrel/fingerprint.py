"""Fingerprints: all that the bytes of an output depend on, as four digests.

An output is rendered anew when its fingerprint differs from the one in the manifest. Equal
fingerprints mean equal bytes, because rendering has no other inputs.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from .outputs import Blob, Copy, Output, Page
from .sources import Sources
from .themes import PublicSite, Theme

#: Mappings are taken in their order, because a template sees them in it.
_ENCODER = msgspec.msgpack.Encoder()


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


def digest(value: Any) -> str:
    """Give 16 hex digits that are the same for equal values, on every machine.

    Raises TypeError for what cannot be compared: such a thing may not be a page's input.
    """
    return hashlib.blake2b(_ENCODER.encode(value), digest_size=8).hexdigest()


def digest_texts(sources: Sources) -> dict[str, str]:
    """Give path → digest of every text that the site is made from."""
    return {
        path: hashlib.blake2b(content, digest_size=8).hexdigest()
        for path, content in sources.texts.items()
    }


def digest_sources(texts: Mapping[str, str], sources: Sources) -> str:
    """Give one digest of all that a site is made from; *texts* are those of ``digest_texts``."""
    assets = {path: asset.digest for path, asset in sources.assets.items()}
    return digest((sorted(texts.items()), sorted(assets.items())))


def fingerprints(
    outputs: Mapping[str, Output],
    public: PublicSite,
    theme: Theme,
    assets: Mapping[str, str],
    engine: str,
    references: Callable[[str], tuple[str, ...]],
) -> dict[str, Fingerprint]:
    """Give the fingerprint of every output.

    *assets* are the digests of files that are copied; *references* gives the templates that the
    text of a template names.
    """
    site = digest(public)
    texts = digest(theme.texts)
    closures: dict[str, str] = {}

    def fingerprint(output: Output) -> Fingerprint:
        match output:
            case Copy():
                return Fingerprint(inputs=assets[output.source])
            case Blob():
                return Fingerprint(engine, inputs=digest(output.content))
            case Page():
                name = output.template
                if name not in closures:
                    closures[name] = digest((texts, closure(theme, name, references)))
                inputs = digest((output.url, output.inputs))
                return Fingerprint(engine, site, closures[name], inputs)

    return {path: fingerprint(output) for path, output in outputs.items()}


def compare(wanted: Mapping[str, Fingerprint], built: Mapping[str, Fingerprint]) -> dict[str, str]:
    """Give path → reason for every output that has to be made again."""
    return {
        path: fingerprint.changes_since(built.get(path))
        for path, fingerprint in wanted.items()
        if built.get(path) != fingerprint
    }


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

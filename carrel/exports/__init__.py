"""Exports: one module per format that other programs read, found by being in this folder.

An export is a module with
``SUFFIX``                how its files end: 'bib'
``READS``                 what it takes of a paper: Reference, PaperRecord; None: no list of papers
``encode(papers, site)``  gives the bytes of the file that holds *papers*, in their order

A file is made again when something has changed that its format reads of papers, or one of the
settings that a template may see: an encoder may use no others. The work for one paper is
one function, so that an encoder is a loop.
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

from ..settings import Site


class Exporter(Protocol):
    """What a module of this folder offers."""

    SUFFIX: str
    READS: type | None
    encode: Callable[[Sequence[Any], Site], bytes]


@functools.cache
def exports() -> Mapping[str, Exporter]:
    """All formats by name, in a fixed order; the module's name is the format's."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return dict(zip(names, cast("list[Exporter]", modules), strict=True))

"""Exports: one module per format that other programs read, found by being in this folder.

An export is a module with
``SUFFIX``                        how its files end: 'bib'
``encode(papers, site) -> bytes`` the file that holds *papers*, in their order

What a format needs to know of a paper says the type that its ``encode`` takes, and no more than
that decides whether a file is made again. The work for one paper is one function, so that an
encoder is a loop.
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
    encode: Callable[[Sequence[Any], Site], bytes]


@functools.cache
def exports() -> Mapping[str, Exporter]:
    """All formats by name, in a fixed order; the module's name is the format's."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return dict(zip(names, cast("list[Exporter]", modules), strict=True))

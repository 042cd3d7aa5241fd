"""Page kinds: one module per kind of output, found by being in this folder.

A kind is a module with ``plan(library, site) -> Iterator[Output]``, a pure function.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator

from ..model import Library
from ..outputs import Output
from ..settings import Site

Kind = Callable[[Library, Site], Iterator[Output]]


def kinds() -> dict[str, Kind]:
    """All page kinds by name, in a fixed order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").plan for name in names}

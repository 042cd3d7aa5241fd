"""Page kinds: one module per kind of output, found by being in this folder.

A kind is a module with ``plan(library, site) -> Iterator[Output | Part]``, a pure function. What
depends on many papers is a Part: then an edit elsewhere does not even plan it.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator

from ..catalogue import Library
from ..outputs import Output, Part
from ..settings import Site

Kind = Callable[[Library, Site], Iterator[Output | Part]]


def kinds() -> dict[str, Kind]:
    """All page kinds by name, in a fixed order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").plan for name in names}

"""Files of the site that are taken over as they are: content/static/ becomes the root."""

from collections.abc import Iterator

from ..catalogue import Library
from ..outputs import Copy
from ..settings import Site


def plan(library: Library, site: Site) -> Iterator[Copy]:
    """One copy a file."""
    for path in library.static:
        yield Copy(path.removeprefix("content/static/"), path)

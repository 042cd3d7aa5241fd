"""What `carrel export` hands out: one file of the whole list, as the site has it."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from msgspec.structs import replace

from .catalogue import Library
from .exports import exports
from .kinds import kinds
from .outputs import Export, Part
from .pipeline import load_list
from .settings import ListFile, Site


def formats() -> dict[str, str]:
    """Give the path of the file by the name of its format."""
    lists = {name: f"library.{each.SUFFIX}" for name, each in exports().items() if each.READS}
    return lists | {"json": "api/v1/papers.json", "opml": "feeds.opml", "cff": "CITATION.cff"}


def encode_list(root: Path, format_name: str, base_url: str | None = None) -> bytes:
    """Give the bytes of one file; the settings need not ask for it. Raises SiteError."""
    _, site, library = load_list(root, drafts=False)
    if base_url is not None:
        site = replace(site, base_url=f"{base_url.rstrip('/')}/")
    site = replace(site, outputs=replace(site.outputs, list=get_args(ListFile)))
    path = formats()[format_name]
    file = next(file for file in _list_files(library, site) if file.path == path)
    return exports()[file.format].encode(file.build(), site)


def _list_files(library: Library, site: Site) -> Iterator[Export]:
    """Give the files of the whole list, none of them made yet."""
    for name in ("api", "exports", "feeds"):
        for planned in kinds()[name](library, site):
            outputs = planned.plan() if isinstance(planned, Part) else (planned,)
            yield from (output for output in outputs if isinstance(output, Export))

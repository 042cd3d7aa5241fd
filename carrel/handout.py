"""What `carrel export` hands out: one file of the whole list, as the site has it."""

from pathlib import Path
from typing import get_args

from msgspec.structs import replace

from .exports import exports
from .kinds import kinds
from .outputs import Export
from .pipeline import load_list
from .settings import ListFile


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
    for name in ("api", "exports", "feeds"):
        for output in kinds()[name](library, site):
            if isinstance(output, Export) and output.path == formats()[format_name]:
                return exports()[output.format].encode(output.build(), site)
    raise LookupError(format_name)

"""CITATION.cff 1.2.0: how the list itself is cited. JSON texts are YAML texts too."""

import datetime as dt
import json

from ..people import split_name
from ..settings import Owner, Site

SUFFIX = "cff"
READS = None


def encode(updated: dt.date | None, site: Site) -> bytes:
    """Write the file; *updated* is the day of the newest change."""
    rows = [
        "cff-version: 1.2.0",
        'message: "If you use this list, please cite it as below."',
        "type: dataset",
        f"title: {_text(site.title)}",
        "authors:",
        *_author(site),
        f"url: {_text(site.base_url)}",
    ]
    if site.description:
        rows.append(f"abstract: {_text(site.description)}")
    if updated:
        rows.append(f'date-released: "{updated}"')
    return "".join(f"{row}\n" for row in rows).encode()


def _author(site: Site) -> list[str]:
    """Name who keeps the list; without anybody named, the list stands for itself."""
    owner = site.author or Owner("")
    name = split_name(owner.name)
    rows = {"name": owner.name or site.title}
    if name.given:
        rows = {"family-names": name.family, "given-names": name.given, "name-suffix": name.suffix}
    rows["website"] = owner.url or ""
    first, *rest = (f"{key}: {_text(value)}" for key, value in rows.items() if value)
    return [f"  - {first}", *(f"    {row}" for row in rest)]


def _text(value: str) -> str:
    return json.dumps(" ".join(value.split()), ensure_ascii=False)

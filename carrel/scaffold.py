"""New files: a whole list for `init`, a single entry for `new`."""

import json
import re
from collections.abc import Mapping
from datetime import date

from .addresses import split_address
from .keys import PAGE, TERM, Key, paper_keys
from .naming import make_id
from .problems import Position, Problem, SiteError
from .settings import CONFIG, Site
from .sources import CONTROLS

_NOBODYS = ("localhost", "127.0.0.1", "::1")
#: Where the explanations of keys begin, as far as there is room.
_COLUMN = 30
_WIDTH = 100


def new_entry(kind: str, title: str, site: Site, today: date) -> tuple[str, str]:
    """Give (path, text) of a new entry; *kind* is paper, page or what one term is called."""
    folder = {"paper": "papers", "page": "pages"}.get(kind, kind)
    for name, taxonomy in site.published.items():
        if kind in (name, taxonomy.singular, taxonomy.field):
            folder = name
    # A JSON string is a YAML string too, whatever stands in it.
    title = " ".join(CONTROLS.sub(" ", title).split())
    given = {"title": json.dumps(title, ensure_ascii=False)}
    id = make_id(title, kind if kind.isascii() else "entry")
    match folder:
        case "papers":
            closed = [k.field for k in site.published.values() if k.vocabulary == "closed"]
            given |= {"added": today.isoformat(), "summary": "", "why": "", "links": "{}"}
            text = write_blank(paper_keys(site), given | dict.fromkeys(closed, "[]"))
        case "pages":
            text = write_blank(PAGE, given)
        case _:
            text = write_blank(TERM, given | {"summary": "", "aliases": "[]"})
    return f"content/{folder}/{id}.md", text


def write_blank(keys: Mapping[str, Key], given: Mapping[str, str]) -> str:
    """Write an entry with every one of *keys* and its explanation; those not *given* are off.

    A key that is off shows an example, and counts when its ``#`` is taken away.
    """
    rows = []
    for name, key in keys.items():
        value = given.get(name, key.example)
        row = f"{'' if name in given else '#'}{name}:{' ' if value else ''}{value}"
        explained = row if name == "title" else f"{row:{_COLUMN}}  # {key.help}"
        rows += [explained] if len(explained) <= _WIDTH else [f"# {key.help}", row]
    return "\n".join(["---", *rows, "---", "", ""])


def new_kinds(site: Site) -> list[str]:
    """The words that `new` takes for its kind: paper, page, and one for each taxonomy."""
    singulars = [
        name if name == "hardware" else taxonomy.singular
        for name, taxonomy in site.published.items()
    ]
    return ["paper", "page", *singulars]


def fill_settings(template: str, given: Mapping[str, str], today: date) -> str:
    """Fill the starter's settings with title, base_url, a token and, where it is given, author.

    Item ids begin with the year in which the list began. Many lists begin on a machine of their
    own, whose name tells none of them apart: there the token does.
    """
    title, base_url, author = given["title"], given["base_url"], given.get("author", "")
    parts = split_address(base_url)
    if parts is None:
        hint = "write it like https://name.github.io/repo/"
        raise SiteError(Problem(Position(CONFIG), f"'{base_url}' is no address of a site", hint))
    place = parts.path.strip("/")
    if parts.hostname in _NOBODYS:
        place = f"{place}/{given['token']}".lstrip("/")
    id_base = f"tag:{parts.hostname},{today.year}:{place}"
    values: Mapping[str, str] = {"@TITLE@": title, "@BASE_URL@": base_url, "@ID_BASE@": id_base}
    for marker, value in values.items():
        template = template.replace(marker, json.dumps(value, ensure_ascii=False))
    if author:
        named = f"author: {{name: {json.dumps(author, ensure_ascii=False)}}}"
        template = re.sub(r"(?m)^#author: .*$", lambda _: named, template, count=1)
    return template

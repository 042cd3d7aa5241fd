"""New files: a whole list for `init`, a single entry for `new`."""

import json
import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

from .naming import make_id
from .settings import Site
from .sources import CONTROLS

_PAPER = """\
---
title: {title}
added: {today}
#date: {today}             # when the paper appeared
#summary:                  # one or two sentences: what it shows
#why:                      # one sentence: why it is on the list
#authors: []               # Given Family, …; or authors_count: 5
#organization:
topics: []
hardware: []
#arxiv: "2408.12757"       # in quotes
links: {{}}                  # paper, code, project, model, dataset, video
---

"""
_TERM = """\
---
title: {title}
summary: ""
aliases: []                # other names, as people write them
#parent:                   # the id of the term above
---

"""
_PAGE = """\
---
title: {title}
---

"""


def new_entry(kind: str, title: str, site: Site, today: date) -> tuple[str, str]:
    """Give (path, text) of a new entry; *kind* is paper, page or what one term is called."""
    folder = {"paper": "papers", "page": "pages"}.get(kind, kind)
    for name, taxonomy in site.published.items():
        if kind in (name, taxonomy.singular, taxonomy.field):
            folder = name
    text = {"papers": _PAPER, "pages": _PAGE}.get(folder, _TERM)
    # A JSON string is a YAML string too, whatever stands in it.
    title = " ".join(CONTROLS.sub(" ", title).split())
    quoted = json.dumps(title, ensure_ascii=False)
    id = make_id(title, kind if kind.isascii() else "entry")
    return f"content/{folder}/{id}.md", text.format(title=quoted, today=today.isoformat())


def new_kinds(site: Site) -> list[str]:
    """The words that `new` takes for its kind: paper, page, and one for each taxonomy."""
    singulars = [
        name if name == "hardware" else taxonomy.singular
        for name, taxonomy in site.published.items()
    ]
    return ["paper", "page", *singulars]


def fill_settings(template: str, given: Mapping[str, str], today: date) -> str:
    """Fill the starter's settings with title, base_url and, where it is given, author.

    Item ids begin with the year in which the list began.
    """
    title, base_url, author = given["title"], given["base_url"], given.get("author", "")
    parts = urlsplit(base_url)
    id_base = f"tag:{parts.hostname},{today.year}:{parts.path.strip('/')}".rstrip("/")
    values: Mapping[str, str] = {"@TITLE@": title, "@BASE_URL@": base_url, "@ID_BASE@": id_base}
    for marker, value in values.items():
        template = template.replace(marker, json.dumps(value, ensure_ascii=False))
    if author:
        named = f"author: {{name: {json.dumps(author, ensure_ascii=False)}}}"
        template = re.sub(r"(?m)^#author: .*$", lambda _: named, template, count=1)
    return template

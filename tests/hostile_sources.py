"""One source for each import format, with hostile text in every field that the format knows."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

from payloads import PAYLOADS, one_line

#: Some of each kind: a title has to differ from every other, so not all can stand in all formats.
BITING = tuple(
    payload
    for payload in PAYLOADS
    if re.match(
        r"<script>alert|</title>|<img src=x on|\[x\]\(javascript:alert\(1\)\)|\]\]>|&lt;script|\{\{"
        r"|\$\\href|\[x\]\(https://example.org/\" ",
        payload,
    )
)


def _title(name: str, number: int, payload: str) -> str:
    return f"{name} {number} {one_line(payload)}"


def bibtex(payloads: Sequence[str]) -> str:
    """BibTeX; braces of a payload would end its field."""
    keys = (
        "author", "journal", "booktitle", "note", "url", "howpublished", "publisher", "keywords",
        "abstract", "annote", "doi", "eprint", "year", "month", "organization", "series",
    )  # fmt: skip
    entries = []
    for number, payload in enumerate(payloads):
        text = payload.replace("{", "(").replace("}", ")").replace("\\", "")
        rows = [f"  title = {{{_title('bibtex', number, text)}}}"]
        rows += [f"  {key} = {{{text}}}" for key in keys]
        entries.append(f"@article{{key{number},\n" + ",\n".join(rows) + "\n}\n")
    return "\n".join(entries)


def ris(payloads: Sequence[str]) -> str:
    """RIS: one line each."""
    tags = (
        "AU",
        "A1",
        "T2",
        "JO",
        "DA",
        "PY",
        "DO",
        "UR",
        "L1",
        "N1",
        "AB",
        "KW",
        "PB",
        "ID",
        "M1",
    )
    return "".join(
        f"TY  - JOUR\nTI  - {_title('ris', number, payload)}\n"
        + "".join(f"{tag}  - {one_line(payload)}\n" for tag in tags)
        + "ER  - \n\n"
        for number, payload in enumerate(payloads)
    )


def csl_json(payloads: Sequence[str]) -> str:
    """CSL-JSON, as reference managers write it."""
    keys = ("id", "abstract", "container-title", "note", "URL", "DOI", "keyword", "publisher",
            "genre", "type", "language", "source", "title-short")  # fmt: skip
    return json.dumps(
        [
            {
                **dict.fromkeys(keys, payload),
                "title": _title("csl-json", number, payload),
                "author": [{"family": payload, "given": payload}, {"literal": payload}],
                "issued": {"raw": payload},
            }
            for number, payload in enumerate(payloads)
        ]
    )


def daily_papers_api(payloads: Sequence[str]) -> str:
    """The interface of the page of daily papers."""
    keys = (
        "id",
        "summary",
        "projectPage",
        "githubRepo",
        "publishedAt",
        "ai_summary",
        "discussionId",
    )
    return json.dumps(
        [
            {
                "paper": {
                    **dict.fromkeys(keys, payload),
                    "title": _title("daily-papers-api", number, payload),
                    "authors": [{"name": payload, "user": {"fullname": payload}}],
                    "organization": {"name": payload, "fullname": payload},
                    "ai_keywords": [payload],
                },
                "title": payload,
            }
            for number, payload in enumerate(payloads)
        ]
    )


def json_feed(payloads: Sequence[str]) -> str:
    """A JSON feed, with content as HTML and as text."""
    keys = ("id", "url", "external_url", "summary", "content_text", "image", "date_published")
    items = [
        {
            **dict.fromkeys(keys, payload),
            "content_html": payload,
            "title": _title("json-feed", number, payload),
            "authors": [{"name": payload, "url": payload}],
            "tags": [payload],
            "_carrel": {"about": "https://carrel.example/", "doi": payload, "arxiv": payload},
        }
        for number, payload in enumerate(payloads)
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items})


def feed(payloads: Sequence[str]) -> str:
    """RSS, whose description is HTML."""
    tags = ("link", "guid", "author", "category", "pubDate", "comments")
    items = [
        f"<item><title>{_xml(_title('feed', number, payload))}</title>"
        f"<description>{_xml(payload)}</description>"
        + "".join(f"<{tag}>{_xml(payload)}</{tag}>" for tag in tags)
        + "</item>"
        for number, payload in enumerate(payloads)
    ]
    return f"<rss><channel><title>x</title>{''.join(items)}</channel></rss>"


def arxiv_atom(payloads: Sequence[str]) -> str:
    """What arXiv's interface answers."""
    entries = [
        f"<entry><title>{_xml(_title('arxiv-atom', number, payload))}</title>"
        + "".join(f"<{tag}>{_xml(payload)}</{tag}>" for tag in ("id", "summary", "published"))
        + f"<author><name>{_xml(payload)}</name></author>"
        f"<category term={_quoted(payload)}/><link title='pdf' href={_quoted(payload)}/></entry>"
        for number, payload in enumerate(payloads)
    ]
    head = '<feed xmlns="http://www.w3.org/2005/Atom"><id>http://arxiv.org/api/x</id>'
    return f"{head}{''.join(entries)}</feed>"


def table(payloads: Sequence[str]) -> str:
    """A table with the columns that people have."""
    names = ("title", "authors", "date", "link", "arxiv", "doi", "topics", "code", "abstract",
             "venue", "notes", "why", "organization", "hardware")  # fmt: skip
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for number, payload in enumerate(payloads):
        writer.writerow([_title("csv", number, payload), *[one_line(payload)] * (len(names) - 1)])
    return out.getvalue()


def daily_papers(payloads: Sequence[str]) -> str:
    """The page of daily papers, as copied from a browser."""
    blocks = [
        f"{_title('page', number, payload)}\n\nWhat it shows. {one_line(payload)}\n\n"
        f"{one_line(payload)}\n·\nDec 1, 2025 {number}\n"
        for number, payload in enumerate(payloads)
    ]
    return "Daily Papers\n\n" + "\n".join(blocks)


def _xml(text: str) -> str:
    return escape(re.sub("[\x00-\x08\x0b-\x1f]", " ", text))


def _quoted(text: str) -> str:
    return '"' + _xml(text).replace('"', "&quot;").replace("\n", " ") + '"'


HOSTILE_SOURCES: Mapping[str, Callable[[Sequence[str]], str]] = {
    "arxiv-atom": arxiv_atom,
    "bibtex": bibtex,
    "csl-json": csl_json,
    "csv": table,
    "daily-papers": daily_papers,
    "daily-papers-api": daily_papers_api,
    "feed": feed,
    "json-feed": json_feed,
    "ris": ris,
}

"""What every key of an entry is for, in one sentence: said by `carrel new` and by the schema.

An example follows where a sentence does not show how the value is written.
"""

from collections.abc import Mapping
from typing import NamedTuple

from .model import OWN_FIELDS
from .settings import Site, Taxonomy


class Key(NamedTuple):
    """A key of the front matter: what it is for, and how a value of it is written."""

    help: str
    example: str = ""


#: In the order in which an entry shows them: first what a curator writes, last what tools do.
PAPER: Mapping[str, Key] = {
    "title": Key("as the paper prints it; the only key that is needed"),
    "date": Key("when the paper appeared", "2025-12-12"),
    "added": Key("when it joined the list: orders lists and feeds", "2025-12-12"),
    "summary": Key("one or two sentences: what it shows"),
    "why": Key("one sentence, yours: why it is on the list"),
    "authors": Key("Given Family, …; an item may be {name, affiliation, orcid, url}", "[]"),
    "authors_count": Key("when only the number of authors is known", "5"),
    "links": Key(
        "paper, code, project, model, dataset, video …: an address or several",
        '{code: "https://example.org/"}',
    ),
    "arxiv": Key("the arXiv id, in quotes; the version may follow", '"2408.12757"'),
    "doi": Key("the DOI, without an address before it", '"10.1000/182"'),
    "venue": Key("where it was published: a conference, a journal"),
    "type": Key("a type of CSL, for citations", "article"),
    "citekey": Key("what citations call it for good, whatever changes", "doe2026fookv"),
    "results": Key(
        "figures that the paper states; one with `headline: true` is shown in lists",
        "[{metric: throughput, value: 1.9, unit: x, better: higher}]",
    ),
    "status": Key("queued, reading, read or skipped", "queued"),
    "rating": Key("1 to 5", "4"),
    "comments": Key("how many the digest's page showed", "0"),
    "upvotes": Key("how many the digest's page showed", "0"),
    "draft": Key("true: in no page, list or feed yet; `carrel serve` shows it", "true"),
    "slug": Key("the last part of the address, when it is not the name of the file", "short"),
    "aliases": Key("addresses that led here before", "[papers/old-name/]"),
    "updated": Key("when the entry changed in a way that readers should know", "2025-12-12"),
    "correction": Key("one sentence: what was wrong until then; shown with the changes"),
    "template": Key("a template of the site's own for this page", "paper.html"),
    "extra": Key("keys of your own, for templates of your own", "{}"),
    "source": Key("where an import found it: written by `carrel import`", "{format: by-hand}"),
}
TERM: Mapping[str, Key] = {
    "title": Key("the name that pages show"),
    "summary": Key("one sentence: what it is"),
    "aliases": Key("other names, as people write them", "[]"),
    "parent": Key("the term above it: an id, a title or an alias"),
    "level": Key("vendor, family, architecture, device or class", "device"),
    "kind": Key("gpu, tpu, npu, cpu, soc, dsp, pim, phone or system", "gpu"),
    "vendor": Key("who makes it"),
    "facts": Key(
        "what is known of it, with the unit in the key; or a list of {name, value, unit, source}",
        "{memory_gb: 80}",
    ),
    "links": Key("a kind, and an address or a list of them", '{project: "https://example.org/"}'),
    "index": Key("false: counted under the terms above, without a page of its own", "false"),
    "draft": Key("true: not in a build yet; `carrel serve` shows it", "true"),
    "redirect_from": Key("addresses that led here before", "[topics/old-name/]"),
}
PAGE: Mapping[str, Key] = {
    "title": Key("the name of the page"),
    "summary": Key("one sentence, for search engines and link previews"),
    "updated": Key("when it changed last", "2025-12-12"),
    "draft": Key("true: not in a build yet; `carrel serve` shows it", "true"),
    "slug": Key("the last part of the address, when it is not the name of the file", "short"),
    "aliases": Key("addresses that led here before", "[old-name/]"),
    "template": Key("a template of the site's own for this page", "page.html"),
    "extra": Key("keys of your own, for templates of your own", "{}"),
}
RESULT: Mapping[str, Key] = {
    "metric": Key("what is measured: serving throughput, top-1 accuracy …"),
    "value": Key("the figure"),
    "to": Key("the upper end, when the paper gives a range"),
    "unit": Key("x, %, ms, FPS, GB …; '' where one is wanted and the paper gives none"),
    "qualifier": Key("up to, average, over …"),
    "better": Key("higher or lower: which is the better one"),
    "baseline": Key("what it is compared with"),
    "hardware": Key("the device that it was measured on"),
    "count": Key("how many of that device"),
    "workload": Key("model, data set or task"),
    "where": Key("abstract, table 3 …"),
    "headline": Key("true: the one figure that lists show for the paper"),
}
USE: Mapping[str, Key] = {
    "id": Key("the id, which is the name of the term's file"),
    "name": Key("a title or an alias instead of the id; for an open vocabulary the name"),
    "count": Key("how many of it: 8 for eight cards"),
    "role": Key("evaluated (when none is given), target, baseline or mentioned"),
    "order": Key("the place in a reading path; only which is larger matters"),
}


def paper_keys(site: Site) -> Mapping[str, Key]:
    """Give the keys of a paper in a site, with those of its taxonomies behind the authors."""
    keys: dict[str, Key] = {}
    for name, key in PAPER.items():
        keys[name] = key
        if name == "authors_count":
            for taxonomy in site.published.values():
                if taxonomy.field not in OWN_FIELDS:
                    keys[taxonomy.field] = _uses(taxonomy)
    return keys


def _uses(taxonomy: Taxonomy) -> Key:
    """Say what the field of a taxonomy holds."""
    if taxonomy.vocabulary == "closed":
        help = f"what has a file in content/{taxonomy.name}/: ids, titles or aliases"
        return Key(help, "[]")
    if taxonomy.ordered:
        return Key(f"the {taxonomy.singular} and the place in it", "{name: A path, order: 1}")
    return Key(f"the {taxonomy.singular}: a name, or {{id, name}}; several in [ ]")

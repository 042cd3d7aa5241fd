"""The list as data: api/v1/papers.json, one document a taxonomy, results, feeds, the schema."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from ..catalogue import Library
from ..digests import digest
from ..exports.api import FOLDER, Feeds, Papers, Results, Terms, build_feed_records
from ..facts import digest_names, digest_recorded
from ..outputs import Export, Later, Part
from ..records import build_records, build_results, build_terms
from ..settings import Site
from ..subscriptions import list_feeds
from .feeds import find_updated


def plan(library: Library, site: Site) -> Iterator[Part]:
    """api/v1/*.json."""
    if "api" in site.outputs.list:
        yield Part(_plan, (library.whole, site))


def _plan(whole: Later, site: Site) -> Iterator[Export]:
    library: Library = whole.value
    updated = find_updated(library)
    names = digest_names(library)

    def document(
        name: str, kind: type, inputs: Any, build: Callable[[], Mapping[str, Any]]
    ) -> Export:
        return Export(
            f"{FOLDER}{name}.json",
            "api",
            digest((inputs, updated)),
            lambda: {"kind": kind, "updated": updated, **build()},
        )

    recorded = digest_recorded(library)
    yield document(
        "papers",
        Papers,
        (list(recorded.values()), names),
        lambda: {"papers": build_records(library, site)},
    )
    yield document(
        "results",
        Results,
        ([(p.id, p.slug, p.title, p.results) for p in library.papers if p.results], names),
        lambda: {"results": build_results(library, site)},
    )
    for name, taxonomy in site.published.items():
        terms = build_terms(library.terms[name].values(), library, site)
        content = {"name": name, "title": taxonomy.title, "terms": terms}
        yield document(name, Terms, content, partial(dict, content))
    groups = list_feeds(library, site)
    yield document("feeds", Feeds, groups, lambda: {"feeds": build_feed_records(groups, site)})
    yield Export(f"{FOLDER}schema.json", "api", "", lambda: {"kind": "schema"})

"""Files for other programs: library.bib and its like, for the list, for terms and for papers."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from ..catalogue import Library
from ..crossing import find_sides, list_pairs
from ..digests import digest
from ..exports import exports
from ..exports.api import OnePaper
from ..facts import digest_cited, digest_names, digest_recorded
from ..model import Paper
from ..outputs import Export, Later, Page, Part
from ..records import PaperRecord, record_builder
from ..references import Reference, build_references
from ..settings import Site
from .feeds import find_updated


def plan(library: Library, site: Site) -> Iterator[Part]:
    """library.* and CITATION.cff for the list; library.* for terms, cite.* … for papers."""
    if any((site.outputs.list, site.outputs.term, site.outputs.pair, site.outputs.paper)):
        yield Part(_plan, (library.whole, site))


def _plan(whole: Later, site: Site) -> Iterator[Export | Page]:
    library: Library = whole.value
    yield from plan_library("", library.papers, site.outputs.list, library, site)
    updated = find_updated(library)
    if "cff" in site.outputs.list:
        yield Export("CITATION.cff", "cff", digest(updated), lambda: updated)
    if site.outputs.term:
        for name in site.published:
            for term in library.terms[name].values():
                if library.has_page(term):
                    papers = [item.paper for item in library.shelves[name][term.id].items]
                    yield from plan_library(term.url, papers, site.outputs.term, library, site)
    sides = find_sides(site)
    if site.outputs.pair and sides:
        for id, shelf in library.shelves[sides.one.name].items():
            ref = library.index.refs[sides.one.name][id]
            for other, items in list_pairs(sides, shelf.items, library.index) if ref.url else ():
                papers = [item.paper for item in items]
                url = f"{ref.url}{other}/"
                yield from plan_library(url, papers, site.outputs.pair, library, site)
    if site.outputs.paper:
        yield from _plan_papers(library, site)


def plan_library(
    url: str, papers: Sequence[Paper], formats: Sequence[str], library: Library, site: Site
) -> Iterator[Export]:
    """<url>library.bib … for those of *formats* that hold lists of papers."""
    for name, export in exports().items():
        if name in formats and export.READS:
            is_cited = export.READS is Reference
            digests = digest_cited(library) if is_cited else digest_recorded(library)
            # The whole list decides by itself on its keys; a part of it does not.
            keys = library.keys if url else {}
            facts = [(digests[paper.id], keys.get(paper.id)) for paper in papers]
            build = partial(_build, export.READS, papers, library, site)
            path = f"{url}library.{export.SUFFIX}"
            yield Export(path, name, digest((facts, digest_names(library))), build)


def _build(kind: type, papers: Sequence[Paper], library: Library, site: Site) -> Sequence[Any]:
    """Give the references or the records of *papers*."""
    if kind is Reference:
        references = build_references(library)
        return [references[paper.id] for paper in papers]
    return list(map(record_builder(library, site), papers))


def _plan_papers(library: Library, site: Site) -> Iterator[Export | Page]:
    """papers/<slug>/cite.bib …, index.json and index.md."""
    keys, names = library.keys, digest_names(library)
    cited, recorded = digest_cited(library), digest_recorded(library)
    record: Callable[[Paper], PaperRecord] = record_builder(library, site)
    for paper in library.papers:
        source = f"content/papers/{paper.id}.md"
        for name, export in exports().items():
            if name in site.outputs.paper and export.READS:
                facts = digest((cited[paper.id], keys[paper.id], names))
                build = partial(_build, export.READS, (paper,), library, site)
                path = f"{paper.url}cite.{export.SUFFIX}"
                yield Export(path, name, facts, build, source)
        if "json" in site.outputs.paper:
            facts = digest((recorded[paper.id], keys[paper.id], names))
            document = partial(_document, paper, record)
            yield Export(f"{paper.url}index.json", "api", facts, document, source)
        if "md" in site.outputs.paper:
            inputs = {"paper": record(paper), "notes": paper.notes, "abstract": paper.abstract}
            path = f"{paper.url}index.md"
            yield Page(path, "paper.md", inputs, source=source, listed=False)


def _document(paper: Paper, record: Callable[[Paper], PaperRecord]) -> dict[str, Any]:
    return {"kind": OnePaper, "updated": paper.updated or paper.listed, "paper": record(paper)}

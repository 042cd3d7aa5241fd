"""Topics, hardware, organizations …: for every taxonomy an index, and a list for every term."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from ..boards import MEASURED_ON, Board, Row, build_boards
from ..boards import build_rows as build_results
from ..cards import build_groups, build_ref, build_rows, list_filed, paginate
from ..crossing import Crossing, build_crossing
from ..landscape import build_landscape, build_members, line_titles, short_title
from ..model import Library, Term
from ..outputs import Page
from ..settings import Site, Taxonomy
from ..timeline import build_timeline
from ..views import FactView, Ref, TermRow, TermView

MOST_RESULTS = 40  #: on the page of a term


@dataclass(frozen=True, slots=True)
class _Around:
    """What the pages of terms show beside their papers, gathered once."""

    rows: Mapping[str, tuple[TermRow, ...]]  #: taxonomy → its terms as trees
    below: Mapping[str, Mapping[str, TermRow]]  #: taxonomy → term id → its tree
    relatives: Mapping[tuple[str, str | None], tuple[Term, ...]]  #: those with pages, by parent
    crossing: Crossing | None
    measured: Mapping[str, list[Row]]  #: device id → results on it or on one below it
    headlines: Mapping[str, Row]  #: address of a paper → its figure


def plan(library: Library, site: Site) -> Iterator[Page]:
    """<taxonomy>/, <taxonomy>/<term>/ and its older pages."""
    around = _look_around(library, site)
    for name, taxonomy in site.published.items():
        terms = [term for term in library.terms[name].values() if library.has_page(term)]
        inputs = {
            "taxonomy": taxonomy,
            "rows": around.rows[name],
            "total": len(terms),
            "crossed": name in site.pairs.of and around.crossing is not None,
            "landscape": build_landscape(name, library),
            # An open vocabulary has no end of terms with one paper each.
            "timeline": build_timeline(name, library) if taxonomy.vocabulary == "closed" else None,
        }
        yield Page(f"{name}/", f"{name}/terms.html", inputs)
        for term in terms:
            yield from _plan_term(term, taxonomy, around, library, site)


def _look_around(library: Library, site: Site) -> _Around:
    rows = {name: build_rows(name, library, site) for name in site.published}
    relatives: dict[tuple[str, str | None], list[Term]] = defaultdict(list)
    for name in site.published:
        for term in library.terms[name].values():
            if library.has_page(term):
                relatives[name, term.parent].append(term)
    measured: dict[str, list[Row]] = defaultdict(list)
    headlines: dict[str, Row] = {}
    for row in build_results(library.papers, library, site):
        for id in row.within:
            measured[id].append(row)
        if row.result.headline:
            headlines.setdefault(row.url, row)
    return _Around(
        rows,
        {name: _by_id(trees) for name, trees in rows.items()},
        {key: tuple(terms) for key, terms in relatives.items()},
        build_crossing(library, site),
        measured,
        headlines,
    )


def _plan_term(
    term: Term, taxonomy: Taxonomy, around: _Around, library: Library, site: Site
) -> Iterator[Page]:
    filed = library.filed[term.taxonomy][term.id]
    items = list_filed(filed, library, site)
    view = _build_view(term, around, library, site)
    part = replace(view, count=None, children=())  # what a new paper changes stays in front
    beside = _build_beside(term, view, around, library)
    for url, shown, pager in paginate(term.url, items, site.page_size):
        front = pager.number is None
        inputs = {
            "taxonomy": taxonomy,
            "term": view if front else part,
            "beside": beside if front else None,
            "groups": build_groups(shown),
            "total": len(items) if front else None,
            "pager": pager,
            "feed": f"{term.url}feed.xml" if taxonomy.feeds else None,
            "crumbs": (Ref(taxonomy.title, f"{taxonomy.name}/"), *view.line),
        }
        yield Page(
            url,
            f"{taxonomy.name}/term.html",
            inputs,
            source=f"content/{taxonomy.name}/{term.id}.md",
            modified=filed[0].paper.listed if front else None,
            listed=front,
        )


def _build_view(term: Term, around: _Around, library: Library, site: Site) -> TermView:
    above = library.ancestors(term)[::-1]
    *titles, short = line_titles((*above, term))
    refs = (build_ref(each, library, site) for each in above)
    return TermView(
        taxonomy=term.taxonomy,
        id=term.id,
        title=term.title,
        url=term.url,
        summary=term.summary,
        body=term.body,
        aliases=term.aliases,
        level=term.level,
        kind=term.kind,
        vendor=term.vendor,
        facts=tuple(FactView(f.name, f.value, f.unit, f.source) for f in term.facts),
        links=term.links,
        line=tuple(Ref(title, ref.url) for title, ref in zip(titles, refs, strict=True)),
        short=short,
        children=around.below[term.taxonomy][term.id].children,
        count=len(library.filed[term.taxonomy][term.id]),
    )


def _build_beside(term: Term, view: TermView, around: _Around, library: Library) -> dict[str, Any]:
    """Give what stands beside the papers of a term on its front page."""
    terms = library.terms[term.taxonomy]
    facts, members = build_members(view.children, terms)
    kin = around.relatives[term.taxonomy, term.parent] if term.parent else ()
    relatives = tuple(Ref(short_title(each, terms), each.url) for each in kin if each.id != term.id)
    opposite, across = _cross(term, around, library)
    results = _results_of(term, around, library)
    boards = build_boards(results[:MOST_RESULTS])
    is_whole = len(results) <= MOST_RESULTS
    return {
        "facts": facts,
        "members": members,
        "relatives": relatives,
        "opposite": opposite,
        "across": across,
        "measured": term.taxonomy == MEASURED_ON,
        "boards": boards if is_whole else tuple(map(_unranked, boards)),
        "results": len(results),
    }


def _cross(
    term: Term, around: _Around, library: Library
) -> tuple[Taxonomy | None, tuple[TermRow, ...]]:
    """Give the taxonomy that the term's own is set against, and its terms that share papers."""
    crossing = around.crossing
    if crossing is None or term.taxonomy not in (crossing.one.name, crossing.other.name):
        return None, ()
    opposite = crossing.other if term.taxonomy == crossing.one.name else crossing.one
    return opposite, tuple(crossing.across(term, around.rows[opposite.name], library))


def _results_of(term: Term, around: _Around, library: Library) -> list[Row]:
    """Give what was measured on a device; of other terms, the headline figures of their papers."""
    if term.taxonomy == MEASURED_ON:
        return around.measured.get(term.id, [])
    filed = library.filed[term.taxonomy][term.id]
    urls = (each.paper.url for each in filed)
    return [around.headlines[url] for url in urls if url in around.headlines]


def _unranked(board: Board) -> Board:
    """Take away ranks among results of which not all are shown."""
    return replace(board, rows=tuple(replace(row, rank=None, of=None) for row in board.rows))


def _by_id(rows: tuple[TermRow, ...]) -> dict[str, TermRow]:
    """Find the rows of trees by their ids."""
    found: dict[str, TermRow] = {}
    waiting = list(rows)
    while waiting:
        row = waiting.pop()
        found[row.id] = row
        waiting += row.children
    return found

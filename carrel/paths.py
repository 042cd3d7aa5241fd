"""Reading paths: terms whose papers stand in an order that the curator gives, such as a series."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from .model import Filed, Library
from .settings import Site
from .views import PathStep, Ref


def in_order(filed: Iterable[Filed]) -> tuple[Filed, ...]:
    """Give papers as a path has them: by their place, those without one at the end, by date."""

    def place(each: Filed) -> tuple[bool, int, dt.date, str]:
        order = each.use.order
        return order is None, order or 0, each.paper.date or dt.date.max, each.paper.id

    return tuple(sorted(filed, key=place))


def build_steps(library: Library, site: Site) -> Mapping[str, tuple[PathStep, ...]]:
    """Give id of a paper → its places in the reading paths that have a page."""
    steps: dict[str, list[PathStep]] = defaultdict(list)
    for name, taxonomy in site.published.items():
        for term in library.terms[name].values() if taxonomy.ordered else ():
            if not library.has_page(term):
                continue
            papers = [each.paper for each in in_order(library.filed[name][term.id])]
            refs = [None, *(Ref(paper.title, paper.url) for paper in papers), None]
            for n, paper in enumerate(papers):
                step = PathStep(Ref(term.title, term.url), n + 1, len(papers), refs[n], refs[n + 2])
                steps[paper.id].append(step)
    return {id: tuple(found) for id, found in steps.items()}

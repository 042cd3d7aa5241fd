"""What can be found wrong with a site before its first page is rendered."""

from collections.abc import Iterable, Iterator, Mapping

from .catalogue import Library
from .places import Find
from .plan import Planned
from .problems import Position, Problem, did_you_mean
from .settings import Site
from .sources import Sources
from .themes import Theme


def check_templates(rows: Mapping[str, Planned], theme: Theme, find: Find) -> Iterator[Problem]:
    """Find pages whose template does not exist, each template once."""
    first: dict[str, str] = {}
    for path, row in rows.items():
        if row.template and row.is_page:
            first.setdefault(row.template, path)
    for name, path in first.items():
        if theme.find(name) is None:
            source = rows[path].source
            named = find(source, "template:", 0) if source else None
            where = named if named and named.line else Position(theme.layers[1])
            known = {path.rpartition("/")[2] for path in theme.templates}
            hint = did_you_mean(name, known, f"{path} needs it")
            yield Problem(where, f"there is no template '{name}'", hint)


def find_unfiled(library: Library, site: Site, sources: Sources) -> tuple[str, ...]:
    """Give the files of terms that no paper is filed under: they have no page."""
    paths = (
        f"content/{name}/{id}.md"
        for name in site.published
        for id in library.terms[name]
        if id not in library.shelves[name]
    )
    return tuple(path for path in paths if path in sources.texts)


def check_unfiled(
    unfiled: Iterable[str],
    library: Library,
    site: Site,
    sources: Sources,
    starter: Mapping[str, bytes],
) -> Iterator[Problem]:
    """Name the *unfiled* terms, but for those that are as the *starter* catalogue has them."""
    for path in unfiled if library.items else ():
        if path not in starter or not _is_same(sources.texts[path], starter[path]):
            term = site.published[path.split("/")[1]].singular
            hint = "file a paper under it that is no draft, or delete the file"
            message = f"no paper is filed under this {term}: it has no page"
            yield Problem(Position(path), message, hint, warning=True)


def _is_same(one: bytes, other: bytes) -> bool:
    return one == other or one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")


def check_texts(library: Library, site: Site, find: Find) -> Iterator[Problem]:
    """Find the faults of all Markdown without rendering pages."""
    from .markdown import to_html

    texts = [
        (f"content/papers/{p.id}.md", text, ours)
        for p in library.papers
        for text, ours in ((p.notes, True), (p.abstract, False))
    ]
    texts += [(f"content/pages/{page.id}.md", page.body, True) for page in library.pages]
    texts += [
        (f"content/{name}/{term.id}.md", term.body, True)
        for name, terms in library.terms.items()
        for term in terms.values()
    ]
    for path, text, ours in texts:
        for fault in to_html(text, hosts=site.images.hosts).faults if text else ():
            if ours or not fault.ours:
                where = find(path, text, fault.line)
                yield Problem(where, fault.message, fault.hint, fault.warning)

"""The steps from sources to a site, readable aloud. Used by every command, and by the tests."""

import functools
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from . import commit, disk, reading
from .catalogue import Library
from .citing import check_keys
from .commit import Record, compare, list_files
from .costs import Cost, is_large, sum_up
from .decode import Entry
from .digests import digest
from .exchange import exchange
from .fingerprint import Fingerprint, fingerprints
from .library import load_library, unreadable
from .memo import Memo, key_of
from .origin import describe_origin
from .paper_files import parse_forked
from .places import find_lines, quoted, raise_errors
from .plan import Plan, plan_site
from .preflight import check_templates, check_texts, check_unfiled, find_unfiled
from .problems import Position, Problem, SiteError, cannot_read
from .renames import check_vanished
from .settings import CONFIG, Site, parse_settings
from .sources import Sources, decode_text
from .staging import staging
from .themes import Theme, find_sections, load_theme, publish_settings
from .workers import render_all

if TYPE_CHECKING:
    from .indexing import SearchIndex
    from .render import Renderer
    from .workers import Executor

T = TypeVar("T")


class Options(Struct, frozen=True):
    """What is asked of a build beside what the settings say."""

    base_url: str | None = None
    index_links: bool = False
    drafts: bool = False
    index: "SearchIndex" = "none"


AS_SET = Options()


class Prepared(Struct, frozen=True):
    """All that is known before the first page is rendered."""

    options: Options
    read: Sources  #: as they lie there
    sources: Sources  #: with the files of the search index
    site: Site
    library: Library
    theme: Theme
    plan: Plan
    warnings: tuple[Problem, ...]
    unfiled: tuple[str, ...]  #: files of terms without papers, which have no page


class Report(Struct, frozen=True):
    """What a build did."""

    outputs: int  #: files of the site
    size: int  #: bytes of the site
    rendered: Mapping[str, str]  #: path → why it was made again
    changed: Set[str]  #: paths whose bytes are new or differ
    removed: Set[str]
    warnings: tuple[Problem, ...]
    unfiled: tuple[str, ...] = ()  #: files of terms without papers, which have no page
    costs: tuple[Cost, ...] = ()  #: what a very large site is made of


class Session(Struct):
    """What a process that builds again and again keeps between builds: it only saves time."""

    engine: str = ""  #: digest of the code that runs
    prepared: Prepared | None = None
    memo: Memo | None = None
    standing: commit.Standing | None = None
    rendering: "tuple[Theme, Site, Renderer] | None" = None

    def renderer(self, theme: Theme, site: Site) -> "Renderer":
        """Give what fills the templates of *theme*: as long as it is the same, compiled before."""
        from .render import Renderer

        if self.rendering is None or self.rendering[:2] != (theme, site):
            self.rendering = theme, site, Renderer(theme, site)
        self.rendering[2].forget()
        return self.rendering[2]


def prepare(
    root: Path,
    options: Options = AS_SET,
    *,
    memo: Memo | None = None,
    jobs: int = 1,
    before: Prepared | None = None,
    touched: Set[str] | None = None,
) -> Prepared:
    """Read the site at *root* and plan its outputs. Raises SiteError with all problems found.

    With *before*, what an earlier call gave, only the files *touched* are read.
    """
    sources = reading.read_sources(root, before.read if before else None, touched)
    memo = memo or Memo()
    try:
        if before is not None and before.options == options:
            exchanged = exchange(before, sources, memo)
            if exchanged is not None:
                return exchanged
        return _prepare(root, sources, options, memo, jobs)
    except SiteError as error:
        raise SiteError(*quoted(error.problems, sources)) from error


def build(
    root: Path,
    out: Path | None = None,
    *,
    base_url: str | None = None,
    index_links: bool = False,
    drafts: bool = False,
    clean: bool = False,
    jobs: int = 1,
    executor: "Executor | None" = None,
    session: Session | None = None,
    touched: Set[str] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    index: "SearchIndex" = "fresh",
) -> Report:
    """Bring *out* (default: the folder that the settings name) up to date with *root*.

    Only outputs whose fingerprint changed are rendered, by *jobs* processes or through
    *executor*; with *clean* all of them. In a *session* only the files *touched* since the last
    build are read; None: all. *progress* is told how many outputs are rendered, of how many. All or
    nothing: on SiteError and OSError *out* is as it was.
    """
    session = session or Session()
    session.engine = session.engine or digest(reading.read_engine())
    memo = session.memo or Memo(session.engine, disk.read_memo(root))
    options = Options(base_url, index_links, drafts, index)
    before, session.prepared = session.prepared, None  # after a failure everything is read
    prepared = prepare(root, options, memo=memo, jobs=jobs, before=before, touched=touched)
    out = root / prepared.site.output_dir if out is None else out
    wanted = _fingerprints(prepared, session.engine, memo)
    rows = prepared.plan.rows.values()
    keys = {} if drafts else prepared.library.keys  # nobody cites what is being written
    origin = describe_origin(prepared.read, rows, prepared.site, drafts, keys)
    with commit.locked(root, out):
        built = commit.claim(out, session.standing)
        stale = compare(wanted, {} if clean else built.files)
        with staging(out) as stage:
            made, problems = render_all(
                stale, prepared, stage, jobs, executor, progress, session.renderer
            )
            problems += check_vanished(built.origin, origin, wanted.keys())
            problems += check_keys(built.origin.keys, prepared.library)
            warnings = quoted([*prepared.warnings, *problems], prepared.sources)
            raise_errors(warnings, prepared.sources)
            after = {
                path: Record(wanted[path], made[path]) if path in made else built.files[path]
                for path in wanted
            }
            manifest = list_files(after, origin)
            changed, removed = commit.commit(stage, out, made.keys(), manifest, built)
        session.standing = commit.Standing.of(out, manifest)
    session.prepared, session.memo = prepared, memo.next()
    if memo.is_stale:
        disk.write_memo(root, memo.encode())
    sizes = {path: record.made.size for path, record in after.items()}
    size = sum(sizes.values())
    costs = sum_up(sizes) if is_large(len(sizes), size) else ()
    warned, unfiled = tuple(warnings), prepared.unfiled
    return Report(len(after), size, stale, changed, removed, warned, unfiled, costs)


def _fingerprints(prepared: Prepared, engine: str, memo: Memo) -> dict[str, Fingerprint]:
    """Give the fingerprints of all outputs; Jinja is needed only for templates not seen before."""

    def named(text: str) -> tuple[str, ...]:
        found = memo.recall(tuple[str, ...], key_of("template", text), lambda: references(text))
        return found or ()

    def references(text: str) -> tuple[str, ...]:
        from . import render

        return render.references(text)

    public = publish_settings(prepared.site, prepared.theme)
    return fingerprints(prepared.plan.rows, public, prepared.theme, engine, named)


def read_settings(root: Path) -> Site:
    """Read the settings alone. Raises SiteError."""
    try:
        text = disk.read_input(root / CONFIG)
    except OSError as error:
        raise SiteError(cannot_read(CONFIG, error)) from error
    return parse_settings(decode_text(text, CONFIG)).value


def load_list(root: Path, *, drafts: bool = True) -> tuple[Sources, Site, Library]:
    """Read the list at *root* without planning pages. Raises SiteError."""
    sources = reading.read_sources(root)
    try:
        site = _configure(sources).value
    except SiteError as error:
        raise SiteError(*quoted(error.problems, sources)) from error
    library, problems = load_library(sources, site, drafts)
    raise_errors([*sources.problems, *problems], sources)
    return sources, site, library


def check(root: Path, *, drafts: bool = False) -> tuple[Problem, ...]:
    """Give the warnings of the site at *root*. Raises SiteError. Writes nothing."""
    from .check import prove

    return prove(root, drafts=drafts).warnings


def _prepare(root: Path, read: Sources, options: Options, memo: Memo, jobs: int) -> Prepared:
    sources = read
    problems = list(sources.problems)
    config = _configure(sources)
    site = replace(config.value, index_links=options.index_links)
    base_url = options.base_url
    if base_url is not None:
        site = replace(site, base_url=base_url if base_url.endswith("/") else f"{base_url}/")
    elif "base_url" not in config.marks:
        message = f"there is no base_url: feeds and the sitemap will name {site.base_url}"
        hint = "write the address at which the site will be, such as https://name.github.io/repo/"
        problems.append(Problem(config.mark("title"), message, hint, warning=True))
    if site.search == "on":
        from .indexing import can_index, no_indexer

        if not can_index():
            problems.append(no_indexer(config.mark("search")))
            site = replace(site, search="off")
    library, found = load_library(
        sources, site, options.drafts, memo, functools.partial(parse_forked, jobs=jobs)
    )
    problems += found
    theme = _collect(problems, lambda: load_theme(sources, config))
    assets = dict(theme.assets) if theme else {}
    if site.search == "on" and all(problem.warning for problem in problems):
        from .indexing import choose_index

        index = _collect(
            problems,
            lambda: choose_index(root, library, site, options.index, config.mark("search")),
        )
        if index is not None:
            assets |= index.addresses()
            sources = replace(sources, assets={**sources.assets, **index.assets(root)})
    digests = {path: asset.digest for path, asset in sources.assets.items()}
    plan = _collect(problems, lambda: plan_site(library, site, assets, digests, memo))
    if theme is not None and plan is not None:
        site = find_sections(site, plan.rows)
        problems += check_templates(plan.rows, theme, find_lines(sources))
    if theme is None or plan is None or any(not problem.warning for problem in problems):
        # Nothing will be rendered, so the faults of the texts would stay hidden until next time.
        raise SiteError(*problems, *check_texts(library, site, find_lines(sources)))
    unfiled = find_unfiled(library, site, sources)
    starter = disk.read_catalogue(unfiled) if library.items and unfiled else {}
    problems += check_unfiled(unfiled, library, site, sources, starter)
    return Prepared(options, read, sources, site, library, theme, plan, tuple(problems), unfiled)


def _configure(sources: Sources) -> Entry[Site]:
    """Read the settings. They say what content may hold: with a fault, only its form is checked."""
    if CONFIG not in sources.texts:
        missing = Problem(Position(CONFIG), "this file is missing", "begin a list: carrel init DIR")
        raise SiteError(*(sources.problems or [missing]))
    try:
        return parse_settings(decode_text(sources.texts[CONFIG], CONFIG))
    except SiteError as error:
        raise SiteError(*error.problems, *unreadable(sources)) from error


def _collect(problems: list[Problem], step: Callable[[], T]) -> T | None:
    """Run a step of the preparation; its faults join those that were found before."""
    try:
        return step()
    except SiteError as error:
        problems += error.problems
        return None

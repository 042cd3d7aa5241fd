"""The steps from sources to a site, readable aloud. Used by every command, and by the tests."""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from . import commit, disk
from .commit import Origin, Record, Shown, list_files
from .costs import Cost, is_large, sum_up
from .decode import Entry
from .fingerprint import (
    Fingerprint,
    compare,
    digest,
    digest_sources,
    digest_texts,
    fingerprints,
)
from .library import load_library
from .memo import Memo, key_of
from .model import Library
from .outputs import Output, Page
from .places import Find, find_lines
from .plan import plan_site
from .problems import Position, Problem, SiteError, did_you_mean, quote_lines
from .renames import check_vanished
from .settings import CONFIG, Site, parse_settings
from .sources import Sources, decode_text, fold_lines
from .staging import staging
from .themes import Theme, load_theme, publish_settings
from .workers import Executor, render_all

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is known before the first page is rendered."""

    sources: Sources
    site: Site
    library: Library
    theme: Theme
    outputs: Mapping[str, Output]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did."""

    outputs: int  #: files of the site
    size: int  #: bytes of the site
    rendered: Mapping[str, str]  #: path → why it was made again
    changed: Set[str]  #: paths whose bytes are new or differ
    removed: Set[str]
    warnings: tuple[Problem, ...]
    costs: tuple[Cost, ...] = ()  #: what a very large site is made of


def prepare(
    root: Path, *, base_url: str | None = None, drafts: bool = False, memo: Memo | None = None
) -> Prepared:
    """Read the site at *root* and plan its outputs. Raises SiteError with all problems found."""
    sources = disk.read_sources(root)
    try:
        return _prepare(sources, base_url, drafts, memo)
    except SiteError as error:
        raise SiteError(*quoted(error.problems, sources)) from error


def build(
    root: Path,
    out: Path | None = None,
    *,
    base_url: str | None = None,
    drafts: bool = False,
    clean: bool = False,
    jobs: int = 1,
    executor: Executor | None = None,
) -> Report:
    """Bring *out* (default: the folder that the settings name) up to date with *root*.

    Only outputs whose fingerprint changed are rendered, by *jobs* processes or through
    *executor*; with *clean* all of them. All or nothing: on SiteError and OSError *out* is as it
    was.
    """
    engine = digest(disk.read_engine())
    memo = Memo(engine, disk.read_memo(root))
    prepared = prepare(root, base_url=base_url, drafts=drafts, memo=memo)
    out = root / prepared.site.output_dir if out is None else out
    wanted = _fingerprints(prepared, engine, memo)
    origin = describe_origin(prepared, drafts)
    with commit.locked(root, out):
        before = commit.claim(out)
        built = {} if clean else {p: record.fingerprint for p, record in before.files.items()}
        warned = {p: "its warning is repeated" for p, r in before.files.items() if r.made.warned}
        stale = {p: why for p, why in warned.items() if p in wanted} | compare(wanted, built)
        with staging(out) as stage:
            work = {path: prepared.outputs[path] for path in stale}
            made, problems = render_all(work, prepared, stage, jobs, executor)
            problems += check_vanished(before.origin, origin, wanted.keys())
            warnings = quoted([*prepared.warnings, *problems], prepared.sources)
            raise_errors(warnings, prepared.sources)
            after = {
                path: Record(wanted[path], made[path] if path in made else before.files[path].made)
                for path in wanted
            }
            changed, removed = commit.commit(
                stage, out, made.keys(), list_files(after, origin), before
            )
    if memo.is_stale:
        disk.write_memo(root, memo.encode())
    sizes = {path: record.made.size for path, record in after.items()}
    size = sum(sizes.values())
    costs = sum_up(sizes) if is_large(len(sizes), size) else ()
    return Report(len(after), size, stale, changed, removed, tuple(warnings), costs)


def describe_origin(prepared: Prepared, drafts: bool) -> Origin:
    """Say what the site is made from: whoever publishes it has to know, and who renames a page."""
    texts = digest_texts(prepared.sources)
    shown = {
        output.url: Shown(output.source, texts.get(output.source, ""))
        for output in prepared.outputs.values()
        if isinstance(output, Page) and output.source and output.listed
    }
    sources = digest_sources(texts, prepared.sources)
    return Origin(sources, prepared.site.base_url, drafts, shown)


def _fingerprints(prepared: Prepared, engine: str, memo: Memo) -> dict[str, Fingerprint]:
    """Give the fingerprints of all outputs; Jinja is needed only for templates not seen before."""

    def named(text: str) -> tuple[str, ...]:
        found = memo.recall(tuple[str, ...], key_of("template", text), lambda: references(text))
        return found or ()

    def references(text: str) -> tuple[str, ...]:
        from . import render

        return render.references(text)

    digests = {path: asset.digest for path, asset in prepared.sources.assets.items()}
    public = publish_settings(prepared.site, prepared.theme)
    return fingerprints(prepared.outputs, public, prepared.theme, digests, engine, named)


def read_settings(root: Path) -> Site:
    """Read the settings alone. Raises SiteError."""
    try:
        text = disk.read_input(root / CONFIG)
    except OSError as error:
        raise SiteError(Problem(Position(CONFIG), f"cannot be read: {error.strerror}")) from error
    return parse_settings(decode_text(text, CONFIG)).value


def load_list(root: Path) -> tuple[Sources, Site, Library]:
    """Read the list at *root*, drafts included, without planning pages. Raises SiteError."""
    sources = disk.read_sources(root)
    try:
        site = _configure(sources).value
    except SiteError as error:
        raise SiteError(*quoted(error.problems, sources)) from error
    library, problems = load_library(sources, site, drafts=True)
    raise_errors([*sources.problems, *problems], sources)
    return sources, site, library


def raise_errors(problems: list[Problem], sources: Sources) -> None:
    """Raise SiteError with all *problems* when one of them is more than a warning."""
    if any(not problem.warning for problem in problems):
        raise SiteError(*quoted(problems, sources))


def check(root: Path, *, drafts: bool = False) -> tuple[Problem, ...]:
    """Give the warnings of the site at *root*. Raises SiteError. Writes nothing."""
    from .check import prove

    return prove(root, drafts=drafts).warnings


def _prepare(sources: Sources, base_url: str | None, drafts: bool, memo: Memo | None) -> Prepared:
    problems = list(sources.problems)
    config = _configure(sources)
    site = config.value
    if base_url is not None:
        site = replace(site, base_url=base_url if base_url.endswith("/") else f"{base_url}/")
    elif "base_url" not in config.marks:
        message = f"there is no base_url: feeds and the sitemap will name {site.base_url}"
        hint = "write the address at which the site will be, such as https://name.github.io/repo/"
        problems.append(Problem(config.mark("title"), message, hint, warning=True))
    library, found = load_library(sources, site, drafts, memo)
    problems += found
    theme = _collect(problems, lambda: load_theme(sources, config))
    outputs = _collect(problems, lambda: plan_site(library, site, theme.assets if theme else {}))
    if theme is not None and outputs is not None:
        problems += _check_templates(outputs, theme, find_lines(sources))
    if theme is None or outputs is None or any(not problem.warning for problem in problems):
        # Nothing will be rendered, so the faults of the texts would stay hidden until next time.
        raise SiteError(*problems, *_check_texts(library, site, find_lines(sources)))
    return Prepared(sources, site, library, theme, outputs, tuple(problems))


def _configure(sources: Sources) -> Entry[Site]:
    """Read the settings. They say what content may hold: with a fault there is nothing to check."""
    if CONFIG not in sources.texts:
        missing = Problem(Position(CONFIG), "this file is missing")
        refused = any(problem.where.path == CONFIG for problem in sources.problems)
        raise SiteError(*sources.problems, *(() if refused else (missing,)))
    return parse_settings(decode_text(sources.texts[CONFIG], CONFIG))


def _collect(problems: list[Problem], step: Callable[[], T]) -> T | None:
    """Run a step of the preparation; its faults join those that were found before."""
    try:
        return step()
    except SiteError as error:
        problems += error.problems
        return None


def _check_templates(outputs: Mapping[str, Output], theme: Theme, find: Find) -> Iterator[Problem]:
    """Find pages whose template does not exist, each template once."""
    first: dict[str, Page] = {}
    for output in outputs.values():
        if isinstance(output, Page):
            first.setdefault(output.template, output)
    for name, page in first.items():
        if theme.find(name) is None:
            named = find(page.source, "template:", 0) if page.source else None
            where = named if named and named.line else Position(theme.layers[1])
            known = {path.rpartition("/")[2] for path in theme.templates}
            hint = did_you_mean(name, known, f"{page.path} needs it")
            yield Problem(where, f"there is no template '{name}'", hint)


def _check_texts(library: Library, site: Site, find: Find) -> Iterator[Problem]:
    """Find the faults of all Markdown without rendering pages."""
    from .markdown import to_html

    texts = [
        (f"content/papers/{p.id}.md", text)
        for p in library.papers
        for text in (p.notes, p.abstract)
    ]
    texts += [(f"content/pages/{page.id}.md", page.body) for page in library.pages]
    texts += [
        (f"content/{name}/{term.id}.md", term.body)
        for name, terms in library.terms.items()
        for term in terms.values()
    ]
    for path, text in texts:
        for fault in to_html(text, hosts=site.images.hosts).faults if text else ():
            yield Problem(find(path, text, fault.line), fault.message, fault.hint, fault.warning)


def quoted(problems: tuple[Problem, ...] | list[Problem], sources: Sources) -> list[Problem]:
    """Put the source line to each problem, and the problems into the order of files."""
    texts = {}
    for path in {problem.where.path for problem in problems} & sources.texts.keys():
        texts[path] = fold_lines(sources.texts[path].decode("utf-8", "replace"))
    told = {(problem.where.path, problem.message) for problem in problems if problem.where.line}
    # What is known with its line needs not be told without.
    exact = [p for p in problems if p.where.line or (p.where.path, p.message) not in told]
    return sorted(dict.fromkeys(quote_lines(exact, texts)))

"""The steps from sources to a site, readable aloud. Used by every command, and by the tests."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from . import disk
from .library import load_library
from .markdown import to_html
from .model import Library
from .outputs import Blob, Copy, Output, Page
from .plan import plan_site
from .problems import Position, Problem, SiteError, quote_lines
from .render import Find, Renderer
from .settings import CONFIG, Site, parse_settings
from .sources import Sources, decode_text
from .themes import Theme, load_theme

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
    changed: frozenset[str]  #: paths whose bytes are new or differ
    removed: frozenset[str]
    warnings: tuple[Problem, ...]


def prepare(root: Path, *, base_url: str | None = None, drafts: bool = False) -> Prepared:
    """Read the site at *root* and plan its outputs. Raises SiteError with all problems found."""
    sources = disk.read_sources(root)
    try:
        return _prepare(sources, base_url, drafts)
    except SiteError as error:
        raise SiteError(*_quoted(error.problems, sources)) from error


def build(
    root: Path, out: Path | None = None, *, base_url: str | None = None, drafts: bool = False
) -> Report:
    """Bring *out* (default: the folder that the settings name) up to date with *root*.

    All or nothing: on SiteError and OSError *out* is as it was.
    """
    prepared = prepare(root, base_url=base_url, drafts=drafts)
    out = root / prepared.site.output_dir if out is None else out
    before = disk.claim_output(root, out)
    with disk.staging(out) as stage:
        warnings = list(prepared.warnings)
        made = {
            path: disk.write_staged(stage, path, content)
            for path, content in _render_all(prepared, warnings)
        }
        disk.commit(stage, out, made)
    digests = {path: entry.digest for path, entry in made.items()}
    return Report(
        outputs=len(made),
        size=sum(entry.size for entry in made.values()),
        changed=frozenset(path for path in digests if before.get(path) != digests[path]),
        removed=frozenset(before.keys() - digests.keys()),
        warnings=tuple(_quoted(warnings, prepared.sources)),
    )


def read_settings(root: Path) -> Site:
    """Read the settings alone. Raises SiteError."""
    try:
        text = disk.read_input(root / CONFIG)
    except OSError as error:
        raise SiteError(Problem(Position(CONFIG), f"cannot be read: {error.strerror}")) from error
    return parse_settings(decode_text(text, CONFIG)).value


def raise_errors(problems: list[Problem], sources: Sources) -> None:
    """Raise SiteError with all *problems* when one of them is more than a warning."""
    if any(not problem.warning for problem in problems):
        raise SiteError(*_quoted(problems, sources))


def check(root: Path, *, drafts: bool = False) -> tuple[Problem, ...]:
    """Plan and render the site in memory; give its warnings. Raises SiteError. Writes nothing."""
    prepared = prepare(root, drafts=drafts)
    warnings = list(prepared.warnings)
    for _ in _render_all(prepared, warnings):
        pass
    return tuple(_quoted(warnings, prepared.sources))


def _prepare(sources: Sources, base_url: str | None, drafts: bool) -> Prepared:
    problems = list(sources.problems)
    if CONFIG not in sources.texts:
        raise SiteError(*problems, Problem(Position(CONFIG), "this file is missing"))
    # The settings say what the content may hold, so a fault in them leaves nothing else to check.
    config = parse_settings(decode_text(sources.texts[CONFIG], CONFIG))
    site = config.value
    if base_url is not None:
        site = replace(site, base_url=base_url if base_url.endswith("/") else f"{base_url}/")
    elif "base_url" not in config.marks:
        message = f"there is no base_url: feeds and the sitemap will name {site.base_url}"
        hint = "write the address at which the site will be, such as https://name.github.io/repo/"
        problems.append(Problem(config.mark("title"), message, hint, warning=True))
    library, found = load_library(sources, site, drafts)
    problems += found
    theme = _collect(problems, lambda: load_theme(sources, config))
    outputs = _collect(problems, lambda: plan_site(library, site, theme.assets if theme else {}))
    if theme is None or outputs is None or any(not problem.warning for problem in problems):
        # Nothing will be rendered, so the faults of the texts would stay hidden until next time.
        raise SiteError(*problems, *_check_texts(library, site, _finder(sources)))
    return Prepared(sources, site, library, theme, outputs, tuple(problems))


def _collect(problems: list[Problem], step: Callable[[], T]) -> T | None:
    """Run a step of the preparation; its faults join those that were found before."""
    try:
        return step()
    except SiteError as error:
        problems += error.problems
        return None


def _check_texts(library: Library, site: Site, find: Find) -> Iterator[Problem]:
    """Find the faults of all Markdown without rendering pages."""
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


def _render_all(prepared: Prepared, warnings: list[Problem]) -> Iterator[tuple[str, bytes | Path]]:
    """Give (path, content or file to copy) for every output, in the order of paths.

    Warnings are added to *warnings*; after the last output all errors are raised together.
    """
    renderer = Renderer(prepared.theme, prepared.site, _finder(prepared.sources))
    errors: dict[tuple[Position, str], Problem] = {}
    for path, output in sorted(prepared.outputs.items()):
        match output:
            case Blob():
                yield path, output.content
            case Copy():
                yield path, Path(prepared.sources.assets[output.source])
            case Page():
                try:
                    rendered = renderer.render(output)
                except SiteError as error:
                    # A faulty template fails on every page that uses it: one report is enough.
                    errors |= {
                        (problem.where, problem.message): problem
                        for problem in error.problems
                        if (problem.where, problem.message) not in errors
                    }
                    continue
                warnings += (p for p in rendered.problems if p.warning)
                errors |= {(p.where, p.message): p for p in rendered.problems if not p.warning}
                yield path, rendered.content
    if errors:
        raise SiteError(*_quoted([*errors.values(), *warnings], prepared.sources))


def _finder(sources: Sources) -> Find:
    def find(path: str, text: str, line: int) -> Position:
        whole = decode_text(sources.texts[path], path) if path in sources.texts else ""
        start = whole.find(f"\n{text}") + 1
        if not start:  # the text has a gap, such as notes around an abstract
            text, line = text.split("\n")[line], 0
            start = whole.find(f"\n{text}") + 1
        return Position(path, whole.count("\n", 0, start) + 1 + line if start else 0)

    return find


def _quoted(problems: tuple[Problem, ...] | list[Problem], sources: Sources) -> list[Problem]:
    """Put the source line to each problem, and the problems into the order of files."""
    texts = {}
    for path in {problem.where.path for problem in problems} & sources.texts.keys():
        texts[path] = sources.texts[path].decode("utf-8", "replace").removeprefix("\ufeff")
        texts[path] = texts[path].replace("\r\n", "\n").replace("\r", "\n")
    return sorted(dict.fromkeys(quote_lines(problems, texts)))

"""Parsing and rendering: in this process, in several, or through an executor of one's own.

A worker gets a slice of the outputs and writes them into the staging folder, so that a site is
never in memory as a whole. A foreign executor may run on other machines: it gives bytes back.
"""

import datetime as dt
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from .exports import exports
from .outputs import Blob, Export, Output, Page
from .paper_files import PaperFiles, Parsed, parse_here
from .places import Fault, find_lines, locate
from .problems import Problem, SiteError
from .processes import can_fork, share
from .settings import Site
from .staging import Made, write_staged
from .themes import Theme

if TYPE_CHECKING:
    from concurrent.futures import Executor as Executor
    from concurrent.futures import Future

    from .pipeline import Prepared
    from .render import Renderer
    from .survey import Seen

FEW = 200  #: outputs that one process renders before others have started
MANY = 2000  #: outputs that are worth starting new processes for
SLICE = 100  #: outputs that go to an executor at once
IN_FLIGHT = 8  #: slices that wait for an executor at any time


Progress = Callable[[int, int], None]  #: is told how many outputs are rendered, of how many


#: (path, its finished bytes) → what to keep of them
Look = Callable[[str, bytes], "Seen"]


class Batch(Struct):
    """What came of rendering some outputs."""

    made: dict[str, Made] = {}
    problems: list[Problem] = []
    faults: dict[str, tuple[tuple[str, str, Fault], ...]] = {}  #: by output
    seen: dict[str, "Seen"] = {}  #: when the finished files are only looked at


def render_all(
    work: Mapping[str, Output],
    prepared: "Prepared",
    stage: Path | None,
    jobs: int = 1,
    executor: "Executor | None" = None,
    progress: Progress = lambda _done, _total: None,
    make_renderer: "Callable[[Theme, Site], Renderer] | None" = None,
) -> tuple[dict[str, Made], list[Problem]]:
    """Render *work* into *stage* (None: nowhere); give what was made, and all problems found.

    Where this process cannot divide, because other threads run in it, much work goes to new ones.
    """
    pages = {path: output for path, output in work.items() if isinstance(output, Page)}
    files = {path: output for path, output in work.items() if isinstance(output, Export)}
    batch = Batch({}, [], {}, {})
    for path, output in work.items():
        if stage is not None and not isinstance(output, Page | Export):
            assets = prepared.sources.assets
            content = (
                output.content if isinstance(output, Blob) else Path(assets[output.source].place)
            )
            batch.made[path] = write_staged(stage, path, content)
    if executor is None and jobs > 1 and len(pages) > FEW and stage is not None and can_fork():
        _render_forked({**pages, **files}, prepared, stage, jobs, batch, progress)
    else:
        _encode(batch, prepared.site, files, stage)
        if executor is not None:
            _render_elsewhere(pages, prepared, stage, executor, batch, progress)
        elif jobs > 1 and len(pages) > MANY:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context

            with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
                _render_elsewhere(pages, prepared, stage, pool, batch, progress)
        elif pages:
            from .render import Renderer

            renderer = (make_renderer or Renderer)(prepared.theme, prepared.site)
            _fill(batch, renderer, pages, stage, lambda done: progress(done, len(pages)))
    problems = _locate(batch, prepared)
    warned = {path for path, found in batch.faults.items() if found}
    made = {
        path: Made(each.digest, each.size, warned=path in warned)
        for path, each in batch.made.items()
    }
    return made, problems


def survey_all(
    work: Mapping[str, Output], prepared: "Prepared", look: Look, jobs: int = 1
) -> tuple[dict[str, "Seen"], list[Problem]]:
    """Render *work* and *look* at every finished file, one at a time; nothing is written."""
    pages = {path: output for path, output in work.items() if isinstance(output, Page)}
    files = {path: output for path, output in work.items() if isinstance(output, Export)}
    batch = Batch({}, [], {}, {})
    if jobs > 1 and len(pages) > FEW and can_fork():
        _render_forked({**pages, **files}, prepared, None, jobs, batch, look=look)
    else:
        from .render import Renderer

        _encode(batch, prepared.site, files, None, look)
        _fill(batch, Renderer(prepared.theme, prepared.site), pages, None, look=look)
    return batch.seen, _locate(batch, prepared)


def _locate(batch: Batch, prepared: "Prepared") -> list[Problem]:
    faults = [fault for found in batch.faults.values() for fault in found]
    return locate(batch.problems, faults, find_lines(prepared.sources))


def _encode(
    batch: Batch,
    site: Site,
    files: Mapping[str, Export],
    stage: Path | None,
    look: Look | None = None,
) -> None:
    """Make *files*, in the order of their paths, and write them into *stage*, or *look* at them."""
    for path, file in sorted(files.items()):
        content = exports()[file.format].encode(file.build(), site)
        if stage is not None:
            batch.made[path] = write_staged(stage, path, content)
        if look is not None:
            batch.seen[path] = look(path, content)


def _fill(
    batch: Batch,
    renderer: "Renderer",
    pages: Mapping[str, Page],
    stage: Path | None,
    progress: Callable[[int], None] = lambda _done: None,
    look: Look | None = None,
) -> None:
    """Render *pages*, in the order of their paths, into *stage*, or *look* at them."""
    for done, (path, page) in enumerate(sorted(pages.items())):
        progress(done)
        try:
            rendered = renderer.render(page)
        except SiteError as error:
            batch.problems += error.problems
            continue
        batch.problems += rendered.problems
        if rendered.faults:
            batch.faults[path] = rendered.faults
        if stage is not None:
            batch.made[path] = write_staged(stage, path, rendered.content)
        if look is not None:
            batch.seen[path] = look(path, rendered.content)


def _render_forked(
    outputs: Mapping[str, Page | Export],
    prepared: "Prepared",
    stage: Path | None,
    jobs: int,
    batch: Batch,
    progress: Progress = lambda _done, _total: None,
    look: Look | None = None,
) -> None:
    """Share the work among copies of this process, which have all that it knows already."""
    from .render import Renderer

    renderer = Renderer(prepared.theme, prepared.site)
    pages = {path: output for path, output in outputs.items() if isinstance(output, Page)}
    files = {path: output for path, output in outputs.items() if isinstance(output, Export)}
    # Every template is compiled once, before the process divides.
    first_uses = {pages[name].template: name for name in sorted(pages, reverse=True)}
    ready = {name: pages[name] for name in first_uses.values()}
    _fill(batch, renderer, ready, stage, look=look)
    # Lists of one time show the same papers: a process that has them all renders each card once.
    rest = sorted(pages.keys() - ready.keys(), key=lambda name: (_day(pages[name]), name))
    size = -(-len(rest) // jobs)
    large = sorted(files)
    parts = [large[n::jobs] + rest[n * size : (n + 1) * size] for n in range(jobs)]
    parent = os.getpid()

    def make(part: list[str]) -> Batch:
        found = Batch({}, [], {}, {})
        # Of the other processes nothing is heard on the way; they are as far as this one.
        told = progress if os.getpid() == parent else (lambda _done, _total: None)
        _encode(found, prepared.site, {n: files[n] for n in part if n in files}, stage, look)
        some = {name: pages[name] for name in part if name in pages}
        _fill(found, renderer, some, stage, lambda done: told(done * jobs, len(pages)), look)
        return found

    for found in share(make, parts):
        _join(batch, found)


def _day(page: Page) -> dt.date:
    """Give the day of the first paper that *page* lists, or of what it shows."""
    groups = page.inputs.get("groups")
    day = groups[0].items[0].day if groups and groups[0].items else page.modified
    return day or dt.date.min


def parse_forked(files: PaperFiles, paths: Iterable[str], jobs: int) -> Mapping[str, Parsed]:
    """Read the files of papers on several processes where that is worth while."""
    names = list(paths)
    if jobs == 1 or len(names) <= FEW or not can_fork():
        return parse_here(files, names)
    shares = [names[n::jobs] for n in range(jobs)]
    parts = share(lambda part: parse_here(files, part), shares)
    return {path: parsed for part in parts for path, parsed in part.items()}


def _render_elsewhere(
    pages: Mapping[str, Page],
    prepared: "Prepared",
    stage: Path | None,
    executor: "Executor",
    batch: Batch,
    progress: Progress,
) -> None:
    """Send slices to an executor; only some are under way at any time."""
    shared = pickle.dumps((prepared.theme, prepared.site))
    names = iter(sorted(pages))

    def submit() -> "Iterator[Future[list[tuple[str, bytes, Batch]]]]":
        while part := list(islice(names, SLICE)):
            yield executor.submit(render_slice, shared, {name: pages[name] for name in part})

    waiting = submit()
    running = list(islice(waiting, IN_FLIGHT))
    try:
        while running:
            for path, content, found in running.pop(0).result():
                _join(batch, found)
                if stage is not None and not found.problems:
                    batch.made[path] = write_staged(stage, path, content)
                progress(len(batch.made), len(pages))
            running += islice(waiting, 1)
    finally:
        for future in running:
            future.cancel()


def render_slice(shared: bytes, pages: Mapping[str, Page]) -> list[tuple[str, bytes, Batch]]:
    """Render *pages* and give their bytes: what an executor runs, perhaps on another machine."""
    from .render import Renderer

    theme: Theme
    site: Site
    theme, site = pickle.loads(shared)
    renderer = Renderer(theme, site)
    results = []
    for path, page in pages.items():
        found = Batch({}, [], {}, {})
        try:
            rendered = renderer.render(page)
        except SiteError as error:
            found.problems += error.problems
            results.append((path, b"", found))
        else:
            found.problems += rendered.problems
            found.faults[path] = rendered.faults
            results.append((path, rendered.content, found))
    return results


def _join(batch: Batch, other: Batch) -> None:
    batch.made |= other.made
    batch.problems += other.problems
    batch.faults |= other.faults
    batch.seen |= other.seen

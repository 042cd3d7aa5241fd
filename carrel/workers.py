"""Rendering: in this process, in several, or through an executor of one's own.

A worker gets a slice of the outputs and writes them into the staging folder, so that a site is
never in memory as a whole. A foreign executor may run on other machines: it gives bytes back.
"""

import datetime as dt
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from .exports import exports
from .outputs import Blob, Copy, Export, Output, Page
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


class Work(NamedTuple):
    """Outputs by what has to be done for them."""

    pages: list[str]  #: newest last
    exports: list[str]
    others: list[str]  #: whose bytes are known


class Batch(Struct):
    """What came of rendering some outputs."""

    made: dict[str, Made] = {}
    problems: list[Problem] = []
    faults: dict[str, tuple[tuple[str, str, Fault], ...]] = {}  #: by output
    seen: dict[str, "Seen"] = {}  #: when the finished files are only looked at


def render_all(
    paths: Iterable[str],
    prepared: "Prepared",
    stage: Path | None,
    jobs: int = 1,
    executor: "Executor | None" = None,
    progress: Progress = lambda _done, _total: None,
    make_renderer: "Callable[[Theme, Site], Renderer] | None" = None,
) -> tuple[dict[str, Made], list[Problem]]:
    """Render *paths* into *stage* (None: nowhere); give what was made, and all problems found.

    Where this process cannot divide, because other threads run in it, much work goes to new ones.
    """
    work = _sort(paths, prepared)
    batch = Batch({}, [], {}, {})
    if stage is not None:
        for path, output in prepared.plan.outputs(work.others):
            batch.made[path] = write_staged(stage, path, _content(output, prepared))
    if executor is None and jobs > 1 and len(work.pages) > FEW and stage is not None and can_fork():
        _render_forked(work, prepared, stage, jobs, batch, progress)
    else:
        _encode(batch, prepared, work.exports, stage)
        pages = _plan_pages(work.pages, prepared)
        if executor is not None:
            _render_elsewhere(pages, len(work.pages), prepared, stage, executor, batch, progress)
        elif jobs > 1 and len(work.pages) > MANY:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context

            with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
                _render_elsewhere(pages, len(work.pages), prepared, stage, pool, batch, progress)
        elif work.pages:
            from .render import Renderer

            renderer = (make_renderer or Renderer)(prepared.theme, prepared.site)
            _fill(batch, renderer, pages, stage, lambda done: progress(done, len(work.pages)))
    problems = _locate(batch, prepared)
    warned = {path for path, found in batch.faults.items() if found}
    made = {
        path: Made(each.digest, each.size, warned=path in warned)
        for path, each in batch.made.items()
    }
    return made, problems


def survey_all(
    paths: Iterable[str], prepared: "Prepared", look: Look, jobs: int = 1
) -> tuple[dict[str, "Seen"], list[Problem]]:
    """Render *paths* and *look* at every finished file, one at a time; nothing is written."""
    work = _sort(paths, prepared)
    batch = Batch({}, [], {}, {})
    if jobs > 1 and len(work.pages) > FEW and can_fork():
        _render_forked(work, prepared, None, jobs, batch, look=look)
    else:
        from .render import Renderer

        _encode(batch, prepared, work.exports, None, look)
        pages = _plan_pages(work.pages, prepared)
        _fill(batch, Renderer(prepared.theme, prepared.site), pages, None, look=look)
    return batch.seen, _locate(batch, prepared)


def _sort(paths: Iterable[str], prepared: "Prepared") -> Work:
    """Sort outputs by what has to be done; pages by the day of what they show.

    Pages of one time show the same papers, which so have to be read and made into cards once.
    """
    rows = prepared.plan.rows
    asked = sorted(paths)
    pages = [path for path in asked if rows[path].is_page]
    exports = [path for path in asked if rows[path].is_export]
    others = [path for path in asked if rows[path].template is None]
    pages.sort(key=lambda path: rows[path].modified or dt.date.min)
    return Work(pages, exports, others)


def _plan_pages(paths: Iterable[str], prepared: "Prepared") -> Iterator[tuple[str, Page]]:
    for path, output in prepared.plan.outputs(paths):
        if isinstance(output, Page):
            yield path, output


def _content(output: Output, prepared: "Prepared") -> bytes | Path:
    if isinstance(output, Blob):
        return output.content
    assert isinstance(output, Copy)
    return Path(prepared.sources.assets[output.source].place)


def _locate(batch: Batch, prepared: "Prepared") -> list[Problem]:
    faults = [fault for found in batch.faults.values() for fault in found]
    return locate(batch.problems, faults, find_lines(prepared.sources))


def _encode(
    batch: Batch,
    prepared: "Prepared",
    paths: Iterable[str],
    stage: Path | None,
    look: Look | None = None,
) -> None:
    """Make the files at *paths* for other programs, into *stage*, or *look* at them."""
    for path, file in prepared.plan.outputs(paths):
        assert isinstance(file, Export)
        content = exports()[file.format].encode(file.build(), prepared.site)
        if stage is not None:
            batch.made[path] = write_staged(stage, path, content)
        if look is not None:
            batch.seen[path] = look(path, content)


def _fill(
    batch: Batch,
    renderer: "Renderer",
    pages: Iterable[tuple[str, Page]],
    stage: Path | None,
    progress: Callable[[int], None] = lambda _done: None,
    look: Look | None = None,
) -> None:
    """Render *pages* into *stage*, or *look* at them."""
    for done, (path, page) in enumerate(pages):
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
    work: Work,
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
    # Every template is compiled once, before the process divides.
    rows = prepared.plan.rows
    first_uses = {rows[path].template: path for path in sorted(work.pages, reverse=True)}
    first = set(first_uses.values())
    _fill(batch, renderer, _plan_pages(sorted(first), prepared), stage, look=look)
    rest = [path for path in work.pages if path not in first]
    undated = [*work.exports, *(path for path in rest if not rows[path].modified)]
    dated = [path for path in rest if rows[path].modified]
    size = -(-len(dated) // jobs)
    parts = [undated[n::jobs] + dated[n * size : (n + 1) * size] for n in range(jobs)]
    parent = os.getpid()

    def make(part: list[str]) -> Batch:
        found = Batch({}, [], {}, {})
        # Of the other processes nothing is heard on the way; they are as far as this one.
        told = progress if os.getpid() == parent else (lambda _done, _total: None)
        _encode(found, prepared, [path for path in part if rows[path].is_export], stage, look)
        pages = _plan_pages([path for path in part if rows[path].is_page], prepared)
        _fill(found, renderer, pages, stage, lambda done: told(done * jobs, len(rest)), look)
        return found

    for found in share(make, parts):
        _join(batch, found)


def _render_elsewhere(
    pages: Iterator[tuple[str, Page]],
    total: int,
    prepared: "Prepared",
    stage: Path | None,
    executor: "Executor",
    batch: Batch,
    progress: Progress,
) -> None:
    """Send slices to an executor; only some are under way at any time."""
    shared = pickle.dumps((prepared.theme, prepared.site))

    def submit() -> "Iterator[Future[list[tuple[str, bytes, Batch]]]]":
        while part := dict(islice(pages, SLICE)):
            yield executor.submit(render_slice, shared, part)

    waiting = submit()
    running = list(islice(waiting, IN_FLIGHT))
    try:
        while running:
            for path, content, found in running.pop(0).result():
                _join(batch, found)
                if stage is not None and not found.problems:
                    batch.made[path] = write_staged(stage, path, content)
                progress(len(batch.made), total)
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

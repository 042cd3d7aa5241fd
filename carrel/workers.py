"""Rendering: in this process, in several, or through any executor of concurrent.futures.

A worker gets a slice of the outputs and writes them into the staging folder, so that a site is
never in memory as a whole. A foreign executor may run on other machines: it gives bytes back.
"""

import gc
import multiprocessing
import pickle
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor as Executor
from concurrent.futures import Future
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from .outputs import Blob, Output, Page
from .problems import Position, Problem, SiteError
from .settings import Site
from .sources import Sources, decode_text
from .staging import Made, write_staged
from .themes import Theme

if TYPE_CHECKING:
    from .markdown import Fault
    from .pipeline import Prepared
    from .render import Renderer

#: (path, a text that stands in it, a line of that text from 0) → the place of that line
Find = Callable[[str, str, int], Position]
FEW = 200  #: outputs that one process renders before others have started
SLICE = 100  #: outputs that go to an executor at once
IN_FLIGHT = 8  #: slices that wait for an executor at any time


class Batch(Struct):
    """What came of rendering some outputs."""

    made: dict[str, Made] = {}
    problems: list[Problem] = []
    faults: dict[str, tuple[tuple[str, str, "Fault"], ...]] = {}  #: by output


def render_all(
    work: Mapping[str, Output],
    prepared: "Prepared",
    stage: Path | None,
    jobs: int = 1,
    executor: Executor | None = None,
) -> tuple[dict[str, Made], list[Problem]]:
    """Render *work* into *stage* (None: nowhere); give what was made, and all problems found."""
    pages = {path: output for path, output in work.items() if isinstance(output, Page)}
    batch = Batch({}, [], {})
    for path, output in work.items():
        if stage is not None and not isinstance(output, Page):
            assets = prepared.sources.assets
            content = (
                output.content if isinstance(output, Blob) else Path(assets[output.source].place)
            )
            batch.made[path] = write_staged(stage, path, content)
    if pages:
        if executor is not None:
            _render_elsewhere(pages, prepared, stage, executor, batch)
        elif jobs > 1 and len(pages) > FEW and threading.active_count() == 1 and stage is not None:
            _render_forked(pages, prepared, stage, jobs, batch)
        else:
            _render_here(pages, prepared, stage, batch)
    problems = _located(batch, find_lines(prepared.sources))
    warned = {path for path, faults in batch.faults.items() if faults}
    made = {
        path: Made(each.digest, each.size, warned=path in warned)
        for path, each in batch.made.items()
    }
    return made, problems


def _render_here(
    pages: Mapping[str, Page], prepared: "Prepared", stage: Path | None, batch: Batch
) -> None:
    from .render import Renderer

    _fill(batch, Renderer(prepared.theme, prepared.site), pages, stage)


def _fill(
    batch: Batch, renderer: "Renderer", pages: Mapping[str, Page], stage: Path | None
) -> None:
    """Render *pages*, in the order of their paths, into *stage*."""
    for path, page in sorted(pages.items()):
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


def _render_forked(
    pages: Mapping[str, Page], prepared: "Prepared", stage: Path, jobs: int, batch: Batch
) -> None:
    """Share the work among copies of this process, which have all that it knows already."""
    from .render import Renderer

    renderer = Renderer(prepared.theme, prepared.site)
    names = sorted(pages)
    # Every template is compiled once, before the process divides.
    first_uses = {pages[name].template: name for name in reversed(names)}
    ready = {name: pages[name] for name in first_uses.values()}
    _fill(batch, renderer, ready, stage)
    rest = [name for name in names if name not in ready]
    context = multiprocessing.get_context("fork")
    gc.freeze()  # what is never collected is never copied either
    running = []
    for number in range(jobs):
        part = {name: pages[name] for name in rest[number::jobs]}
        receive, send = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(renderer, part, stage, send), daemon=True)
        process.start()
        send.close()
        running.append((process, receive))
    gc.unfreeze()
    for process, receive in running:
        try:
            answer = receive.recv()
        except EOFError:
            raise OSError(0, "a rendering process ended before its work was done") from None
        process.join()
        if isinstance(answer, BaseException):
            raise answer
        _join(batch, answer)


def _work(renderer: "Renderer", pages: Mapping[str, Page], stage: Path, send: Connection) -> None:
    batch = Batch({}, [], {})
    answer: Batch | OSError = batch
    try:
        _fill(batch, renderer, pages, stage)
    except OSError as error:
        answer = error
    send.send(answer)


def _render_elsewhere(
    pages: Mapping[str, Page],
    prepared: "Prepared",
    stage: Path | None,
    executor: Executor,
    batch: Batch,
) -> None:
    """Send slices to an executor; only some are under way at any time."""
    shared = pickle.dumps((prepared.theme, prepared.site))
    names = iter(sorted(pages))

    def submit() -> Iterator[Future[list[tuple[str, bytes, Batch]]]]:
        while part := list(islice(names, SLICE)):
            yield executor.submit(render_slice, shared, {name: pages[name] for name in part})

    waiting = submit()
    running = list(islice(waiting, IN_FLIGHT))
    while running:
        for path, content, found in running.pop(0).result():
            _join(batch, found)
            if stage is not None and content:
                batch.made[path] = write_staged(stage, path, content)
        running += islice(waiting, 1)


def render_slice(shared: bytes, pages: Mapping[str, Page]) -> list[tuple[str, bytes, Batch]]:
    """Render *pages* and give their bytes: what an executor runs, perhaps on another machine."""
    from .render import Renderer

    theme: Theme
    site: Site
    theme, site = pickle.loads(shared)
    renderer = Renderer(theme, site)
    results = []
    for path, page in pages.items():
        found = Batch({}, [], {})
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


def _located(batch: Batch, find: Find) -> list[Problem]:
    """Give all problems, each once: a faulty template fails on every page that uses it."""
    problems = {(problem.where, problem.message): problem for problem in reversed(batch.problems)}
    for faults in batch.faults.values():
        for path, text, fault in faults:
            where = find(path, text, fault.line)
            problem = Problem(where, fault.message, fault.hint, fault.warning)
            problems[(where, fault.message)] = problem
    return list(problems.values())


def find_lines(sources: Sources) -> Find:
    """Make the function that finds the place of a line of a text in its file."""

    def find(path: str, text: str, line: int) -> Position:
        whole = decode_text(sources.texts[path], path) if path in sources.texts else ""
        start = whole.find(f"\n{text}") + 1
        if not start:  # the text has a gap, such as notes around an abstract
            text, line = text.split("\n")[line], 0
            start = whole.find(f"\n{text}") + 1
        return Position(path, whole.count("\n", 0, start) + 1 + line if start else 0)

    return find

"""Rendering: in this process, in several, or through any executor of concurrent.futures.

A worker gets a slice of the outputs and writes them into the staging folder, so that a site is
never in memory as a whole. A foreign executor may run on other machines: it gives bytes back.
"""

import gc
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor as Executor
from concurrent.futures import Future
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from .outputs import Blob, Output, Page
from .places import find_lines, locate
from .problems import Problem, SiteError
from .settings import Site
from .staging import Made, write_staged
from .themes import Theme

if TYPE_CHECKING:
    from .markdown import Fault
    from .pipeline import Prepared
    from .render import Renderer
    from .survey import Seen

FEW = 200  #: outputs that one process renders before others have started
SLICE = 100  #: outputs that go to an executor at once
IN_FLIGHT = 8  #: slices that wait for an executor at any time

#: (path, its finished bytes) → what to keep of them
Look = Callable[[str, bytes], "Seen"]


class Batch(Struct):
    """What came of rendering some outputs."""

    made: dict[str, Made] = {}
    problems: list[Problem] = []
    faults: dict[str, tuple[tuple[str, str, "Fault"], ...]] = {}  #: by output
    seen: dict[str, "Seen"] = {}  #: when the finished files are only looked at


def render_all(
    work: Mapping[str, Output],
    prepared: "Prepared",
    stage: Path | None,
    jobs: int = 1,
    executor: Executor | None = None,
) -> tuple[dict[str, Made], list[Problem]]:
    """Render *work* into *stage* (None: nowhere); give what was made, and all problems found."""
    pages = {path: output for path, output in work.items() if isinstance(output, Page)}
    batch = Batch({}, [], {}, {})
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
        elif jobs > 1 and len(pages) > FEW and stage is not None and _can_fork():
            _render_forked(pages, prepared, stage, jobs, batch)
        else:
            _render_here(pages, prepared, stage, batch)
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
    batch = Batch({}, [], {}, {})
    if jobs > 1 and len(pages) > FEW and _can_fork():
        _render_forked(pages, prepared, None, jobs, batch, look)
    elif pages:
        _render_here(pages, prepared, None, batch, look)
    return batch.seen, _locate(batch, prepared)


def _locate(batch: Batch, prepared: "Prepared") -> list[Problem]:
    faults = [fault for found in batch.faults.values() for fault in found]
    return locate(batch.problems, faults, find_lines(prepared.sources))


def _can_fork() -> bool:
    """Whether this process may divide: with other threads it may not, nor can it on Windows."""
    forks = "fork" in multiprocessing.get_all_start_methods()
    return forks and threading.active_count() == 1


def _render_here(
    pages: Mapping[str, Page],
    prepared: "Prepared",
    stage: Path | None,
    batch: Batch,
    look: Look | None = None,
) -> None:
    from .render import Renderer

    _fill(batch, Renderer(prepared.theme, prepared.site), pages, stage, look)


def _fill(
    batch: Batch,
    renderer: "Renderer",
    pages: Mapping[str, Page],
    stage: Path | None,
    look: Look | None = None,
) -> None:
    """Render *pages*, in the order of their paths, into *stage*, or to *look* at them."""
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
        if look is not None:
            batch.seen[path] = look(path, rendered.content)


def _render_forked(
    pages: Mapping[str, Page],
    prepared: "Prepared",
    stage: Path | None,
    jobs: int,
    batch: Batch,
    look: Look | None = None,
) -> None:
    """Share the work among copies of this process, which have all that it knows already."""
    from .render import Renderer

    renderer = Renderer(prepared.theme, prepared.site)
    names = sorted(pages)
    # Every template is compiled once, before the process divides.
    first_uses = {pages[name].template: name for name in reversed(names)}
    ready = {name: pages[name] for name in first_uses.values()}
    _fill(batch, renderer, ready, stage, look)
    rest = [name for name in names if name not in ready]
    context = multiprocessing.get_context("fork")
    gc.freeze()  # what is never collected is never copied either
    running = []
    try:
        for number in range(jobs):
            part = {name: pages[name] for name in rest[number::jobs]}
            receive, send = context.Pipe(duplex=False)
            arguments = (renderer, part, stage, look, send, os.getpid())
            process = context.Process(target=_work, args=arguments, daemon=True)
            process.start()
            send.close()
            running.append((process, receive))
        for _, receive in running:
            try:
                answer = receive.recv()
            except EOFError:
                raise OSError(0, "a rendering process ended before its work was done") from None
            if isinstance(answer, OSError):
                raise answer
            _join(batch, answer)
    finally:  # whatever happens, nobody goes on writing into the staging folder
        gc.unfreeze()
        for process, receive in running:
            receive.close()
            process.terminate()
            process.join()
            process.close()


def _work(
    renderer: "Renderer",
    pages: Mapping[str, Page],
    stage: Path | None,
    look: Look | None,
    send: Connection,
    parent: int,
) -> None:
    """Render *pages* and tell the process *parent*, as long as it is there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent ends this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    batch = Batch({}, [], {}, {})
    answer: Batch | OSError = batch
    try:
        _fill(batch, renderer, pages, stage, look)
    except OSError as error:
        answer = error
    send.send(answer)


def _end_with(parent: int) -> None:
    """End this process soon after *parent* died: it holds the lock of the output, too."""
    while os.getppid() == parent:
        time.sleep(0.05)
    os._exit(1)


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
    try:
        while running:
            for path, content, found in running.pop(0).result():
                _join(batch, found)
                if stage is not None and not found.problems:
                    batch.made[path] = write_staged(stage, path, content)
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

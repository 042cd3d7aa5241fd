"""What the commands share: the folder of the site, the day, reading input, printing problems."""

import contextlib
import datetime as dt
import gc
import json
import os
import shlex
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import disk
from .addresses import host_of
from .costs import Cost
from .problems import Position, Problem, SiteError, cannot_read, printable, show_all
from .settings import CONFIG

if TYPE_CHECKING:
    from .pipeline import Report

PATIENCE_SECONDS = 1  #: before a bar appears


def find_root(named: Path | None) -> Path:
    """Give the folder of the site: the one that was named, or the nearest one upward."""
    # What is no ordinary file counts too, and is refused when it is read: were it passed over, the
    # command would change the list of a folder above.
    if named is not None:
        if os.path.lexists(named / CONFIG):
            return named
        hint = f"begin a list there with: carrel init {shlex.quote(str(named))}"
        raise SiteError(Problem(Position(str(named / CONFIG)), "there is no site here", hint))
    here = Path.cwd()
    for folder in (here, *here.parents):
        if os.path.lexists(folder / CONFIG):
            return folder
    hint = "begin a list with: carrel init DIR, or name its folder with: carrel --site DIR …"
    raise SiteError(Problem(Position(CONFIG), "neither here nor in a folder above", hint))


def read_input(path: Path, limit: int) -> bytes:
    """Read a file that was named on the command line; '-' is standard input.

    No more is read than a byte beyond *limit*, whatever the file is.
    """
    if str(path) == "-":
        return sys.stdin.buffer.read(limit + 1)
    try:
        return disk.read_input(path, limit)
    except OSError as error:
        raise SiteError(cannot_read(str(path), error)) from error


def input_name(path: Path) -> str:
    """Give what messages call a file that was named on the command line."""
    return "standard input" if str(path) == "-" else str(path)


def ask_unless(given: str | None, question: str, default: str) -> str:
    """Give what an option said, else what a person on a terminal answers, else *default*."""
    if given is not None:
        return given
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return default
    return str(click.prompt(question, default=default, show_default=bool(default)))


def read_base_url(_context: object, _option: object, given: str | None) -> str | None:
    """Refuse what can be the address of no site, for click."""
    if given is not None and not host_of(given):
        raise click.BadParameter("write it like https://name.github.io/repo/")
    return given


def today() -> dt.date:
    """Give the day of new entries; SOURCE_DATE_EPOCH fixes it (reproducible-builds.org)."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        moment = float(fixed) if fixed.isdecimal() else time.time()
        return dt.datetime.fromtimestamp(moment, dt.UTC).date()
    except (OverflowError, ValueError, OSError) as error:
        hint = "write seconds since 1970, as date +%s prints them, or unset it"
        message = f"'{fixed[:40]}' is no possible time"
        raise SiteError(Problem(Position("SOURCE_DATE_EPOCH"), message, hint)) from error


def print_problems(problems: Iterable[Problem], as_json: bool) -> None:
    """Print problems to standard error."""
    for row in show_all(problems, as_json):
        click.echo(row, err=True)


def show_bytes(size: int) -> str:
    """Write a size as people do: 8.1 MB."""
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"


MAX_KINDS = 8


def encode_report(report: "Report") -> str:
    """Write what a build did as JSON."""
    numbers = {"outputs": report.outputs, "bytes": report.size}
    names = {"changed": sorted(report.changed), "removed": sorted(report.removed)}
    more = {"rendered": dict(sorted(report.rendered.items())), "unfiled": report.unfiled}
    return json.dumps(numbers | names | more)


def show_report(report: "Report", seconds: float, *, explain: bool, brief: bool) -> Iterator[str]:
    """Say what a build did in so many *seconds*; *brief*: only what was asked to *explain*."""
    if explain:
        yield from (f"{path}: {reason}" for path, reason in sorted(report.rendered.items()))
    if not brief:
        yield (
            f"{report.outputs} files, {show_bytes(report.size)}: "
            f"{len(report.rendered)} rendered, {len(report.changed)} changed, "
            f"{len(report.removed)} removed in {seconds:.2f} s"
        )
        yield from show_unfiled(report.unfiled, explain)
        yield from show_costs(report.costs)


def show_costs(costs: Sequence[Cost]) -> Iterator[str]:
    """Write what a site is made of as a table, what costs most first."""
    for cost in costs[:MAX_KINDS]:
        yield f"{cost.files:10,} × {cost.kind}: {show_bytes(cost.size)}"
    rest = costs[MAX_KINDS:]
    if rest:
        size = show_bytes(sum(cost.size for cost in rest))
        yield f"{sum(cost.files for cost in rest):10,} others: {size}"


def show_unfiled(paths: Sequence[str], named: bool) -> Iterator[str]:
    """Say which terms have no page, or how many: of a catalogue that may be a hundred."""
    if named:
        yield from (f"{path}: no page, because no paper is filed under it" for path in paths)
    elif paths:
        yield f"{len(paths)} × a term without papers, which has no page (--explain names them)"


def try_build(run: Callable[[], object], failed: Callable[[Sequence[Problem]], None]) -> None:
    """Run a build whose faults end nothing: they are shown, and the last good site stays."""
    try:
        run()
    except SiteError as error:
        problems = error.problems
    except OSError as error:
        # Only the last part of a path: the fault is shown in pages too, which name no machine.
        place = Position(Path(os.fsdecode(error.filename)).name if error.filename else "carrel")
        problems = (Problem(place, error.strerror or type(error).__name__),)
    else:
        return
    print_problems(problems, as_json=False)
    click.echo("nothing was written; the last good site stays", err=True)
    failed(problems)


class Progress:
    """A bar on the terminal, for work that takes longer than a second."""

    def __init__(self, quiet: bool) -> None:
        self._end = time.monotonic() + PATIENCE_SECONDS
        self._shown = not quiet and sys.stderr.isatty()
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        """Show that *done* of *total* are done."""
        if self._bar is None and self._shown and time.monotonic() > self._end:
            self._bar = click.progressbar(length=total, label="rendering", file=sys.stderr)
            self._bar.render_progress()
        if self._bar is not None:
            self._bar.update(done - self._bar.pos)

    def close(self) -> None:
        """Take the bar away: what is said next begins on an empty line."""
        if self._bar is not None:
            click.echo("\r\033[K", err=True, nl=False)
            self._bar = None


def keep_building(
    root: Path,
    run: Callable[[Set[str] | None], object],
    stop: threading.Event,
    *,
    poll: bool = False,
    failed: Callable[[Sequence[Problem]], None] = lambda _: None,
) -> None:
    """Build now and again after every change, until *stop* is set or Ctrl-C.

    *run* gets the files that were touched; None: any may have been. With *poll* changes are looked
    for instead of being told by the system. *failed* gets the problems of every build that has
    some.
    """
    from .watch import watch

    def say(message: str) -> None:
        click.echo(printable(message), err=True)

    with contextlib.suppress(KeyboardInterrupt):
        watch(
            root,
            lambda touched: _without_pauses(lambda: try_build(lambda: run(touched), failed)),
            stop,
            poll=poll,
            say=say,
        )


def _without_pauses(run: Callable[[], object]) -> None:
    """Let garbage wait until a build is over: a large list makes much of it, and somebody waits."""
    gc.disable()
    try:
        run()
    finally:
        gc.collect()
        gc.freeze()  # what the next build keeps need not be looked through again
        gc.enable()

"""The commands, and what their exit statuses mean."""

import atexit
import contextlib
import gc
import importlib
import os
import sys
import threading
import time
import traceback
from collections.abc import Sequence, Set
from pathlib import Path

import click

from . import __version__
from .problems import Position, Problem, SiteError, printable, show_all
from .terminal import (
    Progress,
    encode_report,
    find_root,
    keep_building,
    print_problems,
    read_base_url,
    show_report,
    try_build,
)

#: name → where its command is. Each is loaded when it is called: a build needs no other.
_ELSEWHERE = {
    "add": "cli_desk.add",
    "check": "cli_curate.check",
    "completion": "cli_curate.completion",
    "export": "cli_desk.export",
    "import": "cli_desk.import_command",
    "init": "cli_desk.init",
    "new": "cli_desk.new",
    "publish": "cli_publish.publish",
    "rename": "cli_curate.rename",
    "schema": "cli_curate.schema",
    "stats": "cli_curate.stats",
    "tag": "cli_desk.tag",
}


class _Commands(click.Group):
    """The commands of this module, and those of ``_ELSEWHERE``."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Give the names of all commands."""
        return sorted([*super().list_commands(context), *_ELSEWHERE])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Give the command *name*, loaded by now."""
        if name not in _ELSEWHERE:
            return super().get_command(context, name)
        module, _, inner = _ELSEWHERE[name].partition(".")
        command: click.Command = getattr(importlib.import_module(f".{module}", __package__), inner)
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="carrel")
@click.option("--site", "root", type=click.Path(path_type=Path), help="The folder of the site.")
@click.pass_context
def carrel(context: click.Context, root: Path | None) -> None:
    """Make a site from a reading list of research papers."""
    context.obj = root


_quiet = click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
_poll = click.option("--poll", is_flag=True, help="Look for changes, where none are told.")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")


@carrel.command()
@click.option("--output", type=click.Path(path_type=Path), help="The folder to build.")
@click.option("--base-url", callback=read_base_url, help="The address of the site, for this build.")
@click.option("--drafts", is_flag=True, help="Include drafts.")
@click.option("--watch", is_flag=True, help="Build again whenever something changes.")
@_poll
@click.option("--jobs", type=click.IntRange(1), help="Processes; default: one for each core.")
@click.option("--explain", is_flag=True, help="Say why each output is made again.")
@click.option("--clean", is_flag=True, help="Make every output again.")
@click.option("--index-links", is_flag=True, help="Name index.html in links, to read from disk.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors: exit 1.")
@_as_json
@_quiet
@click.pass_obj
def build(
    named: Path | None,
    output: Path | None,
    base_url: str | None,
    drafts: bool,
    watch: bool,
    poll: bool,
    jobs: int | None,
    explain: bool,
    clean: bool,
    index_links: bool,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Build the site."""
    from . import pipeline

    if not watch:
        gc.disable()  # what a single build makes is needed to its end
        atexit.register(gc.freeze)  # and then not looked through either
    root = find_root(named)
    session = pipeline.Session()

    def run(touched: Set[str] | None = None) -> bool:
        start = time.monotonic()
        progress = Progress(quiet)
        try:
            report = pipeline.build(
                root,
                output,
                base_url=base_url,
                index_links=index_links,
                drafts=drafts,
                clean=clean,
                jobs=jobs or os.cpu_count() or 1,
                session=session,
                touched=touched,
                progress=progress,
            )
        finally:
            progress.close()
        seconds = time.monotonic() - start
        print_problems(report.warnings, as_json)
        if as_json:
            click.echo(encode_report(report))
        else:
            for row in show_report(report, seconds, explain=explain, brief=quiet):
                click.echo(printable(row))
        return not (strict and report.warnings)

    if watch:
        keep_building(root, run, threading.Event(), poll=poll)
    elif not run():
        raise SystemExit(1)


@carrel.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="The port to listen on; default: 8000 or the next free one.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the site in a browser.")
@_poll
@click.pass_obj
def serve(named: Path | None, host: str, port: int | None, open_browser: bool, poll: bool) -> None:
    """Show the site on this machine, with drafts, and build it again on every change."""
    from . import pipeline
    from .background import Indexing
    from .reload import Live
    from .search import FOLDER
    from .serve import FIRST_PORT, LOCAL_NAMES, Preview, Server, open_port

    root = find_root(named)
    try:
        listener = open_port(host, port)
    except OSError as error:
        hint = "choose another one with --port"
        message = f"port {port or FIRST_PORT} of {host} cannot be used: {error.strerror}"
        raise SiteError(Problem(Position("serve"), message, hint)) from error
    wanted, port = port, listener.getsockname()[1]
    if wanted is None and port != FIRST_PORT:
        click.echo(f"port {FIRST_PORT} is taken; this is port {port}", err=True)
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else host
    shown = f"[{shown}]" if ":" in shown else shown
    out = root / ".carrel" / "serve"
    live = Live()
    stop, tried, building = threading.Event(), threading.Event(), threading.Lock()
    faults: list[Exception] = []

    session = pipeline.Session()

    def run_build(touched: Set[str] | None) -> None:
        start = time.monotonic()
        site = pipeline.read_settings(root)
        base_path = site.base_path
        address = f"http://{shown}:{port}{base_path}"
        with building:
            report = pipeline.build(
                root,
                out,
                base_url=address,
                drafts=True,
                jobs=os.cpu_count() or 1,
                session=session,
                touched=touched,
                index="latest",
            )
        print_problems(report.warnings, as_json=False)
        seconds = time.monotonic() - start
        click.echo(f"{report.outputs} files, {len(report.changed)} changed in {seconds:.2f} s")
        if tried.is_set() and base_path != live.base_path:
            click.echo(f"{address}  (the base path has changed)")
        # A new index changes nothing that a page shows, and needs none itself.
        pages = {p for p in report.changed | report.removed if not p.startswith(FOLDER)}
        live.built(pages, base_path)
        if site.search == "on" and (pages or not tried.is_set()):
            indexing.ask()
        tried.set()

    def tell(problems: Sequence[Problem]) -> None:
        # Pages are no place for the folders of this machine.
        live.failed(text.replace(f"{root}{os.sep}", "") for text in show_all(problems))
        tried.set()

    indexing = Indexing(root, lambda: try_build(lambda: run_build(set()), tell))

    def follow() -> None:
        try:
            keep_building(root, run_build, stop, poll=poll, failed=tell)
        except Exception as error:
            faults.append(error)  # raised below, where every command's faults end
        finally:
            tried.set()
            server.should_exit = True

    def announce() -> None:
        address = f"http://{shown}:{port}{live.base_path}"
        click.echo(f"{address}  (Ctrl-C ends)")
        if open_browser:
            click.launch(address)

    server = Server(Preview(out, live, [*LOCAL_NAMES, host], port), announce)
    watcher = threading.Thread(target=follow, daemon=True)
    with contextlib.suppress(KeyboardInterrupt):
        watcher.start()
        tried.wait()
        server.run(sockets=[listener])
    stop.set()
    indexing.stop()
    watcher.join(timeout=2)
    if faults:
        raise faults[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status: 0 fine, 1 problems of the site, 2 wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    trace = "--traceback" in words  # wherever it stands, and with every command
    words = [word for word in words if word != "--traceback"]
    try:
        carrel.main(args=words, prog_name="carrel", standalone_mode=False)
    except SiteError as error:
        print_problems(error.problems, as_json="--json" in words)
        errors = sum(not problem.warning for problem in error.problems)
        if "--json" not in words:
            number = f"{errors} error{'' if errors == 1 else 's'}"
            click.echo(f"{number}; {error.written}", err=True)
        return 1
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit as done:
        return int(done.code or 0)
    except (KeyboardInterrupt, click.Abort):
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        click.echo(printable(f"carrel: error: {name}{error.strerror or error}"), err=True)
        return 1
    except Exception as error:
        if trace:
            traceback.print_exc()
        else:
            again = "repeat the command with --traceback and report what it prints"
            message = f"internal error: {type(error).__name__}: {error}"
            click.echo(f"carrel: {printable(message)}\n  hint: {again}", err=True)
        return 1
    return 0

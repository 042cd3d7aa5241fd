"""The commands, and what their exit statuses mean."""

import contextlib
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from . import __version__
from .cli_desk import import_command, init, new, tag
from .problems import Position, Problem, SiteError, printable
from .terminal import (
    find_root,
    keep_building,
    print_problems,
    show_bytes,
    try_build,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="carrel")
@click.option("--site", "root", type=click.Path(path_type=Path), help="The folder of the site.")
@click.pass_context
def carrel(context: click.Context, root: Path | None) -> None:
    """Make a site from a reading list of research papers."""
    context.obj = root


_quiet = click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")


@carrel.command()
@click.option("--output", type=click.Path(path_type=Path), help="The folder to build.")
@click.option("--base-url", help="The address of the site, for this build.")
@click.option("--drafts", is_flag=True, help="Include drafts.")
@click.option("--watch", is_flag=True, help="Build again whenever something changes.")
@click.option("--jobs", type=click.IntRange(1), help="Processes; default: one for each core.")
@click.option("--explain", is_flag=True, help="Say why each output is made again.")
@click.option("--clean", is_flag=True, help="Make every output again.")
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
    jobs: int | None,
    explain: bool,
    clean: bool,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Build the site."""
    from .pipeline import build as build_site

    root = find_root(named)

    def run() -> bool:
        start = time.monotonic()
        report = build_site(
            root,
            output,
            base_url=base_url,
            drafts=drafts,
            clean=clean,
            jobs=jobs or os.cpu_count() or 1,
        )
        seconds = time.monotonic() - start
        print_problems(report.warnings, as_json)
        if as_json:
            numbers = {"outputs": report.outputs, "bytes": report.size}
            names = {"changed": sorted(report.changed), "removed": sorted(report.removed)}
            reasons = {"rendered": dict(sorted(report.rendered.items()))}
            click.echo(json.dumps(numbers | names | reasons))
            return not (strict and report.warnings)
        if explain:
            for path, reason in sorted(report.rendered.items()):
                click.echo(printable(f"{path}: {reason}"))
        if not quiet:
            click.echo(
                f"{report.outputs} files, {show_bytes(report.size)}: "
                f"{len(report.rendered)} rendered, {len(report.changed)} changed, "
                f"{len(report.removed)} removed in {seconds:.2f} s"
            )
        return not (strict and report.warnings)

    if watch:
        keep_building(root, run, threading.Event())
    elif not run():
        raise SystemExit(1)


@carrel.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--open", "open_browser", is_flag=True, help="Open the site in a browser.")
@click.pass_obj
def serve(named: Path | None, host: str, port: int, open_browser: bool) -> None:
    """Show the site on this machine, with drafts, and build it again on every change."""
    from .pipeline import build as build_site
    from .pipeline import read_settings
    from .serve import LOCAL_NAMES, create_app, open_port, run

    root = find_root(named)
    base_path = read_settings(root).base_path
    try:
        listener = open_port(host, port)
    except OSError as error:
        hint = "choose another one with --port"
        message = f"port {port} of {host} cannot be used: {error.strerror}"
        raise SiteError(Problem(Position("serve"), message, hint)) from error
    name = {"127.0.0.1": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
    url = f"http://{name}:{listener.getsockname()[1]}"
    out = root / ".carrel" / "serve"

    def run_build() -> None:
        start = time.monotonic()
        report = build_site(root, out, base_url=f"{url}{base_path}", drafts=True)
        print_problems(report.warnings, as_json=False)
        seconds = time.monotonic() - start
        click.echo(f"{report.outputs} files, {len(report.changed)} changed in {seconds:.2f} s")

    if out.is_dir():
        try_build(run_build)
    else:
        run_build()  # with nothing to show yet, a fault ends the command
    click.echo(f"{url}{base_path}  (Ctrl-C ends)")
    stop = threading.Event()
    watcher = threading.Thread(target=keep_building, args=(root, run_build, stop), daemon=True)
    watcher.start()
    if open_browser:
        click.launch(f"{url}{base_path}")
    with contextlib.suppress(KeyboardInterrupt):
        run(create_app(out, base_path, [*LOCAL_NAMES, host]), listener)
    stop.set()
    watcher.join(timeout=2)


@carrel.command()
@click.option("--drafts", is_flag=True, help="Include drafts.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors: exit 1.")
@_as_json
@_quiet
@click.pass_obj
def check(named: Path | None, drafts: bool, strict: bool, as_json: bool, quiet: bool) -> None:
    """Find all problems of the site; writes nothing."""
    from .pipeline import check as check_site

    warnings = check_site(find_root(named), drafts=drafts)
    print_problems(warnings, as_json)
    if strict and warnings:
        raise SystemExit(1)
    if not quiet and not as_json:
        click.echo(f"no errors, {len(warnings)} warning{'' if len(warnings) == 1 else 's'}")


for command in (import_command, init, new, tag):
    carrel.add_command(command)


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
            click.echo(f"{errors} error{'' if errors == 1 else 's'}; nothing was written", err=True)
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

"""The commands, and what their exit statuses mean."""

import contextlib
import datetime as dt
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from . import __version__, disk
from .problems import Position, Problem, SiteError, printable
from .settings import CONFIG
from .terminal import (
    find_root,
    keep_building,
    print_problems,
    read_input,
    show_bytes,
    today,
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
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Build the site."""
    from .pipeline import build as build_site

    root = find_root(named)

    def run() -> bool:
        start = time.monotonic()
        report = build_site(root, output, base_url=base_url, drafts=drafts)
        seconds = time.monotonic() - start
        print_problems(report.warnings, as_json)
        if as_json:
            numbers = {"outputs": report.outputs, "bytes": report.size}
            names = {"changed": sorted(report.changed), "removed": sorted(report.removed)}
            click.echo(json.dumps(numbers | names))
        elif not quiet:
            click.echo(
                f"{report.outputs} files, {show_bytes(report.size)}: "
                f"{len(report.changed)} changed, {len(report.removed)} removed in {seconds:.2f} s"
            )
        return not (strict and report.warnings)

    if watch:
        try_build(run)
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
    url = f"http://{host if host != '127.0.0.1' else 'localhost'}:{listener.getsockname()[1]}"
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


@carrel.command("import")
@click.argument("source", metavar="FILE|-")
@click.option("--format", "format_name", default="auto", help="The format; default: by its look.")
@click.option(
    "--captured",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which the digest was shown; default: the one that it names, else today.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--update", is_flag=True, help="Bring comments and upvotes of known papers up to date."
)
@click.option("--no-abstract", is_flag=True, help="Leave the abstracts out.")
@_quiet
@click.pass_obj
def import_command(
    named: Path | None,
    source: str,
    format_name: str,
    captured: dt.datetime | None,
    dry_run: bool,
    update: bool,
    no_abstract: bool,
    quiet: bool,
) -> None:
    """Turn a digest into entry files; files that exist are never overwritten."""
    from .desk import import_digest

    root = find_root(named)
    content = sys.stdin.buffer.read() if source == "-" else read_input(Path(source))
    name = "standard input" if source == "-" else source
    day = captured.date() if captured else None
    outcome = import_digest(
        root, content, name, format_name, day, today(), update=update, abstracts=not no_abstract
    )
    if not dry_run:
        disk.create_files(root, outcome.new)
        for path, text in outcome.updated.items():
            disk.replace_text(root, path, text)
    for row in outcome.report:
        if not quiet or not row.startswith("new: "):
            click.echo(row)
    if not quiet and not dry_run and outcome.new:
        click.echo("next:\n  carrel check\n  carrel serve\n  carrel build")


@carrel.command()
@click.argument("kind", metavar="paper|topic|hardware|organization|page")
@click.argument("title")
@click.pass_obj
def new(named: Path | None, kind: str, title: str) -> None:
    """Make the file of a new entry."""
    from .pipeline import read_settings
    from .scaffold import new_entry, new_kinds

    root = find_root(named)
    site = read_settings(root)
    if kind not in new_kinds(site):
        raise click.BadParameter(f"'{kind}' is none of {', '.join(new_kinds(site))}")
    path, text = new_entry(kind, title, site, today())
    try:
        disk.create_files(root, {path: text})
    except FileExistsError:
        hint = "edit that file, or choose another title"
        raise SiteError(Problem(Position(path), "this file exists already", hint)) from None
    click.echo(path)


@carrel.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="Reading list", show_default=True, help="The name of the list.")
@click.option("--base-url", default="http://localhost:8000/", show_default=True)
def init(folder: Path, title: str, base_url: str) -> None:
    """Begin a list in FOLDER: settings, and a starter catalogue of topics and hardware."""
    from .desk import starter_files

    files = starter_files(title, base_url, today())
    present = sorted(path for path in files if (folder / path).exists())
    if present:
        hint = "choose another folder: nothing is overwritten"
        raise SiteError(
            *(Problem(Position(str(folder / path)), "exists already", hint) for path in present[:5])
        )
    disk.create_files(folder, files)
    (folder / "content" / "papers").mkdir(exist_ok=True)
    click.echo(
        f"{folder}: {CONFIG}, {len(files) - 1} more files\n"
        f"next:\n  cd {folder}\n  carrel import DIGEST.txt\n  carrel serve"
    )


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

"""The commands that keep a list in order: check, rename, schema."""

import json
from pathlib import Path

import click

from . import disk
from .problems import printable
from .terminal import find_root, print_problems, today

SCHEMAS = ".carrel/schema"
_VSCODE = ".vscode/settings.json"


@click.command()
@click.option("--drafts", is_flag=True, help="Include drafts.")
@click.option("--fix", is_flag=True, help="Put right what is mechanical: quotes, keys, ids.")
@click.option("--online", is_flag=True, help="Ask for links and for versions on arXiv too.")
@click.option(
    "--private", is_flag=True, help="With --online: ask this machine and its network too."
)
@click.option("--arxiv-api", metavar="URL", help="With --online: where to ask for versions.")
@click.option(
    "--pause",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    help="With --online: seconds between two requests to one host.",
)
@click.option("--strict", is_flag=True, help="Treat warnings as errors: exit 1.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
@click.pass_obj
def check(
    named: Path | None,
    drafts: bool,
    fix: bool,
    online: bool,
    private: bool,
    arxiv_api: str | None,
    pause: float,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Find all problems of the site, and what deserves a look; writes nothing but with --fix."""
    from .desk import ask_online, mend_list, proofread_list
    from .pipeline import check as check_site

    root = find_root(named)
    if fix:
        mended = mend_list(root)
        disk.write_files(root, {}, mended.changed)
        for where, what in () if as_json else mended.done:
            click.echo(printable(f"fixed: {where.path}:{where.line}:{where.column}: {what}"))
    warnings = [*check_site(root, drafts=drafts), *proofread_list(root, today())]
    if online:
        warnings += ask_online(root, pause, private, arxiv_api)
    print_problems(warnings, as_json)
    if strict and warnings:
        raise SystemExit(1)
    if not quiet and not as_json:
        click.echo(f"no errors, {len(warnings)} warning{'' if len(warnings) == 1 else 's'}")


@click.command()
@click.option("--vscode", is_flag=True, help=f"Write {_VSCODE} too, or show what to put into it.")
@click.pass_obj
def schema(named: Path | None, vscode: bool) -> None:
    """Write JSON Schemas of this list's files, with its own topics and devices as choices.

    They lie in .carrel/schema/, one for papers, for pages, for each taxonomy and for the settings.
    Write them again when there are new terms.
    """
    from .pipeline import load_list
    from .schema import build_schemas, file_globs

    root = find_root(named)
    _, site, library = load_list(root)
    files = {
        f"{SCHEMAS}/{name}.json": json.dumps(made, ensure_ascii=False, indent=1) + "\n"
        for name, made in build_schemas(library, site).items()
    }
    globs = {f"./{SCHEMAS}/{name}.json": glob for name, glob in file_globs(site).items()}
    setting = json.dumps({"yaml.schemas": globs}, indent=2) + "\n"
    is_there = (root / _VSCODE).exists()
    disk.write_files(root, {_VSCODE: setting} if vscode and not is_there else {}, files)
    for path in files:
        click.echo(path)
    if vscode and is_there:
        click.echo(f"{_VSCODE} exists already; put this into it:\n{setting}", nl=False)
    elif vscode:
        click.echo(_VSCODE)


@click.command()
@click.argument("old", metavar="FOLDER/ID")
@click.argument("new")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.pass_obj
def rename(named: Path | None, old: str, new: str, dry_run: bool) -> None:
    """Give a term, such as topics/serving, another id, everywhere; a paper another address.

    Only the letters of the id are changed. A term keeps the old id as an alias; a paper keeps its
    file, gets a slug, and its old address as an alias.
    """
    from .pipeline import load_list
    from .rename import plan_rename

    root = find_root(named)
    sources, site, library = load_list(root)
    plan = plan_rename(sources, site, library, old, new)
    if not dry_run:
        disk.write_files(root, plan.new, plan.changed, sorted(plan.gone))
    rows = [f"new: {path}" for path in plan.new] + [f"removed: {path}" for path in plan.gone]
    for row in (*rows, *(f"changed: {path}" for path in sorted(plan.changed))):
        click.echo(row)

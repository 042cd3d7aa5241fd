"""The commands that keep a list in order: schema, rename, stats."""

import json
from pathlib import Path

import click

from . import disk
from .terminal import find_root

SCHEMAS = ".carrel/schema"
_VSCODE = ".vscode/settings.json"


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

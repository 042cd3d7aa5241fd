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

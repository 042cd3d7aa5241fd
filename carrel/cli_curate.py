"""The commands that keep a list in order: check, completion, rename, schema, stats."""

import json
import os
from pathlib import Path

import click
import msgspec
from click.shell_completion import CompletionItem, get_completion_class

from . import disk
from .problems import SiteError, printable
from .terminal import find_root, print_problems, show_bytes, today

_ENTRIES = 200  #: names that are offered for completion


def complete_entries(
    context: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the entries whose names begin like *incomplete*: 'topics/serving'."""
    try:
        names = disk.list_entries(find_root(context.find_root().params.get("root")))
    except SiteError:  # where there is no list there is nothing to offer
        return []
    found = [name for name in names if name.startswith(incomplete)]
    return [CompletionItem(name) for name in found[:_ENTRIES]]


def complete_papers(
    context: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the papers whose ids begin like *incomplete*."""
    found = complete_entries(context, param, f"papers/{incomplete}")
    return [CompletionItem(item.value.removeprefix("papers/")) for item in found]


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
    """Find all problems of the list and of the site that would be built, and what deserves a look.

    Writes nothing but with --fix.
    """
    from .check import prove
    from .desk import ask_online, mend_list, proofread_list

    root = find_root(named)
    if fix:
        mended = mend_list(root)
        disk.write_files(root, {}, mended.changed)
        for where, what in () if as_json else mended.done:
            click.echo(printable(f"fixed: {where.path}:{where.line}:{where.column}: {what}"))
    try:
        proof = prove(root, drafts=drafts, jobs=os.cpu_count() or 1)
    except SiteError as error:
        if fix and mended.changed:
            error.written = "what could be fixed was written"
        raise
    warnings = [*proof.warnings, *proofread_list(root, today())]
    if online:
        warnings += ask_online(root, pause, private, arxiv_api)
    print_problems(warnings, as_json)
    if strict and warnings:
        raise SystemExit(1)
    if not quiet and not as_json:
        number = len(warnings)
        size = f"{proof.files} files, {show_bytes(proof.size)}"
        click.echo(f"{size}: no errors, {number} warning{'' if number == 1 else 's'}")


@click.command()
@click.option("--vscode", is_flag=True, help=f"Write {_VSCODE} too, or show what to put into it.")
@click.pass_obj
def schema(named: Path | None, vscode: bool) -> None:
    """Write JSON Schemas of this list's files, with its own topics and devices as choices.

    They lie in .carrel/schema/, one for papers, for pages, for each taxonomy and for the settings.
    Write them again when there are new terms.
    """
    from .library import load_library
    from .pipeline import read_settings
    from .reading import read_sources
    from .schema import build_schemas, file_globs

    root = find_root(named)
    site = read_settings(root)
    # An editor's help is wanted most while an entry is broken.
    library, _ = load_library(read_sources(root), site, drafts=True)
    files = {
        f"{SCHEMAS}/{name}.json": json.dumps(made, ensure_ascii=False, indent=1) + "\n"
        for name, made in build_schemas(library, site).items()
    }
    globs = {f"./{SCHEMAS}/{name}.json": glob for name, glob in file_globs(site).items()}
    setting = json.dumps({"yaml.schemas": globs}, indent=2) + "\n"
    is_there = (root / _VSCODE).exists()
    new = {path: text for path, text in files.items() if not (root / path).exists()}
    changed = {path: text for path, text in files.items() if path not in new}
    disk.write_files(root, new | ({_VSCODE: setting} if vscode and not is_there else {}), changed)
    for path in files:
        click.echo(path)
    if vscode and is_there:
        click.echo(f"{_VSCODE} exists already; put this into it:\n{setting}", nl=False)
    elif vscode:
        click.echo(_VSCODE)


@click.command()
@click.argument("old", metavar="FOLDER/ID", shell_complete=complete_entries)
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
    rows = [f"{plan.moved[0]} → {plan.moved[1]}"]
    rows += [f"new: {path}" for path in plan.new] + [f"removed: {path}" for path in plan.gone]
    for row in (*rows, *(f"changed: {path}" for path in sorted(plan.changed))):
        click.echo(row)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@click.pass_obj
def stats(named: Path | None, as_json: bool) -> None:
    """Show the list in numbers: papers by year, by term, and what is missing."""
    from .pipeline import load_list
    from .stats import count_list, show_stats

    _, site, library = load_list(find_root(named))
    found = count_list(library, site)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
    else:
        for row in show_stats(found):
            click.echo(printable(row))


@click.command()
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what a shell needs to complete commands, options, papers and terms.

    For bash: eval "$(carrel completion bash)" in ~/.bashrc. For zsh the same in ~/.zshrc. For fish:
    carrel completion fish > ~/.config/fish/completions/carrel.fish
    """
    group = context.find_root().command
    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(group, {}, "carrel", "_CARREL_COMPLETE").source())

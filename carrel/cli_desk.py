"""The commands of the curator's desk: they change content, and only by creating or filling in."""

import datetime as dt
import sys
from pathlib import Path
from typing import BinaryIO

import click

from . import disk
from .cli_curate import complete_papers
from .problems import Position, Problem, SiteError, printable
from .settings import CONFIG
from .terminal import find_root, read_input, today


@click.command("import")
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
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
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
        disk.write_files(root, outcome.new, outcome.updated)
    for row in outcome.report:
        if not quiet or not row.startswith("new: "):
            click.echo(row)
    if not quiet and not dry_run and outcome.new:
        click.echo("next:\n  carrel check\n  carrel serve\n  carrel build")


@click.command()
@click.argument("kind", metavar="paper|topic|hardware|organization|page")
@click.argument("title")
@click.option("-e", "--edit", is_flag=True, help="Open it in the editor that EDITOR names.")
@click.pass_obj
def new(named: Path | None, kind: str, title: str, edit: bool) -> None:
    """Make the file of a new entry, valid as it is, with every key explained."""
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
    if edit:
        click.edit(filename=str(root / path))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="Reading list", show_default=True, help="The name of the list.")
@click.option("--base-url", default="http://localhost:8000/", show_default=True)
@click.option("--github", is_flag=True, help="Add a workflow that publishes it on GitHub Pages.")
def init(folder: Path, title: str, base_url: str, github: bool) -> None:
    """Begin a list in FOLDER: settings, and a starter catalogue of topics and hardware.

    With --github, a list that stands there already gets the workflow only.
    """
    from .desk import starter_files, workflow_files

    begun = github and (folder / CONFIG).is_file()
    files = workflow_files() if begun else starter_files(title, base_url, today(), github=github)
    present = [path for path in (CONFIG, *sorted(files)) if (folder / path).exists()]
    present = [path for path in present if not (begun and path == CONFIG)]
    if present:
        hint = "choose another folder: nothing is overwritten"
        raise SiteError(Problem(Position(str(folder / present[0])), "this exists already", hint))
    disk.create_files(folder, files)
    if begun:
        click.echo("\n".join(sorted(files)))
        return
    (folder / "content" / "papers").mkdir(exist_ok=True)
    click.echo(
        f"{folder}: {CONFIG}, {len(files) - 1} more files\n"
        f"next:\n  cd {folder}\n  carrel import DIGEST.txt\n  carrel serve"
    )


@click.command()
@click.argument("format_name", metavar="bib|ris|csl|csv|json|opml|cff")
@click.argument("file", type=click.File("wb", atomic=True), default="-")
@click.option("--base-url", help="The address of the site, for this file.")
@click.pass_obj
def export(named: Path | None, format_name: str, file: BinaryIO, base_url: str | None) -> None:
    """Write the list into FILE (default: standard output) for another program.

    What the site has as library.bib and so on, also where its settings leave that out.
    """
    from .handout import encode_list, formats

    if format_name not in formats():
        raise click.BadParameter(f"'{format_name}' is none of {', '.join(formats())}")
    file.write(encode_list(find_root(named), format_name, base_url))


@click.command()
@click.option("--suggest", "mode", flag_value="suggest", default="suggest", help="Only show.")
@click.option("--apply", "mode", flag_value="apply", help="Write into fields that are empty.")
@click.argument("papers", nargs=-1, shell_complete=complete_papers)
@click.pass_obj
def tag(named: Path | None, mode: str, papers: tuple[str, ...]) -> None:
    """Find topics and devices that PAPERS (ids; default: all) mention and are not filed under.

    Each suggestion is shown with the words that gave rise to it. A field that holds anything is
    never changed.
    """
    from .desk import suggest_tags

    root = find_root(named)
    tagged = suggest_tags(root, papers)
    for path, each in tagged.items():
        for row in (path, *each.rows):
            click.echo(printable(row))
    filled = {path: each.filled for path, each in tagged.items() if each.filled is not None}
    if mode == "apply":
        disk.write_files(root, {}, filled)
    done = "filled" if mode == "apply" else "could be filled with --apply"
    click.echo(f"{len(tagged)} with suggestions; {len(filled)} {done}")

"""The commands of the curator's desk: they change content, and only by creating or filling in."""

import datetime as dt
import secrets
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import click

from . import disk
from .cli_curate import complete_papers
from .problems import Position, Problem, SiteError, printable
from .settings import CONFIG
from .terminal import ask_unless, find_root, input_name, read_base_url, read_input, today

_format = click.option("--format", "format_name", default="auto", help="Default: by its look.")
_dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
_merge = click.option("--merge", is_flag=True, help="Fill absent fields of known papers.")
_no_abstract = click.option("--no-abstract", is_flag=True, help="Leave the abstracts out.")
_quiet = click.option("-q", "--quiet", is_flag=True, help="Print problems only.")


@click.command("import")
@click.argument("source", metavar="FILE|-", type=click.Path(path_type=Path))
@_format
@click.option(
    "--captured",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which the source was shown; default: the one that it names, else today.",
)
@_dry_run
@_merge
@click.option("--update", is_flag=True, help="Renew comments and upvotes of known papers.")
@_no_abstract
@_quiet
@click.pass_obj
def import_command(
    named: Path | None,
    source: Path,
    format_name: str,
    captured: dt.datetime | None,
    dry_run: bool,
    merge: bool,
    update: bool,
    no_abstract: bool,
    quiet: bool,
) -> None:
    """Turn a digest, a bibliography, a feed or a table into entry files.

    Files that exist are never overwritten; '-' reads standard input.
    """
    from .desk import import_digest
    from .importing import MAX_SOURCE_BYTES, Wish

    root = _begin(named, dry_run)
    content = read_input(source, MAX_SOURCE_BYTES)
    day = captured.date() if captured else None
    wish = Wish(today(), update=update, merge=merge, abstracts=not no_abstract)
    outcome = import_digest(root, content, input_name(source), format_name, day, wish)
    if not dry_run:
        disk.write_files(root, outcome.new, outcome.updated)
    _show(outcome.report, quiet)
    if not quiet and not dry_run and outcome.new:
        click.echo("next:\n  carrel check\n  carrel serve\n  carrel build")


@click.command()
@click.argument("what", metavar="ID|ADDRESS|TITLE")
@click.option("--title", help="The title, where it is not known otherwise.")
@click.option("--offline", is_flag=True, help="Ask nobody.")
@click.option("--api", default="", help="Another address of arXiv's interface, as of a mirror.")
@_dry_run
@_merge
@_no_abstract
@_quiet
@click.pass_obj
def add(
    named: Path | None,
    what: str,
    title: str | None,
    offline: bool,
    api: str,
    dry_run: bool,
    merge: bool,
    no_abstract: bool,
    quiet: bool,
) -> None:
    """Add one paper: by its arXiv id or DOI, by an address, or by its title.

    arXiv is asked about its papers where the extra 'arxiv' is installed; without an answer the
    entry begins with the id.
    """
    from .arxiv_api import ADDRESS, ask_arxiv
    from .desk import add_paper
    from .importing import Wish

    root = _begin(named, dry_run)
    wish = Wish(today(), merge=merge, abstracts=not no_abstract)
    ask = None if offline else lambda id: ask_arxiv(id, api or ADDRESS)
    outcome, said = add_paper(root, what, title, ask, wish)
    if not dry_run:
        disk.write_files(root, outcome.new, outcome.updated)
    _show(outcome.report, quiet)
    if said:
        click.echo(printable(f"note: {said}"), err=True)


def _begin(named: Path | None, dry_run: bool) -> Path:
    """Give the folder of the list, rid of what an import left that was cut short."""
    root = find_root(named)
    if not dry_run and disk.undo_files(root):
        click.echo("an import that was cut short has been undone", err=True)
    return root


def _show(report: Iterable[str], quiet: bool) -> None:
    for row in report:
        if not quiet or not row.startswith("new: "):
            click.echo(printable(row) if "\n" not in row else row)


@click.command()
@click.argument("kind", metavar="paper|topic|hardware|organization|page")
@click.argument("title")
@click.option("-e", "--edit", is_flag=True, help="Open it in the editor that EDITOR names.")
@click.pass_obj
def new(named: Path | None, kind: str, title: str, edit: bool) -> None:
    """Make the file of a new entry, valid as it is, with every key explained."""
    from .additions import doubt_title
    from .naming import explain_id
    from .pipeline import read_settings
    from .scaffold import new_entry, new_kinds

    root = find_root(named)
    site = read_settings(root)
    if kind not in new_kinds(site):
        raise click.BadParameter(f"'{kind}' is none of {', '.join(new_kinds(site))}")
    if not title.strip():
        raise click.BadParameter("a title has at least one letter")
    path, text = new_entry(kind, title, site, today())
    try:
        disk.create_files(root, {path: text})
    except FileExistsError:
        hint = "edit that file, or choose another title"
        raise SiteError(Problem(Position(path), "this file exists already", hint)) from None
    click.echo(path)
    for odd in filter(None, (explain_id(title, path), doubt_title(title))):
        click.echo(printable(f"note: {odd}"), err=True)
    if edit:
        click.edit(filename=str(root / path))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", help="The name of the list; default: Reading list.")
@click.option("--base-url", help="Where the site will be; default: http://localhost:8000/.")
@click.option("--author", help="Who keeps the list.")
@click.option(
    "--from",
    "source",
    metavar="FILE|-",
    type=click.Path(path_type=Path),
    help="A digest, or any other source that `carrel import` reads.",
)
@click.option("--github", is_flag=True, help="Add a workflow that publishes it on GitHub Pages.")
@_format
@_quiet
def init(
    folder: Path,
    title: str | None,
    base_url: str | None,
    author: str | None,
    source: Path | None,
    github: bool,
    format_name: str,
    quiet: bool,
) -> None:
    """Begin a list in FOLDER: settings, a starter catalogue, and the papers of a source.

    On a terminal, title, address and name are asked for where no option gives them. With --github,
    a list that stands there already gets the workflow only.
    """
    from .desk import begin_list, workflow_files
    from .importing import MAX_SOURCE_BYTES, Wish

    if folder.is_symlink() and not folder.exists():
        hint = "name another folder, or take the link away"
        message = "this is a link that leads nowhere"
        raise SiteError(Problem(Position(str(folder)), message, hint))
    if folder.exists() and not folder.is_dir():
        hint = "name a folder; it need not exist yet"
        raise SiteError(Problem(Position(str(folder)), "this is no folder", hint))
    if title is not None and not title.strip():
        raise click.BadParameter("a title has at least one letter", param_hint="--title")
    if github and (folder / CONFIG).is_file():
        files = workflow_files()
        _refuse_present(folder, files)
        disk.create_files(folder, files)
        click.echo("\n".join(sorted(files)))
        return
    read = (read_input(source, MAX_SOURCE_BYTES), input_name(source)) if source else None
    settings = {
        "title": ask_unless(title, "The name of the list", "Reading list"),
        "base_url": ask_unless(base_url, "Where the site will be", "http://localhost:8000/"),
        "author": ask_unless(author, "Who keeps it (may stay empty)", ""),
        "token": secrets.token_hex(4),
    }
    outcome = begin_list(settings, read, format_name, Wish(today()), github=github)
    _refuse_present(folder, [CONFIG, *sorted(outcome.new)])
    disk.create_files(folder, outcome.new)
    (folder / "content" / "papers").mkdir(exist_ok=True)
    _show(outcome.report, quiet)
    if not quiet:
        papers = sum(path.startswith("content/papers/") for path in outcome.new)
        others = len(outcome.new) - papers - 1
        click.echo(f"{folder}: {CONFIG}, {papers} papers, {others} more files")
        steps = [
            f"cd {shlex.quote(str(folder))}",
            *([] if papers else ["carrel import DIGEST.txt"]),
            "carrel serve",
        ]
        click.echo("next:\n" + "\n".join(f"  {step}" for step in steps))


def _refuse_present(folder: Path, paths: Iterable[str]) -> None:
    """Raise SiteError when one of the *paths* is there already."""
    present = [path for path in paths if (folder / path).exists()]
    if present:
        hint = "choose another folder: nothing is overwritten"
        raise SiteError(Problem(Position(str(folder / present[0])), "this exists already", hint))


@click.command()
@click.argument("format_name", metavar="bib|ris|csl|csv|json|opml|cff")
@click.argument("file", type=click.File("wb", atomic=True), default="-")
@click.option("--base-url", callback=read_base_url, help="The address of the site, for this file.")
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

    root = _begin(named, mode != "apply")
    tagged = suggest_tags(root, papers)
    for path, each in tagged.items():
        for row in (path, *each.rows):
            click.echo(printable(row))
    filled = {path: each.filled for path, each in tagged.items() if each.filled is not None}
    if mode == "apply":
        disk.write_files(root, {}, filled)
    done = "filled" if mode == "apply" else "could be filled with --apply"
    click.echo(f"{len(tagged)} with suggestions; {len(filled)} {done}")

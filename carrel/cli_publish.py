"""The command that lets others read the list: it puts the built site on a branch."""

from pathlib import Path

import click

from .problems import printable
from .terminal import find_root, show_bytes

MAX_GONE = 20  #: addresses that are named one by one


@click.command()
@click.option("--branch", default="gh-pages", show_default=True, help="The branch to publish on.")
@click.option("--remote", default="origin", show_default=True, help="Where it is: name or address.")
@click.option("--output", type=click.Path(path_type=Path), help="The folder that was built.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--take-over", is_flag=True, help="Go on from a commit that Carrel did not make.")
@click.option("--lose-items", is_flag=True, help="Also when most items of the feed are lost.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
@click.pass_obj
def publish(
    named: Path | None,
    branch: str,
    remote: str,
    output: Path | None,
    dry_run: bool,
    take_over: bool,
    lose_items: bool,
    quiet: bool,
) -> None:
    """Put the built site on a branch, for GitHub Pages and its like.

    Work tree, index and branches of this repository stay as they are, nothing is ever forced, and
    a site that is stale, has drafts or is meant for this machine is refused.
    """
    from .pipeline import read_settings
    from .publish import Target
    from .publish import publish as publish_site

    root = find_root(named)
    site = read_settings(root)
    target = Target(branch, remote, site.publish.cname or "", take_over, lose_items)
    done = publish_site(root, output or root / site.output_dir, target, dry_run=dry_run)
    for url in done.changes.gone[:MAX_GONE]:
        click.echo(printable(f"gone from the published site: {url}"), err=True)
    if len(done.changes.gone) > MAX_GONE:
        click.echo(f"and {len(done.changes.gone) - MAX_GONE} more addresses", err=True)
    if quiet:
        return
    click.echo(
        printable(f"{branch} of {remote}: {done.files} files, {show_bytes(done.size)}; ")
        + str(done.changes)
    )
    if done.commit:
        click.echo(f"published as commit {done.commit[:9]}")
    else:
        click.echo("nothing to publish" if not done.changes else "nothing was published: a dry run")

"""The built site → a commit on a branch of a remote. The only module that runs git.

The commit is made with plumbing, an index of its own, and pushed by its name: no work tree, no
index and no branch of the repository is touched, only objects are added to its store. It stands
on the remote's latest commit, so that nothing has to be forced, ever.

Only that commit has to be known as ours. What publishing can lose is what its tree holds, for all
that is below it stays reachable; and it names the tree that it was made with, so the tree holds
what a build made and nothing else, whoever committed before. A merge or revert on top is not ours.
"""

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from . import commit
from .disk import hash_file
from .problems import Position, Problem, SiteError
from .reading import read_sources
from .release import (
    MAIN_FEED,
    Changes,
    check_built,
    check_items,
    is_ours,
    read_changes,
    write_message,
)

#: Variables that would lead git to another repository, as within a hook of one.
_LEADING = {"DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "PREFIX"}
_LEADING |= {"ALTERNATE_OBJECT_DIRECTORIES", "NAMESPACE"}


class Target(Struct, frozen=True):
    """Where to publish, and what to put up with there."""

    branch: str = "gh-pages"
    remote: str = "origin"
    cname: str = ""  #: the domain for GitHub Pages, as the file CNAME
    take_over: bool = False  #: go on from a commit that Carrel did not make
    lose_items: bool = False  #: also when the feed lost most of its items


class Publication(Struct, frozen=True):
    """What was published, or would be."""

    files: int
    size: int  #: bytes
    changes: Changes
    commit: str | None  #: None: there was nothing to do, or it was a dry run


class Git:
    """The git program in one repository, with an index and, for a dry run, a store of its own."""

    def __init__(self, root: Path, scratch: Path, *, dry: bool) -> None:
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if name.removeprefix("GIT_") not in _LEADING or not name.startswith("GIT_")
        } | {"LC_ALL": "C"}
        self._root = root
        folder = self.text("rev-parse", "--absolute-git-dir", failed=_NO_REPOSITORY)
        self._environment |= {"GIT_DIR": folder, "GIT_INDEX_FILE": str(scratch / "index")}
        if dry:
            objects = self.text("rev-parse", "--path-format=absolute", "--git-path", "objects")
            (scratch / "objects").mkdir()
            self._environment["GIT_OBJECT_DIRECTORY"] = str(scratch / "objects")
            self._environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = objects
        if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
            day = f"@{epoch} +0000"
            self._environment |= {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}

    def run(self, *words: str, given: bytes = b"", failed: str = "") -> bytes:
        """Give what a git command prints. Raises SiteError, with *failed* as the hint."""
        done = self._start(words, given)
        if done.returncode:
            told = [row for row in done.stderr.decode("utf-8", "replace").splitlines() if row]
            rows = [row for row in told if not row.startswith("hint:")] or [""]
            message = f"git {words[0]} failed: {'; '.join(row.strip() for row in rows)}"
            raise SiteError(Problem(Position("publish"), message, failed))
        return done.stdout

    def text(self, *words: str, given: bytes = b"", failed: str = "") -> str:
        """Give the one line that a git command prints."""
        return self.run(*words, given=given, failed=failed).decode("utf-8", "replace").strip()

    def find(self, *words: str) -> bytes | None:
        """Give what a git command prints, None when it fails: there is no such thing."""
        done = self._start(words, b"")
        return None if done.returncode else done.stdout

    def _start(self, words: Sequence[str], given: bytes) -> "subprocess.CompletedProcess[bytes]":
        try:
            return subprocess.run(
                ["git", "-c", "gc.auto=0", "-c", "maintenance.auto=false", *words],
                cwd=self._root,
                env=self._environment,
                input=given,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            hint = "install it, or let a workflow publish the site"
            problem = Problem(Position("publish"), "the program git is not there", hint)
            raise SiteError(problem) from None


_NO_REPOSITORY = "begin one in the folder of the list: git init, then git remote add origin …"


def publish(root: Path, out: Path, target: Target, *, dry_run: bool = False) -> Publication:
    """Put the site in *out*, made from the list at *root*, on the branch of *target*.

    Raises SiteError where that must not be; then nothing was published.
    """
    with tempfile.TemporaryDirectory(prefix="carrel-publish-") as scratch:
        git = Git(root, Path(scratch), dry=dry_run)
        address = _find_remote(git, target)
        with commit.locked(root, out):
            files = _check_site(root, out, target.cname)
            tip = _fetch_tip(git, address, target)
            _check_feed(git, out, files, tip, target)
            tree = _write_tree(git, out, files, target.cname)
        before = tip or git.text("hash-object", "-t", "tree", "-w", "--stdin")
        compared = ("diff-tree", "-r", "-z", "--no-renames", "--name-status", before, tree)
        changes = read_changes(git.run(*compared))
        made = None
        if not dry_run and (changes or tip is None):
            made = _push(git, tree, tip, len(files), changes, target)
    size = sum(record.made.size for record in files.values())
    return Publication(len(files), size, changes, made)


def _find_remote(git: Git, target: Target) -> str:
    """Give the address that is pushed to. Raises SiteError for a branch that somebody works on."""
    where, branch = Position("publish"), target.branch
    if git.find("check-ref-format", f"refs/heads/{branch}") is None or branch.startswith("-"):
        hint = "name one that git takes, such as gh-pages"
        raise SiteError(Problem(where, f"'{branch}' is no name of a branch", hint))
    trees = git.run("worktree", "list", "--porcelain").decode("utf-8", "replace")
    if f"branch refs/heads/{branch}" in trees.splitlines():
        hint = "publish to a branch that nobody works on, such as gh-pages"
        raise SiteError(Problem(where, f"the branch '{branch}' is checked out", hint))
    names = git.run("remote").decode("utf-8", "replace").splitlines()
    if target.remote not in names:
        if target.remote.startswith("-") or not {"/", ":"} & set(target.remote):
            hint = f"add it: git remote add {target.remote} …; there is: {', '.join(names) or '–'}"
            raise SiteError(Problem(where, f"there is no remote '{target.remote}'", hint))
        return target.remote
    addresses = git.text("remote", "get-url", "--push", "--all", target.remote).splitlines()
    if len(addresses) > 1:
        hint = "name one of them: --remote ADDRESS"
        raise SiteError(Problem(where, f"'{target.remote}' pushes to several addresses", hint))
    return addresses[0]


def _check_site(root: Path, out: Path, cname: str) -> Mapping[str, commit.Record]:
    """Give the files of the built site, when it is whole and made from the sources as they are."""
    where = Position(str(out))
    manifest = commit.read_manifest(out)
    if manifest is None or (out / commit.JOURNAL).exists():
        reason = "there is no built site" if manifest is None else "a build was interrupted"
        raise SiteError(Problem(where, reason, "build it: carrel build"))
    now = read_sources(root).digest
    problems = list(check_built(manifest.origin, now, cname, str(out)))
    if cname and "CNAME" in manifest.files:
        hint = "keep one of them"
        message = "publish.cname names the domain, too"
        problems.append(Problem(Position("content/static/CNAME"), message, hint))
    for path, record in manifest.files.items():
        if "\n" in path:
            problems.append(Problem(Position(path), "git cannot be told of this name", "rename it"))
        elif hash_file(out / path) != record.made.digest:
            message = "this file is not as it was built"
            hint = "make all files again: carrel build --clean"
            problems.append(Problem(Position(f"{out}/{path}"), message, hint))
    if problems:
        raise SiteError(*problems)
    return manifest.files


def _fetch_tip(git: Git, address: str, target: Target) -> str | None:
    """Give the latest commit of the published branch, with all that is reached from it.

    Raises SiteError when Carrel did not make it.
    """
    ref = f"refs/heads/{target.branch}"
    rows = git.text("ls-remote", "--", address, ref).splitlines()
    tips = [tip for tip, _, name in (row.partition("\t") for row in rows) if name == ref]
    if not tips:
        return None
    tip = tips[0]
    if git.find("cat-file", "-e", f"{tip}^{{commit}}") is None:
        git.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", address, ref)
    head, _, message = git.text("cat-file", "commit", tip).partition("\n\n")
    tree = head.partition("\n")[0].removeprefix("tree ")
    if not is_ours(message, tree) and not target.take_over:
        subject = message.partition("\n")[0]
        told = f"{target.branch} ends in a commit that Carrel did not make: {tip[:9]} '{subject}'"
        hint = "name another --branch, or go on from there with --take-over: its history stays"
        raise SiteError(Problem(Position("publish"), told, hint))
    return tip


def _check_feed(
    git: Git, out: Path, files: Mapping[str, commit.Record], tip: str | None, target: Target
) -> None:
    """Raise SiteError when most of the items are lost that the published feed has."""
    published = git.find("cat-file", "blob", f"{tip}:{MAIN_FEED}") if tip else None
    if published is not None and not target.lose_items:
        now = (out / MAIN_FEED).read_bytes() if MAIN_FEED in files else b""
        problems = list(check_items(published, now, files))
        if problems:
            raise SiteError(*problems)


def _write_tree(git: Git, out: Path, files: Mapping[str, commit.Record], cname: str) -> str:
    """Put the files into the store of objects as one tree, with what GitHub Pages wants."""
    place = out.resolve()
    names = "".join(f"{place}/{path}\n" for path in files).encode("utf-8", "surrogateescape")
    # Filters, such as those for line ends, are for sources: the site goes out byte for byte.
    hashed = git.text("hash-object", "-w", "--no-filters", "--stdin-paths", given=names)
    objects = dict(zip(files, hashed.split(), strict=True))
    added = {".nojekyll": b""} | ({"CNAME": f"{cname}\n".encode()} if cname else {})
    for path, content in added.items():
        if path not in objects:
            objects[path] = git.text("hash-object", "-w", "--stdin", given=content)
    rows = "".join(f"100644 {name}\t{path}\0" for path, name in objects.items())
    index = rows.encode("utf-8", "surrogateescape")
    git.run("update-index", "-z", "--index-info", given=index)
    return git.text("write-tree")


def _push(
    git: Git, tree: str, tip: str | None, files: int, changes: Changes, target: Target
) -> str:
    """Make the commit of *tree* and push it to the branch, on top of *tip*."""
    source = (git.find("rev-parse", "--verify", "--quiet", "HEAD") or b"").decode().strip()
    message = write_message(files, changes, tree, source).encode()
    parent = ("-p", tip) if tip else ()
    who = "tell git who you are: git config user.name …, git config user.email …"
    made = git.text("commit-tree", tree, *parent, given=message, failed=who)
    # Only this branch, whatever the settings of the repository send along.
    options = ("--quiet", "--no-follow-tags", "--recurse-submodules=no")
    again = "nothing was published; if somebody else published meanwhile, run it again"
    ref = f"{made}:refs/heads/{target.branch}"
    git.run("push", *options, "--", target.remote, ref, failed=again)
    return made

"""Publishing on a branch: what gets there, what never does, and that nothing else is touched."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carrel.cli_publish import publish
from conftest import PLAIN, ROOT, make_site, read_tree, write_tree
from payloads import paper
from test_cli import Done, carrel

pytestmark = pytest.mark.needs_program("git")

BASE_URL = "https://reader.example/repo/"
Files = dict[str, str | bytes]
FILES: Files = {
    **PLAIN,
    ".gitignore": "_site/\n.carrel/\n",
    "content/papers/goats.md": paper("Goats", "Words.", added="2024-01-01"),
    "content/papers/hens.md": paper("Hens", added="2024-01-02"),
    "content/papers/secret.md": paper("Secret", draft=True),
    "content/static/größe/a b.txt": b"one\r\ntwo\r\n",
    "content/static/.well-known/x": b"",
    "content/static/.gitattributes": b"* text eol=lf\n",
}


def git(at: Path, *words: str | Path) -> str:
    done = subprocess.run(["git", *words], cwd=at, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


SETTINGS = """\
[user]
name = Robin
email = robin@reader.example
[init]
defaultBranch = main
[core]
autocrlf = true
"""


@pytest.fixture(autouse=True, scope="module")
def nobody_elses_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Neither the settings of this machine nor those of its user may help or hinder."""
    settings = tmp_path_factory.mktemp("git") / "config"
    settings.write_text(SETTINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(settings))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield settings


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list in a repository, built, and beside it the remote that it knows."""
    folder = tmp_path_factory.mktemp("origin")
    root = make_site(folder / "site", FILES, base_url=BASE_URL, theme="plain")
    git(folder, "init", "-q", "--bare", "remote.git")
    git(root, "init", "-q")
    git(root, "remote", "add", "origin", "../remote.git")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "The list")
    assert carrel("build", "-q", at=root).returncode == 0
    return folder


@pytest.fixture
def site(origin: Path, tmp_path: Path) -> Path:
    """A copy of the list, with a remote of its own."""
    shutil.copytree(origin, tmp_path, dirs_exist_ok=True)
    return tmp_path / "site"


@pytest.fixture
def remote(site: Path) -> Path:
    """The remote of the list, where nothing was published yet."""
    return site.parent / "remote.git"


def published(remote: Path, branch: str = "gh-pages") -> dict[str, bytes]:
    """All files of the branch."""
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "-z", branch], cwd=remote, capture_output=True, check=True
    )
    tree = {}
    for row in filter(None, listed.stdout.decode().split("\0")):
        attributes, _, path = row.partition("\t")
        mode, kind, name = attributes.split()
        assert (mode, kind) == ("100644", "blob")
        blob = subprocess.run(
            ["git", "cat-file", "blob", name], cwd=remote, capture_output=True, check=True
        )
        tree[path] = blob.stdout
    return tree


def commits(remote: Path, branch: str = "gh-pages") -> list[str]:
    """The subjects of the branch's commits, the newest first."""
    return git(remote, "log", "--format=%s", branch).splitlines()


def state(root: Path) -> list[object]:
    """All that a repository's owner would notice."""
    files = {p: c for p, c in read_tree(root).items() if not p.startswith(".git/")}
    index = (root / ".git/index").read_bytes()
    refs = git(root, "for-each-ref", "refs/heads", "refs/tags", "refs/carrel")
    status = git(root, "--no-optional-locks", "status", "--porcelain")
    head = git(root, "symbolic-ref", "HEAD")
    here = sorted(path.name for path in (root / ".git").iterdir())
    return [files, index, refs, status, head, here]


def change(site: Path, files: Files) -> None:
    write_tree(site, files)
    assert carrel("build", "-q", at=site).returncode == 0


def by_hand(remote: Path, tmp_path: Path, branch: str = "gh-pages", amend: bool = False) -> str:
    """Let somebody else commit on the branch; give the name of the commit."""
    other = tmp_path / "other"
    if not other.exists():
        git(tmp_path, "clone", "-q", remote, other)
    git(other, "checkout", "-q", "-B", branch, f"origin/{branch}")
    (other / "note.txt").write_text("by hand\n")
    git(other, "add", ".")
    git(other, "commit", "-q", *(["--amend", "--no-edit"] if amend else ["-m", "A note by hand"]))
    git(other, "push", "-q", "--force", "origin", branch)
    return git(other, "rev-parse", "HEAD")


def refused(done: Done, *words: str) -> None:
    assert done.returncode == 1
    assert "hint:" in done.stderr
    for each in words:
        assert each in done.stderr


def test_the_first_time_the_branch_is_made(site: Path, remote: Path) -> None:
    before = state(site)

    done = carrel("publish", at=site)

    assert (done.returncode, done.stderr) == (0, "")
    tree = published(remote)
    assert tree.pop(".nojekyll") == b""
    assert tree == read_tree(site / "_site")
    assert "größe/a b.txt" in tree
    assert state(site) == before
    assert f"gh-pages of origin: {len(tree)} files, " in done.stdout
    commit = git(remote, "rev-parse", "gh-pages")
    assert f"published as commit {commit[:9]}" in done.stdout
    message = git(remote, "log", "-1", "--format=%B", "gh-pages")
    assert f"Carrel-Tree: {git(remote, 'rev-parse', 'gh-pages^{tree}')}" in message
    assert f"Carrel-Source: {git(site, 'rev-parse', 'HEAD')}" in message
    assert git(remote, "branch", "--format=%(refname:short)") == "gh-pages"


def test_neither_the_manifest_nor_a_draft_is_published(site: Path, remote: Path) -> None:
    carrel("publish", at=site)

    tree = published(remote)
    assert ".carrel" not in tree
    assert all(b"Secret" not in content for content in tree.values())


def test_nothing_changed_is_no_commit(site: Path, remote: Path) -> None:
    carrel("publish", at=site)

    done = carrel("publish", at=site)

    assert done.returncode == 0
    assert "nothing to publish" in done.stdout
    assert len(commits(remote)) == 1


def test_a_change_is_a_commit_on_top(site: Path, remote: Path) -> None:
    carrel("publish", at=site)
    change(site, {"content/papers/goats.md": paper("Goats", "Other words.", added="2024-01-01")})

    done = carrel("publish", at=site)

    assert "; 0 new, 4 changed, 0 removed\n" in done.stdout
    assert re.fullmatch(r"Publish \d+ files: 0 new, 4 changed, 0 removed", commits(remote)[0])
    assert len(commits(remote)) == 2
    assert b"Other words." in published(remote)["papers/goats/index.html"]


def test_publishing_goes_on_from_another_clone(site: Path, remote: Path, tmp_path: Path) -> None:
    carrel("publish", at=site)
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{site}", "clone")
    clone = tmp_path / "clone"
    git(clone, "remote", "set-url", "origin", remote)
    change(clone, {"content/papers/cats.md": paper("Cats", added="2024-03-01")})

    assert carrel("publish", at=clone).returncode == 0
    change(site, {"content/papers/dogs.md": paper("Dogs", added="2024-03-01")})
    assert carrel("publish", at=site).returncode == 0

    assert len(commits(remote)) == 3
    assert "papers/dogs/index.html" in published(remote)
    assert "papers/cats/index.html" not in published(remote)


def test_addresses_that_go_are_named(site: Path) -> None:
    carrel("publish", at=site)
    (site / "content/papers/goats.md").unlink()
    change(site, {"content/papers/kids.md": paper("Kids", added="2024-01-01")})

    done = carrel("publish", "--dry-run", at=site)

    assert done.stderr == "gone from the published site: papers/goats/\n"


def test_a_dry_run_changes_nothing(site: Path, remote: Path) -> None:
    carrel("publish", at=site)
    change(site, {"content/papers/goats.md": paper("Goats", "Other words.", added="2024-01-01")})
    before = [read_tree(place) for place in (site, remote)]

    done = carrel("publish", "--dry-run", at=site)

    assert (done.returncode, done.stderr) == (0, "")
    assert "0 new, 4 changed, 0 removed\nnothing was published: a dry run" in done.stdout
    assert [read_tree(place) for place in (site, remote)] == before


def test_a_dry_run_reads_what_others_published(site: Path, remote: Path, tmp_path: Path) -> None:
    carrel("publish", at=site)
    git(tmp_path, "clone", "-q", f"file://{site}", "clone")
    clone = tmp_path / "clone"
    git(clone, "remote", "set-url", "origin", remote)
    change(clone, {"content/papers/cats.md": paper("Cats", added="2024-03-01")})
    before = read_tree(clone)

    done = carrel("publish", "--dry-run", at=clone)

    assert done.returncode == 0, done.stderr
    assert "1 new" in done.stdout
    assert read_tree(clone) == before


def test_a_commit_by_hand_is_not_built_over(site: Path, remote: Path, tmp_path: Path) -> None:
    carrel("publish", at=site)
    foreign = by_hand(remote, tmp_path)
    change(site, {"content/papers/goats.md": paper("Goats", "Other words.")})

    refused(carrel("publish", at=site), "did not make", foreign[:9], "A note by hand")

    assert git(remote, "rev-parse", "gh-pages") == foreign


def test_a_commit_of_ours_that_was_amended_is_not_ours(
    site: Path, remote: Path, tmp_path: Path
) -> None:
    carrel("publish", at=site)
    foreign = by_hand(remote, tmp_path, amend=True)

    refused(carrel("publish", at=site), "did not make")

    assert git(remote, "rev-parse", "gh-pages") == foreign


def test_when_told_so_it_goes_on_from_a_commit_by_hand(
    site: Path, remote: Path, tmp_path: Path
) -> None:
    carrel("publish", at=site)
    by_hand(remote, tmp_path)

    done = carrel("publish", "--take-over", at=site)

    assert done.returncode == 0, done.stderr
    assert commits(remote)[1] == "A note by hand"
    assert "note.txt" not in published(remote)
    assert carrel("publish", at=site).returncode == 0
    change(site, {"content/papers/goats.md": paper("Goats", "Other words.")})
    assert carrel("publish", at=site).returncode == 0
    assert commits(remote)[2] == "A note by hand"  # below two of ours, and nothing of it is lost


def test_a_merge_into_the_branch_is_not_ours(site: Path, remote: Path, tmp_path: Path) -> None:
    carrel("publish", at=site)
    ours = git(remote, "rev-parse", "gh-pages")
    by_hand(remote, tmp_path, amend=True)  # a line of its own, which forks from before ours
    other = tmp_path / "other"
    git(other, "merge", "-q", "--no-edit", "--allow-unrelated-histories", "-X", "ours", ours)
    git(other, "push", "-q", "--force", "origin", "gh-pages")

    refused(carrel("publish", at=site), "did not make", "Merge commit")

    assert "note.txt" in published(remote)


def test_a_branch_with_sources_is_refused(site: Path, remote: Path) -> None:
    git(site, "push", "-q", "origin", "main:docs")
    before = git(remote, "rev-parse", "docs")

    refused(carrel("publish", "--branch", "docs", at=site), "did not make", "The list")

    assert git(remote, "rev-parse", "docs") == before


@pytest.mark.parametrize("branch", ["main", "side"])
def test_a_branch_that_is_checked_out_is_refused(
    branch: str, site: Path, remote: Path, tmp_path: Path
) -> None:
    git(site, "worktree", "add", "-q", "-b", "side", tmp_path / "side")

    refused(carrel("publish", "--branch", branch, at=site), f"'{branch}' is checked out")

    assert git(remote, "branch") == ""


def test_a_local_branch_of_that_name_stays_as_it_is(site: Path, remote: Path) -> None:
    """Also when it has diverged from the published one."""
    carrel("publish", at=site)
    git(site, "branch", "gh-pages", "main")
    change(site, {"content/papers/goats.md": paper("Goats", "Other words.")})
    before = state(site)

    assert carrel("publish", at=site).returncode == 0

    assert state(site) == before
    assert len(commits(remote)) == 2


def test_what_somebody_publishes_meanwhile_is_not_pushed_over(
    site: Path, remote: Path, tmp_path: Path
) -> None:
    carrel("publish", at=site)
    by_hand(remote, tmp_path)
    other = tmp_path / "other"
    git(other, "reset", "-q", "--hard", "HEAD~1")
    git(other, "push", "-q", "--force", "origin", "gh-pages")
    (other / "late.txt").write_text("late\n")
    git(other, "add", ".")
    git(other, "commit", "-q", "-m", "Just before")
    hook = site / ".git/hooks/pre-push"  # git runs it when we believe to know the branch
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nunset GIT_DIR\ncd '{other}' && git push -q origin gh-pages\n")
    hook.chmod(0o755)
    change(site, {"content/papers/goats.md": paper("Goats", "Other words.")})

    refused(carrel("publish", at=site), "git push failed", "nothing was published")

    assert commits(remote)[0] == "Just before"


def test_a_push_that_the_other_side_refuses_is_told_in_its_words(site: Path, remote: Path) -> None:
    hook = remote / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'only on weekdays' >&2\nexit 1\n")
    hook.chmod(0o755)

    refused(carrel("publish", at=site), "git push failed", "only on weekdays")

    assert git(remote, "branch") == ""


def test_a_remote_that_cannot_be_reached_is_told(site: Path, tmp_path: Path) -> None:
    git(site, "remote", "set-url", "origin", tmp_path / "nowhere.git")

    done = carrel("publish", at=site)

    assert done.returncode == 1
    assert "git ls-remote failed" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--remote", "elsewhere"], "there is no remote 'elsewhere'"),
        (["--remote", "--upload-pack=x"], "there is no remote"),
        (["--branch", "a..b"], "is no name of a branch"),
        (["--branch", "-x"], "is no name of a branch"),
    ],
)
def test_names_that_lead_nowhere_are_told(arguments: list[str], words: str, site: Path) -> None:
    done = carrel("publish", *arguments, at=site)

    assert done.returncode == 1
    assert words in done.stderr


def test_any_address_is_a_remote(site: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "second.git")

    done = carrel("publish", "--remote", tmp_path / "second.git", "--branch", "web/site", at=site)

    assert done.returncode == 0, done.stderr
    assert "index.html" in published(tmp_path / "second.git", "web/site")


def test_without_a_repository_it_says_how_to_begin_one(tmp_path: Path) -> None:
    root = make_site(tmp_path / "bare", {}, base_url=BASE_URL)
    carrel("build", "-q", at=root)

    refused(carrel("publish", at=root), "git init")


def test_tags_and_other_branches_stay_at_home(site: Path, remote: Path) -> None:
    git(site, "config", "push.followTags", "true")
    git(site, "config", "push.default", "matching")
    git(site, "tag", "-a", "-m", "One", "v1")

    assert carrel("publish", at=site).returncode == 0

    assert git(remote, "for-each-ref", "--format=%(refname)") == "refs/heads/gh-pages"


def test_another_repository_of_the_environment_is_not_meant(
    site: Path, remote: Path, tmp_path: Path
) -> None:
    """As within a hook, where git names its own."""
    git(tmp_path, "init", "-q", "else")

    done = carrel("publish", at=site, GIT_DIR=str(tmp_path / "else/.git"), GIT_INDEX_FILE="index")

    assert done.returncode == 0, done.stderr
    assert len(commits(remote)) == 1


def edit_a_text(site: Path) -> None:
    write_tree(site, {"content/papers/goats.md": paper("Goats", "Other words.")})


def edit_a_setting(site: Path) -> None:
    make_site(site, {}, base_url=BASE_URL, theme="plain", description="New")


def edit_a_static_file(site: Path) -> None:
    write_tree(site, {"content/static/größe/a b.txt": b"three"})


def add_a_fault(site: Path) -> None:
    write_tree(site, {"content/papers/goats.md": "no entry"})
    assert carrel("build", "-q", at=site).returncode == 1


def build_with_drafts(site: Path) -> None:
    carrel("build", "-q", "--drafts", at=site)


def build_for_reading_from_disk(site: Path) -> None:
    carrel("build", "-q", "--index-links", at=site)


def build_for_this_machine(site: Path) -> None:
    carrel("build", "-q", "--base-url", "http://localhost:8000/", at=site)


def take_the_site_away(site: Path) -> None:
    (site / "_site").rename(site / ".carrel/site")


def spoil_the_mark(site: Path) -> None:
    (site / "_site/.carrel").write_bytes(b"{}")


def edit_a_page(site: Path) -> None:
    page = site / "_site/papers/goats/index.html"
    page.write_bytes(page.read_bytes().replace(b"Words", b"Wurds"))


def lose_a_page(site: Path) -> None:
    (site / "_site/papers/goats/index.html").unlink()


def put_a_link(site: Path) -> None:
    page = site / "_site/papers/goats/index.html"
    page.rename(site / "elsewhere")
    page.symlink_to(site / "elsewhere")


def interrupt_a_build(site: Path) -> None:
    (site / "_site/.carrel.journal").write_bytes(b"{}")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (edit_a_text, "not made from the sources as they are now"),
        (edit_a_setting, "not made from the sources as they are now"),
        (edit_a_static_file, "not made from the sources as they are now"),
        (add_a_fault, "not made from the sources as they are now"),
        (build_with_drafts, "built with drafts"),
        (build_for_reading_from_disk, "its links name index.html"),
        (build_for_this_machine, "built for http://localhost:8000/"),
        (take_the_site_away, "there is no built site"),
        (spoil_the_mark, "there is no built site"),
        (edit_a_page, "papers/goats/index.html: error: this file is not as it was built"),
        (lose_a_page, "papers/goats/index.html: error: this file is not as it was built"),
        (put_a_link, "papers/goats/index.html: error: this file is not as it was built"),
        (interrupt_a_build, "a build was interrupted"),
    ],
)
def test_a_site_that_is_not_as_it_should_be_is_refused(
    spoil: Callable[[Path], None], words: str, site: Path, remote: Path
) -> None:
    spoil(site)

    refused(carrel("publish", at=site), words)

    assert git(remote, "branch") == ""


def test_a_list_that_lost_most_of_its_papers_is_refused(site: Path, remote: Path) -> None:
    papers: Files = {f"content/papers/p{n}.md": paper(f"P {n}") for n in range(4)}
    change(site, papers)
    carrel("publish", at=site)
    for path in [*papers, "content/papers/hens.md"]:
        (site / path).unlink()
    change(site, {})

    refused(carrel("publish", at=site), "5 of 6 published items are lost", "--lose-items")
    refused(carrel("publish", "--dry-run", at=site), "5 of 6 published items are lost")

    assert len(commits(remote)) == 1
    assert carrel("publish", "--lose-items", at=site).returncode == 0
    assert len(commits(remote)) == 2


def test_half_of_the_papers_may_go(site: Path) -> None:
    carrel("publish", at=site)
    (site / "content/papers/hens.md").unlink()
    change(site, {})

    assert carrel("publish", at=site).returncode == 0


def test_papers_that_newer_ones_push_out_of_the_feed_are_not_lost(site: Path) -> None:
    carrel("publish", at=site)
    change(
        site, {f"content/papers/p{n}.md": paper(f"P {n}", added="2025-01-01") for n in range(40)}
    )
    assert b"papers/goats" not in (site / "_site/feed.xml").read_bytes()

    assert carrel("publish", at=site).returncode == 0


def test_ids_that_change_would_deliver_all_again_and_are_refused(site: Path) -> None:
    carrel("publish", at=site)
    feeds = {"id_base": "tag:reader.example,2020:other"}
    make_site(site, {}, base_url=BASE_URL, theme="plain", feeds=feeds)
    carrel("build", "-q", at=site)

    refused(carrel("publish", at=site), "2 of 2 published items are lost", "feeds.id_base")


def test_a_rename_or_a_new_address_loses_nothing(site: Path) -> None:
    carrel("publish", at=site)
    write_tree(
        site, {"content/papers/goats.md": paper("Goats", slug="g", aliases=["papers/goats"])}
    )
    carrel("build", "-q", "--base-url", "https://elsewhere.example/", at=site)

    # Item ids follow the configured address, whatever a build is for.
    assert carrel("publish", at=site).returncode == 0


def test_a_domain_of_its_own_is_a_file_of_the_branch_only(site: Path, remote: Path) -> None:
    address = "https://papers.reader.example/"
    own = {"base_url": address, "theme": "plain", "publish": {"cname": "papers.reader.example"}}
    make_site(site, {}, **own)
    carrel("build", "-q", at=site)

    assert carrel("publish", at=site).returncode == 0

    assert published(remote)["CNAME"] == b"papers.reader.example\n"
    assert not (site / "_site/CNAME").exists()


def test_a_domain_and_an_address_that_differ_are_refused(site: Path) -> None:
    own = {"base_url": BASE_URL, "theme": "plain", "publish": {"cname": "papers.reader.example"}}
    make_site(site, {"content/static/CNAME": "other.example"}, **own)
    carrel("build", "-q", at=site)

    refused(
        carrel("publish", at=site),
        "was built for reader.example, and is to be at papers.reader.example",
        "content/static/CNAME: error: publish.cname names the domain, too",
    )


@pytest.mark.parametrize(
    "cname", ["https://a.example/", "a.example/b", "UPPER.example", "a", "-a.b"]
)
def test_what_is_no_domain_is_refused(cname: str, tmp_path: Path) -> None:
    root = make_site(tmp_path / "s", {}, base_url=BASE_URL, publish={"cname": cname})

    done = carrel("check", at=root)

    assert done.returncode == 1
    assert "a domain such as papers.example.org" in done.stderr


def test_who_is_nobody_to_git_is_told_how_to_be_somebody(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gitconfig").write_text("[user]\nuseConfigOnly = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))

    refused(carrel("publish", at=site), "git config user.name")


def test_the_date_of_a_commit_can_be_fixed(site: Path, remote: Path) -> None:
    carrel("publish", at=site, SOURCE_DATE_EPOCH="86400")

    dates = git(remote, "log", "-1", "--format=%ad|%cd", "--date=iso-strict", "gh-pages")
    assert dates == "1970-01-02T00:00:00+00:00|1970-01-02T00:00:00+00:00"


def test_nothing_is_left_in_the_folder_for_temporary_files(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()

    carrel("publish", "--dry-run", at=site)
    carrel("publish", at=site)

    assert list((tmp_path / "temporary").iterdir()) == []


DOCUMENT = (ROOT / "docs/publishing.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)


def test_the_commands_of_the_document_can_be_followed(site: Path, remote: Path) -> None:
    commands = [line.split() for block in blocks("sh") for line in block.splitlines()]

    done = {" ".join(words[1:]): carrel(*words[1:], at=site) for words in commands}

    assert {words: each.stderr for words, each in done.items() if each.returncode} == {}
    assert len(commits(remote)) == 1
    assert (site / "my-list/.github/workflows/pages.yml").is_file()
    assert b"<loc>https://robin.github.io/reading-list/</loc>" in published(remote)["sitemap.xml"]


def test_the_settings_and_entries_of_the_document_work(tmp_path: Path) -> None:
    address, own_domain, entry, term = blocks("yaml")
    site = make_site(
        tmp_path,
        {
            "site_config.yaml": f"title: A list\n{address}{own_domain}",
            "content/papers/paper.md": f"---\ntitle: A paper\ntopics: [sums]\n{entry}---\n",
            "content/topics/counting.md": f"---\n{term}---\n",
        },
    )

    done = carrel("build", at=site)

    assert (done.returncode, done.stderr) == (0, "")
    tree = read_tree(site / "_site")
    assert b"../papers/lantern/" in tree["papers/lantern-reading-long-prompts/index.html"]
    assert b"../topics/counting/" in tree["topics/sums/index.html"]


def test_every_option_of_the_command_is_explained() -> None:
    options = [name for each in publish.params for name in each.opts if name.startswith("--")]

    assert {name for name in options if f"`{name}" not in DOCUMENT and name not in DOCUMENT} <= {
        "--quiet",
        "--output",
    }


def test_links_of_the_document_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#\s]+)", DOCUMENT):
        assert (ROOT / "docs" / link).exists(), link

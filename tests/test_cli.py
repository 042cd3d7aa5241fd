"""The commands: what they print, and what their exit statuses say."""

import contextlib
import errno
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

import build as build_script
from carrel import cli, staging
from conftest import ROOT, make_site, read_tree, write_tree
from payloads import paper

BASE_URL = "https://example.org/"
FAULTY = {"content/papers/one.md": paper("One", topics=["none"])}
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Done(NamedTuple):
    """What a command that has ended said."""

    returncode: int
    stdout: str
    stderr: str


def carrel(*arguments: str | Path, at: Path = Path("/"), **environment: str) -> Done:
    """Run a command of `python build.py` in this process, from the folder *at*."""
    words = build_script.arguments([str(argument) for argument in arguments])
    out, err = io.StringIO(), io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(at))
        stack.enter_context(mock.patch.dict(os.environ, environment))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        status = cli.main(words)
    assert "Traceback" not in err.getvalue()
    assert "internal error" not in err.getvalue()
    return Done(status, out.getvalue(), err.getvalue())


def process(*arguments: str | Path, at: Path | None = None, **environment: str) -> Done:
    """Run `python build.py …` as a person would."""
    done = subprocess.run(
        [sys.executable, ROOT / "build.py", *arguments],
        cwd=at,
        env=os.environ | environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    files = {
        "content/papers/one.md": paper("One", added="2024-01-02", topics=["all"]),
        "content/topics/all.md": paper("All of it"),
    }
    return make_site(tmp_path / "site", files, base_url=BASE_URL)


@pytest.mark.parametrize("arguments", [[], ["build"], ["--drafts"], ["build", "--output", "else"]])
def test_a_build_that_succeeds_says_what_it_made(site: Path, arguments: list[str]) -> None:
    done = process(*arguments, at=site)

    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(
        r"\d+ files, [\d.]+ kB: \d+ rendered, \d+ changed, 0 removed in \d+\.\d\d s\n", done.stdout
    )
    assert (site / ("else" if "else" in arguments else "_site") / "papers/one/index.html").is_file()


def test_the_site_is_found_upward_or_named(site: Path) -> None:
    assert carrel("check", at=site / "content/papers").returncode == 0
    assert carrel("--site", site, "check").returncode == 0
    assert process(f"--site={site}", at=Path("/")).returncode == 0
    assert (site / "_site/index.html").is_file()


@pytest.mark.parametrize("command", ["build", "check", "serve", "new"])
def test_without_a_site_every_command_says_how_to_begin_one(tmp_path: Path, command: str) -> None:
    more = ["paper", "Title"] if command == "new" else []

    for done in (carrel(command, *more, at=tmp_path), carrel("--site", tmp_path, command, *more)):
        assert done.returncode == 1
        assert "site_config.yaml" in done.stderr
        assert "carrel init" in done.stderr
        assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["build", "--nonsense"],
        ["--nonsense"],
        ["serve", "--port", "many"],
        ["new"],
        ["new", "paper"],
        ["new", "nonsense", "Title"],
        ["check", "extra"],
        ["import"],
        ["import", "x.txt", "--captured", "yesterday"],
        ["init"],
    ],
)
def test_wrong_usage_has_a_status_of_its_own(site: Path, arguments: list[str]) -> None:
    done = carrel(*arguments, at=site)

    assert done.returncode == 2
    assert "Error: " in done.stderr or "Usage: " in done.stderr


def test_the_first_words_of_help_name_every_command(site: Path) -> None:
    done = carrel("--help", at=site)

    assert done.returncode == 0
    for command in ("build", "serve", "check", "import", "new", "init"):
        assert re.search(rf"^  {command} +[A-Z]", done.stdout, re.MULTILINE)
        assert carrel(command, "--help", at=site).returncode == 0


@pytest.mark.parametrize("command", ["build", "check"])
def test_faults_are_shown_with_their_places(tmp_path: Path, command: str) -> None:
    files = {
        "content/papers/one.md": "---\ntitle: One\ntopics: [serving, atention]\nyaer: 3\n---\n",
        "content/papers/two.md": "---\ntitle: [\n---\n",
        "content/topics/attention.md": paper("Attention"),
    }
    done = carrel("--site", make_site(tmp_path / "site", files, base_url=BASE_URL), command)

    assert (done.returncode, done.stdout) == (1, "")
    assert (
        "content/papers/one.md:4:1: error: unknown key 'yaer'\n    4 | yaer: 3\n      | ^\n"
    ) in done.stderr
    assert "content/papers/two.md:3:1: error: not valid YAML" in done.stderr
    assert re.search(r"^\d errors; nothing was written$", done.stderr, re.MULTILINE)
    assert not (tmp_path / "site/_site").exists()


def test_faults_of_files_and_across_files_come_together(tmp_path: Path) -> None:
    files = {
        "content/papers/one.md": "---\ntitle: One\nyaer: 3\n---\n",
        "content/papers/two.md": paper("Two", topics=["none"], arxiv="2401.00001"),
        "content/papers/three.md": paper("Three", arxiv="2401.00001v3"),
        "content/papers/four.md": paper("Four", hardware=["H1000"]),
        "content/topics/a.md": paper("A", parent="b"),
        "content/topics/b.md": paper("B", parent="a"),
        "content/odd/x.md": paper("X"),
        "content/hardware/h100.md": paper("H100"),
    }
    done = carrel("--site", make_site(tmp_path / "site", files, base_url=BASE_URL), "check")

    for words in ("yaer", "none", "2401.00001", "H1000", "'h100'", "itself", "content/odd/x.md"):
        assert words in done.stderr, words


def test_warnings_are_errors_when_asked(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", {"content/papers/one.md": paper("One")})  # no base_url

    for command in ("build", "check"):
        relaxed, strict = (
            carrel("--site", site, command),
            carrel("--site", site, command, "--strict"),
        )
        assert (relaxed.returncode, strict.returncode) == (0, 1)
        assert "warning: there is no base_url" in relaxed.stderr
        assert "warning: there is no base_url" in strict.stderr


def test_quiet_prints_problems_only(site: Path) -> None:
    for command in ("build", "check"):
        done = carrel("--site", site, command, "--quiet")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    make_site(site, FAULTY, base_url=BASE_URL)
    done = carrel("--site", site, "build", "-q")
    assert (done.returncode, done.stdout) == (1, "")
    assert "unknown topic 'none'" in done.stderr


def rows(printed: str) -> list[Mapping[str, object]]:
    found = [json.loads(line) for line in printed.splitlines()]
    assert all(isinstance(row, dict) for row in found)
    return found


def test_the_report_of_a_build_as_json(site: Path) -> None:
    done = carrel("--site", site, "build", "--json")

    (report,) = rows(done.stdout)
    tree = read_tree(site / "_site")
    assert report["outputs"] == len(tree)
    assert report["bytes"] == sum(map(len, tree.values()))
    assert report["changed"] == sorted(tree)
    assert report["removed"] == []


@pytest.mark.parametrize("command", ["build", "check"])
def test_problems_as_json(tmp_path: Path, command: str) -> None:
    site = make_site(tmp_path / "site", FAULTY)

    done = carrel("--site", site, command, "--json")

    assert done.returncode == 1
    assert rows(done.stdout) == []
    by_kind = {row["kind"]: row for row in rows(done.stderr)}
    assert by_kind["error"] == {
        "kind": "error",
        "path": "content/papers/one.md",
        "line": 5,
        "column": 3,
        "message": "unknown topic 'none'",
        "hint": by_kind["error"]["hint"],
    }
    assert by_kind["warning"]["path"] == "site_config.yaml"


@pytest.mark.parametrize("command", ["build", "check"])
def test_problems_as_json_say_all_that_they_say_as_text(tmp_path: Path, command: str) -> None:
    site = make_site(tmp_path / "site", FAULTY)

    told = carrel("--site", site, command).stderr
    for row in rows(carrel("--site", site, command, "--json").stderr):
        assert row.keys() == {"kind", "path", "line", "column", "message", "hint"}
        place = ":".join(str(row[key]) for key in ("path", "line", "column") if row[key])
        assert f"{place}: {row['kind']}: {row['message']}\n" in told
        assert not row["hint"] or f"\n  hint: {row['hint']}\n" in told


def test_terms_without_papers_are_counted_or_named(tmp_path: Path) -> None:
    carrel("init", "list", "--quiet", at=tmp_path)
    list_ = tmp_path / "list"
    write_tree(
        list_,
        {
            "content/topics/knots.md": "---\ntitle: Knots\n---\n",
            "content/topics/ropes.md": "---\ntitle: Ropes\n---\n",
            "content/papers/one.md": "---\ntitle: One\ntopics: [ropes]\n---\n",
            "content/papers/two.md": "---\ntitle: Two\ntopics: [knots]\ndraft: true\n---\n",
        },
    )

    done = carrel("build", at=list_)
    assert "content/topics/knots.md: warning: no paper is filed under this topic" in done.stderr
    assert done.stderr.count("no paper is filed") == 1  # the catalogue waits for its papers
    assert re.search(r"\n\d+ × a term without papers, which has no page", done.stdout)
    (report,) = rows(carrel("build", "--json", at=list_).stdout)
    unfiled = report["unfiled"]
    assert isinstance(unfiled, list)
    assert {"content/topics/knots.md", "content/hardware/gpu.md"} < set(unfiled)
    assert "content/topics/ropes.md" not in unfiled
    explained = carrel("build", "--explain", at=list_).stdout
    assert "content/hardware/gpu.md: no page, because no paper is filed under it\n" in explained
    assert "no paper is filed" not in carrel("build", "--drafts", at=list_).stderr

    gpu = list_ / "content/hardware/gpu.md"
    gpu.write_bytes(gpu.read_bytes().replace(b"\n", b"\r\n"))  # as git may check it out
    assert "no paper is filed" not in carrel("build", "--drafts", at=list_).stderr
    gpu.write_bytes(gpu.read_bytes() + b"What I learnt of them.\n")
    told = carrel("build", "--drafts", at=list_).stderr
    assert "content/hardware/gpu.md: warning: no paper is filed under this" in told
    assert told.count("no paper is filed") == 1


def test_a_check_without_problems_as_json(site: Path) -> None:
    done = carrel("--site", site, "check", "--json")

    assert (done.returncode, rows(done.stdout), rows(done.stderr)) == (0, [], [])


HOSTILE = "\x1b[31mred\x1b[0m \x07 \u202egnp.exe \u2066 \x9b0m \x7f \r over"


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_what_is_printed_has_no_control_characters(tmp_path: Path, as_json: list[str]) -> None:
    files: dict[str, str | bytes] = {
        "content/papers/escaped.md": f"---\ntitle: x\n{json.dumps(HOSTILE)}: y\n---\n",
        "content/papers/term.md": f"---\ntitle: x\ntopics: [{json.dumps(HOSTILE)}]\n---\n",
        "content/papers/venue.md": f"---\ntitle: x\nstatus: {json.dumps(HOSTILE)}\n---\n",
        "content/papers/raw.md": f"---\ntitle: {HOSTILE}\n---\n",
        "content/papers/bidi.md": "---\ntitle: x\n\u202eyek: \u2067y\n---\n",
        f"content/papers/{HOSTILE}.md": paper("x"),
        f"content/{HOSTILE}/x.md": paper("x"),
        "content/papers/new\nline.md": paper("x"),
        "templates/404.html": "\x1b[31m{% if %}",
    }
    site = make_site(tmp_path / HOSTILE / "site", files)
    config = {"title": "A", "nav": [{"title": "a", "url": HOSTILE}]}
    other = make_site(tmp_path / "other", {"site_config.yaml": json.dumps(config)})

    done = carrel("--site", site, "check", *as_json)
    settings = carrel("--site", other, "check", *as_json)

    for each in (done, settings):
        assert each.returncode == 1
        assert not CONTROLS.search(each.stderr + each.stdout)
    for path in ("escaped", "term", "venue", "raw", "bidi"):
        assert f"content/papers/{path}.md" in done.stderr


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_what_is_printed_is_bounded(tmp_path: Path, as_json: list[str]) -> None:
    long = "x" * 50_000
    files: dict[str, str | bytes] = {
        f"content/papers/p{number}.md": f"---\ntitle: x\nkey {number}: é\ndate: never\n---\n"
        for number in range(1_500)
    }
    files["content/papers/long.md"] = f"---\n{long}: y\ntitle: z\nstatus: {long}\n---\n"
    files["content/papers/many.md"] = "---\ntitle: z\ntopics: [" + "é," * 4_000 + "]\n---\n"
    site = make_site(tmp_path / "site", files, base_url=BASE_URL)

    done = carrel("--site", site, "check", *as_json)

    assert done.returncode == 1
    assert len((done.stderr + done.stdout).encode()) <= 200_000
    assert max(map(len, done.stderr.splitlines())) <= 2_000
    if as_json:
        assert len(rows(done.stderr)) > 100
    else:
        assert re.search(r"and \d+ more", done.stderr)
        assert re.search(r"^\d{4,} errors; nothing was written$", done.stderr, re.MULTILINE)


KINDS = {
    "paper": "content/papers",
    "topic": "content/topics",
    "hardware": "content/hardware",
    "organization": "content/organizations",
    "page": "content/pages",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_entry_passes_check(site: Path, kind: str) -> None:
    title = 'A "new": one\'s #1 \\ {{ x }} [y]'

    done = carrel("--site", site, "new", kind, title, SOURCE_DATE_EPOCH="1700000000")

    assert (done.returncode, done.stderr) == (0, "")
    path = done.stdout.strip()
    assert path.startswith(f"{KINDS[kind]}/a-new-")
    assert (site / path).is_file()
    checked = carrel("--site", site, "check")
    assert checked.returncode == 0
    assert "error: " not in checked.stderr
    # Whoever adds a page says where it is linked from.
    assert ("no page leads to" in checked.stderr) == (kind == "page")
    if kind == "paper":
        assert "added: 2023-11-14" in (site / path).read_text("utf-8")


def test_all_that_new_offers_can_be_used(tmp_path: Path) -> None:
    site = make_site(
        tmp_path / "site",
        {"content/papers/one.md": paper("One")},
        base_url=BASE_URL,
        taxonomies={"methods": {"singular": "method", "field": "method"}},
    )
    for kind in ("paper", "page", "topic", "hardware", "organization", "method"):
        assert carrel("--site", site, "new", kind, f"Title of {kind}").returncode == 0
    assert carrel("--site", site, "check").returncode == 0


@pytest.mark.parametrize("title", ["高速推論", "🧪", "...", "con", "-- x", "\x1b[31mred", "a\t\n"])
def test_a_new_entry_takes_any_title(site: Path, title: str) -> None:
    done = carrel("--site", site, "new", "paper", "--", title)

    assert done.returncode == 0
    assert not CONTROLS.search(done.stdout)
    assert carrel("--site", site, "check").returncode == 0


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("///", "'///' cannot name a file (it has no letter or digit for one)"),
        ("CON", "'CON' cannot name a file (Windows cannot hold a file of this name)"),
        ("javascript:alert(1)", "'javascript:alert(1)' is taken for a title"),
        ("github.com/frog/net", "'github.com/frog/net' is taken for a title"),
        ("Frogs: a study of TCP/IP", ""),
        ("蛙", ""),
    ],
)
def test_an_odd_title_is_remarked_upon(site: Path, title: str, said: str) -> None:
    made = carrel("--site", site, "new", "topic", title)

    assert made.returncode == 0
    assert made.stderr.startswith(f"note: {said}") == bool(said)
    assert (made.stdout.strip() in made.stderr) == ("cannot name" in said)


def test_a_new_entry_replaces_nothing(site: Path) -> None:
    before = read_tree(site)
    done = carrel("--site", site, "new", "paper", "One")

    assert done.returncode == 1
    assert "content/papers/one.md" in done.stderr
    assert "exists already" in done.stderr
    assert read_tree(site) == before


def test_a_list_begins_and_is_built(tmp_path: Path) -> None:
    begun = carrel("init", "list", "--title", "Mine: a <list>", at=tmp_path)
    assert begun.returncode == 0
    assert carrel(at=tmp_path / "list").returncode == 0
    assert "Mine: a &lt;list&gt;" in (tmp_path / "list/_site/index.html").read_text("utf-8")

    assert "\n  cd 'a list'\n" in carrel("init", "a list", at=tmp_path).stdout
    before = read_tree(tmp_path)
    again = carrel("init", "list", at=tmp_path)
    assert again.returncode == 1
    assert "exists already" in again.stderr
    assert read_tree(tmp_path) == before


def test_a_fault_of_ours_is_a_sentence(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a \x1b[31mred\nmessage")

    monkeypatch.setattr("carrel.check.prove", fail)

    assert cli.main(["--site", str(site), "check"]) == 1
    printed = capsys.readouterr().err
    assert "internal error" in printed
    assert "--traceback" in printed
    assert not CONTROLS.search(printed)
    assert cli.main(["--site", str(site), "check", "--traceback"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_whoever_reads_may_stop_early(site: Path) -> None:
    command: list[str | Path] = [
        sys.executable,
        ROOT / "build.py",
        "--site",
        site,
        "build",
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        printed = process.stderr.read().decode()
        process.wait(timeout=30)

    assert "Traceback" not in printed
    assert "Exception" not in printed


def test_the_output_can_be_read_where_the_locale_has_no_utf8(site: Path) -> None:
    make_site(site, {"content/papers/one.md": paper("Ü", topics=["größe"])}, base_url=BASE_URL)

    done = process(
        *("--site", site, "check"),
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
        PYTHONIOENCODING="ascii",
    )

    assert done.returncode == 1
    assert "error: unknown topic" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("import", "digest.txt"), ("tag",), ("check",)])
def test_settings_behind_a_link_are_named_by_every_command(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    site = make_site(tmp_path / "site", {"real.yaml": "title: A list\n"})
    (site / "site_config.yaml").unlink()
    (site / "site_config.yaml").symlink_to("real.yaml")
    (tmp_path / "digest.txt").write_text("Daily Papers\n")
    words = [str(tmp_path / word) if word.endswith(".txt") else word for word in command]

    done = carrel("--site", site, *words, *(["--format", "daily-papers"] * (len(words) > 1)))

    assert done.returncode == 1
    assert "site_config.yaml: error: this is a link" in done.stderr
    assert done.stderr.count("error: ") == 1


@pytest.mark.parametrize("dangling", [False, True])
def test_a_list_is_not_begun_in_what_is_no_folder(tmp_path: Path, dangling: bool) -> None:
    if dangling:
        (tmp_path / "place").symlink_to(tmp_path / "gone")
    else:
        (tmp_path / "place").write_text("mine")

    done = carrel("init", "place", at=tmp_path)

    assert done.returncode == 1
    assert "place: error: this is " in done.stderr
    assert "hint: name a" in done.stderr


def test_a_list_without_a_title_names_no_file(tmp_path: Path) -> None:
    done = carrel("init", "f", "--title", "", at=tmp_path)

    assert (done.returncode, "site_config" in done.stderr) == (2, False)
    assert not (tmp_path / "f").exists()


def test_a_time_that_cannot_be_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "9" * 30)

    done = carrel("init", "f", at=tmp_path)

    assert done.returncode == 1
    assert "SOURCE_DATE_EPOCH: error: " in done.stderr
    assert "hint: write seconds since 1970" in done.stderr


def test_a_write_that_fails_names_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int, _content: object) -> int:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    monkeypatch.setattr("carrel.staging.os.write", fail)

    with pytest.raises(OSError, match=r"a/index\.html"):
        staging.write_staged(tmp_path, "a/index.html", b"x")

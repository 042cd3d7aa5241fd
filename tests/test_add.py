"""`carrel add` with and without arXiv, which is a server on this machine here; `carrel init`."""

import http.server
import os
import pty
import re
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from carrel.arxiv_api import ask_arxiv
from conftest import ROOT, make_site, read_tree
from test_cli import CONTROLS, carrel
from test_importers import DAY, IMPORTS

ANSWER = (IMPORTS / "arxiv.xml").read_text("utf-8")
NOTHING = '<feed xmlns="http://www.w3.org/2005/Atom"><title>none</title></feed>'


class Arxiv(http.server.BaseHTTPRequestHandler):
    """Answers as arXiv does, about one paper."""

    asked: ClassVar[list[str]] = []
    way: ClassVar[str] = "well"

    def do_GET(self) -> None:
        id = parse_qs(urlsplit(self.path).query).get("id_list", [""])[0]
        self.asked.append(id)
        if self.way == "slow":
            time.sleep(3)
        status = {"busy": 503, "gone": 404}.get(self.way, 200)
        body = ANSWER if id.startswith("2408.00001") else NOTHING
        if self.way == "garbage":
            body = "<feed><entry>" + "\x00" * 99
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing: what a test prints is what it tests."""


@pytest.fixture
def server() -> Iterator[str]:
    Arxiv.asked.clear()
    Arxiv.way = "well"
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Arxiv) as listening:
        listening.daemon_threads = True
        listening.block_on_close = False
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{listening.server_address[1]}/api/query"
        listening.shutdown()
        thread.join()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site", {}, base_url="https://example.org/")


def papers(site: Path) -> dict[str, str]:
    return {path: text.decode() for path, text in read_tree(site / "content/papers").items()}


@pytest.mark.parametrize(
    "what",
    [
        "2408.00001",
        "2408.00001v2",
        "arXiv:2408.00001",
        "https://arxiv.org/abs/2408.00001",
        "http://arxiv.org/pdf/2408.00001v1.pdf",
        "https://huggingface.co/papers/2408.00001",
        "https://doi.org/10.48550/arXiv.2408.00001",
    ],
)
def test_a_paper_of_arxiv_is_added_with_all_that_arxiv_knows(
    what: str, server: str, site: Path
) -> None:
    version = re.search(r"v\d", what)
    id = f"2408.00001{version[0] if version else ''}"
    written = id if version else f'"{id}"'  # else YAML would read a number

    done = carrel("--site", site, "add", what, "--api", server, SOURCE_DATE_EPOCH=DAY)

    assert (done.returncode, done.stderr) == (0, "")
    assert papers(site) == {
        "ripples-waves-frogs-with-l2-norms.md": (
            "---\n"
            'title: "Ripples: Waves & Frogs with ℓ₂ Norms"\n'
            "date: 2024-08-01\n"
            "added: 2025-12-12\n"
            "authors: [Jörg Bögner, Anna-Lena van der Ried]\n"
            "links:\n"
            f"  paper: https://arxiv.org/abs/{id}\n"
            f"arxiv: {written}\n"
            "doi: 10.5555/ripples.1\n"
            "venue: Symposium on Shallow Water 2024\n"
            "source: {format: add, captured: 2025-12-12, "
            'title: "Ripples: Waves & Frogs with $\\\\ell_2$ Norms"}\n'
            "---\n"
            "\n"
            "## Abstract\n"
            "\n"
            "We make waves. They cost 43.8% less than those of others.\n"
        )
    }
    assert Arxiv.asked
    assert carrel("--site", site, "check").returncode == 0


def test_a_paper_that_is_there_is_not_added_again(server: str, site: Path) -> None:
    carrel("--site", site, "add", "2408.00001", "--api", server)
    before = papers(site)

    done = carrel("--site", site, "add", "https://arxiv.org/abs/2408.00001v9", "--api", server)

    assert "0 new, 1 already on the list" in done.stdout
    assert papers(site) == before


@pytest.mark.parametrize("way", ["offline", "busy", "gone", "garbage", "nobody there"])
def test_without_an_answer_the_entry_has_the_id(way: str, server: str, site: Path) -> None:
    Arxiv.way = way
    address = "http://127.0.0.1:1/api" if way == "nobody there" else server
    more = ["--offline"] if way == "offline" else ["--api", address]

    done = carrel("--site", site, "add", "2408.00001", *more, SOURCE_DATE_EPOCH=DAY)

    assert done.returncode == 0
    assert re.fullmatch(r"note: .*its title is to be written\n", done.stderr)
    (text,) = papers(site).values()
    assert "title: arXiv:2408.00001\n" in text
    assert 'arxiv: "2408.00001"\n' in text
    assert "https://arxiv.org/abs/2408.00001" in text
    assert list(papers(site)) == ["arxiv-2408-00001.md"]
    assert carrel("--site", site, "check").returncode == 0
    assert Arxiv.asked == [] if way in ("offline", "nobody there") else Arxiv.asked


def test_what_was_added_offline_is_completed_later(server: str, site: Path) -> None:
    carrel("--site", site, "add", "2408.00001", "--offline", SOURCE_DATE_EPOCH=DAY)
    (file,) = (site / "content/papers").iterdir()
    file.write_text(file.read_text("utf-8") + "\nMy notes.\n", "utf-8")

    done = carrel("--site", site, "add", "2408.00001", "--merge", "--api", server)

    text = file.read_text("utf-8")
    assert 'title: "Ripples: Waves & Frogs with ℓ₂ Norms"\n' in text
    assert "authors: [Jörg Bögner, Anna-Lena van der Ried]\n" in text
    assert "\nMy notes.\n" in text
    assert "## Abstract\n\nWe make waves." in text
    assert "updated: content/papers/arxiv-2408-00001.md (title, date, authors, " in done.stdout
    assert "warning" not in done.stdout


def test_an_answer_that_never_comes_is_not_waited_for(server: str) -> None:
    Arxiv.way = "slow"
    start = time.perf_counter()

    assert ask_arxiv("2408.00001", server, patience=0.5) == (
        "arXiv has not answered within 0.5 seconds"
    )
    assert time.perf_counter() - start < 2


def test_without_the_extra_it_says_how_to_get_it(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carrel.arxiv_api.find_spec", lambda _name: None)

    done = carrel("--site", site, "add", "2408.00001")

    assert "pip install 'carrel[arxiv]'" in done.stderr
    assert len(papers(site)) == 1


@pytest.mark.parametrize(
    ("what", "rows"),
    [
        ("10.5555/frogs.1", ["title: doi:10.5555/frogs.1", "doi: 10.5555/frogs.1"]),
        ("https://doi.org/10.5555/Frogs", ["doi: 10.5555/Frogs"]),
        (
            "https://github.com/marsh/frogs",
            ["title: https://github.com/marsh/frogs", "  code: https://github.com/marsh/frogs"],
        ),
        (
            "https://openreview.net/forum?id=Fr0g",
            ["  paper: https://openreview.net/forum?id=Fr0g"],
        ),
        ("Frogs in Winter: A Study", ['title: "Frogs in Winter: A Study"']),
        ("Frogs", ["title: Frogs"]),
    ],
)
def test_anything_else_is_added_without_asking_anybody(
    what: str, rows: list[str], server: str, site: Path
) -> None:
    done = carrel("--site", site, "add", what, "--api", server)

    assert done.returncode == 0
    (text,) = papers(site).values()
    assert [row for row in rows if row not in text.splitlines()] == []
    assert ("title is to be written" in done.stderr) == ("title: Frogs" not in text and "/" in what)
    assert Arxiv.asked == []
    assert carrel("--site", site, "check").returncode == 0


def test_a_title_may_be_given_with_an_address(site: Path) -> None:
    address = "https://openreview.net/forum?id=Fr0g"

    done = carrel("--site", site, "add", address, "--title", "Frogs")

    assert done.stderr == ""
    assert list(papers(site)) == ["frogs.md"]
    assert address in papers(site)["frogs.md"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["javascript:alert(1)"], "note: 'javascript:alert(1)' is taken for a title"),
        (["2408.1"], "note: '2408.1' is taken for a title"),
        (["frogs", "--title", "Frogs"], "note: 'frogs' is no address, arXiv id or DOI"),
        (["A study: Frogs 2.0"], ""),
    ],
)
def test_what_is_taken_for_a_title_is_said(words: list[str], said: str, site: Path) -> None:
    done = carrel("--site", site, "add", "--offline", *words)

    assert done.returncode == 0
    assert done.stderr.startswith(said) if said else done.stderr == ""


@pytest.mark.parametrize("title", ["???", "CON"])
def test_a_name_that_is_none_of_the_title_is_explained(title: str, site: Path) -> None:
    done = carrel("--site", site, "add", title)

    assert f"warning: '{title}' cannot name a file (" in done.stdout
    assert f"so this one is content/papers/{next(iter(papers(site)))}\n" in done.stdout


@pytest.mark.parametrize("what", ["https://", "http://[", "\x00", "  ", "https://x y.example/"])
def test_what_is_nothing_is_a_fault(what: str, site: Path) -> None:
    done = carrel("--site", site, "add", what)

    assert done.returncode == 1
    assert not CONTROLS.search(done.stderr)
    assert "internal" not in done.stderr
    assert not (site / "content/papers").exists()


def test_a_dry_run_writes_nothing(site: Path, server: str) -> None:
    before = read_tree(site)

    done = carrel("--site", site, "add", "2408.00001", "--api", server, "--dry-run")

    assert "new: content/papers/ripples" in done.stdout
    assert read_tree(site) == before


DIGEST = ROOT / "tests/digests/page.txt"


def test_a_list_begins_with_a_digest_and_can_be_served_at_once(tmp_path: Path) -> None:
    words = ("--title", "Mine: a <list>", "--author", "Robin", "--base-url", "https://r.example/l/")
    start = time.perf_counter()

    done = carrel("init", "list", "--from", DIGEST, *words, at=tmp_path, SOURCE_DATE_EPOCH=DAY)

    assert (done.returncode, done.stderr) == (0, "")
    site = tmp_path / "list"
    assert 'author: {name: "Robin"}\n' in (site / "site_config.yaml").read_text("utf-8")
    assert re.search(r"^  cd list\n  carrel serve$", done.stdout, re.MULTILINE)
    assert len(papers(site)) == done.stdout.count("new: content/papers/") > 3
    assert carrel("--site", site, "check").returncode == 0
    assert carrel("--site", site, "build", "--quiet").returncode == 0
    assert time.perf_counter() - start < 60
    page = (site / "_site/index.html").read_text("utf-8")
    assert "Mine: a &lt;list&gt;" in page
    again = carrel("--site", site, "import", DIGEST, SOURCE_DATE_EPOCH=DAY)
    assert "0 new" in again.stdout


@pytest.mark.parametrize("source", ["papers.bib", "zotero.json", "list.xml"])
def test_a_list_may_begin_with_any_source(source: str, tmp_path: Path) -> None:
    done = carrel("init", "list", "--from", IMPORTS / source, at=tmp_path)

    assert done.returncode == 0
    assert carrel("--site", tmp_path / "list", "check").returncode == 0


def test_a_list_that_cannot_begin_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_text("nothing\n")

    for words in (
        ("--from", tmp_path / "odd.txt"),
        ("--from", tmp_path / "none.txt"),
        ("--from", DIGEST, "--base-url", "nowhere"),
        ("--base-url", "http://[::1"),
    ):
        done = carrel("init", "list", *words, at=tmp_path)
        assert done.returncode == 1
        assert not (tmp_path / "list").exists()


def test_on_a_terminal_what_no_option_says_is_asked(tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    words = ["init", "list", "--base-url", "https://a.example/"]
    command = [sys.executable, str(ROOT / "build.py"), *words]
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=follower, stdout=follower, stderr=follower
    ) as running:
        os.close(follower)
        shown = ""
        for question, answer in (("name of the list", "Robin's list"), ("Who keeps it", "Robin")):
            while question not in shown:
                assert select.select([leader], [], [], 30)[0], shown
                shown += os.read(leader, 1000).decode()
            os.write(leader, f"{answer}\n".encode())
        while running.poll() is None:
            if select.select([leader], [], [], 0.1)[0]:
                try:
                    shown += os.read(leader, 1000).decode()
                except OSError:
                    break
    os.close(leader)

    assert running.returncode == 0
    assert "Where the site will be" not in shown
    settings = (tmp_path / "list/site_config.yaml").read_text("utf-8")
    assert 'title: "Robin\'s list"' in settings
    assert 'author: {name: "Robin"}' in settings


def test_serving_an_empty_folder_says_how_to_begin(tmp_path: Path) -> None:
    done = carrel("serve", at=tmp_path)

    assert done.returncode == 1
    assert "carrel init" in done.stderr


def test_a_list_with_a_paper_that_has_no_topic_is_built(site: Path) -> None:
    carrel("--site", site, "add", "A Paper About Nothing That Is Known")

    assert carrel("--site", site, "build", "--strict", "--jobs", "1").returncode == 0
    page = (site / "_site/papers/a-paper-about-nothing-that-is-known/index.html").read_text("utf-8")
    assert "A Paper About Nothing That Is Known" in page

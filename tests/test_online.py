"""`carrel check --online`, asking a server on this machine and nobody else."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from carrel.cli import carrel
from carrel.pipeline import build
from carrel.problems import SiteError
from conftest import make_site, read_tree
from payloads import paper

ATOM = """\
<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>http://arxiv.org/api/x</id>
<updated>2030-01-01T00:00:00Z</updated>
<entry><id>http://arxiv.org/abs/2401.00001v3</id><updated>2024-09-09T01:02:03Z</updated></entry>
<entry><id>http://arxiv.org/abs/2401.00002v1</id><updated>2024-01-09T01:02:03Z</updated></entry>
<entry><id>http://arxiv.org/abs/cs/0112017v2</id><updated>2024-09-09T01:02:03Z</updated></entry>
</feed>"""


class Host(http.server.BaseHTTPRequestHandler):
    """A host with pages of every kind; it remembers what it was asked."""

    asked: list[tuple[float, str, str]]

    def answer(self) -> None:
        path = self.path.partition("?")[0]
        self.asked.append((time.monotonic(), self.command, self.path))
        code = {"/gone": 410, "/missing": 404, "/broken": 500, "/robots": 403, "/slow": 429}
        status = code.get(path, 200)
        if path == "/no-head" and self.command == "HEAD":
            status = 405
        if path.startswith("/moved"):
            status = 301
        body = ATOM.encode() if path == "/api" else b"x" * 10
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/fine" if path == "/moved" else self.path + "x")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_GET = do_HEAD = answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[str]:
    Host.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def online(root: Path, host: str, *more: str) -> list[dict[str, Any]]:
    """The findings of the network; links that are not https are what they are here."""
    words = ["check", "--online", "--json", "--arxiv-api", f"{host}/api", "--pause", "0.01", *more]
    done = CliRunner().invoke(carrel, ["--site", str(root), *words])
    assert done.exit_code == 0, done.output
    found = [json.loads(line) for line in done.stderr.splitlines()]
    return [each for each in found if "not https" not in each["message"]]


def site(tmp_path: Path, body: str = "", **front: object) -> Path:
    front = {"added": "2024-05-05", "topics": ["all"]} | front
    files = {
        "content/papers/one.md": paper("One", body, **front),
        "content/topics/all.md": paper("All"),
    }
    return make_site(tmp_path / "site", files, base_url="https://example.org/")


def test_dead_links_are_named_with_their_places(host: str, tmp_path: Path) -> None:
    links = {"code": f"{host}/gone", "project": [f"{host}/fine", f"{host}/missing"]}
    root = site(tmp_path, f"See [it]({host}/broken) and <{host}/no-head>.", links=links)

    found = online(root, host, "--private")

    assert [(each["line"], each["message"]) for each in found] == [
        (9, "this link is dead: the answer is 410"),
        (12, "this link is dead: the answer is 404"),
        (17, "this link could not be checked: the answer is 500"),
    ]
    assert all(each["hint"] and each["kind"] == "warning" for each in found)


def test_redirects_are_followed_and_not_without_end(host: str, tmp_path: Path) -> None:
    root = site(tmp_path, links={"code": f"{host}/moved", "project": f"{host}/moved/round"})

    (found,) = online(root, host, "--private")

    assert "could not be checked" in found["message"]


def test_each_address_is_asked_once_with_a_pause_and_no_more_than_its_head(
    host: str, tmp_path: Path
) -> None:
    links = {"code": [f"{host}/{n}" for n in range(4)] * 3, "paper": f"{host}/1"}
    root = site(tmp_path, links=links)

    online(root, host, "--private", "--pause", "0.1")

    asked = [(when, command) for when, command, path in Host.asked if not path.startswith("/api")]
    assert [command for _, command in asked] == ["HEAD"] * 4
    assert asked[-1][0] - asked[0][0] >= 0.3


def test_a_host_that_wants_to_be_left_alone_is(host: str, tmp_path: Path) -> None:
    for path in ("robots", "slow"):
        Host.asked.clear()
        root = site(tmp_path, links={"code": [f"{host}/{path}", f"{host}/z1", f"{host}/z2"]})

        found = online(root, host, "--private")

        assert len(found) == 3
        assert all("could not be checked: the host" in each["message"] for each in found)
        assert not any("/z" in path for _, _, path in Host.asked)


def test_this_machine_is_not_asked_unless_that_is_allowed(host: str, tmp_path: Path) -> None:
    root = site(tmp_path, links={"code": f"{host}/gone", "blog": "http://[::1]:1/"})

    found = online(root, host)

    assert Host.asked == []
    assert len(found) == 2
    assert all("this machine or its network" in each["message"] for each in found)


def test_a_host_that_does_not_answer_is_no_dead_link(host: str, tmp_path: Path) -> None:
    root = site(tmp_path, links={"code": "http://127.0.0.1:9/"})

    (found,) = online(root, host, "--private")

    assert found["message"] == "this link could not be checked: there is no answer"


@pytest.mark.parametrize(
    ("front", "newer"),
    [
        ({"arxiv": "2401.00001v1"}, True),
        ({"arxiv": "2401.00001v3"}, False),
        ({"arxiv": "2401.00001"}, True),
        ({"arxiv": "2401.00001", "updated": "2024-10-01"}, False),
        ({"arxiv": "2401.00002"}, False),
        ({"arxiv": "cs/0112017v1"}, True),
        ({"arxiv": "2401.00003v1"}, False),
    ],
)
def test_a_newer_version_on_arxiv_is_named(
    front: dict[str, str], newer: bool, host: str, tmp_path: Path
) -> None:
    found = online(site(tmp_path, **front), host, "--private")

    assert [each["message"] for each in found] == (
        ["arXiv has version {} of this paper, of 2024-09-09".format(found[0]["message"][18])]
        if newer
        else []
    )
    assert next(path for _, _, path in Host.asked).startswith("/api?id_list=")


def test_where_arxiv_does_not_answer_that_is_said(tmp_path: Path) -> None:
    (found,) = online(site(tmp_path, arxiv="2401.00001"), "http://127.0.0.1:9", "--private")

    assert found["message"] == (
        "newer versions on arXiv could not be looked for: there is no answer"
    )


def test_many_papers_are_one_question(host: str, tmp_path: Path) -> None:
    root = site(tmp_path)
    for n in range(20):
        file = root / f"content/papers/p{n}.md"
        file.write_text(paper(f"P{n}", added="2024-05-05", topics=["all"], arxiv=f"2401.1{n:04}"))

    assert online(root, host, "--private") == []

    assert len(Host.asked) == 1


def test_a_build_and_a_plain_check_ask_nobody(host: str, tmp_path: Path) -> None:
    root = site(tmp_path, links={"code": f"{host}/gone"}, arxiv="2401.00001")

    build(root)
    CliRunner().invoke(carrel, ["--site", str(root), "check"])
    before = read_tree(root / "content")
    online(root, host, "--private")

    assert [path for _, _, path in Host.asked if "/gone" not in path] == [
        "/api?id_list=2401.00001&max_results=1"
    ]
    assert read_tree(root / "content") == before


NO_ADDRESSES = ("http://[::1", "http://[x]/", "http://a℀b.com/", "http://a.org:99999/")


def test_what_is_no_address_is_a_warning_with_its_place_and_never_asked_for(
    host: str, tmp_path: Path
) -> None:
    body = "\n".join(f"See [it]({url})." for url in NO_ADDRESSES)
    root = site(tmp_path, f"{body}\n\n[one]({host}/fine)", updated="2024-05-06")

    found = online(root, host, "--private")

    rows = (root / "content/papers/one.md").read_text("utf-8").splitlines()
    first = rows.index(body.splitlines()[0]) + 1
    assert [(each["line"], each["message"]) for each in found] == [
        (first + n, f"'{url}' stays text: it names no host") for n, url in enumerate(NO_ADDRESSES)
    ]
    assert [path for _, _, path in Host.asked] == ["/fine"]
    build(root)


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_is_an_error_in_front_matter(url: str, tmp_path: Path) -> None:
    root = site(tmp_path, links={"code": url}, authors=[{"name": "Ada Bee", "url": url}])

    with pytest.raises(SiteError) as caught:
        build(root)

    assert [problem.message for problem in caught.value.problems] == [
        f"'{key}' must be an http(s) address, found '{url}'"
        for key in ("links.code[0]", "authors[0].url")
    ]


@pytest.mark.parametrize("url", ["http://[::1", "example.org", "http://a.org:99999/"])
@pytest.mark.parametrize("words", [["build"], ["export", "json"]])
def test_what_is_no_address_can_be_that_of_no_site(
    words: list[str], url: str, tmp_path: Path
) -> None:
    root = site(tmp_path)

    done = CliRunner().invoke(carrel, ["--site", str(root), *words, "--base-url", url])

    assert done.exit_code == 2
    assert "write it like https://" in done.output

"""The development server, as a process of its own on the loopback interface."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from conftest import ROOT, make_site, read_tree
from payloads import PIXEL, paper

DEADLINE = 8.0  #: seconds for what takes a tenth of one
FILES: dict[str, str | bytes] = {
    "content/papers/one.md": paper("First words", "Notes.", topics=["serving"]),
    "content/papers/draft.md": paper("Draft words", draft=True),
    "content/topics/serving.md": paper("Serving"),
    "content/static/pictures/plot.png": PIXEL,
    "content/static/.well-known/note.txt": "known",
    "content/static/.hidden.txt": "secret words",
}


class Running:
    """A command that goes on: what it prints is read as it comes."""

    def __init__(self, *arguments: str | Path) -> None:
        command = [sys.executable, "-u", ROOT / "build.py", *arguments]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        self.printed = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as printed:
            for line in printed:
                self.printed += line

    def wait_for(self, pattern: str, behind: int = 0) -> re.Match[str]:
        """Wait until *pattern* is printed, from the letter *behind* on."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            found = re.compile(pattern).search(self.printed, behind)
            if found:
                return found
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.01)
        raise AssertionError(f"{pattern!r} was not printed in:\n{self.printed}")

    def interrupt(self) -> int:
        """Send what Ctrl-C sends and give the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end and give the exit status."""
        status = self.process.wait(timeout=DEADLINE)
        self._reader.join(timeout=DEADLINE)
        return status


@contextlib.contextmanager
def running(*arguments: str | Path) -> Iterator[Running]:
    """Run a command until the block ends."""
    command = Running(*arguments)
    try:
        yield command
    finally:
        command.process.kill()
        command.wait()


class Server:
    """A running `serve`, and requests to it."""

    def __init__(self, command: Running) -> None:
        self.command = command
        found = command.wait_for(r"http://localhost:(\d+)(/\S*)")
        self.port, self.base = int(found[1]), found[2]
        end = time.monotonic() + DEADLINE
        while not self._answers():
            assert time.monotonic() < end, command.printed
            time.sleep(0.01)

    def _answers(self) -> bool:
        with contextlib.suppress(ConnectionError):
            return self.ask(self.base)[0] > 0
        return False

    def ask(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Send a request with *path* exactly as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.putrequest(method, path, skip_host="Host" in (headers or {}))
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, fields, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """Send bytes that need not be a request."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE) as sent:
            sent.sendall(request)
            sent.shutdown(socket.SHUT_WR)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while piece := sent.recv(65536):
                    answer += piece
            return answer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serve")
    (folder / "secret.txt").write_text("secret words")
    return make_site(folder / "site", FILES, base_url="https://reader.example/repo/")


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[Server]:
    with running("--site", site, "serve", "--port", "0") as command:
        yield Server(command)


def test_pages_are_served_below_the_base_path(server: Server) -> None:
    assert server.base == "/repo/"
    for path, words in (
        ("/repo/", "First words"),
        ("/repo/papers/one/", "Notes."),
        ("/repo/papers/one/index.html", "Notes."),
        ("/repo/topics/serving/?query=1", "Serving"),
    ):
        status, fields, page = server.ask(path)

        assert (status, fields["content-type"]) == (200, "text/html; charset=utf-8")
        assert words in page
    assert server.ask("/repo/pictures/plot.png")[1]["content-type"] == "image/png"
    assert server.ask("/repo/assets/style.css")[1]["content-type"].startswith("text/css")
    assert "xml" in server.ask("/repo/feed.xml")[1]["content-type"]


def test_the_root_leads_to_the_base_path(server: Server) -> None:
    status, fields, _ = server.ask("/")

    assert status in (302, 307)
    assert fields["location"].endswith("/repo/")


def test_a_folder_without_its_slash_is_led_on(server: Server) -> None:
    status, fields, _ = server.ask("/repo/papers/one")

    assert status in (301, 302, 307, 308)
    assert fields["location"].endswith("/repo/papers/one/")


def test_head_gives_no_body(server: Server) -> None:
    status, fields, body = server.ask("/repo/", "HEAD")

    assert (status, body) == (200, "")
    assert int(fields["content-length"]) > 500


def test_drafts_are_shown(server: Server, site: Path) -> None:
    assert "Draft words" in server.ask("/repo/papers/draft/")[2]
    assert "Draft words" in server.ask("/repo/")[2]
    assert not (site / "_site").exists()


def test_feeds_name_the_server(server: Server) -> None:
    assert f"http://localhost:{server.port}/repo/papers/one/" in server.ask("/repo/feed.xml")[2]


@pytest.mark.parametrize(
    "path", ["nothing", "papers/nothing/", "a/b/c/d/e.html", "papers/one/index"]
)
def test_what_is_missing_shows_the_page_for_it(server: Server, path: str) -> None:
    status, fields, page = server.ask(f"/repo/{path}")

    assert (status, fields["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'href="/repo/papers/"' in page


@pytest.mark.parametrize(
    "path",
    [
        ".carrel",
        "%2ecarrel",
        "./.carrel",
        ".hidden.txt",
        "papers/.carrel",
        ".git/config",
        "../serve/.carrel",
        ".well-known/../.hidden.txt",
    ],
)
def test_files_with_a_dot_are_not_served(server: Server, path: str) -> None:
    status, _, page = server.ask(f"/repo/{path}")

    assert status == 404
    assert "secret words" not in page
    assert '"digest"' not in page
    assert server.ask("/repo/.well-known/note.txt")[2] == "known"


OUTSIDE = "site_config.yaml", "content/papers/one.md", "secret.txt", "etc/passwd"
CLIMBS = [
    *("../", "../../", "../../../", "../../../../", "../" * 20, "%2e%2e/" * 3, "..%2f" * 3),
    *("%2e%2e%2f" * 3, "..%5c" * 3, "..\\" * 3, "%252e%252e%252f" * 3, "..;/" * 3, "....//" * 3),
    *("papers/../../../../", "/", "//", "%2f", "%2f%2f", "/../../../", ".%2e/" * 3),
    *("%c0%ae%c0%ae/" * 3, "..%00/" * 3, "file:///"),
]


@pytest.mark.parametrize("climb", CLIMBS)
def test_no_way_leads_out_of_the_site(server: Server, climb: str) -> None:
    for start in ("/repo/", "/"):
        for target in OUTSIDE:
            status, _, page = server.ask(f"{start}{climb}{target}")

            assert 300 <= status < 500, (status, climb)
            assert not re.search('secret words|title:|"title"|root:', page)
            assert "Traceback" not in page


def test_a_link_out_of_the_site_is_not_followed(server: Server, site: Path) -> None:
    out = site / ".carrel/serve"
    (out / "way.txt").symlink_to(site.parent / "secret.txt")
    (out / "way").symlink_to(site.parent)
    try:
        assert server.ask("/repo/way.txt")[0] == 404
        assert server.ask("/repo/way/secret.txt")[0] == 404
    finally:
        (out / "way.txt").unlink()
        (out / "way").unlink()


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example@localhost",
        "localhost,evil.example",
        "[::1].evil.example",
        "0.0.0.0",
        "",
        "x" * 9000,
    ],
)
def test_another_name_of_this_machine_is_refused(server: Server, host: str) -> None:
    status, _, page = server.ask("/repo/papers/draft/", headers={"Host": host})

    assert 400 <= status < 500
    assert "Draft words" not in page


def test_its_own_names_are_accepted(server: Server) -> None:
    for name in ("localhost", "127.0.0.1", "LOCALHOST"):
        assert server.ask("/repo/", headers={"Host": f"{name}:{server.port}"})[0] == 200


def test_no_other_origin_may_read(server: Server) -> None:
    _, fields, _ = server.ask("/repo/", headers={"Origin": "https://evil.example"})

    assert not [name for name in fields if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "NONSENSE"]
)
def test_it_only_reads(server: Server, method: str) -> None:
    assert server.ask("/repo/", method)[0] in (400, 405, 501)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"",
        b"\n\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /repo/" + b"a/" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /repo/" + b"n" * 300 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /repo/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /repo/papers/one/index.html/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /repo/ HTTP/1.1\r\nHost: localhost\r\nRange: bytes="
        + b"0-1," * 5_000
        + b"0-1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    ],
    ids=lambda sent: repr(sent[:30])[2:-1],
)
def test_nonsense_is_answered_and_survived(server: Server, request_bytes: bytes) -> None:
    answer = server.raw(request_bytes)

    assert not answer or re.match(rb"HTTP/1\.[01] (2|3|4)\d\d ", answer), answer[:200]
    assert b"Traceback" not in answer
    assert os.fsencode(ROOT) not in answer
    assert server.ask("/repo/")[0] == 200


def test_nothing_of_it_reaches_the_terminal(server: Server) -> None:
    server.ask("/repo/nothing")
    server.ask("/repo/%1b[31m%0a")

    assert "Traceback" not in server.command.printed
    assert "\x1b" not in server.command.printed


def test_the_root_of_a_host_is_served_too(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES, base_url="https://reader.example")
    with running("--site", site, "serve", "--port", "0") as command:
        server = Server(command)

        assert server.base == "/"
        assert "First words" in server.ask("/papers/one/")[2]
        status, _, page = server.ask("/papers/nothing/")
        assert status == 404
        assert 'href="/papers/"' in page


def test_interrupting_ends_it_quietly(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES)
    with running("--site", site, "serve", "--port", "0") as command:
        server = Server(command)
        server.ask("/")

        assert command.interrupt() in (0, 130)
        assert "Traceback" not in command.printed
        with pytest.raises(ConnectionError):
            server.ask("/")
    assert not list(site.rglob(".carrel-stage*"))


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running("--site", site, "serve", "--port", str(port)) as command:
            assert command.wait() == 1
            command.wait_for(rf"port {port} .*cannot be used")
    assert "Traceback" not in command.printed


def test_two_servers_do_not_share_a_port(server: Server, tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES)
    with running("--site", site, "serve", "--port", str(server.port)) as command:
        assert command.wait() == 1
        command.wait_for(str(server.port))


def test_a_site_with_faults_and_nothing_to_show_is_not_served(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", {"content/papers/one.md": paper("One", topics=["none"])})
    with running("--site", site, "serve", "--port", "0") as command:
        assert command.wait() == 1
        command.wait_for(r"content/papers/one\.md:\d+:\d+: error: unknown topic 'none'")


def test_it_is_built_into_a_folder_of_its_own(server: Server, site: Path) -> None:
    server.ask("/repo/")

    assert "papers/draft/index.html" in read_tree(site / ".carrel/serve")
    assert {path.name for path in site.iterdir()} == {".carrel", "content", "site_config.yaml"}

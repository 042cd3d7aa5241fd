"""The development server, as a process of its own on the loopback interface."""

import contextlib
import http.client
import json
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
from typing import Any, cast

import pytest

from carrel import reload, serve
from conftest import ROOT, make_site, read_tree
from payloads import PIXEL, paper

DEADLINE = 30.0  #: seconds for what takes a tenth of one; a machine may be busy
FILES: dict[str, str | bytes] = {
    "content/papers/one.md": paper("First words", "Notes.", topics=["serving"]),
    "content/papers/draft.md": paper("Draft words", draft=True),
    "content/topics/serving.md": paper("Serving"),
    "content/static/pictures/plot.png": PIXEL,
    "content/static/.well-known/note.txt": "known",
    "content/static/.hidden.txt": "secret words",
    "content/static/counted.bin": bytes(range(256)) * 1000,
    "content/static/large.bin": bytes(8_000_000),
}


class Running:
    """A command that goes on: what it prints is read as it comes."""

    def __init__(self, *arguments: str | Path, under: tuple[str, ...] = ()) -> None:
        command = [*under, sys.executable, "-u", ROOT / "build.py", *arguments]
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
def running(*arguments: str | Path, under: tuple[str, ...] = ()) -> Iterator[Running]:
    """Run a command until the block ends, *under* another one."""
    command = Running(*arguments, under=under)
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

    def raw(self, request: bytes, hang_up: bool = True) -> bytes:
        """Send bytes that need not be a request, and nothing more when *hang_up*."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE) as sent:
            sent.sendall(request)
            if hang_up:
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


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:80", "[::1]"])
def test_another_port_is_another_server(server: Server, host: str) -> None:
    assert server.ask("/repo/", headers={"Host": host})[0] == 421


FOREIGN = [
    "https://evil.example", "null", "http://localhost", "http://localhost:1", "http://evil.example:{}",
    "https://localhost:{}", "http://localhost:{}.evil.example", "", "http://localhost:{}, null",
]  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
def test_no_other_origin_may_read(server: Server, origin: str) -> None:
    for path in ("/repo/", "/.carrel/events", "/.carrel/reload.js"):
        headers = {"Origin": origin.format(server.port)}
        status, fields, page = server.ask(path, headers=headers)

        assert status == 403
        assert "build" not in page
        assert not [name for name in fields if name.startswith("access-control-")]


def test_its_own_origin_may_read(server: Server) -> None:
    for name in ("localhost", "127.0.0.1", "[::1]"):
        headers = {"Origin": f"http://{name}:{server.port}"}
        status, fields, _ = server.ask("/repo/", headers=headers)

        assert status == 200
        assert not [name for name in fields if name.startswith("access-control-")]


def test_nothing_is_kept_or_guessed_by_a_browser(server: Server) -> None:
    for path in ("/repo/", "/repo/assets/style.css", "/repo/nothing", "/.carrel/reload.js", "/"):
        _, fields, _ = server.ask(path)

        assert fields["cache-control"] == "no-store"
        assert fields["x-content-type-options"] == "nosniff"
        assert fields["cross-origin-resource-policy"] == "same-origin"


SIZE = 256_000


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=255990-", 206, 255_990, SIZE),
        ("bytes=-10", 206, SIZE - 10, SIZE),
        ("bytes=255999-999999", 206, SIZE - 1, SIZE),
        ("bytes=-999999", 206, 0, SIZE),
        ("bytes=100000-200000", 206, 100_000, 200_001),
        ("bytes=256000-", 416, 0, 0),
        ("bytes=9-0", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=0-1,3-4", 200, 0, SIZE),
        ("bytes=0-1,0-1", 200, 0, SIZE),
        ("bytes=-", 200, 0, SIZE),
        ("bytes=a-b", 200, 0, SIZE),
        ("lines=0-1", 200, 0, SIZE),
        ("bytes=" + "9" * 400 + "-", 200, 0, SIZE),
        ("bytes=٣-٤".encode().decode("latin-1"), 200, 0, SIZE),
    ],
)
def test_one_part_of_a_file_may_be_asked_for(
    server: Server, wanted: str, status: int, start: int, end: int
) -> None:
    request = f"GET /repo/counted.bin HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
    request += f"Range: {wanted}\r\nConnection: close\r\n\r\n"
    head, _, body = server.raw(request.encode("latin-1"), hang_up=False).partition(b"\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert body == (bytes(range(256)) * 1000)[start:end]
    if status == 206:
        assert f"content-range: bytes {start}-{end - 1}/{SIZE}".encode() in head


def test_the_script_is_in_pages_only(server: Server, site: Path) -> None:
    built = read_tree(site / ".carrel/serve")
    for path in ("papers/one/index.html", "feed.xml", "assets/style.css", "sitemap.xml"):
        shown = server.ask(f"/repo/{path}")[2]

        assert b"reload.js" not in built[path]
        assert shown.count("/.carrel/reload.js") == path.endswith(".html")
        assert len(shown.encode()) >= len(built[path])
    for path in ("", "/", "/reload", "/live", "/../reload.js", "/serve/index.html", "/memo"):
        assert server.ask(f"/.carrel{path}")[0] == 404


def read_event(server: Server) -> dict[str, Any]:
    """Read what a page is told when it begins to listen."""
    with listening(server) as stream:
        return next_event(stream)


@contextlib.contextmanager
def listening(server: Server) -> Iterator[Any]:
    """Listen as an open page does."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as sent:
        host = f"localhost:{server.port}"
        request = f"GET /.carrel/events HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\r\n"
        sent.sendall(request.encode())
        with sent.makefile("rb") as stream:
            assert stream.readline().startswith(b"HTTP/1.1 200 ")
            yield stream


def next_event(stream: Any) -> dict[str, Any]:
    while line := stream.readline():
        if line.startswith(b"data: "):
            return cast(dict[str, Any], json.loads(line.removeprefix(b"data: ")))
    raise AssertionError("the stream has ended")


def test_many_listeners_and_slow_readers_stop_nobody(server: Server, site: Path) -> None:
    two = site / "content/papers/two.md"
    host = f"Host: localhost:{server.port}\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(listening(server)) for _ in range(100)]
        first = [next_event(stream) for stream in streams]
        for sent in (b"GET /repo/large.bin HTTP/1.1\r\n" + host, b"GET /repo/ HTTP/1.1\r\nHo"):
            for _ in range(20):
                slow = socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE)
                stack.enter_context(slow).sendall(sent)

        began = time.monotonic()
        assert server.ask("/repo/papers/one/")[0] == 200
        assert server.ask("/repo/counted.bin")[0] == 200
        assert time.monotonic() - began < 2
        two.write_text(paper("Second words"))
        second = [next_event(stream) for stream in streams]
    two.unlink()

    assert len({event["build"] for event in first}) == 1
    assert {event["before"] for event in second} == {first[0]["build"]}
    assert "papers/two/index.html" in second[0]["changed"]
    assert server.ask("/repo/")[0] == 200
    assert "Traceback" not in server.command.printed


def test_a_stream_can_be_asked_about(server: Server) -> None:
    status, fields, body = server.ask("/.carrel/events", "HEAD")

    assert (status, body) == (200, "")
    assert fields["content-type"].startswith("text/event-stream")


def test_who_never_ends_a_request_is_hung_up_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "REQUEST_SECONDS", 0.2)
    listener = serve.open_port("127.0.0.1", 0)
    port = listener.getsockname()[1]
    preview = serve.Preview(tmp_path, reload.Live(), ["localhost"], port)
    running_server = serve.Server(preview, lambda: None)
    thread = threading.Thread(target=running_server.run, args=([listener],))
    thread.start()
    whole = f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()
    try:
        for sent, answers in (
            (b"", 0),
            (b"GET", 0),
            (whole[:-2], 0),
            (whole + b"GET", 1),
            (whole.replace(b"\r\n\r\n", b"\r\nContent-Length: 9\r\n\r\n") + b"a", 1),
        ):
            with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as slow:
                slow.sendall(sent)
                answer = b""
                with contextlib.suppress(ConnectionResetError):
                    while piece := slow.recv(65536):
                        answer += piece
                assert answer.count(b"HTTP/1.1 404 ") == answers
    finally:
        running_server.should_exit = True
        thread.join(timeout=DEADLINE)


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
    answer = server.raw(request_bytes.replace(b"localhost", b"localhost:%d" % server.port))

    assert not answer or re.match(rb"HTTP/1\.[01] (2|3|4)\d\d ", answer), answer[:200]
    assert b"Traceback" not in answer
    assert os.fsencode(ROOT) not in answer
    assert b"site_config" not in answer
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


def test_without_a_wish_the_next_free_port_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        first = taken.getsockname()[1]
        monkeypatch.setattr(serve, "FIRST_PORT", first)
        with serve.open_port("127.0.0.1", None) as found:
            assert first < found.getsockname()[1] <= first + 19
    site = make_site(tmp_path / "site", FILES)
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # then somebody else has it
            stack.enter_context(socket.create_server(("127.0.0.1", 8000)))
        command = stack.enter_context(running("--site", site, "serve"))
        assert command.wait_for(r"port 8000 is taken; this is port (80\d\d)")
        assert 8000 < Server(command).port < 8020


def test_the_site_is_opened_in_a_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_site(tmp_path / "site", FILES, base_url="https://reader.example/repo/")
    opener = tmp_path / "bin/xdg-open"
    opener.parent.mkdir()
    opener.write_text(f"#!/bin/sh\necho opened $1 > {tmp_path}/opened\n")
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{opener.parent}{os.pathsep}{os.environ['PATH']}")
    with running("--site", site, "serve", "--port", "0", "--open") as command:
        server = Server(command)
        end = time.monotonic() + DEADLINE
        while not (opened := tmp_path / "opened").is_file() or not opened.read_text():
            assert time.monotonic() < end
            time.sleep(0.02)

    assert opened.read_text() == f"opened http://localhost:{server.port}/repo/\n"


def test_the_base_path_may_change(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES, base_url="https://reader.example/repo/")
    with running("--site", site, "serve", "--port", "0") as command:
        server = Server(command)
        settings = {"title": "A list", "base_url": "https://reader.example/other/"}
        (site / "site_config.yaml").write_text(json.dumps(settings))

        command.wait_for(rf"http://localhost:{server.port}/other/ ")
        assert server.ask("/")[1]["location"] == "/other/"
        assert "First words" in server.ask("/other/")[2]
        assert 'href="/other/papers/"' in server.ask("/other/nothing")[2]
        assert server.ask("/repo/")[0] == 404


def test_a_whole_run_ends_with_everybody_still_there(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES)
    with running("--site", site, "serve", "--port", "0") as command, contextlib.ExitStack() as all_:
        server = Server(command)
        for _ in range(10):
            next_event(all_.enter_context(listening(server)))
            slow = socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE)
            request = f"GET /large.bin HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n"
            all_.enter_context(slow).sendall(request.encode())
        began = time.monotonic()

        assert command.interrupt() in (0, 130)
        assert time.monotonic() - began < 3
        assert "Traceback" not in command.printed
        assert "rror" not in command.printed


def test_two_servers_do_not_share_a_port(server: Server, tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", FILES)
    with running("--site", site, "serve", "--port", str(server.port)) as command:
        assert command.wait() == 1
        command.wait_for(str(server.port))


def test_a_site_with_faults_and_nothing_to_show_is_its_problems(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", {"content/papers/one.md": paper("<b>", topics=["none"])})
    with running("--site", site, "serve", "--port", "0") as command:
        server = Server(command)
        status, fields, page = server.ask("/anything/")

        command.wait_for(r"content/papers/one\.md:\d+:\d+: error: unknown topic 'none'")
        assert (status, fields["content-type"]) == (503, "text/html; charset=utf-8")
        assert re.search(
            "content/papers/one.md:[0-9:]+ error: unknown topic &#x27;none&#x27;", page
        )
        assert server.ask("/.carrel/reload.css")[0] == 200

        (site / "content/papers/one.md").write_text(paper("Mended words"))
        command.wait_for(r"\d+ files, \d+ changed")
        assert "Mended words" in server.ask("/")[2]


def test_problems_do_not_tell_where_the_list_is(tmp_path: Path) -> None:
    files = FILES | {".carrel/serve/strange.txt": "somebody's"}
    site = make_site(tmp_path / "site", files)
    with running("--site", site, "serve", "--port", "0") as command:
        server = Server(command)
        stream = read_event(server)

        assert ".carrel/serve" in stream["problems"][0]
        assert str(tmp_path) not in str(stream)
        assert str(tmp_path) not in server.ask("/")[2]


def test_it_is_built_into_a_folder_of_its_own(server: Server, site: Path) -> None:
    server.ask("/repo/")

    assert "papers/draft/index.html" in read_tree(site / ".carrel/serve")
    assert {path.name for path in site.iterdir()} == {".carrel", "content", "site_config.yaml"}

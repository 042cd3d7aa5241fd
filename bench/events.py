"""Listening to a development server as an open page does: until it says that something changed."""

import base64
import http.client
import json
import re
import socket
import struct
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .tools import Events

#: Waits for the next change; raises OSError or HTTPException when there is none to be heard.
Wait = Callable[[], None]

WAIT_SECONDS = 120
HOST = "127.0.0.1"


@contextmanager
def listening(kind: Events, port: int, page: str) -> Iterator[Wait]:
    """Connect as the open *page* does, and give what waits for the next change."""
    if kind == "mkdocs":
        yield _poll(port)
        return
    with socket.create_connection((HOST, port), timeout=WAIT_SECONDS) as connection:
        stream = connection.makefile("rb")
        if kind == "carrel":
            _ask(connection, port, "/.carrel/events", "Accept: text/event-stream")
            _events(stream.readline)()  # what was built before
            yield _events(stream.readline)
            return
        path = {"livereload": "/livereload", "eleventy": "/", "zensical": f"/{page}"}[kind]
        key = base64.b64encode(b"0123456789abcdef").decode()
        upgrade = f"Upgrade: websocket\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13"
        _ask(connection, port, path, f"Connection: Upgrade\r\n{upgrade}")
        while stream.readline().strip():
            pass  # the server's agreement
        if kind == "livereload":
            protocol = "http://livereload.com/protocols/official-7"
            hello = {"command": "hello", "protocols": [protocol]}
            connection.sendall(_frame(json.dumps(hello).encode()))
            yield _messages(stream.read, '"command":"reload"')
        elif kind == "eleventy":
            yield _messages(stream.read, '"type":"eleventy.reload"')
        else:
            yield _messages(stream.read, path)


def fetch(port: int, path: str) -> str:
    """Ask for a page."""
    connection = http.client.HTTPConnection(HOST, port, timeout=WAIT_SECONDS)
    try:
        connection.request("GET", f"/{urllib.parse.quote(path)}")
        return connection.getresponse().read().decode("utf-8", "replace")
    finally:
        connection.close()


def is_up(port: int) -> bool:
    """Whether something answers."""
    try:
        return bool(fetch(port, ""))
    except (OSError, http.client.HTTPException):
        return False


def free_port() -> int:
    """Give a port that nobody uses now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def _ask(connection: socket.socket, port: int, path: str, fields: str) -> None:
    host = f"{HOST}:{port}"
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{fields}\r\n\r\n"
    connection.sendall(head.encode())


def _events(readline: Callable[[], bytes]) -> Wait:
    """Wait for server-sent events."""

    def wait() -> None:
        while line := readline():
            if line.startswith(b"data:"):
                return
        raise ConnectionResetError("the stream of events ended")

    return wait


def _messages(read: Callable[[int], bytes], wanted: str) -> Wait:
    """Wait for a message of a WebSocket (RFC 6455; servers never mask theirs)."""

    def wait() -> None:
        while True:
            head = read(2)
            if len(head) < 2:
                raise ConnectionResetError("the WebSocket ended")
            size = head[1] & 127
            if size == 126:
                (size,) = struct.unpack(">H", read(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", read(8))
            if wanted in read(size).decode("utf-8", "replace").replace(" ", ""):
                return

    return wait


def _frame(text: bytes) -> bytes:
    """Give a short text as a client must send it: masked, here with zeros."""
    size = bytes([len(text) | 128]) if len(text) < 126 else b"\xfe" + struct.pack(">H", len(text))
    return b"\x81" + size + b"\0\0\0\0" + text


def _poll(port: int) -> Wait:
    """Ask again and again for a newer state than that of a page, as MkDocs has it."""
    found = re.search(r"livereload\((\d+), *(\d+)\)", fetch(port, ""))
    if found is None:
        raise ConnectionError("the page does not follow changes")
    state = [found[1], found[2]]

    def wait() -> None:
        while (now := fetch(port, f"livereload/{state[0]}/{state[1]}")) == state[0]:
            pass
        state[0] = now

    return wait

"""The development server: the built site as a host would serve it, on this machine only."""

import errno
import os
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .reload import PLACE, Live, add_script, broken_page

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
FIRST_PORT = 8000
REQUEST_SECONDS = 10  #: for a request to arrive whole
MAX_REQUEST = 16_384  #: bytes of a request's line and headers
MAX_CONNECTIONS = 500
_ADDED = Path(__file__).parent / "live"
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_HEADERS = {
    "cache-control": "no-store",  # what is shown is what was saved last
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",  # drafts are no other site's pictures
}


class Preview:
    """The application: the site in *folder*, to those who ask for this machine by its name."""

    def __init__(self, folder: Path, live: Live, names: Iterable[str], port: int) -> None:
        self._folder = folder
        self._live = live
        self._port = port
        self._names = {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        request = Request(scope)
        path = request.scope["path"]
        refusal = self._refuse(request)
        if refusal is not None:
            response = refusal
        elif path == f"{PLACE}events":
            # The answer to HEAD has no body, so it would never end.
            body = self._live.events() if request.method == "GET" else _nothing()
            response = StreamingResponse(body, media_type="text/event-stream")
        else:
            response = await run_in_threadpool(self._answer, request, path)
        response.headers.update(_HEADERS)
        await response(scope, receive, send)

    def _refuse(self, request: Request) -> Response | None:
        """Refuse what a page of another origin could ask in its visitor's name.

        Such a page can let its own host name lead to this machine, so only known names and the
        address itself are answered; and its browser says on whose behalf it asks for a stream.
        """
        # The address that the client reached cannot be a name of somebody else's.
        address = request.scope["server"][0]
        names = self._names | {f"[{address}]" if ":" in address else address}
        hosts = {f"{name}:{self._port}" for name in names}
        if self._port == 80:
            hosts |= names
        if request.headers.get("host", "").lower() not in hosts:
            return PlainTextResponse("This server has another name.\n", 421)
        if not {*request.headers.getlist("origin")} <= {f"http://{host}" for host in hosts}:
            return PlainTextResponse("Other sites may not read this one.\n", 403)
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("This server only reads.\n", 405, {"Allow": "GET, HEAD"})
        return None

    def _answer(self, request: Request, path: str) -> Response:
        base = self._live.base_path
        if path in (f"{PLACE}reload.js", f"{PLACE}reload.css"):
            return self._send(_ADDED / path.removeprefix(PLACE), request)
        if path != base and path in ("/", base.rstrip("/")):
            return RedirectResponse(base)
        found = self._find(path.removeprefix(base)) if path.startswith(base) else None
        if found is not None and found.is_dir():
            if (found / "index.html").is_file() and not path.endswith("/"):
                query = request.url.query
                return RedirectResponse(f"{quote(path)}/{'?' if query else ''}{query}")
            found = self._find(f"{path.removeprefix(base)}index.html")
        elif path.endswith("/"):
            found = None
        try:
            if found is not None:
                return self._send(found, request)
        except OSError:  # it went away, or nobody may read it
            pass
        return self._missing(request)

    def _find(self, path: str) -> Path | None:
        """Give the file or folder at *path* of the site, None where there is nothing to see."""
        parts = path.removesuffix("/").split("/") if path else []
        for place, part in enumerate(parts):
            if not part or Path(part).name != part or "\0" in part:
                return None  # nothing, '..', or whatever else parts paths on this system
            if part.startswith(".") and (place, part) != (0, ".well-known"):
                return None
        try:
            wanted = self._folder.resolve().joinpath(*parts)
            # Where a part is a link, the two differ: no link is followed, wherever it leads.
            seen = wanted.resolve() == wanted and (wanted.is_file() or wanted.is_dir())
        except OSError:
            return None
        return wanted if seen else None

    def _missing(self, request: Request) -> Response:
        page = self._find("404.html")
        problems = self._live.state.problems
        if page is not None:
            return self._send(page, request, 404)
        if problems and not self._folder.is_dir():
            body = add_script(broken_page(problems), self._live.state.build)
            return Response(body, 503, media_type="text/html")
        return PlainTextResponse("There is no such page.\n", 404)

    def _send(self, path: Path, request: Request, status: int = 200) -> Response:
        """Answer with a file, or with the part of it that was asked for."""
        kind = guess_type(path.name)[0] or "application/octet-stream"
        if kind == "text/html":
            build = self._live.state.build  # before the page is read: it is never older than that
            return Response(add_script(path.read_bytes(), build), status, media_type=kind)
        # A build may replace the file meanwhile; what is open stays as it is.
        file = path.open("rb")
        size = os.fstat(file.fileno()).st_size
        start, end = 0, size
        headers = {"accept-ranges": "bytes"}
        wanted = _RANGE.fullmatch(request.headers.get("range", ""))
        if wanted and status == 200 and "if-range" not in request.headers and any(wanted.groups()):
            first, last = wanted.groups()
            start = int(first) if first else max(0, size - int(last))
            end = min(size, int(last) + 1) if first and last else size
            if start >= end:
                file.close()
                return Response(status_code=416, headers={"content-range": f"bytes */{size}"})
            status = 206
            headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
        headers["content-length"] = str(end - start)
        if request.method == "HEAD":
            file.close()
            return Response(status_code=status, headers=headers, media_type=kind)
        return StreamingResponse(_pieces(file, start, end), status, headers, media_type=kind)


def _pieces(file: Any, start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while start < end and (piece := file.read(min(65_536, end - start))):
            start += len(piece)
            yield piece


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


def open_port(host: str, port: int | None) -> socket.socket:
    """Listen on *port*, or on the first free one. A taken one is known before anything else.

    Raises OSError.
    """
    if port is None:
        for free in range(FIRST_PORT, FIRST_PORT + 20):
            try:
                return open_port(host, free)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
        port = FIRST_PORT
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


class _Connection(H11Protocol):
    """A connection that is closed when no whole request comes; uvicorn would wait for ever."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.loop.call_later(REQUEST_SECONDS, self._look, None)

    def _look(self, before: object) -> None:
        answered = self.cycle is None or self.cycle.response_complete
        if answered and self.cycle is before:
            self.transport.abort()
        elif not self.transport.is_closing():
            self.loop.call_later(REQUEST_SECONDS, self._look, self.cycle)


class Server(uvicorn.Server):
    """Serves *app* until Ctrl-C or ``should_exit``, and calls *ready* when it does."""

    def __init__(self, app: Preview, ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            http=_Connection,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=MAX_REQUEST,
            limit_concurrency=MAX_CONNECTIONS,
        )
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, then say so."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End at once: the streams of open pages would never end by themselves."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)

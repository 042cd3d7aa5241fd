"""The development server: the built site as a host would serve it, on this machine only."""

import socket
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]"]


class _Site(StaticFiles):
    """The files of the site, but for those that begin with a dot: they are the tool's own."""

    def lookup_path(self, path: str) -> tuple[str, Any]:
        if any(
            part.startswith(".") and part not in (".", ".well-known") for part in path.split("/")
        ):
            return "", None
        return super().lookup_path(path)


def create_app(folder: Path, base_path: str, hosts: list[str]) -> Starlette:
    """Serve *folder* below *base_path*, with 404.html for what is missing."""
    routes: list[Any] = [Mount(base_path.rstrip("/"), _Site(directory=folder, html=True))]
    if base_path != "/":
        routes.append(Route("/", lambda _: RedirectResponse(base_path)))
    # A page of another origin must not read drafts by pointing its own name at this machine.
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)]
    return Starlette(routes=routes, middleware=middleware)


def open_port(host: str, port: int) -> socket.socket:
    """Take the port now, so that a taken one is known before anything else. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # from now on requests wait, and another server finds the port taken
    except OSError:
        listener.close()
        raise
    return listener


def run(app: Starlette, listener: socket.socket) -> None:
    """Serve until Ctrl-C."""
    config = uvicorn.Config(app, log_level="warning", lifespan="off", server_header=False)
    uvicorn.Server(config).run(sockets=[listener])

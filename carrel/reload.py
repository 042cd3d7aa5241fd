"""What the development server says to open pages: what was built, and the problems in the way."""

import asyncio
import html
import json
import threading
import time
from collections.abc import AsyncIterator, Iterable

from msgspec import Struct
from msgspec.structs import replace

#: Below this address is what the server adds. A site cannot have it: dot files are not served.
PLACE = "/.carrel/"
MAX_CHANGED = 100  #: paths named to a page; it loads itself anew for more in any case

_BROKEN = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>This list cannot be built</title>
<link rel="stylesheet" href="{place}reload.css">
</head>
<body>
<div id="carrel-problems" class="alone" role="alert">
<p>This list cannot be built. The page loads itself anew when it is mended.</p>
{problems}
</div>
</body>
</html>
"""


class State(Struct, frozen=True):
    """What the last build came to."""

    build: str = ""  #: names the last build that changed the site
    before: str = ""  #: the one before it
    changed: tuple[str, ...] = ()  #: paths that differ between the two
    problems: tuple[str, ...] = ()  #: why there is none since, as a person reads it

    def encode(self) -> bytes:
        """Give the state as an event of a stream (HTML, section 9.2: Server-sent events)."""
        few = self.changed if len(self.changed) <= MAX_CHANGED else ()
        fields = {
            "build": self.build,
            "before": self.before,
            "changed": few,
            "problems": self.problems,
        }
        return f"retry: 500\ndata: {json.dumps(fields)}\n\n".encode()


class Live:
    """The state of the site: told by the thread that builds, heard by every open page."""

    def __init__(self) -> None:
        self.state = State(build=f"{time.time_ns():x}-0")
        self.base_path = "/"
        self._lock = threading.Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def built(self, changed: Iterable[str], base_path: str) -> None:
        """Tell that the site is whole, and which of its paths differ from before."""
        paths = tuple(sorted(changed))
        self.base_path = base_path
        if paths:
            run, _, number = self.state.build.partition("-")
            self._tell(State(f"{run}-{int(number) + 1}", self.state.build, paths))
        else:
            self._tell(replace(self.state, problems=()))

    def failed(self, problems: Iterable[str]) -> None:
        """Tell why the site could not be built; what was built before stays."""
        self._tell(replace(self.state, problems=tuple(problems)))

    def _tell(self, state: State) -> None:
        with self._lock:
            self.state = state
            for loop, changed in self._waiting:
                loop.call_soon_threadsafe(changed.set)

    async def events(self) -> AsyncIterator[bytes]:
        """Give the state now and whenever it changes. Whoever reads slowly gets only the last."""
        changed = asyncio.Event()
        entry = (asyncio.get_running_loop(), changed)
        with self._lock:
            self._waiting.add(entry)
        try:
            while True:
                changed.clear()
                yield self.state.encode()
                await changed.wait()
        finally:
            with self._lock:
                self._waiting.discard(entry)


def add_script(page: bytes, build: str) -> bytes:
    """Add the script that follows the builds to a *page* that *build* made."""
    tag = f'<script src="{PLACE}reload.js" data-build="{build}" defer></script>'.encode()
    end = page.rfind(b"</body>")
    return page[:end] + tag + page[end:] if end >= 0 else page + tag


def broken_page(problems: Iterable[str]) -> bytes:
    """Give the page that stands for the whole site while there is none."""
    quoted = "\n".join(f"<pre>{html.escape(problem)}</pre>" for problem in problems)
    return _BROKEN.format(place=PLACE, problems=quoted).encode()

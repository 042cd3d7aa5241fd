"""What an earlier run found out, kept as data beside the site: it only saves time.

A damaged, missing or foreign memo is an empty one. Nothing in it is believed without its key,
which is the digest of all that the value was made from.
"""

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from .items import Known

T = TypeVar("T")
_CHECK = 20  #: bytes at the beginning that tell a damaged memo: SHA-1, which processors have


class Stored(Struct, frozen=True):
    """The memo as it lies on disk."""

    engine: str
    files: str  #: what the papers were read with, beside their files
    papers: dict[str, Known]  #: by path
    values: dict[bytes, msgspec.Raw]


class Memo:
    """Values by the digest of what they were made from; those not asked for are forgotten."""

    def __init__(self, engine: str = "", content: bytes = b"") -> None:
        """*content* is what ``encode`` gave in an earlier run of the same *engine*."""
        self._engine = engine
        self._stored = Stored(engine, "", {}, {})
        self._files = ""
        self._papers: dict[str, Known] = {}
        self._kept: dict[bytes, msgspec.Raw] = {}
        self._values: dict[bytes, Any] = {}  #: of those kept, what was asked for in this process
        check, body = content[:_CHECK], content[_CHECK:]
        if hashlib.sha1(body, usedforsecurity=False).digest() != check:
            return
        try:
            stored = msgspec.msgpack.decode(body, type=Stored)
        except (msgspec.DecodeError, RecursionError):
            return
        if stored.engine == engine:
            self._stored = stored

    def papers(self, files: str) -> Mapping[str, Known]:
        """Give what is known of papers by path; *files* stands for all they were read with."""
        return self._stored.papers if self._stored.files == files else {}

    def keep_papers(self, files: str, papers: dict[str, Known]) -> None:
        """Take *papers* as known to the next run."""
        self._files, self._papers = files, papers

    def carry(self, papers: Mapping[str, Known]) -> None:
        """Keep all that is stored, with these *papers* in the places of those at their paths."""
        self._files, self._papers = self._stored.files, {**self._stored.papers, **papers}
        self._kept = dict(self._stored.values)

    def drop(self, key: bytes) -> None:
        """Forget the value for *key*, which nobody will ask for again."""
        self._kept.pop(key, None)

    def recall(self, kind: Any, key: bytes, make: Callable[[], T | None]) -> T | None:
        """Give the value for *key*: as stored, else as *make* makes it. None is not stored."""
        raw = self._kept.get(key) or self._stored.values.get(key)
        value: T | None = self._values.get(key)
        if raw is not None and value is None:
            with contextlib.suppress(msgspec.DecodeError, RecursionError):
                value = msgspec.msgpack.decode(raw, type=kind)
        if value is None:
            value = make()
            raw = None if value is None else msgspec.Raw(msgspec.msgpack.encode(value))
        if raw is not None:
            self._kept[key] = raw
            self._values[key] = value
        return value

    def next(self) -> "Memo":
        """Give the memo of the next run in this process."""
        memo = Memo(self._engine)
        memo._stored = Stored(self._engine, self._files, self._papers, self._kept)
        memo._values = {key: each for key, each in self._values.items() if key in self._kept}
        return memo

    def encode(self) -> bytes:
        """Give what to store for the next run: what this one asked for."""
        body = msgspec.msgpack.encode(Stored(self._engine, self._files, self._papers, self._kept))
        return hashlib.sha1(body, usedforsecurity=False).digest() + body

    @property
    def is_stale(self) -> bool:
        """Whether storing it anew would change anything."""
        stored = self._stored
        if self._files != stored.files or self._kept.keys() != stored.values.keys():
            return True
        if self._papers.keys() != stored.papers.keys():
            return True
        return any(stored.papers[path] is not known for path, known in self._papers.items())


def key_of(*parts: Any) -> bytes:
    """Give the key of a value that was made from *parts*."""
    return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=16).digest()

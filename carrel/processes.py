"""Copies of this process, which have all that it knows already, and do a share of its work."""

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")


def can_fork() -> bool:
    """Whether this process may divide: with other threads it may not, nor can it on Windows."""
    return hasattr(os, "fork") and threading.active_count() == 1


def share(work: Callable[[list[str]], T], parts: list[list[str]]) -> Iterator[T]:
    """Do *work* for every one of the *parts*, the first in this process, the others in copies."""
    from multiprocessing import get_context

    context = get_context("fork")
    gc.freeze()  # what is never collected is never copied either
    running = []
    try:
        for part in parts[1:]:
            receive, send = context.Pipe(duplex=False)
            arguments = (work, part, send, os.getpid())
            process = context.Process(target=_work, args=arguments, daemon=True)
            process.start()
            send.close()
            running.append((process, receive))
        yield work(parts[0])
        for _, receive in running:
            try:
                answer = receive.recv()
            except EOFError:
                raise OSError(0, "a process ended before its work was done") from None
            if isinstance(answer, OSError):
                raise answer
            yield answer
    finally:  # whatever happens, nobody goes on writing into the staging folder
        gc.unfreeze()
        for process, receive in running:
            receive.close()
            process.terminate()
            process.join()
            process.close()


def _work(
    work: Callable[[list[str]], object], names: list[str], send: "Connection", parent: int
) -> None:
    """Do a share of the work and tell the process *parent*, as long as it is there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent ends this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    try:
        answer = work(names)
    except OSError as error:
        answer = error
    send.send(answer)


def _end_with(parent: int) -> None:
    """End this process soon after *parent* died: it holds the lock of the output, too."""
    while os.getppid() == parent:
        time.sleep(0.05)
    os._exit(1)

"""Runs `carrel` and notes, every few milliseconds of processor time, where it is.

    python bench/sampler.py CHECKOUT FILE ARGUMENT...

Started by `python -m bench profile` with the Python of that checkout, so it knows nothing of the
rest of the measurements. FILE gets the stacks as JSON: [[["module:function", …], seconds], …],
outermost first. Looking costs next to nothing, whereas counting calls makes small functions look
expensive. The system's clock may tick less often than every millisecond: shares stay right.
"""

import collections
import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType

EVERY_SECONDS = 0.001

_stacks: collections.Counter[tuple[str, ...]] = collections.Counter()


def look(_: int, frame: FrameType | None) -> None:
    """Note where the program is."""
    stack = []
    while frame is not None:
        stack.append(f"{frame.f_globals.get('__name__', '?')}:{frame.f_code.co_name}")
        frame = frame.f_back
    _stacks[tuple(reversed(stack))] += 1


def main() -> None:
    """Run the command in this process, and write what was seen."""
    checkout, file, *arguments = sys.argv[1:]
    sys.path.insert(0, checkout)
    begun = time.process_time()
    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
    from carrel.cli import main as carrel

    status = carrel(arguments)
    signal.setitimer(signal.ITIMER_PROF, 0)
    seconds = time.process_time() - begun
    each = seconds / max(1, _stacks.total())
    stacks = [(["python:start"], begun)]
    stacks += [(list(stack), count * each) for stack, count in sorted(_stacks.items())]
    Path(file).write_text(json.dumps(stacks), "utf-8")
    sys.exit(status)


if __name__ == "__main__":
    main()

"""Running a command and measuring it: time, processor time, memory of all its processes.

Time is measured without anything running beside. Memory is measured in a run of its own, because
looking takes time: every few milliseconds the proportional set sizes (PSS) of the command and all
processes below it are added up, so that pages which several of them share count once. The
processor time is the kernel's account of the command and all its children that have ended.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.01  #: between two looks at the memory
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took."""

    wall: float  #: seconds
    cpu: float  #: seconds of all processes
    fault: str = ""  #: why it counts for nothing


def run_timed(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], limit: float
) -> Run:
    """Run a command and give the time that it took."""
    os.sync()  # what others wrote is not to be paid here
    start = time.monotonic()
    process = start_process(command, folder, environment)
    killer = threading.Timer(limit, end_process, [process.pid, signal.SIGKILL])
    killer.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    fault = f"exit {process.returncode}" if process.returncode else ""
    if wall >= limit:
        fault = f"took longer than {limit:.0f} s"
    return Run(wall, usage.ru_utime + usage.ru_stime, fault)


def run_looking(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], limit: float
) -> int:
    """Run a command and give the most memory that its processes had at one time, in bytes."""
    process = start_process(command, folder, environment)
    most, end = 0, time.monotonic() + limit
    while process.poll() is None and time.monotonic() < end:
        most = max(most, memory_of(process.pid))
        time.sleep(LOOK_SECONDS)
    if process.poll() is None:
        end_process(process.pid, signal.SIGKILL)
        process.wait()
    return most


def start_process(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a command at the head of a group of its own; what it says goes beside its site.

    Python keeps its compiled modules, as it does where nobody forbids it.
    """
    shared = {name: each for name, each in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with folder.with_name(f"{folder.name}.log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env={**shared, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def end_process(pid: int, how: signal.Signals = signal.SIGTERM) -> None:
    """End a command and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, how)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server, in good order if it can."""
    end_process(process.pid)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    end_process(process.pid, signal.SIGKILL)
    process.wait()


def memory_of(pid: int) -> int:
    """Give the bytes that a process and all below it have now, shared pages counted once."""
    total = 0
    for each in family(pid):
        for line in _read(each, "smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def cpu_of(pid: int) -> float:
    """Give the seconds that a process and all below it have computed so far."""
    ticks = 0
    for each in family(pid):
        fields = _read(each, "stat").rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # its own, and of its children that have ended
    return ticks / CLOCK_TICKS


def family(pid: int) -> list[int]:
    """Give a process and all below it."""
    found = [pid]
    with contextlib.suppress(OSError):  # it has ended
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in _read(pid, f"task/{thread.name}/children").split():
                found += family(int(child))
    return found


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text("utf-8")
    except OSError:
        return ""  # it has ended

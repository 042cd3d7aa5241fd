"""Where the processor time of a build of Carrel goes, by the modules of Carrel.

A moment counts for the innermost function of Carrel that it is in: what a library does counts for
whoever called it. The build is made by one process.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from .processes import run_timed
from .results import Stage, Work
from .series import EDITS, LIMIT_SECONDS
from .tools import Machine, Site

SAMPLER = Path(__file__).with_name("sampler.py")
LEAST = 0.01  #: share of the whole; what takes less is added up

Stacks = Sequence[tuple[Sequence[str], float]]


def sample_build(machine: Machine, site: Site, work: Work) -> Stacks:
    """Build once, looking; give the stacks that were seen, with seconds."""
    if work == "cold":
        site.clean()
    elif work in EDITS:
        site.change(EDITS[work](site.corpus, "EditedAgain"))
    python, program, *arguments = machine.command(site.tool.build)
    file = site.folder.with_name(f"{site.folder.name}.stacks.json")
    command = [python, str(SAMPLER), str(Path(program).parent), str(file), *arguments]
    run = run_timed([*command, "--jobs", "1"], site.folder, os.environ, LIMIT_SECONDS)
    if run.fault:
        raise ChildProcessError(f"the build that was looked at: {run.fault}")
    stacks: Stacks = json.loads(file.read_bytes())
    return stacks


def by_module(stacks: Stacks) -> dict[str, float]:
    """Give seconds by module of Carrel, the largest first."""
    return _add_up(stacks, lambda stack: _innermost(stack).partition(":")[0])


def by_function(stacks: Stacks) -> dict[str, float]:
    """Give seconds by function of Carrel, the largest first."""
    return _add_up(stacks, _innermost)


def by_step(stacks: Stacks) -> dict[str, float]:
    """Give seconds by what the innermost function of `pipeline` calls, the largest first."""

    def step(stack: Sequence[str]) -> str:
        inside = [n for n, name in enumerate(stack) if name.startswith("carrel.pipeline:")]
        called = stack[inside[-1] + 1 :] if inside else ()
        is_ours = called and called[0].startswith("carrel.")
        return called[0].removeprefix("carrel.") if is_ours else _innermost(stack)

    return _add_up(stacks, step)


def stages(stacks: Stacks, papers: int, work: Work) -> list[Stage]:
    """Give the modules as parts of a result."""
    return [Stage(papers, work, name, round(share, 6)) for name, share in by_module(stacks).items()]


def _innermost(stack: Sequence[str]) -> str:
    """Name the innermost function of Carrel."""
    if any(name.startswith("importlib.") for name in stack):
        return "loading modules"
    ours = [name for name in stack if name.startswith("carrel.")]
    return ours[-1].removeprefix("carrel.") if ours else "starting Python"


def _add_up(stacks: Stacks, name_of: Callable[[Sequence[str]], str]) -> dict[str, float]:
    """Add up seconds by name, the largest first; what is little comes together at the end."""
    seconds: dict[str, float] = {}
    for stack, share in stacks:
        name = name_of(stack)
        seconds[name] = seconds.get(name, 0.0) + share
    least = LEAST * sum(seconds.values())
    found = sorted(seconds.items(), key=lambda pair: -pair[1])
    small = sum(share for _, share in found if share < least)
    return {name: share for name, share in found if share >= least} | {"all others": small}

"""Which tools do which work with how many papers, how often."""

from collections.abc import Mapping
from dataclasses import dataclass

from .results import Work

ALL = ("hugo", "carrel", "carrel-default", "pelican", "eleventy", "mkdocs", "zensical")
FAST = ("hugo", "carrel", "carrel-default")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a series; `Work` → how often it is timed."""

    papers: int
    tools: tuple[str, ...]
    rounds: Mapping[Work, int]
    profile: tuple[Work, ...] = ()  #: work of Carrel that is looked into


#: About 20 minutes on two cores.
FULL = (
    Part(58, ALL, {"cold": 7, "unchanged": 3, "edit": 5, "paper": 3, "watch": 5, "topic": 3}),
    Part(1000, ALL, {"cold": 3, "edit": 3, "watch": 3}),
    Part(1000, FAST, {"unchanged": 3, "paper": 3, "topic": 3}),
    Part(10_000, (*FAST, "pelican", "eleventy"), {"cold": 1, "edit": 1}),
    Part(
        10_000,
        FAST,
        {"cold": 2, "unchanged": 3, "edit": 2, "paper": 3, "watch": 3, "topic": 3},
        profile=("cold", "edit"),
    ),
    Part(100_000, ("hugo", "carrel"), {"cold": 1}),
)

#: About 4 minutes: enough to see whether a change helped.
QUICK = (
    Part(58, FAST, {"cold": 5, "edit": 3, "watch": 3}),
    Part(1000, FAST, {"cold": 2, "edit": 2, "watch": 2, "topic": 1}),
    Part(10_000, ("hugo", "carrel"), {"cold": 2, "edit": 2, "watch": 2}, profile=("cold",)),
)

"""Where links between entries stand in a Markdown text: not in code, not in formulas.

Code is what stands between backticks or fences; an indented line may as well be part of a list.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

_LINK = re.compile(
    r"\[\[(?P<name>[^\[\]|\n]+?)(?:\\?\|(?P<text>[^\[\]\n]+))?\]\]"
    r"|(?P<before>\]\(\s{0,9}<?|^ {0,3}\[[^\[\]\n]{1,200}\]:[ \t]{1,9}<?)"
    r"(?P<file>(?![\w+.-]+:|//|/)[^\s()<>#?]+\.md)(?P<anchor>#[^\s()<>]*)?(?=[\s)>]|$)",
    re.MULTILINE,
)
_FENCE = re.compile(r"^ {0,3}(?P<mark>`{3,}|~{3,})[^\n]*$", re.MULTILINE)
_TICKS = re.compile(r"`+")
FORMULA = re.compile(r"\$\$[^$]+\$\$|(?<![\\$\d])\$(?![\s$])[^$\n]*(?<![\s\\])\$(?!\d)")


def find_links(text: str) -> Iterator[re.Match[str]]:
    """Find the links between entries in a Markdown text: groups name and text, or file, anchor."""
    if not may_link(text):
        return
    is_hidden = _find_hidden(text)
    for match in _LINK.finditer(text):
        before = match.start()
        while before and text[before - 1] == "\\":
            before -= 1
        if (match.start() - before) % 2 == 0 and not is_hidden(match.start()):
            yield match


def may_link(text: str) -> bool:
    """Tell at a glance whether *text* could hold such a link."""
    return "[[" in text or ".md" in text


def _find_hidden(text: str) -> Callable[[int], bool]:
    """Make the function that tells whether a place of *text* is in code or in a formula."""
    fences = list(_fences(text))
    in_fence = _within(fences)
    runs = [run for run in _TICKS.finditer(text) if not in_fence(run.start())]
    runs = [run for run in runs if text[run.start() - 1 : run.start()] != "\\"]
    later: dict[int, list[int]] = defaultdict(list)  #: length → numbers of runs, last one first
    for number in range(len(runs) - 1, -1, -1):
        later[len(runs[number][0])].append(number)
    spans = fences
    done = -1
    for number, run in enumerate(runs):
        same = later[len(run[0])]
        same.pop()  # this run itself
        if number > done and same:
            done = same[-1]
            spans.append((run.start(), runs[done].end()))
    spans += (found.span() for found in FORMULA.finditer(text))
    return _within(spans)


def _within(spans: Iterable[tuple[int, int]]) -> Callable[[int], bool]:
    """Make the function that tells whether a place lies in one of *spans*."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if starts and start < ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)

    def is_within(place: int) -> bool:
        number = bisect_right(starts, place) - 1
        return number >= 0 and place < ends[number]

    return is_within


def _fences(text: str) -> Iterator[tuple[int, int]]:
    """Give the spans of fenced code."""
    start, mark = -1, ""
    for fence in _FENCE.finditer(text):
        if start < 0:
            start, mark = fence.start(), fence["mark"]
        elif fence["mark"].startswith(mark) and not fence[0].strip(" `~"):
            yield start, fence.end()
            start = -1
    if start >= 0:
        yield start, len(text)

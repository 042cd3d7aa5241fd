"""Where in a file a fault of one of its texts is."""

import functools
import re
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from .problems import Position, Problem, SiteError, quote_lines
from .sources import Sources, decode_text, fold_lines

#: (path, a text that stands in it, a line of that text from 0) → the place of that line
Find = Callable[[str, str, int], Position]
_ADDRESS = re.compile(r"\[[^\[\]]*\]\(/[^()\s]*\)")


class Fault(Struct, frozen=True):
    """Something in a Markdown text that a person should mend."""

    line: int  #: first line of the block concerned, from 0
    message: str
    hint: str = ""
    warning: bool = False
    ours: bool = False  #: whether it is one in our texts alone, and none in an abstract


def locate(
    problems: Iterable[Problem], faults: Iterable[tuple[str, str, Fault]], find: Find
) -> list[Problem]:
    """Give all problems, each once: a faulty template fails on every page that uses it.

    *faults* are (file, text in it, fault of that text).
    """
    # Sorted, so that it does not depend on the number of processes which page is named.
    located = {(p.where, p.message): p for p in sorted(problems, reverse=True)}
    for path, text, fault in faults:
        where = find(path, text, fault.line)
        problem = Problem(where, fault.message, fault.hint, fault.warning)
        located[(where, fault.message)] = problem
    return list(located.values())


def find_lines(sources: Sources) -> Find:
    """Make the function that finds the place of a line of a text in its file.

    A text may have thousands of links or faults: each file is gone through once.
    """

    @functools.lru_cache(maxsize=16)
    def read(path: str) -> str:
        return decode_text(sources.texts[path], path) if path in sources.texts else ""

    @functools.lru_cache(maxsize=16)
    def first_line(path: str, text: str) -> int:
        start = read(path).find(f"\n{text}") + 1
        return read(path).count("\n", 0, start) + 1 if start else 0

    @functools.lru_cache(maxsize=16)
    def rows(text: str) -> list[str]:
        return text.split("\n")

    @functools.lru_cache(maxsize=16)
    def numbers(path: str) -> dict[str, int]:
        return {row: n for n, row in reversed([*enumerate(rows(read(path)), 1)]) if n > 1}

    def find(path: str, text: str, line: int) -> Position:
        first = first_line(path, text)
        if first:
            return Position(path, first + line)
        # The text has a gap, such as notes around an abstract, or links to other entries, which
        # are addresses by now.
        row = rows(text)[line]
        first = numbers(path).get(row) or first_line(path, row)
        if first:
            return Position(path, first)
        whole = read(path)
        start = max(0, whole.find(max(_ADDRESS.split(row), key=len)))
        return Position(path, whole.count("\n", 0, start) + 1 if start else 0)

    return find


def raise_errors(problems: list[Problem], sources: Sources) -> None:
    """Raise SiteError with all *problems* when one of them is more than a warning."""
    if any(not problem.warning for problem in problems):
        raise SiteError(*quoted(problems, sources))


def quoted(problems: Sequence[Problem], sources: Sources) -> list[Problem]:
    """Put the source line to each problem, and the problems into the order of files."""
    texts = {}
    for path in {problem.where.path for problem in problems} & sources.texts.keys():
        texts[path] = fold_lines(sources.texts[path].decode("utf-8", "replace"))
    told = {(problem.where.path, problem.message) for problem in problems if problem.where.line}
    # What is known with its line needs not be told without.
    exact = [p for p in problems if p.where.line or (p.where.path, p.message) not in told]
    return sorted(dict.fromkeys(quote_lines(exact, texts)))

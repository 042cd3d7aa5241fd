"""Problems: values that tell a person where something is wrong and what to do about it."""

import difflib
import errno
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace


class Position(Struct, frozen=True, order=True):
    """A place in a file: path relative to the site root, 1-based line and column (0: unknown)."""

    path: str
    line: int = 0
    column: int = 0


class Problem(Struct, frozen=True, order=True):
    """One thing for a person to fix: where it is, what it is, and what to do about it."""

    where: Position
    message: str
    hint: str = ""
    warning: bool = False
    excerpt: str = ""  #: the source line at ``where``, filled in once by ``quote_lines``

    @property
    def kind(self) -> str:
        """The word that editors look for behind the position: 'error' or 'warning'."""
        return "warning" if self.warning else "error"


class SiteError(Exception):
    """The site cannot be built. Carries every problem found, never just the first."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(f"{p.where.path}: {p.message}" for p in problems))
        self.problems = problems
        self.written = "nothing was written"  #: what a command has done all the same


def did_you_mean(
    word: str, known: Iterable[str], otherwise: str = "", *, cutoff: float = 0.6
) -> str:
    """Give the hint for a name that does not exist, or *otherwise* where nothing is near."""
    near = find_near(word, known, cutoff=cutoff)
    return otherwise if near is None else f"did you mean '{near}'?"


def find_near(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Give that of the *known* names which is nearest to *word*, where one is near at all."""
    names = {name.casefold(): name for name in sorted(known)}
    near = difflib.get_close_matches(word.casefold()[:200], names, n=1, cutoff=cutoff)
    return names[near[0]] if near else None


_MAY_NOT_READ = "give yourself the right to read it, as with: chmod u+r"
_UNREAD = {
    errno.EACCES: _MAY_NOT_READ,
    errno.EPERM: _MAY_NOT_READ,
    errno.ENOENT: "look for its name; it counts from the folder that you are in",
    errno.EISDIR: "name a file that lies in it",
    errno.EINVAL: "copy what it gives into an ordinary file, and name that",
}


def cannot_read(path: str, error: OSError) -> Problem:
    """Say that the file *path* cannot be read, why, and what to do about it."""
    where = Position(path.encode("utf-8", "replace").decode())
    hint = _UNREAD.get(error.errno or 0, "")
    return Problem(where, f"cannot be read: {error.strerror}", hint)


def quote_lines(problems: Iterable[Problem], texts: Mapping[str, str]) -> Iterator[Problem]:
    """Give every problem the source line that it points at, where *texts* has its file."""
    lines: dict[str, list[str]] = {}
    for problem in problems:
        path, line = problem.where.path, problem.where.line
        if line and not problem.excerpt and path in texts:
            rows = lines.setdefault(path, texts[path].split("\n"))
            yield replace(problem, excerpt=rows[line - 1]) if line <= len(rows) else problem
        else:
            yield problem


MAX_LINE = 160
MAX_PRINTED = 199_000  #: bytes
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def show(problem: Problem) -> str:
    """Write a problem as editors and people read it: position, message, source line, hint."""
    where = problem.where
    place = ":".join(str(part) for part in (where.path, where.line, where.column) if part)
    rows = [f"{place}: {problem.kind}: {problem.message}"]
    if problem.excerpt.strip():
        start = max(0, where.column - MAX_LINE // 2) if where.column > MAX_LINE - 20 else 0
        shown = problem.excerpt[start : start + MAX_LINE]
        rows.append(f"{where.line:5} | {shown.replace(chr(9), ' ')}")
        if where.column:
            rows.append(f"{'':5} | {' ' * (where.column - 1 - start)}^")
    if problem.hint:
        rows.append(f"  hint: {problem.hint}")
    return "\n".join(map(printable, rows))


def show_all(problems: Iterable[Problem], as_json: bool = False) -> Iterator[str]:
    """Write problems, each as text or as one line of JSON, until there is too much of it."""
    printed = left = 0
    for problem in problems:
        row = _as_json(problem) if as_json else show(problem)
        printed += len(row.encode("utf-8", "replace")) + 1
        if printed <= MAX_PRINTED:
            yield row
        else:
            left += 1
    if left:
        more = f"and {left} more"
        yield json.dumps({"kind": "note", "message": more}) if as_json else more


def _as_json(problem: Problem) -> str:
    where = problem.where
    return json.dumps(
        {
            "kind": problem.kind,
            "path": where.path,
            "line": where.line,
            "column": where.column,
            "message": problem.message[:1000],
            "hint": problem.hint[:1000],
        }
    )


def printable(text: str) -> str:
    """Make text safe for a terminal: no control characters, no endless lines."""
    text = _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text if len(text) <= 1000 else f"{text[:999]}…"

"""Which outputs exist: what the page kinds plan, the theme's files, and the sitemap of it all."""

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from .aliases import REDIRECT, alias_clash
from .catalogue import Library
from .digests import digest
from .kinds import kinds
from .memo import Memo, key_of
from .outputs import Blob, Copy, Export, Output, Page, Part
from .problems import Position, Problem, SiteError
from .settings import Site

#: What the feeds of a page are called.
FEEDS = ("feed.xml", "atom.xml", "feed.json")
EXPORT = "export:"  #: stands before the format, in place of a template
SITEMAP = "sitemap.xml"
SMALL = 500  #: papers of a list whose planned outputs are kept until they are rendered


class Planned(Struct, frozen=True, array_like=True):
    """What is known of an output without planning it: the memo keeps it."""

    template: str | None  #: None where neither settings nor our code decide anything
    inputs: str  #: digest of what the template is given, or of the bytes themselves
    url: str
    source: str | None
    modified: dt.date | None
    listed: bool  #: whether the sitemap names it
    target: str | None = None  #: where the page at an earlier address leads

    @property
    def is_export(self) -> bool:
        """Whether it is encoded for other programs."""
        return (self.template or "").startswith(EXPORT)

    @property
    def is_page(self) -> bool:
        """Whether a template is filled for it."""
        return self.template is not None and not self.is_export


Rows = tuple[tuple[str, Planned], ...]  #: what a part comes to: (path, row) …


class Step(Struct, frozen=True):
    """A part of the plan, and what it comes to."""

    part: Part
    key: bytes  #: what stands for it
    rows: Rows


class Plan:
    """Every output by its path; the output itself is planned only when it is asked for."""

    def __init__(self) -> None:
        self.rows: dict[str, Planned] = {}  #: in the order of paths, once the plan is made
        self._steps: list[Step] = []
        self._ready: dict[str, Output] = {}
        self._parts: dict[str, Part] = {}
        self._forwarded: dict[str, str] = {}

    def add(self, rows: Mapping[str, Planned], step: Step | None, ready: Iterable[Output]) -> None:
        """Take in what one step planned: outputs that are *ready*, or the part they come from."""
        self.rows |= rows
        self._ready |= {output.path: output for output in ready}
        if step is not None:
            self._steps.append(step)
            self._parts |= dict.fromkeys(rows, step.part)

    def forward(self, path: str, to: str) -> None:
        """Let what stands at *path* stand at *to*, too."""
        row = self.rows[path]
        self.rows[to] = replace(row, url=to, inputs=digest((to, row.inputs)))
        self._forwarded[to] = path

    def outputs(self, paths: Iterable[str]) -> Iterator[tuple[str, Output]]:
        """Give the outputs at *paths*, in this order; each is planned when it is its turn.

        Nothing of it is kept: a large site would be in memory as a whole.
        """
        asked = list(paths)
        wanted = {self._forwarded.get(path, path) for path in asked}
        waiting: dict[str, Output] = {}
        for path in asked:
            place = self._forwarded.get(path, path)
            if place not in waiting and place not in self._ready:
                planned = self._parts[place].plan()
                waiting |= {each.path: each for each in planned if each.path in wanted}
            output = waiting.pop(place, None) or self._ready[place]
            if place in self._parts:
                self._ready.pop(place, None)
            yield path, output if path == place else _moved(output, path)

    def exchanged(
        self, exchange: Callable[[Part], Part], digests: Mapping[str, str], memo: Memo
    ) -> "Plan | None":
        """Give the plan with what *exchange* gives for each part, which may be the part itself.

        None: it has other outputs, and whether they can stand together is not known.
        """
        plan = Plan()
        plan.rows, plan._parts = self.rows.copy(), self._parts.copy()
        plan._ready = {path: each for path, each in self._ready.items() if path not in self._parts}
        moved = False
        for old in self._steps:
            part = exchange(old.part)
            if part is old.part:
                plan._steps.append(old)
                continue
            step, ready = _plan_part(part, digests, memo)
            if step.key != old.key:
                memo.drop(old.key)
            if [path for path, _ in step.rows] != [path for path, _ in old.rows]:
                return None
            plan.add(dict(step.rows), step, ready)
            moved = moved or _places(step.rows) != _places(old.rows)
        for to, path in self._forwarded.items():
            plan.forward(path, to)
        if moved:
            _add_sitemap(plan, digests)
        return plan


def plan_site(
    library: Library,
    site: Site,
    assets: Mapping[str, str],
    digests: Mapping[str, str],
    memo: Memo | None = None,
) -> Plan:
    """Plan every output; *assets* are the theme's files, by address, and *digests* those of files.

    Parts that *memo* knows are not planned again. Raises SiteError when two outputs claim one
    path.
    """
    memo = memo or Memo()
    plan = Plan()
    is_small = len(library.items) <= SMALL
    claims = {SITEMAP: (SITEMAP, Planned(None, "", SITEMAP, None, None, False))}  # comes last
    problems: list[Problem] = []

    def take(rows: Iterable[tuple[str, Planned]], step: Step | None, ready: list[Output]) -> None:
        kept = {}
        for path, row in rows:
            # One file system forgets letter case, another brings accents to one form.
            claim = path if path.isascii() else unicodedata.normalize("NFC", path)
            claim = claim.casefold()
            if claim in claims:
                problems.append(_clash((path, row), claims[claim]))
            else:
                claims[claim] = path, row
                kept[path] = row
        plan.add(kept, step, ready)

    for output in _plan_all(library, site, assets):
        if isinstance(output, Part):
            step, ready = _plan_part(output, digests, memo)
            take(step.rows, step, ready if is_small or not output.again else [])
        else:
            take([(output.path, _sum_up(output, digests))], None, [output])
    folders = {path.rpartition("/")[0] for path in claims}
    for folder in sorted(folders & claims.keys()):
        inside = next(claim for claim in claims if claim.startswith(f"{folder}/"))
        problems.append(_clash(claims[inside], claims[folder]))
    if problems:
        raise SiteError(*problems)
    _forward_feeds(plan)
    plan.rows = dict(sorted(plan.rows.items()))
    _add_sitemap(plan, digests)
    return plan


def _plan_part(part: Part, digests: Mapping[str, str], memo: Memo) -> tuple[Step, list[Output]]:
    """Give what *part* comes to, with its outputs where they had to be planned for that."""
    ready: list[Output] = []

    def make() -> Rows:
        ready.extend(part.plan())
        return tuple((each.path, _sum_up(each, digests)) for each in ready)

    key = key_of(part.make.__module__, part.make.__name__, digest(part.inputs))
    return Step(part, key, memo.recall(Rows, key, make) or ()), ready


def _plan_all(library: Library, site: Site, assets: Mapping[str, str]) -> Iterator[Output | Part]:
    for plan in kinds().values():
        yield from plan(library, site)
    for path, source in sorted(assets.items()):
        yield Copy(path, source)


def _forward_feeds(plan: Plan) -> None:
    """Plan the feeds of moved pages at their earlier addresses, too.

    A feed reader follows no redirect that is a page: its subscription would end in silence.
    """
    moved = [(row.url, row.target) for row in plan.rows.values() if row.target is not None]
    for url, target in moved:
        for name in FEEDS if url.endswith("/") else ():
            if f"{target}{name}" in plan.rows and f"{url}{name}" not in plan.rows:
                plan.forward(f"{target}{name}", f"{url}{name}")


def _moved(output: Output, path: str) -> Output:
    """Give *output* as it stands at *path*, too."""
    if isinstance(output, Page):
        return replace(output, url=path)
    return replace(output, path=path)


def _sum_up(output: Output, digests: Mapping[str, str]) -> Planned:
    match output:
        case Page():
            inputs = digest((output.url, output.inputs))
            template: str | None = output.template
            target = output.inputs["target"] if template == REDIRECT else None
            return Planned(
                template, inputs, output.url, output.source, output.modified, output.listed, target
            )
        case Export():
            inputs = digest((output.format, output.inputs))
            return Planned(
                f"{EXPORT}{output.format}", inputs, output.path, output.source, None, False
            )
        case Blob():
            return Planned(None, digest(output.content), output.path, output.source, None, False)
        case Copy():
            return Planned(None, digests[output.source], output.path, output.source, None, False)


def _clash(one: tuple[str, Planned], other: tuple[str, Planned]) -> Problem:
    """Say that two outputs cannot both be, at the file of the one that a person can rename."""
    if one[1].source is None:
        one, other = other, one
    if _is_alias(other[1]) and not _is_alias(one[1]):
        one, other = other, one
    path, other_path = one[0], other[0]
    address = path.removesuffix("index.html") or "/"
    if _is_alias(one[1]):
        kind = "an alias" if _is_alias(other[1]) else "the address"
        return alias_clash(Position(_origin(*one)), address, f"{kind} of {_origin(*other)}")
    message = f"the address '{address}' is also that of {_origin(*other)}"
    if path.casefold() == other_path.casefold() != path:
        message += "; letter case does not tell them apart"
    hint = "give one of them another name, or another slug"
    return Problem(Position(_origin(*one)), message, hint)


def _is_alias(row: Planned) -> bool:
    return row.template == REDIRECT


def _origin(path: str, row: Planned) -> str:
    """Name what a person can change about an output."""
    return row.source or f"the page {path}"


def _add_sitemap(plan: Plan, digests: Mapping[str, str]) -> None:
    sitemap = Page(SITEMAP, SITEMAP, {"entries": _places(plan.rows.items())}, listed=False)
    plan.add({SITEMAP: _sum_up(sitemap, digests)}, None, [sitemap])


def _places(rows: Iterable[tuple[str, Planned]]) -> tuple[tuple[str, dt.date | None], ...]:
    """Give what a sitemap names of outputs: address and day."""
    return tuple((row.url, row.modified) for _, row in rows if row.listed)

"""The proof of a whole site: all addresses lead somewhere, all pages are found, none is too big.

Takes what ``survey`` kept of each file; knows neither HTML nor the disk.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from urllib.parse import unquote

from msgspec import Struct

from .aliases import REDIRECT
from .costs import MANY_BYTES, MOST_BYTES, MOST_FILE_BYTES, Cost, sum_up
from .outputs import Output, Page
from .problems import Position, Problem, did_you_mean, find_near
from .settings import CONFIG
from .sources import Sources
from .survey import Flaw, Seen

#: Where an address begins in a text, in Markdown or HTML, and what may stand behind its parts.
_BEFORE = r"""(?:\]\(\s*<?|\]:\s*<?|=\s*["']?|<)(?P<to>(?:[^\s()<>"']*[/#])?)"""
_BEHIND = r"""(?=[\s()<>"'#?/]|$)"""
_WEB = re.compile(r"(?:^|/)www\.[\w-]+\.[\w.-]+")
_FILE = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|avif|pdf|mp[34]|webm|ogg|zip|gz|txt|csv|tsv|json|bib|pptx?|docx?|ipynb|py)$",
    re.IGNORECASE,
)
_MOST_ADVISED = 20  #: addresses; each is compared with all that the site has


class Proof(Struct, frozen=True):
    """What a check found, short of errors."""

    warnings: tuple[Problem, ...]
    files: int
    size: int  #: bytes of the site


def check_site(
    outputs: Mapping[str, Output],
    seen: Mapping[str, Seen],
    sources: Sources,
    vacant: Collection[str] = (),
) -> Iterator[Problem]:
    """Find what is wrong with the files of a site as a whole.

    Nothing has to lead to a page that is *vacant*, which is an address below the site's root.
    """
    yield from _check_addresses(outputs, seen, sources)
    yield from _check_reach(outputs, seen, vacant)
    yield from check_sizes({path: each.size for path, each in seen.items()})


def _check_addresses(
    outputs: Mapping[str, Output], seen: Mapping[str, Seen], sources: Sources
) -> Iterator[Problem]:
    """Name every address that does not lead where it should, once, where it can be mended."""
    places: dict[tuple[str, str], list[tuple[str, Flaw]]] = defaultdict(list)
    for path, each in seen.items():
        for flaw in (*each.flaws, *_lost_fragments(each, seen)):
            places[flaw.target, flaw.message].append((path, flaw))
    unplaced: dict[tuple[str, str], list[tuple[str, Flaw]]] = defaultdict(list)
    advise = _adviser(outputs)
    for found in places.values():
        in_entries = {
            where: (path, flaw)
            for path, flaw in reversed(found)
            if (where := _place(outputs.get(path), flaw, sources)) is not None
        }
        for where, (path, flaw) in in_entries.items():
            message = f"the address '{flaw.address}' {flaw.message}, in {path}"
            yield Problem(where, message, flaw.hint or advise(flaw), flaw.warning)
        for path, flaw in (
            found if not in_entries else ()
        ):  # else lists and feeds have it from there
            # A template's link within the page is one fault, on however many pages.
            target = flaw.address if flaw.address.startswith("#") else flaw.target
            unplaced[target, flaw.message].append((path, flaw))
    for found in unplaced.values():
        path, flaw = found[0]
        more = f", here and in {len(found) - 1} more files" if len(found) > 1 else ""
        message = f"the address '{flaw.address}' {flaw.message}{more}"
        yield Problem(Position(path), message, flaw.hint or advise(flaw), flaw.warning)


def _adviser(outputs: Mapping[str, Output]) -> Callable[[Flaw], str]:
    """Make the function that says what to do about an address that leads nowhere."""
    # By the last part: the folder is mostly right, or counted from elsewhere.
    addresses = {_last(url): url for path in outputs if (url := path.removesuffix("index.html"))}
    asked: set[str] = set()

    def advise(flaw: Flaw) -> str:
        if _WEB.search(flaw.target):
            return "write https:// before it"
        if _FILE.search(flaw.target):
            return f"put it into content/static/{flaw.target}"
        asked.add(flaw.target)
        last = _last(flaw.target.removesuffix(".md"))
        near = find_near(last, addresses) if len(asked) <= _MOST_ADVISED else None
        return f"did you mean '{addresses[near]}'?" if near else "mend it, or take the link out"

    return advise


def _last(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def _lost_fragments(each: Seen, seen: Mapping[str, Seen]) -> Iterator[Flaw]:
    for address, path, fragment in each.fragments:
        known = seen[path].ids if path in seen and path.endswith(".html") else None
        if known is not None and fragment not in known and fragment.lower() != "top":
            message = f"names a place '{fragment}' that its page does not have"
            hint = did_you_mean(fragment, known, "link the page without '#…'")
            yield Flaw(address, f"{path}#{fragment}", message, hint)


def _place(output: Output | None, flaw: Flaw, sources: Sources) -> Position | None:
    """Find an address in the entry that a page shows; one of a template stands in none."""
    source = output.source if output is not None else None
    if source not in sources.texts or source is None:
        return None
    path = flaw.address.partition("#")[0].replace("../", "").strip("./")
    needles = [flaw.address, path, path.rpartition("/")[2], flaw.address.partition("#")[2]]
    # A text may say 'é.pdf' where the page says '%C3%A9.pdf'.
    needles = [each for needle in needles for each in (needle, unquote(needle)) if each]
    rows = sources.texts[source].decode("utf-8", "replace").splitlines()
    for needle in dict.fromkeys(needles):
        here = re.compile(_BEFORE + re.escape(needle) + _BEHIND)
        for number, row in enumerate(rows, 1):
            found = here.search(row) if needle in row else None
            if found:
                return Position(source, number, found.start("to") + 1)
    return None


def _check_reach(
    outputs: Mapping[str, Output], seen: Mapping[str, Seen], vacant: Collection[str]
) -> Iterator[Problem]:
    """Find the pages that nobody finds who begins at the front page and follows links."""
    paths = list(outputs)
    numbers = {path: number for number, path in enumerate(paths)}
    found = bytearray(len(paths))
    waiting = [numbers["index.html"]] if "index.html" in numbers else []
    for number in waiting:
        found[number] = 1
    while waiting:
        linked = seen.get(paths[waiting.pop()])
        for number in array("I", linked.linked) if linked else ():
            if not found[number]:
                found[number] = 1
                waiting.append(number)
    for path, output in outputs.items():
        ours = isinstance(output, Page) and path.endswith(".html")
        url = path.removesuffix("index.html")
        apart = url in vacant or _stands_apart(path, output)
        if ours and not found[numbers[path]] and not apart:
            hint = f"name '{url}' under nav in {CONFIG}, or link it from another page"
            where = Position(output.source or path)
            yield Problem(where, f"no page leads to {url}", hint, warning=True)


def _stands_apart(path: str, output: Output) -> bool:
    """Whether a page is found by other ways: by an address that was, or that never was."""
    return path == "404.html" or (isinstance(output, Page) and output.template == REDIRECT)


def check_sizes(sizes: Mapping[str, int]) -> Iterator[Problem]:
    """Hold the site against what GitHub Pages takes; other hosts are seldom stricter."""
    total = sum(sizes.values())
    if total > MANY_BYTES:
        most = _in_words(sum_up(sizes)[:3])
        message = f"the site has {total / 1e6:,.0f} MB; GitHub Pages takes 1,000"
        hint = f"most of it: {most}"
        yield Problem(Position(CONFIG), message, hint, warning=total <= MOST_BYTES)
    for path, size in sizes.items():
        if size > MOST_FILE_BYTES:
            message = f"the file has {size / 1e6:,.0f} MB; a branch on GitHub takes 100 at most"
            yield Problem(Position(path), message, "put it elsewhere and link it", warning=True)


def _in_words(costs: Iterable[Cost]) -> str:
    return ", ".join(f"{c.files:,} × {c.kind} ({c.size / 1e6:,.0f} MB)" for c in costs)

"""Proof-reading of what an entry says: figures, devices, results, a summary in its own words."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from .catalogue import Library
from .decode import Entry
from .figures import METRIC
from .link_places import FORMULA
from .mentions import Mention, find_mentions
from .model import Paper, Result, Term
from .places import Find
from .problems import Position, Problem
from .settings import Site
from .tagging import suggest
from .units import ANY_UNIT

#: A figure: digits that are no part of a name such as H100, Llama-3, W4A8, 4-bit or 4x4.
_FIGURE = re.compile(
    r"(?<![\w.-])(?!(?:19|20)\d0s)\d+(?:[,.]\d+)*(?=(?:x|ms|s|-fold)\b(?!-)|(?![\w-]|[,.]\d))"
)
#: What would make of any number a figure: its unit.
_BARE = rf"(?![\w]|[.,]\d|\s?(?:%|{ANY_UNIT}(?!\w)))"
_NUMBER = r"\d+(?:\.\d+)*"
#: Words that begin a sentence, and no name.
_NO_NAME = (
    r"(?:An?|The|At|In|On|By|With|For|From|To|Over|Under|About|Around|Nearly|Only|Just|All|And|Of|"
    r"Between|After|Within|Across|Up|Its?|These|Uses?|Using|Needs?|Takes?|Saves?|Cuts?|Reaches)\b"
)
#: Numbers that are no figures: in formulas, years, ratios, sizes, and parts of names.
_NO_FIGURES = re.compile(
    rf"{FORMULA.pattern}"
    r"|(?<![\w.,-])\d+:\d+(?![\w:])"  # 2:4 sparsity
    r"|(?<![\w.,-])\d+(?P<gap> ?)[x×](?P=gap)\d+(?:(?P=gap)[x×](?P=gap)\d+)*(?![\w.])"  # 8 × 8
    rf"|(?<![\w.,-]){_NUMBER} bits?\b(?!/| per )"  # a 4 bit quantizer
    rf"|(?<![\w.,$-])(?:(?:19|20)\d\d|2100){_BARE}"  # in 2024
    rf"|\b(?!{_NO_NAME}|{METRIC}\b)"
    r"(?:\w{0,30}[A-Z][\w+#]{0,30}|section|phase|stage|step|part|version)"
    rf"[ /]{_NUMBER}{_BARE}(?:(?:, | and | or |/){_NUMBER}{_BARE})*"  # CUDA 12.1, Phase 1 and 2
)
#: What these measure has a unit. A score, a rank or a number of things has none.
_HAS_UNIT = re.compile(
    r"(?i)\b(?:latency|time|duration|throughput|bandwidth|memory|footprint|energy|power|cost|"
    r"speed-?up|frame rate|frequency|storage|PSNR)\b"
)
_PRODUCTS = ("device", "architecture")
_WORDS = re.compile(r"\w+")
_RUN = 6  #: so many words in a row are no chance
_BETWEEN = "\n¶\n"  #: keeps a name from reaching over


class _Piece(Struct, frozen=True):
    """A part of what an entry says, with where it stands."""

    key: str  #: of the front matter; '' for text below it
    text: str
    start: int  #: in the whole


def check_text(
    entry: Entry[Paper], paper: Paper, library: Library, site: Site, find: Find
) -> Iterator[Problem]:
    """Find where an entry contradicts itself; *paper* is its value with terms resolved."""
    yield from _check_results(entry)
    yield from _check_figures(entry, paper, library)
    yield from _check_devices(entry, paper, library, site, find)
    if _repeats(paper.summary or "", paper.abstract):
        hint = "say in your own words what the paper shows"
        yield _warning(entry.mark("summary"), "the summary repeats the abstract", hint)


def _check_results(entry: Entry[Paper]) -> Iterator[Problem]:
    """Find results that cannot be compared with others, and ranges that are none."""
    for n, result in enumerate(entry.value.results):
        where = entry.mark(f"results[{n}]")
        if result.unit is None and _HAS_UNIT.search(result.metric):
            hint = "add 'unit'; where the paper gives none, say so with: unit: \"\""
            yield _warning(where, f"the result '{result.metric}' has no unit", hint)
        if result.better is None:
            message = f"it is not said whether more of '{result.metric}' is better"
            yield _warning(where, message, "add 'better: higher' or 'better: lower'")
        if result.to is not None and result.to < result.value:
            message = f"the range of '{result.metric}' ends below its beginning"
            hint = "write its lower end as 'value' and its upper end as 'to'"
            yield _warning(entry.mark(f"results[{n}].to"), message, hint)


def _check_figures(entry: Entry[Paper], paper: Paper, library: Library) -> Iterator[Problem]:
    """Find figures in the summary that no result carries."""
    text = _NO_FIGURES.sub(lambda found: " " * len(found[0]), paper.summary or "")
    if not _FIGURE.search(text):
        return
    for mention in find_mentions(text, _things(library)):
        size = mention.end - mention.start
        text = text[: mention.start] + " " * size + text[mention.end :]
    for found in _FIGURE.finditer(text):
        if not any(_states(result, found[0]) for result in paper.results):
            hint = "add it under 'results', or leave it out of the summary"
            message = f"no result carries the figure {found[0]} of the summary"
            yield _warning(entry.mark("summary"), message, hint)


def _states(result: Result, written: str) -> bool:
    """Tell whether *written* is a figure of *result*, perhaps rounded."""
    plain = written.replace(",", "")
    digits = len(plain.partition(".")[2])
    values = (result.value, result.to)
    return any(value is not None and round(value, digits) == float(plain) for value in values)


def _check_devices(
    entry: Entry[Paper], paper: Paper, library: Library, site: Site, find: Find
) -> Iterator[Problem]:
    """Find devices that the text names and the fields do not, and the other way round."""
    pieces = tuple(_pieces(entry.value))  # as written: links in it are not resolved
    whole = _BETWEEN.join(piece.text for piece in pieces)
    for field, taxonomy in site.fields.items():
        terms = library.terms[taxonomy]
        products = [term for term in terms.values() if term.level in _PRODUCTS]
        if not products:
            continue
        tagged = {use.id for use in paper.terms if use.taxonomy == taxonomy}
        covered = tagged | {a.id for id in tagged for a in library.ancestors(terms[id])}
        seen: set[str] = set()
        for mention in suggest(whole, products):
            id = mention.term.id
            if id not in covered | seen:
                seen.add(id)
                where = _place(mention, pieces, entry, find)
                message = f"the text names {mention.term.title}, and '{field}' does not"
                hint = f"add it; {{id: {id}, role: mentioned}} says that nothing was measured on it"
                yield _warning(where, message, hint)
        if paper.abstract:  # else the text that named it is not here
            resolved = _BETWEEN.join((whole, paper.notes))
            told = {mention.term for mention in find_mentions(resolved, terms.values())}
            named = {result.hardware for result in paper.results}
            measured = {term for id, term in terms.items() if id in named}
            for n, term in _untold(paper, library, taxonomy, told | measured):
                message = f"neither the text nor a result names {term.title}"
                hint = "take it out, or say in the notes what the paper does with it"
                yield _warning(entry.mark(f"{field}[{n}]"), message, hint)


def _untold(
    paper: Paper, library: Library, taxonomy: str, told: set[Term]
) -> Iterator[tuple[int, Term]]:
    """Give (number, term) of the products that a paper is filed under and that none names."""
    known = {term.id for term in told}
    known |= {above.id for term in told for above in library.ancestors(term)}
    for n, use in enumerate(use for use in paper.terms if use.taxonomy == taxonomy):
        term = library.terms[taxonomy][use.id]
        if term.level in _PRODUCTS and use.id not in known:
            yield n, term


def _pieces(paper: Paper) -> Iterator[_Piece]:
    start = 0
    for key, text in (
        ("title", paper.title),
        ("summary", paper.summary or ""),
        ("why", paper.why or ""),
        ("", paper.notes),
        ("", paper.abstract),
    ):
        if text:
            yield _Piece(key, text, start)
            start += len(text) + len(_BETWEEN)


def _place(
    mention: Mention, pieces: tuple[_Piece, ...], entry: Entry[Paper], find: Find
) -> Position:
    starts = [piece.start for piece in pieces]
    piece = pieces[bisect_right(starts, mention.start) - 1]
    if piece.key:
        return entry.mark(piece.key)
    at = mention.start - piece.start
    where = find(entry.path, piece.text, piece.text.count("\n", 0, at))
    return Position(entry.path, where.line, at - piece.text.rfind("\n", 0, at))


def _things(library: Library) -> Iterator[Term]:
    """Give all terms that are things, such as devices: those with a level."""
    for terms in library.terms.values():
        yield from (term for term in terms.values() if term.level)


def _repeats(summary: str, abstract: str) -> bool:
    """Tell whether half of the summary stands in the abstract, word by word."""
    ours, theirs = (_WORDS.findall(text.casefold()) for text in (summary, abstract))
    if len(ours) < _RUN:
        return False
    runs = {tuple(theirs[n : n + _RUN]) for n in range(len(theirs) - _RUN + 1)}
    starts = [n for n in range(len(ours) - _RUN + 1) if tuple(ours[n : n + _RUN]) in runs]
    copied = {n + step for n in starts for step in range(_RUN)}
    return 2 * len(copied) > len(ours)


def _warning(where: Position, message: str, hint: str) -> Problem:
    return Problem(where, message, hint, warning=True)

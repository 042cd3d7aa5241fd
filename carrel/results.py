"""Figures of a paper's own story → its results.

What a result says besides its number
- metric: the words behind the number ('1.9x serving throughput') or before it ('cuts energy by
  20%'), else what the unit measures
- qualifier: the words right before it ('up to', 'over', 'about'), or an average told beside it
- better: higher, unless the metric is a time, a size, an error or the like that is told as it is
- baseline: behind 'over', 'than', 'compared to', or before 'by' what is outperformed
- hardware: the product named behind the figure and before the next one, else the last one named
  before it in the sentence; its number goes with it; where a sentence names none, the one that
  an earlier sentence gave as the platform of the experiments
- headline: a figure of the whole (end-to-end) before one of a part, a factor before a percentage
  before others, and then the first

Figures of the background are motivation, not results, and the title says nothing new.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from .figures import Figure, find_figures, follow_on
from .metrics import is_less_better, name_metric
from .model import Result
from .roles import Sentence, Use, split_sentences

#: A sentence that tells what is missing or wished for.
_WISH = re.compile(r"(?i)\b(?:gap of|if we|there is an? (?:\w+ ){0,2}gap)\b")
_QUALIFIERS = (
    (r"up to|as much as|(?:a )?maximum of|at best", "up to"),
    (r"on average|an average|average|averaging|mean", "average"),
    (r"peak(?:s|ing)?(?: \w+){0,2}", "peak"),
    (r"no more than|at most|within|not more than", "at most"),
    (r"less than|under|below|fewer than", "less than"),
    (r"more than|exceeding|above", "more than"),
    (r"over|surpassing", "over"),
    (r"at least", "at least"),
    (r"about|around|approximately|roughly|nearly|almost", "about"),
    (r"(?:an )?additional|a further", "additional"),
)
_BEFORE = [
    (re.compile(rf"(?i)\b(?:{words})\s+(?:of\s+|an?\s+)?$"), name) for words, name in _QUALIFIERS
]
_AVERAGE = re.compile(r"(?i)\baverage(?:d|s)?\s+(?:[\w-]+\s+){0,3}(?:of\s+)?$")
_BEHIND_AVERAGE = re.compile(r"(?i)[^.;,]{0,40}\bon average\b")
#: The name of a baseline ends here.
_ENDS = (
    r"(?=\s+(?:on|with|for|using|across|while|in|at|by|achieving|and \d)(?![\w-])"
    r"|[;,()]|\.(?!\w)|$)"
)
_COMPARED = re.compile(
    r"(?i)[^.;,()]{0,60}?\b(?:over|than|compared (?:to|with)|relative to|against|versus)\s+"
    rf"(?:the |its |their )?(?P<who>(?:[^.;,()]|\.\w){{3,80}}?){_ENDS}"
)
_LOSER = re.compile(
    r"(?i)\b(?:outperform|surpass|exceed|beat)\w*\s+(?:the )?(?P<who>[^.;,()]{3,60}?)\s+by\s+"
    r"(?:[a-z]+\s+){0,3}$"
)
MAX_RESULTS = 100  #: of one paper; a text with more is no abstract
_SETS_STAGE = re.compile(
    r"(?i)\b(?:experiment\w*|evaluat\w+|implement) |\b(?:platform|testbed|test bed)\b"
)


def build_results(text: str, uses: Sequence[Use], title_end: int = 0) -> tuple[Result, ...]:
    """Build the results that *text* states, one of them the headline; *uses* are its devices."""
    found = list(_read_all(text, uses, title_end))
    distinct: list[Result] = []
    for result in found:
        if not any(_is_same(result, other) for other in distinct[-MAX_RESULTS:]):
            distinct.append(result)
    del distinct[MAX_RESULTS:]
    if not distinct:
        return ()
    rank = {"x": 0, "%": 1}
    best = min(
        range(len(distinct)),
        key=lambda n: (
            "end-to-end" not in distinct[n].metric,
            rank.get(distinct[n].unit or "", 2),
            n,
        ),
    )
    distinct[best] = replace(distinct[best], headline=True)
    return tuple(distinct)


def _is_same(one: Result, other: Result) -> bool:
    """Tell whether a figure is told again."""
    return replace(one, metric="", qualifier=None, baseline=None) == replace(
        other, metric="", qualifier=None, baseline=None
    )


def _read_all(text: str, uses: Sequence[Use], title_end: int) -> Iterator[Result]:
    stage: Use | None = None
    starts = [use.mention.start for use in uses]
    for sentence in split_sentences(text, title_end):
        words = text[sentence.start : sentence.end]
        if sentence.start < title_end or not sentence.own or _WISH.search(words):
            continue
        here = uses[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        spans = [(u.mention.start - sentence.start, u.mention.end - sentence.start) for u in here]
        figures = list(find_figures(words, spans))
        figures = sorted([*figures, *follow_on(words, figures)], key=lambda figure: figure.start)
        for n, figure in enumerate(figures):
            until = figures[n + 1].start if n + 1 < len(figures) else len(words)
            since = figures[n - 1].end if n else 0
            use = _device_of(figure, until, here, sentence)
            yield _read(words, figure, since, until, use or (None if here else stage))
        stage = _stage(words, here, stage)


def _read(words: str, figure: Figure, since: int, until: int, use: Use | None) -> Result:
    before, behind = words[: figure.start], words[figure.end :]
    sign = "+" if words[figure.start] == "+" else ""
    metric = figure.noun or name_metric(before[since:] + sign, behind, figure.unit)
    compared = _COMPARED.match(behind[: max(0, until - figure.end)])
    loser = _LOSER.search(before[since:])
    baseline = compared["who"] if compared else loser["who"] if loser else None
    return Result(
        metric=metric,
        value=figure.value,
        to=figure.to,
        unit=figure.unit,
        qualifier=_qualifier(words, figure, since),
        better="lower" if is_less_better(metric) else "higher",
        baseline=baseline.strip() if baseline else None,
        hardware=use.mention.term.id if use else None,
        count=use.count if use else None,
        where="abstract",
    )


def _qualifier(words: str, figure: Figure, since: int) -> str | None:
    # Some figures begin with their qualifier: 'less than a day', 'perplexity of no more than 0.1'.
    number = re.search(r"(?:[+−~≈x×]\s?)?\d|\ban?\b|$", words[figure.start :])
    before = words[since : figure.start + (number.start() if number else 0)]
    for pattern, name in _BEFORE:
        if pattern.search(before):
            return name
    if _AVERAGE.search(before) or _BEHIND_AVERAGE.match(words[figure.end :]):
        return "average"
    return None


def _stage(words: str, here: Sequence[Use], stage: Use | None) -> Use | None:
    """Give the one product that the experiments told next were made on, as far as is known."""
    products = {use.mention.term.id: use for use in here if use.mention.term.level != "class"}
    if not products:
        return stage
    use = next(iter(products.values()))
    plain = len(products) == 1 and use.role == "evaluated" and _SETS_STAGE.search(words)
    return use if plain else None


def _device_of(figure: Figure, until: int, here: Sequence[Use], sentence: Sentence) -> Use | None:
    """Find the device that a figure was measured on."""
    named = [use for use in here if use.role != "mentioned"]
    at = sentence.start + figure.end
    behind = [u for u in named if at <= u.mention.start < sentence.start + until]
    ahead = [u for u in named if u.mention.start < at]
    products = [use for use in named if use.mention.term.level != "class"]
    for group, roles in ((behind, ("evaluated", "target")), (ahead[::-1], ("evaluated",))):
        tried = [use for use in group if use.role in roles]
        if tried:
            first = next((use for use in tried if use in products), tried[0])
            if first.mention.term.level == "class" and len(products) == 1:
                # 'on 128 GPUs and on 256 GPUs, all of them A40s'
                return Use(products[0].mention, products[0].role, first.count)
            return first
    return None

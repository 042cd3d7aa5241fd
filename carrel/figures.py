"""Numbers with what they count: '1.9x', 'x17', '+22.0%', '20-50%', '71s to 29s', '33 tokens/s'.

What is a figure
- a factor, with the sign before or behind, or in words: 'x19', '2.4×', '3-fold', 'twice as',
  'a factor of two', 'two orders of magnitude'
- a percentage, points of a score, or a number with a unit of time, size, rate or the like
- a number that a metric names ('a PSNR of 31.2') or that a change ends with ('rises by 0.3'), a
  rank, a number of things found, the size of a model that a stated device can hold
- a range is one figure; of a change 'from 71 s to 29 s' the second counts, of '0.61 vs 0.71' the
  first, since the other is what it is compared with

What is none
- a number of devices: '4x NVIDIA A40' is a count, '20x compression' a ratio
- part of a name, a size or an adjective: '8x7B', '16x16', 'GPT-4.1', '5-second clip', '48 GB GPU'
- a setting ('with a 20% budget', 'trained on 16 frames'), a need, a share of a bottleneck
- what others reach: it stands behind 'than' or 'compared to'
"""

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from .units import ANY_UNIT, SECONDS, UNIT, name_unit

_PLAIN = r"(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,12}(?!\d))(?:\.\d{1,9})?"
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_SPELT = {word: float(n) for n, word in enumerate(_WORDS, 1)} | {"a": 1.0, "an": 1.0, "twice": 2.0}
_WORD = f"(?:{'|'.join(_WORDS)})"

#: A number begins here: not inside a word, another number, an adjective ('W-8') or a product.
_START = r"(?<![\w./^×$])(?<!\d,)(?<!\w[-–])(?<!\d [-–])"
METRIC = (
    r"(?:[Ss]cores?|[Aa]ccuracy|PSNR|SSIM|LPIPS|FID|FVD|BLEU|ROUGE|[Pp]erplexity|F1|R²|mAP|AUC|IoU|"
    r"MAPE|MAE|RMSE|[Cc]orrelation)"
)
_CHANGE = r"(?:\s+(?:increases?|rises?|drops?|decreases?|gains?))?"
_BOUND = (
    r"(?:up to|no more than|at most|only|just|about|around|nearly|over|more than|less than|below|"
    r"above|an average of)"
)
_BARE = rf"(?P<n>\d+\.\d+|\d+(?=[\s,;)]))(?![\d%×])(?!\s?{ANY_UNIT}(?!\w))(?!\s[a-z]+s\b)"

_HOLDS = re.compile(r"(?i)\b(?:fine-?tun|train|fit|run|serv|deploy)\w*\s[^.;]{0,40}$")
_ON_DEVICE = re.compile(r"[^.;]{0,60}\bon (?:a single|one|only|just|\d)")
_SHRINKS = re.compile(r"(?i)\b(?:reduc|shrink|compress|cut)\w*\s[^.;]{0,60}\bto $")
_CHANGED = re.compile(
    r"(?i)\b(?:reduc|decreas|increas|rais|improv|accelerat|lower|cut|short|boost|drop|grow)\w*\b"
    r"[^.;]{0,90}\bfrom\s+$"
)

_SETTING_BEFORE = re.compile(
    r"(?i)(?:\b(?:trained|tested|pre-?trained) (?:on|with)\s+(?:only )?|\bgap of\s+|"
    r"\b(?:consuming|accounts? for|accounting for)\s+(?:[\d%,\s]|and)*)$"
)
_SETTING_BEHIND = re.compile(
    r"(?i)\s*(?:[\w-]+\s+)?(?:budget|sparsity|dropout|split|subset|threshold|probability|window|"
    r"resolution|confidence)\b"
)
_DEVICE_BEHIND = re.compile(r"\s*(?:[GCNTVX]PUs?|cards?|machines?|VRAM cards?)\b")
#: What others reach, up to the end of the phrase.
_OF_OTHERS = re.compile(
    r"(?i)\b(?:(?<!more )(?<!less )(?<!fewer )than|compared (?:to|with)|relative to|versus|vs\.?)\s"
    r"(?:(?!, |\b(?:achieving|reaching|resulting|while|with|and)\b)[^.;()]|\.\d){0,70}$"
)


class Figure(Struct, frozen=True):
    """A number as the text tells it: the words are ``text[start:end]``."""

    start: int
    end: int
    value: float
    unit: str | None
    to: float | None = None  #: upper end of a range
    noun: str = ""  #: what is measured, where the words of the figure tell


def find_figures(text: str, devices: Sequence[tuple[int, int]]) -> tuple[Figure, ...]:
    """Find the figures of *text*; *devices* are the places of the names of devices."""
    figures: list[Figure] = []
    claimed = set[int]()
    for pattern, read in _RULES:
        for match in pattern.finditer(text):
            if not claimed.isdisjoint(range(*match.span())):
                continue
            figure = read(match)
            if figure is None:
                continue
            claimed.update(range(*match.span()))
            if not _is_none(text, figure, devices):
                figures.append(figure)
    return tuple(sorted(figures, key=lambda figure: figure.start))


def _is_none(text: str, figure: Figure, devices: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a number is a count, a setting or the others'."""
    before, behind = text[: figure.start], text[figure.end :]
    follows = len(before.rstrip(" (-")) in {end for _, end in devices}
    leads = len(text) - len(behind.lstrip()) in {start for start, _ in devices}
    if figure.unit == "x" and (leads or (follows and text[figure.start] in "x×")):
        return True
    if (figure.unit or "").endswith("B") and (follows or _DEVICE_BEHIND.match(behind)):
        return True
    setting = _SETTING_BEFORE.search(before[-100:]) or _SETTING_BEHIND.match(behind[:60])
    return bool(setting or _OF_OTHERS.search(before[-100:]))


def _number(written: str) -> float:
    return _SPELT.get(written.lower()) or float(written.replace(",", ""))


def _read_range(match: re.Match[str]) -> Figure | None:
    unit, low_unit = (
        name_unit(match["high_unit"]),
        name_unit(match["low_unit"] or match["high_unit"]),
    )
    low, high = _number(match["low"]), _number(match["high"])
    if match["join"] == "and" and not match["between"]:
        return None
    start, end = match.start("low"), match.end()
    if low_unit != unit:
        if low_unit not in SECONDS or unit not in SECONDS:
            return None
        low = round(low * SECONDS[low_unit] / SECONDS[unit], 2)
    if _CHANGED.search(match.string[max(0, start - 120) : start]) or low >= high:
        return Figure(start, end, high, unit)
    return Figure(start, end, low, unit, to=high)


def _read_model_size(match: re.Match[str]) -> Figure | None:
    before, behind = match.string[: match.start()][-80:], match.string[match.end() :][:80]
    holds = _HOLDS.search(before) and _ON_DEVICE.match(behind)
    if not holds and not _SHRINKS.search(before):
        return None
    noun = "trainable model size" if holds else "model size"
    unit = f"{match['scale'][0].upper()} parameters"
    return Figure(*match.span(), _number(match["n"] or "1"), unit, noun=noun)


def _reader(unit: str | None = None, noun: str = "") -> Callable[[re.Match[str]], Figure]:
    """Make the reader of a rule: group n is the number, unit the unit, noun what is measured."""

    def read(match: re.Match[str]) -> Figure:
        groups = match.groupdict()
        told = groups.get("noun") or noun
        return Figure(
            *match.span(), _number(match["n"]), name_unit(groups.get("unit")) or unit, noun=told
        )

    return read


def _read_orders(match: re.Match[str]) -> Figure:
    return Figure(*match.span(), 10.0 ** _number(match["n"]), "x")


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], Figure | None]]
#: Tried in this order; what one covers is claimed.
_RULES: tuple[_Rule, ...] = (
    (
        re.compile(
            rf"(?P<between>\bbetween\s+)?{_START}(?P<low>{_PLAIN})\s?(?P<low_unit>{UNIT})?"
            rf"\s?(?P<join>to|and|[-–−~∼])\s?(?P<high>{_PLAIN})\s?(?P<high_unit>{UNIT})"
        ),
        _read_range,
    ),
    (
        re.compile(
            rf"(?:(?P<noun>{METRIC})\s+)?{_START}(?P<n>{_PLAIN})\s?(?:vs\.?|versus)\s?{_PLAIN}"
            rf"(?:\s?(?P<unit>{UNIT}))?"
        ),
        _reader(),
    ),
    (re.compile(rf"(?<![\w.])[x×]\s?(?P<n>{_PLAIN})(?![\w×])"), _reader("x")),
    (re.compile(rf"{_START}[+−~≈]?(?P<n>{_PLAIN})\+?\s?(?P<unit>{UNIT})"), _reader()),
    (re.compile(rf"\b(?P<n>{_WORD})(?:[\s-]times|[\s-]?fold)\b"), _reader("x")),
    (re.compile(r"\b(?P<n>twice)\s+(?:as\s|the\s|[a-z]+er\b)"), _reader("x")),
    (re.compile(rf"\b(?P<n>{_WORD}|an)\s+orders?\s+of\s+magnitude"), _read_orders),
    (re.compile(rf"\b(?:a|by)\s+factor\s+(?:of\s+)?(?P<n>{_WORD}|{_PLAIN})\b"), _reader("x")),
    (
        re.compile(
            r"\b(?:less\s+than|under|within|about)\s+(?P<n>an?|one)\s+"
            r"(?P<unit>second|minute|hour|day|week)\b"
        ),
        _reader(),
    ),
    (
        re.compile(
            rf"(?<![\w.-])(?:(?P<n>{_PLAIN})\s?)?(?P<scale>[MBT]|million|billion|trillion)"
            r"[\s-]parameters?\b"
        ),
        _read_model_size,
    ),
    (
        re.compile(
            rf"(?<!\w)(?P<noun>{METRIC}){_CHANGE}\s*(?:of|by|is|=|:|at|to)?\s*(?:{_BOUND}\s+)?{_BARE}"
        ),
        _reader(),
    ),
    (
        re.compile(
            rf"\bby\s+(?:{_BOUND}\s+)?(?P<n>\d+\.\d+)(?=[,;)]|\.(?:\s|$)|\s(?:and|on|over)\b)"
        ),
        _reader(),
    ),
    (re.compile(r"\b[Rr]ank\w*\s+(?:No\.|number|#)\s?(?P<n>\d+)"), _reader(noun="rank")),
    (
        re.compile(
            r"\b(?:find|found|detect|discover|uncover|identif)\w*\s+"
            rf"(?:{_BOUND}\s+)?(?P<n>{_PLAIN})\s+"
            r"(?:new\s+|previously\s+unknown\s+|unique\s+|real\s+)*(?P<thing>[a-z]{3,}s)\b"
        ),
        lambda match: Figure(
            *match.span(), _number(match["n"]), match["thing"], noun=f"{match['thing']} found"
        ),
    ),
)


def follow_on(text: str, figures: Sequence[Figure]) -> Iterator[Figure]:
    """Find numbers that share the metric before them: 'a PSNR of 31.2 for A and 29.9 for B'."""
    for figure in figures:
        if figure.unit is None and re.fullmatch(METRIC, figure.noun):
            again = re.match(
                r"(?:[^.;]|\.\d){0,80}?\band\s+(?P<n>\d+\.\d+)(?=\s+(?:for|on|in)\b)",
                text[figure.end :],
            )
            if again:
                start, end = again.span("n")
                yield Figure(
                    figure.end + start,
                    figure.end + end,
                    _number(again["n"]),
                    None,
                    noun=figure.noun,
                )

"""Days as sources write them; a year alone stays a year."""

import re

from msgspec import Struct

from .importers import RawDate

_MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_YEAR = r"([12]\d{3})"
_ISO = re.compile(rf"{_YEAR}(?:[-/.](\d{{1,2}})(?:[-/.](\d{{1,2}}))?)?(?![\d])")
_GERMAN = re.compile(rf"(\d{{1,2}})\.[ ]?(\d{{1,2}})\.[ ]?{_YEAR}")
_SLASHES = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/{_YEAR}")
_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[ ])?([a-z]{3,9})\.?"
    rf"(?:[ ](\d{{1,2}})(?:st|nd|rd|th)?)?,?[ ]{_YEAR}"
)


class Day(Struct, frozen=True):
    """A day, or as much of it as is known."""

    whole: RawDate | None = None
    part: str | None = None  #: '2024' or '2024-05', where that is all


def day_of(year: object, month: object = None, day: object = None) -> Day:
    """Give a day from its parts, each a number or a text; a month may be a name."""
    y = _number(year)
    if y is None or not 1000 <= y <= 2999:
        return Day()
    m, d = _month(month), _number(day)
    if m is None:
        return Day(part=f"{y}")
    return Day(RawDate(m, d, y)) if d else Day(part=f"{y}-{m:02}")


def parse_day(text: str) -> Day:
    """Read '2024-05-01', '2024/05', '2024', '1 May 2024', 'May 1, 2024', '1.5.2024'.

    What may be two days, as 5/1/2024, is only a year.
    """
    text = " ".join(text.lower().split())[:60]
    if found := _ISO.match(text):
        return day_of(*found.groups())
    if found := _GERMAN.match(text):
        return day_of(found[3], found[2], found[1])
    if found := _SLASHES.match(text):
        one, two = int(found[1]), int(found[2])
        if one > 12:
            return day_of(found[3], two, one)
        return day_of(found[3], one, two) if two > 12 or one == two else day_of(found[3])
    if found := _WORDS.match(text):
        return day_of(found[4], found[2], found[1] or found[3])
    last = re.search(rf"(?<!\d){_YEAR}$", text)
    return day_of(last[1]) if last else Day()


def _number(value: object) -> int | None:
    text = str(value).strip() if isinstance(value, int | str) and value is not True else ""
    return int(text) if re.fullmatch(r"\d{1,4}", text, re.ASCII) else None


def _month(value: object) -> int | None:
    number = _number(value)
    if number is None and isinstance(value, str):
        name = value.strip().strip(".").lower()[:3]
        number = _MONTHS.index(name) + 1 if name in _MONTHS else None
    return number if number and 1 <= number <= 12 else None

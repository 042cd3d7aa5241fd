"""Lines of a pasted page: cleaning them, and telling by their shape what they can be.

The shapes know no language but the few English words that the page itself prints.
"""

import itertools
import re
from collections.abc import Sequence

from msgspec import Struct

from .importers import RawDate

_BULLET = "•·∙▪‣"
_COUNT = r"([0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,7}(?:\.[0-9]{1,3})?[kKmM]?)"
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAY = re.compile(
    rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?(?:published on )?"
    rf"(?:([a-z]{{3,9}})\.? ([0-9]{{1,2}})(?:, ?([0-9]{{4}}))?"
    rf"|([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}))"
    rf"(?: +{_COUNT})?",
    re.IGNORECASE,
)
_MONTH = re.compile(r"([a-z]{3,9})\.?,? [0-9]{4}", re.IGNORECASE)
_AUTHORS = re.compile(rf"{_COUNT} authors?", re.IGNORECASE)
_COMMENTS = re.compile(rf"(?:💬 *{_COUNT}|{_COUNT} comments?)", re.IGNORECASE)
_UPVOTES = re.compile(
    rf"(?:[▲△⬆👍🔥]\ufe0f? *{_COUNT}|upvotes?:? +{_COUNT}|{_COUNT} (?:up)?votes?|{_COUNT})",
    re.IGNORECASE,
)
#: What structured abstracts call their parts: never the title of a paper that follows.
_HEADINGS = frozenset([
    "abstract", "availability", "background", "conclusion", "conclusions", "contributions",
    "discussion", "findings", "introduction", "keywords", "limitations", "method", "methods",
    "motivation", "objective", "objectives", "overview", "purpose", "results", "significance",
    "summary",
])  # fmt: skip

_FULL_STOP = re.compile(r"[.。．｡।۔…][\"'”’»)\]）」』]*$")
_UNFINISHED = re.compile(r"[,;:，；：、–—-]$")
#: A full stop inside: behind a word of some length, so that 'vs. X' and 'No. 1' are none.
_BOUNDARY = re.compile(r"[^\W\d_]{4,}[.!?][\"'”’)\]]* +[^\W\d_a-z]|[。！？](?=.)")
_LIST_MARK = re.compile(r"(?:[-*+–—•·]|#{1,6}|\(?(?:[0-9]{1,2}|[a-z]|[ivx]{1,4})[.)]) ")
_URL = re.compile(r"https?://|\bwww\.|[a-z0-9]\.(?:com|org|net|io|co|edu)\b")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_LONGEST_TITLE = 300


class Facts(Struct, frozen=True):
    """What a line of metadata says; a line with a dot alone says nothing."""

    authors: int | None = None
    day: RawDate | None = None
    comments: int | None = None


def parse_count(text: str) -> int:
    """Read '34', '1,024' or '1.2k'."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1].lower(), 1)
    return round(float(text.rstrip("kKmM").replace(",", "")) * factor)


def parse_day(text: str) -> Facts | None:
    """Read 'Jun 19', 'Mar 10, 2023' or '2023-03-10'; a number behind it counts comments."""
    found = _DAY.fullmatch(text) if len(text) <= 60 else None
    if not found:
        return None
    name, day, year, iso_year, iso_month, iso_day, count = found.groups()
    comments = parse_count(count) if count else None
    if iso_year:
        return Facts(day=RawDate(int(iso_month), int(iso_day), int(iso_year)), comments=comments)
    months = [n for n, month in enumerate(_MONTHS, 1) if _abbreviates(name.lower(), month)]
    if not months:
        return None
    return Facts(day=RawDate(months[0], int(day), int(year) if year else None), comments=comments)


def _abbreviates(name: str, month: str) -> bool:
    return name == month or name == month[:3] or (name, month) == ("sept", "september")


def parse_facts(text: str) -> Facts | None:
    """Read a line of metadata ('• 6 authors', '·', 'Jun 19 2', or several in one line)."""
    if len(text) > 120:
        return None
    facts = Facts()
    for part in filter(None, map(str.strip, re.split(f"[{_BULLET}]", text))):
        authors, comments = _AUTHORS.fullmatch(part), _COMMENTS.fullmatch(part)
        if authors and facts.authors is None:
            facts = Facts(parse_count(authors[1]), facts.day, facts.comments)
        elif comments and facts.comments is None:
            facts = Facts(facts.authors, facts.day, parse_count(comments[1] or comments[2]))
        elif (day := parse_day(part)) and facts.day is None:
            if day.comments is not None and facts.comments is not None:
                return None
            said = facts.comments if day.comments is None else day.comments
            facts = Facts(facts.authors, day.day, said)
        else:
            return None
    return facts


def has_bullet(text: str) -> bool:
    """Tell whether a line begins like an item of the page's own lists."""
    return text[:1] in _BULLET


def parse_upvotes(text: str) -> int | None:
    """Read a line that is a number of votes: '34', '▲ 1.2k', 'Upvote 7'."""
    found = _UPVOTES.fullmatch(text) if len(text) <= 30 else None
    return parse_count(next(filter(None, found.groups()))) if found else None


def is_comment_count(text: str) -> bool:
    """Tell whether a line is a number of comments and nothing else."""
    facts = parse_facts(text)
    return facts is not None and facts == Facts(comments=facts.comments) != Facts()


def is_count(text: str) -> bool:
    """Tell whether a line is a number of votes or of comments and nothing else."""
    return parse_upvotes(text) is not None or is_comment_count(text)


def looks_like_metadata(text: str) -> bool:
    """Tell whether a line is metadata, an item with the page's bullet, or 'May 2020'."""
    month = _MONTH.fullmatch(text)
    is_month = month is not None and any(_abbreviates(month[1].lower(), name) for name in _MONTHS)
    return has_bullet(text) or is_month or parse_facts(text) is not None


def reads_as_prose(text: str) -> bool:
    """Tell whether *text* reads as part of an abstract rather than as a title."""
    if len(text) > 200 or _URL.search(text):
        return True
    ends = _FULL_STOP.search(text) is not None or _BOUNDARY.search(text) is not None
    return ends and not _in_title_case(text)


def may_be_first_title(text: str) -> bool:
    """Tell whether *text* may be a title where one is due: nearly anything that is not long."""
    if has_bullet(text) or not any(char.isalnum() or char > "\u2000" for char in text):
        return False
    return len(text) <= _LONGEST_TITLE or (len(text) <= 1000 and not _BOUNDARY.search(text))


def may_be_next_title(before: str, text: str) -> bool:
    """Tell whether *text* behind the paragraph *before* may be the title of another paper.

    Metadata is missing there, so the line itself must look like a title and like nothing else.
    """
    words = _WORD.findall(text[: _LONGEST_TITLE + 1])
    if len(text) > _LONGEST_TITLE or not (words or any(char > "\u2000" for char in text)):
        return False
    if _LIST_MARK.match(text) or _URL.search(text) or _UNFINISHED.search(text):
        return False
    if text.casefold() in _HEADINGS or _UNFINISHED.search(before) or looks_like_metadata(text):
        return False
    if _in_title_case(text):
        return True
    if _FULL_STOP.search(text) or _BOUNDARY.search(text) or _goes_on(words):
        return False
    is_short_title = ":" in text or text.endswith("?") or all(map(_has_capital, words))
    has_no_case = text.lower() == text.upper()
    return has_no_case or len(words) >= 4 or is_short_title


def _goes_on(words: Sequence[str]) -> bool:
    """Tell whether a line begins as the rest of a sentence does: 'and …', but not 'iNeRF …'."""
    return bool(words) and words[0].isalpha() and words[0].islower() and words[0].isascii()


def _in_title_case(text: str) -> bool:
    long_words = [word for word in itertools.islice(_WORD.findall(text), 60) if len(word) > 3]
    capitals = sum(map(_has_capital, long_words))
    return len(long_words) >= 2 and capitals >= 0.75 * len(long_words)


def _has_capital(word: str) -> bool:
    return word.lower() != word

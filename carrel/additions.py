"""What a person wants to add, in a word: an id, an address or a title → an entry."""

import re
from collections.abc import Callable

from msgspec.structs import replace

from .addresses import read_address
from .cleaning import clean_line
from .identifiers import find_doi, parse_arxiv
from .importers import RawEntry, Reading
from .problems import Position, Problem, SiteError
from .source_records import Collector, Record

FORMAT = "add"

Ask = Callable[[str], RawEntry | str]


def read_addition(what: str, title: str | None, ask: Ask | None) -> tuple[Reading, str]:
    """Give the entry for *what*, and what is to be said of it; *ask* gets what arXiv knows.

    Without an answer the entry has what *what* itself tells, and its id or address for a title.
    """
    what = clean_line(what)
    is_address = re.match(r"https?://", what, re.IGNORECASE) is not None
    is_id = is_address or " " not in what
    arxiv = parse_arxiv(what) if is_id else None
    doi = find_doi(what) if is_id and not arxiv else None
    if is_address and not read_address(what):
        raise SiteError(Problem(Position("add"), f"'{what}' is no address", "write it in full"))
    said = ""
    if arxiv and ask:
        answer = ask(arxiv)
        if isinstance(answer, RawEntry):
            entry = replace(answer, where=Position("arXiv"))
            return Reading((replace(entry, title=title) if title else entry,)), ""
        said = answer
    placeholder = f"arXiv:{arxiv}" if arxiv else f"doi:{doi}" if doi else what
    collector = Collector("add")
    collector.add(
        Record(
            line=0,
            title=title or placeholder,
            raw_title=title or placeholder,
            arxiv=(arxiv or "",),
            doi=(doi or "",),
            addresses=(("", what),) if is_address else (),
        )
    )
    reading = collector.reading()
    if not reading.entries:
        raise SiteError(Problem(Position("add"), f"'{what[:80]}' can be no title"))
    is_named = title is not None or not (is_address or arxiv or doi)
    hint = "" if is_named else "its title is to be written"
    return reading, "; ".join(filter(None, (said, hint)))

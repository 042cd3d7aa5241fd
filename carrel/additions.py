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


#: What is written where an address or an id is meant: 'github.com/a/b', 'ftp://a.b', '2408.1'.
_NO_TITLE = re.compile(
    r"[a-z][a-z0-9+.-]*:\S+|[\w-]+(?:\.[\w-]+)*/\S*|[\d.]+(?:v\d+)?", re.IGNORECASE
)


def doubt_title(title: str) -> str:
    """Say what is odd about a *title* that may be a mistyped address or id, or ''."""
    if not _NO_TITLE.fullmatch(title):
        return ""
    told = "an address begins with https://, an arXiv id is like 2408.12757"
    return f"'{title}' is taken for a title: {told}"


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
        hint = "write the title as the paper has it"
        raise SiteError(Problem(Position("add"), f"'{what[:80]}' can be no title", hint))
    is_known = bool(is_address or arxiv or doi)
    hint = "its title is to be written" if is_known and title is None else ""
    doubt = "" if is_known else doubt_title(title or what)
    if title is not None and not is_known:
        doubt = f"'{what}' is no address, arXiv id or DOI, and is left out"
    return reading, "; ".join(filter(None, (said, hint, doubt)))

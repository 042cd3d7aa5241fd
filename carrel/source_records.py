"""What any bibliography says of a paper → a raw entry, with ids and venues found where they stand.

Every importer but that of pasted pages gathers ``Record``s and hands them to a ``Collector``, so
that one rule says what is an id, a venue, an address or a name, and one report says what was lost.
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from .addresses import read_address
from .bylines import People
from .cleaning import clean_line, remove_hidden
from .days import Day
from .identifiers import find_arxiv, find_doi, parse_arxiv
from .identity import fold_arxiv
from .importers import Leftover, RawDate, RawEntry, Reading
from .latex import repair, write_formulas_out
from .problems import Position, Problem, SiteError

MAX_ENTRIES = 10_000
MAX_TITLE = 1_000  #: characters; what is longer is no title
MAX_VENUE = 300
MAX_KEYWORDS = 50
_EXCERPT = 80
_NOTHING = frozenset(["", "-", "–", "—", "?", "n/a", "na", "no", "none", "null"])
#: What stands in the place of a journal and is none.
_NO_VENUE = re.compile(r"(?:arxiv|corr\b|biorxiv|medrxiv|ssrn|preprint|research ?square)", re.I)
_ACCEPTED = re.compile(
    r"\b(?:accepted|to appear|published|appears|appeared|presented)(?: (?:as|for) [\w ]{1,40}?)?"
    r" (?:at|to|by|in)(?: the)? ([^.;\n]{2,120})",
    re.IGNORECASE,
)
_PAGES = re.compile(r",? \(?(?:pp?\.|pages?|vol\.|volume|no\.)[ ~]?\d.*$|, \d[\d()–:, -]*$", re.I)
_CSL_TYPES = frozenset([  # 'article' goes without saying
    "article-journal", "article-magazine", "article-newspaper", "bill", "book",
    "broadcast", "chapter", "classic", "collection", "dataset", "document", "entry", "event",
    "interview", "manuscript", "map", "motion_picture", "pamphlet", "paper-conference", "patent",
    "periodical", "personal_communication", "post", "post-weblog", "regulation", "report",
    "review", "review-book", "software", "song", "speech", "standard", "thesis", "webpage",
])  # fmt: skip


class Record(Struct, frozen=True):
    """A paper as a bibliography has it, its texts cleaned of what the format does to them."""

    line: int  #: 1-based, of the first line
    title: str = ""
    raw_title: str = ""
    people: People = People()
    day: Day = Day()
    abstract: str = ""
    arxiv: tuple[str, ...] = ()  #: fields that hold an arXiv id, in any form
    doi: tuple[str, ...] = ()  #: fields that hold a DOI
    fields: tuple[str, ...] = ()  #: fields in which people put ids for want of a better one
    remarks: tuple[str, ...] = ()  #: notes and comments: 'arXiv:2408.12757', 'Accepted at …'
    addresses: tuple[tuple[str, str], ...] = ()  #: (kind or '', address)
    page: str = ""  #: the page that the source has on the paper, not the paper itself
    venues: tuple[str, ...] = ()  #: journals and proceedings, the best first
    type: str = ""  #: CSL type
    citekey: str | None = None  #: what its readers cite it by
    keywords: tuple[str, ...] = ()
    organization: tuple[str, str] | None = None
    comments: int | None = None
    upvotes: int | None = None


class Collector:
    """Gathers the records of one source, and what is lost of it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._entries: list[RawEntry] = []
        self._leftovers: list[Leftover] = []

    def add(self, record: Record) -> None:
        """Take up a record; one without a title is left out and named."""
        title = repair(write_formulas_out(clean_line(record.title)))
        if not title or len(title) > MAX_TITLE:
            reason = "an entry without a title" if not title else "a title of endless length"
            self.leave(record.line, reason, record.raw_title or " ".join(record.fields))
            return
        if len(self._entries) == MAX_ENTRIES:
            message = f"more than {MAX_ENTRIES:,} entries"
            raise SiteError(Problem(Position(self._path), message, "import it in parts"))
        if not record.people.are_all:
            self.leave(record.line, "the source does not name all authors", title)
        entry = _entry(record, title, Position(self._path, record.line))
        others = _arxiv_ids(record) - {fold_arxiv(entry.arxiv or "")}
        if others:
            reason = f"the entry has another arXiv id than {entry.arxiv}, which is taken"
            self.leave(record.line, reason, ", ".join(sorted(others)))
        for address in _unusable(record):
            self.leave(record.line, "this can be no link", address)
        self._entries.append(entry)

    def leave(self, line: int, reason: str, text: str = "", last: int = 0) -> None:
        """Say that something from *line* on is not taken over."""
        text = clean_line(text[:400])
        excerpt = text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…"
        if len(self._leftovers) < MAX_ENTRIES:
            self._leftovers.append(Leftover(line, last or line, excerpt, False, reason))

    def reading(self, captured: RawDate | None = None) -> Reading:
        """Give the whole as a value."""
        return Reading(tuple(self._entries), tuple(self._leftovers), captured)


def _entry(record: Record, title: str, where: Position) -> RawEntry:
    arxiv, doi = _ids(record)
    raw = " ".join(remove_hidden(record.raw_title or record.title)[0].split())
    venue = _venue(record)
    is_preprint = arxiv and not venue and record.type == "article-journal"
    return RawEntry(
        title=title,
        where=where,
        raw_title=raw if raw != title else None,
        abstract=repair(record.abstract),
        date=record.day.whole,
        partial_date=record.day.part,
        authors=record.people.names,
        organization=record.organization,
        links=tuple(_links(record, arxiv, doi)),
        arxiv=arxiv,
        doi=doi,
        venue=venue,
        type=record.type if record.type in _CSL_TYPES and not is_preprint else None,
        citekey=record.citekey,
        keywords=tuple(filter(None, map(clean_line, record.keywords)))[:MAX_KEYWORDS],
        page=_page(record),
        comments=record.comments,
        upvotes=record.upvotes,
    )


def _ids(record: Record) -> tuple[str | None, str | None]:
    """Find the ids, from the fields made for them down to the first words of a remark."""
    urls = [url for _, url in record.addresses]
    begins = [line.strip() for remark in record.remarks for line in remark.splitlines()]
    named = [line for line in begins if re.match(r"(?:arxiv|doi)\b", line, re.IGNORECASE)]
    loose = [*record.doi, *urls, *record.fields, *record.venues, *named]
    found = [*map(parse_arxiv, record.arxiv), *map(find_arxiv, loose)]
    dois = map(find_doi, [*record.doi, *urls, *record.fields, *named])
    return next(filter(None, found), None), next(filter(None, dois), None)


def _arxiv_ids(record: Record) -> set[str]:
    """Give the arXiv ids that stand where an entry has its own; a remark may name another paper."""
    found = [*map(parse_arxiv, record.arxiv), *map(find_arxiv, record.doi)]
    return {fold_arxiv(id) for id in found if id}


def _links(record: Record, arxiv: str | None, doi: str | None) -> Iterable[tuple[str, str]]:
    """Give the addresses that say more than the ids do, each once."""
    seen = set()
    for kind, written in record.addresses:
        found, url = read_address(written) or ("", "")
        if not url or url in seen:
            continue
        is_arxiv = arxiv is not None and find_arxiv(url) is not None
        is_doi = doi is not None and re.match(r"https?://(?:dx\.)?doi\.org/", url, re.IGNORECASE)
        if not is_arxiv and not is_doi:
            seen.add(url)
            yield kind or ("paper" if found == "other" else found), url


def _unusable(record: Record) -> Iterable[str]:
    """Give what stands where addresses stand, and is neither an address nor an id."""
    for written in dict.fromkeys([*(url for _, url in record.addresses), record.page]):
        is_told = written.strip().casefold() not in _NOTHING
        if is_told and not (read_address(written) or find_arxiv(written) or find_doi(written)):
            yield written


def _page(record: Record) -> str | None:
    address = read_address(record.page)
    return address[1] if address else None


def _venue(record: Record) -> str | None:
    """Choose the venue: a journal or proceedings, else what a remark says it was accepted by."""
    accepted = [found[1] for text in record.remarks for found in _ACCEPTED.finditer(text[:2000])]
    for text in (*record.venues, *(name.partition(", ")[0] for name in accepted)):
        venue = _PAGES.sub("", clean_line(text[:2000])).strip(" ,;.") if text else ""
        if venue and len(venue) <= MAX_VENUE and not _NO_VENUE.match(venue):
            return venue
    return None

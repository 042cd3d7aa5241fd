"""The nouns of a reading list. Values only: nothing here reads, writes, resolves or renders.

paper       one entry of the list, ``content/papers/<id>.md``
term        a topic, a device, an organization …: something that papers are filed under
taxonomy    a kind of term, with a field in the front matter of papers and a folder of addresses
use         a paper's mention of a term, with what the text says of it (how many, in which role)
result      a figure that a paper states

Where a thing was written is not part of it: ``decode.Entry`` carries the positions beside it.
Mappings inside values are tuples of pairs, so that frozen means frozen.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from .addresses import host_of
from .identifiers import Orcid

#: What a limit says in ``extra``: ``hint``, what to do; ``holds``, what else has to be true of it;
#: ``inside``, that a right value may stand within what was written, as an id in an address.
Url = Annotated[
    str,
    Meta(
        pattern=r"^https?://[^\s<>\"/?#][^\s<>\"]*$",
        description="an http(s) address",
        extra={
            "holds": host_of,
            "hint": "write the whole address, as in https://example.org/paper",
        },
    ),
]
Name = Annotated[str, Meta(pattern=r"^[\s\S]*\S[\s\S]*$", description="text")]  #: not blank
PersonName = Annotated[
    str,
    Meta(
        pattern=r"^[\s\S]*[^\s\d][\s\S]*$",
        description="the name of a person",
        extra={"hint": "where only the number of authors is known, write authors_count"},
    ),
]
Slug = Annotated[
    str,
    Meta(
        pattern=r"^[^\W_][\w.-]*$",
        max_length=120,
        description="1 to 120 letters, digits, '-', '.' or '_', beginning with a letter or digit",
        extra={"hint": "write it like counting-sheep, or take it out: then it is the file's name"},
    ),
]
Arxiv = Annotated[
    str,
    Meta(
        pattern=r"^(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?$",
        description="an arXiv id such as 2408.12757, 2408.12757v2 or cs/0112017",
        extra={
            "inside": True,
            "hint": "copy it from the paper's page, into quotes: a program that takes it for a "
            "number drops the zero at its end",
        },
    ),
]
Doi = Annotated[
    str,
    Meta(
        pattern=r"^10\.\d{4,9}/\S+$",
        description="a DOI such as 10.1000/182",
        extra={"inside": True, "hint": "copy it from the paper's page, from '10.' on"},
    ),
]
CITE_KEY = r"^[A-Za-z0-9][A-Za-z0-9_:./+-]{0,99}$"
CiteKey = Annotated[
    str,
    Meta(
        pattern=CITE_KEY,
        description="up to 100 of the letters a-z, digits and '_:./+-', as in doe2026fookv",
    ),
]
_UNKNOWN = {"hint": "leave the key out where the number is not known"}
Count = Annotated[int, Meta(ge=0, description="a number that is not negative", extra=_UNKNOWN)]
Copies = Annotated[int, Meta(ge=1, extra=_UNKNOWN)]  #: of a device
Rating = Annotated[
    int, Meta(ge=1, le=5, extra={"hint": "5 is the best; leave the key out for no rating"})
]
Role = Literal["evaluated", "target", "baseline", "mentioned"]
#: What a paper can be, by the types of CSL 1.0.2.
CslType = Literal[
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book",
    "broadcast", "chapter", "classic", "collection", "dataset", "document", "entry",
    "entry-dictionary", "entry-encyclopedia", "event", "figure", "graphic", "hearing", "interview",
    "legal_case", "legislation", "manuscript", "map", "motion_picture", "musical_score",
    "pamphlet", "paper-conference", "patent", "performance", "periodical",
    "personal_communication", "post", "post-weblog", "regulation", "report", "review",
    "review-book", "software", "song", "speech", "standard", "thesis", "treaty", "webpage",
]  # fmt: skip
PaperType = Annotated[
    CslType,
    Meta(extra={"hint": "usual: article, article-journal, paper-conference, thesis, report"}),
]


#: Fields of a paper that are read as they are, and are uses of terms as well.
OWN_FIELDS = frozenset({"authors", "venue"})


class Author(Struct, frozen=True, omit_defaults=True):
    """A person who wrote a paper; an item of ``authors`` may be just the name."""

    shorthand: ClassVar[str] = "name"

    name: PersonName  #: 'Given Family', as the paper prints it
    affiliation: str | None = None
    orcid: Orcid | None = None  #: '0000-0002-1825-0097', without the address
    url: Url | None = None


class TermUse(Struct, frozen=True, omit_defaults=True):
    """A paper's mention of a term. An item may be just text: an id, a title or an alias.

    As written, either ``id`` or ``name`` is set; ``library`` fills in the id of the term meant.
    """

    shorthand: ClassVar[str] = "name"
    derived: ClassVar[frozenset[str]] = frozenset({"taxonomy"})

    taxonomy: str = ""  #: 'topics', 'hardware' …: a key of ``Site.taxonomies``
    id: str = ""
    name: Name = ""
    count: Copies | None = None  #: how many of the device, when it is told
    role: Role | None = None  #: None counts as 'evaluated'
    order: int | None = None  #: place in a reading path; only which is larger matters


class Result(Struct, frozen=True, omit_defaults=True):
    """A figure that the paper states, e.g. 'up to 1.91x serving throughput over …'."""

    metric: Name
    value: float
    to: float | None = None  #: upper end, when the paper gives a range
    unit: str | None = None  #: 'x', '%', 'ms', 'FPS' …; '' when the paper gives none
    qualifier: str | None = None  #: 'up to', 'average', 'over' …; None when stated flat
    better: Literal["higher", "lower"] | None = None
    baseline: str | None = None
    hardware: str | None = None  #: id of the device the figure was measured on
    count: Copies | None = None  #: how many of that device
    workload: str | None = None
    where: str | None = None  #: 'abstract', 'table 3' …
    headline: bool = False  #: the one figure that a list shows for the paper


class Provenance(Struct, frozen=True, omit_defaults=True):
    """Where an imported entry came from."""

    format: str  #: name of the importer: 'daily-papers'
    captured: dt.date | None = None  #: the day the source showed, never the clock of the import
    position: Annotated[int, Meta(ge=1)] | None = None  #: 1-based place in the source
    title: str | None = None  #: the title exactly as it stood, before any repair
    url: Url | None = None  #: the page that the source has on the paper
    published: str | None = None  #: '2024' or '2024-05', where the source gives no day


Links = tuple[tuple[str, tuple[Url, ...]], ...]  #: (('paper', ('https://…',)), ('code', …))
Extra = tuple[tuple[str, Any], ...]


class Paper(Struct, frozen=True, omit_defaults=True):
    """One entry of the reading list, as written in content/papers/<id>.md."""

    derived: ClassVar[frozenset[str]] = frozenset({"id", "terms", "notes", "abstract"})
    habits: ClassVar[Mapping[str, str]] = {
        "description": "summary",
        "excerpt": "summary",
        "tags": "topics",
        "lastmod": "updated",
        "modified": "updated",
        "redirect_from": "aliases",
        "author": "authors",
    }  #: keys that users of other generators write → ours

    id: str  #: file stem, e.g. 'nanoflow'; for ever, also when the address changes
    title: Name
    date: dt.date | None = None  #: when the paper appeared
    added: dt.date | None = None  #: when it joined the list; orders lists and feeds
    summary: str | None = None  #: one or two sentences: what it shows
    why: str | None = None  #: one sentence by the curator: why it is on the list
    authors: tuple[Author, ...] = ()
    authors_count: Count | None = None  #: when only the number is known
    terms: tuple[TermUse, ...] = ()  #: topics, devices, organizations … in the order written
    links: Links = ()
    arxiv: Arxiv | None = None  #: text, so that the trailing 0 of '2303.10130' survives
    doi: Doi | None = None
    venue: str | None = None
    type: PaperType = "article"
    citekey: CiteKey | None = None  #: what citations call it; None: ``citing`` makes a key
    results: tuple[Result, ...] = ()
    status: Literal["queued", "reading", "read", "skipped"] | None = None
    rating: Rating | None = None
    comments: Count | None = None  #: on the digest's page, when it was captured
    upvotes: Count | None = None
    draft: bool = False
    slug: Slug | None = None  #: the last part of the address; None: the id
    aliases: tuple[str, ...] = ()  #: earlier addresses, e.g. 'old/address/'
    updated: dt.date | None = None
    correction: str | None = None  #: one sentence: what was wrong until ``updated``
    template: str | None = None
    extra: Extra = ()
    source: Provenance | None = None
    notes: str = ""  #: Markdown below the front matter, without the abstract
    abstract: str = ""  #: Markdown under '## Abstract': the authors' words

    @property
    def url(self) -> str:
        """Address below the site's root, e.g. 'papers/nanoflow/'."""
        return f"papers/{self.slug or self.id}/"

    @property
    def arxiv_stem(self) -> str | None:
        """The arXiv id without its version: what identifies the paper."""
        return re.sub(r"v\d+$", "", self.arxiv) if self.arxiv else None

    @property
    def listed(self) -> dt.date | None:
        """The day that orders lists: when it joined, else when it appeared."""
        return self.added or self.date


class Fact(Struct, frozen=True):
    """One thing known of a device: name, value, unit, and where it is published."""

    name: str
    value: str  #: as text: '80', '40 or 80'
    unit: str | None = None
    source: Url | None = None


class Term(Struct, frozen=True):
    """A topic, device, organization …, as written in content/<taxonomy>/<id>.md.

    A term of an open vocabulary needs no file: then only ``id`` and ``title`` are known.
    """

    derived: ClassVar[frozenset[str]] = frozenset({"id", "taxonomy", "body"})
    habits: ClassVar[Mapping[str, str]] = {"description": "summary", "name": "title"}

    taxonomy: str
    id: str
    title: Name
    aliases: tuple[Name, ...] = ()  #: other names of it, as people write them
    parent: str | None = None  #: as written: an id, a title or an alias of the same taxonomy
    level: Literal["vendor", "family", "architecture", "device", "class"] | None = None
    kind: Literal["gpu", "tpu", "npu", "cpu", "soc", "dsp", "pim", "phone", "system"] | None = None
    vendor: str | None = None
    summary: str | None = None
    facts: tuple[Fact, ...] = ()
    links: Links = ()
    index: bool = True  #: False: counted under its ancestors, but without a page of its own
    draft: bool = False
    redirect_from: tuple[str, ...] = ()  #: earlier addresses, e.g. 'topics/old-name/'
    body: str = ""

    @property
    def url(self) -> str:
        """Address below the site's root, e.g. 'hardware/nvidia-h100/'."""
        return f"{self.taxonomy}/{self.id}/"


class ContentPage(Struct, frozen=True):
    """A page of the site's own, content/pages/<id>.md, at ``<id>/``."""

    derived: ClassVar[frozenset[str]] = frozenset({"id", "body"})
    habits: ClassVar[Mapping[str, str]] = {
        "description": "summary",
        "lastmod": "updated",
        "redirect_from": "aliases",
    }

    id: str
    title: Name
    summary: str | None = None
    updated: dt.date | None = None
    draft: bool = False
    slug: Slug | None = None
    aliases: tuple[str, ...] = ()  #: earlier addresses, e.g. 'old/address/'
    template: str | None = None
    extra: Extra = ()
    body: str = ""

    @property
    def url(self) -> str:
        """Address below the site's root, e.g. 'about/'."""
        return f"{self.slug or self.id}/"

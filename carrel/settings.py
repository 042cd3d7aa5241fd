"""The settings of a site: site_config.yaml as a value. Every key but the title has a default."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, get_args
from urllib.parse import quote, urlsplit

from msgspec import Meta, Struct
from msgspec.structs import fields as struct_fields
from msgspec.structs import replace

from .decode import Entry, decode
from .model import OWN_FIELDS, Name, Paper, Url
from .naming import name_fault
from .problems import Problem, SiteError, did_you_mean


class Owner(Struct, frozen=True):
    """Who keeps the list; never an author of its papers."""

    shorthand: ClassVar[str] = "name"

    name: Name
    url: Url | None = None
    email: str | None = None


class NavItem(Struct, frozen=True):
    """A way in that the header shows."""

    title: Name
    url: str  #: below the site's root ('topics/') or a whole address


class Taxonomy(Struct, frozen=True):
    """A kind of term: adding one gives a front-matter key, an index, term pages and feeds."""

    derived: ClassVar[frozenset[str]] = frozenset({"name"})

    name: str = ""  #: 'hardware': folder in content/, first part of the address
    field: str = ""  #: the front-matter key of papers; default: the name
    title: str = ""  #: 'Hardware'; default: the name with a capital
    singular: str = ""  #: 'device'; default: the field
    vocabulary: Literal["open", "closed"] | None = None  #: closed: an unknown term is an error
    feeds: bool = True
    ordered: bool | None = None  #: True: papers stand in the order that their uses give


class Feeds(Struct, frozen=True):
    """What feeds hold, and how their items are named."""

    limit: Annotated[int, Meta(ge=1)] = 30
    id_base: str = ""  #: tag URI that item ids begin with; default: made from base_url


ListFile = Literal["atom", "json", "bib", "ris", "csl", "csv", "opml", "cff", "api", "filter"]
PaperFile = Literal["bib", "ris", "csl", "md", "json"]
TermFile = Literal["atom", "json", "bib", "ris", "csl", "csv"]


class Outputs(Struct, frozen=True):
    """Which files for other programs there are, beside the pages and the RSS feeds.

    A large list has few of them, unless more are wanted: those for papers and terms are many.
    """

    list: tuple[ListFile, ...] = get_args(ListFile)  #: for the whole list
    paper: tuple[PaperFile, ...] = ()  #: for each paper; 'md' is its page as Markdown
    term: tuple[TermFile, ...] = ()  #: for each topic, device …
    pair: tuple[TermFile, ...] = ()  #: for each pair of a topic and a device with a page


class Pairs(Struct, frozen=True):
    """Which two taxonomies are set against each other, and when a pair of terms gets a page."""

    of: tuple[Name, ...] = (
        "topics",
        "hardware",
    )  #: columns and rows; none: no matrix
    min: Annotated[int, Meta(ge=1)] = 3  #: papers that a pair needs for a page of its own


class Images(Struct, frozen=True):
    """Which pictures content may show."""

    hosts: tuple[str, ...] = ()  #: hosts whose pictures may be shown; a picture counts readers


class Metadata(Struct, frozen=True):
    """What a paper's page says to citation managers."""

    saved_address: Literal["paper", "page"] = "paper"  #: which address they keep: its own, or ours


class Publish(Struct, frozen=True):
    """What `carrel publish` puts beside the site."""

    #: the list's own domain, for GitHub Pages: the file CNAME of the published branch
    cname: (
        Annotated[
            str,
            Meta(
                pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$",
                description="a domain such as papers.example.org",
            ),
        ]
        | None
    ) = None


#: The kinds of terms that Carrel knows by itself. Their fields are always legal in a paper;
#: pages are made for those that a site declares, by default for the first three.
SHIPPED = {
    taxonomy.name: taxonomy
    for taxonomy in (
        Taxonomy("topics", "topics", "Topics", "topic", "closed"),
        Taxonomy("hardware", "hardware", "Hardware", "device", "closed"),
        Taxonomy("organizations", "organization", "Organizations", "organization", "open"),
        Taxonomy("series", "series", "Reading paths", "reading path", "open", ordered=True),
        Taxonomy("venues", "venue", "Venues", "venue", "open"),
        Taxonomy("authors", "authors", "Authors", "author", "open"),
    )
}
#: First parts of addresses, and names of data files, that are not a taxonomy's.
DEFAULT_TAXONOMIES = ("topics", "hardware", "organizations")


class Site(Struct, frozen=True):
    """site_config.yaml."""

    derived: ClassVar[frozenset[str]] = frozenset({"sections", "vacant", "index_links"})

    title: Name
    description: str = ""
    base_url: Url = "http://localhost:8000/"  #: ends with a slash
    language: str = "en"  #: BCP 47 tag; chooses texts/<language>.yaml, dates and plurals
    author: Owner | None = None
    theme: str = "reading-room"
    theme_options: tuple[tuple[str, Any], ...] = ()
    output_dir: str = "_site"
    nav: tuple[NavItem, ...] = ()  #: empty: papers, the taxonomies, the archive
    taxonomies: tuple[tuple[str, Taxonomy | None], ...] = ()
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 50
    pairs: Pairs = Pairs()
    feeds: Feeds = Feeds()
    outputs: Outputs = Outputs()
    related: Annotated[int, Meta(ge=0, le=20)] = 5  #: papers that a paper's page leads to
    search: Literal["on", "off"] = "off"  #: full-text search; its indexer is an extra
    images: Images = Images()
    metadata: Metadata = Metadata()
    publish: Publish = Publish()

    sections: tuple[str, ...] = ()  #: of ``SECTIONS``, those that the list has
    vacant: tuple[str, ...] = ()  #: indexes without a term in a list that has papers: 'topics/'
    index_links: bool = False  #: whether links of pages name index.html, to be read from disk

    @property
    def base_path(self) -> str:
        """The path of ``base_url``: '/' or '/repo/'."""
        return str(urlsplit(self.base_url).path)

    def address(self, url: str) -> str:
        """Give the whole address of what is at *url*, below the root."""
        return self.base_url + quote_address(url)

    @property
    def published(self) -> Mapping[str, Taxonomy]:
        """The taxonomies that get pages, by name: the default ones and the declared ones."""
        declared = dict(self.taxonomies)
        defaults = {name: SHIPPED[name] for name in DEFAULT_TAXONOMIES if name not in declared}
        return defaults | {name: kind for name, kind in declared.items() if kind is not None}

    @property
    def shown_taxonomies(self) -> frozenset[str]:
        """Those whose terms are told of a paper; it tells its authors and venue by itself."""
        others = {name for field, name in self.fields.items() if field not in OWN_FIELDS}
        return frozenset(others | self.published.keys())

    @property
    def fields(self) -> Mapping[str, str]:
        """Front-matter key → taxonomy, for every taxonomy that a paper may name."""
        known = dict(SHIPPED) | dict(self.published)
        return {taxonomy.field: name for name, taxonomy in known.items()}


#: Pages of the whole list that are only there when it has something to show.
SECTIONS = ("matrix/", "results/")
#: First parts of addresses that no taxonomy may have.
TAKEN = (
    "papers", "pages", "static", "archive", "assets", "api", "feeds", "matrix", "results", "schema",
)  # fmt: skip

#: The year in item ids by default. A tag URI names a day on which the address was in the hands
#: of its owner (RFC 4151); the year of Carrel's first release is one that never changes.
_ID_YEAR = 2026
CONFIG = "site_config.yaml"
_PLAIN = re.compile(r"(?!/)[A-Za-z0-9/._-]*")


def parse_settings(text: str) -> Entry[Site]:
    """Read site_config.yaml, with what follows from other settings filled in."""
    entry, _ = decode(Site, text, CONFIG)
    site = entry.value
    problems = list(_check_settings(entry))
    if problems:
        raise SiteError(*problems)
    base_url = site.base_url if site.base_url.endswith("/") else f"{site.base_url}/"
    taxonomies = tuple((name, _complete(name, kind)) for name, kind in site.taxonomies)
    feeds = replace(site.feeds, id_base=site.feeds.id_base.rstrip("/") or _id_base(base_url))
    return Entry(
        CONFIG, replace(site, base_url=base_url, taxonomies=taxonomies, feeds=feeds), entry.marks
    )


def quote_address(url: str) -> str:
    """Write an address below the root in the letters that addresses may have."""
    if _PLAIN.fullmatch(url):
        return url
    return quote(url.lstrip("/"), safe="/:?#[]@!$&'()*+,;=%~-._")


def _complete(name: str, kind: Taxonomy | None) -> Taxonomy | None:
    """Fill in what a declared taxonomy leaves to its name."""
    if kind is None:
        return None
    known = SHIPPED.get(name, Taxonomy(name, name, name.replace("-", " ").capitalize(), ""))
    field = kind.field or known.field
    return Taxonomy(
        name=name,
        field=field,
        title=kind.title or known.title,
        singular=kind.singular or known.singular or field.replace("_", " "),
        vocabulary=kind.vocabulary or known.vocabulary or "open",
        feeds=kind.feeds,
        ordered=bool(known.ordered) if kind.ordered is None else kind.ordered,
    )


def _check_settings(entry: Entry[Site]) -> Iterator[Problem]:
    """Find what the types of single settings cannot know."""
    site = entry.value
    if not re.fullmatch(r"https?://([\w.-]+|\[[\da-fA-F:]+\])(:\d+)?(/[^?#&']*)?", site.base_url):
        hint = "write it like https://name.github.io/repo/"
        yield Problem(entry.mark("base_url"), f"'{site.base_url}' is no address of a site", hint)
    taken = {field.name for field in struct_fields(Paper)} - OWN_FIELDS
    fields: dict[str, str] = {kind.field: name for name, kind in SHIPPED.items()}
    for name, kind in site.taxonomies:
        where = entry.mark(f"taxonomies.{name}")
        fault = name_fault(name)
        if fault or name in TAKEN:
            reason = fault or "this address is taken"
            hint = "give it another name: it is a folder and part of addresses"
            yield Problem(where, f"'{name}' cannot be a taxonomy: {reason}", hint)
        if kind and not re.fullmatch(r"[a-z][a-z0-9_-]*|", kind.field):
            hint = "use small letters, digits, '-' and '_'"
            yield Problem(where, f"'{kind.field}' cannot be a key of papers", hint)
        field = (kind.field if kind else "") or (SHIPPED[name].field if name in SHIPPED else name)
        if field in taken or fields.get(field, name) != name:
            owner = f"the taxonomy '{fields[field]}'" if field in fields else "papers themselves"
            hint = "choose another name for the field"
            yield Problem(where, f"the field '{field}' belongs to {owner}", hint)
        fields[field] = name
    yield from _check_pairs(entry)
    for n, item in enumerate(site.nav):
        # A browser leaves out blanks and controls before it looks at the scheme.
        if re.match(
            r"(?!https?://)([a-z][a-z0-9+.-]*:|//)", re.sub(r"[\0-\x20]", "", item.url), re.I
        ):
            hint = "write an address below the site's root, such as topics/, or one with https"
            yield Problem(entry.mark(f"nav[{n}]"), f"'{item.url}' is no address", hint)


def _check_pairs(entry: Entry[Site]) -> Iterator[Problem]:
    names, where = entry.value.pairs.of, entry.mark("pairs.of")
    if names and (len(names) != 2 or names[0] == names[1]):
        hint = "write them like of: [topics, hardware]"
        yield Problem(where, f"pairs are of two taxonomies, found {len(set(names))}", hint)
    elif "pairs.of" in entry.marks:
        known = entry.value.published
        for name in (name for name in names if name not in known):
            hint = did_you_mean(name, known, f"there are: {', '.join(known)}")
            yield Problem(where, f"there is no taxonomy '{name}'", hint)


def _id_base(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"tag:{parts.hostname},{_ID_YEAR}:{parts.path.strip('/')}".rstrip("/")

"""The settings of a site: site_config.yaml as a value. Every key but the title has a default."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct
from msgspec.structs import fields as struct_fields
from msgspec.structs import replace

from .decode import Entry, decode
from .model import OWN_FIELDS, Name, Paper, Url
from .naming import name_fault
from .problems import Problem, SiteError


class Owner(Struct, frozen=True):
    """Who keeps the list; never an author of its papers."""

    shorthand: ClassVar[str] = "name"

    name: str
    url: Url | None = None
    email: str | None = None


class NavItem(Struct, frozen=True):
    """A way in that the header shows."""

    title: str
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


class Feeds(Struct, frozen=True):
    """What feeds hold, and how their items are named."""

    limit: Annotated[int, Meta(ge=1)] = 30
    id_base: str = ""  #: tag URI that item ids begin with; default: made from base_url


class Images(Struct, frozen=True):
    """Which pictures content may show."""

    hosts: tuple[str, ...] = ()  #: hosts whose pictures may be shown; a picture counts readers


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
        Taxonomy("venues", "venue", "Venues", "venue", "open"),
        Taxonomy("authors", "authors", "Authors", "author", "open"),
    )
}
DEFAULT_TAXONOMIES = ("topics", "hardware", "organizations")


class Site(Struct, frozen=True):
    """site_config.yaml."""

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
    feeds: Feeds = Feeds()
    images: Images = Images()
    publish: Publish = Publish()

    @property
    def base_path(self) -> str:
        """The path of ``base_url``: '/' or '/repo/'."""
        return str(urlsplit(self.base_url).path)

    @property
    def published(self) -> Mapping[str, Taxonomy]:
        """The taxonomies that get pages, by name: the default ones and the declared ones."""
        declared = dict(self.taxonomies)
        defaults = {name: SHIPPED[name] for name in DEFAULT_TAXONOMIES if name not in declared}
        return defaults | {name: kind for name, kind in declared.items() if kind is not None}

    @property
    def fields(self) -> Mapping[str, str]:
        """Front-matter key → taxonomy, for every taxonomy that a paper may name."""
        known = dict(SHIPPED) | dict(self.published)
        return {taxonomy.field: name for name, taxonomy in known.items()}


#: The year in item ids by default. A tag URI names a day on which the address was in the hands
#: of its owner (RFC 4151); the year of Carrel's first release is one that never changes.
_ID_YEAR = 2026
CONFIG = "site_config.yaml"


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
    )


def _check_settings(entry: Entry[Site]) -> Iterator[Problem]:
    """Find what the types of single settings cannot know."""
    site = entry.value
    if not re.fullmatch(r"https?://([\w.-]+|\[[\da-fA-F:]+\])(:\d+)?(/[^?#]*)?", site.base_url):
        hint = "write it like https://name.github.io/repo/"
        yield Problem(entry.mark("base_url"), f"'{site.base_url}' is no address of a site", hint)
    taken = {field.name for field in struct_fields(Paper)} - OWN_FIELDS
    fields: dict[str, str] = {kind.field: name for name, kind in SHIPPED.items()}
    for name, kind in site.taxonomies:
        where = entry.mark(f"taxonomies.{name}")
        fault = name_fault(name)
        if fault or name in ("papers", "pages", "static", "archive", "assets"):
            reason = fault or "this address is taken"
            yield Problem(where, f"'{name}' cannot be a taxonomy: {reason}")
        if kind and not re.fullmatch(r"[a-z][a-z0-9_-]*|", kind.field):
            hint = "use small letters, digits, '-' and '_'"
            yield Problem(where, f"'{kind.field}' cannot be a key of papers", hint)
        field = (kind.field if kind else "") or (SHIPPED[name].field if name in SHIPPED else name)
        if field in taken or fields.get(field, name) != name:
            owner = f"the taxonomy '{fields[field]}'" if field in fields else "papers themselves"
            hint = "choose another name for the field"
            yield Problem(where, f"the field '{field}' belongs to {owner}", hint)
        fields[field] = name
    for n, item in enumerate(site.nav):
        if re.match(r"(?!https?:)[a-zA-Z][\w+.-]*:", item.url):
            hint = "write an address below the site's root, such as topics/, or one with https"
            yield Problem(entry.mark(f"nav[{n}]"), f"'{item.url}' is no address", hint)


def _id_base(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"tag:{parts.hostname},{_ID_YEAR}:{parts.path.strip('/')}".rstrip("/")

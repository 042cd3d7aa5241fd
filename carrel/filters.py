"""The filters of templates: addresses, dates, numbers, text for feeds. Pure functions."""

import datetime as dt
import functools
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from .outputs import MARK
from .settings import Site, quote_address
from .units import write_number

if TYPE_CHECKING:
    from babel import Locale

    from .references import Reference
    from .views import Card, FeedItem, Group, PaperView, TermView

_WHOLE = re.compile(r"https?:|mailto:|#")


def build_filters(site: Site) -> dict[str, Callable[..., Any]]:
    """Give the filters by name, as the settings and the language make them.

    Each loads what it needs when it is first used, so that a plain theme loads little.
    """

    def absolute(url: str) -> str:
        """Give the whole address, for feeds and metadata."""
        return url if _WHOLE.match(url) else site.address(url)

    def day(value: dt.date) -> str:
        """Give a date in words: '12 December 2025'."""
        from babel.dates import format_date

        return format_date(_date(value), "long", locale=find_locale(site.language))

    def month(value: dt.date) -> str:
        """Give the month of a date in words: 'December 2025'."""
        from babel.dates import format_date

        return format_date(_date(value), "LLLL y", locale=find_locale(site.language))

    def citation_tags(paper: "PaperView") -> Iterator[tuple[str, str]]:
        """Give what a paper's page tells citation managers, as (name, content) of meta tags."""
        from .metadata import build_citation_tags

        return build_citation_tags(paper, site)

    def paper_data(paper: "PaperView") -> Markup:
        """Give a paper's page as JSON-LD."""
        from .jsonld import build_paper_data

        return write_json(build_paper_data(paper, site))

    def list_data(
        groups: "Iterable[Group]",
        name: str,
        url: str,
        total: int | None = None,
        about: "TermView | None" = None,
    ) -> Markup:
        """Give a list as JSON-LD; without *total* it counts what is on the page."""
        from .jsonld import build_list_data

        return write_json(build_list_data(groups, site, name, url, total, about))

    def site_data(_: object) -> Markup:
        """Give the site as JSON-LD."""
        from .jsonld import build_site_data

        return write_json(build_site_data(site))

    def cited(reference: "Reference", form: str) -> str:
        """Give a citation in one of the formats of ``exports``, as 'text' or as 'markdown'."""
        from .exports import exports
        from .references import cite_markdown, cite_text

        sentences = {"text": cite_text, "markdown": cite_markdown}
        if form in sentences:
            return sentences[form](reference)
        return exports()[form].encode((reference,), site).decode().rstrip("\r\n")

    def json_feed(items: "Sequence[FeedItem]", bodies: Sequence[str], **feed: str | None) -> Markup:
        """Write a JSON Feed of *items*; *bodies* are their HTML, *feed* its own members."""
        from .jsonfeed import encode_json_feed

        return Markup(encode_json_feed(feed, items, bodies, site))

    def coins(card: "Card") -> str:
        """Give what a list tells citation managers of an entry."""
        from .metadata import encode_coins

        return encode_coins(card)

    def rfc3339(moment: dt.datetime | None) -> str | None:
        """Write a moment as Atom and JSON Feed have it."""
        from .jsonfeed import write_moment

        return write_moment(moment)

    def rfc822(moment: dt.datetime) -> str:
        """Write a moment as RSS has it."""
        from email.utils import format_datetime

        return format_datetime(moment)

    return {
        "absolute": absolute,
        "citation_tags": citation_tags,
        "coins": coins,
        "list_data": list_data,
        "paper_data": paper_data,
        "site_data": site_data,
        "cdata": cdata,
        "cited": cited,
        "day": day,
        "href": href,
        "htmltext": htmltext,
        "markdown_text": markdown_text,
        "iso": dt.date.isoformat,
        "json_feed": json_feed,
        "month": month,
        "number": write_number,
        "rfc3339": rfc3339,
        "rfc822": rfc822,
        "verbatim": Markup,
        "xmltext": xmltext,
    }


@functools.lru_cache(maxsize=10_000)  # every page names the same few terms, and its neighbours
def href(url: str) -> Markup:
    """Mark an address below the root, so that it works from any depth."""
    return escape(url) if _WHOLE.match(url) else Markup(f"{MARK}{escape(quote_address(url))}")


def write_json(value: object) -> Markup:
    """Write a value as JSON that may stand in a script element: nothing in it can end one."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


def cdata(text: str) -> Markup:
    """Put HTML into a feed as it is."""
    return Markup("<![CDATA[{}]]>").format(Markup(str(text).replace("]]>", "]]]]><![CDATA[>")))


def xmltext(text: str) -> Markup:
    """Escape a title for RSS: readers differ in how often they unescape '&amp;'."""
    escaped = str(text).replace("&", "&#x26;").replace("<", "&#x3C;").replace(">", "&#x3E;")
    return Markup(escaped)


def htmltext(text: str) -> Markup:
    """Write plain text where RSS has HTML, as in descriptions: it is unescaped twice."""
    return xmltext(html.escape(text, quote=False))


def markdown_text(text: str) -> Markup:
    """Write plain text into a page that is itself Markdown."""
    from .references import escape_markdown

    return Markup(escape_markdown(text))


def _date(value: dt.date) -> dt.date:
    """Refuse what is no date: the formatter would take None for today."""
    if not isinstance(value, dt.date):
        raise TypeError(f"expected a date, found {value!r}")
    return value


@functools.cache
def find_locale(language: str) -> "Locale":
    """Give the habits of a language; English ones where none are known."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")

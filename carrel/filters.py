"""The filters of templates: addresses, dates, numbers, text for feeds. Pure functions."""

import datetime as dt
import html
import re
from collections.abc import Callable, Sequence
from email.utils import format_datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from markupsafe import Markup, escape

from .exports import exports
from .jsonfeed import encode_json_feed, write_moment
from .markdown import MARK
from .references import Reference, cite_markdown, cite_text, escape_markdown
from .settings import Site, quote_address
from .units import write_number
from .views import FeedItem

_WHOLE = re.compile(r"https?:|mailto:|#")


def build_filters(site: Site, locale: Locale) -> dict[str, Callable[..., Any]]:
    """Give the filters by name, as the settings and the language make them."""

    def absolute(url: str) -> str:
        """Give the whole address, for feeds and metadata."""
        return url if _WHOLE.match(url) else site.address(url)

    def day(value: dt.date) -> str:
        """Give a date in words: '12 December 2025'."""
        return format_date(_date(value), "long", locale=locale)

    def month(value: dt.date) -> str:
        """Give the month of a date in words: 'December 2025'."""
        return format_date(_date(value), "LLLL y", locale=locale)

    def cited(reference: Reference, form: str) -> str:
        """Give a citation in one of the formats of ``exports``, as 'text' or as 'markdown'."""
        sentences = {"text": cite_text, "markdown": cite_markdown}
        if form in sentences:
            return sentences[form](reference)
        return exports()[form].encode((reference,), site).decode().rstrip("\r\n")

    def json_feed(items: Sequence[FeedItem], bodies: Sequence[str], **feed: str | None) -> Markup:
        """Write a JSON Feed of *items*; *bodies* are their HTML, *feed* its own members."""
        return Markup(encode_json_feed(feed, items, bodies, site))

    return {
        "absolute": absolute,
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
        "rfc3339": write_moment,
        "rfc822": format_datetime,
        "verbatim": Markup,
        "xmltext": xmltext,
    }


def href(url: str) -> Markup:
    """Mark an address below the root, so that it works from any depth."""
    return Markup(escape(url)) if _WHOLE.match(url) else Markup(MARK) + quote_address(url)


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
    return Markup(escape_markdown(text))


def _date(value: dt.date) -> dt.date:
    """Refuse what is no date: the formatter would take None for today."""
    if not isinstance(value, dt.date):
        raise TypeError(f"expected a date, found {value!r}")
    return value


def find_locale(language: str) -> Locale:
    """Give the habits of a language; English ones where none are known."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")

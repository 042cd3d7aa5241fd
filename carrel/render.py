"""Filling a template: Page → bytes. The only module that knows Jinja.

A template sees its page's inputs, ``site`` (the settings that may show), ``page`` (its own
address), ``text()`` and ``card()``, and nothing else: the fingerprint of a page is made of just
these. An address is written ``{{ url | href }}``: a mark that is replaced once in the finished
page, so that fragments know no depth.
"""

import re
from types import TracebackType
from typing import Any

import jinja2
import jinja2.meta
import jinja2.nodes
from markupsafe import Markup, escape
from msgspec import Struct

from .filters import build_filters, find_locale
from .outputs import MARK, Later, Page
from .places import Fault
from .plain_html import plain_html
from .problems import Position, Problem, SiteError
from .settings import Site
from .themes import Forms, Theme, publish_settings
from .views import Card

MAX_PAGE_BYTES = 20_000_000
#: The address of a folder in a finished page, up to where a file of the folder can be named.
_FOLDER = re.compile(rf"""{MARK}(?:[^"'\s<>?#]*/)?(?=["'\s<>?#])""")
#: What a faulty template can raise while it is filled; anything else is a fault of Carrel.
_TEMPLATE_FAULTS = (
    jinja2.TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
)


class Rendered(Struct, frozen=True):
    """A finished file, and what was found wrong on the way (warnings, or errors)."""

    content: bytes
    problems: tuple[Problem, ...] = ()
    faults: tuple[tuple[str, str, Fault], ...] = ()  #: (content file, text in it, fault of it)


class Renderer:
    """Fills the templates of one theme with pages of one site; keeps finished cards."""

    def __init__(self, theme: Theme, site: Site) -> None:
        self._theme = theme
        self._site = site
        self._faults: list[tuple[str, str, Fault]] = []
        self._abstract = ""  #: of the paper whose page this is: the text of others
        self._page = Page("", "", {})
        self._cards: dict[str, Markup] = {}  #: by the id of the paper
        self._environment = self._make_environment()

    def forget(self) -> None:
        """Forget the cards, of which another build may have others."""
        self._cards.clear()

    def render(self, page: Page) -> Rendered:
        """Fill the page's template. Raises SiteError when the template is at fault."""
        self._faults, self._page = [], page
        problems: tuple[Problem, ...] = ()
        about_page = {"url": page.url, "root": page.url == ""}
        try:
            template = self._environment.get_template(page.template)
            inputs = {
                name: value.value if isinstance(value, Later) else value
                for name, value in page.inputs.items()
            }
            self._abstract = getattr(inputs.get("paper"), "abstract", "")
            text = template.render(inputs, page=about_page)
        except _TEMPLATE_FAULTS as error:
            raise SiteError(self._template_problem(error, page)) from error
        content = _put_addresses(text, page, self._site).encode()
        if len(content) > MAX_PAGE_BYTES:
            where = Position(page.source or page.path)
            message = f"the page {page.path} has {len(content):,} bytes"
            hint = f"a page may have {MAX_PAGE_BYTES:,}: shorten the text or lower page_size"
            problems = (Problem(where, message, hint),)
        return Rendered(content, problems, tuple(self._faults))

    def _make_environment(self) -> jinja2.Environment:
        environment = _Environment(
            self._theme,
            loader=jinja2.FunctionLoader(self._source),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        site = self._site
        environment.globals = {
            "site": publish_settings(site, self._theme),
            "text": self._text,
            "card": self._card,
            "dict": dict,
            "namespace": jinja2.utils.Namespace,
        }
        del environment.filters["random"]  # the same input gives the same bytes
        environment.filters |= build_filters(site)
        environment.filters["markdown"] = self._markdown
        return environment

    def _source(self, path: str) -> tuple[str, str, None] | None:
        """Give a template by its full path, which is also its file name in messages."""
        text = self._theme.templates.get(path)
        return None if text is None else (text, path, None)

    def _text(self, key: str, /, **values: Any) -> Markup:
        """Give an interface text with its places filled; the values are escaped."""
        try:
            found = self._theme.texts[key]
        except KeyError:
            raise jinja2.UndefinedError(f"the theme has no text '{key}'") from None
        try:
            if isinstance(found, Forms):
                found = found.choose(find_locale(self._site.language).plural_form(values["count"]))
            return Markup(escape(found)).format(**values)
        except KeyError as error:
            message = f"the text '{key}' needs a value for {error}"
            raise jinja2.UndefinedError(message) from None
        except (IndexError, ValueError) as error:
            raise jinja2.UndefinedError(f"the text '{key}' cannot be filled: {error}") from None

    def _card(self, card: Card) -> Markup:
        """Render a card once; every list that shows the paper takes the same fragment."""
        if card.id not in self._cards:
            template = self._environment.get_template("card.html")
            # A card knows no page, not even the first one that shows it.
            page, self._page = self._page, Page("", "card.html", {})
            try:
                self._cards[card.id] = Markup(template.render(paper=card))
            finally:
                self._page = page
        return self._cards[card.id]

    def _markdown(self, text: str, at: str | None = None, part: str = "") -> Markup:
        """Render Markdown that is shown at the address *at*, by default that of the page."""
        plain = plain_html(text)
        if plain is not None:
            return Markup(plain)
        from .markdown import to_html

        page = self._page
        feed = not page.path.endswith(".html")
        hosts = self._site.images.hosts
        rendered = to_html(text, page.url if at is None else at, hosts, part, feed)
        if page.source is not None:
            ours = text != self._abstract
            faults = (fault for fault in rendered.faults if ours or not fault.ours)
            self._faults += [(page.source, text, fault) for fault in faults]
        return Markup(rendered.html)

    def _template_problem(self, error: Exception, page: Page) -> Problem:
        """Say where in which template an error arose."""
        message, hint = _readable(str(error)), f"while rendering {page.path}"
        if isinstance(error, jinja2.TemplateSyntaxError):
            file = error.filename or error.name  # the second where a comment has no end
            if file:
                return Problem(Position(file, error.lineno), message, hint)
        if isinstance(error, jinja2.TemplateNotFound):
            message = f"there is no template '{error.name}'"
        places = list(_frames_in(self._theme, error.__traceback__))
        if isinstance(error, RecursionError):
            message, places = "this template includes itself without end", places[:1]
        where = places[-1] if places else Position(page.source or self._theme.layers[1])
        return Problem(where, message, hint)


class _Environment(jinja2.Environment):
    """Names of templates, as the theme chain understands them."""

    def __init__(self, theme: Theme, **options: Any) -> None:
        super().__init__(**options)
        self._theme = theme

    def join_path(self, template: str, parent: str) -> str:
        """Let 'parent/x.html' mean x.html one step behind the template that says so."""
        if not template.startswith("parent/"):
            return template
        name = template.removeprefix("parent/")
        layer = next(
            number for number, folder in enumerate(self._theme.layers) if parent.startswith(folder)
        )
        found = self._theme.find(name, layer + 1)
        if found is None:
            raise jinja2.TemplateNotFound(template)
        return found[1]

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:
        """Load under the full path: one template, however it is named, is compiled once."""
        found = (0, name) if name in self._theme.templates else self._theme.find(name)
        return super()._load_template(found[1] if found else name, globals)


def _frames_in(theme: Theme, traceback: TracebackType | None) -> list[Position]:
    """Give the places in templates that a traceback runs through."""
    places = []
    while traceback is not None:
        path = traceback.tb_frame.f_code.co_filename
        if path in theme.templates:
            places.append(Position(path, traceback.tb_lineno))
        traceback = traceback.tb_next
    return places


def references(text: str) -> tuple[str, ...]:
    """Give the templates that the text of a template names; '*' where a name is computed."""
    try:
        tree = jinja2.Environment().parse(text)
    except jinja2.TemplateSyntaxError:
        return ()  # rendering will say what is wrong with it
    names = [name or "*" for name in jinja2.meta.find_referenced_templates(tree)]
    if any(node.name == "card" for node in tree.find_all(jinja2.nodes.Name)):
        names.append("card.html")
    return tuple(dict.fromkeys(names))


def _readable(message: str) -> str:
    """Name in a message of Jinja what a template calls it, not its class."""
    message = message.replace("'carrel.themes.PublicSite object' has no attribute", "'site' has no")
    message = re.sub(r"'carrel\.\w+\.(\w+) object' has no attribute", r"a \1 has no", message)
    message = re.sub(r"^\w+\._?(?=\w+\(\))", "", message)
    return message or "this cannot be rendered"


def _put_addresses(text: str, page: Page, site: Site) -> str:
    """Replace the mark before every address by the way to the root."""
    if not page.path.endswith(".html"):
        return text.replace(MARK, site.base_url)
    if site.index_links:  # no server stands there that sends index.html for a folder
        text = _FOLDER.sub(r"\g<0>index.html", text)
    if page.path == "404.html":  # served at any depth
        return text.replace(MARK, site.base_path)
    return text.replace(MARK, "../" * page.path.count("/") or "./")

"""What is fuzzed: each target takes bytes and raises where a promise is broken.

A target knows no fuzzer, so that the tests run each of them on the same oracles.
"""

import re
from collections.abc import Callable, Mapping

import html5lib

from carrel.entries import parse_page, parse_paper, parse_term
from carrel.importers import importers
from carrel.importing import read_source
from carrel.markdown import plain_text, to_html
from carrel.plain_yaml import parse_nodes
from carrel.problems import SiteError, show_all
from carrel.settings import Site, parse_settings
from carrel.sources import CONTROLS, decode_text, fold_lines
from carrel.themes import parse_texts

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_IMPORTERS = importers()  # at once, so that a fuzzer sees into them
_FIELDS = Site(title="A list").fields
_RUNS = {"script", "style", "iframe", "object", "embed", "form", "svg", "base", "meta", "link"}


class Broken(Exception):
    """A promise that an input broke."""


def _refused(error: SiteError) -> None:
    """A refusal says something, in few words, that a terminal can show."""
    if not error.problems:
        raise Broken("a refusal without a problem")
    for text in show_all(error.problems):
        if _CONTROLS.search(text.replace("\n", " ")):
            raise Broken(f"control characters in {text!r}")
    for problem in error.problems:
        if not problem.message or problem.where.line is None:
            raise Broken(f"a problem that says nothing: {problem!r}")


def entry(content: bytes) -> None:
    """Any bytes are an entry of each kind, or are refused with a place."""
    for parse in (
        lambda text: parse_paper(text, "content/papers/x.md", "x", _FIELDS),
        lambda text: parse_term(text, "content/topics/x.md", "x", "topics"),
        lambda text: parse_page(text, "content/pages/x.md", "x"),
    ):
        try:
            parse(decode_text(content, "x.md"))
        except SiteError as error:
            _refused(error)


def yaml(content: bytes) -> None:
    """Any bytes are nodes of YAML, settings and texts of a theme, or are refused with a place."""
    parsers: tuple[Callable[[str], object], ...] = (
        lambda text: parse_nodes(text, "x.yaml"),
        parse_settings,
        lambda text: parse_texts(text, "x.yaml"),
    )
    for parse in parsers:
        try:
            parse(decode_text(content, "x.yaml"))
        except SiteError as error:
            _refused(error)


def markdown(content: bytes) -> None:
    """Whatever is written, nothing in the page or the feed can run, and no address is another's."""
    # What is no text is refused elsewhere: see ``entry``. Here that would only cost tries.
    text = CONTROLS.sub("", fold_lines(content.decode("utf-8", "ignore")))
    plain_text(text)
    for feed in (False, True):
        made = to_html(text, at="papers/x/", feed=feed).html
        for element in html5lib.parse(made, namespaceHTMLElements=False).iter():
            _check_element(element.tag, element.attrib)


def _check_element(tag: object, attributes: Mapping[object, str]) -> None:
    if tag in _RUNS:
        raise Broken(f"<{tag}>")
    for name, value in attributes.items():
        shown = re.sub(r"[\x00-\x20]", "", value).lower()
        if str(name).startswith("on") or name in ("style", "srcdoc"):
            raise Broken(f"<{tag} {name}>")
        known = re.match(r"(https?|mailto):", shown)
        if name in ("href", "src") and re.match(r"[a-z][a-z0-9+.-]*:", shown) and not known:
            raise Broken(f"<{tag} {name}={value!r}>")


def sources(content: bytes) -> None:
    """Any bytes are a source of a chosen format, or are refused; titles are text on one line.

    The first byte chooses the format.
    """
    names = sorted(_IMPORTERS)
    name = names[content[0] % len(names)] if content else "auto"
    try:
        _, reading = read_source(content[1:], "source", name)
    except SiteError as error:
        _refused(error)
        return
    for found in reading.entries:
        for text in (found.title, *found.authors):
            if not text.strip() or _CONTROLS.search(text):
                raise Broken(f"a title or name that is none: {text!r}")


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "entry": entry,
    "yaml": yaml,
    "markdown": markdown,
    "sources": sources,
}

"""The theme chain: which file a name means, the texts of the interface, the theme's options.

A name is looked up in the site's own ``templates/``, then in the theme, then in its parents.
``parent/x.html`` is the same template one step farther in the chain. A name in a folder that
does not exist there falls back to the name alone: ``hardware/term.html``, then ``term.html``.
"""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from . import __version__, nodes
from .decode import Entry, decode
from .plain_yaml import parse_nodes
from .problems import Position, Problem, SiteError, did_you_mean
from .settings import SECTIONS, Metadata, NavItem, Outputs, Owner, Site, Taxonomy
from .sources import Sources, decode_text


class Option(Struct, frozen=True):
    """A choice that a theme leaves to the site."""

    default: Any
    help: str = ""
    choices: tuple[Any, ...] = ()  #: empty: anything


class ThemeFile(Struct, frozen=True):
    """themes/<name>/theme.yaml."""

    title: str
    extends: str | None = None  #: the theme that has what this one lacks
    options: tuple[tuple[str, Option], ...] = ()


class Forms(Struct, frozen=True):
    """An interface text that depends on a number, by the plural categories of Unicode."""

    other: str
    zero: str | None = None
    one: str | None = None
    two: str | None = None
    few: str | None = None
    many: str | None = None

    def choose(self, category: str) -> str:
        """Give the text for a plural category such as 'one'."""
        found: str | None = getattr(self, category)
        return self.other if found is None else found


Texts = Mapping[str, str | Forms]


class PublicSite(Struct, frozen=True):
    """The settings that a template may see."""

    title: str
    description: str
    base_url: str
    language: str
    author: Owner | None
    nav: tuple[NavItem, ...]
    sections: tuple[str, ...]  #: 'matrix/', 'results/': pages that not every list has
    vacant: tuple[str, ...]  #: 'topics/': indexes in which nothing stands yet
    search: bool  #: whether there is a full-text index
    image_hosts: tuple[str, ...]  #: whose pictures a page may show
    taxonomies: Mapping[str, Taxonomy]
    metadata: Metadata
    outputs: Outputs  #: which files for other programs there are
    index_links: bool  #: whether links name index.html; ``href`` sees to it
    options: Mapping[str, Any]  #: of the theme
    version: str  #: of Carrel


class Theme(Struct, frozen=True):
    """A theme as the site uses it, with its parents behind it."""

    layers: tuple[str, ...]  #: folders of templates, nearest first
    templates: Mapping[str, str]  #: path → text
    texts: Texts
    options: Mapping[str, Any]  #: with the site's choices
    assets: Mapping[str, str]  #: address → path in ``Sources.assets``

    def find(self, name: str, behind: int = 0) -> tuple[int, str] | None:
        """Give (layer, path) of the template *name*, looking from layer *behind* on."""
        for candidate in (name, name.rpartition("/")[2]):
            for number, folder in enumerate(self.layers[behind:], behind):
                if folder + candidate in self.templates:
                    return number, folder + candidate
        return None


def load_theme(sources: Sources, config: Entry[Site]) -> Theme:
    """Collect what the theme of the site and its parents offer. Raises SiteError."""
    site = config.value
    chain = _chain(sources, config)
    folders = [f"themes/{name}/" for name, _ in chain]
    layers = ("templates/", *(f"{folder}templates/" for folder in folders))
    paths = [path for layer in layers for path in sources.below(layer)]
    text_folders = ["templates/texts/", *(f"{folder}texts/" for folder in folders)]
    problems: list[Problem] = []
    templates = {}
    for path in paths:
        try:
            templates[path] = decode_text(sources.texts[path], path)
        except SiteError as error:
            problems += error.problems
    texts = _load_texts(sources, text_folders, site.language, config, problems)
    options = _choose_options(chain, config, problems)
    if problems:
        raise SiteError(*problems)
    assets = {
        f"assets/{path.removeprefix(f'{folder}static/')}": path
        for folder in reversed(folders)
        for path in sorted(sources.assets)
        if path.startswith(f"{folder}static/")
    }
    return Theme(layers, templates, texts, options, assets)


def _chain(sources: Sources, config: Entry[Site]) -> list[tuple[str, ThemeFile]]:
    """Give the theme and its parents, nearest first."""
    chain: list[tuple[str, ThemeFile]] = []
    name: str | None = config.value.theme
    where = config.mark("theme")
    known = {path.split("/")[1] for path in sources.below("themes/", "/theme.yaml")}
    while name is not None:
        path = f"themes/{name}/theme.yaml"
        if name in (each for each, _ in chain):
            hint = "take 'extends' out of one of the themes"
            raise SiteError(Problem(where, f"the theme '{name}' extends itself", hint))
        if path not in sources.texts:
            hint = did_you_mean(name, known, f"there are: {', '.join(sorted(known))}")
            raise SiteError(Problem(where, f"unknown theme '{name}'", hint))
        file, _ = decode(ThemeFile, decode_text(sources.texts[path], path), path)
        chain.append((name, file.value))
        name, where = file.value.extends, file.mark("extends")
    return chain


def _choose_options(
    chain: list[tuple[str, ThemeFile]], config: Entry[Site], problems: list[Problem]
) -> dict[str, Any]:
    """Give every declared option with the site's choice or its default."""
    declared = {key: option for _, file in reversed(chain) for key, option in file.options}
    chosen = dict(config.value.theme_options)
    for key, value in chosen.items():
        where = config.mark(f"theme_options.{key}")
        if key not in declared:
            legal = f"its options: {', '.join(sorted(declared))}" if declared else "it has none"
            message = f"the theme '{config.value.theme}' has no option '{key}'"
            problems.append(Problem(where, message, did_you_mean(key, declared, legal)))
        elif declared[key].choices and value not in declared[key].choices:
            legal = ", ".join(map(str, declared[key].choices))
            message = f"the option '{key}' must be one of {legal}, found '{value}'"
            problems.append(Problem(where, message, "write one of them"))
    return {key: chosen.get(key, option.default) for key, option in declared.items()}


def _load_texts(
    sources: Sources,
    folders: list[str],
    language: str,
    config: Entry[Site],
    problems: list[Problem],
) -> dict[str, str | Forms]:
    """Read the interface texts: of the language, then of the language without its region."""
    texts: dict[str, str | Forms] = {}
    found = False
    for name in dict.fromkeys(["en", language.partition("-")[0], language]):
        for folder in reversed(folders):
            path = f"{folder}{name}.yaml"
            if path in sources.texts:
                found = found or name != "en" or language.startswith("en")
                try:
                    texts |= parse_texts(decode_text(sources.texts[path], path), path)
                except SiteError as error:
                    problems += error.problems
    if not found:
        have = {
            p.rpartition("/")[2].removesuffix(".yaml") for f in folders for p in sources.below(f)
        }
        hint = f"add templates/texts/{language}.yaml, or use one of {', '.join(sorted(have))}"
        message = f"the theme has no texts for the language '{language}'"
        problems.append(Problem(config.mark("language"), message, hint))
    return texts


class _TextFile(Struct, frozen=True):
    """texts/<language>.yaml: any keys, each a text or its plural forms."""


def parse_texts(text: str, path: str) -> dict[str, str | Forms]:
    """Read a file of interface texts."""
    node = parse_nodes(text, path)
    if not isinstance(node, nodes.Mapping):
        hint = "begin with the file of the theme, and change what is behind its colons"
        raise SiteError(Problem(Position(path, 1, 1), "expected 'key: text' lines", hint))
    kinds = {
        key.text: str if isinstance(value, nodes.Scalar) else Forms
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, nodes.Scalar)
    }
    _, texts = decode(_TextFile, text, path, also=kinds)
    return texts


def find_sections(site: Site, paths: Collection[str]) -> Site:
    """Note which of the pages that a header may lead to the outputs at *paths* fill."""
    filled = {path.split("/")[0] for path in paths if path.count("/") > 1}
    vacant = site.published.keys() - filled if "papers" in filled else set()
    return replace(
        site,
        sections=tuple(section for section in SECTIONS if f"{section}index.html" in paths),
        vacant=tuple(f"{name}/" for name in site.published if name in vacant),
    )


def publish_settings(site: Site, theme: Theme) -> PublicSite:
    """Give the settings that templates may see; a way in that leads nowhere is not among them."""
    absent = {*SECTIONS, *site.vacant} - {*site.sections}
    return PublicSite(
        site.title,
        site.description,
        site.base_url,
        site.language,
        site.author,
        tuple(item for item in site.nav if item.url not in absent),
        site.sections,
        site.vacant,
        site.search == "on",
        site.images.hosts,
        site.published,
        site.metadata,
        site.outputs,
        site.index_links,
        theme.options,
        __version__,
    )

"""The generators: what `sites/<name>/tool.toml` says of each, and how its site is laid out."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from .corpus import Corpus
from .formats import FORMATS, Format

SITES = Path(__file__).parent / "sites"
OUTPUT = "public"  #: every site is told to build this folder

#: How a development server tells open pages, '' where it does not.
Events = Literal["carrel", "livereload", "eleventy", "mkdocs", "zensical", ""]

#: Where the title of a paper is shown, on every site that is equal to the others; the first is its
#: own page. A pattern counts for every topic and device of the paper.
SHOWS = (
    "papers/{id}/index.html",
    "index.html",
    "papers/index.html",
    "archive/{year}/index.html",
    "topics/{topic}/index.html",
    "hardware/{device}/index.html",
    "feed.xml",
    "topics/{topic}/feed.xml",
    "hardware/{device}/feed.xml",
)
#: Where the title of a topic is shown, by the papers that have it.
NAMES = ("papers/{id}/index.html", "topics/index.html")


class Tool(Struct, frozen=True, forbid_unknown_fields=True):
    """sites/<name>/tool.toml: {bench}, {carrel}, {port} stand for what the machine decides."""

    title: str
    format: str  #: one of FORMATS
    version: tuple[str, ...]
    build: tuple[str, ...]
    clean: tuple[str, ...]  #: what a cold build must not find
    rebuild: tuple[str, ...] = ()  #: how to build what was built before, if there is a better way
    watch: tuple[str, ...] = ()  #: builds to disk whenever something changes
    serve: tuple[str, ...] = ()  #: serves, and tells open pages
    events: Events = ""  #: how it tells them
    environment: Mapping[str, str] = {}
    shell: str = ""  #: where the template goes that is around every page
    style: str = ""  #: where the stylesheet goes
    slots: Mapping[str, str] = {}  #: what the shell's slots are in the language of its templates
    shows: tuple[str, ...] = SHOWS
    names: tuple[str, ...] = NAMES
    own_theme: bool = False  #: whether its pages are not those of the others
    note: str = ""  #: what a reader of the tables should know


@dataclass(frozen=True, slots=True)
class Machine:
    """Where things are: the generators, and the Carrel that is measured."""

    bench: Path  #: folder that `setup.sh` filled
    carrel: Path  #: checkout

    def command(self, arguments: Sequence[str], port: int = 0) -> list[str]:
        """Fill in a command of a tool."""
        filled: list[str] = []
        for argument in arguments:
            if argument == "{carrel}":
                filled += [str(self._python()), str(self.carrel / "build.py")]
            else:
                filled.append(argument.format(bench=self.bench, port=port))
        return filled

    def has(self, tool: Tool) -> bool:
        """Whether the tool is installed."""
        program, *arguments = self.command(tool.build)
        parts = [Path(argument) for argument in arguments if argument.startswith(f"{self.bench}/")]
        return shutil.which(program) is not None and all(part.exists() for part in parts)

    def _python(self) -> Path:
        own = self.carrel / ".venv/bin/python"
        return own if own.exists() else Path(sys.executable)


def read_tool(name: str) -> Tool:
    """Read what is to be known of a generator."""
    return msgspec.toml.decode((SITES / name / "tool.toml").read_bytes(), type=Tool)


def tool_names() -> list[str]:
    """Give the names of all generators."""
    return sorted(path.parent.name for path in SITES.glob("*/tool.toml"))


class Site:
    """The site of one generator on disk, and the papers that it holds."""

    def __init__(self, name: str, folder: Path, corpus: Corpus) -> None:
        """Write the whole site into *folder*, which is emptied."""
        self.name = name
        self.tool = read_tool(name)
        self.folder = folder
        self.corpus = corpus
        self.papers = len(corpus.papers)  #: when it was made
        self.format: Format = FORMATS[self.tool.format]
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(SITES / name, folder, ignore=shutil.ignore_patterns("tool.toml"))
        files = self.format.files(corpus)
        if self.tool.shell:
            files[self.tool.shell] = fill_shell(self.tool)
        if self.tool.style:
            files[self.tool.style] = (SITES / "style.css").read_text("utf-8")
        self.save(files)

    @property
    def out(self) -> Path:
        """The folder that is built."""
        return self.folder / OUTPUT

    def change(self, corpus: Corpus) -> None:
        """Save what differs, as an editor does that writes the file itself."""
        self.save(self.plan(corpus))

    def plan(self, corpus: Corpus) -> dict[str, str]:
        """Take *corpus* for the papers of this site; give the files to be saved."""
        changes = self.format.changes(self.corpus, corpus)
        self.corpus = corpus
        return changes

    def save(self, files: Mapping[str, str]) -> None:
        """Write files of the site."""
        for path, text in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text, "utf-8")

    def clean(self) -> None:
        """Remove all that earlier builds made."""
        for name in self.tool.clean:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def fill_shell(tool: Tool) -> str:
    """Give the page around every page in the language of the tool's templates.

    A slot `[[to papers/]]` is an address of the site; any other is what the tool calls it.
    """
    before, *parts = (SITES / "shell.html").read_text("utf-8").split("[[")
    filled = [before]
    for part in parts:
        slot, _, after = part.partition("]]")
        word, _, path = slot.partition(" ")
        if word == "to":
            filled.append(tool.slots["to"].format(path=path))
        else:
            filled.append(tool.slots.get(slot, tool.slots[path or word]))
        filled.append(after)
    return "".join(filled)

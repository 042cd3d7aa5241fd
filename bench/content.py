"""Whether a site that was built says what its papers say: no time counts without it."""

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from .corpus import Corpus, Paper
from .tools import Site, Tool


def extent(folder: Path) -> tuple[int, int]:
    """Give how many files there are below a folder, and their bytes."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def showing_pages(tool: Tool, corpus: Corpus) -> list[str]:
    """Give the files that must show the title of the newest paper, its own page first."""
    return _places(tool.shows, corpus.papers[0])


def naming_pages(tool: Tool, corpus: Corpus, topic: str) -> list[str]:
    """Give some of the files that must show the title of a topic, those of old papers too."""
    filed = [paper for paper in corpus.papers if topic in paper.topics]
    some = filed[:: max(1, len(filed) // 5)]
    return list(dict.fromkeys(page for paper in some for page in _places(tool.names, paper)))


def _places(patterns: Sequence[str], paper: Paper) -> list[str]:
    """Fill in patterns, once for every topic or device that they name."""
    pages = []
    for pattern in patterns:
        topics = paper.topics if "{topic}" in pattern else ("",)
        devices = paper.hardware if "{device}" in pattern else ("",)
        for topic, device in itertools.product(topics, devices):
            names = {"id": paper.id, "year": paper.date.year, "topic": topic, "device": device}
            pages.append(pattern.format(**names))
    return pages


def lacking(out: Path, pages: list[str], word: str) -> list[str]:
    """Give those of *pages* that do not have the word."""
    return [page for page in pages if not holds(out / page, word)]


def holds(path: Path, word: str) -> bool:
    """Whether a file has a word."""
    try:
        return word.encode() in path.read_bytes()
    except OSError:
        return False


def check_site(site: Site) -> Iterator[str]:
    """Find what is wrong with a site as a whole: pages missing, texts not whole."""
    corpus, page = site.corpus, site.tool.shows[0]
    found = sum((site.out / page.format(id=paper.id)).is_file() for paper in corpus.papers)
    if found != len(corpus.papers):
        yield f"{found} pages for {len(corpus.papers)} papers"
        return
    for paper in (corpus.papers[0], corpus.papers[len(corpus.papers) // 2], corpus.papers[-1]):
        shown = visible_text((site.out / page.format(id=paper.id)).read_text("utf-8"))
        for part in expected_text(paper, corpus):
            if part not in shown:
                yield f"{paper.id} lacks '{part[:40]}'"


def expected_text(paper: Paper, corpus: Corpus) -> list[str]:
    """Give what the page of a paper must say, as a reader sees it."""
    body = re.sub(r"\]\([^)]*\)", "", paper.body)
    body = re.sub(r"^- ", "", body, flags=re.MULTILINE)
    terms = corpus.titles("topics", paper.topics) + corpus.titles("hardware", paper.hardware)
    return [paper.title, paper.summary, " ".join(re.sub(r"[*`\[]", "", body).split()), *terms]


def visible_text(page: str) -> str:
    """Give the words of a page."""
    main = page.partition("<main")[2] or page
    spaced = re.sub(r"</?(?:p|li|ul|h\d|div|dd|dt)\b[^>]*>", " ", main)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", spaced)).split())

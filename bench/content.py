"""Whether a site that was built says what its papers say: no time counts without it."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from .corpus import Corpus, Paper, slug_of
from .tools import Site, Tool


def extent(folder: Path) -> tuple[int, int]:
    """Give how many files there are below a folder, and their bytes."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def showing_pages(tool: Tool, corpus: Corpus) -> list[str]:
    """Give the files that must show the title of the newest paper."""
    newest = corpus.papers[0]
    pages = [f"{tool.paper.format(id=newest.id)}index.html", f"{tool.home}index.html"]
    folders = [f"topics/{slug_of(id)}/" for id in newest.topics]
    folders += [f"hardware/{slug_of(id)}/" for id in newest.hardware]
    if tool.lists:
        lists = ["papers/", f"archive/{newest.date.year}/", *folders]
        pages += [f"{folder}index.html" for folder in lists]
    if tool.feeds:
        pages += [f"{folder}feed.xml" for folder in ["", *folders]]
    return pages


def naming_pages(tool: Tool, corpus: Corpus, topic: str) -> list[str]:
    """Give some of the files that must show the title of a topic: old papers too."""
    filed = [paper for paper in corpus.papers if topic in paper.topics]
    some = filed[:: max(1, len(filed) // 5)]
    pages = [f"{tool.paper.format(id=paper.id)}index.html" for paper in some]
    if tool.lists:
        pages += ["topics/index.html", "papers/index.html"]
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
    tool, corpus = site.tool, site.corpus
    before, _, after = tool.paper.partition("{id}")
    folder = site.out / before
    found = sum((entry / after.strip("/") / "index.html").is_file() for entry in folder.iterdir())
    extra = sum(
        (folder / name / "index.html").is_file() for name in ("page", "category", "archive")
    )
    if found - extra != len(corpus.papers):
        yield f"{found - extra} pages of papers"
    for paper in (corpus.papers[0], corpus.papers[len(corpus.papers) // 2], corpus.papers[-1]):
        page = site.out / tool.paper.format(id=paper.id) / "index.html"
        shown = visible_text(page.read_text("utf-8"))
        for part in expected_text(paper, corpus):
            if part not in shown:
                yield f"{page.parent.name} lacks '{part[:40]}'"


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

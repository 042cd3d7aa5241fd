"""Papers and terms as the files of each generator: the same words, each in its own form."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from .corpus import Corpus, Paper

_quote = json.dumps  # JSON is YAML too


@dataclass(frozen=True, slots=True)
class Format:
    """How one generator wants its content."""

    paper_path: str  #: with {id}
    encode_paper: Callable[[Paper, Corpus], str]
    encode_terms: Callable[[Corpus], Mapping[str, str]]  #: path → text

    def files(self, corpus: Corpus) -> dict[str, str]:
        """Give all files by path."""
        papers = {self._path(p): self.encode_paper(p, corpus) for p in corpus.papers}
        return papers | dict(self.encode_terms(corpus))

    def changes(self, before: Corpus, after: Corpus) -> dict[str, str]:
        """Give the files that an edit changes or adds."""
        changed = dict(self.encode_terms(after).items() - self.encode_terms(before).items())
        known = {id(paper): paper for paper in before.papers}
        renamed = {
            (taxonomy, term)
            for taxonomy, titles in after.terms.items()
            for term, title in titles.items()
            if before.terms[taxonomy].get(term) != title
        }
        for paper in after.papers:
            uses = {("topics", term) for term in paper.topics}
            uses |= {("hardware", term) for term in paper.hardware}
            if id(paper) not in known:
                changed[self._path(paper)] = self.encode_paper(paper, after)
            elif renamed & uses:
                text = self.encode_paper(paper, after)
                if text != self.encode_paper(paper, before):
                    changed[self._path(paper)] = text
        return changed

    def _path(self, paper: Paper) -> str:
        return self.paper_path.format(id=paper.id)


def _front(pairs: Sequence[tuple[str, str]], body: str) -> str:
    return "".join(["---\n", *(f"{key}: {value}\n" for key, value in pairs), "---\n", body])


def _common(paper: Paper) -> list[tuple[str, str]]:
    return [
        ("title", _quote(paper.title)),
        ("date", paper.date.isoformat()),
        ("summary", _quote(paper.summary)),
        ("organization", _quote(paper.organization)),
        ("authors_count", str(paper.authors_count)),
    ]


def _filed(paper: Paper) -> list[tuple[str, str]]:
    return [("topics", _quote(paper.topics)), ("hardware", _quote(paper.hardware))]


def _listed_links(paper: Paper) -> str:
    return _quote([{"name": kind, "url": url} for kind, url in paper.links])


def _carrel_paper(paper: Paper, _: Corpus) -> str:
    links = ("links", _quote(dict(paper.links)))
    return _front([*_common(paper), *_filed(paper), links], paper.body)


def _carrel_terms(corpus: Corpus) -> dict[str, str]:
    return {
        f"content/{taxonomy}/{id}.md": _front([("title", _quote(title))], "")
        for taxonomy, titles in corpus.terms.items()
        for id, title in titles.items()
    }


def _hugo_paper(paper: Paper, _: Corpus) -> str:
    archive = ("archive", _quote([str(paper.date.year)]))
    links = ("links", _listed_links(paper))
    return _front([*_common(paper), *_filed(paper), archive, links], paper.body)


def _hugo_terms(corpus: Corpus) -> dict[str, str]:
    return {
        f"content/{taxonomy}/{id}/_index.md": _front([("title", _quote(title))], "")
        for taxonomy, titles in corpus.terms.items()
        for id, title in titles.items()
    }


def _eleventy_paper(paper: Paper, _: Corpus) -> str:
    links = ("links", _listed_links(paper))
    return _front([*_common(paper), *_filed(paper), links], paper.body)


def _eleventy_terms(corpus: Corpus) -> dict[str, str]:
    return {
        f"content/_data/{taxonomy}Titles.json": json.dumps(titles, indent=1)
        for taxonomy, titles in corpus.terms.items()
    }


def _pelican_paper(paper: Paper, corpus: Corpus) -> str:
    """Topics are its tags, devices its authors, years its categories."""
    pairs = [
        ("Title", paper.title),
        ("Date", paper.date.isoformat()),
        ("Slug", paper.id),
        ("Summary", paper.summary),
        ("Category", str(paper.date.year)),
        ("Tags", ", ".join(corpus.titles("topics", paper.topics))),
        ("Authors", ", ".join(corpus.titles("hardware", paper.hardware))),
        ("Organization", paper.organization),
        ("Authors_count", str(paper.authors_count)),
        ("Links", " ".join(f"{kind}|{url}" for kind, url in paper.links)),
    ]
    return "".join(f"{key}: {value}\n" for key, value in pairs if value) + "\n" + paper.body


def _mkdocs_paper(paper: Paper, corpus: Corpus) -> str:
    """Topics are its categories, devices its tags; `links` means something else to it."""
    pairs = [
        *_common(paper),
        ("slug", _quote(paper.id)),
        ("description", _quote(paper.summary)),
        ("categories", _quote(corpus.titles("topics", paper.topics))),
        ("tags", _quote(corpus.titles("hardware", paper.hardware))),
        ("addresses", _listed_links(paper)),
    ]
    head = f"# {paper.title}\n\n{paper.summary}\n\n<!-- more -->\n\n"
    return _front(pairs, head + paper.body)


def _zensical_paper(paper: Paper, corpus: Corpus) -> str:
    """It has tags and nothing else to file under."""
    tags = zip_longest(
        corpus.titles("topics", paper.topics), corpus.titles("hardware", paper.hardware)
    )
    pairs = [
        *_common(paper),
        ("description", _quote(paper.summary)),
        ("tags", _quote([tag for pair in tags for tag in pair if tag])),
    ]
    return _front(pairs, f"# {paper.title}\n\n{paper.summary}\n\n{paper.body}")


def _no_terms(_: Corpus) -> dict[str, str]:
    return {}


FORMATS = {
    "carrel": Format("content/papers/{id}.md", _carrel_paper, _carrel_terms),
    "hugo": Format("content/papers/{id}.md", _hugo_paper, _hugo_terms),
    "eleventy": Format("content/papers/{id}.md", _eleventy_paper, _eleventy_terms),
    "pelican": Format("content/{id}.md", _pelican_paper, _no_terms),
    "mkdocs": Format("docs/blog/posts/{id}.md", _mkdocs_paper, _no_terms),
    "zensical": Format("docs/papers/{id}.md", _zensical_paper, _no_terms),
}

"""Made-up papers, the same for the same number: a value, and the edits that are measured."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from .words import CODE, HARDWARE, ORGANIZATIONS, TOPICS, Dice

LAST_DAY = dt.date(2026, 10, 1)
DAYS = 3650  #: over which the papers appeared, evenly


class Paper(Struct, frozen=True):
    """One paper, as any generator can show it."""

    id: str  #: file stem and last part of the address
    title: str
    date: dt.date
    summary: str
    organization: str
    authors_count: int
    topics: tuple[str, ...]  #: ids of terms
    hardware: tuple[str, ...]  #: ids of terms
    links: tuple[tuple[str, str], ...]  #: (kind, address)
    body: str  #: Markdown, 150 to 230 words


class Corpus(Struct, frozen=True):
    """A reading list: papers, newest first, and the titles of its terms."""

    papers: tuple[Paper, ...]
    terms: Mapping[str, Mapping[str, str]]  #: taxonomy → id → title

    def titles(self, taxonomy: str, ids: Sequence[str]) -> list[str]:
        """Give the titles of terms."""
        return [self.terms[taxonomy][id] for id in ids]


def slug_of(text: str) -> str:
    """Give what stands for *text* in an address."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def make_corpus(count: int, seed: int = 7) -> Corpus:
    """Make *count* papers. Words and terms are drawn as in real lists: few often, most seldom."""
    terms = {
        "topics": {slug_of(title): title for title in TOPICS},
        "hardware": {slug_of(title): title for title in HARDWARE},
    }
    dice = Dice(seed)
    papers = []
    for number in range(count):
        # The newest has its day for itself: generators differ in the order of one day's papers.
        day = LAST_DAY - dt.timedelta(days=number * DAYS // count + (number > 0))
        papers.append(_make_paper(dice, number, day, terms))
    used = {
        "topics": {id for paper in papers for id in paper.topics},
        "hardware": {id for paper in papers for id in paper.hardware},
    }
    return Corpus(
        tuple(papers),
        {
            taxonomy: {id: title for id, title in titles.items() if id in used[taxonomy]}
            for taxonomy, titles in terms.items()
        },
    )


def edit_newest(corpus: Corpus, word: str) -> Corpus:
    """Change the title and the text of the newest paper; *word* is in both afterwards."""
    first, *others = corpus.papers
    title = re.sub(r" Edited\w*$", "", first.title) + f" {word}"
    body = re.sub(r"\nEdited\w*\.\n$", "", first.body) + f"\n{word}.\n"
    return replace(corpus, papers=(replace(first, title=title, body=body), *others))


def add_paper(corpus: Corpus, word: str) -> Corpus:
    """Add a paper, newer than all others, with *word* in its title."""
    newest = corpus.papers[0]
    title = f"A new paper {word}"
    added = replace(
        newest,
        id=slug_of(title),
        title=title,
        date=newest.date + dt.timedelta(days=1),
        links=(("paper", f"https://papers.example.org/abs/{word}"),),
    )
    return replace(corpus, papers=(added, *corpus.papers))


def rename_topic(corpus: Corpus, word: str) -> Corpus:
    """Give the newest paper's first topic another title, with *word* in it."""
    id = corpus.papers[0].topics[0]
    title = re.sub(r" Edited\w*$", "", corpus.terms["topics"][id]) + f" {word}"
    topics = {**corpus.terms["topics"], id: title}
    return replace(corpus, terms={**corpus.terms, "topics": topics})


def _make_paper(
    dice: Dice, number: int, day: dt.date, terms: Mapping[str, Mapping[str, str]]
) -> Paper:
    title = " ".join(noun.capitalize() for noun in dice.nouns(dice.between(4, 8)))
    id = f"{slug_of(title)}-{number:06d}"
    organization = dice.any_of(ORGANIZATIONS)
    links = [("paper", f"https://papers.example.org/abs/{2000 + number % 700}.{number:05d}")]
    if dice.random() < 0.5:
        links.append(("code", f"https://code.example.org/{slug_of(organization)}/{id}"))
    return Paper(
        id=id,
        title=title,
        date=day,
        summary=_sentence(dice, dice.between(14, 26)),
        organization=organization,
        authors_count=1 + dice.share(20, 18, 15, 12, 9, 7, 5, 4, 3, 2, 2, 1, 1, 1),
        topics=dice.some(tuple(terms["topics"]), 1 + dice.share(40, 30, 20, 10)),
        hardware=dice.some(tuple(terms["hardware"]), dice.share(30, 35, 25, 10)),
        links=tuple(links),
        body=_body(dice),
    )


def _sentence(dice: Dice, count: int) -> str:
    words = dice.words(count)
    words[0] = words[0].capitalize()
    if count > 12:
        words[count // 2] += ","
    return " ".join(words) + "."


def _body(dice: Dice) -> str:
    """Write one to three paragraphs with what abstracts and notes have: code, emphasis, links."""
    length, count = dice.between(150, 230), 1 + dice.share(25, 45, 30)
    listed = dice.between(3, 5) if dice.random() < 0.2 else 0
    length -= 10 * listed
    blocks = [_paragraph(dice, length // count, with_link=n == 0) for n in range(count)]
    if listed:
        items = [f"- **{dice.nouns(1)[0]}**: {_sentence(dice, 8)}" for _ in range(listed)]
        blocks.insert(dice.between(1, count), "\n".join(items))
    return "\n\n".join(blocks) + "\n"


def _paragraph(dice: Dice, length: int, *, with_link: bool) -> str:
    sentences = []
    while length > 0:
        size = min(max(length, 4), dice.between(9, 24))
        sentences.append(_sentence(dice, size))
        length -= size
    words = " ".join(sentences).split()
    # From the end to the front, so that the places stay; each is in a stretch of its own.
    stretch = len(words) // 4
    marks = [f"*{_plain(words[1])} {_plain(words[2])}*"]
    marks += [f"`{dice.any_of(CODE)}`" for _ in range(dice.between(1, 2))]
    if dice.random() < 0.5:
        marks.append(f"**{dice.nouns(1)[0]}**")
    if with_link:
        address = f"https://ref.example.net/{dice.between(10_000, 99_999)}"
        marks.append(f"[{' '.join(dice.nouns(2))}]({address})")
    for place, mark in reversed(list(enumerate(marks))):
        words.insert(1 + place * stretch % len(words) + dice.between(0, max(0, stretch - 2)), mark)
    return " ".join(words)


def _plain(word: str) -> str:
    return word.strip(".,")

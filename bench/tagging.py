"""Measures what Carrel finds in a digest against labels that people made by reading.

    python bench/tagging.py GOLD [DIGEST] [--site DIR] [--errors]

GOLD is a folder with these files; `n` is the place of a paper in the digest, from 1:

    hardware.json   [{n, mentions: [{slug, level, role, count, occurrences: [[field, from, to]]}]}]
    topics.json     {entries: [{n, topics, also_acceptable}]}
    results.json    {results: [{n, value, unit, primary, hardware}]}; a range by its upper end

A field is `title` or `abstract`; its places are those of the text as it stands in the digest,
before any repair. DIGEST is that text; without it the one .txt file in ../digest beside GOLD is
read. The vocabulary is that of the site in DIR: this repository's own, unless told otherwise.

What is counted
    mentions   a label is found when a mention of the same term overlaps it; a mention that overlaps
               no label of its term is wrong
    papers     the same by paper: is the term mentioned in it at all?
    roles      of the labels that are found: those with the right role, and the right number
    topics     what the paper would be filed under; also_acceptable is neither right nor wrong
    results    distinct pairs of value and unit, by paper
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from carrel.digest_entries import sort_lines
from carrel.digest_lines import read_lines
from carrel.entries import parse_term
from carrel.latex import repair
from carrel.mentions import find_mentions
from carrel.model import Term
from carrel.roles import read_uses
from carrel.settings import SHIPPED
from carrel.tagging import joined, results_in, tags_for
from carrel.vocabulary import Vocabulary

LEVELS = ("device", "architecture", "family", "vendor", "class")
#: How labels write a unit → how Carrel does.
UNITS = {"day": "days", "hours": "h", "minutes": "min", "seconds": "s", "hour": "h"}

Vocabularies = Mapping[str, Vocabulary]
Terms = Mapping[str, Mapping[str, Term]]


@dataclass
class Score:
    """How many were found, how many of those are right, how many there are."""

    name: str
    right: int = 0
    found: int = 0
    labelled: int = 0
    hit: int = 0  #: labels that are found; several mentions may overlap one label
    errors: list[str] = field(default_factory=list)

    def count(self, found: set[Any], labelled: set[Any], neutral: set[Any] | None = None) -> None:
        """Count one paper's sets."""
        found = found - (neutral or set())
        self.right += len(found & labelled)
        self.hit += len(found & labelled)
        self.found += len(found)
        self.labelled += len(labelled)
        self.errors += [f"missing {each}" for each in sorted(map(str, labelled - found))]
        self.errors += [f"wrong   {each}" for each in sorted(map(str, found - labelled))]

    def row(self) -> str:
        """The score as a line of the report."""
        precision = self.right / self.found if self.found else 1.0
        recall = self.hit / self.labelled if self.labelled else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return (
            f"{self.name:24} precision {precision:5.3f}  recall {recall:5.3f}  F1 {f1:5.3f}"
            f"   ({self.found} found, {self.labelled} labelled)"
        )


@dataclass
class Share:
    """How many of some are right."""

    name: str
    right: int = 0
    total: int = 0
    errors: list[str] = field(default_factory=list)

    def count(self, is_right: bool, what: str) -> None:
        """Count one."""
        self.right += is_right
        self.total += 1
        self.errors += [] if is_right else [what]

    def row(self) -> str:
        """The share as a line of the report."""
        share = self.right / self.total if self.total else 1.0
        return f"{self.name:24} accuracy  {share:5.3f}   ({self.right} of {self.total})"


def read_vocabularies(site: Path) -> Vocabularies:
    """Read the topics and the hardware of a site."""
    found = {}
    for name in ("topics", "hardware"):
        paths = sorted((site / "content" / name).glob("*.md"))
        entries = [parse_term(p.read_text("utf-8"), str(p), p.stem, name) for p in paths]
        found[name] = Vocabulary(SHIPPED[name], entries, drafts=False)
    return found


def read_papers(digest: Path) -> list[tuple[str, str]]:
    """Read title and abstract of each paper, as they stand."""
    lines = read_lines(digest.read_text("utf-8"))
    drafts = sort_lines([line for line in lines if line.text]).drafts
    return [
        (
            draft.title.text,
            "".join(("\n\n" if n.gap else "\n") + n.text for n in draft.abstract).lstrip("\n"),
        )
        for draft in drafts
    ]


def measure_hardware(
    gold: Sequence[Any], papers: Sequence[tuple[str, str]], terms: Terms, known: Vocabulary
) -> Iterator[Score | Share]:
    """Compare the mentions of devices, their roles and their numbers."""
    mentions = {level: Score(f"mentions, {level}") for level in LEVELS}
    filed = {level: Score(f"papers, {level}") for level in LEVELS}
    roles, named_roles = Share("roles"), Share("roles, without classes")
    counts = Share("counts")
    for entry in gold:
        n = entry["n"]
        title, abstract = papers[n - 1]
        text = joined(title, abstract)
        begin = {"title": 0, "abstract": len(text) - len(abstract)}
        found = find_mentions(text, terms["hardware"].values())
        uses = read_uses(text, found, len(title))
        labels = [
            (
                known.find(label["slug"])
                or known.find(label.get("canonical", ""))
                or label["slug"],
                label,
                begin[where] + start,
                begin[where] + end,
            )
            for label in entry["mentions"]
            for where, start, end in label["occurrences"]
        ]
        for use in uses:
            m = use.mention
            score = mentions[m.term.level or "class"]
            good = any(
                id == m.term.id and m.start < end and start < m.end for id, _, start, end in labels
            )
            score.found += 1
            score.right += good
            if not good:
                score.errors.append(f"wrong   {n}: {m.term.id} {around(text, m.start, m.end)}")
        for id, label, start, end in labels:
            score = mentions[label["level"]]
            score.labelled += 1
            hits = [
                use
                for use in uses
                if use.mention.term.id == id and use.mention.start < end and start < use.mention.end
            ]
            if not hits:
                score.errors.append(f"missing {n}: {id} {around(text, start, end)}")
                continue
            score.hit += 1
            where = f"{n}: {id} is {label['role']}, not {hits[0].role}: {around(text, start, end)}"
            roles.count(hits[0].role == label["role"], where)
            if label["level"] != "class":
                named_roles.count(hits[0].role == label["role"], where)
            wanted = label.get("count")
            fits = hits[0].count in wanted if isinstance(wanted, list) else hits[0].count == wanted
            told = f"{n}: {id} {wanted}, not {hits[0].count}: {around(text, start, end)}"
            if wanted or hits[0].count:
                counts.count(fits, told)
        for level in LEVELS:
            filed[level].count(
                {(n, m.term.id) for m in found if m.term.level == level},
                {(n, id) for id, label, _, _ in labels if label["level"] == level},
            )
    yield from mentions.values()
    yield from filed.values()
    yield from (roles, named_roles, counts)


def around(text: str, start: int, end: int) -> str:
    """Show some words around a place."""
    return f"…{text[max(0, start - 40) : start]}[{text[start:end]}]{text[end : end + 30]}…"


def measure_topics(
    gold: Mapping[str, Any], papers: Sequence[tuple[str, str]], terms: Terms
) -> Iterator[Score]:
    """Compare what papers are filed under."""
    score = Score("topics")
    for entry in gold["entries"]:
        n = entry["n"]
        title, abstract = map(repair, papers[n - 1])
        found = tags_for(title, abstract, {"topics": terms["topics"]})["topics"]
        score.count(
            {(n, id) for id in found},
            {(n, id) for id in entry["topics"]},
            {(n, id) for id in entry.get("also_acceptable", ())},
        )
    yield score


def measure_results(
    gold: Mapping[str, Any], papers: Sequence[tuple[str, str]], terms: Terms, known: Vocabulary
) -> Iterator[Score | Share]:
    """Compare figures."""
    score, headlines, devices = Score("results"), Share("headlines"), Share("devices of results")
    labels = gold["results"]
    numbers = {label["n"] for label in labels} | set(gold.get("entries_without_results", ()))
    for n in sorted(numbers):
        title, abstract = map(repair, papers[n - 1])
        found = {
            (float(r.value if r.to is None else r.to), unit(r.unit)): r
            for r in results_in(abstract, terms, title)
        }
        here = {
            (float(label["value"]), unit(label["unit"])): label
            for label in labels
            if label["n"] == n
        }
        score.count({(n, *key) for key in found}, {(n, *key) for key in here})
        for key, label in here.items():
            if key not in found:
                continue
            device = found[key].hardware
            wanted = label["hardware"] and (known.find(label["hardware"]) or label["hardware"])
            devices.count(device == wanted, f"{n}: {key} {wanted}, not {device}")
        for key, result in found.items():
            if result.headline:
                headlines.count(bool(here.get(key, {}).get("primary")), f"{n}: {key}")
    yield from (score, headlines, devices)


def unit(written: str | None) -> str:
    """Bring the ways to write a unit to one."""
    first, slash, rest = (written or "").partition("/")
    return re.sub(r"\s+", "", UNITS.get(first, first) + slash + rest)


def main() -> None:
    """Measure, and print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, metavar="GOLD")
    parser.add_argument("digest", type=Path, nargs="?", metavar="DIGEST")
    parser.add_argument("--site", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--errors", action="store_true", help="show what is missing or wrong")
    given = parser.parse_args()
    digests = [given.digest] if given.digest else [*given.gold.parent.glob("digest/*.txt")]
    if len(digests) != 1:
        parser.error("which text are the labels about? name it as DIGEST")
    vocabularies = read_vocabularies(given.site)
    terms = {name: kind.linked_terms(set()) for name, kind in vocabularies.items()}
    papers = read_papers(digests[0])
    gold = {
        name: json.loads((given.gold / f"{name}.json").read_text("utf-8"))
        for name in ("hardware", "topics", "results")
    }
    hardware = vocabularies["hardware"]
    for score in (
        *measure_hardware(gold["hardware"], papers, terms, hardware),
        *measure_topics(gold["topics"], papers, terms),
        *measure_results(gold["results"], papers, terms, hardware),
    ):
        shown = score.errors if given.errors else []
        sys.stdout.write("\n".join([score.row(), *(f"    {error}" for error in shown)]) + "\n")


if __name__ == "__main__":
    main()

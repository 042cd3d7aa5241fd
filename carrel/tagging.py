"""Text → the topics, devices and figures that it tells.

The rules are about language, and each stands once, in the module that follows it:
``lexicon`` how a name is compared with text, ``mentions`` what must stand beside a name that says
little, ``roles`` how many and in which part, ``figures`` which numbers are results, and here what
a paper is filed under.

What a paper is filed under
- a thing (a term with a level, such as a device) is a fact: one mention is enough
- a subject (a term without one) must be what the paper is about: named in the title, or more than
  once; where no subject is, those named once are better than none
- a term above another one that is named is left out: the paper counts for it anyway
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from .mentions import Mention, find_mentions, leave_out_above
from .model import Result, Term, TermUse
from .results import build_results
from .roles import Use, read_uses, split_sentences, strongest

__all__ = ["Mention", "results_in", "suggest", "tags_for", "uses_for"]

#: A sentence that says what the paper is about.
_STATES = re.compile(
    r"(?i)\b(?:we|this (?:paper|work|study))\b[^.;]{0,200}?\b(?:propos|present|introduc|develop|"
    r"describ|design|buil[dt]|creat|investigat|stud(?:y|ies)|explor|examin)"
)

Terms = Mapping[str, Mapping[str, Term]]  #: taxonomy → id → term, as ``Library.terms``


def suggest(text: str, terms: Iterable[Term]) -> tuple[Mention, ...]:
    """Find every mention of the *terms* in *text*, in order.

    A term is left out where one that lies below it is mentioned too: it counts anyway.
    """
    known = tuple(terms)
    return leave_out_above(find_mentions(text, known), known)


def tags_for(title: str, abstract: str, terms: Terms) -> Mapping[str, tuple[str, ...]]:
    """Give the ids of the terms to file a paper under, by taxonomy, in order of appearance."""
    uses = uses_for(title, abstract, terms)
    return {taxonomy: tuple(use.id for use in found) for taxonomy, found in uses.items()}


def uses_for(title: str, abstract: str, terms: Terms) -> Mapping[str, tuple[TermUse, ...]]:
    """Give what to file a paper under, by taxonomy; devices with their role and number."""
    read = read_paper(title, abstract, terms)
    return {
        taxonomy: tuple(term_use(taxonomy, uses) for uses in by_term.values())
        for taxonomy, by_term in read.items()
    }


def read_paper(
    title: str, abstract: str, terms: Terms
) -> Mapping[str, Mapping[str, tuple[Use, ...]]]:
    """Give the terms to file a paper under, by taxonomy, each with all that says so.

    The places are those in ``joined(title, abstract)``.
    """
    text = joined(title, abstract)
    return {
        taxonomy: _file(text, len(title), tuple(by_id.values()))
        for taxonomy, by_id in terms.items()
    }


def results_in(abstract: str, terms: Terms, title: str = "") -> tuple[Result, ...]:
    """Give the figures that a paper states of its own work, one of them as its headline."""
    text = joined(title, abstract)
    things = tuple(
        term for by_id in terms.values() for term in by_id.values() if term.level is not None
    )
    uses = read_uses(text, find_mentions(text, things), len(title))
    return build_results(text, uses, len(title))


def joined(title: str, abstract: str) -> str:
    """Give both as one text; the sign keeps a name from reaching over."""
    return f"{title}\n¶\n{abstract}"


def _file(text: str, title_end: int, known: tuple[Term, ...]) -> Mapping[str, tuple[Use, ...]]:
    mentions = find_mentions(text, known)
    times = Counter(mention.term.id for mention in mentions)
    sentences = split_sentences(text, title_end)
    starts = [sentence.start for sentence in sentences]
    states = [
        sentence.start < title_end or bool(_STATES.search(text[sentence.start : sentence.end]))
        for sentence in sentences
    ]
    telling = [
        mention
        for mention in mentions
        if mention.term.level
        or times[mention.term.id] > 1
        or states[bisect_right(starts, mention.start) - 1]
    ]
    chosen = leave_out_above(telling or mentions, known)
    by_term: dict[str, list[Use]] = defaultdict(list)
    for use in read_uses(text, chosen, title_end):
        by_term[use.mention.term.id].append(use)
    return {id: tuple(uses) for id, uses in by_term.items()}


def term_use(taxonomy: str, uses: Sequence[Use]) -> TermUse:
    """Give the one use that all *uses* of a term in a paper come to."""
    use = strongest(uses)
    if use.mention.term.level is None:
        return TermUse(taxonomy, use.mention.term.id)
    return TermUse(taxonomy, use.mention.term.id, count=use.count, role=use.role)

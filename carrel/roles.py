"""What a sentence says of a device in it: how many there are, and which part it plays.

Sentences
- the *story* of a paper begins with the first sentence that says 'we', 'our' or 'this paper';
  what stands before it, and later sentences about existing work, are background

Numbers
- a number before the name: '8 x NVIDIA A40', 'eight MI250 cards', '512-GPU', 'a single L4', or
  behind it: 'A40 x 8', 'A40 (8x)'; an article is no number
- not one that counts something else: '6 H100 hours', '4x A100 throughput'
- a number of plain GPUs counts for the one product that the sentence names

Roles
- *baseline*: behind 'compared to', 'against', 'than' and the like, or before 'counterpart'
- *mentioned*: in the background, or as part of something else ('GPU memory')
- *target*: what the work is made for ('tailored for …', 'deploy on …'), and every class of
  devices in a sentence of the story that tells no figure and no experiment
- *evaluated*: the others, and what stands in the title by its own name
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from .mentions import Mention
from .model import Role

#: Longer ones are cut, so that the time grows with the text and not faster.
MAX_SENTENCE = 2_000
#: A full stop ends a sentence, not an abbreviation; some digests have lost the space behind it.
_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bcf)(?<!\bres)(?<!\bFig)(?<!\bNo)(?<!\bal)[.!?]+[)\"']*\s+"
    r"(?=[^a-z\s])|(?<=[a-z)])\.(?=[A-Z][a-z])|[。！？]|\n+¶\n+|\n\n+"
)
#: 'we propose', but not 'we are getting close' or 'if we want'.
_OWN = re.compile(
    r"(?i)(?<!\bif )\bwe\b(?! (?:are|live|face|need|want|know|often|usually)\b)|\b(?:ours?|us)\b|"
    r"\b(?:this|the present) (?:paper|work|study|article)\b|我们|本文"
)
#: Existing work, where the sentence begins with it.
_OTHERS = re.compile(
    r"(?i)\W*(?:\w+, )?(?:[\w-]+ ){0,2}?(?:existing|previous|prior|traditional|conventional|"
    r"unfortunately|typically|many works|most of them|current)\b"
)
_EXPERIMENT = re.compile(
    r"(?i)\b(?:evaluat|experiment|benchmark|measur|test(?:ed|s)?\b|compar(?:e|ing)\b|empirical|achiev|outperform|surpass|sustain|"
    r"reach|deliver|result|speed-?ups?\b|faster|improv|reduc|accelerations?\b|finetun\w+ a)"
)
_BASELINE = re.compile(
    r"(?i)\b(?:compared (?:to|with)|in comparison (?:to|with)|against|versus|vs\.?|than|"
    r"relative to|unlike|over)\s+(?P<between>[^.;]{0,90})$"
)
_LEAVES_BASELINE = re.compile(
    r"(?i)\b(?:on|with|for|using|in|at|by|achiev\w+|across|while)\b|\d\s*(?:%|x|×)|\d[\d.]* \w+flop"
)
_COUNTERPART = re.compile(
    r"(?i)(?:[\s-]*(?:based|only))?[\s-]+(?:counterparts?|baselines?|version)\b"
)
_MADE_FOR = re.compile(
    r"(?i)\b(?:tailored|designed|optimi[sz]ed|developed|targeted|targeting|suitable|compatible|"
    r"can be used)\b[^.;]{0,60}\b(?:for|to|on|with)\s+(?:[\w-]+\s+){0,3}$"
)
#: What people wish for their models, told of the time before the work.
_DEPLOY = re.compile(
    r"(?i)\b(?:deploy\w*|running|inference on|execution on|applications? on|resource-\w+|"
    r"target\w*|real[- ]time)\b"
)
_PART_OF = re.compile(
    r"(?i)[\s-]+(?:memory|computing resources|efficiency|cores?|programs?|generations?)\b"
)
_FIGURE = re.compile(r"\d\s?(?:%|[x×]\b|times\b|GB\b|[kMGTPE]?FLOP)", re.IGNORECASE)

_WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
)
_NUMBERS = {word: number for number, word in enumerate(_WORDS, 1)} | {"single": 1, "dual": 2}
_NUMBER = rf"(?P<number>(?<![A-Za-z\d_.,-])\d{{1,3}}(?:,?\d{{3}})?|(?i:\b(?:{'|'.join(_NUMBERS)})))"
_TIMES = r"(?:\s*[x×*]\s*|[\s-]+|\s*[块张台卡个]\s*)"
#: Between number and name: '8 affordable 24 GB …', but no word that begins something new.
_BETWEEN = r"(?:(?!(?:and|or|on|in|of|to|for)\b)[a-z-]+\s+|\d+\s?[GT]B\s+){0,2}"
_MANY_BEFORE = re.compile(rf"{_NUMBER}{_TIMES}{_BETWEEN}$")
_MANY_BEHIND = re.compile(
    r"(?:\s+GPUs?)?\s*(?:\(?\s*[x×*]\s?(?P<a>\d{1,4})|\((?P<b>\d{1,4})\s?[x×])(?!\d|\.\d)"
)
#: What a number before the name counts instead.
_OF_SOMETHING = re.compile(
    r"(?i)[\s-]*(?:GPU)?[\s-]*(?:hours?|days?|performance|throughput|speed|cost|memory|"
    r"(?:micro)?architectures?|generations?|vendors?|types?|kinds?|families|platforms?)\b"
)
_RANK: Sequence[Role] = ("evaluated", "target", "baseline", "mentioned")


class Use(Struct, frozen=True):
    """A mention with what its sentence says of it."""

    mention: Mention
    role: Role
    count: int | None = None


class Sentence(Struct, frozen=True):
    """A sentence: ``text[start:end]``, and whether it tells the paper's own story."""

    start: int
    end: int
    own: bool


def split_sentences(text: str, title_end: int = 0) -> tuple[Sentence, ...]:
    """Part *text* into sentences; the title, up to *title_end*, is one of its own."""
    sentences: list[Sentence] = []
    begun = not _OWN.search(text, title_end)  # told without a 'we': all of it is the story
    for start, end in _sentence_bounds(text):
        words = text[start:end]
        told = _OWN.search(words) is not None
        begun = begun or (told and start >= title_end)
        own = begun and (told or not _OTHERS.match(words))
        sentences.append(Sentence(start, end, own or start < title_end))
    return tuple(sentences)


def _sentence_bounds(text: str) -> Iterator[tuple[int, int]]:
    """Part *text* at its full stops, and where none comes for long."""
    start = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        for cut in range(start, end, MAX_SENTENCE):
            yield cut, min(cut + MAX_SENTENCE, end)
        start = end


def read_uses(text: str, mentions: Sequence[Mention], title_end: int = 0) -> tuple[Use, ...]:
    """Read role and count of each of the *mentions* of devices from its sentence."""
    sentences = split_sentences(text, title_end)
    starts = [sentence.start for sentence in sentences]
    uses: list[Use] = []
    for n, mention in enumerate(mentions):
        sentence = sentences[bisect_right(starts, mention.start) - 1]
        uses.append(_read_use(text, mention, sentence, title_end))
        if n and not text[mentions[n - 1].end : mention.start].strip():
            # 'two Apple silicon MacBooks': the number is that of the last name.
            uses[n] = replace(uses[n], count=uses[n - 1].count)
            uses[n - 1] = replace(uses[n - 1], count=None)
    return _share_counts(uses, lambda use: bisect_right(starts, use.mention.start))


def strongest(uses: Sequence[Use]) -> Use:
    """Give the use that says most: the first of the highest role, with the largest number."""
    best = min(uses, key=lambda use: _RANK.index(use.role))
    counts = [use.count for use in uses if use.role == best.role and use.count]
    return Use(best.mention, best.role, max(counts, default=None))


def _read_use(text: str, mention: Mention, sentence: Sentence, title_end: int) -> Use:
    before = text[sentence.start : mention.start]
    behind = text[mention.end : max(mention.end, sentence.end)]
    count = _count(before, behind)
    is_class = mention.term.level == "class"
    if mention.start < title_end:
        role: Role = "mentioned" if _PART_OF.match(behind) else "target"
        return Use(mention, role if is_class else "evaluated", count)
    return Use(mention, _role(before, behind, sentence.own, is_class, count), count)


def _role(before: str, behind: str, own: bool, is_class: bool, count: int | None) -> Role:
    """Read the role from the words *before* and *behind* a mention in its sentence."""
    compared = _BASELINE.search(before)
    if compared and not _LEAVES_BASELINE.search(compared["between"]):
        return "baseline"
    if _COUNTERPART.match(behind):
        return "baseline"
    if not own:
        return "target" if _DEPLOY.search(before) or _MADE_FOR.search(before) else "mentioned"
    if is_class and _PART_OF.match(behind):
        return "mentioned"
    if is_class:
        told = _EXPERIMENT.search(before + behind)
        tried = count or re.search(r"\bon\b[^.]{0,40}$", before)
        return "evaluated" if _FIGURE.search(before + behind) or (told and tried) else "target"
    return "target" if _MADE_FOR.search(before) else "evaluated"


def _count(before: str, behind: str) -> int | None:
    """Read how many there are, or None."""
    if _OF_SOMETHING.match(behind):
        return None
    ahead = _MANY_BEFORE.search(before[-60:])
    if ahead:
        word = ahead["number"].lower()
        return _NUMBERS.get(word) or int(word.replace(",", "")) or None
    after = _MANY_BEHIND.match(behind)
    return (int(after["a"] or after["b"]) or None) if after else None


def _share_counts(uses: Sequence[Use], sentence_of: Callable[[Use], int]) -> tuple[Use, ...]:
    """Give a product without a number the number of plain devices that its sentence tells."""
    shared: list[Use] = []
    for _, group in groupby(uses, sentence_of):
        beside = tuple(group)
        products = {use.mention.term.id for use in beside if use.mention.term.level == "device"}
        counts = [use.count for use in beside if use.mention.term.level == "class" and use.count]
        for use in beside:
            alone = use.mention.term.level == "device" and len(products) == 1
            count = use.count or (max(counts, default=None) if alone else None)
            shared.append(Use(use.mention, use.role, count))
    return tuple(shared)

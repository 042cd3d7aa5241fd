"""Text → the terms that it mentions.

Names that are more than a word (see ``lexicon``) are mentions wherever they stand. For the others:

A weak name ('4090', 'L4', 'Ampere') counts where something beside it tells its meaning
- before it, its vendor or product line: 'NVIDIA 4090', "NVIDIA's recent Blackwell …"
- behind it, a noun: 'Hopper GPUs', 'the Ada architecture', '4090 显卡'; hours of it are none
- before it, a noun that opens a list: 'GPUs (A100, 4090)', 'architectures such as Turing'
- another product in the same list: 'RTX 3090 and 4090'; two names of architectures in one list
  explain each other, two numbers do not
- for an architecture, that it was explained elsewhere in the text

A vendor counts with what it makes, also across 'and'
- before the noun: 'NVIDIA and AMD GPUs', "Intel's CPUs"
- behind it: 'CPUs and GPUs from Arm, Intel and AMD'
- with anything else it is software, a model or a service: 'NVIDIA NeMo', 'AMD-Hummingbird'
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from .lexicon import AFTER, BEFORE, GAP, LINES, NOUN, Lexicon, Name, compile_names
from .model import Term

AND = r"\s*(?:,\s*(?:and|or|&)|，|、|,|/|\+|&|;|\b(?:and|or|versus|vs\.?|to)\b|和|与|及|或)\s*"
_AND = re.compile(AND)
_OPENS_LIST = (
    rf"{NOUN}\s*(?:[,，:：(（]*\s*(?:such as|like|including|namely|e\.g\.,?|i\.e\.,?|especially|"
    r"both|either)|[:：(（]|包括|如)?\s*(?:an?|the)?\s*$"
)
_NOUN_BEFORE = re.compile(rf"(?i)(?<![a-z]){_OPENS_LIST}")
#: '6 H100 hours' and '4090 GPU hours' are amounts of work.
_HOURS = r"(?:[\s-]*(?:hours?|days?|years?|h)\b)"
_NOUN_BEHIND = re.compile(
    rf"(?i)(?:-based|-class|[\s-]generation|\s+series)?[\s-]*{NOUN}(?![a-z])(?!{_HOURS})"
)
#: '3090 samples' is an amount, even in a list with a card.
_AMOUNT = re.compile(
    r"\s+(?:samples|examples|images|videos|frames|tokens|words|sentences|steps|iterations|epochs|"
    r"tasks|questions|problems|papers|kernels|operations|parameters|points|users|requests|times|"
    rf"participants|pairs|ms|s)\b|{_HOURS}"
)
_ADJECTIVES = r"(?:[a-z-]+\s+){0,2}"
#: What may stand between a vendor and its device.
_MODIFIER = (
    r"(?:CUDA|Tensor[\s-]Core|data[\s-]?cent(?:er|re)|consumer(?:[\s-]grade)?|commodity|server|"
    r"gaming|desktop|workstation|laptop|mobile|edge|embedded|discrete|integrated|high-end|modern|"
    r"recent|latest|current|older)"
)
_SOFTWARE = r"(?!\s+(?:Cloud|Operator|drivers?|SDKs?|APIs?|librar(?:y|ies)|toolkits?)\b)"
_PRODUCTS = ("device", "architecture", "family")
_NEAR = 60


class Mention(Struct, frozen=True):
    """A mention of a term: the words are ``text[start:end]``."""

    term: Term
    start: int
    end: int


class _Found(Struct):
    """A name in the text, not yet known to be a mention."""

    name: Name
    start: int
    end: int
    sure: bool


def find_mentions(text: str, terms: Iterable[Term]) -> tuple[Mention, ...]:
    """Find every mention of the *terms* in *text*, in order."""
    lexicon = compile_names(tuple(terms))
    found = [
        _Found(name := lexicon.names[match.lastindex - 1], *match.span(), not name.weak)
        for match in lexicon.pattern.finditer(text)
        if match.lastindex  # else an address
    ]
    for each in found:
        _look_around(text, each)
    _look_along(text, found)
    mentions = [Mention(each.name.term, each.start, each.end) for each in found if each.sure]
    starts, ends = [m.start for m in mentions], [m.end for m in mentions]
    for mention in _find_makers(text, lexicon):
        before = bisect_right(starts, mention.start) - 1
        if before < 0 or ends[before] <= mention.start:  # else it is part of a name
            mentions.append(mention)
    mentions.sort(key=lambda mention: (mention.start, mention.end))
    return tuple(_with_nouns(text, mentions, lexicon))


def leave_out_above(mentions: Iterable[Mention], terms: Iterable[Term]) -> tuple[Mention, ...]:
    """Leave out the mentions of terms that lie above another mentioned one: these count anyway."""
    mentions = tuple(mentions)
    lexicon = compile_names(tuple(terms))
    above = {at for mention in mentions for at in lexicon.above(mention.term)}
    return tuple(m for m in mentions if (m.term.taxonomy, m.term.id) not in above)


def _look_around(text: str, found: _Found) -> None:
    """Take the vendor before a product into its words, and see what explains a weak name."""
    term = found.name.term
    if term.vendor is None or term.level not in _PRODUCTS:
        return
    before, behind = text[max(0, found.start - _NEAR) : found.start], text[found.end :][:_NEAR]
    vendor = re.escape(term.vendor)
    prefix = re.search(rf"(?i){BEFORE}(?:(?:{vendor}|{LINES}){GAP})+$", before)
    if prefix:
        found.start -= len(prefix[0])
    if found.sure:
        return
    amount = term.level == "device" and _AMOUNT.match(behind)
    owner = re.search(rf"(?i)(?<![^\W_]){vendor}(?:['’]s?|的)\s*{_ADJECTIVES}$", before)
    noun = _NOUN_BEFORE.search(before)
    beside = noun or _NOUN_BEHIND.match(behind)
    found.sure = bool(prefix or owner or (beside and not amount))


def _look_along(text: str, found: Sequence[_Found]) -> None:
    """Let the members of a list explain each other."""
    products = [each for each in found if each.name.term.level in _PRODUCTS]
    for run in _runs(text, products):
        architectures = {e.name.term.id for e in run if e.name.term.level == "architecture"}
        sure = {each.name.term.level for each in run if each.sure}
        for each in run:
            level = each.name.term.level
            amount = level == "device" and _AMOUNT.match(text, each.end)
            beside = sure or (level == "architecture" and len(architectures) > 1)
            each.sure = each.sure or (bool(beside) and not amount)
    explained = {e.name.term.id for e in products if e.sure and e.name.term.level == "architecture"}
    for each in products:
        each.sure = each.sure or each.name.term.id in explained


def _runs(text: str, products: Sequence[_Found]) -> Iterator[list[_Found]]:
    """Part *products* into lists: runs joined by commas, 'and' and the like."""
    run: list[_Found] = []
    for each in products:
        if run and not _AND.fullmatch(text[run[-1].end : each.start]):
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _find_makers(text: str, lexicon: Lexicon) -> Iterator[Mention]:
    """Find vendors with a noun for what they make, each with every noun that it is joined to."""
    nouns = rf"{lexicon.nouns}s?(?:{AND}{lexicon.nouns}s?)*"
    behind = re.compile(
        rf"(?i)(?:['’]s?|的)?(?:{GAP}|(?<=的))(?:{_MODIFIER}{GAP})*({nouns}){AFTER}{_SOFTWARE}"
    )
    before = re.compile(
        rf"(?i)(?<![^\W_])({nouns})\s+(?:made |built |designed )?(?:from|by|of)\s+$"
    )
    vendors = list(lexicon.vendors.finditer(text))
    run: list[re.Match[str]] = []
    for n, vendor in enumerate(vendors):
        run.append(vendor)
        last = vendor.end()
        if n + 1 < len(vendors) and _AND.fullmatch(text[last : vendors[n + 1].start()]):
            continue
        after = behind.match(text, last)
        ahead = before.search(text[max(0, run[0].start() - _NEAR) : run[0].start()])
        phrase = ahead[1] if ahead else after[1] if after else ""
        for one in run:
            for noun in re.findall(rf"(?i){lexicon.nouns}", phrase):
                maker = lexicon.makers.get((one[0].casefold(), noun.casefold()))
                if maker:
                    end = after.end() if after and not ahead and one is run[-1] else one.end()
                    yield Mention(maker, one.start(), end)
        run = []


def _with_nouns(text: str, mentions: Sequence[Mention], lexicon: Lexicon) -> Iterator[Mention]:
    """Take the noun behind a product into its words: 'A100 GPUs' is one mention, not two."""
    last: Mention | None = None
    for mention in mentions:
        at = (mention.term.taxonomy, mention.term.id)
        if last and mention.start < last.end and mention.term.level == "class":
            continue
        if (
            last
            and mention.term.level == "class"
            and at in lexicon.above(last.term)
            and re.fullmatch(GAP, text[last.end : mention.start])
        ):
            last = replace(last, end=mention.end)
            continue
        if last:
            yield last
        last = mention
    if last:
        yield last

"""Names of people as bibliographies want them: family name apart from given names."""

import functools
import re

from msgspec import Struct

_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV")


class PersonName(Struct, frozen=True):
    """The parts of a name; a name of one word, or of no known order, is all 'family'."""

    family: str
    given: str = ""
    suffix: str = ""  #: 'Jr.', 'III'

    def inverted(self) -> str:
        """Give 'Family, Given, Suffix', as sorted lists have it."""
        return ", ".join(part for part in (self.family, self.given, self.suffix) if part)


@functools.lru_cache(maxsize=65536)
def split_name(name: str) -> PersonName:
    """Part a name as a paper prints it: 'Jan van der Berg' → 'van der Berg', 'Jan'.

    Small words before the last one belong to it. 'Berg, Jan' says by itself what is what.
    """
    if "," in name:
        parts = [" ".join(part.split()) for part in name.split(",")]
        if len(parts) == 2 and _SUFFIX.fullmatch(parts[1]):
            return _split_words(parts[0].split(), parts[1])
        if len(parts) == 3 and _SUFFIX.fullmatch(parts[1]):  # as BibTeX has it
            parts = [parts[0], parts[2], parts[1]]
        if len(parts) <= 3 and parts[0]:
            return PersonName(*parts)
        return PersonName(" ".join(name.split()))
    words = name.split()
    if "and" in words or "&" in words:  # the name of a group
        return PersonName(" ".join(words))
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        return _split_words(words[:-1], words[-1])
    return _split_words(words, "")


def _split_words(words: list[str], suffix: str) -> PersonName:
    first = len(words) - 1
    while first > 1 and words[first - 1][0].islower():
        first -= 1
    return PersonName(" ".join(words[first:]), " ".join(words[:first]), suffix)

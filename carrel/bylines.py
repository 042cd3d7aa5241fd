"""Names of people as sources write them → 'Given Family', one by one."""

import re

from msgspec import Struct

from .cleaning import clean_line

MAX_NAME = 200  #: characters; what is longer is no name
_MORE = re.compile(r"(?:and |& )?(?:et\.? al\.?|others|and others|\.\.\.|…)", re.IGNORECASE)
_AND = re.compile(r",?[ ]+(?:and|&)[ ]+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[- ]?){1,4}")
_SUFFIX = re.compile(r"(?:jr|sr)\.?|[ivx]{2,4}", re.IGNORECASE)
_MAIL = re.compile(r"\S+@\S+")


class People(Struct, frozen=True):
    """The authors of a paper, as far as a source names them."""

    names: tuple[str, ...] = ()
    are_all: bool = True  #: False: the source says 'et al.'


def join_name(given: str, family: str, suffix: str = "") -> str:
    """Put the parts of a name into the order in which papers print it."""
    return clean_line(" ".join(filter(None, (given, family, suffix))))


def turn_name(name: str) -> str:
    """Write 'Family, Given' and 'Family, Jr., Given' as 'Given Family' and 'Given Family Jr.'."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 3 and _SUFFIX.fullmatch(parts[1]):
        return join_name(parts[2], parts[0], parts[1])
    if len(parts) == 3 and _SUFFIX.fullmatch(parts[2]):
        return join_name(parts[1], parts[0], parts[2])
    return join_name(" ".join(parts[1:]), parts[0])


def gather(names: list[str]) -> People:
    """Clean single names; 'et al.' among them says that there are more."""
    found: list[str] = []
    are_all = True
    for name in map(clean_line, names):
        if _MORE.fullmatch(name):
            are_all = False
        elif name.strip(".,;") and len(name) <= MAX_NAME:
            found.append(name.strip(",; "))
    return People(tuple(found), are_all)


def split_people(text: str) -> People:
    """Part a text with all authors: 'A B, C D and E F', 'Family, Given; …', one on each line."""
    if re.search(r"[;|\n]", text):
        return gather([turn_name(_person(part)) for part in re.split(r"[;|\n]", text)])
    text = re.sub(r",?[ ]+et\.? al\.?$", "; et al.", text.strip())
    text, more, _ = text.partition("; et al.")
    names: list[str] = []
    for part in _AND.split(text):
        names += _between_commas([piece.strip() for piece in _person(part).split(",")])
    return gather([*names, "et al."] if more else names)


def _between_commas(pieces: list[str]) -> list[str]:
    """Tell names that commas part from a name that a comma turns round."""
    pieces = [piece for piece in pieces if piece]
    if len(pieces) > 1 and all(" " in piece or _MORE.fullmatch(piece) for piece in pieces):
        return pieces
    if len(pieces) == 2 or (len(pieces) == 3 and any(map(_SUFFIX.fullmatch, pieces[1:]))):
        return [turn_name(", ".join(pieces))]
    turned = len(pieces) % 2 == 0 and all(map(_INITIALS.fullmatch, pieces[1::2]))
    if turned:
        pairs = zip(pieces[::2], pieces[1::2], strict=True)
        return [join_name(given, family) for family, given in pairs]
    return pieces


def _person(text: str) -> str:
    """Leave out an address, and what stands in brackets: 'jane@marsh.example (Jane Doe)'."""
    inside = re.search(r"\(([^()]*)\)", text)
    if inside and _MAIL.match(text.strip()):
        return inside[1]
    return _MAIL.sub("", re.sub(r"\([^()]*\)", "", text))

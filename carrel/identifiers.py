"""arXiv ids, DOIs and ORCID iDs, in all the forms that people write them in."""

import re
from typing import Annotated
from urllib.parse import unquote

from msgspec import Meta

_MODERN = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD = r"[a-z-]{2,12}(?:\.[a-z]{2})?/\d{7}"
_ARXIV = rf"((?:{_MODERN}|{_OLD})(?:v[1-9]\d?)?)(?!\d)"
#: What has to stand before an id in running text: a number with a point in it may be anything.
_NAMED = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html|format|ps|src|e-print)/|arxiv[ ]?[:.][ ]?(?:abs/)?"
    r"|10\.48550/arxiv\.|(?:huggingface\.co|hf\.co)/papers/|alphaxiv\.org/(?:abs|overview|pdf)/"
    rf"|ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html)/){_ARXIV}",
    re.IGNORECASE,
)
_WHOLE = re.compile(rf"(?:arxiv[ ]?[:.]?[ ]?)?(?:abs/)?{_ARXIV}(?:[ ]?\[[\w.-]+\])?", re.IGNORECASE)
_DOI = re.compile(r"(?<![\w.])10\.\d{4,9}(?:\.\d+)?/[^\s\"<>{}|\\^`\x00-\x1f]{1,200}")
#: What publishers put behind a DOI in the addresses of their pages.
_PAGE = re.compile(r"(?:[?#].*|/(?:full|pdf|epdf|abstract|meta|html)/?|\.pdf|v\d+\.full)$")


def parse_arxiv(value: str) -> str | None:
    """Read a *value* that should be an arXiv id: bare, named, with its class, or as an address."""
    value = value.strip()
    bare = _WHOLE.fullmatch(value) if len(value) <= 60 else None
    return _spelled(bare[1]) if bare else find_arxiv(value)


def find_arxiv(text: str) -> str | None:
    """Find the first arXiv id in *text* that is named as one."""
    found = _NAMED.search(unquote(text) if "%2F" in text else text)
    return _spelled(found[1]) if found else None


def find_doi(text: str) -> str | None:
    """Find the first DOI in *text*; the one that arXiv gives its papers is none of its own."""
    text = unquote(text) if "%2f" in text.casefold() else text
    is_address = text.lstrip().lower().startswith(("http://", "https://"))
    for found in _DOI.finditer(text):
        doi = _PAGE.sub("", found[0]) if is_address else found[0]
        doi = _trimmed(doi)
        if not doi.casefold().startswith("10.48550/arxiv.") and not doi.endswith("/"):
            return doi
    return None


def bare_orcid(value: str) -> str:
    """Give an ORCID iD without its address."""
    return value.rpartition("/")[2]


def _is_sound(orcid: str) -> bool:
    """Tell whether the last sign of an ORCID iD is what the others make it (ISO 7064)."""
    digits = bare_orcid(orcid).replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return digits[-1] == "0123456789X"[(1 - total) % 11]


#: Alone, or as the address that orcid.org gives to be copied.
Orcid = Annotated[
    str,
    Meta(
        pattern=r"^(https?://(www\.)?orcid\.org/)?([0-9]{4}-){3}[0-9]{3}[0-9X]$",
        description="an ORCID iD such as 0000-0002-1825-0097",
        extra={
            "holds": _is_sound,
            "inside": True,
            "hint": "copy it from the person's page at orcid.org: its last sign checks the others",
        },
    ),
]


def _spelled(id: str) -> str:
    """Write an id as arXiv does: small letters, but for a subject class as in 'math.GT/0309136'."""
    archive, slash, number = id.lower().partition("/")
    name, dot, subject = archive.partition(".")
    return f"{name}{dot}{subject.upper()}{slash}{number}" if slash else archive


def _trimmed(doi: str) -> str:
    """Take off what belongs to the sentence around: a full stop, a bracket that it closes."""
    while doi[-1] in ".,;:'!?" or (doi[-1] in ")]" and doi.count("(") < doi.count(")")):
        doi = doi[:-1]
    return doi

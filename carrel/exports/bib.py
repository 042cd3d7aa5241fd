r"""BibTeX, as classic styles, biblatex and reference managers read it.

A preprint has its eprint in both spellings: classic styles know ``archivePrefix``, biblatex and
Zotero only ``eprinttype``. Titles are in double braces, which keep their capitals. Letters
beyond ASCII stay as they are; what TeX gives a meaning is escaped, and formulas are left alone.
"""

import functools
import re
from collections.abc import Iterator, Sequence

from ..naming import fold_blanks
from ..people import split_name
from ..references import Reference
from ..settings import Site

SUFFIX = "bib"
READS = Reference

#: medium → (type of entry, the field that names where it stands)
_ENTRIES = {
    "journal": ("article", "journal"),
    "proceedings": ("inproceedings", "booktitle"),
    "book": ("book", "publisher"),
    "chapter": ("incollection", "booktitle"),
    "thesis": ("phdthesis", "school"),
    "report": ("techreport", "institution"),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
#: Markdown has found the formulas already. ``dollars`` judges texts of which that is not known, by
#: what stands inside: it would escape some of these.
_FORMULA = re.compile(r"(?<!\\)\$(?=[^\s$])([^$\n]*)(?<=[^\s\\])\$(?!\d)")
_ESCAPED = re.compile(r"[\\~^&%$#_{}]")
_BRACE = re.compile(r"[{}]")
_TAKEN_APART = re.compile(r"(?i)\band\b|[{},]")
_NOT_VERBATIM = re.compile(r"[{}\\]")


def encode(papers: Sequence[Reference], site: Site) -> bytes:
    """Write one entry a paper, apart by blank lines."""
    return "\n".join(map(encode_entry, papers)).encode()


def encode_entry(paper: Reference) -> str:
    """Write the entry of one paper."""
    kind, place = _ENTRIES.get(paper.medium, ("misc", "howpublished"))
    rows = "".join([f"  {name:<13} = {value},\n" for name, value in _fields(paper, place)])
    return f"@{kind}{{{paper.key},\n{rows}}}\n"


def _fields(paper: Reference, place: str) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{{{escape(paper.title)}}}}}"
    names = [_name(name) for name in paper.authors]
    if not names and paper.organization:
        names = [f"{{{escape(paper.organization)}}}"]
    if names:
        yield "author", f"{{{' and '.join([*names, *(['others'] if paper.has_more else [])])}}}"
    else:
        yield "key", f"{{{escape(paper.title)}}}"  # what classic styles sort by instead
    if paper.is_published:
        yield place, f"{{{escape(paper.venue or '')}}}"
    elif place in ("school", "institution") and paper.organization:
        yield place, f"{{{escape(paper.organization)}}}"
    year, month, *_ = *paper.issued, None, None
    if year:
        yield "year", f"{{{year}}}"
    if month:
        yield "month", _MONTHS[month - 1]
    if paper.arxiv:
        yield "eprint", f"{{{paper.arxiv_stem}}}"
        yield "archivePrefix", "{arXiv}"
        yield "eprinttype", "{arxiv}"
        if paper.archive_class:
            yield "primaryClass", f"{{{paper.archive_class}}}"
            yield "eprintclass", f"{{{paper.archive_class}}}"
    for field, address in (("doi", paper.doi), ("url", paper.address)):
        if address:  # it is not escaped: only what would end the field is written otherwise
            yield field, f"{{{_NOT_VERBATIM.sub(_quote, address)}}}"
    if paper.keywords:
        words = ", ".join([word.replace(",", "") for word in paper.keywords])
        yield "keywords", f"{{{escape(words)}}}"
    if paper.abstract:
        yield "abstract", f"{{{escape(paper.plain_abstract('${}$'.format))}}}"


def escape(text: str) -> str:
    """Write plain text for TeX; a formula between dollars is TeX already."""
    text = fold_blanks(text)
    if "$" not in text:
        return _ESCAPED.sub(_escape_sign, text)
    pieces: list[str] = []
    end = 0
    for formula in _FORMULA.finditer(text):
        if _is_balanced(formula[1]):
            pieces += (_ESCAPED.sub(_escape_sign, text[end : formula.start()]), formula[0])
            end = formula.end()
    return "".join([*pieces, _ESCAPED.sub(_escape_sign, text[end:])])


def _escape_sign(sign: re.Match[str]) -> str:
    return _SPECIAL[sign[0]]


def _is_balanced(tex: str) -> bool:
    """Whether the braces of a formula leave the entry around it whole."""
    if "\\{" in tex or "\\}" in tex:
        return False  # BibTeX counts these too
    depth = 0
    for brace in _BRACE.findall(tex):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


@functools.lru_cache(maxsize=65536)
def _name(name: str) -> str:
    """Write a name as 'Family, Given'; one that BibTeX would take apart is kept in braces."""
    parts = split_name(name)
    written = (parts.family, parts.suffix, parts.given)
    if not parts.given or any(_TAKEN_APART.search(part) for part in written):
        return f"{{{escape(name)}}}"
    return ", ".join([escape(part) for part in written if part])


def _quote(sign: re.Match[str]) -> str:
    return f"%{ord(sign[0]):02X}"

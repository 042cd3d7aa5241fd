"""What pages say of papers to citation managers and to Google Scholar.

Meta tags (Highwire's, with Dublin Core and Zotero's own for the type) stand on a paper's own page,
COinS in the entries of lists, where a citation manager offers a selection. A tag is left out where
nothing is known.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlencode

from .formulas import plain_formula
from .markdown import plain_text
from .people import split_name
from .references import arxiv_doi
from .settings import Site
from .views import Card, Chip, PaperView

#: Terms that say who or where, not what about.
_NAMES = frozenset({"organizations", "authors", "venues"})
_VENUE_TAGS = {
    "journal": "citation_journal_title",
    "proceedings": "citation_conference_title",
    "chapter": "citation_inbook_title",
    "thesis": "citation_dissertation_institution",
    "report": "citation_technical_report_institution",
}


def build_citation_tags(paper: PaperView, site: Site) -> Iterator[tuple[str, str]]:
    """Give the meta tags of a paper's own page as (name, content).

    The kind has to be said in Zotero's own words: by the other tags alone it would save every
    preprint as an article in a journal.
    """
    reference = paper.reference
    yield "citation_title", paper.title
    for author in paper.authors:
        yield "citation_author", family_first(author.name)
    if paper.date:
        yield "citation_publication_date", f"{paper.date:%Y/%m/%d}"
    if paper.venue and reference.medium in _VENUE_TAGS:
        yield _VENUE_TAGS[reference.medium], paper.venue
    if reference.doi:
        yield "citation_doi", reference.doi
    if paper.arxiv:
        yield "citation_arxiv_id", reference.arxiv_stem or ""
    if paper.abstract:
        yield "citation_abstract", plain_text(paper.abstract, plain_formula)
    links = dict(paper.links)
    for address in links.get("paper", ())[:1]:
        yield "citation_abstract_html_url", address
        if site.metadata.saved_address == "paper":
            yield "citation_public_url", address
    for address in find_pdf(paper.arxiv, links):
        yield "citation_pdf_url", address
    if words := list_subjects(paper.chips):
        yield "citation_keywords", "; ".join(words)
    if site.language.partition("-")[0] == "en":  # what the papers of other lists are in is unknown
        yield "citation_language", "en"
    if _is_preprint(paper.type, paper.venue):
        yield "DC.type", "preprint"
        yield "z:itemType", "preprint"
        if paper.arxiv:
            yield "z:repository", "arXiv"
            subject = f" [{reference.archive_class}]" if reference.archive_class else ""
            yield "z:archiveID", f"arXiv:{reference.arxiv_stem}"
            yield "z:extra", f"arXiv:{reference.arxiv_stem}{subject}"


def encode_coins(card: Card) -> str:
    """Give the ContextObject of an entry in a list: the title of an empty span.

    Citation managers file a description as the abstract, so the curator's word stays out.
    """
    is_preprint = _is_preprint(card.type, card.venue)
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "preprint" if is_preprint else card.type),
        ("rft.title", card.title),
        *(("rft.creator", family_first(name)) for name in card.authors),
    ]
    if card.date:
        pairs.append(("rft.date", card.date.isoformat()))
    if doi := card.doi or (arxiv_doi(card.arxiv) if is_preprint and card.arxiv else None):
        pairs.append(("rft_id", f"info:doi/{doi}"))
    pairs += [("rft.identifier", url) for url in dict(card.links).get("paper", ())[:1]]
    pairs += [("rft.subject", word) for word in list_subjects(card.chips)]
    return urlencode(pairs)


def family_first(name: str) -> str:
    """Write 'Jane Doe' as 'Doe, Jane', so that no reader has to guess where the name parts.

    With a blank on both sides of the comma Zotero would take it for two people: then as it is.
    """
    parts = split_name(name.replace(";", " "))
    given = " ".join(filter(None, [parts.given, parts.suffix]))
    if " " in parts.family and " " in given:
        return f"{given} {parts.family}"
    return f"{parts.family}, {given}" if given else parts.family


def _is_preprint(type: str, venue: str | None) -> bool:
    """Whether a paper is one, in CSL's sense: an article that appeared nowhere else yet."""
    return type == "article" and not (venue and not venue.casefold().startswith("arxiv"))


def find_pdf(arxiv: str | None, links: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Give the address of the paper's PDF, if there is one."""
    if "pdf" in links or not arxiv:
        return links.get("pdf", ())[:1]
    return (f"https://arxiv.org/pdf/{arxiv}",)


def list_subjects(chips: Iterable[Chip]) -> Sequence[str]:
    """Give what a paper is about, in words."""
    return tuple(dict.fromkeys(chip.title for chip in chips if chip.taxonomy not in _NAMES))

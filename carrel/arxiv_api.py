"""Asking arXiv about one paper, through the package 'arxiv': the only module that asks anyone.

Nothing but `carrel add` calls it. Whatever goes wrong is a sentence: the paper is added anyhow.
"""

import logging
import threading
from importlib.util import find_spec

from .bylines import gather
from .cleaning import clean_line, clean_paragraphs
from .days import parse_day
from .importers import RawEntry
from .source_records import Collector, Record

ADDRESS = "https://export.arxiv.org/api/query"
PATIENCE = 20.0  #: seconds until no answer counts as none


def ask_arxiv(id: str, address: str = ADDRESS, patience: float = PATIENCE) -> RawEntry | str:
    """Give what arXiv knows of the paper *id*, or the reason why that is not known."""
    if find_spec("arxiv") is None:
        return "the package 'arxiv' is not installed: pip install 'carrel[arxiv]'"
    answers: list[RawEntry | str] = []
    # The package waits for an answer without end. A thread that nobody waits for ends with us.
    asker = threading.Thread(target=lambda: answers.append(_ask(id, address)), daemon=True)
    asker.start()
    asker.join(patience)
    return answers[0] if answers else f"arXiv has not answered within {patience:g} seconds"


def _ask(id: str, address: str) -> RawEntry | str:
    import arxiv
    from requests import RequestException

    logging.getLogger("arxiv").setLevel(logging.CRITICAL)  # what it would say is said by us
    client = arxiv.Client(page_size=1, num_retries=1)
    client.query_url_format = f"{address}?{{}}"
    try:
        found = next(client.results(arxiv.Search(id_list=[id], max_results=1)), None)
    except (arxiv.ArxivError, RequestException, ValueError) as error:
        return f"arXiv could not be asked: {_reason(error)}"
    if found is None or not found.title.strip():
        return f"arXiv does not know {id}"
    collector = Collector("arXiv")
    collector.add(
        Record(
            line=0,
            title=clean_line(found.title),
            people=gather([author.name for author in found.authors]),
            day=parse_day(found.published.date().isoformat()),
            abstract=clean_paragraphs(found.summary),
            arxiv=(id,),
            doi=(found.doi or "",),
            remarks=(found.comment or "",),
            venues=(found.journal_ref or "",),
        )
    )
    entries = collector.reading().entries
    return entries[0] if entries else f"arXiv's answer on {id} has no title"


def _reason(error: Exception) -> str:
    status = getattr(error, "status", None)
    if status is not None:
        return f"it answers with status {status}"
    return "there is no way to it" if "onnection" in type(error).__name__ else f"{error}"[:200]

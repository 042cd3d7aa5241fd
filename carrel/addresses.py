"""Addresses in running text: where they begin and end, and what they lead to."""

import re
from urllib.parse import urlsplit

from msgspec import Struct

#: Hosts that are meant also where the text leaves 'https://' out. Anything else with a dot in it
#: ('three.js', 'torch.unique') is a name.
_KNOWN = (
    r"(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|huggingface\.co|hf\.co"
    r"|arxiv\.org|doi\.org)/|[a-z0-9][a-z0-9-]{0,62}\.github\.io(?![\w-])"
)
#: ASCII only: a Chinese sentence goes on right behind an address.
_ADDRESS = re.compile(
    rf"(?:https?://|(?<![\w@/.:-])(?={_KNOWN}))[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+", re.IGNORECASE
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_ARXIV = re.compile(
    r"/(?:abs|pdf|html)/(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)"
    r"(?:\.pdf)?/?"
)
_DOI = re.compile(r"/(10\.\d{4,9}/\S+)")
#: What the text before an address calls it.
_CALLED_PROJECT = re.compile(
    r"\b(?:project(?:\W+(?:web)?(?:page|site))?|web\W?(?:site|page)|home\W?page)\b[^.!?]*$",
    re.IGNORECASE,
)
_CODE = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")
_PROJECT = (".github.io", ".gitlab.io", "sites.google.com")
_VIDEO = ("youtube.com", "youtu.be", "vimeo.com")


class Found(Struct, frozen=True):
    """The addresses of a text, and the identifiers that they give."""

    links: tuple[tuple[str, str], ...] = ()  #: (kind, address), in the order of the text
    arxiv: str | None = None  #: only where the text names no second one
    doi: str | None = None


def find_addresses(text: str) -> Found:
    """Find the http(s) addresses in plain *text*, each once, with the kind of page they are."""
    links: dict[str, str] = {}
    for match in _ADDRESS.finditer(text):
        url = _trim(match[0])
        url = url if url.lower().startswith("http") else f"https://{url}"
        if _host(url):
            links.setdefault(url, _kind(url, text[max(0, match.start() - 60) : match.start()]))
    arxiv = {found[1] for url in links if (found := _identifier(url, "arxiv.org", _ARXIV))}
    doi = {found[1] for url in links if (found := _identifier(url, "doi.org", _DOI))}
    return Found(
        tuple((kind, url) for url, kind in links.items()),
        arxiv.pop() if len(arxiv) == 1 else None,
        doi.pop() if len(doi) == 1 else None,
    )


def _trim(url: str) -> str:
    """Take off what belongs to the sentence: a full stop, a bracket that the address closes."""
    # Counted once and kept up: an address may be nothing but brackets.
    surplus = url.count(")") - url.count("(")
    end = len(url)
    while end:
        last = url[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
        elif last not in ".,;:!?'*(":
            break
        elif last == "(":
            surplus += 1
        end -= 1
    return url[:end]


def _host(url: str) -> str:
    """Give the host of *url* without 'www.', or '' when the address cannot be right."""
    try:
        parts = urlsplit(url)
        whole = parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return host if whole and len(host) < 254 and _HOST.fullmatch(host) else ""


def _is_at(host: str, *names: str) -> bool:
    return any(host.endswith(name) if name[0] == "." else _within(host, name) for name in names)


def _within(host: str, name: str) -> bool:
    return host == name or host.endswith(f".{name}")


def _identifier(url: str, name: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    return pattern.fullmatch(urlsplit(url).path) if _within(_host(url), name) else None


def _kind(url: str, before: str) -> str:
    """Say what is at *url*; *before* is the text that leads up to it."""
    host, path = _host(url), [part for part in urlsplit(url).path.split("/") if part]
    if _is_at(host, *_CODE):
        return "code"
    if _is_at(host, "huggingface.co", "hf.co"):
        if path[:1] == ["datasets"]:
            return "dataset"
        special = {"spaces", "papers", "collections", "docs", "blog", "learn"}
        if len(path) >= 2 and path[0] not in special:
            return "model"
    elif _is_at(host, "arxiv.org", "doi.org"):
        return "paper"
    elif _is_at(host, *_VIDEO):
        return "video"
    if _is_at(host, *_PROJECT) or _CALLED_PROJECT.search(before):
        return "project"
    return "other"

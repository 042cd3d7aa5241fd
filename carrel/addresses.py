"""Addresses in running text: where they begin and end, and what they lead to."""

import html
import ipaddress
import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

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
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
#: What no host may hold, written out or escaped (the URL Standard, "forbidden domain code point").
_NO_HOST = re.compile(r"[\x00-\x20#%/<>?@\[\\\]^|\x7f]")
_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$")  #: then all of it is an IPv4 address
#: What the text before an address calls it.
_CALLED_PROJECT = re.compile(
    r"\b(?:project(?:\W+(?:web)?(?:page|site))?|web\W?(?:site|page)|home\W?page)\b[^.!?]*$",
    re.IGNORECASE,
)
_LONGEST = 2_000  #: characters of an address that browsers take
_CODE = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")
_PROJECT = (".github.io", ".gitlab.io", "sites.google.com")
_VIDEO = ("youtube.com", "youtu.be", "vimeo.com")


def find_addresses(text: str) -> tuple[tuple[str, str], ...]:
    """Give the http(s) addresses in plain *text* as (kind, address), each once, in order.

    A paper whose address stands in an abstract is 'other': it is another paper, more often than
    not, and taking its id for that of this one would mix the two up.
    """
    links: dict[str, str] = {}
    for match in _ADDRESS.finditer(text):
        url = _trim(match[0])
        url = url if url.lower().startswith("http") else f"https://{url}"
        if _host(url):
            links.setdefault(url, _kind(url, text[max(0, match.start() - 60) : match.start()]))
    return tuple((kind, url) for url, kind in links.items())


def read_address(text: str) -> tuple[str, str] | None:
    """Read all of *text* as one address: (kind, address), or None where it is none.

    Letters beyond ASCII are written as browsers send them.
    """
    text = text.strip()
    if len(text) > _LONGEST or not re.match(r"https?://", text, re.IGNORECASE):
        return None
    url = quote(text, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")
    return (_kind(url, ""), url) if _host(url) else None


def split_address(url: str) -> SplitResult | None:
    """Take *url* apart, or give None where it cannot be: 'http://[::1', 'http://a.org:99999/'."""
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None


def host_of(url: str) -> str:
    """Give the host of *url*, or '' where it has none or is no address."""
    parts = split_address(url)
    host = (parts.hostname or "") if parts else ""
    if _NO_HOST.search(unquote(host)):
        return ""
    if _NUMBER.search(host):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            return ""
    return host


def link_flaw(url: str) -> str:
    """Say why a text may not link to *url*, or give ''."""
    url = html.unescape(url).strip()
    scheme = SCHEME.match(url)
    if scheme is None and not url.startswith("//"):
        return ""
    name = scheme[0].lower() if scheme else "https:"
    if name not in ("https:", "http:", "mailto:"):
        return "links begin with https:, http: or mailto:"
    return "" if name == "mailto:" or host_of(url) else "it names no host"


def join_address(base: str, url: str) -> str:
    """Give where *url* leads from *base*; what is no address leads nowhere and stays as it is."""
    try:
        return urljoin(base, url)
    except ValueError:
        return url


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
    parts = split_address(url)
    if parts is None or parts.username is not None:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return host if len(host) < 254 and _HOST.fullmatch(host) else ""


def _is_at(host: str, *names: str) -> bool:
    return any(host.endswith(name) if name[0] == "." else _within(host, name) for name in names)


def _within(host: str, name: str) -> bool:
    return host == name or host.endswith(f".{name}")


def _kind(url: str, before: str) -> str:
    """Say what is at *url*; *before* is the text that leads up to it."""
    parts = split_address(url)
    host, path = _host(url), [part for part in (parts.path if parts else "").split("/") if part]
    if _is_at(host, *_CODE):
        return "code"
    if _is_at(host, "huggingface.co", "hf.co"):
        if path[:1] == ["datasets"]:
            return "dataset"
        special = {"spaces", "papers", "collections", "docs", "blog", "learn"}
        if len(path) >= 2 and path[0] not in special:
            return "model"
    elif _is_at(host, *_VIDEO):
        return "video"
    if _is_at(host, *_PROJECT) or _CALLED_PROJECT.search(before):
        return "project"
    return "other"

"""`carrel check --online`: links that are dead, and papers of which arXiv has a newer version.

The only part of Carrel that asks the network of its own accord, and only when it is told to; never
in a build. It is polite: one request to a host at a time with a pause between them, HEAD before
GET, never a whole page, no second try where a host wants to be left alone. It is bounded in time,
in requests and in bytes. Addresses come from content, which is not trusted, so a host of this
machine or of its network is not asked unless that is allowed.
"""

import datetime as dt
import http.client
import ipaddress
import re
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from msgspec import Struct, field

from . import __version__
from .addresses import host_of

ARXIV = "https://export.arxiv.org/api/query"
USER_AGENT = f"Carrel/{__version__} (checks the links of a reading list)"
MAX_ANSWER = 5_000_000  #: bytes of one answer of arXiv
_ARXIV_PAUSE = 3.0  #: seconds between two requests to arXiv, as it asks for
_BATCH = 50  #: arXiv ids in one request
_HOSTS = 8  #: hosts that are asked at the same time
_GONE = (404, 410)
_NOT_FOUND = "there is no such host"
#: Of a name that was looked up: it is nobody's. Anything else says that nobody could be asked.
_NO_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
#: The host wants no robot, or not now: that says nothing about the page.
_LEAVE_ALONE = (401, 403, 405, 406, 418, 429, 503, 999)
_ENTRY = re.compile(
    r"<id>[^<]*/abs/(?P<id>[^<\s]+?)v(?P<version>\d+)</id>.*?<updated>(?P<day>\d{4}-\d\d-\d\d)",
    re.DOTALL,
)


class Manners(Struct, frozen=True):
    """How much is asked, and how fast."""

    pause: float = 1.0  #: seconds between two requests to one host
    timeout: float = 10.0  #: seconds for one answer
    seconds: float = 600.0  #: for all of it; what is left then is not asked
    private: bool = False  #: whether hosts of this machine and its network may be asked
    arxiv: str = ARXIV


class Findings(Struct):
    """What the network said; addresses that are alive are in none of these."""

    dead: dict[str, str] = field(default_factory=dict)  #: address → why
    unknown: dict[str, str] = field(default_factory=dict)  #: address → why it cannot be told
    #: arXiv id without version → its newest version, and the day of that
    versions: dict[str, tuple[int, dt.date]] = field(default_factory=dict)


class _LeaveAlone(Exception):
    """A host that does not want to be asked."""


class _Private(Exception):
    """An address of this machine or of its network."""


def ask(urls: Iterable[str], arxiv_ids: Iterable[str], manners: Manners) -> Findings:
    """Ask for every address once, and for the newest versions of the papers *arxiv_ids*."""
    findings = Findings()
    until = time.monotonic() + manners.seconds
    by_url = sorted(url for url in set(urls) if host_of(url))  # others are no addresses
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in by_url:
        by_host[urllib.parse.urlsplit(url).netloc.lower()].append(url)
    with ThreadPoolExecutor(_HOSTS) as pool:
        for dead, unknown in pool.map(
            lambda group: _ask_host(group, manners, until), by_host.values()
        ):
            findings.dead |= dead
            findings.unknown |= unknown
    if list(findings.dead.values()) == [_NOT_FOUND] * len(by_url):
        # No name at all could be looked up: without a network every good link would be called dead.
        findings.unknown |= dict.fromkeys(by_url, "no host was found: is there a network?")
        findings.dead.clear()
    _ask_arxiv(sorted(set(arxiv_ids)), manners, until, findings)
    return findings


def _ask_host(
    urls: Sequence[str], manners: Manners, until: float
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Ask for the addresses of one host, one after the other."""
    dead: dict[str, str] = {}
    unknown: dict[str, str] = {}
    left_alone = ""
    for number, url in enumerate(urls):
        if not left_alone and number:
            time.sleep(max(0.0, min(manners.pause, until - time.monotonic())))
        if time.monotonic() >= until:
            left_alone = left_alone or "there was no time left"
        if left_alone:
            unknown[url] = left_alone
            continue
        try:
            _visit(url, manners)
        except _LeaveAlone as wish:
            unknown[url] = left_alone = str(wish)
        except _Private:
            unknown[url] = "it is an address of this machine or its network; see --private"
        except urllib.error.HTTPError as error:
            (dead if error.code in _GONE else unknown)[url] = f"the answer is {error.code}"
        except socket.gaierror as error:
            if error.errno in _NO_HOST:
                dead[url] = _NOT_FOUND
            else:
                unknown[url] = "its host could not be looked up"
        except (OSError, http.client.HTTPException, ValueError):
            unknown[url] = "there is no answer"
    return dead, unknown


def _visit(url: str, manners: Manners) -> None:
    """Ask for an address. Raises what tells that it is not there."""
    for method in ("HEAD", "GET"):
        try:
            with _open(url, method, manners):
                return
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 429:
                raise _LeaveAlone("the host asks for fewer requests") from error
            if method == "GET" and error.code in _LEAVE_ALONE:
                raise _LeaveAlone(f"the host wants no robots ({error.code})") from error
            if method == "GET":
                raise
            time.sleep(min(manners.pause, manners.timeout))


def _open(url: str, method: str, manners: Manners) -> http.client.HTTPResponse:
    headers = {"User-Agent": USER_AGENT, "Accept": "*/*"}
    request = urllib.request.Request(url, method=method, headers=headers)
    opener = urllib.request.build_opener(_Redirects(manners))
    _check_public(url, manners)
    answer: http.client.HTTPResponse = opener.open(request, timeout=manners.timeout)
    return answer


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects, none of them to where we may not ask."""

    max_redirections = 5

    def __init__(self, manners: Manners) -> None:
        self._manners = manners

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Go where the host points to, with the method that we came with."""
        _check_public(newurl, self._manners)
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        if request is not None:
            request.method = req.get_method()
        return request


def _check_public(url: str, manners: Manners) -> None:
    """Refuse addresses of this machine and its network, and what is no address of the web."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(url)
    if manners.private or urllib.request.getproxies().get(parts.scheme):
        return
    for *_, place in socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM):
        if not ipaddress.ip_address(str(place[0]).partition("%")[0]).is_global:
            raise _Private(url)


def _ask_arxiv(ids: Sequence[str], manners: Manners, until: float, findings: Findings) -> None:
    """Ask arXiv for the newest versions, many papers at once; without an answer none is known."""
    for start in range(0, len(ids), _BATCH):
        if start:
            time.sleep(max(0.0, min(_ARXIV_PAUSE, until - time.monotonic())))
        if time.monotonic() >= until:
            return
        batch = ids[start : start + _BATCH]
        query = urllib.parse.urlencode({"id_list": ",".join(batch), "max_results": len(batch)})
        try:
            with _open(f"{manners.arxiv}?{query}", "GET", manners) as answer:
                text = answer.read(MAX_ANSWER).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException, ValueError, _Private):
            findings.unknown[manners.arxiv] = "there is no answer"
            return
        for part in text.split("<entry>")[1:]:
            found = _ENTRY.search(part)
            if found:
                try:
                    day = dt.date.fromisoformat(found["day"])
                except ValueError:
                    continue
                findings.versions[found["id"]] = (int(found["version"]), day)

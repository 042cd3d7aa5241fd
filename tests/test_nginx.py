"""A built site behind a real server, with the settings that docs/publishing.md gives."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
from playwright.sync_api import sync_playwright

from carrel.pipeline import build
from conftest import ROOT, make_site, read_tree
from payloads import CONFIG, paper, varied_files
from test_look import FLAGS

pytestmark = pytest.mark.needs_program("nginx")

DOCUMENT = (ROOT / "docs/publishing.md").read_text("utf-8")
AT_ROOT, IN_FOLDER = re.findall(r"```nginx\n(.*?)```", DOCUMENT, re.DOTALL)
NGINX = """\
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/errors;
events {{}}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{server}
}}
"""


class Served(NamedTuple):
    """A site that nginx serves."""

    url: str
    base: str  #: path that the site lies at
    tree: dict[str, bytes]


class Answer(NamedTuple):
    """What the server said."""

    status: int
    content: bytes
    headers: dict[str, str]


def ask(url: str) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", parts.path or "/")
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, response.read(), headers)
    finally:
        connection.close()


@pytest.fixture(scope="module", params=["/", "/list/"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    base, folder = str(request.param), tmp_path_factory.mktemp("nginx")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}{base}"
    files = varied_files() | {
        "content/papers/moved.md": paper(
            "Moved", aliases=["a/b/c", "old.html"], topics=["serving"]
        ),
        "content/static/files/plain.txt": b"plain\n",
        "content/static/.well-known/about.txt": b"known\n",
    }
    files.pop("site_config.yaml")
    make_site(folder / "site", files, **CONFIG | {"base_url": url})
    root = folder / "www"
    root.mkdir()
    out = root / base.strip("/") if base != "/" else root / "site"
    build(folder / "site", out)
    server = (AT_ROOT if base == "/" else IN_FOLDER).replace(
        "listen 80", f"listen 127.0.0.1:{port}"
    )
    server = server.replace("root /srv/www", f"root {root}").replace(
        "root /srv/list", f"root {out}"
    )
    assert str(root) in server
    user = "user root;" if os.getuid() == 0 else ""
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(user=user, folder=folder, server=server))
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program
    process = subprocess.Popen(
        [program, "-c", settings, "-e", folder / "errors"], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "errors").read_text()
                time.sleep(0.05)
        yield Served(url, base, read_tree(out))
    finally:
        process.terminate()
        process.wait(10)


class Addresses(HTMLParser):
    """The addresses that a page names."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def followed(url: str, page: bytes) -> set[str]:
    """The whole addresses on the same host that a page at *url* leads to."""
    elsewhere = (address for address in Addresses(page).found if not address.startswith("#"))
    whole = {urljoin(url, address).partition("#")[0] for address in elsewhere}
    return {each for each in whole if urlsplit(each).netloc == urlsplit(url).netloc}


def test_every_address_is_answered_at_a_root_and_in_a_folder(served: Served) -> None:
    open_urls, seen = [served.url], {served.url}
    answered = {}
    while open_urls:
        url = open_urls.pop()
        answer = ask(url)
        answered[url] = answer.status
        if answer.headers.get("content-type", "").startswith("text/html"):
            new = followed(url, answer.content) - seen
            seen |= new
            open_urls += new

    assert {url: status for url, status in answered.items() if status != 200} == {}
    pages = {path for path in served.tree if path.endswith(".html")}
    assert len(answered) > len(pages) * 0.9


def test_files_arrive_as_they_were_built(served: Served) -> None:
    for path, content in served.tree.items():
        if not path.startswith("."):
            assert ask(f"{served.url}{path}".replace(" ", "%20")).content == content, path


@pytest.mark.parametrize(
    "path", ["gone", "gone/", "papers/gone/", "a/b/c/d/e/gone.html", "papers/gone/index.html"]
)
def test_at_any_depth_the_page_for_missing_addresses_works(path: str, served: Served) -> None:
    answer = ask(f"{served.url}{path}")

    assert answer.status == 404
    assert answer.content == served.tree["404.html"]
    leads = followed(f"{served.url}{path}", answer.content)
    assert len(leads) > 5
    assert {ask(url).status for url in leads} == {200}


def test_an_address_of_a_page_may_be_written_shorter(served: Served) -> None:
    slash = ask(f"{served.url}papers")
    assert (slash.status, slash.headers["location"]) == (301, f"{served.base}papers/")
    assert ask(f"{served.url}old").content == served.tree["old.html"]
    assert ask(f"{served.url}papers/index.html").content == served.tree["papers/index.html"]
    assert ask(served.url.removesuffix("/")).status == (301 if served.base != "/" else 200)


@pytest.mark.parametrize(
    "path", ["assets/", "files/", ".carrel", ".carrel.journal", ".well-known/"]
)
def test_folders_are_not_listed_and_the_manifest_is_not_shown(path: str, served: Served) -> None:
    answer = ask(f"{served.url}{path}")

    assert answer.status == 404
    assert b"plain.txt" not in answer.content
    assert b"fingerprint" not in answer.content


def test_what_is_well_known_is_shown(served: Served) -> None:
    assert ask(f"{served.url}.well-known/about.txt").content == b"known\n"


def test_a_feed_is_read_from_the_server(served: Served) -> None:
    feed = feedparser.parse(f"{served.url}feed.xml")

    assert not feed.bozo
    assert feed.feed.link == served.url
    assert {ask(entry.link).status for entry in feed.entries} == {200}


@pytest.mark.needs_program("chromium")
def test_a_browser_is_led_on_from_an_old_address(served: Served) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        for old in ("a/b/c/", "a/b/c", "old.html", "old"):
            page.goto(f"{served.url}{old}")
            page.wait_for_url(f"{served.url}papers/moved/")
            assert page.locator("h1").inner_text() == "Moved"
        page.goto(f"{served.url}a/b/c/gone/")
        assert page.evaluate("document.styleSheets.length") > 0
        assert page.evaluate("document.styleSheets[0].cssRules.length") > 0
        browser.close()

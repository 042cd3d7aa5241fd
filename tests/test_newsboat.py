"""A feed reader takes our feed from a server, as a subscriber's would."""

import subprocess
from pathlib import Path

import pytest

from carrel.pipeline import build
from conftest import make_site
from test_look import served


@pytest.mark.needs_program("newsboat")
def test_newsboat_reads_the_feed(tmp_path: Path) -> None:
    paper = "---\ntitle: Paper <{0}> & more\nadded: 2025-01-0{0}\n---\nText.\n"
    papers = {f"content/papers/p{n}.md": paper.format(n) for n in range(1, 6)}
    site = make_site(tmp_path / "site", papers, base_url="https://example.org/repo/")
    build(site, tmp_path / "out")
    (tmp_path / "config").write_text("")

    with served(tmp_path / "out") as address:
        (tmp_path / "urls").write_text(f"{address}feed.xml\n")
        command = ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "config"]
        for action in ("reload", "print-unread"):
            done = subprocess.run(
                [*command, "-x", action],
                cwd=tmp_path,
                env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            )

    assert done.stdout.split()[:2] == ["5", "unread"]

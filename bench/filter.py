"""Measures how fast the filter of the whole list answers, in the system's Chromium.

    python bench/filter.py [--papers 2000] [--slower 1]

A list of that many invented papers is built in a temporary folder, served on this machine and
opened. Then words are typed letter by letter, choices are made and the order is changed. Of every
step is told the time from the event until the next frame is painted, of which up to 17 ms are the
wait for that frame; "work" is the part in which the script runs. The first row also waits for
entries that come from other pages. With --slower 4 the processor of the browser is four times as
slow, like that of a cheap telephone.
"""

import argparse
import random
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from playwright.sync_api import Page, sync_playwright

from carrel.pipeline import build
from conftest import make_site
from payloads import paper
from test_look import FLAGS, served

SYLLABLES = [one + two for one in "bdfgklmnprstvz" for two in "aeiou"]
#: Do one thing to the filter; give the time that the script took, and that until it is painted.
STEP = """async ([id, event, value]) => {
  const field = document.getElementById(id) ?? document.querySelectorAll('#filter input')[value];
  const start = performance.now();
  if (event === 'click') field.click();
  else { field.value = value; field.dispatchEvent(new Event(event)); }
  const worked = performance.now() - start;
  await new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();  // its message comes after the painting
    port1.onmessage = done;
    port2.postMessage(0);
  }));
  return [worked, performance.now() - start];
}"""


def invent(papers: int) -> dict[str, str | bytes]:
    """Make a list: 40 topics, 60 devices of 12 makers, 400 organizations, as fixed as its seed."""
    chance = random.Random(7)

    def words(number: int) -> str:
        return " ".join("".join(chance.choices(SYLLABLES, k=3)) for _ in range(number))

    files: dict[str, str | bytes] = {
        f"content/topics/t{n}.md": f"---\ntitle: Topic {words(1)} {n}\n---\n" for n in range(40)
    }
    for n in range(12):
        files[f"content/hardware/m{n}.md"] = f"---\ntitle: Maker {n}\n---\n"
    for n in range(60):
        matter = f"title: Device {n}00\nparent: m{n % 12}\naliases: [D{n}]"
        files[f"content/hardware/d{n}.md"] = f"---\n{matter}\n---\n"
    for n in range(papers):
        files[f"content/papers/p{n}.md"] = paper(
            words(9).capitalize(),
            date=f"20{15 + n % 10}-0{n % 9 + 1}-01",
            added=f"2025-0{n % 9 + 1}-{n % 28 + 1:02}",
            summary=words(40),
            why=words(15),
            authors=[words(2).title() for _ in range(4)],
            topics=[f"t{each}" for each in chance.sample(range(40), 2)],
            hardware=[f"d{each}" for each in chance.sample(range(60), 2)],
            organization=f"Institute {chance.randrange(400)}",
            comments=chance.randrange(50),
        )
    return files


def tell(name: str, times: list[float]) -> None:
    """Print one row."""
    middle, worst = statistics.median(times), max(times)
    sys.stdout.write(f"{name:36} {len(times):5} {middle:9.1f} {worst:9.1f}\n")


def repeat(page: Page, name: str, steps: list[tuple[str, str, str | int]]) -> None:
    """Take *steps* twice, the first time so that all entries are there; tell of the second."""
    for step in steps:
        page.evaluate(STEP, step)
        page.wait_for_load_state("networkidle")
    times = [page.evaluate(STEP, step) for step in steps]
    tell(name, [painted for _, painted in times])
    tell("    work", [worked for worked, _ in times])


def measure(page: Page, address: str) -> None:
    """Take all steps and print what they took."""
    page.goto(f"{address}papers/")
    page.locator("#filter .tally").first.wait_for(state="attached")
    sys.stdout.write(f"{'milliseconds':36} {'steps':>5} {'median':>9} {'worst':>9}\n")
    start = page.evaluate("performance.now()")
    page.locator("#filter-q").fill("device 4")
    page.locator("#filter-found > li").nth(40).wait_for(state="attached")
    tell("first words, pages not yet there", [page.evaluate("performance.now()") - start])
    texts = ("banedi", "topic di", "device 4200", "maker 3", "institute 17", "fogu li")
    typed = [text[: end + 1] for text in texts for end in range(len(text))]
    repeat(page, "a letter", [("filter-q", "input", text) for text in typed])
    page.evaluate(STEP, ("filter-q", "input", ""))
    clicks = (1, 2, 3, 20, 21, 1, 2, 3, 20, 21)
    repeat(page, "a choice made or taken back", [("", "click", number) for number in clicks])
    orders = ("title", "oldest", "discussed") * 2
    repeat(page, "another order", [("filter-sort", "change", order) for order in orders])


def main() -> None:
    """Build, serve, open, measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--papers", type=int, default=2000)
    options.add_argument("--slower", type=float, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        build(make_site(root / "site", invent(chosen.papers)), root / "out")
        size = (root / "out/papers/filter.json").stat().st_size
        sys.stdout.write(f"{chosen.papers} papers, filter.json has {size / 1e6:.2f} MB\n")
        with served(root / "out") as address, sync_playwright() as playwright:
            found = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            if chosen.slower > 1:
                session = page.context.new_cdp_session(page)
                session.send("Emulation.setCPUThrottlingRate", {"rate": chosen.slower})
            measure(page, address)
            browser.close()


if __name__ == "__main__":
    main()

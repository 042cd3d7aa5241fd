"""`python -m bench.fuzz.seeds FOLDER`: write what fuzzing begins with, a folder for each target."""

import sys
from collections.abc import Iterator
from pathlib import Path

from carrel.importers import importers

_ROOT = Path(__file__).parents[2]


def seeds() -> Iterator[tuple[str, bytes]]:
    """Give (target, input): files of the tests, of the list and of the themes."""
    for path in sorted(_ROOT.glob("content/*/*.md"))[::20]:
        yield "entry", path.read_bytes()
        yield "markdown", path.read_bytes().partition(b"\n---\n")[2]
    for path in sorted(_ROOT.glob("tests/broken/**/*")):
        if path.suffix == ".md":
            yield "entry", path.read_bytes()
        elif path.suffix == ".yaml":
            yield "yaml", path.read_bytes()
    for path in sorted(_ROOT.glob("themes/*/**/*.yaml")):
        yield "yaml", path.read_bytes()
    sys.path.append(str(_ROOT / "tests"))
    from payloads import NOTES, PAYLOADS

    for text in (NOTES, *PAYLOADS):
        yield "markdown", text.encode()
    names = sorted(importers())
    for path in sorted(_ROOT.glob("tests/imports/*.*")):
        text = path.read_text("utf-8", "replace")
        for number, name in enumerate(names):
            if importers()[name].matches(text):
                yield "sources", bytes([number]) + path.read_bytes()


def main() -> None:
    """Write every input into the folder of its target."""
    for number, (target, content) in enumerate(seeds()):
        folder = Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:04}").write_bytes(content)


if __name__ == "__main__":
    main()

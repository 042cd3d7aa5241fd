"""`python -m bench.fuzz TARGET [options of libFuzzer] [folders of inputs]`."""

import sys

import atheris

#: Where branches are counted: our code, and the parsers below it that are written in Python.
SEEN = ["carrel", "markdown_it", "mdit_py_plugins", "bibtexparser", "pylatexenc"]

with atheris.instrument_imports(include=SEEN):
    from .targets import TARGETS


def main() -> None:
    """Fuzz until a promise is broken or the options say that it is enough."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"which target? one of {', '.join(TARGETS)}")
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()


main()

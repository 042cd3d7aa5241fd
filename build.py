"""`python build.py …` is the command `carrel …`; without a command it builds the site."""

import sys


def arguments(given: list[str]) -> list[str]:
    """Put `build` where the command is missing: `build.py --strict` is `carrel build --strict`."""
    words = list(given)
    place = 0  # behind `--site DIR`, which stands before a command
    if words and words[0] == "--site":
        place = 2
    elif words and words[0].startswith("--site="):
        place = 1
    command = words[place] if place < len(words) else "-"
    if command.startswith("-") and command not in ("--help", "-h", "--version"):
        words.insert(place, "build")
    return words


def main() -> None:
    """Run Carrel, or say in one sentence what is missing."""
    try:
        from carrel import cli
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "carrel":
            raise  # a fault of ours: `make site` would not mend it
        sys.exit(
            f"this Python lacks the libraries that Carrel needs ('{error.name}' is the first): "
            "run `make site` once, then `.venv/bin/python build.py`"
        )
    sys.exit(cli.main(arguments(sys.argv[1:])))


if __name__ == "__main__":
    main()

"""Where the themes and the starter catalogue are that come with Carrel."""

from pathlib import Path

#: The files that `carrel init` begins a list with; `@TITLE@` and its like stand for its values.
STARTER = Path(__file__).parent / "starter"


def bundled() -> Path:
    """Give the folder that holds `themes/` and `content/` as they come with Carrel.

    A checkout has them at its root, where people look for them and edit them. A wheel carries
    copies inside the package, because nothing lies around an installed package that is ours.
    """
    packed = Path(__file__).parent / "_bundled"
    return packed if packed.is_dir() else Path(__file__).parent.parent

"""What the files of a site cost: their number and bytes, kind by kind."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from msgspec import Struct

MANY_FILES = 20_000
MANY_BYTES = 100_000_000
#: GitHub Pages ends at 1 GB, and takes no larger file than this on a branch.
MOST_BYTES = 900_000_000
MOST_FILE_BYTES = 100_000_000
_OFTEN = 20  #: as many folders with a file of one name make a kind of it


class Cost(Struct, frozen=True):
    """A kind of file: 'topics/*/feed.xml'."""

    kind: str
    files: int
    size: int  #: bytes


def sum_up(sizes: Mapping[str, int]) -> tuple[Cost, ...]:
    """Give the kinds of the files *sizes* (path → bytes), what costs most first."""
    names = Counter(path.rpartition("/")[2] for path in sizes)
    files: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for path, size in sizes.items():
        kind = _kind_of(path, names)
        files[kind] += 1
        total[kind] += size
    kinds = sorted(total, key=lambda kind: (-total[kind], kind))
    return tuple(Cost(kind, files[kind], total[kind]) for kind in kinds)


def is_large(files: int, size: int) -> bool:
    """Whether a site is so large that its owner should know what makes it so."""
    return files > MANY_FILES or size > MANY_BYTES


def _kind_of(path: str, names: Mapping[str, int]) -> str:
    """Put '*' for what differs from file to file: the folders in the middle, and rare names."""
    *folders, name = path.split("/")
    if names[name] < _OFTEN:
        _, dot, suffix = name.rpartition(".")
        name = f"*{dot}{suffix}" if dot else "*"
    middle = [folder if folder == "page" else "*" for folder in folders[1:]]
    return "/".join([*folders[:1], *middle, name])

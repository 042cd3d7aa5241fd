"""The tree that front matter and settings are read into, with the place of every part.

Scalars stay text here; ``decode`` gives them their meaning from the type that is wanted.
"""

from msgspec import Struct, field


class Scalar(Struct):
    """A single value, as written."""

    line: int
    column: int
    text: str
    plain: bool  #: without quotes: only then null, true, 12 are more than text


class Sequence(Struct):
    """A list."""

    line: int
    column: int
    items: list["Node"] = field(default_factory=list)


class Mapping(Struct):
    """Keys with values, in the order written; keys may repeat and may be of any kind."""

    line: int
    column: int
    keys: list["Node"] = field(default_factory=list)
    values: list["Node"] = field(default_factory=list)


Node = Scalar | Sequence | Mapping

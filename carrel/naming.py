"""Names of files and addresses: what may be one, and how one is made from a title."""

import hashlib
import re
import unicodedata

from slugify import slugify

#: Windows cannot hold files of these names, and a list is shared through git.
RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)
_ID = re.compile(r"[^\W_][\w.-]*")
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


def name_fault(id: str) -> str:
    """Say why *id* cannot be part of an address, or '' when it can."""
    if unicodedata.normalize("NFC", id) != id:
        return "its accents are separate characters (NFD), which look the same and are not"
    if not _ID.fullmatch(id):
        return "a name may hold letters, digits, '-', '.' and '_', and begins with one of the first"
    if id.endswith("."):
        return "a name may not end with '.'"
    if len(id.encode()) > 120:
        return "a name may have at most 120 bytes"
    if id.casefold().split(".")[0] in RESERVED:
        return "Windows cannot hold a file of this name"
    if id.casefold() in ("page", "index"):
        return "this name is reserved for the pages of a list"
    return ""


def file_fault(name: str) -> str:
    """Say why a file cannot have *name* on every system, or '' when it can."""
    if re.search(r'[<>:"|?*\\]', name) or name.endswith((" ", ".")):
        return f"Windows cannot hold a file named '{name}'"
    if name.casefold().split(".")[0] in RESERVED:
        return f"Windows cannot hold a file named '{name}'"
    return ""


def make_id(title: str, kind: str) -> str:
    """Make the id of something of *kind* from its title: ASCII, cut at a word before 80 letters.

    A title with no letter that ASCII can hold gets a name from its digest, which is the same
    on every machine.
    """
    id = _slug(title)
    if name_fault(id):
        digest = hashlib.blake2b(title.encode("utf-8", "replace"), digest_size=4).hexdigest()
        return f"{kind}-{digest}"
    return id


def explain_id(title: str, id: str) -> str:
    """Say why *id* is not made of the letters of *title*, or '' where it is."""
    slug = _slug(title)
    fault = name_fault(slug) if slug else "it has no letter or digit for one"
    return f"'{title[:80]}' cannot name a file ({fault}), so this one is {id}" if fault else ""


def _slug(title: str) -> str:
    return slugify(title, max_length=79, word_boundary=True, save_order=True)


def fold_ascii(text: str) -> str:
    """Give the small letters and digits of *text*, in those that ASCII has: 'Müller' → 'muller'."""
    if not text.isascii():
        text = slugify(text, separator="")
    return _NO_LETTERS.sub("", text.lower())


def fold_blanks(text: str) -> str:
    """Give *text* on one line with single blanks."""
    if text.isprintable() and "  " not in text:  # the only blank that counts as printable is ' '
        return text.strip()
    return " ".join(text.split())

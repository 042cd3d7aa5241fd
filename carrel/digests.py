"""Digests of values: 16 hex digits, the same for equal values on every machine."""

import hashlib
from typing import Any

import msgspec


def _key(value: Any) -> Any:
    """Give what stands for a value that is made later: its ``key``."""
    try:
        return value.key
    except AttributeError:
        raise TypeError(f"a page's input may not hold a {type(value).__name__}") from None


#: Mappings are taken in their order, because a template sees them in it.
_ENCODER = msgspec.msgpack.Encoder(enc_hook=_key)


def digest(value: Any) -> str:
    """Give the digest of *value*.

    Raises TypeError for what cannot be compared: such a thing may not be a page's input.
    """
    return hashlib.blake2b(_ENCODER.encode(value), digest_size=8).hexdigest()

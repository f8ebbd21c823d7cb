"""Truncation of long texts, with a hash in place of the rest."""

from __future__ import annotations

import hashlib

MAX_VALUE = 1000  # bytes; a value is a term, and a lexicon should not contain whole texts


def bounded(text: str, most: int = MAX_VALUE) -> str:
    """Return a text of at most `most` bytes; the rest of a longer one is replaced by a hash."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return data.decode()
    return data[: most - 64].decode("utf-8", "ignore") + digest(text)  # no partial letter


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

"""Whoosh's schema, built from the field table: exact words with places, stems, and plain values.

Words are those of `searchapp.analysis`, so Whoosh's own analyzers have no part in it.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from whoosh import fields, formats

from ...analysis import stem, words
from ...schema import FIELDS

DOC, PATH, STORED = "doc", "path", "json"  # what a document is; a ledger line's file; its JSON
# Documents of a resolution follow one another: so many before a paragraph stands the one above it,
# and so many paragraphs are directly below.
ABOVE, BELOW = "above", "below"
PARAGRAPH, HEADER, SOURCE = "paragraph", "header", "source"
MAX_VALUE = 1000  # bytes: a value is a term, and a file of terms is no place for a whole text

Posting = tuple[bytes, int, float, bytes]  # a term, how often, its weight, its places


class Places(formats.Existence):  # type: ignore[misc]
    """A posting's value: the places of the word in the text, as unsigned 32-bit numbers."""

    def fixed_value_size(self) -> None:
        """Any number of bytes."""


class Words(fields.FieldType):  # type: ignore[misc]
    """The exact words of a text with their places, or their stems without."""

    scorable = True

    def __init__(self, stemmed: bool = False) -> None:
        self.stemmed = stemmed
        self.format = formats.Existence() if stemmed else Places()

    def index(self, value: str, **_: Any) -> Iterator[Posting]:
        """A posting for each distinct word."""
        return iter(_stems(value) if self.stemmed else _places(value))


class Values(fields.FieldType):  # type: ignore[misc]
    """One value or several (text or whole numbers), each a term as it stands."""

    scorable = False

    def __init__(self) -> None:
        self.format = formats.Existence()

    def index(self, value: Any, **_: Any) -> Iterator[Posting]:
        """A posting for each distinct value."""
        given = value if isinstance(value, (tuple, list)) else (value,)
        for term in dict.fromkeys(term_bytes(item) for item in given):
            yield term, 1, 1.0, b""


def term_bytes(value: str | int) -> bytes:
    """The term of a value; a hash stands in for the rest of one that is too long for a term."""
    text = str(value).encode("utf-8", "replace")
    if len(text) <= MAX_VALUE:
        return text
    return text[: MAX_VALUE - 64] + hashlib.sha256(text).hexdigest().encode()


def make_schema() -> fields.Schema:
    """The field table in Whoosh's words, with what tells the kinds of documents apart."""
    schema = fields.Schema()
    for name in (DOC, PATH, ABOVE, BELOW):
        schema.add(name, Values())
    schema.add(STORED, fields.STORED())
    for field in FIELDS:
        schema.add(field.name, _field_type(field.kind))
    return schema


def _field_type(kind: str) -> fields.FieldType:
    return Words(stemmed=kind == "stemmed") if kind in ("text", "stemmed") else Values()


# A title is indexed with each of its paragraphs, and a text twice: exact, and stemmed.
@lru_cache(maxsize=16)
def _words(text: str) -> tuple[str, ...]:
    return tuple(words(text))


@lru_cache(maxsize=16)
def _places(text: str) -> tuple[Posting, ...]:
    places: dict[str, array[int]] = {}
    for place, word in enumerate(_words(text)):
        places.setdefault(word, array("I")).append(place)
    return tuple((w.encode(), len(p), float(len(p)), p.tobytes()) for w, p in places.items())


@lru_cache(maxsize=16)
def _stems(text: str) -> tuple[Posting, ...]:
    counts: dict[str, int] = {}
    for word in _words(text):
        root = stem(word)
        counts[root] = counts.get(root, 0) + 1
    return tuple((root.encode(), n, float(n), b"") for root, n in counts.items())

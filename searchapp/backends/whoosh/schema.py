"""Whoosh's schema, built from the field table: exact words with places, stems, and plain values.

Words are those of `searchapp.analysis`, so Whoosh's own analyzers have no part in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from whoosh import columns, fields, formats

from ...schema import FIELDS, Field, bounded

DOC, PATH, STORED = "doc", "path", "json"  # what a document is; a ledger line's file; its JSON
# Documents of a resolution follow one another: so many before a paragraph stands the one above it,
# and so many paragraphs are directly below.
ABOVE, BELOW = "above", "below"
COLUMNS = (ABOVE, BELOW)
PARAGRAPH, HEADER, SOURCE = "paragraph", "header", "source"

# A line of the ledger stands for itself, as the header of a resolution without paragraphs.
INDEXED: dict[str, Field] = {
    field.name: field for field in (Field(DOC, "term"), Field(PATH, "term", "resolution"), *FIELDS)
}
WORDS = frozenset(f.name for f in INDEXED.values() if f.kind in ("text", "stemmed"))


class Places(formats.Format):  # type: ignore[misc]
    """A posting's value: the places of the word in the text, as unsigned 32-bit numbers."""

    def decode_positions(self, value: bytes) -> list[int]:
        """The places, in order."""
        places: list[int] = np.frombuffer(value, "<u4").tolist()
        return places

    def decode_frequency(self, value: bytes) -> int:
        """How often the word stands there."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """The same: no word weighs more than another."""
        return float(len(value) // 4)


class Words(fields.FieldType):  # type: ignore[misc]
    """The exact words of a text with their places, or their stems without."""

    def __init__(self, stemmed: bool = False) -> None:
        super().__init__(formats.Frequency() if stemmed else Places(), None, scorable=True)


class Values(fields.FieldType):  # type: ignore[misc]
    """One value or several (text or whole numbers), each a term as it stands."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)


class Column(fields.FieldType):  # type: ignore[misc]
    """A small number for each document, and no terms."""

    indexed = False
    column_type = columns.NumericColumn("i")

    def __init__(self) -> None:
        """There is nothing to choose."""

    def from_column_value(self, value: int) -> int:
        """The number itself."""
        return value


def term_bytes(value: object) -> bytes:
    """The term of a value."""
    return bounded(str(value)).encode()


def make_schema() -> fields.Schema:
    """The field table in Whoosh's words, with what tells the kinds of documents apart."""
    schema = fields.Schema()
    for name in COLUMNS:
        schema.add(name, Column())
    schema.add(STORED, fields.STORED())
    for field in INDEXED.values():
        schema.add(field.name, _field_type(field.kind))
    return schema


def _field_type(kind: str) -> Any:
    return Words(stemmed=kind == "stemmed") if kind in ("text", "stemmed") else Values()

"""Whoosh's schema, built from the field table: words with positions, stems, and plain values.

Words are those of `searchapp.text.analysis`; Whoosh's own analyzers are not used.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from whoosh import columns, fields, formats

from ...query.field_table import FIELDS, Field
from ...text.bounded import bounded

DOC, PATH, STORED = "doc", "path", "json"  # kind of document; path of a ledger line; stored JSON
# Columns: the distance in documents back to the parent paragraph, and the number of children.
ABOVE, BELOW = "above", "below"
COLUMNS = (ABOVE, BELOW)
PARAGRAPH, HEADER, SOURCE = "paragraph", "header", "source"

# A line of the ledger is indexed like the header of a resolution without paragraphs.
INDEXED: dict[str, Field] = {
    field.name: field for field in (Field(DOC, "term"), Field(PATH, "term", "resolution"), *FIELDS)
}
WORDS = frozenset(f.name for f in INDEXED.values() if f.kind in ("text", "stemmed"))


class Places(formats.Format):  # type: ignore[misc]
    """A posting's value: the positions of the word in the text, as unsigned 32-bit numbers."""

    def decode_positions(self, value: bytes) -> list[int]:
        """Return the positions, in order."""
        places: list[int] = np.frombuffer(value, "<u4").tolist()
        return places

    def decode_frequency(self, value: bytes) -> int:
        """Return the number of occurrences of the word."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """Return the number of occurrences, since all words have the same weight."""
        return float(len(value) // 4)


class Words(fields.FieldType):  # type: ignore[misc]
    """A field of the exact words of a text with positions, or of its stems without."""

    def __init__(self, stemmed: bool = False) -> None:
        super().__init__(formats.Frequency() if stemmed else Places(), None, scorable=True)


class Values(fields.FieldType):  # type: ignore[misc]
    """A field of one or several values (texts or whole numbers), each a single term."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)


class Column(fields.FieldType):  # type: ignore[misc]
    """A field of a small number for each document, without terms."""

    indexed = False
    column_type = columns.NumericColumn("i")

    def __init__(self) -> None:
        """Skip Whoosh's initializer, since a column has no options."""

    def from_column_value(self, value: int) -> int:
        """Return the number itself."""
        return value


def term_bytes(value: object) -> bytes:
    """Return the term of a value."""
    return bounded(str(value)).encode()


def make_schema() -> fields.Schema:
    """Convert the field table to a Whoosh schema, with the fields of the kinds of documents."""
    schema = fields.Schema()
    for name in COLUMNS:
        schema.add(name, Column())
    schema.add(STORED, fields.STORED())
    for field in INDEXED.values():
        schema.add(field.name, _field_type(field.kind))
    return schema


def _field_type(kind: str) -> Any:
    return Words(stemmed=kind == "stemmed") if kind in ("text", "stemmed") else Values()

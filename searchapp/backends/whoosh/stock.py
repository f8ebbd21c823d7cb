"""Readers for stock Whoosh, so that `whoosh.index.open_dir` can search a segment.

The engine itself does not use them: it reads `segments` directly.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from .schema import COLUMNS, INDEXED, STORED, WORDS
from .segments.fields import WordField
from .segments.row_lists import Postings
from .segments.sections import Array
from .segments.snapshot import Segment

Term = tuple[str, bytes]


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """A reader of lengths, stored lines, columns and deletions."""

    def __init__(self, segment: Segment, record: base.Segment) -> None:
        self._segment, self._record = segment, record

    def supports_columns(self) -> bool:
        """Return True, since segments have columns."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Return whether a field is a column."""
        return fieldname in COLUMNS

    def column_reader(self, fieldname: str, column: Any) -> Any:  # noqa: ARG002 - as Whoosh calls
        """Return a column's number for each document."""
        return self._segment.column(fieldname).tolist()

    def doc_count(self) -> int:
        """Return the number of documents that are not deleted."""
        return int(self._record.doc_count())

    def doc_count_all(self) -> int:
        """Return the number of documents, including deleted ones."""
        return int(self._record.doc_count_all())

    def has_deletions(self) -> bool:
        """Return whether any document is deleted."""
        return bool(self._record.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Return whether a document is deleted."""
        return bool(self._record.is_deleted(docnum))

    def deleted_docs(self) -> Iterator[int]:
        """Return the deleted documents, in order."""
        return iter(self._record.deleted_docs())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the number of words of a field in a document."""
        if fieldname not in WORDS:
            return default
        return int(self._spread(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        """Return the number of words of a field in all documents."""
        return self._segment.total_length(fieldname) if fieldname in WORDS else 0

    def min_field_length(self, fieldname: str) -> int:
        """Return the length of the shortest text of a field."""
        lengths = self._spread(fieldname) if fieldname in WORDS else ()
        return int(min((n for n in lengths if n), default=0))

    def max_field_length(self, fieldname: str) -> int:
        """Return the length of the longest text of a field."""
        return int(max(self._spread(fieldname), default=0)) if fieldname in WORDS else 0

    def stored_fields(self, docnum: int) -> dict[str, bytes]:
        """Return a document's stored line."""
        return {STORED: self._segment.stored(docnum)}

    def _spread(self, name: str) -> Array:
        return spread_to_documents(self._segment, name, self._segment.words(name).lengths)


def spread_to_documents(segment: Segment, name: str, numbers: Array) -> Array:
    """Spread the numbers of a field's rows over documents; a resolution's go to its header."""
    if INDEXED[name].of == "paragraph":
        return numbers
    spread = np.zeros(segment.size, numbers.dtype)
    spread[segment.first[:-1]] = numbers
    return spread


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """A reader of terms and their postings."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment

    def __contains__(self, term: Term) -> bool:
        return self._number(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        """Return the names of the fields with terms."""
        return sorted(INDEXED)

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        """Return a cursor over the terms of a field."""
        return Cursor(list(self.segment.lexicon(fieldname)), fieldobj)

    def terms(self) -> Iterator[Term]:
        """Stream all terms, in order."""
        return ((name, term) for name in sorted(INDEXED) for term in self.segment.lexicon(name))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Stream the terms from a prefix of a field to the end of the last field."""
        return (term for term in self.terms() if term >= (fieldname, prefix))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Stream all terms with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """Stream terms with their statistics from a prefix of a field on."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return a term's statistics."""
        docs, often = self._postings(fieldname, text)
        lengths = self._lengths(fieldname)[docs]
        return TermInfo(
            weight=int(often.sum()),
            df=len(docs),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=int(often.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> int:
        """Return the number of occurrences of a term in all documents."""
        return int(self._postings(fieldname, text).often.sum()) if (fieldname, text) in self else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return the number of documents with a term."""
        return len(self._postings(fieldname, text).rows) if (fieldname, text) in self else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Matcher:
        """Return a stock matcher over a term's postings."""
        postings = self._postings(fieldname, text)
        return Matcher(self.segment, (fieldname, text), postings, format_, scorer)

    def _number(self, name: str, term: bytes) -> int:
        return self.segment.lexicon(name).find(term) if name in INDEXED else -1

    def _postings(self, name: str, term: bytes) -> Postings:
        number = self._number(name, term)
        if number < 0:
            raise TermNotFound(f"No term {name}:{term!r}")
        rows, often = self._of_rows(name, number)
        if INDEXED[name].of == "resolution":
            rows = self.segment.first[rows]
        return Postings(rows, often)

    def _of_rows(self, name: str, number: int) -> Postings:
        if name in WORDS:
            return self.segment.words(name).postings(number)
        field = self.segment.values(name)
        rows = field.having(np.arange(field.lexicon.size + 1) == number + 1)
        return Postings(rows, np.ones(len(rows), np.int64))

    def _lengths(self, name: str) -> Array:
        if name not in WORDS:
            return np.zeros(self.segment.size, np.int64)
        return spread_to_documents(self.segment, name, self.segment.words(name).lengths)


class Cursor(base.FieldCursor):  # type: ignore[misc]
    """A cursor over the sorted terms of a field."""

    def __init__(self, terms: list[bytes], fieldobj: Any) -> None:
        self._terms, self._field, self._at = terms, fieldobj, 0

    def first(self) -> str | None:
        """Move to the first term and return it."""
        self._at = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        """Move to the first term that is not less than `term` and return it."""
        wanted = term if isinstance(term, bytes) else term.encode()
        self._at = bisect_left(self._terms, wanted)
        return self.text()

    def next(self) -> str | None:
        """Move to the next term and return it."""
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        """Return the current term, None after the last."""
        if not self.is_valid():
            return None
        text: str = self._field.from_bytes(self._terms[self._at])
        return text

    def is_valid(self) -> bool:
        """Return whether there is a current term."""
        return self._at < len(self._terms)


class Matcher(LeafMatcher):  # type: ignore[misc]
    """An iterator over one term's documents, as Whoosh's queries need it."""

    def __init__(
        self, segment: Segment, term: Term, postings: Postings, format_: Any, scorer: Any
    ) -> None:
        self._segment, self._term = segment, term
        self._docs, self._often = postings.rows.tolist(), postings.often.tolist()
        self.format, self.scorer = format_, scorer
        self._at = 0

    def is_active(self) -> bool:
        """Return whether there is a current document."""
        return self._at < len(self._docs)

    def id(self) -> int:
        """Return the current document."""
        return int(self._docs[self._at])

    def next(self) -> None:
        """Move to the next document."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1

    def skip_to(self, id: int) -> None:  # noqa: A002 - Whoosh's name
        """Move to the first document that is not less than `id`."""
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._docs, id, self._at)

    def skip_to_quality(self, minquality: float) -> int:
        """Skip blocks of too low a quality and return their number; all postings are one block."""
        if self.block_quality() > minquality:
            return 0
        self._at = len(self._docs)
        return 1

    def block_quality(self) -> float:
        """Return the best possible score."""
        return float(self.max_quality())

    def weight(self) -> float:
        """Return the number of occurrences of the term in the document."""
        return float(self._often[self._at])

    def value(self) -> bytes:
        """Return the positions of the term in the document."""
        inside, ends = self._places
        end = int(ends[self._at]) if len(inside) else 0
        return inside[end - self._often[self._at] : end].astype("<u4").tobytes()

    @cached_property
    def _places(self) -> tuple[Array, Array]:
        """The positions of the term in all its documents, and each document's end in them."""
        name, term = self._term
        field = self._segment.words(name) if name in WORDS else None
        if not isinstance(field, WordField):
            return np.zeros(0, np.uint32), np.zeros(0, np.int64)
        number = field.lexicon.find(term)
        return field.inside(number, number + 1), np.cumsum(self._often)

    def all_ids(self) -> Iterator[int]:
        """Return the documents from the current one on."""
        return iter(self._docs[self._at :])

    def copy(self) -> Matcher:
        """Return an independent matcher at the same document."""
        fresh = Matcher.__new__(Matcher)
        fresh.__dict__.update(self.__dict__)
        return fresh

"""What Whoosh sees of a segment: its own seams over raw arrays, so that stock matchers search it.

The engine itself asks `segments`; these classes serve `whoosh.index.open_dir`, its readers and
its queries, and say what a segment's files are called.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from .caching import Cache
from .fields import WordField
from .lists import Postings
from .schema import COLUMNS, INDEXED, STORED, WORDS
from .sections import Array
from .segments import Segment

EXTENSION = ".seg"
KEPT = 4 << 20  # bytes
Term = tuple[str, bytes]


class RawCodec(base.Codec):  # type: ignore[misc]
    """Segments as files of raw arrays."""

    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> SegmentRecord:  # noqa: ARG002
        """The record of a segment that is not yet written."""
        return SegmentRecord(indexname)

    def terms_reader(self, storage: Any, segment: SegmentRecord) -> TermsReader:
        """What answers for terms."""
        return TermsReader(opened(storage, segment))

    def per_document_reader(self, storage: Any, segment: SegmentRecord) -> DocumentReader:
        """What answers for documents."""
        return DocumentReader(opened(storage, segment), segment)

    def per_document_writer(self, storage: Any, segment: SegmentRecord) -> Closed:  # noqa: ARG002
        """Nothing: the writer collects documents itself."""
        return Closed()

    def field_writer(self, storage: Any, segment: SegmentRecord) -> Closed:  # noqa: ARG002
        """Nothing: there are no posting tuples."""
        return Closed()


class Closed:
    """A writer that has nothing to write."""

    is_closed = True


class SegmentRecord(base.Segment):  # type: ignore[misc]
    """A segment's entry in the table of contents: its name, its size, its deleted documents."""

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self._count = 0
        self._deleted: set[int] = set()

    def codec(self) -> RawCodec:
        """How its file is read."""
        return RawCodec()

    def should_assemble(self) -> bool:
        """There is one file already."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """Say how many documents it holds."""
        self._count = doccount

    def doc_count_all(self) -> int:
        """The number of documents, deleted ones among them."""
        return self._count

    def deleted_count(self) -> int:
        """The number of deleted documents."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        """The deleted documents, in order."""
        return iter(sorted(self._deleted))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a document, or take that back."""
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def delete_documents(self, docnums: Iterable[int]) -> None:
        """Delete several documents."""
        self._deleted.update(docnums)

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return docnum in self._deleted


def opened(storage: Any, record: SegmentRecord) -> Segment:
    """The arrays of a segment; Whoosh's own readers keep little of what is worked out."""
    return Segment(Path(storage.folder, record.make_filename(EXTENSION)), Cache(KEPT))


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Lengths, stored lines, columns and deletions."""

    def __init__(self, segment: Segment, record: SegmentRecord) -> None:
        self._segment, self._record = segment, record

    def supports_columns(self) -> bool:
        """There are some."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether a field is a column."""
        return fieldname in COLUMNS

    def column_reader(self, fieldname: str, column: Any) -> Any:  # noqa: ARG002 - as Whoosh calls
        """A column's number for each document."""
        return self._segment.column(fieldname).tolist()

    def doc_count(self) -> int:
        """The number of documents that are not deleted."""
        return int(self._record.doc_count())

    def doc_count_all(self) -> int:
        """The number of documents, deleted ones among them."""
        return self._record.doc_count_all()

    def has_deletions(self) -> bool:
        """Whether some are deleted."""
        return bool(self._record.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Whether one is deleted."""
        return self._record.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """The deleted ones."""
        return self._record.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """The number of words of a field in a document."""
        if fieldname not in WORDS:
            return default
        return int(self._by_document(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        """The number of words of a field in all documents."""
        return self._segment.total_length(fieldname) if fieldname in WORDS else 0

    def min_field_length(self, fieldname: str) -> int:
        """The length of the shortest text of a field."""
        lengths = self._by_document(fieldname) if fieldname in WORDS else ()
        return int(min((n for n in lengths if n), default=0))

    def max_field_length(self, fieldname: str) -> int:
        """The length of the longest text of a field."""
        return int(max(self._by_document(fieldname), default=0)) if fieldname in WORDS else 0

    def stored_fields(self, docnum: int) -> dict[str, bytes]:
        """The line that a document stores."""
        return {STORED: self._segment.stored(docnum)}

    def _by_document(self, name: str) -> Array:
        return by_document(self._segment, name, self._segment.words(name).lengths)


def by_document(segment: Segment, name: str, numbers: Array) -> Array:
    """The numbers of a field's rows for documents: what is a resolution's has its header."""
    if INDEXED[name].of == "paragraph":
        return numbers
    spread = np.zeros(segment.size, numbers.dtype)
    spread[segment.first[:-1]] = numbers
    return spread


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """Terms and their postings."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment

    def __contains__(self, term: Term) -> bool:
        return self._number(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        """The names of the fields with terms."""
        return sorted(INDEXED)

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        """A place in the terms of a field."""
        return Cursor(list(self.segment.lexicon(fieldname)), fieldobj)

    def terms(self) -> Iterator[Term]:
        """All terms, in order."""
        return ((name, term) for name in sorted(INDEXED) for term in self.segment.lexicon(name))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """The terms from one on, to the last of the last field."""
        return (term for term in self.terms() if term >= (fieldname, prefix))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """All terms with what is known of them."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """The same from one on."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """What Whoosh wants to know of a term."""
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
        """How often a term stands in all documents."""
        return int(self._postings(fieldname, text).often.sum()) if (fieldname, text) in self else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """How many documents have a term."""
        return len(self._postings(fieldname, text).rows) if (fieldname, text) in self else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Matcher:
        """A stock matcher over a term's postings."""
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
        return by_document(self.segment, name, self.segment.words(name).lengths)


class Cursor(base.FieldCursor):  # type: ignore[misc]
    """A place in the sorted terms of a field."""

    def __init__(self, terms: list[bytes], fieldobj: Any) -> None:
        self._terms, self._field, self._at = terms, fieldobj, 0

    def first(self) -> str | None:
        """The first term."""
        self._at = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        """The first term that is not before this one."""
        wanted = term if isinstance(term, bytes) else term.encode()
        self._at = bisect_left(self._terms, wanted)
        return self.text()

    def next(self) -> str | None:
        """The term behind."""
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        """The term here, None behind the last."""
        if not self.is_valid():
            return None
        text: str = self._field.from_bytes(self._terms[self._at])
        return text

    def is_valid(self) -> bool:
        """Whether there is a term here."""
        return self._at < len(self._terms)


class Matcher(LeafMatcher):  # type: ignore[misc]
    """One term's documents, one after another, as Whoosh's queries want them."""

    def __init__(
        self, segment: Segment, term: Term, postings: Postings, format_: Any, scorer: Any
    ) -> None:
        self._segment, self._term = segment, term
        self._docs, self._often = postings.rows.tolist(), postings.often.tolist()
        self.format, self.scorer = format_, scorer
        self._at = 0

    def is_active(self) -> bool:
        """Whether there is a document here."""
        return self._at < len(self._docs)

    def id(self) -> int:
        """The document."""
        return int(self._docs[self._at])

    def next(self) -> None:
        """Go on to the document behind."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1

    def skip_to(self, id: int) -> None:  # noqa: A002 - Whoosh's name
        """Go on to the first document that is not before this one."""
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._docs, id, self._at)

    def skip_to_quality(self, minquality: float) -> int:
        """Blocks that are not good enough: all postings are one block."""
        if self.block_quality() > minquality:
            return 0
        self._at = len(self._docs)
        return 1

    def block_quality(self) -> float:
        """The best score that is possible."""
        return float(self.max_quality())

    def weight(self) -> float:
        """How often the term stands in the document."""
        return float(self._often[self._at])

    def value(self) -> bytes:
        """The places of the term in the document."""
        inside, ends = self._places
        end = int(ends[self._at]) if len(inside) else 0
        return inside[end - self._often[self._at] : end].astype("<u4").tobytes()

    @cached_property
    def _places(self) -> tuple[Array, Array]:
        """The places of the term in all its documents, and where each document's end."""
        name, term = self._term
        field = self._segment.words(name) if name in WORDS else None
        if not isinstance(field, WordField):
            return np.zeros(0, np.uint32), np.zeros(0, np.int64)
        number = field.lexicon.find(term)
        return field.inside(number, number + 1), np.cumsum(self._often)

    def all_ids(self) -> Iterator[int]:
        """The documents from here on."""
        return iter(self._docs[self._at :])

    def copy(self) -> Matcher:
        """A matcher of the same place."""
        fresh = Matcher.__new__(Matcher)
        fresh.__dict__.update(self.__dict__)
        return fresh

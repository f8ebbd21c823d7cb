"""A Whoosh codec over raw arrays, and the record of a segment in the table of contents.

An index contains the name of this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh.codec import base

from .segments.cache import Cache
from .segments.snapshot import Segment

if TYPE_CHECKING:
    from .stock import DocumentReader, TermsReader

EXTENSION = ".seg"
KEPT = 4 << 20  # bytes


class RawCodec(base.Codec):  # type: ignore[misc]
    """Segments as files of raw arrays."""

    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> SegmentRecord:  # noqa: ARG002
        """Return the record of a segment that is not yet written."""
        return SegmentRecord(indexname)

    def terms_reader(self, storage: Any, segment: SegmentRecord) -> TermsReader:
        """Return the reader of a segment's terms."""
        from .stock import TermsReader  # only stock Whoosh needs it

        return TermsReader(open_segment(storage, segment))

    def per_document_reader(self, storage: Any, segment: SegmentRecord) -> DocumentReader:
        """Return the reader of a segment's documents."""
        from .stock import DocumentReader

        return DocumentReader(open_segment(storage, segment), segment)

    def per_document_writer(self, storage: Any, segment: SegmentRecord) -> Closed:  # noqa: ARG002
        """Return a closed writer, since `Writer` collects documents itself."""
        return Closed()

    def field_writer(self, storage: Any, segment: SegmentRecord) -> Closed:  # noqa: ARG002
        """Return a closed writer, since there are no posting tuples."""
        return Closed()


class Closed:
    """A writer without anything to write."""

    is_closed = True


class SegmentRecord(base.Segment):  # type: ignore[misc]
    """A segment's entry in the table of contents: its name, size and deleted documents."""

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self._count = 0
        self._deleted: set[int] = set()

    def codec(self) -> RawCodec:
        """Return the codec of the segment's file."""
        return RawCodec()

    def should_assemble(self) -> bool:
        """Return False: the segment is a single file already."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """Set the number of documents."""
        self._count = doccount

    def doc_count_all(self) -> int:
        """Return the number of documents, including deleted ones."""
        return self._count

    def deleted_count(self) -> int:
        """Return the number of deleted documents."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        """Return the deleted documents, in order."""
        return iter(sorted(self._deleted))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a document, or undelete it."""
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def delete_documents(self, docnums: Iterable[int]) -> None:
        """Delete several documents."""
        self._deleted.update(docnums)

    def is_deleted(self, docnum: int) -> bool:
        """Return whether a document is deleted."""
        return docnum in self._deleted


def open_segment(storage: Any, record: SegmentRecord) -> Segment:
    """Open a segment with a small cache, which is enough for Whoosh's own readers."""
    return Segment(Path(storage.folder, record.make_filename(EXTENSION)), Cache(KEPT))

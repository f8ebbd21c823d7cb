"""The writer: converts documents to streams of numbers, writes and merges segments, commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from whoosh.writing import IndexingError, SegmentWriter

from ...model.resolution import Resolution, dumps
from ...model.source import Source as LedgerLine
from ...query.field_table import paragraph_values, resolution_values
from .codec import EXTENSION, RawCodec, SegmentRecord, open_segment
from .locks import unlock
from .schema import ABOVE, BELOW, COLUMNS, DOC, HEADER, INDEXED, PARAGRAPH, PATH, SOURCE, STORED
from .segments.inversion import Sections, ValueStream, WordStream, stem_sections
from .segments.merge import Source, merge_sections
from .segments.sections import narrow, write_sections
from .segments.snapshot import Segment
from .segments.stored_lines import StoredWriter

Fields = dict[str, Any]
Read = Callable[[SegmentRecord], Segment]
MAX_SEGMENTS = 8
LARGER = 8  # a segment up to this many times the size of the new documents is merged with them
FLUSH = 2_000_000  # words in memory before a segment is written


def resolution_documents(resolution: Resolution) -> Iterator[Fields]:
    """Yield a header, which is never a hit, then a document a paragraph in printed order."""
    # The header stores the full key, since a long one is cut as a term.
    known = {"key": resolution.key, "count": len(resolution.paragraphs)}
    header = {**resolution.header(), **known}
    yield {**resolution_values(resolution), DOC: HEADER, STORED: _serialise(header)}
    places = {p.id: place for place, p in reversed(list(enumerate(resolution.paragraphs)))}
    for place, (paragraph, above, below) in enumerate(resolution.placed()):
        yield {
            **paragraph_values(paragraph, resolution.language == "en"),
            ABOVE: place - places[above[-1].id] if above else 0,
            BELOW: below,
            DOC: PARAGRAPH,
            STORED: _serialise(paragraph.to_json()),
        }


def source_document(source: LedgerLine) -> Fields:
    """Return the document of a line of the ledger, which is never a hit."""
    return {DOC: SOURCE, PATH: source.path, STORED: _serialise(source.to_json())}


def _serialise(data: Fields) -> bytes:
    return dumps(data).encode("utf-8", "replace")


class Draft:
    """A segment that is not yet written: its documents as streams of numbers."""

    def __init__(self) -> None:
        self.documents = 0
        self._first: list[int] = []
        self._english: list[bool] = []
        self._stored = StoredWriter()
        self._columns: dict[str, list[int]] = {name: [] for name in COLUMNS}
        self._streams: dict[str, WordStream | ValueStream] = {
            field.name: WordStream() if field.kind == "text" else ValueStream(field.kind == "terms")
            for field in INDEXED.values()
            if field.kind != "stemmed"
        }
        self._text = self._streams["text"]
        self._takers = {
            name: (stream.add, INDEXED[name].of == "resolution")
            for name, stream in self._streams.items()
        }

    @property
    def is_full(self) -> bool:
        """Whether the draft has enough words to be written."""
        return isinstance(self._text, WordStream) and len(self._text.words) >= FLUSH

    def add(self, fields: Fields) -> None:
        """Append a document; a paragraph belongs to the header before it."""
        if fields[DOC] != PARAGRAPH:
            self._first.append(self.documents)
            self._english.append(fields.get("lang") == "en")
        resolution = len(self._first) - 1
        for name, value in fields.items():
            taker = self._takers.get(name) if value is not None else None
            if taker is not None:
                take, own = taker
                take(resolution if own else self.documents, value)
        for name, column in self._columns.items():
            column.append(fields.get(name, 0))
        self._stored.add(fields[STORED], apart=fields[DOC] == HEADER)
        self.documents += 1

    def sections(self) -> Sections:
        """Yield all sections of the segment."""
        first = np.array([*self._first, self.documents], np.uint32)
        yield "first", first
        for name, column in self._columns.items():
            yield name, narrow(np.array(column, np.int64))
        yield from self._stored.sections()
        for name, stream in self._streams.items():
            own = INDEXED[name].of == "resolution"
            yield from stream.sections(name, len(self._first) if own else self.documents)
        yield from self._stems()

    def _stems(self) -> Sections:
        for field in INDEXED.values():
            stream = self._streams.get(field.source)
            if isinstance(stream, WordStream):
                rows = np.array(self._english, dtype=bool)
                if field.of == "paragraph":
                    rows = np.repeat(rows, np.diff([*self._first, self.documents]))
                yield from stem_sections(field.name, stream.stems(rows))


class Writer(SegmentWriter):  # type: ignore[misc]
    """Whoosh's segment writer, without posting tuples.

    Lock, table of contents, deletions and the interface are Whoosh's. Segments that are flushed
    before the commit are merged by it.
    """

    newsegment: SegmentRecord
    docnum: int

    def __init__(self, index: Any, read: Read | None = None, **kwargs: Any) -> None:
        self._read: Read = read or (lambda record: open_segment(self.storage, record))
        self._draft = Draft()
        self._flushed: list[SegmentRecord] = []
        self._joining: list[SegmentRecord] = []
        try:
            super().__init__(index, codec=RawCodec(), **kwargs)
            names = {record.make_filename(EXTENSION) for record in self.segments}
            self.storage.remove_leftovers(names)
        except BaseException:  # otherwise the exception's traceback keeps the lock
            unlock(self.writelock)
            raise

    def add_document(self, **fields: Any) -> None:
        """Add a header, a line of the ledger, or a paragraph of the header before."""
        self._check_state()
        if fields[DOC] != PARAGRAPH and self._draft.is_full:
            self._flush()
        self._draft.add(fields)
        self.docnum = self._draft.documents
        self._added = True

    def add_reader(self, reader: Any) -> None:
        """Merge a segment with the new documents at the commit, for Whoosh's own merge policies."""
        self.join(reader.segment())

    def join(self, record: SegmentRecord) -> None:
        """Merge a segment with the new documents at the commit."""
        if not isinstance(record, SegmentRecord):
            raise IndexingError("Only segments of this format can be merged.")
        self._joining.append(record)

    def doc_count(self) -> int:
        """Return the number of documents that were added and not deleted since."""
        records = [*self._flushed, self.newsegment]
        return (
            self.docnum
            + sum(r.doc_count_all() for r in self._flushed)
            - sum(r.deleted_count() for r in records)
        )

    def commit(self, mergetype: Any = None, optimize: Any = None, merge: Any = None) -> None:
        """Make all changes visible."""
        self._check_state()
        policy = mergetype or (None if optimize or merge is False else balanced)
        kept = self._merge_segments(policy, optimize, merge)
        if self._added:
            self._flush()
        new = self._merge_chosen()
        for record in new:
            self.storage.to_disk(record.make_filename(EXTENSION))
        # From here on the table of contents may name these files even if a later call fails, so
        # `cancel` must not remove them. The next writer removes those that it does not name.
        self._flushed.clear()
        self._commit_toc([*kept, *new])
        self._finish()

    def cancel(self) -> None:
        """Discard all changes; a file that can't be removed is left to the next writer."""
        for record in self._flushed:
            with suppress(OSError):
                self._remove(record)
        super().cancel()

    def _close_segment(self) -> None:
        self.pool.cleanup()

    def _flush(self) -> None:
        """Write the documents in memory as a segment, and start another."""
        self.newsegment.set_doc_count(self._draft.documents)
        self._write(self.newsegment, self._draft.sections())
        self._flushed.append(self.newsegment)
        self._draft, self.docnum, self._added = Draft(), 0, False
        self.newsegment = self.codec.new_segment(self.storage, self.indexname)

    def _merge_chosen(self) -> Sequence[SegmentRecord]:
        """Merge the new segments and those that the policy chose; return the result, if any."""
        records = [*self._joining, *self._flushed]
        live = [record for record in records if record.doc_count()]
        if len(live) == 1 and live == self._flushed and not live[0].has_deletions():
            return live
        if not live:
            return []
        sources = [Source(self._read(record), _mask_live(record)) for record in live]
        joined = self.codec.new_segment(self.storage, self.indexname)
        joined.set_doc_count(sum(record.doc_count() for record in live))
        self._write(joined, merge_sections(sources))
        return [joined]

    def _write(self, record: SegmentRecord, sections: Sections) -> None:
        file = record.create_file(self.storage, EXTENSION)
        try:
            facts = {"documents": record.doc_count_all(), "file": record.make_filename(EXTENSION)}
            write_sections(file, sections, facts)
        finally:
            file.close()

    def _remove(self, record: SegmentRecord) -> None:
        name = record.make_filename(EXTENSION)
        if self.storage.file_exists(name):
            self.storage.delete_file(name)


def _mask_live(record: SegmentRecord) -> Any:
    live = np.ones(record.doc_count_all(), dtype=bool)
    live[np.fromiter(record.deleted_docs(), np.int64)] = False
    return live


def balanced(writer: Writer, segments: list[SegmentRecord]) -> list[SegmentRecord]:
    """Choose segments to merge with the new documents; return the others.

    Segments are merged that are mostly deleted or not much larger than the new documents, and the
    smallest ones until fewer than `MAX_SEGMENTS` remain. So a small commit does not rewrite a large
    segment, and a search reads few segments.
    """
    size = writer.doc_count()
    kept = sorted(segments, key=lambda record: record.doc_count())
    joined: list[SegmentRecord] = [r for r in kept if r.deleted_count() > r.doc_count()]
    size += sum(record.doc_count() for record in joined)
    kept = [record for record in kept if record not in joined]
    while kept and (kept[0].doc_count() <= LARGER * size or len(kept) >= MAX_SEGMENTS):
        size += kept[0].doc_count()
        joined.append(kept.pop(0))
    for record in segments:
        if record in joined:
            writer.join(record)
    return [record for record in segments if record in kept]


class Transaction:
    """A set of changes that become visible together, made under the index's lock.

    Whoosh can delete only committed documents, so added documents are remembered and deleted in
    the segment that is being written.
    """

    def __init__(self, index: Any, read: Read) -> None:
        self._writer = Writer(index, read)
        try:
            self._committed = [(record, read(record)) for record in self._writer.segments]
        except BaseException:
            self.cancel()
            raise
        self._added: dict[tuple[str, str], tuple[SegmentRecord, range]] = {}

    def put(self, field: str, value: str, documents: Iterable[Fields]) -> None:
        """Replace all documents that have this value."""
        complete = list(documents)  # so that an error is raised before anything changes
        self.drop(field, value)
        for document in complete:
            self._writer.add_document(**document)
        end = self._writer.docnum
        self._added[field, value] = self._writer.newsegment, range(end - len(complete), end)

    def drop(self, field: str, value: str) -> bool:
        """Delete the documents with this value; return False if there are none."""
        fresh = self._added.pop((field, value), None)
        if fresh is not None:
            record, documents = fresh
            record.delete_documents(documents)
        old = [self._drop_old(*pair, field, value) for pair in self._committed]
        return fresh is not None or any(old)

    @staticmethod
    def _drop_old(record: SegmentRecord, segment: Segment, field: str, value: str) -> bool:
        found = False
        for row in segment.find(field, value).tolist():
            first, end = segment.first[row : row + 2].tolist()
            if not record.is_deleted(first):
                record.delete_documents(range(first, end))
                found = True
        return found

    def commit(self) -> None:
        """Make all changes visible."""
        try:
            self._writer.commit()
        except BaseException:
            self.cancel()
            raise

    def cancel(self) -> None:
        """Discard all changes."""
        if not self._writer.is_closed:
            self._writer.cancel()

"""One transaction of changes: Whoosh's documents of a resolution, put and dropped by a term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.reading import TermNotFound

from ...resolution import Resolution, dumps
from ...schema import paragraph_values, resolution_values
from ..base import Source
from .schema import ABOVE, BELOW, DOC, HEADER, PARAGRAPH, PATH, SOURCE, STORED, term_bytes

Fields = dict[str, Any]
HEADER_FIELDS = ("key", "lang", "body", "session", "year")


def resolution_documents(resolution: Resolution) -> Iterator[Fields]:
    """A header document, which is never a hit, then one for each paragraph in printed order."""
    common = resolution_values(resolution)
    # The key as it is: one that is long is cut as a term.
    known = {"key": resolution.key, "count": len(resolution.paragraphs)}
    header = {**resolution.header(), **known}
    yield {
        **{name: common[name] for name in HEADER_FIELDS},
        DOC: HEADER,
        STORED: _stored(header),
    }
    places = {p.id: place for place, p in reversed(list(enumerate(resolution.paragraphs)))}
    below = Counter(p.parent for p in resolution.paragraphs if p.parent is not None)
    for place, paragraph in enumerate(resolution.paragraphs):
        above = places.get(paragraph.parent) if paragraph.parent is not None else None
        yield {
            **common,
            **paragraph_values(paragraph, resolution.language == "en"),
            ABOVE: None if above is None else place - above,
            BELOW: below[paragraph.id] or None,
            DOC: PARAGRAPH,
            STORED: _stored(paragraph.to_json()),
        }


def source_document(source: Source) -> Fields:
    """A line of the ledger, which is never a hit."""
    return {DOC: SOURCE, PATH: source.path, STORED: _stored(source.to_json())}


def _stored(data: Fields) -> bytes:
    return dumps(data).encode("utf-8", "replace")


class Transaction:
    """Changes that become visible together, under the index's lock.

    Whoosh finds only committed documents when it deletes, so `update_document` for one key twice
    in a transaction leaves both. The numbers of documents added here are kept, and are marked as
    deleted in the segment that is being written.
    """

    def __init__(self, index: Any) -> None:
        codec = W3Codec()
        # Lengths of each block serve a kind of scoring that is not used here, and looking them up
        # takes a third of the time of writing.
        codec.length_stats = False
        self._writer = index.writer(limitmb=256, codec=codec)
        self._committed = index.reader()
        self._added: dict[tuple[str, str], range] = {}

    def put(self, field: str, value: str, documents: Iterable[Fields]) -> None:
        """Add documents in the place of all that have this value."""
        complete = list(documents)  # what can't be made is found out before anything is changed
        self.drop(field, value)
        start = self._writer.docnum
        for document in complete:
            self._writer.add_document(**document)
        self._added[field, value] = range(start, self._writer.docnum)

    def drop(self, field: str, value: str) -> bool:
        """Delete the documents with this value; False where there are none."""
        fresh = self._added.pop((field, value), range(0))
        for number in fresh:
            self._writer.newsegment.delete_document(number)
        old = [n for n in self._numbers(field, value) if not self._writer.is_deleted(n)]
        for number in old:
            self._writer.delete_document(number)
        return bool(fresh or old)

    def _numbers(self, field: str, value: str) -> list[int]:
        try:
            return list(self._committed.postings(field, term_bytes(value)).all_ids())
        except TermNotFound:
            return []

    def commit(self) -> None:
        """Make all changes visible."""
        self._committed.close()
        try:
            self._writer.commit()
        except BaseException:
            self._give_up()
            raise

    def cancel(self) -> None:
        """Give up all changes."""
        self._committed.close()
        self._give_up()

    def _give_up(self) -> None:
        try:
            self._writer.cancel()
        except Exception:  # noqa: BLE001 - half-way through a commit, Whoosh can't close its files
            self._writer.writelock.release()

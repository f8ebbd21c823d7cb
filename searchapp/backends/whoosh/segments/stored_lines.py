"""The stored lines of documents: JSON in compressed blocks of some kilobytes.

Blocks are small, since a page of results reads twenty documents from twenty blocks; a dictionary
of common text makes small blocks compress nearly as well as large ones.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from .sections import Array, SectionFile

BLOCK = 4 << 10  # bytes of lines in a block, before compression
MAX_BLOCK = 1 << 28  # bytes of an unpacked block at most; a line of JSON may have 16 MB
LEVEL = 4  # clearly faster than 6, and hardly larger
# Part of the format: a block can only be read with the dictionary that it was written with.
DICTIONARY = (
    b'"symbol":"A/RES/69/28","language":"en","body":"ga","session":"69","year":2014,"adopted":"'
    b'2014-12-02","title":"","agenda_items":[""],"origin":"plenary","report":null,"meeting":null,'
    b'"draft":null,"sponsors":[],"subjects":["HUMAN RIGHTS","INTERNATIONAL COOPERATION"],"vote":{'
    b'"for":"against":"abstaining":},"part":null,"source":"","hash":"","indexed":"","inferred":[],'
    b'"key":"","count":the General Assembly Member States resolution the Secretary-General report '
    b"of the United Nations in the development international and human rights implementation "
    b'"kind":"preambular","number":null,"level":1,"parent":null,"text":"Recalling its resolutions '
    b'","phrase":"Reaffirming","verb":"noting","head":"noting","verbs":["recalling"],"inherited":'
    b'false,"clauses":[{"verb":"requests","phrase":"Also requests the Secretary-General","addressee'
    b's":["Secretary-General","Member States"],"start":0,"end":"cites":[{"symbol":"A/RES/70/1","ver'
    b'b":"recalling","start":"due_sessions":[{"session":"notes":[{"mark":"1","text":"See A/"basis":'
    b'"inherited":true,"clauses":[],"addressees":[],"cites":[],"due_sessions":[],"section":null,'
    b'"annex":null,"notes":[],"basis":"mark-up"}\n{"id":"A/RES/69/28#op1","kind":"operative",'
    b'"number":"1","level":1,"parent":null,"text":"'
)


class StoredWriter:
    """A writer of blocks from the documents' lines, in order."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._room = BLOCK
        self._blocks: list[bytes] = []
        self._lengths, self._documents = array("I"), array("I")  # of each block

    def add(self, line: bytes, apart: bool = False) -> None:
        """Append the line of the next document, in a block with its neighbours or `apart`.

        Headers are apart, since a page of results reads twenty, and each in its own block unpacks
        faster.
        """
        if apart:
            self._close()
        self._lines.append(line)
        self._room -= len(line)
        if apart or self._room <= 0:
            self._close()

    def add_blocks(self, blocks: bytes, lengths: Array, documents: Array) -> None:
        """Append blocks of another segment unchanged; `lengths` are bytes, for each block."""
        self._close()
        self._blocks.append(blocks)
        self._lengths.extend(lengths.tolist())
        self._documents.extend(documents.tolist())

    def sections(self) -> Iterator[tuple[str, Array]]:
        """Yield the blocks, the offset of each, and its first document."""
        self._close()
        yield "stored.blocks", np.frombuffer(b"".join(self._blocks), np.uint8)
        yield "stored.block_at", _edges(self._lengths, np.uint64)
        yield "stored.first", _edges(self._documents, np.uint32)

    def _close(self) -> None:
        if self._lines:
            packer = zlib.compressobj(LEVEL, zdict=DICTIONARY)
            block = packer.compress(b"\n".join(self._lines)) + packer.flush()
            self._blocks.append(block)
            self._lengths.append(len(block))
            self._documents.append(len(self._lines))
            self._lines, self._room = [], BLOCK


def _edges(sizes: array[int], dtype: type[np.generic]) -> Array:
    edges = np.zeros(len(sizes) + 1, dtype)
    np.cumsum(np.frombuffer(sizes, np.uint32), out=edges[1:])
    return edges


class StoredReader:
    """A reader of the stored lines of a segment's documents."""

    def __init__(self, file: SectionFile) -> None:
        self._file = file
        self._at = file.whole("stored.block_at")
        self._first = file.whole("stored.first")

    def block_of(self, document: int) -> tuple[int, int]:
        """Return the block of a document, and its index in the block."""
        block = bisect_right(self._first.data, document) - 1
        return block, document - int(self._first[block])

    def lines(self, block: int) -> list[bytes]:
        """Return the lines of a block, one a document; `DamagedFile` if their number differs."""
        unpacker = zlib.decompressobj(zdict=DICTIONARY)
        lines = unpacker.decompress(self._packed(block, block + 1), MAX_BLOCK).split(b"\n")
        if not unpacker.eof or len(lines) != int(self._first[block + 1]) - int(self._first[block]):
            raise self._file.damaged(f"the block {block} of stored lines")
        return lines

    def _packed(self, first: int, end: int) -> bytes:
        """Return compressed blocks from the file."""
        start, stop = int(self._at[first]), int(self._at[end])
        return self._file.part("stored.blocks", start, stop).tobytes()

    def copy(self, live: Array, writer: StoredWriter) -> None:
        """Write the lines of the live documents; blocks without deletions are copied unchanged."""
        first = self._first.astype(np.int64)
        lives = np.add.reduceat(live, first[:-1], dtype=np.int64) if len(first) > 1 else first[:0]
        sizes = np.diff(first)
        whole = lives == sizes
        edges = np.flatnonzero(np.diff(whole, prepend=~whole[:1], append=~whole[-1:]))
        for start, stop in pairwise(edges.tolist()):
            if whole[start]:
                lengths = np.diff(self._at[start : stop + 1])
                writer.add_blocks(self._packed(start, stop), lengths, sizes[start:stop])
            else:
                for block in range(start, stop):
                    self._copy_lines(block, live[first[block] : first[block + 1]], writer)

    def _copy_lines(self, block: int, live: Array, writer: StoredWriter) -> None:
        if live.any():
            for line, kept in zip(self.lines(block), live.tolist(), strict=True):
                if kept:
                    writer.add(line)

"""What documents store: lines of JSON in compressed blocks of some kilobytes.

Blocks are small, since a page of results reads twenty documents from twenty blocks; a dictionary
of what every line holds makes small blocks nearly as good as large ones.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Iterator

import numpy as np

from .sections import Array, SectionFile

BLOCK = 4 << 10  # bytes of lines in a block, before it is compressed
LEVEL = 6
# Part of the format: a block can only be read with the dictionary with which it was written.
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
    """Takes the documents' lines in order, and makes blocks of them."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._room = BLOCK
        self._blocks: list[bytes] = []
        self._first = array("I")  # the first document of each block
        self.documents = 0

    def add(self, line: bytes, apart: bool = False) -> None:
        """Keep the line of the next document, in a block with its neighbours or `apart`.

        A page of results reads twenty headers: each alone takes a third of the time.
        """
        if apart:
            self._close()
        self._lines.append(line)
        self._room -= len(line)
        if apart or self._room <= 0:
            self._close()

    def add_block(self, block: bytes, documents: int) -> None:
        """Keep a block of another segment as it is."""
        self._close()
        self._append(block, documents)

    def sections(self) -> Iterator[tuple[str, Array]]:
        """The blocks, where each begins, and its first document."""
        self._close()
        lengths = np.fromiter(map(len, self._blocks), np.uint64, len(self._blocks))
        ends = np.cumsum(lengths, dtype=np.uint64)
        yield "stored.blocks", np.frombuffer(b"".join(self._blocks), np.uint8)
        yield "stored.block_at", np.concatenate([np.zeros(1, np.uint64), ends])
        yield "stored.first", np.append(np.frombuffer(self._first, np.uint32), self.documents)

    def _close(self) -> None:
        if self._lines:
            packer = zlib.compressobj(LEVEL, zdict=DICTIONARY)
            block = packer.compress(b"\n".join(self._lines)) + packer.flush()
            self._append(block, len(self._lines))
            self._lines, self._room = [], BLOCK

    def _append(self, block: bytes, documents: int) -> None:
        self._blocks.append(block)
        self._first.append(self.documents)
        self.documents += documents


class StoredReader:
    """The lines of a segment's documents."""

    def __init__(self, file: SectionFile) -> None:
        self._file = file
        self._at = file.whole("stored.block_at")
        self._first = file.whole("stored.first")

    def block_of(self, document: int) -> tuple[int, int]:
        """The block of a document, and its place in it."""
        block = int(np.searchsorted(self._first, document, side="right")) - 1
        return block, document - int(self._first[block])

    def lines(self, block: int) -> list[bytes]:
        """The lines of a block."""
        return zlib.decompressobj(zdict=DICTIONARY).decompress(self.packed(block)).split(b"\n")

    def packed(self, block: int) -> bytes:
        """A block as it lies in the file."""
        start, stop = int(self._at[block]), int(self._at[block + 1])
        return self._file.part("stored.blocks", start, stop).tobytes()

    def copy(self, live: Iterable[bool], writer: StoredWriter) -> None:
        """Write the lines of the documents that live: whole blocks as they are."""
        alive = np.fromiter(live, bool)
        for block in range(len(self._first) - 1):
            part = alive[self._first[block] : self._first[block + 1]]
            if part.all():
                writer.add_block(self.packed(block), len(part))
            elif part.any():
                for line, kept in zip(self.lines(block), part.tolist(), strict=True):
                    if kept:
                        writer.add(line)

"""A segment's file: named sections of raw little-endian numbers, each block with a checksum.

    header      MAGIC
    sections    each begins at a multiple of 64 bytes
    checksums   a CRC-32 for each block of each section, in the order of the sections
    directory   JSON: type, offset and size of each section, and facts about the segment
    trailer     lengths and checksums of checksums and directory, MAGIC

A file is written once and never changed, since truncating a mapped file would kill its readers
with a signal. docs/engine.md has a diagram of it.
"""

from __future__ import annotations

import json
import mmap
import stat
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

MAGIC = b"CLAUSES4"
ALIGNMENT = 64
# Only blocks that are read are verified, so that a rare word does not wait for all postings.
BLOCK = 1 << 12
TRAILER = struct.Struct("<IIII8s")  # bytes and CRC-32 of the checksums, those of the directory
DTYPES = frozenset({"|u1", "<u2", "<u4", "<u8", "|i1", "<i2", "<i4", "<i8"})
Array = NDArray[Any]


class DamagedFile(Exception):
    """An index file with other bytes than were written."""


class Writable(Protocol):
    """A file as `write_sections` needs it."""

    def write(self, data: bytes, /) -> Any:
        """Append bytes."""


class Place(NamedTuple):
    """The location of a section: its numpy type, offset, size in bytes, and first checksum."""

    dtype: str
    offset: int
    bytes: int
    checksum: int


def write_sections(
    file: Writable, sections: Iterable[tuple[str, Array]], facts: dict[str, Any]
) -> None:
    """Write a whole file; sections are consumed one by one, so that only one is in memory."""
    file.write(MAGIC)
    offset = len(MAGIC)
    places: dict[str, Place] = {}
    checksums: list[int] = []
    for name, array in sections:
        data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data.cast("B")
        padding = -offset % ALIGNMENT
        file.write(bytes(padding))
        file.write(data)  # type: ignore[arg-type]
        offset += padding
        places[name] = Place(array.dtype.newbyteorder("<").str, offset, len(data), len(checksums))
        checksums += [zlib.crc32(data[n : n + BLOCK]) for n in range(0, len(data), BLOCK)]
        offset += len(data)
    sums = np.array(checksums, dtype="<u4").tobytes()
    directory = json.dumps({"sections": places, "facts": facts}).encode()
    file.write(sums)
    file.write(directory)
    lengths = len(sums), zlib.crc32(sums), len(directory), zlib.crc32(directory)
    file.write(TRAILER.pack(*lengths, MAGIC))


class SectionFile:
    """A memory-mapped file of sections; a block is verified when it is first read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._map = _map_file(path)
        view = memoryview(self._map)
        if len(view) < TRAILER.size + len(MAGIC) or view[: len(MAGIC)] != MAGIC:
            raise self.damaged("the header")
        *lengths, magic = TRAILER.unpack(view[-TRAILER.size :])
        if magic != MAGIC:
            raise self.damaged("the trailer")
        end = len(view) - TRAILER.size
        directory = self._read_verified(end - lengths[2], end, lengths[3], "the directory")
        end -= lengths[2]
        sums = self._read_verified(end - lengths[0], end, lengths[1], "the checksum table")
        self._end = end - lengths[0]  # of the sections
        self._checksums = np.frombuffer(sums, "<u4").astype(np.uint32).data
        self._verified = bytearray(len(self._checksums))  # 1 for each verified block
        known = self._read_directory(bytes(directory))
        self.documents, self.places = known.documents, known.places
        self._arrays: dict[str, Array] = {}  # views of the file, verified or not
        self._whole: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def size(self, name: str) -> int:
        """Return the number of entries of a section, without reading it."""
        place = self.places.get(name)
        if place is None:
            raise self.damaged(f"the section {name}", "is missing")
        return place.bytes // np.dtype(place.dtype).itemsize

    def whole(self, name: str) -> Array:
        """Return a section after verifying all of it."""
        if name not in self._whole:
            self._verify(self.places[name], 0, self.places[name].bytes)
            self._whole.add(name)
        return self._array(name)

    def part(self, name: str, start: int, stop: int) -> Array:
        """Return a section's entries from `start` to `stop`; only their blocks are verified."""
        array = self._array(name)
        if name not in self._whole:
            self._verify(self.places[name], start * array.itemsize, stop * array.itemsize)
        return array[start:stop]

    def verify(self) -> None:
        """Read the whole file again; `DamagedFile` for the first damaged block or padding."""
        self._verified[:] = bytes(len(self._verified))
        end = len(MAGIC)
        for place in sorted(self.places.values(), key=lambda place: place.offset):
            self._verify(place, 0, place.bytes)
            if any(self._map[end : place.offset]):  # padding is zero
                raise self.damaged(f"the padding before byte {place.offset:,}")
            end = place.offset + place.bytes

    def _array(self, name: str) -> Array:
        if name not in self._arrays:
            place = self.places[name]
            dtype = np.dtype(place.dtype)
            count = place.bytes // dtype.itemsize
            self._arrays[name] = np.frombuffer(self._map, dtype, count, place.offset)
        return self._arrays[name]

    def _verify(self, place: Place, start: int, stop: int) -> None:
        """Verify the blocks from one byte to another that are not yet verified."""
        first = place.checksum + start // BLOCK
        end = place.checksum - (-min(stop, place.bytes) // BLOCK)
        number = self._verified.find(0, first, end)
        view = memoryview(self._map)
        while number >= 0:
            at = place.offset + (number - place.checksum) * BLOCK
            block = view[at : min(at + BLOCK, place.offset + place.bytes)]
            if zlib.crc32(block) != self._checksums[number]:
                raise self.damaged(f"the block at byte {at:,}")
            self._verified[number] = 1
            number = self._verified.find(0, number + 1, end)

    def _read_verified(self, start: int, stop: int, checksum: int, what: str) -> memoryview:
        part = memoryview(self._map)[max(start, 0) : stop]
        if start < 0 or zlib.crc32(part) != checksum:
            raise self.damaged(what)
        return part

    def _read_directory(self, data: bytes) -> Directory:
        """Return the directory after checking it against the file's size and name."""
        found = _parse_directory(data)
        if found is None or not all(map(self._is_inside, found.places.values())):
            raise self.damaged("the directory")
        if found.name not in (None, self.path.name):
            raise self.damaged("the content", f"is that of {str(found.name)[:80]}")
        return found

    def _is_inside(self, place: Place) -> bool:
        """Return whether a section is between the header and the checksums, and has checksums."""
        end, blocks = self._end, -(-place.bytes // BLOCK)
        return (
            place.offset >= len(MAGIC)
            and place.offset + place.bytes <= end
            and place.bytes % np.dtype(place.dtype).itemsize == 0
            and place.checksum <= len(self._checksums) - blocks
        )

    def damaged(self, part: str, fault: str = "is damaged") -> DamagedFile:
        """Return the error for a part of this file."""
        return DamagedFile(f"{self.path.name}: {part} {fault}.")


class Directory(NamedTuple):
    """A file's directory: number of documents, name (None in an older format), and sections."""

    documents: int
    name: str | None
    places: dict[str, Place]


def _parse_directory(data: bytes) -> Directory | None:
    """Parse and validate a directory; return None if it is malformed."""
    try:
        known = json.loads(data)
        places = {name: Place(*place) for name, place in known["sections"].items()}
        documents, name = known["facts"]["documents"], known["facts"].get("file")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    numbers = [documents, *(n for place in places.values() for n in place[1:])]
    whole = all(type(number) is int and number >= 0 for number in numbers)
    typed = all(place.dtype in DTYPES for place in places.values())
    return Directory(documents, name, places) if whole and typed else None


def check_regular(path: Path) -> None:
    """Raise `DamagedFile` for a pipe or a device, which may never end; a missing file passes."""
    try:
        mode = path.stat().st_mode  # one call only, since a commit may remove the file
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        raise DamagedFile(f"{path.name} is not a regular file.")


def _map_file(path: Path) -> mmap.mmap:
    check_regular(path)
    with path.open("rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # an empty file can't be mapped
            raise DamagedFile(f"{path.name}: the file is empty.") from None


def narrow(numbers: Array) -> Array:
    """Convert whole numbers to the smallest type that can represent them."""
    least, most = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    wide = np.result_type(np.min_scalar_type(least), np.min_scalar_type(most))
    return numbers.astype(wide, copy=False)


def offsets(lengths: Array) -> Array:
    """Return the start of each of some consecutive parts, and the end of the last."""
    total = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=total[1:])
    return total.astype(np.uint32) if total[-1] < 2**32 else total


def ranges(starts: Array, stops: Array) -> Array:
    """Concatenate the numbers of several ranges."""
    lengths = (stops - starts).astype(np.int64)
    at = np.cumsum(lengths) - lengths
    numbers: Array = np.arange(int(lengths.sum())) + np.repeat(starts - at, lengths)
    return numbers


def firsts(numbers: Array) -> Array:
    """Return for each number whether it differs from the previous one."""
    new = np.ones(len(numbers), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return new

"""A field's sorted terms in one byte string; lookup by binary search, prefix or pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np

from .sections import Array, SectionFile, offsets

END = b"\n"  # after each term; a folded word never contains one


def lexicon_sections(name: str, terms: Iterable[bytes]) -> Iterator[tuple[str, Array]]:
    """Yield the sections of a lexicon from its sorted terms."""
    ended = [term + END for term in terms]
    yield f"{name}.terms", np.frombuffer(b"".join(ended), np.uint8)
    yield f"{name}.term_at", offsets(np.fromiter(map(len, ended), np.int64, len(ended)))


class Lexicon:
    """The sorted terms of a field in a segment's file, numbered from 0."""

    def __init__(self, file: SectionFile, name: str) -> None:
        self._bytes = file.whole(f"{name}.terms").data
        self._array = file.whole(f"{name}.term_at")
        self._at = self._array.data
        self.size = len(self._at) - 1

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._bytes[self._at[number] : self._at[number + 1] - 1])

    def __iter__(self) -> Iterator[bytes]:
        data, at = bytes(self._bytes), self._array.tolist()
        return (data[a : b - 1] for a, b in pairwise(at))

    @cached_property
    def texts(self) -> list[str]:
        """The terms as text."""
        return [term.decode() for term in self]

    def find(self, term: bytes) -> int:
        """Return the number of a term, or -1."""
        number = self.lower(term)
        return number if number < self.size and self[number] == term else -1

    def lower(self, term: bytes) -> int:
        """Return the number of the first term that is not less than `term`."""
        low, high = 0, self.size
        data, at = self._bytes, self._at
        while low < high:
            middle = (low + high) // 2
            if bytes(data[at[middle] : at[middle + 1] - 1]) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def prefixed(self, prefix: bytes) -> tuple[int, int]:
        """Return the range of numbers of the terms with a prefix: the first, and the end."""
        first = self.lower(prefix)
        # No byte of UTF-8 is 255, so no term with the prefix is greater than this.
        return first, self.lower(prefix + b"\xff")

    def like(self, pattern: str) -> Array:
        """Return the numbers of the words that match a pattern of letters, "*" and "?".

        One regular expression scans all words that begin as the pattern does.
        """
        start = re.split(r"[*?]", pattern, maxsplit=1)[0].encode()
        first, end = self.prefixed(start)
        low, high = self._at[first], self._at[end]
        found = _compile(pattern).finditer(self._bytes[low:high])
        at = np.fromiter((match.start() for match in found), np.int64)
        numbers = np.unique(np.searchsorted(self._array, at + low, side="right") - 1)
        return numbers[numbers < end]  # a pattern of stars alone also matches after the last


def _compile(pattern: str) -> re.Pattern[bytes]:
    """Compile a pattern for words in lines; a star at either end becomes a missing anchor.

    The leftmost match of the text after a leading star always suffices, so nothing backtracks.
    """
    inside = pattern.strip("*")
    begins = b"" if pattern.startswith("*") else b"^"
    ends = b"" if pattern.endswith("*") else b"$"
    pieces = (_ANY.get(piece) or re.escape(piece).encode() for piece in re.split("([*?])", inside))
    return re.compile(begins + b"".join(pieces) + ends, re.MULTILINE)


_ANY = {"": b"", "*": rb"[^\n]*", "?": rb"[^\n\x80-\xbf][\x80-\xbf]*"}

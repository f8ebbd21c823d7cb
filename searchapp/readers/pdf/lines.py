"""Printed lines of a PDF: runs gathered into lines, and lines joined to text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from ...un.print_conventions import COUNT, ITEM
from ...un.printed_pages import AFTER_HYPHEN
from ...un.symbols import SLASHED
from ..inline import clean
from .characters import BOLD, ITALIC, SPACE

COLUMN = 3.0  # of the font size: a wider gap separates columns
LABEL = re.compile(rf"{COUNT}|{ITEM}|{SLASHED}\.|[•–—-]")
_AFTER_HYPHEN = AFTER_HYPHEN.split("|")
SOFT_HYPHEN = "\u00ad"
_WORD = re.compile(r"[^\W\d_]+(?:[-‑][^\W\d_]+)*")
_HYPHENED = re.compile(r"([^\W_]+)[-‑\u00ad]$")
_HEAD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_LONGEST_WORD = 80


@dataclass(frozen=True, slots=True)
class Piece:
    """Adjacent characters of one font and size; coordinates in points from the page's corner."""

    text: str
    left: float
    right: float
    base: float
    size: float
    style: int


@dataclass
class Line:
    """The text on one baseline, from left to right, and the number of its page, from 0."""

    pieces: list[Piece]
    page: int

    @cached_property
    def main(self) -> Piece:
        """The largest piece, the reference for small and raised ones."""
        return max(self.pieces, key=lambda piece: (piece.size, len(piece.text)))

    @property
    def base(self) -> float:
        return self.main.base

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return self.pieces[-1].right

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @cached_property
    def size(self) -> float:
        """The size of most characters."""
        return commonest((piece.size, len(piece.text)) for piece in self.pieces)

    @cached_property
    def raw(self) -> str:
        """The characters as stored, including soft hyphens."""
        return "".join(text for text, _ in self.spaced())

    @cached_property
    def text(self) -> str:
        """The printed text: visible soft hyphens are hyphens."""
        return clean(self.raw.replace(SOFT_HYPHEN, "-"))

    @cached_property
    def bold(self) -> bool:
        """Whether all text that is not raised is bold."""
        return all(piece.style & BOLD for piece in self.pieces if not self.is_raised(piece))

    @cached_property
    def italic(self) -> bool:
        """Whether all text that is not raised is italic."""
        return all(piece.style & ITALIC for piece in self.pieces if not self.is_raised(piece))

    @cached_property
    def hang(self) -> float:
        """The left edge of the words: after a printed number and its tab, if there is one."""
        if len(self.pieces) > 1 and LABEL.fullmatch(self.pieces[0].text.strip()):
            return self.pieces[1].left
        return self.left

    def is_raised(self, piece: Piece) -> bool:
        """Return whether a piece is small and above the baseline, like note calls."""
        return piece.size < 0.75 * self.main.size and piece.base > self.base + 0.2 * self.main.size

    def spaced(self) -> Iterator[tuple[str, Piece]]:
        """Yield the text of each piece, with spaces for gaps."""
        last: Piece | None = None
        for piece in self.pieces:
            gap = last is not None and piece.left - last.right > SPACE * max(piece.size, last.size)
            yield (" " if gap else "") + piece.text, piece
            last = piece


@dataclass
class Page:
    """The lines of a page in file order, and the notes at its foot by their marks."""

    number: int
    bottom: float
    top: float
    lines: list[Line]
    notes: dict[str, str] = field(default_factory=dict)

    def height(self, line: Line) -> float:
        """Return the position of a line on the page, from 0 (bottom) to 1 (top)."""
        return (line.base - self.bottom) / max(self.top - self.bottom, 1)


def make_page(number: int, bottom: float, top: float, pieces: Iterable[Piece]) -> Page:
    """Gather the pieces of a page into lines."""
    lines: list[Line] = []
    for piece in pieces:
        if not clean(piece.text):
            continue
        if lines and _goes_on(lines[-1].pieces, piece):
            lines[-1].pieces.append(piece)
        else:
            lines.append(Line([piece], number))
    return Page(number, bottom, top, lines)


def _goes_on(pieces: list[Piece], piece: Piece) -> bool:
    """Return whether a piece continues a line: directly, or after the tab behind a number."""
    last, size = pieces[-1], max(pieces[-1].size, piece.size)
    if abs(piece.base - last.base) > 0.6 * size or piece.left < last.right - 0.6 * size:
        return False
    numbered = len(pieces) == 1 and LABEL.fullmatch(last.text.strip())
    return piece.left - last.right < COLUMN * size * (2 if numbered else 1)


def commonest(counted: Iterable[tuple[float, int]]) -> float:
    """Return the most common of lengths with counts, to a quarter of a point; 0 for none."""
    counts: Counter[float] = Counter()
    for size, count in counted:
        counts[round(size * 4) / 4] += count
    return counts.most_common(1)[0][0] if counts else 0.0


class Joiner:
    """A joiner of lines into text, which interprets hyphens by the other words of the document."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.words: set[str] = set()
        self.hyphenates = False
        broken: list[tuple[str, str, str]] = []
        for line, after in pairwise([*lines, None]):
            if line is None:
                continue
            words = _WORD.findall(line.text.lower())
            parts = _split_word(line.raw, after.raw) if after else None
            if parts:
                broken.append(parts)
                words = words[:-1]
            self.words.update(words)
        cut = [self._is_cut(*parts) for parts in broken if self._is_known(*parts[:2])]
        self.hyphenates = sum(cut) > max(len(cut) / 2, 2)

    def join(self, lines: Iterable[Line]) -> str:
        """Join consecutive lines into text."""
        parts: list[str] = []
        last = ""
        for line in lines:
            if parts:
                cut, between = self.between(last, line.raw)
                parts[-1] = parts[-1].rstrip()[: -1 if cut else None]
                parts.append(between)
            last = line.raw
            parts.append(last.lstrip())
        return clean("".join(parts).replace(SOFT_HYPHEN, "-"))

    def between(self, first: str, second: str) -> tuple[bool, str]:
        """Return whether the first line loses its final hyphen, and the text between the lines.

        A word's own hyphen stays, without a space after it: "country-", "specific".
        """
        first, second = first.rstrip(), second.lstrip()
        if parts := _split_word(first, second):
            if parts[1] in _AFTER_HYPHEN:  # "youth- and women-led"
                return False, " "
            return self._is_cut(*parts), ""
        # No space after a dash ("2021–", "2022"), nor in Chinese.
        dash = re.search(r"[^\W_]–$", first[-2:]) and _HEAD.match(second[:1])
        han = _HAN.search(first[-1:]) and _HAN.match(second[:1])
        return False, "" if dash or han else " "

    def _is_known(self, stem: str, head: str) -> bool:
        """Return whether the document contains the word elsewhere, with or without its hyphen."""
        return {f"{stem}-{head}".lower(), f"{stem}{head}".lower()} & self.words != set()

    def _is_cut(self, stem: str, head: str, hyphen: str) -> bool:
        """Return whether a hyphen only divides a word at the end of a line ("elabora-", "tion").

        Today's resolutions do not hyphenate; old ones do, and there the halves of a compound with
        its own hyphen are likely to occur as words.
        """
        if not head.islower() or stem.isdecimal():  # "non-State", "10-year"
            return False
        if self._is_known(stem, head):
            return f"{stem}-{head}".lower() not in self.words
        if hyphen == SOFT_HYPHEN:
            return True
        return self.hyphenates and not {stem.lower(), head} <= self.words


def _split_word(first: str, second: str) -> tuple[str, str, str] | None:
    """Return the halves of a word divided between two lines, and its hyphen, or None."""
    stem = _HYPHENED.search(first.rstrip()[-_LONGEST_WORD:])
    head = _HEAD.match(second.lstrip()[:_LONGEST_WORD])
    return (stem[1], head[0], stem[0][-1]) if stem and head else None

"""Printed lines of a PDF's pages: runs of characters gathered, and lines joined to text."""

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

COLUMN = 3.0  # of the font's size: a wider gap parts a line from what stands beside it
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
    """Characters of one font and size side by side; places in points from the page's corner."""

    text: str
    left: float
    right: float
    base: float
    size: float
    style: int


@dataclass
class Line:
    """What is printed on one baseline, from left to right, and its page, counted from 0."""

    pieces: list[Piece]
    page: int

    @cached_property
    def main(self) -> Piece:
        """The piece against which others are small or raised."""
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
        """The size of most of its characters."""
        return commonest((piece.size, len(piece.text)) for piece in self.pieces)

    @cached_property
    def raw(self) -> str:
        """The characters as they are, soft hyphens among them."""
        return "".join(text for text, _ in self.spaced())

    @cached_property
    def text(self) -> str:
        """What is printed: a soft hyphen that is seen is a hyphen."""
        return clean(self.raw.replace(SOFT_HYPHEN, "-"))

    @cached_property
    def bold(self) -> bool:
        """Whether all that is not raised is bold."""
        return all(piece.style & BOLD for piece in self.pieces if not self.is_raised(piece))

    @cached_property
    def italic(self) -> bool:
        """Whether all that is not raised is in italics."""
        return all(piece.style & ITALIC for piece in self.pieces if not self.is_raised(piece))

    @cached_property
    def hang(self) -> float:
        """Where the words begin: behind a printed number and its tab, else at the left edge."""
        if len(self.pieces) > 1 and LABEL.fullmatch(self.pieces[0].text.strip()):
            return self.pieces[1].left
        return self.left

    def is_raised(self, piece: Piece) -> bool:
        """Whether a piece stands small above the line, as calls of notes do."""
        return piece.size < 0.75 * self.main.size and piece.base > self.base + 0.2 * self.main.size

    def spaced(self) -> Iterator[tuple[str, Piece]]:
        """The text of each piece, with the spaces that gaps stand for."""
        last: Piece | None = None
        for piece in self.pieces:
            gap = last is not None and piece.left - last.right > SPACE * max(piece.size, last.size)
            yield (" " if gap else "") + piece.text, piece
            last = piece


@dataclass
class Page:
    """The lines of a page in the order of the file, and the notes at its foot by their marks."""

    number: int
    bottom: float
    top: float
    lines: list[Line]
    notes: dict[str, str] = field(default_factory=dict)

    def height(self, line: Line) -> float:
        """How far up the page a line stands, from 0 to 1."""
        return (line.base - self.bottom) / max(self.top - self.bottom, 1)


def page_of(number: int, bottom: float, top: float, pieces: Iterable[Piece]) -> Page:
    """A page, its characters gathered into lines."""
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
    """Whether a piece stands in the same line, right behind the others or behind a number's tab."""
    last, size = pieces[-1], max(pieces[-1].size, piece.size)
    if abs(piece.base - last.base) > 0.6 * size or piece.left < last.right - 0.6 * size:
        return False
    numbered = len(pieces) == 1 and LABEL.fullmatch(last.text.strip())
    return piece.left - last.right < COLUMN * size * (2 if numbered else 1)


def commonest(counted: Iterable[tuple[float, int]]) -> float:
    """The commonest of lengths, each with its count, to a quarter of a point; 0 for none."""
    counts: Counter[float] = Counter()
    for size, count in counted:
        counts[round(size * 4) / 4] += count
    return counts.most_common(1)[0][0] if counts else 0.0


class Joiner:
    """Joins lines to running text; what a hyphen at a line's end means, the other words tell."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.words: set[str] = set()
        self.hyphenates = False
        broken: list[tuple[str, str, str]] = []
        for line, after in pairwise([*lines, None]):
            if line is None:
                continue
            words = _WORD.findall(line.text.lower())
            parts = _parts(line.raw, after.raw) if after else None
            if parts:
                broken.append(parts)
                words = words[:-1]
            self.words.update(words)
        cut = [self._is_cut(*parts) for parts in broken if self._is_told(*parts[:2])]
        self.hyphenates = sum(cut) > max(len(cut) / 2, 2)

    def joined(self, lines: Iterable[Line]) -> str:
        """The text of lines that follow each other."""
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
        """Whether the first line loses its last character, a hyphen, and what joins it to the next.

        A hyphen within a word stays, and no space comes behind it: "country-", "specific".
        """
        first, second = first.rstrip(), second.lstrip()
        if parts := _parts(first, second):
            if parts[1] in _AFTER_HYPHEN:  # "youth- and women-led"
                return False, " "
            return self._is_cut(*parts), ""
        # A line breaks behind a dash ("2021–", "2022"), and Chinese has no spaces.
        dash = re.search(r"[^\W_]–$", first[-2:]) and _HEAD.match(second[:1])
        han = _HAN.search(first[-1:]) and _HAN.match(second[:1])
        return False, "" if dash or han else " "

    def _is_told(self, stem: str, head: str) -> bool:
        """Whether the other words of the text hold the word, as one or with its hyphen."""
        return {f"{stem}-{head}".lower(), f"{stem}{head}".lower()} & self.words != set()

    def _is_cut(self, stem: str, head: str, hyphen: str) -> bool:
        """Whether a hyphen only parts a word between two lines ("elabora-", "tion").

        The Assembly's print of today parts none; old print does, and there both halves of a word
        with a hyphen of its own are likely to be words of the text.
        """
        if not head.islower() or stem.isdecimal():  # "non-State", "10-year"
            return False
        if self._is_told(stem, head):
            return f"{stem}-{head}".lower() not in self.words
        if hyphen == SOFT_HYPHEN:
            return True
        return self.hyphenates and not {stem.lower(), head} <= self.words


def _parts(first: str, second: str) -> tuple[str, str, str] | None:
    """The halves of a word that goes on in the next line, and its hyphen; None where none does."""
    stem = _HYPHENED.search(first.rstrip()[-_LONGEST_WORD:])
    head = _HEAD.match(second.lstrip()[:_LONGEST_WORD])
    return (stem[1], head[0], stem[0][-1]) if stem and head else None

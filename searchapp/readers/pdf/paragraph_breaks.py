"""How a text is set, and so where its paragraphs begin: by distance, indentation and face."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ...un.print_conventions import (
    AGENDA,
    SECTION_NUMBER,
    STOPS,
    is_annex_heading,
    is_meeting_line,
    split_label,
)
from .lines import Line, commonest

INDENT = 0.8  # of the font's size: lines whose edges differ by less stand below each other
_PITCH = 1.2  # of the font's size: from line to line, where a text does not tell
_STOP = re.compile(rf"[{STOPS}]\W{{0,3}}$")
_SECTION_NUMBER = re.compile(SECTION_NUMBER)
_BEGINS = re.compile(rf"{AGENDA}|Distr\.|\[")


class Setting:
    """What holds for all pages: the distance of lines, the left edge, and the right ones."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.pitch = _pitch(lines)
        self.left = commonest((line.left, 1) for line in lines)
        self.edges = _edges(lines)

    def begins(self, line: Line, held: Sequence[Line]) -> bool:
        """Whether a line begins a paragraph rather than going on with the lines that are held."""
        last = held[-1]
        if self._is_apart(line, last) or _is_faced(line, last):
            return True
        if line.page != last.page or line.base > last.base:
            return not self._turns(line, held)
        if last.base - line.base > 1.25 * self.pitch * line.size:
            return True
        return self._is_shifted(line, held)

    def _is_apart(self, line: Line, last: Line) -> bool:
        """Whether the words of a line stand by themselves, in the masthead or as a heading."""
        if _is_heading(last.text) or _is_heading(line.text):
            return True
        if line.italic and is_meeting_line(line.text):
            return True
        return bool(_BEGINS.match(line.text)) and self._is_short(last, line)

    def _is_shifted(self, line: Line, held: Sequence[Line]) -> bool:
        """Whether a line's left edge, or room left in the line before, shows a beginning."""
        last = held[-1]
        step = (line.left - last.left) / line.size
        if abs(line.middle - last.middle) < 0.2 * line.size and abs(step) > INDENT:
            return False  # centred
        if step > INDENT:  # further right: indented, save where a number hangs
            return len(held) > 1 or abs(line.left - last.hang) > INDENT * line.size
        if step < -INDENT and len(held) > 1:
            return True
        return ends(last) and (self._is_short(last, line) or self._is_next(line, held))

    def _is_next(self, line: Line, held: Sequence[Line]) -> bool:
        """Whether a line stands like the first of a paragraph below one of a single line."""
        level = abs(line.left - held[0].left) < INDENT * line.size
        indented = line.left > self.left + INDENT * line.size
        numbers = [split_label(n.text)[0] for n in (held[0], line)]
        opens = all(numbers) or (not any(numbers) and line.text[:1].isupper())
        return len(held) == 1 and level and indented and opens

    def _turns(self, line: Line, held: Sequence[Line]) -> bool:
        """Whether a text goes on at the head of the next page or column."""
        first, last, slack = held[0], held[-1], INDENT * line.size
        goes_on = not ends(last) and line.text[:1].islower()
        if line.hang > line.left:
            return False
        if self._is_short(last, line):
            return goes_on
        if line.page == last.page:  # the next column, whose edge tells nothing
            return not ends(last) or line.text[:1].islower()
        if len(held) > 1:
            return line.left < held[1].left + slack
        if first.hang > first.left:
            return line.left < first.hang + slack
        return goes_on or line.left < max(self.left, first.left - 2 * slack) + slack

    def _is_short(self, last: Line, line: Line) -> bool:
        """Whether the first word of a line would have found room in the line before."""
        word = len(line.text.split(" ", 1)[0]) * (line.right - line.left) / max(len(line.text), 1)
        place = bisect_left(self.edges, last.right - 0.5 * last.size)
        edge = self.edges[place] if place < len(self.edges) else last.right
        return last.right + word + 0.75 * last.size < edge


def _is_heading(text: str) -> bool:
    """Whether a line is a heading by itself, though the next follows closely: "Annex II", "XIV"."""
    return is_annex_heading(text) or bool(_SECTION_NUMBER.fullmatch(text))


def _is_faced(line: Line, last: Line) -> bool:
    """Whether a line is set in another face than the last: bold, or in another size."""
    return line.bold != last.bold or abs(line.size - last.size) > 0.15 * last.size


def ends(line: Line) -> bool:
    """Whether a line ends as paragraphs do, the call of a note set aside."""
    words = [piece.text for piece in line.pieces if not line.is_raised(piece)]
    return bool(_STOP.search(words[-1].rstrip()[-4:]))


def _pitch(lines: Sequence[Line]) -> float:
    """The distance from a line to the next in parts of its size, where a text surely goes on."""
    counts: Counter[float] = Counter()
    for first, second in pairwise(lines):
        drop = (first.base - second.base) / second.size if second.size else 0
        if second.text[:1].islower() and 0.8 < drop < 4 and not first.bold:
            counts[round(drop, 1)] += 1
    return counts.most_common(1)[0][0] if counts else _PITCH


def _edges(lines: Iterable[Line]) -> list[float]:
    """The right edges at which many lines end: those of the columns."""
    counts = Counter(round(line.right / 3) * 3 for line in lines)
    most = max(counts.values(), default=0)
    return sorted(float(edge) for edge, count in counts.items() if count > 0.2 * most)

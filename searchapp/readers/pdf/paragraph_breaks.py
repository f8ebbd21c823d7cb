"""Paragraph breaks, detected by line distance, indentation and typeface."""

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

INDENT = 0.8  # of the font size: edges that differ by less are aligned
_PITCH = 1.2  # of the font size: the default line distance
_STOP = re.compile(rf"[{STOPS}]\W{{0,3}}$")
_SECTION_NUMBER = re.compile(SECTION_NUMBER)
_BEGINS = re.compile(rf"{AGENDA}|Distr\.|\[")


class Setting:
    """The layout shared by all pages: line distance, left edge, and right edges."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.pitch = _pitch(lines)
        self.left = commonest((line.left, 1) for line in lines)
        self.edges = _edges(lines)

    def begins(self, line: Line, held: Sequence[Line]) -> bool:
        """Return whether a line begins a paragraph instead of continuing that of the held lines."""
        last = held[-1]
        if self._is_apart(line, last) or _has_other_face(line, last):
            return True
        if line.page != last.page or line.base > last.base:
            return not self._continues(line, held)
        if last.base - line.base > 1.25 * self.pitch * line.size:
            return True
        return self._is_shifted(line, held)

    def _is_apart(self, line: Line, last: Line) -> bool:
        """Return whether a line's words form a separate paragraph, in the masthead or a heading."""
        if _is_heading(last.text) or _is_heading(line.text):
            return True
        if line.italic and is_meeting_line(line.text):
            return True
        return bool(_BEGINS.match(line.text)) and self._is_short(last, line)

    def _is_shifted(self, line: Line, held: Sequence[Line]) -> bool:
        """Return whether the left edge, or space left in the line before, shows a new paragraph."""
        last = held[-1]
        step = (line.left - last.left) / line.size
        if abs(line.middle - last.middle) < 0.2 * line.size and abs(step) > INDENT:
            return False  # centred
        if step > INDENT:  # indented, unless aligned with the words after a hanging number
            return len(held) > 1 or abs(line.left - last.hang) > INDENT * line.size
        if step < -INDENT and len(held) > 1:
            return True
        return ends_paragraph(last) and (self._is_short(last, line) or self._is_next(line, held))

    def _is_next(self, line: Line, held: Sequence[Line]) -> bool:
        """Return whether a line is like the first of a paragraph, below a paragraph of one line."""
        level = abs(line.left - held[0].left) < INDENT * line.size
        indented = line.left > self.left + INDENT * line.size
        numbers = [split_label(n.text)[0] for n in (held[0], line)]
        opens = all(numbers) or (not any(numbers) and line.text[:1].isupper())
        return len(held) == 1 and level and indented and opens

    def _continues(self, line: Line, held: Sequence[Line]) -> bool:
        """Return whether a text continues at the head of the next page or column."""
        first, last, slack = held[0], held[-1], INDENT * line.size
        goes_on = not ends_paragraph(last) and line.text[:1].islower()
        if line.hang > line.left:
            return False
        if self._is_short(last, line):
            return goes_on
        if line.page == last.page:  # the next column, with an unrelated left edge
            return not ends_paragraph(last) or line.text[:1].islower()
        if len(held) > 1:
            return line.left < held[1].left + slack
        if first.hang > first.left:
            return line.left < first.hang + slack
        return goes_on or line.left < max(self.left, first.left - 2 * slack) + slack

    def _is_short(self, last: Line, line: Line) -> bool:
        """Return whether the first word of a line would have fitted into the line before."""
        word = len(line.text.split(" ", 1)[0]) * (line.right - line.left) / max(len(line.text), 1)
        index = bisect_left(self.edges, last.right - 0.5 * last.size)
        edge = self.edges[index] if index < len(self.edges) else last.right
        return last.right + word + 0.75 * last.size < edge


def _is_heading(text: str) -> bool:
    """Return whether a line is a heading by itself, even without a gap: "Annex II", "XIV"."""
    return is_annex_heading(text) or bool(_SECTION_NUMBER.fullmatch(text))


def _has_other_face(line: Line, last: Line) -> bool:
    """Return whether a line differs from the last in size or boldness."""
    return line.bold != last.bold or abs(line.size - last.size) > 0.15 * last.size


def ends_paragraph(line: Line) -> bool:
    """Return whether a line ends like a paragraph, note calls aside."""
    words = [piece.text for piece in line.pieces if not line.is_raised(piece)]
    return bool(_STOP.search(words[-1].rstrip()[-4:]))


def _pitch(lines: Sequence[Line]) -> float:
    """Return the usual line distance within paragraphs, as a multiple of the size."""
    counts: Counter[float] = Counter()
    for first, second in pairwise(lines):
        drop = (first.base - second.base) / second.size if second.size else 0
        if second.text[:1].islower() and 0.8 < drop < 4 and not first.bold:
            counts[round(drop, 1)] += 1
    return counts.most_common(1)[0][0] if counts else _PITCH


def _edges(lines: Iterable[Line]) -> list[float]:
    """Return the right edges shared by many lines: those of the columns."""
    counts = Counter(round(line.right / 3) * 3 for line in lines)
    most = max(counts.values(), default=0)
    return sorted(float(edge) for edge, count in counts.items() if count > 0.2 * most)

"""Margins of PDF pages: headers, footers, job numbers, and notes at the foot."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from ...un.printed_pages import NOTE_MARK, NOTE_RULE, is_bare_number, is_furniture
from .lines import Joiner, Line, Page, commonest

# Fractions of the page's height. In the Assembly's print, headers are above 0.92, text is between
# 0.897 and 0.085, notes extend down to 0.074, and footers are below 0.06.
_HEAD, _FOOT = 0.907, 0.069
MARK = re.compile(NOTE_MARK)
_PLAIN_MARK = re.compile(r"(\d{1,3}|[*†‡§]{1,3})\s+(?=\S)")


def body_size(pages: Iterable[Page]) -> float:
    """Return the size of most characters."""
    return commonest((line.size, len(line.text)) for page in pages for line in page.lines)


def is_small(line: Line, body: float) -> bool:
    """Return whether a line is smaller than body text, like notes and most tables."""
    return line.size < 0.93 * body


def remove_furniture(pages: Sequence[Page], body: float) -> None:
    """Remove headers, footers, page and job numbers from the pages."""
    repeated = _find_repeated(pages)
    for page in pages:
        bases = sorted(line.base for line in page.lines)
        zones = [_zone(line, page) for line in page.lines]
        page.lines = [
            line
            for line, zone in zip(page.lines, zones, strict=True)
            if not _is_furniture(line, zone, body, repeated, bases)
        ]


def _is_furniture(
    line: Line,
    zone: str | None,
    body: float,
    repeated: set[tuple[str | None, str]],
    bases: Sequence[float],
) -> bool:
    if zone is None:
        return False
    if is_furniture(line.text) or is_bare_number(line.text) or (zone, _likeness(line)) in repeated:
        return True
    return line.size < 0.95 * body and not (zone == "foot" and _follows(line, bases))


def _follows(line: Line, bases: Sequence[float]) -> bool:
    """Return whether a line is close below another, so that it ends a note and is no footer."""
    above = bisect_left(bases, line.base + 0.5 * line.size)
    return above < len(bases) and bases[above] < line.base + 1.5 * line.size


def _zone(line: Line, page: Page) -> str | None:
    height = page.height(line)
    if height > _HEAD:
        return "head" if page.number else None  # the first page's head is the masthead
    return "foot" if height < _FOOT else None


def _likeness(line: Line) -> str:
    """Return a line's text with all numbers replaced by "#"."""
    return re.sub(r"\d+", "#", line.text)


def _find_repeated(pages: Sequence[Page]) -> set[tuple[str | None, str]]:
    """Return zone and likeness of lines that occur on several pages."""
    seen = Counter(
        key
        for page in pages
        for key in {(_zone(line, page), _likeness(line)) for line in page.lines}
    )
    return {key for key, count in seen.items() if count > 1}


# Notes ------------------------------------------------------------------------------------------


def take_notes(pages: Sequence[Page], body: float, joiner: Joiner) -> None:
    """Move the notes at the foot of each page from its lines to its `notes`."""
    last: tuple[Page, str] | None = None  # a note that the next page may continue
    for page in pages:
        foot = _find_foot(page, body)
        taken = {id(line) for line in foot}
        page.lines = [
            n for n in page.lines if id(n) not in taken and not NOTE_RULE.fullmatch(n.text)
        ]
        for mark, text in _read_notes(foot, joiner):
            if mark:
                page.notes[mark] = text
                last = page, mark
            elif last and last[0].number == page.number - 1:
                last[0].notes[last[1]] += f" {text}"


def _find_foot(page: Page, body: float) -> list[Line]:
    """Return the lines of notes: below a rule, or from the first small line with a called mark."""
    low = sorted(page.lines, key=lambda line: line.base)
    small = list(takewhile(lambda n: is_small(n, body) or NOTE_RULE.fullmatch(n.text), low))
    ends = [index for index, line in enumerate(small) if NOTE_RULE.fullmatch(line.text)]
    if not ends:
        called = {mark for line in low[len(small) :] for mark in _find_calls(line)}
        marked = [
            n for n, line in enumerate(small) if (_find_raised(line) or _find_plain(line)) in called
        ]
        ends = [_find_last_above(small, max(marked)) + 1] if marked else [0]
    foot = {id(line) for line in small[: ends[-1]]}
    return [line for line in page.lines if id(line) in foot]


def _find_last_above(lines: Sequence[Line], index: int) -> int:
    """Return the index of the last line close above one, as notes continue from the page before."""
    for line, after in zip(lines[index:], lines[index + 1 :], strict=False):
        if after.base - line.base > 1.4 * line.size:
            break
        index += 1
    return index


def _find_calls(line: Line) -> Iterator[str]:
    return (piece.text.strip() for piece in line.pieces if line.is_raised(piece))


def _read_notes(lines: Sequence[Line], joiner: Joiner) -> Iterator[tuple[str | None, str]]:
    """Yield the mark and text of each note; no mark for a continuation from the previous page."""
    # If marks are raised, other numbers may begin a line: "3–14 June 1992" (78/69).
    mark_of = _find_raised if any(_find_raised(line) for line in lines) else _find_plain
    notes: list[list[Line]] = []
    for line in lines:
        if notes and not mark_of(line):
            notes[-1].append(line)
        else:
            notes.append([line])
    for note in notes:
        mark = mark_of(note[0])
        yield mark, joiner.join(note).removeprefix(mark or "").strip()


def _find_raised(line: Line) -> str | None:
    """Return the raised mark at the start of a line, or None."""
    mark = line.pieces[0].text.strip()
    return mark if line.is_raised(line.pieces[0]) and MARK.fullmatch(mark) else None


def _find_plain(line: Line) -> str | None:
    """Return the mark at the start of a line that is not raised, or None."""
    match = _PLAIN_MARK.match(line.text)
    return match[1] if match else None

"""Tables: recognition of rows and cells.

Files draw a table row by row and cell by cell, so the order of lines reveals the cells of a row: a
line that is higher than the last, or to its right, begins another cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from .lines import Line, Piece

# Multiples of the font size. In a justified line, gaps between words are below _STRETCHED; in
# tables, which are not justified, gaps above _GAP separate cells.
_STRETCHED, _GAP = 5.0, 1.2
_BETWEEN = 2  # single-cell rows allowed inside a table: "Expenditure sections"
_LONGEST_CELL = 60  # lines


@dataclass
class Row:
    """A row of cells, each with its lines; a line outside tables is a row of one cell."""

    cells: list[list[Line]]

    def split_cells(self) -> Iterator[list[Line]]:
        """Yield the cells, splitting single lines with a gap between cells."""
        for cell in self.cells:
            yield from [[line] for line in _split_line(cell[0])] if len(cell) == 1 else [cell]

    def lines(self) -> Iterator[Line]:
        """Yield the lines of a row that is not part of a table."""
        held: list[Line] = []
        for line in chain.from_iterable(self.cells):
            if held and not _is_stretched(held[-1], line):
                yield _join_line(held)
                held = []
            held.append(line)
        yield _join_line(held)


def _split_line(line: Line) -> Iterator[Line]:
    held: list[Piece] = []
    for piece in line.pieces:
        if held and piece.left - held[-1].right > _GAP * piece.size:
            yield Line(held, line.page)
            held = []
        held.append(piece)
    yield Line(held, line.page)


def _is_stretched(first: Line, second: Line) -> bool:
    size = min(first.size, second.size)
    level = abs(first.base - second.base) < 0.1 * size
    return level and 0 <= second.left - first.right < _STRETCHED * size


def _join_line(lines: Sequence[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    return Line([piece for line in lines for piece in line.pieces], lines[0].page)


def gather_tables(lines: Iterable[Line]) -> Iterator[Line | Row]:
    """Yield the lines of a page, with table rows gathered."""
    rows = _gather_rows(lines)
    inside = _find_tables(rows)
    for index, row in enumerate(rows):
        if index in inside:
            yield row
        else:
            yield from row.lines()


def _gather_rows(lines: Iterable[Line]) -> list[Row]:
    rows: list[Row] = []
    for line in lines:
        if not rows or not _fits(line, rows):
            rows.append(Row([[line]]))
    return rows


def _fits(line: Line, rows: list[Row]) -> bool:
    """Add a line to the last row, as a new cell or to its last cell; return whether it fits."""
    last, slack = rows[-1].cells[-1][-1], 0.3 * line.size
    if line.base < last.base - slack:
        return _goes_on(line, rows[-1])
    if line.left < last.right - slack:
        return False
    row = _merge_cell(line, rows) if len(rows[-1].cells) == 1 else rows[-1]
    if line.base > row.cells[0][0].base + slack:
        return False
    row.cells.append([line])
    return True


def _goes_on(line: Line, row: Row) -> bool:
    """Add a line to the last cell above it, if the row has several; return whether it fits."""
    cell = row.cells[-1]
    fits = (
        len(row.cells) > 1
        and line.left > cell[0].left - 0.3 * line.size
        and cell[-1].base - line.base < 1.6 * line.size
    )
    if fits:
        cell.append(line)
    return fits


def _merge_cell(line: Line, rows: list[Row]) -> Row:
    """Merge the lines to the left of one that goes up again into the first cell of its row."""
    first: list[Line] = []
    while rows and len(rows[-1].cells) == 1 and len(first) < _LONGEST_CELL:
        (cell,) = rows[-1].cells
        if cell[0].base > line.base + 0.3 * line.size or cell[0].right > line.left:
            break
        first = cell + first
        rows.pop()
    if first:
        rows.append(Row([first]))
    return rows[-1]


def _find_tables(rows: Sequence[Row]) -> set[int]:
    """Return the indices of rows in tables: from one row of several cells to the next below it."""
    inside: set[int] = set()
    wide = [index for index, row in enumerate(rows) if len(row.cells) > 1]
    for first, second in pairwise(wide):
        between = rows[first + 1 : second]
        near = len(between) <= _BETWEEN and all(_is_alike(rows[first], row) for row in between)
        if near and _is_aligned(rows[first], rows[second]):
            inside.update(range(first, second + 1))
    return inside


def _is_alike(row: Row, other: Row) -> bool:
    """Return whether two rows have one size; headings between tables are larger."""
    return abs(row.cells[0][0].size - other.cells[0][0].size) < 0.3


def _is_aligned(row: Row, other: Row) -> bool:
    """Return whether cells of two rows, apart from the first ones, overlap horizontally."""
    return any(
        min(a[0].right, b[0].right) > max(a[0].left, b[0].left)
        for a in row.cells[1:]
        for b in other.cells[1:]
    )

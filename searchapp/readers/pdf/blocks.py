"""From lines to blocks: paragraphs and table rows, with italics and note calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from ...model.document import Block, Note
from .. import runs
from .characters import BOLD, ITALIC
from .lines import SOFT_HYPHEN, Joiner, Line, Page, Piece
from .margins import MARK, body_size, is_small
from .paragraph_breaks import Setting, ends_paragraph
from .tables import Row, gather_tables

_UNIT = re.compile(r"(?:^|[^A-Za-z])[kcm]?m$")  # "10 km²" calls no note


class Layout:
    """The converter of a document's pages into blocks."""

    def __init__(self, pages: Sequence[Page], joiner: Joiner) -> None:
        self.pages = pages
        self.joiner = joiner
        self.notes = {m: text for page in reversed(pages) for m, text in page.notes.items()}
        self.body = body_size(pages)
        self.setting = Setting([line for page in pages for line in page.lines])

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of all pages in printed order."""
        tabled = False
        for part in self._gather_parts():
            small = isinstance(part, list) and is_small(part[0], self.body)
            tabled = isinstance(part, Row) or (tabled and small)  # including the table's notes
            cells = list(part.split_cells()) if isinstance(part, Row) else [part]
            blocks = [self._block(cell) for cell in cells]
            yield runs.table_row([[block] for block in blocks]) if tabled else blocks[0]

    def _gather_parts(self) -> Iterator[list[Line] | Row]:
        """Yield the lines of each paragraph, and the rows of tables."""
        held: list[Line] = []
        for item in chain.from_iterable(gather_tables(page.lines) for page in self.pages):
            if held and (isinstance(item, Row) or self.setting.begins(item, held)):
                yield held
                held = []
            if isinstance(item, Row):
                yield item
            else:
                held.append(item)
        if held:
            yield held

    def _block(self, lines: Sequence[Line]) -> Block:
        printed = runs.Line()
        for index, line in enumerate(lines):
            if index:
                self._join(printed, lines[index - 1], line)
            self._write(printed, line)
        # Headings are all italic or bold, but in annexes some sentences are italic, too.
        faced = all(line.bold for line in lines)
        faced = faced or (all(line.italic for line in lines) and not ends_paragraph(lines[-1]))
        return printed.block(heading=faced)

    def _join(self, printed: runs.Line, last: Line, line: Line) -> None:
        """Write the space or hyphen between two lines, in the face of the first."""
        cut, between = self.joiner.between(last.raw, line.raw)
        end = printed.runs[-1]
        if cut and not end.note:
            end = printed.runs[-1] = replace(end, text=end.text.rstrip()[:-1])
        elif not between and not end.note:
            end = printed.runs[-1] = replace(end, text=end.text.rstrip())
        printed.write(between, italic=end.italic, bold=end.bold)

    def _write(self, printed: runs.Line, line: Line) -> None:
        """Write the pieces of a line, and the note calls among them."""
        before = ""
        for text, piece in line.spaced():
            notes = self._find_notes(line, piece, before)
            for note in notes:
                printed.call(note)
            if not notes:
                italic, bold = bool(piece.style & ITALIC), bool(piece.style & BOLD)
                printed.write(text.replace(SOFT_HYPHEN, "-"), italic, bold)
            before = text

    def _find_notes(self, line: Line, piece: Piece, before: str) -> list[Note]:
        """Return the notes that a raised piece calls."""
        marks = re.split(r"[\s,]+", piece.text.strip(" ,"))
        if not line.is_raised(piece) or not all(MARK.fullmatch(mark) for mark in marks):
            return []
        known = self.pages[line.page].notes
        texts = [known.get(mark, self.notes.get(mark)) for mark in marks]
        if (None in texts and marks[0].isalpha()) or _UNIT.search(before[-4:]):
            return []
        return [Note(mark, text or "") for mark, text in zip(marks, texts, strict=True)]

"""The body of a Word file: paragraphs and table rows in printed form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ...errors import ReadError
from ...model.document import Block, Note
from ...un.print_conventions import enacts
from ..inline import clean
from ..runs import Line, Nesting, table_row
from .note_marks import KINDS, Notes
from .numbering import Numbering
from .styles import Element, Face, Styles, child, plain, qn

_P, _TABLE, _ROW, _CELL, _RUN = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:r")
_TEXT, _SYMBOL, _FIELD_MARK, _CODE = qn("w:t"), qn("w:sym"), qn("w:fldChar"), qn("w:instrText")
_SDT, _FIELD, _SECTION = qn("w:sdt"), qn("w:fldSimple"), qn("w:sectPr")
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_FALLBACK = _ALTERNATIVE.replace("AlternateContent", "Fallback")
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# Transparent containers of text; deleted and moved-away text is left out.
_WRAPPERS = frozenset(
    qn(f"w:{name}")
    for name in "sdtContent ins moveTo customXml smartTag hyperlink dir bdo ruby rubyBase".split()
) | {_FALLBACK}
_SIGNS = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "\u2011",
    qn("w:softHyphen"): "\u00ad",
}
# Code points of the fonts Symbol and Wingdings in use; the others are pictures.
_GLYPHS = dict(
    zip("02A 02B 02D 02F 0A2 0A3 0B0 0B1 0B2 0B3 0B4 0B7 0D7".split(), "*+−/′≤°±″≥×•⋅", strict=True)
)
_UNPRINTED_FIELD = re.compile(
    r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|SECTION|PAGEREF|TOC|INDEX|TC|XE|RD|FILENAME)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*(\d{1,3}|[a-z]{1,2}|[^\w\s]{1,3})(?!\w)")
MAX_FIELDS = 100  # open at the same time
_LONGEST_CODE = 200  # characters
_NO_MARK = "*"  # for a call whose custom mark is missing


@dataclass(slots=True)
class _Field:
    """An open field: its code precedes its visible result."""

    code: str = ""
    shows: bool = False

    def add(self, text: str) -> None:
        """Append to the code, up to a limit: only its first words matter."""
        if len(self.code) < _LONGEST_CODE:
            self.code += text

    @property
    def is_printed(self) -> bool:
        return self.shows and not _UNPRINTED_FIELD.match(self.code)


@dataclass
class Body:
    """The converter of a document's body, with its state between paragraphs."""

    styles: Styles
    numbering: Numbering
    notes: Notes
    _fields: list[_Field] = field(default_factory=list)
    _texts: dict[tuple[str, str | None], str] = field(default_factory=dict)  # of notes
    _known: dict[str, str] = field(default_factory=dict)  # notes by mark, for repeated marks
    _nesting: Nesting = field(default_factory=Nesting)
    _joined: Line | None = None  # of a paragraph whose end was deleted
    _custom: tuple[str, str | None] | None = None  # a note whose mark is typed after its call
    _hidden: list[str] = field(default_factory=list)
    _begun: bool = False  # whether the enacting words have come
    _in_note: bool = False
    _enacting: frozenset[Element] = frozenset()  # tables around enacting words

    def blocks(self, body: Element) -> Iterator[Block]:
        """Yield all blocks in printed order."""
        self._enacting = _find_enacting_tables(body)
        changed = qn("w:sectPrChange")  # contains a section's former properties
        sections = iter([s for s in body.iter(_SECTION) if _parent(s) != changed])
        self.notes.enter_section(next(sections, body))
        for element in body:
            yield from self._element(element)
            if child(element, "w:pPr", "w:sectPr") is not None:
                self.notes.enter_section(next(sections, body))
        if self._joined:
            yield from self._make_blocks(self._joined, None)

    def _element(self, element: Element) -> Iterator[Block]:
        if element.tag == _P:
            yield from self._paragraph(element)
        elif element.tag == _TABLE:
            yield from self._table(element)
        elif (inside := _unwrap(element)) is not None:
            for one in inside:
                yield from self._element(one)

    def _paragraph(self, element: Element) -> Iterator[Block]:
        properties = child(element, "w:pPr")
        line, self._joined = self._joined or Line(), None
        self._gather(element, properties, line)
        if self._custom:
            self._read_typed_mark("", Face(), line)
        hidden = "".join(self._hidden)
        if "<<ODS DOC SYMBOL" in hidden:  # 64/25: the symbol, hidden by the document system
            yield Block(clean(hidden))
        self._hidden.clear()
        end = child(properties, "w:rPr")
        if child(end, "w:del") is not None or child(end, "w:moveFrom") is not None:
            self._joined = line  # the next paragraph continues it
        elif line.is_printed or not self.styles.face(properties, end).hidden:
            yield from self._make_blocks(line, properties)

    def _make_blocks(self, line: Line, properties: Element | None) -> Iterator[Block]:
        label, name, depth = self.numbering.next(properties) or ("", "", 0)
        heading = self.styles.is_heading(properties)
        for part in line.paragraphs():  # none for an empty item, which is counted nevertheless
            block = part.block(label, heading=heading or part.is_bold)
            if block.role == "heading":
                self._nesting.end()
            elif label and block.label == label:
                level = self._nesting.level(name, depth)
                block = replace(block, level=level or block.level)
            self._begun = self._begun or enacts(block.text)
            label = ""
            if block.text:
                yield block

    # Tables -------------------------------------------------------------------------------------

    def _table(self, table: Element) -> Iterator[Block]:
        rows = [
            list(_find_nearest(r, _CELL)) for r in _find_nearest(table, _ROW) if not _is_deleted(r)
        ]
        if self._is_layout(table, rows):
            for cell in (cell for cells in rows for cell in cells):
                yield from self._cell(cell)
            return
        for cells in rows:
            block = table_row([list(self._cell(cell)) for cell in cells])
            if block.text:
                yield block

    def _cell(self, cell: Element) -> Iterator[Block]:
        for element in cell:
            yield from self._element(element)

    def _is_layout(self, table: Element, rows: list[list[Element]]) -> bool:
        """Return whether a table only positions text: a cover, a box, a page of two columns."""
        if not self._begun or all(len(cells) < 2 for cells in rows):
            return True
        return table in self._enacting

    # Runs ---------------------------------------------------------------------------------------

    def _gather(self, node: Element, properties: Element | None, line: Line) -> None:
        """Write the printed text of a paragraph, or of a part of one."""
        for element in node:
            if element.tag == _RUN:
                self._run(element, properties, line)
            elif element.tag == _FIELD:
                self._simple_field(element, properties, line)
            elif isinstance(element.tag, str) and element.tag.startswith(_MATH):
                line.write("".join(text.text or "" for text in element.iter(f"{_MATH}t")))
            elif (inside := _unwrap(element)) is not None:
                self._gather(inside, properties, line)

    def _simple_field(self, element: Element, properties: Element | None, line: Line) -> None:
        self._fields.append(_Field(element.get(qn("w:instr")) or "", shows=True))
        self._gather(element, properties, line)
        self._fields.pop()

    def _run(self, run: Element, properties: Element | None, line: Line) -> None:
        face = self.styles.face(properties, child(run, "w:rPr"))
        for piece in run:
            self._any_piece(piece, face, line)

    def _any_piece(self, piece: Element, face: Face, line: Line) -> None:
        if piece.tag == _FIELD_MARK:
            self._field(piece.get(qn("w:fldCharType")))
        elif piece.tag == _CODE and self._fields:
            self._fields[-1].add(piece.text or "")
        elif piece.tag == _ALTERNATIVE:
            for one in piece.iterfind(f"{_FALLBACK}/*"):
                self._any_piece(one, face, line)
        elif all(one.is_printed for one in self._fields):
            self._piece(piece, face, line)

    def _field(self, mark: str | None) -> None:
        if mark == "begin":
            self._fields.append(_Field())
            if len(self._fields) > MAX_FIELDS:
                raise ReadError("Its fields are nested too deeply for a resolution.")
        elif mark == "separate" and self._fields:
            self._fields[-1].shows = True
        elif mark == "end" and self._fields:
            self._fields.pop()

    def _piece(self, piece: Element, face: Face, line: Line) -> None:
        text = _text_of(piece)
        if face.hidden:
            self._hidden.append(text)
        elif piece.tag in KINDS:
            self._read_call(piece, line)
        elif self._custom and text.strip():
            self._read_typed_mark(text, face, line)
        elif face.raised and text.strip() in self._known and not self._in_note:
            line.call(Note(text.strip(), self._known[text.strip()]))
        else:
            line.write(text, face.italic, face.bold)

    # Notes --------------------------------------------------------------------------------------

    def _read_call(self, reference: Element, line: Line) -> None:
        kind, name = KINDS[reference.tag], reference.get(qn("w:id"))
        if self._in_note:
            return
        if reference.get(qn("w:customMarkFollows")) not in (None, "0", "false", "off"):
            self._custom = kind, name
        else:
            self._add_call(self.notes.next_mark(kind), self._read_note(kind, name), line)

    def _read_typed_mark(self, text: str, face: Face, line: Line) -> None:
        called, self._custom = self._custom, None
        note = self._read_note(*called) if called else ""
        found = _MARK.match(text)
        mark = found[1] if found else _NO_MARK
        self._add_call(mark, note.removeprefix(mark).strip(), line)
        line.write(text[found.end() :] if found else text, face.italic, face.bold)

    def _add_call(self, mark: str, text: str, line: Line) -> None:
        self._known.setdefault(mark, text)
        line.call(Note(mark, text))

    def _read_note(self, kind: str, name: str | None) -> str:
        """Return the text of a note; fields open around its call do not apply to it."""
        if (kind, name) in self._texts:
            return self._texts[kind, name]
        note = self.notes.note(kind, name)
        fields, self._fields, self._in_note = self._fields, [], True
        line = Line()
        for paragraph in note.iter(_P) if note is not None else ():
            self._gather(paragraph, child(paragraph, "w:pPr"), line)
            line.write("\n")
        self._fields, self._in_note = fields, False
        return self._texts.setdefault((kind, name), line.text)


def _find_enacting_tables(body: Element) -> frozenset[Element]:
    enacting = (p for p in body.iter(_P) if enacts(plain(p)))
    return frozenset(table for p in enacting for table in p.iterancestors(_TABLE))


def _unwrap(element: Element) -> Element | None:
    """Return the element whose children replace a transparent container, or None."""
    if element.tag in _WRAPPERS:
        return element
    if element.tag == _ALTERNATIVE:  # newer mark-up, with a fallback for older programs
        return element.find(_FALLBACK)
    if element.tag == _SDT and child(element, "w:sdtPr", "w:showingPlcHdr") is None:
        return child(element, "w:sdtContent")
    return None


def _text_of(piece: Element) -> str:
    if piece.tag == _TEXT:
        return piece.text or ""
    if piece.tag == _SYMBOL:
        return _glyph((piece.get(qn("w:char")) or "").upper())
    return _SIGNS.get(piece.tag, "") if isinstance(piece.tag, str) else ""


def _glyph(code: str) -> str:
    """Return a character by its code; from F000 on, codes belong to fonts of pictures."""
    if re.fullmatch("F0..", code):
        return _GLYPHS.get(code[1:], "")
    return chr(int(code, 16)) if re.fullmatch("[0-9A-CE][0-9A-F]{3}", code) else ""


def _find_nearest(node: Element, tag: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, without those of nested tables."""
    for element in node:
        if element.tag == tag:
            yield element
        elif (inside := _unwrap(element)) is not None:
            yield from _find_nearest(inside, tag)


def _is_deleted(row: Element) -> bool:
    return child(row, "w:trPr", "w:del") is not None


def _parent(element: Element) -> object:
    parent = element.getparent()
    return None if parent is None else parent.tag

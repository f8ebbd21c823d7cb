"""Resolutions as Word files, with the variations that Word produces.

There are two variants, chosen by the symbol: automatic numbering, with the symbol in the header of
the first page; or numbers typed with tabs, with the symbol in a table. Both have tabs, arbitrarily
split runs, hyperlinks, no-break hyphens as elements, and a footnotes part.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.sax.saxutils import escape  # nosec B406 # it writes XML, and reads none

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

from .numbering import Style, count, style
from .truth import Call, Line, Truth, headings, parts, stretches

_LINK = re.compile(r"\b\d{2}/\d{1,3}\b")
_PIECE = re.compile("\u2011|[^\u2011]+")
_STYLES: tuple[Style, ...] = ("decimal", "letter", "roman")
_FORMATS = ("decimal", "lowerLetter", "lowerRoman")
_TEXTS = ("%1.", "(%2)", "(%3)")


def word_file(truths: Sequence[Truth]) -> bytes:
    """Write all resolutions of a file to one .docx, and return its bytes."""
    writer = _Writer(truths[0])
    for truth in truths:
        writer.resolution(truth)
    return writer.save()


def _is_numbered(symbol: str) -> bool:
    return hashlib.sha256(symbol.encode()).digest()[0] % 2 == 0


class _Writer:
    def __init__(self, truth: Truth) -> None:
        self.file: Document = docx.Document()
        self.notes: list[Call] = []
        self.numbering = _Numbering(self.file) if _is_numbered(truth.symbol) else None
        self._cover(truth)

    def _cover(self, truth: Truth) -> None:
        """Write the masthead as a table, the lines below it as paragraphs, header and footer."""
        symbol, *below = [text for text in truth.cover if text != "United Nations"]
        organ, status, date, *lines = below
        section = self.file.sections[0]
        section.different_first_page_header_footer = True
        section.header.paragraphs[0].text = symbol
        section.footer.paragraphs[0].text = "23-12345\t\t2/3"
        rows = [("United Nations", symbol), (organ, f"{status}\n{date}")]
        if self.numbering:
            section.first_page_header.paragraphs[0].text = "\t".join(rows.pop(0))
        self._table(rows)
        for text in lines:
            self._bold(text) if text.startswith("Resolution") else self._plain(text)

    def resolution(self, truth: Truth) -> None:
        """Write title, body, closing lines and annexes."""
        for number, title in headings(truth):
            self._bold("\t".join(filter(None, (number, title))))
        main, annexes = parts(truth)
        self._lines(main)
        closing = self.file.add_paragraph()
        closing.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        closing.add_run("\n".join(truth.closing)).italic = True
        if annexes:
            self.file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            self._lines(annexes)

    def _lines(self, lines: Iterable[Line]) -> None:
        table: list[tuple[str, ...]] = []
        for line in lines:
            if line.cells:
                table.append(line.cells)
                continue
            self._table(table)
            table = []
            self._line(line)
        self._table(table)

    def _line(self, line: Line) -> None:
        if line.kind == "heading":
            self._bold(line.text, line.calls)
            return
        paragraph = self.file.add_paragraph()
        if not (self.numbering and line.label and self.numbering.apply(paragraph, line)):
            depth = max(line.level - 1, 0)
            paragraph.add_run("\t" * (depth + 1) + (f"{line.label}\t" if line.label else ""))
        for start, stop, italic in stretches(line):
            self._text(paragraph, line.text[start:stop], italic)
            for call in line.calls:
                if call.place == stop:
                    self._call(paragraph, call)

    def _text(self, paragraph: Paragraph, text: str, italic: bool) -> None:
        end = 0
        for link in _LINK.finditer(text):
            self._run(paragraph, text[end : link.start()], italic)
            self._hyperlink(paragraph, link[0])
            end = link.end()
        self._run(paragraph, text[end:], italic)

    def _run(self, paragraph: Paragraph, text: str, italic: bool) -> None:
        """Write one run, or two for a long text, as Word splits runs where a text was edited."""
        middle = len(text) // 2 if len(text) > 7 else 0
        for part in filter(None, (text[:middle], text[middle:])):
            run = paragraph.add_run()
            run.italic = italic or None
            for piece in _PIECE.findall(part):
                if piece == "\u2011":
                    run._r.append(OxmlElement("w:noBreakHyphen"))
                else:
                    run.add_text(piece)

    def _hyperlink(self, paragraph: Paragraph, number: str) -> None:
        address = f"https://undocs.org/en/A/RES/{number}"
        known = self.file.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink", {qn("r:id"): known})
        link.append(paragraph.add_run(number)._r)
        paragraph._p.append(link)

    def _call(self, paragraph: Paragraph, call: Call) -> None:
        """Write a reference to the footnotes part; a superscript number for a repeated call."""
        run = paragraph.add_run()
        run.font.superscript = True
        if not call.text:
            run.add_text(call.mark)
            return
        self.notes.append(call)
        values = {qn("w:id"): str(len(self.notes))}
        custom = call.mark != str(len(self.notes))
        if custom:
            values[qn("w:customMarkFollows")] = "1"
        run._r.append(OxmlElement("w:footnoteReference", values))
        if custom:
            run.add_text(call.mark)

    def _bold(self, text: str, calls: Iterable[Call] = ()) -> None:
        paragraph = self.file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run(text).bold = True
        for call in calls:
            self._call(paragraph, call)

    def _plain(self, text: str) -> None:
        self.file.add_paragraph(text)

    def _table(self, rows: Sequence[tuple[str, ...]]) -> None:
        if not rows:
            return
        table = self.file.add_table(len(rows), max(map(len, rows)))
        for cells, row in zip(rows, table.rows, strict=True):
            for text, cell in zip(cells, row.cells, strict=False):
                cell.text = text

    def save(self) -> bytes:
        """Return the bytes of the finished file."""
        if self.notes:
            name = PackURI("/word/footnotes.xml")
            content = _footnotes(self.notes).encode()
            package = self.file.part.package
            part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, content, package)
            self.file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        stream = BytesIO()
        self.file.save(stream)
        return stream.getvalue()


class _Numbering:
    """Word's automatic numbering: three levels of a list, restarted if the count differs."""

    def __init__(self, file: Document) -> None:
        self.part = file.part.numbering_part.element
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
            for level, (kind, text) in enumerate(zip(_FORMATS, _TEXTS, strict=True))
        )
        # Definitions precede instances; both use ids that the template does not use.
        self.part.insert(0, _xml(f'<w:abstractNum w:abstractNumId="1000">{levels}</w:abstractNum>'))
        self.last = 1000
        self.counts = [0, 0, 0]
        self.lists = [0, 0, 0]  # the current instance of each level
        self._begin(0, 1)

    def apply(self, paragraph: Paragraph, line: Line) -> bool:
        """Apply a list number to the paragraph; return False if Word can't produce its label."""
        how = style(line.label, line.number)
        level, value = _STYLES.index(how), count(line.label, how)
        if not value:
            return False
        if value != self.counts[level] + 1:
            self._begin(level, value)
        self.counts[level:] = [value, *[0] * (2 - level)]
        self.lists[level:] = [self.lists[level]] * (3 - level)
        place = f'<w:ilvl w:val="{level}"/><w:numId w:val="{self.lists[level]}"/>'
        paragraph._p.get_or_add_pPr().append(_xml(f"<w:numPr>{place}</w:numPr>"))
        return True

    def _begin(self, level: int, value: int) -> None:
        """Start a new instance of the list at a value, like "Restart at …"."""
        self.last += 1
        self.lists[level] = self.last
        start = (
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{value}"/></w:lvlOverride>'
        )
        inner = f'<w:abstractNumId w:val="1000"/>{start}'
        self.part.append(_xml(f'<w:num w:numId="{self.last}">{inner}</w:num>'))


def _xml(text: str) -> BaseOxmlElement:
    """Parse an element of WordprocessingML."""
    return parse_xml(re.sub(r"^<[\w:]+", rf"\g<0> {nsdecls('w')}", text))


def _footnotes(calls: Sequence[Call]) -> str:
    """Return the footnotes part: two separators, then the notes."""
    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}">'
        f"<w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>"
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    notes = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:r><w:tab/></w:r><w:r><w:rPr>'
        '<w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r><w:r>'
        f'<w:tab/><w:t xml:space="preserve"> {escape(call.text)}</w:t></w:r></w:p></w:footnote>'
        for number, call in enumerate(calls, 1)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f"{head}<w:footnotes {nsdecls('w')}>{separators}{notes}</w:footnotes>"

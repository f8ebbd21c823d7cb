"""The ground truth for measuring the readers, extracted from the AKN files.

It is written from the schema and the files, with lxml only: it shares no code with searchapp, so
that an error goes unnoticed only if it is made twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal

from lxml import etree

from .numbering import Numbering

Kind = Literal["enacting", "preambular", "operative", "annex", "heading", "aside"]
JUDGED: tuple[Kind, ...] = ("preambular", "operative", "annex")
MAX_BYTES = 100_000_000
_UNSEEN = re.compile(
    "[\u200b-\u200f\u2060\ufeff]"
)  # 76/242: a mark of direction before "Reaffirms"


@dataclass(frozen=True, slots=True)
class Call:
    """A footnote's call: its offset in the text in characters, its mark, and the note's text."""

    place: int
    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: a paragraph, a heading, or an aside (table rows, which no figure counts).

    `label` is the number as printed ("1.", "(a)"), `number` the full one ("1 (a)"), `italics` the
    ranges of `text` in italics, as offsets; `annexed` lines follow the closing lines.
    """

    kind: Kind
    text: str
    label: str = ""
    number: str | None = None
    level: int = 1
    italics: tuple[tuple[int, int], ...] = ()
    calls: tuple[Call, ...] = ()
    cells: tuple[str, ...] = ()
    annexed: bool = False

    @property
    def phrase(self) -> str | None:
        """The italic words at the start, or None if the text does not begin in italics."""
        end = 0
        for start, stop in self.italics:
            if self.text[end:start].strip():
                break
            end = stop
        while 0 < end < len(self.text) and self.text[end - 1 : end + 1].isalpha():
            end += 1  # 78/167: only "Encourage" of "Encourages" is in italics
        return self.text[:end].strip(" ,;:") or None


@dataclass(frozen=True, slots=True)
class Truth:
    """A resolution as in its file; `adopted` is an ISO date, `lines` are in printed order.

    `cover`, `masthead` (pairs of number and title) and `closing` are the lines printed around it.
    """

    symbol: str
    session: str = ""
    adopted: str = ""
    title: str = ""
    agenda_items: tuple[str, ...] = ()
    cover: tuple[str, ...] = ()
    masthead: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()
    lines: tuple[Line, ...] = field(default=(), repr=False)


def truths(path: Path) -> tuple[Truth, ...]:
    """Return the resolutions of an AKN file: one, or one for each part (A, B …)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(path.read_bytes()[:MAX_BYTES], parser)
    cover = _cover(root)
    found = [_truth(statement, cover) for statement in root.iter("{*}statement")]
    if cover.masthead:
        found[0] = replace(found[0], masthead=cover.masthead + found[0].masthead)
    return tuple(found)


def _truth(statement: etree._Element, whole: Truth) -> Truth:
    """Read one statement; a part takes missing metadata from the whole document."""
    masthead = _masthead(statement)
    number, title = masthead[0] if masthead else ("", "")
    part = number if re.fullmatch("[A-Z]", number) else ""
    closing = _closing(statement)
    return replace(
        whole,
        symbol=re.sub(r"[A-Z](-[A-Z])?$", "", whole.symbol) + part if part else whole.symbol,
        title=title or whole.title,
        adopted=(_iso(closing[-1]) if closing else "") or whole.adopted,
        masthead=masthead,
        closing=closing,
        lines=tuple(_numbered(_lines(statement))),
    )


def _cover(root: etree._Element) -> Truth:
    """Read the metadata above the title, which is common to all parts of a file."""
    symbol = _first(root, "coverPage//docNumber").replace(" ", "")
    session = re.match(r"A/RES/(E?S-\d+|\d+)/", symbol)
    adopted = re.search(r" on (\d+ \w+ \d{4})$", _first(root, "coverPage//docTitle"))
    items = _first(root, "coverPage//inline[@name='agenda item']")
    return Truth(
        symbol=symbol,
        session=session[1] if session else "",
        adopted=_iso(adopted[1]) if adopted else "",
        title=_first(root, "preface//docTitle"),
        masthead=tuple(
            pair for whole in root.iter("{*}documentCollection") for pair in _masthead(whole)
        ),
        agenda_items=tuple(_items(items)),
        cover=tuple(text for p in _all(root, "coverPage/p") if (text := _text(p))),
    )


def _masthead(element: etree._Element) -> tuple[tuple[str, str], ...]:
    """Read pairs such as ("77/264.", "Programme budget for 2023"); a part may lack a title."""
    lines = element.iterfind("{*}preface/{*}p")
    return tuple((_first(line, "docNumber"), _first(line, "docTitle")) for line in lines)


def _items(text: str) -> list[str]:
    """Split agenda items: "Agenda items 9 and 19 (a)" contains "9" and "19 (a)"."""
    bare = re.sub(r"^Agenda items?\s+", "", text)
    return [item.strip() for item in re.split(r",|\band\b", bare) if item.strip()]


def _closing(statement: etree._Element) -> tuple[str, ...]:
    """Read the closing lines, such as "39th plenary meeting" and "21 November 2022"."""
    return tuple(
        text
        for p in _all(statement, "conclusions/p")
        for element in p.iter("{*}inline", "{*}location", "{*}docDate")
        if (text := _text(element))
    )


def _iso(date: str) -> str:
    try:
        return datetime.strptime(date, "%d %B %Y").date().isoformat()  # noqa: DTZ007 (a day)
    except ValueError:
        return ""


# The body: every element that contains a printed line, in document order.


def _lines(statement: etree._Element) -> Iterator[Line]:
    for child in statement:
        if _tag(child) == "preamble":
            yield from _preamble(child)
        elif _tag(child) == "mainBody":
            yield from _body(child, "operative")
        elif _tag(child) == "attachments":
            for body in child.iter("{*}mainBody"):
                yield from (replace(line, annexed=True) for line in _body(body, "annex"))


def _preamble(preamble: etree._Element) -> Iterator[Line]:
    for child in preamble:
        if _tag(child) == "formula":
            yield _line(child, "enacting")
        elif _tag(child) == "container":
            for part in child:
                if _tag(part) == "blockList":
                    yield from _block_list(part)
                else:
                    yield _heading_or("preambular", part)


def _block_list(block: etree._Element) -> Iterator[Line]:
    for child in block:
        if _tag(child) == "item":
            label = _first(child, "num")
            yield from (
                replace(_line(p, "preambular"), label=label, level=2) for p in _all(child, "p")
            )
        else:
            yield _line(child, "preambular")


def _body(body: etree._Element, kind: Kind) -> Iterator[Line]:
    """Yield the lines of a main body or a section, whose number is part of its heading."""
    for child in body:
        tag = _tag(child)
        if tag == "paragraph":
            yield from _paragraph(child, kind)
        elif tag == "section":
            yield from _body(child, kind)
        elif tag == "crossHeading" and child.get("refersTo") == "#preamble":
            # 76/246: each section has its own preamble, marked as headings in the main body.
            yield _line(child, "preambular")
        elif tag in ("subheading", "heading", "crossHeading", "num"):
            yield _line(child, "heading")
        else:
            yield from _table(child)


def _table(element: etree._Element) -> Iterator[Line]:
    for row in element.iter("{*}tr"):
        cells = tuple(_text(cell) for cell in row)
        yield Line("aside", " ".join(cells), cells=cells)


def _paragraph(paragraph: etree._Element, kind: Kind) -> Iterator[Line]:
    if any(_tag(child) in ("heading", "subheading") for child in paragraph.iter()):
        yield from _headed(paragraph, kind)
        return
    label = _first(paragraph, "num")
    texts = [child for child in paragraph if _tag(child) in ("content", "p")]
    for text in texts:
        line = _heading_or(kind, text, label)
        style = paragraph.get("class", "")
        if style == "FootnoteText" or line.text.startswith("* "):
            line = replace(line, kind="aside")  # 76/239: the notes below a table
        elif not label and (style.startswith("H") or _is_short(line, style)):
            line = replace(line, kind="heading")  # 76/181: headings in italics
        yield line
    for items in _all(paragraph, "list"):
        yield from _list(items, kind, label, 2 if label.startswith("(") else 1)  # 76/84: (e), (i)
    if not texts and paragraph.find("{*}list") is None and label:
        yield Line("heading", label)  # 76/226: "I" is a paragraph, its title the next one


def _is_short(line: Line, style: str) -> bool:
    """Tell whether a paragraph of this style is a heading, though not marked as one."""
    brief = len(line.text.split()) <= 15 and line.text[-1:] not in tuple(".,;:")
    return style == "MercuryDocument" and brief and not line.phrase


def _headed(paragraph: etree._Element, kind: Kind) -> Iterator[Line]:
    """Yield a paragraph that is a heading, or has one above its text (77/256: "Article 10")."""
    label = _first(paragraph, "num")
    for heading in paragraph.iter("{*}heading", "{*}subheading"):
        yield Line("heading", f"{label} {_text(heading)}".strip())
    for p in paragraph.iter("{*}p"):
        if p.find(".//{*}subheading") is None and p.find(".//{*}heading") is None:
            yield _line(p, kind)


def _list(items: etree._Element, kind: Kind, label: str, level: int) -> Iterator[Line]:
    """Yield the chapeau with the paragraph's label, then the points, a level deeper."""
    for child in items:
        tag = _tag(child)
        if tag == "point":
            own = _first(child, "num")
            for part in _all(child, "content"):
                yield replace(_heading_or(kind, part, own), level=level + 1)
            for deeper in _all(child, "list"):
                yield from _list(deeper, kind, own, level + 1)
        elif tag == "sublist":
            yield from _list(child, kind, "", level + 1)
        else:
            yield replace(_line(child, kind), label=label, level=level)


def _heading_or(kind: Kind, element: etree._Element, label: str = "") -> Line:
    """Return a paragraph, or, if everything is bold (76/147), a heading with its number."""
    line = replace(_line(element, kind), label=label)
    spans = [span for span in element.iter("{*}span") if "bold" in span.get("class", "")]
    bold = "".join(map(_text, spans)).replace(" ", "") == line.text.replace(" ", "")
    in_text = "{*}num" if _tag(element) == "p" else "{*}p/{*}num"
    numbered = element.find(in_text) is not None  # 78/69: <p><num>XIII</num></p>
    if not bold and not numbered:
        return line
    return Line("heading", f"{label} {line.text}".strip(), calls=line.calls)


def _line(element: etree._Element, kind: Kind) -> Line:
    ink = _Ink()
    ink.take(element)
    return Line(kind, ink.text, italics=tuple(ink.italics), calls=tuple(ink.calls))


class _Ink:
    """A builder of an element's text with collapsed white space, italics and note calls."""

    def __init__(self) -> None:
        self.text = ""
        self.italics: list[tuple[int, int]] = []
        self.calls: list[Call] = []
        self._space = False

    def take(self, element: etree._Element, italic: bool = False) -> None:
        """Add an element and its descendants, in document order."""
        italic = italic or "italic" in element.get("class", "")
        self.add(element.text or "", italic)
        for child in element:
            if _tag(child) == "authorialNote":
                note = " ".join(_text(p) for p in _all(child, "p"))
                self.calls.append(Call(len(self.text), child.get("marker", ""), note))
            elif _tag(child) == "sup" and _text(child).isdigit():
                # 78/11: a repeated call of an earlier note, "1949,2 continue".
                self.calls.append(Call(len(self.text), _text(child), ""))
            else:
                self.take(child, italic)
            self.add(child.tail or "", italic)

    def add(self, string: str, italic: bool) -> None:
        """Add characters; white space is deferred until text follows it."""
        for piece in re.findall(r"\s+|\S+", _UNSEEN.sub("", string)):
            if piece.isspace():
                self._space = bool(self.text)
                continue
            # A no-break hyphen is a separate run in the source: "Secretary" and "-General".
            joined = re.match("[-\u2011][A-Z]", piece) and self.text[-1:].islower()
            self.text += " " if self._space and not joined else ""
            self._space = False
            if italic:
                self._slant(len(self.text), len(self.text) + len(piece))
            self.text += piece

    def _slant(self, start: int, stop: int) -> None:
        """Record a range in italics, merged with the previous one if only a space is between."""
        if self.italics and not self.text[self.italics[-1][1] : start].strip():
            start = self.italics.pop()[0]
        self.italics.append((start, stop))


# Numbers, which depend on the lines before (and for "(i)" on the line after).

_TYPED = re.compile(r"(\([a-z]{1,5}\) |\d{1,3} ?\.(?!\d))\s*(?=\S)")  # 77/248: "232 .Recognizes"
_BARE = re.compile(r"(\d{1,3})\s+(?=[A-Z])")


def _numbered(found: Iterator[Line]) -> Iterator[Line]:
    """Yield the lines with their full numbers, and with labels typed in the text extracted."""
    lines = [_relabelled(line) for line in found if line.text]
    numbering = Numbering()
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if line.kind in ("heading", "aside", "enacting"):
            numbering.clear()
            yield line
            continue
        if line.kind == "operative":
            line = _bare_number(_overflow(line), numbering)  # noqa: PLW2901
        if not line.label:
            if line.kind == "preambular" or (line.phrase and line.text.endswith(":")):
                numbering.clear()
            yield line
            continue
        number, level = numbering.number(
            line.label, following.label if following else "", line.level
        )
        yield replace(line, number=number, level=level)


def _relabelled(line: Line) -> Line:
    """Extract a label typed at the start of the text (77/5: "(a) Two plenary …")."""
    if line.kind in ("heading", "aside", "enacting"):
        return line
    if line.label:
        # 76/3: <num>1.1</num> and ". Raise awareness …"
        return _cut(line, line.label, len(line.text) - len(line.text.lstrip(". ")))
    typed = _TYPED.match(line.text)
    return _cut(line, typed[1].replace(" ", ""), typed.end()) if typed else line


def _bare_number(line: Line, numbering: Numbering) -> Line:
    """Extract a number typed without its full stop (77/263: "18 Appropriates …")."""
    bare = _BARE.match(line.text)
    if line.label or not bare or not numbering.follows(bare[1]):
        return line
    return _cut(line, bare[1], bare.end())


def _overflow(line: Line) -> Line:
    """Mark a preambular paragraph misplaced in the main body (77/118, 76/245, 78/127)."""
    first = (line.phrase or "").partition(" ")[0]
    if not line.label and first.endswith("ing") and line.text.endswith(","):
        return replace(line, kind="preambular")
    return line


def _cut(line: Line, label: str, width: int) -> Line:
    spans = ((max(start - width, 0), stop - width) for start, stop in line.italics)
    return replace(
        line,
        label=label,
        text=line.text[width:],
        italics=tuple(span for span in spans if span[1] > 0),
        calls=tuple(replace(call, place=max(call.place - width, 0)) for call in line.calls),
    )


# Helpers for the modules that render a truth.


def headings(truth: Truth) -> list[tuple[str, str]]:
    """Return the title's lines as pairs of number and text; a part's letter is separate."""
    lines: list[tuple[str, str]] = []
    for number, title in truth.masthead:
        lines += [(number, ""), ("", title)] if len(number) == 1 else [(number, title)]
    return [line for line in lines if any(line)]


def parts(truth: Truth) -> tuple[list[Line], list[Line]]:
    """Split the lines into those above the closing lines, and those of the annexes below."""
    main = [line for line in truth.lines if not line.annexed]
    return main, [line for line in truth.lines if line.annexed]


def stretches(line: Line) -> Iterator[tuple[int, int, bool]]:
    """Yield ranges that are entirely in italics or entirely not, split at each note call."""
    edges = {0, len(line.text), *(call.place for call in line.calls)}
    edges.update(edge for span in line.italics for edge in span)
    ordered = sorted(edges)
    for start, stop in pairwise(ordered):
        yield start, stop, any(begin <= start and stop <= end for begin, end in line.italics)


# XML helpers.


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    """Find elements by a path of local names: "preface/p", "coverPage//docNumber"."""
    steps = re.sub(r"\b[a-zA-Z]+\b(?![^\[]*\])", r"{*}\g<0>", path)
    return list(element.iterfind(f".//{steps}" if "/" in path else steps))


def _first(element: etree._Element, path: str) -> str:
    found = _all(element, path)
    return _text(found[0]) if found else ""


def _text(element: etree._Element) -> str:
    ink = _Ink()
    ink.take(element)
    return ink.text

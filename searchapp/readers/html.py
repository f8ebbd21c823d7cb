"""Reader for HTML from United Nations sites and word processors, based on BeautifulSoup.

Word's web pages differ from what they display: list numbers are in spans to be ignored,
footnotes in boxes at the end, and tabs are runs of no-break spaces.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup, CData, NavigableString, Tag

from ..errors import ReadError
from ..model.document import Block, Document, Note
from ..text.numerals import format_count
from ..un.print_conventions import enacts, split_label
from ..un.printed_pages import NOTE_MARK
from .decoding import decode
from .inline import clean
from .plain_text import read_text
from .runs import Line, Nesting, find_reissue, is_label, settle_headings, table_row

Node = Tag | NavigableString

_BLOCKS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ol ul li table td th tr div blockquote dt dd pre center".split()
)
_UNSEEN = ["script", "style", "head", "nav", "template", "noscript", "svg", "del"]
_HIDDEN = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_COMMENTS = re.compile(r"mso-element\s*:\s*comment", re.IGNORECASE)
_EMPHASIS = frozenset(["i", "em", "u"])
_BOLD = frozenset(["b", "strong"])
_ITALIC_STYLE = re.compile(
    r"(?:^|;)\s*(?:font-style\s*:\s*(\w+)|font\s*:[^;]*\b(italic|oblique)\b)", re.IGNORECASE
)
_BOLD_STYLE = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(\w+)", re.IGNORECASE)
_RAISED_STYLE = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*super", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_LIST = re.compile(r"mso-list\s*:\s*(l\d+)\s+level(\d)", re.IGNORECASE)
# The tab after a list number, where Word has filtered out its own mark-up.
_SPACER = re.compile(r"font\s*:\s*7(?:\.0)?pt", re.IGNORECASE)
_TAB = re.compile("\u00a0[ \u00a0]+| \u00a0[ \u00a0]*")  # as written by Word and old pages
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_FORMATS = {
    "a": "lowerLetter",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "A": "upperLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "i": "lowerRoman",
    "lower-roman": "lowerRoman",
    "I": "upperRoman",
    "upper-roman": "upperRoman",
    "none": "none",
}
# ids and classes of notes: "ftn1" (Word; with "e" and "d" for endnotes), "sdfootnote1"
# (LibreOffice), "fn:1" (Markdown), "cite_note-1" (wikis).
_NOTE = re.compile(
    r"_?(?:mso|sd|cite_)?(?:foot|end)?[_-]?(?:note|[ef][dt]n|fn)s?(?:text)?(?![a-z])", re.IGNORECASE
)
_MARK = re.compile(rf"\W*({NOTE_MARK})\W*")
MAX_DEPTH = 300
_BEGINNING = 200  # characters searched for enacting words


def read_html(content: bytes, source: str) -> Document:
    """Read a page: headings and title by their elements; the parser assigns the other roles."""
    try:
        soup = _parse(content)
        blocks = settle_headings(_Page(soup).blocks())
    except RecursionError:
        raise ReadError("The mark-up is nested too deeply for a resolution.") from None
    language = soup.html.get("lang") if soup.html else None
    return Document(
        source=source,
        format="html",
        blocks=tuple(blocks),
        language=str(language)[:2].lower() if language else None,
        reissued=find_reissue(blocks),
    )


def _parse(content: bytes) -> BeautifulSoup:
    try:
        return BeautifulSoup(content, "lxml")
    except (ValueError, LookupError):  # the page declares an unknown encoding
        return BeautifulSoup(decode(content), "lxml")


@dataclass(frozen=True, slots=True)
class _Face:
    """The appearance of text."""

    italic: bool = False
    bold: bool = False


class _Page:
    """The converter of a page, with the page-wide data it needs and its state between blocks."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.italic_classes = set(_italic_classes(soup))
        self.body = soup.body or soup
        _check_depth(self.body)
        for element in self.body.find_all(_UNSEEN):
            element.decompose()
        for element in self.body.find_all(style=_is_unseen):
            element.extract()
        self.notes: dict[str, Note] = {}  # by mark
        self.targets: dict[str, Note] = {}  # by the anchors of links to them
        self._take_notes()
        self.containers = _find_containers(self.body)
        self.enacting = _find_ancestors(
            p for p in self.body.find_all(["p", "div", "td"]) if enacts(_read_beginning(p))
        )
        self.nesting = Nesting()
        self.label = ""  # the list number of the next paragraph
        self.level: int | None = None
        self.begun = False  # whether the enacting words have come

    def blocks(self) -> Iterator[Block]:
        """Return all blocks in printed order."""
        return self._walk(self.body)

    # Blocks -------------------------------------------------------------------------------------

    def _walk(self, node: Tag) -> Iterator[Block]:
        """Yield a block for each element that contains text rather than other blocks."""
        loose: list[Node] = []
        for child in list(node.children):
            if isinstance(child, Tag) and (child.name in _BLOCKS or id(child) in self.containers):
                yield from self._make_blocks(loose)
                loose = []
                yield from self._element(child)
            elif isinstance(child, (Tag, NavigableString)):
                loose.append(child)
        yield from self._make_blocks(loose)

    def _element(self, child: Tag) -> Iterator[Block]:
        if child.name == "table":
            yield from self._table(child)
        elif child.name == "pre" and "\n" in child.get_text().strip():
            yield from self._plain(child)
        elif child.name == "ol":
            yield from self._list(child)
        elif id(child) in self.containers:
            yield from self._walk(child)
        else:
            yield from self._make_blocks([child], child)

    def _make_blocks(self, pieces: list[Node], element: Tag | None = None) -> Iterator[Block]:
        """Yield the blocks of running text: one, or several if line breaks separate paragraphs."""
        line = Line()
        for piece in pieces:
            self._gather(piece, _Face(), line)
        name = element.name if element else ""
        for part in line.paragraphs():
            block = part.block(self.label, heading=bool(re.match("h[1-6]$", name)) or part.is_bold)
            if block.role == "heading":
                self.nesting.end()
                block = replace(block, role="title" if name == "h1" else "heading")
            elif self.label and block.label == self.label:
                block = replace(block, level=self._level(element) or block.level)
            self.label = ""
            self.begun = self.begun or enacts(block.text)
            if block.text:
                yield block
        if element:  # the number of an empty item is not the next paragraph's
            self.label = ""

    def _level(self, element: Tag | None) -> int | None:
        found = _LIST.search(_style(element)) if element else None
        return self.nesting.level(found[1], int(found[2])) if found else self.level

    def _plain(self, element: Tag) -> Iterator[Block]:
        """Yield the blocks of preformatted text, as in pages of the 1990s."""
        for block in read_text(element.get_text(), "").blocks:
            self.begun = self.begun or enacts(block.text)
            yield block

    def _list(self, element: Tag) -> Iterator[Block]:
        """Yield the blocks of a numbered list, with the numbers that a browser would print."""
        own = _LIST_STYLE.search(_style(element))
        form = _FORMATS.get(own[1] if own else str(element.get("type") or ""), "decimal")
        start = str(element.get("start") or "")
        count = int(start) if start.isdecimal() and len(start) < 5 else 1
        above = sum(1 for parent in element.parents if parent.name == "ol")
        for item in element.children:
            if not isinstance(item, Tag):
                continue
            if item.name == "li":
                self.label = _item_label(item, count, form)
                self.level = above + 1 if above else None
                count += 1
            yield from self._walk(item)
            self.label, self.level = "", None

    # Tables -------------------------------------------------------------------------------------

    def _table(self, table: Tag) -> Iterator[Block]:
        rows = [list(_find_nearest(row, ["td", "th"])) for row in _find_nearest(table, ["tr"])]
        layout = self._is_layout(table, rows)
        for cells in rows:
            if layout:
                for cell in cells:
                    yield from self._walk(cell)
            else:
                block = table_row([list(self._walk(cell)) for cell in cells])
                if block.text:
                    yield block

    def _is_layout(self, table: Tag, rows: list[list[Tag]]) -> bool:
        """Return whether a table only positions text: a cover, a box, a whole page."""
        if not self.begun or all(len(cells) < 2 for cells in rows):
            return True
        return id(table) in self.enacting

    # Running text -------------------------------------------------------------------------------

    def _gather(self, node: Node, face: _Face, line: Line) -> None:
        """Write the printed text of an element."""
        if not isinstance(node, Tag):
            if type(node) in (NavigableString, CData):  # no comment, no declaration
                words = _TAB.sub("\t", re.sub(r"[\r\n]", " ", node))
                line.write(words, face.italic, face.bold)
        elif node.name == "br":
            line.write("\n")
        elif note := self._find_call(node):
            line.call(note)
        elif not self._is_number(node, line):
            inner = self._face(node, face)
            for child in node.children:
                if isinstance(child, (Tag, NavigableString)):
                    self._gather(child, inner, line)

    def _face(self, element: Tag, face: _Face) -> _Face:
        style = _style(element)
        italic = face.italic or element.name in _EMPHASIS
        italic = italic or not self.italic_classes.isdisjoint(element.get("class") or ())
        if found := _ITALIC_STYLE.search(style):
            italic = (found[1] or found[2]).lower() in ("italic", "oblique")
        bold = face.bold or element.name in _BOLD
        if found := _BOLD_STYLE.search(style):
            bold = found[1].lower() in ("bold", "bolder", "600", "700", "800", "900")
        return _Face(italic, bold)

    def _is_number(self, element: Tag, line: Line) -> bool:
        """Take a list number by Word out of the text, and return whether the element was one."""
        style = _style(element)
        if _LIST_NUMBER.search(style):
            label = clean(element.get_text())
            self.label = label if is_label(label) or len(label) > 1 else ""  # "·", "o": bullets
            return True
        if _SPACER.search(style) and not element.get_text().strip() and is_label(line.text):
            self.label = line.text
            line.runs.clear()
            return True
        return False

    # Notes --------------------------------------------------------------------------------------

    def _find_call(self, element: Tag) -> Note | None:
        """Return the note that an element calls by a link or a raised mark, or None."""
        raised = element.name == "sup" or bool(_RAISED_STYLE.search(_style(element)))
        if not (raised or element.name == "a"):
            return None
        link = element if element.name == "a" else element.find("a")
        target = str(link.get("href") or "") if isinstance(link, Tag) else ""
        is_link = element.name == "a" and target.startswith("#")
        if not (raised or is_link):
            return None
        mark = _MARK.fullmatch(element.get_text())
        if mark is None:
            return None
        if note := self.targets.get(target[1:]):
            return replace(note, mark=mark[1])
        if raised and (mark[1] in self.notes or target):
            return self.notes.get(mark[1], Note(mark[1], ""))
        return Note(mark[1], "") if is_link and _NOTE.match(target[1:]) else None

    def _take_notes(self) -> None:
        """Remove the notes from the page: elements named like notes, or with a called mark."""
        raised = Counter(clean(mark.get_text()) for mark in self.body.find_all("sup"))
        # In document order, so that an element's parents are examined before it.
        containers = _find_containers(self.body)
        for element in self.body.find_all(["li", "p", "div", "aside", "dd"]):
            if not _is_decomposed(element) and (
                _is_note(element, containers) or _is_marked(element, raised, containers)
            ):
                names = [str(element.get("id") or "")]
                names += [str(a.get("name") or a.get("id") or "") for a in element.find_all("a")]
                note = _make_note(element, str(len(self.notes) + 1))
                self.notes.setdefault(note.mark, note)
                self.targets |= {name: note for name in names if name}
                element.decompose()


def _check_depth(body: Tag) -> None:
    """Raise `ReadError` for deep nesting, as elements are read by recursive functions."""
    depths = {id(body): 0}
    for element in body.descendants:
        if isinstance(element, Tag) and element.parent is not None:
            depths[id(element)] = depth = depths[id(element.parent)] + 1
            if depth > MAX_DEPTH:
                raise ReadError("The mark-up is nested too deeply for a resolution.")


def _is_decomposed(element: Tag) -> bool:
    """Return whether an element was decomposed; its own property searches all its content."""
    return "attrs" not in vars(element)


def _find_containers(body: Tag) -> set[int]:
    """Return the ids of the elements with blocks inside them."""
    return _find_ancestors(body.find_all(list(_BLOCKS)))


def _find_ancestors(elements: Iterable[Tag]) -> set[int]:
    """Return the ids of all elements that are around one of these."""
    found: set[int] = set()
    for element in elements:
        for parent in element.parents:
            if id(parent) in found:
                break
            found.add(id(parent))
    return found


def _read_beginning(element: Tag) -> str:
    """Return the first words of an element; a limit, as nested elements repeat them."""
    pieces, length = list[str](), 0
    for piece in element.strings:
        pieces.append(piece)
        length += len(piece.strip())
        if length >= _BEGINNING:
            break
    return clean("".join(pieces))


def _is_note(element: Tag, containers: set[int]) -> bool:
    """Return whether an element is a note: an id with a number, or a name and no inner blocks."""
    name = str(element.get("id") or "")
    if _NOTE.match(name) and name[-1:].isdigit():
        return True
    parent = element.parent
    named = _is_named(element) or (isinstance(parent, Tag) and _is_named(parent))
    return named and id(element) not in containers


def _is_marked(element: Tag, raised: Counter[str], containers: set[int]) -> bool:
    """Return whether a paragraph begins with a raised mark that occurs twice, as on old pages."""
    mark = None if id(element) in containers or not raised else element.find("sup")
    if not isinstance(mark, Tag):
        return False
    text = clean(mark.get_text())
    is_mark = raised[text] > 1 and _MARK.fullmatch(text) is not None
    return is_mark and _is_first(element, mark) and clean(element.get_text()) != text


def _is_first(element: Tag, part: Tag) -> bool:
    """Return whether a part is the first printed content of an element."""
    before = itertools.takewhile(lambda node: node is not part, element.descendants)
    return not any(isinstance(node, NavigableString) and node.strip() for node in before)


def _is_named(element: Tag) -> bool:
    names = [str(element.get("id") or ""), *(element.get("class") or [])]
    return any(_NOTE.match(name) for name in names)


def _make_note(element: Tag, otherwise: str) -> Note:
    """Convert an element into a note, with its printed mark or that in its id."""
    digits = re.search(r"(\d{1,3})$", str(element.get("id") or ""))
    mark = digits[1] if digits else ""
    for link in element.find_all(["sup", "a"]):
        if not isinstance(link, Tag) or _is_decomposed(link):
            continue
        text = link.get_text()
        found = _MARK.fullmatch(text)
        if found and _is_first(element, link):
            mark = found[1]
            link.decompose()
        elif not re.search(r"\w", text):  # "↑", the link back to the call
            link.decompose()
    for paragraph in element.find_all(list(_BLOCKS)):
        paragraph.append(" ")
    text = clean(element.get_text())
    typed = re.match(r"\[?(\d{1,3})[\].]?\s+(?=\S)", text) if not mark else None
    if typed:
        mark, text = typed[1], text[typed.end() :]
    return Note(mark or otherwise, text)


def _item_label(item: Tag, count: int, form: str) -> str:
    """Return the number of a list item; letters get the brackets of printed resolutions."""
    if form == "none" or split_label(clean(item.get_text()))[0]:
        return ""  # the number is part of the text
    own = str(item.get("value") or "")
    printed = format_count(int(own) if own.isdecimal() and len(own) < 5 else count, form)
    return f"{printed}." if form == "decimal" else f"({printed})"


def _italic_classes(soup: BeautifulSoup) -> Iterable[str]:
    """Yield the classes that the page's style sheets set in italics."""
    for sheet in soup.find_all("style"):
        for rule in sheet.get_text().split("}"):
            selectors, _, style = rule.rpartition("{")
            found = _ITALIC_STYLE.search(style)
            if found and (found[1] or found[2]).lower() in ("italic", "oblique"):
                yield from re.findall(r"\.([\w-]+)\s*(?:,|$)", selectors)


def _is_unseen(style: str | None) -> bool:
    return bool(style and _HIDDEN.search(style))


def _style(element: Tag) -> str:
    return str(element.get("style") or "")


def _find_nearest(node: Tag, names: list[str]) -> Iterator[Tag]:
    """Yield the rows of a table or the cells of a row, without those of nested tables."""
    for child in node.children:
        if isinstance(child, Tag):
            if child.name in names:
                yield child
            elif child.name != "table":
                yield from _find_nearest(child, names)

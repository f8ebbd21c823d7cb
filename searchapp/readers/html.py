"""HTML, as the United Nations' pages and word processors write it, read with BeautifulSoup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

from ..document import Block, Document, Note, Role
from ..errors import ReadError
from .inline import CALL, clean, split_label, with_places

_BLOCKS = frozenset("p h1 h2 h3 h4 h5 h6 li td th tr div blockquote dt dd pre center".split())
_UNSEEN = ("script", "style", "head", "nav", "template", "noscript", "svg")
_NOTE = re.compile(r"(?:foot|end)?_?-?(?:note|ftn|fn)", re.IGNORECASE)
_MARK = re.compile(r"\W*(\d{1,3}|[*†a-z])\W*")
MAX_DEPTH = 500


def read_html(content: bytes, source: str) -> Document:
    """The document of a page: headings and title by their elements, the rest for the parser."""
    try:
        soup = BeautifulSoup(content, "lxml")
        page = soup.body or soup
        for unseen in page.find_all(_UNSEEN):
            unseen.decompose()
        notes = _take_notes(page)
        blocks = tuple(block for block in _walk(page, notes) if block.text or block.label)
    except RecursionError:
        raise ReadError("The mark-up is nested deeper than any resolution is.") from None
    language = soup.html.get("lang") if soup.html else None
    return Document(
        source=source,
        format="html",
        blocks=blocks,
        language=str(language)[:2].lower() if language else None,
    )


def _take_notes(page: Tag) -> dict[str, str]:
    """Footnotes by mark, taken out of the page: items of a list of notes, or marked paragraphs."""
    notes: dict[str, str] = {}
    for element in page.find_all(["li", "p", "div", "aside"]):
        if _is_note(element) and not element.find(["li", "p", "div"]):
            mark, text = _note(element)
            notes[mark or str(len(notes) + 1)] = text
            element.extract()
    return notes


def _is_note(element: Tag) -> bool:
    if element.name == "li" and isinstance(element.parent, Tag) and _named(element.parent):
        return True
    return _named(element)


def _named(element: Tag) -> bool:
    names = [str(element.get("id") or ""), *(element.get("class") or [])]
    return any(_NOTE.match(name) for name in names)


def _note(element: Tag) -> tuple[str, str]:
    raised = element.find("sup")
    mark = ""
    if isinstance(raised, Tag) and (found := _MARK.fullmatch(raised.get_text())):
        mark = found[1]
        raised.extract()
    elif digits := re.search(r"(\d+)$", str(element.get("id") or "")):
        mark = digits[1]
    return mark, clean(element.get_text())


def _walk(node: Tag, notes: dict[str, str], depth: int = 0) -> Iterator[Block]:
    """A block for each element that holds text rather than other blocks."""
    if depth > MAX_DEPTH:
        raise ReadError("The mark-up is nested deeper than any resolution is.")
    loose: list[Tag | NavigableString] = []
    for child in list(node.children):
        if isinstance(child, Comment):
            continue
        if isinstance(child, Tag) and (child.name in _BLOCKS or child.find(list(_BLOCKS))):
            yield from _flush(loose, notes)
            yield from _element(child, notes, depth)
        elif isinstance(child, (Tag, NavigableString)):
            loose.append(child)
    yield from _flush(loose, notes)


def _element(child: Tag, notes: dict[str, str], depth: int) -> Iterator[Block]:
    if child.name == "tr":
        cells = (clean(cell.get_text()) for cell in child.find_all(["td", "th"]))
        yield Block(" | ".join(cell for cell in cells if cell), role="table")
    elif child.find(list(_BLOCKS)):
        yield from _walk(child, notes, depth + 1)
    else:
        yield _block([child], notes, _role(child))


def _role(element: Tag) -> Role | None:
    if element.name == "h1":
        return "title"
    return "heading" if re.fullmatch(r"h[2-6]", element.name) else None


def _flush(loose: list[Tag | NavigableString], notes: dict[str, str]) -> Iterator[Block]:
    if any(clean(piece.get_text()) for piece in loose):
        yield _block(loose, notes, None)
    loose.clear()


def _block(pieces: list[Tag | NavigableString], notes: dict[str, str], role: Role | None) -> Block:
    called: list[Note] = []
    for piece in pieces:
        if isinstance(piece, Tag):
            called += _take_calls(piece, notes)
    label, printed = split_label(clean("".join(_text(piece) for piece in pieces)))
    text, placed = with_places(printed, called)
    italic = next((t for p in pieces if isinstance(p, Tag) and (t := p.find(["i", "em"]))), None)
    lead = italic.get_text().replace(CALL, "") if isinstance(italic, Tag) else ""
    lead = clean(lead).rstrip(",")
    return Block(
        text,
        label=label,
        lead=lead if lead and text.startswith(lead) else None,
        role=role,
        notes=placed,
    )


def _text(piece: Tag | NavigableString) -> str:
    if isinstance(piece, Tag):
        for line in piece.find_all("br"):
            line.replace_with(" ")
        return piece.get_text()
    return str(piece)


def _take_calls(piece: Tag, notes: dict[str, str]) -> Iterator[Note]:
    """The notes that are called in a piece; their raised marks give way to `CALL`."""
    for raised in piece.find_all("sup"):
        mark = _MARK.fullmatch(raised.get_text())
        if mark and (mark[1] in notes or raised.find("a")):
            yield Note(mark[1], notes.get(mark[1], ""))
            raised.replace_with(CALL)

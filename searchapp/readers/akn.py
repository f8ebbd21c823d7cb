"""Reader for Akoma Ntoso for the United Nations (AKN4UN), in which resolutions are published.

The mark-up states the role of nearly every block. If a file contradicts itself, the printed text
takes precedence over attributes (76/254: the text says 15 March 2022, the attribute 17 March).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from lxml import etree

from ..errors import NotAResolution, ReadError
from ..model.document import Block, Document, Note, Role
from ..text.dates import date_in
from ..un.print_conventions import (
    MEETING,
    agenda_items,
    committee,
    is_annex_heading,
    is_part_letter,
    reissue_date,
    symbols_in,
)
from ..un.symbols import with_part
from .inline import CALL, clean, with_places

Element = etree._Element
_LANGUAGES = {
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "rus": "ru",
    "ara": "ar",
    "zho": "zh",
    "chi": "zh",
}
# Separators of sponsors: commas and "and", except in brackets and in names with an "and".
_BETWEEN = re.compile(
    r"(?:,\s*(?:and\s+)?|(?<!Antigua)(?<!Bosnia)(?<!Trinidad)(?<!Kitts)(?<!Vincent)(?<!Tome)"
    r"(?<!Great Britain)\s+and\s+)(?![^()]*\))"
)
_VOTES = {"inFavour": "for", "against": "against", "abstaining": "abstaining"}
MAX_DEPTH = 200
_LONGEST_LEAD = 400  # characters


def read_akn(content: bytes, source: str) -> Iterator[Document]:
    """Yield one document per statement: a resolution, or a part (A, B) of one."""
    root = _root(content)
    statements = list(_all(root, "statement"))
    if not statements:
        raise NotAResolution("The file contains no statement element, so no resolution.")
    cover = _metadata(root, source)
    for statement in statements:
        yield _document(statement, cover, parts=len(statements) > 1)


def _root(content: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"The XML is not well-formed: {error.msg}.") from None


def _metadata(root: Element, source: str) -> Document:
    """Return the metadata of cover and header, in a document without blocks."""
    symbol = _text_of(_first(root, "docNumber", "refersTo", "#symbol"))
    origin, report, draft = _origin(root)
    printed = [_text_of(_first(root, "conclusions")), _text_of(_first(root, "docTitle"))]
    return Document(
        source=source,
        format="akn",
        blocks=(),
        language=_LANGUAGES.get(_attribute(root, "FRBRlanguage", "language")),
        symbol=symbol or None,
        session=_attribute(root, "session", "value") or None,
        adopted=next(
            (date for text in printed if (date := date_in(text))),
            _attribute(root, "FRBRdate", "date") or None,
        ),
        agenda_items=agenda_items(_text_of(_first(root, "inline", "name", "agenda item"))),
        origin=origin,
        report=report,
        draft=draft,
        sponsors=tuple(_sponsors(root)),
        subjects=_subjects(root),
        vote=_vote(root),
        reissued=_reissue(root, source),
    )


def _document(statement: Element, cover: Document, parts: bool) -> Document:
    """Build the document of one statement: the cover's metadata, its own symbol and date."""
    blocks = tuple(_Blocks(statement).all())
    letter = _letter(statement)
    conclusions = _text_of(_first(statement, "conclusions"))
    symbol = cover.symbol
    if parts and letter and symbol:
        symbol = with_part(symbol, letter)
    title = [_text_of(e) for e in _all(statement, "docTitle") if _within(e, "preface")]
    title = [text for text in title if text] or [
        _text_of(e)
        for e in _all(statement.getroottree().getroot(), "docTitle")
        if _within(e, "preface")
    ]
    meeting = MEETING.search(conclusions)
    return replace(
        cover,
        blocks=blocks,
        symbol=symbol,
        part=letter or cover.part,
        adopted=date_in(conclusions) or cover.adopted,
        title=next((text for text in title if text), None),
        meeting=meeting[0] if meeting else None,
    )


def _letter(statement: Element) -> str | None:
    """Return the letter of a part, printed in the preface below the number."""
    texts = [_text_of(e) for e in _all(statement, "docNumber") if _within(e, "preface")]
    return next((text for text in texts if is_part_letter(text)), None)


def _origin(root: Element) -> tuple[str | None, str | None, str | None]:
    line = _text_of(_first(root, "docProponent"))
    origin = committee(line)
    named = symbols_in(line)
    draft = _step(root, "draftResolution", "as")
    report = named[0] if named and origin != "plenary" else None
    if not draft and origin == "plenary" and named:
        draft = named[0]
    return origin, report, draft or None


def _step(root: Element, outcome: str, name: str) -> str:
    step = _first(root, "step", "outcome", outcome)
    return clean(step.get(name) or "") if step is not None else ""


def _sponsors(root: Element) -> Iterator[str]:
    for outcome in ("draftResolution", "draftResolutionAdditionalSponsors"):
        named = _step(root, outcome, "by")
        # Some steps have a sentence instead of names: "submitted by the Chair … on the basis of …".
        if not re.search(r"^(?:submitted|introduced)\b|\bon the basis of", named):
            yield from filter(None, (clean(name) for name in _BETWEEN.split(named)))


def _subjects(root: Element) -> tuple[str, ...]:
    """Return the library's own subject terms, without those proposed by a machine."""
    names = (
        clean(keyword.get("showAs") or "")
        for keyword in _all(root, "keyword")
        if keyword.get("dictionary") in ("DHLAUTH", "UNBIS Thesaurus")
        and keyword.get("refersTo") is None
    )
    return tuple(dict.fromkeys(name for name in names if name))


def _vote(root: Element) -> dict[str, int | list[str]] | None:
    """Return the votes by side; empty if adopted without a vote, None if nothing is stated."""
    if _first(root, "voting", "outcome", "adoptedWithoutVote") is not None:
        return {}
    vote: dict[str, int | list[str]] = {}
    for count in _all(root, "count"):
        side = _VOTES.get(count.get("refersTo") or "")
        names = [_text_of(name) for name in _all(count, "organization")]
        number = count.get("value") or ""
        if side and (names or number.isdecimal()):
            vote[side] = names or int(number[:6])
    return {side: vote.get(side, 0) for side in _VOTES.values()} if vote else None


def _reissue(root: Element, source: str) -> str | None:
    printed = reissue_date(_text_of(_first(root, "coverPage")))
    if printed is not None:
        return printed
    return "" if "reissue" in PurePath(source).name.lower() else None


@dataclass
class _Inline:
    """Running text during collection, with its notes and its lead."""

    pieces: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    lead: str = ""
    _leads: bool = True

    def still_leads(self) -> bool:
        """Return whether the text so far is only the lead; once False, it stays False."""
        self._leads = self._leads and len(self.lead) < _LONGEST_LEAD and self.text == self.lead
        return self._leads

    @property
    def text(self) -> str:
        return clean("".join(self.pieces).replace(CALL, ""))

    def call(self, note: Note) -> None:
        self.notes.append(note)
        self.pieces.append(CALL)


class _Blocks:
    """A converter of one statement into blocks in printed order."""

    def __init__(self, statement: Element) -> None:
        self.statement = statement
        self.annexed = False
        self.known = {
            note.get("marker") or "": _text_of(note) for note in _all(statement, "authorialNote")
        }

    def all(self) -> Iterator[Block]:
        for child in _children(self.statement):
            name = _name(child)
            if name == "preface":
                yield from (
                    Block(_text_of(e), role="title") for e in _all(child, "docTitle") if _text_of(e)
                )
            elif name == "conclusions":
                yield from (Block(_text_of(p), role="close") for p in _children(child))
            elif name not in ("meta", "coverPage"):
                yield from self._part(child, 0)

    def _part(self, node: Element, depth: int) -> Iterator[Block]:
        """Yield the blocks of a container: preamble, mainBody, section, list, attachment …"""
        if depth > MAX_DEPTH:
            raise ReadError("The mark-up is nested too deeply for a resolution.")
        if _name(node) == "attachments":
            self.annexed = True
        for child in _children(node):
            yield from self._child(child, depth)

    def _child(self, child: Element, depth: int) -> Iterator[Block]:
        name = _name(child)
        if name == "formula":
            yield self._block(child, "enacting")
        elif name in ("subheading", "heading", "num"):
            yield from self._heading(child)
        elif (
            name == "crossHeading"
            or (name == "p" and _within(child, "preamble"))
            or (
                name == "container"
                and _within(child, "preamble")
                and _first(child, "blockList") is None
            )
        ):
            yield from self._preambular(child)
        elif name == "blockList":
            yield from self._block_list(child)
        elif name == "table":
            yield from (Block(row, role="table") for row in _rows(child))
        elif name == "paragraph":
            yield from self._paragraph(child)
        elif name == "p":
            yield from self._heading(child)
        else:
            yield from self._part(child, depth + 1)

    def _preambular(self, node: Element) -> Iterator[Block]:
        """Yield a preambular paragraph, or a heading if all of it is bold (76/241, 78/148)."""
        block = self._block(node, "preambular")
        bold = _first(node, "span", "class", "bold")
        if bold is not None and _text_of(bold) == block.text:
            yield replace(block, role="heading")
        elif re.search(r"\w", block.text):
            yield block

    def _block_list(self, node: Element) -> Iterator[Block]:
        for child in _children(node):
            number = _first(child, "num")
            block = self._block(child, "preambular")
            yield replace(
                block,
                label=_text_of(number) or None if number is not None else None,
                level=1 if _name(child) == "listIntroduction" else 2,
            )

    def _heading(self, node: Element) -> Iterator[Block]:
        text = self._inline(node, skip_number=False).text
        text = re.sub(r"^(\S+\.) \1(?=\s)", r"\1", text)  # 76/258: "I." as <num> and in the words
        if not text:
            return
        if is_annex_heading(text):
            self.annexed = True
            yield Block(text, role="annex-heading")
        else:
            yield Block(text, role="heading")

    def _paragraph(self, node: Element) -> Iterator[Block]:
        style = node.get("class") or ""
        named = [c for c in _children(node) if _name(c) in ("heading", "subheading")]
        if style.startswith("H") or (named and _first(node, "content") is None):
            yield from self._heading(node)
        elif style == "FootnoteText":
            yield Block(self._inline(node, skip_number=False).text, role="table")
        else:
            yield from self._numbered(node, 1)

    def _numbered(self, node: Element, level: int) -> Iterator[Block]:
        """Yield a paragraph or point with its number, and the points below it."""
        number = next((c for c in _children(node) if _name(c) == "num"), None)
        label = _text_of(number) if number is not None else None
        below = 2 if level == 1 and label and label.startswith("(") else level  # 76/84: a sibling
        for child in _children(node):
            name = _name(child)
            if name in ("list", "sublist"):
                yield from self._list(child, below, label)
            elif name == "subheading":
                yield from self._heading(child)
            elif name in ("content", "p", "intro"):
                yield from self._content(child, label, level)

    def _content(self, node: Element, label: str | None, level: int) -> Iterator[Block]:
        # Each <p> in a <content> is a printed paragraph.
        lines = [c for c in _children(node) if _name(c) == "p"] or [node]
        for line in lines:
            if label is None and self._is_bold_heading(line):  # 76/294: "Annex" marked up as text
                yield from self._heading(line)
                continue
            block = self._block(line, "annex" if self.annexed else "operative")
            if block.text:
                yield replace(block, label=label, level=level if label and level > 1 else None)
            label = None

    def _is_bold_heading(self, line: Element) -> bool:
        text = _text_of(line)
        bold = _first(line, "span", "class", "bold")
        whole = self.annexed and bold is not None and _text_of(bold) == text
        return whole or is_annex_heading(text)

    def _list(self, node: Element, level: int, label: str | None) -> Iterator[Block]:
        for child in _children(node):
            name = _name(child)
            if name == "intro":
                yield from self._content(child, label, level)
            elif name in ("list", "sublist"):
                yield from self._list(child, level + 1, None)
            else:
                yield from self._numbered(child, level + 1)

    def _block(self, node: Element, role: Role) -> Block:
        inline = self._inline(node)
        text, notes = with_places("".join(inline.pieces), inline.notes)
        lead = inline.lead if text.startswith(inline.lead) else ""
        return Block(text, lead=lead or None, role=role, notes=notes)

    def _inline(self, node: Element, skip_number: bool = True) -> _Inline:
        inline = _Inline()
        self._gather(node, inline, skip_number)
        return inline

    def _gather(self, node: Element, inline: _Inline, skip_number: bool) -> None:
        inline.pieces.append(node.text or "")
        for child in node:
            if isinstance(child.tag, str):
                self._piece(child, inline, skip_number)
            inline.pieces.append(child.tail or "")

    def _piece(self, child: Element, inline: _Inline, skip_number: bool) -> None:
        name = _name(child)
        if name == "authorialNote":
            inline.call(Note(child.get("marker") or "", _text_of(child)))
        elif name == "sup" and _text_of(child) in self.known:  # a mark used again (78/11)
            inline.call(Note(_text_of(child), self.known[_text_of(child)]))
        elif (name == "num" and skip_number) or name == "decoration":
            return
        elif name == "eol":
            inline.pieces.append(" ")
        else:
            italic = name == "span" and "italic" in (child.get("class") or "")
            leads = italic and inline.still_leads()
            self._gather(child, inline, skip_number)
            if leads:
                inline.lead = inline.text
            if name == "num":
                inline.pieces.append(" ")


def _rows(table: Element) -> Iterator[str]:
    for row in _all(table, "tr"):
        cells = [_text_of(cell) for cell in _children(row)]
        if any(cells):
            yield " | ".join(cell for cell in cells if cell)


def _name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _children(node: Element) -> list[Element]:
    return [child for child in node if isinstance(child.tag, str)]


def _all(node: Element, name: str) -> Iterator[Element]:
    return node.iter("{*}" + name)


def _first(node: Element, name: str, attribute: str = "", value: str = "") -> Element | None:
    for element in _all(node, name):
        if not attribute or element.get(attribute) == value:
            return element
    return None


def _attribute(root: Element, name: str, attribute: str) -> str:
    element = _first(root, name)
    return clean(element.get(attribute) or "") if element is not None else ""


def _within(node: Element, name: str) -> bool:
    return any(_name(parent) == name for parent in node.iterancestors())


def _text_of(node: Element | None) -> str:
    """Return the printed text of an element, without the notes inside it."""
    return clean(_raw_text(node)) if node is not None else ""


def _raw_text(node: Element) -> str:
    pieces = [node.text or ""]
    for child in node:
        if isinstance(child.tag, str) and _name(child) != "authorialNote":
            pieces.append(" " if _name(child) == "eol" else _raw_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)

"""Word's styles: which paragraphs and runs are italic, bold, hidden, raised, numbered, or headings.

A style inherits from the one that it is based on. Italics, bold and hiding are toggles: where a
paragraph's style and a run's style both have them they cancel each other; what a run itself says
holds whatever its styles say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

import docx.oxml.ns
from lxml import etree

Element = etree._Element
qn = cache(docx.oxml.ns.qn)  # asked for every element
W_VAL = qn("w:val")
_OFF = ("0", "false", "off")
_LONGEST_CHAIN = 20  # styles that are based on each other; Word allows eleven
_TOGGLES = {"italic": qn("w:i"), "bold": qn("w:b"), "hidden": qn("w:vanish")}


def child(node: Element | None, *names: str) -> Element | None:
    """The first child of this name ("w:pPr"), of that the first of the next name, or None."""
    for name in names:
        node = node.find(qn(name)) if node is not None else None
    return node


def value(node: Element | None, *names: str) -> str | None:
    """The value of a child, as `child` finds it."""
    found = child(node, *names)
    return None if found is None else found.get(W_VAL)


def number(text: str | None, default: int = 0) -> int:
    """A whole number of an attribute; what is none, or far too large, is the default."""
    try:
        return int(text) if text is not None and len(text) < 10 else default
    except ValueError:
        return default


def is_on(node: Element | None) -> bool | None:
    """Whether a switch is on, or None where it is not there."""
    return None if node is None else node.get(W_VAL) not in _OFF


def plain(paragraph: Element) -> str:
    """All words of a paragraph, whatever is to be printed of them."""
    return " ".join("".join(text.text or "" for text in paragraph.iter(qn("w:t"))).split())


@dataclass(frozen=True, slots=True)
class Face:
    """How a run looks."""

    italic: bool = False
    bold: bool = False
    hidden: bool = False
    raised: bool = False


@dataclass(frozen=True)
class Styles:
    """The styles of a document, by their ids."""

    root: Element | None
    _faces: dict[tuple[str | None, str | None], Face] = field(default_factory=dict)

    @cached_property
    def _by_id(self) -> dict[str, Element]:
        nodes = self.root.iterfind(qn("w:style")) if self.root is not None else ()
        return {node.get(qn("w:styleId")) or "": node for node in nodes}

    @cached_property
    def _default(self) -> str | None:
        """The style of paragraphs that name none."""
        for name, node in self._by_id.items():
            kind, default = node.get(qn("w:type")), node.get(qn("w:default"))
            if kind == "paragraph" and default not in (None, *_OFF):
                return name
        return None

    def face(self, paragraph: Element | None, properties: Element | None) -> Face:
        """How a run with these properties looks in a paragraph with those."""
        styles = (self.name(paragraph), value(properties, "w:rStyle"))
        if styles not in self._faces:
            self._faces[styles] = self._styled(*styles)
        face = self._faces[styles]
        return face if properties is None else self._direct(face, properties)

    def name(self, paragraph: Element | None) -> str | None:
        """The id of a paragraph's style."""
        return value(paragraph, "w:pStyle") or self._default

    def is_heading(self, paragraph: Element | None) -> bool:
        """Whether a paragraph has a place in the outline: 9 is that of running text."""
        levels = [child(paragraph, "w:outlineLvl")]
        levels += [
            child(style, "w:pPr", "w:outlineLvl") for style in self._chain(self.name(paragraph))
        ]
        level = next((node.get(W_VAL) for node in levels if node is not None), None)
        return number(level, 9) < 9

    def numbering(self, paragraph: Element | None) -> tuple[str, int | None, str | None] | None:
        """The list that a paragraph is in: its id, the level, and the style that says so.

        A style may name the list alone; then the list's own levels say which is the style's.
        """
        num_id, level = _list_of(child(paragraph, "w:numPr"))
        if num_id is not None:
            return num_id, level or 0, None
        for name, style in self._named_chain(self.name(paragraph)):
            styled, styled_level = _list_of(child(style, "w:pPr", "w:numPr"))
            if styled is not None:
                return styled, styled_level if level is None else level, name
        return None

    def list_of_style(self, name: str | None) -> str | None:
        """The list that a style for lists stands for."""
        return value(self._by_id.get(name or ""), "w:pPr", "w:numPr", "w:numId")

    def _named_chain(self, name: str | None) -> Iterator[tuple[str, Element]]:
        for _ in range(_LONGEST_CHAIN):
            style = self._by_id.get(name or "")
            if style is None or name is None:
                return
            yield name, style
            name = value(style, "w:basedOn")

    def _chain(self, name: str | None) -> Iterator[Element]:
        return (style for _, style in self._named_chain(name))

    def _styled(self, paragraph: str | None, run: str | None) -> Face:
        switches = {
            switch: bool(self._switch(paragraph, tag)) != bool(self._switch(run, tag))
            for switch, tag in _TOGGLES.items()
        }
        return Face(**switches, raised=self._is_raised(run))

    def _switch(self, name: str | None, tag: str) -> bool | None:
        found = (_switch_in(child(style, "w:rPr"), tag) for style in self._chain(name))
        return next((on for on in found if on is not None), None)

    def _is_raised(self, name: str | None) -> bool:
        found = (value(style, "w:rPr", "w:vertAlign") for style in self._chain(name))
        return next((place for place in found if place), None) == "superscript"

    def _direct(self, face: Face, properties: Element) -> Face:
        said = {switch: _switch_in(properties, tag) for switch, tag in _TOGGLES.items()}
        place = value(properties, "w:vertAlign")
        return Face(
            italic=face.italic if said["italic"] is None else said["italic"],
            bold=face.bold if said["bold"] is None else said["bold"],
            hidden=face.hidden if said["hidden"] is None else said["hidden"],
            raised=face.raised if place is None else place == "superscript",
        )


def _switch_in(properties: Element | None, tag: str) -> bool | None:
    return None if properties is None else is_on(properties.find(tag))


def _list_of(properties: Element | None) -> tuple[str | None, int | None]:
    level = value(properties, "w:ilvl")
    return value(properties, "w:numId"), None if level is None else number(level)

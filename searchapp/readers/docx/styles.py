"""Word's styles: italics, bold, hiding, raising, numbering and headings.

A style inherits from the style it is based on. Italics, bold and hiding are toggles: if both a
paragraph's style and a run's style set one, they cancel each other. A run's direct formatting
overrides its styles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

import docx.oxml.ns
from lxml import etree

Element = etree._Element
qn = cache(docx.oxml.ns.qn)  # called for every element
W_VAL = qn("w:val")
_OFF = ("0", "false", "off")
_LONGEST_CHAIN = 20  # of styles based on each other; Word allows eleven
_TOGGLES = {"italic": qn("w:i"), "bold": qn("w:b"), "hidden": qn("w:vanish")}


def child(node: Element | None, *names: str) -> Element | None:
    """Return the descendant along a path of first children ("w:pPr", …), or None."""
    for name in names:
        node = node.find(qn(name)) if node is not None else None
    return node


def value(node: Element | None, *names: str) -> str | None:
    """Return the value of the descendant that `child` finds, or None."""
    found = child(node, *names)
    return None if found is None else found.get(W_VAL)


def number(text: str | None, default: int = 0) -> int:
    """Parse an attribute as an integer; return the default for invalid or very large ones."""
    try:
        return int(text) if text is not None and len(text) < 10 else default
    except ValueError:
        return default


def is_on(node: Element | None) -> bool | None:
    """Return whether a switch is on, or None if it is absent."""
    return None if node is None else node.get(W_VAL) not in _OFF


def plain(paragraph: Element) -> str:
    """Return all words of a paragraph, printed or not."""
    return " ".join("".join(text.text or "" for text in paragraph.iter(qn("w:t"))).split())


@dataclass(frozen=True, slots=True)
class Face:
    """The appearance of a run."""

    italic: bool = False
    bold: bool = False
    hidden: bool = False
    raised: bool = False


@dataclass(frozen=True)
class Styles:
    """The styles of a document by their ids."""

    root: Element | None
    _faces: dict[tuple[str | None, str | None], Face] = field(default_factory=dict)

    @cached_property
    def _by_id(self) -> dict[str, Element]:
        nodes = self.root.iterfind(qn("w:style")) if self.root is not None else ()
        return {node.get(qn("w:styleId")) or "": node for node in nodes}

    @cached_property
    def _default(self) -> str | None:
        """The default style of paragraphs."""
        for name, node in self._by_id.items():
            kind, default = node.get(qn("w:type")), node.get(qn("w:default"))
            if kind == "paragraph" and default not in (None, *_OFF):
                return name
        return None

    def face(self, paragraph: Element | None, properties: Element | None) -> Face:
        """Return the face of a run in a paragraph, from the properties of both."""
        styles = (self.name(paragraph), value(properties, "w:rStyle"))
        if styles not in self._faces:
            self._faces[styles] = self._compute_face(*styles)
        face = self._faces[styles]
        return face if properties is None else self._apply_direct(face, properties)

    def name(self, paragraph: Element | None) -> str | None:
        """Return the id of a paragraph's style."""
        return value(paragraph, "w:pStyle") or self._default

    def is_heading(self, paragraph: Element | None) -> bool:
        """Return whether a paragraph has an outline level; level 9 is body text."""
        levels = [child(paragraph, "w:outlineLvl")]
        levels += [
            child(style, "w:pPr", "w:outlineLvl") for style in self._chain(self.name(paragraph))
        ]
        level = next((node.get(W_VAL) for node in levels if node is not None), None)
        return number(level, 9) < 9

    def numbering(self, paragraph: Element | None) -> tuple[str, int | None, str | None] | None:
        """Return a paragraph's list: its id, the level, and the style that sets it.

        If a style names only the list, the level is None: the list's levels name their styles.
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
        """Return the list that a numbering style refers to."""
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

    def _compute_face(self, paragraph: str | None, run: str | None) -> Face:
        switches = {
            switch: bool(self._find_switch(paragraph, tag)) != bool(self._find_switch(run, tag))
            for switch, tag in _TOGGLES.items()
        }
        return Face(**switches, raised=self._is_raised(run))

    def _find_switch(self, name: str | None, tag: str) -> bool | None:
        found = (_switch_in(child(style, "w:rPr"), tag) for style in self._chain(name))
        return next((on for on in found if on is not None), None)

    def _is_raised(self, name: str | None) -> bool:
        found = (value(style, "w:rPr", "w:vertAlign") for style in self._chain(name))
        return next((position for position in found if position), None) == "superscript"

    def _apply_direct(self, face: Face, properties: Element) -> Face:
        said = {switch: _switch_in(properties, tag) for switch, tag in _TOGGLES.items()}
        position = value(properties, "w:vertAlign")
        return Face(
            italic=face.italic if said["italic"] is None else said["italic"],
            bold=face.bold if said["bold"] is None else said["bold"],
            hidden=face.hidden if said["hidden"] is None else said["hidden"],
            raised=face.raised if position is None else position == "superscript",
        )


def _switch_in(properties: Element | None, tag: str) -> bool | None:
    return None if properties is None else is_on(properties.find(tag))


def _list_of(properties: Element | None) -> tuple[str | None, int | None]:
    level = value(properties, "w:ilvl")
    return value(properties, "w:numId"), None if level is None else number(level)

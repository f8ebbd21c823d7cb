"""Printed numbers of blocks that the mark-up left in the text.

A number is recognised by its form ("(a)", "12."), or as the next of its series ("18 Appropriates",
after 17). A series that restarts below a number is a nested list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model.document import Block
from ..un.print_conventions import OPENING, split_label
from ..un.verbs import opening

_UNNUMBERED = frozenset(
    ["front", "title", "enacting", "heading", "annex-heading", "table", "close", "note"]
)
_NEXT = re.compile(rf"(\d{{1,3}})(?:\s*\.\s*|\s+)(?={OPENING})")
_STOP = re.compile(r"\.\s+")
_ELL = re.compile(r"l\.\s*(?=[A-Z])")
_NAMED = re.compile(r"\(\w+\),? (?:and|or|to) \(")  # "(a) and (b) above" is no item (a)
_TOP = re.compile(r"(\d{1,3})\.?")


def with_labels(blocks: Iterable[Block]) -> Iterator[Block]:
    """Move the number printed before a block's words into its label."""
    series = _Series()
    for block in blocks:
        if block.role in _UNNUMBERED:
            series.end(annex=block.role == "annex-heading")
            yield block
        else:
            yield series.add(
                _repair_label(block) if block.label else _split_number(block, series.number)
            )


class _Series:
    """The last number without brackets, and the last of a list nested below it."""

    def __init__(self) -> None:
        self.number = 0
        self._item = 0  # the last number of the nested list
        self._opens = False  # whether the previous block is numbered and ends with a colon

    def end(self, annex: bool) -> None:
        """End the nested list at a heading; the numbers of an `annex` restart."""
        self._item, self._opens = 0, False
        self.number = 0 if annex else self.number

    def add(self, block: Block) -> Block:
        """Count a block's number; a block of the nested list is returned one level deeper."""
        top = _TOP.fullmatch(block.label or "")
        if top is None or block.level:
            self._opens = False
            return block
        count = int(top[1])
        if count == self._item + 1 and (self._opens or self._item) and not _opening(block):
            self._item, self._opens = count, False  # 78/223, 11: an agenda, items 1 to 7
            return replace(block, level=2)
        self.number, self._item = count, 0
        self._opens = block.text.endswith(":")
        return block


def _repair_label(block: Block) -> Block:
    """Repair the mark-up's label: ". Raise awareness" after "1.1" (76/3), "l." as "1." (76/256)."""
    label = "1." if block.label == "l." else block.label
    stop = _STOP.match(block.text)
    return _set_label(block, label, stop.end() if stop else 0)


def _split_number(block: Block, number: int) -> Block:
    """Split a typed number from a text; the next one of the series needs no full stop."""
    text = block.text
    if ell := _ELL.match(text):
        return _set_label(block, "1.", ell.end())
    # 77/263: "18 Appropriates", 77/248: "232 .Recognizes"; "17 June" is not followed by a phrase.
    bare = _NEXT.match(text)
    if bare and int(bare[1]) == number + 1 and (block.role or opening(text[bare.end() :])):
        return _set_label(block, f"{number + 1}.", bare.end())
    label, rest = (None, text) if _NAMED.match(text) else split_label(text)
    return _set_label(block, label, len(text) - len(rest))


def _set_label(block: Block, label: str | None, width: int) -> Block:
    """Set a block's label, and remove `width` characters from the start of its text."""
    if label == block.label and not width:
        return block
    return replace(
        block,
        text=block.text[width:],
        label=label,
        lead=(block.lead or "").removeprefix(block.text[:width].rstrip()).lstrip() or None,
        notes=tuple(note.moved(-width) for note in block.notes),
    )


def _opening(block: Block) -> str | None:
    return block.lead or opening(block.text)

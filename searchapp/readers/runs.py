"""Paragraphs of word processors: runs of text, and the blocks they form.

Shared by the readers of Word files and web pages, which differ only in mark-up: rules for emphasis,
headings and lists in resolutions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ..model.document import Block, Note
from ..un.print_conventions import (
    STOPS,
    enacts,
    heads_annex,
    is_annex_heading,
    is_appendix_heading,
    reissue_date,
    split_label,
    split_title,
)
from ..un.verbs import opening
from .inline import CALL, clean, clean_with_calls, with_places

# Labels that the parser can count; "Article 3" stays in the text.
_LABEL = re.compile(r"\d{1,5}(?:\.\d{1,3}){0,8}[.)]?|\([0-9A-Za-z]{1,8}\)|[A-Za-z]{1,8}[.)]")
_TABBED = re.compile(r"\s*(?P<label>\d{1,3}(?:\.\d{1,3}){0,8}[.)]?|[a-z]{1,4}\))\s*\t\s*(?=\S)")
_LONGEST_HEADING = 600  # characters; 76/246 B has one of 333
_LONGEST_LEAD = 400


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one typeface, or a note call."""

    text: str
    italic: bool = False
    bold: bool = False
    note: Note | None = None


@dataclass(slots=True)
class Line:
    """A paragraph during reading."""

    runs: list[Run] = field(default_factory=list)

    def write(self, text: str, italic: bool = False, bold: bool = False) -> None:
        """Append a run."""
        self.runs.append(Run(text.replace(CALL, ""), italic, bold))

    def call(self, note: Note) -> None:
        """Append a note call; its mark is not part of the text."""
        self.runs.append(Run(CALL, note=note))

    @property
    def text(self) -> str:
        """The printed text."""
        return clean("".join(run.text for run in self.runs))

    @property
    def is_printed(self) -> bool:
        """Whether any text is printed."""
        return any(clean_with_calls(run.text) for run in self.runs)

    @property
    def is_bold(self) -> bool:
        """Whether all text is bold."""
        words = [run for run in self.runs if clean(run.text)]
        return bool(words) and all(run.bold for run in words)

    def paragraphs(self) -> list[Line]:
        """Split the line at breaks that begin another paragraph."""
        parts: list[Line] = []
        blank, before = False, ""
        for line in self._split_at_breaks():
            words = line.text
            if not words:
                blank = True
            elif not parts or blank or _begins(words, before):
                parts.append(line)
            else:
                parts[-1].write(" ")
                parts[-1].runs += line.runs
            blank, before = blank and not words, words or before
        return parts

    def _split_at_breaks(self) -> Iterator[Line]:
        """Split the line at all its breaks."""
        line = Line()
        for run in self.runs:
            first, *others = run.text.split("\n")
            line.runs.append(replace(run, text=first))
            for text in others:
                yield line
                line = Line([replace(run, text=text)])
        yield line

    def block(self, label: str = "", heading: bool = False) -> Block:
        """Convert the line into a block; `label` is a list number that is not part of the text."""
        written = "".join(run.text for run in self.runs)
        if label and not is_label(label):
            label, written = "", f"{label} {written}"
        typed, words = (label, clean_with_calls(written)) if label else _split_typed_label(written)
        beside = "" if label else typed or ""
        text, notes = with_places(words, [run.note for run in self.runs if run.note])
        if heading and _reads_as_heading(text, typed):
            return Block(text, typed, role="heading", notes=notes)
        level = 2 if (typed or "")[:1].islower() else None  # "a)", of a list below "1."
        return Block(text, typed, self._lead(text, beside), level=level, notes=notes)

    def _lead(self, text: str, typed: str) -> str | None:
        """Return the emphasised opening words, or None if the whole paragraph is emphasised."""
        heard = emphasised = ""
        for run in self.runs:
            heard += run.text.replace(CALL, "")
            if run.italic:
                emphasised = heard
            elif not (typed.startswith(so_far := clean(heard)) or so_far == clean(emphasised)):
                break
            if len(heard) > _LONGEST_LEAD:
                break
        lead = clean(clean(emphasised).removeprefix(typed)).rstrip(",")
        whole = not re.search(r"\w", text.removeprefix(lead))
        return lead if lead and text.startswith(lead) and not whole else None


def _split_typed_label(written: str) -> tuple[str | None, str]:
    """Split a text into its typed number and the rest; before a tab, any number counts."""
    if match := _TABBED.match(written):
        return match["label"], clean_with_calls(written[match.end() :])
    return split_label(clean_with_calls(written))


def _begins(words: str, before: str) -> bool:
    """Return whether the text after a line break begins a paragraph instead of continuing one."""
    if is_annex_heading(before) or is_appendix_heading(before):
        return True
    ended = before.endswith(tuple(STOPS))
    known = split_label(words)[0] or opening(words) or enacts(words)
    return ended and bool(known)


def _reads_as_heading(text: str, label: str | None) -> bool:
    """Return whether a styled heading reads like one: clauses can have heading styles as well."""
    if text.endswith((";", ",")) or len(text) > _LONGEST_HEADING:
        return False
    clause = label or text.endswith(":")
    return not (clause and opening(text))


def settle_headings(blocks: Iterable[Block]) -> list[Block]:
    """Keep the heading role only for headings of paragraphs.

    Before the enacting words, headings are cover lines or the title. The parser recognises a title
    with a number, and "Annex", by their words.
    """
    rows = list(_join_headings(blocks))
    first = next((n for n, row in enumerate(rows) if enacts(row.text)), 0)
    title = _find_title(rows[:first])
    cover = [replace(row, role="title" if row is title else None) for row in rows[:first]]
    return cover + [_set_heading_role(row) for row in rows[first:]]


def _join_headings(blocks: Iterable[Block]) -> Iterator[Block]:
    """Join headings of several lines: "… of information", "and …" in 70/237."""
    held: Block | None = None
    for row in blocks:
        if held and _is_one_heading(held, row):
            notes = (*held.notes, *(note.moved(len(held.text) + 1) for note in row.notes))
            held = replace(held, text=f"{held.text} {row.text}", notes=notes)
            continue
        if held:
            yield held
        held = row
    if held:
        yield held


def _is_one_heading(held: Block, row: Block) -> bool:
    both = held.role == row.role == "heading"
    return both and row.text[:1].islower() and len(held.text) < _LONGEST_HEADING


def find_reissue(blocks: Iterable[Block]) -> str | None:
    """Return the date of the cover's reissue note, "" without a date, None without a note."""
    for block in blocks:
        for text in (block.text, *(note.text for note in block.notes)):
            if (day := reissue_date(text)) is not None:
                return day
        if enacts(block.text):
            return None
    return None


def _find_title(cover: list[Block]) -> Block | None:
    """Return the heading that is the title, if the cover has no title with a number."""
    if any(split_title(row.text) for row in cover):
        return None
    headings = [row for row in cover if row.role in ("heading", "title")]
    titles = [row for row in headings if row.role == "title"] or headings[-1:]
    return titles[0] if titles else None


def _set_heading_role(row: Block) -> Block:
    if row.role not in ("heading", "title"):
        return row
    known = split_title(row.text) or heads_annex(row.text)
    return replace(row, role=None if known else "heading")


def table_row(cells: list[list[Block]]) -> Block:
    """Join the cells of a table row into one block."""
    pieces, notes, length = list[str](), list[Note](), 0
    for cell in cells:
        between = " | " if length else ""
        for block in cell:
            words = between + " ".join(filter(None, (block.label, block.text)))
            pieces.append(words)
            length += len(words)
            notes += [note.moved(length - len(block.text)) for note in block.notes]
            between = " "
    return Block("".join(pieces), role="table", notes=tuple(notes))


def is_label(text: str) -> bool:
    """Return whether a text is a number that the parser can count."""
    return bool(_LABEL.fullmatch(text))


class Nesting:
    """The nesting levels of list paragraphs, counted from 1."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int]] = []

    def level(self, name: str, depth: int) -> int | None:
        """Return the next paragraph's level, or None if no paragraph of its list is above it."""
        while self._open and (self._open[-1][0] != name or self._open[-1][1] >= depth):
            self._open.pop()
        self._open.append((name, depth))
        return len(self._open) if len(self._open) > 1 else None

    def end(self) -> None:
        """End all lists, as at a heading."""
        self._open.clear()

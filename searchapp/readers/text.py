"""Plain text and Markdown: dumps of word processors, wrapped lines, conversions of PDFs.

Text knows nothing but lines. A new block begins where print would begin one: after a blank line,
at a tab, at a printed number, at a line of the cover or the close, and, in wrapped text, where a
paragraph has ended and a known phrase begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..document import Block, Document, Note
from ..phrases import opening
from ..wording import DATE_LINE, MEETING_LINE
from .inline import CALL, clean, split_label, with_places

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LABEL_ALONE = re.compile(r"\s*(?:\d{1,3}\.|\([a-z]{1,4}\))\s*")
_LABELLED = re.compile(r"\s*(?:\d{1,3}\.|\([a-z]{1,4}\))\s")
_TITLED = re.compile(r"\s*(?:\*\*|#+ )?\s*(?:(?:ES|S)-)?\d{1,4}/\d{1,4}(?: [A-Z])?\.\s")
_COVER = re.compile(
    r"\s*(?:\[(?:on the report|without reference)|Resolution adopted by|Distr\.|Agenda items? \d|"
    r"\[DU\d|<<ODS|United Nations(?:[A-Z]|$)|SAMPLE TEXT)",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\s*(?:(?P<plain>\d{1,3})\.?\s+|(?P<raised>[⁰¹²³⁴-⁹]+)\s*|\[\^(?P<md>\w+)\]:\s*)\S"
)
_ENDED = re.compile(r"[,;:.\]]\s?\d{0,2}\s*$")  # a call of a note may follow the stop
_RULE = re.compile(r"\s*(?:[-_=*]{3,}|<!--.*-->)\s*")
_LEAD = re.compile(r"(\*|_)(?P<lead>(?!\s)[^*_]{2,80}?)\1(?!\w)")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)([^*_]+?)(?<=\S)\1(?!\w)")
_RAISED_CALL = re.compile(r"(?<=\S)[⁰¹²³⁴-⁹]+|\[\^(\w+)\](?!:)")


def read_text(text: str, source: str) -> Document:
    """The document of a text; Markdown's emphasis becomes the lead, its notes become notes."""
    markdown = bool(re.search(r"^(?:\d+\. )?\*[A-Z][a-z]", text, re.MULTILINE)) or "[^" in text
    chunks = list(_chunks(text.replace("\r\n", "\n").replace("\r", "\n")))
    notes = dict(note for chunk in chunks if (note := _raised_note(chunk)))
    blocks = [_block(chunk, notes) for chunk in chunks if not _raised_note(chunk)]
    return Document(
        source=source,
        format="markdown" if markdown else "text",
        blocks=tuple(block for block in blocks if block.text or block.label),
    )


def _chunks(text: str) -> Iterator[str]:
    """The text in printed paragraphs, wrapped lines joined."""
    held: list[str] = []
    blank = closed = False
    for line in text.split("\n"):
        if not line.strip() or _RULE.fullmatch(line):
            blank = True
            continue
        closed = closed or bool(MEETING_LINE.match(line))
        if held and _begins(line, held, blank, closed):
            yield " ".join(held)
            held = []
        held.append(line)
        blank = False
    if held:
        yield " ".join(held)


def _begins(line: str, held: list[str], blank: bool, closed: bool) -> bool:
    """Whether a line begins a block rather than going on with the one that is held."""
    last = held[-1]
    if _LABEL_ALONE.fullmatch(last):  # "(a)", a blank line, then its words
        return False
    if blank or line.startswith("\t") or _COVER.match(line) or MEETING_LINE.match(line):
        return True
    if closed:
        return not DATE_LINE.fullmatch(line)
    if _LABELLED.match(line + " ") or _TITLED.match(line) or _raised_note(line):
        return True
    if held[0].startswith("\t") and not _TITLED.match(held[0]):
        return True  # a dump with tabs does not wrap
    if re.match(r"\W*(?:\[on the|resolution adopted)", last, re.IGNORECASE):
        return True
    return bool(_ENDED.search(last)) and (opening(_bare(line)) is not None or _is_organ(line))


def _is_organ(line: str) -> bool:
    return bool(re.match(r"\W*The (?:General Assembly|[A-Z]\w+ (?:and Social )?Council)\W*$", line))


def _bare(line: str) -> str:
    return line.strip().lstrip("*_")


def _raised_note(chunk: str) -> tuple[str, str] | None:
    """A note whose mark is raised or Markdown's own: it may stand anywhere in the file."""
    match = _NOTE.match(chunk)
    if match is None or match["plain"]:
        return None
    mark = match["md"] or match["raised"].translate(SUPERSCRIPTS)
    return mark, clean(_EMPHASIS.sub(r"\2", chunk[match.end() - 1 :]))


def _block(chunk: str, notes: dict[str, str]) -> Block:
    called: list[Note] = []

    def call(match: re.Match[str]) -> str:
        mark = match[1] or match[0].translate(SUPERSCRIPTS)
        if mark not in notes and not match[1]:
            return match[0]
        called.append(Note(mark, notes.get(mark, "")))
        return CALL

    label, text = split_label(re.sub(r"^#+ ", "", clean(chunk)))
    text = _RAISED_CALL.sub(call, text)
    lead = _LEAD.match(text)
    plain, placed = with_places(_EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text)), called)
    words = lead["lead"].replace(CALL, "") if lead else None
    return Block(plain, label=label, lead=words, notes=placed)

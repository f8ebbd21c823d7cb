"""Reader for plain text and Markdown: word processor dumps, wrapped lines, converted PDFs.

Paragraphs are inferred from lines. As in print, a new block begins after a blank line, at a tab, an
indented line, a printed number, or a line of the cover or close, and, in wrapped text, at a known
phrase after the end of a paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...errors import ReadError
from ...model.document import Block, Document, Note, Role
from ...un.print_conventions import (
    AGENDA_LINE,
    COMMITTEE_LINE,
    COUNT,
    ITEM,
    STOPS,
    begins_with_date,
    is_adoption_line,
    is_annex_heading,
    is_cover_line,
    is_date_line,
    is_enacting,
    is_meeting_line,
    split_label,
    split_title,
)
from ...un.printed_pages import AFTER_HYPHEN, RAISED, lower_mark
from ...un.verbs import opening
from ..inline import CALL, clean, with_places
from .margins import Line, Page, is_wrapped, raise_calls, split_columns, split_pages
from .parted_words import join_words

MAX_LINES = 300_000
_LABEL = rf"(?:{COUNT}|{ITEM})"
_LABEL_ALONE = re.compile(rf"\s*{_LABEL}\s*")
_LABELLED = re.compile(rf"\s*{_LABEL}\s")
_AGENDA_LINE = re.compile(rf"\s*{AGENDA_LINE}", re.IGNORECASE)
_COMMITTEE_LINE = re.compile(rf"\W*(?:{COMMITTEE_LINE}|resolution adopted)", re.IGNORECASE)
_NOTE = re.compile(r"\s*\[\^(?P<md>\w+)\]:\s*(?=\S)")
_ENDED = re.compile(rf"[{STOPS}\]]\s?[\d{RAISED}]{{0,3}}\s*$")  # a note call may follow the stop
_STOPPED = re.compile(rf"[{STOPS}]\W*[\d{RAISED}]{{0,3}}\W*$")
_RULE = re.compile(r"\s*(?:[-_=*]{3,}|<!--.*-->|\|[-|: ]+\|)\s*")
_ROW = re.compile(r"\s*\|(?P<cells>.*)\|\s*")
_LEAD = re.compile(r"(\*|_)(?P<lead>(?!\s)[^*_]{2,80}?)\1(?!\w)")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)([^*_]+?)(?<=\S)\1(?!\w)")
_RAISED_CALL = re.compile(rf"(?<=\S)[{RAISED}]+|\[\^(\w+)\](?!:)")
# "country- specific", "Secretary -General", but "youth- and women-led" and "the 1-to-2 -fold".
_PARTED = re.compile(
    rf"(?<=[a-z])- (?!(?:{AFTER_HYPHEN})\b)(?=[a-z]{{2}})|(?<=[a-z]) -(?=[A-Z][a-z])"
)
_SET_IN = 3  # columns
_MOST_COLUMNS = 6
_COMMON = 6  # an indentation is common if a sixth of a page's lines have it
_TAIL = 30  # characters examined for the end of a sentence
_HEADING = 100  # characters; a longer line without a stop is continued by the next
_BROKEN = re.compile(r"[^\W\d_]-$")


@dataclass(frozen=True, slots=True)
class _Setting:
    """The layout of a text: wrapped lines or not, indented paragraphs or not; its words.

    `converted`: from a PDF, by a program that separates pages with form feeds.
    """

    wrapped: bool
    set_in: bool
    converted: bool
    words: frozenset[str]


def read_text(text: str, source: str) -> Document:
    """Read a text; Markdown's emphasis becomes the lead, its notes become notes.

    Raises `ReadError` for more than `MAX_LINES` lines.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MAX_LINES:
        raise ReadError(f"The text has more than {MAX_LINES:,} lines, too many for a resolution.")
    markdown = bool(re.search(r"^(?:\d+\. )?\*[A-Z][a-z]", text, re.MULTILINE)) or "[^" in text
    sheets = split_pages(text)
    notes = _collect_notes(sheets)
    chunks = list(_split_paragraphs(sheets, _detect_setting(sheets, text)))
    notes |= dict(note for chunk in chunks if (note := _split_markdown_note(chunk)))
    blocks = (_make_block(chunk, notes) for chunk in chunks if not _split_markdown_note(chunk))
    return Document(
        source=source,
        format="markdown" if markdown else "text",
        blocks=tuple(block for block in blocks if block.text or block.label),
    )


def _collect_notes(sheets: Iterable[Page]) -> dict[str, str]:
    """Collect the notes of all pages by their marks, and raise their calls in the lines."""
    notes: dict[str, str] = {}
    for page in sheets:
        last = next(reversed(notes), "")
        raise_calls(page, notes)
        for mark, text in page.notes:
            if mark:
                notes[mark] = notes.get(mark) or text
            elif last:  # a continuation of the previous page's last note
                notes[last] = f"{notes[last]} {text}".strip()
    return notes


def _detect_setting(sheets: Iterable[Page], text: str) -> _Setting:
    """Detect the layout of most lines."""
    lines = [line for page in sheets for line in page.lines]
    words = frozenset(w.lower() for line in lines for w in re.findall(r"[^\W\d_]{4,}", line.text))
    return _Setting(
        wrapped=is_wrapped(text),
        set_in=2 * sum(line.indent > 1 for line in lines) > len(lines),
        converted="\f" in text,
        words=words,
    )


# Lines to paragraphs ----------------------------------------------------------------------------


def _split_paragraphs(sheets: Iterable[Page], setting: _Setting) -> Iterator[str]:
    """Yield the text of each printed paragraph, with wrapped lines joined."""
    held: list[Line] = []
    blank = closed = begun = False
    for page in sheets:
        margin = _find_margin(page)
        for line in _separate_columns(page, begun):
            if _RULE.fullmatch(line.text):
                blank = True
                continue
            line.blank, blank = line.blank or blank, False
            begun = begun or _is_title(line.text) or is_enacting(line.text)
            opened = _opens_part(line.text)
            closed = not opened and (closed or is_meeting_line(line.text))
            if held and _begins(line, held, closed, margin, setting):
                yield _join_lines(held, setting)
                held = []
            held.append(line)
    if held:
        yield _join_lines(held, setting)


def _find_margin(page: Page) -> int:
    """Return the indentation of continuation lines: the smallest that is common on the page."""
    begun = next((n for n, line in enumerate(page.lines, 1) if is_enacting(line.text)), 0)
    body = page.lines[begun:] or page.lines  # the indentation of a cover is irregular
    indents = Counter(line.indent for line in body)
    common = [indent for indent, times in indents.items() if _COMMON * times >= len(body)]
    return min(common, default=0)


def _separate_columns(page: Page, begun: bool) -> Iterator[Line]:
    """Yield the lines of a page; on a cover, columns are separated."""
    for line in page.lines:
        begun = begun or _is_title(line.text)
        parts = [line.text] if begun or line.text.startswith("\t") else split_columns(line.text)
        if not 1 < len(parts) <= _MOST_COLUMNS or "  " not in line.text:
            yield line
            continue
        for part in parts:
            yield Line(part, line.indent, blank=True)


def _join_lines(lines: list[Line], setting: _Setting) -> str:
    """Join the lines of a paragraph, and words broken at the end of a line."""
    parts = [lines[0].text.rstrip()]
    for line in lines[1:]:
        words, last = line.text.strip(), parts[-1]
        if not (_BROKEN.search(last[-2:]) and words[:1].islower()):
            parts.append(" ")
        elif _is_broken(last, words, setting):
            parts[-1] = last[:-1]
        parts.append(words)
    text = "".join(parts)
    return join_words(text) if setting.converted else text


def _is_broken(text: str, words: str, setting: _Setting) -> bool:
    """Return whether a final hyphen only divides a line, unlike a word's own ("re-/settlement")."""
    head, tail = re.search(r"([^\W\d_]*)-$", text[-40:]), re.match(r"[^\W\d_]+", words[:40])
    if head is None or tail is None:
        return False
    return (head[1] + tail[0]).lower() in setting.words or (not setting.wrapped)


def _begins(line: Line, held: list[Line], closed: bool, margin: int, setting: _Setting) -> bool:
    """Return whether a line begins a block instead of continuing the held lines."""
    text, last = line.text, held[-1].text
    if _is_bound(line, last, closed):
        return False
    if _is_separate(text, last) or _is_labelled(line, last, margin, setting):
        return True
    if line.cut and not closed:
        return not _goes_on(line, last, margin, setting)
    if line.blank or text.startswith("\t") or is_cover_line(text) or is_meeting_line(text):
        return True
    if closed:
        return not is_date_line(text)
    if not setting.wrapped:  # a line is a paragraph, with rare exceptions
        return _STOPPED.search(last[-_TAIL:]) is not None or not text.lstrip()[:1].islower()
    return _begins_wrapped(line, held, margin, setting)


def _is_bound(line: Line, last: str, closed: bool) -> bool:
    """Return whether a line continues a lone label or number, or "Resolution adopted by …"."""
    if _LABEL_ALONE.fullmatch(last) or (_is_number(last) and not line.cut):
        return True
    return not closed and is_adoption_line(last) and begins_with_date(line.text)


def _is_separate(text: str, last: str) -> bool:
    """Return whether a line or the one before is separate: enacting words, titles, table rows."""
    if is_enacting(text) or is_enacting(last) or _ends_part(last):
        return True
    return _is_title(text) or bool(_ROW.fullmatch(text))


def _is_labelled(line: Line, last: str, margin: int, setting: _Setting) -> bool:
    """Return whether a line begins with a label, not with a reference such as "(a) above"."""
    if not _LABELLED.match(line.text + " "):
        return False
    level = setting.set_in and not line.blank and line.indent < margin + _SET_IN
    return not level or bool(_ENDED.search(last[-_TAIL:]))


def _begins_wrapped(line: Line, held: list[Line], margin: int, setting: _Setting) -> bool:
    """Return whether a line of wrapped text begins a paragraph."""
    last = held[-1].text
    if held[0].text.startswith("\t") and not _is_title(held[0].text):
        return True  # a dump with tabs does not wrap
    if _COMMITTEE_LINE.match(last):
        return True
    ended = bool(_ENDED.search(last[-_TAIL:]))
    if setting.set_in:
        return line.indent >= margin + _SET_IN and _is_indented(line, held, ended)
    return ended and _opens(line.text)


def _is_indented(line: Line, held: list[Line], ended: bool) -> bool:
    """Return whether a line is indented as a paragraph's first, not hanging below a label."""
    if len(held) == 1 and _LABELLED.match(held[0].text) and line.indent > held[0].indent:
        return False
    if len(held) > 1 and line.indent == held[-1].indent:
        return False
    return ended or line.indent > held[-1].indent + 1


def _goes_on(line: Line, last: str, margin: int, setting: _Setting) -> bool:
    """Return whether a line at the top of a page, or after notes, continues the text before."""
    if setting.set_in:
        begins = bool(_STOPPED.search(last[-_TAIL:])) and line.text.lstrip()[:1].isupper()
        return line.indent < margin + _SET_IN and not (begins and not last.rstrip().endswith(","))
    if setting.wrapped:
        return not (_ENDED.search(last[-_TAIL:]) and _opens(line.text))
    small = line.text.lstrip()[:1].islower()
    if _STOPPED.search(last[-_TAIL:]):
        return small and last.rstrip().endswith(".")
    return small or len(last) > _HEADING


def _opens(text: str) -> bool:
    """Return whether a line begins with a known phrase; lower case continues a sentence."""
    bare = text.strip().lstrip("*_")
    return bare[:1].isupper() and opening(bare) is not None


def _is_title(text: str) -> bool:
    return split_title(text) is not None


def _is_number(text: str) -> bool:
    """Return whether a line is only the number of a title, which follows in the next line."""
    title = split_title(text)
    return title is not None and not title[1]


def _opens_part(text: str) -> bool:
    return _is_title(text) or is_annex_heading(text) or is_enacting(text)


def _ends_part(text: str) -> bool:
    return is_annex_heading(text) or bool(_AGENDA_LINE.fullmatch(text))


# Paragraphs to blocks ---------------------------------------------------------------------------


def _split_markdown_note(chunk: str) -> tuple[str, str] | None:
    """Split a Markdown note, wherever it is, into mark and text; None for other paragraphs."""
    match = _NOTE.match(chunk)
    if match is None:
        return None
    return match["md"], clean(_EMPHASIS.sub(r"\2", chunk[match.end() :]))


def _make_block(chunk: str, notes: dict[str, str]) -> Block:
    if row := _ROW.fullmatch(chunk):
        return Block(clean(" ".join(row["cells"].split("|"))), role="table")
    called: list[Note] = []

    def call(match: re.Match[str]) -> str:
        mark = match[1] or lower_mark(match[0])
        if mark not in notes and not match[1]:
            return match[0]
        called.append(Note(mark, notes.get(mark, "")))
        return CALL

    label, text = split_label(re.sub(r"^#+ ", "", _PARTED.sub("-", clean(chunk))))
    text = _RAISED_CALL.sub(call, text)
    lead = _LEAD.match(text)
    plain, placed = with_places(_EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text)), called)
    words = lead["lead"].replace(CALL, "") if lead else None
    role: Role | None = "annex-heading" if not label and is_annex_heading(plain) else None
    return Block(plain, label=label, lead=words, role=role, notes=placed)

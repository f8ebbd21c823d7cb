"""Pages of plain text: removal of running heads and numbers, and separation of notes.

Converters of PDFs separate pages by form feeds, those of scans by comments ("<!-- Page 2 -->").
Both leave running heads, page and job numbers, and footnotes in the middle of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from ...text.dates import MONTHS
from ...un.print_conventions import OPENING, STOPS
from ...un.printed_pages import (
    CALLED_AFTER,
    NOTE_RULE,
    RAISED,
    SYMBOL_ALONE,
    is_bare_number,
    is_furniture,
    is_running_head,
    lower_mark,
    raise_mark,
)
from ..inline import clean

_MARKER = re.compile(r"\s*<!--\s*page\b[^>]{0,40}-->\s*", re.IGNORECASE)
_GAP = re.compile(r"\s{3,}|\t\s*")
_NOTE = re.compile(
    rf"\s*(?:(?P<raised>[{RAISED}]{{1,3}})\s*(?=\S)|"
    rf"(?P<plain>\d{{1,3}})/?\s+(?={OPENING}|[‘/]))"
)
_MARK_ALONE = re.compile(r"\s*(\d{1,3})\s*")
_GLUED = re.compile(
    rf"(?:(?<=[^\W\d]{{2}})|(?<=[^\W_][{CALLED_AFTER}]))(\d{{1,3}})(?=[\s{STOPS}]|$)"
)
_MOST_HEAD_LINES = 6
_MOST_LINES = 3  # leading lines examined for a running head of a volume
_LONGEST_COVER = 10_000  # characters
_MOST_PAGES = 10_000  # all further text is read as one page
_LONGEST_NOTE = 40  # lines
_LONG = 160  # characters; longer than any printed line


@dataclass(slots=True)
class Line:
    """A line of text: its printed text, its indentation, and the kind of gap before it.

    `blank`: a blank line or a rule; `cut`: the end of a page, or notes.
    """

    text: str
    indent: int = 0
    blank: bool = False
    cut: bool = False


@dataclass(slots=True)
class Page:
    """A page without headers and footers; `notes` are marks and texts, in order."""

    lines: list[Line] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def split_pages(text: str) -> list[Page]:
    """Split a text into pages, and separate their notes."""
    sheets = list(_split_sheets(text))
    # A number at the start of a line is a note's mark if lines are paragraphs; in wrapped text it
    # may be a date ("8 March 2024").
    called = set() if is_wrapped(text) else set(_GLUED.findall(text))
    heads = _count_running_heads(sheets)
    found = []
    for number, sheet in enumerate(sheets):
        rows = _remove_footer(sheet) if len(sheets) > 1 else sheet
        rows = _remove_header(rows, heads, first=number == 0)
        page = _read_page(rows, called, more=len(sheets) > 1 and "\f" in text)
        if page.lines and number:
            page.lines[0].cut = True
        found.append(page)
    return found


def is_wrapped(text: str) -> bool:
    """Return whether lines are as short as printed ones, not whole paragraphs."""
    lengths = sorted(len(clean(row)) for row in text.split("\n") if row.strip()) or [0]
    return lengths[len(lengths) * 9 // 10] < _LONG


def split_columns(line: str) -> list[str]:
    """Split a line into its columns."""
    return [part for part in _GAP.split(line.strip()) if part]


def _split_sheets(text: str) -> Iterator[list[str]]:
    """Yield the lines of each page."""
    for index, part in enumerate(text.split("\f", _MOST_PAGES)):
        rows: list[str] = []
        for row in part.split("\n"):
            if index < _MOST_PAGES and _MARKER.fullmatch(row[:60]):
                if any(map(str.strip, rows)):
                    yield rows
                rows = []
            else:
                rows.append(row)
        if any(map(str.strip, rows)):
            yield rows


# What is printed around a page ------------------------------------------------------------------


def _is_around(row: str) -> bool:
    """Return whether a line contains only symbols, page numbers and job numbers."""
    return len(row) < 300 and all(is_furniture(part) for part in split_columns(row))


def _remove_footer(rows: list[str]) -> list[str]:
    """Remove trailing lines of symbols, page numbers and job numbers."""
    end = len(rows)
    while end and (not rows[end - 1].strip() or _is_around(rows[end - 1])):
        end -= 1
    if end and is_bare_number(rows[end - 1].strip()) and not _is_label_due(rows[:end]):
        end -= 1
    return rows[:end]


def _is_label_due(rows: list[str]) -> bool:
    """Return whether a lone number is a note's mark, below a rule shortly before."""
    return any(NOTE_RULE.fullmatch(row) for row in rows[-_LONGEST_NOTE:])


def _read_groups(rows: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the first groups of lines of a page: the end of each, and its words without numbers."""
    words: list[str] = []
    for index, row in enumerate([*rows[:_MOST_HEAD_LINES], ""]):
        if row.strip():
            words += [part for part in split_columns(row) if not is_furniture(part)]
        elif words or index:
            yield index, clean(" ".join(words))
            words = []


def _count_running_heads(sheets: list[list[str]]) -> Counter[str]:
    """Count the groups of words at the top of pages, and those repeated from the first page."""
    heads: Counter[str] = Counter()
    for rows in sheets[1:]:
        heads.update({words for _, words in _read_groups(rows) if words})
    cover = clean(" ".join(sheets[0][:80])[:_LONGEST_COVER]) if sheets else ""
    return heads + Counter({words: 1 for words in heads if words in cover})


def _remove_header(rows: list[str], heads: Counter[str], first: bool) -> list[str]:
    """Remove a page's running head: its number, its part of the volume, its title."""
    start = 0
    while start < len(rows) and not rows[start].strip():
        start += 1
    for index in range(start, min(start + _MOST_LINES, len(rows))):
        if is_bare_number(rows[index].strip()) or is_running_head(rows[index].strip()):
            start = index + 1
    if first:
        return rows[start:]
    rows = rows[start:]
    begin = 0
    named = titled = False
    for end, words in _read_groups(rows):
        symbol = any(
            SYMBOL_ALONE.fullmatch(p) for row in rows[begin:end] for p in split_columns(row)
        )
        numbers = any(row.strip() for row in rows[begin:end]) and not words
        if (named and titled) or not (numbers or heads[words] > 1 or (symbol and words)):
            break
        begin = end
        named, titled = named or symbol, titled or bool(words)
    return rows[begin:]


# Notes ------------------------------------------------------------------------------------------


def _read_page(rows: list[str], called: set[str], more: bool) -> Page:
    """Separate the text and notes of a page; with `more`, notes extend from a rule to its end."""
    page = Page()
    blank = cut = False
    index = 0
    while index < len(rows):
        row = rows[index]
        index += 1
        if NOTE_RULE.fullmatch(row):
            notes, end = _read_foot(rows, index, called, more and "_" in row)
            page.notes += notes
            blank, cut, index = True, cut or bool(notes), end
        elif not row.strip():
            blank = True
        elif note := _read_loose_note(row, called):
            page.notes.append(note)
            cut = True
        elif not (more and _is_around(row) and page.lines):
            indent = len(row) - len(row.lstrip(" "))
            tab = "\t" if row.startswith("\t") else ""
            page.lines.append(Line(tab + row.strip(), indent, blank, cut))
            blank = cut = False
    return page


def _read_foot(
    rows: list[str], start: int, called: set[str], whole: bool
) -> tuple[list[tuple[str, str]], int]:
    """Return the notes below a rule, and the index after them."""
    if whole:
        return list(_read_notes(rows[start:])), len(rows)
    notes = []
    index = start
    while index < len(rows):
        if rows[index].strip():
            note = _read_loose_note(rows[index], called) or _read_slashed_note(rows[index])
            if note is None:
                break
            notes.append(note)
        index += 1
    return notes, index if notes else start


def _read_loose_note(row: str, called: set[str]) -> tuple[str, str] | None:
    """Return the note in a line, if its mark is raised or called in the text, or None."""
    match = _NOTE.match(row)
    if match is None or (match["plain"] and match["plain"] not in called):
        return None
    mark = match["plain"] or lower_mark(match["raised"])
    return mark, clean(row[match.end() :])


def _read_slashed_note(row: str) -> tuple[str, str] | None:
    """Return the note in a line below a rule, such as "1/ See A/50/9", or None."""
    match = re.match(r"\s*(\d{1,3})/\s+(?=\S)", row)
    return (match[1], clean(row[match.end() :])) if match else None


def _read_notes(rows: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the notes at the foot of a page; marks and texts may be separate, in the same order."""
    marks: list[str] = []
    texts: list[list[str]] = []
    apart = 0  # marks without a text so far
    for row in rows:
        if not row.strip() or _is_around(row):
            continue
        mark, text = _split_mark(row)
        if mark:
            marks.append(mark)
            apart += not text
        if (mark and text) or (not mark and (apart or not texts)):
            texts.append([text])
            apart = max(apart - (not mark), 0)
        elif text:
            texts[-1].append(text)
    yield from _pair_notes(marks, texts)


def _split_mark(row: str) -> tuple[str, str]:
    """Split a line into its initial mark, or "", and the rest."""
    if alone := _MARK_ALONE.fullmatch(row):
        return alone[1], ""
    if note := _NOTE.match(row):
        mark = note["plain"] or lower_mark(note["raised"])
        return mark, row[note.end() :]
    return "", row


def _pair_notes(marks: list[str], texts: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Pair marks with texts if there are as many; texts without marks are a continuation."""
    ordered = sorted(set(marks), key=int)
    if sum(map(len, texts)) == len(ordered):  # a line for each
        texts = [[line] for lines in texts for line in lines]
    known = [clean(" ".join(lines)) for lines in texts]
    if not ordered and known:
        yield "", " ".join(known)
    for index, mark in enumerate(ordered):
        yield mark, known[index] if len(known) == len(ordered) else ""


# Calls ------------------------------------------------------------------------------------------

_CALL = re.compile(
    rf"(?:(?<=(?:19|20)\d\d)|(?<=[a-z])|(?<=[^\W\d][^\W\d] )|(?<=[{CALLED_AFTER}])|"
    rf"(?<=[{CALLED_AFTER}] )|(?<=\d{{4}} ))(?P<mark>\d{{1,3}})(?![,.]\d)(?=[\s{STOPS}”)]|$)"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d[,;]\s?\Z")
_NUMBERED = re.compile(
    r"\b(?:articles?|paragraphs?|paras?\.?|resolutions?|decisions?|nos?\.?|vols?\.?|chaps?\.?|"
    r"chapters?|sections?|sect\.?|goals?|targets?|items?|rules?|phases?|annex|parts?|"
    r"agenda|principles?|regulations?|recommendations?|of|to|from|and|or|the|by|in|on|at|than|"
    r"least|some|between|until|until|before|after|since|for|with|another|all|only|about|over|"
    r"nearly|almost|these|those|its|their|other|a|is|are|was|were|tables?|figures?|levels?|"
    r"category|type|grade|first|last|next|page|pages|supplement|corr\.|add\.|rev\.|level|step) $",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"\s+(?:{'|'.join(MONTHS)}|"
    r"per cent|percent|million|billion|years?|months?|days?|weeks?|hours?|states?|countries|"
    r"members?|posts?|p\.m|a\.m|least)\b",
    re.IGNORECASE,
)


def raise_calls(page: Page, known: Collection[str]) -> None:
    """Raise the marks of note calls in a page's lines, to distinguish them from numbers.

    Converters write a mark with a space before it ("Outcome, 1 sports") or without ("20117" is the
    year 2011 and note 7). `known` are marks of earlier pages, which may be called again.
    """
    marks = sorted((mark for mark, _ in page.notes if mark), key=int)
    if not marks and not known:
        return
    text = "\n".join(line.text for line in page.lines)
    own = {mark: index for index, mark in enumerate(marks)}
    candidates = [
        (match.start("mark"), match["mark"], _rate_call(text, match))
        for match in _CALL.finditer(text)
        if match["mark"] in own or match["mark"] in known
    ]
    chosen = _choose_calls(candidates, marks)
    first = {mark: start for start, mark in chosen}
    chosen |= {
        (start, mark)
        for start, mark, likely in candidates
        if likely > 2 and (mark in known or first.get(mark, start) < start)
    }
    if chosen:
        _write_raised(page, text, chosen)


def _rate_call(text: str, match: re.Match[str]) -> int:
    """Rate the likelihood that a number is a note call, by its context, from 0 to 3."""
    start, end = match.span("mark")
    before, after = text[max(start - 16, 0) : start], text[end : end + 14]
    stopped = f"{before} " if before[-1:] == "." else before  # "Rev.1", "No. 29"
    if _COUNTED.match(after) or _NUMBERED.search(stopped):
        return 0
    glued = before[-1:] != " "
    ends = before.rstrip(" ")
    if ends[-1:].isdigit():  # "20117", "29 September 2011 7"
        return 1
    if ends[-1:] in CALLED_AFTER:
        if ends[-2:-1].isdigit() and not (_YEAR.search(before) and after[:3] != " of"):
            return 0 if ends[-1:] == "." else 1 if glued else 2
        return 3
    return 3 if glued else 2


def _choose_calls(candidates: list[tuple[int, str, int]], marks: list[str]) -> set[tuple[int, str]]:
    """Choose the likeliest call of each mark, after those of the previous marks."""
    by_mark: dict[str, list[tuple[int, int]]] = {}
    for start, mark, likely in candidates:
        by_mark.setdefault(mark, []).append((start, likely))
    chosen: set[tuple[int, str]] = set()
    last = -1
    for mark in marks:
        found = [(-likely, at) for at, likely in by_mark.get(mark, ()) if at > last and likely]
        if found:
            last = min(found)[1]
            chosen.add((last, mark))
    return chosen


def _write_raised(page: Page, text: str, chosen: set[tuple[int, str]]) -> None:
    """Raise the chosen marks in the page's lines, and remove spaces before them."""
    parts = []
    done = 0
    for start, mark in sorted(chosen):
        parts += [text[done:start].rstrip(" "), raise_mark(mark)]
        done = start + len(mark)
    lines = ("".join(parts) + text[done:]).split("\n")
    for line, written in zip(page.lines, lines, strict=True):
        line.text = written

"""Pages of plain text: what is printed around the text of a page, and the notes at its foot.

Converters of PDFs part pages by form feeds, those of scans by comments ("<!-- Page 2 -->"). Both
keep running heads, numbers of pages and jobs, and footnotes, in the midst of what goes on.
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
    lowered_mark,
    raised_mark,
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
_MOST_LINES = 3  # of a running head in one go
_LONGEST_COVER = 10_000  # characters
_MOST_PAGES = 10_000  # what follows is read as one
_LONGEST_NOTE = 40  # lines
_LONG = 160  # characters: no printed line has as many


@dataclass(slots=True)
class Line:
    """A line of text: what is printed, how far it is set in, and what stands before it.

    `blank`: a blank line or a rule; `cut`: the end of a page, or notes.
    """

    text: str
    indent: int = 0
    blank: bool = False
    cut: bool = False


@dataclass(slots=True)
class Page:
    """A page without what is printed around it; `notes` are marks and texts, in order."""

    lines: list[Line] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def pages(text: str) -> list[Page]:
    """The pages of a text, their notes set apart."""
    sheets = list(_sheets(text))
    # In wrapped text "8 March 2024" may begin a line; in a paragraph to a line it is a note's mark.
    called = set() if is_wrapped(text) else set(_GLUED.findall(text))
    heads = _running_heads(sheets)
    found = []
    for number, sheet in enumerate(sheets):
        rows = _without_feet(sheet) if len(sheets) > 1 else sheet
        rows = _without_heads(rows, heads, first=number == 0)
        page = _page(rows, called, more=len(sheets) > 1 and "\f" in text)
        if page.lines and number:
            page.lines[0].cut = True
        found.append(page)
    return found


def is_wrapped(text: str) -> bool:
    """Whether lines are as long as print makes them, rather than as paragraphs are."""
    lengths = sorted(len(clean(row)) for row in text.split("\n") if row.strip()) or [0]
    return lengths[len(lengths) * 9 // 10] < _LONG


def columns(line: str) -> list[str]:
    """What stands side by side in a line, apart."""
    return [part for part in _GAP.split(line.strip()) if part]


def _sheets(text: str) -> Iterator[list[str]]:
    """The lines of each page."""
    for place, part in enumerate(text.split("\f", _MOST_PAGES)):
        rows: list[str] = []
        for row in part.split("\n"):
            if place < _MOST_PAGES and _MARKER.fullmatch(row[:60]):
                if any(map(str.strip, rows)):
                    yield rows
                rows = []
            else:
                rows.append(row)
        if any(map(str.strip, rows)):
            yield rows


# What is printed around a page ------------------------------------------------------------------


def _is_around(row: str) -> bool:
    """Whether a line holds numbers of pages and jobs and symbols alone."""
    return len(row) < 300 and all(is_furniture(part) for part in columns(row))


def _without_feet(rows: list[str]) -> list[str]:
    """The lines without those at the foot that hold but numbers."""
    end = len(rows)
    while end and (not rows[end - 1].strip() or _is_around(rows[end - 1])):
        end -= 1
    if end and is_bare_number(rows[end - 1].strip()) and not _is_label_due(rows[:end]):
        end -= 1
    return rows[:end]


def _is_label_due(rows: list[str]) -> bool:
    """Whether a number alone is the mark of a note: a rule stands shortly above."""
    return any(NOTE_RULE.fullmatch(row) for row in rows[-_LONGEST_NOTE:])


def _groups(rows: list[str]) -> Iterator[tuple[int, str]]:
    """The first groups of lines of a page: where each ends, and its words without numbers."""
    words: list[str] = []
    for place, row in enumerate([*rows[:_MOST_HEAD_LINES], ""]):
        if row.strip():
            words += [part for part in columns(row) if not is_furniture(part)]
        elif words or place:
            yield place, clean(" ".join(words))
            words = []


def _running_heads(sheets: list[list[str]]) -> Counter[str]:
    """How often groups of words stand at the top of pages, or in the title on the first."""
    heads: Counter[str] = Counter()
    for rows in sheets[1:]:
        heads.update({words for _, words in _groups(rows) if words})
    cover = clean(" ".join(sheets[0][:80])[:_LONGEST_COVER]) if sheets else ""
    return heads + Counter({words: 1 for words in heads if words in cover})


def _without_heads(rows: list[str], heads: Counter[str], first: bool) -> list[str]:
    """The lines of a page without its running head: its number, its part of the book, its title."""
    start = 0
    while start < len(rows) and not rows[start].strip():
        start += 1
    for place in range(start, min(start + _MOST_LINES, len(rows))):
        if is_bare_number(rows[place].strip()) or is_running_head(rows[place].strip()):
            start = place + 1
    if first:
        return rows[start:]
    rows = rows[start:]
    begin = 0
    named = titled = False
    for end, words in _groups(rows):
        symbol = any(SYMBOL_ALONE.fullmatch(p) for row in rows[begin:end] for p in columns(row))
        numbers = any(row.strip() for row in rows[begin:end]) and not words
        if (named and titled) or not (numbers or heads[words] > 1 or (symbol and words)):
            break
        begin = end
        named, titled = named or symbol, titled or bool(words)
    return rows[begin:]


# Notes ------------------------------------------------------------------------------------------


def _page(rows: list[str], called: set[str], more: bool) -> Page:
    """The text and the notes of a page; `more`: what follows a rule goes to the page's end."""
    page = Page()
    blank = cut = False
    place = 0
    while place < len(rows):
        row = rows[place]
        place += 1
        if NOTE_RULE.fullmatch(row):
            notes, end = _foot(rows, place, called, more and "_" in row)
            page.notes += notes
            blank, cut, place = True, cut or bool(notes), end
        elif not row.strip():
            blank = True
        elif note := _loose_note(row, called):
            page.notes.append(note)
            cut = True
        elif not (more and _is_around(row) and page.lines):
            indent = len(row) - len(row.lstrip(" "))
            tab = "\t" if row.startswith("\t") else ""
            page.lines.append(Line(tab + row.strip(), indent, blank, cut))
            blank = cut = False
    return page


def _foot(
    rows: list[str], start: int, called: set[str], whole: bool
) -> tuple[list[tuple[str, str]], int]:
    """The notes below a rule, and where they end."""
    if whole:
        return list(_noted(rows[start:])), len(rows)
    notes = []
    place = start
    while place < len(rows):
        if rows[place].strip():
            note = _loose_note(rows[place], called) or _slashed(rows[place])
            if note is None:
                break
            notes.append(note)
        place += 1
    return notes, place if notes else start


def _loose_note(row: str, called: set[str]) -> tuple[str, str] | None:
    """A note that stands anywhere: its mark is raised, or is called in the text."""
    match = _NOTE.match(row)
    if match is None or (match["plain"] and match["plain"] not in called):
        return None
    mark = match["plain"] or lowered_mark(match["raised"])
    return mark, clean(row[match.end() :])


def _slashed(row: str) -> tuple[str, str] | None:
    """Below a rule, "1/ See A/50/9"."""
    match = re.match(r"\s*(\d{1,3})/\s+(?=\S)", row)
    return (match[1], clean(row[match.end() :])) if match else None


def _noted(rows: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The notes at the foot of a page; where marks stand apart from texts, in order."""
    marks: list[str] = []
    texts: list[list[str]] = []
    apart = 0  # marks that are still without a text
    for row in rows:
        if not row.strip() or _is_around(row):
            continue
        mark, text = _marked(row)
        if mark:
            marks.append(mark)
            apart += not text
        if (mark and text) or (not mark and (apart or not texts)):
            texts.append([text])
            apart = max(apart - (not mark), 0)
        elif text:
            texts[-1].append(text)
    yield from _paired(marks, texts)


def _marked(row: str) -> tuple[str, str]:
    """The mark that a line begins with, or "", and the rest."""
    if alone := _MARK_ALONE.fullmatch(row):
        return alone[1], ""
    if note := _NOTE.match(row):
        mark = note["plain"] or lowered_mark(note["raised"])
        return mark, row[note.end() :]
    return "", row


def _paired(marks: list[str], texts: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Each mark with its text, where there are as many; without one, what goes on."""
    ordered = sorted(set(marks), key=int)
    if sum(map(len, texts)) == len(ordered):  # a line for each
        texts = [[line] for lines in texts for line in lines]
    known = [clean(" ".join(lines)) for lines in texts]
    if not ordered and known:
        yield "", " ".join(known)
    for place, mark in enumerate(ordered):
        yield mark, known[place] if len(known) == len(ordered) else ""


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
    """Raise the marks of notes called in a page's lines, so that they are told from numbers.

    A converter sets a space before a mark ("Outcome, 1 sports"), or none ("20117" is the year 2011
    and note 7). `known` are marks of earlier pages, which may be called again.
    """
    marks = sorted((mark for mark, _ in page.notes if mark), key=int)
    if not marks and not known:
        return
    text = "\n".join(line.text for line in page.lines)
    own = {mark: place for place, mark in enumerate(marks)}
    candidates = [
        (match.start("mark"), match["mark"], _likely(text, match))
        for match in _CALL.finditer(text)
        if match["mark"] in own or match["mark"] in known
    ]
    chosen = _in_order(candidates, marks)
    first = {mark: start for start, mark in chosen}
    chosen |= {
        (start, mark)
        for start, mark, likely in candidates
        if likely > 2 and (mark in known or first.get(mark, start) < start)
    }
    if chosen:
        _rewrite(page, text, chosen)


def _likely(text: str, match: re.Match[str]) -> int:
    """How likely a number is the call of a note, by what stands before and behind it: 0 to 3."""
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


def _in_order(candidates: list[tuple[int, str, int]], marks: list[str]) -> set[tuple[int, str]]:
    """The likeliest call of each mark that stands behind those of the marks before it."""
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


def _rewrite(page: Page, text: str, chosen: set[tuple[int, str]]) -> None:
    """The page's lines with the chosen marks raised, and glued to what stands before them."""
    parts = []
    done = 0
    for start, mark in sorted(chosen):
        parts += [text[done:start].rstrip(" "), raised_mark(mark)]
        done = start + len(mark)
    lines = ("".join(parts) + text[done:]).split("\n")
    for line, written in zip(page.lines, lines, strict=True):
        line.text = written

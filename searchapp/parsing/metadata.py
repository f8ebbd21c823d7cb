"""Metadata of a document, stated or inferred: symbol, session, date, title and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..model.document import Block, Document
from ..text.dates import date_in, is_day
from ..un.print_conventions import (
    ADOPTED,
    MEETING,
    agenda_items_in,
    committee,
    council_number,
    enacting_organ,
    split_title,
    symbols_in,
)
from ..un.sessions import opening_year, session_in, session_on
from ..un.symbols import PREFIX, Symbol, parse_symbol, with_part

_MARKED_SYMBOL = re.compile(rf"(?:<<ODS DOC SYMBOL1>>|\b)({PREFIX}[^\s<]+(?: [A-Z]\b)?)")


@dataclass(frozen=True, slots=True)
class Metadata:
    """A resolution's metadata; `inferred` names those of session, year and vote not stated."""

    symbol: str | None
    language: str
    body: str | None
    session: str | None
    year: int | None
    adopted: str | None
    title: str | None
    agenda_items: tuple[str, ...]
    origin: str | None
    report: str | None
    meeting: str | None
    draft: str | None
    part: str | None
    inferred: tuple[str, ...]


def infer(document: Document, blocks: list[Block]) -> Metadata:
    """Collect the stated metadata, and infer the rest from the cover and closing lines."""
    cover = [block.text for block in blocks if block.role in ("front", "title")]
    close = " ".join(block.text for block in blocks if block.role == "close")
    organ = _find_organ(blocks)
    symbol = _of_part(_find_symbol(document, cover, organ), document.part)
    body = symbol.body if symbol else organ
    printed = [_find_adoption_date(cover), date_in(close)]
    if document.part:  # parts may be adopted on different days
        printed.reverse()
    adopted = _check_day(document.adopted) or next(filter(None, printed), None)
    session, session_inferred = _find_session(document, symbol, cover, adopted)
    year, year_inferred = _find_year(adopted, symbol, session)
    meeting = MEETING.search(close)
    line = next((text for text in cover if committee(text)), "")
    origin = document.origin or committee(line)
    named = symbols_in(line)
    guessed = [
        ("session", session_inferred),
        ("year", year_inferred),
        ("vote", document.vote is None),  # most formats never state one
    ]
    return Metadata(
        symbol=symbol.text if symbol else document.symbol,
        language=document.language or _detect_language(blocks),
        body=body,
        session=session,
        year=year,
        adopted=adopted,
        title=_find_title(document, blocks),
        agenda_items=document.agenda_items or _find_agenda_items(cover),
        origin=origin,
        report=document.report or (named[0] if named and origin != "plenary" else None),
        meeting=document.meeting or (meeting[0] if meeting else None),
        draft=named[0] if named and origin == "plenary" else None,
        part=document.part or (symbol.part if symbol else None),
        inferred=tuple(name for name, was in guessed if was),
    )


def _find_symbol(document: Document, cover: list[str], organ: str | None) -> Symbol | None:
    """Return the symbol in the mark-up, on the cover, or before the title."""
    if document.symbol:
        return parse_symbol(document.symbol)
    for text in cover:
        match = _MARKED_SYMBOL.search(text)
        symbol = parse_symbol(re.split(r"General|Distr", match[1])[0]) if match else None
        if symbol:
            return symbol
    for text in cover:
        title = split_title(text)
        number = title[0] if title else council_number(text)
        symbol = parse_symbol(number, organ) if number else None
        if symbol:
            return symbol
    return None


def _of_part(symbol: Symbol | None, part: str | None) -> Symbol | None:
    """Return the symbol of one part: 77/264 A, where the cover states 77/264 A-C."""
    if symbol is None or part is None or symbol.part == part:
        return symbol
    return parse_symbol(with_part(symbol.text, part))


def _find_organ(blocks: Iterable[Block]) -> str | None:
    for block in blocks:
        if block.role == "enacting":
            return enacting_organ(block.text)
    return None


def _check_day(text: str | None) -> str | None:
    """Return a date from the mark-up if it is valid: attributes may have any value."""
    return text if text and is_day(text) else None


def _find_adoption_date(cover: list[str]) -> str | None:
    dates = (date_in(text) for text in cover if ADOPTED.search(text))
    return next(filter(None, dates), None)


def _find_session(
    document: Document, symbol: Symbol | None, cover: list[str], adopted: str | None
) -> tuple[str | None, bool]:
    """Return the session, and whether it was inferred from the date."""
    if symbol and symbol.session:  # more reliable: ES-11/1 is among the files of session 76
        return symbol.session, False
    printed = document.session or next((s for text in cover if (s := session_in(text))), None)
    if printed or adopted is None or (symbol and symbol.body != "ga"):
        return printed, False
    return session_on(adopted), True


def _find_year(
    adopted: str | None, symbol: Symbol | None, session: str | None
) -> tuple[int | None, bool]:
    """Return the year of adoption, and whether it was inferred from the session.

    One in five such inferences is wrong, as a session spans two calendar years.
    """
    if adopted:
        return int(adopted[:4]), False
    if symbol and symbol.year:
        return symbol.year, False
    opened = opening_year(session or "")
    return opened, opened is not None


def _find_title(document: Document, blocks: list[Block]) -> str | None:
    if document.title:
        match = split_title(document.title)
        return match[1] if match else document.title
    titles = [block.text for block in blocks if block.role == "title"]
    for text in titles:
        match = split_title(text)
        title = match[1] if match else text
        if title:
            return title
    return _last_of_cover(blocks)


def _last_of_cover(blocks: list[Block]) -> str | None:
    """Return the line before the enacting words, the title of a text without a number."""
    before: str | None = None
    for block in blocks:
        if block.role == "enacting":
            return before
        if block.role == "front":  # the Security Council's resolutions have no title
            before = None if ADOPTED.search(block.text) else block.text
    return None


def _find_agenda_items(cover: list[str]) -> tuple[str, ...]:
    return next((items for text in cover if (items := agenda_items_in(text))), ())


def _detect_language(blocks: Iterable[Block]) -> str:
    """Detect the language: by script, or for Latin script by its most common words."""
    text = " ".join(block.text for block in blocks)[:20000].lower()
    for language, pattern in (
        ("zh", "[\u4e00-\u9fff]"),
        ("ar", "[\u0600-\u06ff]"),
        ("ru", "[а-я]"),
    ):
        if len(re.findall(pattern, text)) > len(text) / 4:
            return language
    words = re.findall(r"[^\W\d_]+", text)
    counts = {
        "en": words.count("the") + words.count("and"),
        "fr": words.count("les") + words.count("et"),
        "es": words.count("los") + words.count("y"),
    }
    return max(counts, key=lambda language: counts[language])

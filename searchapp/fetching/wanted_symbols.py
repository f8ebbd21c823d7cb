"""The wanted resolutions: symbols, ranges, whole sessions, and files of symbols."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from ..errors import SearchAppError
from ..un.symbols import Symbol, parse_symbol

MAX_SYMBOLS = 10_000  # per run; about thirty sessions
MAX_FILE = 1_000_000  # bytes of a file of symbols
LAST_NUMBER = 9_999
# Earlier sessions continued the numbers of those before, as 2099 (XX) or 2252 (ES-V).
FIRST_SESSIONS = {"": 31, "S": 8, "ES": 6}

_SERIES = re.compile(r"(?P<before>.+/)(?P<number>\d+)(?P<after>(?:\(.+\))?)")


class NotASymbol(SearchAppError):
    """A text that is not a symbol; the message says what is wrong and what to write instead."""


class Series(NamedTuple):
    """Symbols to fetch, in order; `session` is set for a session whose last number is unknown."""

    symbols: tuple[str, ...]
    session: str | None = None


def read_series(words: Iterable[str], sessions: Iterable[str] = ()) -> list[Series]:
    """Parse symbols, ranges ("A/RES/79/1..A/RES/79/50") and sessions to series, in order.

    Raises `NotASymbol` for invalid words, and for more than `MAX_SYMBOLS` symbols.
    """
    series, total = [], 0
    for word in words:
        series.append(Series(_symbols(word)))
        total += len(series[-1].symbols)
        if total > MAX_SYMBOLS:
            raise NotASymbol(f"More than {MAX_SYMBOLS:,} symbols were given: fetch them in parts.")
    return series + [_session(session) for session in sessions]


def read_words(file: IO[bytes]) -> Iterator[str]:
    """Yield the symbols and ranges of a file, one per line; "#" begins a comment."""
    content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise NotASymbol(
            f"The file of symbols is larger than {MAX_FILE // 1_000_000} MB: split it."
        )
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise NotASymbol("The file of symbols is not text: write one symbol per line.") from None
    for number, line in enumerate(lines, 1):
        if word := line.partition("#")[0].strip():
            try:
                _symbols(word)
            except NotASymbol as error:
                raise NotASymbol(f"Line {number}: {error}") from None
            yield word


def _symbols(word: str) -> tuple[str, ...]:
    first, dots, last = word.partition("..")
    return _range(first, last) if dots else (_symbol(word).text,)


def _range(first: str, last: str) -> tuple[str, ...]:
    """Return the symbols of a range; its end may be a number alone ("A/RES/79/1..50")."""
    if first.strip() and not last.strip():
        raise NotASymbol(
            f"The range “{_shown(first)}..{_shown(last)}” has only one end: "
            "add the other, or use --session for a whole session."
        )
    start = _split(first)
    before, number, after = start
    end = (before, int(last), after) if re.fullmatch("[0-9]{1,4}", last.strip()) else _split(last)
    if (end[0], end[2]) != (before, after):
        raise NotASymbol(
            f"“{_shown(first)}” and “{_shown(last)}” belong to different sessions or organs: "
            "both ends of a range must be in the same one, as in A/RES/79/1..A/RES/79/50."
        )
    if end[1] < number:
        raise NotASymbol(f"The range {_shown(first)}..{_shown(last)} is reversed: swap its ends.")
    return tuple(f"{before}{n}{after}" for n in range(number, end[1] + 1))


def _split(word: str) -> tuple[str, int, str]:
    """Split a symbol into its number, and the text before and after that."""
    match = _SERIES.fullmatch(_symbol(word).text)
    if match is None:
        raise NotASymbol(
            f"“{_shown(word)}” is a part of a resolution, and can't begin or end a range: "
            "give it separately."
        )
    return match["before"], int(match["number"]), match["after"]


def _symbol(word: str) -> Symbol:
    symbol = parse_symbol(word)
    if symbol is None or symbol.number == 0:
        raise NotASymbol(
            f"“{_shown(word)}” is not the symbol of a resolution: write it as A/RES/79/144, "
            "S/RES/2577(2021), or a range such as A/RES/79/1..A/RES/79/50."
        )
    return symbol


def _session(word: str) -> Series:
    """Return all possible symbols of a session of the General Assembly, from number 1."""
    first = parse_symbol(f"A/RES/{word.strip()}/1")
    if first is None or first.session is None:
        raise NotASymbol(f"“{_shown(word)}” is not a session: write it as 79, S-26 or ES-10.")
    kind, _, number = first.session.rpartition("-")
    if int(number) < FIRST_SESSIONS[kind]:
        raise NotASymbol(
            f"Session {first.session} did not number its resolutions from 1: "
            "give a range, such as A/RES/2028(XX)..A/RES/2133(XX)."
        )
    before, _, _ = _split(first.text)
    return Series(tuple(f"{before}{n}" for n in range(1, LAST_NUMBER + 1)), first.session)


def _shown(word: str) -> str:
    """Shorten a text from outside for a message."""
    text = word.strip()
    return text if len(text) <= 40 else text[:40] + "…"

"""Tokenising, folding and stemming, as used by the engines, the highlighter and similarity.

A token is a run of letters and digits; a Han character is a token by itself. Combining marks and
invisible joiners may be inside a token, and the joiners are deleted. Folding is NFKC, accents
stripped, lower case. Offsets are those of the printed text. There is no stop list.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

import snowballstemmer

# Unified and compatibility ideographs, and those of higher planes; U+3005-7 are used like them.
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_JOINERS = "\u00ad\u200b-\u200d\u2060"
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_LETTERS = rf"[^\W_{_HAN}]+"
_TOKEN = re.compile(rf"{_LETTERS}(?:[{_JOINERS}{_MARKS}]+{_LETTERS})*[{_MARKS}]*|[{_HAN}]")
# A table for ASCII texts: letters in lower case, and space for separators.
_LOWERED = bytes(ord(chr(n).lower()) if n < 128 and chr(n).isalnum() else 32 for n in range(256))
_DELETE = re.compile(f"[{_JOINERS}]")

MAX_TOKEN = 200  # characters; longer runs are noise, and are cut in texts and queries alike


class Token(NamedTuple):
    """A folded word and its span (characters) in the printed text."""

    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text in order, without words that fold to nothing."""
    for match in printed_matches(text):
        word = fold(match[0])
        if word:
            yield Token(word, match.start(), match.end())


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Return a token's normal form; parts that folding separates stay joined ("½" is "12")."""
    decomposed = unicodedata.normalize("NFKD", _DELETE.sub("", word[:MAX_TOKEN]))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    folded = unicodedata.normalize("NFKC", bare.lower())
    return "".join(c for c in folded if c.isalnum())


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Snowball English stem of a folded word."""
    # A stemmer is stateful, so threads can't share one; creating one is cheap.
    return str(snowballstemmer.stemmer("english").stemWord(word))


def words(text: str) -> list[str]:
    """Return the folded words of a text."""
    return [word for word in map(fold, printed_words(text)) if word]


def printed_words(text: str) -> list[str]:
    """Return the words of a text before folding, for callers that cache folded words."""
    if text.isascii():  # a much faster path, for most texts
        return text.encode().translate(_LOWERED).decode().split()
    return _TOKEN.findall(text)


def printed_matches(text: str) -> Iterator[re.Match[str]]:
    """Return the words of a text before folding, as matches with their spans."""
    return _TOKEN.finditer(text)


# Samples of special cases: expansions, joiners, marks, Han, long words.
_PRINTED = (
    "Straße Œuvre œuvre İstanbul ﬁnal CO₂ ½ Ǆ ſ Å Å Cote\u0302 Łódź Đakovo Østfold snake_case "
    "elabora\u00adtion Inter\u200dnational 联合国2030年 ｆｕｌｌ ٢٠٣٠ السَّلام مـــدن ёлка Мир άλφα "
    "ΣΊΣΥΦΟΣ क्षेत्र ไทย ㍿ Ⅻ ① A/RES/69/28 States’ 1,000.5 " + "long" * MAX_TOKEN
)


def fingerprint() -> str:
    """Return a digest of the tokens, folds and stems of fixed samples.

    If it differs from that of an index, searches would look for other forms than the index has.
    """
    lines = [f"{token.text} {token.start} {token.end}" for token in tokens(_PRINTED)]
    lines += map(stem, _stemmed_words())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _stemmed_words() -> list[str]:
    lines = resources.files("searchapp.data").joinpath("stemmed.txt").read_text("utf-8")
    return [line for line in lines.splitlines() if not line.startswith("#")]

"""Repair of words split by PDF converters: "imp lementation", "capacity -building", "seas ,".

Converters take the gaps of widely spaced letters for spaces. A pair is joined if the whole is a
word and one of its parts is not.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from itertools import pairwise

from ...un.printed_pages import AFTER_HYPHEN, RAISED

_WORD = re.compile(r"(?<![\w’'-])[^\W\d_]+(?![\w’'-])")
_BEFORE = re.compile(
    rf"(?<=[\w”)\]]) (?=[,;](?:[\s{RAISED}]|$))|(?<=\w) (?=\)[\s,;.])|(?<=\d) (?=–\d)"
)
# "capacity -building", "COVID -19", "Secretary- General", "thirty - fifth"; "youth- and women-led"
_HYPHEN = re.compile(
    rf"(?<=[^\W\d_]) ?- ?(?=(?P<pair>(?:{AFTER_HYPHEN}) )?)(?=[^\W\d_])|(?<=[A-Z]) -(?=\d)"
)
_PREFIXES = frozenset(["inter", "re"])  # words only in "inter alia" and before a hyphen


def join_words(text: str) -> str:
    """Join the split words of a text."""
    text = _HYPHEN.sub(lambda m: "- " if m["pair"] else "-", _BEFORE.sub("", text))
    words = list(_WORD.finditer(text))
    glued: list[int] = []  # offsets of the spaces to remove
    for index, (first, second) in enumerate(pairwise(words)):
        if text[first.end() : second.start()] != " " or first.start() - 1 in glued[-1:]:
            continue
        third = words[index + 2][0] if index + 2 < len(words) else ""
        if _are_one(first[0], second[0]) and not _is_next(first[0], second[0], third):
            glued.append(first.end())
    starts, ends = [0, *(at + 1 for at in glued)], [*glued, len(text)]
    return "".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _are_one(first: str, second: str) -> bool:
    """Return whether two parts are one word: "th e", "Inter national"; not "in to", "a part"."""
    if not second.islower() or (_is_word(first) and _is_word(second)):
        return False
    return _is_word(first + second)


def _is_next(first: str, second: str, third: str) -> bool:
    """Return whether a part begins the next word: "ensure a s mooth", "of the re levant"."""
    apart = _is_word(first) or not _is_word(third)
    return apart and not _is_word(second) and _are_one(second, third)


def _is_word(word: str) -> bool:
    return (word.lower() in _words() and word.lower() not in _PREFIXES) or word in ("a", "A", "I")


@cache
def _words() -> frozenset[str]:
    """Return the words of resolutions."""
    lines = resources.files("searchapp.data").joinpath("words.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line[:1] != "#")

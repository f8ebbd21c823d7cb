"""Words that the conversion of a PDF has parted: "imp lementation", "capacity -building", "seas ,".

Where letters are set wide, a converter takes the gap for a space. A pair is one word again where
the whole is a word and a part of it is none.
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
_PREFIXES = frozenset(["inter", "re"])  # words before "alia" and with a hyphen alone


def joined_words(text: str) -> str:
    """The text with its parted words whole."""
    text = _HYPHEN.sub(lambda m: "- " if m["pair"] else "-", _BEFORE.sub("", text))
    words = list(_WORD.finditer(text))
    glued: list[int] = []  # where a space goes
    for place, (first, second) in enumerate(pairwise(words)):
        if text[first.end() : second.start()] != " " or first.start() - 1 in glued[-1:]:
            continue
        third = words[place + 2][0] if place + 2 < len(words) else ""
        if _are_one(first[0], second[0]) and not _is_next(first[0], second[0], third):
            glued.append(first.end())
    starts, ends = [0, *(at + 1 for at in glued)], [*glued, len(text)]
    return "".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _are_one(first: str, second: str) -> bool:
    """Whether two that stand apart are a word: "th e", "Inter national"; not "in to", "a part"."""
    if not second.islower() or (_is_word(first) and _is_word(second)):
        return False
    return _is_word(first + second)


def _is_next(first: str, second: str, third: str) -> bool:
    """Whether a part belongs to what follows: "ensure a s mooth", "of the re levant"."""
    apart = _is_word(first) or not _is_word(third)
    return apart and not _is_word(second) and _are_one(second, third)


def _is_word(word: str) -> bool:
    return (word.lower() in _words() and word.lower() not in _PREFIXES) or word in ("a", "A", "I")


@cache
def _words() -> frozenset[str]:
    """The words of resolutions."""
    lines = resources.files("searchapp.data").joinpath("words.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line[:1] != "#")

"""Operative verbs and preambular phrases: what is printed, its canonical form, and its group.

The lexicon (`data/phrases.tsv`) was learnt by `scripts/learn-phrases` from the italics of the
United Nations' own mark-up: a phrase is kept where italics mark it in at least half of its uses
at the start of a paragraph ("takes note", not "takes note of").
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Literal

PhraseKind = Literal["operative", "preambular"]
# Set aside in the canonical form, wherever they stand ("Calls once again upon").
ADVERBS = frozenset(["also", "further", "again", "once", "strongly", "urgently", "its"])
_ASIDE = re.compile(r",?\s*\bin (?:this|that) (?:regard|context|connection|respect)\b,?")
# "notes with deep concern" and "notes with concern" are two verbs of one head.
_DEGREES = frozenset(
    "deep deepest grave gravest serious profound full strong strongest sincere warm great utmost "
    "particular continued continuing special very the firm unequivocal due our ever".split()
)
_SAME = {"concerns": "concern", "on": "upon", "appreciations": "appreciation"}
# Verbs that mean nothing without their second word.
_PAIRED = frozenset(
    "calls takes expresses looks draws pays keeps gives puts sets remains having calling taking "
    "expressing looking drawing paying keeping giving bearing acting being remaining".split()
)
_PARTICIPLE = re.compile(
    r"(?:\w+ly\s+)?(?:\w+ing|having \w+|convinced|concerned|alarmed|guided|encouraged|determined|"
    r"aware|mindful|conscious|desirous|inspired|disturbed|shocked|appalled|dismayed|committed|"
    r"resolved|cognizant|moved|distressed|saddened|anxious|confident|prompted|dedicated|motivated)\b",
    re.IGNORECASE,
)
# Nouns that look like verbs: "Requests for assistance", "Reports of the Secretary-General".
_NOUNS = re.compile(
    r"(?:requests|reports|notes|calls|demands|supports|appeals|decides)\s+(?:of|from|by|made|received)\b"
    r"|requests for\b|reports (?:on|to)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’‑-][^\W\d_]+)*")


@cache
def lexicon() -> dict[str, PhraseKind]:
    """Canonical phrases and the part of a resolution that they open."""
    lines = resources.files("searchapp.data").joinpath("phrases.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in lines.splitlines() if line and not line.startswith("#"))
    return {row[0]: "operative" if row[1] == "operative" else "preambular" for row in rows}


def canonical(phrase: str) -> str:
    """The verb of a printed phrase: lower case, without adverbs ("Also calls upon": "calls upon").

    What differs in law stays apart: "takes note" and "takes note with appreciation".
    """
    plain = _ASIDE.sub(" ", phrase.lower())
    return " ".join(word for word in _WORD.findall(plain) if word not in ADVERBS)


def head(verb: str) -> str:
    """The group of a canonical verb: "takes note", "expresses concern", "concerned"."""
    first, *rest = [w for w in verb.split() if not w.endswith("ly")] or [verb]
    words = [first, *(w for w in rest if w not in _DEGREES)]
    if first in _DEGREES and words[1:2] not in ([], ["to"]):  # "ever mindful"
        words = words[1:]
    if words[1:3] in (["into", "account"], ["into", "consideration"], ["in", "mind"]):
        return " ".join(words[:3])
    if words[0] not in _PAIRED or words[1:2] in ([], ["in"]):
        return words[0]
    return f"{words[0]} {_SAME.get(words[1], words[1])}"


def is_preambular(phrase: str) -> bool:
    """Whether a phrase opens a preambular paragraph: a participle or an adjective of mind."""
    return bool(_PARTICIPLE.match(canonical(phrase)))


def opening(text: str) -> str | None:
    """The longest known phrase at the start of a text as printed ("Also calls upon"), or None."""
    known = lexicon()
    heard: list[str] = []
    end, found = 0, ""
    for match in list(_WORD.finditer(text[:160]))[:10]:
        if text[end : match.start()].strip():  # punctuation ends a phrase
            break
        word = match[0].lower()
        end = match.end()
        if word in ADVERBS:
            if found and " ".join(heard) == canonical(found):
                found = text[:end]
            continue
        heard.append(word)
        if " ".join(heard) in known:
            found = text[:end]
    phrase = re.sub(r"\s+its$", "", found)
    return None if not phrase or _NOUNS.match(text) else phrase

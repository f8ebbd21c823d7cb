"""Operative verbs and preambular phrases: printed form, canonical form and group.

`scripts/learn-phrases` learns the lexicon (`data/phrases.tsv`) from the italics of the United
Nations' own mark-up: it contains phrases that are italic in at least half of their uses at the
start of a paragraph ("takes note", not "takes note of"). `data/verbs.tsv` adds verbs of older and
rarer resolutions. Parts of phrases are combined as in resolutions: because of "notes with
concern", "notes with profound regret" is recognised too.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

PhraseKind = Literal["operative", "preambular"]
# Removed from the canonical form wherever they occur ("Calls once again upon").
_POSSESSIVES = frozenset(["its", "our"])
ADVERBS = _POSSESSIVES | {"also", "further", "again", "once", "strongly", "urgently"}
# Between a verb and its object: "Encourages, in this regard, the Council" (76/192).
IN_THIS_REGARD = r"in (?:this|that) (?:regard|context|connection|respect)"
_ASIDE = re.compile(rf",?\s*\b{IN_THIS_REGARD}\b,?|\b(?:once|yet) more\b")
# Ignored by `head`: "notes with deep concern" and "notes with concern" are in one group.
_DEGREES = frozenset(
    "deep deepest grave gravest serious profound full strong strongest sincere warm great utmost "
    "particular continued continuing special very the firm unequivocal due our".split()
)
_BEFORE = frozenset(["ever", "being"])
_SAME = {"concerns": "concern", "on": "upon", "appreciations": "appreciation"}
# Verbs that are meaningless without their second word.
_PAIRED = frozenset(
    "calls takes expresses looks draws pays keeps gives puts sets remains having calling taking "
    "expressing looking drawing paying keeping giving bearing acting being remaining".split()
)
_PARTICIPLE = re.compile(
    r"(?:\w+ly\s+|ever\s+)?(?:[\w-]+ing|having \w+|convinced|concerned|alarmed|guided|encouraged|"
    r"determined|aware|mindful|conscious|desirous|inspired|disturbed|shocked|appalled|dismayed|"
    r"committed|resolved|cognizant|moved|distressed|saddened|anxious|confident|prompted|dedicated|"
    r"motivated|disappointed|seized|satisfied|gratified)\b",
    re.IGNORECASE,
)
# Nouns that look like verbs: "Requests for assistance", "Reports of the Secretary-General".
_NOUNS = re.compile(
    r"(?:requests|reports|notes|calls|demands|supports|appeals|decides)\s+(?:of|from|by|made|received)\b"
    r"|requests for\b|reports (?:on|to)\b",
    re.IGNORECASE,
)
_PARTICLE = re.compile(r"(?:,[^,;]{1,80},)?\s+(upon|for|on)\b")
# Declarations use the plural: "We reaffirm", "Call upon" (76/1). Without "We", only verbs of saying
# count, since "Support", "Consider" or "Establish" begins a planned action.
_SAYING = frozenset(
    "acknowledges affirms agrees aims appreciates believes calls commends commits condemns "
    "congratulates decides declares deplores emphasizes encourages endorses expresses highlights "
    "invites looks notes proclaims reaffirms recalls recognizes recommits regrets reiterates "
    "rejects requests resolves stresses takes underlines underscores urges welcomes".split()
)
_WE = re.compile(
    r"We(?:,[^.;:]{1,400}?,)?\s+(?:therefore\s+|hereby\s+|solemnly\s+)*", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['’‑-][^\W\d_]+)*")
# British spellings: "Recognising" (A/RES/2152(XXI)).
_BRITISH = re.compile(r"\b((?:re-?)?(?:recogn|emphas|real|author)i)s(?=e|ing)")
# "further" is an adjective in "Encourages further efforts", an adverb in "Encourages further the
# use".
_FURTHER = re.compile(
    r"(?P<stem>.*\b(?:encourag|urg|invit|support|welcom|request|call)\w*(?: for)?)\s+further",
    re.IGNORECASE | re.DOTALL,
)
_OBJECT = re.compile(
    r"\s+(?!(?:that|the|an?|its?|all|any|those|this|in|with|upon|for|to|by)\b)[a-z]"
)
_FEELING = (
    "concerns? appreciation gratitude satisfaction regret alarm interest approval dismay distress "
    "indignation pride thanks sorrow admiration disappointment outrage abhorrence condolences"
)
_STANCE = (
    f"{_FEELING} support commitments? convictions? condemnation determination endorsement "
    "commendation solidarity sympathy readiness intention confidence belief opposition recognition "
    "resolve respect hope view wish"
)
_HELD = re.compile(_STANCE.replace(" ", "|"))
_ASKING = "calls? requests? appeals? invitations? demands? encouragement"


@cache
def lexicon() -> dict[str, PhraseKind]:
    """Return the canonical phrases with their kinds."""
    kinds: dict[str, PhraseKind] = {}
    for name in ("verbs.tsv", "phrases.tsv"):
        lines = resources.files("searchapp.data").joinpath(name).read_text("utf-8").splitlines()
        for phrase, kind, *_ in (line.split("\t") for line in lines if line[:1] not in ("", "#")):
            kinds[phrase] = "operative" if kind == "operative" else "preambular"
    return kinds


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return two patterns: of the phrases in the lexicon, and of combinations of known parts.

    Combinations: "firmly condemns", "welcomes and supports", "notes with profound regret",
    "reiterates its firm conviction", "continues to support". Both patterns expect lower case and
    allow adverbs anywhere. Longer alternatives come first.
    """
    learnt = sorted(lexicon(), key=len, reverse=True)
    heads = "|".join(verb for verb in learnt if " " not in verb and verb not in _PAIRED)
    feeling, stance, asking = (words.replace(" ", "|") for words in (_FEELING, _STANCE, _ASKING))
    degree = r"(?:(?!(?:and|of|on|to|in|with|for)\b)[\w-]+ )"
    verb = rf"(?:(?:\w+ly|ever) )?(?:{heads}|takes note|taking note)"
    felt = rf"{degree}{{0,3}}(?:{feeling})(?: and {degree}?(?:{feeling}))?"
    held = rf"{degree}{{0,3}}(?:{stance})(?: and {degree}?(?:{stance}))?"
    made = (  # the longest that a verb may begin comes first
        rf"(?!recall){verb} (?:its|our) (?:{held}|{degree}?(?:{asking})(?: upon| for)?)|"
        rf"express(?:es|ing) (?:its )?{held}|continu(?:es|ing) to \w+(?: upon| for)?|"
        r"remain(?:s|ing) (?:\w+ly )?\w+ed|having (?:\w+ed|heard|regard|taken note)|"
        r"being (?:\w+ly )?\w+ed|"
        rf"{verb}(?: and {verb})?(?: with {felt}| in the strongest (?:possible )?terms|"
        r" without (?:any )?reservation| unequivocally)?"
    )
    return _pattern("|".join(map(_printed, learnt)), "its|our"), _pattern(made, "")


def _printed(phrase: str) -> str:
    # "Calls, in this context, for" (76/117, 13): the second word comes later.
    return rf"{phrase}(?=,)" if phrase in ("calls", "calling") else phrase


def _pattern(phrases: str, possessives: str) -> re.Pattern[str]:
    adverb = "|".join(sorted(ADVERBS - _POSSESSIVES))
    between = "|".join(filter(None, (adverb, possessives)))
    spelt = re.sub(r"iz(?=ing|es)", "i[sz]", phrases).replace(" ", rf"\s+(?:(?:{between})\s+)*")
    whole = r"(?![\w’'‑-])"
    after = rf"(?:\s+(?:{adverb}|(?<=once )more){whole})*"
    return re.compile(rf"(?:(?:{adverb})\s+)*(?:{spelt}){after}{whole}")


@lru_cache(maxsize=4096)
def canonical(phrase: str) -> str:
    """Return the canonical form of a phrase, lower case without adverbs: "Also calls upon".

    Phrases with different legal effect stay distinct: "takes note", "takes note with appreciation".
    """
    plain = _BRITISH.sub(r"\1z", _ASIDE.sub(" ", phrase.lower()))
    return " ".join(word for word in _WORD.findall(plain) if word not in ADVERBS)


def verb_of(phrase: str, after: str = "") -> str:
    """Return the canonical verb of a printed phrase; `after` may contain its separated particle.

    "Calls, in this context, for" (76/117, 13) → "calls for".
    """
    verb = canonical(phrase)
    particle = _PARTICLE.match(after) if re.search(r"\bcall(?:s|ing)?\Z", verb) else None
    return f"{verb} {particle[1]}" if particle else verb


@lru_cache(maxsize=4096)
def head(verb: str) -> str:
    """Return the group of a canonical verb: "takes note", "expresses concern", "concerned"."""
    first, *rest = [w for w in verb.split() if not w.endswith("ly")] or [verb]
    words = [first, *(w for w in rest if w not in _DEGREES)]
    if first in _BEFORE and words[1:2] not in ([], ["to"]):  # "ever mindful", "being concerned"
        words = words[1:]
    if first in ("expresses", "expressing") and words[1:]:  # "expresses growing concern"
        words = [first, next((w for w in words if _HELD.fullmatch(w)), words[-1])]
    if words[1:3] in (["into", "account"], ["into", "consideration"], ["in", "mind"]):
        return " ".join(words[:3])
    if words[0] not in _PAIRED or words[1:2] in ([], ["in"]):
        return words[0]
    return f"{words[0]} {_SAME.get(words[1], words[1])}"


@lru_cache(maxsize=4096)
def is_preambular(phrase: str) -> bool:
    """Return whether a phrase is preambular: a participle, or an adjective such as "mindful"."""
    return bool(_PARTICIPLE.match(canonical(phrase)))


@lru_cache(maxsize=4096)
def opening(text: str) -> str | None:
    """Return the longest known phrase at the start of a text ("Also calls upon"), or None."""
    start = text[:160].lower()
    if len(start) != len(text[:160]):  # a letter with a two-letter lower case; no phrase has one
        return None
    end = max(match.end() if (match := p.match(start)) else 0 for p in _patterns())
    return _without_adjective(text[:end], text) if end and not _NOUNS.match(text) else None


def declaring(text: str, bare: bool = False) -> tuple[str, str] | None:
    """Return the printed opening of a declaration and its verb: ("We reaffirm", "reaffirms").

    With `bare`, the text continues a sentence ("We …, and") and may begin with the verb itself.
    """
    we = _WE.match(text)
    start = we.end() if we else 0
    word = next((w for w in _WORD.finditer(text, start) if w[0].lower() not in ADVERBS), None)
    if word is None or not (we or bare or text[:1].isupper()):
        return None
    third = _thirds().get(word[0].lower())
    if third is None or not (we or third in _SAYING):
        return None
    phrase = opening(text[start : word.start()] + third + text[word.end() : word.end() + 160])
    if phrase is None:
        return None
    printed = text[: start + len(phrase) - len(third) + len(word[0])]
    return printed, verb_of(phrase, text[len(printed) :])


@cache
def _thirds() -> dict[str, str]:
    """Map plural operative verbs to their third person: "stress" → "stresses"."""
    operative = {verb.split()[0] for verb, kind in lexicon().items() if kind == "operative"}
    return {re.sub(r"(?<=ss)es\Z|s\Z", "", verb): verb for verb in operative if verb.endswith("s")}


@cache
def beginnings() -> str:
    """Return a regular expression for the first words of phrases inside a sentence."""
    adverbs = "|".join(sorted(ADVERBS - _POSSESSIVES))
    words = "|".join(sorted(map(re.escape, _first_words()), key=len, reverse=True))
    return rf"(?:(?:{adverbs})\s+)*(?:(?:{words})\b|\w+ly\b)"


@cache
def _first_words() -> frozenset[str]:
    more = "expresses expressing continues continuing remains remaining having being".split()
    return frozenset(phrase.split()[0] for phrase in [*lexicon(), *more])


def _without_adjective(phrase: str, text: str) -> str:
    ends = _FURTHER.fullmatch(phrase)
    return ends["stem"] if ends and _OBJECT.match(text[len(phrase) :]) else phrase

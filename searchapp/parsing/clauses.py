"""Clauses of a paragraph: their verbs, addressees, and sessions at which action is due."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from ..model.resolution import Clause, Due
from ..text.numerals import ORDINAL, parse_ordinal
from ..un.verbs import IN_THIS_REGARD, beginnings, declaring, is_preambular, opening, verb_of
from .addressees import LONGEST, addressees

# Verbs of request; only these have addressees.
_ASKING = re.compile(
    r"(?:\w+ and )?(?:continu\w+ to )?(?:invit|request|call(?:s|ing)? (?:upon|on|for)|urg|encourag|"
    r"appeal|authoriz|direct|instruct|demand|mandat|entrust|task|recommend|remind|ask|implor|"
    r"exhort)|(?:reiterat|renew|reaffirm|stress)\w* (?:\w+ )?(?:calls?|requests?|invitations?|"
    r"appeals?|demands?|encouragement|recommendations?)\b"
)
_ASIDE = (
    rf"(?:(?:{IN_THIS_REGARD}|(?:to|for|with) (?:this|that) "
    r"(?:end|purpose|aim)|accordingly|therefore|thus|hence|consequently|at the same time|"
    r"in particular|in addition|furthermore|moreover|likewise|notably|nevertheless|finally),?\s+)"
)
# "…, and in this regard requests …" (76/111, 37), "…, to that end, and also requests …" (77/90),
# "…, and, furthermore, takes note …" (78/137, 35).
_AND = r"(?:and|as well as|while|but)\b"
_SECOND = rf"(?:(?P<stop>[,;.])\s+|\s+(?={_AND}))(?P<and>{_AND},?\s+)?{_ASIDE}?(?:and\s+)?"
_PLURALS = re.compile(rf",\s+{_AND},?\s+{_ASIDE}?(?=[a-z])")
# "…, and we emphasize that", "…. We take note of" (78/317, annex)
_WE = re.compile(rf"(?:[.;]\s+|,?\s+(?:and|but)\s+){_ASIDE}?(?=[Ww]e\b)")
# Nouns: "requests for", "recommendations and requests contained in" (77/128 B).
_NOUN = re.compile(r"\s*(?:of|for|from|by|made|and|contained|set|received|or)\b")
# "through trials and appeals, being informed" (78/220)
_NO_OBJECT = re.compile(
    r"\s*(?:[;.]|$|,(?!\s(?:in|as|where|with|within|inter|to|also|therefore|upon|through|on|at|"
    r"subject|without|taking|bearing|while|pursuant|consistent|again|once|under|among|during|if|"
    r"when|following|prior|after|based|including|accordingly|given|particularly|especially|for)\b))"
)
# After these words the verb has another subject: "which notes … and acknowledges" (78/69).
_RELATIVE = re.compile(r"\b(?:which|who|that (?:notes|welcomes|recognizes|expresses))\b[^,;]*\Z")
_OBJECT = re.compile(r"\s+(?:that|the|its|in|with|all|any|of|about|States|Member)\b")
_MEANS = re.compile(r"(?:taking into|bearing in)\b")
_NTH = rf"{ORDINAL}(?=[ ,]|\Z)"
# "at its seventy-eighth and eightieth sessions", "of its resumed seventy-ninth session".
_DUE = re.compile(
    r"\b(?:at|of|for|before|during|by|until|in|from)\s+"
    r"(?P<whose>its|their|the(?: Assembly['’]s)?)\s+"
    r"(?:(?:resumed|main|first|second)\s+(?:part of (?:its|the)\s+)?)*"
    rf"(?P<list>(?:{_NTH},?\s+)?(?:{_NTH}\s+(?:and|to)\s+)?{_NTH})\s+"
    r"(?P<kind>(?:emergency )?special )?sessions?\b(?: of the (?P<of>(?-i:(?:[A-Z][\w-]* ?)+)))?",
    re.IGNORECASE,
)
_DUE_VERBS = re.compile(r"decid|resolv|look")
# "adopted at its fifteenth session", "submitted to the General Assembly at its sixty-second"
_PAST = re.compile(
    r"(?<!to be )\b(?:adopted|taken|held|made|accomplished|established|concluded|agreed|considered|"
    r"finalized|decided|reached|(?:submitted|presented)(?: to the (?:General )?Assembly)?),?\s\Z"
)
_PAST_OF = re.compile(r"\b(?:work|outcomes?|reports?|results|convening|holding|opening)\s\Z")
# The session belongs to the organ last named before it.
_ORGAN = re.compile(
    r"(?:[A-Z][\w-]+ )*(?:Assembly|Council|Commission|Committee|Conference|Board|Panel|"
    r"Subcommittee|Group|Forum|Authority)\b"
)
_OWN = {
    "ga": ("General Assembly", "Assembly"),
    "hrc": ("Human Rights Council", "Council"),
    "ecosoc": ("Economic and Social Council", "Social Council", "Council"),
}


class _Start(NamedTuple):
    """The start of a clause, its opening as printed, and its verb."""

    offset: int
    printed: str
    verb: str


def clauses(text: str, phrase: str | None, declares: bool = False) -> tuple[Clause, ...]:
    """Split a text that opens with `phrase` into clauses.

    Without a phrase, a text that `declares` is searched for the plural verbs of a declaration
    ("We reaffirm …"); any other text has no clauses.
    """
    if phrase:
        first = _Start(0, phrase, verb_of(phrase, text[len(phrase) :]))
        starts = [first, *_find_further(text, len(phrase), is_preambular(phrase))]
    else:
        starts = list(_find_declared(text)) if declares else []
    found: list[Clause] = []
    for start, end in pairwise([*starts, _Start(len(text), "", "")]):
        asked: tuple[str, ...] = ()
        if _ASKING.match(start.verb):
            before = text[max(start.offset - LONGEST, 0) : start.offset]
            earlier = found[-1].addressees if found else ()
            asked = addressees(_text_after(start, text, end.offset), before, earlier)
        found.append(Clause(start.verb, start.printed, asked, start.offset, end.offset))
    return tuple(found)


def _text_after(start: _Start, text: str, end: int) -> str:
    """Return the text after a verb or its separated particle ("Calls, in this context, for")."""
    after = text[start.offset + len(start.printed) : end]
    particle = start.verb.rpartition(" ")[2]
    apart = particle in ("upon", "for", "on") and not start.printed.endswith(particle)
    return after.partition(f" {particle} ")[2] if apart else after


def inherited_addressees(verb: str | None, parents: tuple[Clause, ...]) -> tuple[str, ...]:
    """Return the addressees of a sub-paragraph that inherits its parent's verb."""
    return next((clause.addressees for clause in parents if clause.verb == verb), ())


def due_sessions(text: str, found: tuple[Clause, ...], body: str | None = None) -> tuple[Due, ...]:
    """Return sessions at which a request is due ("report … at its eighty-first session").

    Other organs' sessions are ignored; `body` is the adopting organ, by default the Assembly.
    """
    result: list[Due] = []
    starts = [clause.start for clause in found]
    for match in _DUE.finditer(text) if "session" in text else ():
        at = bisect_right(starts, match.start("list"))
        if not at or match["kind"] or _is_past(match, text):
            continue
        clause = found[at - 1]
        if not (_ASKING.match(clause.verb) or _DUE_VERBS.match(clause.verb)):
            continue
        before = text[max(clause.start, match.start() - LONGEST) : match.start()]
        owes = next(iter(clause.addressees), None)
        result += [Due(str(n), owes) for n in _own_sessions(match, before, body or "ga")]
    return tuple(dict.fromkeys(result))


def _is_past(match: re.Match[str], text: str) -> bool:
    before = text[max(match.start() - 60, 0) : match.start()]
    return bool(_PAST.search(before) or (match[0].startswith("of") and _PAST_OF.search(before)))


def _own_sessions(match: re.Match[str], before: str, body: str) -> list[int]:
    """Return the numbers of the organ's own sessions.

    "the Assembly and the Council at their … sessions" (76/172) names one for each.
    """
    words = re.findall(_NTH, match["list"])
    numbers = [number for word in words if (number := parse_ordinal(word))]
    organs = [match["of"].strip()] if match["of"] else [m[0] for m in _ORGAN.finditer(before)]
    own = [organ in _OWN.get(body, ()) for organ in organs]
    if match["whose"] == "their" and len(numbers) == 2:
        return [number for number, is_own in zip(numbers, own[-2:], strict=False) if is_own]
    own_by_words = before.endswith("agenda ") or (match["whose"] == "the" and not match["of"])
    return numbers if not own or own[-1] or own_by_words else []


@cache
def _joins() -> re.Pattern[str]:
    """Return the pattern of connections before a further verb."""
    return re.compile(rf"{_SECOND}(?={beginnings()})")


def _find_further(text: str, start: int, preambular: bool) -> Iterator[_Start]:
    """Yield further verbs ("…, and invites …"): participles in a preamble, else third persons."""
    for join in _joins().finditer(text, start):
        rest = text[join.end() : join.end() + 200]
        phrase = opening(rest)
        if phrase is None or is_preambular(phrase) != preambular:
            continue
        before, after = text[max(start, join.start() - 200) : join.start()], rest[len(phrase) :]
        if not join["stop"] and _RELATIVE.search(before):
            continue
        if _is_act(phrase, after, join) if preambular else _is_verb(phrase, after):
            yield _Start(join.end(), phrase, verb_of(phrase, after))


def _is_verb(phrase: str, after: str) -> bool:
    return not _NO_OBJECT.match(after) and not (" " not in phrase and _NOUN.match(after))


def _is_act(phrase: str, after: str, join: re.Match[str]) -> bool:
    """Return whether a participle is a verb of the paragraph.

    Others only describe ("crimes, committed by", "noting stations"), but rarely after ", and".
    """
    if join["stop"] and join["and"]:
        return True
    if _MEANS.match(phrase):  # "to respond, taking into account lessons" (78/228)
        return bool(join["and"])
    return " " in phrase or bool(_OBJECT.match(after))


def _find_declared(text: str) -> Iterator[_Start]:
    """Yield the clauses of a declaration: "We welcome …, and encourage …. We also take note …"."""
    offsets = [0, *(match.end() for match in _WE.finditer(text))]
    plural = False
    for offset, after in pairwise([*offsets, len(text)]):
        rest = text[offset:after]
        if opened := declaring(rest):
            plural = True
            yield _Start(offset, *opened)
        for join in _PLURALS.finditer(text, offset + 1, after) if plural else ():
            opened = declaring(text[join.end() : after], bare=True)
            if opened:
                yield _Start(join.end(), *opened)

"""Clauses of a paragraph: verb, those it addresses, and the sessions at which something is due."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .phrases import canonical, is_preambular, opening
from .resolution import Clause, Due
from .wording import ORDINAL, ordinal

# Verbs that ask somebody for something; only these have addressees.
_ASKING = re.compile(
    r"(?:invit|request|call(?:s|ing) (?:up)?on|urg|encourag|appeal|authoriz|direct|instruct|demand|"
    r"mandat|entrust|task|recommend|remind|reiterates (?:call|request|invitation|appeal)|"
    r"ask|implor|exhort)"
)
_ADDRESSEES = (
    ("Secretary-General", r"\bSecretary[-‑ ]General\b(?! of (?!the United Nations))"),
    ("Member States", r"\bMember States\b|\bStates Members of the United Nations\b"),
    ("States", r"\b(?<!Member )(?<!United )States\b(?! (?:Members|[Pp]arties|of America))"),
    ("States parties", r"\bStates [Pp]arties\b|\bparties to the\b"),
    ("Governments", r"\bGovernments?\b"),
    ("United Nations system", r"\bUnited Nations (?:\w+ )?system\b|\bsystem of the United N"),
    ("specialized agencies", r"\bspecialized agencies\b"),
    ("funds and programmes", r"\bfunds(?:,| and) programmes\b"),
    ("civil society", r"\bcivil society\b"),
    ("private sector", r"\bprivate sector\b"),
    ("non-governmental organizations", r"\bnon[-‑]governmental organizations\b"),
    ("international organizations", r"\binternational (?:and regional )?organizations\b"),
    ("regional organizations", r"\b(?:sub)?regional(?: and subregional)? organizations\b"),
    ("international financial institutions", r"\binternational financial institutions\b"),
    ("international community", r"\binternational community\b"),
    ("Security Council", r"\bSecurity Council\b"),
    ("Economic and Social Council", r"\bEconomic and Social Council\b"),
    ("Human Rights Council", r"\bHuman Rights Council\b"),
    ("President of the General Assembly", r"\bPresident of the (?:General )?Assembly\b"),
    ("High Commissioner for Human Rights", r"\bHigh Commissioner for Human Rights\b"),
    ("High Commissioner for Refugees", r"\bHigh Commissioner for Refugees\b"),
    ("regional commissions", r"\bregional commissions\b"),
    ("Advisory Committee", r"\bAdvisory Committee\b"),
    ("Special Committee", r"\bSpecial Committee\b"),
    ("Special Rapporteur", r"\bSpecial Rapporteurs?\b"),
)  # fmt: skip
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _ADDRESSEES)
# "…, and in this regard requests …" (76/111, 37), "…, to that end, and also requests …" (77/90).
_SECOND = re.compile(
    r"(?:(?:,|;)\s+(?:(?:and|as well as|while|but)\s+)?|\s+and\s+)"
    r"(?:(?:in (?:this|that) (?:regard|context|respect|connection)|(?:to|for) (?:this|that) "
    r"(?:end|purpose)|accordingly|therefore|thus|at the same time|in particular|furthermore|"
    r"likewise|notably),?\s+(?:and\s+)?)?"
)
_TO = re.compile(r"(?:,\s*)?\bto\s+(?!the\b|all\b|its\b|that\b)[a-z]+")
_NOT_A_VERB = re.compile(r"\s*(?:of|for|from|by|made|and)\b")
_DUE = re.compile(
    rf"\b(?:at|of|for|before|during|by|until)\s+(?:its|the(?: Assembly['’]s)?)\s+"
    rf"(?:(?:resumed|main|first|second part of the)\s+)*(?P<ordinal>{ORDINAL})"
    rf"(?:\s+and\s+(?P<second>{ORDINAL}))?\s+(?P<kind>(?:emergency )?special )?sessions?\b",
    re.IGNORECASE,
)
_DUE_VERBS = re.compile(r"request|decid|invit|ask|call|look")


def clauses(text: str, phrase: str | None, preambular: bool) -> tuple[Clause, ...]:
    """The clauses of a text that opens with `phrase`; none where it opens with no verb."""
    if not phrase:
        return ()
    starts = [(0, phrase), *_seconds(text, len(phrase), preambular)]
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return tuple(
        Clause(verb, printed, _addressees(verb, text[start + len(printed) : end]), start, end)
        for (start, printed), end in zip(starts, ends, strict=True)
        if (verb := canonical(printed))
    )


def inherited_addressees(verb: str | None, parents: tuple[Clause, ...]) -> tuple[str, ...]:
    """Whom a sub-paragraph addresses that has its parent's verb."""
    return next((clause.addressees for clause in parents if clause.verb == verb), ())


def due_sessions(text: str, found: tuple[Clause, ...]) -> tuple[Due, ...]:
    """Sessions by which a clause asks for something ("report … at its eighty-first session")."""
    result: list[Due] = []
    for match in _DUE.finditer(text):
        clause = next((c for c in found if c.start <= match.start() < c.end), None)
        if clause is None or not _DUE_VERBS.search(clause.verb):
            continue
        for words in (match["ordinal"], match["second"]):
            number = ordinal(words or "")
            if number and not match["kind"]:
                result.append(Due(str(number), next(iter(clause.addressees), None)))
    return tuple(dict.fromkeys(result))


def _seconds(text: str, start: int, preambular: bool) -> Iterator[tuple[int, str]]:
    """Further verbs: "…, and invites …"; participles in a preamble, third persons elsewhere."""
    for join in _SECOND.finditer(text, start):
        rest = text[join.end() :]
        if not rest[:1].islower():
            continue
        phrase = opening(rest)
        if phrase and is_preambular(phrase) == preambular and _is_verb(rest, phrase, preambular):
            yield join.end(), phrase


def _is_verb(rest: str, phrase: str, preambular: bool) -> bool:
    """Not a noun ("requests for"), nor a participle that only describes ("noting stations")."""
    if preambular:
        return len(phrase.split()) > 1 or bool(
            re.match(r"\s+(?:that|the|its|in|with|all)\b", rest[len(phrase) :])
        )
    return not _NOT_A_VERB.match(rest[len(phrase) :])


def _addressees(verb: str, after: str) -> tuple[str, ...]:
    """Those named between an asking verb and what they are to do, in the printed order."""
    if not _ASKING.match(verb):
        return ()
    limit = _TO.search(after)
    named = after[: limit.start()] if limit else after[:200]
    places = [(m.start(), name) for name, pattern in _PATTERNS if (m := pattern.search(named))]
    return tuple(name for _, name in sorted(places))

"""Those whom a clause asks: named right after its verb, before what they are to do.

"Invites Member States, civil society and other stakeholders, in cooperation with the Secretariat,
to …" asks three. `data/addressees.tsv` says which names are one; others stay as they are printed,
without "all", "relevant" and the like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from itertools import islice

from ..un.verbs import IN_THIS_REGARD

LONGEST = 1500  # characters from a verb to what it asks for; 77/117, 4 has 900
_HOLDER = 0xE000  # names stand as one private character each while the words around are read
_HOLDERS = re.compile("[\ue000-\uf8ff]")

_INSTITUTIONS = (
    "Organi[sz]ation|Agency|Fund|Programme|Bank|Committee|Council|Commission|Office|Department|"
    "Conference|Division|Unit|University|Institute|Centre|Board|Group|Union|Assembly|Tribunal|Court|"
    "Force|Mission|Team|Network|Forum|Alliance|Facility|Authority|Bureau|Mechanism|Service"
)
_HEADS = (
    rf"{_INSTITUTIONS}|Commissioner|Secretary-General|Secretary|Rapporteur|Representative|"
    "Coordinator|Director|Administrator|President|Chair|Secretariat|Platform|Partnership|Expert|"
    "Adviser|Envoy|Registrar|Prosecutor|System|States|Parties|Members|Governments?|Powers?|"
    "Community|Entity|Federation|Republic"
)
_ACTORS = (
    "States|country|countries|[Gg]overnments?|organi[sz]ations?|institutions?|agencies|entities|"
    "stakeholders|partners|donors|actors|[Pp]arties|members|bodies|authorities|[Pp]arliaments?|"
    "communities|community|sectors?|society|academia|industry|companies|enterprises|businesses|"
    "corporations|groups|individuals|leaders|persons|banks|offices|commissions|missions|"
    "coordinators?|heads|representatives|secretariats?|rapporteurs|experts|holders|media|Powers?|"
    "committees|teams|associations|foundations|universities|scientists|creditors|debtors|investors|"
    "regulators|observers|contractors|delegations|departments|[Pp]eoples|signatories|sides|regime|"
    "participants|providers|candidates|(?:rights|monitoring|special) mechanisms|networks|centres|"
    "libraries|focal points?|municipalities|producers|managers|committee|organs|unions|institutes|"
    "shareholders|nations|jurisdictions|sponsors|co-sponsors|chairpersons?|co-chairs"
)
_CAPITAL = r"[A-Z][\w’‑-]*"
_PLAIN = rf"(?!(?:{_HEADS})\b){_CAPITAL}"
_RUN = rf"{_CAPITAL}(?: {_CAPITAL})*"
# "and" and commas belong to a name before its head ("Food and Agriculture Organization"), and
# after "of", "for" or "on" until another head comes ("Office on Drugs and Crime").
_JOINED = rf"{_PLAIN}(?: {_PLAIN})*(?:, {_PLAIN})* and (?:{_PLAIN} )*(?:{_HEADS})\b(?: {_CAPITAL})*"
_FURTHER = rf"(?:the (?=Pacific|Caribbean))?(?!(?:{_PLAIN} )*(?:{_HEADS})\b){_RUN}"
_NAME = re.compile(
    r"(?<![\w‑-])(?!(?:States|Governments?|Parties|Powers?|Peoples)\b(?! of (?:the )?[A-Z]))"
    rf"(?:{_JOINED}|{_RUN})(?: (?:of|for|on|against|to|in|at)(?: the)? (?:{_JOINED}|{_RUN})"
    rf"(?:(?:, {_FURTHER})*,? (?:and|or) {_FURTHER})*)*(?P<short> \([^()]{{1,40}}\))?"
)
# Not somebody: "the Treaty and its Protocols".
_INSTRUMENT = re.compile(
    r"(?:(?!of|on|for|to|against)[\w’‑-]+ )*?(?:Convention|Treaty|Protocols?|Charter|Agreement|"
    r"Covenant|Declaration|Agenda|Goals?|Plan|Strategy|Framework|Decade|Year|Day|Week|Summit|"
    r"Amendments?|Rules|Principles|Families|Treatment|Punishment)"
    r"(?: (?:of|on|for|to|against)\b.*)?"
)
_QUALITIES = (
    r"(?:inter|sub)?regional|(?:inter|non[-‑])governmental|(?:inter)?national|local|multilateral|"
    "bilateral|academic|public|private|global|financial|humanitarian|development|developed|"
    "developing|host|transit|flag|port|coastal|banking|institutional"
)
# "intergovernmental and non-governmental organizations": both qualities have the noun.
_SHARED = re.compile(
    rf"\b(?P<first>(?:{_QUALITIES})(?:, (?:{_QUALITIES}))*),? (?P<and>and|or|and/or) "
    rf"(?P<last>{_QUALITIES})(?P<noun> (?:[a-z]+ ){{0,2}}?(?:{_ACTORS}))\b"
)
_DROPPED = re.compile(
    r"(?:(?:all|the|those|these|others?|relevant|interested|appropriate|competent|concerned|both|"
    r"each|any|various|many|responsible|respective|remaining|entire|whole|wider|broader|its|their|"
    r"such|existing|one|two|three|four|five|six|seven|eight|also|further|additional|to|for|that|"
    r"once|again|strongly) )*"
)
_BETWEEN = re.compile(
    r"\s*(?:[,;:]|\b(?:and/or|and|or|as well as|including|in particular|particularly|especially|"
    r"notably|such as|together with|along with|inter alia)\b)\s*"
)
# From here on the names are those of partners and means, no longer of those who are asked.
_ENDS = re.compile(
    r"in (?:\w+ )?(?:\w+ )?(?:cooperation|consultation|coordination|collaboration|partnership|"
    r"conjunction|association|addition|implementing|order)\b|through\b|with\b|by\b|on behalf|"
    r"bearing|taking|recogni|mindful|noting|using|acting|working|consider|drawing|from\b|among\b"
)
_ASIDE = re.compile(
    r"(?:in|as|where|when|if|within|under|at|on|upon|subject|pursuant|consistent|notwithstanding|"
    r"following|without|towards|according|individually|collectively|jointly|directly|either|"
    r"therefore|accordingly)\b"
)
_ACTOR = re.compile(
    r"(?P<words>(?:(?!(?:of|by|to|in|for|from|with|on|at|that|between|among|through|within|is|are)\b)"
    r"[a-z][\w’‑-]* ){0,4}?)(?:[\ue000-\uf8ff] (?=[\ue000-\uf8ff]))?"
    rf"(?:(?P<holder>[\ue000-\uf8ff])(?P<body> (?:[a-z]+ )?(?:{_ACTORS})\b)?|"
    rf"(?P<noun>{_ACTORS})\b)(?! ?[’'])"
)
# What may follow an actor; another noun would make it a quality ("civil society participation").
_THEN = re.compile(
    r"\s*(?:$|\()|\s+(?:that|which|who|whose|in|within|with|at|on|from|under|by|of|for|to|as|not|"
    r"where|when|if|have|has|able|themselves|itself|[Mm]embers|party|parties|present|also|further|"
    r"worldwide|outside|beyond|across|throughout|\d|\w+ly\b|\w+ing\b|\w+ed\b)"
)
_TO_DO = re.compile(
    r"\bto (?=[a-z])(?!do so\b|(?:the|all|its|their|that|this|an?|his|her|which|whom|it|them|each|"
    r"those|these)\b)"
)
# "parties to conflict", "the right to food": not what somebody is to do.
_NOUN_TO = re.compile(
    r"\b(?:rights?|access|accession|respect|regard|relation|addition|response|"
    r"related|relating|belonging|referred|committed|dedicated|according|owing|due|pursuant|subject|"
    r"yet|applicable|opposed|contributions?|advis[eo]rs?|able|willing|wish|ready) \Z"
)
# "appeals to", "reiterates its request to", "encourages in this regard Member States"
_BEFORE = re.compile(rf"\A(?:,?\s+{IN_THIS_REGARD},?)?(?:\s+to(?=\s))?")
_THEM = re.compile(r"\s*(?:them|him|her)\b")
_OF = re.compile(r" of (?:the )?(?P<whole>.+)")


def addressees(after: str, before: str, earlier: tuple[str, ...]) -> tuple[str, ...]:
    """Those whom a verb asks, in the printed order; `after` is what follows it.

    `before` is the text up to the verb, for "the Office" and the like; `earlier` are those whom
    the clause before asks, for "them".
    """
    if _THEM.match(after):
        return earlier
    asked = _BEFORE.sub("", after[:LONGEST])
    last = next(islice(_TO_DO.finditer(asked), 1, None), None)  # what is to be done has begun
    names = _listed(_Span(asked[: last.start()] if last else asked))
    return tuple(dict.fromkeys(_full(name, before) for name in names))


class _Span:
    """The words after a verb, in which each name stands as one private character."""

    def __init__(self, text: str) -> None:
        self.names: list[str] = []
        # Texts hold private characters of their own (A/HRC/PRST/20/1: "statement U+F02A").
        self.text = _SHARED.sub(_share_out, " ".join(_HOLDERS.sub(" ", text).split()))
        pattern, names = _table()
        self._hold(pattern, lambda match: names[str(match.lastgroup)])
        self._hold(_NAME, lambda match: match[0].removesuffix(match["short"] or ""))

    def _hold(self, pattern: re.Pattern[str], name: Callable[[re.Match[str]], str]) -> None:
        def held(match: re.Match[str]) -> str:
            self.names.append(name(match))
            return chr(_HOLDER + len(self.names) - 1)

        self.text = pattern.sub(held, self.text)

    def printed(self, text: str) -> str:
        """The text with the names in it, as they are printed in lists."""
        named = _HOLDERS.sub(lambda holder: self.names[ord(holder[0]) - _HOLDER], text)
        return named.replace("‑", "-").removesuffix(" of the Secretariat").strip()


@cache
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    """What is printed for all names of the table, each in a group, and the groups' names."""
    text = resources.files("searchapp.data").joinpath("addressees.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    printed = "|".join(f"(?P<n{place}>{pattern})" for place, (_, pattern) in enumerate(rows))
    names = {f"n{place}": name for place, (name, _) in enumerate(rows)}
    return re.compile(rf"\b(?:{printed})(?![\w’'])"), names


def _share_out(match: re.Match[str]) -> str:
    first = ", ".join(f"{quality}{match['noun']}" for quality in match["first"].split(", "))
    return f"{first} {match['and']} {match['last']}{match['noun']}"


def _listed(span: _Span) -> Iterator[str]:
    """The names of the list that begins a span, up to what they are to do."""
    limit = _limit(span.text)
    is_clause = bool(re.match(r"\W*that\b", span.text))  # "Recommends that Member States enhance"
    begun = False
    for piece in _BETWEEN.split(span.text[:limit].strip()):
        actor = _DROPPED.sub("", piece, count=1)
        if begun and _ENDS.match(actor):
            return
        if not actor or _ASIDE.match(actor) or _ENDS.match(actor):
            continue
        if begun and actor == "occupying Power":  # "Israel, the occupying Power, to"
            continue
        names = _named(actor, span, is_clause)
        if not names and not (begun and limit):
            return
        begun = True
        yield from names


def _limit(text: str) -> int | None:
    places = (match.start() for match in _TO_DO.finditer(text))
    return next((p for p in places if not _NOUN_TO.search(text[max(p - 20, 0) : p])), None)


def _named(piece: str, span: _Span, is_clause: bool) -> tuple[str, ...]:
    """The actors with whom a piece of a list begins; none where it begins with another noun."""
    match = _ACTOR.match(piece)
    if match is None or not (is_clause or _THEN.match(piece, match.end())):
        return ()
    if states := re.match(r"States [Mm]embers of (?:the )?[\ue000-\uf8ff]", piece):
        return (span.printed(states[0]),)
    of = _OF.match(piece, match.end())
    if match["noun"] == "representatives" and of:
        return _named(of["whole"], span, is_clause)
    if match["noun"] in ("members", "heads", "observers", "sectors") and of:
        whole = _ACTOR.match(of["whole"])
        return (span.printed(piece[: of.start("whole") + (whole.end() if whole else 0)]),)
    if match["holder"]:
        name = span.printed(match["holder"] + (match["body"] or ""))
        if _INSTRUMENT.fullmatch(name):
            return ()
        of_system = of and span.printed(of["whole"]) == "United Nations system"
        return (name, "United Nations system") if of_system else (name,)
    return (span.printed(match["words"] + match["noun"]),)


def _full(name: str, before: str) -> str:
    """The name that "the Office" or "the Organization" stands for, where one went before."""
    if not re.fullmatch(_INSTITUTIONS, name):
        return name
    full = [m[0].removesuffix(m["short"] or "") for m in _NAME.finditer(before)]
    return next((n for n in reversed(full) if re.search(rf" {name}\b|^{name} ", n)), name)

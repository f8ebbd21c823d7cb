"""Extraction of a clause's addressees: the names between the verb and the action.

"Invites Member States, civil society and other stakeholders, in cooperation with the Secretariat,
to …" has three. `data/addressees.tsv` maps variants of a name to one; other names are kept as
printed, without "all", "relevant" and similar words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from itertools import islice

from ..un.verbs import IN_THIS_REGARD

LONGEST = 1500  # characters from a verb to its action; 77/117, 4 has 900
_PLACEHOLDER = 0xE000  # private-use characters are placeholders for names during parsing
_PLACEHOLDERS = re.compile("[\ue000-\uf8ff]")

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
# "and" and commas are part of a name before its head ("Food and Agriculture Organization"), and
# after "of", "for" or "on" up to the next head ("Office on Drugs and Crime").
_JOINED = rf"{_PLAIN}(?: {_PLAIN})*(?:, {_PLAIN})* and (?:{_PLAIN} )*(?:{_HEADS})\b(?: {_CAPITAL})*"
_FURTHER = rf"(?:the (?=Pacific|Caribbean))?(?!(?:{_PLAIN} )*(?:{_HEADS})\b){_RUN}"
_NAME = re.compile(
    r"(?<![\w‑-])(?!(?:States|Governments?|Parties|Powers?|Peoples)\b(?! of (?:the )?[A-Z]))"
    rf"(?:{_JOINED}|{_RUN})(?: (?:of|for|on|against|to|in|at)(?: the)? (?:{_JOINED}|{_RUN})"
    rf"(?:(?:, {_FURTHER})*,? (?:and|or) {_FURTHER})*)*(?P<short> \([^()]{{1,40}}\))?"
)
# Instruments are not addressees: "the Treaty and its Protocols".
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
# "intergovernmental and non-governmental organizations": both adjectives share the noun.
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
# Names after these words are partners or means, not addressees.
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
# Words that may follow an actor; before another noun it is a modifier ("civil society
# participation").
_THEN = re.compile(
    r"\s*(?:$|\()|\s+(?:that|which|who|whose|in|within|with|at|on|from|under|by|of|for|to|as|not|"
    r"where|when|if|have|has|able|themselves|itself|[Mm]embers|party|parties|present|also|further|"
    r"worldwide|outside|beyond|across|throughout|\d|\w+ly\b|\w+ing\b|\w+ed\b)"
)
_TO_DO = re.compile(
    r"\bto (?=[a-z])(?!do so\b|(?:the|all|its|their|that|this|an?|his|her|which|whom|it|them|each|"
    r"those|these)\b)"
)
# "parties to conflict", "the right to food": this "to" does not begin an action.
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
    """Return the addressees of a verb in printed order.

    `after` is the text after the verb, `before` the text up to it, which resolves "the Office" and
    similar names; `earlier` are the addressees of the previous clause, for "them".
    """
    if _THEM.match(after):
        return earlier
    asked = _BEFORE.sub("", after[:LONGEST])
    last = next(islice(_TO_DO.finditer(asked), 1, None), None)  # by then, the action has begun
    names = _read_list(_Span(asked[: last.start()] if last else asked))
    return tuple(dict.fromkeys(_find_full_name(name, before) for name in names))


class _Span:
    """The text after a verb, with a private-use character in place of each name."""

    def __init__(self, text: str) -> None:
        self.names: list[str] = []
        # Some texts contain private-use characters (A/HRC/PRST/20/1: "statement U+F02A").
        self.text = _SHARED.sub(_share_out, " ".join(_PLACEHOLDERS.sub(" ", text).split()))
        pattern, names = _read_table()
        self._replace_names(pattern, lambda match: names[str(match.lastgroup)])
        self._replace_names(_NAME, lambda match: match[0].removesuffix(match["short"] or ""))

    def _replace_names(
        self, pattern: re.Pattern[str], name: Callable[[re.Match[str]], str]
    ) -> None:
        def placeholder(match: re.Match[str]) -> str:
            self.names.append(name(match))
            return chr(_PLACEHOLDER + len(self.names) - 1)

        self.text = pattern.sub(placeholder, self.text)

    def restore_names(self, text: str) -> str:
        """Return a text with its placeholders replaced by names, as lists show them."""
        named = _PLACEHOLDERS.sub(lambda holder: self.names[ord(holder[0]) - _PLACEHOLDER], text)
        return named.replace("‑", "-").removesuffix(" of the Secretariat").strip()


@cache
def _read_table() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return one pattern for all names of the table, and the name of each of its groups."""
    text = resources.files("searchapp.data").joinpath("addressees.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    printed = "|".join(f"(?P<n{index}>{pattern})" for index, (_, pattern) in enumerate(rows))
    names = {f"n{index}": name for index, (name, _) in enumerate(rows)}
    return re.compile(rf"\b(?:{printed})(?![\w’'])"), names


def _share_out(match: re.Match[str]) -> str:
    first = ", ".join(f"{quality}{match['noun']}" for quality in match["first"].split(", "))
    return f"{first} {match['and']} {match['last']}{match['noun']}"


def _read_list(span: _Span) -> Iterator[str]:
    """Yield the names of the list at the start of a span, up to the action."""
    limit = _find_action(span.text)
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
        names = _read_actors(actor, span, is_clause)
        if not names and not (begun and limit):
            return
        begun = True
        yield from names


def _find_action(text: str) -> int | None:
    offsets = (match.start() for match in _TO_DO.finditer(text))
    return next((p for p in offsets if not _NOUN_TO.search(text[max(p - 20, 0) : p])), None)


def _read_actors(piece: str, span: _Span, is_clause: bool) -> tuple[str, ...]:
    """Return the actors at the start of a list item; none if it begins with another noun."""
    match = _ACTOR.match(piece)
    if match is None or not (is_clause or _THEN.match(piece, match.end())):
        return ()
    if states := re.match(r"States [Mm]embers of (?:the )?[\ue000-\uf8ff]", piece):
        return (span.restore_names(states[0]),)
    of = _OF.match(piece, match.end())
    if match["noun"] == "representatives" and of:
        return _read_actors(of["whole"], span, is_clause)
    if match["noun"] in ("members", "heads", "observers", "sectors") and of:
        whole = _ACTOR.match(of["whole"])
        return (span.restore_names(piece[: of.start("whole") + (whole.end() if whole else 0)]),)
    if match["holder"]:
        name = span.restore_names(match["holder"] + (match["body"] or ""))
        if _INSTRUMENT.fullmatch(name):
            return ()
        of_system = of and span.restore_names(of["whole"]) == "United Nations system"
        return (name, "United Nations system") if of_system else (name,)
    return (span.restore_names(match["words"] + match["noun"]),)


def _find_full_name(name: str, before: str) -> str:
    """Return the full name of "the Office" or "the Organization", if `before` contains it."""
    if not re.fullmatch(_INSTITUTIONS, name):
        return name
    full = [m[0].removesuffix(m["short"] or "") for m in _NAME.finditer(before)]
    return next((n for n in reversed(full) if re.search(rf" {name}\b|^{name} ", n)), name)

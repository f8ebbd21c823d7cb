# ruff: noqa: E501 - tables keep one row a line
"""Phrases, clauses and citations: tables of printed forms, and the 300 labelled paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from corpus import CORPUS, needs_corpus
from costs import at_most
from labels import f1, labelled

from searchapp.model.document import Block, Document
from searchapp.model.resolution import Paragraph
from searchapp.parsing import parse
from searchapp.parsing.addressees import LONGEST
from searchapp.parsing.cited_symbols import citations
from searchapp.parsing.clauses import clauses, due_sessions
from searchapp.readers import read
from searchapp.un.verbs import canonical, head, opening, verb_of

# Phrases -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "phrase", "verb"),
    [
        ("Again strongly encourages all States", "Again strongly encourages", "encourages"),  # A/HRC/RES/44/19
        ("Calls once again upon the parties", "Calls once again upon", "calls upon"),
        ("Encourages, in this regard, the exchange", "Encourages", "encourages"),  # 77/152, 19
        ("Calls, in this context, for dialogue", "Calls", "calls for"),  # 76/117, 13
        ("Demands once more that Israel withdraw", "Demands once more", "demands"),  # 76/11, 6
        ("Takes note of the report", "Takes note", "takes note"),
        ("Takes note with appreciation of the report", "Takes note with appreciation", "takes note with appreciation"),
        ("Taking into account the target", "Taking into account", "taking into account"),
        ("Reiterates that the Board", "Reiterates", "reiterates"),
        ("Reiterates its request to the Secretary-General", "Reiterates its request", "reiterates request"),
        ("Notes with profound regret the loss", "Notes with profound regret", "notes with profound regret"),  # a modifier known from other verbs
        ("Expressing its very deep alarm about", "Expressing its very deep alarm", "expressing very deep alarm"),
        ("Firmly condemns and deplores the attacks", "Firmly condemns and deplores", "firmly condemns and deplores"),
        ("Encourages further efforts", "Encourages", "encourages"),  # an adjective
        ("Noting further the decision", "Noting further", "noting"),
        ("Recalling resolution 60/1", "Recalling", "recalling"),
        ("Recognising that the elimination", "Recognising", "recognizing"),  # A/RES/2152(XXI)
        ("Having taken note of the report", "Having taken note", "having taken note"),
        ("States are responsible", None, None),
        ("Requests for assistance", None, None),
        ("Representatives of Governments", None, None),
        ("During the period", None, None),
        ("(Thousands of United States dollars)", None, None),  # A/78/737
        ("Appropriations totalling 3,588,431,600 dollars", None, None),  # 78/254 A
        ("", None, None),
    ],
)  # fmt: skip
def test_the_longest_phrase_opens_a_text(text: str, phrase: str | None, verb: str | None) -> None:
    found = opening(text)
    assert found == phrase
    assert (verb_of(found, text[len(found) :]) if found else None) == verb


@pytest.mark.parametrize(
    ("verb", "group"),
    [
        ("calls upon", "calls upon"),
        ("calls for", "calls for"),
        ("calls on", "calls upon"),
        ("takes note with concern", "takes note"),
        ("takes into account", "takes into account"),
        ("expresses very serious concern", "expresses concern"),
        ("expressing gravest concerns", "expressing concern"),
        ("expresses growing alarm", "expresses alarm"),
        ("deeply concerned", "concerned"),
        ("being gravely concerned", "concerned"),
        ("notes with regret", "notes"),
        ("draws the attention", "draws attention"),
    ],
)
def test_heads_group_verbs(verb: str, group: str) -> None:
    assert head(verb) == group


def test_canonical_sets_adverbs_aside_but_not_what_differs_in_law() -> None:
    assert canonical("Also strongly urges once again") == "urges"
    assert canonical("Expresses in this regard its deep concern") == "expresses deep concern"
    assert canonical("Takes note with appreciation") != canonical("Takes note")


# Clauses -----------------------------------------------------------------------------------------


def read_clauses(text: str, declares: bool = False) -> list[str]:
    """Return each clause as "verb > addressee, addressee"."""
    found = clauses(text, None if declares else opening(text), declares)
    assert all(text[c.start :].startswith(c.phrase) for c in found)
    return [" > ".join(filter(None, (c.verb, ", ".join(c.addressees)))) for c in found]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Welcomes the report, and in this regard requests the Secretary-General to go on;", "welcomes | requests > Secretary-General"),  # 76/111
        ("Notes steps taken, as appropriate, and, furthermore, takes note of discussions;", "notes | takes note"),  # 78/137
        ("Welcomes progress, and continues to call for full implementation;", "welcomes | continues to call for"),  # 77/184
        ("Appreciates the progress, notes the manual, and expects the plan to be completed;", "appreciates | notes | expects"),  # 76/273
        ("Notes with concern the cost, and trusts that it will fall;", "notes with concern | trusts"),
        ("Takes note of all recommendations and requests contained in the resolution;", "takes note"),  # 77/128 B
        ("Demands access through all stages of trials and appeals, being informed promptly;", "demands"),  # 78/220
        ("Recalls the Pathway, which notes the importance of oceans to States and acknowledges their efforts;", "recalls"),  # 78/69
        ("Notes violence that continues to cause death and injury;", "notes"),  # 77/230
        ("Recalling the Convention, and welcoming activities that foster peace,", "recalling | welcoming"),  # 78/10
        ("Recalling the need to respond to pandemics, taking into account lessons learned,", "recalling"),  # 78/228
        ("Recognizing that crimes are, in some cases, committed by groups,", "recognizing"),  # 76/72
        ("Mindful of the war, and deeply concerned that it goes on,", "mindful | deeply concerned"),
    ],
)  # fmt: skip
def test_second_verbs(text: str, read: str) -> None:
    assert read_clauses(text) == read.split(" | ")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Invites all Member States and States Members of the United Nations to act;", "invites > Member States"),
        ("Urges States that have not yet done so to accede;", "urges > States"),
        ("Invites Member States in a position to do so, within their means, to contribute;", "invites > Member States"),  # 77/69
        ("Requests the Secretary-General, in consultation with Member States, to report;", "requests > Secretary-General"),
        ("Urges the Secretary-General of the International Seabed Authority to report;", "urges > Secretary-General of the International Seabed Authority"),
        ("Calls upon relevant United Nations organizations and other stakeholders to help;", "calls upon > United Nations system, stakeholders"),
        ("Invites the organizations of the United Nations system to observe the Day;", "invites > United Nations system"),
        ("Urges the specialized agencies, funds and programmes of the United Nations system to help;", "urges > specialized agencies, funds and programmes, United Nations system"),
        ("Encourages Governments, intergovernmental and non-governmental organizations to join;", "encourages > Governments, intergovernmental organizations, non-governmental organizations"),
        ("Invites civil society organizations, the private sector and academia to join;", "invites > civil society, private sector, academia"),
        ("Urges the Food and Agriculture Organization of the United Nations and the United Nations Educational, Scientific and Cultural Organization to help;", "urges > Food and Agriculture Organization of the United Nations, United Nations Educational, Scientific and Cultural Organization"),
        ("Requests the United Nations Office on Drugs and Crime to go on;", "requests > United Nations Office on Drugs and Crime"),
        ("Demands that Israel, the occupying Power, cease all settlement;", "demands > Israel"),
        ("Encourages in this regard Member States and donors to help;", "encourages > Member States, donors"),
        ("Recommends that Member States enhance their capacity;", "recommends > Member States"),
        ("Recommends that the item be included;", "recommends"),
        ("Urges all parties to the conflict to stop;", "urges > parties"),
        ("Urges States parties to the Convention on the Rights of the Child to withdraw reservations;", "urges > States parties"),
        ("Calls upon the nuclear-weapon States to disarm;", "calls upon > nuclear-weapon States"),
        ("Appeals to trade unions, as well as individuals, to continue their efforts;", "appeals > trade unions, individuals"),  # 78/82
        ("Reiterates its call for the Secretary-General to go on;", "reiterates call for > Secretary-General"),  # 78/232
        ("Calls for full respect of the law by all States;", "calls for"),
        ("Encourages further efforts by Member States to end hunger;", "encourages"),
        ("Encourages civil society participation in the work;", "encourages"),
        ("Welcomes the work of Member States;", "welcomes"),
        ("Urges the Russian Federation:", "urges > Russian Federation"),
        ("Requests the \uf02a Secretary-General to report;", "requests > Secretary-General"),  # a private-use character
        ("Invites Member States to report, and encourages them to share lessons;", "invites > Member States | encourages > Member States"),  # 77/160
        ("Commends the United Nations Environment Programme, and invites the Programme to go on;", "commends | invites > United Nations Environment Programme"),
        ("Calls, in this context, upon the Syrian authorities to stop;", "calls upon > Syrian authorities"),
        ("Calls upon Parliaments, representatives of civil society and members of the Council to help;", "calls upon > Parliaments, civil society, members of the Council"),
    ],
)  # fmt: skip
def test_addressees(text: str, read: str) -> None:
    assert read_clauses(text) == read.split(" | ")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("We reaffirm the Declaration, and call upon all States to act. We also take note of the report.", "reaffirms | calls upon > States | takes note"),
        ("We, the States Members of the United Nations, therefore commit to act;", "commits"),  # 76/3
        ("Note that 2021 marked 40 years;", "notes"),  # A/RES/75/284, 14
        ("Reaffirm our commitment to leave no one behind;", "reaffirms commitment"),  # 76/1, 4
        ("Islands are vulnerable, and we emphasize that help is needed.", "emphasizes"),  # 78/317
        ("Support the development of tools;", ""),  # a plan, not a clause
        ("States are responsible for their acts;", ""),
    ],
)  # fmt: skip
def test_declarations_speak_in_the_plural(text: str, read: str) -> None:
    assert read_clauses(text, declares=True) == [part for part in read.split(" | ") if part]


@pytest.mark.parametrize(
    ("text", "sessions"),
    [
        ("Requests the Secretary-General to report at its eighty-first session;", "81"),
        ("Requests the Secretary-General to report to the General Assembly at its eightieth and eighty-second sessions;", "80 82"),
        ("Requests a report at the main part of its eighty-third session, in 2028;", "83"),  # 77/267
        ("Requests the Secretary-General to submit a report to the General Assembly and the Human Rights Council at their seventy-eighth and fifty-third sessions, respectively;", "78"),  # 76/172
        ("Decides to include the item in the provisional agenda of its eightieth session;", "80"),
        ("Requests the Special Rapporteur to report to the Human Rights Council at its fifty-seventh session;", ""),
        ("Requests the Secretary-General to update the report submitted to the General Assembly at its sixty-second session;", ""),  # 76/199
        ("Invites States to use decisions taken at the twenty-eighth session of the Conference of the Parties;", ""),
        ("Requests the President to convene the tenth special session;", ""),
        ("Recalls the report considered at its eighty-first session;", ""),
    ],
)  # fmt: skip
def test_sessions_at_which_something_is_due(text: str, sessions: str) -> None:
    found = due_sessions(text, clauses(text, opening(text)))
    assert [due.session for due in found] == sessions.split()


def test_an_organ_has_sessions_of_its_own() -> None:
    text = "Requests the High Commissioner to report to the Human Rights Council at its sixtieth session;"
    found = clauses(text, opening(text))
    assert [due.session for due in due_sessions(text, found, "hrc")] == ["60"]


def operative(rows: list[tuple[str | None, str]]) -> list[Paragraph]:
    blocks = [Block("The General Assembly,", role="enacting")]
    blocks += [Block(text, label=label, role="operative") for label, text in rows]
    (resolution,) = parse(Document("x", "text", tuple(blocks), symbol="A/RES/78/254A"))
    return list(resolution.paragraphs)


def test_numbers_below_an_unnumbered_chapeau_inherit_its_verb() -> None:
    rows = operative(
        [
            (None, "Resolves that, for 2024:"),  # 78/254
            ("1.", "Appropriations totalling 3,588,431,600 dollars are hereby approved;"),
            ("(a)", "Of which half for travel;"),
            ("2.", "The Secretary-General shall be authorized to transfer credits;"),
            ("3.", "Requests the Secretary-General to report."),
            ("4.", "Nothing follows from this."),
        ]
    )
    assert [(p.anchor, p.parent and p.parent[-3:], p.verb, p.inherited) for p in rows] == [
        ("opp1", None, "resolves", False),
        ("op1", "pp1", "resolves", True),
        ("op1a", "op1", "resolves", True),
        ("op2", "pp1", "resolves", True),
        ("op3", None, "requests", False),
        ("op4", None, None, False),
    ]


def test_what_follows_a_colon_unnumbered_stands_below_it() -> None:
    rows = operative(
        [
            ("4.", "Decides that the panels will be as follows:"),  # 77/274
            ("(a)", "There will be two panels;"),
            ("(b)", "The panels will address the following themes:"),
            (None, "Panel 1: Accelerating actions;"),
            ("(c)", "Each panel will have two chairs;"),
        ]
    )
    assert [(p.anchor, p.level, p.verb) for p in rows] == [
        ("op4", 1, "decides"),
        ("op4a", 2, "decides"),
        ("op4b", 2, "decides"),
        ("opp1", 3, "decides"),
        ("op4c", 2, "decides"),
    ]


@pytest.mark.parametrize("piece", ["A B of C and ", "Aa, ", "Member States and ", "regional and ", "to the Office and invites the Office "])  # fmt: skip
def test_hostile_lists_are_read_in_a_moment(piece: str) -> None:
    with at_most(10):
        clauses("Requests " + piece * (20 * LONGEST // len(piece)), "Requests")


# Citations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "body", "symbols"),
    [
        ("Recalling further its resolutions 10/33 of 27 March 2009 and 51/36 of 7 October 2022,", "hrc", "H10/33 H51/36"),  # A/HRC/RES/54/34
        ("Recalling Human Rights Council resolution 24/20 of 27 September 2013,", "ga", "H24/20"),  # A/RES/68/134
        ("Recalling General Assembly resolution 60/251 of 15 March 2006,", "hrc", "A60/251"),
        ("Recalling all Human Rights Council resolutions, including resolutions 44/7 of 16 July 2020,", "ga", "H44/7"),  # 76/300: the date is not the Assembly's
        ("Recalling Human Rights Council resolution 43/1, and Council resolution 45/8 of 6 October 2020,", "ga", "H43/1 H45/8"),  # 76/153
        ("Recalling Economic and Social Council resolution 2023/4 and previous Council resolutions, and Council resolution 2021/30,", "ga", "E2023/4 E2021/30"),  # 78/160
        ("Recalling resolution 118 (II) and resolution 2099 (XX),", "ga", "A118(II) A2099(XX)"),
        ("Recalling its resolutions 61/267 B, 48/218 B of 29 July 1994 and 36/87 A and B of 9 December 1981,", "ga", "A61/267B A48/218B A36/87A A36/87B"),
        ("Recalling its resolutions 53/208 A to C of 18 December 1998 and 59/265,", "ga", "A53/208A A53/208B A53/208C A59/265"),  # 76/237
        ("Recalling Security Council resolutions 2577 (2021) and 1754 (2007) on 30 April 2007, 1783 (2007) on 31 October 2007,", "ga", "S2577(2021) S1754(2007) S1783(2007)"),
        ("Recalling its resolutions 74/270 of 2 April 2020, entitled “Solidarity”, 74/274 of 20 April 2020, entitled “Access”, and 75/1,", "ga", "A74/270 A74/274"),  # 76/90
        ("Recalling its resolution 73/292 of 9 May 2019 and its decisions 74/550 B of 12 August 2020 and 75/578,", "ga", "A73/292"),
        ("Recalling Commission on Narcotic Drugs resolution 55/12 of 16 March 2012,", "ga", ""),
        ("Recalling resolution ES‑10/15 of 20 July 2004,", "ga", "AES-10/15"),  # U+2011
        ("Recalling resolution 64/292, 2 billion people lack water,", "ga", "A64/292"),
        ("Recalling document A/70/81 and A/RES/70/237,", "ga", "A70/237"),
    ],
)  # fmt: skip
def test_the_sentence_names_the_organ(text: str, body: str, symbols: str) -> None:
    organs = {"A": "A/RES/", "H": "A/HRC/RES/", "S": "S/RES/", "E": "E/RES/"}
    found = citations(text, body, clauses(text, opening(text)))
    assert [c.symbol for c in found] == [organs[s[0]] + s[1:] for s in symbols.split()]
    assert {c.verb for c in found} <= {"recalling"}
    assert all(text[c.start : c.end].strip() for c in found)


# The labelled paragraphs -------------------------------------------------------------------------


@cache
def paragraphs(plain: bool) -> dict[str, Paragraph]:
    """Parse the labelled paragraphs; `plain` ignores the mark-up's italics."""
    wanted = {name for half in (1, 2) for name, _ in labelled(half)}
    numbers = {re.sub(r"\D*(\d+)/(\d+)\D*#.*", r"\1_\2", name) for name in wanted}
    paths = [p for n in sorted(numbers) for p in sorted((CORPUS / "akn").rglob(f"*{n}[!0-9]*.xml"))]
    rows = (row for path in paths for row in read_paragraphs(path, plain))
    return {row.id: row for row in rows if row.id in wanted}


def read_paragraphs(path: Path, plain: bool) -> Iterator[Paragraph]:
    for document in read(path):
        bare = tuple(replace(block, lead=None) for block in document.blocks)
        for resolution in parse(replace(document, blocks=bare) if plain else document):
            yield from resolution.paragraphs


@needs_corpus
@pytest.mark.corpus
def test_every_labelled_paragraph_is_found() -> None:
    assert {name for half in (1, 2) for name, _ in labelled(half)} == set(paragraphs(plain=False))


@needs_corpus
@pytest.mark.corpus
@pytest.mark.parametrize("half", [1, 2])
@pytest.mark.parametrize("plain", [False, True])
def test_the_labels_are_read(half: int, plain: bool) -> None:
    figures = f1(half, paragraphs(plain))
    assert figures["lead"] >= 0.99
    assert figures["seconds"] >= 0.90
    assert figures["addressees"] >= 0.90

"""A resolution side by side in two languages: aligned paragraphs, and their page."""

from __future__ import annotations

from typing import Any

import html5lib
import pytest
from conftest import build
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from test_web import soup, text_of

from searchapp import create_app
from searchapp.web.views.side_by_side import Piece, rows


def text(language: str, *paragraphs: tuple[str, str, str]) -> dict[str, Any]:
    """Return a resolution whose paragraphs have these ids, numbers and texts."""
    key = "A/RES/78/10" if language == "en" else f"A/RES/78/10@{language}"
    kinds = {"p": "preambular", "o": "operative", "a": "annex"}
    return {
        "symbol": "A/RES/78/10",
        "language": language,
        "year": 2023,
        "title": {"en": "Buoys", "fr": "Bouées", "ar": "عوامات", "es": "Boyas"}[language],
        "source": f"{language}.xml",
        "paragraphs": [
            {
                "id": f"{key}#{anchor}",
                "kind": kinds[anchor[0]],
                "number": number or None,
                "level": 1 + number.count("("),
                "text": words,
                "annex": {"en": "Rules", "fr": "Règles"}.get(language)
                if anchor[0] == "a"
                else None,
            }
            for anchor, number, words in paragraphs
        ],
    }


ENGLISH = text(
    "en",
    ("pp1", "", "Recalling buoys,"),
    ("op1", "1", "Invites States to paint <buoys>:"),
    ("op1a", "1 (a)", "Red;"),
    ("op1b", "1 (b)", "Green;"),
    ("op2", "2", "Requests a report."),
    ("annex1-1", "1", "A buoy floats."),
)
FRENCH = text(
    "fr",
    ("pp1", "", "Rappelant les bouées,"),
    ("op1", "1", "Invite les États à peindre les bouées :"),
    ("op1a", "1 (a)", "En jaune ;"),
    ("op1b", "1 (b)", "En vert ;"),
    ("op1c", "1 (c)", "En bleu ;"),
    ("annex1-1", "1", "Une bouée flotte."),
)
ARABIC = text(
    "ar",
    ("op1", "1", "تدعو الدول"),
    ("op1أ", "1 (أ)", "أحمر؛"),
    ("op1ب", "1 (ب)", "أخضر؛"),
    ("op2", "2", "تطلب تقريرا."),
)
SPANISH = text("es", ("op1", "1", "Invita a los Estados."))
HERE = "/resolutions/A/RES/78/10"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    place = tmp_path_factory.mktemp("beside") / "index"
    held = build(place, (ENGLISH, FRENCH, ARABIC, SPANISH))
    return create_app({"INDEX": held, "TESTING": True}).test_client()


def keys(*names: str) -> list[Piece]:
    return [
        Piece(
            name,
            Markup(name),
            label=name.strip("op") if name[-1].isdigit() else "",
            depth=not name[-1].isdigit(),
            is_heading=name.startswith("above"),
        )
        for name in names
    ]


@pytest.mark.parametrize(
    ("texts", "laid"),
    [
        ("op1 op2|op1 op2", "op1=op1 op2=op2"),
        ("op1 op2 op3|op1 op3", "op1=op1 op2= op3=op3"),
        ("op1 op3|op1 op2 op3", "op1=op1 =op2 op3=op3"),
        # Equally many between two common keys: in their order. Letters differ between languages.
        ("op1 op1a op1b op2|op1 op1أ op1ب op2", "op1=op1 op1a=op1أ op1b=op1ب op2=op2"),
        ("op1 op1b op2|op1 op1c op2", "op1=op1 op1b=op1c op2=op2"),
        ("op1 op2 op3|op1 op1a op3", "op1=op1 op2= =op1a op3=op3"),
        ("op1 op2 op3|op1 op9 op3", "op1=op1 op2= =op9 op3=op3"),
        ("op1 op1a op2|op1 op1أ op1ب op2", "op1=op1 op1a= =op1أ =op1ب op2=op2"),
        ("above-1 op1|op9 op1", "above-1= =op9 op1=op1"),
        ("op1 op2|op2 op1", "=op2 op1=op1 op2="),
        ("op1|", "op1="),
        ("|op1", "=op1"),
        ("|", ""),
        ("op1 op2|op1|op2", "op1=op1= op2==op2"),
        ("op1|op2|op2", "op1== =op2=op2"),
    ],
)
def test_what_stands_beside_what(texts: str, laid: str) -> None:
    found = rows([keys(*one.split()) for one in texts.split("|")])
    shown = " ".join("=".join(piece.key if piece else "" for piece in row) for row in found)
    assert shown == laid


names = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(st.lists(names, min_size=1, max_size=3))
def test_nothing_is_lost_and_no_text_loses_its_order(texts: list[list[str]]) -> None:
    found = rows([keys(*one) for one in texts])

    assert {len(row) for row in found} <= {len(texts)}
    for column, one in enumerate(texts):
        assert [row[column].key for row in found if row[column]] == one  # type: ignore[union-attr]


def test_each_paragraph_stands_beside_its_translation(client: FlaskClient) -> None:
    assert text_of(client, f"{HERE}?beside=fr", "h1") == ["A/RES/78/10 in English and French"]
    assert text_of(client, f"{HERE}?beside=fr", ".beside > li") == [
        "English Buoys French Bouées",
        "Recalling buoys, Rappelant les bouées,",
        "1. Invites States to paint <buoys>: 1. Invite les États à peindre les bouées :",
        "(a) Red; (a) En jaune ;",
        "(b) Green; (b) En vert ;",
        "2. Requests a report. No corresponding paragraph in the French text",
        "No corresponding paragraph in the English text (c) En bleu ;",
        "Rules Règles",
        "1. A buoy floats. 1. Une bouée flotte.",
    ]


def test_words_that_were_searched_for_are_marked(client: FlaskClient) -> None:
    assert text_of(client, f"{HERE}?q=paint&beside=fr", "mark") == ["paint"]
    links = soup(client, f"{HERE}?q=paint&beside=fr").select(".tools a")
    assert {link["href"].count("q=paint") for link in links} == {1}


@pytest.mark.parametrize(
    ("address", "choices"),
    [
        ("", {"Arabic": "ar", "French": "fr", "Spanish": "es"}),
        ("?beside=fr", {"Arabic": "fr ar", "French": "", "Spanish": "fr es"}),
        ("?beside=fr&beside=ar", {"Arabic": "fr", "French": "ar", "Spanish": "fr es"}),
        ("?beside=zz&beside=fr", {"Arabic": "fr ar", "French": "", "Spanish": "fr es"}),
    ],
)
def test_languages_to_choose(client: FlaskClient, address: str, choices: dict[str, str]) -> None:
    links = soup(client, HERE + address).select(".close a, .tools li a")
    found = {link.get_text(): str(link["href"]) for link in links}
    expected = {
        name: HERE + "?" * bool(codes) + "&".join(f"beside={code}" for code in codes.split())
        for name, codes in choices.items()
    }
    assert found == expected


@pytest.mark.parametrize("asked", ["zz", "en", "%3Cscript%3E"])
def test_a_language_that_is_not_held_leads_to_the_text_alone(
    client: FlaskClient, asked: str
) -> None:
    response = client.get(f"{HERE}?q=buoys&beside={asked}")
    assert (response.status_code, response.location) == (302, f"{HERE}?q=buoys")


@pytest.mark.parametrize("address", ["?beside=fr", "?beside=ar&beside=es", "@ar?beside=en&q=x"])
def test_html_is_valid(client: FlaskClient, address: str) -> None:
    html5lib.HTMLParser(strict=True).parse(client.get(HERE + address).text)

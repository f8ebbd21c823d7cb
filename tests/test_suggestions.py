"""Type-ahead suggestions from the contents of the index."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


def suggested(client: FlaskClient, typed: str) -> list[tuple[str, str]]:
    answer = client.get("/suggest.json", query_string={"q": typed}).get_json()
    return [(found["kind"], found["text"]) for found in answer["suggestions"]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", []),
        ("i", []),
        ('"', []),
        ("zeppelin", []),
        ("69/28", [("resolution", "A/RES/69/28 Developments in the field of information")]),
        ("A/RES/79/1", [("resolution", "A/RES/79/144 Lighthouses and <harbours>")]),
        ("deci", [("operative verb", "decides")]),
        ("TAKES N", [("operative verb", "takes note")]),
        ("invites all mem", [("phrase", "invites all member states")]),
        ("field of inf", [("title", "Developments in the field of information")]),
        ("lighthuoses", [("word", "lighthouses")]),
        ("all lighthuoses", [("word", "all lighthouses")]),
        ("midterm lighthuoses", []),  # no paragraph contains both
        ("lighthouses", [("title", "Lighthouses and <harbours>")]),  # and not the word itself
        ("a* OR (", []),
    ],
)
def test_what_is_typed_suggests(
    client: FlaskClient, typed: str, expected: list[tuple[str, str]]
) -> None:
    assert suggested(client, typed) == expected


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("69/28", "Developments in the field of information"),
        ("takes note", "1 paragraph in 1 resolution"),
        ("invites all mem", "3 paragraphs in 2 resolutions"),
        ("field of inf", "1 resolution with 2 paragraphs"),
        ("lighthuoses", "2 paragraphs in 1 resolution"),
    ],
)
def test_a_suggestion_leads_to_what_it_says(client: FlaskClient, typed: str, heading: str) -> None:
    (first, *_) = client.get("/suggest.json", query_string={"q": typed}).get_json()["suggestions"]
    page = client.get(first["url"]).text

    assert heading in " ".join(page.replace('<span class="quiet">', "").split())


def test_a_long_text_is_cut(client: FlaskClient) -> None:
    answer = client.get("/suggest.json", query_string={"q": "lamp " * 500}).get_json()

    assert len(answer["q"]) <= 100

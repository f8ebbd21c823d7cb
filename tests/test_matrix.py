"""A search counted by two facets: each number is the total of the linked search."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient


def table(client: FlaskClient, address: str) -> list[list[str]]:
    page = BeautifulSoup(client.get(address).text, "lxml")
    return [
        [" ".join(cell.get_text().split()) for cell in row.select("th, td")]
        for row in page.select(".matrix tr")
    ]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "/matrix?type=operative&q=invites",
            [
                ["Operative verb", "All", "69", "79"],
                ["invites", "2", "1", "1"],
                ["requests", "1", "1", ""],
            ],
        ),
        (
            "/matrix?type=operative&q=invites&verbs=any",
            [
                ["Operative verb", "All", "69", "79"],
                ["invites", "3", "2", "1"],
                ["requests", "1", "1", ""],
            ],
        ),
        (
            "/matrix?type=operative&rows=body&columns=year&verb=-takes+note",
            [
                ["Body", "All", "2014", "2021", "2024"],
                ["General Assembly", "4", "2", "", "2"],
                ["Security Council", "1", "", "1", ""],
            ],
        ),
        (
            "/matrix?rows=verb&columns=session&verb=invites",
            [["Operative verb", "All", "69", "79"], ["invites", "3", "1", "2"]],
        ),
        ("/matrix?q=zeppelin", []),
    ],
)
def test_counts_by_two_facets(client: FlaskClient, address: str, expected: list[list[str]]) -> None:
    assert table(client, address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "/matrix",
        "/matrix?rows=verb&columns=type&q=states",
        "/matrix?rows=head&columns=year&verb=-requests&year=2014..2024",
        "/matrix?rows=agenda&columns=vote",
        "/matrix?rows=verb&columns=session&verbs=any&verb=-requests",
    ],
)
def test_every_number_leads_to_as_many_paragraphs(client: FlaskClient, address: str) -> None:
    page = BeautifulSoup(client.get(address).text, "lxml")
    links = page.select(".matrix td a")

    assert links
    for link in links:
        results = BeautifulSoup(client.get(str(link["href"])).text, "lxml")
        assert re.match(r"\d+", results.select("h1")[0].get_text())[0] == link.get_text()  # type: ignore[index]


def test_the_same_for_a_spreadsheet_and_a_program(client: FlaskClient) -> None:
    asked = "type=operative&q=invites"

    assert client.get(f"/matrix.csv?{asked}").text.splitlines() == [
        "\ufeffOperative verb,Paragraphs,69,79",
        "invites,2,1,1",
        "requests,1,1,0",
    ]
    assert client.get(f"/matrix.json?{asked}").get_json() == {
        "rows": "verb",
        "columns": "session",
        "values": ["69", "79"],
        "lines": [
            {"label": "invites", "total": 2, "counts": [1, 1]},
            {"label": "requests", "total": 1, "counts": [1, 0]},
        ],
    }


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/matrix?rows=colour", "“rows=colour” is not valid: write session, year, type,"),
        ("/matrix?rows=verb&columns=verb", "Rows and columns are both “verb”"),
        ("/matrix?columns=lang", "“columns=lang” is not valid"),
    ],
)
def test_a_wrong_facet_is_named(client: FlaskClient, address: str, sentence: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 400
    assert sentence in answer.text

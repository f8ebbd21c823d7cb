"""A search by year: figures, their base, and the link of each."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from searchapp.backends.whoosh import WhooshBackend
from searchapp.web.routes.trend import held_by_year, span


def figures(client: FlaskClient, address: str) -> dict[str, dict[int, float]]:
    """Return the figures other than zero, by series and year."""
    data: Any = client.get(f"/trend.json?{address}").get_json()
    return {
        series["label"]: {
            year: figure
            for year, figure in zip(data["years"], series["figures"], strict=True)
            if figure
        }
        for series in data["series"]
    }


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "q=invites",
            {"All": {2014: 2, 2024: 1}, "Operative": {2014: 2, 2024: 1}},
        ),
        (
            "q=invites&by=verb",
            {"All": {2014: 2, 2024: 1}, "invites": {2014: 1, 2024: 1}, "requests": {2014: 1}},
        ),
        (
            "q=invites&by=verb&verb=requests&per=resolutions",
            {"All": {2014: 100}, "requests": {2014: 100}},
        ),
        ("q=zeppelin", {"All": {}}),
    ],
)
def test_paragraphs_by_year(
    client: FlaskClient, address: str, expected: dict[str, dict[int, float]]
) -> None:
    assert figures(client, address) == expected


def test_every_year_from_the_first_to_the_last_is_there(client: FlaskClient) -> None:
    lines = client.get("/trend.csv?q=invites").text.splitlines()

    assert lines[:3] == [
        "\ufeffYear,Indexed resolutions,All,Operative",
        "2014,1,2,2",
        "2015,0,0,0",
    ]
    assert lines[-1] == "2024,1,1,1"


@pytest.mark.parametrize("address", ["/trend?by=verb", "/trend?q=states&year=2014..2021&by=type"])
def test_every_bar_leads_to_its_paragraphs(client: FlaskClient, address: str) -> None:
    page = BeautifulSoup(client.get(address).text, "lxml")
    bars = page.select("svg a")

    assert bars
    for bar in bars:
        results = BeautifulSoup(client.get(str(bar["href"])).text, "lxml")
        number = re.match(r"\d+", results.select("h1")[0].get_text())
        assert number
        assert str(bar["aria-label"]).endswith(f": {number[0]}")


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ([], ()),
        ([2020], (2020,)),
        ([2022, 2020], (2020, 2021, 2022)),
        ([1, 2147483647], tuple(range(2147483647 - 149, 2147483648))),
    ],
)
def test_a_wrong_year_in_a_file_makes_no_endless_chart(
    years: list[int], expected: tuple[int, ...]
) -> None:
    assert span(years) == expected


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/trend?by=session", "“by=session” is not valid: write type or verb."),
        ("/trend?per=head", "“per=head” is not valid"),
    ],
)
def test_a_wrong_choice_is_named(client: FlaskClient, address: str, sentence: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 400
    assert sentence in answer.text


def test_resolutions_are_counted_without_a_search(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WhooshBackend, "search", None)
    held_by_year.cache_clear()

    lines = client.get("/trend.csv?q=invites").text.splitlines()

    assert [line.split(",")[:2] for line in (lines[1], lines[-1])] == [["2014", "1"], ["2024", "1"]]

"""The citations of a resolution: the number of paragraphs, and the newest resolutions."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import build
from flask.testing import FlaskClient
from test_web import soup

from searchapp import create_app

CITED = "A/RES/70/1"


def citing(symbol: str, year: int, language: str = "en", cited: str = CITED) -> dict[str, Any]:
    """Return a resolution with one paragraph that cites another, and one that does not."""
    key = symbol if language == "en" else f"{symbol}@{language}"
    return {
        "symbol": symbol,
        "language": language,
        "year": year,
        "adopted": f"{year}-12-01",
        "source": key,
        "paragraphs": [
            {
                "id": f"{key}#op1",
                "kind": "operative",
                "text": "Recalls it.",
                "cites": [{"symbol": cited, "start": 8, "end": 10}],
            },
            {"id": f"{key}#op2", "kind": "operative", "text": "Decides otherwise."},
        ],
    }


HELD = (
    *(citing(f"A/RES/{session}/9", 1945 + session) for session in range(71, 79)),
    citing("A/RES/78/9", 2023, "fr"),
    citing("A/RES/77/9", 2022, "es"),
    citing(CITED, 2015, cited="A/RES/69/1"),
    citing(CITED, 2015, "fr", cited="A/RES/69/1"),
    citing("A/RES/70/10", 2015, cited="A/RES/70/1 B"),
    citing("A/RES/69/1", 2014, cited="A/RES/70/10"),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    place = build(tmp_path_factory.mktemp("citing") / "index", HELD)
    return create_app({"INDEX": place, "TESTING": True}).test_client()


def cited_by(client: FlaskClient, key: str) -> list[tuple[str, str]]:
    page = soup(client, f"/resolutions/{key}")
    lines = zip(page.select(".facts dt"), page.select(".facts dd"), strict=True)
    found = [link for name, line in lines if name.text == "Cited by" for link in line.select("a")]
    return [(link.get_text(), str(link["href"])) for link in found]


def test_the_newest_are_named_in_the_language_of_the_page(client: FlaskClient) -> None:
    others = "/search?q=cites%3A%22A%2FRES%2F70%2F1%22&lang=all&sort=newest&group=resolution"
    english = [(f"A/RES/{n}/9", f"/resolutions/A/RES/{n}/9") for n in range(78, 72, -1)]
    french = [("A/RES/78/9", "/resolutions/A/RES/78/9@fr"), *english[1:]]

    assert cited_by(client, CITED) == [*english, ("others", others)]
    assert cited_by(client, f"{CITED}@fr") == [*french, ("others", others)]


def test_those_that_are_named_are_not_called_all(client: FlaskClient) -> None:
    page = soup(client, f"/resolutions/{CITED}")
    assert not [s for s in page.select(".facts summary") if "resolution" in s.get_text()]


def test_all_paragraphs_are_counted_and_listed(client: FlaskClient) -> None:
    page = soup(client, f"/resolutions/{CITED}")
    (link,) = [a for a in page.select(".side a") if a.get_text().startswith("Cited in")]

    assert link.get_text() == "Cited in 10 paragraphs"
    heading = soup(client, str(link["href"])).select_one("h1")
    assert heading
    assert heading.get_text() == "10 paragraphs in 10 resolutions"


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("A/RES/70/10", ["A/RES/69/1"]),  # and not what cites 70/1
        ("A/RES/69/1", [CITED]),
        ("A/RES/78/9", []),
    ],
)
def test_few_or_none(client: FlaskClient, key: str, names: list[str]) -> None:
    assert [name for name, _ in cited_by(client, key)] == names

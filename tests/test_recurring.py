"""A recurring title links to the previous and the next resolution, by adoption."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import build
from flask.testing import FlaskClient

from searchapp import create_app

LAMPS = "Lamps, “wicks” and oil"


def held(symbol: str, adopted: str, title: str, language: str = "en") -> dict[str, Any]:
    key = symbol if language == "en" else f"{symbol}@{language}"
    return {
        "symbol": symbol,
        "language": language,
        "adopted": adopted,
        "year": int(adopted[:4]),
        "title": title,
        "source": f"{key}.txt",
        "paragraphs": [{"id": f"{key}#op1", "kind": "operative", "text": "Decides to trim;"}],
    }


SERIES = (
    held("A/RES/77/30", "2022-12-05", LAMPS),
    held("A/RES/79/10", "2024-11-05", "Lamps, wicks and oil"),
    held("A/RES/78/20", "2023-12-04", LAMPS.upper()),
    held("A/RES/78/21", "2023-12-05", "Lamps, wicks and oil in winter"),
    held("A/RES/78/20", "2023-12-04", LAMPS, language="fr"),
    held("A/RES/78/22", "2023-12-06", "Alone"),
    held("A/RES/78/23", "2023-12-06", "–"),
    held("A/RES/78/24", "2023-12-06", "word " * 3000),
    held("A/RES/78/25", "2023-12-06", "word " * 3000),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    place: Path = tmp_path_factory.mktemp("series") / "index"
    return create_app({"INDEX": build(place, SERIES), "TESTING": True}).test_client()


@pytest.mark.parametrize(
    ("key", "ways"),
    [
        ("A/RES/77/30", {"Next: A/RES/78/20 (2023)": "/resolutions/A/RES/78/20"}),
        (
            "A/RES/78/20",
            {
                "Previous: A/RES/77/30 (2022)": "/resolutions/A/RES/77/30",
                "Next: A/RES/79/10 (2024)": "/resolutions/A/RES/79/10",
            },
        ),
        ("A/RES/79/10", {"Previous: A/RES/78/20 (2023)": "/resolutions/A/RES/78/20"}),
        ("A/RES/78/21", {}),
        ("A/RES/78/20@fr", {}),
        ("A/RES/78/22", {}),
        ("A/RES/78/23", {}),
        ("A/RES/78/24", {}),
    ],
)
def test_leads_to_its_neighbours(client: FlaskClient, key: str, ways: dict[str, str]) -> None:
    answer = client.get(f"/resolutions/{key}")
    links = BeautifulSoup(answer.text, "lxml").select(".side a[rel=prev], .side a[rel=next]")

    assert answer.status_code == 200
    assert {link.get_text(): str(link["href"]) for link in links} == ways

"""Arbitrary facet values on the pages: the count next to each link is the linked search's total."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from conftest import build
from flask.testing import FlaskClient

from searchapp import create_app
from searchapp.query.facets import FACETS

ODD: list[dict[str, Any]] = [
    {"year": -5, "session": "-5", "body": "-x", "origin": "-none-", "agenda_items": ["-9", "--"]},
    {"year": 20240, "session": "s-iv", "body": "Other  Organ", "origin": "plenary "},
    {"year": 0, "session": "First", "body": "GA", "subjects": ["-isms", "--", "a&b=c;d?#e"]},
    {"year": 2014, "session": "0079", "subjects": ["Co\u0302te", "C\u00f4te", "x" * 700, "l\nb"]},
    {"language": "pt-BR", "subjects": ["\u200bzero", '"quoted" <b>', "İ", "a\\b", "100%"]},
]
VERBS = ["-invites", "Invites", "takes  note", "--", "İ"]
EVERY = "lang=all&type=operative"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a test client over resolutions with odd values."""
    rows = [
        {"kind": "operative", "text": "a lamp", "verb": verb, "verbs": [verb]} for verb in VERBS
    ]
    lines = [
        {"symbol": f"X/{n}", "source": f"{n}.jsonl", "paragraphs": rows, **known}
        for n, known in enumerate(ODD)
    ]
    place = build(tmp_path_factory.mktemp("odd") / "index", lines)
    return create_app({"INDEX": place, "TESTING": True}).test_client()


def total(client: FlaskClient, url: str) -> int:
    """Return the total of the search at an address of any page."""
    answer = client.get(f"/search.json?{urlsplit(url).query}")
    assert answer.status_code == 200, url
    return int(answer.json["total"])  # type: ignore[index]


@pytest.mark.parametrize("name", [f.name for f in FACETS if f.shown and f.name != "lang"])
@pytest.mark.parametrize("order", ["", "&order=name"])
def test_links_of_a_facet(odd: FlaskClient, name: str, order: str) -> None:
    page = BeautifulSoup(odd.get(f"/facets/{name}?{EVERY}{order}").text, "html.parser")
    every = total(odd, f"?{EVERY}")
    rows = page.select("ul.values li")
    assert rows
    for row in rows:
        counted = row.select_one("span.count")
        assert counted is not None
        count = int(counted.text)
        if name == "type":
            continue  # selected already
        includes, excludes = (str(link["href"]) for link in row.find_all("a")[:2])
        assert total(odd, includes) == count, includes
        assert total(odd, excludes) == every - count, excludes


@pytest.mark.parametrize(
    "address",
    [
        *("/search?", "/search.csv?", "/matrix?rows=subject&columns=verb&", "/trend?by=verb&"),
        *("/matrix?rows=year&columns=session&", "/matrix.json?rows=body&columns=agenda&"),
        *("/search?year=--5&", "/search?year=-20240&", "/search?subject=---isms&verb=--invites&"),
        *("/search?session=--5&", "/search?group=resolution&", "/coverage?", "/?"),
    ],
)
def test_pages_with_odd_values(odd: FlaskClient, address: str) -> None:
    answer = odd.get(f"{address}{EVERY}")
    assert answer.status_code == 200
    links = BeautifulSoup(answer.text, "html.parser").select("a[href^='/search?']")
    assert {str(a["href"]) for a in links if odd.get(str(a["href"])).status_code >= 400} == set()


def test_cells_of_a_matrix(odd: FlaskClient) -> None:
    page = BeautifulSoup(odd.get(f"/matrix?rows=subject&columns=verb&{EVERY}").text, "html.parser")
    cells = [link for link in page.select("td a") if link.text.strip().isdecimal()]
    assert len(cells) > 20
    for cell in cells:
        assert total(odd, str(cell["href"])) == int(cell.text), cell


def test_what_is_suggested_can_be_asked(odd: FlaskClient) -> None:
    found = odd.get("/suggest.json?q=isms").json["suggestions"]  # type: ignore[index]
    urls = [one["url"] for one in found if one["kind"] == "subject"]
    assert [total(odd, f"{url}&lang=all") for url in urls] == [len(VERBS)] * len(urls)

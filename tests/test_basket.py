"""The basket: it resolves addresses to paragraphs and citations, and stores nothing."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from searchapp.exports.to_markdown import plain

OP2 = "http://localhost/resolutions/A/RES/79/144#op2"
OP3 = "http://localhost/resolutions/A/RES/69/28?q=views#op3"
LOST = "http://localhost/resolutions/A/RES/1/1#op1"


def shown(client: FlaskClient, *addresses: str) -> BeautifulSoup:
    answer = client.post("/basket", data={"addresses": "\n".join(addresses)})
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "lxml")


def words_of(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(element.get_text().split()) for element in page.select(selector)]


@pytest.mark.parametrize(
    ("addresses", "heading", "places", "lost"),
    [
        ([], "Basket", [], []),
        (
            [OP2, OP3, OP2],
            "Basket 2 paragraphs in 2 resolutions",
            ["A/RES/79/144 para. 2", "A/RES/69/28 para. 3"],
            [],
        ),
        (["A/RES/79/144#op1"], "Basket 1 paragraph in 1 resolution", ["A/RES/79/144 para. 1"], []),
        ([LOST, "<b>"], "Basket 0 paragraphs in 0 resolutions", [], [LOST, "<b>"]),
        (["A/RES/79/144"], "Basket 0 paragraphs in 0 resolutions", [], ["A/RES/79/144"]),
    ],
)
def test_addresses_lead_to_paragraphs(
    client: FlaskClient, addresses: list[str], heading: str, places: list[str], lost: list[str]
) -> None:
    page = shown(client, *addresses)

    assert words_of(page, "h1") == [heading]
    assert words_of(page, ".src h3") == places
    assert words_of(page, "main > ul.small li") == lost


def test_a_sub_paragraph_stands_below_its_chapeau(client: FlaskClient) -> None:
    page = shown(client, "A/RES/79/144#op2a")

    assert words_of(page, ".stem")[0].startswith("2. Also invites all Member States")


def test_citations_as_markdown(client: FlaskClient) -> None:
    answer = client.post("/basket.md", data={"addresses": f"{OP2}\n{OP3}"})

    assert answer.mimetype == "text/markdown"
    first, second, *_, last = answer.text.splitlines()
    assert first == (
        "- [General Assembly resolution 79/144, para. 2]"
        "(<http://localhost/resolutions/A/RES/79/144#op2>), "
        "Lighthouses and \\<harbours\\>, 17 December 2024"
    )
    assert second.startswith("- [General Assembly resolution 69/28, para. 3](<")
    assert last.startswith("2 paragraphs exported. Index of 12 November 2026:")


def test_paragraphs_as_csv(client: FlaskClient) -> None:
    answer = client.post("/basket.csv", data={"addresses": OP2})

    assert (answer.mimetype, answer.text.count("\r\n")) == ("text/csv", 3)
    assert "A/RES/79/144#op2,A/RES/79/144" in answer.text


@pytest.mark.parametrize("address", ["/basket", "/basket.csv", "/basket.md"])
@pytest.mark.parametrize(
    "addresses", ["\n".join(f"A/RES/79/144#op{n}" for n in range(501)), "x" * 200_000]
)
def test_more_than_a_basket_holds_is_refused(
    client: FlaskClient, address: str, addresses: str
) -> None:
    answer = client.post(address, data={"addresses": addresses})

    assert answer.status_code == 413
    assert "The request is too large" in answer.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peace", "Peace"),
        ("[a](javascript:b)", r"\[a\](javascript:b)"),
        ("<b> *x*\n# y", r"\<b\> \*x\* \# y"),
    ],
)
def test_no_sign_of_a_text_means_anything_to_markdown(text: str, expected: str) -> None:
    assert plain(text) == expected

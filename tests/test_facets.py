"""The facets on the page: expandable lists, spans, dates, languages, and the page of all values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import build
from flask import Flask
from flask.testing import FlaskClient

from searchapp import create_app
from searchapp.query.facets import BY_NAME, FACETS, natural

VERBS = ["invites", "takes note", "takes note with appreciation", "recalling", "noting"]


def resolution(symbol: str, verbs: list[str], **known: Any) -> dict[str, Any]:
    rows = [
        {"id": f"{symbol}#op{n}", "kind": "operative", "text": f"lamp {verb}", "verb": verb}
        for n, verb in enumerate(verbs, 1)
    ]
    return {"symbol": symbol, "source": f"{symbol}.xml", "paragraphs": rows, "body": "ga", **known}


MANY = [
    resolution(
        "A/RES/79/1",
        VERBS,
        session="79",
        year=2024,
        adopted="2024-12-17",
        agenda_items=["75 (a)", "9"],
        subjects=[f"SUBJECT {n}" for n in range(40)] + ["ÉNERGIE"],
    ),
    resolution("A/RES/78/2", ["invites"], session="78", year=2023, agenda_items=["9"], vote={}),
    resolution("A/RES/78/2@fr", ["invite"], session="78", year=2023, language="fr")
    | {"symbol": "A/RES/78/2"},
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    place = build(tmp_path_factory.mktemp("facets") / "index", MANY)
    return create_app({"INDEX": place, "TESTING": True})


def soup(client: FlaskClient, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return BeautifulSoup(response.text, "html.parser")


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in page.select(selector)]


def test_heads_open_to_exact_verbs_in_two_lists(client: FlaskClient) -> None:
    page = soup(client, "/search?q=lamp")

    assert texts(page, ".facet h3") == ["Operative", "Preambular"]
    rows = "label:has(input:is([name=head], [name=verb]))"
    assert texts(page, rows) == [
        "invites 2",
        "takes note 2",
        "takes note 1",
        "takes note with appreciation 1",
        "noting 1",
        "recalling 1",
    ]
    assert texts(page, ".below > summary") == ["2 forms of takes note"]
    assert not page.select(".below[open]")
    chosen = soup(client, "/search?q=lamp&verb=takes+note+with+appreciation")
    assert chosen.select(".below[open] input[checked]")


def test_a_head_takes_in_all_its_forms(client: FlaskClient) -> None:
    assert texts(soup(client, "/search?head=takes+note"), "h1") == ["2 paragraphs in 1 resolution"]
    without = "/search?head=takes+note&verb=-takes+note+with+appreciation"
    assert texts(soup(client, without), "h1") == ["1 paragraph in 1 resolution"]
    either = soup(client, "/search?head=takes+note&verb=invites")
    assert texts(either, "h1") == ["4 paragraphs in 2 resolutions"]
    assert texts(either, ".chip") == [
        "invites ✕ remove this filter",
        "takes note, all variants ✕ remove this filter",
    ]


def test_rare_facets_are_closed_until_chosen(client: FlaskClient) -> None:
    def closed(address: str) -> set[str]:
        return set(texts(soup(client, address), ".facet:not([open]) > summary"))

    assert closed("/search?q=lamp") == {"Agenda item", "Subject", "Vote", "Language"}
    assert closed("/search?q=lamp&agenda=9&lang=all") == {"Subject", "Vote"}


def test_a_long_list_leads_to_all_of_its_values(client: FlaskClient) -> None:
    page = soup(client, "/search?q=lamp&sort=newest")
    (link,) = page.select("a[href^='/facets/subject']")

    assert link.text == "All 41 values"
    assert link["href"] == "/facets/subject?q=lamp&sort=newest"
    assert len(page.select("input[name=subject]")) == 30
    assert "24 more" in texts(page, ".more > summary")


def test_all_values_of_a_facet(client: FlaskClient) -> None:
    by_name = soup(client, "/facets/agenda?q=lamp&order=name")

    assert texts(by_name, ".values li") == ["9 6 not 9", "75 (a) 5 not 75 (a)"]
    assert [str(a["href"]) for a in by_name.select(".values a")] == [
        "/facets/agenda?q=lamp&agenda=9&order=name",
        "/facets/agenda?q=lamp&agenda=-9&order=name",
        "/facets/agenda?q=lamp&agenda=75+%28a%29&order=name",
        "/facets/agenda?q=lamp&agenda=-75+%28a%29&order=name",
    ]
    found = soup(client, "/facets/subject?find=energie")
    assert texts(found, "h1") == ["Subject 1 value containing “energie”"]
    assert texts(found, ".values a:first-child") == ["ÉNERGIE"]
    nothing = soup(client, "/facets/subject?find=xyzzy")
    assert texts(nothing, "main p.near") == ["No value contains “xyzzy”."]
    assert len(soup(client, "/facets/subject").select(".values li")) == 41


def test_all_values_show_what_is_chosen(client: FlaskClient) -> None:
    page = soup(client, "/facets/verb?verb=invites&verb=-recalling&verb=forgets&find=i")

    assert texts(page, ".values li:has(small)") == [
        "invites selected 2 not invites",
        "recalling excluded 1 undo recalling",
    ]
    assert texts(page, "a[href^='/search?verb']") == ["show 2 paragraphs"]
    chip = page.select(".chip")[0]
    assert chip["href"] == "/facets/verb?verb=-recalling&verb=forgets&find=i"


def test_all_verbs_stand_below_their_heads(client: FlaskClient) -> None:
    page = soup(client, "/facets/verb?q=lamp&order=name")

    assert texts(page, "h2") == ["Operative", "Preambular"]
    assert texts(page, ".values .row > a:first-child") == [
        "invites",
        "takes note",
        "takes note",
        "takes note with appreciation",
        "noting",
        "recalling",
    ]
    assert texts(page, ".values .values a, .values li li .row > a:first-child") == [
        "takes note",
        "takes note with appreciation",
    ]
    assert texts(page, ".tools [aria-current]") == ["By name", "Lead verb"]
    found = soup(client, "/facets/verb?q=lamp&find=appreciation")
    assert texts(found, ".values .row > a:first-child") == [
        "takes note",
        "takes note with appreciation",
    ]


@pytest.mark.parametrize("facet", [facet.name for facet in FACETS if facet.shown])
@pytest.mark.parametrize("query", ["", "?q=lamp&order=name", "?q=xyzzy&year=2010..2020"])
def test_every_facet_has_a_page_and_its_json(client: FlaskClient, facet: str, query: str) -> None:
    assert client.get(f"/facets/{facet}{query}").status_code == 200
    data = client.get(f"/facets/{facet}.json{query}").get_json()
    assert (data["name"], data["title"]) == (facet, BY_NAME[facet].title)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/facets/nonsense", 404),
        ("/facets/verbs", 404),
        ("/facets/nonsense.json", 404),
        ("/facets/verb?q=(a", 400),
        ("/facets/verb?year=soon", 400),
    ],
)
def test_wrong_addresses(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_a_search_among_values_leads_to_their_page(client: FlaskClient) -> None:
    sent = "/search?find_subject=éner&find_session=&q=lamp&year_from=&lang=en"
    response = client.get(sent)

    assert response.status_code == 302
    assert response.location == "/facets/subject?q=lamp&find=%C3%A9ner"
    assert client.get("/search?find_nonsense=x&q=lamp").status_code == 200


def test_languages_are_summed_however_many(tmp_path: Path) -> None:
    codes = [f"{a}{b}" for a in "xyz" for b in "abcdefghijklm"]
    many = [resolution(f"A/RES/78/2@{code}", ["invites"], language=code) for code in codes]
    place = build(tmp_path / "index", [{**each, "symbol": "A/RES/78/2"} for each in many])
    client = create_app({"INDEX": place}).test_client()

    for lang, row in (("all", "All languages 39"), (codes[-1], f"{codes[-1]} 1")):
        page = soup(client, f"/search?q=lamp&lang={lang}")
        assert texts(page, "li:has(input[name=lang][checked])") == [row]


def test_languages(client: FlaskClient) -> None:
    page = soup(client, "/search?q=lamp")

    assert texts(page, "li:has(input[name=lang])") == ["English 6", "French 1", "All languages 7"]
    assert [str(tag["value"]) for tag in page.select("input[name=lang][checked]")] == ["en"]
    french = soup(client, "/search?q=lamp&lang=fr")
    assert texts(french, "h1") == ["1 paragraph in 1 resolution"]
    assert [str(tag["value"]) for tag in french.select("input[name=lang][checked]")] == ["fr"]


def test_every_language_keeps_the_search(client: FlaskClient) -> None:
    page = soup(client, "/facets/lang?q=lamp&lang=fr&find=e")

    assert [(a.text, a["href"]) for a in page.select(".values a")] == [
        ("English", "/facets/lang?q=lamp&find=e"),
        ("French", "/facets/lang?q=lamp&lang=all&find=e"),
        ("All languages", "/facets/lang?q=lamp&lang=all&find=e"),
    ]


def test_the_links_of_values_lead_to_the_search_where_that_is_asked(client: FlaskClient) -> None:
    """Selections in the side form narrow the search that is shown."""
    query = "q=lamp&verb=noting&order=name"
    page = soup(client, f"/facets/verb?{query}&find=invi&links=search")

    assert [str(a["href"]) for a in page.select(".values a")] == [
        "/search?q=lamp&verb=noting&verb=invites",
        "/search?q=lamp&verb=noting&verb=-invites",
    ]
    assert soup(client, f"/facets/verb?{query}&links=x") == soup(client, f"/facets/verb?{query}")


def test_dates_of_adoption(client: FlaskClient) -> None:
    page = soup(client, "/search?q=lamp&adopted_from=2024-12-17&adopted_to=2024-12-17")

    assert texts(page, "h1") == ["5 paragraphs in 1 resolution"]
    assert [str(tag["value"]) for tag in page.select("input[type=date]")] == ["2024-12-17"] * 2
    assert client.get("/search?q=lamp&adopted_from=2024-02-30").status_code == 400


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["75 (b)", "9", "75 (a)", "120"], ["9", "75 (a)", "75 (b)", "120"]),
        (["b2", "B10", "a"], ["a", "b2", "B10"]),
        (["²", "1", "Ⅷ", ""], ["", "1", "²", "ⅷ"]),
    ],
)
def test_natural_order(values: list[str], order: list[str]) -> None:
    assert [value.casefold() for value in sorted(values, key=natural)] == [
        value.casefold() for value in order
    ]

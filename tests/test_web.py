"""The pages and data for readers and programs: addresses, texts, headers, valid HTML."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from conftest import HELD, SAMPLE, build
from flask import Flask
from flask.testing import FlaskClient

import searchapp
from searchapp import create_app
from searchapp.backends.whoosh import WhooshBackend
from searchapp.exports.to_csv import COLUMNS, harmless
from searchapp.query.query import Query
from searchapp.search.results import FacetResult, FacetValue
from searchapp.web.views.year_chart import years_view

PAGES = [
    "/",
    "/search?q=invites+all+member+states",
    "/search?q=invites&group=resolution",
    "/search?q=invites&verb=-requests&verb=invites&verbs=any&year=2010..2024&session=79",
    "/search?type=operative&sort=oldest&limit=1&page=2",
    "/search?lang=all&q=lamp&adopted_from=2024-01-01&adopted_to=2024-12-31",
    "/search?q=zeppelin+lighthouses&session=69",
    "/search?session=12",
    "/search?q=%22%3Cscript%3E%22+%3Cb%3E",
    "/search?q=%22abc",
    "/resolutions/A/RES/79/144",
    "/resolutions/A/RES/79/144?q=lighthouses",
    "/resolutions/S/RES/2577(2021)",
    "/resolutions/A/RES/1/1",
    "/basket",
    "/matrix?q=invites",
    "/trend?q=invites&by=verb",
    "/coverage",
    "/help",
    "/nowhere",
]


def soup(client: FlaskClient, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).text, "lxml")


def text_of(client: FlaskClient, address: str, selector: str) -> list[str]:
    found = soup(client, address).select(selector)
    return [cells(element) for element in found]


def cells(element: Tag) -> str:
    """Return the words of an element, with spaces between the cells of a row."""
    if element.name == "tr":
        return " ".join(cells(cell) for cell in element.find_all(["td", "th"]))
    return " ".join(element.get_text().split())


@pytest.mark.parametrize(
    ("address", "status", "kind"),
    [
        ("/", 200, "text/html"),
        ("/search?q=invites", 200, "text/html"),
        ("/search?q=zeppelin", 200, "text/html"),
        ("/search.json?q=invites", 200, "application/json"),
        ("/search.csv?q=invites", 200, "text/csv"),
        ("/search.json", 200, "application/json"),
        ("/search.csv", 200, "text/csv"),
        ("/resolutions/A/RES/79/144", 200, "text/html"),
        ("/resolutions/A/RES/79/144.json", 200, "application/json"),
        ("/resolutions/A/RES/1/1", 404, "text/html"),
        ("/resolutions/A/RES/1/1.json", 404, "application/json"),
        ("/resolutions//", 404, "text/html"),
        ("/coverage", 200, "text/html"),
        ("/coverage.json", 200, "application/json"),
        ("/help", 200, "text/html"),
        ("/help.json", 200, "application/json"),
        ("/facets/verb?q=invites", 200, "text/html"),
        ("/healthz", 200, "application/json"),
        ("/static/style.css", 200, "text/css"),
        ("/static/app.js", 200, "text/javascript"),
        ("/static/favicon.svg", 200, "image/svg+xml"),
        ("/nowhere", 404, "text/html"),
        ("/nowhere.json", 404, "application/json"),
        ("/search?q=%22abc", 400, "text/html"),
        ("/search.json?q=%22abc", 400, "application/json"),
        ("/search.csv?q=%22abc", 400, "application/json"),
        ("/search?q=a&sort=colour", 400, "text/html"),
        ("/search?q=a&page=0", 400, "text/html"),
        ("/search.json?q=a&limit=101", 400, "application/json"),
        ("/search?type=foo", 400, "text/html"),
        ("/search.json?type=-foo", 400, "application/json"),
        ("/search.csv?type=foo", 400, "application/json"),
        ("/search?year=2022..2021", 400, "text/html"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_address_answers(
    client: FlaskClient, method: str, address: str, status: int, kind: str
) -> None:
    response = client.open(address, method=method, buffered=True)

    assert (response.status_code, response.mimetype) == (status, kind)
    assert (method == "HEAD") == (response.data == b"")


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/search", "/"),
        ("/search?q=&page=3", "/"),
        ("/search?q=69/28", "/resolutions/A/RES/69/28"),
        ("/search?q=resolution+69/28+para.+3", "/resolutions/A/RES/69/28#op3"),
        ("/search?q=69/28+para.+99", "/resolutions/A/RES/69/28"),
        ("/search?q=A/RES/79/144%23op2z", "/resolutions/A/RES/79/144#op2"),
        ("/search?q=lamp&year_from=2020&year_to=2010", "/search?q=lamp&year=2010..2020"),
        ("/search.json?q=69/28+para.+3", "/resolutions/A/RES/69/28.json"),
        ("/resolutions/A/RES/69/28/", "/resolutions/A/RES/69/28"),
        ("/search?q=S/RES/2577+(2021)", "/resolutions/S/RES/2577(2021)"),
        ("/search?q=lamp&session=&verbs=", "/search?q=lamp"),
        ("/search?q=lamp&year_from=2010&year_to=2020", "/search?q=lamp&year=2010..2020"),
        ("/search?q=lamp&year_from=2024&year_to=2024", "/search?q=lamp&year=2024"),
        ("/search?q=invites&page=99", "/search?q=invites"),
        ("/resolutions/69/28", "/resolutions/A/RES/69/28"),
        ("/resolutions/a/res/69/28?q=states", "/resolutions/A/RES/69/28?q=states"),
        ("/resolutions/69/28.json", "/resolutions/A/RES/69/28.json"),
    ],
)
def test_leads_to_the_clean_address(client: FlaskClient, address: str, target: str) -> None:
    response = client.get(address)

    assert response.status_code == 302
    assert response.location.replace("%2F", "/") == target


def test_a_symbol_that_is_not_held_is_searched_for(client: FlaskClient) -> None:
    assert client.get("/search?q=1/1").status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_html_is_valid(client: FlaskClient, address: str) -> None:
    page = client.get(address).text

    html5lib.HTMLParser(strict=True).parse(page)
    ids = [element["id"] for element in BeautifulSoup(page, "lxml").select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", PAGES)
def test_nothing_comes_from_elsewhere(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    page = BeautifulSoup(response.text, "lxml")

    loaded = [element.get("src") or element.get("href") for element in page.select("[src], link")]
    left = {str(a["href"]) for a in page.select("a[href*='//']")}
    assert not [place for place in loaded if "//" in str(place)]
    assert all(address.startswith("https://undocs.org/en/") for address in left)
    assert [script["src"] for script in page.select("script")] == ["/static/app.js?v=0.1.0"]
    assert page.select("style, [style], [onclick]") == []
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_that_texts_are_machine_read(client: FlaskClient, address: str) -> None:
    (line,) = text_of(client, address, ".foot p:first-child")

    assert line.startswith("Extracted automatically from the official texts; there may be errors.")


def test_a_page_of_results(client: FlaskClient) -> None:
    address = "/search?q=invites+all+member+states"

    assert text_of(client, address, "h1") == ["3 paragraphs in 2 resolutions"]
    assert text_of(client, address, "head title") == [
        "invites all member states: 3 paragraphs – Clause by clause"
    ]
    hits = dict(
        zip(text_of(client, address, ".src h3"), text_of(client, address, ".clause"), strict=True)
    )
    assert hits["A/RES/69/28 para. 3"] == (
        "Invites all Member States to inform the Secretary-General of their views;"
    )
    assert "A/RES/79/144 para. 2" in hits
    assert text_of(client, address, "mark")[0].lower().startswith("invites")
    cited = [str(field["value"]) for field in soup(client, address).select(".cite")]
    assert "General Assembly resolution 69/28, para. 3" in cited
    (link,) = soup(client, address).select("a[href$='#op3']")
    assert link["href"] == "/resolutions/A/RES/69/28?q=invites+all+member+states#op3"
    assert "1 sub-paragraph" in text_of(client, address, ".acts a")


def test_a_sub_paragraph_stands_below_its_chapeau(client: FlaskClient) -> None:
    address = "/search?q=towers"

    assert text_of(client, address, ".stem") == [
        "2. Also invites all Member States and the keepers of lighthouses:"
    ]
    assert text_of(client, address, ".clause") == [
        "(a) To paint their towers with <script>alert(1)</script> & care;"
    ]
    (badge,) = text_of(client, address, ".src p:last-child")
    assert badge == "Operative invites (inherited)"


def test_hostile_words_and_texts_are_only_text(client: FlaskClient) -> None:
    words = '"><script>alert(2)</script> towers'
    page = client.get("/search", query_string={"q": words})

    assert "<script>" not in page.text
    assert "<script>" not in client.get("/resolutions/A/RES/79/144").text
    assert "Lighthouses and &lt;harbours&gt;" in client.get("/search?q=lamp").text


def test_grouped_results_show_each_resolution_whole(client: FlaskClient) -> None:
    address = "/search?q=invites+all+member+states&group=resolution"

    assert text_of(client, address, "h1") == ["2 resolutions with 3 paragraphs"]
    assert sorted(text_of(client, address, ".src h3")) == [
        "A/RES/69/28 2 paragraphs",
        "A/RES/79/144 1 paragraph",
    ]


def facet_links(client: FlaskClient, address: str, name: str) -> dict[str, str]:
    items = soup(client, address).select(f"li:has(input[name={name}])")
    return {str(i.select("input")[0]["value"]): str(i.select("a.not")[0]["href"]) for i in items}


def test_facets_narrow_and_exclude(client: FlaskClient) -> None:
    found = "/search?q=invites&verb=invites"
    counts = text_of(client, found, "li:has(input[name=verb])")

    assert counts == ["invites 2 not invites", "requests 1 not requests"]
    assert facet_links(client, found, "verb")["requests"] == (
        "/search?q=invites&verb=invites&verb=-requests"
    )
    excluded = "/search?q=invites&verb=-requests"
    assert text_of(client, excluded, "h1") == ["2 paragraphs in 2 resolutions"]
    assert text_of(client, excluded, ".chip") == ["not: requests ✕remove this filter"]
    assert text_of(client, excluded, ".out s") == ["requests"]
    assert facet_links(client, excluded, "verb")["-requests"] == "/search?q=invites"


def test_the_form_carries_what_it_has_no_field_for(client: FlaskClient) -> None:
    address = "/search?q=invites&sort=newest&head=invites&lang=all&adopted_from=2000-01-01"
    hidden = soup(client, address).select("#find input[type=hidden]")

    assert {(str(i["name"]), str(i["value"])) for i in hidden} == {("sort", "newest")}
    chosen = soup(client, address).select("#find input:is([checked], [type=date])")
    assert [(str(i["name"]), str(i["value"])) for i in chosen] == [
        ("adopted_from", "2000-01-01"),
        ("adopted_to", ""),
        ("verbs", ""),
        ("head", "invites"),
        ("lang", "all"),
    ]


@pytest.mark.parametrize(
    ("years", "labels"),
    [
        (range(2023, 2026), ["2023", "2024", "2025"]),
        (range(2001, 2019), ["2001–2005", "2006–2010", "2011–2015", "2016–2018"]),
        ([2014], []),
        ([1, 9999], ["1–500", "501–1000"]),
    ],
)
def test_bars_of_years(app: Flask, years: Any, labels: list[str]) -> None:
    values = tuple(FacetValue(str(year), str(year), 1) for year in years)
    with app.test_request_context():
        view = years_view(Query(words="a"), FacetResult("year", "Year", values))

    assert [bar.label for bar in view.bars][: len(labels) or None] == labels
    assert len(view.bars) <= 20


def test_nothing_found_explains_itself(client: FlaskClient) -> None:
    address = "/search?q=zeppelin+lighthouses&session=79"

    assert text_of(client, address, "h1") == ["No paragraph contains all of these words"]
    assert text_of(client, address, "tbody tr") == ["zeppelin none none", "lighthouses 2 2"]
    assert "3 indexed resolutions in English: General Assembly, sessions 69, 79 (2014, 2024)" in (
        " ".join(text_of(client, address, "main p.small"))
    )
    assert "zeppelin OR" not in client.get(address).text


def test_nothing_found_suggests_a_word_of_the_index(client: FlaskClient) -> None:
    (way,) = text_of(client, "/search?q=lighthuoses", ".near:has(a[href*=lighthouses])")

    assert way == "Did you mean lighthouses (2 paragraphs)?"


def test_nothing_found_for_filters_leads_to_the_same_without_them(client: FlaskClient) -> None:
    ways = text_of(client, "/search?q=lamp&session=69", ".list li")

    assert ways == ["The same, without filters 1 paragraph"]


def test_json_of_a_search(client: FlaskClient) -> None:
    data = client.get("/search.json?q=invites+all&verb=invites&limit=1").get_json()

    assert list(data) == [
        *("total", "resolutions", "hits", "facets", "query", "page", "pages", "took_ms"),
    ]
    assert (data["total"], data["resolutions"], data["pages"]) == (2, 2, 2)
    (hit,) = data["hits"]
    assert {"id", "kind", "text", "symbol", "title", "session", "year", "adopted"} <= set(hit)
    assert "<mark>" in hit["html"]
    assert {"session", "year", "type", "verb", "body"} <= set(data["facets"])
    assert list(data["facets"]["verb"][0]) == ["value", "label", "count", "selected", "excluded"]


def test_csv_holds_every_hit_and_says_what_was_searched(client: FlaskClient) -> None:
    response = client.get("/search.csv?q=lamp+OR+invites&sort=newest")
    text = response.data.decode("utf-8")

    assert text.startswith("\ufeffid,symbol,title")
    head, *rows, last = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert tuple(head) == COLUMNS
    assert len(rows) == 4
    by_id = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    lamp = by_id["A/RES/79/144#annex1-1"]
    assert lamp["text"] == "'=A lamp burns from dusk to dawn."
    assert lamp["citation"] == "General Assembly resolution 79/144, annex, para. 1"
    assert lamp["url"] == "http://localhost/resolutions/A/RES/79/144#annex1-1"
    assert "".join(last) == (
        "4 paragraphs found. Index of 12 November 2026: 3 indexed resolutions in English: "
        "General Assembly, sessions 69, 79 (2014, 2024); Security Council, 2021."
    )


def test_csv_says_that_it_was_cut(place: str) -> None:
    app = create_app({"INDEX": place, "CSV_ROWS": 1})
    text = app.test_client().get("/search.csv?q=invites").text

    assert len(list(csv.reader(io.StringIO(text)))) == 3
    assert "Truncated at 1 rows: narrow the search. 3 paragraphs found." in text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@A1", "'@A1"),
        ("\tx", "'\tx"),
        ("  =1", "'  =1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("a=b", "a=b"),
        (2014, 2014),
        (None, ""),
    ],
)
def test_a_cell_is_never_a_formula(value: Any, shown: Any) -> None:
    assert harmless(value) == shown


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("type", "-Operative", "-operative"),
        ("verb", "Invites", "invites"),
        ("head", "Takes Note", "takes note"),
        ("body", "-GA", "-ga"),
        ("body", "Security Council", "sc"),
        ("session", "LXXVIII", "78"),
        ("session", "-078", "-78"),
        ("session", "s-xxvi", "S-26"),
        ("session", "es-10", "ES-10"),
        ("session", "first", "first"),
    ],
)
def test_filters_are_read_in_any_case(name: str, given: str, kept: str) -> None:
    query = Query.make("peace", **{name: given})

    assert query.values(name) == (kept,)
    assert Query.from_args(query.to_args()) == query


def test_a_resolution_without_a_symbol_is_marked_and_grouped(tmp_path: Path) -> None:
    texts = [{"text": "Lamps burn."}, {"text": "Two lamps burn."}, {"text": "None."}]
    named = {"symbol": "A/RES/69/28", "source": "a", "paragraphs": [{"text": "Lamps."}]}
    held = [{"source": "no symbol", "paragraphs": texts}, named]
    client = create_app({"INDEX": build(tmp_path / "i", held)}).test_client()
    grouped = "/search?q=lamps&group=resolution"
    counts = [words[-12:] for words in text_of(client, grouped, ".src h3")]
    (page,) = [a for a in soup(client, grouped).select(".src h3 a") if "/x-" in str(a["href"])]

    assert sorted(counts) == [" 1 paragraph", "2 paragraphs"]
    assert page.get_text() == "No symbol"
    assert text_of(client, str(page["href"]), ".sheet strong") == ["No symbol"]
    assert len(text_of(client, str(page["href"]), ".para mark")) == 2


def test_a_very_long_query_is_cut_on_its_error_page(client: FlaskClient) -> None:
    words = "word%20" * 200 + '"abc'
    (shown,) = text_of(client, f"/search?q={words}", ".query")

    assert len(shown) < 500
    assert len(client.get("/search?q=" + "a" * 9000).text) < 9000


def test_a_wrong_query_shows_the_place(client: FlaskClient) -> None:
    page = client.get('/search?q=states+"abc')
    data = client.get('/search.json?q=states+"abc').get_json()

    assert page.status_code == 400
    assert set(data) == {"error", "position"}
    assert data["error"] in BeautifulSoup(page.text, "lxml").get_text()
    assert text_of(client, '/search?q=states+"abc', ".query mark") == ['"']
    (box,) = BeautifulSoup(page.text, "lxml").select("input[type=search]")
    assert box["value"] == 'states "abc'


@pytest.mark.parametrize("address", ["/", "/search?q=a", "/resolutions/A/RES/1/1", "/coverage"])
def test_without_an_index_there_is_a_sentence(tmp_path: Path, address: str) -> None:
    client = create_app({"INDEX": str(tmp_path / "none")}).test_client()
    page = client.get(address)

    assert page.status_code == 503
    assert "searchapp index" in page.text
    html5lib.HTMLParser(strict=True).parse(page.text)
    assert client.get("/healthz").status_code == 503
    assert client.get("/help").status_code == 200


def test_an_index_that_is_made_later_is_found(tmp_path: Path) -> None:
    client = create_app({"INDEX": str(tmp_path / "later")}).test_client()

    assert client.get("/").status_code == 503
    build(tmp_path / "later", HELD)
    assert client.get("/").status_code == 200


def test_pages_are_only_read(client: FlaskClient) -> None:
    response = client.post("/search")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "read-only" in response.text


def test_a_failure_is_a_page_without_its_details(place: str) -> None:
    app = create_app({"INDEX": place})
    app.add_url_rule("/broken", view_func=lambda: str(1 // 0))
    page = app.test_client().get("/broken")

    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text
    assert "ZeroDivisionError" not in page.text


@pytest.mark.parametrize(
    "address", ["/search?q=invites", "/search.json?q=invites", "/resolutions/A/RES/79/144"]
)
def test_an_unchanged_page_is_not_sent_again(client: FlaskClient, address: str) -> None:
    tag = client.get(address).headers["ETag"]

    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(address + "?q=x", headers={"If-None-Match": tag}).status_code != 304


def test_coverage_names_what_could_not_be_read(client: FlaskClient) -> None:
    data = client.get("/coverage.json").get_json()

    assert text_of(client, "/coverage", "tbody tr") == [
        "General Assembly English sessions 69, 79 (2014, 2024) 2 8",
        "Security Council English 2021 1 1",
        "broken.pdf A PDF without text.",
    ]
    assert (data["resolutions"], data["paragraphs"], data["files"]) == (3, 9, 4)
    assert data["failures"] == [{"path": "broken.pdf", "failure": "A PDF without text."}]


def test_the_start_page_counts_verbs(client: FlaskClient) -> None:
    verbs = text_of(client, "/", ".verbs li")

    assert verbs == [
        "invites 3",
        "decides 1",
        "requests 1",
        "takes note 1",
        "all 4",
    ]


def test_every_example_can_be_searched_for(client: FlaskClient) -> None:
    links = [str(a["href"]) for page in ("/", "/help") for a in soup(client, page).select("main a")]

    answers = {link: client.get(link).status_code for link in links if "/search" in link}
    assert answers
    assert set(answers.values()) <= {200, 302}


def test_the_sample_is_named_as_such(tmp_path: Path) -> None:
    client = create_app({"INDEX": build(tmp_path / "i", [SAMPLE])}).test_client()

    for address in ("/", "/search?q=lamps", "/resolutions/A/RES/80/901", "/coverage"):
        assert "Sample texts, invented for demonstration" in client.get(address).text
    assert "Invented sample" in client.get("/search?q=lamps").text
    assert "undocs.org" not in client.get("/resolutions/A/RES/80/901").text


def test_keys_of_any_shape_have_a_page(tmp_path: Path) -> None:
    odd = [
        {"symbol": symbol, "source": symbol, "paragraphs": [{"text": "Lamps."}]}
        for symbol in ("/x//y?#", "a b%2F", "été.json", "A/RES/1/1@x")
    ]
    odd.append({"source": "no symbol", "paragraphs": [{"text": "Lamps without a symbol."}]})
    client = create_app({"INDEX": build(tmp_path / "i", odd)}).test_client()
    links = [str(a["href"]) for a in soup(client, "/search?q=lamps").select(".src h3 a")]

    assert len(links) == 5
    assert {client.get(link).status_code for link in links} == {200}


def test_importing_the_package_loads_no_web() -> None:
    code = "import searchapp, sys; sys.exit('flask' in sys.modules or 'whoosh' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_package_has_a_version_and_a_factory() -> None:
    assert searchapp.__version__ == "0.1.0"
    assert searchapp.create_app is create_app
    with pytest.raises(AttributeError):
        searchapp.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/search?q=A/RES/79/144", "/resolutions/A/RES/79/144"),
        ("/search?q=79/144+op2", "/resolutions/A/RES/79/144#op2"),
        ("/search.json?q=A/RES/79/144", "/resolutions/A/RES/79/144.json"),
    ],
)
def test_a_way_to_a_resolution_is_found_without_reading_it(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, asked: str, address: str
) -> None:
    monkeypatch.setattr(WhooshBackend, "resolution", None)

    assert client.get(asked).headers["Location"] == address

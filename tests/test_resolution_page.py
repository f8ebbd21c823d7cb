"""A resolution's page: folded preamble, matches, notes, links, votes, citations of each part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from conftest import LIGHTHOUSES, SAMPLE, build
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from searchapp import create_app
from searchapp.model.citation_form import citation, place
from searchapp.model.document import Block, Note
from searchapp.model.resolution import Paragraph, Resolution
from searchapp.parsing import parse
from searchapp.parsing.footnotes import with_notes
from searchapp.readers import read
from searchapp.readers.inline import CALL, clean, with_places
from searchapp.search.highlight import Element, mark
from searchapp.web.views.outline import classified

WELLS: dict[str, Any] = {
    "symbol": "A/RES/79/640",
    "body": "ga",
    "session": "79",
    "adopted": "2024-12-17",
    "title": "Drinking water on small islands",
    "sponsors": ["Chad", "Fiji", "Mali", "Peru"],
    "vote": {"for": ["Chad", "Fiji"], "against": ["Peru"], "abstaining": 31},
    "inferred": ["session"],
    "source": "wells.xml",
    "paragraphs": [
        {
            "id": "A/RES/79/640#pp1",
            "kind": "preambular",
            "text": "Recalling resolutions 78/602 of 19 December 2023 and 51/36, on wells,",
            "phrase": "Recalling",
            "verb": "recalling",
            "basis": "mark-up",
            "cites": [
                {"symbol": "A/RES/78/602", "verb": "recalling", "start": 22, "end": 28},
                {"symbol": "A/HRC/RES/51/36", "verb": "recalling", "start": 53, "end": 58},
            ],
        },
        {
            "id": "A/RES/79/640#pp2",
            "kind": "preambular",
            "text": "Noting that one well in five is dry, and that records are kept on paper,",
            "phrase": "Noting",
            "verb": "noting",
            "basis": "phrase",
            "notes": [
                {"mark": "1", "text": "A/79/402, table 3.", "place": 36},
                {"mark": "2", "text": "Resolution 78/602."},
            ],
        },
        {
            "id": "A/RES/79/640#op1",
            "kind": "operative",
            "number": "1",
            "text": "Invites all States to measure each well, and encourages them to report:",
            "phrase": "Invites",
            "verb": "invites",
            "verbs": ["invites", "encourages"],
            "basis": "number",
        },
        {
            "id": "A/RES/79/640#op1a",
            "kind": "operative",
            "number": "1 (a)",
            "level": 2,
            "parent": "A/RES/79/640#op1",
            "text": "With the depth of the well:",
            "verb": "invites",
            "inherited": True,
            "basis": "number",
        },
        {
            "id": "A/RES/79/640#op1ai",
            "kind": "operative",
            "number": "1 (a) (i)",
            "level": 3,
            "parent": "A/RES/79/640#op1a",
            "text": "In metres;",
            "verb": "invites",
            "inherited": True,
            "basis": "inherited",
        },
        {
            "id": "A/RES/79/640#annex1-4",
            "kind": "annex",
            "number": "4",
            "text": "An entry gives the place of the well.",
            "annex": "Annex",
        },
        {"id": "A/RES/79/640#u1", "text": "Wells | 12"},
    ],
}


def other(symbol: str, language: str = "en", **fields: Any) -> dict[str, Any]:
    """Return a resolution of one paragraph, as the target of links."""
    rows = [{"kind": "operative", "text": "Decides."}]
    source = f"{symbol}.{language}"
    return {"symbol": symbol, "language": language, "source": source, "paragraphs": rows, **fields}


HELD = (
    WELLS,
    other("A/RES/78/602"),
    other("A/RES/79/640", "fr"),
    other("A/RES/79/640", "ar"),
    other("A/RES/79/640/Corr.1"),
    other("A/RES/79/640/Corr.2", "fr"),
    other("A/RES/79/6401"),
    LIGHTHOUSES,
    SAMPLE,
)
WELLS_PAGE = "/resolutions/A/RES/79/640"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app({"INDEX": build(tmp_path_factory.mktemp("wells") / "i", HELD)}).test_client()


def page_of(resolution: dict[str, Any], folder: Path, query: str = "") -> BeautifulSoup:
    """Return the page of a resolution that is alone in its index; the page must be valid HTML."""
    app = create_app({"INDEX": build(folder / "i", [{"source": "a", **resolution}])})
    html = app.test_client().get(f"/resolutions/{resolution['symbol']}{query}").text
    html5lib.HTMLParser(strict=True).parse(html)
    return BeautifulSoup(html, "lxml")


def soup(client: FlaskClient, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).text, "lxml")


def text(element: Tag) -> str:
    return " ".join(element.get_text().split())


def texts(page: Tag, selector: str) -> list[str]:
    return [text(element) for element in page.select(selector)]


def facts(page: Tag) -> dict[str, str]:
    return dict(zip(texts(page, ".facts dt"), texts(page, ".facts dd"), strict=True))


def links(page: Tag, selector: str) -> dict[str, str]:
    return {text(a): str(a["href"]) for a in page.select(selector)}


# The page as a whole ------------------------------------------------------------------------------


def test_what_is_known_of_a_resolution(client: FlaskClient) -> None:
    page = soup(client, "/resolutions/A/RES/79/144")

    assert texts(page, "h1") == ["Lighthouses and <harbours>"]
    assert facts(page) == {
        "Adopted": "17 December 2024, 54th plenary meeting",
        "Session": "Seventy-ninth, agenda item 75 (a)",
        "Origin": "Second Committee, report A/79/435",
        "Cites": "A/RES/69/28",
        "Vote": "2 in favour, 1 against, 0 abstaining",
        "Official text": "A/RES/79/144",
    }
    assert texts(page, "h2.section") == ["I. Lights", "Rules for lamps", "Vote"]
    assert texts(page, ".side a[href^='#']") == ["Preamble", "I. Lights", "Rules for lamps", "Vote"]
    assert [str(li["id"]) for li in page.select(".para")] == [
        *("pp1", "pp2", "op1", "op2", "op2a", "annex1-1"),
    ]
    assert texts(page, "#op2 #op2a .num") == ["(a)"]
    assert "https://undocs.org/en/A/RES/79/144" in links(page, ".facts a").values()


def test_what_is_inferred_voted_and_sponsored_is_said(client: FlaskClient) -> None:
    page = soup(client, WELLS_PAGE)

    assert facts(page)["Inferred"] == "session"
    assert facts(page)["Sponsors"] == "4 sponsorsChad, Fiji, Mali, Peru"
    assert texts(page, ".facts summary") == ["4 sponsors"]
    assert texts(page, ".vote div") == ["in favour2", "against1", "abstaining31"]
    assert texts(page, ".vote ~ details") == ["In favour: 2Chad, Fiji", "Against: 1Peru"]


def test_a_long_annex_has_short_contents(tmp_path: Path) -> None:
    sections = ["Goals", *["Targets", "Means:"] * 2, *(f"Goal {n}" for n in range(9))]
    paragraphs = [{"text": "Lamps.", "kind": "annex", "section": name} for name in sections]
    page = page_of({"symbol": "A/RES/69/28", "paragraphs": paragraphs}, tmp_path)

    assert texts(page, ".side details li") == ["Annex – Goals", *(f"Goal {n}" for n in range(9))]


def test_a_resolution_that_is_not_held_leads_on(client: FlaskClient) -> None:
    page = client.get("/resolutions/76/235B")

    assert page.status_code == 404
    assert "A/RES/76/235 B is not in this index." in page.text
    assert "https://undocs.org/en/A/RES/76/235B" in page.text


def test_json_of_a_resolution_is_what_was_indexed(client: FlaskClient) -> None:
    data = client.get("/resolutions/A/RES/79/640.json").get_json()

    assert data["symbol"] == "A/RES/79/640"
    assert [p["text"] for p in data["paragraphs"]] == [p["text"] for p in WELLS["paragraphs"]]
    assert data["paragraphs"][1]["notes"] == [
        {"mark": "1", "text": "A/79/402, table 3.", "place": 36},
        {"mark": "2", "text": "Resolution 78/602.", "place": None},
    ]


# Preamble and matches -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "summary", "is_open"),
    [
        ("", "2 preambular paragraphs", False),
        ("metres", "2 preambular paragraphs", False),
        ("paper", "2 preambular paragraphs (1 matches)", True),
        ("recalling OR noting", "2 preambular paragraphs (2 match)", True),
    ],
)
def test_the_preamble_is_folded(
    client: FlaskClient, words: str, summary: str, is_open: bool
) -> None:
    page = BeautifulSoup(client.get(WELLS_PAGE, query_string={"q": words}).text, "lxml")

    assert texts(page, "#preamble > summary") == [summary]
    assert bool(page.select("#preamble[open]")) == is_open


def test_a_preamble_counts_paragraphs_and_not_what_stands_below_them(tmp_path: Path) -> None:
    rows = [
        {"id": "#pp1", "kind": "preambular", "text": "Mindful of wells:"},
        {"id": "#pp1a", "kind": "preambular", "parent": "#pp1", "text": "Wells that are dry,"},
        {"id": "#op1", "kind": "operative", "text": "Decides."},
    ]
    page = page_of({"symbol": "A/RES/79/1", "paragraphs": rows}, tmp_path, "?q=wells")

    assert texts(page, "#preamble > summary") == ["1 preambular paragraph (1 matches)"]


def test_matches_lead_from_the_first_to_the_last_and_back(client: FlaskClient) -> None:
    page = soup(client, f"{WELLS_PAGE}?q=%22well%22")
    ways = {str(li["id"]): links(li, ":scope > .acts > li > a") for li in page.select(".found")}

    assert texts(page, "header .near") == ["4 matching paragraphs: First match"]
    assert links(page, "header .near a") == {"First match": "#pp2"}
    assert ways == {
        "pp2": {"Next match": "#op1"},
        "op1": {"Previous match": "#pp2", "Next match": "#op1a"},
        "op1a": {"Previous match": "#op1", "Next match": "#annex1-4"},
        "annex1-4": {"Previous match": "#op1a", "First match": "#pp2"},
    }
    assert texts(page, ".found > .acts > .quiet") == [f"Match {n} of 4" for n in range(1, 5)]
    assert links(page, ".side a[href*='p']")["Second preambular paragraph"] == "#pp2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", []),
        ("metres", ["1 matching paragraph: First match"]),
        ("zeppelin", ["No match in this resolution."]),
        ("the) OR (zz", ["Your search could not be understood, so no matches are marked."]),
        ('"abc', ["Your search could not be understood, so no matches are marked."]),
    ],
)
def test_what_the_search_finds_here_is_said(
    client: FlaskClient, words: str, said: list[str]
) -> None:
    page = client.get(WELLS_PAGE, query_string={"q": words})

    assert page.status_code == 200
    assert texts(BeautifulSoup(page.text, "lxml"), "header .near") == said


# Notes --------------------------------------------------------------------------------------------


def test_a_note_is_called_where_it_stands_and_read_beside_its_paragraph(
    client: FlaskClient,
) -> None:
    page = soup(client, f"{WELLS_PAGE}?q=%22dry+and+that%22")
    (paragraph,) = page.select("#pp2 > p")
    first, second = paragraph.select("a.fn")

    assert text(paragraph) == (
        "Noting that one well in five is dry,1 and that records are kept on paper,2"
    )
    # a mark that extends beyond the call remains one mark
    assert texts(paragraph, "mark") == ["dry,1 and that"]
    assert (first["href"], second["href"]) == ("#fn-pp2-1", "#fn-pp2-2")
    assert texts(page, "#pp2 > .notes p") == [
        "1. A/79/402, table 3. Back",
        "2. Resolution 78/602. Back",
    ]
    assert links(page, "#fn-pp2-1 a") == {"Back": f"#{first['id']}"}


AKN = """<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><statement>
<preamble><formula><p>The General Assembly,</p></formula></preamble>
<mainBody><paragraph><num>1.</num><content><p><span class="italic">Notes</span> the
Charter<authorialNote marker="1"><p>A note.</p></authorialNote>, and
 wells <authorialNote marker="2"><p>B.</p></authorialNote> on islands,</p></content></paragraph>
<paragraph><content><p>and <sup>1</sup> rests.</p></content></paragraph>
</mainBody></statement></akomaNtoso>"""
HTML = """<html><body><h1>79/1. Wells</h1><p>The General Assembly,</p>
<p><i>Noting<sup>1</sup></i> the &#173;wells <sup>2</sup> of
islands,</p><p>1. <i>Decides</i> to rest.<sup><a href="#a">3</a></sup></p>
<ol class="footnotes"><li id="fn1">A.</li><li id="fn2">B.</li></ol></body></html>"""
MARKDOWN = """79/1. Wells

The General Assembly,

*Noting*[^1] the **wells**[^2] of islands,

1. *Decides* to rest;

[^1]: A.

[^2]: B.
"""
GLUED = """79/1. Wells

The General Assembly,

Noting the wells,4 and CO2 and islands5 of resolution 64/292, 2 of them,

1. Decides to rest, 6

62nd plenary meeting
2 December 2014

4 A/79/402.
5 A/79/403.
"""


@pytest.mark.parametrize(
    ("file", "calls"),
    [
        (AKN, ["Notes the Charter^1, and wells^2 on islands, and^1 rests."]),
        (HTML, ["Noting^1 the wells^2 of islands,", "Decides to rest.^3"]),
        (MARKDOWN, ["Noting^1 the wells^2 of islands,"]),
        (
            GLUED,
            [
                "Noting the wells,^4 and CO2 and islands^5 of resolution 64/292, 2 of them,",
                "Decides to rest,^6",
            ],
        ),
    ],
    ids=["akn", "html", "markdown", "text"],
)
def test_every_format_knows_where_a_note_is_called(file: str, calls: list[str]) -> None:
    (resolution,) = (r for d in read("wells", file.encode()) for r in parse(d))

    assert [with_calls(p.text, p.notes) for p in resolution.paragraphs if p.notes] == calls


def with_calls(printed: str, notes: Iterable[Note]) -> str:
    for note in sorted(notes, key=lambda note: note.place or 0, reverse=True):
        assert note.place is not None
        printed = f"{printed[: note.place]}^{note.mark}{printed[note.place :]}"
    return printed


@given(st.lists(st.text("ab \t\u00a0\u00ad,") | st.just(CALL), max_size=12).map("".join))
def test_calls_leave_the_text_as_it_would_be_without_them(printed: str) -> None:
    notes = [Note(str(n), "") for n in range(printed.count(CALL))]
    whole, placed = with_places(printed, notes)

    assert whole == clean(printed.replace(CALL, ""))
    before = [printed[: match.start()].replace(CALL, "") for match in re.finditer(CALL, printed)]
    assert [note.place for note in placed] == [len(clean(part)) for part in before]


def test_a_text_that_holds_the_sign_of_a_call_leaves_places_unknown() -> None:
    assert with_places(f"wells{CALL}", []) == ("wells", ())
    assert with_places(f"a{CALL}b{CALL}", [Note("1", "")]) == ("ab", (Note("1", ""),))


def test_notes_that_a_format_knew_move_with_the_marks_that_are_taken_out() -> None:
    blocks = [
        Block("Notes wells,4 and islands;", role="operative", notes=(Note("9", "", 25),)),
        Block("A/79/402.", label="4.", role="note"),
    ]

    (block,) = with_notes(blocks)
    assert with_calls(block.text, block.notes) == "Notes wells,^4 and islands^9;"


# Links in the text --------------------------------------------------------------------------------


def test_what_is_cited_leads_here_or_to_the_official_document(client: FlaskClient) -> None:
    page = soup(client, f"{WELLS_PAGE}?q=%22resolutions+78%22+OR+%22and+51%22")
    (paragraph,) = page.select("#pp1 > p")
    here, away = paragraph.select("a")

    assert text(paragraph) == WELLS["paragraphs"][0]["text"]
    assert (text(here), here["href"]) == ("78/602", "/resolutions/A/RES/78/602")
    assert here.get("title") is None
    assert (text(away), away["href"]) == ("51/36", "https://undocs.org/en/A/HRC/RES/51/36")
    assert (away["class"], away["title"]) == (["away"], "A/HRC/RES/51/36, official document")
    # marks that cross the end of a link are split; links are whole
    assert texts(paragraph, "mark") == ["resolutions", "78", "and", "51"]
    assert texts(paragraph, "a > mark") == ["78", "51"]
    assert links(page, ".facts dd a.away") == {"A/HRC/RES/51/36": away["href"]}
    assert links(page, ".facts dd a")["A/RES/78/602"] == "/resolutions/A/RES/78/602"


@pytest.mark.parametrize(
    ("held", "language", "leads_to"),
    [
        ([("A/RES/78/602", "en"), ("A/RES/78/602", "fr")], "fr", "/resolutions/A/RES/78/602@fr"),
        ([("A/RES/78/602", "en")], "fr", "/resolutions/A/RES/78/602"),
        ([("A/RES/78/602", "fr")], "en", "https://undocs.org/en/A/RES/78/602"),
        ([], "fr", "https://undocs.org/fr/A/RES/78/602"),
    ],
)
def test_a_citation_leads_to_its_own_language_first(
    tmp_path: Path, held: list[tuple[str, str]], language: str, leads_to: str
) -> None:
    rows = [WELLS["paragraphs"][0]]
    citing = {"symbol": "A/RES/79/1", "language": language, "source": "a", "paragraphs": rows}
    index = build(tmp_path / "i", [citing, *(other(*one) for one in held)])
    suffix = "" if language == "en" else f"@{language}"
    page = soup(create_app({"INDEX": index}).test_client(), f"/resolutions/A/RES/79/1{suffix}")

    assert links(page, "#pp1 > p a")["78/602"] == leads_to


@pytest.mark.parametrize(
    "symbol", ["A/RES/78/903", "A/RES/*", '"', "_", "LOCAL/7", "(", "", "a" * 999]
)
def test_what_leads_nowhere_stays_text(tmp_path: Path, symbol: str) -> None:
    cites = [{"symbol": symbol, "start": 0, "end": 5}]
    rows = [{"id": "#op1", "kind": "operative", "text": "Wells.", "cites": cites}]
    page = page_of({"symbol": "A/RES/78/901", "paragraphs": rows}, tmp_path)

    assert page.select("#op1 > p a") == []


def test_many_citations_are_looked_up_and_folded(tmp_path: Path) -> None:
    numbers = [f"78/{n}" for n in range(1, 300)]
    printed = "Recalling " + ", ".join(numbers)
    cites = [
        {"symbol": f"A/RES/{n}", "start": (at := printed.index(n)), "end": at + len(n)}
        for n in numbers
    ]
    rows = [{"id": "#op1", "kind": "operative", "text": printed, "cites": cites}]
    citing = {"symbol": "A/RES/79/1", "source": "a", "paragraphs": rows}
    held = [other(f"A/RES/78/{n}") for n in (7, 149, 299)]
    page = soup(
        create_app({"INDEX": build(tmp_path / "i", [citing, *held])}).test_client(),
        "/resolutions/A/RES/79/1",
    )

    # the last is beyond the look-ups of one page: it links to the official document
    assert list(links(page, ".facts dd a[href^='/resolutions']")) == ["A/RES/78/7", "A/RES/78/149"]
    assert len(page.select("#op1 > p a")) == 200
    assert texts(page, ".facts summary") == ["299 resolutions"]


class Nesting(HTMLParser):
    """A strict HTML reader: tags must nest, links must not; it collects the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.printed = ""
        self.feed(str(html))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in self.open
        self.open.append(tag)
        self.seen.append(str(dict(attrs).get("href", tag)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["b"]:  # the calls, below
            self.printed += data


def apart(draw: st.DrawFn, size: int) -> Iterator[tuple[int, int]]:
    """Draw spans in order and without overlaps, as those of matches and citations."""
    edges = sorted(draw(st.sets(st.integers(0, size), max_size=8)))
    return zip(edges[::2], edges[1::2], strict=False)


@st.composite
def woven(draw: st.DrawFn) -> dict[str, Any]:
    printed = draw(st.text("ab <>&;'\"é{}\u00ad", max_size=30))
    size = len(printed)
    return {
        "text": printed,
        "spans": list(apart(draw, size)),
        "lead": draw(st.integers(-1, size + 2)),
        "links": [
            Element(start, end, Markup('<a href="{}">').format(f"{n}"), Markup("</a>"))
            for n, (start, end) in enumerate(apart(draw, size))
        ],
        "calls": [
            (at, Markup("<b>{}</b>").format(f"<{at}>"))
            for at in sorted(draw(st.lists(st.integers(0, size), max_size=4)))
        ],
    }


@given(woven())
def test_marks_italics_links_and_calls_nest_and_leave_the_text(given: dict[str, Any]) -> None:
    html = Nesting(mark(**given))

    assert html.printed == given["text"]
    # each link and each call occurs once: neither is split
    assert [tag for tag in html.seen if tag.isdigit()] == [
        str(n) for n in range(len(given["links"]))
    ]
    assert html.seen.count("b") == len(given["calls"])


@given(woven())
def test_without_links_each_match_is_one_mark(given: dict[str, Any]) -> None:
    html = Nesting(mark(**{**given, "links": []}))

    assert html.seen.count("mark") == len(given["spans"])


@pytest.mark.parametrize(
    ("spans", "lead", "place", "html"),
    [
        ([(0, 20)], 9, None, "<mark><i>Recalling</i> <a>78/602</a> and</mark>, wells"),
        ([(13, 16)], 9, None, "<i>Recalling</i> <a>78/<mark>602</mark></a> and, wells"),
        ([(13, 20)], 0, None, "Recalling <a>78/<mark>602</mark></a><mark> and</mark>, wells"),
        ([(0, 12)], 0, None, "<mark>Recalling </mark><a><mark>78</mark>/602</a> and, wells"),
        ([(10, 16)], 0, None, "Recalling <a><mark>78/602</mark></a> and, wells"),
        ([], 13, None, "<i>Recalling </i><a><i>78/</i>602</a> and, wells"),
        ([(17, 27)], 0, 21, "Recalling <a>78/602</a> <mark>and,^ wells</mark>"),
        ([(17, 21)], 0, 21, "Recalling <a>78/602</a> <mark>and,</mark>^ wells"),
        ([(21, 27)], 0, 21, "Recalling <a>78/602</a> and,^<mark> wells</mark>"),
        ([], 9, 4, "<i>Reca^lling</i> <a>78/602</a> and, wells"),
        ([], 9, 9, "<i>Recalling</i>^ <a>78/602</a> and, wells"),
        ([], 0, 12, "Recalling <a>78/602</a>^ and, wells"),
        ([], 0, 0, "^Recalling <a>78/602</a> and, wells"),
        ([], 0, 27, "Recalling <a>78/602</a> and, wells^"),
    ],
)
def test_what_is_inside_what(
    spans: list[tuple[int, int]], lead: int, place: int | None, html: str
) -> None:
    printed = "Recalling 78/602 and, wells"
    link = Element(10, 16, Markup("<a>"), Markup("</a>"))
    calls = [] if place is None else [(place, Markup("^"))]

    assert str(mark(printed, spans, lead, [link], calls)) == html


# Data and links of each paragraph -----------------------------------------------------------------


def test_every_paragraph_can_be_cited_and_says_how_it_was_classified(client: FlaskClient) -> None:
    page = soup(client, f"{WELLS_PAGE}?q=metres")
    cited = {
        str(li["id"]): (
            str(li.select(".about .cite")[0]["value"]).removeprefix("General Assembly resolution "),
            text(li.select(".about p")[0]),
        )
        for li in page.select(".para")
    }

    assert cited == {
        "pp1": (
            "79/640, first preambular paragraph",
            "Preambular, from the mark-up of the file. Verb: recalling. Link to it",
        ),
        "pp2": (
            "79/640, second preambular paragraph",
            "Preambular, from its opening words. Verb: noting. Link to it",
        ),
        "op1": (
            "79/640, para. 1",
            "Operative, from its number. Verb: invites; also: encourages.",
        ),
        "op1a": (
            "79/640, para. 1 (a)",
            "Operative, from its number. Verb: invites, inherited from para. 1.",
        ),
        "op1ai": (
            "79/640, para. 1 (a) (i)",
            "Operative, from the paragraph above it. Verb: invites, inherited from para. 1.",
        ),
        "annex1-4": ("79/640, annex, para. 4", "Annex."),
        "u1": ("79/640, unnumbered paragraph u1", "Unclassified. Link to it"),
    }


def test_a_citation_is_reached_with_the_keyboard(client: FlaskClient) -> None:
    page = soup(client, WELLS_PAGE)

    assert texts(page, "#op1 > .acts .about > summary") == ["Cite para. 1"]
    assert links(page, "#pp1 .about a") == {"Link to it": "#pp1"}
    assert len(page.select("details.about:not([open]) > summary")) == len(page.select(".para"))


@pytest.mark.parametrize(
    ("paragraph", "source", "how"),
    [
        (Paragraph("#op1", "operative"), "", "Operative."),
        (Paragraph("#op1", "operative", basis="magic"), "", "Operative."),
        (Paragraph("#pp1", "preambular", basis="number"), "", "Preambular, from its number."),
        (
            Paragraph("#op1", "operative", verb="invites", inherited=True),
            "",
            "Operative. Verb: invites, inherited from the paragraph above it.",
        ),
    ],
)
def test_how_a_paragraph_was_classified(paragraph: Paragraph, source: str, how: str) -> None:
    assert classified(paragraph, source) == how


# Other languages, corrigenda ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        (
            "A/RES/79/640",
            {
                "Also in": {
                    "Arabic": "/resolutions/A/RES/79/640@ar",
                    "French": "/resolutions/A/RES/79/640@fr",
                },
                "Corrigenda": {
                    "A/RES/79/640/Corr.1": "/resolutions/A/RES/79/640/Corr.1",
                    "A/RES/79/640/Corr.2 (French)": "/resolutions/A/RES/79/640/Corr.2@fr",
                },
            },
        ),
        (
            "A/RES/79/640@fr",
            {
                "Also in": {
                    "Arabic": "/resolutions/A/RES/79/640@ar",
                    "English": "/resolutions/A/RES/79/640",
                },
                "Corrigenda": {
                    "A/RES/79/640/Corr.1 (English)": "/resolutions/A/RES/79/640/Corr.1",
                    "A/RES/79/640/Corr.2": "/resolutions/A/RES/79/640/Corr.2@fr",
                },
            },
        ),
        ("A/RES/79/640/Corr.1", {"Corrects": {"A/RES/79/640": "/resolutions/A/RES/79/640"}}),
        ("A/RES/79/6401", {}),
    ],
)
def test_other_languages_and_corrigenda(
    client: FlaskClient, key: str, lines: dict[str, dict[str, str]]
) -> None:
    page = soup(client, f"/resolutions/{key}")
    names = texts(page, ".facts dt")
    found = {
        name: links(line, "a")
        for name, line in zip(names, page.select(".facts dd"), strict=True)
        if name in ("Also in", "Corrigenda", "Corrects")
    }

    assert found == lines


def test_another_language_is_named_and_its_official_text_is_too(client: FlaskClient) -> None:
    page = soup(client, f"{WELLS_PAGE}@fr")

    assert facts(page)["Language"] == "French"
    assert links(page, ".facts a")["A/RES/79/640"] == "https://undocs.org/fr/A/RES/79/640"


@pytest.mark.parametrize(("language", "runs"), [("", []), ("@fr", []), ("@ar", ["rtl"])])
def test_a_text_runs_as_its_language_does(
    client: FlaskClient, language: str, runs: list[str]
) -> None:
    page = soup(client, f"{WELLS_PAGE}{language}")

    assert [str(sheet["dir"]) for sheet in page.select(".sheet[dir]")] == runs


def test_a_corrigendum_leads_to_its_official_text(client: FlaskClient) -> None:
    found = links(soup(client, "/resolutions/A/RES/79/640/Corr.1"), ".facts a")

    assert found["A/RES/79/640/Corr.1"] == "https://undocs.org/en/A/RES/79/640/Corr.1"


# Citations ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "cited"),
    [
        ("A/RES/79/144", "General Assembly resolution 79/144"),
        ("A/RES/76/235B", "General Assembly resolution 76/235 B"),
        ("A/RES/77/264A-C", "General Assembly resolution 77/264 A-C"),
        ("A/RES/2099(XX)", "General Assembly resolution 2099 (XX)"),
        ("A/RES/3390A(XXX)", "General Assembly resolution 3390 A (XXX)"),
        ("A/RES/S-26/2", "General Assembly resolution S-26/2"),
        ("A/RES/ES-10/14", "General Assembly resolution ES-10/14"),
        ("S/RES/2577(2021)", "Security Council resolution 2577 (2021)"),
        ("E/RES/2020/5", "Economic and Social Council resolution 2020/5"),
        ("E/RES/1503(XLVIII)", "Economic and Social Council resolution 1503 (XLVIII)"),
        ("A/HRC/RES/48/13", "Human Rights Council resolution 48/13"),
        ("A/HRC/RES/S-17/1", "Human Rights Council resolution S-17/1"),
        ("A/RES/79/144/Corr.1", "A/RES/79/144/Corr.1"),
        ("LOCAL/7", "LOCAL/7"),
    ],
)
def test_resolutions_are_cited_in_the_form_of_their_body(symbol: str, cited: str) -> None:
    paragraph = Paragraph(f"{symbol}#op3", "operative", "3")

    assert citation(Resolution(symbol=symbol), paragraph) == f"{cited}, para. 3"


def operative(anchor: str, number: str | None = None, section: str | None = None) -> Paragraph:
    return Paragraph(f"A/RES/76/1#{anchor}", "operative", number, section=section)


def annexed(
    anchor: str, number: str | None = None, annex: str | None = "Annex", section: str | None = None
) -> Paragraph:
    return Paragraph(f"A/RES/76/1#{anchor}", "annex", number, annex=annex, section=section)


@pytest.mark.parametrize(
    ("paragraph", "cited"),
    [
        (operative("op3", "3"), "para. 3"),
        (operative("op12a", "12 (a)"), "para. 12 (a)"),
        (operative("op3aii", "3 (a) (ii)", "I. Wells"), "para. 3 (a) (ii)"),
        (Paragraph("#pp9", "preambular"), "ninth preambular paragraph"),
        (Paragraph("#pp9a", "preambular", "(a)"), "ninth preambular paragraph (a)"),
        (Paragraph("#3", "preambular", "3"), "preambular paragraph 3"),
        (Paragraph("#u2", "preambular"), "preambular paragraph"),
        # a resolution without paragraph numbers, and one that numbers its other paragraphs
        (operative("op1"), "first operative paragraph"),
        (operative("op1a", "(a)"), "first operative paragraph (a)"),
        (operative("opp2"), "second unnumbered operative paragraph"),
        (operative("opa", "(a)"), "para. (a)"),
        (operative("u2"), "operative paragraph"),
        # 76/246: paragraphs 1 in each of twenty-four sections
        (operative("s18-op1", "1", "XVIII. Heritage plan"), "sect. XVIII, para. 1"),
        (operative("s5-op2a", "2 (a)", "V. Capital"), "sect. V, para. 2 (a)"),
        (operative("s7-op1", "1", "B. Investments"), "“B. Investments”, para. 1"),
        (operative("s9-op1", "1", "I. Data"), "“I. Data”, para. 1"),
        (operative("s2-op1", "1", "a" * 99), f"“{'a' * 60}…”, para. 1"),
        (operative("s2-op1", "1"), "para. 1 (second numbering)"),
        (Paragraph("#s2-pp1", "preambular"), "first preambular paragraph (second numbering)"),
        (annexed("annex1-4", "4"), "annex, para. 4"),
        (annexed("annex1-4", "4", "Rules"), "annex, para. 4"),
        (annexed("annex1-4", "4", "Civil society"), "annex, para. 4"),
        (annexed("annex1-4", "4", None), "annex, para. 4"),
        (annexed("annex2-4", "4", "Annex II"), "annex II, para. 4"),
        (annexed("annex2-4", "4", "II"), "annex II, para. 4"),
        (annexed("annex2-4", "4", "Annex B. Rules"), "annex B, para. 4"),
        (annexed("annex2-4", "4", "附件二"), "second annex, para. 4"),
        (annexed("annex2-4", "4", "Annexe II"), "annex II, para. 4"),
        (annexed("annex1-p2"), "annex, second unnumbered paragraph"),
        (annexed("annex1-x"), "annex"),
        (annexed("annex1-iii", "(iii)"), "annex, para. (iii)"),
        (annexed("annex1-1", "1", section="Article 1"), "annex, art. 1, para. 1"),
        (annexed("s5-annex1-5a", "5 (a)", section="Article 5"), "annex, art. 5, para. 5 (a)"),
        (annexed("s2-annex1-1", "1", section="Notice"), "annex, “Notice”, para. 1"),
        (Paragraph("#u2"), "unnumbered paragraph u2"),
        (Paragraph("#u2", number="2"), "para. 2"),
        (Paragraph("no anchor at all"), "unnumbered paragraph"),
    ],
)
def test_paragraphs_are_cited_by_their_place(paragraph: Paragraph, cited: str) -> None:
    assert place(paragraph) == cited
    assert citation(Resolution(symbol="A/RES/76/1"), paragraph) == (
        f"General Assembly resolution 76/1, {cited}"
    )


# Arbitrary contents -------------------------------------------------------------------------------


def test_a_hostile_resolution_is_shown_safely(tmp_path: Path) -> None:
    attack = "<script>alert(1)</script>"
    places = [(-5, 3), (0, 4), (2, 8), (8, 8), (9, 7), (60, 2**31 - 1), (9, 12), (9, 12)]
    cites = [{"symbol": f"A/RES/78/{n}", "start": a, "end": b} for n, (a, b) in enumerate(places)]
    notes: list[dict[str, Any]] = [
        {"mark": attack * 100, "text": attack, "place": 2},
        {"mark": "", "text": "", "place": -7},
        {"mark": "1", "text": "a" * 5000, "place": 10**9},
    ]
    rows = [
        {
            "id": f'"#x" onfocus="alert(1)" {n}',
            "kind": "operative",
            "number": attack,
            "text": f"Wells {attack}",
            "parent": f'"#x" onfocus="alert(1)" {1 - n}',
            "verb": attack,
            "verbs": [attack, f"{attack}2"],
            "inherited": True,
            "basis": attack,
            "section": attack,
            "annex": attack,
            "cites": cites,
            "notes": notes,
        }
        for n in range(2)
    ]
    hostile = {
        **dict.fromkeys(("title", "meeting", "origin", "report", "draft", "session"), attack),
        "symbol": "A/RES/79/1",
        "sponsors": [attack] * 9,
        "vote": {attack: [attack], "for": -1},
        "paragraphs": rows,
    }
    page = page_of(hostile, tmp_path, "?q=wells+script")
    paragraph, second = page.select(".para > p[lang]")

    assert page.select("script:not([src^='/static/']), [onfocus]") == []
    for shown in (paragraph, second):
        for call in shown.select(".fn"):
            call.extract()
        assert shown.get_text() == f"Wells {attack}"
        assert texts(shown, "a") == ["Well", "rip"]
    assert max(len(text(mark)) for mark in page.select(".notes p")) < 5100


@given(
    st.lists(st.tuples(st.integers(-9, 40), st.integers(-9, 40)), max_size=8),
    st.lists(st.none() | st.integers(-9, 40), max_size=5),
)
def test_places_of_any_kind_leave_the_text(
    cites: list[tuple[int, int]], notes: list[int | None]
) -> None:
    from searchapp.web.views.outline import outline
    from searchapp.web.views.related import Link

    cited = tuple({"symbol": "a", "start": a, "end": b} for a, b in cites)
    noted = [{"mark": "1", "text": "", "place": at} for at in notes]
    row = {"id": "#op1", "text": "Decides to measure <wells>", "cites": cited, "notes": noted}
    resolution = Resolution.from_json({"paragraphs": [{**row, "cites": list(cited)}]})
    laid_out = outline(resolution, {}, {"a": Link("a", "/a")})
    (view,) = (view for section in laid_out.sections for view in section.paragraphs)
    (p,), html = resolution.paragraphs, view.html

    page = BeautifulSoup(html, "html.parser")
    assert len([call.extract() for call in page.select(".fn")]) == len(notes)
    assert page.get_text() == p.text
    Nesting(re.sub(r'<a class="fn".*?</a>', "", html))

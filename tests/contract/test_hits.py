"""A hit: its marks, the paragraphs above and below it, and its resolution."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest

from searchapp.exports.results_json import results_json
from searchapp.model.resolution import MAX_ABOVE, Resolution
from searchapp.query.query import Query
from searchapp.search.backend import Backend
from searchapp.search.highlight import mark
from searchapp.search.results import Hit

from .conftest import Holding
from .data import CYBER, HELD, OCEANS, fill, resolution, texts


def marked(backend: Backend, words: str, **filters: str) -> list[str]:
    """Return the texts of the hits in printed order, with marks as brackets."""
    hits = backend.search(Query.make(words, sort="symbol", **filters)).hits
    shown = [html_of(hit).replace("<mark>", "[").replace("</mark>", "]") for hit in hits]
    return [html.unescape(text) for text in shown]


def html_of(hit: Hit) -> str:
    """Return a hit's text as HTML with its marks."""
    return str(mark(hit.paragraph.text, hit.marks))


MARKED = texts(
    states="Invites all Member States; the States of origin",
    accent="Côte d’Ivoire, the co\u00adte",
    report="Reports of the reporting Secretary-General",
    tags="<b>R&D</b> {0}",
    han="联合国大会",
)


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        ("states", ["Invites all Member [States]; the [States] of origin"]),
        ('"member states"', ["Invites all [Member States]; the States of origin"]),
        ('"all states"~1', ["Invites [all Member States]; the States of origin"]),
        ("member states", ["Invites all [Member States]; the [States] of origin"]),
        ("all states -origins", []),
        ("all -reports", ["Invites [all] Member States; the States of origin"]),
        ("cote", ["[Côte] d’Ivoire, the [co\u00adte]"]),
        ("report", ["[Reports] of the [reporting] Secretary-General"]),
        ('"reports"', ["[Reports] of the reporting Secretary-General"]),
        ("report*", ["[Reports] of the [reporting] Secretary-General"]),
        ("*ing", ["Reports of the [reporting] Secretary-General"]),
        ("secretary-general", ["Reports of the reporting [Secretary-General]"]),
        ("d", ["Côte [d]’Ivoire, the co\u00adte", "<b>R&[D]</b> {0}"]),
        ('"r d"', ["<b>[R&D]</b> {0}"]),
        ("联合", ["[联合]国大会"]),
        (
            "origin OR b",
            ["Invites all Member States; the States of [origin]", "<[b]>R&D</[b]> {0}"],
        ),
        ("symbol:T reporting", ["[Reports] of the [reporting] Secretary-General"]),
        ("-the -b", ["联合国大会"]),
        ("联合国 -title:states", ["[联合国]大会"]),
    ],
)
def test_what_matched_is_marked(holding: Holding, words: str, texts: list[str]) -> None:
    assert marked(holding(MARKED), words) == texts


def test_what_is_shown_is_safe(holding: Holding) -> None:
    (hit,) = holding(MARKED).search(Query.make('"b"')).hits
    assert html_of(hit) == "&lt;<mark>b</mark>&gt;R&amp;D&lt;/<mark>b</mark>&gt; {0}"


def test_outside_english_only_the_word_itself_is_marked(holding: Holding) -> None:
    french = resolution("A", {"text": "action et actions"}, language="fr")
    english = resolution("A", {"text": "action and actions"})
    shown = marked(holding(english, french), "actions", lang="all")
    assert shown == ["[action] and [actions]", "action et [actions]"]


def test_a_hit_shows_what_stands_around_it(backend: Backend) -> None:
    (hit,) = backend.search(Query.make("red title:oceans")).hits
    assert html_of(hit) == "<mark>Red</mark> coral"
    assert [above.id for above in hit.chapeau] == [f"{OCEANS}#op2", f"{OCEANS}#op2a"]
    assert list(hit.chapeau) == [HELD[0].paragraphs[2], HELD[0].paragraphs[3]]
    assert hit.children == 0
    assert (hit.key, hit.resolution) == (OCEANS, replace(HELD[0], paragraphs=()))
    assert hit.paragraph == HELD[0].paragraphs[4]


def test_what_stands_above_is_marked_too(backend: Backend) -> None:
    hits = backend.search(Query.make("coral OR reefs OR oceans", sort="symbol")).hits
    shown = [
        [above.text[start:end] for above, marks in pairs for start, end in marks]
        for pairs in (zip(hit.chapeau, hit.chapeau_marks, strict=True) for hit in hits)
    ]
    assert shown == [[], ["oceans"], ["oceans", "Coral reefs"]]
    assert [hit.children for hit in hits] == [1, 1, 0]


def test_circles_of_parents_end(empty: Backend) -> None:
    rows = [
        {"at": "1", "text": "one", "above": "2"},
        {"at": "2", "text": "two", "above": "1"},
        {"at": "3", "text": "three", "above": "3"},
        {"at": "4", "text": "four", "above": "nowhere"},
        {"at": "5", "text": "five", "above": "6"},  # its parent comes after it
        {"at": "6", "text": "six"},
    ]
    fill(empty, resolution("A", *rows))
    hits = empty.search(Query.make(sort="symbol")).hits
    chapeaux = [[above.anchor for above in hit.chapeau] for hit in hits]
    assert chapeaux == [["2"], ["1"], [], [], ["6"], []]
    assert [hit.children for hit in hits] == [1, 1, 1, 0, 0, 1]


def test_of_many_levels_the_nearest_are_shown(empty: Backend) -> None:
    levels = [{"at": "0", "text": "peace"}]
    levels += [{"at": f"{n}", "text": "peace", "above": f"{n - 1}"} for n in range(1, 300)]
    fill(empty, resolution("A", *levels))
    hits = list(empty.scan(Query.make("peace")))
    assert len(hits) == len(levels)
    for hit in hits:
        own = int(hit.paragraph.anchor)
        assert [above.anchor for above in hit.chapeau] == [str(n) for n in range(own)][-MAX_ABOVE:]


def test_a_parent_of_another_resolution_is_not_shown(empty: Backend) -> None:
    fill(empty, resolution("A", {"at": "1", "text": "one"}))
    fill(empty, resolution("B", {"id": "B#1", "text": "two", "parent": "A#1"}))
    hits = empty.search(Query.make(sort="symbol")).hits
    assert [(hit.key, hit.chapeau, hit.children) for hit in hits] == [("A", (), 0), ("B", (), 0)]


def test_the_json_of_a_page(backend: Backend) -> None:
    data = results_json(backend.search(Query.make("mandate", sort="newest")))
    (hit,) = data["hits"]
    assert hit["html"] == "Decides to extend the <mark>mandate</mark>"
    assert {name: hit[name] for name in ("id", "symbol", "session", "year", "adopted", "body")} == {
        "id": "S/RES/2577(2021)#op1",
        "symbol": "S/RES/2577(2021)",
        "session": None,
        "year": 2021,
        "adopted": "2021-05-28",
        "body": "sc",
    }
    assert (data["total"], data["resolutions"], data["page"], data["pages"]) == (1, 1, 1, 1)
    assert data["facets"]["body"] == [
        {
            "value": "sc",
            "label": "Security Council",
            "count": 1,
            "selected": False,
            "excluded": False,
        }
    ]
    assert data["took_ms"] >= 0


IDS = ("A/RES/1/1#op12a", "A/RES/76/235B#op1", "x-00ff#s2-op1", "#u1", "a b", "é", "x" * 2000)


def test_ids_of_any_shape_come_back_as_they_were_given(empty: Backend) -> None:
    fill(empty, resolution("A", *({"id": name, "text": "peace"} for name in IDS)))
    assert [hit.paragraph.id for hit in empty.scan(Query.make("peace"))] == list(IDS)


def test_an_id_that_comes_twice_is_told_apart(empty: Backend) -> None:
    fill(empty, resolution("A", *({"id": "A#op1", "text": "peace"} for _ in range(3))))
    hits = empty.scan(Query.make("peace"))
    assert [hit.paragraph.id for hit in hits] == ["A#op1", "A#s2-op1", "A#s3-op1"]


def test_a_whole_resolution_comes_back_as_it_was(backend: Backend) -> None:
    for held in HELD:
        assert backend.resolution(held.key) == held
    for key in ("A/RES/1/1", f"{CYBER}@ru", "", "A/RES/69/2"):
        assert backend.resolution(key) is None


def test_everything_that_a_paragraph_knows_comes_back(empty: Backend) -> None:
    line = """{"symbol": "A/RES/1/1", "report": "A/1", "meeting": "2nd", "draft": "A/L.1",
        "sponsors": ["Fiji"], "part": "A", "source": "a.zip!b.xml", "hash": "0f",
        "indexed": "2026-01-01", "inferred": ["year"], "vote": {"for": ["Fiji"], "against": 0},
        "paragraphs": [{"id": "A/RES/1/1#op1", "kind": "annex", "number": "1 (a)", "level": 2,
        "text": "Invites\\u00a0 all\\nStates", "phrase": "Invites", "verb": "invites",
        "head": "invites", "verbs": ["invites", "urges"], "inherited": true,
        "clauses": [{"verb": "invites", "phrase": "Invites", "addressees": ["States"],
        "start": 0, "end": 7}], "addressees": ["States"],
        "cites": [{"symbol": "A/RES/1/2", "verb": "recalls", "start": 1, "end": 2}],
        "due_sessions": [{"session": "80", "addressee": "States"}], "section": "I",
        "annex": "Rules", "notes": [{"mark": "1", "text": "See 2"}], "basis": "number"}]}"""
    whole = Resolution.from_line(line.replace("\n", ""))
    fill(empty, whole)
    assert empty.resolution("A/RES/1/1") == whole
    (hit,) = empty.search(Query.make("invites")).hits
    assert (hit.paragraph, hit.resolution) == (whole.paragraphs[0], replace(whole, paragraphs=()))

"""The order of hits, its ties, pages, totals and groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from searchapp.query.query import Query
from searchapp.query.tree import Value
from searchapp.search.backend import Backend

from .conftest import Holding
from .data import HELD, fill, found, names, resolution, texts

OCEANS = "79/144#pp1 79/144#op1 79/144#op2 79/144#op2a 79/144#op2ai 79/144#annex1-1"
COUNCIL = "S/RES/2577(2021)#op1"
CYBER = "69/28#op1 69/28#op2 69/28#op3"
SPECIAL = "S-26/2#op1"
OLD = "2099(XX)#u1"


@pytest.mark.parametrize(
    ("filters", "hits"),
    [
        ({"sort": "newest"}, f"{OCEANS} {COUNCIL} {CYBER} {SPECIAL} {OLD}"),
        ({"sort": "oldest"}, f"{SPECIAL} {CYBER} {COUNCIL} {OCEANS} {OLD}"),  # unknown days last
        ({"sort": "symbol"}, f"{CYBER} {OCEANS} {OLD} {SPECIAL} {COUNCIL}"),
        ({}, f"{OCEANS} {COUNCIL} {CYBER} {SPECIAL} {OLD}"),  # relevance without words
        ({"type": "-operative"}, f"79/144#pp1 79/144#annex1-1 {OLD}"),
        ({"sort": "symbol", "lang": "all", "year": "2014"}, f"{CYBER} 69/28@fr#op1 69/28@zh#op1"),
        ({"sort": "oldest", "lang": "all", "year": "2014"}, f"{CYBER} 69/28@fr#op1 69/28@zh#op1"),
    ],
)
def test_sorts(backend: Backend, filters: dict[str, Any], hits: str) -> None:
    assert found(backend, **filters) == hits


SYMBOLS = (
    "A/RES/9/2",
    "A/RES/9/10",
    "A/RES/10/1",
    "A/RES/76/235A",
    "A/RES/76/235B",
    "S/RES/1(1946)",
)


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "symbol"])
def test_symbols_are_in_natural_order(empty: Backend, sort: str) -> None:
    same = [{"text": "peace"}, {"text": "peace"}]
    fill(empty, *(resolution(s, *same, adopted="2020-01-05") for s in reversed(SYMBOLS)))
    hits = [f"{s}#op{n}".removeprefix("A/RES/") for s in SYMBOLS for n in (1, 2)]
    assert found(empty, "peace", sort=sort) == " ".join(hits)


def test_ties_go_to_the_newer_then_by_symbol_then_by_place(empty: Backend) -> None:
    same = [{"text": "peace", "at": f"p{n}"} for n in (9, 10)]  # by place, not by name
    for symbol, day in [("C", "2020-01-05"), ("D", None), ("B", "2020-01-06"), ("A", "2020-01-05")]:
        fill(empty, resolution(symbol, *same, adopted=day))
    assert found(empty, "peace") == "B#p9 B#p10 A#p9 A#p10 C#p9 C#p10 D#p9 D#p10"
    assert found(empty, "peace", sort="oldest") == "A#p9 A#p10 C#p9 C#p10 B#p9 B#p10 D#p9 D#p10"
    fill(empty, resolution("B", *same, adopted="2020-01-05"))  # a later commit does not rank lower
    assert found(empty, "peace") == "A#p9 A#p10 B#p9 B#p10 C#p9 C#p10 D#p9 D#p10"


BEST = texts(
    often="water and water and water and water",
    once="water and sand and stone and clay",
    long="water " + "and sand " * 60,
    both="pearls of water",
    other="sand and stone and clay and ice",
)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("water", "often", "long"),  # often in a short text, once in a long one
        ("pearls OR water", "both", "long"),  # the rare word counts most
        ("water OR sand", "once", "both"),
        ("water OR pearl*", "both", "long"),
    ],
)
def test_the_likeliest_comes_first(holding: Holding, words: str, first: str, last: str) -> None:
    hits = holding(BEST).search(Query.make(words)).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1] > 0
    assert (hits[0].paragraph.anchor, hits[-1].paragraph.anchor) == (first, last)


@pytest.mark.parametrize("words", ["", "year:2014", "-states", "type:operative body:ga"])
def test_what_only_filters_does_not_score(backend: Backend, words: str) -> None:
    hits = backend.search(Query.make(words)).hits
    assert {hit.score for hit in hits} == {0}
    assert [h.paragraph.id for h in hits] == [
        h.paragraph.id for h in backend.scan(Query.make(words, sort="newest"))
    ]


@pytest.mark.parametrize("filters", [{"year": "2014"}, {"session": "79"}, {"verb": "-invites"}])
def test_a_filter_leaves_scores_as_they_are(backend: Backend, filters: dict[str, str]) -> None:
    alone = {hit.paragraph.id: hit.score for hit in backend.scan(Query.make("states OR report"))}
    narrowed = list(backend.scan(Query.make("states OR report", **filters)))
    assert {hit.paragraph.id: hit.score for hit in narrowed}.items() <= alone.items()
    assert 0 < len(narrowed) < len(alone)


@pytest.mark.parametrize(
    ("filters", "lengths", "total", "resolutions", "pages"),
    [
        ({"limit": "5"}, [5, 5, 2, 0, 0], 12, 5, 3),
        ({"limit": "4"}, [4, 4, 4, 0, 0], 12, 5, 3),
        ({"limit": "100"}, [12, 0, 0, 0, 0], 12, 5, 1),
        ({"limit": "1", "body": "sc"}, [1, 0, 0, 0, 0], 1, 1, 1),
        ({"limit": "2", "group": "resolution"}, [2, 2, 1, 0, 0], 12, 5, 3),
        ({"year": "1900"}, [0, 0, 0, 0, 0], 0, 0, 1),
    ],
)
def test_pages(
    backend: Backend,
    filters: dict[str, str],
    lengths: list[int],
    total: int,
    resolutions: int,
    pages: int,
) -> None:
    shown = [backend.search(Query.make(page=str(n), **filters)) for n in (1, 2, 3, 4, 1000000)]
    assert [len(page.hits) for page in shown] == lengths
    assert [page.page for page in shown] == [1, 2, 3, 4, 1000000]
    for page in shown:
        assert (page.total, page.resolutions, page.pages) == (total, resolutions, pages)
        assert page.facets == shown[0].facets  # addresses leave the page out
    hits = [hit.paragraph.id for page in shown for hit in page.hits]
    assert hits == [hit.paragraph.id for hit in backend.scan(Query.make(**filters))]


@pytest.mark.parametrize(
    ("words", "filters", "hits"),
    [
        ("states", {}, "79/144#op2a 69/28#op1"),  # the best of each
        ("states", {"sort": "newest"}, "79/144#op2 69/28#op1"),  # the first of each
        ("report", {}, "69/28#op2 79/144#op1"),
        ("", {"sort": "oldest"}, f"{SPECIAL} 69/28#op1 {COUNCIL} 79/144#pp1 {OLD}"),
        ("", {"session": "69", "lang": "all"}, "69/28#op1 69/28@fr#op1 69/28@zh#op1"),
    ],
)
def test_a_group_is_a_resolution(
    backend: Backend, words: str, filters: dict[str, str], hits: str
) -> None:
    query = Query.make(words, group="resolution", **filters)
    grouped, plain = backend.search(query), backend.search(Query.make(words, **filters))
    assert found(backend, words, group="resolution", **filters) == hits
    assert len(hits.split()) == grouped.resolutions == plain.resolutions
    assert grouped.total == plain.total  # still counts paragraphs
    counts = [[(v.value, v.count) for v in f.values] for f in grouped.facets]
    assert counts == [[(v.value, v.count) for v in f.values] for f in plain.facets]
    assert [h.paragraph.id for h in backend.scan(query)] == [h.paragraph.id for h in grouped.hits]


@pytest.mark.parametrize(
    ("words", "filters", "keys", "most", "groups"),
    [
        # the best first, whatever the order of the search
        ("states", {}, "79/144 69/28", 3, "2: 79/144#op2a 79/144#op2, 1: 69/28#op1"),
        ("states", {"sort": "newest"}, "69/28 79/144", 1, "1: 69/28#op1, 2: 79/144#op2a"),
        ("states", {"group": "resolution"}, "79/144", 3, "2: 79/144#op2a 79/144#op2"),
        # without words, in printed order
        (
            "",
            {"sort": "oldest"},
            "79/144 69/28",
            2,
            "6: 79/144#pp1 79/144#op1, 3: 69/28#op1 69/28#op2",
        ),
        ("", {"lang": "all"}, "69/28@fr 69/28@zh", 1, "1: 69/28@fr#op1, 1: 69/28@zh#op1"),
        ("", {"verb": "requests"}, "79/144 69/28", 9, "1: 69/28#op2"),  # without hits: left out
        ("states", {"page": "7", "limit": "1"}, "69/28", 3, "1: 69/28#op1"),
        ("states", {}, "69/28 69/28 1/1", 3, "1: 69/28#op1"),
        ("states", {}, "", 3, ""),
        ("", {"type": "preambular"}, "", 3, ""),  # an empty list of keys means none, not all
    ],
)
def test_the_best_of_some_resolutions(
    backend: Backend, words: str, filters: dict[str, str], keys: str, most: int, groups: str
) -> None:
    query = Query.make(words, **filters)
    found = backend.groups(query, [f"A/RES/{key}" for key in keys.split()], most)
    shown = [f"{g.total}: {' '.join(hit.paragraph.id for hit in g.hits)}" for g in found]
    assert ", ".join(shown).replace("A/RES/", "") == groups
    every = {
        hit.paragraph.id: hit
        for hit in backend.scan(Query.make(words, **{**filters, "sort": "relevance", "group": ""}))
    }
    assert all(every[hit.paragraph.id] == hit for group in found for hit in group.hits)


def test_groups_keep_the_condition_of_the_query(backend: Backend) -> None:
    query = replace(Query.make("states"), where=Value("key", "A/RES/69/28"))
    keys = ["A/RES/79/144", "A/RES/69/28"]
    assert [group.key for group in backend.groups(query, keys, 3)] == ["A/RES/69/28"]
    assert backend.groups(query, keys[:1], 3) == []


def test_scan_gives_every_hit_whatever_the_page(backend: Backend) -> None:
    every = [p.id for r in HELD for p in r.paragraphs]
    scanned = list(backend.scan(Query.make(lang="all", limit="1", page="3")))
    assert sorted(hit.paragraph.id for hit in scanned) == sorted(every)
    searched = backend.search(Query.make(lang="all", limit="100")).hits
    assert scanned == list(searched)


def test_totals_are_exact_beyond_any_page(empty: Backend) -> None:
    for name in "AB":
        empty.add(resolution(name, *({"text": "peace" if n % 2 else "war"} for n in range(300))))
    empty.commit()
    results = empty.search(Query.make("peace", limit="7", page="43"))
    assert (results.total, results.resolutions, results.pages) == (300, 2, 43)
    assert len(results.hits) == 300 - 42 * 7
    assert len(list(empty.scan(Query.make("peace")))) == empty.count(Query.make("peace")) == 300


def test_the_query_is_told_as_it_was_understood(backend: Backend) -> None:
    query = Query.make("states", session="lxxix", verb=["-invites"], sort="newest", page="2")
    assert backend.search(query).query == {
        "q": "states",
        "session": ["79"],
        "verb": ["-invites"],
        "lang": "en",
        "sort": "newest",
        "page": ["2"],
    }


def test_place_is_that_in_the_resolution(empty: Backend) -> None:
    rows = [{"text": f"peace {n}"} for n in range(25)]
    fill(empty, resolution("A", *rows))
    assert names(empty, "peace").replace("A#", "") == " ".join(f"op{n}" for n in range(1, 26))

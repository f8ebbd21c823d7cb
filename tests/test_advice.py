"""Suggestions for searches without results: the parts that match nothing, and alternatives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from searchapp.backends import open_backend
from searchapp.query.query import Query
from searchapp.search.backend import Backend
from searchapp.search.no_hits import advice


@pytest.fixture(scope="module")
def backend(place: str) -> Iterator[Backend]:
    made = open_backend(place)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("query", "title"),
    [
        (Query.make("zeppelin"), "No paragraph matches"),
        (Query.make("zeppelin lamp"), "No paragraph contains all of these words"),
        (Query.make("lamp sudan"), "No paragraph contains all of these words"),
        (Query.make("lamp", session="69"), "No paragraph matches these filters"),
        (Query.make("zeppelin", session="69"), "No paragraph matches"),
        (Query.make(session="1"), "No paragraph matches these filters"),
        (Query.make("lamp -lamp"), "No paragraph matches"),
    ],
)
def test_the_title_says_what_is_the_matter(backend: Backend, query: Query, title: str) -> None:
    assert advice(backend, query).title == title


def test_each_part_is_counted_within_the_filters_and_everywhere(backend: Backend) -> None:
    found = advice(backend, Query.make('zeppelin "all member states" lamp -invites', session="69"))

    assert [(part.text, part.here, part.everywhere) for part in found.parts] == [
        ("zeppelin", 0, 0),
        ('"all member states"', 2, 4),
        ("lamp", 0, 1),
    ]
    assert [part.text for part in found.missing] == ["zeppelin"]


def test_what_is_absent_in_a_language_may_occur_in_others(backend: Backend) -> None:
    found = advice(backend, Query.make("lamp", lang="fr"))

    assert (found.where, found.absent) == ("in French", "does not occur in French")
    assert advice(backend, Query.make("zeppelin")).absent == "does not occur"


@pytest.mark.parametrize(
    ("words", "suggested"),
    [
        ("lighthuoses", [("lighthouses", 2)]),
        ("lighthuoses guide", [("lighthouses guide", 1)]),
        ("lighthuoses midterm", [("lighthouses", 2)]),  # no paragraph contains both
        ("xyzzy", []),
        ('"lighthuoses"', []),
    ],
)
def test_spelling(backend: Backend, words: str, suggested: list[tuple[str, int]]) -> None:
    found = advice(backend, Query.make(words))

    assert [(way.query.words, way.count) for way in found.suggestions] == suggested


@pytest.mark.parametrize(
    ("query", "ways"),
    [
        (Query.make("lamp", session="69"), [("The same, without filters", 1)]),
        (Query.make(session="1"), []),  # the search for everything is the start page
        (
            Query.make("lamp", session="69", type="annex"),
            [("The same, without filters", 1), ("Without “Session 69”", 1)],
        ),
        (Query.make("report", lang="fr"), [("The same, in all languages", 2)]),
        (
            Query.make('"member all" states'),
            [("member all states", 4), ("states", 4)],
        ),
        (
            Query.make("lamp sudan midterm"),
            [("lamp OR midterm", 2)],
        ),
        (Query.make("lamp zeppelin"), [("lamp", 1)]),
        (
            Query.make("lamp zeppelin", session="79"),
            [("lamp", 1)],
        ),
        (Query.make("lampsters"), []),
        (
            Query.make("inform", verb="requests"),
            [("The same, without filters", 1)],
        ),
        (
            Query.make("report", verb="invites", session="69"),
            [
                ("The same, without filters", 2),
                ("Without “invites”", 1),
                ("With the verb anywhere in the paragraph", 1),
            ],
        ),
        (Query.make("midtermish"), [("midter*: words with this prefix", 1)]),
    ],
)
def test_ways_that_find_something(
    backend: Backend, query: Query, ways: list[tuple[str, int]]
) -> None:
    found = advice(backend, query)

    for way in found.ways + found.suggestions:
        assert backend.count(way.query) == way.count > 0
    assert [(way.text, way.count) for way in found.ways] == ways


@pytest.mark.parametrize(
    ("words", "ways"),
    [
        ('"states all"', ["states all"]),
        ('"-states all"', ["states all"]),  # no negation that was not there
        (r'"states \"all"', ["states all"]),
        (r'to:"the \"Quartet\""', []),  # a value stays as it is
        ('"states OR nobody"', []),
    ],
)
def test_a_phrase_is_taken_apart_by_its_meaning(
    backend: Backend, words: str, ways: list[str]
) -> None:
    assert [way.text for way in advice(backend, Query.make(words)).ways] == ways

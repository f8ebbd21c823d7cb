"""Repeated words are scored as often as they are written, and every search is bounded."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from soaking.truth import is_near

from searchapp.backends.opensearch.compiling import compile_node
from searchapp.errors import TooSlow
from searchapp.query.parser import parse_words
from searchapp.query.query import Query
from searchapp.query.tree import Every
from searchapp.search import deadline
from searchapp.search.backend import Backend
from searchapp.search.deadline import time_limit

from .conftest import Holding
from .data import resolution

TEXTS = (
    "the the the peace of the",
    "the peace the peace the",
    "peace of the the",
    "of the peace",
    "the",
    "peace peace peace peace",
    " ".join(["the"] * 250),
)


@pytest.fixture(scope="module")
def texts(holding: Holding) -> Backend:
    """Index paragraphs that repeat their words."""
    return holding(*(resolution(f"A/RES/9/{n}", {"text": text}) for n, text in enumerate(TEXTS, 1)))


@pytest.fixture(scope="module")
def few(holding: Holding) -> Backend:
    """Index the same paragraphs without the longest."""
    made = [resolution(f"A/RES/9/{n}", {"text": text}) for n, text in enumerate(TEXTS[:-1], 1)]
    return holding(*made)


def scores(backend: Backend, words: str) -> dict[str, float]:
    return {hit.key: hit.score for hit in backend.scan(Query.make(words))}


@pytest.mark.parametrize("words", ["peace", "the", "pea*", "*ea*", '"the the"', '"the peace"~5'])
@pytest.mark.parametrize("joined", [" ", " OR ", " AND "])
def test_a_part_that_is_written_twice_counts_twice(texts: Backend, words: str, joined: str) -> None:
    once, thrice = scores(texts, words), scores(texts, joined.join([words] * 3))

    assert thrice.keys() == once.keys()
    assert [thrice[key] for key in once] == pytest.approx([3 * once[key] for key in once])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ('"the the"', [1, 3, 7]),
        ('"the the the"', [1, 7]),
        ('"the the the the"~2', [1, 7]),
        ('"the the the the"~1', [7]),
        ('"the peace the peace the"', [2]),
        ('"the peace the the"~1', [2]),
        ('"peace the peace"', [2]),
        ('"peace the the"~1', [2, 3]),
        ('"of the the"~1', [3]),
        (" ".join(["the"] * 200), [1, 2, 3, 4, 5, 7]),
    ],
)
def test_words_that_a_phrase_repeats(texts: Backend, words: str, found: list[int]) -> None:
    results = texts.search(Query.make(words, sort="symbol"))

    assert [hit.key for hit in results.hits] == [f"A/RES/9/{n}" for n in found]
    assert all(hit.marks for hit in results.hits)


@pytest.mark.capability("long phrases")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (f'"{" ".join(["the"] * 200)}"', [7]),
        (f'"{" ".join(["the"] * 200)}"~50', [7]),
        (f'"{" ".join(["the of"] * 100)}"~50', []),
        (f'"{" ".join(["peace"] * 200)}"~50', []),
    ],
)
def test_a_phrase_of_200_words(texts: Backend, words: str, found: list[int]) -> None:
    assert sorted(scores(texts, words)) == [f"A/RES/9/{n}" for n in found]


REPEATED = st.lists(st.sampled_from(("the", "peace", "of")), min_size=2, max_size=5)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(words=REPEATED, gap=st.sampled_from((0, 0, 1, 2, 5, 50)))
def test_any_repeating_phrase(few: Backend, words: list[str], gap: int) -> None:
    short = {f"A/RES/9/{n}": text.split() for n, text in enumerate(TEXTS[:-1], 1)}
    meant = {key for key, stream in short.items() if is_near(words, gap, stream)}
    found = scores(few, f'"{" ".join(words)}"~{gap}')
    assert found.keys() == meant


@pytest.mark.capability("limit of time")
@pytest.mark.parametrize(
    "ask",
    [
        lambda backend, query: backend.search(query),
        lambda backend, query: backend.count(query),
        lambda backend, query: backend.counts(query, "verb", "session"),
        lambda backend, query: backend.resolution_counts(query, "verb", "session"),
        lambda backend, query: backend.groups(query, ["A/RES/9/1", "A/RES/9/2"], 3),
    ],
    ids=["search", "count", "counts", "resolution counts", "groups"],
)
def test_a_search_has_a_limit(
    texts: Backend, ask: Callable[[Backend, Query], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "monotonic", count(0, 100).__next__)
    with time_limit(5), pytest.raises(TooSlow):
        ask(texts, Query.make("peace OR the"))


def leaves(tree: Any) -> int:
    """Return the number of clauses that a server counts in a request."""
    if isinstance(tree, dict):
        own = sum(
            name in ("term", "terms", "prefix", "wildcard", "range", "exists") for name in tree
        )
        phrases = [str(q["query"]).split() for q in tree.get("match_phrase", {}).values()]
        return own + len(list(chain(*phrases))) + sum(map(leaves, tree.values()))
    return sum(map(leaves, tree)) if isinstance(tree, list) else 0


@pytest.mark.parametrize(
    "words",
    [
        " OR ".join(f"ab{n}" for n in range(200)),
        " ".join(f'"ab{n} b"' for n in range(100)),
        " ".join(f"a{n:02}*" for n in range(100))
        + " "
        + " ".join(f"*a{n:02}*" for n in range(100)),
        '"' + " ".join(f"a{n}" for n in range(200)) + '"',
    ],
)
def test_the_largest_query_has_fewer_clauses_than_a_server_takes(words: str) -> None:
    largest = compile_node(parse_words(words, "all") or Every())
    assert leaves(largest) + 100 < 1024  # and as many filters

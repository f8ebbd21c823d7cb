"""Suggestions for a misspelt word: distances, and the common order of both engines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.support.levenshtein import damerau_levenshtein

from searchapp.backends.shared.spelling import edits, likeliest, near_words

WORDS = st.text("abc", max_size=8)


@given(WORDS, WORDS, st.integers(0, 4))
def test_edits_are_counted_up_to_a_limit(first: str, second: str, limit: int) -> None:
    # Whoosh supports no limit of 0, and returns a wrong distance for an empty word.
    distance = damerau_levenshtein(first, second) if second else len(first)
    assert edits(first, second, limit) == min(distance, limit + 1)


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("report", "report", 0),
        ("reprot", "report", 1),  # two neighbours change places
        ("report", "reports", 1),
        ("ca", "abc", 3),  # a swapped letter is not edited again
        ("", "ab", 2),
        ("member", "security", 3),  # far apart: not counted to the end
    ],
)
def test_edits(first: str, second: str, count: int) -> None:
    assert edits(first, second) == edits(second, first) == count


def test_short_words_have_fewer_edits() -> None:
    near = near_words("cat", ["cat", "cot", "cart", "coat", "dog", "dot"])
    assert near == {"cot": 1, "cart": 1, "coat": 1}
    assert near_words("at", ["as", "it"]) == {}


def test_the_nearest_come_first_then_the_frequent() -> None:
    near = {"stale": 2, "stage": 1, "state": 1, "stake": 1}
    assert likeliest(near, {"stale": 9, "stage": 1, "state": 5, "stake": 1}) == [
        "state",
        "stage",
        "stake",
        "stale",
    ]

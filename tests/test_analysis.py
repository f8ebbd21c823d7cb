"""Tokens: their folded forms, and their positions in the printed text."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.text.analysis import MAX_TOKEN, Token, fold, stem, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("— … ’ ?", []),
        ("Invites all Member States", ["invites", "all", "member", "states"]),
        ("Secretary-General", ["secretary", "general"]),
        ("COVID\u201119", ["covid", "19"]),  # a no-break hyphen, as in 76/4
        ("elabora\u00adtion", ["elaboration"]),
        ("Inter\u200dnational", ["international"]),
        ("inter\u2060national", ["international"]),
        ("\u200bthe\u200b", ["the"]),
        ("联合国 2030年", ["联", "合", "国", "2030", "年"]),
        ("Côte d’Ivoire", ["cote", "d", "ivoire"]),
        ("Cote\u0302", ["cote"]),
        ("States’ and States'", ["states", "and", "states"]),
        ("CO2 and CO₂", ["co2", "and", "co2"]),
        ("İstanbul", ["istanbul"]),
        ("ﬁnal", ["final"]),
        ("Straße", ["straße"]),
        ("1.5 per cent, 1,000", ["1", "5", "per", "cent", "1", "000"]),
        ("snake_case", ["snake", "case"]),
        ("A/RES/69/28", ["a", "res", "69", "28"]),
        ("Мир и безопасность", ["мир", "и", "безопасность"]),
        ("ёлка", ["елка"]),
        ("السَّلام", ["السلام"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_offsets_are_those_of_the_printed_text() -> None:
    assert list(tokens("“Elabora\u00adtion” of CÔTE")) == [
        Token("elaboration", 1, 13),
        Token("of", 15, 17),
        Token("cote", 18, 22),
    ]


@given(st.text())
def test_each_token_is_its_place_folded(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert token.start >= end
        assert fold(text[token.start : token.end]) == token.text
        end = token.end


@given(st.text())
def test_words_are_letters_and_digits(text: str) -> None:
    assert all(word.isalnum() for word in words(text))


def test_a_run_without_end_is_cut() -> None:
    assert words("a" * 10_000) == ["a" * MAX_TOKEN]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("invites", "invit"),
        ("invited", "invit"),
        ("states", "state"),
        ("the", "the"),
        ("2030", "2030"),
    ],
)
def test_stem(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Make threads take turns far more often than usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(before)


def test_threads_stem_as_one_does(eager_threads: None) -> None:
    listed = Path(__file__).parent.parent / "searchapp" / "data" / "words.txt"
    given = listed.read_text("utf-8").split()
    alone = {word: stem.__wrapped__(word) for word in given}
    stem.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: [stem(word) for word in given], range(4)))
    found = {pair for stems in together for pair in zip(given, stems, strict=True)}
    assert found == set(alone.items())

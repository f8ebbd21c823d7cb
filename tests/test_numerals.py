"""Roman numbers, ordinals and list letters: formatting and parsing are inverse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.text.numerals import (
    MAX_ROMAN,
    format_count,
    format_letters,
    format_ordinal,
    format_roman,
    parse_letters,
    parse_ordinal,
    parse_roman,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [("I", 1), ("iv", 4), ("XX", 20), ("XXIX", 29), ("XL", 40), ("MCMXCIX", 1999)]
    + [(text, None) for text in ("", "IIII", "IIX", "VX", "A", "12", "MMMM")],
)
def test_roman_numbers(text: str, value: int | None) -> None:
    assert parse_roman(text) == value


@pytest.mark.parametrize("number", [1, 4, 9, 29, 40, 1999, MAX_ROMAN])
def test_a_roman_number_is_read_as_it_was_written(number: int) -> None:
    assert parse_roman(format_roman(number)) == number


@pytest.mark.parametrize("number", [-1, 0, MAX_ROMAN + 1])
def test_there_is_no_roman_number(number: int) -> None:
    with pytest.raises(ValueError, match="no Roman number"):
        format_roman(number)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "first"),
        (12, "twelfth"),
        (20, "twentieth"),
        (21, "twenty-first"),
        (99, "ninety-ninth"),
        (100, "one hundredth"),
        (101, "101st"),
        (111, "111th"),
    ],
)
def test_ordinals(number: int, words: str) -> None:
    assert format_ordinal(number) == words
    assert parse_ordinal(words) == number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Seventy-eighth", 78),
        ("seventy‑eighth", 78),  # a no-break hyphen, in A/RES/78/10
        ("thirty fifth", 35),  # the hyphen lost at the end of a line
        ("hundredth", 100),
        ("62nd", 62),
        ("last", None),
        ("forth", None),
        ("", None),
    ],
)
def test_spellings_of_ordinals(words: str, number: int | None) -> None:
    assert parse_ordinal(words) == number


@given(st.integers(1, 999_999))
def test_an_ordinal_is_read_as_it_was_written(number: int) -> None:
    assert parse_ordinal(format_ordinal(number)) == number


@given(st.integers(1, 26 * 30))
def test_the_letters_of_an_item_are_read_as_they_were_written(number: int) -> None:
    assert parse_letters(format_letters(number)) == number
    assert parse_letters(format_letters(number).upper()) == number


@pytest.mark.parametrize("text", ["", "ab", "iv"])
def test_letters_that_are_no_place_in_a_list(text: str) -> None:
    assert parse_letters(text) is None


def test_letters_of_another_alphabet_are_in_order() -> None:
    places = [parse_letters(letter) for letter in "абв"]

    assert places == list(range(places[0] or 0, (places[0] or 0) + 3))


@pytest.mark.parametrize(
    ("number", "form", "printed"),
    [
        (3, "decimal", "3"),
        (3, "decimalZero", "03"),
        (3, "lowerLetter", "c"),
        (28, "upperLetter", "BB"),
        (14, "lowerRoman", "xiv"),
        (14, "upperRoman", "XIV"),
        (4000, "lowerRoman", "4000"),  # in figures if the form has no sign for the number
        (0, "upperLetter", "0"),
        (3, "none", ""),
        (3, "ideographDigital", "3"),
    ],
)
def test_numbers_of_lists(number: int, form: str, printed: str) -> None:
    assert format_count(number, form) == printed

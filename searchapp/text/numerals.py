"""Parsing and formatting of printed numbers: Roman, ordinal, and list labels.

Roman numbers ("XX"), ordinals in words ("seventy-eighth"), the letters of lists ("(a)", "(bb)").
"""

from __future__ import annotations

import re

# Roman ----------------------------------------------------------------------------------------

# The numbers of sessions up to the thirtieth (A/RES/3234(XXIX)), of annexes (A/RES/54/263,
# "ANNEX II") and of items ("(iv)").
_ROMAN = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_PARTS = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "m cm d cd c xc l xl x ix v iv i".split(),
        strict=True,
    )
)
MAX_ROMAN = 3999


def parse_roman(text: str) -> int | None:
    """Return the value of a Roman number in letters of either case, or None."""
    numeral = text.upper()
    if not numeral or not _ROMAN.fullmatch(numeral):
        return None
    total = 0
    for letter, following in zip(numeral, numeral[1:] + " ", strict=True):
        value = _VALUES[letter]
        total += -value if value < _VALUES.get(following, 0) else value
    return total


def format_roman(number: int) -> str:
    """Return a number from 1 to `MAX_ROMAN` in lower-case Roman numerals."""
    if not 0 < number <= MAX_ROMAN:
        raise ValueError(f"There is no Roman number for {number}.")
    text = ""
    for worth, letters in _PARTS:
        times, number = divmod(number, worth)
        text += letters * times
    return text


# Ordinals -------------------------------------------------------------------------------------

_ONES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_HUNDREDTH = "one hundredth"
# A word such as sessions are counted with: "seventy-eighth", with a no-break hyphen in half of the
# files (A/RES/78/10), and as two words where a line was wrapped.
ORDINAL = rf"(?:(?:{'|'.join(_TENS)})[-‑ ])?[a-z]+(?:st|nd|rd|th)"
_IN_FIGURES = re.compile(r"(\d{1,6})(?:st|nd|rd|th)")


def parse_ordinal(words: str) -> int | None:
    """Return the value of an ordinal ("seventy-eighth", "101st"), or None."""
    plain = re.sub(r"[\s‑]", "-", words.strip().lower())
    if figures := _IN_FIGURES.fullmatch(plain):
        return int(figures[1])
    return _ORDINALS.get(plain)


def format_ordinal(number: int) -> str:
    """Return the ordinal in words up to a hundred ("twenty-first"), in figures beyond ("101st")."""
    if 1 <= number < 20:
        return _ONES[number - 1]
    if number == 100:
        return _HUNDREDTH
    if 20 <= number < 100:
        tens, ones = _TENS[number // 10 - 2], number % 10
        return f"{tens}-{_ONES[ones - 1]}" if ones else f"{tens[:-1]}ieth"
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"


_ORDINALS = {
    **{format_ordinal(number): number for number in range(1, 100)},
    **dict.fromkeys(("hundredth", _HUNDREDTH.replace(" ", "-")), 100),
}


# Labels of lists ------------------------------------------------------------------------------

_ALPHABET = 26
_LONGEST = 30  # letters of a label; after "z" come "aa", "bb"


def parse_letters(text: str) -> int | None:
    """Return the position of a list letter: "a" is 1, "z" 26, "aa" 27; None for other texts.

    Letters of other alphabets ("(б)") do not start from 1, but their order is right.
    """
    if len(set(text)) != 1:
        return None
    return ord(text[0].lower()[0]) - 96 + _ALPHABET * (len(text) - 1)


def format_letters(number: int) -> str:
    """Return the lower-case letter of a position in a list, from 1: "c", "aa"."""
    times, letter = divmod(number - 1, _ALPHABET)
    return chr(ord("a") + letter) * (times + 1)


def format_count(number: int, form: str) -> str:
    """Format a list number: 3 → "c", "iii"; `form` is Word's name of the format ("lowerRoman")."""
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{number:02}"
    printed = str(number)
    if form in ("lowerRoman", "upperRoman") and 0 < number <= MAX_ROMAN:
        printed = format_roman(number)
    elif form in ("lowerLetter", "upperLetter") and 0 < number <= _ALPHABET * _LONGEST:
        printed = format_letters(number)
    return printed.upper() if form.startswith("upper") else printed

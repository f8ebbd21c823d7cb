"""Counts as lists print them."""

from __future__ import annotations

_LONGEST = 30  # letters of a label; after "z" come "aa", "bb"
_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "m cm d cd c xc l xl x ix v iv i".split(),
        strict=True,
    )
)


def numeral(count: int, form: str) -> str:
    """A count as a list prints it: `form` is Word's name of the format ("lowerRoman")."""
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{count:02}"
    if form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        return roman(count) if form == "lowerRoman" else roman(count).upper()
    if form in ("lowerLetter", "upperLetter") and 0 < count <= 26 * _LONGEST:
        letter = chr((97 if form == "lowerLetter" else 65) + (count - 1) % 26)
        return letter * ((count - 1) // 26 + 1)
    return str(count)


def roman(count: int) -> str:
    """A Roman number, in small letters."""
    text = ""
    for worth, letters in _ROMAN:
        times, count = divmod(count, worth)
        text += letters * times
    return text

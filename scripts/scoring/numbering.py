"""Full paragraph numbers from printed labels: "(i)" after "3." and "(a)" is "3 (a) (i)"."""

from __future__ import annotations

import re
from typing import Literal

_ROMAN = re.compile(r"(?=[ivx])x{0,3}(ix|iv|v?i{0,3})")
_DECIMAL, _LETTER, _NUMERAL = range(3)


class Numbering:
    """The numbers that precede the next label: one slot each for 3, (a) and (i)."""

    def __init__(self) -> None:
        self._slots: list[str] = ["", "", ""]

    def clear(self) -> None:
        """Reset the numbers, as after a heading or a chapeau without a number."""
        self._slots = ["", "", ""]

    def follows(self, label: str) -> bool:
        """Tell whether a decimal number is the successor of the last one."""
        last = self._slots[_DECIMAL]
        return last.isdigit() and bare(label) == str(int(last) + 1)

    def number(self, label: str, following: str, level: int) -> tuple[str, int]:
        """Return the full number of a label, and its level from 1.

        `level` is the depth of the mark-up, 1 if it is flat; `following` is the label of the next
        line, which distinguishes the letter (i) from the Roman numeral.
        """
        slot = level - 1 if level > 1 else self._slot(label, bare(following))
        self._slots[slot:] = [_printed(label), *[""] * (_NUMERAL - slot)]
        return " ".join(filter(None, self._slots)), sum(map(bool, self._slots))

    def _slot(self, label: str, following: str) -> int:
        name = bare(label)
        if not label.startswith("("):
            return _DECIMAL
        letter = bare(self._slots[_LETTER])
        if not letter or not _ROMAN.fullmatch(name):
            return _LETTER
        if after(letter) == name and not (name == "i" and following == "ii"):
            return _LETTER
        expected = _next_roman(bare(self._slots[_NUMERAL]))
        return _NUMERAL if name == expected else _LETTER


def bare(label: str) -> str:
    """Remove brackets and full stop from a label: "(a)" becomes "a", "3." becomes "3"."""
    return label.strip("(). ")


def after(letter: str) -> str:
    """Return the label of the next item: "b" after "a", "aa" after "z", "bb" after "aa"."""
    if letter and set(letter) == {"z"}:
        return "a" * (len(letter) + 1)
    return chr(ord(letter[0]) + 1) * len(letter) if letter else ""


def _printed(label: str) -> str:
    """Format a label for a full number, without its full stop; 76/256 has "l." for 1."""
    if label.startswith("("):
        return label
    return "1" if label == "l." else label.strip(". ")


Style = Literal["decimal", "letter", "roman"]


def style(label: str, number: str | None) -> Style:
    """Return the style of a label; `number` is the full number that it ends."""
    if not label.startswith("("):
        return "decimal"
    return "roman" if (number or "").count("(") > 1 else "letter"


def count(label: str, how: Style) -> int:
    """Parse a label to its ordinal: 3 for "3.", "(c)" and "(iii)"; 0 if it is none."""
    most = 1000 if how == "decimal" else 60
    return next((place for place in range(1, most) if _format(place, how) == label), 0)


def _format(place: int, how: Style) -> str:
    if how == "decimal":
        return f"{place}."
    return _letters(place) if how == "letter" else f"({_roman(place)})"


def _letters(place: int) -> str:
    times, letter = divmod(place - 1, 26)
    return f"({chr(ord('a') + letter) * (times + 1)})"


def _next_roman(numeral: str) -> str:
    return _roman(next((n for n in range(1, 60) if _roman(n) == numeral), 0) + 1)


def _roman(number: int) -> str:
    tens, units = divmod(number, 10)
    ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
    return ["", "x", "xx", "xxx", "xl", "l"][tens] + ones[units]

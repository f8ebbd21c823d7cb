"""How nouns stand in JSON: their fields in order, and what each may hold.

JSON enters as given: missing keys take defaults, and a value of the wrong type is named in a
`ReadError`. What this program wrote itself needs no checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from ..errors import ReadError

Check = Callable[[str, Any], Any]  # takes a field's name and value, and gives what is kept of it


class Shape:
    """The fields of a dataclass, each with its check; text where none is named.

    `what` is what a message calls an object of it, and `without` names a field that stands apart.
    Tables are made once for each class, since an index is written and read object by object.
    """

    def __init__(self, noun: type[Any], what: str, without: str = "", **checks: Check) -> None:
        self.make: Callable[..., Any] = noun
        self._what = what
        self._names = tuple(f.name for f in fields(noun) if f.name != without)
        self._values: Callable[[Any], tuple[Any, ...]] = attrgetter(*self._names)
        self._checks: list[tuple[str, Check]] = [
            (name, checks.get(name, text)) for name in self._names
        ]
        self._rows = {name: c.shape for name, c in checks.items() if isinstance(c, Rows)}
        self._lists = [n for n, check in self._checks if check is texts or n in self._rows]

    def to_json(self, thing: Any) -> dict[str, Any]:
        """A JSON object with the fields' names, in their order."""
        data = dict(zip(self._names, self._values(thing), strict=True))
        for name in self._lists:
            rows, value = self._rows.get(name), data[name]
            data[name] = [rows.to_json(row) for row in value] if rows else list(value)
        return data

    def as_written(self, data: dict[str, Any]) -> dict[str, Any]:
        """The values of an object that `to_json` gave; it is used up."""
        for name in self._lists:
            rows, value = self._rows.get(name), data[name]
            data[name] = tuple([rows.make(**rows.as_written(r)) for r in value] if rows else value)
        return data

    def given(self, data: Any) -> dict[str, Any]:
        """The values that an object from anywhere has; `ReadError` in a field's name."""
        if not isinstance(data, dict):
            raise ReadError(f"Expected an object for {self._what}, not {type(data).__name__}.")
        known = {}
        for name, check in self._checks:
            value = data.get(name)
            if value is not None:
                known[name] = check(name, value)
        return known


class Rows:
    """Takes a list of objects; the `blanks` are what an entry must have, and may not say."""

    def __init__(self, shape: Shape, blanks: Sequence[str]) -> None:
        self.shape = shape
        self._blanks = dict.fromkeys(blanks, "")

    def __call__(self, name: str, value: Any) -> tuple[Any, ...]:
        make, given = self.shape.make, self.shape.given
        return tuple([make(**{**self._blanks, **given(row)}) for row in _list(name, value)])


def text(name: str, value: Any) -> str:
    """A text that can be sent: half a surrogate pair, which JSON can hold, becomes "?"."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    raise ReadError(f"“{name}” must be text, not {value!r:.60}.")


def texts(name: str, value: Any) -> tuple[str, ...]:
    """Several texts."""
    return tuple([text(name, item) for item in _list(name, value)])


def whole_number(name: str, value: Any) -> int:
    """A whole number of 32 bits."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**31:
        raise ReadError(f"“{name}” must be a whole number, not {value!r:.60}.")
    return value


def truth(_: str, value: Any) -> bool:
    """Whether a value counts as true."""
    return bool(value)


def sides(name: str, value: Any) -> dict[str, Any]:
    """An object with a number, a text or several texts for each side of a vote, or nothing."""
    if not isinstance(value, dict):
        raise ReadError(f"“{name}” must be an object.")
    return {text(name, side): _of_side(name, given) for side, given in value.items()}


def _of_side(name: str, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return list(texts(name, value))
    return text(name, value) if isinstance(value, str) else whole_number(name, value)


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ReadError(f"“{name}” must be a list, not {type(value).__name__}.")
    return value

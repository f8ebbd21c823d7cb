"""JSON serialisation and validation of the model classes.

In JSON from outside, missing keys take defaults, and a value of the wrong type is a `ReadError`
with the field's name. JSON that this program wrote is not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from ..errors import ReadError

Check = Callable[[str, Any], Any]  # returns the value to keep for a field's name and value


class Shape:
    """The fields of a dataclass, each with its check (`text` by default).

    `what` is the name of such an object in messages, and `without` is a field to leave out. The
    tables are built once per class, because an index is written and read object by object.
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
        """Return a JSON object with the fields' names, in their order."""
        data = dict(zip(self._names, self._values(thing), strict=True))
        for name in self._lists:
            rows, value = self._rows.get(name), data[name]
            data[name] = [rows.to_json(row) for row in value] if rows else list(value)
        return data

    def as_written(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of an object made by `to_json`, unchecked; `data` is consumed."""
        for name in self._lists:
            rows, value = self._rows.get(name), data[name]
            data[name] = tuple([rows.make(**rows.as_written(r)) for r in value] if rows else value)
        return data

    def checked(self, data: Any) -> dict[str, Any]:
        """Return the field values of an object from outside; `ReadError` names a wrong field."""
        if not isinstance(data, dict):
            raise ReadError(f"Expected an object for {self._what}, not {type(data).__name__}.")
        known = {}
        for name, check in self._checks:
            value = data.get(name)
            if value is not None:
                known[name] = check(name, value)
        return known


class Rows:
    """A check of a list of objects; fields in `blanks` are "" if an entry lacks them."""

    def __init__(self, shape: Shape, blanks: Sequence[str]) -> None:
        self.shape = shape
        self._blanks = dict.fromkeys(blanks, "")

    def __call__(self, name: str, value: Any) -> tuple[Any, ...]:
        make, checked = self.shape.make, self.shape.checked
        return tuple([make(**{**self._blanks, **checked(row)}) for row in _check_list(name, value)])


def text(name: str, value: Any) -> str:
    """Check a text, and replace lone surrogates, which JSON allows and UTF-8 does not, by "?"."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    raise ReadError(f"“{name}” must be text, not {value!r:.60}.")


def texts(name: str, value: Any) -> tuple[str, ...]:
    """Check a list of texts."""
    return tuple([text(name, item) for item in _check_list(name, value)])


def whole_number(name: str, value: Any) -> int:
    """Check an integer of 32 bits."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**31:
        raise ReadError(f"“{name}” must be a whole number, not {value!r:.60}.")
    return value


def truth(_: str, value: Any) -> bool:
    """Return the truth value; any JSON value is accepted."""
    return bool(value)


def sides(name: str, value: Any) -> dict[str, Any]:
    """Check a vote: an object with a number, a text, a list of texts or null for each side."""
    if not isinstance(value, dict):
        raise ReadError(f"“{name}” must be an object.")
    return {text(name, side): _check_side(name, votes) for side, votes in value.items()}


def _check_side(name: str, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return list(texts(name, value))
    return text(name, value) if isinstance(value, str) else whole_number(name, value)


def _check_list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ReadError(f"“{name}” must be a list, not {type(value).__name__}.")
    return value

"""The kinds of settings: parsing, formatting, and the error messages for invalid values."""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from ..errors import SearchAppError
from ..text.printable import printable
from .public_address import PublicAddress

PREFIX = "SEARCHAPP_"
_SHOWN = 60  # characters of a wrong value in a sentence
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
_CREDENTIALS = re.compile(r"//.*@")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}?|\}")
Value = TypeVar("Value")


class Kind(ABC, Generic[Value]):
    """The values of one kind; `rule` completes a sentence that begins with "write"."""

    rule: str

    @abstractmethod
    def parse(self, given: object) -> Value:
        """Convert a text, or a value from a program; `ValueError` if it is not valid."""

    def text(self, value: Value) -> str:
        """Format a value as a text that `parse` converts back."""
        return str(value)


@dataclass(frozen=True)
class Setting:
    """The declaration of a setting: its name, default and kind, and a sentence about it."""

    name: str
    default: Any
    kind: Kind[Any]
    help: str
    is_secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name

    @property
    def default_text(self) -> str:
        """The default as it is written in the environment; empty if there is none."""
        return self.kind.text(self.default)

    def parse(self, given: object, source: str = "") -> Any:
        """Return the value; `SearchAppError` with the name of its source if it is not valid."""
        try:
            return self.kind.parse(given)
        except ValueError:
            what = "not valid" if self.is_secret else f"“{shown(given)}”"
            raise SearchAppError(
                f"{source or self.variable} is {what}: write {self.kind.rule}."
            ) from None


def shown(given: object) -> str:
    """Format a wrong value for a message: printable, shortened, and without a password."""
    plain = str(given).encode("utf-8", "backslashreplace").decode()
    text = printable(_CREDENTIALS.sub("//…@", plain))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class Number(Kind[int]):
    """Whole numbers between two bounds, both included, in ASCII digits."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most
        self.rule = f"a whole number from {least} to {most}"

    def parse(self, given: object) -> int:
        """Return the number."""
        value = given
        if isinstance(given, str) and re.fullmatch("[+-]?[0-9]{1,30}", given.strip()):
            value = int(given)
        if type(value) is int and self.least <= value <= self.most:
            return value
        raise ValueError


class Decimal(Kind[float]):
    """Decimal numbers between two bounds, both included."""

    def __init__(self, least: float, most: float) -> None:
        self.least, self.most = least, most
        self.rule = f"a number from {least:g} to {most:g}"

    def parse(self, given: object) -> float:
        """Return the number."""
        value = given
        if isinstance(given, str) and re.fullmatch(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?", given):
            value = float(given)
        if type(value) in (int, float) and self.least <= value <= self.most:  # type: ignore[operator]
            return float(value)  # type: ignore[arg-type]
        raise ValueError

    def text(self, value: float) -> str:
        """Return the number without a trailing decimal point."""
        return f"{value:g}"


class Switch(Kind[bool]):
    """Booleans."""

    rule = "1, true, yes or on; or 0, false, no or off"

    def parse(self, given: object) -> bool:
        """Return True for on, False for off."""
        word = str(int(given)) if isinstance(given, bool) else str(given).strip().lower()
        if word in _YES or word in _NO:
            return word in _YES
        raise ValueError

    def text(self, value: bool) -> str:
        """Return 1 or 0."""
        return str(int(value))


class Text(Kind[str]):
    """Texts that a pattern matches completely."""

    def __init__(self, rule: str, pattern: str = r"[^\0]*") -> None:
        self.rule, self._pattern = rule, re.compile(pattern)

    def parse(self, given: object) -> str:
        """Return the text; a `Path` is accepted, too."""
        text = os.fspath(given) if isinstance(given, Path) else given
        if isinstance(text, str) and self._pattern.fullmatch(text):
            return text
        raise ValueError


class Replicas(Kind[str]):
    """Numbers of replicas: one number, or a range that ends with a number or `all`."""

    rule = "a number from 0 to 99, or a range such as 0-1 or 0-all"

    def parse(self, given: object) -> str:
        """Return the text."""
        found = re.fullmatch("([0-9]{1,2})(?:-([0-9]{1,2}|all))?", str(given))
        if found is None or ((found[2] or "all") != "all" and int(found[1]) > int(found[2])):
            raise ValueError
        return found[0]


class Host(Kind[str]):
    """Names and addresses of an interface, without a port."""

    rule = "the name or address of an interface, such as 127.0.0.1, without a port"

    def parse(self, given: object) -> str:
        """Return the host."""
        if not isinstance(given, str) or not re.fullmatch(r"[^\s/@\[\]\0]+", given):
            raise ValueError
        if ":" in given:
            import ipaddress

            ipaddress.IPv6Address(given)
        return given


class File(Kind[Path | None]):
    """Paths of a file, or none."""

    rule = "the path of a file"

    def parse(self, given: object) -> Path | None:
        """Return the path."""
        if given is None or given == "":
            return None
        if isinstance(given, str | Path) and "\0" not in str(given):
            return Path(given)
        raise ValueError

    def text(self, value: Path | None) -> str:
        """Return the path, or an empty text."""
        return str(value or "")


class Site(Kind[PublicAddress]):
    """Public addresses of a site, or none."""

    rule = (
        "an address such as https://clauses.example.org or https://example.org/clauses, "
        "without ?, # and passwords"
    )

    def parse(self, given: object) -> PublicAddress:
        """Return the address."""
        if isinstance(given, PublicAddress):
            return PublicAddress.of(str(given))
        if isinstance(given, str):
            return PublicAddress.of(given)
        raise ValueError


class Template(Kind[str]):
    """Addresses of documents, in which {symbol} and {language} are replaced."""

    rule = (
        "an address that begins with https:// or http:// and has {symbol} in it, after the host; "
        "{language} is the only other name in braces"
    )

    def parse(self, given: object) -> str:
        """Return the template."""
        if not isinstance(given, str) or re.search(r"[\s\x00-\x1f\x7f]", given):
            raise ValueError
        parts = urlsplit(given)
        names = set(_PLACEHOLDER.findall(given))
        host, _ = parts.hostname, parts.port  # ValueError for an invalid port
        is_web = parts.scheme in ("http", "https") and host and "@" not in parts.netloc
        if (
            is_web
            and "{" not in parts.netloc
            and {"{symbol}"} <= names <= {"{symbol}", "{language}"}
        ):
            return given
        raise ValueError

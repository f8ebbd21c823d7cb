"""The public address of the site: scheme, host and path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9.])?"
_SIX = r"\[[0-9a-f:.]{2,45}\]"
_HOST = re.compile(rf"(?:{_NAME}|{_SIX})(?::[0-9]{{1,5}})?", re.ASCII | re.IGNORECASE)
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Scheme, host (with a port) and prefix (the path of the application); all may be ""."""

    scheme: str = ""
    host: str = ""
    prefix: str = ""

    @classmethod
    def of(cls, url: str) -> PublicAddress:
        """Parse a URL; `ValueError` if it is not valid as a public address."""
        text = url.strip()
        if not text:
            return cls()
        if re.search(r"[\s\x00-\x1f\x7f]", text):  # urlsplit silently removes some of them
            raise ValueError
        parts = urlsplit(text)
        plain = not (parts.query or parts.fragment or parts.username or parts.password)
        found = cls(parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"))
        _ = parts.port  # ValueError if it is not a number, or too large
        if not (plain and "?" not in text and "#" not in text and found.is_valid()):
            raise ValueError
        return found

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}{self.prefix}" if self.host else ""

    def is_valid(self) -> bool:
        """Tell whether each part is valid."""
        known = self.scheme in ("http", "https")
        steps = self.prefix.split("/")
        return (
            known
            and bool(_HOST.fullmatch(self.host))
            and bool(_PREFIX.fullmatch(self.prefix))
            and "." not in steps
            and ".." not in steps
        )

    def inner(self, path: str) -> str:
        """Return the path without the prefix; unchanged if a proxy has already removed that."""
        if self.prefix and path == self.prefix:
            return "/"
        if self.prefix and path.startswith(f"{self.prefix}/"):
            return path[len(self.prefix) :]
        return path

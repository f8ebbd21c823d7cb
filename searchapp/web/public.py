"""The address that readers know: scheme, host and path, behind a proxy or without one.

Everything that is written into pages and exports comes from here, never from what a client says of
itself: without a public address the Host is taken, and must be one; forwarded headers count only
where a proxy is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ..errors import SearchAppError

_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9.])?"
_SIX = r"\[[0-9a-f:.]{2,45}\]"
_HOST = re.compile(rf"(?:{_NAME}|{_SIX})(?::[0-9]{{1,5}})?", re.ASCII | re.IGNORECASE)
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*", re.ASCII)
WRONG_HOST = "searchapp.wrong_host"  # in a request's environment: its Host is no name of a host
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Scheme, host (with a port) and prefix (the path below which we are); all may be ""."""

    scheme: str = ""
    host: str = ""
    prefix: str = ""

    @classmethod
    def of(cls, url: str) -> PublicAddress:
        """Return the parts of an address; `SearchAppError` where it is none."""
        text = url.strip()
        if not text:
            return cls()
        try:
            parts = urlsplit(text)
            plain = not (parts.query or parts.fragment or parts.username or parts.password)
            found = cls(parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"))
            _ = parts.port  # ValueError where it is no number, or too large
        except ValueError:
            raise _no_address(url) from None
        if not (plain and "?" not in text and "#" not in text and found.is_valid()):
            raise _no_address(url)
        return found

    def is_valid(self) -> bool:
        """Whether each part may stand in an address."""
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
        """Return the path below the prefix; one that a proxy has cut already stays as it is."""
        if self.prefix and path == self.prefix:
            return "/"
        if self.prefix and path.startswith(f"{self.prefix}/"):
            return path[len(self.prefix) :]
        return path


def _no_address(url: str) -> SearchAppError:
    return SearchAppError(
        f"SEARCHAPP_PUBLIC_URL is “{url}”: write an address such as "
        "https://clauses.example.org or https://example.org/clauses, without ?, # and passwords."
    )


class Public:
    """Gives each request its public address; one that is none is marked, and gets a plain one."""

    def __init__(self, app: Application, address: PublicAddress) -> None:
        self._app, self._address = app, address

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        address = self._address if self._address.host else _said(environ)
        if not address.is_valid():
            environ[WRONG_HOST], address = True, PublicAddress("http", "localhost")
        environ["wsgi.url_scheme"], environ["HTTP_HOST"] = address.scheme, address.host
        environ["SCRIPT_NAME"] = address.prefix
        environ["PATH_INFO"] = address.inner(environ.get("PATH_INFO", ""))
        return self._app(environ, start)


def _said(environ: Mapping[str, Any]) -> PublicAddress:
    """Return what the request says of its address."""
    name, port = environ.get("SERVER_NAME", ""), environ.get("SERVER_PORT", "80")
    server = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    return PublicAddress(
        environ.get("wsgi.url_scheme", ""),
        environ.get("HTTP_HOST", server),
        environ.get("SCRIPT_NAME", "").rstrip("/"),
    )


def with_public_address(app: Flask) -> Application:
    """Return the application as it is reached: through trusted proxies, at a public address.

    With a public address proxies are believed in nothing but the client's own address.
    `SearchAppError` for a public address that is none, or below a path that is a page of ours.
    """
    address, proxies = PublicAddress.of(app.config["PUBLIC_URL"]), app.config["TRUSTED_PROXIES"]
    first = address.prefix.split("/")[1:2]
    if any(rule.rule.split("/")[1:2] == first for rule in app.url_map.iter_rules() if first):
        raise SearchAppError(
            f"SEARCHAPP_PUBLIC_URL ends in “{address.prefix}”, and “/{first[0]}” is a page of this "
            "site: choose another path."
        )
    public = Public(app.wsgi_app, address)
    told = 0 if address.host else proxies
    return ProxyFix(public, proxies, told, told, 0, told) if proxies else public

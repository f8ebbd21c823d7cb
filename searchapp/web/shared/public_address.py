"""The public address: scheme, host and path prefix, with or without a proxy.

All absolute URLs in pages and exports are based on it. Without a public address in the settings,
the Host header is used and must be a valid host name; forwarded headers count only if a proxy is
trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ...errors import SearchAppError
from ...settings.public_address import PublicAddress
from .settings import settings_of

WRONG_HOST = "searchapp.wrong_host"  # key in a WSGI environment: the Host header is invalid
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Public:
    """WSGI middleware that sets the public address; an invalid one is flagged and replaced."""

    def __init__(self, app: Application, address: PublicAddress) -> None:
        self._app, self._address = app, address

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        address = self._address if self._address.host else _claimed_address(environ)
        if not address.is_valid():
            environ[WRONG_HOST], address = True, PublicAddress("http", "localhost")
        environ["wsgi.url_scheme"], environ["HTTP_HOST"] = address.scheme, address.host
        environ["SCRIPT_NAME"] = address.prefix
        environ["PATH_INFO"] = address.inner(environ.get("PATH_INFO", ""))
        return self._app(environ, start)


def _claimed_address(environ: Mapping[str, Any]) -> PublicAddress:
    """Return the address that the request itself claims."""
    name, port = environ.get("SERVER_NAME", ""), environ.get("SERVER_PORT", "80")
    server = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    return PublicAddress(
        environ.get("wsgi.url_scheme", ""),
        environ.get("HTTP_HOST", server),
        environ.get("SCRIPT_NAME", "").rstrip("/"),
    )


def with_public_address(app: Flask) -> Application:
    """Return the application behind its trusted proxies and its public address.

    With a public address, proxies are trusted only for the client's own address.
    `SearchAppError` for a public address below a path that is a page of ours.
    """
    address, proxies = settings_of(app).public_url, settings_of(app).trusted_proxies
    first = address.prefix.split("/")[1:2]
    if any(rule.rule.split("/")[1:2] == first for rule in app.url_map.iter_rules() if first):
        raise SearchAppError(
            f"SEARCHAPP_PUBLIC_URL ends in “{address.prefix}”, and “/{first[0]}” is a page of this "
            "site: choose another path."
        )
    public = Public(app.wsgi_app, address)
    told = 0 if address.host else proxies
    return ProxyFix(public, proxies, told, told, 0, told) if proxies else public

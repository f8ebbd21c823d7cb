"""Thread pools by URL: one for pages; exports and the health check have their own.

An export may take minutes, and its client may be slow: it must not occupy the threads of pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from ...settings.public_address import PublicAddress
from .settings import settings_of

PAGES, EXPORTS, HEALTH = "pages", "exports", "health"
POOL = "searchapp.pool"  # key in a WSGI environment: the pool that answers the request
REFUSED = "searchapp.refused"  # likewise: no thread was free; seconds until a retry
View = TypeVar("View", bound=Callable[..., Any])


def answered_by(pool: str) -> Callable[[View], View]:
    """Assign a view to a pool; other views belong to the pool of pages."""

    def assign(view: View) -> View:
        view.pool = pool  # type: ignore[attr-defined]
        return view

    return assign


class Router:
    """The mapping of paths to pools, for use before a request is handled."""

    def __init__(self, app: Flask) -> None:
        self._views = app.view_functions
        self._routes = app.url_map.bind("localhost")
        self._public = settings_of(app).public_url
        self._is_proxied = bool(settings_of(app).trusted_proxies)

    def pool(self, path: str, prefix: str = "") -> str:
        """Return the name of a path's pool; for an unknown path, that of the pages.

        `prefix` is the path prefix sent by a proxy; it is ignored unless proxies are trusted.
        """
        told = PublicAddress(prefix=prefix.rstrip("/")) if self._is_proxied else self._public
        try:
            endpoint, _ = self._routes.match((told if prefix else self._public).inner(path), "GET")
        except (HTTPException, RoutingException):
            return PAGES
        return str(getattr(self._views[endpoint], "pool", PAGES))

"""Which threads answer an address: most make pages; exports and the sign of life have their own.

An export may take minutes, and its reader may be slow: it must not hold the threads of pages.
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
POOL = "searchapp.pool"  # in a request's environment: the pool that answers it
REFUSED = "searchapp.refused"  # there, too: seconds after which to try again; no thread was free
View = TypeVar("View", bound=Callable[..., Any])


def answered_by(pool: str) -> Callable[[View], View]:
    """Say which pool answers a view; a view of which nothing is said makes a page."""

    def marked(view: View) -> View:
        view.pool = pool  # type: ignore[attr-defined]
        return view

    return marked


class Router:
    """Finds the pool for a path before the request is answered."""

    def __init__(self, app: Flask) -> None:
        self._views = app.view_functions
        self._routes = app.url_map.bind("localhost")
        self._public = settings_of(app).public_url
        self._is_proxied = bool(settings_of(app).trusted_proxies)

    def pool(self, path: str, prefix: str = "") -> str:
        """Return the name of a pool; an address that leads nowhere is answered by a page.

        `prefix` is what a proxy says of it, which may be trusted or not.
        """
        told = PublicAddress(prefix=prefix.rstrip("/")) if self._is_proxied else self._public
        try:
            endpoint, _ = self._routes.match((told if prefix else self._public).inner(path), "GET")
        except (HTTPException, RoutingException):
            return PAGES
        return str(getattr(self._views[endpoint], "pool", PAGES))

"""The application factory: settings, index, pages, error handlers and headers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response
from werkzeug.routing import PathConverter

from .. import __version__
from ..search.deadline import time_limit
from ..settings.config import BY_NAME, Settings, read_settings, unknown_variables
from .routes import (
    basket,
    facet_values,
    matrix,
    pages,
    resolution,
    robots,
    search,
    suggestions,
    trend,
)
from .shared import error_pages
from .shared.addresses import search_url
from .shared.compression import compress
from .shared.opened_index import Holder
from .shared.public_address import Application, with_public_address
from .shared.settings import keep_settings
from .shared.template_filters import FILTERS, RIGHT_TO_LEFT
from .views.facet_rows import value_rows

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # Other sites may neither keep a handle on our windows nor embed our responses.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Pages need no device feature but the clipboard.
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
VIEWS = (pages, robots, search, suggestions, facet_values, resolution, basket, matrix, trend)
MAX_BODY = 128 * 1024  # bytes of a submitted form: a full basket of long addresses


class KeyConverter(PathConverter):
    """A URL converter for resolution keys: symbols of any form, including slashes."""

    regex = ".+?"
    part_isolating = False


def create_app(config: Settings | Mapping[str, Any] | None = None) -> Flask:
    """Return the application.

    `config` is a `Settings`, or a mapping: names of settings (`INDEX`, …), which override the
    environment, and of Flask's own configuration. `SearchAppError` for an invalid name or value.
    """
    app = Flask(__name__, root_path=str(root_path()))
    settings = config if isinstance(config, Settings) else _read(config or {}, app)
    keep_settings(app, settings)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions["searchapp"] = Holder(settings)
    app.url_map.merge_slashes = False
    app.url_map.converters["key"] = KeyConverter
    app.jinja_env.filters.update(FILTERS, search_url=search_url, value_rows=value_rows)
    app.jinja_env.globals.update(version=__version__, right_to_left=RIGHT_TO_LEFT)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for views in VIEWS:
        app.register_blueprint(views.blueprint)
    error_pages.init_app(app)
    robots.init_app(app)
    app.after_request(with_headers)
    app.after_request(compress)
    limited = with_time_limit(app.wsgi_app, settings.query_seconds)
    app.wsgi_app = limited  # type: ignore[method-assign, assignment]
    public = with_public_address(app)
    app.wsgi_app = public  # type: ignore[method-assign, assignment]
    return app


def _read(config: Mapping[str, Any], app: Flask) -> Settings:
    """Read the settings from `config` and the environment; pass on to Flask what is Flask's."""
    of_flask = {name for name in config if name in app.default_config and name not in BY_NAME}
    app.config.from_mapping({name: config[name] for name in of_flask})
    for sentence in unknown_variables():
        app.logger.warning("%s", sentence)
    return read_settings({name: config[name] for name in config if name not in of_flask})


def with_time_limit(wsgi: Application, seconds: int) -> Application:
    """Limit the total search time of a request; a streamed body has no limit."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with time_limit(seconds):
            return wsgi(environ, start_response)

    return answer


def root_path() -> Path:
    """Return the folder that contains `templates` and `static`.

    A wheel has them inside the package, a checkout next to it.
    """
    package = Path(__file__).resolve().parent.parent
    return package if (package / "templates").is_dir() else package.parent


def with_headers(response: Response) -> Response:
    """Add headers against content of other hosts, foreign scripts and framing."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response

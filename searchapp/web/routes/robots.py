"""Rules for crawlers: resolutions are allowed, the endless combinations of a search are not.

robots.txt is valid only at the root of a host, so every excluded page says so itself, too.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

blueprint = Blueprint("robots", __name__)
OPEN = frozenset("pages.home pages.help_page pages.coverage resolutions.page static".split())
CLOSED = "/search /facets/ /matrix /trend /suggest.json /basket /healthz".split()


def init_app(app: Flask) -> None:
    """Tell crawlers on every page whether it may be indexed."""
    app.context_processor(lambda: {"noindex": is_closed()})
    app.after_request(with_robots)
    app.jinja_env.tests["kept_out"] = is_kept_out


@blueprint.get("/robots.txt")
def rules() -> Response:
    """Return the rules for crawlers."""
    root = request.script_root
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in CLOSED)]
    lines += [f"Disallow: {root}/resolutions/*?", f"Allow: {root}/resolutions/"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def is_kept_out(url: str) -> bool:
    """Return whether crawlers may not fetch a URL of this site."""
    return url.removeprefix(request.script_root).startswith(tuple(CLOSED))


def is_closed() -> bool:
    """Return whether this page must not be indexed; one with parameters may be a duplicate."""
    has_state = bool(request.args) and request.endpoint != "static"
    return request.endpoint not in OPEN or has_state


def with_robots(response: Response) -> Response:
    """Set the header for pages that must not be indexed: JSON and CSV have no meta element."""
    if is_closed() or response.status_code >= 400:
        response.headers["X-Robots-Tag"] = "noindex"
    return response

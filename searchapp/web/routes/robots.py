"""What search engines may read: resolutions, not the endless combinations of a search.

robots.txt counts at the root of a host alone, so that every page that is kept out says so itself.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

blueprint = Blueprint("robots", __name__)
OPEN = frozenset("pages.home pages.help_page pages.coverage resolutions.page static".split())
CLOSED = "/search /facets/ /matrix /trend /suggest.json /basket /healthz".split()


def init_app(app: Flask) -> None:
    """Say on every page whether it may be listed."""
    app.context_processor(lambda: {"noindex": is_closed()})
    app.after_request(with_robots)
    app.jinja_env.tests["kept_out"] = is_kept_out


@blueprint.get("/robots.txt")
def rules() -> Response:
    """What a robot may read."""
    root = request.script_root
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in CLOSED)]
    lines += [f"Disallow: {root}/resolutions/*?", f"Allow: {root}/resolutions/"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def is_kept_out(url: str) -> bool:
    """Whether robots may not read an address of this site."""
    return url.removeprefix(request.script_root).startswith(tuple(CLOSED))


def is_closed() -> bool:
    """Whether this page is not to be listed; a resolution with words to mark is another's copy."""
    has_state = bool(request.args) and request.endpoint != "static"
    return request.endpoint not in OPEN or has_state


def with_robots(response: Response) -> Response:
    """Say in the head, too, what is not to be listed: JSON and CSV have no other place for it."""
    if is_closed() or response.status_code >= 400:
        response.headers["X-Robots-Tag"] = "noindex"
    return response

"""Addresses: of a search, of a resolution, of a paragraph, of an official document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from flask import current_app, g, request, url_for

from ..query import Query
from ..resolution import Paragraph, Resolution
from ..results import Hit
from ..symbols import parse_symbol

Args = list[tuple[str, str]]


def request_args() -> Args:
    """The parameters of the present address, in their order."""
    return list(request.args.items(multi=True))


def search_url(query: Query, endpoint: str = "search.page", **changes: Any) -> str:
    """The address of a search, with changes to its state."""
    return with_args(url_for(endpoint), replace(query, **changes).to_args())


def words_url(words: str, **filters: str) -> str:
    """The address of a search for words, with filters."""
    return with_args(url_for("search.page"), [("q", words), *filters.items()])


def with_args(path: str, args: Args) -> str:
    """A path with parameters that are not empty."""
    given = _parameters(tuple(args))
    return f"{path}?{given}" if given else path


@lru_cache(maxsize=1000)  # each hit of a page has the same
def _parameters(args: tuple[tuple[str, str], ...]) -> str:
    return urlencode([(name, value) for name, value in args if value])


def resolution_url(
    key: str,
    words: str = "",
    anchor: str = "",
    external: bool = False,
    beside: Iterable[str] = (),
) -> str:
    """The address of a resolution, or of a paragraph in it, with words to mark.

    `beside` names languages that stand beside the text.
    """
    # The path is put together here: keys of any shape are taken, and the router refuses some.
    base = _host() if external else request.script_root
    path = f"{base}/resolutions/{quote(key, safe='/()@,')}"
    fragment = f"#{quote(anchor)}" if anchor else ""
    return with_args(path, [("q", words), *(("beside", code) for code in beside)]) + fragment


def _host() -> str:
    """The address of this site, worked out once for each page."""
    if "host" not in g:
        g.host = url_for("pages.home", _external=True).rstrip("/")
    host: str = g.host
    return host


def hit_url(hit: Hit, words: str = "", external: bool = False) -> str:
    """The address of a hit's paragraph."""
    return resolution_url(hit.key, words, fragment(hit.paragraph), external)


def fragment(paragraph: Paragraph) -> str:
    """The paragraph's anchor as an HTML id, which has no spaces."""
    return re.sub(r"\s+", "-", paragraph.anchor)


def official_url(resolution: Resolution) -> str | None:
    """The address of the official document, where the symbol is one of the United Nations."""
    return official_of(resolution.symbol or "", resolution.language)


def official_of(symbol: str, language: str = "en") -> str | None:
    """The address of the official document that a text spells, or None."""
    original, slash, number = symbol.partition("/Corr.")
    spelt = parse_symbol(original)
    if spelt is None:
        return None
    template: str = current_app.config["OFFICIAL_URL"]
    filled = template.replace("{language}", quote(language, safe=""))
    spelling = f"{spelt.text}{slash}{number[:3]}"
    return filled.replace("{symbol}", quote(spelling, safe="/()"))

"""URLs of searches and their facet choices, resolutions, paragraphs and official documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import repeat
from secrets import token_hex
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus, urlencode

from flask import g, request, url_for

from ...model.resolution import Paragraph, Resolution
from ...query.choices import opposite
from ...query.query import Query
from ...search.results import Hit
from ...un.symbols import parse_symbol
from .settings import settings_of

Args = list[tuple[str, str]]
_SPACES = re.compile(r"\s+")


def request_args() -> Args:
    """Return the parameters of the current URL, in order."""
    return list(request.args.items(multi=True))


def search_url(query: Query, endpoint: str = "search.page", **changes: Any) -> str:
    """Return the URL of a search, with changes to its state."""
    return with_args(url_for(endpoint), replace(query, **changes).to_args())


def words_url(words: str, **filters: str) -> str:
    """Return the URL of a search for words, with filters."""
    return with_args(url_for("search.page"), [("q", words), *filters.items()])


def with_args(path: str, args: Args) -> str:
    """Return a path with the non-empty parameters."""
    query = _encode(tuple(args))
    return f"{path}?{query}" if query else path


@lru_cache(maxsize=1000)  # all hits of a page share their parameters
def _encode(args: tuple[tuple[str, str], ...]) -> str:
    return urlencode([(name, value) for name, value in args if value])


class ChoiceAddresses:
    """URLs of a search with one facet choice added or removed.

    A page has hundreds of them. Those that add a choice to the same facet differ only in that
    choice, so the parts before and after it are built once per facet.
    """

    def __init__(
        self,
        query: Query,
        path: str,
        kept: Sequence[tuple[str, str]] = (),
        escape: Callable[[str], str] = str,
    ) -> None:
        """Take a query and the path of a page; `kept` are the page's own parameters.

        `escape` makes the URLs safe in HTML that is built without a template.
        """
        self._query, self._path, self._escape = query, path, escape
        self._kept = f"&{urlencode(kept)}" if kept else ""
        self._around: dict[str, _Around] = {}

    def toggled(self, facet: str, choice: str) -> str:
        """Return the URL with a choice added, or removed if the query has it."""
        around = self._around.get(facet) or self._part(facet)
        if facet == "lang" or choice in around.moved:
            return self._whole(facet, choice)
        return f"{around.before}{_quoted(choice)}{around.after}"

    def excluding(self, facet: str, value: str) -> str:
        """Return the URL that toggles the exclusion of a value; "" for a language."""
        return "" if facet == "lang" else self.toggled(facet, f"-{value}")

    def _part(self, facet: str) -> _Around:
        """Build the URL parts around a choice of the facet, and cache them."""
        before, _, after = self._whole(facet, _HERE).partition(_HERE)
        choices = self._query.values(facet)
        moved = frozenset((*choices, *map(opposite, choices)))
        self._around[facet] = _Around(moved, before, after)
        return self._around[facet]

    def _whole(self, facet: str, choice: str) -> str:
        query = urlencode(self._query.toggled(facet, choice).to_args())
        return self._escape(f"{self._path}?{query}{self._kept}")


class _Around(NamedTuple):
    """The URL parts before and after a choice that is added to a facet.

    They do not apply to `moved`: the choices in the query, and their opposites.
    """

    moved: frozenset[str]
    before: str
    after: str


_HERE = token_hex(16)  # a random placeholder, so that no value contains it
# Pages of one index share most facet values.
_quoted = lru_cache(maxsize=10_000)(quote_plus)


def resolution_url(
    key: str,
    words: str = "",
    anchor: str = "",
    external: bool = False,
    beside: Iterable[str] = (),
) -> str:
    """Return the URL of a resolution, or of one of its paragraphs, with words to mark.

    `beside` are languages to show next to the text.
    """
    base = _host() if external else request.script_root
    fragment = f"#{quote(anchor)}" if anchor else ""
    args = [("q", words), *zip(repeat("beside"), beside)]
    return with_args(f"{base}{_resolution_path(key)}", args) + fragment


@lru_cache(maxsize=1000)  # several hits of a page share a resolution, and each has two URLs
def _resolution_path(key: str) -> str:
    # Not by url_for: keys may have any form, and the router rejects some.
    return f"/resolutions/{quote(key, safe='/()@,')}"


def _host() -> str:
    """Return the absolute URL of this site, computed once per request."""
    if "host" not in g:
        g.host = url_for("pages.home", _external=True).rstrip("/")
    host: str = g.host
    return host


def hit_url(hit: Hit, words: str = "", external: bool = False) -> str:
    """Return the URL of a hit's paragraph."""
    return resolution_url(hit.key, words, fragment(hit.paragraph), external)


def fragment(paragraph: Paragraph) -> str:
    """Return the paragraph's anchor as an HTML id, without spaces."""
    return _SPACES.sub("-", paragraph.anchor)


def official_url(resolution: Resolution) -> str | None:
    """Return the URL of the official document; None if its symbol is not one of the UN's."""
    return official_of(resolution.symbol or "", resolution.language)


def official_of(symbol: str, language: str = "en") -> str | None:
    """Return the URL of the official document for a symbol as written, or None."""
    original, slash, number = symbol.partition("/Corr.")
    spelt = parse_symbol(original)
    if spelt is None:
        return None
    filled = settings_of().official_url.replace("{language}", quote(language, safe=""))
    spelling = f"{spelt.text}{slash}{number[:3]}"
    return filled.replace("{symbol}", quote(spelling, safe="/()"))

"""Addresses: of a search and its choices, a resolution, a paragraph, an official document."""

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


class ChoiceAddresses:
    """Addresses of a search with one choice of a facet added or taken away.

    A page has hundreds of them. Those that add a choice to a facet differ in this choice alone, so
    what stands before and after it is made once.
    """

    def __init__(
        self,
        query: Query,
        path: str,
        kept: Sequence[tuple[str, str]] = (),
        escape: Callable[[str], str] = str,
    ) -> None:
        """Take a query and the path of a page; `kept` are the page's own parameters.

        `escape` is for HTML that is put together without a template, which would escape it.
        """
        self._query, self._path, self._escape = query, path, escape
        self._kept = f"&{urlencode(kept)}" if kept else ""
        self._around: dict[str, _Around] = {}

    def toggled(self, facet: str, choice: str) -> str:
        """Return the address with a choice added, or removed where the query has it."""
        around = self._around.get(facet) or self._part(facet)
        if facet == "lang" or choice in around.moved:
            return self._whole(facet, choice)
        return f"{around.before}{_quoted(choice)}{around.after}"

    def excluding(self, facet: str, value: str) -> str:
        """Return the address that excludes a value, or no longer does; "" for a language."""
        return "" if facet == "lang" else self.toggled(facet, f"-{value}")

    def _part(self, facet: str) -> _Around:
        """Return what stands around a choice of the facet, and keep it."""
        before, _, after = self._whole(facet, _HERE).partition(_HERE)
        choices = self._query.values(facet)
        moved = frozenset((*choices, *map(opposite, choices)))
        self._around[facet] = _Around(moved, before, after)
        return self._around[facet]

    def _whole(self, facet: str, choice: str) -> str:
        query = urlencode(self._query.toggled(facet, choice).to_args())
        return self._escape(f"{self._path}?{query}{self._kept}")


class _Around(NamedTuple):
    """What stands around a choice that is added to a facet, and the choices that change more.

    Those are the choices that the query has, and their opposites.
    """

    moved: frozenset[str]
    before: str
    after: str


_HERE = token_hex(16)  # no value that anybody has
# The values of an index are the same from page to page.
_quoted = lru_cache(maxsize=10_000)(quote_plus)


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
    base = _host() if external else request.script_root
    fragment = f"#{quote(anchor)}" if anchor else ""
    args = [("q", words), *zip(repeat("beside"), beside)]
    return with_args(f"{base}{_resolution_path(key)}", args) + fragment


@lru_cache(maxsize=1000)  # a resolution has several hits on a page, and each has two addresses
def _resolution_path(key: str) -> str:
    # The path is put together here: keys of any shape are taken, and the router refuses some.
    return f"/resolutions/{quote(key, safe='/()@,')}"


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
    return _SPACES.sub("-", paragraph.anchor)


def official_url(resolution: Resolution) -> str | None:
    """The address of the official document, where the symbol is one of the United Nations."""
    return official_of(resolution.symbol or "", resolution.language)


def official_of(symbol: str, language: str = "en") -> str | None:
    """The address of the official document that a text spells, or None."""
    original, slash, number = symbol.partition("/Corr.")
    spelt = parse_symbol(original)
    if spelt is None:
        return None
    filled = settings_of().official_url.replace("{language}", quote(language, safe=""))
    spelling = f"{spelt.text}{slash}{number[:3]}"
    return filled.replace("{symbol}", quote(spelling, safe="/()"))

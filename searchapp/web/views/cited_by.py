"""Who cites a resolution: how many paragraphs, and the newest resolutions among them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from ...model.resolution import Resolution
from ...query.query import Query
from ...query.tree import Value
from ...un.symbols import display
from ..shared.addresses import resolution_url, words_url
from ..shared.opened_index import backend
from .related import Link

NAMED = 6  # resolutions that are named; the search lists them all
_LANGUAGES = 7  # in which one of them may be held


@dataclass(frozen=True, slots=True)
class Citing:
    """How many paragraphs cite, in all languages, the search that lists them, and the newest."""

    paragraphs: int
    url: str
    newest: tuple[Link, ...]


def citing(resolution: Resolution) -> Citing | None:
    """Who cites a resolution, or None where nobody does."""
    if not resolution.symbol:
        return None
    query = Query(where=Value("cites", resolution.symbol), lang="all", group=True, sort="newest")
    paragraphs = backend().count(query)
    if not paragraphs:
        return None
    url = words_url(str(query.where), lang="all", sort="newest")
    return Citing(paragraphs, url, tuple(_newest(query, url, resolution.language)))


def _newest(query: Query, url: str, language: str) -> list[Link]:
    """Return the newest, each once, in a language, else in English, else in any; then the rest."""
    found: dict[str, dict[str, str]] = {}
    for hit in islice(backend().scan(query), (NAMED + 1) * _LANGUAGES):
        name = display(hit.resolution.symbol or hit.key)
        found.setdefault(name, {})[hit.resolution.language] = hit.key
    links = [
        Link(name, resolution_url(keys.get(language) or keys.get("en") or min(keys.values())))
        for name, keys in found.items()
    ]
    return (
        links
        if len(links) <= NAMED
        else [*links[:NAMED], Link("others", f"{url}&group=resolution")]
    )

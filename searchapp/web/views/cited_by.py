"""Citations of a resolution: the number of paragraphs, and the newest citing resolutions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from ...model.resolution import Resolution
from ...query.parser import write_words
from ...query.query import Query
from ...query.tree import Value
from ...un.symbols import display
from ..shared.addresses import resolution_url, words_url
from ..shared.opened_index import backend
from .related import Link

NAMED = 6  # resolutions listed by symbol; the search lists them all
_LANGUAGES = 7  # versions that one of them may have


@dataclass(frozen=True, slots=True)
class Citing:
    """The number of citing paragraphs in all languages, their search, and the newest."""

    paragraphs: int
    url: str
    newest: tuple[Link, ...]


def find_citing(resolution: Resolution) -> Citing | None:
    """Find the citations of a resolution; None if there are none."""
    if not resolution.symbol:
        return None
    cites = Value("cites", resolution.symbol)
    words = write_words(cites)
    query = Query(where=cites, lang="all", group=True, sort="newest")
    paragraphs = backend().count(query) if words else 0
    if not words or not paragraphs:
        return None
    url = words_url(words, lang="all", sort="newest")
    return Citing(paragraphs, url, tuple(_newest(query, url, resolution.language)))


def _newest(query: Query, url: str, language: str) -> list[Link]:
    """Return links to the newest citing resolutions, and to the search for the rest.

    Each is linked once: in `language`, else in English, else in any.
    """
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

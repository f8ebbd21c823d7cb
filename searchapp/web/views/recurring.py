"""Series of resolutions with one title: the previous and the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ...model.resolution import Resolution
from ...query.parser import write_words
from ...query.query import Query
from ...query.tree import Node, phrase_of
from ...text.analysis import words
from ...un.symbols import display
from ..shared.addresses import resolution_url, words_url
from ..shared.opened_index import backend
from .related import Link

_MOST = 300  # resolutions of one title that are read; the General Assembly has had 80 sessions


@dataclass(frozen=True, slots=True)
class Recurring:
    """The neighbours by adoption, the number with that title, and the search for them."""

    before: Link | None
    after: Link | None
    count: int
    url: str


def find_series(resolution: Resolution, key: str) -> Recurring | None:
    """Find a resolution's neighbours of the same title; None if there are none."""
    title = words(resolution.title or "")
    phrase = phrase_of("title", title) if title else None
    asked = write_words(phrase) if phrase else None
    if not phrase or not asked:  # nobody can search for a title of many words
        return None
    series = list(islice(_of_title(phrase, title, resolution.language), _MOST))
    keys = [key for key, _ in series]
    if len(series) < 2 or key not in keys:
        return None
    index = keys.index(key)
    links = [Link(text, resolution_url(other)) for other, text in series]
    return Recurring(
        before=links[index - 1] if index else None,
        after=links[index + 1] if index + 1 < len(links) else None,
        count=len(series),
        url=words_url(asked, lang=resolution.language, group="resolution", sort="newest"),
    )


def _of_title(phrase: Node, title: list[str], language: str) -> Iterator[tuple[str, str]]:
    """Yield keys and names of the resolutions that have exactly this title, the oldest first."""
    query = Query(where=phrase, lang=language, group=True, sort="oldest")
    for hit in backend().scan(query):
        if words(hit.resolution.title or "") == title:
            year = f" ({hit.resolution.year})" if hit.resolution.year else ""
            yield hit.key, f"{display(hit.resolution.symbol or hit.key)}{year}"

"""Results by resolution: each one's best paragraphs, and the way to those that are left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..query import Query, narrowed
from ..query.tree import Value, any_of
from ..results import Hit
from ..wording import counted
from .addresses import resolution_url, search_url
from .hits import HitView, hit_view
from .holdings import backend

BEST = 3  # paragraphs that are shown of a resolution


@dataclass(frozen=True, slots=True)
class GroupView:
    """A resolution's best paragraphs, how many were found, and the search for all of them."""

    first: HitView
    url: str
    count: str
    hits: tuple[HitView, ...]
    more: str
    more_url: str


def group_views(query: Query, hits: Iterable[Hit]) -> list[GroupView]:
    """The resolutions of a page that names one paragraph of each."""
    found = _found(query, tuple(hit.key for hit in hits))
    return [_view(query, of_one) for of_one in found.values()]


def _found(query: Query, keys: tuple[str, ...]) -> dict[str, list[Hit]]:
    """Every paragraph found in these resolutions, the best of each first."""
    found: dict[str, list[Hit]] = {key: [] for key in keys}
    here = any_of(Value("key", key) for key in keys)
    best = replace(query, group=False, sort="relevance", where=here)
    for hit in backend().scan(best):
        found[hit.key].append(hit)
    return {key: of_one for key, of_one in found.items() if of_one}


def _view(query: Query, hits: list[Hit]) -> GroupView:
    views = tuple(hit_view(hit, query.words) for hit in hits[:BEST])
    left = len(hits) - len(views)
    return GroupView(
        first=views[0],
        url=resolution_url(hits[0].key, query.words),
        count=counted(len(hits), "paragraph"),
        hits=views,
        more=counted(left, "more paragraph") if left else "",
        more_url=_all_of(query, hits[0]) if left else "",
    )


def _all_of(query: Query, hit: Hit) -> str:
    """The same search within one resolution; on its own page where no symbol names it."""
    symbol = hit.resolution.symbol
    if not symbol:
        return resolution_url(hit.key, query.words)
    words = narrowed(query.words, Value("symbol", symbol))
    return search_url(
        query, words=words, group=False, sort="symbol", page=1, lang=hit.resolution.language
    )

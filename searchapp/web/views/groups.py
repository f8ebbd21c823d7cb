"""Results grouped by resolution: the best paragraphs of each, and a link to the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...query.parser import write_words
from ...query.query import Query
from ...query.tree import Value
from ...search.backend import Group
from ...search.results import Hit
from ...text.wording import counted
from ..shared.addresses import resolution_url, search_url
from ..shared.opened_index import backend
from .hits import HitView, hit_view

BEST = 3  # paragraphs shown per resolution


@dataclass(frozen=True, slots=True)
class GroupView:
    """A resolution's best paragraphs, the number found, and the search for all of them."""

    first: HitView
    url: str
    count: str
    hits: tuple[HitView, ...]
    more: str
    more_url: str


def group_views(query: Query, hits: Iterable[Hit]) -> list[GroupView]:
    """Return the resolutions of a page of results, whose `hits` are one paragraph of each."""
    groups = backend().groups(query, [hit.key for hit in hits], BEST)
    return [_view(query, group) for group in groups]


def _view(query: Query, group: Group) -> GroupView:
    views = tuple(hit_view(hit, query.words) for hit in group.hits)
    left = group.total - len(views)
    return GroupView(
        first=views[0],
        url=resolution_url(group.key, query.words),
        count=counted(group.total, "paragraph"),
        hits=views,
        more=counted(left, "more paragraph") if left else "",
        more_url=_all_of(query, group.hits[0]) if left else "",
    )


def _all_of(query: Query, hit: Hit) -> str:
    """Return the URL of the search within one resolution; its page if no query asks for it."""
    symbol = hit.resolution.symbol
    words = write_words(Value("symbol", symbol), query.words) if symbol else None
    if words is None:
        return resolution_url(hit.key, query.words)
    return search_url(
        query, words=words, group=False, sort="symbol", page=1, lang=hit.resolution.language
    )

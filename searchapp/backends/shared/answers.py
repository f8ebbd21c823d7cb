"""Code that the engines share: assembly of hits and pages, and reports about the index."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from ...model.resolution import Paragraph, Resolution
from ...query.facets import BY_NAME
from ...query.query import Query
from ...query.tree import Value, all_of, any_of
from ...search import deadline
from ...search.backend import Coverage, Group
from ...search.matches import Matcher
from ...search.results import FacetResult, Hit, Results
from ...un.symbols import session_order

# Searches


def make_hit(
    paragraph: Paragraph,
    resolution: Resolution,
    key: str,
    marks: Matcher,
    *,
    above: Sequence[Paragraph] = (),
    below: int = 0,
    score: float = 0.0,
) -> Hit:
    """Return a hit with the spans to mark.

    `resolution` has no paragraphs; `above` are the paragraphs above this one, outermost first, and
    `below` is the number of paragraphs directly below it.
    """
    deadline.check()
    english = resolution.language == "en"
    return Hit(
        paragraph=paragraph,
        resolution=resolution,
        key=key,
        score=score,
        marks=marks.spans(paragraph.text, english),
        chapeau=tuple(above),
        chapeau_marks=tuple(marks.spans(each.text, english) for each in above),
        children=below,
    )


def page_start(query: Query) -> int:
    """Return the number of entries on the pages before the query's."""
    return (query.page - 1) * query.limit


def count_entries(query: Query, total: int, resolutions: int) -> int:
    """Return the number of entries on all pages: resolutions if hits are grouped."""
    return resolutions if query.group else total


def make_results(
    query: Query,
    hits: Iterable[Hit],
    facets: tuple[FacetResult, ...],
    *,
    total: int,
    resolutions: int,
    start: float,
) -> Results:
    """Return one page; `start` is the start time of the search, by `perf_counter`."""
    return Results(
        total=total,
        resolutions=resolutions,
        hits=tuple(hits),
        facets=facets,
        page=query.page,
        pages=max(1, math.ceil(count_entries(query, total, resolutions) / query.limit)),
        took_ms=round((perf_counter() - start) * 1000, 3),
        query=query.to_json(),
    )


def find_groups(
    query: Query, keys: Iterable[str], search: Callable[[Query, int], Iterable[Group]]
) -> list[Group]:
    """Search for the hits in some resolutions, by relevance; return them in the order of `keys`.

    `search` receives the query and the number of keys.
    """
    wanted = dict.fromkeys(keys)
    inside = any_of(Value("key", key) for key in wanted)
    where = inside if query.where is None else all_of([query.where, inside])
    asked = replace(query, group=False, sort="relevance", where=where)
    by_key = {group.key: group for group in search(asked, len(wanted))} if wanted else {}
    return [by_key[key] for key in wanted if key in by_key]


def counted_fields(query: Query, facets: Iterable[str]) -> list[str]:
    """Return the fields to count for some facets."""
    return [BY_NAME[name].counted(query.any_verb) for name in facets]


# Reports


def sort_coverage(rows: Iterable[Coverage]) -> list[Coverage]:
    """Sort rows by body and language, and their sessions and years."""
    ordered = (
        replace(
            row,
            sessions=tuple(sorted(row.sessions, key=lambda name: (session_order(name), name))),
            years=tuple(sorted(row.years)),
        )
        for row in rows
    )
    return sorted(ordered, key=lambda row: (row.body, row.language))


class Inspection:
    """A check of an index's resolutions; ids of paragraphs must be unique in the whole index."""

    def __init__(self) -> None:
        self._ids: set[str] = set()

    def problems(self, key: str, indexed: int | None, ids: Sequence[str | None]) -> Iterator[str]:
        """Yield the problems of one resolution, in sentences.

        `indexed` is the number of paragraphs according to its header, None for a header that can't
        be read. `ids` are those of its paragraphs, None for one that can't be read.
        """
        if indexed is None:
            yield f"The header of {key} can't be read: {_again('its file')}"
        elif indexed != len(ids):
            yield (
                f"{key} has {len(ids)} paragraphs where {indexed} were indexed: "
                f"{_again('its file')}"
            )
        for name in ids:
            if name is None:
                yield f"A paragraph of {key} can't be read: {_again('its file')}"
            elif name in self._ids:
                yield f"Two paragraphs have the id {name}: {_again('their files')}"
            else:
                self._ids.add(name)


def _again(files: str) -> str:
    return f"index {files} again with --force."

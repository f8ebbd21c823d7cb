"""Reads of an index apart from searches: coverage, ledger, whole resolutions, spelling, checks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from ...model.resolution import Resolution, anchor_of
from ...model.source import Source
from ...search.backend import Coverage
from ...text.analysis import fold
from ..shared.answers import Inspection, sort_coverage
from ..shared.spelling import allowed_edits, likeliest, near_words
from .client import Cluster, Json
from .documents import term
from .index_state import State
from .mapping import HEADER, PARAGRAPH, SOURCE
from .search import MANY, VALUES, WINDOW, Ask, read_pages, visible

NEAR = 200  # candidates for suggestions


def languages(cluster: Cluster, index: str, at: State) -> list[str]:
    """Return the languages of the index's paragraphs."""
    counts = {"codes": {"terms": {"field": "lang", "size": VALUES}}}
    body = {"query": _filter(visible(PARAGRAPH, at)), "size": 0, "aggs": counts}
    found = cluster.search(index, body)["aggregations"]["codes"]["buckets"]
    return sorted(bucket["key"] for bucket in found)


def coverage(cluster: Cluster, index: str, at: State) -> list[Coverage]:
    """Return the coverage of the index, by body and language."""
    sources = [
        {"body": {"terms": {"field": "body", "missing_bucket": True}}},
        {"lang": {"terms": {"field": "lang", "missing_bucket": True}}},
    ]
    counts = {
        "sessions": {"terms": {"field": "session", "size": VALUES}},
        "years": {"terms": {"field": "year", "size": VALUES}},
        "paragraphs": {"sum": {"field": "size"}},
    }
    body = {
        "query": _filter(visible(HEADER, at)),
        "size": 0,
        "aggs": {"held": {"composite": {"size": VALUES, "sources": sources}, "aggs": counts}},
    }
    found = cluster.search(index, body)["aggregations"]["held"]["buckets"]
    return sort_coverage(map(_coverage, found))


def _coverage(bucket: Json) -> Coverage:
    return Coverage(
        body=bucket["key"]["body"] or "",
        language=bucket["key"]["lang"] or "",
        sessions=tuple(_keys(bucket["sessions"])),
        years=tuple(_keys(bucket["years"])),
        resolutions=bucket["doc_count"],
        paragraphs=int(bucket["paragraphs"]["value"]),
    )


def _keys(counts: Json) -> list[Any]:
    return [bucket["key"] for bucket in counts["buckets"]]


def sources(ask: Ask, at: State) -> list[Source]:
    """Return the ledger, by path."""
    body = {
        "query": _filter(visible(SOURCE, at)),
        "size": MANY,
        "sort": [{"path": "asc"}],
        "_source": ["line"],
    }
    lines = [hit["_source"]["line"] for found in read_pages(ask, body) for hit in found]
    return sorted((Source.from_json(json.loads(line)) for line in lines), key=lambda s: s.path)


def whole_resolution(ask: Ask, key: str, at: State) -> Resolution | None:
    """Return a resolution with its paragraphs in printed order; None if it is absent."""
    return next(
        _resolutions(ask, [*_select_visible(at), {"term": {"key": term(key)}}], WINDOW), None
    )


def anchors(ask: Ask, key: str, at: State) -> tuple[str, ...] | None:
    """Return the anchors of a resolution's paragraphs in printed order; None if it is absent."""
    body = {
        "query": _filter([*_select_visible(at), {"term": {"key": term(key)}}]),
        "size": WINDOW,
        "sort": [{"place": "asc"}],
        "_source": ["doc", "line"],
    }
    documents = [hit["_source"] for found in read_pages(ask, body) for hit in found]
    rows = [json.loads(each["line"]) for each in documents if each["doc"] == PARAGRAPH]
    return tuple(anchor_of(row["id"]) for row in rows) if documents else None


def keys(ask: Ask, at: State) -> Iterator[str]:
    """Yield the key of every resolution, from its header, since a long key is cut as a term."""
    body = {
        "query": _filter(visible(HEADER, at)),
        "size": MANY,
        "sort": [{"key": "asc"}],
        "_source": ["line"],
    }
    for found in read_pages(ask, body):
        for hit in found:
            yield json.loads(hit["_source"]["line"])["key"]


def every_resolution(ask: Ask, at: State) -> Iterator[Resolution]:
    """Stream every resolution, whole."""
    return _resolutions(ask, _select_visible(at), 2_000)


def problems(ask: Ask, at: State) -> Iterator[str]:
    """Yield the problems of the index, in sentences."""
    if at.sent and not at.is_held:
        yield "A commit was interrupted: index the same files again to complete it."
    inspection = Inspection()
    for size, (header, *paragraphs) in _read_stored(ask, _select_visible(at), 2_000):
        yield from inspection.problems(header["key"], size, [row["id"] for row in paragraphs])


def _select_visible(at: State) -> list[Json]:
    kinds = {"terms": {"doc": [HEADER, PARAGRAPH]}}
    return [kinds, *visible(HEADER, at)[1:]]


def _resolutions(ask: Ask, wanted: list[Json], size: int) -> Iterator[Resolution]:
    for _, (header, *rows) in _read_stored(ask, wanted, size):
        yield Resolution.from_json({**header, "paragraphs": rows})


def _read_stored(
    ask: Ask, wanted: list[Json], number: int
) -> Iterator[tuple[int | None, list[Json]]]:
    """Yield for each resolution its recorded number of paragraphs, and its header and rows.

    The number is None if the header's document is missing; the header is then that of a paragraph.
    """
    body = {
        "query": _filter(wanted),
        "size": number,
        "sort": [{"key": "asc"}, {"place": "asc"}],
        "_source": ["line", "key", "header"],
        "docvalue_fields": ["size"],
    }
    hits = (hit for found in read_pages(ask, body) for hit in found)
    for _, group in groupby(hits, lambda hit: hit["sort"][0]):
        rows = list(group)
        size = next(iter(rows[0].get("fields", {}).get("size", ())), None)
        headers = [rows[0]["_source"]["header"]] if size is None else []
        lines = [*headers, *(row["_source"]["line"] for row in rows)]
        yield size, [json.loads(line) for line in lines]


def suggestions(ask: Callable[[Json], Json], word: str, limit: int, at: State) -> list[str]:
    """Return words with the same first letter that are spelt like this one."""
    wanted = fold(word)
    if not allowed_edits(wanted):
        return []
    near = near_words(wanted, _find_candidates(ask, wanted, allowed_edits(wanted)))
    frequency = _count_paragraphs(ask, list(near), at)
    # The server's lexicon includes the words of removed documents.
    return [word for word in likeliest(near, frequency) if frequency[word]][:limit]


def _find_candidates(ask: Callable[[Json], Json], wanted: str, edits: int) -> list[str]:
    rules = {
        "field": "text",
        "suggest_mode": "always",
        "max_edits": edits,
        "prefix_length": 1,
        "min_word_length": 1,
        "string_distance": "damerau_levenshtein",
        "sort": "score",
        "size": NEAR,
        "shard_size": NEAR,
        "max_inspections": 50,
        "max_term_freq": 1_000_000_000,
    }
    answer = ask({"size": 0, "suggest": {"near": {"text": wanted, "term": rules}}})
    return [option["text"] for entry in answer["suggest"]["near"] for option in entry["options"]]


def _count_paragraphs(ask: Callable[[Json], Json], words: list[str], at: State) -> dict[str, int]:
    """Count the paragraphs with each of some words."""
    if not words:
        return {}
    filters = {word: {"term": {"text": word}} for word in words}
    query = _filter(visible(PARAGRAPH, at))
    body = {"query": query, "size": 0, "aggs": {"words": {"filters": {"filters": filters}}}}
    found = ask(body)["aggregations"]["words"]["buckets"]
    return {word: found[word]["doc_count"] for word in words}


def _filter(queries: list[Json]) -> Json:
    return {"bool": {"filter": queries}}

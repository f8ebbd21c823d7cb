"""A search: the requests to the server, and the assembly of hits from its responses.

A page is one request for hits and aggregations; aggregations that are not exact are requested
again. To stream every hit, a view of the index is read page by page with `search_after`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from time import perf_counter
from typing import Any

from ...model.resolution import Resolution, paragraph_from_json
from ...query.facets import FACETS, Facet
from ...query.filters import filter_trees, frame_tree
from ...query.parser import query_tree
from ...query.query import Query
from ...search import deadline
from ...search.backend import Group
from ...search.matches import Matcher, matcher
from ...search.results import Hit, Results
from ..shared.answers import count_entries, counted_fields, make_hit, make_results, page_start
from ..shared.facet_results import facet_results
from .client import Cluster, View
from .compiling import compile_node, require_all
from .index_state import State
from .mapping import PARAGRAPH, STORED, Json

Ask = Callable[[Json], Json]
WINDOW = 10_000  # hits that a page can reach by offset; the server's default
BATCH = 1_000  # hits in one response when all are streamed
MANY = 10_000  # combinations of values, or documents, in one response
VALUES = 3_000  # values of a facet in one response; more are counted by further requests
RESOLUTIONS = 40_000  # likewise; the server returns 65,535 values in one response at most
LISTED = "responses.aggregations.passed.resolutions.buckets"  # only their number is needed
PLACES: list[Json] = [{"order": "asc"}, {"place": "asc"}]
NEWEST: list[Json] = [{"adopted": {"order": "desc", "missing": "_last"}}, *PLACES]
SORTS: Mapping[str, list[Json]] = {
    "relevance": [{"_score": "desc"}, *NEWEST],
    "newest": NEWEST,
    "oldest": [{"adopted": {"order": "asc", "missing": "_last"}}, *PLACES],
    "symbol": PLACES,
}


def visible(kind: str, at: State) -> list[Json]:
    """Return the queries for the documents of a kind that readers see."""
    return [{"term": {"doc": kind}}, at.seen()]


class Search:
    """The requests of a query, for readers of an index in some state."""

    def __init__(self, query: Query, at: State) -> None:
        self.query = query
        self.tree = query_tree(query)
        self._seen = visible(PARAGRAPH, at)
        self._frame = compile_node(frame_tree(query))
        self._filters = {name: compile_node(tree) for name, tree in filter_trees(query).items()}

    @property
    def base(self) -> Json:
        """The query without the filters of facets."""
        return {"bool": {**self._words, "filter": [*self._seen, self._frame]}}

    @property
    def asked(self) -> Json:
        """The query itself with its sort order, without the restriction to visible documents."""
        filters = [self._frame, *self._filters.values()]
        return {"query": {"bool": {**self._words, "filter": filters}}, "sort": self._sort}

    @property
    def _words(self) -> Json:
        return {} if self.tree is None else {"must": [compile_node(self.tree)]}

    @property
    def _sort(self) -> list[Json]:
        scored = self.tree is not None or self.query.sort != "relevance"
        return SORTS[self.query.sort if scored else "newest"]

    def passed(self, but: str = "") -> Json:
        """Return the filters of all families of facets except one."""
        return require_all(query for name, query in self._filters.items() if name != but)

    @property
    def matching(self) -> Json:
        """Words and all filters in one query, with the same scores."""
        if not self._filters:
            return self.base
        return {"bool": {"must": [self.base], "filter": [self.passed()]}}

    # Requests

    def page(self) -> Json:
        """Return the request for one page of hits, and their number."""
        first = page_start(self.query)
        size = self.query.limit if first + self.query.limit <= WINDOW else 0
        return {
            **self.ordered(size, {"query": self.base, "post_filter": self.passed()}),
            **({"from": first} if size else {}),
            **({"collapse": {"field": "key"}} if self.query.group and size else {}),
            "track_total_hits": True,
        }

    def counted(self) -> Json:
        """Return the request for the counts of facets, and the number of resolutions.

        It is separate from the hits, so that the server runs both in parallel, and can cache these
        counts for the next page, another sort order, or the next reader.
        """
        return self.counting({**self._facets(), "passed": self.resolutions()})

    def counting(self, what: Json) -> Json:
        """Return the request for aggregations of the query without the filters of facets."""
        return {
            "query": require_all([self.base]),
            "size": 0,
            "track_total_hits": False,
            "aggs": what,
        }

    def ordered(self, size: int, matched: Json) -> Json:
        """Return the request for `size` hits of a query in this query's order, with their data."""
        return {**matched, **self.shown, "size": size}

    @property
    def shown(self) -> Json:
        """The query's sort order, and the fields to return of a hit."""
        scored = self.tree is not None
        return {"sort": self._sort, "track_scores": scored, "_source": list(STORED)}

    def total(self) -> Json:
        """Return the request for the number of hits only."""
        return {"query": require_all([self.matching]), "size": 0, "track_total_hits": True}

    def resolutions(self, part: int = 0, parts: int = 1) -> Json:
        """Return the aggregation for the exact number of resolutions, or of a part of them.

        They are listed and counted, since the server's own cardinality is approximate.
        """
        every = {"field": "key", "size": RESOLUTIONS}
        some = {"include": {"partition": part, "num_partitions": parts}} if parts > 1 else {}
        return {
            "filter": self.passed(),
            "aggs": {
                "resolutions": {"terms": {**every, **some}},
                "number": {"stats_bucket": {"buckets_path": "resolutions>_count"}},
            },
        }

    def combinations(self, fields: Sequence[str], after: Json | None = None) -> Json:
        """Return the request for the number of hits for each combination of some fields' values."""
        sources = [{str(n): {"terms": {"field": name}}} for n, name in enumerate(fields)]
        paged = {"after": after} if after else {}
        return {
            "query": require_all([self.matching]),
            "size": 0,
            "track_total_hits": False,
            "aggs": {"all": {"composite": {"size": MANY, "sources": sources, **paged}}},
        }

    def groups(self, number: int, most: int) -> Json:
        """Return the request for `number` resolutions with their `most` best hits each."""
        best = {**self.shown, "size": most}
        groups = {"terms": {"field": "key", "size": number}}
        return {
            "query": self.matching,
            "size": 0,
            "track_total_hits": False,
            "aggs": {"groups": {**groups, "aggs": {"best": {"top_hits": best}}}},
        }

    def _facets(self) -> Json:
        """Return the aggregations of each facet's values, without its own family's filters."""
        families: dict[str, Json] = {}
        for facet in FACETS:
            if facet.shown and facet.name != "lang":
                field = facet.counted(self.query.any_verb)
                counts = families.setdefault(facet.group, {})
                counts[field] = {"terms": {"field": field, "size": VALUES}}
        return {
            family: {"filter": self.passed(family), "aggs": counts}
            for family, counts in families.items()
        }

    # Answers

    def hits(self, found: Iterable[Json]) -> Iterator[Hit]:
        """Stream the hits of a response."""
        marks = matcher(self.tree)
        return (_make_hit(hit, marks) for hit in found)


class Reader:
    """A reader of a query's results from the server."""

    def __init__(self, cluster: Cluster, index: str, query: Query, at: State) -> None:
        self._start = perf_counter()
        self._cluster, self._index, self._at = cluster, index, at
        self._query, self._search = query, Search(query, at)

    def results(self, languages: Sequence[str]) -> Results:
        """Return one page, with facets; `languages` are those of the index."""
        query = self._query
        others = [code for code in languages if code != query.lang]
        totals = [Search(replace(query, lang=code), self._at).total() for code in others]
        bodies = [self._search.page(), self._search.counted(), *totals]
        answer, counts, *counted = self._ask(bodies, LISTED)
        total = _read_total(answer)
        by_language = dict(zip(others, map(_read_total, counted), strict=True))
        if query.lang in languages:
            by_language[query.lang] = total
        resolutions = self._count_resolutions(counts)
        return make_results(
            query,
            self._read_page(answer, count_entries(query, total, resolutions)),
            facet_results(query, self._read_counts(counts), lambda: by_language),
            total=total,
            resolutions=resolutions,
            start=self._start,
        )

    def count(self) -> int:
        """Return the number of hits."""
        return _read_total(self._ask([self._search.total()])[0])

    def counts(self, names: Sequence[str]) -> dict[tuple[str, ...], int]:
        """Count paragraphs for each combination of the values of the named facets."""
        fields = counted_fields(self._query, names)
        if not fields:
            total = self.count()
            return {(): total} if total else {}
        return dict(self._read_combinations(fields, self._search))

    def resolution_counts(self, names: Sequence[str]) -> dict[tuple[str, ...], int]:
        """Count resolutions for each combination of the values of the named facets."""
        fields = [*counted_fields(self._query, names), "key"]
        return Counter(values[:-1] for values, _ in self._read_combinations(fields, self._search))

    def groups(self, number: int, most: int) -> list[Group]:
        """Return the groups of `number` resolutions, with their `most` best hits each."""
        (answer,) = self._ask([self._search.groups(number, most)])
        found = []
        for bucket in answer["aggregations"]["groups"]["buckets"]:
            hits = tuple(self._search.hits(bucket["best"]["hits"]["hits"]))
            found.append(Group(hits[0].key, bucket["doc_count"], hits))
        return found

    def every(self, view: View) -> Iterator[Hit]:
        """Stream every hit from a view in the query's order; one for each resolution if grouped."""
        body = self._search.ordered(BATCH, {"query": self._search.matching})
        found = read_pages(view.search, {**body, "track_total_hits": False})
        hits = (hit for some in found for hit in some)
        return self._search.hits(_first_of_each(hits) if self._query.group else hits)

    def _ask(self, bodies: Sequence[Json], leave_out: str = "") -> list[Json]:
        deadline.check()
        return self._cluster.searches(self._index, bodies, leave_out)

    def _read_page(self, answer: Json, entries: int) -> tuple[Hit, ...]:
        """Return the hits of the page; one beyond `WINDOW` is reached by reading from the first."""
        query, first = self._query, page_start(self._query)
        if first + query.limit <= WINDOW or first >= entries:
            return tuple(self._search.hits(answer["hits"]["hits"]))
        with closing(self._cluster.view(self._index)) as view:
            return tuple(islice(self.every(view), first, first + query.limit))

    def _count_resolutions(self, answer: Json) -> int:
        passed, parts = answer["aggregations"]["passed"], 1
        counted = [passed]
        while any(some["resolutions"]["sum_other_doc_count"] for some in counted):
            parts *= 4
            bodies = [
                self._search.counting({"passed": self._search.resolutions(part, parts)})
                for part in range(parts)
            ]
            counted = [a["aggregations"]["passed"] for a in self._ask(bodies, LISTED)]
        return sum(int(some["number"]["count"]) for some in counted)

    def _read_counts(self, answer: Json) -> Callable[[Facet, str], Mapping[str, int]]:
        def counted(facet: Facet, field: str) -> Mapping[str, int]:
            counts = answer["aggregations"][facet.group][field]
            if counts["sum_other_doc_count"]:
                return self._count_all_values(facet, field)
            return {str(bucket["key"]): bucket["doc_count"] for bucket in counts["buckets"]}

        return counted

    def _count_all_values(self, facet: Facet, field: str) -> Mapping[str, int]:
        """Count a facet with too many values for one response, without its own family's filters."""
        own = {other.name for other in FACETS if other.group == facet.group}
        filters = tuple(pair for pair in self._query.filters if pair[0] not in own)
        search = Search(replace(self._query, filters=filters), self._at)
        return {value: n for (value,), n in self._read_combinations([field], search)}

    def _read_combinations(
        self, fields: Sequence[str], search: Search
    ) -> Iterator[tuple[tuple[str, ...], int]]:
        with closing(self._cluster.view(self._index)) as view:
            after: Json | None = None
            while True:
                deadline.check()
                answer = view.search(search.combinations(fields, after))["aggregations"]["all"]
                for bucket in answer["buckets"]:
                    values = (str(bucket["key"][str(n)]) for n in range(len(fields)))
                    yield tuple(values), bucket["doc_count"]
                after = answer.get("after_key")
                if after is None or len(answer["buckets"]) < MANY:
                    return


def _first_of_each(found: Iterator[Json]) -> Iterator[Json]:
    """Yield the first hit of each resolution, which is its best."""
    seen: set[str] = set()
    for hit in found:
        key = hit["_source"]["key"]
        if key not in seen:
            seen.add(key)
            yield hit


def read_pages(ask: Ask, body: Json) -> Iterator[list[Json]]:
    """Yield all hits of a search in its order, in lists of its size."""
    while True:
        found: list[Json] = ask(body)["hits"]["hits"]
        if found:
            yield found
        if len(found) < body["size"]:
            return
        body = {**body, "search_after": found[-1]["sort"]}


def _read_total(answer: Json) -> int:
    return int(answer["hits"]["total"]["value"])


def _make_hit(found: Json, marks: Matcher) -> Hit:
    """Return a hit with its header and the paragraphs above it."""
    stored = found["_source"]
    key, resolution = parse_header(stored["header"])
    return make_hit(
        paragraph_from_json(json.loads(stored["line"])),
        resolution,
        key,
        marks,
        above=[paragraph_from_json(json.loads(line)) for line in stored["above"]],
        below=stored["below"],
        score=found["_score"] or 0.0,
    )


@lru_cache(maxsize=1_000)
def parse_header(line: str) -> tuple[str, Resolution]:
    """Parse a header: the key of a resolution, and the resolution without paragraphs."""
    data: dict[str, Any] = json.loads(line)
    return data["key"], Resolution.from_json(data)


def request_lines(query: Query) -> list[str]:
    """Return the request of a query, as lines of JSON."""
    return json.dumps(Search(query, State("")).asked, indent=2, ensure_ascii=False).splitlines()

"""The simplest engine: rows in memory, searched by brute force.

It passes the contract suite, and is the reference for other engines.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, ClassVar

from soaking.truth import is_meant
from whoosh.support.levenshtein import damerau_levenshtein

from searchapp.backends.shared.answers import counted_fields, make_hit, sort_coverage
from searchapp.backends.shared.facet_results import facet_results
from searchapp.errors import NoIndex
from searchapp.model.resolution import Paragraph, Placed, Resolution
from searchapp.model.source import Source
from searchapp.query.facets import BY_NAME, Facet
from searchapp.query.field_table import FIELDS, STEMMED, paragraph_values, resolution_values
from searchapp.query.parser import query_tree
from searchapp.query.query import Query
from searchapp.query.tree import (
    And,
    AnyForm,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Stem,
    Wildcard,
    Word,
)
from searchapp.search.backend import Backend, Coverage, Group, Staging
from searchapp.search.matches import Matcher, matcher
from searchapp.search.results import Hit, Results
from searchapp.settings.config import Settings
from searchapp.text.analysis import fold, stem, words
from searchapp.text.bounded import bounded
from searchapp.un.symbols import symbol_order

Values = dict[str, list[str]]  # the words of a text in order, or the values of another field
KINDS = {column.name: column.kind for column in FIELDS}
WORDS = {name for name, kind in KINDS.items() if kind in ("text", "stemmed")}


@dataclass(frozen=True)
class Row:
    """A paragraph and its searchable values."""

    resolution: Resolution
    place: int
    placed: Placed
    values: Values

    @property
    def paragraph(self) -> Paragraph:
        return self.placed.paragraph


@dataclass
class State:
    """The contents of a place."""

    version: int = 0
    rows: dict[str, list[Row]] = field(default_factory=dict)
    resolutions: dict[str, Resolution] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def copy(self) -> State:
        return State(self.version + 1, dict(self.rows), dict(self.resolutions), dict(self.sources))


class SimpleBackend(Backend):
    """An index at a place in memory, as if it were a folder."""

    places: ClassVar[dict[str, State]] = {}  # shared by all backends of a place

    def __init__(self, place: str) -> None:
        self.place = place
        self.places.setdefault(place, State())
        self.pending: State | None = None

    # Writing

    def add(self, resolution: Resolution) -> None:
        self.changes().resolutions[resolution.key] = resolution
        self.changes().rows[resolution.key] = rows_of(resolution)

    def remove(self, key: str) -> bool:
        self.changes().rows.pop(key, None)
        return self.changes().resolutions.pop(key, None) is not None

    def record(self, source: Source) -> None:
        self.changes().sources[source.path] = source

    def forget(self, path: str) -> None:
        self.changes().sources.pop(path, None)

    def commit(self) -> None:
        self.places[self.place] = self.pending or self.state
        self.pending = None

    def close(self) -> None:
        self.pending = None

    def changes(self) -> State:
        self.pending = self.pending or self.state.copy()
        return self.pending

    # Reading

    @property
    def state(self) -> State:
        return self.places[self.place]

    def rows(self) -> list[Row]:
        return [row for rows in self.state.rows.values() for row in rows]

    def matching(self, query: Query, leave_out: str = "") -> list[Row]:
        """Return the rows that match, unordered; `leave_out` names a family to ignore."""
        tree = query_tree(query)
        families = [names for names in FAMILIES if names[0] != leave_out and given(query, names)]
        passed = [row for row in self.rows() if passes(query, row, families)]
        return [row for row in passed if tree is None or is_meant(tree, row.values)]

    def ordered(self, query: Query) -> list[tuple[Row, float]]:
        tree = query_tree(query)
        weights = {} if tree is None else weights_of(tree, self.rows())
        found = [(row, score(tree, row.values, weights)) for row in self.matching(query)]
        found.sort(key=lambda pair: rank(query.sort, *pair))
        if not query.group:
            return found
        best: dict[str, tuple[Row, float]] = {}
        for row, points in found:
            best.setdefault(row.resolution.key, (row, points))
        return list(best.values())

    def scan(self, query: Query) -> Iterator[Hit]:
        marks = matcher(query_tree(query))
        return (hit(row, points, marks) for row, points in self.ordered(query))

    def search(self, query: Query) -> Results:
        rows, hits = self.matching(query), list(self.scan(query))
        first = (query.page - 1) * query.limit
        narrowed = {BY_NAME[name].group for name, _ in query.filters}

        def counted(facet: Facet, name: str) -> Counter[str]:
            others = self.matching(query, facet.group) if facet.group in narrowed else rows
            return Counter(value for row in others for value in row.values[name])

        return Results(
            total=len(rows),
            resolutions=len({row.resolution.key for row in rows}),
            hits=tuple(hits[first : first + query.limit]),
            facets=facet_results(query, counted, lambda: self.languages(query)),
            page=query.page,
            pages=max(1, math.ceil(len(hits) / query.limit)),
            query=query.to_json(),
        )

    def languages(self, query: Query) -> dict[str, int]:
        held = {row.resolution.language for row in self.rows()}
        return {lang: self.count(replace(query, lang=lang)) for lang in held}

    def count(self, query: Query) -> int:
        return len(self.matching(query))

    def counts(self, query: Query, *facets: str) -> dict[tuple[str, ...], int]:
        fields = counted_fields(query, facets)
        rows = self.matching(query)
        return Counter(pair for row in rows for pair in product(*(row.values[f] for f in fields)))

    def resolution_counts(self, query: Query, *facets: str) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], set[str]] = {}
        for row in self.matching(query):
            for pair in product(*(row.values[f] for f in counted_fields(query, facets))):
                found.setdefault(pair, set()).add(row.resolution.key)
        return {pair: len(keys) for pair, keys in found.items()}

    def groups(self, query: Query, keys: Sequence[str], most: int) -> list[Group]:
        found: dict[str, list[Hit]] = {key: [] for key in keys}
        for hit in self.scan(replace(query, group=False, sort="relevance")):
            if hit.key in found:
                found[hit.key].append(hit)
        return [Group(key, len(hits), tuple(hits[:most])) for key, hits in found.items() if hits]

    def anchors(self, key: str) -> tuple[str, ...] | None:
        held = self.resolution(key)
        return None if held is None else tuple(p.anchor for p in held.paragraphs)

    def keys(self) -> Iterator[str]:
        return iter(list(self.state.resolutions))

    def resolution(self, key: str) -> Resolution | None:
        return self.state.resolutions.get(key)

    def resolutions(self) -> Iterator[Resolution]:
        return iter(list(self.state.resolutions.values()))

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        wanted = fold(word)
        known = Counter(w for row in self.rows() for w in set(row.values["text"]))
        near = {w: damerau_levenshtein(wanted, w) for w in known if w[:1] == wanted[:1]}
        likely = [w for w, edits in near.items() if 0 < edits <= min(2, len(wanted) // 3)]
        return sorted(likely, key=lambda w: (near[w], -known[w], w))[:limit]

    def sources(self) -> Iterator[Source]:
        return iter(sorted(self.state.sources.values(), key=lambda source: source.path))

    def coverage(self) -> list[Coverage]:
        held: dict[tuple[str, str], list[Resolution]] = {}
        for given in self.state.resolutions.values():
            known = resolution_values(given)
            r = replace(given, body=known["body"], session=known["session"])
            held.setdefault((r.body or "", r.language), []).append(r)
        return sort_coverage(
            Coverage(
                body=body,
                language=language,
                sessions=tuple({r.session for r in group if r.session}),
                years=tuple({r.year for r in group if r.year is not None}),
                resolutions=len(group),
                paragraphs=sum(len(r.paragraphs) for r in group),
            )
            for (body, language), group in held.items()
        )

    def version(self) -> str:
        return str(self.state.version)

    def check(self) -> list[str]:
        return []


class SimpleStaging(Staging):
    """A staging place, whose contents move to the first."""

    def __init__(self, place: str) -> None:
        self.place, self.new = place, f"{place}-new"
        self.backend = SimpleBackend(self.new)

    def holding(self) -> AbstractContextManager[None]:
        return nullcontext()

    def use(self) -> None:
        SimpleBackend.places[self.place] = SimpleBackend.places.pop(self.new)

    def discard(self) -> None:
        SimpleBackend.places.pop(self.new, None)


# What the package of an engine offers


def open_index(place: str, create: bool, settings: Settings, texts_only: bool) -> SimpleBackend:
    if not create and place not in SimpleBackend.places:
        raise NoIndex(f"There is no index at {place}.")
    return SimpleBackend(place)


def stage(place: str, settings: Settings) -> SimpleStaging:
    return SimpleStaging(place)


def explain(query: Query) -> Iterator[str]:
    yield f"every row is read: {query.words}"


FAMILIES = (
    *(["session"], ["year"], ["type"], ["verb", "head"], ["body"], ["origin"]),
    *(["agenda"], ["subject"], ["vote"]),
)


def given(query: Query, names: list[str]) -> list[tuple[str, str]]:
    """Return the query's values for a family, each with its facet."""
    return [(name, value) for name in names for value in query.values(name)]


def passes(query: Query, row: Row, families: list[list[str]]) -> bool:
    """Return whether a row passes language, dates and filters; independent of query trees."""
    days = row.values["adopted"]
    low, high = ((day or end).replace("-", "") for day, end in _dates(query))
    return (
        query.lang in ("all", row.resolution.language)
        and ((low == "0" and high == "9" * 8) or any(low <= day <= high for day in days))
        and all(_admits(query, row, names) for names in families)
    )


def _dates(query: Query) -> tuple[tuple[str | None, str], tuple[str | None, str]]:
    return (query.adopted_from, "0"), (query.adopted_to, "9" * 8)


def _admits(query: Query, row: Row, names: list[str]) -> bool:
    """Return whether a row has one of a family's wanted values, if any, and no excluded one."""
    chosen = given(query, names)
    sides: dict[bool, list[bool]] = {True: [], False: []}
    for name, written in chosen:
        value = written.lstrip("-")
        dashes = len(written) - len(value)  # doubled within a value; odd excludes
        sides[bool(dashes % 2)].append(_has(query, row, name, "-" * (dashes // 2) + value))
    unwanted, wanted = sides[True], sides[False]
    return (any(wanted) or not wanted) and not any(unwanted)


def _has(query: Query, row: Row, name: str, value: str) -> bool:
    if name != "year":
        field = {"verb": "verbs", "head": "heads"}.get(name, name) if query.any_verb else name
        return value in row.values[field]
    first, dots, last = value.partition("..")
    low, high = (
        int(end or far) for end, far in ((first, -(2**31)), (last if dots else first, 2**31))
    )
    return any(low <= int(year) <= high for year in row.values["year"])


def rows_of(resolution: Resolution) -> list[Row]:
    """Return a row for each paragraph."""
    common, english = resolution_values(resolution), resolution.language == "en"
    return [
        Row(
            resolution, n, placed, values({**common, **paragraph_values(placed.paragraph, english)})
        )
        for n, placed in enumerate(resolution.placed())
    ]


def values(known: dict[str, Any]) -> Values:
    """Return a list of texts for each field, numbers included; empty if unknown."""
    found: Values = {}
    for name, kind in KINDS.items():
        value = known[name]
        if value is None:
            found[name] = []
        elif name in WORDS:
            found[name] = [stem(w) if kind == "stemmed" else w for w in words(value)]
        else:
            several = value if isinstance(value, tuple) else (value,)
            found[name] = list(dict.fromkeys(bounded(str(one)) for one in several))
    return found


# Order


def rank(sort: str, row: Row, score: float) -> tuple[Any, ...]:
    """Return a sort key without ties: newest first, unknown days last, then symbol and position."""
    day = int((row.values["adopted"] or ["0"])[0])
    symbol = symbol_order(row.resolution.key)
    newest = (not day, -day, symbol, row.place)
    return {
        "relevance": (-score, *newest),
        "newest": newest,
        "oldest": (not day, day, symbol, row.place),
        "symbol": (symbol, row.place),
    }[sort]


def weights_of(tree: Node, rows: list[Row]) -> dict[int, float]:
    """Return the weight of each word of a tree, more for rarer words; values weigh nothing."""
    return {
        id(leaf): 1
        + math.log(len(rows) + 1)
        - math.log(sum(is_meant(leaf, r.values) for r in rows) + 1)
        for leaf in leaves(tree)
        if isinstance(leaf, (Word, Stem, AnyForm, Phrase))
    }


def leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield node


def score(node: Node | None, held: Values, weights: dict[int, float]) -> float:
    """Return the sum of the weights found: more for frequent words and short texts."""
    if node is None or not is_meant(node, held):
        return 0.0
    match node:
        case And(parts) | Or(parts):
            return sum(score(part, held, weights) for part in parts)
        case Prefix(field, _) | Wildcard(field, _):
            return float(field in WORDS)
        case Word(field, word) | AnyForm(field, word):
            return weights[id(node)] * _often(held[field], word)
        case Stem(field, word):
            return weights[id(node)] * _often(held[STEMMED[field]], stem(word))
        case Phrase(field, _):
            return weights[id(node)] * _often(held[field], "")
    return 0.0


def _often(stream: list[str], word: str) -> float:
    often = max(stream.count(word), 1)
    return often / (often + len(stream) / 20)


# Hits


def hit(row: Row, score: float, marks: Matcher) -> Hit:
    r, (paragraph, above, below) = row.resolution, row.placed
    bare = replace(r, paragraphs=())
    return make_hit(paragraph, bare, r.key, marks, above=above, below=below, score=score)

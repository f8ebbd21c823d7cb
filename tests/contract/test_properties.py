"""Engines compared with brute force: random queries against random texts.

SEARCHAPP_CASES is the number of queries.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from itertools import islice
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from simple import SimpleBackend
from soaking.truth import is_near

from searchapp.errors import QueryError
from searchapp.model.resolution import Resolution
from searchapp.model.source import Source
from searchapp.query.facets import FACETS
from searchapp.query.parser import FIELDS, parse_words
from searchapp.query.query import Query
from searchapp.search.backend import Backend, Group
from searchapp.search.matches import matcher
from searchapp.search.results import Hit, Results
from searchapp.text.analysis import fold, stem
from searchapp.text.analysis import words as folded

from . import drawn
from .conftest import ENGINES, Engine, present

CASES = int(os.environ.get("SEARCHAPP_CASES", "1000"))
LIBRARIES = 5
SEEDS = st.integers(0, LIBRARIES - 1)
LANGUAGES = st.sampled_from(("en", "en", "all", "fr", "zh"))
Pair = tuple[Backend, Backend]


def cases(number: int) -> settings:
    """Return settings for this many examples of any size."""
    large = [HealthCheck.data_too_large]
    return settings(max_examples=max(number, 10), suppress_health_check=large)


@pytest.fixture(scope="session", params=ENGINES[1:], ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return each engine but the simple one, which is the reference."""
    return present(cast("Engine", request.param))


@pytest.fixture(scope="module")
def pairs(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Pair]]:
    """Fill the engine and the simple one with the same resolutions, for each seed."""
    made: list[Pair] = []
    for seed in range(LIBRARIES):
        place = str(tmp_path_factory.mktemp("drawn") / "index")
        made.append((engine.make(place), SimpleBackend(place)))
        for backend in made[-1]:
            held = iter(drawn.library(seed))
            while some := list(islice(held, 4)):  # several commits, some with replacements
                for resolution in some:
                    backend.add(resolution)
                backend.commit()
            backend.remove(drawn.library(seed)[1].key)
            backend.commit()
    yield made
    for pair in made:
        for backend in pair:
            backend.close()
        engine.discard(pair[0].place)


def shown(hits: Any) -> list[Hit]:
    """Return hits without their scores, which differ between engines."""
    return [replace(hit, score=0.0) for hit in hits]


def names(hits: Any) -> list[tuple[str, str]]:
    return [(hit.key, hit.paragraph.id) for hit in hits]


def by_name(hits: list[Hit]) -> dict[tuple[str, str], Hit]:
    return dict(zip(names(hits), shown(hits), strict=True))


def plain(results: Results) -> Results:
    """Return an answer without facets and hits: totals, pages, the query as understood."""
    return replace(results, facets=(), hits=(), took_ms=0)


def check_order(backend: Backend, simple: Backend, query: Query) -> list[Hit]:
    """Check all hits' order, and return them: by the engine's own scores, with the common ties."""
    scanned = list(backend.scan(query))
    if not (query.words and query.sort == "relevance"):
        assert shown(scanned) == shown(simple.scan(query))
        return scanned
    newest = list(simple.scan(replace(query, sort="newest", group=False)))
    rank = {name: n for n, name in enumerate(names(newest))}
    every = list(backend.scan(replace(query, group=False))) if query.group else scanned
    assert by_name(every) == by_name(newest)
    order = [(-hit.score, rank[name]) for hit, name in zip(every, names(every), strict=True)]
    assert order == sorted(order)
    best = {hit.key: hit for hit in reversed(every)}
    assert scanned == ([h for h in every if best[h.key] is h] if query.group else every)
    return scanned


def check(backend: Backend, simple: Backend, query: Query) -> None:
    """Compare the whole answer to a query with that of the simple engine."""
    answer, meant = backend.search(query), simple.search(query)
    assert answer.facets == meant.facets
    hits = check_order(backend, simple, query)
    first = (query.page - 1) * query.limit
    assert list(answer.hits) == hits[first : first + query.limit]
    assert plain(answer) == plain(meant)
    assert backend.count(query) == meant.total


@cases(CASES)
@given(seed=SEEDS, query=drawn.states)
def test_any_search_is_what_brute_force_says(pairs: list[Pair], seed: int, query: Query) -> None:
    note(str(query.to_args()))
    check(*pairs[seed], query)


FACETED = st.lists(st.sampled_from([facet.name for facet in FACETS]), max_size=3)


@cases(CASES // 10)
@given(seed=SEEDS, query=drawn.states, facets=FACETED)
def test_any_facets_against_each_other(
    pairs: list[Pair], seed: int, query: Query, facets: list[str]
) -> None:
    backend, simple = pairs[seed]
    assert backend.counts(query, *facets) == simple.counts(query, *facets)
    assert backend.resolution_counts(query, *facets) == simple.resolution_counts(query, *facets)


@cases(CASES // 10)
@given(seed=SEEDS, query=drawn.states, most=st.integers(1, 4), data=st.data())
def test_any_groups(
    pairs: list[Pair], seed: int, query: Query, most: int, data: st.DataObject
) -> None:
    backend, simple = pairs[seed]
    keys = data.draw(st.lists(st.sampled_from([*sorted(simple.keys()), "never"])))
    found: dict[str, list[Hit]] = {key: [] for key in keys}
    for hit in backend.scan(replace(query, group=False, sort="relevance")):
        if hit.key in found:
            found[hit.key].append(hit)
    groups = [Group(key, len(hits), tuple(hits[:most])) for key, hits in found.items() if hits]
    assert backend.groups(query, keys, most) == groups


# The meaning of written queries: trees of our own, evaluated without the parser


Node = tuple[Any, ...]
LEAVES = st.one_of(
    st.tuples(
        st.just("word"), st.sampled_from(("water", "watering", "of", "peace", "cote", "état"))
    ),
    st.tuples(
        st.just("phrase"),
        st.lists(st.sampled_from(("the", "of", "water", "peace")), min_size=2, max_size=3),
        st.integers(0, 4),
    ),
    st.tuples(st.just("prefix"), st.sampled_from(("wat", "pea", "co", "xy"))),
)
NODES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.just("or"), inner, inner),
        st.tuples(st.just("and"), inner, inner),
        st.tuples(st.just("not"), inner),
    ),
    max_leaves=8,
)


def written(node: Node) -> str:
    """Write a tree as a query, with no needless brackets."""
    match node:
        case "word", word:
            return str(word)
        case "phrase", words, gap:
            return f'"{" ".join(words)}"~{gap}'
        case "prefix", start:
            return f"{start}*"
        case "or", left, right:
            return f"{written(left)} OR {written(right)}"
        case "and", *parts:
            return " ".join(f"({written(p)})" if p[0] == "or" else written(p) for p in parts)
    (inner,) = node[1:]
    return f"NOT ({written(inner)})" if inner[0] in ("and", "or") else f"NOT {written(inner)}"


def is_meant(node: Node, stream: list[str]) -> bool:
    """Return whether a tree matches the words of an English text."""
    match node:
        case "word", word:
            return stem(fold(word)) in map(stem, stream)
        case "phrase", words, gap:
            return is_near(words, gap, stream)
        case "prefix", start:
            return any(word.startswith(start) for word in stream)
        case "or", left, right:
            return is_meant(left, stream) or is_meant(right, stream)
        case "and", left, right:
            return is_meant(left, stream) and is_meant(right, stream)
    return not is_meant(node[1], stream)


@cases(CASES // 10)
@given(seed=SEEDS, node=NODES)
def test_what_is_written_is_what_is_meant(pairs: list[Pair], seed: int, node: Node) -> None:
    note(written(node))
    backend, simple = pairs[seed]
    every = names(simple.scan(Query.make()))
    texts = [hit.paragraph.text for hit in simple.scan(Query.make())]
    wanted = [name for name, text in zip(every, texts, strict=True) if is_meant(node, folded(text))]
    assert names(backend.scan(Query.make(written(node), sort="newest"))) == wanted


@cases(CASES // 10)
@given(seed=SEEDS, leaf=st.one_of(drawn.words, drawn.phrases, drawn.stars), lang=LANGUAGES)
def test_what_is_found_is_marked_and_nothing_else(
    pairs: list[Pair], seed: int, leaf: str, lang: str
) -> None:
    backend, _ = pairs[seed]
    found = set(names(backend.scan(Query.make(leaf, lang=lang))))
    marks = matcher(parse_words(leaf, lang))
    for hit in backend.scan(Query.make(lang=lang)):
        spans = marks.spans(hit.paragraph.text, hit.resolution.language == "en")
        assert bool(spans) == ((hit.key, hit.paragraph.id) in found)


# Junk


PIECES = ["(", ")", '"', "“", "”", "-", "*", "~5", "~", " ", "OR ", "NOT ", "AND ", "..", "2014"]
PIECES += ["a/b", ":", "\0", "\n", "[", "{", "^", "?", "\\", "é", "联", "𠀀", "peace", "the "]
PIECES += [f"{field}:" for field in FIELDS]
JUNK = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES)).map("".join))


@cases(CASES // 4)
@given(seed=SEEDS, junk=JUNK, lang=LANGUAGES)
def test_junk_is_answered_by_hits_or_by_a_sentence(
    pairs: list[Pair], seed: int, junk: str, lang: str
) -> None:
    query = Query.make(junk, lang=lang)
    trouble = None
    try:
        check(*pairs[seed], query)
    except QueryError as error:
        trouble = error
    if trouble is not None:
        assert str(trouble).endswith(".")
        assert 0 <= (trouble.position or 0) <= len(query.words)


@cases(CASES // 10)
@given(seed=SEEDS, junk=JUNK, facet=st.sampled_from(sorted(drawn.FILTERS)))
def test_a_value_may_be_junk(pairs: list[Pair], seed: int, junk: str, facet: str) -> None:
    closed = facet in ("type", "year", "vote")  # the query itself rejects unknown values
    with suppress(QueryError) if closed else nullcontext():
        check(*pairs[seed], Query.from_args([(facet, junk), ("q", "NOT xyzzy")]))


# Changes


class Changes(RuleBasedStateMachine):
    """Random steps of writing: nothing is visible before a commit, everything after it."""

    def __init__(self, engine: Engine, place: str) -> None:
        super().__init__()
        self.engine, self.place = engine, place
        self.both: Pair = (engine.make(place), SimpleBackend(place))
        self.keys = ["never"]

    @rule(resolution=drawn.RESOLUTIONS)
    def add(self, resolution: Resolution) -> None:
        self.keys.append(resolution.key)
        for backend in self.both:
            backend.add(resolution)

    @rule(turn=st.integers(0, 3))
    def remove(self, turn: int) -> None:
        """Remove one of the resolutions that were added last."""
        key = self.keys[-1 - turn % len(self.keys)]
        first, second = (backend.remove(key) for backend in self.both)
        assert first == second

    @rule(path=st.sampled_from("ab"), version=st.sampled_from("12"))
    def record(self, path: str, version: str) -> None:
        for backend in self.both:
            backend.record(Source(path, version))

    @rule(path=st.sampled_from("ab"))
    def forget(self, path: str) -> None:
        for backend in self.both:
            backend.forget(path)

    @rule(closes=st.sampled_from((False, False, False, True)))
    def end(self, closes: bool) -> None:
        """Commit; or close without a commit, and open the index again."""
        for backend in self.both:
            backend.close() if closes else backend.commit()
        if closes:
            self.both = (self.engine.make(self.place), SimpleBackend(self.place))
        self.compare()

    @invariant()
    def shows_what_was_committed(self) -> None:
        backend, simple = self.both
        assert shown(backend.scan(EVERYTHING)) == shown(simple.scan(EVERYTHING))

    def compare(self) -> None:
        backend, simple = self.both
        check(backend, simple, EVERYTHING)
        check(backend, simple, Query.make("-the of*"))
        assert backend.coverage() == simple.coverage()
        assert list(backend.sources()) == list(simple.sources())
        assert sorted(backend.keys()) == sorted(simple.keys())
        for key in self.keys:
            assert backend.resolution(key) == simple.resolution(key)
            assert backend.anchors(key) == simple.anchors(key)
        assert backend.check() == []

    def teardown(self) -> None:
        for backend in self.both:
            backend.close()
        self.engine.discard(self.place)


EVERYTHING = Query.make(lang="all", sort="symbol", limit="100")


def test_any_steps_of_writing_leave_the_same(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def changes() -> Changes:
        return Changes(engine, str(tmp_path_factory.mktemp("steps") / "index"))

    steps = settings(cases(max(CASES // 100, 20)), stateful_step_count=20)
    run_state_machine_as_test(cast("Any", changes), settings=steps)

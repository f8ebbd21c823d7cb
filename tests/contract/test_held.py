"""The contents of an index: coverage, spelling suggestions, and an empty index."""

from __future__ import annotations

import pytest

from searchapp.query.query import Query
from searchapp.search.backend import Backend, Coverage

from .conftest import Holding
from .data import HELD, fill, resolution, texts


def test_coverage(backend: Backend) -> None:
    assert backend.coverage() == [
        Coverage("ga", "en", ("20", "69", "79", "S-26"), (2001, 2014, 2024), 4, 11),
        Coverage("ga", "fr", ("69",), (2014,), resolutions=1, paragraphs=1),
        Coverage("ga", "zh", ("69",), (2014,), resolutions=1, paragraphs=1),
        Coverage("sc", "en", (), (2021,), resolutions=1, paragraphs=1),
    ]


def test_coverage_follows_changes(empty: Backend) -> None:
    fill(empty, *(resolution(s, {"text": "peace"}, session=s) for s in ("9", "100", "ES-1", "10")))
    assert empty.coverage() == [Coverage("", "en", ("9", "10", "100", "ES-1"), (), 4, 4)]
    empty.remove("100")
    fill(empty, resolution("9", {"text": "a"}, {"text": "b"}, year=1999, body="hrc"))
    assert empty.coverage() == [
        Coverage("", "en", ("10", "ES-1"), (), resolutions=2, paragraphs=2),
        Coverage("hrc", "en", (), (1999,), resolutions=1, paragraphs=2),
    ]


SPELT = texts(
    once="Memberships of the Security Council, reports and a threat",
    often="Member States report; reports of Member States; the Member",
    again="Member of the council; Cote d’Ivoire",
)


@pytest.mark.capability("suggest")
@pytest.mark.parametrize(
    ("word", "suggested"),
    [
        ("menber", ["member"]),
        ("SEKURITY", ["security"]),
        ("Thraet", ["threat"]),
        ("reprot", ["report", "reports"]),
        ("repotts", ["reports", "report"]),  # the nearest first
        ("sekurity", ["security"]),
        ("councyl", ["council"]),
        ("côtes", ["cote"]),
        ("member", []),  # not itself
        ("of", []),  # too short to be misspelt
        ("xyzzyx", []),
        ("mxxxer", []),
        ("", []),
        ("-", []),
        ("x" * 3000, []),
    ],
)
def test_words_that_are_spelt_like_it(holding: Holding, word: str, suggested: list[str]) -> None:
    assert holding(SPELT).suggest(word) == suggested


@pytest.mark.capability("suggest")
def test_frequent_words_are_suggested_first_and_so_many(holding: Holding) -> None:
    held = holding(texts(a="stage", b="stale state", c="state", d="stave state", e="stade stare"))
    assert held.suggest("staje") == ["state", "stade", "stage", "stale", "stare"]
    assert held.suggest("staje", limit=2) == ["state", "stade"]


@pytest.mark.capability("suggest")
def test_a_word_that_is_held_no_more_is_not_suggested(empty: Backend) -> None:
    fill(empty, texts(a="lighthouses"), resolution("B", {"text": "peace"}))
    assert empty.suggest("lighthousse") == ["lighthouses"]
    empty.remove("T")
    empty.commit()
    assert empty.suggest("lighthousse") == []


def test_every_resolution_is_streamed_whole(backend: Backend) -> None:
    streamed = list(backend.resolutions())
    assert {r.key: r for r in streamed} == {r.key: r for r in HELD}
    assert len(streamed) == len(HELD)


def test_keys_and_anchors_are_those_of_the_resolutions(backend: Backend) -> None:
    assert sorted(backend.keys()) == sorted(r.key for r in HELD)
    for r in HELD:
        assert backend.anchors(r.key) == tuple(p.anchor for p in r.paragraphs)
    assert backend.anchors(HELD[0].key) == ("pp1", "op1", "op2", "op2a", "op2ai", "annex1-1")


@pytest.mark.parametrize("key", ["", "A/RES/79/14", "A/RES/79/144@fr", "*", "a/res/79/144"])
def test_what_is_not_held_has_no_anchors(backend: Backend, key: str) -> None:
    assert backend.anchors(key) is None


def test_anchors_of_odd_resolutions(empty: Backend) -> None:
    long = f"A/RES/1/{'9' * 2000}"
    other = resolution("B", {"id": "elsewhere", "text": "a"}, {"at": "x#y", "text": "b"})
    fill(empty, resolution("A"), other, resolution(long, {"text": "c"}), resolution(f"{long}8"))
    assert empty.anchors("A") == ()  # indexed, but without paragraphs
    assert empty.anchors("B") == ("elsewhere", "x#y")
    assert empty.anchors(long) == ("op1",)
    assert sorted(empty.keys()) == ["A", long, f"{long}8", "B"]
    empty.remove("B")
    fill(empty, resolution("A", {"at": "new", "text": "d"}))
    assert empty.anchors("A") == ("new",)
    assert empty.anchors("B") is None
    assert sorted(empty.keys()) == ["A", long, f"{long}8"]


def test_a_sound_index_has_nothing_wrong(backend: Backend) -> None:
    assert backend.check() == []


def test_an_empty_index_answers(empty: Backend) -> None:
    for query in (
        Query.make("peace"),
        Query.make(),
        Query.make("NOT peace", lang="all", sort="symbol"),
        Query.make("pea* OR *ace", group="resolution"),
    ):
        results = empty.search(query)
        assert (results.total, results.resolutions, results.hits, results.pages) == (0, 0, (), 1)
        assert list(empty.scan(query)) == []
        assert empty.count(query) == 0
        assert empty.counts(query, "session", "verb") == {}
        assert empty.resolution_counts(query, "session", "verb") == {}
        assert empty.groups(query, ["A", HELD[0].key], 3) == []
    assert (empty.coverage(), empty.check(), list(empty.sources())) == ([], [], [])
    assert empty.suggest("peace") == []
    assert list(empty.resolutions()) == []
    assert empty.resolution(HELD[0].key) is None
    assert empty.anchors(HELD[0].key) is None
    assert list(empty.keys()) == []
    assert empty.remove(HELD[0].key) is False
    empty.forget("a.xml")
    empty.commit()
    assert empty.count(Query.make(lang="all")) == 0

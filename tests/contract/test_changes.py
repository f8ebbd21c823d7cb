"""Add, replace and remove: what a commit makes visible, and what `close` discards."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from searchapp.model.source import Source
from searchapp.query.query import Query
from searchapp.search.backend import Backend

from .conftest import Engine
from .data import CYBER, HELD, OCEANS, counted, fill, found, resolution

NEW = resolution(OCEANS, {"text": "Quite different"}, session="80", adopted="2026-01-01")


@pytest.fixture
def library(empty: Backend) -> Backend:
    """Index data.py's resolutions in two commits."""
    fill(empty, *HELD[:2])
    fill(empty, *HELD[2:])
    return empty


@pytest.mark.capability("transactions")
def test_nothing_is_seen_before_the_commit(library: Backend) -> None:
    before = library.search(Query.make(lang="all"))
    version = library.version()
    library.add(NEW)
    library.remove(CYBER)
    library.record(Source("a.xml", "1"))
    after = library.search(Query.make(lang="all"))
    assert replace(after, took_ms=0) == replace(before, took_ms=0)
    assert library.resolution(CYBER) == HELD[1]
    assert list(library.sources()) == []
    assert library.version() == version
    library.commit()
    assert library.resolution(CYBER) is None
    assert library.resolution(OCEANS) == NEW
    assert library.version() != version


def test_adding_again_replaces(library: Backend) -> None:
    fill(library, NEW)
    assert found(library, "different") == "79/144#op1"
    assert found(library, "coral") == ""
    assert library.resolution(OCEANS) == NEW
    assert counted(library, "session") == {"S-26": 1, "80": 1, "69": 3, "20": 1}
    assert library.check() == []


def test_adding_thrice_in_one_commit_keeps_the_last(library: Backend) -> None:
    for text in ("First", "Second", "Quite different"):
        library.add(replace(NEW, paragraphs=(replace(NEW.paragraphs[0], text=text),)))
    library.commit()
    assert found(library, "first OR second") == ""
    assert library.resolution(OCEANS) == NEW
    assert library.search(Query.make(session="80")).total == 1


def test_the_same_again_changes_nothing_but_the_version(library: Backend) -> None:
    before, version = library.search(Query.make(lang="all")), library.version()
    fill(library, *HELD)
    after = library.search(Query.make(lang="all"))
    assert replace(after, took_ms=0) == replace(before, took_ms=0)
    assert (library.coverage(), library.check()) == (library.coverage(), [])
    assert library.version() != version


def test_removing(library: Backend) -> None:
    assert library.remove(CYBER) is True
    assert library.remove(CYBER) is False
    assert library.remove("A/RES/1/1") is False
    library.commit()
    assert found(library, "threats") == ""
    assert found(library, lang="all", session="69") == "69/28@fr#op1 69/28@zh#op1"  # they stay
    assert library.resolution(CYBER) is None
    assert library.remove(CYBER) is False


@pytest.mark.parametrize("steps", ["add remove", "remove add remove", "add add remove"])
def test_removing_what_was_just_added(library: Backend, steps: str) -> None:
    for step in steps.split():
        if step == "add":
            library.add(HELD[1])
        else:
            assert library.remove(CYBER) is True
    library.commit()
    assert library.resolution(CYBER) is None
    assert found(library, "threats") == ""


def test_removing_and_adding_again(library: Backend) -> None:
    assert library.remove(CYBER) is True
    library.add(HELD[1])
    library.commit()
    assert library.resolution(CYBER) == HELD[1]
    assert found(library, "threats") == "69/28#op1"


@pytest.mark.parametrize(
    "words", ["", "NOT coral", "-(the OR states)", "-type:annex", "NOT year:1"]
)
def test_what_was_removed_is_in_no_answer(library: Backend, words: str) -> None:
    library.remove(OCEANS)
    library.commit()
    results = library.search(Query.make(words, lang="all", limit="100"))
    assert OCEANS not in {hit.key for hit in results.hits}
    assert len(results.hits) == results.total == library.count(Query.make(words, lang="all"))
    values = {f.name: {v.value for v in f.values} for f in results.facets}
    assert ("79" in values["session"], "2024" in values["year"]) == (False, False)
    assert values["vote"] == {"none"}
    assert ("79",) not in library.counts(Query.make(words, lang="all"), "session")


def test_all_can_be_removed(library: Backend) -> None:
    for held in HELD:
        library.remove(held.key)
    library.commit()
    assert library.search(Query.make("NOT the", lang="all")).total == 0
    assert (library.coverage(), library.check()) == ([], [])
    assert all(not f.values for f in library.search(Query.make(lang="all")).facets)
    fill(library, HELD[0])
    assert library.resolution(OCEANS) == HELD[0]


def test_a_resolution_without_symbol_has_a_key_of_its_text(empty: Backend) -> None:
    unnamed = resolution(None, {"text": "peace"})
    other = resolution(None, {"text": "peace and security"})
    fill(empty, unnamed, other, unnamed)
    assert empty.resolution(unnamed.key) == unnamed
    assert {hit.key for hit in empty.search(Query.make("peace")).hits} == {unnamed.key, other.key}
    assert empty.remove(unnamed.key) is True
    empty.commit()
    assert [hit.key for hit in empty.search(Query.make()).hits] == [other.key]


def test_a_resolution_without_paragraphs_is_held(empty: Backend) -> None:
    bare = resolution("A/RES/1/1", session="1", body="ga", title="Bare")
    fill(empty, bare)
    assert empty.resolution("A/RES/1/1") == bare
    assert empty.search(Query.make()).total == 0
    assert [(c.resolutions, c.paragraphs) for c in empty.coverage()] == [(1, 0)]
    assert empty.remove("A/RES/1/1") is True
    empty.commit()
    assert empty.coverage() == []


@pytest.mark.parametrize("key", ["A/RES/1/1", "a b", "A*", "x" * 2000, "é@fr", "a\0b", "#op1"])
def test_keys_of_any_text(empty: Backend, key: str) -> None:
    near = (key[:-1], key + "x", key.upper() + "y")
    fill(empty, *(resolution(k, {"text": "peace"}) for k in (key, *near)))
    assert empty.remove(key) is True
    empty.commit()
    assert empty.resolution(key) is None
    assert {hit.key for hit in empty.search(Query.make()).hits} == set(near)


@pytest.mark.capability("transactions")
def test_close_gives_up_what_was_not_committed(library: Backend, engine: Engine) -> None:
    version = library.version()
    library.remove(OCEANS)
    library.add(resolution("A/RES/80/1", {"text": "newcomer"}))
    library.record(Source("a.xml", "1"))
    library.close()
    again = engine.make(library.place)
    assert again.resolution(OCEANS) == HELD[0]
    assert (again.version(), list(again.sources())) == (version, [])
    assert found(again, "newcomer") == ""
    again.remove(OCEANS)  # another may write now
    again.commit()
    assert again.resolution(OCEANS) is None
    assert again.version() != version
    again.close()


def test_what_was_committed_is_there_when_it_is_opened_again(
    library: Backend, engine: Engine
) -> None:
    library.record(Source("a.xml", "1", keys=(OCEANS,)))
    library.commit()
    version, coverage = library.version(), library.coverage()
    library.close()
    again = engine.make(library.place)
    assert (again.place, again.version()) == (library.place, version)
    assert (again.coverage(), len(list(again.sources()))) == (coverage, 1)
    for held in HELD:
        assert again.resolution(held.key) == held
    again.close()


def test_a_commit_of_one_is_seen_by_another(library: Backend, engine: Engine) -> None:
    reader = engine.make(library.place)
    assert (found(reader, "newcomer"), reader.version()) == ("", library.version())
    fill(library, resolution("A/RES/80/1", {"text": "newcomer"}))
    assert (found(reader, "newcomer"), reader.version()) == ("80/1#op1", library.version())
    reader.close()


def test_every_commit_has_its_version(empty: Backend) -> None:
    versions = [empty.version()]
    for n in range(5):
        fill(empty, resolution("A", {"text": f"peace {n % 2}"}))
        versions.append(empty.version())
        assert empty.version() == versions[-1]
    assert len(set(versions)) == 6


def test_a_commit_without_changes_does_no_harm(library: Backend) -> None:
    library.commit()
    library.commit()
    assert library.resolution(OCEANS) == HELD[0]
    library.close()


def test_many_commits_lose_nothing(empty: Backend) -> None:
    chance = random.Random(4)
    held: dict[str, int] = {}
    for n in range(40):
        key = f"A/RES/1/{chance.randrange(15)}"
        if held.pop(key, None) is None or chance.random() < 0.7:
            empty.add(resolution(key, {"text": f"word{n}"}, {"text": "same"}))
            held[key] = n
        else:
            empty.remove(key)
        if chance.random() < 0.6:
            empty.commit()
    empty.commit()
    assert empty.count(Query.make("same")) == len(held)
    assert [n for n in range(40) if found(empty, f"word{n}")] == sorted(held.values())
    assert empty.check() == []


def test_the_ledger(library: Backend) -> None:
    first = Source("b.xml", "1", parser=3, format="akn", keys=(OCEANS, CYBER), indexed="2026-01-01")
    first = replace(first, name="../b.xml", lost=("A/RES/1/1", "A/RES/1/2"))
    second = Source("a b,c.xml", "2", failure="No.", symbol="A/RES/1/1", reissued="2020-01-01")
    third = Source("folder/archive.zip!a.xml", "3")
    for source in (third, first, second, replace(first, hash="3")):
        library.record(source)
    library.commit()
    assert list(library.sources()) == [second, replace(first, hash="3"), third]  # by path
    library.forget("a b,c.xml")
    library.forget("never.xml")
    library.record(replace(third, hash="4"))
    library.commit()
    assert list(library.sources()) == [replace(first, hash="3"), replace(third, hash="4")]


def test_a_line_of_a_former_version_moves_in_one_commit(library: Backend) -> None:
    former = Source("English/a.xml", "1", keys=(OCEANS,))
    library.record(former)
    library.commit()
    library.forget(former.path)
    moved = replace(former, path="/w/English/a.xml", name=former.path)
    library.record(replace(moved, hash=""))
    library.record(moved)
    library.commit()
    assert list(library.sources()) == [moved]
    library.forget(moved.path)
    library.record(former)
    library.commit()
    assert list(library.sources()) == [former]


def test_the_ledger_is_never_a_hit(library: Backend) -> None:
    library.record(Source("oceans.xml", "00ff", keys=(OCEANS,)))
    library.commit()
    paragraphs = sum(len(r.paragraphs) for r in HELD)
    assert library.search(Query.make(lang="all")).total == paragraphs
    assert library.count(Query.make("NOT xyzzy", lang="all")) == paragraphs
    assert library.counts(Query.make(lang="all")) == {(): paragraphs}
    library.remove(OCEANS)
    library.commit()
    assert [source.path for source in library.sources()] == ["oceans.xml"]  # each on its own

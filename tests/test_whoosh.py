"""The Whoosh engine alone: its folder, processes and threads, damage, and query trees.

The tests of all engines are in contract/.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from contract.data import CYBER, HELD, OCEANS, fill, found, resolution
from hypothesis import given, settings
from hypothesis import strategies as st
from simple import rows_of
from soaking.truth import is_meant
from whoosh.fields import Schema
from whoosh.index import TOC

from searchapp.backends import open_backend
from searchapp.backends.whoosh import WhooshBackend
from searchapp.backends.whoosh.schema import make_schema
from searchapp.backends.whoosh.searching.evaluation import matches
from searchapp.backends.whoosh.storage import Storage
from searchapp.errors import IndexBusy, IndexProblem, NoIndex
from searchapp.exports.results_json import results_json
from searchapp.query.query import Query
from searchapp.query.tree import (
    And,
    AnyForm,
    Every,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Stem,
    Wildcard,
    Word,
)


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "index")


@pytest.fixture
def backend(place: str) -> Iterator[WhooshBackend]:
    made = WhooshBackend(place, create=True)
    fill(made, *HELD[:2])  # at least two segments, so that counts have to be merged
    fill(made, *HELD[2:])
    yield made
    made.close()


# Trees, including some that no query yields


WORDS = ["red", "pink", "blue", "reds", "of", "the"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), min_size=1, max_size=7)
LEAVES = st.one_of(
    st.builds(lambda w: Word("text", w), st.sampled_from(WORDS)),
    st.builds(lambda w: Stem("text", w), st.sampled_from(WORDS)),
    st.builds(lambda w: AnyForm("text", w), st.sampled_from(WORDS)),
    st.builds(lambda w: Prefix("text", w), st.sampled_from(["re", "t", "x", "pink"])),
    st.builds(lambda w: Wildcard("text", w), st.sampled_from(["*d", "r*s", "*", "*l*"])),
    st.builds(
        lambda words, gap: Phrase("text", tuple(words), gap),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
        st.integers(0, 4),
    ),
    st.just(Every()),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=30)
@given(old=TEXTS, new=TEXTS, more=TEXTS, trees=st.lists(TREES, min_size=7, max_size=7))
def test_trees_mean_what_brute_force_says(
    tmp_path_factory: pytest.TempPathFactory,
    old: list[str],
    new: list[str],
    more: list[str],
    trees: list[Node],
) -> None:
    backend = WhooshBackend(str(tmp_path_factory.mktemp("index")), create=True)
    for symbol, texts in [("A", old), ("B", more), ("A", new)]:
        fill(backend, resolution(symbol, *({"text": text} for text in texts)))
    held = [
        row
        for symbol, texts in (("A", new), ("B", more))
        for row in rows_of(resolution(symbol, *({"text": text} for text in texts)))
    ]
    snapshot = backend.snapshot()
    for tree in trees:
        docs, scores = matches(snapshot, tree)
        names = {snapshot.stored(int(doc))["id"] for doc in docs}
        assert names == {row.paragraph.id for row in held if is_meant(tree, row.values)}, tree
        assert len(names) == len(docs) == len(scores)
        assert (scores >= 0).all()
    backend.close()


# Processes, threads, commits


def test_merges_lose_nothing(place: str) -> None:
    backend = WhooshBackend(place, create=True)
    for n in range(25):
        fill(backend, resolution(f"A/RES/1/{n % 15}", {"text": f"word{n}"}, {"text": "same"}))
    assert len(backend.snapshot().segments) < 15
    assert backend.count(Query.make("same")) == 15
    assert [n for n in range(25) if found(backend, f"word{n}")] == list(range(10, 25))
    assert backend.check() == []


SCRIPT = """
import sys
from searchapp.backends.whoosh import WhooshBackend
from searchapp.model.resolution import Resolution
backend = WhooshBackend(sys.argv[1])
backend.add(Resolution.from_line(sys.argv[2]))
backend.commit()
"""


def test_a_commit_of_another_process_is_seen(backend: WhooshBackend, place: str) -> None:
    assert found(backend, "newcomer") == ""
    line = resolution("A/RES/80/1", {"text": "newcomer"}).to_line()
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, place, line]
    subprocess.run(command, check=True, cwd=Path(__file__).parent.parent)
    assert found(backend, "newcomer") == "80/1#op1"


def test_a_folder_that_did_not_change_is_not_listed_again(
    backend: WhooshBackend, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Mock(side_effect=os.listdir)
    monkeypatch.setattr(os, "listdir", listed)

    young = [backend.version(), backend.version()]
    assert listed.call_count == 2  # another change may follow within a tick of the clock
    os.utime(place, (0, 0))
    old = [backend.version(), backend.version(), backend.version()]
    assert (listed.call_count, {*young, *old}) == (3, {young[0]})

    fill(WhooshBackend(place), resolution("A/RES/80/1", {"text": "newcomer"}))
    assert backend.version() != young[0]


def test_one_writer_at_a_time(backend: WhooshBackend, place: str) -> None:
    backend.remove(OCEANS)
    with pytest.raises(IndexBusy, match=r"Another process is writing .* wait until"):
        WhooshBackend(place).remove(OCEANS)


def test_threads_get_the_same_answers(backend: WhooshBackend, place: str) -> None:
    queries = [
        Query.make(words, sort=sort, lang=lang)
        for words in ('"all states"~1', "states", "re*", '"requests a report"', "NOT the", "")
        for sort in ("relevance", "symbol")
        for lang in ("en", "all")
    ] * 5  # about a hundred

    def answers(_: int) -> list[Any]:
        found = [results_json(engine.search(query)) for query in queries]
        return [{**answer, "took_ms": 0} for answer in found]

    engine = backend
    expected = answers(0)
    engine = WhooshBackend(place)  # nothing is cached yet
    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected for found in pool.map(answers, range(4)))


@pytest.mark.unclosed
def test_a_commit_that_fails_changes_nothing_and_frees_the_lock(
    backend: WhooshBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    backend.add(resolution(OCEANS, {"text": "Quite different"}))
    with monkeypatch.context() as patch:
        patch.setattr(Storage, "rename_file", full)
        with pytest.raises(IndexProblem, match="No space left"):
            backend.commit()
    assert backend.resolution(OCEANS) == HELD[0]
    fill(backend, resolution(OCEANS, {"text": "Quite different"}))
    assert found(backend, "different") == "79/144#op1"


# The place


def test_no_index(place: str) -> None:
    with pytest.raises(NoIndex, match=r"^There is no index at “.*index”\. Create one: searchapp"):
        open_backend(place)


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(IndexProblem, match="contains other files"):
        WhooshBackend(str(tmp_path), create=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_default_folder_with_gits_file_will_do(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*\n")
    WhooshBackend(str(tmp_path), create=True).close()
    WhooshBackend(str(tmp_path)).close()


def test_another_format_says_how_to_rebuild(backend: WhooshBackend, place: str) -> None:
    mark = Path(place, "searchapp.json")
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "format": 99}))
    with pytest.raises(
        IndexProblem, match=r"has format 99.*searchapp index PATH… --rebuild --index"
    ):
        WhooshBackend(place, create=True)


@pytest.mark.unclosed
def test_damage_is_a_sentence(backend: WhooshBackend, place: str) -> None:
    assert backend.check() == []
    for path in Path(place).glob("*.seg"):
        path.write_bytes(bytes(path.stat().st_size))
    damaged = WhooshBackend(place)
    (problem,) = damaged.check()
    assert problem.startswith(f"The index at “{place}” is damaged: rebuild it with ")
    for path in Path(place).glob("*.toc"):
        path.write_bytes(b"")
    with pytest.raises(IndexProblem, match="is damaged"):
        WhooshBackend(place)


def test_check_names_what_is_wrong(place: str) -> None:
    backend = WhooshBackend(place, create=True)
    fill(backend, resolution("A", {"id": "same", "text": "one"}))
    fill(backend, resolution("B", {"id": "same", "text": "two"}))
    assert backend.check() == [
        "Two paragraphs have the id same: index their files again with --force."
    ]


class Tampered(Schema):  # type: ignore[misc]
    """An object that creates a folder when it is unpickled."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str, int, bool]]:
        return os.makedirs, (self.folder, 0o700, True)


def test_the_schema_that_is_pickled_in_an_index_is_never_read(
    backend: WhooshBackend, place: str, tmp_path: Path
) -> None:
    storage, trap = Storage(place), tmp_path / "trap"
    contents = TOC.read(storage, "MAIN", schema=make_schema())
    contents.schema = Tampered(str(trap))
    (old,) = Path(place).glob("*.toc")
    old.unlink()
    contents.write(storage, "MAIN")
    assert WhooshBackend(place).resolution(CYBER) == HELD[1]
    assert not trap.exists()
    pickle.loads(pickle.dumps(contents.schema))
    assert trap.exists()  # reading it would have made the folder

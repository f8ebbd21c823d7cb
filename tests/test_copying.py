"""Copies between engines, and rebuilds next to the live index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any, cast

import pytest
from click.testing import CliRunner, Result
from contract.conftest import ENGINES, Engine, on_opensearch, present
from contract.data import HELD, OCEANS, fill, found, resolution

from searchapp.backends import open_backend
from searchapp.backends.rebuilding import rebuilding
from searchapp.backends.whoosh import staging
from searchapp.cli import main
from searchapp.errors import IndexProblem, SearchAppError
from searchapp.ingest import copying
from searchapp.ingest.copying import Copied, copy
from searchapp.model.resolution import Resolution
from searchapp.model.source import Source
from searchapp.query.query import Query
from searchapp.search.backend import Backend
from searchapp.settings.config import DEFAULTS

Places = Callable[[str], str]
BARE = resolution("A/RES/1/1", session="1", body="ga", title="Without paragraphs")
LEDGER = (
    Source("a.xml", "1", keys=(OCEANS,)),
    Source("b.pdf", "2", failure="A PDF without text."),
    Source("scan.txt", "3", symbol="A/RES/56/19"),
)


@pytest.fixture(params=ENGINES[1:], ids=lambda engine: engine.name)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    """Yield a function that returns places for indexes, on each engine that opens a place."""
    engine = present(cast("Engine", request.param))
    folders: list[str] = []

    def named(name: str) -> str:
        folders.append(str(tmp_path / name))
        return on_opensearch(folders[-1]) if engine.name == "opensearch" else folders[-1]

    yield named
    for folder in folders:
        engine.discard(folder)


def made(place: str, *held: Resolution) -> Backend:
    """Create an index of these resolutions with a ledger."""
    backend = open_backend(place, create=True)
    for line in LEDGER:
        backend.record(line)
    fill(backend, *held)
    return backend


def cluster_of(place: str) -> tuple[Any, Any]:
    """Return the address and client of an index on OpenSearch; needs opensearch-py."""
    from searchapp.backends.opensearch.address import read_place
    from searchapp.backends.opensearch.client import Cluster

    known = read_place(place)
    return known, Cluster(known, DEFAULTS)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def everything(backend: Backend) -> dict[str, Resolution]:
    return {held.key: held for held in backend.resolutions()}


def test_a_copy_holds_the_same(place: Places, tmp_path: Path) -> None:
    """The copy, and a copy of it back in a folder."""
    held = made(str(tmp_path / "held"), *HELD, BARE)
    there, back = made(place("there")), str(tmp_path / "back")
    steps: list[int] = []
    assert copy(held, there, steps.append) == Copied(len(HELD) + 1, 14, 3)
    assert sum(steps) == len(HELD) + 1
    held.close()
    there.close()
    said = run("copy", there.place, back)
    assert said.stderr.endswith(
        "Copied 8 resolutions, 14 paragraphs and 3 lines of the ledger; the two indexes match.\n"
    )
    again = open_backend(back)
    assert everything(again) == {r.key: r for r in (*HELD, BARE)}
    assert list(again.sources()) == list(LEDGER)
    assert found(again, "reefs") == "79/144#op2a"
    again.close()


def test_a_copy_that_was_broken_off_is_completed(
    place: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, target = made(str(tmp_path / "held"), *HELD), open_backend(place("to"), create=True)
    monkeypatch.setattr(copying, "COMMIT_EVERY", 2)

    def broken(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(held, target, broken)
    assert len(everything(target)) == 2
    copy(held, target)
    assert everything(target) == everything(held)
    held.close()
    target.close()


def test_a_copy_mixes_nothing(place: Places, tmp_path: Path) -> None:
    held, target = made(str(tmp_path / "held"), *HELD), made(place("to"), BARE)
    with pytest.raises(
        SearchAppError, match=r"contains resolutions that .* does not \(for example A/RES/1/1\)"
    ):
        copy(held, target)
    assert everything(target) == {BARE.key: BARE}
    held.close()
    target.close()


def test_counts_that_differ_are_told(
    place: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, target = made(str(tmp_path / "held"), *HELD), open_backend(place("to"), create=True)
    monkeypatch.setattr(target, "add", lambda _: None)
    with pytest.raises(SearchAppError, match=r"is incomplete: .* has 7 resolutions, 14 paragraphs"):
        copy(held, target)
    held.close()
    target.close()


def test_a_copy_to_itself_is_no_copy(tmp_path: Path) -> None:
    assert run("copy", str(tmp_path), str(tmp_path)).exit_code == 2


LINE = BARE.to_line()


def test_an_index_is_made_anew(place: Places, tmp_path: Path) -> None:
    there, lines = place("there"), tmp_path / "new.jsonl"
    made(there, *HELD).close()
    reader = open_backend(there)
    version = reader.version()
    lines.write_text(HELD[0].to_line(), encoding="utf-8")
    said = run("index", "--rebuild", "--index", there, str(lines))
    assert said.exit_code == 0, said.output
    assert list(everything(reader)) == [OCEANS]  # an open reader sees the new index
    assert reader.version() != version
    assert reader.count(Query.make()) == 6
    assert [(line.path, line.symbol) for line in reader.sources()] == [
        (str(lines), None),
        ("scan.txt", "A/RES/56/19"),  # the symbol given by hand is kept
    ]
    fill(reader, BARE)
    assert set(everything(reader)) == {OCEANS, BARE.key}
    reader.close()


def test_an_index_that_is_not_there_yet_is_made(place: Places, tmp_path: Path) -> None:
    lines = tmp_path / "new.jsonl"
    lines.write_text(LINE, encoding="utf-8")
    there = place("there")
    assert run("index", "--rebuild", "--index", there, str(lines)).exit_code == 0
    assert list(everything(open_backend(there))) == [BARE.key]


def test_the_old_one_answers_until_the_new_one_is_there(place: Places, tmp_path: Path) -> None:
    there = place("there")
    old = made(there, *HELD)
    before = everything(old)

    def stop() -> None:
        with rebuilding(there) as new:
            fill(new, BARE)
            assert everything(old) == before
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert everything(old) == before
    old.close()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_is_written_meanwhile_is_not_lost(place: Places) -> None:
    there = place("there")
    old = made(there, *HELD)

    def rebuild() -> None:
        with rebuilding(there) as new:
            fill(new, *HELD)
            fill(old, BARE)

    with pytest.raises(IndexProblem, match="changed during the rebuild, and was left as it is"):
        rebuild()
    assert old.resolution(BARE.key) == BARE
    old.close()


def test_nothing_takes_no_place(place: Places, tmp_path: Path) -> None:
    there, empty = place("there"), tmp_path / "empty.jsonl"
    made(there, *HELD).close()
    empty.write_text("", encoding="utf-8")
    said = run("index", "--rebuild", "--index", there, str(empty))
    assert (said.exit_code, "was left unchanged" in said.output) == (1, True)
    assert len(everything(open_backend(there))) == len(HELD)


@pytest.mark.parametrize("beside_an_index", [False, True])
def test_other_files_are_never_removed(tmp_path: Path, beside_an_index: bool) -> None:
    there, lines = tmp_path / "there", tmp_path / "new.jsonl"
    lines.write_text(LINE, encoding="utf-8")
    if beside_an_index:
        made(str(there), *HELD).close()
    there.mkdir(exist_ok=True)
    (there / "thesis.txt").write_text("years of work", encoding="utf-8")
    said = run("index", "--rebuild", "--index", str(there), str(lines))
    assert (said.exit_code, "contains other files, which were left" in said.output) == (1, True)
    assert (there / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_a_folder_is_never_lost_between_two_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, rename = tmp_path / "there", Path.rename
    monkeypatch.setattr(staging, "exchange", lambda *_: False)
    made(str(there), *HELD).close()

    def stopped(path: Path, to: Path) -> Path:
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, to)

    def rebuild() -> None:
        with rebuilding(str(there)) as new:
            fill(new, BARE)
            monkeypatch.setattr(Path, "rename", stopped)

    with pytest.raises(KeyboardInterrupt):
        rebuild()
    monkeypatch.undo()
    assert len(everything(open_backend(str(there)))) == len(HELD)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_answer_to_the_change_of_names_may_get_lost(tmp_path: Path) -> None:
    present(ENGINES[-1])
    from searchapp.backends.opensearch import aliases

    there = on_opensearch(str(tmp_path / "names"))
    made(there, *HELD).close()
    known, cluster = cluster_of(there)
    before, new = (
        aliases.find_index(cluster, known.name),
        aliases.make(cluster, known.name, DEFAULTS),
    )
    for _ in range(2):  # as if the first answer got lost
        aliases.use(cluster, known.name, new, before)
    aliases.discard(cluster, known.name, new)  # Ctrl-C after the alias was moved
    assert aliases.find_index(cluster, known.name) == new
    cluster.close()
    ENGINES[-1].discard(str(tmp_path / "names"))


def nothing_there(cluster: Any, name: str) -> str:
    raise cluster.no_index()


def test_of_two_that_make_an_index_at_once_both_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    present(ENGINES[-1])
    from searchapp.backends.opensearch import aliases

    there = on_opensearch(str(tmp_path / "both"))
    known, cluster = cluster_of(there)
    made(there, *HELD).close()
    older = aliases.find_index(cluster, known.name)
    sleep(1.1)  # an index name contains the second of its creation
    with monkeypatch.context() as patch:  # the other created it after this one's check
        patch.setattr(aliases, "find_index", nothing_there)
        aliases.open_or_make(cluster, known.name, DEFAULTS, create=True)
    assert aliases.find_index(cluster, known.name) == older
    assert len(everything(open_backend(there))) == len(HELD)
    cluster.close()
    ENGINES[-1].discard(str(tmp_path / "both"))


def test_a_damaged_folder_can_be_made_anew(tmp_path: Path) -> None:
    there, lines = tmp_path / "index", tmp_path / "new.jsonl"
    made(str(there), *HELD).close()
    (there / ".gitignore").write_text("*", encoding="utf-8")
    (there / "searchapp.json").write_text('{"format": 1}', encoding="utf-8")
    lines.write_text(LINE, encoding="utf-8")
    assert run("index", "--rebuild", "--index", str(there), str(lines)).exit_code == 0
    assert list(everything(open_backend(str(there)))) == [BARE.key]
    assert (there / ".gitignore").exists()

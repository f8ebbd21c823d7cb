"""An untrusted index: its code is not run, its paths stay inside, and nothing in it blocks."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import HELD, build
from whoosh.filedb.structfile import StructFile
from whoosh.index import _CURRENT_TOC_VERSION, _DEF_INDEX_NAME, TOC

from searchapp import create_app
from searchapp.backends import open_backend
from searchapp.backends.whoosh.codec import SegmentRecord
from searchapp.backends.whoosh.schema import make_schema
from searchapp.backends.whoosh.segments.sections import check_regular
from searchapp.backends.whoosh.storage import Storage
from searchapp.cli import main
from searchapp.errors import SearchAppError
from searchapp.query.query import Query

OLDER = -110  # an older version, which Whoosh reads in another way


class Calls:
    """An object whose pickle calls something."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


def traps(trap: Path) -> dict[str, bytes]:
    """Return pickles that create a file or folder, by each way of calling that pickle has."""
    name = str(trap).encode()
    return {
        "os.system": pickle.dumps([Calls(os.system, f"touch {trap}")]),
        "os.mkdir": pickle.dumps([Calls(os.mkdir, str(trap))]),
        "eval": pickle.dumps([Calls(eval, f"__import__('os').mkdir({str(trap)!r})")]),
        "getattr": b"c__builtin__\ngetattr\n(cos\nmkdir\nV__call__\ntR(V" + name + b"\ntR.",
        "an old opcode": b"(Vx\nios\nmkdir\n(V" + name + b"\n.",
        "a dotted name": b"\x80\x04\x8c\x26searchapp.backends.whoosh.codec\x8c\x02os\x93.",
        "a module that runs when it is imported": b"cantigravity\nx\n.",
        "what is allowed, called with more": b"cbuiltins\nset.__class__\n(Vx\ntR.",
        "in a set": pickle.dumps({"x": Calls(os.mkdir, str(trap))}),
        "as state": b"csearchapp.backends.whoosh.codec\nSegmentRecord\n)\x81cos\nmkdir\nb.",
    }


TRAPS = list(traps(Path("x")))
Uses = Callable[[str], Iterator[Callable[[], object]]]


def table(segments: bytes, schema: bytes, version: int) -> bytes:
    """Return a table of contents in Whoosh's form, of any version, with these pickles."""
    written = BytesIO()
    out = StructFile(written)
    for size in (4, 8, 4):
        out.write_varint(size)
    out.write_int(-12345)
    out.write_int(version)
    for part in (2, 7, 4):
        out.write_varint(part)
    out.write_string(schema)
    out.write_int(1)  # the generation
    out.write_int(0)
    return written.getvalue() + segments


@pytest.fixture
def place(tmp_path: Path) -> str:
    return build(tmp_path / "index", HELD)


def install(place: str, content: bytes) -> None:
    """Replace the table of contents by this one, with the right checksum."""
    for old in Path(place).glob("_MAIN_*.toc"):
        old.unlink()
    Path(place, "new").write_bytes(content)
    Storage(place).rename_file("new", "_MAIN_1.toc")


def quick_uses(place: str) -> Iterator[Callable[[], object]]:
    """Yield the ways to open an index."""
    yield lambda: open_backend(place).count(Query(words="lamps"))
    yield lambda: open_backend(place, create=True).remove("A/RES/79/144")


def uses(place: str) -> Iterator[Callable[[], object]]:
    """Yield the ways to open and to read an index."""
    run = CliRunner().invoke
    yield from quick_uses(place)
    yield lambda: open_backend(place).check()
    yield lambda: list(open_backend(place).sources())
    yield lambda: create_app({"INDEX": place}).test_client().get("/search?q=lamps")
    yield lambda: run(main, ["search", "lamps", "--index", place])
    yield lambda: run(main, ["index", "--sample", "--index", place])
    yield lambda: run(main, ["index", "--sample", "--rebuild", "--index", place])
    yield lambda: run(main, ["copy", place, f"{place}-2"])


def test_the_tables_of_these_tests_are_read(place: str) -> None:
    """Without a trap, the same bytes are a valid empty index."""
    install(place, table(pickle.dumps([]), pickle.dumps(make_schema()), _CURRENT_TOC_VERSION))

    backend = open_backend(place)

    assert backend.count(Query(words="lamps")) == 0
    assert list(backend.sources()) == []
    assert (TOC._filename(_DEF_INDEX_NAME, 1), OLDER) == ("_MAIN_1.toc", -110)


@pytest.mark.parametrize("version", [_CURRENT_TOC_VERSION, OLDER])
@pytest.mark.parametrize("at", ["segments", "schema"])
@pytest.mark.parametrize("kind", TRAPS)
def test_no_code_of_a_foreign_index_runs(
    kind: str, at: str, version: int, place: str, tmp_path: Path
) -> None:
    spring(kind, at, version, quick_uses, place, tmp_path / "trap")


@pytest.mark.parametrize("version", [_CURRENT_TOC_VERSION, OLDER])
@pytest.mark.parametrize("at", ["segments", "schema"])
def test_no_command_and_no_page_runs_it(at: str, version: int, place: str, tmp_path: Path) -> None:
    spring("os.mkdir", at, version, uses, place, tmp_path / "trap")


def spring(kind: str, at: str, version: int, used: Uses, place: str, trap: Path) -> None:
    """Use an index with a trap, and check that the trap was not run."""
    bad, good = traps(trap)[kind], pickle.dumps([])
    schema, segments = (bad, good) if at == "schema" else (pickle.dumps(make_schema()), bad)
    said: list[str] = []
    for use in used(place):
        install(place, table(segments, schema, version))
        try:
            use()
        except SearchAppError as error:
            said.append(str(error))

    assert not trap.exists()
    if at == "segments":
        assert said
        assert all("index" in sentence for sentence in said)


@pytest.mark.parametrize(
    "kind", [name for name in TRAPS if name in ("os.mkdir", "os.system", "eval", "in a set")]
)
def test_the_traps_would_have_worked(kind: str, tmp_path: Path) -> None:
    trap = tmp_path / "trap"

    pickle.loads(traps(trap)[kind])

    assert trap.exists()


def record(**state: Any) -> SegmentRecord:
    made = SegmentRecord("MAIN")
    made.__dict__.update(state)
    return made


@pytest.mark.parametrize(
    "segments",
    [
        [record(indexname="../outside/MAIN_x", name="../outside/MAIN_x")],
        [record(segid="x/../../outside/MAIN_x")],
        [record(segid="/etc/passwd")],
        [record(segid="x\0y")],
        [record(segid=7)],
        [record(name="../outside/MAIN_x")],
        [record(_count="many")],
        [record(_count=-1)],
        [record(_deleted={"a"})],
        [record(_deleted=[1])],
        [record(codec=3)],
        [set()],
        {1: 2},
        "MAIN",
        None,
    ],
    ids=repr,
)
def test_a_record_that_is_none_is_refused(segments: Any, place: str) -> None:
    install(place, table(pickle.dumps(segments), b"", _CURRENT_TOC_VERSION))

    with pytest.raises(SearchAppError, match="is damaged: rebuild it"):
        open_backend(place).count(Query(words="lamps"))


def test_a_record_names_no_file_outside_of_its_folder(place: str, tmp_path: Path) -> None:
    """The record is valid but for the folder: its segment is in another index."""
    outside = build(tmp_path / "outside", HELD)
    (theirs,) = TOC.read(Storage(outside), "MAIN", schema=make_schema()).segments
    theirs.indexname = "../outside/MAIN"
    assert Path(place, theirs.make_filename(".seg")).is_file()
    install(place, table(pickle.dumps([theirs]), b"", _CURRENT_TOC_VERSION))

    with pytest.raises(SearchAppError, match="is damaged: rebuild it"):
        open_backend(place).count(Query(words="lamps"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("pattern", ["_MAIN_*.toc", "MAIN_*", "searchapp.json"])
def test_nothing_waits_for_a_pipe_in_an_index(pattern: str, place: str) -> None:
    names = [path for path in Path(place).glob(pattern) if "LOCK" not in path.name]
    assert names
    for path in names:
        path.unlink()
        os.mkfifo(path)

    with pytest.raises(SearchAppError):
        open_backend(place).count(Query(words="lamps"))


def test_a_file_that_a_commit_removes_meanwhile_is_no_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, stat = tmp_path / "_MAIN_1.toc", Path.stat
    path.touch()

    def look(at: Path, **options: Any) -> Any:
        found = stat(at, **options)
        if at == path:
            path.unlink()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", look)
        check_regular(path)
    assert not path.exists()

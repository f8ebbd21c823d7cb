"""How the ledger identifies files, and when it removes the resolutions of a file."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from searchapp.backends import open_backend
from searchapp.cli import main
from searchapp.ingest import inputs, pipeline
from searchapp.ingest.copying import copy
from searchapp.ingest.pipeline import Report
from searchapp.search.backend import Backend
from searchapp.system.paths import key_of, seen_from_here

Files = dict[str, str | None]  # the symbols of each file; None for a text without a symbol


def line(symbol: str | None, text: str = "") -> str:
    """Return a JSON line: a resolution of one paragraph, by default about its own symbol."""
    return json.dumps({"symbol": symbol, "paragraphs": [{"text": text or f"Recalls {symbol}."}]})


def write(*symbols: str | None, to: str) -> None:
    """Write a file of these resolutions; "a.zip!b.jsonl" is a member of an archive."""
    path, _, member = to.partition("!")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    content = "\n".join(map(line, symbols))
    if member:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(member, content)
    else:
        Path(path).write_text(content, encoding="utf-8")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty folder, and unset the index."""
    made = tmp_path / "w"
    made.mkdir()
    monkeypatch.chdir(made)
    monkeypatch.delenv("SEARCHAPP_INDEX", raising=False)
    return made


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def held(backend: Backend) -> list[str]:
    return sorted(resolution.key for resolution in backend.resolutions())


def ledger(backend: Backend) -> dict[str, tuple[str, ...]]:
    return {seen_from_here(source.path): source.keys for source in backend.sources()}


def index(backend: Backend, *paths: str | Path, **options: Any) -> Report:
    return pipeline.index(paths, backend, **{"processes": 1, **options})


def age(backend: Backend, *typed: str) -> None:
    """Rewrite the ledger as former versions did: only paths, as they were typed."""
    lines = list(backend.sources())
    for source, path in zip(lines, typed, strict=True):
        backend.forget(source.path)
        backend.record(replace(source, path=path, name="", lost=()))
    backend.commit()


# One file, one source ---------------------------------------------------------------------------

SPELLINGS = [
    "ren",
    "ren/",
    "./ren",
    "x/../ren",
    "../w/ren",
    "{here}/ren",
    "{here}//x/.././ren/",
    "link",
    "{here}/link",
    "linked/ren",
    "ren/a.jsonl",
    "{here}/ren/a.jsonl",
    "to-a.jsonl",
    "link/../ren/a.jsonl",
]


@pytest.fixture
def ren(folder: Path) -> Path:
    """Write a folder with a file, and links to both."""
    write("A/RES/99/1", to="ren/a.jsonl")
    Path("x").mkdir()
    Path("link").symlink_to("ren")
    Path("linked").symlink_to(folder)
    Path("to-a.jsonl").symlink_to("ren/a.jsonl")
    return folder


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_file_has_one_line_however_it_is_spelled(
    spelling: str, backend: Backend, ren: Path
) -> None:
    index(backend, "ren")

    report = index(backend, spelling.format(here=ren))

    assert (report.skipped, report.resolutions, report.losers, report.removed) == (1, 0, [], [])
    assert ledger(backend) == {"ren/a.jsonl": ("A/RES/99/1",)}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("still_there", [True, False])
def test_remove_takes_any_spelling(
    spelling: str, still_there: bool, backend: Backend, ren: Path
) -> None:
    index(backend, "ren")
    if not still_there:
        Path("ren/a.jsonl").unlink()
    name = spelling.format(here=ren)

    assert pipeline.remove(backend, [name]) == {name: ["A/RES/99/1"]}
    assert ledger(backend) == {}


def test_all_spellings_in_one_command_are_read_once(backend: Backend, ren: Path) -> None:
    report = index(backend, *(spelling.format(here=ren) for spelling in SPELLINGS), ".", ren)

    assert (report.resolutions, report.losers) == (1, [])
    assert ledger(backend) == {"ren/a.jsonl": ("A/RES/99/1",)}


def test_two_places_of_one_file_are_two_sources(backend: Backend) -> None:
    write("A/RES/99/1", to="a.jsonl")
    os.link("a.jsonl", "b.jsonl")

    index(backend, ".")

    assert ledger(backend) == {"a.jsonl": (), "b.jsonl": ("A/RES/99/1",)}


def test_an_archive_is_known_by_a_link_too(backend: Backend) -> None:
    write("A/RES/99/1", to="a.zip!b.jsonl")
    Path("link.zip").symlink_to("a.zip")
    index(backend, "a.zip")

    report = index(backend, "link.zip")

    assert report.skipped == 1
    assert ledger(backend) == {"a.zip!b.jsonl": ("A/RES/99/1",)}
    assert pipeline.remove(backend, ["link.zip!b.jsonl"]) == {"link.zip!b.jsonl": []}
    assert pipeline.remove(backend, ["link.zip"]) == {"link.zip": ["A/RES/99/1"]}


def test_the_same_name_in_another_folder_is_another_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = {"79session": "A/RES/79/901", "75session": "A/RES/75/902"}
    for session, symbol in sessions.items():
        write(symbol, to=f"{session}/English/a.jsonl")
    for session in (*sessions, *sessions):
        monkeypatch.chdir(folder / session)
        result = run("index", "English", "--index", "../ix")
        assert (result.exit_code, "Removed" in result.stderr) == (0, False)

    assert held(open_backend("../ix")) == ["A/RES/75/902", "A/RES/79/901"]


NAMES = [
    "b!c.jsonl",
    "a.zip!b.jsonl",
    "two\nlines.jsonl",
    "é.jsonl",
    "'\".jsonl",
    os.fsdecode(b"\xff.jsonl"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.skipif(os.name == "nt", reason="such names are not allowed there")
def test_odd_names(name: str, backend: Backend, folder: Path) -> None:
    write("A/RES/99/1", to="data/plain.jsonl")
    write("A/RES/99/2", to="data/other.jsonl")
    Path("data", "other.jsonl").rename(Path("data", name))
    index(backend, "data")

    assert index(backend, folder / "data").skipped == 2
    assert pipeline.remove(backend, [f"data/{name}"]) == {f"data/{name}": ["A/RES/99/2"]}
    index(backend, "data")
    Path("data", name).unlink()
    assert index(backend, "data").removed == ["A/RES/99/2"]


def test_names_that_are_not_utf8_stay_apart(backend: Backend) -> None:
    write("A/RES/99/1", to=os.fsdecode(b"\xff.jsonl"))
    write("A/RES/99/2", to=os.fsdecode(b"\xfe.jsonl"))

    index(backend, ".")

    assert [source.keys for source in backend.sources()] == [("A/RES/99/2",), ("A/RES/99/1",)]
    assert index(backend, ".").skipped == 2


def test_a_folder_is_not_an_archive_of_its_neighbour(backend: Backend) -> None:
    write("A/RES/99/1", to="a/one.jsonl")
    write("A/RES/99/2", to="b.jsonl")
    Path("b.jsonl").rename("a!b.jsonl")
    index(backend, ".")

    assert pipeline.remove(backend, ["a"]) == {"a": ["A/RES/99/1"]}


def test_names_are_shown_as_they_were_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("A/RES/99/1", to="data/a.jsonl")
    Path("data/bad.jsonl").write_text("nonsense", encoding="utf-8")
    shown = run("index", "data", "--index", "ix").stderr.splitlines()
    backend = open_backend("ix")

    assert shown[-1].startswith("Not read: data/bad.jsonl: Line 1")
    assert [source.shown for source in backend.sources()] == ["data/a.jsonl", "data/bad.jsonl"]
    assert next(iter(backend.resolutions())).source == "data/a.jsonl"
    monkeypatch.chdir("data")
    assert "Not read: bad.jsonl" in run("coverage", "--index", "../ix").stdout


# Ledgers of former versions ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["ren/a.jsonl", "x/../ren/a.jsonl", "../w/ren/a.jsonl", "{here}/link/a.jsonl"]
)
@pytest.mark.parametrize("given", ["ren", "{here}/ren", "link"])
@pytest.mark.parametrize("current", [".", "x", "/"])
def test_a_former_line_is_moved_to_its_file(
    typed: str,
    given: str,
    current: str,
    backend: Backend,
    ren: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index(backend, "ren")
    age(backend, typed.format(here=ren))
    monkeypatch.chdir(current)

    report = index(backend, ren / given.format(here=ren))

    assert (report.skipped, report.resolutions, report.removed) == (1, 0, [])
    assert [(s.path, s.keys) for s in backend.sources()] == [
        (key_of(ren / "ren/a.jsonl"), ("A/RES/99/1",))
    ]


def test_former_lines_of_one_file_become_one(backend: Backend, ren: Path) -> None:
    index(backend, "ren")
    (source,) = backend.sources()
    age(backend, "ren/a.jsonl")
    for typed in (f"{ren}/ren/a.jsonl", "x/../ren/a.jsonl", f"{ren}/link/a.jsonl"):
        backend.record(replace(source, path=typed, name="", keys=()))
    backend.commit()

    report = index(backend, "ren")

    assert (report.skipped, report.removed) == (1, [])
    assert ledger(backend) == {"ren/a.jsonl": ("A/RES/99/1",)}


def test_a_former_line_of_a_file_that_changed(backend: Backend) -> None:
    write("A/RES/99/1", "A/RES/99/2", to="ren/a.jsonl")
    index(backend, "ren")
    age(backend, "ren/a.jsonl")
    write("A/RES/99/1", "A/RES/99/3", to="ren/a.jsonl")

    report = index(backend, "ren")

    assert (report.removed, report.losers) == (["A/RES/99/2"], [])
    assert ledger(backend) == {"ren/a.jsonl": ("A/RES/99/1", "A/RES/99/3")}


def test_a_former_line_of_another_file_of_this_name_stays(
    backend: Backend, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("A/RES/79/1", to="79/English/a.jsonl")
    write("A/RES/75/1", to="75/English/a.jsonl")
    index(backend, "79")
    age(backend, "English/a.jsonl")
    monkeypatch.chdir("75")

    report = index(backend, "English", remove_missing=True)

    assert report.removed == []
    assert held(backend) == ["A/RES/75/1", "A/RES/79/1"]
    monkeypatch.chdir("../79")
    assert index(backend, ".").skipped == 1
    assert [source.path for source in backend.sources()] == [
        key_of(folder / session / "English/a.jsonl") for session in ("75", "79")
    ]


@pytest.mark.parametrize("name", ["ren", "ren/a.jsonl", "./ren/", ".", "{here}/ren", "{here}"])
def test_remove_takes_former_lines(name: str, backend: Backend, ren: Path) -> None:
    index(backend, "ren")
    age(backend, "ren/a.jsonl")
    Path("ren/a.jsonl").unlink()
    name = name.format(here=ren)

    assert pipeline.remove(backend, [name]) == {name: ["A/RES/99/1"]}


def test_a_former_member_is_moved_to_its_archive(
    backend: Backend, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("A/RES/99/1", to="ren/a.zip!b.jsonl")
    index(backend, "ren")
    age(backend, "ren/a.zip!b.jsonl")
    monkeypatch.chdir("/")

    assert index(backend, folder).skipped == 1
    assert [s.path for s in backend.sources()] == [key_of(folder / "ren/a.zip") + "!b.jsonl"]


# Symbols given by hand --------------------------------------------------------------------------

NAMED = "A/RES/56/19"


@pytest.fixture
def named(folder: Path) -> Iterator[Backend]:
    """Index a text with a symbol given by hand."""
    write(None, to="data/scan.jsonl")
    assert run("index", "data/scan.jsonl", "--symbol", NAMED, "--index", "ix").exit_code == 0
    backend = open_backend("ix")
    yield backend
    backend.close()


@pytest.mark.parametrize("is_former", [False, True])
@pytest.mark.parametrize("changes", [False, True])
def test_a_symbol_is_kept(is_former: bool, changes: bool, named: Backend) -> None:
    if is_former:
        age(named, "data/scan.jsonl")
    if changes:
        Path("data/scan.jsonl").write_text(line(None, "Urges all to rest."), encoding="utf-8")

    index(named, "data", force=True)

    assert held(named) == [NAMED]
    assert [(source.keys, source.symbol) for source in named.sources()] == [((NAMED,), NAMED)]


def test_a_symbol_goes_with_a_file_that_is_moved(named: Backend) -> None:
    write("A/RES/99/1", to="data/other.jsonl")
    index(named, "data")
    Path("data/scan.jsonl").rename("data/moved.jsonl")

    report = index(named, "data")

    assert (report.removed, report.losers, report.missing) == ([], [], [])
    assert ledger(named) == {"data/moved.jsonl": (NAMED,), "data/other.jsonl": ("A/RES/99/1",)}


@pytest.mark.parametrize("typed", ["", "data/scan.jsonl", "elsewhere/../data/scan.jsonl"])
@pytest.mark.parametrize("current", [".", "/"])
def test_a_rebuild_keeps_symbols(
    typed: str, current: str, named: Backend, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if typed:
        age(named, typed)
    monkeypatch.chdir(current)

    result = run("index", "--rebuild", folder / "data", "--index", folder / "ix")

    assert result.exit_code == 0, result.output
    assert held(open_backend(str(folder / "ix"))) == [NAMED]


def test_a_copy_keeps_former_lines(named: Backend, tmp_path: Path) -> None:
    age(named, "data/scan.jsonl")
    target = open_backend(str(tmp_path / "copy"), create=True)
    copy(named, target)

    report = index(target, "data")

    assert (report.skipped, held(target)) == (1, [NAMED])
    target.close()


# Removed and missing files ----------------------------------------------------------------------

FEW = {f"data/{n}.jsonl": f"A/RES/99/{n}" for n in range(5)}
TWO = {"data/75/a.jsonl": "A/RES/75/1", "data/79/b.jsonl": "A/RES/79/1"}
MANY = {f"data/{n}/{m}.jsonl": f"A/RES/{n}/{m}" for n in (75, 79) for m in range(4)}
PACKED = {f"data/a.zip!{n}.jsonl": f"A/RES/99/{n}" for n in range(4)}


def delete(*names: str) -> Callable[[], None]:
    def act() -> None:
        for name in names:
            Path(name).unlink()

    return act


def empty(*folders: str) -> Callable[[], None]:
    """Return a function that empties folders, as if they were unmounted."""

    def act() -> None:
        for name in folders:
            for path in sorted(Path(name).rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()

    return act


def remove_tree(name: str) -> Callable[[], None]:
    def act() -> None:
        empty(name)()
        Path(name).rmdir()

    return act


def keep_members(*kept: str) -> Callable[[], None]:
    """Return a function that rewrites the archive with only these members."""

    def act() -> None:
        Path("data/a.zip").unlink()
        for name in kept:
            write(PACKED[name], to=name)

    return act


# Files before, the event, the keys removed, and the keys reported as missing.
GONE = [
    (FEW, delete("data/0.jsonl"), ["A/RES/99/0"], []),
    (FEW, delete("data/0.jsonl", "data/1.jsonl"), ["A/RES/99/0", "A/RES/99/1"], []),
    (FEW, delete(*list(FEW)[:3]), [], list(FEW.values())[:3]),
    (FEW, empty("data"), [], list(FEW.values())),
    (FEW, remove_tree("data"), [], list(FEW.values())),
    (TWO, empty("data/75"), [], ["A/RES/75/1"]),
    (TWO, remove_tree("data/75"), [], ["A/RES/75/1"]),
    (TWO, empty("data"), [], list(TWO.values())),
    (MANY, delete("data/75/0.jsonl"), ["A/RES/75/0"], []),
    (MANY, empty("data/75"), [], list(MANY.values())[:4]),
    (MANY, delete(*list(MANY)[:3]), [], list(MANY.values())[:3]),
    (PACKED, keep_members(*list(PACKED)[1:]), ["A/RES/99/0"], []),
    (PACKED, keep_members(*list(PACKED)[3:]), [], list(PACKED.values())[:3]),
    (PACKED, delete("data/a.zip"), [], list(PACKED.values())),
    (PACKED | MANY, delete("data/a.zip"), list(PACKED.values()), []),
]


@pytest.mark.parametrize(("files", "change", "removed", "missing"), GONE)
def test_a_folder_that_is_missing_removes_nothing(
    files: dict[str, str],
    change: Callable[[], None],
    removed: list[str],
    missing: list[str],
    backend: Backend,
    folder: Path,
) -> None:
    for path, symbol in files.items():
        write(symbol, to=path)
    write("A/RES/1/1", to="more/a.jsonl")
    index(backend, "data", "more")
    change()

    for given in (["data", "more"], ["more", folder / "data"]):
        report = index(backend, *given)
        assert [key for one in report.missing for key in one.keys] == missing
        assert set(removed).isdisjoint(held(backend))
        assert set(held(backend)) == {*files.values(), "A/RES/1/1"} - set(removed)

    report = index(backend, "data", "more", remove_missing=True)

    assert (sorted(report.removed), report.missing) == (sorted(set(missing) - {*removed}), [])
    assert set(held(backend)) == {*files.values(), "A/RES/1/1"} - {*removed, *missing}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"PK\x05\x06" + bytes(18)])
def test_an_archive_that_is_empty_or_broken_removes_nothing(
    content: bytes, backend: Backend
) -> None:
    write("A/RES/99/1", to="data/a.zip!a.jsonl")
    index(backend, "data")
    Path("data/a.zip").write_bytes(content)

    report = index(backend, "data")

    assert [name for name, _ in report.failed] == ["data/a.zip"]
    assert held(backend) == ["A/RES/99/1"]


def test_an_archive_that_is_another_file_now(backend: Backend) -> None:
    write("A/RES/99/1", to="data/a.zip!a.jsonl")
    write("A/RES/99/3", to="data/b.jsonl")
    index(backend, "data")
    Path("data/a.zip").unlink()
    write("A/RES/99/2", to="data/a.zip")

    assert index(backend, "data").removed == ["A/RES/99/1"]


def test_the_sentence_about_what_is_missing(folder: Path) -> None:
    for number in range(5):
        write(f"A/RES/99/{number}", to=f"data/75/{number}.jsonl")
    write("A/RES/98/1", to="data/79/a.jsonl")
    run("index", "data", "--index", "ix")
    empty("data/75")()

    result = run("index", "data", "--index", "ix")

    assert result.exit_code == 0
    assert (
        "Missing: “data/75” contains 0 of 5 indexed files, so nothing was removed: "
        "5 resolutions would be lost (A/RES/99/0, A/RES/99/1, A/RES/99/2 and 2 more)."
    ) in result.stderr
    assert "--remove-missing" in result.stderr
    assert run("index", "data", "--index", "ix", "--strict").exit_code == 1
    removed = run("index", "data", "--index", "ix", "--remove-missing")
    assert (removed.exit_code, "Removed" in removed.stderr) == (0, True)
    assert run("index", "data", "--index", "ix", "--strict").exit_code == 0


def test_an_empty_share_is_nothing_to_read(folder: Path) -> None:
    write("A/RES/99/1", to="data/a.jsonl")
    run("index", "data", "--index", "ix")
    empty("data")()

    result = run("index", "data", "--index", "ix")

    assert result.exit_code == 1
    assert "There was nothing to read." in result.stderr
    assert held(open_backend("ix")) == ["A/RES/99/1"]
    asked = run("index", "data", "--index", "ix", "--remove-missing")
    assert (asked.exit_code, held(open_backend("ix"))) == (0, [])


@pytest.mark.parametrize("is_former", [False, True])
def test_a_rebuild_without_a_share_leaves_the_index(is_former: bool, backend: Backend) -> None:
    for path, symbol in MANY.items():
        write(symbol, to=path)
    write("A/RES/1/1", to="more/a.jsonl")
    index(backend, "data", "more")
    if is_former:
        age(backend, *ledger(backend))
    empty("data/75")()

    result = run("index", "--rebuild", "data", "--index", backend.place)

    assert result.exit_code == 1
    assert "The index was left unchanged. Missing: “data/75” contains 0 of 4" in result.stderr
    assert len(held(backend)) == len(MANY) + 1
    asked = run("index", "--rebuild", "--remove-missing", "data", "--index", backend.place)
    assert asked.exit_code == 0
    assert held(backend) == list(MANY.values())[4:]
    assert "Removed (no longer in any file): A/RES/75/0" in asked.stderr
    assert "A/RES/1/1" in asked.stderr  # its file is not an input of this run


def test_a_folder_that_was_renamed_loses_nothing(backend: Backend) -> None:
    for path, symbol in MANY.items():
        write(symbol, to=path)
    index(backend, "data")
    Path("data/75").rename("data/seventy-five")

    report = index(backend, "data")

    assert (report.removed, report.missing, report.losers) == ([], [], [])
    assert sorted(ledger(backend)) == [
        *(f"data/79/{n}.jsonl" for n in range(4)),
        *(f"data/seventy-five/{n}.jsonl" for n in range(4)),
    ]


def test_an_empty_file_keeps_what_it_gave(backend: Backend) -> None:
    write("A/RES/99/1", to="data/a.jsonl")
    index(backend, "data")
    Path("data/a.jsonl").write_bytes(b"")

    report = index(backend, "data")

    assert report.failed == [("data/a.jsonl", "The file is empty.")]
    assert (report.removed, held(backend)) == ([], ["A/RES/99/1"])


def test_files_that_gave_nothing_do_not_count(backend: Backend) -> None:
    write("A/RES/99/1", to="data/a.jsonl")
    for number in range(5):
        Path(f"data/bad{number}.jsonl").write_text("nonsense", encoding="utf-8")
    index(backend, "data")
    for number in range(5):
        Path(f"data/bad{number}.jsonl").unlink()

    assert index(backend, "data").missing == []
    assert list(ledger(backend)) == ["data/a.jsonl"]


# Inaccessible files -----------------------------------------------------------------------------


@pytest.mark.parametrize("refused", ["data", "data/75"])
@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(116, "Stale file handle")]
)
@pytest.mark.parametrize("remove_missing", [False, True])
@pytest.mark.parametrize("is_named", [False, True])
def test_a_folder_that_cannot_be_listed_is_named(
    refused: str,
    error: OSError,
    remove_missing: bool,
    is_named: bool,
    backend: Backend,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for path, symbol in MANY.items():
        write(symbol, to=path)
    index(backend, "data")
    scandir = os.scandir

    def refusing(path: Any = ".") -> Any:
        if os.fspath(path) == refused:
            names = (os.fspath(path),) if is_named else ()
            raise type(error)(error.errno, error.strerror, *names)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)

    report = index(backend, "data", remove_missing=remove_missing)

    shown = refused if is_named else "data"
    assert report.failed == [(shown, f"The folder can't be listed: {error.strerror}.")]
    assert (report.removed, len(held(backend))) == ([], len(MANY))
    result = run("parse", "data", "--strict")
    assert (result.exit_code, f"Not read: {shown}: The folder" in result.stderr) == (1, True)


@pytest.mark.parametrize("target", ["nowhere", "/nowhere/at/all", "link"])
def test_a_link_that_leads_nowhere_is_named(target: str, backend: Backend) -> None:
    write("A/RES/99/1", to="data/a.jsonl")
    Path("data/link").symlink_to(target)

    for _ in range(2):
        report = index(backend, "data")
        assert report.failed == [("data/link", "It is a broken link.")]
        assert ledger(backend) == {"data/a.jsonl": ("A/RES/99/1",)}


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")]
)
def test_a_file_that_cannot_be_opened_keeps_what_it_gave(
    error: OSError, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("A/RES/99/1", to="data/a.jsonl")
    index(backend, "data")
    opened = Path.open

    def refusing(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "a.jsonl":
            raise error
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refusing)

    report = index(backend, "data", processes=0)

    assert report.failed == [("data/a.jsonl", f"It could not be read: {error.strerror}.")]
    assert (report.removed, held(backend)) == ([], ["A/RES/99/1"])


def test_a_file_that_disappears_while_it_is_read_stays(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, symbol in FEW.items():
        write(symbol, to=path)
    index(backend, "data")
    for path, symbol in FEW.items():
        write(symbol, "A/RES/98/1", to=path)
    listing = inputs.Listing

    def listed(*arguments: Any) -> Any:
        made = listing(*arguments)
        Path("data/0.jsonl").unlink(missing_ok=True)
        return made

    monkeypatch.setattr("searchapp.ingest.pipeline.Listing", listed)

    report = index(backend, "data")

    assert report.failed == [("data/0.jsonl", "The file does not exist.")]
    assert "A/RES/99/0" in held(backend)


def test_what_cannot_be_looked_at_is_not_gone(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, symbol in FEW.items():
        write(symbol, to=path)
    index(backend, "data")
    Path("data/0.jsonl").unlink()

    def refusing(path: Any, **options: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "lstat", refusing)
        assert index(backend, "data").removed == []
    assert index(backend, "data").removed == ["A/RES/99/0"]


def test_a_current_folder_that_is_gone(
    backend: Backend, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("A/RES/99/1", to="data/a.jsonl")
    index(backend, "data")
    lost = tmp_path / "lost"
    lost.mkdir()
    monkeypatch.chdir(lost)
    lost.rmdir()

    assert index(backend, folder / "data").skipped == 1
    result = run("index", "data", "--index", folder / "ix")
    assert (result.exit_code, "Traceback" in result.output) == (1, False)


# The counts of a report -------------------------------------------------------------------------


def coverage(backend: Backend) -> tuple[int, int]:
    rows = backend.coverage()
    return sum(row.resolutions for row in rows), sum(row.paragraphs for row in rows)


def test_a_resolution_from_several_files_counts_once(backend: Backend) -> None:
    for name, text in ("a", "One."), ("b", "Two."), ("c", "Three."):
        Path(f"{name}.jsonl").write_text(line("A/RES/99/1", text), encoding="utf-8")
    write("A/RES/99/2", "A/RES/99/2", to="d.jsonl")

    report = index(backend, ".")

    assert (report.resolutions, report.paragraphs) == coverage(backend) == (2, 2)
    assert [loser.path for loser in report.losers] == ["a.jsonl", "b.jsonl", "d.jsonl"]
    assert report.replaced == 0


def test_what_was_replaced_is_counted(backend: Backend) -> None:
    write("A/RES/99/1", "A/RES/99/2", to="a.jsonl")
    index(backend, "a.jsonl")
    write("A/RES/99/2", "A/RES/99/3", to="a.jsonl")

    report = index(backend, "a.jsonl")

    assert (report.resolutions, report.replaced, report.removed) == (2, 1, ["A/RES/99/1"])
    assert "Replaced 1 existing resolution." in report.summary()


# Sources that lost return -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("also", "is_former"),
    # Former versions did not record a file's lost resolutions if it had others.
    [((), False), ((), True), (("A/RES/99/2",), False)],
)
def test_a_loser_is_read_again_in_the_run_that_removes_the_winner(
    also: tuple[str, ...], is_former: bool, backend: Backend
) -> None:
    write("A/RES/99/1", *also, to="a.jsonl")
    write("A/RES/99/1", to="b.jsonl")
    for number in range(3):
        write(f"A/RES/98/{number}", to=f"c{number}.jsonl")
    index(backend, ".")
    if is_former:
        age(backend, *ledger(backend))
    Path("b.jsonl").unlink()

    report = index(backend, ".")

    assert report.removed == []
    assert "A/RES/99/1" in held(backend)


def test_a_loser_is_read_again_when_the_winner_yields_something_else(backend: Backend) -> None:
    write("A/RES/99/1", to="a.jsonl")
    write("A/RES/99/1", to="b.jsonl")
    index(backend, ".")
    write("A/RES/99/2", to="b.jsonl")

    report = index(backend, ".")

    assert (report.removed, report.resolutions, report.replaced) == ([], 2, 1)
    assert ledger(backend) == {"a.jsonl": ("A/RES/99/1",), "b.jsonl": ("A/RES/99/2",)}

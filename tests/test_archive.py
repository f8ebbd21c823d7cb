"""ZIP archives and standard input: members, limits, and their lines in the ledger."""

from __future__ import annotations

import io
import json
import random
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.backends import open_backend
from searchapp.cli import main
from searchapp.errors import ReadError, SearchAppError
from searchapp.ingest import inputs, pipeline
from searchapp.readers import archive, read
from searchapp.search.backend import Backend
from searchapp.system.paths import seen_from_here

TEXT = "{0}\n\nThe General Assembly,\n\nRecalling its work,\n\n1. Urges {1};\n"
REST, WORK = "A/RES/70/1", "A/RES/70/2"
Members = dict[str, str | bytes]


def text(symbol: str, words: str = "States to rest") -> str:
    return TEXT.format(symbol, words)


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two members have the same name
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that writes an archive into the current folder, which is empty."""
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def write(name: str, members: Members, method: int = zipfile.ZIP_DEFLATED) -> Path:
        path = Path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zipped(members, method))
        return path

    return write


def ledger(backend: Backend) -> dict[str, tuple[str, ...]]:
    return {seen_from_here(source.path): source.keys for source in backend.sources()}


# The members of an archive -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "names"),
    [
        (["b.txt", "a.txt"], ["a.txt", "b.txt"]),
        (["78/", "78/a.txt"], ["78/a.txt"]),
        (["__MACOSX/._a.txt", ".DS_Store", "78/.hidden/a.txt", "a.txt"], ["a.txt"]),
        (["../../78/a.txt", "/b.txt", "./c.txt"], ["78/a.txt", "b.txt", "c.txt"]),
        (["78\\a.txt"], ["78/a.txt"]),
        (["a\nb.txt"], ["a\ufffdb.txt"]),
        (["..", "/"], []),
    ],
)  # fmt: skip
def test_the_names_of_members_stay_inside(
    members: list[str], names: list[str], write: Callable[..., Path]
) -> None:
    assert archive.names(write("a.zip", dict.fromkeys(members, "x"))) == names


@pytest.mark.parametrize("content", [b"words", b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_has_no_names(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(content)
    assert archive.names(tmp_path / "a") == []
    assert archive.names(tmp_path) == []


def test_reading_an_archive_gives_the_documents_of_its_members() -> None:
    data = zipped({"78/a.txt": text(REST), "b.txt": text(WORK)})
    held = list(read("some/old.zip", data))
    assert [document.source for document in held] == ["some/old.zip!78/a.txt", "some/old.zip!b.txt"]
    assert len({document.hash for document in held}) == 2


def test_reading_an_archive_names_its_bad_members_at_the_end() -> None:
    inner = zipped({"x.txt": "x"})
    documents = read("a.zip", zipped({"a.txt": "", "b.zip": inner, "c.txt": text(REST)}))
    assert next(documents).source == "a.zip!c.txt"
    with pytest.raises(ReadError, match=r"a\.txt: .*empty.* b\.zip: It is an archive"):
        next(documents)


# Limits and damage ------------------------------------------------------------------------------


def patched(data: bytes, offset: int, value: bytes) -> bytes:
    """Return an archive with changed bytes in the first entry of its central directory."""
    at = data.index(b"PK\x01\x02") + offset
    return data[:at] + value + data[at + len(value) :]


GOOD = zipped({"a.txt": text(REST)})
BAD_MEMBERS = [
    (patched(GOOD, 8, b"\x01\x00"), "encrypted: unpack the archive with its password"),
    (patched(GOOD, 10, struct.pack("<H", 9)), "compression method is not supported"),
    (patched(GOOD, 24, struct.pack("<I", 200_000_000)), "more than 100 MB"),
    (patched(GOOD, 16, b"abcd"), "damaged inside the archive: Bad CRC-32"),
    (zipped({"a.txt": bytes(3_000_000)}), "Implausible compression ratio"),
    (zipped({"a.txt": text(REST)}, zipfile.ZIP_LZMA), "compression method is not supported"),
]


@pytest.mark.parametrize(("data", "sentence"), BAD_MEMBERS)
def test_a_member_that_cannot_be_unpacked_is_named(data: bytes, sentence: str) -> None:
    with pytest.raises(ReadError, match=f"^a.txt: .*{sentence}"):
        list(read("a.zip", data))


def directory_of(size: int) -> bytes:
    return b"PK\x05\x06" + bytes(8) + struct.pack("<I", size) + bytes(6)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (GOOD[:-30], "damaged: its end is missing"),
        (b"PK\x03\x04" + directory_of(10**9), "too large: unpack it"),
        (b"PK\x03\x04" + b"PK\x06\x07" + bytes(16) + directory_of(0), "too large: unpack it"),
        (b"PK\x03\x04" + directory_of(500), "damaged"),
        (zipped({}), "The archive is empty"),
    ],
)
def test_an_archive_that_cannot_be_opened(data: bytes, sentence: str) -> None:
    with pytest.raises(ReadError, match=sentence):
        list(read("a.zip", data))


@pytest.mark.parametrize(
    ("bound", "sentence"),
    [("MAX_MEMBERS", "more than 1 members: unpack it"), ("MAX_UNPACKED", "unpacks to more than")],
)
def test_an_archive_of_too_much(bound: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, bound, 1)
    with pytest.raises(ReadError, match=sentence):
        list(read("a.zip", zipped({"a.txt": "a", "b.txt": "b"})))


@settings(max_examples=200)
@given(st.randoms(use_true_random=False))
def test_mutated_archives_give_documents_or_a_sentence(chance: random.Random) -> None:
    data = bytearray(zipped({"a.txt": text(REST), "b.html": "<p>The General Assembly,</p>"}))
    for _ in range(chance.randrange(1, 5)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    cut = chance.choice([len(data), chance.randrange(len(data))])
    try:
        held = list(read("a.zip", bytes(data[:cut])))
    except SearchAppError:
        return
    assert held


# The ingest pipeline ----------------------------------------------------------------------------


def test_each_member_is_a_source(backend: Backend, write: Callable[..., Path]) -> None:
    line = json.dumps({"symbol": "A/RES/70/3", "paragraphs": [{"text": "Urges nobody."}]})
    members = {"78/a.txt": text(REST), "b.txt": text(WORK), "c.jsonl": line, "d.txt": "no", "e": ""}

    report = pipeline.index([write("old.zip", members)], backend)

    assert ledger(backend) == {
        "old.zip!78/a.txt": (REST,),
        "old.zip!b.txt": (WORK,),
        "old.zip!c.jsonl": ("A/RES/70/3",),
        "old.zip!d.txt": (),
        "old.zip!e": (),
    }
    assert [path for path, _ in report.failed] == ["old.zip!d.txt", "old.zip!e"]
    held = backend.resolution(REST)
    assert held
    assert held.source == "old.zip!78/a.txt"


def test_only_changed_members_are_read_again(backend: Backend, write: Callable[..., Path]) -> None:
    pipeline.index([write("a.zip", {"a.txt": text(REST), "b.txt": text(WORK)})], backend)

    report = pipeline.index(
        [write("a.zip", {"a.txt": text(REST), "b.txt": text(WORK, "all States to work")})], backend
    )

    assert (report.skipped, report.resolutions) == (1, 1)


def test_what_is_no_longer_in_an_archive_is_removed(
    backend: Backend, write: Callable[..., Path]
) -> None:
    pipeline.index([write("a.zip", {"a.txt": text(REST), "b.txt": text(WORK)})], backend)

    report = pipeline.index([write("a.zip", {"a.txt": text(REST)})], backend)

    assert report.removed == [WORK]
    assert ledger(backend) == {"a.zip!a.txt": (REST,)}


def test_an_archive_that_vanished_from_a_folder_is_removed(
    backend: Backend, write: Callable[..., Path]
) -> None:
    write("folder/a.zip", {"a.txt": text(REST)})
    gone = write("folder/b.zip", {"b.txt": text(WORK)})
    pipeline.index([Path("folder")], backend)
    gone.unlink()

    report = pipeline.index([Path("folder")], backend)

    assert (report.removed, report.skipped) == ([WORK], 1)
    assert ledger(backend) == {"folder/a.zip!a.txt": (REST,)}


@pytest.mark.parametrize("given", ["folder", "folder/a.zip"])
def test_an_archive_that_breaks_keeps_what_it_gave(
    given: str, backend: Backend, write: Callable[..., Path]
) -> None:
    path = write("folder/a.zip", {"a.txt": text(REST)})
    whole = path.read_bytes()
    pipeline.index([given], backend)
    path.write_bytes(whole[:-30])

    report = pipeline.index([given], backend)

    assert report.failed[0][0] == "folder/a.zip"
    assert ledger(backend) == {"folder/a.zip": (), "folder/a.zip!a.txt": (REST,)}

    path.write_bytes(whole)
    assert pipeline.index([given], backend).failed == []
    assert ledger(backend) == {"folder/a.zip!a.txt": (REST,)}


def test_the_better_format_of_one_archive_is_kept(
    backend: Backend, write: Callable[..., Path]
) -> None:
    page = "<h1>70/1. Rest</h1><p>The General Assembly,</p><p>1. <i>Urges</i> States to read;</p>"

    report = pipeline.index([write("a.zip", {"a.html": page, "b.txt": text(REST)})], backend)

    assert ledger(backend) == {"a.zip!a.html": (REST,), "a.zip!b.txt": ()}
    assert [loser.winner for loser in report.losers] == ["a.zip!a.html"]


def test_an_archive_in_an_archive_is_one_source(
    backend: Backend, write: Callable[..., Path]
) -> None:
    third = zipped({"d.txt": text("A/RES/70/4")})
    inner = zipped({"b.txt": text(WORK), "c.zip": third})

    report = pipeline.index([write("a.zip", {"a.txt": text(REST), "in.zip": inner})], backend)

    assert ledger(backend) == {"a.zip!a.txt": (REST,), "a.zip!in.zip": (WORK,)}
    assert report.failed == [
        ("a.zip!in.zip", "c.zip: It is an archive inside an archive: unpack it first.")
    ]


@pytest.mark.parametrize(
    ("name", "removed"),
    [("a.zip", [REST, WORK]), ("a.zip!a.txt", [REST]), ("a", []), (".", [REST, WORK])],
)
def test_remove(
    name: str, removed: list[str], backend: Backend, write: Callable[..., Path]
) -> None:
    pipeline.index([write("a.zip", {"a.txt": text(REST), "b.txt": text(WORK)})], backend)

    assert pipeline.remove(backend, [name]) == {name: removed}


def test_a_file_with_an_exclamation_mark_is_no_member(
    backend: Backend, write: Callable[..., Path]
) -> None:
    path = write("folder/a.zip", {"a.txt": text(REST)})
    path.with_name("old!new.txt").write_text(text(WORK))
    for _ in range(2):
        pipeline.index([Path("folder")], backend)

    assert ledger(backend) == {"folder/a.zip!a.txt": (REST,), "folder/old!new.txt": (WORK,)}


def test_a_symbol_names_one_member(backend: Backend, write: Callable[..., Path]) -> None:
    nameless = text("Rest").replace("1. Urges", "1. Invites")
    pipeline.index([write("a.zip", {"a.txt": nameless})], backend, symbol=REST)
    assert ledger(backend) == {"a.zip!a.txt": (REST,)}

    with pytest.raises(SearchAppError, match="give a single file"):
        pipeline.index(
            [write("b.zip", {"a.txt": nameless, "b.txt": nameless})], backend, symbol=REST
        )


def test_archives_are_parsed_without_an_index(write: Callable[..., Path]) -> None:
    report = pipeline.Report()
    path = write("a.zip", {"a.txt": text(REST), "b.txt": "no resolution"})
    held = list(pipeline.parsed([path], report))
    assert [(r.symbol, r.source) for r in held] == [(REST, "a.zip!a.txt")]
    assert [name for name, _ in report.failed] == ["a.zip!b.txt"]


# Standard input ---------------------------------------------------------------------------------

LINES = "".join(
    json.dumps({"symbol": s, "paragraphs": [{"text": "Urges."}]}) + "\n" for s in (REST, WORK)
)


@pytest.mark.parametrize(
    ("given", "symbols"),
    [(text(REST).encode(), [REST]), (LINES.encode(), [REST, WORK]), (GOOD, [REST])],
    ids=["text", "json lines", "archive"],
)
def test_parse_reads_standard_input(given: bytes, symbols: list[str]) -> None:
    done = CliRunner().invoke(main, ["parse", "-", "--json"], input=given)

    assert (done.exit_code, done.stderr) == (0, "")
    assert [json.loads(line)["symbol"] for line in done.stdout.splitlines()] == symbols


def test_index_reads_standard_input_and_keeps_what_came_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = str(tmp_path / "index")
    for words in (text(REST), text(WORK), text(WORK)):
        done = CliRunner().invoke(main, ["index", "-", "--index", place], input=words)
        assert done.exit_code == 0
    assert "Skipped 1 unchanged file" in done.stderr

    backend = open_backend(place)
    held = ledger(backend)
    assert sorted(held.values()) == [(REST,), (WORK,)]
    assert all(path.startswith("stdin:") for path in held)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    pipeline.index([Path()], backend)  # standard input has no missing files to remove
    assert ledger(backend) == held
    first = next(iter(held))
    assert pipeline.remove(backend, [first]) == {first: list(held[first])}
    backend.close()


@pytest.mark.parametrize(("given", "sentence"), [("", "empty"), ("words", "No paragraph")])
def test_standard_input_that_holds_nothing_leaves_no_trace(
    given: str, sentence: str, tmp_path: Path
) -> None:
    place = str(tmp_path / "index")

    done = CliRunner().invoke(main, ["index", "-", "--index", place], input=given)

    assert done.exit_code == 1
    assert "Not read: stdin:" in done.stderr
    assert sentence in done.stderr
    backend = open_backend(place)
    assert ledger(backend) == {}
    backend.close()


def test_standard_input_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "MAX_STREAM", 10)

    done = CliRunner().invoke(main, ["parse", "-"], input="a long text")

    assert done.exit_code == 1
    assert "Standard input is larger than" in done.stderr

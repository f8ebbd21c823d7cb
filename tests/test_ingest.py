"""The ingest pipeline: files read, skipped, replaced and removed, and the report of a run."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from searchapp import parsing, readers
from searchapp.errors import IndexBusy, NotAResolution, ReadError, SearchAppError
from searchapp.ingest import inputs, pipeline, reading, sample
from searchapp.ingest.pipeline import Loser, Report
from searchapp.model.document import Block, Document
from searchapp.model.resolution import Paragraph, Resolution
from searchapp.model.source import Source
from searchapp.search.backend import Backend
from searchapp.system.paths import seen_from_here
from searchapp.system.worker_pool import Limits, Loss

REST, WORK = "A/RES/99/1", "A/RES/99/2"


def line(symbol: str | None, text: str = "Invites all States to rest.", **more: Any) -> str:
    return json.dumps({"symbol": symbol, "paragraphs": [{"text": text}], **more})


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that writes a file of lines below the current folder, which is empty."""
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def write(name: str, *lines: str) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def tiny_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a file "A/RES/99/1: words" as a one-paragraph resolution; its format is its suffix.

    "?: words" has no symbol, "reissued" in a name means a reissue, and several lines are several
    resolutions.
    """

    def read(path: Path, data: bytes | None = None) -> Iterator[Document]:
        lines = (path.read_bytes() if data is None else data).decode().split("\n")
        for symbol, _, words in (line.partition(":") for line in lines):
            if not words:
                raise NotAResolution("It holds no resolution.")
            if "broken" in words:
                raise ReadError("The page is torn.")
            if "crash" in words:
                raise IndexError("list index out of range")
            yield Document(
                str(path),
                path.suffix[1:],
                (Block(words.strip()),),
                symbol=None if symbol == "?" else symbol,
                reissued="2044-01-01" if "reissued" in path.name else None,
            )

    def parse(document: Document) -> tuple[Resolution, ...]:
        given = Resolution(symbol=document.symbol, source=document.source)
        blocks = [{"text": block.text} for block in document.blocks]
        return (Resolution.from_json({**given.header(), "paragraphs": blocks}),)

    read_ahead = pipeline.read_ahead
    # Worker processes would use the real readers.
    monkeypatch.setattr(pipeline, "read_ahead", lambda tasks, n, _: read_ahead(tasks, n or 0))
    monkeypatch.setattr(readers, "read", read, raising=False)
    monkeypatch.setattr(parsing, "parse", parse, raising=False)
    monkeypatch.setattr(parsing, "VERSION", 1, raising=False)


def text(backend: Backend, key: str) -> str | None:
    held = backend.resolution(key)
    return held.paragraphs[0].text if held else None


def ledger(backend: Backend) -> dict[str, tuple[str, ...]]:
    return {seen_from_here(source.path): source.keys for source in backend.sources()}


def test_a_file_of_json_lines(backend: Backend, write: Callable[..., Path]) -> None:
    path = write("all.jsonl", line(REST), "", line(WORK, "Urges nobody."))

    report = pipeline.index([path], backend)

    assert (report.resolutions, report.paragraphs, report.failed) == (2, 2, [])
    assert text(backend, WORK) == "Urges nobody."
    assert ledger(backend) == {"all.jsonl": (REST, WORK)}


def test_what_is_set_when_it_is_absent(backend: Backend, write: Callable[..., Path]) -> None:
    path = write("all.jsonl", line(REST), line(WORK, source="a", hash="b", indexed="2001-01-01"))

    pipeline.index([path], backend)

    rest, work = backend.resolution(REST), backend.resolution(WORK)
    assert rest
    assert work
    assert (rest.source, rest.hash) == ("all.jsonl", inputs.file_hash(path))
    assert date.fromisoformat(rest.indexed or "")
    assert (work.source, work.hash, work.indexed) == ("a", "b", "2001-01-01")


BAD_LINES = [
    ("nonsense", "The line is not valid JSON"),
    ("[]", "Expected an object for a resolution"),
    ('{"symbol": 7}', "“symbol” must be text"),
    ('{"paragraphs": 7}', "“paragraphs” must be a list"),
    ('{"paragraphs": [{"text": 5}]}', "“text” must be text"),
    ('{"vote": 7}', "“vote” must be an object"),
    ('{"vote": {"for": NaN}}', "“vote” must be a whole number"),
    ('{"vote": {"for": [7]}}', "“vote” must be text"),
    ('{"vote": {"for": {"for": 7}}}', "“vote” must be a whole number"),
    ("[" * 100_000, "The line is not valid JSON"),
    ('{"symbol": "' + "x" * 2000 + '"}', "It is larger than 0 MB"),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD_LINES)
def test_a_bad_line_is_named_and_the_rest_goes_on(
    bad: str,
    sentence: str,
    backend: Backend,
    write: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "larger" in sentence:
        monkeypatch.setattr(reading, "MAX_LINE", 1000)
    path = write("all.jsonl", line(REST), bad, line(WORK))

    report = pipeline.index([path], backend)

    ((name, reason),) = report.failed
    assert name == "all.jsonl"
    assert reason.startswith(f"Line 2: {sentence}")
    assert ledger(backend) == {"all.jsonl": (REST, WORK)}


def test_many_bad_lines_are_counted(backend: Backend, write: Callable[..., Path]) -> None:
    path = write("all.jsonl", *["nonsense"] * 30)

    report = pipeline.index([path], backend)

    assert len(report.failed) == 21
    assert report.failed[-1][1] == "10 more lines could not be read."


@pytest.mark.parametrize(
    ("name", "start", "expected"),
    [
        ("a.jsonl", "", True),
        ("a.JSONL", "x", True),
        ("a.txt", ' \n {"symbol": null}', True),
        ("a.json", "\ufeff{", True),
        ("a.txt", "A/RES/99/1", False),
        ("a.rtf", "{\\rtf1", False),
        ("a.txt", "", False),
    ],
)
def test_json_lines_are_known(
    name: str, start: str, expected: bool, write: Callable[..., Path]
) -> None:
    with write(name, start).open("rb") as file:
        assert reading.is_json_lines(name, file) is expected


TROUBLE = [
    ("broken", "The page is torn."),
    ("crash", reading.UNEXPECTED),
    ("", "It holds no resolution."),
]


@pytest.mark.parametrize(("words", "sentence"), TROUBLE)
def test_one_bad_file_never_stops_a_run(
    words: str, sentence: str, backend: Backend, write: Callable[..., Path]
) -> None:
    paths = [write("a.text", f"{REST}:{words}"), write("b.text", f"{WORK}:Urges nobody.")]

    report = pipeline.index(paths, backend)

    assert report.failed == [("a.text", sentence)]
    assert {s.name: (s.keys, s.failure) for s in backend.sources()} == {
        "a.text": ((), sentence),
        "b.text": ((WORK,), None),
    }


def test_a_file_that_is_not_there(backend: Backend, tmp_path: Path) -> None:
    report = pipeline.index([tmp_path / "none"], backend)

    assert report.failed == [(str(tmp_path / "none"), "The file does not exist.")]
    assert ledger(backend) == {}


def test_a_file_that_is_too_large(
    backend: Backend, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MAX_BYTES", 10)

    report = pipeline.index([write("a.text", f"{REST}:Urges nobody.")], backend)

    assert report.failed[0][1].startswith("It is larger than 0 MB")


def test_trouble_of_the_index_ends_a_run(
    backend: Backend, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(self: Backend, resolution: Resolution) -> None:
        raise IndexBusy("Somebody else writes.")

    monkeypatch.setattr(type(backend), "add", busy)

    with pytest.raises(IndexBusy):
        pipeline.index([write("a.jsonl", line(REST))], backend)


def test_folders_are_walked_in_order(write: Callable[..., Path], tmp_path: Path) -> None:
    for name in ("b/2.text", "b/1.text", "a.text", ".hidden", ".git/x.text", "c/d/3.text"):
        write(name, "")
    (tmp_path / "outside").write_text("", encoding="utf-8")
    Path("b/out.text").symlink_to(tmp_path / "outside")
    Path("b/in.text").symlink_to(Path("a.text").resolve())
    Path("b/round").symlink_to(Path.cwd())

    found = [path.as_posix() for path in inputs.expand([Path()])]

    assert found == ["a.text", "b/1.text", "b/2.text", "b/in.text", "c/d/3.text"]


class TestAgain:
    """A second run over the same files."""

    def test_unchanged_files_are_skipped(
        self, backend: Backend, write: Callable[..., Path]
    ) -> None:
        path = write("a.text", f"{REST}:Urges nobody.")
        pipeline.index([path], backend)

        again = pipeline.index([path], backend)
        forced = pipeline.index([path], backend, force=True)

        assert (again.resolutions, again.skipped) == (0, 1)
        assert (forced.resolutions, forced.skipped) == (1, 0)

    def test_a_new_parser_reads_all_again(
        self, backend: Backend, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write("a.text", f"{REST}:Urges nobody.")
        pipeline.index([path], backend)
        monkeypatch.setattr(parsing, "VERSION", 2)

        assert pipeline.index([path], backend).resolutions == 1

    def test_what_failed_is_read_again(self, backend: Backend, write: Callable[..., Path]) -> None:
        path = write("a.text", f"{REST}:broken")
        pipeline.index([path], backend)

        assert pipeline.index([path], backend).failed == [("a.text", "The page is torn.")]

    def test_what_a_file_no_longer_holds_is_removed(
        self, backend: Backend, write: Callable[..., Path]
    ) -> None:
        pipeline.index([write("all.jsonl", line(REST), line(WORK))], backend)

        report = pipeline.index([write("all.jsonl", line(WORK))], backend)

        assert report.removed == [REST]
        assert text(backend, REST) is None
        assert ledger(backend) == {"all.jsonl": (WORK,)}

    def test_what_another_file_holds_stays(
        self, backend: Backend, write: Callable[..., Path]
    ) -> None:
        paths = [write("a.text", f"{REST}:Old."), write("b.akn", f"{REST}:New.")]
        pipeline.index(paths, backend)

        report = pipeline.index([write("a.text", f"{WORK}:Other.")], backend)

        assert report.removed == []
        assert (text(backend, REST), text(backend, WORK)) == ("New.", "Other.")

    def test_a_file_that_breaks_keeps_what_it_gave(
        self, backend: Backend, write: Callable[..., Path]
    ) -> None:
        pipeline.index([write("a.text", f"{REST}:Urges nobody.")], backend)

        pipeline.index([write("a.text", f"{REST}:broken")], backend)

        assert text(backend, REST) == "Urges nobody."
        assert ledger(backend) == {"a.text": (REST,)}

    def test_what_vanished_from_a_folder_is_removed(
        self, backend: Backend, write: Callable[..., Path]
    ) -> None:
        gone = write("folder/a.text", f"{REST}:Urges nobody.")
        write("folder/b.text", f"{WORK}:Urges nobody.")
        pipeline.index([Path("folder")], backend)
        gone.unlink()

        report = pipeline.index([Path("folder")], backend)

        assert report.removed == [REST]
        assert ledger(backend) == {"folder/b.text": (WORK,)}


# Two files of one resolution: the first, the second, and the preferred one.
RIVALS = [
    ("a.text", "b.akn", "b.akn"),
    ("a.akn", "b.text", "a.akn"),
    ("a.docx", "b.akn", "b.akn"),
    ("a.html", "b.docx", "b.docx"),
    ("a.html", "b.pdf", "a.html"),
    ("a.pdf", "b.markdown", "a.pdf"),
    ("a.markdown", "b.text", "a.markdown"),
    ("a.text", "b.text", "b.text"),
    ("a.akn", "b-reissued.text", "b-reissued.text"),
    ("a-reissued.text", "b.akn", "a-reissued.text"),
    ("a-reissued.text", "b-reissued.akn", "b-reissued.akn"),
    ("a.jsonl", "b.akn", "a.jsonl"),
    ("a-reissued.akn", "b.jsonl", "b.jsonl"),
]


@pytest.mark.parametrize(("first", "second", "kept"), RIVALS)
@pytest.mark.parametrize("runs", [1, 2])
def test_two_sources_of_one_resolution(
    first: str, second: str, kept: str, runs: int, backend: Backend, write: Callable[..., Path]
) -> None:
    paths = [
        write(name, line(REST, name) if name.endswith("jsonl") else f"{REST}:{name}")
        for name in (first, second)
    ]
    lost = second if kept == first else first

    for batch in [paths] if runs == 1 else [paths[:1], paths[1:]]:
        report = pipeline.index(batch, backend)

    assert text(backend, REST) == kept
    assert report.losers == [Loser(lost, REST, kept)]
    assert ledger(backend) == {kept: (REST,), lost: ()}
    assert pipeline.index(paths, backend).skipped == 2


def test_the_loser_comes_back_when_the_winner_goes(
    backend: Backend, write: Callable[..., Path]
) -> None:
    paths = [write("a.text", f"{REST}:a"), write("b.akn", f"{REST}:b")]
    pipeline.index(paths, backend)

    pipeline.remove(backend, ["b.akn"])
    pipeline.index(paths[:1], backend)

    assert text(backend, REST) == "a"


def test_one_file_with_one_resolution_twice(backend: Backend, write: Callable[..., Path]) -> None:
    report = pipeline.index([write("a.jsonl", line(REST, "a"), line(REST, "b"))], backend)

    assert text(backend, REST) == "b"
    assert [loser.path for loser in report.losers] == ["a.jsonl"]
    assert ledger(backend) == {"a.jsonl": (REST,)}


class TestSymbol:
    """A symbol that is given by hand for a text without one."""

    @pytest.mark.parametrize("given", ["A/RES/99/1", "99/1", "resolution 99/1"])
    @pytest.mark.parametrize(
        ("name", "content"),
        [("a.text", "?:Urges nobody."), ("a.jsonl", line(None, "Urges nobody."))],
    )
    def test_replaces_the_nameless(
        self, given: str, name: str, content: str, backend: Backend, write: Callable[..., Path]
    ) -> None:
        path = write(name, content)
        pipeline.index([path], backend)
        ((nameless,),) = ledger(backend).values()

        report = pipeline.index([path], backend, symbol=given)

        held = backend.resolution(REST)
        assert held
        assert nameless.startswith("x-")
        assert report.removed == [nameless]
        assert [p.id for p in held.paragraphs] == [f"{REST}#u1"]
        assert (held.body, held.session) == ("ga", "99")
        assert ledger(backend) == {name: (REST,)}

    def test_replaces_the_nameless_of_another_file(
        self, backend: Backend, write: Callable[..., Path]
    ) -> None:
        pipeline.index([write("a.text", "?:Urges nobody.")], backend)

        report = pipeline.index([write("b.text", "?:Urges nobody.")], backend, symbol=REST)

        assert len(report.removed) == 1
        assert backend.resolution(report.removed[0]) is None

    def test_is_for_one_resolution(self, backend: Backend, write: Callable[..., Path]) -> None:
        report = pipeline.index([write("a.text", "?:a", "?:b")], backend, symbol=REST)

        assert report.failed == [
            ("a.text", "It contains 2 resolutions, but --symbol applies to one: omit --symbol.")
        ]


class TestSample:
    """The sample of invented resolutions."""

    @pytest.fixture(autouse=True)
    def invented(self, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
        path = write("sample/one.text", "A/RES/80/999:Invites nobody.")
        monkeypatch.setattr(sample, "paths", lambda: (path,))

    def test_is_known_by_its_source(self, backend: Backend) -> None:
        pipeline.index([], backend, with_sample=True)

        held = backend.resolution("A/RES/80/999")
        assert held
        assert held.source == "sample:one.text"
        assert ledger(backend) == {"sample:one.text": ("A/RES/80/999",)}

    def test_goes_when_a_real_file_comes(
        self, backend: Backend, write: Callable[..., Path]
    ) -> None:
        pipeline.index([], backend, with_sample=True)

        pipeline.index([write("a.text", f"{REST}:Urges nobody.")], backend)

        assert text(backend, "A/RES/80/999") is None
        assert ledger(backend) == {"a.text": (REST,)}

    def test_stays_when_nothing_real_comes(
        self, backend: Backend, write: Callable[..., Path]
    ) -> None:
        pipeline.index([], backend, with_sample=True)

        pipeline.index([write("a.text", f"{REST}:broken")], backend)

        assert text(backend, "A/RES/80/999") == "Invites nobody."

    def test_does_not_come_among_real_ones(
        self, backend: Backend, write: Callable[..., Path]
    ) -> None:
        pipeline.index([write("a.text", f"{REST}:Urges nobody.")], backend)

        with pytest.raises(SearchAppError, match="contains real resolutions"):
            pipeline.index([], backend, with_sample=True)


@pytest.mark.parametrize(
    ("name", "removed", "left"),
    [
        (REST, [REST], {"folder/a.jsonl": (WORK,), "folder/b.text": ("A/RES/99/3",)}),
        ("99/1", [REST], {"folder/a.jsonl": (WORK,), "folder/b.text": ("A/RES/99/3",)}),
        ("folder/a.jsonl", [REST, WORK], {"folder/b.text": ("A/RES/99/3",)}),
        ("folder/", [REST, WORK, "A/RES/99/3"], {}),
        ("", [], None),
        ("A/RES/1/1", [], None),
        ("A/RES/99/1@fr", [], None),
        ("fold", [], None),
    ],
)
def test_remove(
    name: str,
    removed: list[str],
    left: dict[str, tuple[str, ...]] | None,
    backend: Backend,
    write: Callable[..., Path],
) -> None:
    write("folder/a.jsonl", line(REST), line(WORK))
    write("folder/b.text", "A/RES/99/3:Urges nobody.")
    pipeline.index([Path("folder")], backend)
    before = ledger(backend)

    assert pipeline.remove(backend, [name]) == {name: removed}
    assert ledger(backend) == (before if left is None else left)
    assert [key for key in removed if backend.resolution(key)] == []


def test_what_was_removed_comes_back_when_it_is_indexed_again(
    backend: Backend, write: Callable[..., Path]
) -> None:
    path = write("a.text", f"{REST}:Urges nobody.")
    pipeline.index([path], backend)
    pipeline.remove(backend, [REST])

    assert pipeline.index([path], backend).resolutions == 1


def test_commits_now_and_then(
    backend: Backend, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "COMMIT_EVERY", 2)
    seen: list[int] = []

    pipeline.index(
        [write("a.jsonl", *(line(f"A/RES/99/{number}") for number in range(5)))],
        backend,
        progress=lambda *_: seen.append(sum(row.resolutions for row in backend.coverage())),
    )

    assert seen == [0, 2, 2, 4, 4, 4]


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("a.jsonl", [line(REST, "Half."), line(WORK)]),
        ("b.jsonl", [line(REST, "Of another file.", indexed="2044-01-01"), line(WORK)]),
    ],
)
def test_a_file_counts_as_changed_until_all_of_it_is_indexed(
    name: str,
    changed: list[str],
    backend: Backend,
    write: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run is interrupted between two commits, then the files are restored."""
    former = [line(REST, "Whole.")]
    pipeline.index([write("a.jsonl", *former).parent], backend)
    monkeypatch.setattr(pipeline, "COMMIT_EVERY", 1)

    def stop(done: int, files: int, resolutions: int) -> None:
        if text(backend, REST) != "Whole.":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.index([write(name, *changed)], backend, progress=stop)
    backend.close()
    Path(name).unlink()
    path = write("a.jsonl", *former)
    for _ in range(2):  # the second run reads the former loser again
        pipeline.index([path.parent], backend)

    assert text(backend, REST) == "Whole."
    assert ledger(backend) == {"a.jsonl": (REST,)}


def test_progress_is_told(backend: Backend, write: Callable[..., Path]) -> None:
    told: list[tuple[int, int, int]] = []
    paths = [write("a.jsonl", line(REST), line(WORK)), write("b.text", "A/RES/99/3:c")]

    pipeline.index(paths, backend, progress=lambda *step: told.append(step))

    assert told == [(0, 2, 1), (0, 2, 2), (1, 2, 2), (1, 2, 3), (2, 2, 3)]


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_not_utf8(backend: Backend, write: Callable[..., Path]) -> None:
    path = write("a.text", f"{REST}:Urges nobody.").rename(os.fsdecode(b"\xff.text"))

    report = pipeline.index([path], backend)

    assert (report.resolutions, ledger(backend)) == (1, {"?.text": (REST,)})


def test_a_report_is_sentences() -> None:
    report = Report(
        resolutions=1,
        paragraphs=2000,
        seconds=1.25,
        skipped=3,
        failed=[("c.pdf", "The page is torn.")],
        losers=[Loser("b.txt", REST, "a.xml")],
        removed=[WORK],
    )

    assert report.summary() == [
        "Indexed 1 resolution, 2,000 paragraphs in 1.2 seconds.",
        "Skipped 3 unchanged files.",
        "Removed (no longer in any file): A/RES/99/2.",
        "Ignored A/RES/99/1 in b.txt: a.xml is a better source.",
        "Not read: c.pdf: The page is torn.",
    ]


def test_sources_go_through_json() -> None:
    source = Source("a", "b", 1, "akn", "2044-01-01", (REST,), "Torn.", "2044-01-01")

    assert Source.from_json(json.loads(json.dumps(source.to_json()))) == source


def test_paragraphs_keep_their_shape(write: Callable[..., Path]) -> None:
    strange = Paragraph(id="any shape at all", parent="x")
    path = write("a.jsonl", Resolution(paragraphs=(strange,)).to_line())

    (found,) = reading.resolutions(path, symbol=REST)

    assert found.resolution.paragraphs == (strange,)


def test_many_files_are_read_by_other_processes(
    tmp_path: Path, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for number in range(30):
        page = f"<h1>Lamps</h1><p>The General Assembly,</p><p>1. <i>Urges</i> lamp {number};</p>"
        Path(f"A_RES_99_{number + 1}.html").write_text(f"<p>A/RES/99/{number + 1}</p>{page}")
    Path("broken.pdf").write_bytes(b"%PDF-1.4 torn")

    report = pipeline.index([Path()], backend, processes=2)

    assert (report.resolutions, [path for path, _ in report.failed]) == (30, ["broken.pdf"])
    assert [source.name for source in backend.sources()][:2] == [
        "A_RES_99_1.html",
        "A_RES_99_10.html",
    ]
    assert pipeline.index([Path()], backend, processes=2).skipped == 30


@pytest.mark.parametrize(
    ("loss", "sentence"),
    [
        (Loss.TIME, "It takes longer than 7 seconds to read"),
        (Loss.MEMORY, "It needs more than 99 MB of memory to read"),
        (Loss.CRASH, "The reader process crashed on this file"),
    ],
)
def test_a_file_that_ends_its_process_is_named(
    loss: Loss, sentence: str, backend: Backend, write: Any
) -> None:
    run = pipeline.Run(backend)
    task = run.task(inputs.Input("a.text", "a.text", write("a.text", f"{REST}:Urges nobody.")))

    assert list(run.new_in(reading.lost(task, loss, Limits(7, 99)))) == []
    assert [path for path, _ in run.report.failed] == ["a.text"]
    assert run.report.failed[0][1].startswith(sentence)


def test_a_member_is_unpacked_in_memory(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.jsonl", line(REST))
    (given,) = inputs.Listing([tmp_path / "a.zip"]).files.values()

    with given.open() as file:
        assert file.read().decode() == line(REST)

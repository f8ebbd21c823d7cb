"""The corridor: from files to the index, and the ledger of what each file was and gave.

`index` and `resolutions` are the whole way that a text takes; what stands below them keeps the
ledger, so that an unchanged file is not read twice and nothing stays that no file yields.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from . import parsing, readers, sample
from .backends import Backend, Source
from .errors import NotAResolution, ReadError, SearchAppError
from .resolution import Resolution
from .symbols import parse_symbol
from .wording import counted

MAX_FILE = 100_000_000  # bytes; far above any resolution, far below what fills a memory
MAX_LINE = 64_000_000  # bytes of a line of JSON
MAX_COMPLAINTS = 20  # lines that are named for one file
COMMIT_EVERY = 2_000  # resolutions
SAMPLE = "sample:"
JSON_LINES = "jsonl"
# Of two sources of one resolution, the one that knows more of its structure is kept.
FORMATS = ("text", "markdown", "pdf", "html", "docx", "akn")

Complain = Callable[[str], None]
Progress = Callable[[int, int, int], None]  # files done, files in all, resolutions so far


def index(
    paths: Iterable[str | Path],
    backend: Backend,
    *,
    with_sample: bool = False,
    force: bool = False,
    symbol: str | None = None,
    progress: Progress = lambda *_: None,
) -> Report:
    """Index files and folders; what can't be read is named in the report, and the rest goes on."""
    given = [Path(path) for path in paths]
    run = Run(backend, force=force, symbol=symbol)
    files = [*_sample_files(run, with_sample), *_named_files(given)]
    for done, (label, path) in enumerate(files):
        for found in run.new_in(label, path):
            run.add(found)
            progress(done, len(files), run.report.resolutions)
        progress(done + 1, len(files), run.report.resolutions)
    run.forget_vanished(given)
    return run.finish()


def resolutions(
    path: Path, symbol: str | None = None, complain: Complain | None = None
) -> Iterator[Found]:
    """What a file holds; all trouble with it is a `SearchAppError`, or a complaint about a line."""
    try:
        _check_file(path)
        given = is_json_lines(path)
        found = _given(path, complain or _raise) if given else _parsed(path, symbol)
        yield from found if symbol is None else _named(found, symbol)
    except SearchAppError:
        raise
    except OSError as error:
        raise ReadError(f"It could not be read: {error.strerror or error}.") from error
    except Exception as error:  # a file that breaks a library never stops a run
        reason = f"{type(error).__name__}: {error}".rstrip(".: ")
        raise ReadError(f"It could not be read: {reason}.") from error


class Found(NamedTuple):
    """A resolution, and what decides between it and another source of the same one."""

    resolution: Resolution
    format: str
    reissued: str | None = None

    @property
    def rank(self) -> tuple[bool, bool, str, int]:
        """The greater is kept: what was given by hand, a later reissue, a better format."""
        return _rank(self.format, self.reissued)


class Loser(NamedTuple):
    """A file whose text of a resolution is kept out, because another source of it is better."""

    path: str
    key: str
    winner: str


@dataclass(slots=True)
class Report:
    """What a run did; `failed` holds pairs of a file and a sentence, `removed` keys."""

    resolutions: int = 0
    paragraphs: int = 0
    seconds: float = 0.0
    skipped: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    losers: list[Loser] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def summary(self) -> list[str]:
        """Sentences: what was indexed, then all that a user may want to mend."""
        held = f"{counted(self.resolutions, 'resolution')}, {counted(self.paragraphs, 'paragraph')}"
        lines = [f"Indexed {held} in {self.seconds:.1f} seconds."]
        if self.skipped:
            lines.append(f"Skipped {counted(self.skipped, 'unchanged file')}.")
        if self.removed:
            lines.append(f"Removed what no file yields any more: {', '.join(self.removed)}.")
        lines += [
            f"Kept out {loser.path}: {loser.key} comes from {loser.winner}."
            for loser in self.losers
        ]
        return lines + [f"Not read: {path}: {reason}" for path, reason in self.failed]


class Run:
    """One run of indexing: the ledger as it was, and as it becomes."""

    def __init__(self, backend: Backend, force: bool = False, symbol: str | None = None) -> None:
        self.backend = backend
        self.force = force or symbol is not None
        self.symbol = symbol
        self.report = Report()
        self.ledger = {source.path: source for source in backend.sources()}
        self.owner = {key: path for path, source in self.ledger.items() for key in source.keys}
        self.today = datetime.now(UTC).date().isoformat()
        self._began = time.monotonic()
        self._source = Source("", "")  # the file that is being read
        self._keys: dict[str, None] = {}  # what it gave, in order
        self._robbed: set[str] = set()  # files that lost a resolution to it

    def new_in(self, label: str, path: Path) -> Iterator[Found]:
        """What a file holds, unless it is unchanged; afterwards its line in the ledger."""
        problems: list[str] = []
        try:
            digest = file_hash(path)
            if not self.force and self._is_unchanged(label, digest):
                self.report.skipped += 1
                return
            symbol = self.symbol or self._former(label).symbol
            self._source = Source(label, digest, parsing.VERSION, symbol=symbol)
            self._keys = {}
            yield from resolutions(path, symbol, problems.append)
        except NotAResolution as error:
            problems.append(str(error))
        except SearchAppError as error:
            # What it held before stays: a file that is half copied is no reason to lose a text.
            self._keys |= dict.fromkeys(self._former(label).keys)
            problems.append(str(error))
        self.report.failed += [(label, problem) for problem in problems]
        if self._keys or path.exists():
            self._close_file(label, " ".join(problems) or None)

    def add(self, found: Found) -> None:
        """Index a resolution of the current file, unless a better source of it is there."""
        resolution, label = found.resolution, self._source.path
        key = resolution.key
        self._note_format(found)
        rival = self.owner.get(key)
        if key in self._keys:
            self.report.losers.append(Loser(label, f"an earlier text of {key}", "the same file"))
        elif rival not in (None, label) and not self._beats(found, key, rival or ""):
            return
        if not label.startswith(SAMPLE):
            self._remove_sample()
        self.owner[key] = label
        self._keys[key] = None
        self.backend.add(self._stamped(resolution, label))
        self._count(resolution)

    def finish(self) -> Report:
        """Make all of it visible."""
        self.backend.commit()
        self.report.seconds = time.monotonic() - self._began
        return self.report

    def forget_vanished(self, folders: Iterable[Path]) -> None:
        """Remove what came from files that are no longer in one of the folders."""
        for folder in [folder for folder in folders if folder.is_dir()]:
            self._drop(p for p in self._below(str(folder)) if not Path(p).exists())

    def remove(self, name: str) -> list[str]:
        """Remove a resolution by its symbol or key, or all that came from a file or a folder."""
        before = len(self.report.removed)
        if paths := self._below(name):
            self._drop(paths)
        else:
            self._remove_key(_key(name))
        return self.report.removed[before:]

    def holds_real_texts(self) -> bool:
        """True where a file that is not of the sample gave a resolution."""
        return any(not path.startswith(SAMPLE) for path in self.owner.values())

    def _is_unchanged(self, label: str, digest: str) -> bool:
        # What failed is read again: a missing package may have been installed meanwhile.
        former = self.ledger.get(label)
        return (
            former is not None
            and (former.hash, former.parser) == (digest, parsing.VERSION)
            and former.failure is None
        )

    def _former(self, label: str) -> Source:
        return self.ledger.get(label, Source(label, ""))

    def _close_file(self, label: str, failure: str | None) -> None:
        former = self._former(label)
        self._record(
            replace(
                self._source,
                keys=tuple(self._keys),
                failure=failure,
                indexed=self.today,
            )
        )
        self._release(label, [key for key in former.keys if key not in self._keys])
        for path in self._robbed:
            line = self.ledger[path]
            self._record(
                replace(line, keys=tuple(k for k in line.keys if self.owner.get(k) == path))
            )
        self._robbed.clear()

    def _record(self, source: Source) -> None:
        self.ledger[source.path] = source
        self.backend.record(source)

    def _note_format(self, found: Found) -> None:
        self._source = replace(self._source, format=found.format, reissued=found.reissued)

    def _beats(self, found: Found, key: str, rival: str) -> bool:
        """Whether this source replaces the other; of equals the one that comes later."""
        line = self.ledger[rival]
        wins = found.rank >= _rank(line.format, line.reissued)
        if wins:
            self._robbed.add(rival)
        winner, loser = (self._source.path, rival) if wins else (rival, self._source.path)
        self.report.losers.append(Loser(loser, key, winner))
        return wins

    def _stamped(self, resolution: Resolution, label: str) -> Resolution:
        source = label if label.startswith(SAMPLE) else resolution.source or label
        return replace(
            resolution,
            source=source,
            hash=resolution.hash or self._source.hash,
            indexed=resolution.indexed or self.today,
        )

    def _count(self, resolution: Resolution) -> None:
        self.report.resolutions += 1
        self.report.paragraphs += len(resolution.paragraphs)
        if self._source.symbol is not None:
            self._remove_nameless(resolution)
        if self.report.resolutions % COMMIT_EVERY == 0:
            self.backend.commit()

    def _remove_nameless(self, resolution: Resolution) -> None:
        """A text that has a symbol now was perhaps indexed without one."""
        key = replace(resolution, symbol=None).key
        if key != resolution.key and self.owner.get(key) != self._source.path:
            self._remove_key(key)

    def _remove_sample(self) -> None:
        for path in [path for path in self.ledger if path.startswith(SAMPLE)]:
            for key in self.ledger.pop(path).keys:
                self.backend.remove(key)
                self.owner.pop(key, None)
            self.backend.forget(path)

    def _below(self, name: str) -> list[str]:
        """The ledger's paths that are this one, or in this folder."""
        if name.startswith(SAMPLE) or not name:
            return [name] if name in self.ledger else []
        paths = (path for path in self.ledger if not path.startswith(SAMPLE))
        return [path for path in paths if Path(path).is_relative_to(name)]

    def _drop(self, paths: Iterable[str]) -> None:
        for path in list(paths):
            self._release(path, self.ledger.pop(path).keys)
            self.backend.forget(path)

    def _remove_key(self, key: str) -> None:
        path = self.owner.get(key, "")
        if path in self.ledger:
            kept = tuple(k for k in self.ledger[path].keys if k != key)
            self._release(path, (key,))
            # Without its hash the file counts as changed: indexing it again brings the text back.
            self._record(replace(self.ledger[path], keys=kept, hash=""))
        elif self.backend.remove(key):
            self.report.removed.append(key)

    def _release(self, path: str, keys: Iterable[str]) -> None:
        """Remove resolutions that a file does not yield any more, if they are still its own."""
        gone = [key for key in keys if self.owner.get(key) == path]
        for key in gone:
            del self.owner[key]
            self.backend.remove(key)
        self.report.removed += gone
        if gone:
            self._reopen_losers()

    def _reopen_losers(self) -> None:
        """What lost may win now, so that files of which nothing is held are read again."""
        for line in list(self.ledger.values()):
            if not line.keys and line.hash and line.failure is None:
                self._record(replace(line, hash=""))


def remove(backend: Backend, names: Iterable[str]) -> dict[str, list[str]]:
    """Remove symbols, files and folders: for each name, the keys that were removed."""
    run = Run(backend)
    removed = {name: run.remove(name) for name in names}
    run.finish()
    return removed


def parsed(
    paths: Iterable[str | Path], report: Report, symbol: str | None = None
) -> Iterator[Resolution]:
    """What files hold, without an index; the report names what can't be read."""
    for label, path in _named_files(Path(path) for path in paths):
        problems: list[str] = []
        try:
            for found in resolutions(path, symbol, problems.append):
                report.resolutions += 1
                report.paragraphs += len(found.resolution.paragraphs)
                yield found.resolution
        except SearchAppError as error:
            problems.append(str(error))
        report.failed += [(label, problem) for problem in problems]


def expand(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant: folders are walked in order, without what is hidden."""
    for path in paths:
        if path.is_dir():
            yield from _files_below(path)
        else:
            yield path


def is_json_lines(path: Path) -> bool:
    """Whether a file holds JSON lines: its name says so, or its first character does."""
    if path.suffix.lower() == f".{JSON_LINES}":
        return True
    with path.open("rb") as file:
        start = file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and not start.startswith(b"{\\")  # "{\" begins rich text


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal; "" for what can't be opened, as reading it will tell."""
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _rank(form: str, reissued: str | None) -> tuple[bool, bool, str, int]:
    place = FORMATS.index(form) if form in FORMATS else -1
    return form == JSON_LINES, reissued is not None, reissued or "", place


def _label(path: Path) -> str:
    # A name that is not UTF-8 can't be stored or sent as it is.
    return str(path).encode("utf-8", "replace").decode()


def _named_files(paths: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    return ((_label(path), path) for path in expand(paths))


def _sample_files(run: Run, wanted: bool) -> list[tuple[str, Path]]:
    if not wanted:
        return []
    if run.holds_real_texts():
        raise SearchAppError(
            "This index holds real resolutions, and the sample is invented: "
            "give the sample a place of its own with --index."
        )
    return [(SAMPLE + path.name, path) for path in sample.paths()]


def _files_below(folder: Path) -> Iterator[Path]:
    root = folder.resolve()
    for name, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for path in (Path(name, file) for file in sorted(files) if not file.startswith(".")):
            if not path.is_symlink() or path.resolve().is_relative_to(root):
                yield path


def _check_file(path: Path) -> None:
    if not path.exists():
        raise ReadError("There is no such file.")
    if not path.is_file():
        raise ReadError("It is not a file: give a file or a folder.")


def _parsed(path: Path, symbol: str | None) -> Iterator[Found]:
    if path.stat().st_size > MAX_FILE:
        raise ReadError(
            f"It is larger than {MAX_FILE // 1_000_000} MB: split it, or give it as JSON lines."
        )
    for document in readers.read(path, path.read_bytes()):
        known = document if symbol is None else replace(document, symbol=_symbol(symbol))
        for resolution in parsing.parse(known):
            yield Found(resolution, document.format, document.reissued)


def _given(path: Path, complain: Complain) -> Iterator[Found]:
    """Resolutions in JSON, one a line, as they are; lines that can't be read are complained of."""
    bad = 0
    for number, line in _lines(path):
        try:
            if line is None:
                raise ReadError(f"It is longer than {MAX_LINE // 1_000_000} MB: split it.")
            resolution = Resolution.from_line(line)
            if not (resolution.symbol or resolution.paragraphs):
                raise ReadError("It has neither “symbol” nor “paragraphs”: it is no resolution.")
            yield Found(resolution, JSON_LINES)
        except ReadError as error:
            bad += 1
            if bad <= MAX_COMPLAINTS:
                complain(f"Line {number}: {error}")
    if bad > MAX_COMPLAINTS:
        complain(f"Another {counted(bad - MAX_COMPLAINTS, 'line')} could not be read either.")


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines that are not blank; None in the place of one that is too long."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            too_long = len(line) > MAX_LINE
            while line and not line.endswith(b"\n") and too_long:
                line = file.readline(MAX_LINE)
            if too_long or line.removeprefix(b"\xef\xbb\xbf").strip():
                yield number, None if too_long else line.removeprefix(b"\xef\xbb\xbf")


def _named(found: Iterable[Found], symbol: str) -> Iterator[Found]:
    """The one resolution of a file with the symbol that was given for it."""
    held = list(found)
    if len(held) != 1:
        raise ReadError(
            f"It holds {counted(len(held), 'resolution')}, and a symbol names one: "
            "leave --symbol out."
        )
    yield held[0]._replace(resolution=_with_symbol(held[0].resolution, symbol))


def _with_symbol(resolution: Resolution, symbol: str) -> Resolution:
    known = parse_symbol(symbol)
    named = replace(resolution, symbol=_symbol(symbol))
    if known is not None:
        named = replace(
            named,
            body=resolution.body or known.body,
            session=known.session or resolution.session,
            inferred=tuple(n for n in resolution.inferred if n != "session" or not known.session),
        )
    old, new = resolution.key + "#", named.key + "#"
    moved = (
        replace(p, id=_moved(p.id, old, new), parent=p.parent and _moved(p.parent, old, new))
        for p in resolution.paragraphs
    )
    return replace(named, paragraphs=tuple(moved))


def _moved(address: str, old: str, new: str) -> str:
    return new + address.removeprefix(old) if address.startswith(old) else address


def _symbol(text: str) -> str:
    known = parse_symbol(text)
    return str(known) if known else "".join(text.split())


def _key(name: str) -> str:
    symbol, mark, language = name.partition("@")
    return _symbol(symbol) + mark + language


def _raise(problem: str) -> None:
    raise ReadError(problem)

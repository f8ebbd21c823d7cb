"""The corridor: from files to the index, and the ledger of what each file was and gave.

`index` is the whole way that a text takes: inputs are read ahead by other processes, and one
writes. What stands below it keeps the ledger, so that an unchanged file is not read twice and
nothing stays that no file yields.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from . import parsing, sample
from .ahead import in_order
from .backends import Backend, Source
from .errors import NotAResolution, SearchAppError
from .inputs import SAMPLE, STDIN, Input, inputs, is_gone, label_of
from .readers import archive
from .reading import Found, Reading, Task, crashed, rank_of, read_input, symbol_text
from .resolution import Resolution
from .wording import counted

COMMIT_EVERY = 2_000  # resolutions

Progress = Callable[[int, int, int], None]  # files done, files in all, resolutions so far


def index(
    paths: Iterable[str | Path | Input],
    backend: Backend,
    *,
    with_sample: bool = False,
    force: bool = False,
    symbol: str | None = None,
    processes: int | None = None,
    progress: Progress = lambda *_: None,
) -> Report:
    """Index files and folders; what can't be read is named in the report, and the rest goes on.

    `processes` read at the same time: as many as there are cores, unless given.
    """
    given = list(paths)
    run = Run(backend, force=force, symbol=symbol)
    files = [*_sample_files(run, with_sample), *inputs(given, symbol)]
    tasks = [run.task(file) for file in files]
    for done, reading in enumerate(read_ahead(tasks, processes)):
        for found in run.new_in(reading):
            run.add(found)
            progress(done, len(files), run.report.resolutions)
        progress(done + 1, len(files), run.report.resolutions)
    run.forget_vanished(given, files)
    return run.finish()


def read_ahead(tasks: Iterable[Task], processes: int | None = None) -> Iterator[Reading]:
    """What comes of each task, in order."""
    return in_order(read_input, tasks, processes or os.cpu_count() or 1, crashed)


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

    def task(self, given: Input) -> Task:
        """What is to be read, and the hash with which there is nothing to do."""
        former = self._former(given.label)
        # What failed is read again: a missing package may have been installed meanwhile.
        settled = former.parser == parsing.VERSION and former.failure is None and former.hash
        known = former.hash if settled and not self.force else None
        return Task(given, self.symbol or former.symbol, known)

    def new_in(self, reading: Reading) -> Iterator[Found]:
        """What an input holds, unless it is unchanged; afterwards its line in the ledger."""
        given, symbol, _ = reading.task
        if reading.is_known:
            self.report.skipped += 1
            return
        label, problems = given.label, list[str]()
        self._source = Source(label, reading.digest, parsing.VERSION, symbol=symbol)
        self._keys = {}
        try:
            yield from reading.resolutions(problems.append)
        except NotAResolution as error:
            problems.append(str(error))
        except SearchAppError as error:
            # What it held before stays: a file that is half copied is no reason to lose a text.
            self._keys |= dict.fromkeys(self._former(label).keys)
            problems.append(str(error))
        self.report.failed += [(label, problem) for problem in problems]
        if self._keys or (given.path.exists() and not label.startswith(STDIN)):
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

    def forget_vanished(self, given: Iterable[str | Path | Input], files: Iterable[Input]) -> None:
        """Remove what came from files that are no longer in one of the folders or archives."""
        there = {file.label for file in files}
        archives = {label_of(file.path) for file in files if file.member is not None}
        for place in given:
            if not isinstance(place, Input) and (Path(place).is_dir() or str(place) in archives):
                below = self._below(str(place))
                self._drop(path for path in below if is_gone(path, there, archives))

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
        wins = found.rank >= rank_of(line.format, line.reissued)
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
        """The ledger's paths that are this one, or in this folder or archive."""
        if name.startswith((SAMPLE, STDIN)) or not name:
            return [name] if name in self.ledger else []
        inside = f"{Path(name)}{archive.BETWEEN}"
        paths = (path for path in self.ledger if not path.startswith((SAMPLE, STDIN)))
        return [p for p in paths if Path(p).is_relative_to(name) or p.startswith(inside)]

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
    paths: Iterable[str | Path | Input],
    report: Report,
    symbol: str | None = None,
    processes: int | None = None,
) -> Iterator[Resolution]:
    """What files hold, without an index; the report names what can't be read."""
    tasks = [Task(given, symbol) for given in inputs(paths, symbol)]
    for reading in read_ahead(tasks, processes):
        problems: list[str] = []
        try:
            for found in reading.resolutions(problems.append):
                report.resolutions += 1
                report.paragraphs += len(found.resolution.paragraphs)
                yield found.resolution
        except SearchAppError as error:
            problems.append(str(error))
        report.failed += [(reading.task.given.label, problem) for problem in problems]


def _sample_files(run: Run, wanted: bool) -> list[Input]:
    if not wanted:
        return []
    if run.holds_real_texts():
        raise SearchAppError(
            "This index holds real resolutions, and the sample is invented: "
            "give the sample a place of its own with --index."
        )
    return [Input(SAMPLE + path.name, path) for path in sample.paths()]


def _key(name: str) -> str:
    symbol, mark, language = name.partition("@")
    return symbol_text(symbol) + mark + language

"""The ingest pipeline: from files to the index.

Worker processes read inputs ahead, and one process writes. The ledger (ledger.py) records the hash
and resolutions of each file, so that unchanged files are skipped and stale resolutions removed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from .. import parsing
from ..errors import NotAResolution, SearchAppError
from ..model.resolution import Resolution
from ..model.source import Source
from ..readers import PRELOAD
from ..search.backend import Backend
from ..settings.config import DEFAULTS, Settings
from ..system.paths import is_seen, seen_from_here
from ..system.worker_pool import Limits, in_order
from ..text.printable import printable
from . import sample
from .inputs import SAMPLE, STDIN, Input, Listing
from .ledger import Ledger
from .missing_files import gone_files, missing_folders
from .reading import Found, Reading, Task, lost, rank_of, read_input, symbol_text
from .report import Loser, Report

__all__ = ["Loser", "Progress", "Report", "Run", "index", "parsed", "read_ahead", "remove"]

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
    remove_missing: bool = False,
    former: Iterable[Source] = (),
    progress: Progress = lambda *_: None,
    settings: Settings = DEFAULTS,
) -> Report:
    """Index files and folders; unreadable files are listed in the report, and do not stop the rest.

    `processes` is the number of workers, by default that of the cores. `remove_missing` removes
    resolutions of deleted files even if most of their folder is missing. `former` is the ledger of
    an index that this one replaces: resolutions that are no longer found are reported.
    """
    listing = Listing(paths, symbol)
    run = Run(backend, force=force, symbol=symbol, settings=settings)
    files = [*_sample_files(run, with_sample), *listing.files.values()]
    run.read(files, processes, progress)
    run.name_unlisted(listing)
    run.forget_vanished(listing, remove_missing)
    while again := run.reopened(listing):
        run.read(again, processes)
    run.compare(former, listing, remove_missing)
    return run.finish()


def read_ahead(
    tasks: Iterable[Task], processes: int | None = None, settings: Settings = DEFAULTS
) -> Iterator[Reading]:
    """Yield the reading of each task, in order, each within a worker's limits of time and memory.

    With 0 `processes`, files are read in this process without limits; use this for trusted files.
    """
    if processes == 0:
        return map(read_input, tasks)
    limits = Limits(settings.read_seconds, settings.read_memory)
    report_loss = partial(lost, limits=limits)
    return in_order(
        read_input, tasks, processes or os.cpu_count() or 1, limits, report_loss, PRELOAD
    )


class Run:
    """An indexing run, with the state of the file that is being read."""

    def __init__(
        self,
        backend: Backend,
        force: bool = False,
        symbol: str | None = None,
        settings: Settings = DEFAULTS,
    ) -> None:
        self.backend = backend
        self.force = force or symbol is not None
        self.symbol = symbol
        self.settings = settings
        self.report = Report()
        self.ledger = Ledger(backend.sources(), backend)
        self.today = datetime.now(UTC).date().isoformat()
        self._began = time.monotonic()
        self._before = set(self.ledger.owner)  # resolutions indexed before this run
        self._labels: dict[str, str] = {}  # names of this run's files, by key
        self._skipped: set[str] = set()  # unchanged files
        self._indexed: dict[str, int] = {}  # numbers of paragraphs, by resolution
        self._added = 0
        self._released: set[str] = set()  # resolutions that were removed
        self._again: set[str] = set()  # files that were read twice
        self._source = Source("", "")  # the file that is being read
        self._namesakes: list[str] = []  # former lines that may be about it
        self._keys: dict[str, None] = {}  # its resolutions, in order
        self._lost: dict[str, None] = {}  # its resolutions that better sources have
        self._robbed: set[str] = set()  # files that lost a resolution to it

    def read(
        self,
        files: Iterable[Input],
        processes: int | None = None,
        progress: Progress = lambda *_: None,
    ) -> None:
        """Read inputs, and index their new resolutions."""
        tasks = [self.task(file) for file in files]
        for done, reading in enumerate(read_ahead(tasks, processes, self.settings)):
            for found in self.new_in(reading):
                self.add(found)
                progress(done, len(tasks), self.report.resolutions)
            progress(done + 1, len(tasks), self.report.resolutions)

    def task(self, given: Input) -> Task:
        """Return the task of reading an input, with the hash at which it counts as unchanged."""
        self._labels[given.key] = given.label
        former = self.ledger.line_for(given)
        # A failed file is re-read: a missing package may have been installed meanwhile.
        settled = former.parser == parsing.VERSION and former.failure is None and former.hash
        known = former.hash if settled and not self.force else None
        symbol = self.symbol or former.symbol or self._namesake_symbol(given)
        return Task(given, symbol, known, self.settings.debug)

    def new_in(self, reading: Reading) -> Iterator[Found]:
        """Yield the resolutions of a changed input, then write its line in the ledger."""
        given = reading.task.given
        if reading.is_known:
            self._skipped.add(given.key)
            return
        self._open_file(reading)
        problems: list[str] = []
        try:
            yield from reading.resolutions(problems.append)
        except NotAResolution as error:
            problems.append(str(error))
        except SearchAppError as error:
            # Keep its former resolutions: a partly copied file is no reason to lose a text.
            former = self.ledger.line(given.key)
            self._keys |= dict.fromkeys(former.keys)
            self._lost |= dict.fromkeys(former.lost)
            problems.append(str(error))
        self.report.failed += [(given.label, problem) for problem in problems]
        if self._keys or (is_seen(given.path) and not given.key.startswith(STDIN)):
            self._close_file(" ".join(problems) or None)

    def add(self, found: Found) -> None:
        """Index a resolution of the current file, unless a better source of it exists."""
        resolution, key = found.resolution, found.resolution.key
        self._source = replace(self._source, format=found.format, reissued=found.reissued)
        self._take_over(key)
        if key in self._keys:
            earlier = f"an earlier text of {key}"
            self.report.losers.append(Loser(self._source.name, earlier, "a later text"))
        elif not self._wins(found, key):
            self._lost[key] = None
            return
        if not self._source.path.startswith(SAMPLE):
            self._remove_sample()
        self.ledger.owner[key] = self._source.path
        self._keys[key] = None
        self._lost.pop(key, None)
        self.backend.add(self._stamped(resolution))
        self._count(resolution)

    def name_unlisted(self, listing: Listing) -> None:
        """Report folders that could not be listed."""
        self.report.failed += listing.unlisted.values()

    def forget_vanished(self, listing: Listing, remove_missing: bool = False) -> None:
        """Remove the resolutions of files that were deleted from the listed folders.

        Unless `remove_missing`, those of a folder that lacks most files are kept, and reported.
        """
        gone = gone_files(self.ledger, listing)
        missing = [] if remove_missing else missing_folders(gone, self.ledger, listing)
        kept = {path for one in missing for path in one.files}
        self._drop(path for path in gone if path not in kept)
        self.report.missing += missing

    def compare(
        self, former: Iterable[Source], listing: Listing, remove_missing: bool = False
    ) -> None:
        """Report the resolutions of the replaced index that this one lacks."""
        ledger = Ledger(line for line in former if not line.path.startswith(SAMPLE))
        ledger.read_from_here()
        ledger.give_up(self.ledger.owner.keys())
        self.report.removed += ledger.owner
        if not remove_missing:
            self.report.missing += missing_folders(gone_files(ledger, listing), ledger, listing)

    def reopened(self, listing: Listing) -> list[Input]:
        """Return inputs that may contain removed resolutions, each at most once per run."""
        self._reopen_losers()
        again = [
            file
            for key, file in listing.files.items()
            if key in self.ledger.lines and key not in self._again and self._is_reopened(key)
        ]
        self._again |= {file.key for file in again}
        self._skipped -= self._again
        return again

    def finish(self) -> Report:
        """Commit, and return the completed report."""
        self._reopen_losers()
        self.backend.commit()
        report = self.report
        report.removed = [k for k in dict.fromkeys(report.removed) if k not in self.ledger.owner]
        report.losers = list(dict.fromkeys(report.losers))
        report.skipped = len(self._skipped)
        report.replaced = len(self._before & self._indexed.keys())
        report.seconds = time.monotonic() - self._began
        return report

    def remove(self, name: str) -> list[str]:
        """Remove a resolution by symbol or key, or all resolutions of a file or folder."""
        before = len(self.report.removed)
        if paths := self.ledger.below(name):
            self._drop(paths)
        else:
            self._remove_key(_key(name))
        return self.report.removed[before:]

    def holds_real_texts(self) -> bool:
        """Tell whether any resolution comes from a file outside the sample."""
        return any(not path.startswith(SAMPLE) for path in self.ledger.owner.values())

    def _open_file(self, reading: Reading) -> None:
        given, symbol = reading.task[:2]
        name = given.label
        self._source = Source(given.key, reading.digest, parsing.VERSION, symbol=symbol, name=name)
        self._namesakes = self.ledger.namesakes(given.key)
        self._keys, self._lost = {}, {}
        self._skipped.discard(given.key)

    def _close_file(self, failure: str | None) -> None:
        path = self._source.path
        for namesake in self._namesakes:
            if not self.ledger.lines[namesake].keys:
                self.ledger.move(namesake, path)
        former = self.ledger.line(path)
        self.ledger.record(
            replace(
                self._source,
                keys=tuple(self._keys),
                lost=tuple(self._lost),
                failure=failure,
                indexed=self.today,
            )
        )
        self._release(path, [key for key in former.keys if key not in self._keys])
        self._record_robbed()

    def _record_begun(self) -> None:
        """Record that a file is partly indexed, so that it counts as changed until it is closed.

        Otherwise a file that is restored after a killed run would count as unchanged.
        """
        former = self.ledger.line(self._source.path)
        self.ledger.record(
            replace(
                self._source,
                hash="",
                keys=tuple(dict.fromkeys((*former.keys, *self._keys))),
                lost=tuple(dict.fromkeys((*former.lost, *self._lost))),
                indexed=self.today,
            )
        )
        self._record_robbed()

    def _record_robbed(self) -> None:
        for robbed in self._robbed:
            self._note_loss(self.ledger.lines[robbed])
        self._robbed.clear()

    def _take_over(self, key: str) -> None:
        """Move a former line that owns the resolution to the current file, if it means that."""
        owner = self.ledger.owner.get(key)
        if owner is not None and owner in self._namesakes:
            self.ledger.move(owner, self._source.path)
            self._namesakes.remove(owner)

    def _namesake_symbol(self, given: Input) -> str | None:
        lines = (self.ledger.lines[path] for path in self.ledger.namesakes(given.key))
        return next((line.symbol for line in lines if line.symbol), None)

    def _wins(self, found: Found, key: str) -> bool:
        """Tell whether the current file is the better source; among equals, the later one is."""
        rival = self.ledger.owner.get(key)
        if rival is None or rival == self._source.path:
            return True
        line = self.ledger.lines[rival]
        wins = found.rank >= rank_of(line.format, line.reissued)
        files = (self._source.name, self._shown(rival))
        winner, loser = files if wins else files[::-1]
        if wins:
            self._robbed.add(rival)
        if not (wins and self.ledger.is_gone(rival)):  # otherwise the file was moved
            self.report.losers.append(Loser(loser, key, winner))
        return wins

    def _note_loss(self, line: Source) -> None:
        owner = self.ledger.owner
        lost = [key for key in line.keys if owner.get(key) != line.path]
        kept = tuple(key for key in line.keys if key not in lost)
        self.ledger.record(replace(line, keys=kept, lost=tuple(dict.fromkeys((*line.lost, *lost)))))

    def _shown(self, path: str) -> str:
        return self._labels.get(path) or seen_from_here(path)

    def _stamped(self, resolution: Resolution) -> Resolution:
        label = self._source.name
        source = label if label.startswith(SAMPLE) else resolution.source or label
        return replace(
            resolution,
            source=printable(source),
            hash=resolution.hash or self._source.hash,
            indexed=resolution.indexed or self.today,
        )

    def _count(self, resolution: Resolution) -> None:
        self._uncount(resolution.key)
        self._indexed[resolution.key] = len(resolution.paragraphs)
        self.report.paragraphs += len(resolution.paragraphs)
        self.report.resolutions = len(self._indexed)
        if self._source.symbol is not None:
            self._remove_nameless(resolution)
        self._added += 1
        if self._added % COMMIT_EVERY == 0:
            self._record_begun()
            self.backend.commit()

    def _uncount(self, key: str) -> None:
        """Remove a resolution from the report if this run had indexed it."""
        self.report.paragraphs -= self._indexed.pop(key, 0)
        self.report.resolutions = len(self._indexed)

    def _remove_nameless(self, resolution: Resolution) -> None:
        """Remove the entry under which a text was indexed before it was given a symbol."""
        key = replace(resolution, symbol=None).key
        if key != resolution.key and self.ledger.owner.get(key) != self._source.path:
            self._remove_key(key)

    def _remove_sample(self) -> None:
        for path in [path for path in self.ledger.lines if path.startswith(SAMPLE)]:
            for key in self.ledger.forget(path).keys:
                self.backend.remove(key)
                self.ledger.owner.pop(key, None)

    def _drop(self, paths: Iterable[str]) -> None:
        for path in list(paths):
            self._release(path, self.ledger.forget(path).keys)

    def _remove_key(self, key: str) -> None:
        path = self.ledger.owner.get(key, "")
        if path in self.ledger.lines:
            line = self.ledger.lines[path]
            self._release(path, (key,))
            # Without its hash the file counts as changed: indexing it again brings the text back.
            self.ledger.record(replace(line, keys=tuple(k for k in line.keys if k != key), hash=""))
        elif self.backend.remove(key):
            self.report.removed.append(key)

    def _release(self, path: str, keys: Iterable[str]) -> None:
        """Remove resolutions that a file no longer yields, if it still owns them."""
        gone = [key for key in keys if self.ledger.owner.get(key) == path]
        for key in gone:
            del self.ledger.owner[key]
            self.backend.remove(key)
            self._uncount(key)
        self.report.removed += gone
        self._released.update(gone)

    def _reopen_losers(self) -> None:
        """Mark files that lost a removed resolution as changed, so that they are re-read."""
        released, self._released = self._released - self.ledger.owner.keys(), set()
        if released:
            for line in self.ledger.has_lost(released):
                self.ledger.record(replace(line, hash=""))

    def _is_reopened(self, key: str) -> bool:
        line = self.ledger.lines[key]
        return not line.hash and line.failure is None


def remove(backend: Backend, names: Iterable[str]) -> dict[str, list[str]]:
    """Remove symbols, files and folders; return the removed keys by name."""
    run = Run(backend)
    removed = {name: run.remove(name) for name in names}
    run.finish()
    return removed


def parsed(
    paths: Iterable[str | Path | Input],
    report: Report,
    symbol: str | None = None,
    processes: int | None = None,
    settings: Settings = DEFAULTS,
) -> Iterator[Resolution]:
    """Yield the resolutions of files, without an index; `report` lists unreadable files."""
    listing = Listing(paths, symbol)
    tasks = [Task(given, symbol, debug=settings.debug) for given in listing.files.values()]
    for reading in read_ahead(tasks, processes, settings):
        problems: list[str] = []
        try:
            for found in reading.resolutions(problems.append):
                report.resolutions += 1
                report.paragraphs += len(found.resolution.paragraphs)
                yield found.resolution
        except SearchAppError as error:
            problems.append(str(error))
        report.failed += [(reading.task.given.label, problem) for problem in problems]
    report.failed += listing.unlisted.values()


def _sample_files(run: Run, wanted: bool) -> list[Input]:
    if not wanted:
        return []
    if run.holds_real_texts():
        raise SearchAppError(
            "This index contains real resolutions, and the sample is invented: "
            "choose a separate index for the sample with --index."
        )
    names = ((SAMPLE + path.name, path) for path in sample.paths())
    return [Input(name, name, path) for name, path in names]


def _key(name: str) -> str:
    symbol, mark, language = name.partition("@")
    return symbol_text(symbol) + mark + language

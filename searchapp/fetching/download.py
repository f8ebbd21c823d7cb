"""A download run that skips existing files, and never leaves incomplete ones."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..system.disk import sync_folder, write_file
from ..text.wording import counted
from .failures import NotFetched
from .service import EDGE, MIN_BYTES, Missing, Service, Stop, is_pdf
from .wanted_symbols import MAX_SYMBOLS, Series

END_OF_SESSION = 10  # consecutive missing numbers; real gaps have one or two
GIVE_UP_AFTER = 3  # consecutive failures

Progress = Callable[[int, int | None, str], None]  # documents done, total or None, the next symbol


@dataclass(slots=True)
class Report:
    """The result of a run: files fetched and already present, symbols missing and failed.

    The symbols have reasons; `stopped` says why the run ended early, and `sessions` has a sentence
    about the last number of each session.
    """

    fetched: list[Path] = field(default_factory=list)
    held: list[Path] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    sessions: list[str] = field(default_factory=list)
    stopped: str = ""
    size: int = 0
    seconds: float = 0.0

    @property
    def files(self) -> list[Path]:
        """The documents in the folder after the run."""
        return self.held + self.fetched

    @property
    def is_complete(self) -> bool:
        """True if every requested document is present."""
        return not (self.missing or self.failed or self.stopped)

    def summary(self) -> list[str]:
        """Return sentences: what was fetched, then everything that a user may want to correct."""
        got = f"{counted(len(self.fetched), 'document')} ({self.size / 1e6:.1f} MB)"
        lines = [f"Fetched {got} in {self.seconds:.1f} seconds."]
        if self.held:
            lines.append(f"Already present: {counted(len(self.held), 'document')}.")
        lines += self.sessions
        lines += [f"Missing: {names}: {why}." for why, names in _by_reason(self.missing)]
        lines += [f"Not fetched: {names}: {why}." for why, names in _by_reason(self.failed)]
        if self.stopped:
            lines += [self.stopped, "Run the same command again to resume."]
        return lines


def fetch(
    wanted: Iterable[Series],
    service: Service,
    folder: Path,
    *,
    language: str = "en",
    force: bool = False,
    progress: Progress = lambda *_: None,
) -> Report:
    """Fetch documents into a folder, one at a time; Ctrl-C ends the run with a report."""
    run = Run(service, folder, language, force)
    series = list(wanted)
    total = None if any(s.session for s in series) else sum(len(s.symbols) for s in series)
    began = time.monotonic()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in series:
            run.fetch(one, lambda symbol: progress(len(run.done), total, symbol))
    except Stop as error:
        run.report.stopped = str(error)
    except KeyboardInterrupt:
        run.report.stopped = "Interrupted."
    except OSError as error:
        reason = error.strerror or error
        run.report.stopped = f"The folder {folder} can't be used: {reason}."
    run.report.seconds = time.monotonic() - began
    return run.report


class Run:
    """The state of a download run."""

    def __init__(self, service: Service, folder: Path, language: str, force: bool) -> None:
        self.service, self.folder = service, folder
        self.language, self.force = language, force
        self.report = Report()
        self.done: set[str] = set()
        self._asked = 0
        self._failures = 0  # consecutive

    def fetch(self, series: Series, tell: Callable[[str], None]) -> None:
        """Fetch a series; a session ends after `END_OF_SESSION` consecutive missing numbers."""
        gap: list[str] = []
        for symbol in series.symbols:
            if symbol not in self.done:
                tell(symbol)
                self._fetch_one(symbol)
                self.done.add(symbol)
            gap = [*gap, symbol] if symbol in self.report.missing else []
            if series.session and len(gap) == END_OF_SESSION:
                self._end_session(series, gap)
                return

    def _fetch_one(self, symbol: str) -> None:
        path = self.folder / file_name(symbol, self.language)
        if not self.force and is_whole(path):
            self.report.held.append(path)
            return
        self._count_request()
        try:
            content = self.service.document(symbol, self.language)
        except Missing as error:
            self._failures = 0
            self.report.missing[symbol] = str(error)
        except NotFetched as error:
            self._fail(symbol, str(error))
        else:
            write_whole(path, content)
            self._failures = 0
            self.report.fetched.append(path)
            self.report.size += len(content)

    def _count_request(self) -> None:
        if self._asked == MAX_SYMBOLS:
            raise Stop(f"{MAX_SYMBOLS:,} documents were requested, the maximum for one run.")
        self._asked += 1

    def _fail(self, symbol: str, reason: str) -> None:
        self.report.failed[symbol] = reason
        self._failures += 1
        if self._failures == GIVE_UP_AFTER:
            raise Stop(f"{GIVE_UP_AFTER} documents failed in a row: try again later.")

    def _end_session(self, series: Series, gap: list[str]) -> None:
        """Report the last number of a session; the numbers after it do not count as missing."""
        last = series.symbols.index(gap[0]) - 1
        if last < 0:
            return
        for symbol in gap:
            del self.report.missing[symbol]
        self.report.sessions.append(
            f"Session {series.session} goes up to {series.symbols[last]}: "
            f"the {len(gap)} numbers after it are missing."
        )


def file_name(symbol: str, language: str) -> str:
    """Return a readable name, without characters that are special in a path.

    The language in it is for people; parsing determines it from the text.
    """
    name = re.sub(r"[^A-Za-z0-9()-]", "_", symbol)
    return f"{name}.pdf" if language == "en" else f"{name}.{language}.pdf"


def is_whole(path: Path) -> bool:
    """Tell whether a file exists and is a complete PDF, judged by its first and last bytes."""
    if not path.is_file() or path.stat().st_size < MIN_BYTES:
        return False
    with path.open("rb") as file:
        start = file.read(EDGE)
        file.seek(max(0, path.stat().st_size - EDGE))
        return is_pdf(start, file.read(EDGE))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically, even if the power fails."""
    write_file(path, content)
    with suppress(OSError):  # not every system can open folders
        sync_folder(path.parent)


def _by_reason(reasons: dict[str, str]) -> list[tuple[str, str]]:
    """Group symbols by reason; return pairs of a reason and the symbols."""
    grouped: dict[str, list[str]] = {}
    for symbol, reason in reasons.items():
        grouped.setdefault(reason, []).append(symbol)
    return [(reason, ", ".join(symbols)) for reason, symbols in grouped.items()]

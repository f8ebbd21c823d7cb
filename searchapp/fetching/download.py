"""A run: what is there already is not asked for, and a file is there whole or not at all."""

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

END_OF_SESSION = 10  # numbers that are missing one after the other; real gaps are of one or two
GIVE_UP_AFTER = 3  # documents that fail one after the other

Progress = Callable[[int, int | None, str], None]  # documents done, in all or None, the next symbol


@dataclass(slots=True)
class Report:
    """What a run did: files fetched, and there already; symbols missing, and failed, with reasons.

    `stopped` says why not everything was tried, `sessions` how far each session goes.
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
        """The documents that are there now."""
        return self.held + self.fetched

    @property
    def is_complete(self) -> bool:
        """True where all that was asked for is there."""
        return not (self.missing or self.failed or self.stopped)

    def summary(self) -> list[str]:
        """Sentences: what came, then all that a user may want to mend."""
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
    """Fetch documents into a folder, one after the other; Ctrl-C ends it with what is done."""
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
    """One run of fetching: what was asked for, and what came."""

    def __init__(self, service: Service, folder: Path, language: str, force: bool) -> None:
        self.service, self.folder = service, folder
        self.language, self.force = language, force
        self.report = Report()
        self.done: set[str] = set()
        self._asked = 0
        self._failures = 0  # one after the other

    def fetch(self, series: Series, tell: Callable[[str], None]) -> None:
        """Fetch what a series names; a session ends where many numbers in a row are missing."""
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
        """The numbers after the last resolution are no resolutions that are missing."""
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
    """A name for people, without anything that means something in a path.

    Nothing reads the language from it: that comes from the text.
    """
    name = re.sub(r"[^A-Za-z0-9()-]", "_", symbol)
    return f"{name}.pdf" if language == "en" else f"{name}.{language}.pdf"


def is_whole(path: Path) -> bool:
    """Whether a file is there and is a PDF from its first bytes to its last."""
    if not path.is_file() or path.stat().st_size < MIN_BYTES:
        return False
    with path.open("rb") as file:
        start = file.read(EDGE)
        file.seek(max(0, path.stat().st_size - EDGE))
        return is_pdf(start, file.read(EDGE))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that under its name it is never seen half-written, even if power fails."""
    write_file(path, content)
    with suppress(OSError):  # not every system opens folders
        sync_folder(path.parent)


def _by_reason(reasons: dict[str, str]) -> list[tuple[str, str]]:
    """Symbols that share a reason, together: (reason, symbols)."""
    grouped: dict[str, list[str]] = {}
    for symbol, reason in reasons.items():
        grouped.setdefault(reason, []).append(symbol)
    return [(reason, ", ".join(symbols)) for reason, symbols in grouped.items()]

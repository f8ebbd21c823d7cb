"""Resolutions read from one input of any format, independently of the index and the ledger."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from io import SEEK_END, BufferedIOBase
from pathlib import Path
from typing import NamedTuple

from .. import parsing, readers
from ..errors import ReadError, SearchAppError
from ..model.resolution import MAX_PARAGRAPHS, Resolution
from ..system.paths import key_of, label_of
from ..system.worker_pool import Limits, Loss
from ..text.wording import counted
from ..un.symbols import parse_symbol
from .inputs import JSON_LINES, Input, file_hash

MAX_LINE = (
    16_000_000  # bytes of a line of JSON, which can take up to 40 times as much memory when parsed
)
MAX_PARAGRAPH, MAX_TEXT = 1_000_000, 10_000_000  # characters of a paragraph, and of a resolution
MAX_COMPLAINTS = 20  # bad lines reported per file
# Ascending by how much structure a format has: the better of two sources is kept.
FORMATS = ("text", "markdown", "pdf", "html", "docx", "akn")

_LOST = {
    Loss.TIME: "It takes longer than {time} to read: it may be damaged; "
    "split it, or raise SEARCHAPP_READ_SECONDS.",
    Loss.MEMORY: "It needs more than {megabytes} MB of memory to read: it may be damaged; "
    "split it, or raise SEARCHAPP_READ_MEMORY.",
    Loss.CRASH: "The reader process crashed on this file; it may be damaged or too large.",
}
_NESTED = "The mark-up is nested too deeply for a resolution."
UNEXPECTED = (
    "The file is damaged or has an unexpected structure: open it in another program and save it "
    "again. SEARCHAPP_DEBUG=1 prints the traceback."
)

Complain = Callable[[str], None]


class Found(NamedTuple):
    """A resolution, with the properties of its source that decide between several sources."""

    resolution: Resolution
    format: str
    reissued: str | None = None

    @property
    def rank(self) -> tuple[bool, bool, str, int]:
        """The precedence among sources of one resolution; the greatest is kept."""
        return rank_of(self.format, self.reissued)


class Task(NamedTuple):
    """An input to read, unless its hash is `known`; `symbol` is the one given by the user.

    With `debug` an unexpected error prints its traceback.
    """

    given: Input
    symbol: str | None = None
    known: str | None = None
    debug: bool = False


class Reading(NamedTuple):
    """The result of a task: resolutions, and the error that ended it, if any.

    `found` is None for JSON lines, which may not fit into memory: they are read while they are
    indexed. `is_known` says that the input has the known hash, and was not read.
    """

    task: Task
    digest: str = ""
    is_known: bool = False
    found: tuple[Found, ...] | None = ()
    error: SearchAppError | None = None

    def resolutions(self, complain: Complain) -> Iterator[Found]:
        """Yield what was found, then raise the error that ended reading, if any."""
        if self.found is None:
            yield from lines_of(self.task, complain)
            return
        yield from self.found
        if self.error is not None:
            raise self.error


def read_input(task: Task) -> Reading:
    """Read an entire input; errors are part of the result."""
    found: list[Found] = []
    reading = Reading(task)
    try:
        with task.given.open() as file:
            reading = reading._replace(digest=hashlib.file_digest(file, "sha256").hexdigest())
            if task.known is not None and reading.digest == task.known:
                return reading._replace(is_known=True)
            if is_json_lines(task.given.name, file):
                return reading._replace(found=None)
            found.extend(_all_in(task, file, _raise))
    except OSError as error:
        reading = reading._replace(error=_unreadable(error))
    except SearchAppError as error:
        reading = reading._replace(error=error)
    return reading._replace(found=tuple(found))


def lines_of(task: Task, complain: Complain) -> Iterator[Found]:
    """Yield the resolutions of an input that contains JSON lines, one at a time."""
    try:
        with task.given.open() as file:
            yield from _all_in(task, file, complain)
    except OSError as error:
        raise _unreadable(error) from error


def lost(task: Task, loss: Loss, limits: Limits) -> Reading:
    """Return the failed reading of an input whose reader process ended."""
    digest = file_hash(task.given.path) if task.given.member is None else ""
    time = counted(int(limits.seconds), "second")
    sentence = _LOST[loss].format(time=time, megabytes=limits.megabytes)
    return Reading(task, digest, error=ReadError(sentence))


def resolutions(
    path: Path,
    symbol: str | None = None,
    complain: Complain | None = None,
    label: str | None = None,
) -> Iterator[Found]:
    """Yield the resolutions of a file; errors are `SearchAppError`s, or complaints about a line.

    `label` is the name to use if the file is only a temporary copy. It is read in this process,
    without limits of time or memory.
    """
    task = Task(Input(key_of(path), label or label_of(path), path), symbol)
    yield from lines_of(task, complain or _raise)


def is_json_lines(name: str, file: BufferedIOBase) -> bool:
    """Tell whether an input contains JSON lines, by its extension or first character."""
    if name.lower().endswith(f".{JSON_LINES}"):
        return True
    file.seek(0)
    start = file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and not start.startswith(b"{\\")  # "{\" begins rich text


def _all_in(task: Task, file: BufferedIOBase, complain: Complain) -> Iterator[Found]:
    """Yield the resolutions of an open file; foreign errors become `ReadError`s."""
    is_json = is_json_lines(task.given.name, file)
    file.seek(0)
    found = _read_json(file, complain) if is_json else _parse(task, file)
    try:
        yield from found if task.symbol is None else _name(found, task.symbol)
    except (SearchAppError, OSError, MemoryError):
        raise
    except RecursionError:
        raise ReadError(_NESTED) from None
    except Exception as error:  # a file that breaks a library never stops a run
        if task.debug:
            traceback.print_exc()
        raise ReadError(UNEXPECTED) from error


def _parse(task: Task, file: BufferedIOBase) -> Iterator[Found]:
    if file.seek(0, SEEK_END) > readers.MAX_BYTES:
        most = readers.MAX_BYTES // 1_000_000
        raise ReadError(f"It is larger than {most} MB: split it, or give it as JSON lines.")
    file.seek(0)
    for document in readers.read(Path(task.given.label), file.read()):
        _check_extent([block.text for block in document.blocks])
        known = replace(document, symbol=symbol_text(task.symbol)) if task.symbol else document
        for resolution in parsing.parse(known):
            yield Found(resolution, document.format, document.reissued)


def _read_json(file: BufferedIOBase, complain: Complain) -> Iterator[Found]:
    """Yield resolutions from JSON lines, without parsing; bad lines become complaints."""
    bad = 0
    for number, line in _lines(file):
        try:
            if line is None:
                raise ReadError(f"It is larger than {MAX_LINE // 1_000_000} MB: split it.")
            resolution = Resolution.from_line(line)
            if not (resolution.symbol or resolution.paragraphs):
                raise ReadError("It is not a resolution: it has neither “symbol” nor “paragraphs”.")
            _check_extent([paragraph.text for paragraph in resolution.paragraphs])
            yield Found(resolution, JSON_LINES)
        except ReadError as error:
            bad += 1
            if bad <= MAX_COMPLAINTS:
                complain(f"Line {number}: {error}")
    if bad > MAX_COMPLAINTS:
        complain(f"{counted(bad - MAX_COMPLAINTS, 'more line')} could not be read.")


def _check_extent(texts: Sequence[str]) -> None:
    """Refuse implausibly large texts, because a resolution is indexed and shown as a whole."""
    if len(texts) > MAX_PARAGRAPHS:
        raise ReadError(f"It has more than {MAX_PARAGRAPHS:,} paragraphs: split it.")
    lengths = [len(text) for text in texts]
    if max(lengths, default=0) > MAX_PARAGRAPH:
        raise ReadError(f"A paragraph has more than {MAX_PARAGRAPH:,} characters: split it.")
    if sum(lengths) > MAX_TEXT:
        raise ReadError(f"It has more than {MAX_TEXT:,} characters: split it.")


def _lines(file: BufferedIOBase) -> Iterator[tuple[int, bytes | None]]:
    """Yield non-blank lines with their numbers; None in place of one that is too long."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        too_long = len(line) > MAX_LINE
        while line and not line.endswith(b"\n") and too_long:
            line = file.readline(MAX_LINE)
        if too_long or line.removeprefix(b"\xef\xbb\xbf").strip():
            yield number, None if too_long else line.removeprefix(b"\xef\xbb\xbf")


def _name(found: Iterable[Found], symbol: str) -> Iterator[Found]:
    """Yield the single resolution of a file, with the symbol that the user gave for it."""
    held = list(found)
    if len(held) != 1:
        raise ReadError(
            f"It contains {counted(len(held), 'resolution')}, but --symbol applies to one: "
            "omit --symbol."
        )
    yield held[0]._replace(resolution=_with_symbol(held[0].resolution, symbol))


def _with_symbol(resolution: Resolution, symbol: str) -> Resolution:
    known = parse_symbol(symbol)
    named = replace(resolution, symbol=symbol_text(symbol))
    if known is not None:
        named = replace(
            named,
            body=resolution.body or known.body,
            session=known.session or resolution.session,
            inferred=tuple(n for n in resolution.inferred if n != "session" or not known.session),
        )
    old, new = resolution.key + "#", named.key + "#"
    moved = (
        replace(p, id=_rebase(p.id, old, new), parent=p.parent and _rebase(p.parent, old, new))
        for p in resolution.paragraphs
    )
    return replace(named, paragraphs=tuple(moved))


def _rebase(address: str, old: str, new: str) -> str:
    return new + address.removeprefix(old) if address.startswith(old) else address


def symbol_text(text: str) -> str:
    """Return the canonical form of a symbol; for other texts, the text without spaces."""
    known = parse_symbol(text)
    return str(known) if known else "".join(text.split())


def rank_of(form: str, reissued: str | None) -> tuple[bool, bool, str, int]:
    """Return the precedence of a source: JSON lines, then the latest reissue, then the format."""
    quality = FORMATS.index(form) if form in FORMATS else -1
    return form == JSON_LINES, reissued is not None, reissued or "", quality


def _raise(problem: str) -> None:
    raise ReadError(problem)


def _unreadable(error: OSError) -> ReadError:
    return ReadError(f"It could not be read: {error.strerror or error}.")

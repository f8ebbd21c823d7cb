"""What one input holds: resolutions, however it is written; work that any process can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from . import parsing, readers
from .errors import ReadError, SearchAppError
from .inputs import JSON_LINES, Input, file_hash
from .paths import is_file, is_link, label_of
from .resolution import Resolution
from .symbols import parse_symbol
from .wording import counted

MAX_LINE = 64_000_000  # bytes of a line of JSON
MAX_COMPLAINTS = 20  # lines that are named for one file
# Of two sources of one resolution, the one that knows more of its structure is kept.
FORMATS = ("text", "markdown", "pdf", "html", "docx", "akn")

Complain = Callable[[str], None]


class Found(NamedTuple):
    """A resolution, and what decides between it and another source of the same one."""

    resolution: Resolution
    format: str
    reissued: str | None = None

    @property
    def rank(self) -> tuple[bool, bool, str, int]:
        """The greater is kept: what was given by hand, a later reissue, a better format."""
        return rank_of(self.format, self.reissued)


class Task(NamedTuple):
    """An input to read, unless its hash is `known`; `symbol` is one that was given for it."""

    given: Input
    symbol: str | None = None
    known: str | None = None


class Reading(NamedTuple):
    """What came of a task: resolutions, and why there are not more.

    `found` is None for JSON lines, which may be longer than a memory: they are read as they are
    indexed. `is_known` says that the input has the hash that was known, and was not read.
    """

    task: Task
    digest: str = ""
    is_known: bool = False
    found: tuple[Found, ...] | None = ()
    error: SearchAppError | None = None

    def resolutions(self, complain: Complain) -> Iterator[Found]:
        """What was found, then the error that ended it, if one did."""
        if self.found is None:
            yield from lines_of(self.task, complain)
            return
        yield from self.found
        if self.error is not None:
            raise self.error


def read_input(task: Task) -> Reading:
    """Read an input whole; trouble with it is a part of what came of it."""
    found: list[Found] = []
    reading = Reading(task)
    try:
        with task.given.file() as path:
            reading = reading._replace(digest=file_hash(path))
            if task.known is not None and reading.digest == task.known:
                return reading._replace(is_known=True)
            if is_file(path) and is_json_lines(path):
                return reading._replace(found=None)
            found.extend(resolutions(path, task.symbol, label=task.given.label))
    except OSError as error:
        reading = reading._replace(error=_unreadable(error))
    except SearchAppError as error:
        reading = reading._replace(error=error)
    return reading._replace(found=tuple(found))


def lines_of(task: Task, complain: Complain) -> Iterator[Found]:
    """The resolutions of an input that holds JSON lines, one at a time."""
    with task.given.file() as path:
        yield from resolutions(path, task.symbol, complain, task.given.label)


def crashed(task: Task) -> Reading:
    """What is said of an input that took the process that read it down with it."""
    error = ReadError("Reading it ended the process that did: the file is broken, or too large.")
    return Reading(task, digest=_hash(task), error=error)


def resolutions(
    path: Path,
    symbol: str | None = None,
    complain: Complain | None = None,
    label: str | None = None,
) -> Iterator[Found]:
    """What a file holds; all trouble with it is a `SearchAppError`, or a complaint about a line.

    `label` is the name of what is read, where the file only keeps it for a while.
    """
    try:
        _check_file(path)
        given = is_json_lines(path)
        parsed = _parsed(path, symbol, label or label_of(path))
        found = _given(path, complain or _raise) if given else parsed
        yield from found if symbol is None else _named(found, symbol)
    except SearchAppError:
        raise
    except OSError as error:
        raise _unreadable(error) from error
    except Exception as error:  # a file that breaks a library never stops a run
        reason = f"{type(error).__name__}: {error}".rstrip(".: ")
        raise ReadError(f"It could not be read: {reason}.") from error


def is_json_lines(path: Path) -> bool:
    """Whether a file holds JSON lines: its name says so, or its first character does."""
    if path.suffix.lower() == f".{JSON_LINES}":
        return True
    with path.open("rb") as file:
        start = file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and not start.startswith(b"{\\")  # "{\" begins rich text


def _check_file(path: Path) -> None:
    if is_link(path) and not path.exists():
        raise ReadError("It is a link that leads nowhere.")
    if not path.exists():
        raise ReadError("There is no such file.")
    if not path.is_file():
        raise ReadError("It is not a file: give a file or a folder.")
    if not path.stat().st_size:  # a placeholder, or a copy that was interrupted
        raise ReadError("The file is empty.")


def _parsed(path: Path, symbol: str | None, label: str) -> Iterator[Found]:
    if path.stat().st_size > readers.MAX_BYTES:
        most = readers.MAX_BYTES // 1_000_000
        raise ReadError(f"It is larger than {most} MB: split it, or give it as JSON lines.")
    for document in readers.read(Path(label), path.read_bytes()):
        known = document if symbol is None else replace(document, symbol=symbol_text(symbol))
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
        replace(p, id=_moved(p.id, old, new), parent=p.parent and _moved(p.parent, old, new))
        for p in resolution.paragraphs
    )
    return replace(named, paragraphs=tuple(moved))


def _moved(address: str, old: str, new: str) -> str:
    return new + address.removeprefix(old) if address.startswith(old) else address


def symbol_text(text: str) -> str:
    """The written form of a symbol; of what is none, its letters without spaces."""
    known = parse_symbol(text)
    return str(known) if known else "".join(text.split())


def rank_of(form: str, reissued: str | None) -> tuple[bool, bool, str, int]:
    """What decides between two sources: given by hand, reissued, when, and how much it knows."""
    place = FORMATS.index(form) if form in FORMATS else -1
    return form == JSON_LINES, reissued is not None, reissued or "", place


def _raise(problem: str) -> None:
    raise ReadError(problem)


def _unreadable(error: OSError) -> ReadError:
    return ReadError(f"It could not be read: {error.strerror or error}.")


def _hash(task: Task) -> str:
    return file_hash(task.given.path) if task.given.member is None else ""

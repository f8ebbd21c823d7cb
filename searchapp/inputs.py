"""What is to be read: files, those of folders, the members of archives, and standard input."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple

from .errors import ReadError, SearchAppError
from .readers import archive

MAX_STREAM = 4_000_000_000  # bytes of standard input
SAMPLE, STDIN = "sample:", "stdin:"  # how the names of what is no file of the user begin
JSON_LINES = "jsonl"


class Input(NamedTuple):
    """What is to be read: a file, a member of an archive, or standard input kept in a file."""

    label: str
    path: Path
    member: str | None = None

    @contextmanager
    def file(self) -> Iterator[Path]:
        """A file that holds it, as long as it is read; `ReadError` where it can't be unpacked."""
        if self.member is None:
            yield self.path
            return
        with TemporaryDirectory(prefix="searchapp-") as folder:
            form = f".{JSON_LINES}" if self.member.lower().endswith(f".{JSON_LINES}") else ""
            path = Path(folder, f"member{form}")
            path.write_bytes(archive.member(self.path, self.member))
            yield path


@contextmanager
def standard_input(stream: IO[bytes]) -> Iterator[Input]:
    """What a stream holds, kept in a file while it is read; its label tells it from other input."""
    with TemporaryDirectory(prefix="searchapp-") as folder:
        path, size = Path(folder, "input"), 0
        with path.open("wb") as file:
            while piece := stream.read(1 << 20):
                size += len(piece)
                if size > MAX_STREAM:
                    raise ReadError(
                        f"Standard input is longer than {MAX_STREAM // 1_000_000:,} MB: "
                        "give it as files."
                    )
                file.write(piece)
        yield Input(STDIN + file_hash(path)[:12], path)


def inputs(paths: Iterable[str | Path | Input], symbol: str | None) -> list[Input]:
    """What is meant: files, those of folders, and the members of archives, each by its name."""
    files = [one for path in paths for one in _files(path)]
    if symbol is not None and len(files) > 1:
        raise SearchAppError("--symbol names one resolution: give one file with it.")
    return files


def _files(given: str | Path | Input) -> Iterator[Input]:
    if isinstance(given, Input):
        yield given
        return
    for path in expand([Path(given)]):
        label = label_of(path)
        members = [Input(label + archive.BETWEEN + n, path, n) for n in archive.names(path)]
        yield from members or [Input(label, path)]


def expand(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant: folders are walked in order, without what is hidden."""
    for path in paths:
        if path.is_dir():
            yield from _files_below(path)
        else:
            yield path


def _files_below(folder: Path) -> Iterator[Path]:
    root = folder.resolve()
    for name, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for path in (Path(name, file) for file in sorted(files) if not file.startswith(".")):
            if not path.is_symlink() or path.resolve().is_relative_to(root):
                yield path


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal; "" for what can't be opened, as reading it will tell."""
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def label_of(path: Path) -> str:
    """The name by which the ledger knows a file."""
    # A name that is not UTF-8 can't be stored or sent as it is.
    return str(path).encode("utf-8", "replace").decode()


def is_gone(path: str, there: set[str], archives: set[str]) -> bool:
    """Whether what the ledger knows is in its folder or archive no more.

    An archive that can't be opened is there by itself: what it gave stays. One that can be is read
    member by member, so that a line of its own is of the past.
    """
    above = (path[: match.start()] for match in re.finditer(archive.BETWEEN, path))
    if path in there or any(name in there for name in above):
        return False
    return path in archives or not Path(path).exists()

"""Inputs: files, files in folders, members of archives, and standard input."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BufferedIOBase, BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from ..errors import ReadError, SearchAppError
from ..readers import archive
from ..system.paths import (
    BETWEEN,
    is_file,
    is_folder,
    is_link,
    key_below,
    key_of,
    label_of,
    leads_out,
)
from ..system.scratch import scratch_folder

MAX_STREAM = 4_000_000_000  # bytes of standard input
SAMPLE, STDIN = "sample:", "stdin:"  # prefixes of the keys of inputs that are not files of the user
JSON_LINES = "jsonl"


class Input(NamedTuple):
    """An input: a file, a member of an archive, or standard input saved in a file.

    `key` identifies it in the ledger; `label` is its name as given, for messages and `source`.
    """

    key: str
    label: str
    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """The name of the file or member."""
        return self.member or self.path.name

    def open(self) -> BufferedIOBase:
        """Open the content for reading; `ReadError` if it is missing, empty or not a file."""
        if self.member is not None:
            return BytesIO(archive.member(self.path, self.member))
        if is_link(self.path) and not self.path.exists():
            raise ReadError("It is a broken link.")
        if not self.path.exists():
            raise ReadError("The file does not exist.")
        if not self.path.is_file():  # reading a pipe might never end
            raise ReadError("It is not a file: give a file or a folder.")
        if not self.path.stat().st_size:  # a placeholder, or a copy that was interrupted
            raise ReadError("The file is empty.")
        return self.path.open("rb")

    def digest(self) -> str:
        """Return the SHA-256 of the content, hexadecimal; "" if it can't be read."""
        try:
            with self.open() as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, ReadError):
            return ""


@contextmanager
def standard_input(stream: IO[bytes]) -> Iterator[Input]:
    """Save a stream in a temporary file, and yield it as an input labelled by its hash."""
    with scratch_folder() as folder:
        path, size = folder / "input", 0
        with path.open("wb") as file:
            while piece := stream.read(1 << 20):
                size += len(piece)
                if size > MAX_STREAM:
                    raise ReadError(
                        f"Standard input is larger than {MAX_STREAM // 1_000_000:,} MB: "
                        "give it as files."
                    )
                file.write(piece)
        name = STDIN + file_hash(path)[:12]
        yield Input(name, name, path)


class Unlisted(NamedTuple):
    """A folder that could not be listed, and why."""

    label: str
    reason: str


class Listing:
    """The distinct inputs that paths designate, in order.

    `files` are the inputs and `unlisted` the folders that could not be listed, by key; `places`
    are the keys of the paths that were given, `archives` those of the archives that were opened.
    """

    def __init__(self, paths: Iterable[str | Path | Input], symbol: str | None = None) -> None:
        self.files: dict[str, Input] = {}
        self.unlisted: dict[str, Unlisted] = {}
        self.places: set[str] = set()
        self.archives: set[str] = set()
        self._folder: Path | None = None  # of the last file, whose key is cached
        self._folder_key = ""
        for path in paths:
            if isinstance(path, Input):
                self.files.setdefault(path.key, path)
            else:
                self._add(Path(path))
        if symbol is not None and len(self.files) > 1:
            raise SearchAppError("--symbol applies to one resolution: give a single file.")

    def _add(self, given: Path) -> None:
        self.places.add(key_of(given))
        for path in expand([given], lambda error: self._note(error, given)):
            key = self._key(path)
            if key not in self.files and key not in self.archives:
                self._add_file(key, path)

    def _add_file(self, key: str, path: Path) -> None:
        label, names = label_of(path), archive.names(path)
        if not names:
            self.files[key] = Input(key, label, path)
            return
        self.archives.add(key)
        for name in names:
            inside = BETWEEN + name
            self.files[key + inside] = Input(key + inside, label + inside, path, name)

    def _key(self, path: Path) -> str:
        """Return the key of a path; consecutive files of one folder resolve it once."""
        if path.name in ("", "..") or is_link(path):
            return key_of(path)
        if self._folder != path.parent:
            self._folder, self._folder_key = path.parent, key_of(path.parent)
        return key_below(self._folder_key, path.name)

    def _note(self, error: OSError, given: Path) -> None:
        # If the error names no folder, any folder below the given one may be incomplete.
        folder = Path(os.fsdecode(error.filename)) if error.filename else given
        reason = f"The folder can't be listed: {error.strerror or error}."
        self.unlisted[key_of(folder)] = Unlisted(label_of(folder), reason)


def expand(
    paths: Iterable[Path], complain: Callable[[OSError], None] = lambda _: None
) -> Iterator[Path]:
    """Yield the files at these paths; folders are walked in order, without hidden names."""
    for path in paths:
        if is_folder(path):
            yield from _files_below(path, complain)
        else:
            yield path


def _files_below(folder: Path, complain: Callable[[OSError], None]) -> Iterator[Path]:
    for name, folders, files in os.walk(folder, onerror=complain):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for path in (Path(name, file) for file in sorted(files) if not file.startswith(".")):
            if not leads_out(path, folder):
                yield path


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal; "" if it can't be opened."""
    if not is_file(path):
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def is_special(key: str) -> bool:
    """Tell whether a line of the ledger is about the sample or standard input, not about a file."""
    return key.startswith((SAMPLE, STDIN))

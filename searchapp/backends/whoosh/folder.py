"""The folder of an index: creation, opening, identity, and protection of other folders."""

from __future__ import annotations

import json
import secrets
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from whoosh.index import FileIndex

from ...errors import IndexProblem, NoIndex
from ...model.resolution import dumps
from ...system.disk import make_folder, part_of, sync_folder, write_file
from ...versions import FORMAT_VERSION
from ..shared.index_mark import check_mark, current_mark
from .schema import make_schema
from .segments.sections import DamagedFile
from .staging import restore
from .storage import Storage

Read = TypeVar("Read")
MARK = "searchapp.json"  # the mark, which also identifies the folder as an index of this program
MAX_MARK = 64_000  # bytes
SETTLED = 2_000_000_000  # ns; coarsest mtime granularity we expect (FAT: 2 s)
LISTED = 0.5  # seconds after which the folder is listed again, whatever its mtime


class Watched(Generic[Read]):
    """A cached value derived from a folder's listing, read again only when its mtime changes.

    Reading the mtime is much faster than listing the folder. A recent mtime is not trusted, since
    another change may follow within the clock's granularity. A file system may have a clock of its
    own, so the value is also read again after `LISTED` seconds.
    """

    def __init__(self, place: str, read: Callable[[], Read]) -> None:
        self._place, self._read = Path(place), read
        self._last: tuple[tuple[int, int], float, Read] | None = None

    def get(self) -> Read:
        """Return the current value; `OSError` if there is no folder."""
        stat = self._place.stat()
        seen = stat.st_ino, stat.st_mtime_ns
        last = self._last
        began = time.monotonic()
        if last is not None and last[0] == seen and began < last[1] + LISTED:
            return last[2]
        is_settled = time.time_ns() - stat.st_mtime_ns > SETTLED
        found = self._read()
        self._last = (seen, began, found) if is_settled else None
        return found


def open_place(place: str, create: bool, texts_only: bool = False) -> Any:
    """Return Whoosh's index in a folder; with `create`, make it if there is none.

    `OtherVersion` if this program would misread the index; with `texts_only` its documents and
    ledger can still be read.
    """
    folder = Path(place)
    if not (folder / MARK).is_file():
        restore(folder.resolve())
    if not (folder / MARK).is_file():
        if not create:
            raise no_index(place)
        _make(folder)
    identity(place, texts_only)
    # With a schema given, the pickled one in the index is never read.
    return FileIndex(Storage(str(folder)), schema=make_schema())


def no_index(place: str) -> NoIndex:
    """Return the error for a place without an index."""
    return NoIndex(
        f"There is no index at “{place}”. Create one: searchapp index PATH… --index {place}"
    )


def identity(place: str, texts_only: bool = False) -> str:
    """Return an id that is unique among all former and future indexes in this folder.

    `OtherVersion` as in `open_place`, since an index of another version may have replaced this one.
    `FileNotFoundError` if there is no index, perhaps only during a rebuild's swap.
    """
    mark = _read_mark(Path(place))
    check_mark(mark, place, texts_only)
    is_whole = mark.get("format") != FORMAT_VERSION or mark.get("checksum") == _checksum(mark)
    if not is_whole or "id" not in mark:
        raise DamagedFile(f"{MARK} is damaged.")
    return str(mark["id"])


def _read_mark(folder: Path) -> dict[str, Any]:
    try:
        with (folder / MARK).open("rb") as file:
            mark = json.loads(file.read(MAX_MARK))
    except (ValueError, RecursionError):
        mark = None
    if not isinstance(mark, dict):
        raise DamagedFile(f"{MARK} is damaged.")
    return mark


def _checksum(mark: dict[str, Any]) -> int:
    return zlib.crc32(dumps({n: mark[n] for n in sorted(mark) if n != "checksum"}).encode())


def _make(folder: Path) -> None:
    try:
        # The default folder contains a .gitignore, which is accepted.
        if folder.exists() and (not folder.is_dir() or any(_find_foreign(folder))):
            raise IndexProblem(
                f"“{folder}” contains other files: choose a new or empty folder with --index."
            )
        make_folder(folder)
        FileIndex.create(Storage(str(folder)), make_schema())
        mark = {"engine": "whoosh", "id": secrets.token_hex(8), **current_mark().to_json()}
        mark["checksum"] = _checksum(mark)
        write_file(folder / MARK, (json.dumps(mark) + "\n").encode())
        sync_folder(folder)
    except OSError as error:
        raise IndexProblem(
            f"Cannot create an index at “{folder}” ({error.strerror}): "
            "choose another folder with --index."
        ) from None


def check_ours(folder: Path) -> None:
    """Raise `IndexProblem` for a place with files other than an index, since it will be removed."""
    if folder.exists() and (
        not folder.is_dir() or any(file.name != MARK for file in _find_foreign(folder))
    ):
        raise IndexProblem(
            f"“{folder}” contains other files, which were left unchanged: choose another folder "
            "with --index."
        )


def _find_foreign(folder: Path) -> list[Path]:
    # The files that an interrupted creation may have left.
    ours = ("_MAIN_", "MAIN_", "MAIN.", part_of(Path(MARK)).name)
    return [p for p in folder.iterdir() if p.name != ".gitignore" and not p.name.startswith(ours)]

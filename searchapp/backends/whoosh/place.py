"""The folder of an index: made, opened, and told apart from folders that hold other things."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from whoosh.index import FileIndex

from ...errors import IndexProblem, NoIndex
from ...schema import FORMAT_VERSION
from .schema import make_schema
from .storage import Storage

Read = TypeVar("Read")
MARK = "searchapp.json"  # beside Whoosh's files: that this folder is ours, and its format
SETTLED = 2_000_000_000  # nanoseconds: no file system's clock has longer ticks
LISTED = 0.5  # seconds for which a list of names is believed at most


class Watched(Generic[Read]):
    """What is read of a folder's names, anew only when one was made, renamed or removed.

    To ask for the folder's time takes a fiftieth of the time of listing it. A time that is younger
    than the clock's tick proves nothing: another change may come within it. A file system may have
    a clock of its own, so that twice a second the folder is listed whatever its time says.
    """

    def __init__(self, place: str, read: Callable[[], Read]) -> None:
        self._place, self._read = Path(place), read
        self._last: tuple[tuple[int, int], float, Read] | None = None

    def get(self) -> Read:
        """The latest; `OSError` where there is no folder."""
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


def open_place(place: str, create: bool) -> Any:
    """Whoosh's index in a folder; it is made where there is none and `create` says so."""
    folder = Path(place)
    if not (folder / MARK).is_file():
        if not create:
            raise no_index(place)
        _make(folder)
    _check_format(folder)
    # With a schema given, the pickled one in the index is never read.
    return FileIndex(Storage(str(folder)), schema=make_schema())


def no_index(place: str) -> NoIndex:
    """The sentence for a place without an index."""
    return NoIndex(
        f"No index at this place: “{place}”. Make one: searchapp index PATH… --index {place}"
    )


def identity(place: str) -> str:
    """A text that tells this index from any other that stood or will stand at this place."""
    try:
        return str(json.loads((Path(place) / MARK).read_text("utf-8"))["id"])
    except (OSError, ValueError, KeyError, TypeError):
        raise no_index(place) from None


def _make(folder: Path) -> None:
    # A file of git's is no reason to refuse: the default folder has one.
    if folder.exists() and (not folder.is_dir() or any(_foreign(folder))):
        raise IndexProblem(
            f"“{folder}” holds other files: give a new or an empty folder with --index."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        FileIndex.create(Storage(str(folder)), make_schema())
        mark = {"format": FORMAT_VERSION, "engine": "whoosh", "id": secrets.token_hex(8)}
        (folder / MARK).write_text(json.dumps(mark) + "\n", "utf-8")
    except OSError as error:
        raise IndexProblem(
            f"No index can be made at “{folder}” ({error.strerror}): "
            "give another folder with --index."
        ) from None


def check_ours(folder: Path) -> None:
    """Refuse a place that holds anything but an index: it is to be removed."""
    if folder.exists() and (
        not folder.is_dir() or any(file.name != MARK for file in _foreign(folder))
    ):
        raise IndexProblem(
            f"“{folder}” holds other files, which stay as they are: give another folder with "
            "--index."
        )


def _foreign(folder: Path) -> list[Path]:
    ours = ("_MAIN_", "MAIN_", "MAIN.")  # left by a making that was stopped half-way
    return [p for p in folder.iterdir() if p.name != ".gitignore" and not p.name.startswith(ours)]


def _check_format(folder: Path) -> None:
    try:
        version = json.loads((folder / MARK).read_text("utf-8"))["format"]
    except (OSError, ValueError, KeyError, TypeError):
        version = None
    if version != FORMAT_VERSION:
        raise IndexProblem(
            f"The index at “{folder}” has the format {version}, and this program reads "
            f"{FORMAT_VERSION}: delete the folder, then searchapp index PATH… --index {folder}"
        )

"""The hidden staging folder in which an index is rebuilt, and its swap with the live index.

The folders are exchanged atomically if the system supports it. Otherwise the former index is moved
away first: a process that is killed at that moment leaves it in the staging folder, and the next
process that opens the place moves it back.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from time import sleep

from whoosh.util.filelock import FileLock

from ...errors import IndexProblem
from ...system.disk import exchange, make_folder, sync_folder
from .locks import unlock

LOCK = "LOCK"  # locked for the life of the process that rebuilds
WAITS, PAUSE = 50, 0.02  # number and seconds, for another process between two renames


class StagingFolder:
    """A folder for a new index, in the same file system as its place."""

    def __init__(self, place: Path) -> None:
        self._place = place
        make_folder(place.parent)
        restore(place)
        _remove_abandoned(place)
        self._folder = Path(mkdtemp(prefix=_prefix(place), dir=place.parent))
        self._lock = FileLock(str(self._folder / LOCK))
        try:
            self._lock.acquire()
        except OSError:
            self._folder.rmdir()
            raise
        self.new = self._folder / "new"

    def use(self) -> None:
        """Move the new index to the place and remove the former one."""
        if self._place.exists():
            _copy_git_files(self._place, self.new)
        sync_folder(self.new)
        self._swap()
        sync_folder(self._place.parent)
        self._remove()

    def discard(self) -> None:
        """Remove the new index. The former one stays at the place, or is moved back to it."""
        try:
            _restore_from(self._folder, self._place)
            if not (self._folder / "old").exists():  # otherwise another index is at the place
                self._remove()
        finally:  # if moving back failed, the next process that opens the place does it
            unlock(self._lock)

    def _swap(self) -> None:
        if not self._place.exists():
            self.new.rename(self._place)
        elif not exchange(self.new, self._place):
            self._place.rename(self._folder / "old")
            self.new.rename(self._place)

    def _remove(self) -> None:
        unlock(self._lock)
        rmtree(self._folder, ignore_errors=True)


def restore(place: Path) -> None:
    """Move an index back to its place if a killed process left it in a staging folder.

    If the process is alive, wait until it has moved its new index to the place.
    """
    for _ in range(WAITS):
        if place.exists() or not any((f / "old").exists() for f in _find_staging_folders(place)):
            return
        for folder in _find_abandoned(place):
            _restore_from(folder, place)
        if not place.exists():
            sleep(PAUSE)


def _restore_from(folder: Path, place: Path) -> None:
    old = folder / "old"
    if not old.exists() or place.exists():
        return
    try:
        old.rename(place)
    except OSError as error:
        raise IndexProblem(
            f"An interrupted rebuild left the index of “{place}” in “{old}”, and it can't be moved "
            f"back ({error.strerror}): check the permissions, or rename that folder by hand."
        ) from error
    sync_folder(place.parent)


def _remove_abandoned(place: Path) -> None:
    """Remove the folders of killed processes, but never the only copy of an index."""
    for folder in _find_abandoned(place):
        if not (folder / "old").exists() or place.exists():
            rmtree(folder, ignore_errors=True)


def _find_abandoned(place: Path) -> Iterator[Path]:
    """Yield the staging folders whose process has ended."""
    for folder in _find_staging_folders(place):
        lock = FileLock(str(folder / LOCK))
        if lock.acquire():
            lock.release()
            yield folder


def _find_staging_folders(place: Path) -> list[Path]:
    begins = _prefix(place)
    names = place.parent.iterdir() if place.parent.is_dir() else ()
    return [path for path in names if path.name.startswith(begins) and _is_staging(path)]


def _is_staging(path: Path) -> bool:
    return any((path / name).exists() for name in (LOCK, "new", "old"))


def _prefix(place: Path) -> str:
    return f".{place.name}-"


def _copy_git_files(source: Path, target: Path) -> None:
    """Copy git's files, such as the .gitignore of the default folder."""
    for file in source.glob(".git*"):
        if file.is_file():
            shutil.copy2(file, target / file.name)

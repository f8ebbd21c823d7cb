"""Staging index for a rebuild; its folder replaces that of the live index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.util.filelock import FileLock

from ...errors import IndexBusy, IndexProblem
from ...search.backend import Staging
from ...settings.config import Settings
from ..shared.overriding import override
from .backend import WhooshBackend
from .folder import check_ours
from .locks import WRITER
from .staging import StagingFolder


class WhooshStaging(Staging):
    """A new index in a staging folder. If the place is a link, only its target is replaced."""

    def __init__(self, place: str, settings: Settings) -> None:
        self._place = Path(place).resolve()
        with self._translate_errors():
            check_ours(self._place)
            self._staging = StagingFolder(self._place)
        try:
            self.backend = WhooshBackend(str(self._staging.new), True, settings)
        except BaseException:
            self._staging.discard()
            raise

    @override
    @contextmanager
    def holding(self) -> Iterator[None]:
        if not self._place.is_dir():
            yield
            return
        lock = self._acquire_lock()
        try:
            yield
        finally:
            lock.release()

    def _acquire_lock(self) -> FileLock:
        """Return the writer's lock of the index at the place, acquired."""
        lock = FileLock(str(self._place / WRITER))
        with self._translate_errors():
            free = lock.acquire()
        if not free:
            raise IndexBusy(
                f"Another process is writing to the index at “{self._place}”, which was left "
                "unchanged: rebuild it when that process has finished."
            )
        return lock

    @override
    def use(self) -> None:
        self.backend.close()
        with self._translate_errors():
            check_ours(self._place)
            self._staging.use()

    @override
    def discard(self) -> None:
        self.backend.close()
        self._staging.discard()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IndexProblem(
                f"The index at “{self._place}” can't be rebuilt ({error.strerror}): check free "
                "disk space and permissions of the parent folder, then try again."
            ) from error

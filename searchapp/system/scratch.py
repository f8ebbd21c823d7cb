"""Temporary folders; a run removes those that killed runs have left."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

if sys.platform != "win32":
    import fcntl

PREFIX = "searchapp-"
_LOCK = ".lock"  # locked while the folder is in use; the lock ends with its process
_GRACE = 60  # seconds for a new folder to be locked


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder that is removed on exit; first remove those of killed runs."""
    if sys.platform == "win32":
        with TemporaryDirectory(prefix=PREFIX) as name:
            yield Path(name)
        return
    _remove_abandoned(Path(gettempdir()))
    with TemporaryDirectory(prefix=PREFIX) as name, Path(name, _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(name)


if sys.platform != "win32":

    def _remove_abandoned(above: Path) -> None:
        """Remove our own folders that no process has locked."""
        for folder in above.glob(f"{PREFIX}*"):
            with suppress(OSError):
                state = folder.lstat()
                is_old = time.time() - state.st_mtime > _GRACE
                if state.st_uid == os.getuid() and is_old and not _is_locked(folder):
                    shutil.rmtree(folder)

    def _is_locked(folder: Path) -> bool:
        """Tell whether a process uses the folder; `OSError` if it is not a scratch folder."""
        with (folder / _LOCK).open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

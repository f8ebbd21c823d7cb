"""File locks; the system releases them when their process ends, however it ends."""

from __future__ import annotations

from whoosh.util.filelock import FileLock

WRITER = "MAIN_WRITELOCK"  # the file that Whoosh's writer locks


def unlock(lock: FileLock | None) -> None:
    """Release a lock if there is one and it is acquired."""
    if lock is not None and lock.fd is not None:
        lock.release()

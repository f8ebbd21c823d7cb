"""Locks of files: held by a process, and free when it ends, however it ends."""

from __future__ import annotations

from whoosh.util.filelock import FileLock

WRITER = "MAIN_WRITELOCK"  # the file whose lock Whoosh gives to the one writer


def unlock(lock: FileLock | None) -> None:
    """Release a lock, if there is one and it is held."""
    if lock is not None and lock.fd is not None:
        lock.release()

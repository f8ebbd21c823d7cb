"""Durable writes, in order: files, then the folder that contains their names.

After a power failure, a rename or a new file is lost unless its folder was synchronised, and a file
may exist and be empty. https://lwn.net/Articles/457667/ explains why each step is needed.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

_AT_FDCWD, _EXCHANGE, _SWAP = -100, 2, 2  # of fcntl.h, linux/fs.h and, on macOS, stdio.h
# Error codes of systems and file systems that can't exchange two names.
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM)


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name == "nt":  # Windows has no such call, and orders its own journal
        return
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems do not support it
            raise
    finally:
        os.close(number)


def make_folder(path: Path) -> None:
    """Make a folder and its parents, and wait until their names are on the disk."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in reversed(missing):
        sync_folder(folder.parent)


def write_file(path: Path, data: bytes) -> None:
    """Write a file completely or not at all, replacing one of that name.

    Its name is on the disk only after its folder is synchronised.
    """
    part = part_of(path)
    part.unlink(missing_ok=True)  # left by a killed run; or a link, which "xb" does not follow
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """Return the temporary path for writing a file; it is hidden, so that no index includes it."""
    return path.with_name(f".{path.name}.part")


def exchange(first: Path, second: Path) -> bool:
    """Exchange two names atomically; False if the system does not support it."""
    call = _exchange_call()
    if call is None:
        return False
    if call(os.fsencode(first), os.fsencode(second)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(first), None, str(second))


@lru_cache(maxsize=1)
def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    """Return the system call that exchanges two names, which Python lacks, or None."""
    library: Any = None
    with suppress(OSError, TypeError):  # Windows has no library without a name
        library = ctypes.CDLL(None, use_errno=True)
    if hasattr(library, "renameat2"):
        flags = ctypes.c_uint(_EXCHANGE)
        return lambda a, b: int(library.renameat2(_AT_FDCWD, a, _AT_FDCWD, b, flags))
    if hasattr(library, "renamex_np"):
        return lambda a, b: int(library.renamex_np(a, b, ctypes.c_uint(_SWAP)))
    return None

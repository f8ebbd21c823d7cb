"""Writes that reach the disk in order: files, then the folder that names them.

A rename or a new file is lost with the power until its folder is synchronised, and a file may be
empty although its name is there. https://lwn.net/Articles/457667/ explains why each step is needed.
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
# What a system or a file system answers that can't exchange two names.
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM)


def sync_file(path: Path) -> None:
    """Wait until the bytes of a file are on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name == "nt":  # which has no such call, and orders its own journal
        return
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems can't
            raise
    finally:
        os.close(number)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, each of whose names is on the disk."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in reversed(missing):
        sync_folder(folder.parent)


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, in the place of one of that name.

    Its name is on the disk when its folder is synchronised.
    """
    part = part_of(path)
    part.unlink(missing_ok=True)  # of a run that was killed; or a link, which "xb" does not follow
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """Return where a file is while it is written; a hidden one is not read with its folder."""
    return path.with_name(f".{path.name}.part")


def exchange(first: Path, second: Path) -> bool:
    """Exchange what two names mean, in one step; False where the system can't."""
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
    """Return the system's call for two names, or None. Python has none of its own."""
    library: Any = None
    with suppress(OSError, TypeError):  # Windows has no library without a name
        library = ctypes.CDLL(None, use_errno=True)
    if hasattr(library, "renameat2"):
        flags = ctypes.c_uint(_EXCHANGE)
        return lambda a, b: int(library.renameat2(_AT_FDCWD, a, _AT_FDCWD, b, flags))
    if hasattr(library, "renamex_np"):
        return lambda a, b: int(library.renamex_np(a, b, ctypes.c_uint(_SWAP)))
    return None

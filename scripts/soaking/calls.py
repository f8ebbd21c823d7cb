"""Hooks before and after each file system call of a program.

Python's functions are patched, so that a fault or a kill can occur at the n-th call on any system.
Only files below one folder count, so that imports and other work do not.
"""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from searchapp.backends.whoosh import staging
from searchapp.system.disk import exchange

# The calls that change names or bytes. The others are "open" for reading, "list" and "exists".
CHANGES = frozenset(
    {
        *("create", "write", "close", "sync", "mkdir", "rmdir", "rename", "exchange", "unlink"),
        *("link", "truncate"),
    }
)


class Call(NamedTuple):
    """A call on a path below the folder; `target` is the second path, if there are two."""

    kind: str
    path: Path
    target: Path | None = None

    def __str__(self) -> str:
        names = (self.path, *([self.target] if self.target else []))
        return f"{self.kind} of {' and '.join(path.name for path in names)}"


Hook = Callable[[Call], None]


@contextmanager
def observe(
    folder: Path, before: Hook = lambda _: None, after: Hook = lambda _: None
) -> Iterator[None]:
    """Call `before` and `after` around each call below a folder; `before` may raise instead of it.

    For a write, `before` is called when half of its bytes are in the file.
    """
    observer = _Observer(folder, before, after)
    with ExitStack() as stack:
        for module, name, replacement in observer.replacements():
            stack.enter_context(patch.object(module, name, replacement))
        yield


class _Observer:
    def __init__(self, folder: Path, before: Hook, after: Hook) -> None:
        self._folder, self._before, self._after = os.path.abspath(folder), before, after  # noqa: PTH100
        self._opened: dict[int, Path] = {}  # paths of open descriptors
        self._telling = False  # the hooks' own calls are not reported
        self._open, self._os_open, self._fsync, self._close = io.open, os.open, os.fsync, os.close

    def replacements(self) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
        """Yield the replacements for system functions: module, name and function."""
        yield builtins, "open", self._file
        yield io, "open", self._file
        yield os, "open", self._descriptor
        yield os, "fsync", self._synced
        yield os, "close", self._closed
        for name in ("mkdir", "rmdir", "unlink", "truncate"):
            yield os, name, self._named(name, getattr(os, name))
        yield os, "remove", self._named("unlink", os.remove)
        yield os, "listdir", self._named("list", os.listdir)
        yield os, "scandir", self._named("list", os.scandir)
        for name in ("rename", "replace"):
            yield os, name, self._paired("rename", getattr(os, name))
        yield os, "link", self._paired("link", os.link)
        yield staging, "exchange", self._paired("exchange", exchange)

    def make(self, call: Call | None, act: Callable[[], Any]) -> Any:
        """Make a call between its two hooks; for None, without hooks."""
        if call is None:
            return act()
        self.tell(self._before, call)
        made = act()
        self.tell(self._after, call)
        return made

    def halfway(self, path: Path) -> None:
        """Call the hook for a write that is half done."""
        self.tell(self._before, Call("write", path))

    def written(self, path: Path) -> None:
        """Call the hook for a finished write."""
        self.tell(self._after, Call("write", path))

    def tell(self, hook: Hook, call: Call) -> None:
        """Call a hook, unless a hook made the call."""
        if self._telling:
            return
        self._telling = True
        try:
            hook(call)
        finally:
            self._telling = False

    def _path(self, name: Any, dir_fd: int | None = None) -> Path | None:
        """Return the absolute path if it is below the folder."""
        if isinstance(name, int):
            return self._opened.get(name)
        above = self._opened.get(dir_fd) if dir_fd is not None else None
        if dir_fd is not None and above is None:
            return None
        path = os.path.abspath(os.path.join(above or "", os.fsdecode(name)))  # noqa: PTH100, PTH118
        inside = path == self._folder or path.startswith(self._folder + os.sep)
        return Path(path) if inside else None

    def _file(self, name: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        path = self._path(name)
        if path is None:
            return self._open(name, mode, *args, **kwargs)
        writes = any(sign in mode for sign in "wax+")
        kind = "create" if any(sign in mode for sign in "wax") else "open"
        file = self.make(Call(kind, path), lambda: self._open(name, mode, *args, **kwargs))
        self._opened[file.fileno()] = path
        return _Written(file, path, self) if writes else file

    def _descriptor(
        self, name: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None
    ) -> int:
        path = self._path(name, dir_fd)
        kind = "create" if flags & os.O_CREAT else "open"
        call = Call(kind, path) if path else None
        number: int = self.make(call, lambda: self._os_open(name, flags, mode, dir_fd=dir_fd))
        self._opened.pop(number, None)
        if path:
            self._opened[number] = path
        return number

    def _synced(self, file: Any) -> None:
        path = self._opened.get(file if isinstance(file, int) else file.fileno())
        self.make(Call("sync", path) if path else None, lambda: self._fsync(file))

    def _closed(self, number: int) -> None:
        self._opened.pop(number, None)
        self._close(number)

    def _named(self, kind: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def named(name: Any = ".", *args: Any, dir_fd: int | None = None, **kwargs: Any) -> Any:
            path = self._path(name, dir_fd)
            given = kwargs if dir_fd is None else {**kwargs, "dir_fd": dir_fd}
            return self.make(Call(kind, path) if path else None, lambda: act(name, *args, **given))

        return named

    def _paired(self, kind: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def paired(first: Any, second: Any, *args: Any, **kwargs: Any) -> Any:
            path, target = self._path(first), self._path(second)
            call = Call(kind, path, target) if path and target else None
            return self.make(call, lambda: act(first, second, *args, **kwargs))

        return paired


class _Written:
    """A file that calls the hooks for writing and closing."""

    def __init__(self, file: Any, path: Path, observer: _Observer) -> None:
        self._file, self._path, self._observer = file, path, observer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _Written:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def write(self, data: Any) -> int:
        """Write one half, call the hook, then write the other."""
        half = len(data) // 2
        self._file.write(data[:half])
        self._file.flush()
        self._observer.halfway(self._path)
        self._file.write(data[half:])
        self._file.flush()
        self._observer.written(self._path)
        return len(data)

    def close(self) -> None:
        """Close the file, even if a hook makes that fail."""
        if self._file.closed:
            return
        try:
            self._observer.make(Call("close", self._path), lambda: None)
        finally:
            self._file.close()

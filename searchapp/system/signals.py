"""SIGTERM handling: it ends a command like Ctrl-C, so that everything open is cleaned up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Terminated(KeyboardInterrupt):
    """A request to end by SIGTERM."""


@contextmanager
def terminable() -> Iterator[None]:
    """Raise `Terminated` on SIGTERM; no effect outside the main thread, as signals require it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def exit_code(stop: KeyboardInterrupt) -> int:
    """Return the conventional exit code of a process that a signal ended."""
    return 128 + (signal.SIGTERM if isinstance(stop, Terminated) else signal.SIGINT)


def _terminate(*_: object) -> None:
    raise Terminated

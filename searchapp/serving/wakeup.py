"""Signals that end a poll at once, whichever thread the system gives them to.

Python runs handlers in the main thread alone, and only when it runs: a poll that began just before
a signal, or whose thread did not get it, goes on to its time-out.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress import wasyncore


@contextmanager
def woken_by_signals(channels: dict[int, Any]) -> Iterator[None]:
    """Let every signal be something to read for those who poll these channels."""
    wakeup = _Wakeup(channels)
    before = signal.set_wakeup_fd(wakeup.end.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        wakeup.close()


class _Wakeup(wasyncore.dispatcher):
    """A pair of sockets: the system writes to one end when a signal comes, the other is polled."""

    def __init__(self, channels: dict[int, Any]) -> None:
        polled, self.end = socket.socketpair()
        self.end.setblocking(False)
        super().__init__(polled, channels)

    def writable(self) -> bool:
        """Nothing is written to the end that is polled."""
        return False

    def handle_read(self) -> None:
        """Take the signals' numbers: their handlers know what to do."""
        self.recv(4096)

    def close(self) -> None:
        """Close both ends."""
        super().close()
        self.end.close()

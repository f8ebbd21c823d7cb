"""A wake-up pipe: signals interrupt a poll at once, whichever thread receives them.

Python runs handlers only in the main thread, between its instructions: a poll that began just
before a signal, or in a thread that did not receive it, continues until its time-out.
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
    """Make every signal wake the poll of these channels."""
    wakeup = _Wakeup(channels)
    before = signal.set_wakeup_fd(wakeup.end.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        wakeup.close()


class _Wakeup(wasyncore.dispatcher):
    """A pair of sockets: Python writes to one end on a signal, the other is polled."""

    def __init__(self, channels: dict[int, Any]) -> None:
        polled, self.end = socket.socketpair()
        self.end.setblocking(False)
        super().__init__(polled, channels)

    def writable(self) -> bool:
        """Return False: nothing is written to the polled end."""
        return False

    def handle_read(self) -> None:
        """Discard the signal numbers: the handlers act on them."""
        self.recv(4096)

    def close(self) -> None:
        """Close both ends."""
        super().close()
        self.end.close()

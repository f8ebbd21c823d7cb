"""A scheduler that renders one page, or one batch of an export, at a time.

Under the GIL, interleaving pages costs a third more CPU. Pages have priority: an export yields to
them between two batches. Finished pages and batches are sent outside the lock, so slow clients
block nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Condition
from typing import Any

from ..web.shared.pool_routing import EXPORTS, HEALTH, POOL

BATCH = 64 * 1024  # bytes of an export that are produced in one turn, and sent together
TURN = 0.02  # seconds after which a batch ends even if it is smaller
PATIENCE = 0.2  # seconds that a batch yields to pages at most, so that exports advance under load


class Turns:
    """A lock for rendering, with priority for pages."""

    def __init__(self) -> None:
        self._changed, self._is_taken, self._pages = Condition(), False, 0

    @contextmanager
    def page(self) -> Iterator[None]:
        """Wait for the lock, with priority over exports."""
        with self._changed:
            self._pages += 1
            self._changed.wait_for(lambda: not self._is_taken)
            self._pages -= 1
            self._is_taken = True
        with self._released():
            yield

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Wait for the lock, and up to `PATIENCE` seconds until no page waits for it."""
        with self._changed:
            self._changed.wait_for(lambda: not (self._is_taken or self._pages), PATIENCE)
            self._changed.wait_for(lambda: not self._is_taken)
            self._is_taken = True
        with self._released():
            yield

    @contextmanager
    def _released(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._is_taken = False
                self._changed.notify_all()


class InTurn:
    """WSGI middleware that renders one page at a time, and exports in batches between them.

    The health check never waits. Without `turns` nothing does (threads that wait for an index on
    another machine use no CPU), and exports are still sent in batches.
    """

    def __init__(self, make: Callable[..., Iterable[bytes]], turns: Turns | None) -> None:
        self._make, self._turns = make, turns

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        pool, turns = environ.get(POOL), self._turns
        if pool == EXPORTS:
            with turns.batch() if turns else nullcontext():
                made = self._make(environ, start)
            return Batches(made, turns)
        with turns.page() if turns and pool != HEALTH else nullcontext():
            return self._make(environ, start)


class Batches:
    """A stream in batches of a useful size, each produced in a turn of its own."""

    def __init__(self, stream: Iterable[bytes], turns: Turns | None) -> None:
        self._stream, self._turns = stream, turns
        self._pieces = iter(stream)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._turns.batch() if self._turns else nullcontext():
            batch = self._batch()
        if not batch:
            raise StopIteration
        return batch

    def _batch(self) -> bytes:
        pieces, size, end = [], 0, time.monotonic() + TURN
        for piece in self._pieces:
            pieces.append(piece)
            size += len(piece)
            if size >= BATCH or time.monotonic() >= end:
                break
        return b"".join(pieces)

    def close(self) -> None:
        """Close the stream, which releases the index snapshot that it reads."""
        close = getattr(self._stream, "close", None)
        if close:
            close()

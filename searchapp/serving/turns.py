"""Turns at the processor: one page, or one batch of an export, is made at a time.

Python runs one thread at a time, and threads that take turns within pages need a third more. Pages
come first: an export gives way between two batches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Condition
from typing import Any

from ..web.shared.pool_routing import EXPORTS, HEALTH, POOL

BATCH = 64 * 1024  # bytes of an export that are made in one turn, and sent together
TURN = 0.02  # seconds after which an export gives way, though the batch is smaller
PATIENCE = 0.2  # seconds for which an export gives way to pages, so that it advances under load


class Turns:
    """Who makes something now, and how many pages wait for it."""

    def __init__(self) -> None:
        self._changed, self._is_taken, self._pages = Condition(), False, 0

    @contextmanager
    def page(self) -> Iterator[None]:
        """Wait for the turn, before all exports."""
        with self._changed:
            self._pages += 1
            self._changed.wait_for(lambda: not self._is_taken)
            self._pages -= 1
            self._is_taken = True
        with self._released():
            yield

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Wait until no page waits, or for so long as an export is patient."""
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
    """Makes pages one after the other, and exports in batches between them.

    The sign of life waits for nobody. Without `turns` (an index on another machine, for whose
    answers one waits) nothing waits, and exports are still sent in batches.
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
    """A stream in pieces of a useful size, each made in a turn of its own."""

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
        """Let go of what the stream holds: the view of the index that it reads."""
        close = getattr(self._stream, "close", None)
        if close:
            close()

"""Limits on processor time and memory, which a busy machine changes little."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TRIES = 3


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail if the block needs more processor time.

    The limit is a hundred times the usual time; work that grows too fast takes hours.
    """
    began = time.process_time()
    yield
    spent = time.process_time() - began
    assert spent < seconds, f"It took {spent:.1f} s."


@contextmanager
def at_most_allocated(size: int) -> Iterator[None]:
    """Fail if the block has more than `size` bytes of Python objects allocated at once."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size, f"It took {peak:,} bytes."


def grows_in_proportion(work: Callable[[int], object], size: int) -> bool:
    """Return whether four times the size takes about four times as long, in one of three tries.

    In quadratic time, it takes sixteen times as long.
    """
    return any(_seconds(work, 4 * size) < 8 * _seconds(work, size) + 0.5 for _ in range(TRIES))


def _seconds(work: Callable[[int], object], size: int) -> float:
    began = time.process_time()
    work(size)
    return time.process_time() - began

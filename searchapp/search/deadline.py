"""A bound in time: set where a search begins, and checked wherever it works long.

The bound belongs to the thread's context, so that what a page does besides (languages, advice,
facets) shares one, and so that no function takes it as an argument only to hand it on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

from ..errors import TooSlow


class Deadline:
    """The moment at which a search is given up, `seconds` after it began."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.end = monotonic() + seconds


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Bound what is done inside; inside another bound, that one holds.

    A generator must not yield inside: the bound would be its caller's.
    """
    if _current.get() is not None:
        yield
        return
    token = _current.set(Deadline(seconds))
    try:
        yield
    finally:
        _current.reset(token)


def check() -> None:
    """Raise `TooSlow` if the bound is reached."""
    deadline = _current.get()
    if deadline is not None and monotonic() > deadline.end:
        raise TooSlow(deadline.seconds)


def extend(seconds: float) -> None:
    """Move the bound: what a server took to recover is not the query's cost."""
    deadline = _current.get()
    if deadline is not None:
        deadline.end += seconds

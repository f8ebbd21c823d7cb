"""Work done ahead in other processes; results come in order, and a death takes only its item."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
DEPTH = 4  # items a process that are begun before their results are asked for
WORTH = 12  # fewer items are done sooner than other processes are started


def in_order(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    processes: int,
    crashed: Callable[[Item], Result],
) -> Iterator[Result]:
    """`work(item)` for each item in order; `crashed(item)` where the process died of it.

    Few items, or one process alone, are worked on here. `work`, items and results must be such as
    can be pickled.
    """
    rest = iter(items)
    first = list(islice(rest, WORTH))
    if processes < 2 or len(first) < WORTH:
        yield from map(work, first)
        yield from map(work, rest)
        return
    with _Pool(work, processes, crashed) as pool:
        yield from pool.results(_chained(first, rest))


def _chained(first: list[Item], rest: Iterator[Item]) -> Iterator[Item]:
    yield from first
    yield from rest


class _Pool(Generic[Item, Result]):
    """Processes that are started anew when one of them dies."""

    def __init__(
        self,
        work: Callable[[Item], Result],
        processes: int,
        crashed: Callable[[Item], Result],
    ) -> None:
        self._work, self._processes, self._crashed = work, processes, crashed
        self._begun: deque[tuple[Item, Future[Result]]] = deque()
        self._executor = self._start(processes)

    def __enter__(self) -> _Pool[Item, Result]:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def results(self, items: Iterable[Item]) -> Iterator[Result]:
        """The results in order, so many items ahead."""
        for item in items:
            self._begin(item)
            if len(self._begun) >= DEPTH * self._processes:
                yield self._next()
        while self._begun:
            yield self._next()

    def _start(self, processes: int) -> ProcessPoolExecutor:
        # A forked process inherits locks that other threads hold; a spawned one begins clean.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(processes, mp_context=context)

    def _begin(self, item: Item) -> None:
        try:
            self._begun.append((item, self._executor.submit(self._work, item)))
        except BrokenProcessPool:
            self._restart()
            self._begun.append((item, self._executor.submit(self._work, item)))

    def _next(self) -> Result:
        item, future = self._begun.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            return self._alone(item)

    def _alone(self, item: Item) -> Result:
        """Once more by itself: when a process dies, whatever was begun is lost with it."""
        with self._start(1) as executor:
            try:
                result = executor.submit(self._work, item).result()
            except BrokenProcessPool:
                result = self._crashed(item)
        self._restart()
        return result

    def _restart(self) -> None:
        """New processes for all that was lost; what was done is kept."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._start(self._processes)
        self._begun = deque(
            (item, future if _is_done(future) else self._executor.submit(self._work, item))
            for item, future in self._begun
        )


def _is_done(future: Future[Result]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None

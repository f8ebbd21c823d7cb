"""Thread pools: one for pages, one for exports, one thread for the health check."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from waitress.task import ThreadedTaskDispatcher

from ..settings.config import Settings
from ..web.shared.pool_routing import EXPORTS, HEALTH, PAGES


class Pools:
    """A task dispatcher for waitress that queues each request in the pool of its URL.

    An export that gets no thread in time is answered by the pool of pages: 503 with Retry-After.
    """

    def __init__(self, settings: Settings, pool_of: Callable[[str, str], str]) -> None:
        self._pool_of, self._patience = pool_of, settings.export_wait
        sizes = {PAGES: settings.threads, EXPORTS: settings.exports, HEALTH: 1}
        self._pools = {name: _pool(size) for name, size in sizes.items()}

    def add_task(self, channel: Any) -> None:
        """Queue a connection's first request."""
        request = channel.requests[0]
        request.pool = (
            PAGES
            if request.error
            else self._pool_of(request.path, request.headers.get("X_FORWARDED_PREFIX", ""))
        )
        request.queued = time.monotonic()
        self._pools[request.pool].add_task(channel)

    def refuse_late(self) -> None:
        """Move exports that have waited too long to the pool of pages, which refuses them."""
        exports, before = self._pools[EXPORTS], time.monotonic() - self._patience
        with exports.lock:
            queue: Any = exports.queue
            late = [c for c in queue if c.requests[0].queued < before]
            for channel in late:
                queue.remove(channel)
        for channel in late:
            channel.requests[0].pool = PAGES
            channel.requests[0].refused = max(self._patience, 1)
            self._pools[PAGES].add_task(channel)

    def shutdown(self, seconds: int) -> None:
        """Stop the threads, waiting up to `seconds` for each pool."""
        for pool in self._pools.values():
            pool.set_thread_count(0)  # tell all pools before waiting for the first
        for pool in self._pools.values():
            pool.shutdown(timeout=seconds)


def _pool(size: int) -> ThreadedTaskDispatcher:
    made = ThreadedTaskDispatcher()
    made.set_thread_count(size)
    return made

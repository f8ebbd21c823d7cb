"""Concurrent HTTP clients, used if wrk is missing; arguments: port, seconds, paths."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

CONNECTIONS = 8


def main(port: int, seconds: float, paths: Sequence[str]) -> None:
    """Print pages per second, the 99th percentile in milliseconds, and the number of failures."""
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        runs = [threads.submit(_read, port, end, paths, n) for n in range(CONNECTIONS)]
        found = [pair for run in runs for pair in run.result()]
    times = sorted(taken for taken, _ in found)
    failed = sum(status >= 400 for _, status in found)
    print(len(times) / seconds, times[len(times) * 99 // 100], failed)


def _read(port: int, end: float, paths: Sequence[str], first: int) -> list[tuple[float, int]]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    found = []
    # Clients start at different paths, so that they do not request the same page at once.
    for path in islice(cycle(paths), first * 7, None):
        start = time.monotonic()
        if start > end:
            break
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        found.append(((time.monotonic() - start) * 1000, answer.status))
    connection.close()
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])

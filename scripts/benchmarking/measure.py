"""How long a page takes: first use of its terms, and again; in time of the processor."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

from .cases import Case
from .engines import Engine

WARM_UP = Case("another search", "committee")  # opens what any search needs, but not its terms
FIRSTS = 3
BUDGET = 2.0  # seconds for the pages of one search, of an engine that takes long


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds: least and median of many pages, and the least of a few first uses."""

    total: int
    first: float
    least: float
    median: float


def timing(engine: Engine, place: Path, case: Case, runs: int) -> Timing:
    """How long an engine takes for a page."""
    firsts = [_first(engine, place, case) for _ in range(FIRSTS)]
    engine.open(place)
    total = engine.page(case).total
    times = repeated(lambda: engine.page(case), runs)
    engine.close()
    return Timing(total, min(firsts), min(times), median(times))


def repeated(work: Callable[[], object], runs: int) -> list[float]:
    """The milliseconds of so many runs, or of as many as fit into the budget, but three."""
    times: list[float] = []
    gc.collect()  # of what others left
    while len(times) < runs and (len(times) < 3 or sum(times) < BUDGET * 1000):
        times.append(milliseconds(work))
    return times


def milliseconds(work: Callable[[], object]) -> float:
    """What work takes of this process's time, whatever else the machine does."""
    start = process_time()
    work()
    return (process_time() - start) * 1000


def _first(engine: Engine, place: Path, case: Case) -> float:
    engine.open(place)
    engine.page(WARM_UP)
    time = milliseconds(lambda: engine.page(case))
    engine.close()
    return time

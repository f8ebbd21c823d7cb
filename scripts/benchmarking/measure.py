"""Timing of a page, for the first use of its terms and repeated, in processor time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

from .cases import Case
from .engines import Engine

WARM_UP = Case("another search", "committee")  # loads what any search needs, except its terms
FIRSTS = 3
BUDGET = 2.0  # seconds for the pages of one search on a slow engine


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds: minimum and median of many pages, and the minimum of a few first uses."""

    total: int
    first: float
    least: float
    median: float


def time_page(engine: Engine, place: Path, case: Case, runs: int) -> Timing:
    """Time a page on an engine."""
    firsts = [_first(engine, place, case) for _ in range(FIRSTS)]
    engine.open(place)
    total = engine.page(case).total
    times = repeat(lambda: engine.page(case), runs)
    engine.close()
    return Timing(total, min(firsts), min(times), median(times))


def repeat(work: Callable[[], object], runs: int) -> list[float]:
    """Time up to `runs` runs, in milliseconds: as many as fit into the budget, at least three."""
    times: list[float] = []
    gc.collect()  # so that garbage of earlier runs is not collected while timing
    while len(times) < runs and (len(times) < 3 or sum(times) < BUDGET * 1000):
        times.append(milliseconds(work))
    return times


def milliseconds(work: Callable[[], object]) -> float:
    """Time work in this process's processor time, which other load does not affect."""
    start = process_time()
    work()
    return (process_time() - start) * 1000


def _first(engine: Engine, place: Path, case: Case) -> float:
    engine.open(place)
    engine.page(WARM_UP)
    time = milliseconds(lambda: engine.page(case))
    engine.close()
    return time

"""The worker pool: ordered results, limits, and a worker crash that loses only its own item."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator

import pytest

from searchapp.system.worker_pool import DEPTH, Limits, Loss, in_order

AMPLE = Limits(60, 500)
POSIX = pytest.mark.skipif(os.name == "nt", reason="no limit of memory or processor time there")


def double(number: int) -> int:
    return 2 * number


def die_of_odd_tens(number: int) -> int:
    if number % 20 == 10:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def fail_at_five(number: int) -> int:
    if number == 5:
        raise ValueError("five")
    return number


def burden(number: int) -> int:
    """Return twice a number; 3 hangs in C code, 5 sleeps, 7 and 9 exhaust memory (9 by pieces)."""
    if number == 3:
        re.match(r"(a|aa)+$", "a" * 99 + "b")
    if number == 5:
        time.sleep(600)
    if number == 7:
        bytearray(400_000_000)
    if number == 9:
        sum(len(held) for held in [list(range(size, size + 1000)) for size in range(10_000)])
    return 2 * number


def swell(number: int) -> tuple[int, int]:
    """Use much memory and release it; return the number and the process."""
    return number, len(bytearray(60_000_000)) and os.getpid()


def wait_after_first(number: int) -> int:
    if number:
        time.sleep(600)
    return os.getpid()


def unpicklable(_: int) -> object:
    return lambda: None


def lost(number: int, loss: Loss) -> tuple[int, Loss]:
    return number, loss


def double_lost(number: int, _: Loss) -> int:
    return -number


@pytest.mark.parametrize("items", [0, 1, 100])
@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order(items: int, processes: int) -> None:
    found = list(in_order(double, range(items), processes, AMPLE, double_lost))

    assert found == [2 * n for n in range(items)]


def test_a_worker_that_dies_takes_only_its_own_item() -> None:
    found = list(in_order(die_of_odd_tens, range(35), 2, AMPLE, double_lost))

    assert found == [-n if n in (10, 30) else 2 * n for n in range(35)]


@POSIX
def test_an_item_beyond_a_limit_is_lost_and_the_rest_goes_on() -> None:
    found = list(in_order(burden, range(11), 2, Limits(0.5, 60), lost))

    losses = {3: Loss.TIME, 5: Loss.TIME, 7: Loss.MEMORY, 9: Loss.MEMORY}
    assert found == [(n, losses[n]) if n in losses else 2 * n for n in range(11)]


@POSIX
def test_a_worker_that_has_become_large_is_replaced() -> None:
    found = list(in_order(swell, range(6), 1, Limits(9, 100), lost))

    assert [number for number, _ in found] == list(range(6))
    assert len({process for _, process in found}) == 6


def test_a_result_that_cannot_be_sent_is_lost() -> None:
    found = list(in_order(unpicklable, range(2), 1, AMPLE, lost))

    assert found == [(0, Loss.CRASH), (1, Loss.CRASH)]


def test_errors_are_raised_at_their_turn() -> None:
    results = in_order(fail_at_five, range(50), 2, AMPLE, double_lost)

    assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="five"):
        next(results)


def test_items_are_taken_only_so_far_ahead() -> None:
    taken = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = in_order(double, items(), 2, AMPLE, double_lost)
    for _ in range(20):
        next(results)
    results.close()  # type: ignore[attr-defined]
    assert len(taken) <= 20 + 2 * DEPTH


@POSIX
def test_no_worker_is_left_when_no_more_results_are_wanted() -> None:
    results = in_order(wait_after_first, range(5), 2, AMPLE, lost)
    worker = next(results)
    assert isinstance(worker, int)
    results.close()  # type: ignore[attr-defined]

    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)

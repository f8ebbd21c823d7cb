"""Work in other processes: in order, never too far ahead, and no death stops the rest."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from searchapp.ahead import DEPTH, WORTH, in_order


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


def lost(number: int) -> int:
    return -number


@pytest.mark.parametrize("items", [0, 1, WORTH - 1, WORTH, 100])
@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order(items: int, processes: int) -> None:
    found = list(in_order(double, range(items), processes, lost))

    assert found == [2 * n for n in range(items)]


def test_a_process_that_dies_takes_only_its_own_item() -> None:
    found = list(in_order(die_of_odd_tens, range(35), 2, lost))

    assert found == [-n if n in (10, 30) else 2 * n for n in range(35)]


def test_errors_are_raised_at_their_turn() -> None:
    results = in_order(fail_at_five, range(50), 2, lost)

    assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="five"):
        next(results)


def test_items_are_taken_only_so_far_ahead() -> None:
    taken = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = in_order(double, items(), 2, lost)
    for _ in range(20):
        next(results)
    results.close()  # type: ignore[attr-defined]
    assert len(taken) <= 20 + 2 * DEPTH + WORTH

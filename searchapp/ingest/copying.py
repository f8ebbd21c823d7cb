"""From one index to another, on any engine: resolutions, the ledger, then counts are compared."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

from ..errors import SearchAppError
from ..search.backend import Backend
from .pipeline import COMMIT_EVERY


class Copied(NamedTuple):
    """What both hold afterwards."""

    resolutions: int
    paragraphs: int
    sources: int


def copy(source: Backend, target: Backend, step: Callable[[int], Any] = lambda _: None) -> Copied:
    """Copy everything; what was broken off is completed when the same is begun again.

    The target may hold nothing else: a sentence says so before anything is changed. `step` is told
    how many resolutions more are there.
    """
    _check_target(source, target)
    resolutions = source.resolutions()
    while some := list(islice(resolutions, COMMIT_EVERY)):
        for resolution in some:
            target.add(resolution)
        target.commit()
        step(len(some))
    for line in source.sources():
        target.record(line)
    target.commit()
    return _compared(source, target)


def _check_target(source: Backend, target: Backend) -> None:
    """What is there already must be a part of the same."""
    there = set(target.keys())
    strange = sorted(there.difference(source.keys())) if there else []
    known = {line.path for line in source.sources()}
    strange += [line.path for line in target.sources() if line.path not in known]
    if strange:
        raise SearchAppError(
            f"{target.place} contains resolutions that {source.place} does not (for example "
            f"{strange[0]}): choose an empty destination."
        )


def _compared(source: Backend, target: Backend) -> Copied:
    """The counts of both, which must agree."""
    counts = [
        Copied(
            sum(row.resolutions for row in backend.coverage()),
            sum(row.paragraphs for row in backend.coverage()),
            sum(1 for _ in backend.sources()),
        )
        for backend in (source, target)
    ]
    if counts[0] != counts[1] or source.coverage() != target.coverage():
        raise SearchAppError(
            f"The copy is incomplete: {source.place} has {_said(counts[0])}, {target.place} "
            f"{_said(counts[1])}. If {source.place} changed during the copy, copy again."
        )
    return counts[1]


def _said(copied: Copied) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in copied._asdict().items())

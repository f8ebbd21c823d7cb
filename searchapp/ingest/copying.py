"""Copies of an index, to any engine: resolutions, then the ledger, then a comparison of counts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

from ..errors import SearchAppError
from ..search.backend import Backend
from .pipeline import COMMIT_EVERY


class Copied(NamedTuple):
    """The counts of both indexes after a copy."""

    resolutions: int
    paragraphs: int
    sources: int


def copy(source: Backend, target: Backend, step: Callable[[int], Any] = lambda _: None) -> Copied:
    """Copy everything; an interrupted copy is completed by running it again.

    `SearchAppError`, before any change, if the target contains anything else. `step` is called with
    the number of resolutions in each commit.
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
    return _compare(source, target)


def _check_target(source: Backend, target: Backend) -> None:
    """Require that the target contains nothing that the source does not."""
    existing = set(target.keys())
    foreign = sorted(existing.difference(source.keys())) if existing else []
    known = {line.path for line in source.sources()}
    foreign += [line.path for line in target.sources() if line.path not in known]
    if foreign:
        raise SearchAppError(
            f"{target.place} contains resolutions that {source.place} does not (for example "
            f"{foreign[0]}): choose an empty destination."
        )


def _compare(source: Backend, target: Backend) -> Copied:
    """Return the counts of the target; `SearchAppError` if they differ from the source's."""
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
            f"The copy is incomplete: {source.place} has {_in_words(counts[0])}, {target.place} "
            f"{_in_words(counts[1])}. If {source.place} changed during the copy, copy again."
        )
    return counts[1]


def _in_words(copied: Copied) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in copied._asdict().items())

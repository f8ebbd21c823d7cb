"""Rebuild of an index next to the live one, which it replaces when complete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from ..errors import IndexProblem, NoIndex
from ..model.source import Source
from ..search.backend import Backend
from ..settings.config import DEFAULTS, Settings
from . import open_backend, stage


@contextmanager
def rebuilding(place: str, settings: Settings = DEFAULTS) -> Iterator[Backend]:
    """Open an empty index to be filled, and swap it in at the end.

    Until then the former index is in use; it stays if an error occurs, or if another process wrote
    to it during the rebuild (`IndexProblem`). Symbols that the user gave for files are kept.
    """
    before, lines = _read_ledger(place, settings)
    staging = stage(place, settings)
    try:
        for line in lines:
            if line.symbol:
                staging.backend.record(_reset(line))
        staging.backend.commit()
        yield staging.backend
        with staging.holding():
            if _read_ledger(place, settings)[0] != before:
                raise IndexProblem(
                    f"The index at “{place}” was changed during the rebuild, and was left as it "
                    "is: rebuild it when no other process is writing to it."
                )
            staging.use()
    except BaseException:
        staging.discard()
        raise


def former_lines(place: str, settings: Settings = DEFAULTS) -> list[Source]:
    """Return the ledger of the index at a place; empty if it can't be read."""
    return _read_ledger(place, settings)[1]


def _read_ledger(place: str, settings: Settings) -> tuple[str, list[Source]]:
    """Return the version of the index at a place, and its ledger; empty if it can't be read."""
    try:
        with closing(open_backend(place, settings=settings, texts_only=True)) as backend:
            return backend.version(), list(backend.sources())
    except NoIndex:
        return "", []
    except IndexProblem:  # another format or damage, which a rebuild is meant to repair
        return "unread", []


def _reset(line: Source) -> Source:
    """Return the part of a line that a new index keeps: the file's identity, and its symbol."""
    return Source(line.path, line.hash, symbol=line.symbol, name=line.name)

"""An index made anew beside the one that is there, which it replaces when all of it is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from ..config import DEFAULTS, Settings
from ..errors import IndexProblem, NoIndex
from . import open_backend, stage
from .base import Backend, Source


@contextmanager
def rebuilding(place: str, settings: Settings = DEFAULTS) -> Iterator[Backend]:
    """An empty index to be filled, which then takes the place of the one at a place.

    Until then the old one answers; it stays where an error ends the work, or where somebody wrote
    to it meanwhile. Symbols that were given by hand are carried over.
    """
    before, lines = _known(place, settings)
    staging = stage(place, settings)
    try:
        for line in lines:
            if line.symbol:
                staging.backend.record(_unread(line))
        staging.backend.commit()
        yield staging.backend
        with staging.holding():
            if _known(place, settings)[0] != before:
                raise IndexProblem(
                    f"The index at “{place}” was changed while it was rebuilt, and stays as it "
                    "is: rebuild it when no other process writes to it."
                )
            staging.use()
    except BaseException:
        staging.discard()
        raise


def former_lines(place: str, settings: Settings = DEFAULTS) -> list[Source]:
    """Return the ledger of the index that is at a place; nothing if it can't be read."""
    return _known(place, settings)[1]


def _known(place: str, settings: Settings) -> tuple[str, list[Source]]:
    """The version of what is there, and its ledger; nothing where it can't be read."""
    try:
        with closing(open_backend(place, settings=settings, texts_only=True)) as backend:
            return backend.version(), list(backend.sources())
    except NoIndex:
        return "", []
    except IndexProblem:  # of another format, or damaged: a reason to make it anew
        return "unread", []


def _unread(line: Source) -> Source:
    """Return what a new index keeps of a line: the identity of a file, and its symbol."""
    return Source(line.path, line.hash, symbol=line.symbol, name=line.name)

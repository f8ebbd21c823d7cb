"""An index made anew beside the one that is there, which it replaces when all of it is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Protocol

from ..errors import IndexProblem, NoIndex
from . import is_elsewhere, open_backend
from .base import Backend, Source


class Beside(Protocol):
    """An empty index, to which no name leads yet."""

    @property
    def backend(self) -> Backend:
        """What is written."""

    def holding(self) -> AbstractContextManager[None]:
        """Keep others from writing to the index at the place; `IndexBusy` where one does."""

    def use(self) -> None:
        """Put it in the place of the other, which is removed."""

    def discard(self) -> None:
        """Remove it; the other stays as it is."""


@contextmanager
def rebuilding(place: str) -> Iterator[Backend]:
    """An empty index to be filled, which then takes the place of the one at a place.

    Until then the old one answers; it stays where an error ends the work, or where somebody wrote
    to it meanwhile. Symbols that were given by hand are carried over.
    """
    before, lines = _known(place)
    beside = _beside(place)
    try:
        for line in lines:
            if line.symbol:
                beside.backend.record(_unread(line))
        beside.backend.commit()
        yield beside.backend
        with beside.holding():
            if _known(place)[0] != before:
                raise IndexProblem(
                    f"The index at “{place}” was changed while it was rebuilt, and stays as it "
                    "is: rebuild it when no other process writes to it."
                )
            beside.use()
    except BaseException:
        beside.discard()
        raise


def former_lines(place: str) -> list[Source]:
    """Return the ledger of the index that is at a place; nothing if it can't be read."""
    return _known(place)[1]


def _known(place: str) -> tuple[str, list[Source]]:
    """The version of what is there, and its ledger; nothing where it can't be read."""
    try:
        with closing(open_backend(place, texts_only=True)) as backend:
            return backend.version(), list(backend.sources())
    except NoIndex:
        return "", []
    except IndexProblem:  # of another format, or damaged: a reason to make it anew
        return "unread", []


def _unread(line: Source) -> Source:
    """Return what a new index keeps of a line: the identity of a file, and its symbol."""
    return Source(line.path, line.hash, symbol=line.symbol, name=line.name)


def _beside(place: str) -> Beside:
    if is_elsewhere(place):
        from .opensearch.beside import OpenSearchBeside

        return OpenSearchBeside(place)
    from .whoosh.beside import WhooshBeside

    return WhooshBeside(place)

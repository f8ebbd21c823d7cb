"""Errors are sentences with a way out; every one that a user can meet is a `SearchAppError`."""

from __future__ import annotations


class SearchAppError(Exception):
    """Something a user can understand and mend; its text says what is wrong and what to do."""


class ReadError(SearchAppError):
    """A file that can't be read as a resolution."""


class NotAResolution(ReadError):
    """A file that was read and holds no resolution."""


class QueryError(SearchAppError):
    """A query that can't be read: what is wrong, where, and what to write instead.

    `position` is the offset of the trouble in the query, in characters, or None.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class TooSlow(SearchAppError):
    """A search that was given up because it took longer than the setting allows."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"This search took longer than {seconds:g} s and was stopped: use fewer words, put "
            "letters before each “*”, or select a session or years. SEARCHAPP_QUERY_SECONDS sets "
            "the limit."
        )


class IndexProblem(SearchAppError):
    """The index can't be opened, read or written."""


class NoIndex(IndexProblem):
    """No index at this place."""


class OtherVersion(IndexProblem):
    """The index was written by a version of this program, or with tables, that differ."""


class IndexBusy(IndexProblem):
    """Another process is writing to this index."""

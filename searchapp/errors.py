"""Error messages say what went wrong and what to do; users see only `SearchAppError`s."""

from __future__ import annotations


class SearchAppError(Exception):
    """An error that a user can correct; its message says what is wrong and what to do."""


class ReadError(SearchAppError):
    """A file that can't be read as a resolution."""


class NotAResolution(ReadError):
    """A readable file without a resolution."""


class QueryError(SearchAppError):
    """A query that can't be parsed; the message says what is wrong and what to write instead.

    `position` is the offset of the error in the query, in characters, or None.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class TooSlow(SearchAppError):
    """A search that was stopped because it exceeded the time limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"This search took longer than {seconds:g} s and was stopped: use fewer words, put "
            "letters before each “*”, or select a session or years. SEARCHAPP_QUERY_SECONDS sets "
            "the limit."
        )


class IndexProblem(SearchAppError):
    """An index that can't be opened, read or written."""


class NoIndex(IndexProblem):
    """A folder or an address without an index."""


class OtherVersion(IndexProblem):
    """An index written by another version of this program, or with other tables."""


class IndexBusy(IndexProblem):
    """An index to which another process is writing."""

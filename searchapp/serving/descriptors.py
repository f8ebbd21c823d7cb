"""The number of connections that the system allows: each is an open file."""

from __future__ import annotations

import logging
import select
from contextlib import suppress

RESERVE = 512  # open files other than connections: of the index, of large responses
WITHOUT_POLL = 500  # sockets that select() supports if the system has no poll()
_LOG = logging.getLogger(__name__)


def connections(wanted: int) -> int:
    """Return the number of connections to allow: as many as wanted, or as the system allows.

    The process's soft limit is raised if that helps; if it is still too low, a warning names both
    numbers.
    """
    possible = min(wanted, _possible(wanted))
    if possible < wanted:
        _LOG.warning(
            "The system allows this process %s connections, not %s: raise the limit of open files "
            "(ulimit -n, LimitNOFILE of systemd), or lower SEARCHAPP_CONNECTIONS.",
            possible,
            wanted,
        )
    return possible


def _possible(wanted: int) -> int:
    if not hasattr(select, "poll"):
        return WITHOUT_POLL
    files = _open_files(wanted + RESERVE)
    return files - min(RESERVE, files // 2)


def _open_files(needed: int) -> int:
    """Return the limit of open files, after an attempt to raise it."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return needed if soft == resource.RLIM_INFINITY else min(soft, needed)

"""The sockets at which pages are served, and the address to open."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Sequence
from typing import Any

from ..errors import SearchAppError

OPENED = {"*": "127.0.0.1", "": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
LACKED = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)  # a name may have addresses that a system lacks
BACKLOG = 1024  # connections that may wait to be accepted


def shared(host: str, port: int, number: int) -> list[list[socket.socket]]:
    """Return the sockets of each process.

    Linux spreads readers over sockets at one port. Of processes that share a socket, the first to
    wake may take them all.
    """
    own = number > 1 and sys.platform == "linux"
    first = listening(host, port)  # another server's port is taken, though that one shares it, too
    if not own:
        return [first] * number
    port = first[0].getsockname()[1]
    for each in first:
        each.close()
    return [listening(host, port, own) for _ in range(number)]


def listening(host: str, port: int, among_others: bool = False) -> list[socket.socket]:
    """Return a socket for each address of a host; port 0 takes one that is free.

    Those that are `among_others` share the port, if all of them say so.
    """
    found: list[socket.socket] = []
    try:
        for family, at in _addresses(host, port):
            if found and not port:
                break  # the others would have other ports
            try:
                made = socket.create_server(
                    at, family=family, backlog=BACKLOG, reuse_port=among_others
                )
                found.append(made)
            except OSError as error:
                if not found or error.errno not in LACKED:
                    raise
    except (OSError, OverflowError, ValueError) as error:
        for each in found:
            each.close()
        reason = _reason(error).rstrip(".")
        raise SearchAppError(
            f"Cannot listen on {host}, port {port}: {reason}. "
            "Choose another port with --port, or another address with --host."
        ) from error
    return found


def address(host: str, sockets: Sequence[socket.socket]) -> str:
    """Return the address to open; one that means "every interface" can't be opened itself."""
    name = OPENED.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{sockets[0].getsockname()[1]}"


def unsent(sock: socket.socket) -> int:
    """Return the bytes that the system holds for a client; 0 where it does not tell.

    Linux holds megabytes, and says that it can take more when a third of it is free: a reader on a
    slow line would seem to take nothing for a minute.
    """
    if sys.platform != "linux":
        return 0
    import fcntl
    import termios

    try:
        return int.from_bytes(fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    except OSError:
        return 0


def server_name(sock: socket.socket) -> str:
    """Return the name of this server for clients that do not say it (HTTP/1.0)."""
    at = str(sock.getsockname()[0])
    return socket.gethostname() if at in OPENED else at


def _addresses(host: str, port: int) -> list[tuple[int, Any]]:
    families = (socket.AF_INET, socket.AF_INET6) if socket.has_ipv6 else (socket.AF_INET,)
    name = None if host in ("", "*") else host
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    distinct = dict.fromkeys((family, at) for family, *_, at in found if family in families)
    return sorted(distinct)  # IPv4 first


def _reason(error: Exception) -> str:
    """What is wrong, without the address that Python adds."""
    if isinstance(error, OSError) and error.errno and not isinstance(error, socket.gaierror):
        return os.strerror(error.errno)
    return str(getattr(error, "strerror", None) or error)

"""The listening sockets, and the address to open."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Sequence
from typing import Any

from ..errors import SearchAppError

OPENED = {"*": "127.0.0.1", "": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
# A host name may resolve to addresses this machine lacks.
LACKED = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)
BACKLOG = 1024  # connections that may wait to be accepted: waitress's default


def shared(host: str, port: int, number: int) -> list[list[socket.socket]]:
    """Return the sockets of each worker.

    Linux balances clients over the sockets of one port. With a shared socket, the first worker to
    wake may accept them all.
    """
    own = number > 1 and sys.platform == "linux"
    first = listening(host, port)  # fails for another server's port even if that allows sharing
    if not own:
        return [first] * number
    port = first[0].getsockname()[1]
    for each in first:
        each.close()
    return [listening(host, port, own) for _ in range(number)]


def listening(host: str, port: int, among_others: bool = False) -> list[socket.socket]:
    """Return a socket for each address of a host; port 0 means any free port.

    Sockets share the port if all of them are opened with `among_others`.
    """
    found: list[socket.socket] = []
    try:
        for family, at in _addresses(host, port):
            if found and not port:
                break  # the other addresses would get other ports
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
    """Return the address to open: loopback instead of the wildcard address."""
    name = OPENED.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{sockets[0].getsockname()[1]}"


def unsent(sock: socket.socket) -> int:
    """Return the bytes in the kernel's send buffer; 0 if the system does not report them.

    Linux buffers megabytes, and reports the socket as writable only when a third of that is free:
    a client with a slow connection would seem to receive nothing for a minute.
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
    """Return the name of this server for requests without a Host header (HTTP/1.0)."""
    at = str(sock.getsockname()[0])
    return socket.gethostname() if at in OPENED else at


def _addresses(host: str, port: int) -> list[tuple[int, Any]]:
    families = (socket.AF_INET, socket.AF_INET6) if socket.has_ipv6 else (socket.AF_INET,)
    name = None if host in ("", "*") else host
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    distinct = dict.fromkeys((family, at) for family, *_, at in found if family in families)
    return sorted(distinct)  # IPv4 first


def _reason(error: Exception) -> str:
    """Return the reason of an error, without the address that Python adds."""
    if isinstance(error, OSError) and error.errno and not isinstance(error, socket.gaierror):
        return os.strerror(error.errno)
    return str(getattr(error, "strerror", None) or error)

"""Checks of the hosts that a request may reach.

A name may resolve to any address, and to another a moment later (DNS rebinding), so it is resolved
only once: the address that was checked is the one that is used.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .failures import NotFetched

MAX_ADDRESSES = 6  # tried per name
_EMBEDDED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses behind a NAT64 gateway

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Connect = Callable[..., socket.socket]  # as `socket.create_connection`


def is_public(address: str) -> bool:
    """Tell whether an address is public, including an IPv4 address embedded in IPv6."""
    return all(
        each.is_global and not each.is_multicast
        for each in _effective(ipaddress.ip_address(address.partition("%")[0]))
    )


def _effective(address: Address) -> list[Address]:
    """Return the address, or the IPv4 address to which a gateway would translate it."""
    if not isinstance(address, ipaddress.IPv6Address):
        return [address]
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _EMBEDDED:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return [address] if inner is None else [inner]


def is_local_name(host: str) -> bool:
    """Tell whether a host name or address is, without resolving it, a local one."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    with suppress(ValueError):
        return not is_public(name)
    return False


def is_public_name(host: str) -> bool:
    """Tell whether all addresses of a name are public; True if it does not resolve.

    Without an address the request fails anyway; behind a proxy, names need not resolve here.
    """
    try:
        return all(map(is_public, _addresses(host, None)))
    except (OSError, UnicodeError):
        return True


def connect_to_public(
    at: tuple[str, int], timeout: float, source: tuple[str, int] | None = None
) -> socket.socket:
    """Connect to a host whose addresses are all public, within so many seconds.

    Raises `NotFetched` if one is not public, and `OSError` if none can be reached.
    """
    host, port = at
    found = _addresses(host, port)
    if not all(map(is_public, found)):
        raise NotFetched(
            f"the host {host} is in the local network (SEARCHAPP_FETCH_PRIVATE=1 allows that "
            "for the service itself)"
        )
    until, failure = time.monotonic() + timeout, OSError("it has no address")
    for address in found[:MAX_ADDRESSES]:
        try:
            connection = socket.create_connection((address, port), _left(until), source)
            connection.settimeout(_left(until))
        except OSError as error:
            failure = error
        else:
            return connection
    raise failure


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _addresses(host: str, port: int | None) -> list[str]:
    """Resolve a name to distinct addresses, in the order in which to try them."""
    found: list[Any] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(at[0]) for *_, at in found))

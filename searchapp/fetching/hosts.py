"""Which hosts a request may reach: addresses are checked, and connected to as they were checked.

A name may lead anywhere, and elsewhere a moment later (DNS rebinding): it is resolved once, and no
other address is used.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .failures import NotFetched

MAX_ADDRESSES = 6  # of a name that are tried
_EMBEDDED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses behind a NAT64 gateway

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Connect = Callable[..., socket.socket]  # as `socket.create_connection`


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public network, also where it is embedded in IPv6."""
    return all(
        each.is_global and not each.is_multicast
        for each in _meant(ipaddress.ip_address(address.partition("%")[0]))
    )


def _meant(address: Address) -> list[Address]:
    """Return the address, or the IPv4 address to which a gateway would lead."""
    if not isinstance(address, ipaddress.IPv6Address):
        return [address]
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _EMBEDDED:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return [address] if inner is None else [inner]


def is_local_name(host: str) -> bool:
    """Tell whether a host is, as it is written, one of this machine or of its network."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    with suppress(ValueError):
        return not is_public(name)
    return False


def is_public_name(host: str) -> bool:
    """Tell whether all addresses of a name are public; True for a name without any.

    The request will fail without one; behind a proxy, names need not be known here.
    """
    try:
        return all(map(is_public, _addresses(host, None)))
    except (OSError, UnicodeError):
        return True


def connect_to_public(
    at: tuple[str, int], timeout: float, source: tuple[str, int] | None = None
) -> socket.socket:
    """Return a connection to a host whose addresses are all public, within so many seconds.

    Raises `NotFetched` for others, and `OSError` where none can be reached.
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
            made = socket.create_connection((address, port), _left(until), source)
            made.settimeout(_left(until))
        except OSError as error:
            failure = error
        else:
            return made
    raise failure


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _addresses(host: str, port: int | None) -> list[str]:
    """Return the addresses of a name, each once, in the order in which to try them."""
    found: list[Any] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(at[0]) for *_, at in found))

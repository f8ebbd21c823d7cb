"""The address of an index: `opensearch://host:port/name`, or `opensearchs://` over TLS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ...errors import IndexProblem

SCHEMES = {"opensearch": "http", "opensearchs": "https"}
PORT = 9200
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,199}")


@dataclass(frozen=True, slots=True)
class Place:
    """The URLs of a cluster's nodes, which are interchangeable, and the name of an index."""

    urls: tuple[str, ...]
    name: str


def read_place(text: str) -> Place:
    """Parse an address; commas separate hosts: `opensearch://one:9200,two:9200/name`."""
    if "@" in text:  # a password in an address would be shown in messages and logs
        raise IndexProblem(
            "An index address must not contain a password: set SEARCHAPP_OPENSEARCH_USER and "
            "SEARCHAPP_OPENSEARCH_PASSWORD."
        )
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _wrong(text) from None
    name = parts.path.strip("/")
    if parts.scheme not in SCHEMES or parts.query or parts.fragment or not parts.netloc:
        raise _wrong(text)
    if not _NAME.fullmatch(name):
        raise IndexProblem(
            f"“{name[:60]}” is not a valid index name: use lower-case letters, digits, “-”, "
            "“_” and “.”, as in opensearch://localhost:9200/resolutions."
        )
    hosts = parts.netloc.split(",")
    return Place(tuple(_url(SCHEMES[parts.scheme], host, text) for host in hosts), name)


def _url(scheme: str, host: str, text: str) -> str:
    node = SplitResult(scheme, host.strip(), "", "", "")
    try:
        port = PORT if node.port is None else node.port
    except ValueError:
        raise _wrong(text) from None
    if not node.hostname or not port or re.search(r"[^\w.:%-]", node.hostname):
        raise _wrong(text)
    name = f"[{node.hostname}]" if ":" in node.hostname else node.hostname
    return f"{scheme}://{name}:{port}"


def _wrong(text: str) -> IndexProblem:
    return IndexProblem(
        f"“{text[:200]}” is not a valid index address: give a folder, or write "
        "opensearch://host:port/name (opensearchs:// over TLS)."
    )

"""Bulk indexing with retries until each document is accepted or permanently rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep

from ...errors import IndexProblem
from ...model.resolution import dumps
from . import client
from .client import Cluster, Json
from .documents import Document

CHUNK = 4 << 20  # approximate bytes of a request
Action = list[Json]  # the lines of a bulk action: metadata, and the document if it has one
Lines = list[bytes]


def put(document: Document, commit: int) -> Action:
    """Return the action to index a document in a commit; it is idempotent."""
    action = {"index": {"_id": f"{document.id}@{commit}", "routing": document.owner}}
    return [action, {**document.fields, "owner": document.owner, "commit": commit}]


def delete(name: str, route: str) -> Action:
    """Return the action to remove a document by its id."""
    return [{"delete": {"_id": name, "routing": route}}]


def send(
    cluster: Cluster, index: str, actions: Iterable[Action], renew: Callable[[], None]
) -> list[str]:
    """Send actions in requests of a bounded size; return a message for each permanent rejection.

    `renew` is called before each request to renew the lease.
    """
    refused: list[str] = []
    waiting: Future[list[str]] | None = None
    with ThreadPoolExecutor(1) as sender:  # so that the next request is built during a response
        for chunk in _chunks(actions):
            refused += waiting.result() if waiting else ()
            waiting = sender.submit(_deliver, cluster, index, chunk, renew)
        refused += waiting.result() if waiting else ()
    return refused


def _chunks(actions: Iterable[Action]) -> Iterator[list[Lines]]:
    chunk, size = list[Lines](), 0
    for action in actions:
        chunk.append([dumps(line).encode("utf-8", "replace") for line in action])
        size += sum(map(len, chunk[-1]))
        if size > CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _deliver(
    cluster: Cluster, index: str, chunk: list[Lines], renew: Callable[[], None]
) -> list[str]:
    refused: list[str] = []
    pause = client.PAUSE
    while chunk:
        renew()
        body = b"".join(line + b"\n" for action in chunk for line in action)
        answer = cluster.ask(cluster.api.bulk, index=index, body=body)
        chunk, failed = _split_outcome(chunk, answer["items"])
        refused += failed
        if chunk and pause > client.LONGEST:
            raise IndexProblem(
                f"OpenSearch at {cluster} is too busy to accept {len(chunk):,} documents: "
                "try again later."
            )
        if chunk:
            sleep(pause)
            pause *= 2
    return refused


def _split_outcome(chunk: list[Lines], items: list[Json]) -> tuple[list[Lines], list[str]]:
    """Return the actions to retry, and a message for each rejected one."""
    again: list[Lines] = []
    refused: list[str] = []
    for action, item in zip(chunk, items, strict=True):
        (done,) = item.values()
        if done["status"] in client.PASSING:
            again.append(action)
        elif "error" in done:
            name = done["_id"][2:].rpartition("@")[0]
            refused.append(f"{name} ({done['error'].get('reason', '')[:200]})")
    return again, refused

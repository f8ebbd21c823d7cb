"""Writing: changes wait until they are committed, go to the server in bulk, and show all at once.

A document bears the number of its commit, and readers look at commits that are visible. Whoever
writes holds the index's state for a time, and a writer who was killed loses it when that is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import islice
from time import monotonic, sleep, time
from typing import Any
from uuid import uuid4

import opensearchpy as client

from ...errors import IndexBusy, IndexProblem
from ...resolution import Resolution, dumps
from ..base import Source
from .client import LONGEST, PASSING, PAUSE, Cluster, Json
from .documents import (
    Document,
    header_id,
    resolution_documents,
    route_of,
    source_document,
    source_id,
    term,
)
from .mapping import HEADER, PARAGRAPH, STATE
from .state import Held, State, read_state

LEASE = 60  # seconds for which a writer holds the index
CHUNK = 4 << 20  # bytes of a request, about
KEYS = 500  # resolutions whose former documents are looked for at a time
WINDOW = 10_000  # documents of one answer, at most


class Transaction:
    """Changes that become visible together, by one writer at a time."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster, self._index = cluster, index
        self._resolutions: dict[str, Resolution | None] = {}  # None where one is removed
        self._sources: dict[str, Source | None] = {}
        self._me = uuid4().hex
        self._held = read_state(cluster, index)
        self._take()

    def put(self, resolution: Resolution) -> None:
        """Add a resolution in the place of one with the same key."""
        self._hold()
        self._resolutions[resolution.key] = resolution

    def drop(self, key: str) -> bool:
        """Remove a resolution; False where there is none."""
        self._hold()
        found = self._is_there(key)
        self._resolutions[key] = None
        return found

    def record(self, source: Source) -> None:
        """Keep a line of the ledger."""
        self._sources[source.path] = source

    def forget(self, path: str) -> None:
        """Drop a line of the ledger."""
        self._sources[path] = None

    def commit(self) -> None:
        """Send all changes, then show them; the ledger follows what it tells of."""
        number = self._held.state.commit + 1
        refused: list[str] = []
        self._set(broken=True)
        refused += self._send(self._actions(number))
        refused += self._send(self._ledger(number, refused))
        self._set(visible=number)
        self._refresh()
        self._set(commit=number, broken=False, writer="", until=0.0)
        if refused:
            raise IndexProblem(
                f"OpenSearch refused {len(refused):,} of the documents, and holds all others: "
                f"{'; '.join(refused[:3])}. Their files are read again the next time."
            )

    def cancel(self) -> None:
        """Give up all changes, and let others write."""
        try:
            if self._held.state.writer == self._me:
                self._set(writer="", until=0.0)
        except (client.OpenSearchException, IndexBusy):  # it ends with its time
            pass

    # Who writes

    def _take(self) -> None:
        state = self._held.state
        if state.is_held:
            raise self._busy(state.until - time())
        self._set(writer=self._me)
        if state.broken:  # documents of a commit that never ended may be out of sight
            self._refresh()

    def _hold(self) -> None:
        """Stay the one who writes."""
        if monotonic() - self._since > LEASE / 4:
            self._set()

    def _set(self, **changes: Any) -> None:
        """Change the state, unless another did so since it was read."""
        state = replace(self._held.state, **{"until": time() + LEASE, **changes})
        body = {"doc": STATE, "commit": 0, "line": dumps(asdict(state))}
        params = {"if_seq_no": self._held.number, "if_primary_term": self._held.term}
        try:
            made = self._cluster.ask(
                self._cluster.api.index, index=self._index, id=STATE, body=body, params=params
            )
            self._held = Held(state, made["_seq_no"], made["_primary_term"])
        except client.ConflictError:
            self._held = self._own(state)
        self._since = monotonic()

    def _own(self, state: State) -> Held:
        """The state that is there, if it is the one that was written: an answer may get lost."""
        held = read_state(self._cluster, self._index)
        if held.state != state:
            raise self._busy(max(held.state.until - time(), 0))
        return held

    def _busy(self, seconds: float) -> IndexBusy:
        wait = f"; if it was killed, in {seconds:.0f} seconds" if seconds > 1 else ""
        return IndexBusy(
            f"Another process is writing to the index at {self._cluster.address}: "
            f"wait until it has ended, then try again{wait}."
        )

    # What is sent

    def _is_there(self, key: str) -> bool:
        if key in self._resolutions:
            return self._resolutions[key] is not None
        given = {"routing": route_of(key), "_source": "false"}
        return bool(
            self._cluster.ask(
                self._cluster.api.exists, index=self._index, id=header_id(key), params=given
            )
        )

    def _actions(self, number: int) -> Iterator[list[Json]]:
        """New documents, and the removal of those whose place nothing takes."""
        changed = iter(self._resolutions.items())
        while some := list(islice(changed, KEYS)):
            former = self._former([key for key, _ in some])
            for _, resolution in some:
                for document in resolution_documents(resolution) if resolution else ():
                    former.pop(document.id, None)
                    yield _put(document, number)
            for name, route in former.items():
                yield _delete(name, route)

    def _former(self, keys: list[str]) -> dict[str, str]:
        """The ids of the documents that resolutions have, each with its route."""
        wanted = [
            {"terms": {"doc": [HEADER, PARAGRAPH]}},
            {"terms": {"key": [term(key) for key in keys]}},
        ]
        body: Json = {
            "query": {"bool": {"filter": wanted}},
            "size": WINDOW,
            "_source": False,
            "sort": [{"key": "asc"}, {"place": "asc"}],
            "track_total_hits": False,
        }
        found: dict[str, str] = {}
        while hits := self._cluster.search(self._index, body)["hits"]["hits"]:
            found |= {hit["_id"]: hit["_routing"] for hit in hits}
            body["search_after"] = hits[-1]["sort"]
        return found

    def _ledger(self, number: int, refused: list[str]) -> Iterator[list[Json]]:
        for path, source in self._sources.items():
            if source is None:
                yield _delete(source_id(path), route_of(path))
            else:
                missing = any(name.startswith(key) for name in refused for key in source.keys)
                # Without its hash a file counts as changed.
                settled = replace(source, hash="") if missing else source
                yield _put(source_document(settled), number)

    def _send(self, actions: Iterable[list[Json]]) -> list[str]:
        """Send actions in requests of a bounded size; what is refused for good is told."""
        refused: list[str] = []
        chunk, size = list[list[bytes]](), 0
        for action in actions:
            chunk.append([dumps(line).encode("utf-8", "replace") for line in action])
            size += sum(map(len, chunk[-1]))
            if size > CHUNK:
                refused += self._deliver(chunk)
                chunk, size = [], 0
        return refused + self._deliver(chunk)

    def _deliver(self, chunk: list[list[bytes]]) -> list[str]:
        """Send a chunk until each action is done or refused for good: ids make repeats harmless."""
        refused: list[str] = []
        pause = PAUSE
        while chunk:
            self._hold()
            body = b"".join(line + b"\n" for action in chunk for line in action)
            answer = self._cluster.ask(self._cluster.api.bulk, index=self._index, body=body)
            again, failed = _outcome(chunk, answer["items"])
            refused += failed
            if again and pause > LONGEST:
                raise IndexProblem(
                    f"OpenSearch at {self._cluster} is too busy to take {len(again):,} documents: "
                    "try again later."
                )
            chunk = again
            if chunk:
                sleep(pause)
                pause *= 2
        return refused

    def _refresh(self) -> None:
        def call() -> None:
            shards = self._cluster.api.indices.refresh(index=self._index)["_shards"]
            if shards["failed"]:
                raise client.TransportError(503, "refresh", {})

        self._cluster.ask(call)


def _put(document: Document, number: int) -> list[Json]:
    action = {"index": {"_id": document.id, "routing": document.route}}
    return [action, {**document.fields, "commit": number}]


def _delete(name: str, route: str) -> list[Json]:
    return [{"delete": {"_id": name, "routing": route}}]


def _outcome(chunk: list[list[bytes]], items: list[Json]) -> tuple[list[list[bytes]], list[str]]:
    """The actions that are to be sent again, and for each that is refused a sentence."""
    again: list[list[bytes]] = []
    refused: list[str] = []
    for action, item in zip(chunk, items, strict=True):
        (done,) = item.values()
        if done["status"] in PASSING:
            again.append(action)
        elif "error" in done:
            refused.append(f"{done['_id'][2:]} ({done['error'].get('reason', '')[:200]})")
    return again, refused

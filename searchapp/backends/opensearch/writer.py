"""The writer: collects changes, sends them in bulk at the commit, and makes them visible together.

A writer holds a lease on the index. If it dies, the lease expires and its uncommitted documents
stay invisible.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from time import monotonic, time

import opensearchpy as client

from ...errors import IndexBusy, IndexProblem
from ...model.resolution import Resolution
from ...model.source import Source
from .bulk import Action, delete, put, send
from .client import Cluster, Json, Partial
from .documents import owner_of_path, owner_of_resolution, resolution_documents, source_document
from .index_state import Held, State, read_state
from .mapping import HEADER, STATE

LEASE = 60  # seconds
OWNERS = 500  # owners in one request
WINDOW = 10_000  # documents in one response at most


class Transaction:
    """A set of changes that become visible together, under a lease; `me` is the writer's id."""

    def __init__(self, cluster: Cluster, index: str, me: str) -> None:
        self._cluster, self._index, self._me = cluster, index, me
        self._resolutions: dict[str, Resolution | None] = {}  # None where one is removed
        self._sources: dict[str, Source | None] = {}
        self._held = read_state(cluster, index)
        self._acquire()

    @property
    def _state(self) -> State:
        return self._held.state

    def put(self, resolution: Resolution) -> None:
        """Add a resolution, or replace the one with the same key."""
        self._renew()
        self._resolutions[resolution.key] = resolution

    def drop(self, key: str) -> bool:
        """Remove a resolution; return False if there is none."""
        self._renew()
        found = self._exists(key)
        self._resolutions[key] = None
        return found

    def record(self, source: Source) -> None:
        """Store a line of the ledger."""
        self._sources[source.path] = source

    def forget(self, path: str) -> None:
        """Remove a line of the ledger."""
        self._sources[path] = None

    def commit(self) -> None:
        """Send the new documents, make them visible, then remove those that they replace."""
        self._set(sent=True)
        refused = send(self._cluster, self._index, self._new_resolutions(), self._renew)
        refused += send(self._cluster, self._index, self._new_lines(refused), self._renew)
        self._refresh()
        replaced = self._owners_there()
        self._set(visible=self._state.turn, replaced=replaced, sent=False)
        # From here on it is committed; if removal fails, the next writer does it.
        with suppress(client.TransportError, Partial, IndexProblem):
            self._tidy()
            self._set(writer="", until=0.0)
        if refused:
            raise IndexProblem(
                f"OpenSearch rejected {len(refused):,} of the documents and stored all others: "
                f"{'; '.join(refused[:3])}. The next run reads their files again."
            )

    def cancel(self) -> None:
        """Discard all changes and release the lease."""
        # If that fails, the lease expires.
        with suppress(client.TransportError, IndexProblem):
            if self._state.writer == self._me:
                self._set(writer="", until=0.0)

    # Lease

    def _acquire(self) -> None:
        state = self._state
        if state.is_held and state.writer != self._me:
            raise self._busy(state.until - time())
        lost = (*state.lost, state.turn) if state.sent else state.lost
        self._set(writer=self._me, turn=state.turn + 1, sent=False, lost=lost)
        self._tidy()

    def _renew(self) -> None:
        """Renew the lease if a quarter of its time is over."""
        if monotonic() - self._since > LEASE / 4:
            self._set()

    def _set(self, **changes: object) -> None:
        """Change the state and renew the lease; `IndexBusy` if another writer changed the state."""
        state = replace(self._state, **{"until": time() + LEASE, **changes})  # type: ignore[arg-type]
        params = {"if_seq_no": self._held.number, "if_primary_term": self._held.term}
        try:
            made = self._cluster.ask(
                self._cluster.api.index,
                index=self._index,
                id=STATE,
                body=state.document(),
                params=params,
            )
            self._held = Held(state, made["_seq_no"], made["_primary_term"])
        except client.ConflictError:
            self._held = self._confirm(state)
        self._since = monotonic()

    def _confirm(self, state: State) -> Held:
        """Return the stored state if it equals `state`: the response to its write may be lost."""
        held = read_state(self._cluster, self._index)
        if held.state != state:
            raise self._busy(max(held.state.until - time(), 0))
        return held

    def _busy(self, seconds: float) -> IndexBusy:
        wait = f"; if it was killed, its lease ends in {seconds:.0f} seconds" if seconds > 1 else ""
        return IndexBusy(
            f"Another process is writing to the index at {self._cluster.address}: "
            f"wait until it has finished, then try again{wait}."
        )

    # Documents

    def _exists(self, key: str) -> bool:
        if key in self._resolutions:
            return self._resolutions[key] is not None
        wanted = [{"term": {"doc": HEADER}}, {"term": {"owner": owner_of_resolution(key)}}]
        query = {"bool": {"filter": [*wanted, self._state.seen()]}}
        return bool(self._cluster.search(self._index, {"query": query})["hits"]["hits"])

    def _new_resolutions(self) -> Iterator[Action]:
        for resolution in filter(None, self._resolutions.values()):
            for document in resolution_documents(resolution):
                yield put(document, self._state.turn)

    def _new_lines(self, refused: list[str]) -> Iterator[Action]:
        for source in filter(None, self._sources.values()):
            missing = any(name.startswith(key) for name in refused for key in source.keys)
            # Without its hash a file counts as changed.
            settled = replace(source, hash="") if missing else source
            yield put(source_document(settled), self._state.turn)

    def _owners_there(self) -> tuple[str, ...]:
        """Return the changed owners that have documents which readers see now."""
        changed = [*map(owner_of_resolution, self._resolutions), *map(owner_of_path, self._sources)]
        owners, found = iter(changed), dict[str, None]()
        while some := list(islice(owners, OWNERS)):
            body = {
                "query": {"bool": {"filter": [{"terms": {"owner": some}}, self._state.seen()]}},
                "size": 0,
                "aggs": {"owners": {"terms": {"field": "owner", "size": OWNERS}}},
            }
            answer = self._cluster.search(self._index, body)["aggregations"]["owners"]
            found |= dict.fromkeys(bucket["key"] for bucket in answer["buckets"])
        return tuple(found)

    def _tidy(self) -> None:
        """Remove documents that have become invisible."""
        state = self._state
        if not (state.replaced or state.lost):
            return
        owners = iter(state.replaced)
        while some := tuple(islice(owners, OWNERS)):
            self._remove(state.outdated(some))
        if state.lost:  # stays recorded, since a former writer's last request may still arrive
            self._refresh()
            self._remove({"terms": {"commit": list(state.lost)}})
        self._refresh()
        self._set(replaced=())

    def _remove(self, query: Json) -> None:
        body: Json = {
            "query": {"bool": {"filter": [query]}},
            "size": WINDOW,
            "_source": False,
            "sort": [{"commit": "asc"}, {"owner": "asc"}, {"place": "asc"}],
            "track_total_hits": False,
        }
        while hits := self._cluster.search(self._index, body)["hits"]["hits"]:
            actions = (delete(hit["_id"], hit["_routing"]) for hit in hits)
            if refused := send(self._cluster, self._index, actions, self._renew):
                raise IndexProblem(
                    f"OpenSearch rejected the removal of old documents: {refused[0]}."
                )
            body["search_after"] = hits[-1]["sort"]

    def _refresh(self) -> None:
        def call() -> None:
            shards = self._cluster.api.indices.refresh(index=self._index)["_shards"]
            if shards["failed"]:
                raise Partial(f"{shards['failed']} of {shards['total']} shards failed")

        self._cluster.ask(call)

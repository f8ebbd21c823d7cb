"""The state of an index: one small document with the visible commit and the writer's lease.

Every document has the number of its commit, and the state alone determines which documents readers
see, even if a commit is in progress or was interrupted: its documents coexist with those that they
replace until the state makes them visible, all at once.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from time import time
from typing import Any
from uuid import uuid4

import opensearchpy as client

from ...errors import IndexProblem
from ...model.resolution import dumps
from .client import Cluster, Json
from .mapping import STATE


@dataclass(frozen=True, slots=True)
class State:
    """The visible commit of an index, and the lease of its writer.

    `visible` is the number of the last visible commit, and `replaced` are the owners whose earlier
    documents are not yet removed. Each writer has its own number (`turn`), which becomes that of
    its commit; `sent` is whether documents of the turn may have been sent, and `lost` are turns
    that were interrupted. The lease of `writer` expires at `until`.
    """

    identity: str
    visible: int = 0
    replaced: tuple[str, ...] = ()
    turn: int = 0
    sent: bool = False
    lost: tuple[int, ...] = ()
    writer: str = ""
    until: float = 0.0

    @property
    def version(self) -> str:
        """A text that changes with every commit."""
        return f"{self.visible}-{self.identity}"

    @property
    def is_held(self) -> bool:
        """Whether a writer's lease is valid."""
        return bool(self.writer) and self.until > time()

    def shows_as(self, other: State) -> bool:
        """Return whether readers see the same documents."""
        return (self.version, self.replaced, self.lost) == (
            other.version,
            other.replaced,
            other.lost,
        )

    def seen(self) -> Json:
        """Return the query for the documents that readers see."""
        hidden: list[Json] = []
        if self.replaced:
            hidden.append(self.outdated(self.replaced))
        if self.lost:
            hidden.append({"terms": {"commit": list(self.lost)}})
        shown = [{"range": {"commit": {"lte": self.visible}}}]
        return {"bool": {"filter": shown, **({"must_not": hidden} if hidden else {})}}

    def outdated(self, owners: tuple[str, ...]) -> Json:
        """Return the query for the documents of some owners from before the visible commit."""
        before = {"range": {"commit": {"lt": self.visible}}}
        return {"bool": {"filter": [{"terms": {"owner": list(owners)}}, before]}}

    def document(self) -> Json:
        """Return the document that stores the state."""
        return {"doc": STATE, "line": dumps(asdict(self))}


@dataclass(frozen=True, slots=True)
class Held:
    """A state as it was read, with the version numbers for a conditional write."""

    state: State
    number: int
    term: int


def new_state() -> State:
    """Return the state of an empty index."""
    return State(uuid4().hex)


def read_state(cluster: Cluster, index: str) -> Held:
    """Read the state of an index."""
    try:
        found = cluster.ask(cluster.api.get, index=index, id=STATE)
    except client.NotFoundError as error:
        if error.error == "index_not_found_exception":
            raise
        raise IndexProblem(
            "The state of the index is missing: rebuild it with --rebuild."
        ) from None
    known: dict[str, Any] = json.loads(found["_source"]["line"])
    lists = {name: tuple(known[name]) for name in ("replaced", "lost")}
    return Held(State(**{**known, **lists}), found["_seq_no"], found["_primary_term"])

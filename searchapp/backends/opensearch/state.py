"""The state of an index: one small document, which says what is visible, and who writes.

Every document bears the number of its commit. What readers see follows from the state alone,
whatever the server has shown them of a commit that is under way or was broken off: a commit's
documents stand beside those that they replace until the state names them, all at once.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from time import time
from typing import Any
from uuid import uuid4

import opensearchpy as client

from ...errors import IndexProblem
from ...resolution import dumps
from .client import Cluster, Json
from .mapping import STATE


@dataclass(frozen=True, slots=True)
class State:
    """What an index knows of itself.

    `visible` is the number of the last commit that is shown, and `replaced` names the owners of
    documents from before that are still there. Numbers count up with each writer (`turn`); `sent`
    says that documents of this turn may be there, and `lost` are turns that came to no end.
    `writer` holds the index until the time `until`.
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
        """Whether somebody writes."""
        return bool(self.writer) and self.until > time()

    def shows_as(self, other: State) -> bool:
        """Whether readers see the same."""
        return (self.version, self.replaced, self.lost) == (
            other.version,
            other.replaced,
            other.lost,
        )

    def seen(self) -> Json:
        """The documents that readers see, as a query."""
        hidden: list[Json] = []
        if self.replaced:
            hidden.append(self.outdated(self.replaced))
        if self.lost:
            hidden.append({"terms": {"commit": list(self.lost)}})
        shown = [{"range": {"commit": {"lte": self.visible}}}]
        return {"bool": {"filter": shown, **({"must_not": hidden} if hidden else {})}}

    def outdated(self, owners: tuple[str, ...]) -> Json:
        """The documents of some owners that this commit replaces, as a query."""
        before = {"range": {"commit": {"lt": self.visible}}}
        return {"bool": {"filter": [{"terms": {"owner": list(owners)}}, before]}}

    def document(self) -> Json:
        """What is kept of it."""
        return {"doc": STATE, "line": dumps(asdict(self))}


@dataclass(frozen=True, slots=True)
class Held:
    """A state as it was read, and what tells whether it is still the same."""

    state: State
    number: int
    term: int


def new_state() -> State:
    """The state of an empty index."""
    return State(uuid4().hex)


def read_state(cluster: Cluster, index: str) -> Held:
    """The state of an index."""
    try:
        found = cluster.ask(cluster.api.get, index=index, id=STATE)
    except client.NotFoundError as error:
        if error.error == "index_not_found_exception":
            raise
        raise IndexProblem("The index has lost its state: make it anew with --rebuild.") from None
    known: dict[str, Any] = json.loads(found["_source"]["line"])
    lists = {name: tuple(known[name]) for name in ("replaced", "lost")}
    return Held(State(**{**known, **lists}), found["_seq_no"], found["_primary_term"])

"""The state of an index: one small document, which says what is visible, and who writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from time import time

import opensearchpy as client

from ...errors import IndexProblem
from .client import Cluster
from .mapping import STATE


@dataclass(frozen=True, slots=True)
class State:
    """What an index knows of itself.

    `commit` is the last one that ended, and `visible` the last one that readers may see: they
    differ while a commit is being shown. `broken` says that a writer began to send documents.
    """

    identity: str
    commit: int = 0
    visible: int = 0
    writer: str = ""
    until: float = 0.0
    broken: bool = False

    @property
    def version(self) -> str:
        """A text that changes with every commit."""
        return f"{self.commit}-{self.identity}"

    @property
    def is_held(self) -> bool:
        """Whether somebody writes."""
        return bool(self.writer) and self.until > time()

    @property
    def is_moving(self) -> bool:
        """Whether a commit is being shown just now, by a writer who lives."""
        return self.commit != self.visible and self.is_held


@dataclass(frozen=True, slots=True)
class Held:
    """A state as it was read, and what tells whether it is still the same."""

    state: State
    number: int
    term: int


def read_state(cluster: Cluster, index: str) -> Held:
    """The state of an index."""
    try:
        found = cluster.ask(cluster.api.get, index=index, id=STATE)
    except client.NotFoundError as error:
        if error.error == "index_not_found_exception":
            raise
        raise IndexProblem("The index has lost its state: make it anew with --rebuild.") from None
    state = State(**json.loads(found["_source"]["line"]))
    return Held(state, found["_seq_no"], found["_primary_term"])

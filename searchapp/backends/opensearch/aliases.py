"""Names: an alias leads to the one index that is in use, so that another can take its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import opensearchpy as client

from ...errors import IndexProblem, NoIndex
from .client import Cluster
from .mapping import STATE, index_body, version_mark
from .state import new_state


def current(cluster: Cluster, name: str) -> str:
    """The index to which a name leads; `NoIndex` where there is none."""
    try:
        found: list[str] = list(cluster.ask(cluster.api.indices.get_alias, name=name))
    except client.NotFoundError:
        _check_free(cluster, name)
        raise cluster.no_index() from None
    if len(found) > 1:
        raise IndexProblem(
            f"The alias “{name}” leads to {', '.join(sorted(found))}: remove it from all but one."
        )
    return found[0]


def make(cluster: Cluster, name: str, chosen: Mapping[str, Any], used: bool) -> str:
    """A new, empty index; `used` gives it the name at once, where no other has it."""
    now = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    index = f"{name}-{now}-{uuid4().hex[:6]}"
    cluster.ask(cluster.api.indices.create, index=index, body=index_body(chosen))
    cluster.ask(cluster.api.index, index=index, id=STATE, body=new_state().document())
    if used:
        use(cluster, name, index)
    return index


def open_or_make(cluster: Cluster, name: str, chosen: Mapping[str, Any], create: bool) -> None:
    """See to it that a name leads to an index that this version can read."""
    try:
        index = current(cluster, name)
    except NoIndex:
        if not create:
            raise
        index = make(cluster, name, chosen, used=True)
    _check_layout(cluster, name, index)


def use(cluster: Cluster, name: str, index: str) -> None:
    """Let a name lead to an index, at once for all who ask; those it led to before are removed."""
    try:
        before = list(cluster.ask(cluster.api.indices.get_alias, name=name))
    except client.NotFoundError:
        before = []
    changes: list[dict[str, Any]] = [{"add": {"index": index, "alias": name}}]
    changes += [{"remove_index": {"index": old}} for old in before if old != index]
    cluster.ask(cluster.api.indices.update_aliases, body={"actions": changes})


def remove(cluster: Cluster, index: str) -> None:
    """Remove an index that was never used."""
    cluster.ask(cluster.api.indices.delete, index=index, params={"ignore_unavailable": "true"})


def _check_free(cluster: Cluster, name: str) -> None:
    """An index that bears the name itself was not made here."""
    if cluster.ask(cluster.api.indices.exists, index=name):
        raise IndexProblem(
            f"“{name}” is an index that was not made by searchapp: choose another name."
        )


def _check_layout(cluster: Cluster, name: str, index: str) -> None:
    mapping = cluster.ask(cluster.api.indices.get_mapping, index=index)[index]["mappings"]
    if mapping.get("_meta", {}).get("searchapp") != version_mark():
        raise IndexProblem(
            f"The index “{name}” was made by another version of searchapp: make it anew with "
            f"searchapp index PATH… --rebuild --index {cluster.address}"
        )

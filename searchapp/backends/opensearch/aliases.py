"""Aliases: an alias points to the live index so that it can be swapped atomically."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import opensearchpy as client

from ...errors import IndexProblem, NoIndex
from ...settings.config import Settings
from ..shared.index_mark import check_mark
from .client import Cluster
from .index_state import new_state
from .mapping import LAYOUT, STATE, Json, index_body


def find_index(cluster: Cluster, name: str) -> str:
    """Return the index that an alias points to; `NoIndex` if there is none."""
    try:
        found: list[str] = list(cluster.ask(cluster.api.indices.get_alias, name=name))
    except client.NotFoundError:
        _check_free(cluster, name)
        raise cluster.no_index() from None
    if len(found) > 1:
        raise IndexProblem(
            f"The alias “{name}” points to {', '.join(sorted(found))}: remove it from all but one."
        )
    return found[0]


def make(cluster: Cluster, name: str, settings: Settings) -> str:
    """Create an empty index without an alias; return its full name."""
    now = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    index = f"{name}-{now}-{uuid4().hex[:6]}"
    cluster.ask(cluster.api.indices.create, index=index, body=index_body(settings))
    cluster.ask(cluster.api.index, index=index, id=STATE, body=new_state().document())
    return index


def open_or_make(
    cluster: Cluster, name: str, settings: Settings, create: bool, texts_only: bool = False
) -> None:
    """Check that an alias points to an index that this version can read; create it if `create`."""
    try:
        index = find_index(cluster, name)
    except NoIndex:
        if not create:
            raise
        index = _claim(cluster, name, make(cluster, name, settings))
    check(cluster, name, index, texts_only)


def check(cluster: Cluster, name: str, index: str, texts_only: bool = False) -> None:
    """Raise `OtherVersion` if this program would misread an index."""
    mark = read_mark(cluster, name, index)
    if mark.get("layout") != LAYOUT:
        mark = {"format": f"{mark.get('format')}.{mark.get('layout')}"}
    check_mark(mark, cluster.address, texts_only)


def _claim(cluster: Cluster, name: str, index: str) -> str:
    """Point an alias to a new index; if another process did so at the same time, keep the older."""
    _change(cluster, [{"add": {"index": index, "alias": name}}])
    oldest = min(_find_indexes(cluster, name))
    if oldest != index:
        _change(cluster, [{"remove": {"index": index, "alias": name}}])
        remove(cluster, index)
    return oldest


def read_mark(cluster: Cluster, name: str, index: str) -> Json:
    """Return the mark of an index; `IndexProblem` if searchapp did not create it."""
    mapping = cluster.ask(cluster.api.indices.get_mapping, index=index)[index]["mappings"]
    mark = mapping.get("_meta", {}).get("searchapp")
    if mark is None:
        raise _not_ours(name)
    return mark if isinstance(mark, dict) else _parse_former_mark(str(mark))


def _parse_former_mark(mark: str) -> Json:
    """Convert the mark of a former version, which was a text: "4.1"."""
    form, _, layout = mark.partition(".")
    numbers = form.isdecimal() and layout.isdecimal()
    return {"format": int(form), "layout": int(layout)} if numbers else {"format": mark}


def use(cluster: Cluster, name: str, index: str, before: str | None) -> None:
    """Point an alias atomically to another index, then remove the index `before`.

    If the answer was lost and the retry finds the change made, that is no error.
    """
    changes: list[dict[str, Any]] = [{"add": {"index": index, "alias": name}}]
    changes += [{"remove": {"index": before, "alias": name}}] if before else []
    try:
        _change(cluster, changes)
    except client.NotFoundError:
        if _find_indexes(cluster, name) != [index]:  # otherwise the first attempt succeeded
            raise
    if before:
        remove(cluster, before)


def discard(cluster: Cluster, name: str, index: str) -> None:
    """Remove an index, unless the alias points to it."""
    if index not in _find_indexes(cluster, name):
        remove(cluster, index)


def remove(cluster: Cluster, index: str) -> None:
    """Remove an index that has no alias."""
    cluster.ask(cluster.api.indices.delete, index=index, params={"ignore_unavailable": "true"})


def _find_indexes(cluster: Cluster, name: str) -> list[str]:
    try:
        return list(cluster.ask(cluster.api.indices.get_alias, name=name))
    except client.NotFoundError:
        return []


def _change(cluster: Cluster, actions: list[dict[str, Any]]) -> None:
    cluster.ask(cluster.api.indices.update_aliases, body={"actions": actions})


def _check_free(cluster: Cluster, name: str) -> None:
    """Raise `IndexProblem` if an index, not an alias, has the name: searchapp did not create it."""
    if cluster.ask(cluster.api.indices.exists, index=name):
        raise _not_ours(name)


def _not_ours(name: str) -> IndexProblem:
    return IndexProblem(
        f"“{name}” is an index that was not created by searchapp: choose another name."
    )

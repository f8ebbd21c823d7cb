"""What an index holds, apart from searches: coverage, the ledger, its spelling, its health."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from whoosh.support.levenshtein import damerau_levenshtein

from ...analysis import fold
from ...resolution import paragraph_from_json
from ...symbols import session_order
from ..base import Coverage, Source
from .schema import DOC, HEADER, SOURCE
from .searching import header_documents
from .segments import NO_NUMBER, Ints, Snapshot

MAX_EDITS = 2


def coverage(snapshot: Snapshot) -> list[Coverage]:
    """What is held, by body and language."""
    return snapshot.once("coverage", lambda: _coverage(snapshot))


def sources(snapshot: Snapshot) -> Iterator[Source]:
    """The ledger, by path."""
    lines = [Source.from_json(snapshot.stored(int(doc))) for doc in snapshot.find(DOC, SOURCE)]
    return iter(sorted(lines, key=lambda source: source.path))


def suggestions(snapshot: Snapshot, word: str, limit: int) -> list[str]:
    """Words with the same first letter, at most two edits away: near ones first, then common."""
    wanted = fold(word)
    found: dict[str, int] = defaultdict(int)
    for segment in snapshot.segments:
        for term in segment.prefixed("text", wanted[:1].encode()):
            candidate = term.decode()
            if candidate != wanted and abs(len(candidate) - len(wanted)) <= MAX_EDITS:
                found[candidate] += segment.frequency("text", term)
    near = {w: _edits(wanted, w) for w in found} if wanted else {}
    likely = [w for w, edits in near.items() if edits <= min(MAX_EDITS, len(wanted) // 3)]
    ordered = sorted(likely, key=lambda w: (near[w], -found[w], w))
    # The terms of a segment are also those of documents that were deleted since.
    return list(islice((w for w in ordered if len(snapshot.find("text", w))), limit))


def problems(snapshot: Snapshot) -> list[str]:
    """What is wrong, in sentences."""
    found: list[str] = []
    ids: set[str] = set()
    for doc in np.flatnonzero(snapshot.paragraphs).tolist():
        found += _paragraph_problems(snapshot, doc, ids)
    found += _header_problems(snapshot)
    for doc in snapshot.find(DOC, SOURCE).tolist():
        if _stored(snapshot, doc) is None:
            found.append(f"The ledger's line {doc} can't be read: index its file again.")
    return found


def _coverage(snapshot: Snapshot) -> list[Coverage]:
    docs = snapshot.find(DOC, HEADER)
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for doc in docs.tolist():
        rows[_value(snapshot, "body", doc), _value(snapshot, "lang", doc)].append(doc)
    held = _paragraph_counts(snapshot)
    keys = snapshot.column("key")
    return [
        Coverage(
            body=body,
            language=language,
            sessions=_sessions(snapshot, group),
            years=_years(snapshot, group),
            resolutions=len(group),
            paragraphs=int(held[keys[group]].sum()),
        )
        for (body, language), group in sorted(rows.items())
    ]


def _value(snapshot: Snapshot, field: str, doc: int) -> str:
    ordinal = snapshot.column(field)[doc]
    return snapshot.codes(field).values[ordinal] if ordinal >= 0 else ""


def _sessions(snapshot: Snapshot, docs: list[int]) -> tuple[str, ...]:
    found = {_value(snapshot, "session", doc) for doc in docs} - {""}
    return tuple(sorted(found, key=lambda session: (session_order(session), session)))


def _years(snapshot: Snapshot, docs: list[int]) -> tuple[int, ...]:
    years = np.unique(snapshot.numbers("year")[docs])
    return tuple(years[years != NO_NUMBER].tolist())


def _paragraph_counts(snapshot: Snapshot) -> Ints:
    return snapshot.codes("key").counts(snapshot.paragraphs)


def _edits(first: str, second: str) -> int:
    return int(damerau_levenshtein(first, second, limit=MAX_EDITS))


def _paragraph_problems(snapshot: Snapshot, doc: int, ids: set[str]) -> list[str]:
    key = _value(snapshot, "key", doc)
    data = _stored(snapshot, doc)
    if data is None:
        return [f"A paragraph of {key} can't be read: index its file again with --force."]
    found = []
    name = paragraph_from_json(data).id
    if header_documents(snapshot)[snapshot.column("key")[doc]] < 0:
        found.append(f"The paragraph {name} has no resolution: index its file again with --force.")
    if name in ids:
        found.append(f"Two paragraphs are called {name}: index their files again with --force.")
    ids.add(name)
    return found


def _header_problems(snapshot: Snapshot) -> list[str]:
    held = _paragraph_counts(snapshot)
    found = []
    for doc in snapshot.find(DOC, HEADER).tolist():
        key, data = _value(snapshot, "key", doc), _stored(snapshot, doc)
        there = int(held[snapshot.column("key")[doc]])
        if data is None:
            found.append(f"The header of {key} can't be read: index its file again with --force.")
        elif data.get("count") != there:
            found.append(
                f"{key} has {there} paragraphs where {data.get('count')} were indexed: "
                "index its file again with --force."
            )
    return found


def _stored(snapshot: Snapshot, doc: int) -> dict[str, Any] | None:
    try:
        data = snapshot.stored(doc)
    except Exception:  # noqa: BLE001 - any error of Whoosh's or zlib's means the same: damaged
        return None
    return data if isinstance(data, dict) else None

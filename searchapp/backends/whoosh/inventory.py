"""Reads of an index apart from searches: coverage, ledger, whole resolutions, spelling, checks."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from ...model.resolution import paragraph_from_json
from ...model.source import Source
from ...search.backend import Coverage
from ...text.analysis import fold
from ..shared.answers import Inspection, sort_coverage
from ..shared.spelling import MAX_EDITS, allowed_edits, likeliest, near_words
from .schema import PATH
from .searching.search import resolution_at
from .segments.section_checks import check_numbers
from .segments.snapshot import Part, Segment, Snapshot


def coverage(snapshot: Snapshot) -> list[Coverage]:
    """Return the coverage of the index, by body and language."""
    return snapshot.once("coverage", lambda: _coverage(snapshot))


def sources(snapshot: Snapshot) -> Iterator[Source]:
    """Return the ledger, by path."""
    lines = [
        Source.from_json(json.loads(s.stored(int(s.first[row])))) for s, row in _ledger(snapshot)
    ]
    return iter(sorted(lines, key=lambda source: source.path))


def whole_resolutions(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Stream the JSON object of every resolution with its paragraphs."""
    return (resolution_at(part.segment, row) for part, row in _resolutions(snapshot))


def keys(snapshot: Snapshot) -> Iterator[str]:
    """Yield the key of every resolution, from its header, since a long key is cut as a term."""
    for part, row in _resolutions(snapshot):
        yield json.loads(part.segment.stored(int(part.segment.first[row])))["key"]


def suggestions(snapshot: Snapshot, word: str, limit: int) -> list[str]:
    """Return words with the same first letter that are spelt like this one."""
    wanted = fold(word)
    if not allowed_edits(wanted):
        return []
    found = _similar_words(snapshot, wanted)
    ordered = likeliest(near_words(wanted, found), found)
    # A segment's lexicon includes the words of documents that were deleted later.
    return list(islice((w for w in ordered if _is_live(snapshot, w)), limit))


def _similar_words(snapshot: Snapshot, wanted: str) -> Counter[str]:
    """Count the paragraphs of words with the same first letter and about the same length."""
    found: Counter[str] = Counter()
    for segment in snapshot.segments:
        field = segment.words("text")
        for number in range(*field.lexicon.prefixed(wanted[:1].encode())):
            candidate = field.lexicon[number].decode()
            if abs(len(candidate) - len(wanted)) <= MAX_EDITS:
                found[candidate] += field.frequency(number)
    return found


def _is_live(snapshot: Snapshot, word: str) -> bool:
    for part in snapshot.parts:
        field = part.segment.words("text")
        number = field.lexicon.find(word.encode())
        if number >= 0 and len(part.alive(field.postings(number).rows)):
            return True
    return False


def problems(snapshot: Snapshot) -> list[str]:
    """Return the problems of the index, in sentences; `DamagedFile` if a checksum is wrong."""
    for segment in snapshot.segments:
        segment.file.verify()
        check_numbers(segment.file)
    inspection = Inspection()
    found: list[str] = []
    for part, row in _resolutions(snapshot):
        found += _resolution_problems(part.segment, row, inspection)
    for segment, row in _ledger(snapshot):
        if _stored(segment, int(segment.first[row])) is None:
            found.append(f"The ledger's line {row} can't be read: index its file again.")
    return found


def _resolutions(snapshot: Snapshot) -> Iterator[tuple[Part, int]]:
    for part in snapshot.parts:
        for row in part.resolutions(np.flatnonzero(part.segment.headers)).tolist():
            yield part, row


def _ledger(snapshot: Snapshot) -> Iterator[tuple[Segment, int]]:
    for part in snapshot.parts:
        lines = np.flatnonzero(part.segment.values(PATH).codes)
        for row in part.resolutions(lines).tolist():
            yield part.segment, row


def _coverage(snapshot: Snapshot) -> list[Coverage]:
    groups: dict[tuple[str, str], list[tuple[Segment, int]]] = defaultdict(list)
    for part, row in _resolutions(snapshot):
        segment = part.segment
        groups[_value(segment, "body", row), _value(segment, "lang", row)].append((segment, row))
    return sort_coverage(
        Coverage(
            body=body,
            language=language,
            sessions=tuple(_values(rows, "session")),
            years=tuple(int(year) for year in _values(rows, "year")),
            resolutions=len(rows),
            paragraphs=sum(_size(segment, row) for segment, row in rows),
        )
        for (body, language), rows in groups.items()
    )


def _values(rows: list[tuple[Segment, int]], name: str) -> set[str]:
    return {_value(segment, name, row) for segment, row in rows} - {""}


def _value(segment: Segment, name: str, row: int) -> str:
    field = segment.values(name)
    code = int(field.codes[row])
    return field.lexicon.texts[code - 1] if code else ""


def _size(segment: Segment, row: int) -> int:
    """Return the number of a resolution's paragraphs."""
    return int(segment.first[row + 1] - segment.first[row]) - 1


def _resolution_problems(segment: Segment, row: int, inspection: Inspection) -> Iterator[str]:
    key = _value(segment, "key", row)
    header, *rows = (_stored(segment, doc) for doc in range(*segment.first[row : row + 2]))
    ids = [None if data is None else paragraph_from_json(data).id for data in rows]
    return inspection.problems(key, (header or {}).get("count"), ids)


def _stored(segment: Segment, document: int) -> dict[str, Any] | None:
    try:
        data = json.loads(segment.stored(document))
    except ValueError:
        return None
    return data if isinstance(data, dict) else None

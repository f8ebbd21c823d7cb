"""Ranking of spelling suggestions by edit distance and frequency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MAX_EDITS = 2


def allowed_edits(word: str) -> int:
    """Return the maximal edit distance of a suggestion: 0 for a short word."""
    return min(MAX_EDITS, len(word) // 3)


def near_words(word: str, candidates: Iterable[str]) -> dict[str, int]:
    """Return the candidates within the allowed distance, with their distances, without `word`."""
    most = allowed_edits(word)
    distances = ((candidate, edits(word, candidate, most)) for candidate in candidates)
    return {candidate: distance for candidate, distance in distances if 0 < distance <= most}


def likeliest(near: Mapping[str, int], frequency: Mapping[str, int]) -> list[str]:
    """Sort words by distance, then by frequency, the most frequent first, then alphabetically."""
    return sorted(near, key=lambda word: (near[word], -frequency[word], word))


def edits(first: str, second: str, limit: int = MAX_EDITS) -> int:
    """Return the optimal string alignment distance of two words; at most `limit` + 1.

    An edit adds, drops or changes a letter, or swaps two neighbours; no letter is edited twice.
    """
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    first, second = _differing(first, second)
    previous: list[int] = []
    above = list(range(len(second) + 1))
    for x, letter in enumerate(first, 1):
        row = [x]
        for y, other in enumerate(second, 1):
            cost = min(above[y] + 1, row[y - 1] + 1, above[y - 1] + (letter != other))
            if x > 1 and y > 1 and letter == second[y - 2] and other == first[x - 2]:
                cost = min(cost, previous[y - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        previous, above = above, row
    return min(above[-1], limit + 1)


def _differing(first: str, second: str) -> tuple[str, str]:
    """Return both words without their common prefix and suffix."""
    shorter = min(len(first), len(second))
    start = next((n for n in range(shorter) if first[n] != second[n]), shorter)
    left = shorter - start
    end = next((n for n in range(left) if first[-1 - n] != second[-1 - n]), left)
    return first[start : len(first) - end], second[start : len(second) - end]

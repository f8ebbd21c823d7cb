"""Random queries, of which the soak asks a hundred thousand."""

from __future__ import annotations

from pathlib import Path

import pytest
from soaking import Failure, queries

from searchapp.backends.whoosh import WhooshBackend


def test_queries_by_chance_are_answered_rightly_or_refused(tmp_path: Path) -> None:
    first, *slowest = queries.run(seed=1, count=300, folder=tmp_path)

    assert first.startswith("300 queries: ")
    assert first.endswith(" refused, 0 given up.")
    assert len(slowest) == 5


def test_a_wrong_total_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WhooshBackend, "count", lambda self, query: -1)
    with pytest.raises(Failure, match=r"turn \d+: .* finds -1 and not"):
        queries.run(seed=1, count=20, folder=tmp_path)


def test_a_foreign_exception_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: WhooshBackend, query: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(WhooshBackend, "search", broken)
    with pytest.raises(Failure, match=r"turn \d+: KeyError: 'x'"):
        queries.run(seed=1, count=20, folder=tmp_path)


def test_a_search_over_the_limit_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(0, 10_000, 7))
    monkeypatch.setattr(queries, "thread_time", lambda: next(times))
    with pytest.raises(Failure, match=r"turn \d+: 7\.0 s of processor time"):
        queries.run(seed=1, count=20, folder=tmp_path)

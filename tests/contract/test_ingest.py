"""Ingest on each engine: the ledger, and what a run removes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from searchapp.ingest import pipeline
from searchapp.search.backend import Backend
from searchapp.system.paths import key_of

FILES = {"75/a.jsonl": "A/RES/75/1", "79/a.jsonl": "A/RES/79/1", "79/b.jsonl": "A/RES/79/2"}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a folder of files with a resolution each; its parent becomes the current folder."""
    monkeypatch.chdir(tmp_path)
    for name, symbol in FILES.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"symbol": symbol, "paragraphs": [{"text": "Rest."}]}))
    return tmp_path / "data"


def held(backend: Backend) -> list[str]:
    return sorted(resolution.key for resolution in backend.resolutions())


def test_a_file_is_one_source_by_every_spelling(empty: Backend, data: Path) -> None:
    assert pipeline.index(["data"], empty).resolutions == 3
    assert pipeline.index([data / "75/../79", "data/75"], empty).skipped == 3
    assert [line.path for line in empty.sources()] == [key_of(data / name) for name in FILES]


def test_lines_of_a_former_version_are_moved(
    empty: Backend, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.index(["data"], empty)
    for line in list(empty.sources()):
        empty.forget(line.path)
        empty.record(replace(line, path=line.name, name=""))
    empty.commit()
    monkeypatch.chdir("/")
    report = pipeline.index([data], empty)
    assert (report.skipped, report.resolutions, report.removed) == (3, 0, [])
    assert [line.path for line in empty.sources()] == [key_of(data / name) for name in FILES]


def test_a_missing_folder_removes_nothing_unless_asked(empty: Backend, data: Path) -> None:
    pipeline.index(["data"], empty)
    (data / "75/a.jsonl").unlink()
    (report,) = pipeline.index(["data"], empty).missing
    assert (report.folder, report.keys) == (key_of("data/75"), ("A/RES/75/1",))
    assert held(empty) == list(FILES.values())
    (data / "79/a.jsonl").unlink()
    assert pipeline.index(["data/79"], empty).removed == ["A/RES/79/1"]
    assert pipeline.index(["data"], empty, remove_missing=True).removed == ["A/RES/75/1"]
    assert held(empty) == ["A/RES/79/2"]

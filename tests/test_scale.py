"""The measurement of growth: on a tiny corpus both engines find the same and fill their rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarking import scale
from contract.conftest import ENGINES, OPENSEARCH, present
from contract.data import HELD


def test_both_engines_have_their_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = present(ENGINES[-1])
    monkeypatch.setattr(scale, "SERVER", OPENSEARCH)
    lines, figures = tmp_path / "held.jsonl", tmp_path / "figures.json"
    lines.write_text("\n".join(held.to_line() for held in HELD), encoding="utf-8")
    options = ["--paragraphs", "40", "--folder", str(tmp_path), "--json", str(figures)]
    place = f"{OPENSEARCH.replace('http', 'opensearch', 1)}/scale-40"
    engine.discard(place)
    assert scale.main([str(lines), *options]) == 0
    engine.discard(place)
    rows = json.loads(figures.read_text(encoding="utf-8"))
    assert [(row["engine"], row["paragraphs"] >= 40) for row in rows] == [
        ("folder", True),
        ("OpenSearch", True),
    ]
    assert all(row["size"] > 1000 and row["hits"] == rows[0]["hits"] for row in rows)
    assert "| search | hits | folder, 0k | OpenSearch, 0k | of ten |" in capsys.readouterr().out

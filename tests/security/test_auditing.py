"""The audit of packages: vulnerable packages fail, and so do unaudited ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import auditing
import pytest

CLEAN = {"name": "flask", "version": "3.1.0", "vulns": []}
BAD = {
    "name": "lxml",
    "version": "5.1.0",
    "vulns": [
        {"id": "PYSEC-2026-1", "fix_versions": ["5.2"]},
        {"id": "GHSA-x", "fix_versions": []},
    ],
}
SKIPPED = {"name": "whoosh", "skip_reason": "Dependency not found on PyPI"}
FOUND = "lxml 5.1.0: PYSEC-2026-1 (fixed in 5.2), GHSA-x (fixed in no version yet)"


@pytest.mark.parametrize(
    ("report", "codes", "said"),
    [
        ([CLEAN], (0, 0), ["Audited 1 packages."]),
        ([CLEAN, BAD], (1, 1), [FOUND, "Audited 2 packages."]),
        ([CLEAN, SKIPPED], (0, 1), ["Not audited: whoosh.", "Audited 1 packages."]),
        ([BAD, SKIPPED], (1, 1), [FOUND, "Not audited: whoosh.", "Audited 1 packages."]),
        ([SKIPPED], (0, 1), [auditing.NOT_AUDITED]),
        ([], (0, 1), [auditing.NOT_AUDITED]),
        ("no JSON", (0, 1), [auditing.NOT_AUDITED]),
        (None, (0, 1), [auditing.NOT_AUDITED]),
    ],
)
def test_an_audit_fails_for_what_is_vulnerable_and_names_what_it_missed(
    report: Any, codes: tuple[int, int], said: list[str], tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "report.json"
    is_rows = isinstance(report, list)
    path.write_text(json.dumps({"dependencies": report}) if is_rows else str(report))

    assert (auditing.main(str(path)), auditing.main(str(path), "--required")) == codes
    assert capsys.readouterr().out.splitlines() == said * 2

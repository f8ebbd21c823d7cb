"""Evaluate a report of pip-audit: fail on vulnerabilities, and say if the service did not answer.

Usage: auditing.py REPORT [--required]. pip-audit itself succeeds if the package index has no data
about vulnerabilities, as is the case for mirrors.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

NOT_AUDITED = (
    "NOT AUDITED: the vulnerability service did not answer. Run scripts/audit --required where "
    "pypi.org can be reached."
)


class Audit(NamedTuple):
    """The number of audited packages, the skipped ones, and sentences about vulnerabilities."""

    audited: int
    skipped: tuple[str, ...]
    vulnerable: tuple[str, ...]


def read(report: str) -> Audit:
    """Parse a report; an invalid one counts as nothing audited."""
    try:
        rows: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(0, (), ())
    audited = [row for row in rows if "skip_reason" not in row]
    skipped = tuple(row["name"] for row in rows if "skip_reason" in row)
    return Audit(len(audited), skipped, tuple(map(_sentence, filter(_is_vulnerable, audited))))


def lines(audit: Audit) -> list[str]:
    """Return the lines to print."""
    if not audit.audited:
        return [NOT_AUDITED]
    skipped = [f"Not audited: {', '.join(audit.skipped)}."] if audit.skipped else []
    return [*audit.vulnerable, *skipped, f"Audited {audit.audited} packages."]


def exit_code(audit: Audit, is_required: bool) -> int:
    """Return 1 for vulnerabilities, or if a required audit was not possible."""
    was_missed = not audit.audited or bool(audit.skipped)
    return int(bool(audit.vulnerable) or (is_required and was_missed))


def _is_vulnerable(row: dict[str, Any]) -> bool:
    return bool(row.get("vulns"))


def _sentence(row: dict[str, Any]) -> str:
    found = [f"{each['id']} (fixed in {_fixed(each)})" for each in row["vulns"]]
    return f"{row['name']} {row['version']}: {', '.join(found)}"


def _fixed(vulnerability: dict[str, Any]) -> str:
    return " or ".join(vulnerability.get("fix_versions", ())) or "no version yet"


def main(report: str, *options: str) -> int:
    """Print the result of a report, and return the exit code."""
    audit = read(Path(report).read_text(encoding="utf-8"))
    print("\n".join(lines(audit)))
    return exit_code(audit, "--required" in options)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""JSON for people and programs: UTF-8 as it is, each member on a line, one newline at the end."""

from __future__ import annotations

import json
from typing import Any


def json_text(data: Any) -> str:
    """The text of a JSON answer."""
    # Indenting is not done by json's C code: it would take longer than the search.
    if not isinstance(data, dict):
        return f"{_dumped(data)}\n"
    members = (f"{_dumped(str(name))}: {_dumped(value)}" for name, value in data.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

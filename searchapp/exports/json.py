"""JSON for people and programs: UTF-8 as it is, a little indented, one newline at the end."""

from __future__ import annotations

import json
from typing import Any


def json_text(data: Any) -> str:
    """The text of a JSON answer."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"

"""JSON for people and programs: unescaped UTF-8, one member per line, a final newline."""

from __future__ import annotations

import json
import re
from typing import Any

from ..text.printable import INVISIBLE, is_printable

# Terminals interpret some and editors hide others; json escapes only the first 32.
_UNSEEN = re.compile(f"[\x7f-\x9f\u2028\u2029\ud800-\udfff{INVISIBLE}]")


def json_text(data: Any) -> str:
    """Return the text of a JSON response."""
    # json indents in Python, not in C, which would take longer than the search.
    if not isinstance(data, dict):
        return f"{_dump(data)}\n"
    members = (f"{_dump(str(name))}: {_dump(value)}" for name, value in data.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def visible(text: str) -> str:
    """Return JSON of the same meaning in which non-printing characters are escaped."""
    if is_printable(text):
        return text
    return _UNSEEN.sub(lambda sign: json.dumps(sign[0])[1:-1], text)


def _dump(value: Any) -> str:
    return visible(json.dumps(value, ensure_ascii=False))

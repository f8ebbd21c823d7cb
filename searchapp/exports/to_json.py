"""JSON for people and programs: UTF-8 as it is, each member on a line, one newline at the end."""

from __future__ import annotations

import json
import re
from typing import Any

from ..text.printable import INVISIBLE, is_printable

# A terminal would obey some, and an editor would hide others; json escapes the first 32 alone.
_UNSEEN = re.compile(f"[\x7f-\x9f\u2028\u2029\ud800-\udfff{INVISIBLE}]")


def json_text(data: Any) -> str:
    """The text of a JSON answer."""
    # Indenting is not done by json's C code: it would take longer than the search.
    if not isinstance(data, dict):
        return f"{_dumped(data)}\n"
    members = (f"{_dumped(str(name))}: {_dumped(value)}" for name, value in data.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def visible(text: str) -> str:
    """Return JSON of the same meaning in which characters that are not printed are escaped."""
    if is_printable(text):
        return text
    return _UNSEEN.sub(lambda sign: json.dumps(sign[0])[1:-1], text)


def _dumped(value: Any) -> str:
    return visible(json.dumps(value, ensure_ascii=False))

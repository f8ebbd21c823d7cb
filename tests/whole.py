"""A resolution with a value in every field, and copies with other texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

RESOLUTION: dict[str, Any] = {
    "symbol": "A/RES/99/1",
    "language": "en",
    "body": "ga",
    "session": "99",
    "year": 2044,
    "adopted": "2044-12-02",
    "title": "Lamps",
    "agenda_items": ["75 (a)"],
    "origin": "Second Committee",
    "report": "A/99/1",
    "meeting": "54th plenary meeting",
    "draft": "A/99/L.1",
    "sponsors": ["Fiji", "Peru", "Chad", "Mali"],
    "subjects": ["LAMPS"],
    "vote": {"for": ["Fiji"], "against": "one", "abstaining": 3},
    "part": "I",
    "source": "a.jsonl",
    "inferred": ["session"],
    "paragraphs": [
        {
            "id": "A/RES/99/1#op1",
            "kind": "operative",
            "number": "1",
            "text": "Invites all States to light lamps, recalling resolution 1/1:",
            "phrase": "Invites",
            "verb": "invites",
            "head": "invites",
            "verbs": ["invites"],
            "clauses": [{"verb": "invites", "phrase": "Invites", "addressees": ["States"]}],
            "addressees": ["States"],
            "cites": [{"symbol": "A/RES/1/1", "verb": "recalling", "start": 8, "end": 20}],
            "due_sessions": [{"session": "100", "addressee": "States"}],
            "section": "I. Lights",
            "notes": [{"mark": "1", "text": "A note.", "place": 7}],
            "basis": "A basis",
        },
    ],
}


def with_texts(value: Any, change: Callable[[str, str], str], name: str = "") -> Any:
    """Return a JSON value with `change(field, text)` in place of each text."""
    if isinstance(value, str):
        return change(name, value)
    if isinstance(value, list):
        return [with_texts(one, change, name) for one in value]
    if isinstance(value, dict):
        return {key: with_texts(one, change, key) for key, one in value.items()}
    return value

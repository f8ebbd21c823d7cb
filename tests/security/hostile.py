"""A resolution each of whose texts tries to be HTML, a script, a template, or an address."""

from __future__ import annotations

from typing import Any

SCRIPT = (
    "\"'></title></textarea></script><script>owned=1</script><img src=x onerror=owned=1>"
    "<svg onload=owned=1>{{7*7}}${7*7}&lt;script&gt;<!--"
)
URL = "javascript:owned=1//"
KEPT = ("kind", "adopted", "language", "year", "session")  # what a line must say in its own way
KEPT_TEXTS = ("adopted", "session")

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
        {
            "id": "A/RES/99/1#op1a",
            "kind": "annex",
            "number": "1 (a)",
            "level": 2,
            "parent": "A/RES/99/1#op1",
            "text": "Lamps of oil;",
            "verb": "invites",
            "inherited": True,
            "annex": "Rules",
        },
    ],
}


def hostile(value: Any, payload: str, name: str = "") -> Any:
    """The value with the payload in each text and each name of a side of a vote."""
    if isinstance(value, str):
        return value if name in KEPT else f"{value}{payload}"
    if isinstance(value, list):
        return [hostile(one, payload, name) for one in value]
    if isinstance(value, dict):
        sides = name == "vote"
        return {
            f"{key}{payload}" if sides else key: hostile(one, payload, key)
            for key, one in value.items()
        }
    return value


def resolutions() -> list[dict[str, Any]]:
    """Several of them: in two languages, with texts that are only addresses, without a symbol."""
    english = hostile(RESOLUTION, SCRIPT)
    french = {**english, "language": "fr"}
    only_addresses = {
        **hostile(RESOLUTION, ""),
        **dict.fromkeys(("symbol", "title", "body", "origin", "report", "draft", "part"), URL),
        "subjects": [URL],
        "agenda_items": [URL],
    }
    nameless = {**english, "symbol": None, "title": None}
    english["subjects"] = [f"{number} {SCRIPT}" for number in range(40)]  # a facet with a finder
    cited = {"symbol": "A/RES/1/1", "title": SCRIPT, "paragraphs": [{"text": "Urges lamps;"}]}
    # What is read from a file has a form; a line of JSON may say anything.
    formless = {**english, "symbol": "A/RES/99/2", **dict.fromkeys(KEPT_TEXTS, SCRIPT)}
    return [english, french, only_addresses, nameless, cited, formless]

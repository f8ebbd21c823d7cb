"""A resolution with HTML, scripts, templates and addresses injected into every text."""

from __future__ import annotations

from typing import Any

import whole

SCRIPT = (
    "\"'></title></textarea></script><script>owned=1</script><img src=x onerror=owned=1>"
    "<svg onload=owned=1>{{7*7}}${7*7}&lt;script&gt;<!--"
)
URL = "javascript:owned=1//"
KEPT = ("kind", "adopted", "language", "year", "session")  # fields whose form is fixed
KEPT_TEXTS = ("adopted", "session")

PART = {
    "id": "A/RES/99/1#op1a",
    "kind": "annex",
    "number": "1 (a)",
    "level": 2,
    "parent": "A/RES/99/1#op1",
    "text": "Lamps of oil;",
    "verb": "invites",
    "inherited": True,
    "annex": "Rules",
}
RESOLUTION = {**whole.RESOLUTION, "paragraphs": [*whole.RESOLUTION["paragraphs"], PART]}


def hostile(resolution: dict[str, Any], payload: str) -> dict[str, Any]:
    """Return the resolution with the payload in each text and each name of a side of a vote."""
    made: dict[str, Any] = whole.with_texts(
        resolution, lambda name, text: text if name in KEPT else f"{text}{payload}"
    )
    return {**made, "vote": {f"{side}{payload}": who for side, who in made["vote"].items()}}


def resolutions() -> list[dict[str, Any]]:
    """Return hostile resolutions: in two languages, with addresses as texts, without a symbol."""
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

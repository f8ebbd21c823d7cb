"""The field table from which both engines build their index, and a paragraph's values in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..model.resolution import Paragraph, Resolution
from ..un.normal_forms import agenda, body, lowered, optional, several
from ..un.normal_forms import session as session_form
from ..un.verbs import head as head_of

FieldKind = Literal["text", "stemmed", "term", "terms", "number"]
FieldOwner = Literal["paragraph", "resolution"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the index: its name, its kind, and its owner (`of`).

    "text" has exact words with positions, "stemmed" English stems, "term" one value, "terms"
    several, "number" a signed whole number.

    A field of resolutions has the same value for all paragraphs of one, so an engine may store it
    once; `resolution_values` returns these fields, and `paragraph_values` the others. `source` is
    the field whose words a stemmed field stems.
    """

    name: str
    kind: FieldKind
    of: FieldOwner = "paragraph"
    source: str = ""


FIELDS: tuple[Field, ...] = (
    Field("key", "term", "resolution"),  # identifies a resolution to replace or remove
    Field("symbol", "term", "resolution"),
    Field("text", "text"),
    Field("stem", "stemmed", source="text"),
    Field("title", "text", "resolution"),
    Field("title_stem", "stemmed", "resolution", source="title"),
    Field("note", "text"),
    Field("note_stem", "stemmed", source="note"),
    Field("session", "term", "resolution"),
    Field("session_number", "number", "resolution"),
    Field("year", "number", "resolution"),
    Field("adopted", "number", "resolution"),  # 20141202
    Field("type", "term"),
    Field("verb", "term"),
    Field("head", "term"),
    Field("verbs", "terms"),
    Field("heads", "terms"),
    Field("body", "term", "resolution"),
    Field("origin", "term", "resolution"),
    Field("agenda", "terms", "resolution"),
    Field("subject", "terms", "resolution"),
    Field("lang", "term", "resolution"),
    Field("vote", "term", "resolution"),
    Field("cites", "terms"),
    Field("to", "terms"),
    Field("due", "terms"),
)

STEMMED = {field.source: field.name for field in FIELDS if field.kind == "stemmed"}


def resolution_values(resolution: Resolution) -> dict[str, Any]:
    """Return the values, in normal forms, of a resolution's own fields."""
    english = resolution.language == "en"
    session = optional(resolution.session, session_form) or ""
    return {
        "key": resolution.key,
        "symbol": resolution.symbol,
        "title": resolution.title,
        "title_stem": resolution.title if english else None,
        "session": session or None,
        "session_number": int(session) if session.isdecimal() and len(session) < 6 else None,
        "year": resolution.year,
        "adopted": day_number(resolution.adopted),
        "body": optional(resolution.body, body),
        "origin": optional(resolution.origin),
        "agenda": several(resolution.agenda_items, agenda),
        "subject": several(resolution.subjects),
        "lang": resolution.language,
        "vote": _vote(resolution),
    }


def paragraph_values(paragraph: Paragraph, english: bool) -> dict[str, Any]:
    """Return the values of a paragraph's own fields; stems only if it is English."""
    notes = " ".join(note.text for note in paragraph.notes)
    verb = optional(paragraph.verb, lowered)
    verbs = several(paragraph.verbs, lowered) or ((verb,) if verb else ())
    # Resolutions from other programs may name verbs without their heads.
    lead = optional(paragraph.head, lowered) or (head_of(verb) if verb else None)
    return {
        "text": paragraph.text,
        "stem": paragraph.text if english else None,
        "note": notes or None,
        "note_stem": (notes or None) if english else None,
        "type": paragraph.kind,
        "verb": verb,
        "head": lead,
        "verbs": verbs,
        "heads": tuple(dict.fromkeys([*filter(None, [lead]), *map(head_of, verbs)])),
        "cites": tuple(dict.fromkeys(c.symbol for c in paragraph.cites)),
        "to": several(paragraph.addressees),
        "due": tuple(dict.fromkeys(d.session for d in paragraph.due_sessions)),
    }


def _vote(resolution: Resolution) -> str | None:
    """Return whether a vote was recorded; None if the source does not say."""
    if resolution.vote:
        return "recorded"
    return None if "vote" in resolution.inferred else "none"


def day_number(date: str | None) -> int | None:
    """Convert an ISO date to a number such as 20141202; None if it is not a date."""
    digits = (date or "").replace("-", "")
    return int(digits) if len(digits) == 8 and digits.isdecimal() else None

"""The field table from which both engines build their index, and a paragraph's values in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from .phrases import head as head_of
from .resolution import Paragraph, Resolution
from .values import agenda, body, lowered, optional, several
from .values import session as session_form

FieldKind = Literal["text", "stemmed", "term", "terms", "number"]
FieldOwner = Literal["paragraph", "resolution"]
MAX_VALUE = 1000  # bytes: a value is a term, and a list of terms is no place for a whole text


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the index: its name, how it is indexed, and whose it is.

    "text" keeps exact words with places, "stemmed" English stems, "term" one value, "terms"
    several, "number" a signed whole number.

    What is a resolution's is the same for all its paragraphs, so that an engine may keep it once;
    `resolution_values` gives those fields, and `paragraph_values` the others. `source` names the
    field whose words a stemmed field stems.
    """

    name: str
    kind: FieldKind
    of: FieldOwner = "paragraph"
    source: str = ""


FIELDS: tuple[Field, ...] = (
    Field("key", "term", "resolution"),  # what replaces and removes
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


def bounded(text: str, most: int = MAX_VALUE) -> str:
    """The text; a hash stands in for the rest of one that is longer than so many bytes."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return data.decode()
    return data[: most - 64].decode("utf-8", "ignore") + digest(text)  # no half of a letter


def digest(text: str) -> str:
    """SHA-256 of a text as it is, in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def resolution_values(resolution: Resolution) -> dict[str, Any]:
    """What every paragraph of a resolution is found by, in normal forms."""
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
    """What a paragraph itself is found by; stems only in English, elsewhere words are exact."""
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
    """Whether there was a vote; None where nothing is known but that none is named."""
    if resolution.vote:
        return "recorded"
    return None if "vote" in resolution.inferred else "none"


def day_number(date: str | None) -> int | None:
    """An ISO date as the number 20141202, or None where it is none."""
    digits = (date or "").replace("-", "")
    return int(digits) if len(digits) == 8 and digits.isdecimal() else None

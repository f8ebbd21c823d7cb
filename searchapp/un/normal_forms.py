"""Normalisation of facet values, the same for indexing and for queries.

Every function is idempotent, so searching for a value listed by the index always finds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from unicodedata import normalize

from ..errors import ReadError
from ..text.wording import agenda_item
from .sessions import parse_session
from .symbols import BODIES

_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8}){0,3}")
_ITEM = re.compile(r"(?:agenda )?items? (?=\w)", re.IGNORECASE)


@lru_cache(maxsize=10_000)  # verbs, addressees and subjects recur in every resolution
def plain(text: str) -> str:
    """Return the text in composed letters (NFC), with single spaces between its words."""
    folded = " ".join(text.split())
    return folded if folded.isascii() else normalize("NFC", folded)


@lru_cache(maxsize=10_000)
def lowered(text: str) -> str:
    """Return the plain text in lower case, the form of verbs and paragraph types."""
    return plain(plain(text).lower())


def session(text: str) -> str:
    """Return "79", "S-4" or "ES-10" for any spelling of a session, `plain(text)` for other text."""
    folded = plain(text)
    return parse_session(folded) or folded


def body(text: str) -> str:
    """Return the code of an organ given by its code or name, `plain(text)` for other text."""
    folded = plain(text)
    return _CODES.get(folded.casefold(), folded)


def agenda(text: str) -> str:
    """Return an agenda item as it is printed, without the words "agenda item": "75 (a)"."""
    folded = plain(text)
    match = _ITEM.match(folded)
    return agenda_item(folded[match.end() :] if match else folded)


def several(texts: Iterable[str], form: Callable[[str], str] = plain) -> tuple[str, ...]:
    """Return the distinct normal forms of texts in order, without empty ones."""
    return tuple(dict.fromkeys(filter(None, map(form, texts))))


def optional(text: str | None, form: Callable[[str], str] = plain) -> str | None:
    """Return the normal form, or None if it is empty."""
    return (form(text) or None) if text else None


def of_facet(name: str, text: str) -> str:
    """Return the normal form of a value of the named facet."""
    return _FORMS.get(name, plain)(text)


def language(name: str, text: str) -> str:
    """Return a language code in lower case, "en" for an empty one.

    Raises `ReadError` for texts that cannot be a code in a URL; `name` is the field in its message.
    """
    code = lowered(text)
    if not code:
        return "en"  # as where the key is missing
    if code == "all" or not _LANGUAGE.fullmatch(code):
        also = "; “all” means every language" if code == "all" else ""
        raise ReadError(f"“{name}” must be a code such as fr or pt-br, not “{code[:60]}”{also}.")
    return code


_CODES = {
    **{code: code for code in BODIES},
    **{name.casefold(): code for code, name in BODIES.items()},
}
_FORMS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("type", "vote", "verb", "head", "lang"), lowered),
    "body": body,
    "session": session,
    "agenda": agenda,
}

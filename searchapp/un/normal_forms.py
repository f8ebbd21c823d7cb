"""Normal forms: one spelling for each value, applied alike when it is indexed and when it is asked.

Every function is idempotent, so a value that the index offers is found when it is asked for.
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
    """Return the same in lower case, as verbs and types of paragraph are written."""
    return plain(plain(text).lower())


def session(text: str) -> str:
    """Return "79", "S-4" or "ES-10" for any spelling of a session; other text as `plain` has it."""
    folded = plain(text)
    return parse_session(folded) or folded


def body(text: str) -> str:
    """Return the code of an organ that is known by its code or name; other text as it is."""
    folded = plain(text)
    return _CODES.get(folded.casefold(), folded)


def agenda(text: str) -> str:
    """Return an agenda item without these words, as it is printed: "75 (a)"."""
    folded = plain(text)
    match = _ITEM.match(folded)
    return agenda_item(folded[match.end() :] if match else folded)


def several(texts: Iterable[str], form: Callable[[str], str] = plain) -> tuple[str, ...]:
    """Return each text in its normal form, once; those without a character are left out."""
    return tuple(dict.fromkeys(filter(None, map(form, texts))))


def optional(text: str | None, form: Callable[[str], str] = plain) -> str | None:
    """Return the normal form, or None where there is no text."""
    return (form(text) or None) if text else None


def of_facet(name: str, text: str) -> str:
    """Return a value of the named facet in its normal form."""
    return _FORMS.get(name, plain)(text)


def language(name: str, text: str) -> str:
    """Return a language's code in lower case; `ReadError` for one that no address can name."""
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

"""What all readers share about running text: white space, printed labels."""

from __future__ import annotations

import re

# Controls, zero-width space and joiners, direction marks, soft hyphen: none of them is printed.
_UNPRINTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
)
_SPACE = re.compile(r"\s+")
_LABEL = re.compile(
    r"(?P<label>\d{1,3}(?:\.\d{1,2})?\.(?=\s|[A-Z“\"])|\((?:[a-z]{1,2}|[ivx]{1,6}|\d{1,2})\))\s*(?=\S)"
)


def clean(text: str) -> str:
    """One line of text: white space (no-break spaces too) collapsed, unprinted characters gone."""
    return _SPACE.sub(" ", _UNPRINTED.sub("", text)).strip()


def split_label(text: str) -> tuple[str | None, str]:
    """The printed number before a text ("12.", "(a)"), or None, and the rest."""
    match = _LABEL.match(text)
    return (match["label"], text[match.end() :]) if match else (None, text)

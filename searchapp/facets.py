"""The declared facets, each with the field that it counts and the words that people read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .symbols import BODIES, session_order

TYPE_LABELS = {
    "operative": "Operative",
    "preambular": "Preambular",
    "annex": "Annex",
    "unclassified": "Unclassified",
}
VOTE_LABELS = {"none": "Without a vote", "recorded": "Recorded vote"}
LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "ru": "Russian",
    "zh": "Chinese",
}


def natural(value: str) -> list[tuple[int, int, str]]:
    """An order in which numbers inside a text count as numbers: "9 (a)" before "75 (a)"."""
    pieces = re.findall(r"[0-9]{1,18}|[^0-9]+|[0-9]+", value.casefold())
    return [(0, int(p), "") if p.isascii() and p.isdigit() else (1, 0, p) for p in pieces]


def first_year(value: str) -> int:
    """A year, or the first of a span ("2010..2020"); one without a beginning comes first."""
    return int(value.partition("..")[0] or 0)


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow: `name` in addresses and JSON, `title` on the page, `field` in the index.

    `any_field` is the field where second verbs count, too (`verbs=any`). `family` names the facet
    whose choices are alternatives to this one's. `order` sorts the values, descending with
    `reverse`; without it the most frequent come first. `shown` says whether results list it, and
    `narrows` whether its values are filters: the language is part of how words are read.
    """

    name: str
    title: str
    field: str
    any_field: str = ""
    family: str = ""
    shown: bool = True
    narrows: bool = True
    order: Callable[[str], Any] | None = None
    reverse: bool = False
    labels: dict[str, str] | None = None

    @property
    def group(self) -> str:
        """The family's name: its own, where it stands alone."""
        return self.family or self.name

    def label(self, value: str) -> str:
        """What is read for a value."""
        return (self.labels or {}).get(value, value)

    def by_name(self, value: str) -> Any:
        """A key that sorts values by what is read, or in the order of their own."""
        return self.order(value) if self.order else natural(self.label(value))

    def counted(self, any_verb: bool) -> str:
        """The field that is counted and filtered."""
        return self.any_field if any_verb and self.any_field else self.field


FACETS: tuple[Facet, ...] = (
    Facet("session", "Session", "session", order=session_order, reverse=True),
    Facet("year", "Year of adoption", "year", order=first_year, reverse=True),
    Facet("type", "Paragraph type", "type", labels=TYPE_LABELS),
    Facet("verb", "Operative verb", "verb", any_field="verbs"),
    Facet("head", "Head verb", "head", any_field="heads", family="verb"),
    Facet("verbs", "Any verb", "verbs", shown=False, narrows=False),
    Facet("body", "Body", "body", labels=BODIES),
    Facet("origin", "Committee", "origin", labels={"plenary": "Plenary"}),
    Facet("agenda", "Agenda item", "agenda"),
    Facet("subject", "Subject", "subject"),
    Facet("vote", "Vote", "vote", labels=VOTE_LABELS),
    Facet("lang", "Language", "lang", narrows=False, labels=LANGUAGES),
)
BY_NAME = {facet.name: facet for facet in FACETS}

"""The declared facets, each with the field that it counts and the words that people read."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow: `name` in addresses and JSON, `title` on the page, `field` in the index.

    `order` sorts values ("count" or a key function,
    descending with `reverse`); `shown` says whether results list its values.
    """

    name: str
    title: str
    field: str
    shown: bool = True
    order: Callable[[str], Any] | None = None
    reverse: bool = False
    labels: dict[str, str] | None = None

    def label(self, value: str) -> str:
        """What is read for a value."""
        return (self.labels or {}).get(value, value)


FACETS: tuple[Facet, ...] = (
    Facet("session", "Session", "session", order=session_order, reverse=True),
    Facet("year", "Year of adoption", "year", order=int, reverse=True),
    Facet("type", "Paragraph type", "type", labels=TYPE_LABELS),
    Facet("verb", "Operative verb", "verb"),
    Facet("head", "Head verb", "head", shown=False),
    Facet("verbs", "Any verb", "verbs", shown=False),
    Facet("body", "Body", "body", labels=BODIES),
    Facet("origin", "Committee", "origin", labels={"plenary": "Plenary"}),
    Facet("agenda", "Agenda item", "agenda", shown=False),
    Facet("subject", "Subject", "subject", shown=False),
    Facet("vote", "Vote", "vote", labels=VOTE_LABELS, shown=False),
    Facet("lang", "Language", "lang", shown=False),
)
BY_NAME = {facet.name: facet for facet in FACETS}

"""The declared facets, each with the field that it counts, its title and its labels."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..un.symbols import BODIES, session_order

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
    """Return a sort key that compares numbers in a text as numbers: "9 (a)" before "75 (a)"."""
    pieces = re.findall(r"[0-9]{1,18}|[^0-9]+|[0-9]+", value.casefold())
    return [(0, int(p), "") if p.isascii() and p.isdigit() else (1, 0, p) for p in pieces]


def first_year(value: str) -> int:
    """Return a year, or the first of a span ("2010..2020"), 0 for a span without a beginning."""
    return int(value.partition("..")[0] or 0)


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: `name` in addresses and JSON, `title` on the page, `field` in the index.

    `help` describes its values in one sentence. `any_field` is the field that also includes second
    verbs (`verbs=any`). `family` is the facet whose choices are alternatives to this one's. `order`
    sorts the values, descending with `reverse`; without it the most frequent come first. `shown` is
    whether results list the facet, and `narrows` whether its values are filters; the language is
    none, since it determines how words are parsed.
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
    help: str = ""

    @property
    def group(self) -> str:
        """The family's name, by default the facet's own."""
        return self.family or self.name

    def label(self, value: str) -> str:
        """Return the label of a value."""
        return (self.labels or {}).get(value, value)

    def by_name(self, value: str) -> Any:
        """Return a sort key of a value: by the facet's order if it has one, otherwise by label."""
        return self.order(value) if self.order else natural(self.label(value))

    def counted(self, any_verb: bool) -> str:
        """Return the field to count and filter."""
        return self.any_field if any_verb and self.any_field else self.field


FACETS: tuple[Facet, ...] = (
    Facet(
        "session",
        "Session",
        "session",
        order=session_order,
        reverse=True,
        help="The General Assembly session; S- means a special, ES- an emergency special session.",
    ),
    Facet(
        "year",
        "Year of adoption",
        "year",
        order=first_year,
        reverse=True,
        help="The year in which the resolution was adopted; a session spans two calendar years.",
    ),
    Facet(
        "type",
        "Paragraph type",
        "type",
        labels=TYPE_LABELS,
        help="Preambular paragraphs give reasons, operative paragraphs decisions; annexes follow.",
    ),
    Facet(
        "verb",
        "Operative verb",
        "verb",
        any_field="verbs",
        help="The verb that begins the paragraph, or any verb in it; a verb can have variants.",
    ),
    Facet(
        "head",
        "Head verb",
        "head",
        any_field="heads",
        family="verb",
        help="A verb with its variants: takes note includes takes note with appreciation.",
    ),
    Facet(
        "verbs",
        "Any verb",
        "verbs",
        shown=False,
        narrows=False,
        help="Include verbs that do not begin the paragraph.",
    ),
    Facet("body", "Body", "body", labels=BODIES, help="The organ that adopted the resolution."),
    Facet(
        "origin",
        "Committee",
        "origin",
        labels={"plenary": "Plenary"},
        help="The committee that recommended the text; plenary if there was none.",
    ),
    Facet(
        "agenda",
        "Agenda item",
        "agenda",
        help="The item on the session’s agenda; item numbers differ between sessions.",
    ),
    Facet(
        "subject",
        "Subject",
        "subject",
        help="Subject terms assigned by the United Nations; not every file has them.",
    ),
    Facet(
        "vote",
        "Vote",
        "vote",
        labels=VOTE_LABELS,
        help="Whether a recorded vote was taken; most files do not say.",
    ),
    Facet(
        "lang",
        "Language",
        "lang",
        narrows=False,
        labels=LANGUAGES,
        help="The language of the text; English is searched unless you select another.",
    ),
)
BY_NAME = {facet.name: facet for facet in FACETS}

"""The results of a search: `Results` of `Hit`s, with `FacetResult`s of `FacetValue`s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..model.resolution import Paragraph, Resolution
from .matches import Span


@dataclass(slots=True, unsafe_hash=True)  # not frozen, since frozen ones are slow to create
class FacetValue:
    """A value, its label, its number of paragraphs, and the state of its filter.

    `value` is the choice that includes the value in an address (`query.choices`).
    """

    value: str
    label: str
    count: int
    selected: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class FacetResult:
    """The values of one facet; its counts ignore its own selection."""

    name: str
    title: str
    values: Sequence[FacetValue]


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph that matches, its resolution (without paragraphs), and the spans to mark.

    `key` is stored because a resolution without a symbol derives it from its paragraphs.

    `chapeau` holds the paragraphs above a sub-paragraph, outermost first; `marks` and each of
    `chapeau_marks` are character spans; `children` counts the paragraphs directly below.
    """

    paragraph: Paragraph
    resolution: Resolution
    key: str = ""
    score: float = 0.0
    marks: tuple[Span, ...] = ()
    chapeau: tuple[Paragraph, ...] = ()
    chapeau_marks: tuple[tuple[Span, ...], ...] = ()
    children: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits; `total` counts paragraphs and `resolutions` resolutions, both exactly."""

    total: int
    resolutions: int
    hits: tuple[Hit, ...]
    facets: tuple[FacetResult, ...] = ()
    page: int = 1
    pages: int = 1
    took_ms: float = 0.0
    query: dict[str, Any] = field(default_factory=dict)

    def facet(self, name: str) -> FacetResult | None:
        """Return the facet of a name, None if it was not counted."""
        return next((facet for facet in self.facets if facet.name == name), None)

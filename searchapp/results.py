"""What a search gives: `Results` of `Hit`s, with `FacetResult`s of `FacetValue`s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .highlight import mark
from .resolution import Paragraph, Resolution
from .spans import Span


def _nowhere(_: str) -> str:
    return ""


@dataclass(slots=True, unsafe_hash=True)  # frozen ones take seven times as long to make
class FacetValue:
    """A value, what is read for it, its number of paragraphs, and the state of its filter.

    `address` gives the search with a value chosen, or no longer so; "-" before it leaves it out.
    Addresses are made when they are asked for: there may be thousands of values.
    """

    value: str
    label: str
    count: int
    selected: bool = False
    excluded: bool = False
    address: Callable[[str], str] = field(default=_nowhere, compare=False, repr=False)

    @property
    def toggle_url(self) -> str:
        """The search with this value chosen, or without it where it is."""
        return self.address(self.value)

    @property
    def exclude_url(self) -> str:
        """The search that leaves this value out, or no longer does; "" where none can."""
        return self.address(f"-{self.value}")

    def to_json(self) -> dict[str, Any]:
        """As in `facets` of a result's JSON."""
        return {
            "value": self.value,
            "label": self.label,
            "count": self.count,
            "selected": self.selected,
            "excluded": self.excluded,
        }


@dataclass(frozen=True, slots=True)
class FacetResult:
    """The values of one facet; its counts ignore its own selection."""

    name: str
    title: str
    values: Sequence[FacetValue]


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph that matches, its resolution (without paragraphs), and what to mark in it.

    `key` is the resolution's: one without a symbol can't tell it without its paragraphs.

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

    @property
    def html(self) -> str:
        """The paragraph's text, escaped, with `<mark>` around what matched."""
        return str(mark(self.paragraph.text, self.marks))

    def to_json(self) -> dict[str, Any]:
        """The paragraph's fields, those of its resolution that a reader needs, and `html`."""
        r = self.resolution
        return {
            **self.paragraph.to_json(),
            "symbol": r.symbol,
            "title": r.title,
            "session": r.session,
            "year": r.year,
            "adopted": r.adopted,
            "body": r.body,
            "language": r.language,
            "html": self.html,
        }


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
        """The facet of this name, if it was counted."""
        return next((facet for facet in self.facets if facet.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """The JSON of a page, as `/search.json` and `search --format json` give it."""
        return {
            "total": self.total,
            "resolutions": self.resolutions,
            "hits": [hit.to_json() for hit in self.hits],
            "facets": {f.name: [v.to_json() for v in f.values] for f in self.facets},
            "query": self.query,
            "page": self.page,
            "pages": self.pages,
            "took_ms": self.took_ms,
        }

"""What narrows a search, ready to show: facets, the bars of the years, chips, hidden fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from ..facets import BY_NAME, FACETS
from ..query import Query
from ..query.state import year_range
from ..results import FacetResult, FacetValue, Results
from .addresses import Args, search_url
from .words import counted, languages, long_date

SHOWN = 6  # values of a facet that are seen at once
BARS = 20
WIDTH, HEIGHT = 320, 72
_FINDERS = {
    "session": ("Session number, e.g. 56", "Add a session by number"),
    "verb": ("Verb, e.g. decides", "Add a verb"),
}


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet in the side form: the values seen at once, and the rest."""

    name: str
    title: str
    values: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    placeholder: str = ""
    finder: str = ""
    years: YearsView | None = None

    @property
    def total(self) -> int:
        """How many values there are."""
        return len(self.values) + len(self.more)


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of years in the chart: a link to it, its height, and whether it is chosen."""

    label: str
    count: int
    url: str
    chosen: bool
    x: float
    y: float
    width: float
    height: float

    @property
    def title(self) -> str:
        """What a pointer shows."""
        return f"{self.label}: {self.count:,}"

    @property
    def name(self) -> str:
        """What is read aloud."""
        return f"{self.label.replace('–', ' to ')}: {counted(self.count, 'paragraph')}"


@dataclass(frozen=True, slots=True)
class YearsView:
    """The chart of the years, its axis, and the two fields below it."""

    bars: tuple[Bar, ...]
    step: str
    axis: tuple[int, ...]
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, and the address without it."""

    label: str
    url: str


def facet_views(query: Query, results: Results) -> list[FacetView]:
    """The facets in their declared order, those without a value left out."""
    found = ((facet, results.facet(facet.name)) for facet in FACETS if facet.shown)
    return [facet_view(query, result) for _, result in found if result and result.values]


def facet_view(query: Query, facet: FacetResult) -> FacetView:
    """A facet's values with their addresses; chosen ones never hide among the rest."""
    if facet.name == "year":
        return FacetView(facet.name, facet.title, (), (), years=years_view(query, facet))
    values = [with_addresses(query, facet.name, value) for value in facet.values]
    seen = [v for place, v in enumerate(values) if place < SHOWN or v.selected or v.excluded]
    more = [v for v in values if v not in seen]
    placeholder, finder = _FINDERS.get(facet.name, ("", ""))
    return FacetView(facet.name, facet.title, tuple(seen), tuple(more), placeholder, finder)


def with_addresses(query: Query, name: str, value: FacetValue) -> FacetValue:
    """The value with the addresses that choose or exclude it (or undo that)."""
    return replace(
        value,
        toggle_url=search_url(query.toggled(name, value.value)),
        exclude_url=search_url(query.toggled(name, f"-{value.value}")),
    )


def years_view(query: Query, facet: FacetResult) -> YearsView:
    """The chart and fields of the facet of years."""
    counts = {int(v.value): v.count for v in facet.values if v.value.isdecimal()}
    first, last = min(counts, default=0), max(counts, default=0)
    step = _step(first, last)
    start = first if step == 1 else first - (first - 1) % step  # 1946–1950, as decades are counted
    spans = [(low, min(low + step - 1, last)) for low in range(start, last + 1, step)]
    low, high = _fields(query)
    return YearsView(
        bars=tuple(_bars(query, counts, spans)) if len(counts) > 1 else (),
        step="year by year" if step == 1 else f"in steps of {step} years",
        axis=_axis(first, last),
        low=low,
        high=high,
    )


def chips(query: Query) -> list[Chip]:
    """What narrows the search now, each with the way to undo it."""
    found = [
        Chip(_chip_label(name, value), search_url(query.toggled(name, value)))
        for name, values in query.filters
        for value in values
    ]
    if query.adopted_from:
        label = f"Adopted from {long_date(query.adopted_from)}"
        found.append(Chip(label, search_url(query, adopted_from=None, page=1)))
    if query.adopted_to:
        label = f"Adopted until {long_date(query.adopted_to)}"
        found.append(Chip(label, search_url(query, adopted_to=None, page=1)))
    if query.lang != "en":
        label = "All languages" if query.lang == "all" else f"In {languages(query.lang)}"
        found.append(Chip(label, search_url(query, lang="en", page=1)))
    return found


def filters_in_words(query: Query) -> str:
    """The filters in a few words, for the head of a column: "Session 79, Operative"."""
    return ", ".join(chip.label for chip in chips(query))


def hidden_fields(query: Query, facets: list[FacetView]) -> Args:
    """What the side form sends unseen: the state for which it has no field."""
    fields = {facet.name for facet in facets} | {"q", "page", "verbs", "year"}
    if not any(facet.name == "verb" for facet in facets):
        fields.discard("verbs")
    kept = [(name, value) for name, value in query.to_args() if name not in fields]
    years = query.values("year")
    # One span is in the two fields of the form; anything else can only be carried along.
    return kept if _fields(query) != ("", "") else kept + [("year", value) for value in years]


def _chip_label(name: str, value: str) -> str:
    excluded, plain = value.startswith("-"), value.removeprefix("-")
    label = BY_NAME[name].label(plain)
    if name == "year":
        label = _year_label(plain)
    elif name in ("session", "agenda"):
        label = f"{BY_NAME[name].title} {label}"
    return f"not: {label}" if excluded else label


def _year_label(value: str) -> str:
    span = year_range(value)
    if span is None:
        return f"Year {value}"
    low, high = span
    if low and high:
        return f"Years {low}–{high}"
    return f"From {low}" if low else f"Until {high}"


def _fields(query: Query) -> tuple[str, str]:
    """What stands in "from" and "to": the one span or year that is chosen."""
    values = query.values("year")
    if len(values) != 1 or values[0].startswith("-"):
        return "", ""
    span = year_range(values[0])
    if span is None:
        return values[0], values[0]
    return str(span[0] or ""), str(span[1] or "")


def _axis(first: int, last: int) -> tuple[int, ...]:
    """The years below the chart; one in the middle only where a year stands there."""
    middle = () if (first + last) % 2 else ((first + last) // 2,)
    return tuple(dict.fromkeys((first, *middle, last)))


def _step(first: int, last: int) -> int:
    """Single years while they fit, else steps of five, or of so many fives that they do."""
    years = last - first + 1
    return 1 if years <= 16 else 5 * ceil(years / 5 / BARS)


def _bars(query: Query, counts: dict[int, int], spans: list[tuple[int, int]]) -> Iterator[Bar]:
    totals = [sum(n for year, n in counts.items() if low <= year <= high) for low, high in spans]
    most, room = max(totals) or 1, WIDTH / len(spans)
    for place, ((low, high), count) in enumerate(zip(spans, totals, strict=True)):
        value = f"{low}..{high}" if high > low else str(low)
        chosen = query.values("year") == (value,)
        height = round(max(2, count / most * (HEIGHT - 8)), 1) if count else 0
        yield Bar(
            label=f"{low}–{high}" if high > low else str(low),
            count=count,
            url=search_url(query.with_values("year", () if chosen else (value,))),
            chosen=_is_chosen(query, low, high),
            x=round(place * room, 2),
            y=HEIGHT - 1 - height,
            width=round(room, 2),
            height=height,
        )


def _is_chosen(query: Query, low: int, high: int) -> bool:
    """Whether the years of a bar are inside what is asked; nothing asked is everything."""
    values = query.values("year")
    inside = any(_meets(value, low, high) for value in values if not value.startswith("-"))
    outside = any(_meets(value[1:], low, high) for value in values if value.startswith("-"))
    only_out = all(value.startswith("-") for value in values)
    return (inside or only_out) and not (outside and low == high)


def _meets(value: str, low: int, high: int) -> bool:
    span = year_range(value) or (int(value), int(value))
    return (span[0] or 0) <= high and (span[1] or 9999) >= low
